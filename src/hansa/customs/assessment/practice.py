"""A union's practice: valuation, rounding and stacking, declared and never implied."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from hansa.customs.book.kinds import Kind
from hansa.terms.money import Money, Rounding


@dataclass(frozen=True, slots=True)
class Round:
    """How an amount is rounded, and to how many places."""

    mode: Rounding = Rounding.HALF_UP
    places: int = 2

    def __call__(self, amount: Fraction) -> Fraction:
        """The rounded amount, exactly."""
        return Fraction(self.units(amount), 10**self.places)

    def units(self, amount: Fraction) -> int:
        """The amount in units of the last place."""
        scaled = abs(amount) * 10**self.places
        whole, rest = divmod(scaled.numerator, scaled.denominator)
        double = 2 * rest - scaled.denominator
        up = {
            Rounding.HALF_UP: double >= 0,
            Rounding.HALF_EVEN: double > 0 or (double == 0 and whole % 2 == 1),
            Rounding.DOWN: False,
            Rounding.UP: rest > 0,
        }[self.mode]
        size = int(whole) + int(up)
        return -size if amount < 0 else size


@dataclass(frozen=True, slots=True)
class Displacement:
    """A measure that keeps others away, wholly or for a share of the goods.

    Parameters
    ----------
    by, displaced : str
        Kinds (``quota``) or programmes of measures.
    share : str
        Name of the declared share of the goods for which it does; ``""`` for all.
    """

    by: str
    displaced: frozenset[str]
    share: str = ""


SKIPS_SAFEGUARD = Displacement(Kind.QUOTA.value, frozenset({Kind.SAFEGUARD.value}))
"""Goods within a quota do not pay the safeguard duty."""


@dataclass(frozen=True, slots=True)
class Practice:
    """What a union declares on how it reckons.

    Parameters
    ----------
    currency : str
        Currency of duties and taxes.
    places : int
        Decimal places of its minor unit.
    valuation : {"CIF", "FOB"}
        Which costs belong to the customs value.
    incoterms : int, optional
        Edition of the Incoterms that declarations refer to; any by default.
    value, duty, additional, excise, vat : Round, optional
        How each step is rounded before the next; ``None`` keeps it exact.
    shown : Round
        How amounts are rounded that leave the cascade.
    displacements : tuple of Displacement
        Rules on stacking.
    rate_age : int, optional
        Days for which an exchange rate serves; by default until the next one.
    """

    currency: str
    places: int = 2
    valuation: Literal["CIF", "FOB"] = "CIF"
    incoterms: int | None = None
    value: Round | None = None
    duty: Round | None = None
    additional: Round | None = None
    excise: Round | None = None
    vat: Round | None = None
    shown: Round = Round()
    displacements: tuple[Displacement, ...] = (SKIPS_SAFEGUARD,)
    rate_age: int | None = None

    @classmethod
    def stepwise(
        cls, currency: str, mode: Rounding = Rounding.HALF_UP, places: int = 2
    ) -> Practice:
        """A practice that rounds every step to the minor unit before the next."""
        step = Round(mode, places)
        return cls(
            currency,
            places,
            value=step,
            duty=step,
            additional=step,
            excise=step,
            vat=step,
            shown=step,
        )

    def step(self, kind: Kind) -> Round | None:
        """The rounding of a kind of charge."""
        if kind is Kind.EXCISE:
            return self.excise
        if kind is Kind.VAT:
            return self.vat
        additional = (Kind.ANTI_DUMPING, Kind.COUNTERVAILING, Kind.SAFEGUARD, Kind.ADDITIONAL)
        return self.additional if kind in additional else self.duty

    @property
    def most_places(self) -> int:
        """The most decimal places that a step or the answer is rounded to."""
        steps = (self.value, self.duty, self.additional, self.excise, self.vat)
        return max([self.places, *(step.places for step in steps if step is not None)])

    def rounded(self, kind: Kind, amount: Fraction) -> Fraction:
        """A charge as it enters the next step."""
        rule = self.step(kind)
        return amount if rule is None else rule(amount)

    def money(self, amount: Fraction) -> Money:
        """An amount as people see it."""
        rule = Round(self.shown.mode, self.places)
        return Money(self.currency, rule.units(amount), self.places)
