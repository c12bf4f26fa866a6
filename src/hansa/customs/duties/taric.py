"""Duties as the TARIC stores them: components in the order of their expression ids.

The ids let one expression hold several terms: 01 the first, 04 a second after ``+``, 02
after ``-``, 15 a minimum, 17 and 35 maxima, 19 and 20 terms after a minimum or maximum,
36 a subtraction there, 99 a supplementary unit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from hansa.customs.duties.rates import (
    AdValorem,
    AtLeast,
    AtMost,
    Component,
    Nothing,
    Per,
    Rate,
    Specific,
    Sum,
    Supplementary,
)
from hansa.customs.duties.units import MULTIPLES, split_code
from hansa.terms.errors import BadInput
from hansa.terms.names import unknown

NAMED: Final = {
    "12": "EA",
    "14": "EAR",
    "21": "ADSZ",
    "25": "ADSZR",
    "27": "ADFM",
    "29": "ADFMR",
}
_IDS: Final = {**{name: code for code, name in NAMED.items()}, "AC": "12", "ACR": "14"}
_MINUS: Final = ("02", "36")
_PLUS: Final = ("04", "06", "07", "09", "11", "13", "19", "20", "31")
_MIN: Final = ("15",)
_MAX: Final = ("17", "35")


@dataclass(frozen=True, slots=True)
class Part:
    """One component: expression id, amount, currency (``""``: per cent), unit, qualifier."""

    id: str
    amount: Decimal | None = None
    currency: str = ""
    unit: str = ""
    qualifier: str = ""
    count: Decimal = Decimal(1)


def from_parts(parts: Iterable[Part]) -> Rate:
    """The structure of a duty that is given as components.

    The last minimum or maximum splits first, and the terms behind it belong to it.

    Raises
    ------
    BadInput
        If the components make no expression.
    """
    rate: Rate | None = None
    terms: list[tuple[int, Rate]] = []
    joint = ""
    for part in parts:
        if part.id in _MIN + _MAX:
            rate = _joined(rate, joint, terms)
            joint, terms = part.id, []
        terms.append((-1 if part.id in _MINUS else 1, _leaf(part)))
    return _joined(rate, joint, terms)


def _joined(rate: Rate | None, joint: str, terms: list[tuple[int, Rate]]) -> Rate:
    if not terms:
        raise BadInput("a duty without components")
    whole = terms[0][1] if len(terms) == 1 and terms[0][0] > 0 else Sum(tuple(terms))
    if rate is None:
        return whole
    return AtLeast(rate, whole) if joint in _MIN else AtMost(rate, whole)


def _leaf(part: Part) -> Rate:
    if part.id in NAMED:
        return Component(NAMED[part.id])
    if part.id == "37":
        return Nothing()
    code, qualifier = split_code(part.unit) if part.unit else ("", "")
    if code and part.qualifier:
        code, qualifier = split_code(code + part.qualifier)
    per = Per(code, part.count, qualifier) if code else None
    if part.id == "99" and per is not None:
        return Supplementary(per)
    if part.id not in ("01", *_MINUS, *_PLUS, *_MIN, *_MAX):
        raise unknown("duty expression id", part.id, ("01", *_MINUS, *_PLUS, *_MIN, *_MAX, *NAMED))
    if part.amount is None:
        raise BadInput(f"component {part.id} needs an amount")
    if part.currency:
        return Specific(part.amount, part.currency, per)
    if code == "RET" or not code:
        return AdValorem(part.amount, of=code)
    raise BadInput(f"component {part.id}: a percentage cannot be per {code}")


def to_parts(rate: Rate) -> tuple[Part, ...]:
    """The components of a duty.

    Raises
    ------
    BadInput
        If the TARIC has no way to say it (a choice within a sum, a ladder, an excess).
    """
    match rate:
        case AtLeast(inner, floor):
            return to_parts(inner) + _behind("15", floor)
        case AtMost(inner, ceiling):
            before = to_parts(inner)
            used = {part.id for part in before}
            return before + _behind("35" if "17" in used else "17", ceiling)
        case Sum(terms):
            return _terms(terms, ("01", "04", "06"), "02")
        case _:
            return (_part("01", rate),)


def _behind(first: str, rate: Rate) -> tuple[Part, ...]:
    terms = rate.terms if isinstance(rate, Sum) else ((1, rate),)
    return _terms(terms, (first, "19", "20"), "36")


def _terms(
    terms: tuple[tuple[int, Rate], ...], plus: tuple[str, ...], minus: str
) -> tuple[Part, ...]:
    parts = []
    for place, (sign, term) in enumerate(terms):
        if place >= len(plus):
            raise BadInput("the TARIC has no expression with so many terms")
        parts.append(_part(minus if sign < 0 else plus[place], term))
    return tuple(parts)


def _part(code: str, rate: Rate) -> Part:
    match rate:
        case AdValorem(percent, of):
            return Part(code, percent, unit=of)
        case Specific(money, currency, None):
            return Part(code, money, currency)
        case Specific(money, currency, Per() as per):
            return Part(code, money, currency, *_unit_of(per))
        case Component(name):
            return Part(_IDS[name.replace(" ", "").replace("/", "")])
        case Supplementary(per):
            return Part("99", None, "", *_unit_of(per))
        case Nothing():
            return Part("37")
        case _:
            raise BadInput(f"the TARIC has no component for {type(rate).__name__}")


def _unit_of(per: Per) -> tuple[str, str, Decimal]:
    code = MULTIPLES.get((int(per.count), per.unit)) if per.count == int(per.count) else None
    if code is not None:
        return code, per.qualifier, Decimal(1)
    return per.unit, per.qualifier, per.count
