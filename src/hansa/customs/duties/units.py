"""Units of measurement of duties, and quantities expressed in them.

Codes are those of UN/ECE Recommendation 20 as the TARIC uses them (KGM, DTN, HLT …), with
a few that tariffs need and the TARIC lacks (CMQ, DZN, JWL). A unit is a multiple of a base
unit, or a product of others (``% vol/hl`` is strength times hectolitres).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from hansa.terms.errors import BadInput
from hansa.terms.names import unknown


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measurement.

    Parameters
    ----------
    code : str
        Three letters, or more for a unit with its qualifier (``ASVX``).
    base : str
        The unit that it is a multiple of (itself for a base unit).
    factor : Fraction
        How many base units one of it is.
    english, russian : tuple of str
        Spellings, the usual one first.
    product : tuple of str
        Units whose quantities are multiplied to get the quantity of this one.
    """

    code: str
    base: str
    factor: Fraction
    english: tuple[str, ...] = ()
    russian: tuple[str, ...] = ()
    product: tuple[str, ...] = ()

    def words(self, language: str) -> tuple[str, ...]:
        """Spellings in a language (``en`` or ``ru``), the usual one first."""
        return self.russian if language == "ru" else self.english


def _base(code: str, english: str = "", russian: str = "") -> Unit:
    return Unit(code, code, Fraction(1), _split(english), _split(russian))


def _times(code: str, count: int, base: str, english: str = "", russian: str = "") -> Unit:
    return Unit(code, base, Fraction(count), _split(english), _split(russian))


def _product(code: str, of: str, english: str = "") -> Unit:
    return Unit(code, code, Fraction(1), _split(english), (), tuple(of.split()))


def _split(words: str) -> tuple[str, ...]:
    return tuple(word for word in words.split("|") if word)


_TABLE = (
    _base("KGM", "kg|kilogram|kilograms|kilogramme", "кг|килограмм"),
    Unit("GRM", "KGM", Fraction(1, 1000), ("g", "gram", "grams"), ("г",)),
    _times("DTN", 100, "KGM"),
    _times("TNE", 1000, "KGM", "t|tonne|tonnes", "т|тонну"),
    Unit("CTM", "KGM", Fraction(1, 5000), ("c/k", "ct", "carat", "carats"), ("карат",)),
    _base("LTR", "l|litre|litres|liter", "л|литр"),
    _times("HLT", 100, "LTR", "hl|hectolitre|hectolitres", "гл"),
    _times("KLT", 1000, "LTR"),
    _base("LPA", "l alc. 100%|l alc. 100 %|litre of pure alcohol", "л 100% спирта"),
    _base("MTR", "m|metre|metres", "м"),
    _times("HMT", 100, "MTR"),
    _times("KMT", 1000, "MTR", "km"),
    _base("MTK", "m²|m2", "м 2|м²|м2"),
    _base("MTQ", "m³|m3", "м 3|м³|м3"),
    _base("CMQ", "cm³|cm3|cm 3", "см 3|см³|см3"),
    _base(
        "CMQENG",
        "cm³ engine|cm3 engine|cm³ of engine capacity|cm3 of engine capacity",
        "см 3 объема двигателя|см³ объема двигателя|см3 объема двигателя",
    ),
    _base("NAR", "p/st|item|items|piece|pieces|pcs", "шт|штуку|штук|шт."),
    _times("CEN", 100, "NAR"),
    _times("MIL", 1000, "NAR"),
    _times("DZN", 12, "NAR", "dozen|doz."),
    _base("NPR", "pa|pair|pairs|pr", "пару|пар|пара"),
    _times("MPR", 1000, "NPR"),
    _base("NCL", "ce/el|cell|cells"),
    _base("JWL", "jewel|jewels"),
    _base("WAT", "W|Watt|watt", "Вт"),
    _base("KWH", "kWh", "кВт·ч|кВт.ч"),
    _times("MWH", 1000, "KWH", "MWh"),
    _base("TJO", "TJ"),
    _base("GRT", "GT"),
    _base("GFI", "gi F/S", "г Д/И"),
    _base("CUR", "Ci", "Ки"),
    _base("CCT", "ct/l"),
    _base("KNI", "kg N", "кг N"),
    _base("KPO", "kg K2O|kg K₂O", "кг K2O"),
    _base("KPP", "kg P2O5|kg P₂O₅", "кг P2O5"),
    _base("KUR", "kg U", "кг U"),
    _base("KSD", "kg 90% sdt|kg 90 % sdt", "кг 90% с/в"),
    _base("KNS", "kg H2O2|kg H₂O₂", "кг H2O2"),
    _base("KPH", "kg KOH", "кг KOH"),
    _base("KSH", "kg NaOH", "кг NaOH"),
    _base("KMA", "kg met.am.|kg methylamines"),
    _base("KCC", "kg C5H14ClNO|kg C₅H₁₄ClNO"),
    _base("KCL", "t KCl|tonne KCl"),
    _base("DHS", "kg DHS"),
    _base("ASV", "% vol|% vol."),
    _base("BRX", "% sucrose"),
    _base("SPR", "SPR discount"),
    _base("RET"),
    _product("ASVX", "ASV HLT", "% vol/hl|% vol / hl"),
    _product("KGMZ", "KGM BRX"),
    _product("DTNZ", "DTN BRX"),
    _product("TNEZ", "TNE BRX"),
    _product("SPQLPA", "SPR LPA"),
    _product("SPQLTR", "SPR ASV HLT"),
)

