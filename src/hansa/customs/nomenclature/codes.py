"""Goods codes: chapter (2 digits), heading (4), HS subheading (6), union subheadings (8, 10)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from hansa.terms.errors import BadInput, Place

DIGITS: Final = 10
LEVELS: Final = (2, 4, 6, 8, 10)
_CODE: Final = re.compile(r"\d{2}(\d{2}){0,4}")


def code_of(text: str, *, where: Place | None = None) -> str:
    """The ten digits of a code that is written short, with blanks or with points.

    Raises
    ------
    BadInput
        If it has an odd number of digits, too many, or something that is not a digit.
    """
    digits = re.sub(r"[\s.]", "", text)
    if _CODE.fullmatch(digits) is None:
        remedy = "a code has 2, 4, 6, 8 or 10 digits"
        if digits.isdigit() and len(digits) % 2 == 1 and len(digits) < DIGITS:
            remedy += f"; a leading nought may be lost: 0{digits}?"
        raise BadInput(f"{text!r} is not a goods code", where=where, remedy=remedy)
    return digits.ljust(DIGITS, "0")


def level(code: str) -> int:
    """How many digits of a ten-digit code say something: 2, 4, 6, 8 or 10."""
    said = len(code.rstrip("0"))
    return max(2, said + said % 2)


def short(code: str) -> str:
    """The code without the noughts that fill it up."""
    return code[: level(code)]


def prefixes(code: str) -> tuple[str, ...]:
    """The codes of the levels above, the nearest first, each filled up with noughts."""
    own = level(code)
    return tuple(code[:digits].ljust(DIGITS, "0") for digits in reversed(LEVELS) if digits < own)


def closest(code: str, known: Sequence[str], limit: int = 3) -> tuple[str, ...]:
    """Known codes most like this one: longest common beginning first, then nearest number.

    ``known`` is in ascending order, so that the codes wanted stand around the place where
    this one would stand.
    """

    def distance(other: str) -> tuple[int, int, str]:
        common = next((i for i in range(DIGITS) if other[i] != code[i]), DIGITS)
        return -common, abs(int(other) - int(code)), other

    place = bisect_left(known, code)
    around = known[max(0, place - limit) : place + limit]
    return tuple(sorted(around, key=distance)[:limit])
