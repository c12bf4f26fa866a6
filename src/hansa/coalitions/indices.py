"""Values of games: one number for what each player brings.

Shapley (1953), Banzhaf (1965), the solidarity value of Nowak and Radzik (1994), and for
simple games the indices of Deegan and Packel (1978) and of Johnston (1978).
"""

from __future__ import annotations

import numpy as np

from hansa.coalitions.compiled import compiled
from hansa.coalitions.games import Game, size_weights
from hansa.coalitions.subsets import Array, Masks, sizes
from hansa.terms.errors import BadInput, Place


def shapley(game: Game) -> Array:
    """φ_i = Σ_{S∋i} (|S|−1)! (n−|S|)! / n! · (v(S) − v(S∖i)), (n,)."""
    if game.n == 1:
        return game.values[1:].copy()
    return np.asarray(_shapley(game.values, game.n, size_weights(game.n), sizes(game.n)))


def banzhaf(game: Game) -> Array:
    """β_i = 2^(1−n) Σ_{S∌i} (v(S ∪ i) − v(S)), (n,)."""
    return np.array([game.gain(i).mean() for i in range(game.n)])


def normalised_banzhaf(game: Game) -> Array:
    """Banzhaf values scaled to v(N).

    Raises
    ------
    BadInput
        If they sum to zero.
    """
    raw = banzhaf(game)
    if raw.sum() == 0:
        raise BadInput("Banzhaf values sum to zero: nobody ever matters", where=Place("values"))
    return np.asarray(raw / raw.sum() * game.whole)


def solidarity(game: Game) -> Array:
    """As Shapley, with each member's own contribution replaced by the coalition's mean."""
    n, size = game.n, sizes(game.n)
    total = np.zeros(game.values.size)
    for i in range(n):
        gained = total.reshape(-1, 2, 1 << i)
        v = game.values.reshape(-1, 2, 1 << i)
        gained[:, 1] += v[:, 1] - v[:, 0]
    mean = np.divide(total, size, out=np.zeros_like(total), where=size > 0)
    weighted = size_weights(n)[size] * mean
    return np.array([weighted.reshape(-1, 2, 1 << i)[:, 1].sum() for i in range(n)])


def deegan_packel(game: Game) -> Array:
    """Every minimal winning coalition is as likely; its members share alike.

    Raises
    ------
    BadInput
        If the game is not simple, or nobody wins.
    """
    _require_simple(game, "the index of Deegan and Packel")
    n, size = game.n, sizes(game.n)
    minimal = game.values == 1
    for i in range(n):
        v = game.values.reshape(-1, 2, 1 << i)
        minimal.reshape(-1, 2, 1 << i)[:, 1] &= v[:, 0] == 0
    share = np.divide(minimal, size, out=np.zeros(size.size), where=size > 0)
    return np.array([share.reshape(-1, 2, 1 << i)[:, 1].sum() / minimal.sum() for i in range(n)])


def johnston(game: Game) -> Array:
    """A vulnerable coalition's unit is shared by those without whom it loses.

    Raises
    ------
    BadInput
        If the game is not simple, or nobody wins.
    """
    _require_simple(game, "Johnston's index")
    n = game.n
    swings = np.zeros((n, game.values.size), dtype=bool)
    for i in range(n):
        v = game.values.reshape(-1, 2, 1 << i)
        swings[i].reshape(-1, 2, 1 << i)[:, 1] = (v[:, 1] == 1) & (v[:, 0] == 0)
    count = swings.sum(axis=0)
    raw = (swings / np.maximum(count, 1)).sum(axis=1)
    return np.asarray(raw / raw.sum())


def _require_simple(game: Game, what: str) -> None:
    if not game.simple or game.whole == 0:
        raise BadInput(
            f"{what} is of simple games: values 0 and 1, growing never loses, somebody wins",
            where=Place("values"),
        )


@compiled
def _shapley(values: Array, n: int, weight: Array, size: Masks) -> Array:
    found = np.zeros(n)
    for mask in range(1, values.size):
        v = values[mask]
        inside = weight[size[mask]] * v
        outside = weight[size[mask] + 1] * v if size[mask] < n else 0.0
        for i in range(n):
            if mask >> i & 1:
                found[i] += inside
            else:
                found[i] -= outside
    return found