UNITS: Final = MappingProxyType({unit.code: unit for unit in _TABLE})

# What a unit may be qualified by: the goods' part, state or quality that is weighed.
QUALIFIERS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = MappingProxyType(
    {
        "E": {"KGM DTN TNE": ("net eda",)},
        "F": {"DTN": ("common wheat",)},
        "G": {"KGM DTN": ("br", "gross")},
        "L": {"DTN": ("live weight",)},
        "M": {"DTN TNE": ("net mas", "net dry matter")},
        "P": {"DTN": ("lactic.",), "KGM": ("lactic matter",)},
        "R": {"DTN TNE": ("std qual",)},
        "S": {"KGM DTN": ("raw sugar",)},
        "T": {"KGM": ("dry lactic matter",)},
        "A": {"KGM LTR": ("tot/alc", "total alc.")},
        "I": {"TNE": ("biodiesel",)},
        "J": {"TNE": ("fuel content",)},
        "K": {"TNE": ("bioethanol",)},
        "Z": {"DTN TNE": ("net/%sacchar.", "net/%saccha.")},
    }
)


def qualifier_words() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Every qualifier with a spelling and the codes of the units that take it so spelt."""
    for code, spellings in QUALIFIERS.items():
        for takers, words in spellings.items():
            for word in words:
                yield code, word, frozenset(takers.split())


# TARIC codes that stand for a round number of another unit.
MULTIPLES: Final = MappingProxyType(
    {
        (100, "KGM"): "DTN",
        (1000, "KGM"): "TNE",
        (100, "LTR"): "HLT",
        (1000, "LTR"): "KLT",
        (100, "NAR"): "CEN",
        (1000, "NAR"): "MIL",
        (1000, "NPR"): "MPR",
        (100, "MTR"): "HMT",
        (1000, "MTR"): "KMT",
        (1000, "KWH"): "MWH",
    }
)


def unit(code: str) -> Unit:
    """The unit of a code.

    Raises
    ------
    UnknownCode
        If no unit has it.
    """
    try:
        return UNITS[code]
    except KeyError:
        raise unknown("unit of measurement", code, UNITS) from None


def split_code(code: str) -> tuple[str, str]:
    """Unit and qualifier of a code such as ``DTNE`` or ``KGM``."""
    if code in UNITS:
        return code, ""
    if len(code) == 4 and code[:3] in UNITS and code[3] in QUALIFIERS:
        return code[:3], code[3]
    raise unknown("unit of measurement", code, UNITS)


@dataclass(frozen=True, slots=True)
class Quantities:
    """Quantities of one consignment by unit; exact, in base units.

    A qualified quantity (drained weight, say) is another quantity than the unqualified
    one: the one is never taken for the other.
    """

    base: Mapping[tuple[str, str], Fraction] = field(default_factory=dict)

    @classmethod
    def of(cls, amounts: Mapping[str, Decimal | int | str | Fraction]) -> Quantities:
        """Quantities from amounts by unit code, e.g. ``{"DTN": "100", "NAR": 12}``.

        Raises
        ------
        UnknownCode
            For an unknown unit.
        BadInput
            For a float, a negative amount, or two amounts of one thing that differ.
        """
        base: dict[tuple[str, str], Fraction] = {}
        for code, amount in amounts.items():
            if isinstance(amount, float):
                raise BadInput("quantities are exact: give a Decimal, an int or a text")
            name, qualifier = split_code(code)
            measured = unit(name)
            total = Fraction(amount) * measured.factor
            if total < 0:
                raise BadInput(f"a negative quantity: {amount} {code}")
            key = (measured.base, qualifier)
            if base.setdefault(key, total) != total:
                raise BadInput(f"two different quantities in {measured.base}{qualifier}")
        return cls(base)

    def get(self, code: str, qualifier: str = "") -> Fraction | None:
        """How many of a unit there are; ``None`` if that is not known."""
        measured = unit(code)
        held = self.base.get((measured.base, qualifier))
        if held is not None:
            return held / measured.factor
        return self._product(unit(code + qualifier) if code + qualifier in UNITS else measured)

    def _product(self, measured: Unit) -> Fraction | None:
        if not measured.product:
            return None
        total = Fraction(1)
        for part in measured.product:
            held = self.get(part)
            if held is None:
                return None
            total *= held
        return total

    def scaled(self, share: Fraction) -> Quantities:
        """The same things, ``share`` of each that adds up (a strength or a price does not)."""
        keep = {"ASV", "BRX", "SPR"}
        return Quantities(
            {key: amount if key[0] in keep else amount * share for key, amount in self.base.items()}
        )
