"""Side payments: what would make a union stable, and the smallest sum that does.

A bloc can be kept together by payments among its members if its members together have at
least what each would have by leaving alone: Σ_{i∈S} w_i u_i(S) ≥ Σ_{i∈S} w_i u_i(S∖i)
("potential internal stability", Carraro, Eyckmans and Finus 2006). The smallest sum that
changes hands is then exactly what those lack who would leave. A newcomer can be won if it
and the members gain together; likewise.

Payments are in money, payoffs times weights: exact for what money buys at the prices of the
bloc, and to be verified in the model where the payments are large.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from hansa.coalitions.games import Game, require_superadditive
from hansa.coalitions.indices import shapley
from hansa.coalitions.nucleoli import nucleolus
from hansa.coalitions.subsets import Array, mask_of, written
from hansa.coalitions.worth import Worth
from hansa.terms.errors import BadInput
from hansa.terms.names import unknown
from hansa.terms.reasons import Because, Reason

Rule = Literal["nucleolus", "shapley", "equal"]
RULES: tuple[Rule, ...] = ("nucleolus", "shapley", "equal")


@dataclass(frozen=True, slots=True)
class Payments:
    """Who pays whom so that everybody stays (or comes).

    Parameters
    ----------
    bloc : tuple of str
        Among whom.
    amounts : mapping of str to float
        What each receives (pays, if below zero); they sum to ``outside``.
    moved : float
        The sum that changes hands.
    outside : float
        The least that must come from outside because the members' gains do not suffice;
        zero if they do.
    spare : float
        What the members still gain together after the payments.
    because : tuple of Reason
    """

    bloc: tuple[str, ...]
    amounts: Mapping[str, float]
    moved: float
    outside: float
    spare: float
    because: Because

    @property
    def enough(self) -> bool:
        """Whether the members can do it by themselves."""
        return self.outside == 0


def to_stay(worth: Worth, bloc: Iterable[str] | int, weights: ArrayLike = 1.0) -> Payments:
    """The smallest payments among members that keep each of them from leaving alone.

    Parameters
    ----------
    worth : Worth
    bloc : names or mask
        Of two or more.
    weights : array (n,)
        Money per unit of payoff.

    Notes
    -----
    Who has more inside than outside pays in proportion to how much more.
    """
    mask = mask_of(bloc, worth.players)
    if mask.bit_count() < 2:
        raise BadInput(f"{written(mask, worth.players)} is no union: it has nobody to pay")
    money = np.broadcast_to(np.asarray(weights, dtype=np.float64), (worth.n,))
    inside = [i for i in range(worth.n) if mask >> i & 1]
    slack = {
        worth.players[i]: float(
            money[i] * (worth.payoffs[i, mask] - worth.payoffs[i, mask ^ 1 << i])
        )
        for i in inside
    }
    return settled(slack, "by staying in")


def to_win(
    worth: Worth, bloc: Iterable[str] | int, newcomer: str, weights: ArrayLike = 1.0
) -> Payments:
    """The smallest payments that leave newcomer and members no worse off by its coming.

    Parameters
    ----------
    worth, bloc, weights
        As in `to_stay`.
    newcomer : str
        An outsider.
    """
    mask = mask_of(bloc, worth.players)
    bit = mask_of((newcomer,), worth.players)
    if mask & bit:
        raise BadInput(f"{newcomer} is in {written(mask, worth.players)} already")
    money = np.broadcast_to(np.asarray(weights, dtype=np.float64), (worth.n,))
    wider = mask | bit
    slack = {
        worth.players[i]: float(money[i] * (worth.payoffs[i, wider] - worth.payoffs[i, mask]))
        for i in range(worth.n)
        if wider >> i & 1
    }
    return settled(slack, f"by {newcomer}'s coming")


def settled(slack: Mapping[str, float], how: str) -> Payments:
    """Pay each its lack out of what the others have in excess, in proportion.

    Parameters
    ----------
    slack : mapping of str to float
        What each gains, in money; who loses is to be paid.
    how : str
        By what they gain, in words.
    """
    lack = sum(-s for s in slack.values() if s < 0)
    room = sum(s for s in slack.values() if s > 0)
    drawn = min(lack, room)
    amounts = {
        name: 0.0 if s == 0 else (-s * drawn / room if s > 0 else -s) for name, s in slack.items()
    }
    short = [name for name, s in slack.items() if s < 0]
    text = (
        f"{', '.join(short) or 'nobody'} of {' '.join(slack)} loses {lack:.6g} {how}; "
        f"the others gain {room:.6g}"
    )
    why = (Reason("number", text, "Carraro, Eyckmans & Finus 2006"),)
    return Payments(tuple(slack), amounts, lack, max(lack - room, 0.0), max(room - lack, 0.0), why)


def divide(game: Game, rule: Rule = "nucleolus") -> Array:
    """A division of the joint gain by a rule, for a game in which joining pays.

    Raises
    ------
    BadInput
        If some coalitions are worth more apart than together: dividing the whole would
        then pay some of them less than they have by themselves.
    """
    if rule not in RULES:
        raise unknown("rule of division", rule, RULES)
    require_superadditive(game, "a division of the whole")
    if rule == "shapley":
        return shapley(game)
    if rule == "equal":
        return np.asarray(game.alone + (game.whole - game.alone.sum()) / game.n)
    return nucleolus(game).allocation
