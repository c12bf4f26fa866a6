"""At which cut, key or tariff the next state joins or the first one leaves.

A lever is a number that terms depend on. `tipping` looks along its range for the first
place where a gain changes sign and closes in on it by bisection.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hansa.terms.errors import BadInput, Place
from hansa.terms.progress import Progress, silent


@dataclass(frozen=True, slots=True)
class Tipping:
    """Where a gain changes sign along a lever.

    Parameters
    ----------
    at : float or None
        The lever there; none if the sign is the same all along.
    low, high : float
        The bracket that holds it; the range that was searched if there is none.
    gain_low, gain_high : float
        The gain at the bracket's ends.
    asked : int
        How often the gain was asked for.
    """

    at: float | None
    low: float
    high: float
    gain_low: float
    gain_high: float
    asked: int

    @property
    def never(self) -> bool:
        """Whether the gain has one sign all along."""
        return self.at is None


def tipping(
    gain: Callable[[float], float],
    start: float,
    end: float,
    *,
    tolerance: float = 1e-6,
    steps: int = 8,
    progress: Progress = silent,
) -> Tipping:
    """The first sign change of a gain on the way from ``start`` to ``end``.

    Parameters
    ----------
    gain : callable
        From the lever to the gain; continuous.
    start, end : float
        Range, walked in this direction.
    tolerance : float
        Width of the bracket, relative to the range.
    steps : int
        Steps of the walk: two sign changes within one step go unseen.
    progress : Progress

    Raises
    ------
    BadInput
        If the range is empty or a gain is no number.
    """
    if not (np.isfinite([start, end]).all() and start != end) or steps < 1:
        raise BadInput(f"no range from {start} to {end}", where=Place("lever"))
    asked = 0

    def ask(at: float) -> float:
        nonlocal asked
        asked += 1
        found = float(gain(at))
        if not np.isfinite(found):
            raise BadInput(f"the gain at {at:g} is no number", where=Place("lever"))
        progress(asked, 0, "places along the lever tried")
        return found

    low, here = start, ask(start)
    first = here
    if here == 0:
        return Tipping(start, start, start, here, here, asked)
    for k in range(1, steps + 1):
        high = start + (end - start) * k / steps
        there = ask(high)
        if np.sign(there) != np.sign(here):
            break
        low, here = high, there
    else:
        return Tipping(None, start, end, first, here, asked)
    while abs(high - low) > tolerance * abs(end - start):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        found = ask(middle)
        if np.sign(found) == np.sign(here):
            low, here = middle, found
        else:
            high, there = middle, found
    return Tipping(high, low, high, here, there, asked)
