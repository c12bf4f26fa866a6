"""Exact numbers: how weights and thresholds are read, and how they are written for people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isfinite

from hansa.terms.errors import BadInput, Place

Exact = int | Fraction | Decimal | float | str

_MIXED = re.compile(r"^\s*([0-9]+) ([0-9]+/[0-9]+)\s*$")
_PERCENT = re.compile(r"^\s*([0-9]+(?:\.[0-9]+)?)\s*(?:%|percent|per cent)\s*$")


def exact(value: Exact, *, what: str = "number", where: Place | None = None) -> Fraction:
    """The rational number that was written.

    A binary float stands for the shortest decimal that reads back as it: the ``21.5`` or
    ``0.1`` of a TOML file is 43/2 or 1/10, never 3602879701896397/36028797018963968.

    Raises
    ------
    BadInput
        If it is no finite number.
    """
    if isinstance(value, bool) or not isinstance(value, int | Fraction | Decimal | float | str):
        raise BadInput(f"{value!r} is not a {what}", where=where)
    if isinstance(value, float | Decimal) and not isfinite(value):
        raise BadInput(f"{value!r} is not a finite {what}", where=where)
    if isinstance(value, str) and (percent := _PERCENT.match(value)):
        return Fraction(percent.group(1)) / 100
    if isinstance(value, str) and (mixed := _MIXED.match(value)):
        return int(mixed.group(1)) + exact(mixed.group(2), what=what, where=where)
    try:
        return Fraction(repr(value)) if isinstance(value, float) else Fraction(value)
    except (ValueError, ZeroDivisionError):
        remedy = "write 40, 21.5, 2/3 or 55 %"
        raise BadInput(f"{value!r} is not a {what}", where=where, remedy=remedy) from None


def readable(number: Fraction) -> str:
    """A number for people, without loss where it is short: ``67``, ``21.5``, ``66 2/3``."""
    if number.denominator == 1:
        return str(number.numerator)
    if number < 0:
        return f"-{readable(-number)}"
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest == 1 and number.denominator <= 10**6:
        return f"{Decimal(number.numerator) / Decimal(number.denominator):f}"
    if number.denominator <= 1000:
        whole, part = divmod(number.numerator, number.denominator)
        fraction = f"{part}/{number.denominator}"
        return f"{whole} {fraction}" if whole else fraction
    return f"{float(number):.6g}"


def share_text(share: Fraction) -> str:
    """A share for people: small fractions as such, others per cent: ``2/3``, ``55 %``."""
    if share.denominator <= 10:
        return f"{share.numerator}/{share.denominator}"
    if (share * 10000).denominator == 1:
        return f"{readable(share * 100)} %"
    return f"{share.numerator}/{share.denominator}"


@dataclass(frozen=True, slots=True)
class Threshold:
    """How much is needed.

    Parameters
    ----------
    value : Fraction
        A share of some base, or an amount.
    share : bool
        Whether ``value`` is a share.
    strict : bool
        Whether more than ``value`` is needed (else: at least).
    """

    value: Fraction
    share: bool
    strict: bool

    def __post_init__(self) -> None:
        top = self.value > 1 or (self.value == 1 and self.strict)
        if self.value <= 0 or (self.share and top):
            raise BadInput(
                f"a threshold of {self} is out of range",
                remedy="a share lies above 0 and at most at 1, an amount above 0",
            )

    def __str__(self) -> str:
        words = "more than" if self.strict else "at least"
        return f"{words} {self.written()}"

    def written(self) -> str:
        """The value as it may be written in a description, without loss."""
        if self.share:
            return share_text(self.value)
        text = readable(self.value)
        if exact(text) == self.value:
            return text
        whole, part = divmod(self.value.numerator, self.value.denominator)
        return f"{whole} {part}/{self.value.denominator}"


def _threshold(value: Exact, strict: bool, where: Place | None) -> Threshold:
    number = exact(value, what="threshold", where=where)
    share = isinstance(value, Fraction) and value < 1
    if isinstance(value, str):
        share = any(sign in value for sign in ("/", "%", "cent")) and not _MIXED.match(value)
    if not share and 0 < number < 1:
        hint = tuple(dict.fromkeys((share_text(number), f"{readable(number * 100)} %")))
        remedy = "a share is written as a fraction or with a per cent sign"
        raise BadInput(
            f"a threshold of {value} is out of range", where=where, nearest=hint, remedy=remedy
        )
    try:
        return Threshold(number, share, strict)
    except BadInput as wrong:
        raise BadInput(wrong.what, where=where, remedy=wrong.remedy) from None


def at_least(value: Exact, *, where: Place | None = None) -> Threshold:
    """A threshold that is met when reached.

    Parameters
    ----------
    value : int, Fraction, Decimal, float or str
        ``"2/3"``, ``"55 %"`` or ``Fraction(2, 3)`` is a share of the base; ``62`` or
        ``"62"`` an amount.
    where : Place, optional
        Where it was read, for the error.

    Raises
    ------
    BadInput
        If it is no number or out of range.
    """
    return _threshold(value, False, where)


def more_than(value: Exact, *, where: Place | None = None) -> Threshold:
    """A threshold that must be exceeded; the value is written as for `at_least`."""
    return _threshold(value, True, where)
