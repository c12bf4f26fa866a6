"""Exact money: integers of the minor unit, never binary floating point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from enum import Enum
from fractions import Fraction

from hansa.terms.errors import BadInput


class Rounding(Enum):
    """How a union rounds to its minor unit; declared in the union's data, never implied."""

    HALF_UP = ROUND_HALF_UP
    HALF_EVEN = ROUND_HALF_EVEN
    DOWN = ROUND_DOWN
    UP = ROUND_UP


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in minor units of a currency.

    Parameters
    ----------
    currency : str
        ISO 4217 code.
    minor : int
        Amount in minor units (cents, kopecks).
    exponent : int
        Decimal places of the currency (2 for most).
    """

    currency: str
    minor: int
    exponent: int = 2

    @classmethod
    def of(
        cls,
        amount: Decimal | int | str,
        currency: str,
        *,
        exponent: int = 2,
        rounding: Rounding = Rounding.HALF_UP,
    ) -> Money:
        """Money from a decimal amount of major units; floats are refused."""
        if isinstance(amount, float):
            raise BadInput("money is exact: give a Decimal, an int or a text, not a float")
        quantum = Decimal(1).scaleb(-exponent)
        rounded = Decimal(amount).quantize(quantum, rounding=rounding.value)
        return cls(currency, int(rounded.scaleb(exponent)), exponent)

    def _same(self, other: Money) -> None:
        if (self.currency, self.exponent) != (other.currency, other.exponent):
            raise BadInput(f"cannot add {other.currency} to {self.currency}")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.currency, self.minor + other.minor, self.exponent)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.currency, self.minor - other.minor, self.exponent)

    def __neg__(self) -> Money:
        return Money(self.currency, -self.minor, self.exponent)

    @property
    def amount(self) -> Decimal:
        """The amount in major units."""
        return Decimal(self.minor).scaleb(-self.exponent)

    def __str__(self) -> str:
        return f"{self.amount:,.{self.exponent}f} {self.currency}"


def allocate(total: int, weights: Sequence[int | Fraction | Decimal]) -> tuple[int, ...]:
    """Split ``total`` minor units in proportion to ``weights``; the parts sum to ``total``.

    Largest remainder (Hamilton); ties go to the earlier part. Works for negative totals
    (a refund is shared as the receipt was).

    Raises
    ------
    BadInput
        If there are no weights, one is negative, or they sum to nothing.
    """
    shares = [Fraction(weight) for weight in weights]
    whole = sum(shares, Fraction(0))
    if whole <= 0 or any(share < 0 for share in shares):
        raise BadInput("shares must be non-negative and sum to more than nothing")
    sign, rest = (1, total) if total >= 0 else (-1, -total)
    exact = [rest * share / whole for share in shares]
    parts = [int(part) for part in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: rest - sum(parts)]:
        parts[i] += 1
    return tuple(sign * part for part in parts)
