"""Linear programmes: what is asked of HiGHS, and what it must answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from hansa.coalitions.subsets import Array
from hansa.terms.errors import NotConverged


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """A vertex solution: point, value, duals of the inequalities and of lower bounds (≥ 0)."""

    x: Array
    value: float
    duals: Array
    low_duals: Array


def minimise(
    cost: Array,
    at_least: tuple[Array, Array],
    equal: tuple[Array, Array] | None = None,
    bounds: list[tuple[float | None, float | None]] | None = None,
) -> Solved:
    """Min c·x s.t. A x ≥ b, E x = e, bounds (none if not given).

    Raises
    ------
    NotConverged
        If there is no optimum, or it is not found.
    """
    A, b = at_least
    E, e = equal if equal is not None else (None, None)
    found = linprog(
        cost,
        A_ub=-A,
        b_ub=-b,
        A_eq=E,
        b_eq=e,
        bounds=bounds or [(None, None)] * len(cost),
        method="highs-ds",
    )
    if found.status != 0 or found.x is None or found.fun is None:
        raise NotConverged(
            f"a linear programme has no solution: {found.message}",
            remedy="values of very different size lose digits: give them in other units",
        )
    return Solved(
        np.asarray(found.x),
        float(found.fun),
        -np.asarray(found.ineqlin.marginals),
        np.asarray(found.lower.marginals),
    )
