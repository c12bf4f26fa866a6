"""Two closed-form compromises: Gately's point and the τ-value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hansa.coalitions.games import Game
from hansa.coalitions.subsets import Array, sums
from hansa.terms.errors import BadInput, Place


@dataclass(frozen=True, slots=True, eq=False)
class Gately:
    """Gately's point.

    Parameters
    ----------
    allocation : Array
        (n,).
    propensity : float
        d, what all others would lose by a player's leaving over what it would lose itself:
        the same for all.
    """

    allocation: Array
    propensity: float


def gately(game: Game) -> Gately:
    """The division in which everybody would disrupt equally much (Gately 1974).

    d_i = (Σ_{j≠i} x_j − v(N∖i)) / (x_i − v(i)) is the same for all if
    x_i = v(i) + (M_i − v(i)) (v(N) − Σ v(j)) / Σ_j (M_j − v(j)), M_i = v(N) − v(N∖i).

    Raises
    ------
    BadInput
        If the players are worth no more together than alone, or somebody's leaving would
        not cost the others anything: then there is no such division.
    """
    alone, marginal = game.alone, game.marginal
    surplus = game.whole - alone.sum()
    room = marginal - alone
    if surplus <= 0 or (room < -1e-12 * np.ptp(game.values)).any() or room.sum() <= 0:
        raise BadInput(
            "Gately's point needs a game worth playing: more together than alone, and nobody "
            "whose coming costs the others",
            where=Place("values"),
        )
    return Gately(alone + room * surplus / room.sum(), float(room.sum() / surplus - 1))


@dataclass(frozen=True, slots=True, eq=False)
class Tau:
    """The τ-value and the two ends between which it lies.

    ``utopia`` M_i = v(N) − v(N∖i) is the most that i can hope for, ``minimal`` m_i the
    most that is left for i in a coalition that pays all others their utopia.
    """

    allocation: Array
    minimal: Array
    utopia: Array


def tau_value(game: Game) -> Tau:
    """The τ-value, between minimal rights and utopia (Tijs 1981).

    Raises
    ------
    BadInput
        If the game is not quasi-balanced: m ≤ M and Σ m ≤ v(N) ≤ Σ M.
    """
    utopia = game.marginal
    remainder = game.values - sums(utopia)
    minimal = np.array(
        [remainder.reshape(-1, 2, 1 << i)[:, 1].max() + utopia[i] for i in range(game.n)]
    )
    slack = 1e-9 * max(float(np.ptp(game.values)), 1e-300)
    low, high = float(minimal.sum()), float(utopia.sum())
    fits = low <= game.whole + slack and game.whole <= high + slack
    if (minimal > utopia + slack).any() or not fits:
        raise BadInput(
            f"the game is not quasi-balanced: minimal rights sum to {low:.6g}, hopes to "
            f"{high:.6g}, and {game.whole:.6g} is to be divided",
            where=Place("values"),
            remedy="the τ-value does not exist; use the nucleolus or the Shapley value",
        )
    share = 0.0 if high - low <= slack else (game.whole - low) / (high - low)
    return Tau(minimal + share * (utopia - minimal), minimal, utopia)
