"""One weighted vote with many voters: exact swings in integers of any size.

The generating function ``f(x) = Π_j (1 + x^{w_j})`` counts the coalitions of each weight.
With ``C(s)`` the number of coalitions that weigh at most ``s`` and ``D_i(s)`` the number of
those without ``i``, ``C(s) = D_i(s) + D_i(s − w_i)``: voter ``i`` is divided out by
``D_i(s) = C(s) − C(s − w_i) + C(s − 2 w_i) − …``. One ``f`` serves all voters, and only a few
points of it are read for each (after Uno 2003 and Leech 2002, who divide whole polynomials).

Coefficients are exact: they are kept in words of 64 bits, as many as are needed so far.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hansa.decisions.counting.table import TooLarge
from hansa.terms.progress import Progress, silent

Words = NDArray[np.uint64]

BLOCK = 2**15
"""Cells that are added at a time, so that they stay in the processor's cache."""

MOST_WORDS = 10**8


def swings(
    weights: Sequence[int], quota: int, *, progress: Progress = silent
) -> tuple[list[int], int]:
    """Swings of each voter of ``[quota; weights]``, and the number of winning coalitions.

    Parameters
    ----------
    weights : sequence of int, shape (n,)
        Weights, not negative.
    quota : int
        Between 1 and the sum of the weights.
    progress : Progress
        Called once per voter.

    Raises
    ------
    TooLarge
        If the generating function does not fit into memory.
    """
    heavy = sorted(weight for weight in weights if weight)
    idle = len(weights) - len(heavy)
    total = sum(heavy)
    blocking = total - quota + 1
    point = min(quota, blocking) - 1
    words = (len(heavy) + 63) // 64
    if (point + 1) * words > MOST_WORDS:
        raise TooLarge(
            f"a quota of {quota} in {words} words per cell does not fit into memory",
            remedy="ask for Shapley–Shubik by quadrature, or for sampling",
        )
    parts = _cumulated(subset_counts(heavy, point + 1, progress=progress))
    below = _value([part[point] for part in parts]) if parts else 1
    found = {weight: _swing(parts, point, weight) for weight in set(heavy)}
    winning = below if blocking <= quota else 2 ** len(heavy) - below
    scale = 2**idle
    return [found[w] * scale if w else 0 for w in weights], winning * scale


def subset_counts(weights: Sequence[int], size: int, *, progress: Progress = silent) -> Words:
    """Number of coalitions of each weight below ``size``.

    Parameters
    ----------
    weights : sequence of int
        Positive, ascending: the partial sums stay small for as long as possible.
    size : int
        How many cells.
    progress : Progress
        Called once per voter.

    Returns
    -------
    ndarray of uint64, shape (words, size)
        Little end first: the count is ``Σ_l cells[l] · 2^(64 l)``.
    """
    cells = np.zeros(((len(weights) + 63) // 64, size), np.uint64)
    if len(cells) == 0:
        return cells
    cells[0, 0] = 1
    reach = 0
    for number, weight in enumerate(weights, start=1):
        words = (number + 63) // 64  # k voters have 2^k coalitions, not all of equal weight
        stop = min(reach + weight + 1, size)
        reach += weight
        while stop > weight:
            start = max(weight, stop - BLOCK)
            _add(cells[:words, start:stop], cells[:words, start - weight : stop - weight])
            stop = start
        progress(number, len(weights), "adding voters")
    return cells


def _add(into: Words, what: Words) -> None:
    """Add numbers of several words, with carry; ``what`` may overlap ``into`` from below."""
    carry: Words | None = None
    for target, source in zip(into, what, strict=True):
        result = target + source
        overflow = result < target
        if carry is not None:
            result += carry
            overflow |= result < carry
        target[:] = result
        carry = overflow.astype(np.uint64)


def _cumulated(cells: Words) -> list[Words]:
    """Cumulative sums, in parts of 32 bits so that they cannot overflow."""
    low, shift = np.uint64(2**32 - 1), np.uint64(32)
    parts = []
    for word in cells:
        parts.append(np.cumsum(word & low, dtype=np.uint64))
        parts.append(np.cumsum(word >> shift, dtype=np.uint64))
    return parts


def _value(parts: Sequence[np.uint64]) -> int:
    return sum(int(part) << (32 * place) for place, part in enumerate(parts))


def _swing(parts: Sequence[Words], point: int, weight: int) -> int:
    """``D(s) − D(s − w) = C(s) − 2 C(s − w) + 2 C(s − 2w) − …`` at ``s = point``.

    Each alternating sum of a growing sequence lies between 0 and its first term, which fits
    into 64 bits; sums modulo 2^64 are therefore right although their parts may wrap.
    """
    count = 0
    for place, part in enumerate(parts):
        read = part[point::-weight]
        even, odd = read[2::2].sum(dtype=np.uint64), read[1::2].sum(dtype=np.uint64)
        half = int((odd - even).view(np.int64)) if len(read) > 1 else 0
        count += (int(read[0]) - 2 * half) << (32 * place)
    return count
