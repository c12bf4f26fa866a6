"""In which order states join, where it stops, and whether it ever comes back.

One state moves at a time: an outsider joins if it has more inside (and is let in, where
that is asked), a member leaves if it has more outside. `path` follows one order, `ends`
follows all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from hansa.coalitions.standing import Membership, Stability
from hansa.coalitions.subsets import mask_of, members
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown

Order = Literal["largest gain", "largest joint gain", "as listed"]
ORDERS: tuple[Order, ...] = ("largest gain", "largest joint gain", "as listed")
END = Literal["nobody moves", "comes back", "no more steps"]


@dataclass(frozen=True, slots=True)
class Step:
    """One state's move.

    Parameters
    ----------
    state : str
    joins : bool
        It leaves otherwise.
    gain : float
        What it gains by the move.
    bloc : tuple of str
        The bloc afterwards.
    losers : tuple of str
        Other states that lose by it.
    """

    state: str
    joins: bool
    gain: float
    bloc: tuple[str, ...]
    losers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """A sequence of moves.

    ``end``: nobody moves any more; it comes back to a bloc that it had been at; or it was
    cut short.
    """

    start: tuple[str, ...]
    steps: tuple[Step, ...]
    end: END

    @property
    def bloc(self) -> tuple[str, ...]:
        """The last bloc."""
        return self.steps[-1].bloc if self.steps else self.start

    def __str__(self) -> str:
        moves = [f"{step.state} {'joins' if step.joins else 'leaves'}" for step in self.steps]
        return f"{', then '.join(moves) or 'no move'}: {self.end}"


def path(
    stability: Stability,
    start: Iterable[str] | int = 0,
    *,
    membership: Membership = "open",
    order: Order = "largest gain",
    leaving: bool = True,
    steps: int = 200,
) -> Path:
    """Follow one order of moves.

    Parameters
    ----------
    stability : Stability
        Who would leave and who would join.
    start : names or mask
        The bloc to begin with. From nobody, the pair that gains most in sum among those
        in which both gain forms first.
    membership : {"open", "exclusive"}
        Whether the members must agree to a newcomer.
    order : {"largest gain", "largest joint gain", "as listed"}
        Who moves first if several would: who gains most itself, whose move brings most to
        mover and members together, or who is listed first.
    leaving : bool
        Whether members may leave too.
    steps : int
        Moves after which the path is cut short.
    """
    if order not in ORDERS:
        raise unknown("order of moves", order, ORDERS)
    worth = stability.worth
    here = mask_of(start, worth.players)
    begin, seen, taken = here, {here}, list[Step]()
    if here.bit_count() < 2:
        pair = _first_pair(stability, here)
        if pair is None:
            return Path(members(here, worth.players), (), "nobody moves")
        for i in range(worth.n):
            if (pair & ~here) >> i & 1:
                taken.append(_step(stability, here, here | 1 << i, pair, i))
                here |= 1 << i
        seen.add(here)
    for _ in range(steps):
        moves = _moves(stability, here, membership, leaving)
        if not moves:
            return Path(members(begin, worth.players), tuple(taken), "nobody moves")
        i = _chosen(stability, here, moves, order)
        there = here ^ 1 << i
        taken.append(_step(stability, here, there, there, i))
        here = there
        if here in seen:
            return Path(members(begin, worth.players), tuple(taken), "comes back")
        seen.add(here)
    return Path(members(begin, worth.players), tuple(taken), "no more steps")


@dataclass(frozen=True, slots=True)
class Ends:
    """Where all orders of moves lead from one bloc.

    Parameters
    ----------
    stops : tuple of tuple of str
        Blocs that can be reached and from which nobody moves, the largest first.
    reached : int
        Blocs that can be reached.
    circles : bool
        Whether some order can go round for ever.
    """

    stops: tuple[tuple[str, ...], ...]
    reached: int
    circles: bool


def ends(
    stability: Stability,
    start: Iterable[str] | int,
    *,
    membership: Membership = "open",
    leaving: bool = True,
) -> Ends:
    """Every bloc at which some order of moves stops.

    Raises
    ------
    BadInput
        If the start is no bloc of two or more: which pair forms first is for `path`.
    """
    players = stability.worth.players
    begin = mask_of(start, players)
    if begin.bit_count() < 2:
        raise BadInput("begin with a bloc of two or more", where=Place("start"))
    stops: set[int] = set()
    state: dict[int, int] = {}  # 1: on the way, 2: done
    circles = False
    stack = [(begin, iter(_moves(stability, begin, membership, leaving)))]
    state[begin] = 1
    while stack:
        here, moves = stack[-1]
        i = next(moves, None)
        if i is None:
            state[here] = 2
            if not _moves(stability, here, membership, leaving):
                stops.add(here)
            stack.pop()
            continue
        there = here ^ 1 << i
        if there not in state:
            state[there] = 1
            stack.append((there, iter(_moves(stability, there, membership, leaving))))
        elif state[there] == 1:
            circles = True
    ranked = sorted(stops, key=lambda mask: (-mask.bit_count(), mask))
    return Ends(tuple(members(mask, players) for mask in ranked), len(state), circles)


def _moves(stability: Stability, here: int, membership: Membership, leaving: bool) -> list[int]:
    """Players who would move from a bloc."""
    join = stability.joiners if membership == "open" else stability.admitted
    mask = int(join[here]) | (int(stability.leavers[here]) if leaving else 0)
    return [i for i in range(stability.worth.n) if mask >> i & 1]


def _chosen(stability: Stability, here: int, moves: list[int], order: Order) -> int:
    u = stability.worth.payoffs
    if order == "as listed":
        return moves[0]

    def score(i: int) -> float:
        change = u[:, here ^ 1 << i] - u[:, here]
        if order == "largest gain":
            return float(change[i])
        inside = [j for j in range(stability.worth.n) if here >> j & 1 or j == i]
        return float(change[inside].sum())

    return max(moves, key=score)


def _first_pair(stability: Stability, here: int) -> int | None:
    """The pair with most joint gain among those in which both gain, holding who is there."""
    w = stability.worth
    best, pair = 0.0, None
    for i in range(w.n):
        for j in range(i):
            both = 1 << i | 1 << j
            if here & ~both:
                continue
            gain = w.payoffs[[i, j], both] - w.payoffs[[i, j], 0]
            if (gain > w.noise).all() and float(gain.sum()) > best:
                best, pair = float(gain.sum()), both
    return pair


def _step(stability: Stability, here: int, there: int, shown: int, i: int) -> Step:
    w = stability.worth
    base = here if there == shown else 0
    change = w.payoffs[:, shown] - w.payoffs[:, base]
    losers = tuple(name for k, name in enumerate(w.players) if k != i and change[k] < -w.noise)
    joins = bool(there >> i & 1)
    return Step(w.players[i], joins, float(change[i]), members(there, w.players), losers)
