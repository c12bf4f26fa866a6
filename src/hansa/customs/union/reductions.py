"""Which reductions meet all claims at least cost: relaxed, rounded, settled, decided.

With 13,000 lines an integer programme alone does not come far. The linear relaxation is
solved at once and bounds the cost from below; two roundings of it bound it from above;
reduced costs settle the lines whose treatment is then certain; HiGHS decides the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from scipy import sparse

from hansa.customs.union.grid import Rates
from hansa.customs.union.milp import Solution, minimise

_FILLS: Final = 2000  # steps of the greedy filling, which is only a start


def cheapest_reductions(
    T: Rates,
    M_ip: Rates,
    need: Mapping[int, float],
    *,
    step: float,
    limit: int,
    seconds: float,
    gap: float,
) -> tuple[Rates, float, float]:
    """Reductions in points per offered line, the proven bound on the cost, and the gap.

    Parameters
    ----------
    T : ndarray, shape (lines,)
        Rates that may be lowered, positive.
    M_ip : ndarray, shape (lines, partners)
        Imports.
    need : mapping
        Claim by number of the partner.
    step, limit : number
        Lowered rates are multiples of ``step``; at most ``limit`` lines are lowered.
    seconds, gap : float
        Where the search may stop.

    Raises
    ------
    Infeasible
        If the claims cannot be met.
    """
    worth = (M_ip[:, list(need)] / 100 / np.array(list(need.values()))).T  # parts of a claim
    cost = M_ip.sum(axis=1) / 100
    asks = np.ones(len(need))
    rows = sparse.csr_matrix(np.vstack([worth, 1 / T]))
    limits = (np.append(asks, -np.inf), np.append(np.full(len(need), np.inf), limit))
    relaxed = minimise(cost, rows, limits, T, seconds=seconds)
    trial = _tried(relaxed, T, worth, cost, step, limit)
    slack = np.inf
    if trial is not None:
        slack = (float(cost @ trial) - relaxed.objective) * (1 + 1e-9) + 1e-9
    smallest = np.where(T % step > 1e-9, T % step, np.minimum(step, T))
    never = relaxed.reduced * smallest > slack
    fully = -relaxed.reduced * np.minimum(step, T) > slack
    free = np.flatnonzero(~never & ~fully)
    given = worth[:, fully] @ T[fully]
    settled = float(cost[fully] @ T[fully])
    r = np.where(fully, T, 0.0)
    part, bound = _decided(
        T[free],
        None if trial is None else trial[free],
        worth[:, free],
        cost[free],
        asks - given,
        step=step,
        limit=limit - int(fully.sum()),
        seconds=seconds,
        gap=gap,
    )
    r[free] = part
    total = float(cost @ r)
    bound = max(relaxed.bound, bound + settled)
    return r, bound, max(0.0, total - bound) / total if total else 0.0


def _up(r: Rates, T: Rates, step: float) -> Rates:
    """The next larger reductions after which the rate is a multiple of the step."""
    raised: Rates = np.where(r > 1e-9, T - np.floor((T - r) / step + 1e-9) * step, 0.0)
    return raised


def _tried(
    relaxed: Solution, T: Rates, worth: Rates, cost: Rates, step: float, limit: int
) -> Rates | None:
    """The cheaper of two roundings of the relaxed solution, if one keeps to the limit."""
    down = np.where(T - relaxed.x > 1e-9, _up(np.maximum(relaxed.x - step, 0.0), T, step), T)
    down = np.where(relaxed.x > 1e-9, down, 0.0)
    trials = [
        _trimmed(r, T, worth, cost, step)
        for r in (
            _up(relaxed.x, T, step),
            _filled(down, T, worth, cost, step, relaxed.prices[: len(worth)]),
        )
    ]
    fitting = [r for r in trials if (worth @ r >= 1 - 1e-9).all() and np.count_nonzero(r) <= limit]
    return min(fitting, key=lambda r: float(cost @ r), default=None)


def _filled(r: Rates, T: Rates, worth: Rates, cost: Rates, step: float, prices: Rates) -> Rates:
    """Step by step, the reduction that meets most of what is still claimed for its cost."""
    r = r.copy()
    value = np.maximum(prices, 1e-12)
    for _ in range(_FILLS):
        short = np.maximum(1 - worth @ r, 0.0)
        if not (short > 1e-12).any():
            break
        more = np.where(r > 0, r + step, np.where(T % step > 1e-9, T % step, step))
        more = np.where(T - more < 1e-9, T, more)
        width = np.where(more <= T, more - r, 0.0)
        useful = value @ np.minimum(worth * width, short[:, None])
        paid = np.where((width > 0) & (useful > 0), cost * width, np.inf)
        best = int(np.argmax(useful / np.maximum(paid, 1e-300)))
        if not np.isfinite(paid[best]):
            break
        r[best] = more[best]
    return r


def _trimmed(r: Rates, T: Rates, worth: Rates, cost: Rates, step: float) -> Rates:
    """Take back what rounding up gave too much, the dearest lines first."""
    r = r.copy()
    spare = worth @ r - 1
    for i in np.argsort(-cost, kind="stable"):
        if r[i] == 0 or cost[i] == 0:
            continue
        gives = worth[:, i] > 0
        room = float((spare[gives] / worth[gives, i]).min()) if gives.any() else np.inf
        less = float(_up(np.maximum(r[i : i + 1] - max(room, 0.0), 0.0), T[i : i + 1], step)[0])
        if less < r[i]:
            spare -= worth[:, i] * (r[i] - less)
            r[i] = less
    return r


def _decided(
    T: Rates,
    trial: Rates | None,
    worth: Rates,
    cost: Rates,
    need: Rates,
    *,
    step: float,
    limit: int,
    seconds: float,
    gap: float,
) -> tuple[Rates, float]:
    """The integer programme on the lines that are not settled."""
    n = len(T)
    if n == 0:
        return T, 0.0
    most = np.floor(T / step + 1e-9)
    # Variables are y (lowered or not), then j (new rate in steps): r = T y - step j.
    cut = sparse.hstack([sparse.diags(T), sparse.diags(np.full(n, -step))]).tocsr()
    link = sparse.hstack([sparse.diags(-most), sparse.eye(n)])
    count = sparse.hstack([sparse.csr_matrix(np.ones((1, n))), sparse.csr_matrix((1, n))])
    rows = sparse.vstack([sparse.csr_matrix(worth) @ cut, link, count])
    low = np.concatenate([need, np.full(n + 1, -np.inf)])
    high = np.concatenate([np.full(len(need), np.inf), np.zeros(n), np.full(1, float(limit))])
    price = np.asarray(cut.T @ cost).ravel()
    upper, whole = np.concatenate([np.ones(n), most]), np.ones(2 * n, dtype=bool)
    start = None
    if trial is not None:
        y = trial > 0
        start = np.concatenate([y, np.where(y, np.round((T - trial) / step), 0.0)])
    found = minimise(price, rows, (low, high), upper, whole, start=start, seconds=seconds, gap=gap)
    r: Rates = np.round(np.asarray(cut @ np.round(found.x)), 9)
    return r, found.bound
