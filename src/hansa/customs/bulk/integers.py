"""Integers that stand for decimals: rounding, and a type wide enough to overflow nowhere."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from hansa.customs.assessment.practice import Round
from hansa.terms.errors import BadInput
from hansa.terms.money import Rounding

MOST_64: Final = 2**63 - 1
MOST_128: Final = 2**127 - 1


def wide_enough(bound: int) -> Any:
    """The integer type in which nothing up to a bound overflows.

    Sixty-four bits where they do, a hundred and twenty-eight where they don't; the results
    are the same, the wider type costs a little time.

    Raises
    ------
    BadInput
        If not even the wider type does.
    """
    if bound <= MOST_64:
        return pl.Int64
    if bound <= MOST_128:
        return pl.Int128
    raise BadInput(
        f"amounts of up to {bound:.1e} units do not fit",
        remedy="declare fewer decimal places, or split the file",
    )


def rounded(number: pl.Expr, places: int, rule: Round) -> pl.Expr:
    """Integers of ``places`` decimals, rounded to integers of the rule's places.

    For numbers from nought up: the customs value and every charge on it are.
    """
    if places <= rule.places:
        return number.mul(10 ** (rule.places - places))
    one = 10 ** (places - rule.places)
    if rule.mode is Rounding.HALF_EVEN:
        whole = number.floordiv(one)
        double = (number - whole * one).mul(2)
        up = (double > one) | ((double == one) & (whole % 2 == 1))
        return whole.add(up.cast(pl.Int64))
    added = {Rounding.DOWN: 0, Rounding.UP: one - 1, Rounding.HALF_UP: one // 2}[rule.mode]
    return number.add(added).floordiv(one)


def largest(column: pl.Series) -> int:
    """The largest absolute value of a column of integers, nought for an empty one."""
    if column.null_count() == column.len():
        return 0
    return max(abs(int(column.max())), abs(int(column.min())))  # type: ignore[arg-type]  # integers
