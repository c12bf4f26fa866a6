"""Duties that are not simple percentages: what is collected, and the equivalent rate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from hansa.customs.duties import Basis, Rate, amount, read
from hansa.customs.duties import Quantities as Declared
from hansa.terms.errors import BadInput

Exact = Decimal | int | str | Fraction
Quantities = Mapping[str, Decimal]

NO_QUANTITIES: Quantities = MappingProxyType({})


@runtime_checkable
class DutyRule(Protocol):
    """Anything that says what a value and its quantities pay."""

    def duty(self, value: Fraction, quantities: Quantities) -> Fraction:
        """Duty in the unit of the value."""


@dataclass(frozen=True, slots=True)
class AdValorem:
    """A percentage of the value."""

    percent: Fraction

    @classmethod
    def of(cls, percent: Exact | float) -> AdValorem:
        """From a decimal; a float is read as the decimal that it prints."""
        return cls(Fraction(str(percent) if isinstance(percent, float) else percent))

    def duty(self, value: Fraction, quantities: Quantities) -> Fraction:
        """``value`` × per cent."""
        return value * self.percent / 100


@dataclass(frozen=True, slots=True)
class Computed:
    """Any function of value and quantities as a duty rule."""

    function: Callable[[Fraction, Quantities], Fraction]

    def duty(self, value: Fraction, quantities: Quantities) -> Fraction:
        """What the function says."""
        return self.function(value, quantities)


@dataclass(frozen=True, slots=True)
class Expressed:
    """A parsed duty expression as a duty rule.

    Parameters
    ----------
    rate : Rate
        The structure of the duty (`hansa.customs.duties.read`).
    currency : str
        Currency of the values; the quantities are by unit code (``KGM``).
    rates : mapping
        Units of ``currency`` for one unit of another, for amounts in other currencies.
    """

    rate: Rate
    currency: str
    rates: Mapping[str, Fraction] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str, currency: str, rates: Mapping[str, Exact] | None = None) -> Expressed:
        """From the text of a tariff: ``10% MIN 0.5 EUR / kg``.

        Raises
        ------
        BadExpression
            With the position and what was expected there.
        """
        worth = {code: Fraction(value) for code, value in (rates or {}).items()}
        return cls(read(text).rate, currency, worth)

    def duty(self, value: Fraction, quantities: Quantities) -> Fraction:
        """What the expression comes to, exactly.

        Raises
        ------
        MissingQuantity, NoExchangeRate
            If the expression asks for what is not given.
        """
        basis = Basis(value, self.currency, Declared.of(quantities), self.rates)
        return amount(self.rate, basis)


def equivalent(duty: DutyRule, unit_values: Mapping[str, Exact] = NO_QUANTITIES) -> Fraction:
    """The ad valorem equivalent in per cent, at reference unit values.

    AVE = duty(value, quantity) / value, for goods worth one unit of value: with unit
    value UV per kilogram, 1 / UV kilograms (WTO method of 2005).

    Parameters
    ----------
    duty : DutyRule
        The expression.
    unit_values : mapping
        Value of one unit of quantity, by unit (``{"kg": "2.5"}``).

    Raises
    ------
    BadInput
        If a unit value is needed and missing, or not positive.
    """
    amounts = {}
    for unit, worth in unit_values.items():
        value = Fraction(worth)
        if value <= 0:
            raise BadInput(f"the unit value per {unit} is {worth}: it must be positive")
        amounts[unit] = value
    # For goods worth the product of the unit values every quantity is a product of
    # decimals, so nothing is divided and nothing rounded.
    value = Fraction(1)
    for worth_ in amounts.values():
        value *= worth_
    quantities = {unit: _decimal(value / worth_) for unit, worth_ in amounts.items()}
    return duty.duty(value, quantities) / value * 100


def _decimal(quantity: Fraction) -> Decimal:
    return Decimal(quantity.numerator) / Decimal(quantity.denominator)


def equivalents(
    duties: Mapping[str, DutyRule], unit_values: Mapping[str, Mapping[str, Exact]]
) -> tuple[dict[str, Fraction], dict[str, str]]:
    """Ad valorem equivalents of a whole tariff.

    Parameters
    ----------
    duties : mapping
        Expression by code.
    unit_values : mapping
        By code: value of one unit of quantity, by unit.

    Returns
    -------
    rates : dict
        Per cent, by code.
    failed : dict
        By code, why a line has no equivalent. Such a line is left out of ``rates``: it
        is missing, not free.
    """
    rates: dict[str, Fraction] = {}
    failed: dict[str, str] = {}
    for code, duty in duties.items():
        try:
            rates[code] = equivalent(duty, unit_values.get(code, NO_QUANTITIES))
        except BadInput as wrong:
            failed[code] = wrong.what
    return rates, failed
