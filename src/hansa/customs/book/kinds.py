"""Kinds of measures and what each asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Kind(StrEnum):
    """What a measure is."""

    THIRD_COUNTRY = "third_country"
    SUSPENSION = "suspension"
    EXEMPTION = "exemption"
    PREFERENCE = "preference"
    QUOTA = "quota"
    ANTI_DUMPING = "anti_dumping"
    COUNTERVAILING = "countervailing"
    SAFEGUARD = "safeguard"
    ADDITIONAL = "additional"
    EXCISE = "excise"
    VAT = "vat"
    SUPPLEMENTARY_UNIT = "supplementary_unit"

    @property
    def words(self) -> str:
        """The kind's name for people."""
        return TRAITS[self].words


@dataclass(frozen=True, slots=True)
class Traits:
    """What a kind of measure asks for.

    Parameters
    ----------
    words : str
        Name for people.
    duty : bool
        Whether a rate must be given (if not, it may not be).
    order_number : bool
        Whether a quota's order number must be given (if not, it may not be).
    additional_code : bool
        Whether an additional code may be given.
    digits : int
        The deepest level of goods code (the TARIC's explosion level).
    taric : str
        The TARIC's usual measure type.
    """

    words: str
    duty: bool = True
    order_number: bool = False
    additional_code: bool = False
    digits: int = 10
    taric: str = ""


TRAITS: Final[Mapping[Kind, Traits]] = MappingProxyType(
    {
        Kind.THIRD_COUNTRY: Traits("third-country duty", taric="103"),
        Kind.SUSPENSION: Traits("suspension", additional_code=True, taric="112"),
        Kind.EXEMPTION: Traits("member's exemption"),
        Kind.PREFERENCE: Traits("preference", taric="142"),
        Kind.QUOTA: Traits("tariff quota", order_number=True, taric="122"),
        Kind.ANTI_DUMPING: Traits("anti-dumping duty", additional_code=True, taric="552"),
        Kind.COUNTERVAILING: Traits("countervailing duty", additional_code=True, taric="554"),
        Kind.SAFEGUARD: Traits("safeguard duty", additional_code=True, taric="696"),
        Kind.ADDITIONAL: Traits("additional duty", additional_code=True, taric="695"),
        Kind.EXCISE: Traits("excise", additional_code=True, taric="306"),
        Kind.VAT: Traits("value added tax", additional_code=True, taric="305"),
        Kind.SUPPLEMENTARY_UNIT: Traits("supplementary unit", duty=False, taric="109"),
    }
)

OPTIONS: Final = (
    Kind.THIRD_COUNTRY,
    Kind.SUSPENSION,
    Kind.EXEMPTION,
    Kind.PREFERENCE,
    Kind.QUOTA,
)
"""Of these a consignment pays one; in case of equal duties, the first in this order."""

ADDITIONAL: Final = (
    Kind.ANTI_DUMPING,
    Kind.COUNTERVAILING,
    Kind.SAFEGUARD,
    Kind.ADDITIONAL,
)
"""These are paid on top of the option."""

TAXES: Final = (Kind.EXCISE, Kind.VAT)
"""Taxes of the member of destination."""

BY_TARIC: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        **dict.fromkeys(("103", "105"), Kind.THIRD_COUNTRY),
        **dict.fromkeys(("112", "115", "117", "119", "141"), Kind.SUSPENSION),
        **dict.fromkeys(("106", "142", "145"), Kind.PREFERENCE),
        **dict.fromkeys(("122", "123", "143", "146", "147"), Kind.QUOTA),
        **dict.fromkeys(("551", "552"), Kind.ANTI_DUMPING),
        **dict.fromkeys(("553", "554"), Kind.COUNTERVAILING),
        "695": Kind.ADDITIONAL,
        "696": Kind.SAFEGUARD,
        **dict.fromkeys(("305", "VTA", "VTE", "VTS", "VTZ"), Kind.VAT),
        "306": Kind.EXCISE,
        **dict.fromkeys(("109", "110"), Kind.SUPPLEMENTARY_UNIT),
    }
)
"""Kinds by the measure types of the TARIC and of the United Kingdom."""
