"""Would a member leave, would an outsider join: stability of every bloc at once.

Internal: no member has more outside, the others staying together. External: no outsider
has more inside (d'Aspremont, Jacquemin, Gabszewicz and Weymark 1983). Where membership is
open, whoever wants to may join; where it is exclusive, the members must agree: all of
them, more than half, or as a rule of decision says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hansa.coalitions.compiled import compiled
from hansa.coalitions.subsets import Array, Flags, Masks, mask_of, members, sizes, written
from hansa.coalitions.worth import Worth
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown
from hansa.terms.reasons import Because, Reason

Membership = Literal["open", "exclusive"]
Admits = Callable[[tuple[str, ...], str, tuple[str, ...], tuple[str, ...]], bool]
"""From members, newcomer, members who gain and members who lose to whether it is admitted."""
Bits = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one bloc is stable and against whom.

    Parameters
    ----------
    bloc : tuple of str
    leavers : mapping of str to float
        Members who have more outside, and how much more.
    joiners : mapping of str to float
        Outsiders who have more inside, and how much more.
    admitted : tuple of str
        Joiners whom the members would let in.
    opposed : mapping of str to tuple of str
        For each joiner the members who would lose by it.
    """

    bloc: tuple[str, ...]
    leavers: dict[str, float]
    joiners: dict[str, float]
    admitted: tuple[str, ...]
    opposed: dict[str, tuple[str, ...]]
    because: Because

    @property
    def internal(self) -> bool:
        """Nobody would leave."""
        return not self.leavers

    @property
    def external(self) -> bool:
        """Nobody would join."""
        return not self.joiners

    def stable(self, membership: Membership = "open") -> bool:
        """Nobody would leave, and nobody would join (and be let in, if that is asked)."""
        closed = self.external if membership == "open" else not self.admitted
        return self.internal and closed


@dataclass(frozen=True, slots=True, eq=False)
class Stability:
    """Who would leave and who would join, for all 2ⁿ blocs.

    Parameters
    ----------
    worth : Worth
    leavers, joiners : Array of uint32
        By bloc, the mask of members who would leave and of outsiders who would join, (2ⁿ,).
    consent : {"unanimity", "majority"} or callable
        When members let a newcomer in.
    """

    worth: Worth
    leavers: Bits
    joiners: Bits
    consent: str | Admits = "unanimity"
    _found: dict[str, Bits] = field(default_factory=dict, init=False, repr=False)

    @property
    def admitted(self) -> Bits:
        """By bloc, the mask of joiners whom the members would let in, (2ⁿ,)."""
        if "admitted" not in self._found:
            self._found["admitted"] = self._let_in(self.joiners)
        return self._found["admitted"]

    def _let_in(self, joiners: Bits) -> Bits:
        """Which of these joiners the members would let in."""
        w = self.worth
        if callable(self.consent):
            return _asked(w, joiners, self.consent)
        return _admitted(w.payoffs, w.n, w.noise, joiners, self.consent == "unanimity")

    @property
    def internal(self) -> Flags:
        """Blocs that nobody would leave."""
        return np.asarray(self.leavers == 0)

    def external(self, membership: Membership = "open") -> Flags:
        """Blocs that nobody would join, or be let in."""
        _known(membership)
        return np.asarray((self.joiners if membership == "open" else self.admitted) == 0)

    def stable(self, membership: Membership = "open") -> Masks:
        """Masks of the stable blocs of two or more, the largest first."""
        _known(membership)
        held = self.internal & (sizes(self.worth.n) >= 2)
        if membership == "open":
            held &= self.joiners == 0
        else:  # only blocs that nobody leaves are worth asking about
            held &= self._let_in(np.where(held, self.joiners, np.uint32(0))) == 0
        found = np.flatnonzero(held)
        return np.asarray(found[np.argsort(-sizes(self.worth.n)[found], kind="stable")])

    def verdict(self, bloc: Iterable[str] | int) -> Verdict:
        """One bloc in full."""
        players = self.worth.players
        mask = mask_of(bloc, players)
        u = self.worth.payoffs
        out = {p: i for i, p in enumerate(players)}
        leavers = {p: _more(u, out[p], mask ^ 1 << out[p], mask)
                   for p in members(int(self.leavers[mask]), players)}  # fmt: skip
        joiners = {p: _more(u, out[p], mask | 1 << out[p], mask)
                   for p in members(int(self.joiners[mask]), players)}  # fmt: skip
        opposed = {p: self._losers(mask, mask | 1 << out[p]) for p in joiners}
        asked = np.zeros_like(self.joiners)
        asked[mask] = self.joiners[mask]
        admitted = members(int(self._let_in(asked)[mask]), players)
        text = (
            f"{written(mask, players)}: {_list(leavers)} would have more outside, "
            f"{_list(joiners)} more inside"
        )
        why = (
            Reason("rule", text, "internal and external stability", because=self.worth.why(mask)),
        )
        return Verdict(members(mask, players), leavers, joiners, admitted, opposed, why)

    def _losers(self, bloc: int, wider: int) -> tuple[str, ...]:
        u = self.worth.payoffs
        return tuple(
            p for i, p in enumerate(self.worth.players)
            if bloc >> i & 1 and u[i, wider] < u[i, bloc] - self.worth.noise
        )  # fmt: skip


