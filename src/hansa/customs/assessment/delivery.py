"""Terms of delivery: which costs a price already holds (Incoterms 1990 to 2020)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from hansa.terms.names import unknown

Cost = Literal["to_port", "freight", "insurance", "inland", "duties"]

COSTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "to_port": "carriage to the port or border of export, and loading",
        "freight": "carriage to the border of the union",
        "insurance": "insurance to the border of the union",
        "inland": "carriage behind the border of the union",
        "duties": "import duties and taxes",
    }
)
"""Costs on the way, in the order in which they arise."""

DUTIABLE: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "CIF": frozenset({"to_port", "freight", "insurance"}),
        "FOB": frozenset({"to_port"}),
    }
)
"""Costs that belong to the customs value: to the union's border, or to the port of export
(Agreement on Implementation of Article VII of the GATT, Article 8.2, leaves the choice)."""

_INCLUDED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "EXW": "",
        "FCA": "to_port",
        "FAS": "to_port",
        "FOB": "to_port",
        "CFR": "to_port freight",
        "CIF": "to_port freight insurance",
        "CPT": "to_port freight inland",
        "CIP": "to_port freight insurance inland",
        "DAF": "to_port freight insurance",
        "DES": "to_port freight insurance",
        "DEQ": "to_port freight insurance",
        "DDU": "to_port freight insurance inland",
        "DAT": "to_port freight insurance inland",
        "DAP": "to_port freight insurance inland",
        "DPU": "to_port freight insurance inland",
        "DDP": "to_port freight insurance inland duties",
    }
)

_ALWAYS = ("EXW", "FCA", "FAS", "FOB", "CFR", "CIF", "CPT", "CIP", "DDP")
EDITIONS: Final[Mapping[int, frozenset[str]]] = MappingProxyType(
    {
        1990: frozenset({*_ALWAYS, "DAF", "DES", "DEQ", "DDU"}),
        2000: frozenset({*_ALWAYS, "DAF", "DES", "DEQ", "DDU"}),
        2010: frozenset({*_ALWAYS, "DAT", "DAP"}),
        2020: frozenset({*_ALWAYS, "DAP", "DPU"}),
    }
)

ALL: Final = tuple(_INCLUDED)


def included(term: str, edition: int | None = None) -> frozenset[str]:
    """Costs that a price on these terms holds.

    Parameters
    ----------
    term : str
        Three letters, e.g. ``FOB``.
    edition : int, optional
        Year of the Incoterms; any by default.

    Raises
    ------
    UnknownCode
        If the edition has no such term.
    """
    known = ALL if edition is None else tuple(sorted(EDITIONS.get(edition, frozenset())))
    if not known:
        raise unknown("edition of the Incoterms", str(edition), map(str, EDITIONS))
    if term not in known:
        years = [str(year) for year, terms in EDITIONS.items() if term in terms]
        remedy = f"{term} belongs to Incoterms {', '.join(years)}" if years else ""
        raise unknown("terms of delivery", term, known, remedy=remedy)
    return frozenset(_INCLUDED[term].split())
