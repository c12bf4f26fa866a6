"""The nucleolus: the division that makes the greatest complaint as small as can be, then
the next, and so on (Schmeidler 1969); and Kohlberg's (1971) proof that it is the one.

A chain of linear programmes: each finds the least excess that remains and settles the
coalitions that have it in every solution; what those determine is settled too. The chain
ends when n independent coalitions are settled. The division is then computed once more
from their equations alone, so that it carries the rounding error of one linear system.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import null_space

from hansa.coalitions.excess import Equal, Least, indicator, least_excess
from hansa.coalitions.games import Game
from hansa.coalitions.programmes import minimise
from hansa.coalitions.subsets import Array, Masks, sums, written
from hansa.terms.errors import BadInput, NotConverged, Place


@dataclass(frozen=True, slots=True, eq=False)
class Kohlberg:
    """Whether a division is the (pre)nucleolus.

    ``level`` and ``players`` name the first level of excess that fails the test and some
    players who could be given more at no complainant's expense; empty if it passes.
    """

    holds: bool
    levels: int
    level: float | None = None
    better: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.holds


@dataclass(frozen=True, slots=True, eq=False)
class Nucleolus:
    """The (pre)nucleolus.

    Parameters
    ----------
    allocation : Array
        (n,).
    complaints : tuple of float
        The excesses settled one after another, the largest first.
    check : Kohlberg
        Its proof.
    """

    allocation: Array
    complaints: tuple[float, ...]
    check: Kohlberg


@dataclass(slots=True)
class _Settled:
    """Coalitions whose excess is fixed, by stage.

    Stage −1 has no excess of its own: the whole, and players at their least.
    """

    masks: list[int]
    values: list[float]
    stages: list[int]
    levels: list[float]


def nucleolus(game: Game) -> Nucleolus:
    """The nucleolus among divisions that give nobody less than alone.

    Raises
    ------
    BadInput
        If there are none, because the players are worth more alone than together.
    NotConverged
        If a programme fails or the result fails Kohlberg's test.
    """
    alone = game.alone
    if alone.sum() > game.whole + 1e-12 * max(float(np.ptp(game.values)), 1e-300):
        raise BadInput(
            f"no division gives everybody what it has alone: {alone.sum():.6g} against "
            f"{game.whole:.6g}",
            where=Place("values"),
            remedy="ask for the prenucleolus, or for best_partition",
        )
    return _found(game, alone)


def prenucleolus(game: Game) -> Nucleolus:
    """The nucleolus among all divisions of v(N).

    Raises
    ------
    NotConverged
        As `nucleolus`.
    """
    return _found(game, None)


def kohlberg(game: Game, allocation: Array, *, individual: bool = True) -> Kohlberg:
    """Kohlberg's test: is this division the nucleolus (the prenucleolus, if not individual)?

    For every level α, the coalitions with an excess of α or more must be balanced: no
    y with y(N) = 0 takes nothing from any of them (nor from players at their least) and
    gives something to one of them. Source: Kohlberg (1971), SIAM J. Appl. Math. 20:62.
    """
    n, spread = game.n, max(float(np.ptp(game.values)), 1e-300)
    x = np.asarray(allocation, dtype=np.float64)
    near = 1e-7 * spread
    if abs(x.sum() - game.whole) > near or (individual and (x < game.alone - near).any()):
        return Kohlberg(False, 0)
    floor = 1 << np.flatnonzero(x <= game.alone + near) if individual else np.empty(0, np.int64)
    excess = (game.values - sums(x))[1:-1]
    order = np.argsort(-excess, kind="stable")
    ranked = excess[order]
    starts = np.flatnonzero(np.r_[True, np.diff(ranked) < -near])
    chosen: Masks = np.empty(0, dtype=np.int64)
    for level, start in enumerate(starts):
        end = starts[level + 1] if level + 1 < starts.size else ranked.size
        chosen = np.concatenate([chosen, order[start:end] + 1])
        better = _unbalanced(chosen, floor, n)
        if better is not None:
            names = tuple(name for name, y in zip(game.players, better, strict=True) if y > 1e-6)
            return Kohlberg(False, level + 1, float(ranked[start]), names)
        if np.linalg.matrix_rank(_rows(chosen, n)) == n:
            return Kohlberg(True, level + 1)
    return Kohlberg(True, int(starts.size))


def _found(game: Game, low: Array | None) -> Nucleolus:
    n, v = game.n, game.values
    if n == 1:
        return Nucleolus(v[1:].copy(), (), Kohlberg(True, 0))
    settled = _Settled([v.size - 1], [game.whole], [-1], [])
    start: Masks | None = None
    for stage in range(n):
        A = indicator(np.array(settled.masks), n)
        counts = _open(A, v.size)
        if not counts.any():
            break
        level = least_excess(v, counts, Equal(A, np.array(settled.values)), low=low, start=start)
        _settle(game, settled, level, stage, low)
        start = level.active
    x = _polished(game, settled, low)
    check = kohlberg(game, x, individual=low is not None)
    if not check:
        raise NotConverged(
            f"the division found fails Kohlberg's test at the excess {check.level}",
            remedy="values of very different size lose digits: give them in other units",
        )
    return Nucleolus(x, tuple(settled.levels), check)


def _open(A: Array, size: int) -> np.ndarray:
    """Coalitions not determined by those settled: outside the span of their rows."""
    free = null_space(A)
    if free.shape[1] == 0:
        return np.zeros(size, dtype=bool)
    counts = np.asarray(np.abs(sums(free)).max(axis=1) > 1e-9)
    counts[[0, -1]] = False
    return counts


def _settle(game: Game, settled: _Settled, level: Least, stage: int, low: Array | None) -> None:
    settled.levels.append(level.epsilon)
    for i in level.at_bound:
        if low is not None and 1 << i not in settled.masks:
            settled.masks.append(1 << i)
            settled.values.append(float(low[i]))
            settled.stages.append(-1)
    for mask in level.binding:
        settled.masks.append(int(mask))
        settled.values.append(float(game.values[mask]) - level.epsilon)
        settled.stages.append(stage)


def _polished(game: Game, settled: _Settled, low: Array | None) -> Array:
    """Solve x(S) + ε_stage = v(S) for all settled coalitions at once."""
    n, stages = game.n, len(settled.levels)
    masks = np.array(settled.masks)
    levels = np.zeros((masks.size, stages))
    right = np.array(settled.values)
    for row, stage in enumerate(settled.stages):
        if stage >= 0:
            levels[row, stage] = 1.0
            right[row] = game.values[masks[row]]
    system = np.column_stack([indicator(masks, n), levels])
    solution, *_ = np.linalg.lstsq(system, right, rcond=None)
    x = solution[:n]
    off = float(np.abs(system @ solution - right).max())
    if off > 1e-6 * max(float(np.ptp(game.values)), 1e-300):
        named = written(int(masks[np.abs(system @ solution - right).argmax()]), game.players)
        raise NotConverged(f"settled coalitions contradict each other by {off:.1e} at {named}")
    return np.asarray(x)


def _rows(masks: Masks, n: int) -> Array:
    return np.vstack([np.ones((1, n)), indicator(masks, n)])


def _unbalanced(chosen: Masks, floor: Masks, n: int) -> Array | None:
    """A direction that helps some of ``chosen`` and hurts none, if there is one."""
    rows = indicator(chosen, n)
    hold = np.vstack([rows, indicator(floor, n)]) if floor.size else rows
    solved = minimise(
        -rows.sum(axis=0), (hold, np.zeros(len(hold))), (np.ones((1, n)), np.zeros(1)),
        [(-1.0, 1.0)] * n,
    )  # fmt: skip
    return solved.x if -solved.value > 1e-7 else None