def stability(worth: Worth, consent: str | Admits = "unanimity") -> Stability:
    """Who would leave and who would join, for every bloc.

    Parameters
    ----------
    worth : Worth
        Up to 20 players.
    consent : {"unanimity", "majority"} or callable
        When members let a newcomer in: if none of them loses, if more of them gain than
        lose, or as a function says.

    Raises
    ------
    UnknownCode
        If the rule of consent is unknown.
    """
    if not callable(consent) and consent not in ("unanimity", "majority"):
        raise unknown("rule of consent", consent, ("unanimity", "majority"))
    leavers, joiners = _moves(worth.payoffs, worth.n, worth.noise)
    return Stability(worth, leavers, joiners, consent)


def _asked(worth: Worth, joiners: Bits, admits: Admits) -> Bits:
    """Who is admitted by a rule that only a function knows."""
    players, u = worth.players, worth.payoffs
    found = np.zeros_like(joiners)
    for mask in np.flatnonzero(joiners).tolist():
        inside = [i for i in range(worth.n) if mask >> i & 1]
        for j in range(worth.n):
            if not int(joiners[mask]) >> j & 1:
                continue
            change = {i: u[i, mask | 1 << j] - u[i, mask] for i in inside}
            gain = tuple(players[i] for i in inside if change[i] > worth.noise)
            lose = tuple(players[i] for i in inside if change[i] < -worth.noise)
            if admits(members(mask, players), players[j], gain, lose):
                found[mask] |= np.uint32(1 << j)
    return found


def _more(payoffs: Array, i: int, there: int, here: int) -> float:
    return float(payoffs[i, there] - payoffs[i, here])


def _list(states: Iterable[str]) -> str:
    return ", ".join(states) or "nobody"


def _known(membership: str) -> None:
    if membership not in ("open", "exclusive"):
        raise BadInput(
            f"no membership {membership!r}",
            where=Place("membership"),
            nearest=("open", "exclusive"),
        )


@compiled
def _moves(payoffs: Array, n: int, noise: float) -> tuple[Bits, Bits]:
    """Who gains by leaving and by joining, for every bloc; one pass per player."""
    many = 1 << n
    leave, join = np.zeros(many, dtype=np.uint32), np.zeros(many, dtype=np.uint32)
    for i in range(n):
        step = 1 << i
        u = payoffs[i]
        for block in range(0, many, 2 * step):
            for low in range(block, block + step):
                more = u[low + step] - u[low]
                join[low] |= np.uint32(more > noise) << np.uint32(i)
                leave[low + step] |= np.uint32(more < -noise) << np.uint32(i)
    return leave, join


@compiled
def _admitted(payoffs: Array, n: int, noise: float, joiners: Bits, all_agree: bool) -> Bits:
    """Whom the members let in: nobody loses, or more gain than lose."""
    admitted = np.zeros(joiners.size, dtype=np.uint32)
    for mask in range(joiners.size):
        want = joiners[mask]
        if want == 0:
            continue
        for j in range(n):
            if not (want >> np.uint32(j)) & np.uint32(1):
                continue
            wider = mask | (1 << j)
            up = down = 0
            for i in range(n):
                if (mask >> i) & 1:
                    change = payoffs[i, wider] - payoffs[i, mask]
                    if change > noise:
                        up += 1
                    elif change < -noise:
                        down += 1
                        if all_agree:
                            break
            if (all_agree and down == 0) or (not all_agree and up > down) or mask == 0:
                admitted[mask] |= np.uint32(1 << j)
    return admitted
