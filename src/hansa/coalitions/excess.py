"""The linear programme behind core, least core and nucleolus, by generation of coalitions.

min ε  s.t.  x(S) + ε ≥ v(S) for the coalitions that count,  A x = b,  x ≥ low

Few coalitions bind. The programme starts with some of them, looks for those whose excess
v(S) − x(S) is above ε, adds the worst, and repeats until there is none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hansa.coalitions.programmes import minimise
from hansa.coalitions.subsets import Array, Flags, Masks, sums
from hansa.terms.errors import NotConverged

ROUNDS = 500
TOLERANCE = 1e-9
"""Largest violation left, relative to the spread of values."""


@dataclass(frozen=True, slots=True, eq=False)
class Equal:
    """Equations A x = b that every allocation obeys."""

    A: Array
    b: Array


@dataclass(frozen=True, slots=True, eq=False)
class Least:
    """A solution: allocation, largest excess, and the coalitions whose dual is positive.

    ``weights`` are the duals of ``binding``, which sum to one.
    """

    x: Array
    epsilon: float
    binding: Masks
    weights: Array
    at_bound: tuple[int, ...]
    active: Masks


def indicator(masks: Masks, n: int) -> Array:
    """Rows of ones and zeros, (len(masks), n)."""
    return ((masks[:, None] >> np.arange(n)) & 1).astype(np.float64)


def least_excess(
    values: Array,
    counts: Flags,
    equal: Equal,
    *,
    low: Array | None = None,
    start: Masks | None = None,
) -> Least:
    """Solve the programme.

    Parameters
    ----------
    values : Array
        v(S), (2ⁿ,).
    counts : Array of bool
        Coalitions that count, (2ⁿ,).
    equal : Equal
        Equations, the first of them x(N) = v(N).
    low : Array, optional
        Least payment of each player, (n,).
    start : Array of int, optional
        Coalitions to begin with.

    Raises
    ------
    NotConverged
        If the programme fails or coalitions keep being added.
    """
    n = equal.A.shape[1]
    slack = TOLERANCE * max(float(np.ptp(values)), 1e-300)
    active = _first(values, counts, n) if start is None else start[counts[start]]
    if active.size == 0:
        active = np.flatnonzero(counts)[:1]
    floor: list[float | None] = [None] * n if low is None else low.tolist()
    bounds: list[tuple[float | None, float | None]] = [(least, None) for least in (*floor, None)]
    cost = np.zeros(n + 1)
    cost[-1] = 1.0
    history: list[float] = []
    for _ in range(ROUNDS):
        rows = np.column_stack([indicator(active, n), np.ones(active.size)])
        equations = np.column_stack([equal.A, np.zeros(len(equal.b))])
        solved = minimise(cost, (rows, values[active]), (equations, equal.b), bounds)
        x, epsilon = solved.x[:-1], float(solved.x[-1])
        excess = np.where(counts, values - sums(x), -np.inf)
        worst = float(excess.max()) - epsilon
        history.append(worst)
        if worst <= slack:
            used = solved.duals > 1e-9
            bound = tuple(int(i) for i in np.flatnonzero(solved.low_duals[:n] > 1e-9))
            return Least(x, epsilon, active[used], solved.duals[used], bound, active)
        many = min(2 * n, excess.size)
        worst_ones = np.argpartition(excess, -many)[-many:]
        fresh = worst_ones[excess[worst_ones] > epsilon + slack]
        active = np.unique(np.concatenate([active, fresh]))
    raise NotConverged(
        f"coalitions still exceed by {history[-1]:.1e} after {ROUNDS} rounds",
        remedy="check the scale of the values",
    )


def _first(values: Array, counts: Flags, n: int) -> Masks:
    """Single players and their complements."""
    single = 1 << np.arange(n, dtype=np.int64)
    pool = np.unique(np.concatenate([single, values.size - 1 - single]))
    return np.asarray(pool[counts[pool]])
