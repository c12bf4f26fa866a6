"""How often promises are kept when a war puts them to the test.

Berkemeier & Fuhrmann (2018), "Reassessing the Fulfillment of Alliance Commitments in War",
*Research & Politics* 5(2). A promise that the war did not invoke is neither kept nor broken:
leaving those in is what moved the published rate from a quarter to three quarters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import polars as pl

from hansa.terms.errors import BadInput
from hansa.terms.names import unknown
from hansa.terms.reasons import Because, Reason

SOURCE: Final = "Berkemeier & Fuhrmann 2018"


@dataclass(frozen=True, slots=True)
class Rate:
    """Promises kept among those that were invoked.

    ``what`` is ``all``, a period or a type of promise; ``because`` the count and its source.
    """

    what: str
    kept: int
    invoked: int
    because: Because = ()

    @property
    def share(self) -> float:
        """h, in [0, 1]."""
        return self.kept / self.invoked

    def __str__(self) -> str:
        return f"{self.what}: {self.share:.0%} ({self.kept} of {self.invoked})"


def _rate(what: str, kept: int, invoked: int) -> Rate:
    text = f"{kept} of {invoked} promises invoked in war were kept ({what})"
    return Rate(what, kept, invoked, (Reason("number", text, SOURCE, SOURCE),))


PUBLISHED: Final[Mapping[str, Rate]] = MappingProxyType(
    {
        what: _rate(what, kept, invoked)
        for what, kept, invoked in (
            ("all", 73, 146),
            ("before 1945", 61, 92),
            ("since 1945", 12, 54),
            ("defense", 42, 102),
            ("offense", 31, 42),
            ("neutral", 35, 45),
            ("nonagg", 18, 49),
        )
    }
)
"""The seven published rates, by type of promise and period."""

_COLUMNS: Final = ("sample", "honorLLM", "violateLLM", "defense", "offense", "neutral", "nonagg")


def honour_rates(records: pl.DataFrame) -> Mapping[str, Rate]:
    """The rates from records of promises put to the test.

    Parameters
    ----------
    records : polars.DataFrame
        One row per alliance and war: ``sample`` (1: war before 1945), ``honorLLM`` and
        ``violateLLM`` (1, else 0 or missing: not invoked), and the types of promise.

    Raises
    ------
    BadInput
        If a column is missing, a promise is both kept and broken, or a rate has no case.
    """
    for name in _COLUMNS:
        if name not in records.columns:
            raise unknown("column", name, records.columns)
    both = records.filter((pl.col("honorLLM") == 1) & (pl.col("violateLLM") == 1))
    if both.height:
        raise BadInput(f"{both.height} promises are both kept and broken")
    invoked = records.filter((pl.col("honorLLM") == 1) | (pl.col("violateLLM") == 1))
    groups = {
        "all": pl.lit(value=True),
        "before 1945": pl.col("sample") == 1,
        "since 1945": pl.col("sample") == 0,
        **{name: pl.col(name) == 1 for name in ("defense", "offense", "neutral", "nonagg")},
    }
    found = {}
    for what, chosen in groups.items():
        cases = invoked.filter(chosen)
        if cases.is_empty():
            raise BadInput(f"no promise was invoked: {what}")
        found[what] = _rate(what, int((cases["honorLLM"] == 1).sum()), cases.height)
    return MappingProxyType(found)


def honour_rate(promise: str, rates: Mapping[str, Rate] = PUBLISHED) -> Rate:
    """The rate of a type of promise (``defense``, ``offense``, ``neutral``, ``nonagg``)."""
    if promise not in rates:
        raise unknown("type of promise", promise, rates)
    return rates[promise]
