"""Shapley–Shubik of one weighted vote with many voters, to rounding error.

``φ_i = ∫₀¹ R_i(t) dt``, where ``R_i(t)`` is the probability that ``i`` is decisive when every
other voter is in favour with probability ``t`` (Owen 1972). ``R_i`` is a polynomial of degree
``n − 1``: Gauss–Legendre with ``⌈n/2⌉`` nodes integrates it exactly. For a node ``t ≤ ½`` the
cumulative distribution ``F_t`` of the weight in favour is built voter by voter, and each
voter is divided out of it as in `hansa.decisions.counting.divided`, with the ratio
``r = t/(1 − t) ≤ 1``, the direction in which errors do not grow; the node ``1 − t`` is
``t`` in the dual game.

Arrays hold ``C(s) = (1 + r)^n F_t(s)``: only positive numbers are added, so that the relative
error of each is at most a few units in the last place per voter.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import roots_legendre

from hansa.decisions.counting.divided import BLOCK
from hansa.decisions.counting.table import TooLarge
from hansa.terms.progress import Progress, silent

Floats = NDArray[np.float64]

UNIT = 2.0**-53
MOST_CELLS = 10**8
MOST_VOTERS = 1000
"""Beyond, ``(1 + r)^n`` would leave the range of a float."""


def shapley_shubik(
    weights: Sequence[int],
    quota: int,
    *,
    nodes: int | None = None,
    progress: Progress = silent,
) -> tuple[list[float], float]:
    """Shapley–Shubik index of each voter of ``[quota; weights]``, and a bound of its error.

    Parameters
    ----------
    weights : sequence of int, shape (n,)
        Weights, not negative.
    quota : int
        Between 1 and the sum of the weights.
    nodes : int, optional
        Nodes of the quadrature; by default ``⌈n/2⌉``, for which the bound is proved.
    progress : Progress
        Called once per node.

    Returns
    -------
    list of float, shape (n,)
        The indices.
    float
        No index is further from the true one: rounding in the arrays, in the alternating
        sums and in the nodes. Infinite for fewer nodes than by default.

    Raises
    ------
    TooLarge
        If there are more than 1,000 voters or the arrays do not fit into memory.
    """
    heavy = sorted(weight for weight in weights if weight)
    n, total = len(heavy), sum(heavy)
    size = max(quota, total - quota + 1)
    if n > MOST_VOTERS or size > MOST_CELLS:
        raise TooLarge(f"{n} voters with {total} votes are out of reach of quadrature")
    enough = (n + 1) // 2
    count = enough if nodes is None else nodes
    points, factors = roots_legendre(count)
    kinds = sorted(set(heavy))
    index, bound = np.zeros(len(kinds)), np.zeros(len(kinds))
    for number, (point, factor) in enumerate(zip(points, factors, strict=True)):
        if point > 0.5 / count**2:
            break
        t = (1.0 + point) / 2.0
        cells = scaled_distribution(heavy, t, size)
        # The middle node of an odd number is its own mirror image.
        both = (quota, total - quota + 1) if point < -0.5 / count**2 else (quota,)
        for needed in both:
            value, error = decisive(cells, kinds, needed - 1, t, n)
            index += factor / 2.0 * value
            bound += factor / 2.0 * error
        progress(number + 1, (count + 1) // 2, "nodes")
    # R changes by at most 2n per unit of t, and nodes and weights are right to a few units.
    slack = 16.0 * (2.0 * n + 1.0) * UNIT if count >= enough else np.inf
    found = dict(zip(kinds, index.tolist(), strict=True))
    return [found.get(weight, 0.0) for weight in weights], float(bound.max() + slack)


def scaled_distribution(weights: Sequence[int], t: float, size: int) -> Floats:
    """``(1 + r)^n F_t(s)`` for ``s`` below ``size``, weights positive and ascending."""
    r = t / (1.0 - t)
    cells = np.empty(size)
    filled, reach, plateau = 0, 0, 1.0
    spare = np.empty(BLOCK)
    for weight in weights:
        stop = min(reach + weight + 1, size)
        reach += weight
        cells[filled:stop] = plateau  # everything weighs at most this much so far
        filled = max(filled, stop)
        plateau *= 1.0 + r
        while stop > weight:
            start = max(weight, stop - BLOCK)
            part = spare[: stop - start]
            np.multiply(cells[start - weight : stop - weight], r, out=part)
            cells[start:stop] += part
            stop = start
    cells[filled:] = plateau
    return cells


def decisive(
    cells: Floats, kinds: Sequence[int], point: int, t: float, n: int
) -> tuple[Floats, Floats]:
    """Probability to be decisive for each kind of weight, and a bound of its error.

    Parameters
    ----------
    cells : ndarray, shape (size,)
        As `scaled_distribution` gives them.
    kinds : sequence of int
        The weights asked for, ascending.
    point : int
        The quota less 1.
    t : float
        Probability of being in favour, at most 1/2.
    n : int
        How many voters have weight.

    With ``D`` the scaled distribution without the voter, ``C(s) = D(s) + r D(s − w)``, so
    ``D(s) − D(s − w) = C(s) − (1 + r) Σ_{k≥1} (−r)^{k−1} C(s − k w)``.
    """
    r = t / (1.0 - t)
    scale = (1.0 + r) ** (1 - n)
    value, error = np.empty(len(kinds)), np.empty(len(kinds))
    steps = point // kinds[0] + 1 if kinds else 1
    orders = np.arange(steps)
    signed = -(1.0 + r) * (-r) ** (orders - 1.0)
    signed[0] = 1.0
    rounding = (3.0 * n + orders + 24.0) * UNIT
    for place, weight in enumerate(kinds):
        terms = cells[point::-weight] * signed[: point // weight + 1]
        value[place] = terms.sum() * scale
        error[place] = np.abs(terms) @ rounding[: len(terms)] * scale
    return value, error
