"""Rates as numbers: per cent, on a grid of a millionth of a percentage point.

A mean of three equal rates must be that rate, and a rate that did not move must not
seem to rise by a rounding error of binary floating point. So every rate that a rule
makes is put back on the grid, and rates on the grid compare exactly.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from hansa.terms.errors import BadInput
from hansa.terms.money import Rounding

Rates = NDArray[np.float64]
"""Rates in per cent ad valorem; ``nan``: the line has none."""

GRID: Final = 6
"""Decimals of a percentage point that are kept."""


def snap(rates: Rates) -> Rates:
    """The nearest rates on the grid (as the nearest doubles to those decimals)."""
    return np.round(rates, GRID)


def rounded(rates: Rates, decimals: int, rounding: Rounding) -> Rates:
    """Rates rounded to ``decimals`` of a percentage point, as a tariff prints them.

    Raises
    ------
    BadInput
        If ``decimals`` is negative or finer than the grid.
    """
    if not 0 <= decimals <= GRID:
        raise BadInput(f"a tariff is rounded to 0 to {GRID} decimals, not to {decimals}")
    unit = 10 ** (GRID - decimals)
    open_ = np.isnan(rates)
    fine = np.rint(np.where(open_, 0.0, rates) * 10**GRID).astype(np.int64)
    sign = np.where(fine < 0, -1, 1)
    whole, rest = np.divmod(np.abs(fine), unit)
    up = {
        Rounding.UP: rest > 0,
        Rounding.DOWN: np.zeros_like(rest, dtype=bool),
        Rounding.HALF_UP: 2 * rest >= unit,
        Rounding.HALF_EVEN: (2 * rest > unit) | ((2 * rest == unit) & (whole % 2 == 1)),
    }[rounding]
    if unit == 1:
        up = np.zeros_like(up)
    printed: Rates = sign * (whole + up) / 10**decimals
    printed[open_] = np.nan
    return printed
