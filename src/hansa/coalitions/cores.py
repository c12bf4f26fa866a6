"""The core, with a certificate either way; the least core; what stability would cost.

The core holds the divisions of v(N) that no coalition can improve upon. It is empty if and
only if some balanced collection of coalitions is worth more than v(N) (Bondareva 1963,
Shapley 1967): weights λ_S > 0 with Σ_{S∋i} λ_S = 1 for every player and
Σ λ_S v(S) > v(N). Both answers carry what proves them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hansa.coalitions.excess import Equal, Least, indicator, least_excess
from hansa.coalitions.games import Game
from hansa.coalitions.programmes import minimise
from hansa.coalitions.subsets import Array, mask_of, sums, written
from hansa.terms.reasons import Because, Reason

MARGIN = 1e-9
"""An excess counts if it is above this share of the spread of values."""


@dataclass(frozen=True, slots=True, eq=False)
class Balanced:
    """A balanced collection and what it is worth.

    Parameters
    ----------
    weights : mapping of int to float
        λ_S by mask.
    worth : float
        Σ λ_S v(S).
    """

    game: Game
    weights: Mapping[int, float]
    worth: float

    @property
    def gap(self) -> float:
        """Largest |Σ_{S∋i} λ_S − 1| over players: zero but for rounding."""
        masks = np.array(list(self.weights), dtype=np.int64)
        cover = np.array(list(self.weights.values())) @ indicator(masks, self.game.n)
        return float(np.abs(cover - 1).max())

    @property
    def partition(self) -> bool:
        """Whether the coalitions simply part the players among them."""
        return all(abs(weight - 1) < 1e-9 for weight in self.weights.values())

    def __str__(self) -> str:
        parts = (f"{w:.4g} × {written(s, self.game.players)}" for s, w in self.weights.items())
        return ", ".join(parts)


@dataclass(frozen=True, slots=True, eq=False)
class Core:
    """Whether a division exists that no coalition improves upon, and the proof.

    Parameters
    ----------
    empty : bool
    allocation : Array
        A point of the least core; of the core unless that is empty, (n,).
    epsilon : float
        Largest excess of any proper coalition at that point: the least that a coalition
        would have to be made to pay for leaving. Not above zero if the core is not empty.
    certificate : Balanced or None
        The balanced collection that is worth more than all, if the core is empty.
    because : tuple of Reason
    """

    game: Game
    empty: bool
    allocation: Array
    epsilon: float
    certificate: Balanced | None
    because: Because

    def blocking(self) -> tuple[int, ...]:
        """Coalitions that improve upon the allocation, the greatest gain first."""
        return blocking(self.game, self.allocation)


def core(game: Game) -> Core:
    """Whether the core is empty, with a point of it or the collection that proves it is.

    Raises
    ------
    NotConverged
        If the linear programme fails.
    """
    if game.n == 1:
        return Core(game, False, game.values[1:].copy(), 0.0, None, ())
    found = _least(game)
    spread = max(float(np.ptp(game.values)), 1e-300)
    empty = found.epsilon > MARGIN * spread
    if not empty:
        text = f"no coalition gets more by itself; the nearest to it lacks {-found.epsilon:.6g}"
        why = (Reason("rule", text, "core"),)
        return Core(game, False, found.x, min(found.epsilon, 0.0), None, why)
    collection = _balanced(game, found)
    verb = "part ways" if collection.partition else "share their time so"
    text = (
        f"the coalitions {collection} are worth {collection.worth:.6g} together if they {verb}, "
        f"all players only {game.whole:.6g}"
    )
    why = (Reason("rule", text, "Bondareva 1963, Shapley 1967"),)
    return Core(game, True, found.x, found.epsilon, collection, why)


def cost_of_stability(game: Game) -> float:
    """The least sum from outside with which v(N) could be divided stably; 0 if it can be.

    Source: Bachrach et al. (2009), "The cost of stability in coalitional games".
    """
    spread = max(float(np.ptp(game.values)), 1e-300)
    if game.n == 1:
        return 0.0
    active = np.unique([*(1 << np.arange(game.n)), game.values.size - 1])
    while True:
        rows = indicator(active, game.n)
        solved = minimise(np.ones(game.n), (rows, game.values[active]))
        excess = game.values - sums(solved.x)
        fresh = np.argsort(excess)[-2 * game.n :]
        fresh = fresh[excess[fresh] > MARGIN * spread]
        if fresh.size == 0:
            return max(solved.value - game.whole, 0.0)
        active = np.unique(np.concatenate([active, fresh]))


def blocking(game: Game, allocation: Array, tolerance: float = MARGIN) -> tuple[int, ...]:
    """Coalitions that get more by themselves than the allocation gives them, worst first."""
    excess = game.values - sums(np.asarray(allocation, dtype=np.float64))
    excess[-1] = -np.inf
    over = np.flatnonzero(excess > tolerance * max(float(np.ptp(game.values)), 1e-300))
    return tuple(int(mask) for mask in over[np.argsort(-excess[over])])


def in_core(game: Game, allocation: Array, tolerance: float = MARGIN) -> bool:
    """Whether an allocation divides v(N) and no coalition improves upon it."""
    spread = max(float(np.ptp(game.values)), 1e-300)
    exact = abs(float(np.sum(allocation)) - game.whole) <= tolerance * spread
    return exact and not blocking(game, allocation, tolerance)


def excess_of(game: Game, allocation: Array, coalition: tuple[str, ...] | int) -> float:
    """v(S) − x(S): what a coalition would gain by going its own way."""
    mask = mask_of(coalition, game.players)
    return float(game.values[mask] - sums(np.asarray(allocation, dtype=np.float64))[mask])


def _least(game: Game) -> Least:
    counts = np.ones(game.values.size, dtype=bool)
    counts[[0, -1]] = False
    whole = Equal(np.ones((1, game.n)), np.array([game.whole]))
    return least_excess(game.values, counts, whole)


def _balanced(game: Game, found: Least) -> Balanced:
    """From duals that sum to one to weights that cover every player once."""
    cover = float(found.weights @ indicator(found.binding, game.n)[:, 0])
    weights = found.weights / cover
    worth = float(weights @ game.values[found.binding])
    table = {int(s): float(w) for s, w in zip(found.binding, weights, strict=True)}
    return Balanced(game, table, worth)
