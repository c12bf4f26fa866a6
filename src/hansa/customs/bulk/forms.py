"""Duties in the form that columns of integers can carry.

A duty on value v and one quantity q is put as

    min(a₃ v + b₃ q, max(a₁ v + b₁ q, a₂ v + b₂ q))

where the second (floor) and third (ceiling) may be missing. Every rate of the Eurasian
tariff has this form; what has not (ladders, several units, named components) is left to the
line-by-line assessment, which is exact as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from hansa.customs.duties.currencies import SUBUNITS
from hansa.customs.duties.exact import as_decimal
from hansa.customs.duties.rates import (
    AdValorem,
    AtLeast,
    AtMost,
    Extreme,
    Nothing,
    OfBase,
    Per,
    Rate,
    Specific,
    Sum,
)
from hansa.customs.duties.units import UNITS, unit

_AFFINE = (AdValorem, Specific, Sum, Nothing)
_PRODUCTS = frozenset(code for code, measured in UNITS.items() if measured.product)


@dataclass(frozen=True, slots=True)
class Affine:
    """``a`` per cent of the value plus ``b`` of a currency per base unit of a quantity."""

    a: Fraction = Fraction(0)
    b: Fraction = Fraction(0)
    unit: str = ""
    currency: str = ""

    def plus(self, other: Affine) -> Affine | None:
        """The sum, ``None`` if the two count different units or currencies."""
        units = {self.unit, other.unit} - {""}
        currencies = {self.currency, other.currency} - {""}
        if len(units) > 1 or len(currencies) > 1 or _mixed(self, other):
            return None
        return Affine(self.a + other.a, self.b + other.b, "".join(units), "".join(currencies))


def _mixed(left: Affine, right: Affine) -> bool:
    """An amount per consignment beside an amount per unit."""
    counts = {term.unit for term in (left, right) if term.b}
    return len(counts) > 1


@dataclass(frozen=True, slots=True)
class Form:
    """A duty as up to three affine terms of one unit and one currency, or a share of another.

    ``unit`` is the base unit, with its qualifier behind a stroke; ``1`` counts consignments.
    """

    first: Affine
    floor: Affine | None = None
    ceiling: Affine | None = None
    of_base: Fraction | None = None

    @property
    def unit(self) -> str:
        """The unit counted, ``""`` for none."""
        return next((t.unit for t in self.terms if t.unit), "")

    @property
    def currency(self) -> str:
        """The currency of amounts, ``""`` for none."""
        return next((t.currency for t in self.terms if t.currency), "")

    @property
    def plain(self) -> bool:
        """Whether it is a percentage of the value and nothing else."""
        single = self.floor is None and self.ceiling is None and self.of_base is None
        return single and not self.first.b

    @property
    def terms(self) -> tuple[Affine, ...]:
        """The terms that there are."""
        return tuple(t for t in (self.first, self.floor, self.ceiling) if t is not None)


@lru_cache(maxsize=1 << 16)
def form_of(rate: Rate) -> Form | None:
    """The form of a rate, ``None`` if it has none."""
    if isinstance(rate, OfBase):
        return Form(Affine(), of_base=Fraction(rate.percent) / 100)
    found = _limited(rate)
    if found is None or not _uniform(found):
        return None
    return found


def _limited(rate: Rate) -> Form | None:
    match rate:
        case AtMost(inner, ceiling):
            return _capped(_floored(inner), _affine(ceiling))
        case Extreme((one, other), highest=False):
            if isinstance(one, _AFFINE):
                return _capped(_floored(other), _affine(one))
            return _capped(_floored(one), _affine(other))
        case _:
            return _floored(rate)


def _capped(form: Form | None, ceiling: Affine | None) -> Form | None:
    return None if form is None or ceiling is None else Form(form.first, form.floor, ceiling)


def _floored(rate: Rate) -> Form | None:
    match rate:
        case AtLeast(inner, floor) | Extreme((inner, floor), highest=True):
            first, second = _affine(inner), _affine(floor)
            return None if first is None or second is None else Form(first, second)
        case _:
            first = _affine(rate)
            return None if first is None else Form(first)


def _affine(rate: Rate) -> Affine | None:
    match rate:
        case Nothing():
            return Affine()
        case AdValorem(percent, ""):
            return Affine(a=Fraction(percent) / 100)
        case AdValorem(percent, of):
            return Affine(b=Fraction(percent) / 100, unit=of, currency="")
        case Specific(amount, currency, per):
            whole, parts = SUBUNITS.get(currency, (currency, 1))
            return _counted(Fraction(amount) / parts, whole, per)
        case Sum(terms):
            total: Affine | None = Affine()
            for sign, term in terms:
                part = _affine(term)
                if part is None or sign < 0 or total is None:
                    return None
                total = total.plus(part)
            return total
        case _:
            return None


def _counted(amount: Fraction, currency: str, per: Per | None) -> Affine | None:
    if per is None:
        return Affine(b=amount, unit="1", currency=currency)
    measured = unit(per.unit)
    if measured.product or per.unit + per.qualifier in _PRODUCTS:
        return None
    each = amount / Fraction(per.count) / measured.factor
    name = f"{measured.base}/{per.qualifier}" if per.qualifier else measured.base
    return Affine(b=each, unit=name, currency=currency)


def _uniform(form: Form) -> bool:
    """One unit and currency, no negative term, and decimals that end."""
    units = {t.unit for t in form.terms if t.unit}
    currencies = {t.currency for t in form.terms if t.currency}
    numbers = [number for t in form.terms for number in (t.a, t.b)]
    return (
        len(units) <= 1
        and len(currencies) <= 1
        and all(number >= 0 and as_decimal(number) is not None for number in numbers)
    )


def rate_of(form: Form) -> Rate:
    """A rate that comes to the same as a form."""
    terms = [_rate(term) for term in form.terms]
    if form.of_base is not None:
        return OfBase(_decimal(form.of_base * 100))
    rate = terms[0]
    if form.floor is not None:
        rate = AtLeast(rate, _rate(form.floor))
    return rate if form.ceiling is None else AtMost(rate, _rate(form.ceiling))


def _rate(term: Affine) -> Rate:
    parts: list[tuple[int, Rate]] = []
    if term.a or not term.b:
        parts.append((1, AdValorem(_decimal(term.a * 100))))
    if term.b and term.unit == "RET":
        parts.append((1, AdValorem(_decimal(term.b * 100), of="RET")))
    elif term.b:
        name, _, qualifier = term.unit.partition("/")
        per = None if name == "1" else Per(name, qualifier=qualifier)
        parts.append((1, Specific(_decimal(term.b), term.currency, per)))
    return parts[0][1] if len(parts) == 1 else Sum(tuple(parts))


def _decimal(number: Fraction) -> Decimal:
    exact = as_decimal(number)
    assert exact is not None, "forms have decimals that end"
    return exact
