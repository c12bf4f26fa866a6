"""Decimals without a context: products and shifts that never round, and numbers as text."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hansa.terms.errors import BadInput


def _parts(number: Decimal) -> tuple[int, int]:
    sign, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int):
        raise BadInput(f"{number} is not a number to reckon with")
    whole = int("".join(map(str, digits)) or "0")
    return (-whole if sign else whole), exponent


def _decimal(whole: int, exponent: int) -> Decimal:
    while exponent < 0 and whole % 10 == 0:
        whole, exponent = whole // 10, exponent + 1
    if exponent > 0:
        whole, exponent = whole * 10**exponent, 0
    digits = tuple(int(digit) for digit in str(abs(whole)))
    return Decimal((1 if whole < 0 else 0, digits, exponent))


def product(left: Decimal, right: Decimal) -> Decimal:
    """The exact product, without trailing zeros after the point."""
    (a, i), (b, j) = _parts(left), _parts(right)
    return _decimal(a * b, i + j)


def shifted(number: Decimal, places: int) -> Decimal:
    """The number times ten to ``places``, exactly."""
    whole, exponent = _parts(number)
    return _decimal(whole, exponent + places)


def decimals(number: Decimal) -> int:
    """How many digits after the point it takes to write the number exactly."""
    whole, exponent = _parts(number)
    return max(0, -int(_decimal(whole, exponent).as_tuple().exponent))


def as_decimal(number: Fraction) -> Decimal | None:
    """The fraction as a decimal, or ``None`` if its decimals never end."""
    rest, places = number.denominator, 0
    for prime in (2, 5):
        power = 0
        while rest % prime == 0:
            rest, power = rest // prime, power + 1
        places = max(places, power)
    if rest != 1:
        return None
    return _decimal(number.numerator * 10**places // number.denominator, -places)


def figure(number: Fraction | Decimal | int, places: int = 6) -> str:
    """A number for people: exact where its decimals end early, else with an ellipsis."""
    exact = as_decimal(Fraction(number))
    if exact is not None and decimals(exact) <= places:
        return f"{exact:f}"
    scaled = abs(Fraction(number)) * 10**places
    whole = scaled.numerator // scaled.denominator
    return f"{'-' if number < 0 else ''}{_decimal(whole, -places):f}…"
