"""What a duty comes to: exact amounts from a rate and what it is levied on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hansa.customs.duties.currencies import CODES, SUBUNITS
from hansa.customs.duties.exact import figure
from hansa.customs.duties.rates import (
    AdValorem,
    AtLeast,
    AtMost,
    Component,
    Extreme,
    Ladder,
    Nothing,
    OfBase,
    OfExcess,
    Per,
    Rate,
    Specific,
    Step,
    Sum,
    Supplementary,
    scaled,
)
from hansa.customs.duties.style import TARIC
from hansa.customs.duties.units import Quantities, unit
from hansa.customs.duties.writing import write
from hansa.customs.mistakes import MissingQuantity, NoExchangeRate, NoRate, Rejected
from hansa.terms.reasons import Reason


@dataclass(frozen=True, slots=True)
class Basis:
    """What a duty is levied on.

    Parameters
    ----------
    value : Fraction
        Customs value, in ``currency``.
    currency : str
        ISO code in which the duty is reckoned.
    quantities : Quantities
        Declared quantities; ``RET`` is the retail price in ``currency``.
    rates : mapping
        Units of ``currency`` for one unit of another, by code.
    components : mapping
        Amounts of the named components (agricultural component …).
    base : Rate, optional
        The rate of which a preference takes a share.
    limits : tuple
        Allowances of a duty on an excess, as in `OfExcess`.
    """

    value: Fraction
    currency: str
    quantities: Quantities = field(default_factory=Quantities)
    rates: Mapping[str, Fraction] = field(default_factory=dict)
    components: Mapping[str, Rate] = field(default_factory=dict)
    base: Rate | None = None
    limits: tuple[tuple[Decimal, str], ...] = ()

    def converted(self, amount: Fraction, currency: str) -> Fraction:
        """An amount of another currency in the currency of the duty."""
        if currency in SUBUNITS:
            whole, parts = SUBUNITS[currency]
            return self.converted(amount / parts, whole)
        if currency == self.currency:
            return amount
        rate = self.rates.get(currency)
        if rate is None:
            raise NoExchangeRate(
                f"no exchange rate from {currency} to {self.currency}",
                remedy=f"give the rate of the day for {currency}",
            )
        return amount * rate

    def count(self, per: Per) -> Fraction:
        """How many times the number of units of a specific duty has been declared."""
        held = self.quantities.get(per.unit, per.qualifier)
        if held is None:
            word = write(Supplementary(per), TARIC)
            raise MissingQuantity(
                f"the duty counts {word}, and no such quantity is declared",
                remedy=f"declare the quantity in {unit(per.unit).base}{per.qualifier}",
            )
        return held / Fraction(per.count)


def amount(rate: Rate, basis: Basis) -> Fraction:
    """The exact duty, in the currency of the basis.

    Limits and sums read from left to right, and what follows MIN or MAX is one
    sub-expression: ``a MIN b MAX c - d`` is min(max(a, b), c - d).

    Raises
    ------
    MissingQuantity, NoExchangeRate, Rejected
        If the rate asks for what the basis does not give.
    """
    return Fraction(_REDUCERS[type(rate)](rate, basis))


def explain(rate: Rate, basis: Basis) -> Reason:
    """The duty with every number that it is made of."""
    parts = tuple(explain(part, basis) for part in _parts(rate, basis))
    total = amount(rate, basis)
    said = _said(rate, basis)
    return Reason("number", f"{said} = {figure(total)} {basis.currency}", because=parts)


def ad_valorem_equivalent(rate: Rate, basis: Basis) -> Fraction:
    """The duty in per cent of the value.

    Raises
    ------
    Rejected
        If the value is nought.
    """
    if basis.value == 0:
        raise Rejected("nothing is a percentage of a value of nought")
    return 100 * amount(rate, basis) / basis.value


def dearest(rates: Mapping[str, Rate], bases: Mapping[str, Basis]) -> str:
    """Which article of a set bears the highest ad valorem equivalent: the set pays its rate."""
    return max(rates, key=lambda name: ad_valorem_equivalent(rates[name], bases[name]))


def rung(ladder: Ladder, basis: Basis) -> tuple[Step, Fraction]:
    """The step of an entry-price ladder that the import price reaches, and that price.

    Raises
    ------
    Rejected
        If the price is below the lowest step.
    """
    for step in sorted(ladder.steps, key=lambda step: -step.price.amount):
        count = basis.count(step.price.per) if step.price.per is not None else Fraction(1)
        threshold = basis.converted(Fraction(step.price.amount), step.price.currency)
        if basis.value >= threshold * count:
            return step, basis.value / count if count else Fraction(0)
    raise Rejected("the import price is below the lowest step of the entry-price ladder")


def excess(rate: OfExcess, basis: Basis) -> Basis:
    """The part of the basis above the limits.

    Raises
    ------
    Rejected
        If neither the rate nor the basis says where the excess begins.
    """
    limits = rate.limits or basis.limits
    if not limits:
        raise Rejected("a duty on an excess needs its limits")
    value, held = basis.value, dict(basis.quantities.base)
    for bound, of in limits:
        if of in CODES:
            value = max(Fraction(0), value - basis.converted(Fraction(bound), of))
        else:
            key = (unit(of).base, "")
            held[key] = max(
                Fraction(0), held.get(key, Fraction(0)) - Fraction(bound) * unit(of).factor
            )
    return replace(basis, value=value, quantities=Quantities(held))


def _sum(rate: Sum, basis: Basis) -> Fraction:
    return sum((sign * amount(term, basis) for sign, term in rate.terms), Fraction(0))


def _ad_valorem(rate: AdValorem, basis: Basis) -> Fraction:
    return Fraction(rate.percent) / 100 * _base_value(rate, basis)


def _base_value(rate: AdValorem, basis: Basis) -> Fraction:
    if not rate.of:
        return basis.value
    held = basis.quantities.get(rate.of)
    if held is None:
        raise MissingQuantity("the duty is on the retail price, and none is declared")
    return held


def _specific(rate: Specific, basis: Basis) -> Fraction:
    count = Fraction(1) if rate.per is None else basis.count(rate.per)
    return basis.converted(Fraction(rate.amount) * count, rate.currency)


def _component(rate: Component, basis: Basis) -> Fraction:
    return amount(_named(rate.name, basis), basis)


def _named(name: str, basis: Basis) -> Rate:
    found = basis.components.get(name)
    if found is None:
        raise MissingQuantity(
            f"component {name} depends on an additional code, and none is declared"
        )
    return found


def _of_base(rate: OfBase, basis: Basis) -> Fraction:
    if basis.base is None:
        raise NoRate("a share of the base rate, and no base rate stands")
    return amount(scaled(basis.base, rate.percent), basis) / 100


def _supplementary(rate: Rate, basis: Basis) -> Fraction:
    raise Rejected(f"{write(rate, TARIC)!r} is a supplementary unit, not a duty")


_REDUCERS: dict[type, Callable[[Any, Basis], Fraction]] = {
    AdValorem: _ad_valorem,
    Specific: _specific,
    Component: _component,
    OfBase: _of_base,
    Nothing: lambda rate, basis: Fraction(0),
    Supplementary: _supplementary,
    Sum: _sum,
    AtLeast: lambda rate, basis: max(amount(rate.rate, basis), amount(rate.floor, basis)),
    AtMost: lambda rate, basis: min(amount(rate.rate, basis), amount(rate.ceiling, basis)),
    Extreme: lambda rate, basis: (max if rate.highest else min)(
        amount(option, basis) for option in rate.options
    ),
    OfExcess: lambda rate, basis: amount(rate.rate, excess(rate, basis)),
    Ladder: lambda rate, basis: amount(rung(rate, basis)[0].rate, basis),
}


def _parts(rate: Rate, basis: Basis) -> tuple[Rate, ...]:
    match rate:
        case Sum(terms):
            return tuple(term for _, term in terms)
        case AtLeast(inner, other) | AtMost(inner, other):
            return (inner, other)
        case Extreme(options):
            return options
        case Ladder():
            return (rung(rate, basis)[0].rate,)
        case Component(name):
            return (_named(name, basis),)
        case _:
            return ()


def _said(rate: Rate, basis: Basis) -> str:
    match rate:
        case AdValorem(percent):
            return f"{percent}% * {_plain(_base_value(rate, basis))}"
        case Specific(money, currency, per):
            said = f"{money} {currency}"
            if per is not None:
                said += f" * {figure(basis.count(per))} ({write(Supplementary(per), TARIC)})"
            if currency != basis.currency and currency not in SUBUNITS:
                said += f" * {figure(basis.converted(Fraction(1), currency))}"
            return said
        case Ladder():
            step, price = rung(rate, basis)
            return f"import price {figure(price)} reaches {write(step.price, TARIC)}: " + write(
                step.rate, TARIC
            )
        case _:
            return write(rate, TARIC)


def _plain(value: Fraction) -> str:
    text = figure(value)
    whole, _, places = text.partition(".")
    return text if len(places) >= 2 else f"{whole}.{places:0<2}"
