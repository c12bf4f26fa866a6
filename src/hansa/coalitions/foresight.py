"""Blocs that hold when states look ahead: the largest consistent set, farsighted stable sets.

A group looks beyond its own move to where further moves lead. Bloc e *indirectly
dominates* bloc a if groups can move from a to e one after another, each preferring e to
where it moves (Harsanyi 1974). A bloc is in Chwe's (1994) *largest consistent set* if every
move away from it might lead to some consistent bloc that not all who moved prefer. A single
bloc is a *farsighted stable set* if it indirectly dominates every other bloc (Mauleon and
Vannetelbosch 2004 for coalitions with spillovers).

A group's move changes who is in: some of it leave, others join. Where consent is asked and
somebody joins, all members that stay belong to the group too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hansa.coalitions.compiled import compiled
from hansa.coalitions.subsets import Array, Flags, Masks, members
from hansa.coalitions.worth import Worth
from hansa.terms.errors import BadInput

FARSIGHTED_UP_TO = 12
Words = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Farsighted:
    """What holds under foresight.

    Parameters
    ----------
    consistent : Array of int
        Masks of the largest consistent set; it is never empty.
    stable : Array of int
        Masks of blocs that are farsighted stable sets by themselves; often none.
    rounds : int
        Eliminations until nothing more fell.
    """

    worth: Worth
    consistent: Masks
    stable: Masks
    rounds: int

    def blocs(self) -> tuple[tuple[str, ...], ...]:
        """The consistent blocs by name, the largest first; ``()`` is no bloc."""
        ranked = sorted(self.consistent.tolist(), key=lambda m: (-m.bit_count(), m))
        return tuple(members(mask, self.worth.players) for mask in ranked)


def farsighted(worth: Worth, *, consent: bool = True, groups: bool = True) -> Farsighted:
    """The largest consistent set and the farsighted stable blocs.

    Parameters
    ----------
    worth : Worth
        Up to 12 players. Blocs of one count as no bloc.
    consent : bool
        Whether members that stay must agree when somebody joins.
    groups : bool
        Whether groups move together; otherwise one state at a time.

    Raises
    ------
    BadInput
        If there are more players.
    """
    if worth.n > FARSIGHTED_UP_TO:
        raise BadInput(
            f"foresight of {worth.n} states over {1 << worth.n} blocs is too much",
            remedy=f"choose up to {FARSIGHTED_UP_TO} states with among(...)",
        )
    n, u = worth.n, worth.payoffs
    ahead = _dominated(u, n, worth.noise, consent, groups)
    keep, rounds = _consistent(u, n, worth.noise, consent, groups, ahead)
    kept = np.flatnonzero(keep)
    blocs = np.array([m for m in range(1 << n) if m.bit_count() != 1], dtype=np.int64)
    alone = [e for e in blocs if all(_bit(ahead, a, e) for a in blocs if a != e)]
    return Farsighted(worth, kept, np.array(alone, dtype=np.int64), rounds)


def indirectly_dominates(worth: Worth, e: int, a: int, *, consent: bool = True) -> bool:
    """Whether moves lead from bloc a to bloc e, each mover preferring e to where it moves."""
    ahead = _dominated(worth.payoffs, worth.n, worth.noise, consent, True)
    return _bit(ahead, _plain(a), _plain(e))


def _plain(mask: int) -> int:
    return 0 if mask.bit_count() == 1 else mask


def _bit(words: Words, a: int, e: int) -> bool:
    return bool(words[a, e >> 6] >> np.uint64(e & 63) & np.uint64(1))


@compiled
def _single(mask: int) -> bool:
    return mask != 0 and mask & (mask - 1) == 0


@compiled
def _allowed(wants: int, a: int, d: int, consent: bool) -> bool:
    """Whether those who want it can move from bloc a to bloc d by themselves."""
    changed = a ^ d
    if changed & ~wants:
        return False
    return not (consent and d & ~a and (a & d) & ~wants)


@compiled
def _dominated(u: Array, n: int, noise: float, consent: bool, groups: bool) -> Words:
    """Bit e of row a: e indirectly dominates a. Found by going back from every e."""
    many = 1 << n
    ahead = np.zeros((many, (many + 63) // 64), dtype=np.uint64)
    wants = np.zeros(many, dtype=np.int64)
    done = np.zeros(many, dtype=np.bool_)
    for e in range(many):
        if _single(e):
            continue
        for a in range(many):
            wants[a] = 0
            done[a] = False
            for i in range(n):
                if u[i, e] > u[i, a] + noise:
                    wants[a] |= 1 << i
        done[e] = True
        more = True
        while more:
            more = False
            for a in range(many):
                if done[a] or _single(a):
                    continue
                if _leads(a, e, wants[a], done, n, consent, groups):
                    done[a] = True
                    more = True
                    ahead[a, e >> 6] |= np.uint64(1) << np.uint64(e & 63)
    return ahead


@compiled
def _leads(a: int, e: int, wants: int, done: Flags, n: int, consent: bool, groups: bool) -> bool:
    """Whether those who prefer e can move from a to where moves go on to e."""
    if groups:
        if _allowed(wants, a, e, consent):
            return True
        # a member against it vetoes all newcomers: then only members can move, by leaving
        pool = wants & a if consent and a & ~wants else wants
        group = pool
        while group:
            d = a ^ group
            if done[d] and not _single(d):
                return True
            group = (group - 1) & pool
        return False
    for i in range(n):
        d = a ^ (1 << i)
        if _single(d):
            d = 0
        if done[d] and _allowed(wants, a, a ^ (1 << i), consent):
            return True
    if a == 0:  # a pair forms in one move
        for i in range(n):
            for j in range(i):
                d = (1 << i) | (1 << j)
                if done[d] and _allowed(wants, 0, d, consent):
                    return True
    return False


@compiled
def _pair(mask: int) -> bool:
    rest = mask & (mask - 1)
    return rest != 0 and rest & (rest - 1) == 0


@compiled
def _consistent(
    u: Array, n: int, noise: float, consent: bool, groups: bool, ahead: Words
) -> tuple[Flags, int]:
    """Chwe's elimination: a bloc falls if some move away from it is deterred by nothing."""
    many = 1 << n
    width = ahead.shape[1]
    keep = np.array([not _single(a) for a in range(many)])
    rounds, fell = 0, True
    lead = np.zeros(width, dtype=np.uint64)
    while fell:
        fell = False
        rounds += 1
        stand = keep.copy()
        kept = np.zeros(width, dtype=np.uint64)
        for a in range(many):
            if keep[a]:
                kept[a >> 6] |= np.uint64(1) << np.uint64(a & 63)
        for a in range(many):
            if not keep[a]:
                continue
            for d in range(many):
                if d == a or _single(d):
                    continue
                changed = a ^ d
                if (
                    not groups
                    and changed & (changed - 1)
                    and not (a == 0 and _pair(d))
                    and not (d == 0 and _pair(a))
                ):
                    continue
                movers = changed | (a & d if consent and d & ~a else 0)
                for w in range(width):
                    lead[w] = ahead[d, w] & kept[w]
                if keep[d]:
                    lead[d >> 6] |= np.uint64(1) << np.uint64(d & 63)
                if not _deterred(u, n, noise, a, movers, lead):
                    stand[a] = False
                    fell = True
                    break
        keep = stand
    return keep, rounds


@compiled
def _deterred(u: Array, n: int, noise: float, a: int, movers: int, lead: Words) -> bool:
    """Whether some bloc that the move might lead to is not better for all movers."""
    for w in range(lead.size):
        word = lead[w]
        if word == 0:
            continue
        for b in range(64):
            if not (word >> np.uint64(b)) & np.uint64(1):
                continue
            e = (w << 6) | b
            for i in range(n):
                if (movers >> i) & 1 and not u[i, e] > u[i, a] + noise:
                    return True
    return False
