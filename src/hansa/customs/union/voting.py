"""The programme behind a negotiation: choices, votes, winning coalitions, blocking ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from hansa.customs.union.grid import Rates
from hansa.customs.union.milp import minimise
from hansa.customs.union.rules import Rule
from hansa.customs.union.schedules import Schedules
from hansa.customs.union.trade import Trade
from hansa.terms.errors import BadInput, Infeasible, NotConverged

_MEMBERS: Final = 12
_COALITIONS: Final = 64
"""Up to how many members and winning coalitions these are tried one by one."""


@dataclass(frozen=True, slots=True)
class Stance:
    """What a member minds about a common rate, and how much it can bear.

    The loss on a line with imports M that goes from t to T (in per cent) is::

        M / 100 × (adjustment |T - t| + users (T - t) + revenue (t - T)
                   + protection max(0, t - T))

    Parameters
    ----------
    votes : number
        Its weight.
    adjustment : float
        Any change disturbs.
    users : float
        Higher rates burden those who use imports.
    revenue : float
        Lower rates cost revenue.
    protection : float
        Lower rates expose its industry.
    bearable : float
        The whole loss that it accepts; infinite: anything.
    """

    votes: float
    adjustment: float = 1.0
    users: float = 0.0
    revenue: float = 0.0
    protection: float = 0.0
    bearable: float = np.inf

    def loss(self, M: Rates, t: Rates, T: Rates) -> Rates:
        """Loss per line; zero where the member has no such line."""
        up = np.nan_to_num(T - t)
        size = (
            self.adjustment * np.abs(up)
            + (self.users - self.revenue) * up
            + self.protection * np.maximum(0.0, -up)
        )
        lost: Rates = M * size / 100
        return lost


@dataclass(frozen=True, slots=True, eq=False)
class Talks:
    """The table of distinct candidates: one entry per (line, candidate rate)."""

    schedules: Schedules
    trade: Trade
    stances: tuple[Stance, ...]  # by member
    line: NDArray[np.int64]
    rate: Rates
    by: NDArray[np.int64]
    losses: Rates  # (entries, members)
    duty: Rates  # (entries,): union duty at the rate
    said: tuple[str, ...]
    threshold: Fraction

    @property
    def votes(self) -> list[Fraction]:
        """Weights by member."""
        return [Fraction(str(stance.votes)) for stance in self.stances]


def lay_out(
    s: Schedules,
    trade: Trade,
    candidates: Sequence[Rule],
    stances: tuple[Stance, ...],
    threshold: Fraction,
) -> Talks:
    """All distinct candidate rates with what they cost each member."""
    drafts = [rule.draft(s, trade) for rule in candidates]
    if not drafts:
        raise BadInput("a negotiation needs candidate rules")
    T = np.column_stack([draft.T for draft in drafts])
    fresh = ~np.isnan(T)
    for c in range(1, T.shape[1]):
        fresh[:, c] &= ~(T[:, :c] == T[:, c : c + 1]).any(axis=1)
    none = np.flatnonzero(~fresh.any(axis=1))
    if none.size:
        raise BadInput(f"no candidate offers a rate for {s.codes[int(none[0])]}")
    line, by = np.nonzero(fresh)
    rate = T[line, by]
    M = trade.by_line_and_member()
    losses = [stance.loss(M[line, m], s.t[line, m], rate) for m, stance in enumerate(stances)]
    charged = np.where(np.isnan(s.t), 0.0, M)  # both sides of XXIV:5(a) on the same imports
    duty = rate * charged[line].sum(axis=1) / 100
    said = tuple(rule.sentence() for rule in candidates)
    return Talks(s, trade, stances, line, rate, by, np.column_stack(losses), duty, said, threshold)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Constraints: coefficients of the choices z and of the votes y, and their limits."""

    z: sparse.csr_matrix
    y: sparse.csr_matrix
    low: Rates
    high: Rates


def choice_rows(talks: Talks, limit: float) -> Rows:
    """One rate per line, and the union's duties not above ``limit``."""
    entries, lines = len(talks.line), len(talks.schedules.codes)
    z = sparse.csr_matrix(
        (np.ones(entries), (talks.line, np.arange(entries))), shape=(lines, entries)
    )
    low, high = np.ones(lines), np.ones(lines)
    if np.isfinite(limit):
        scale = max(limit, 1e-12)
        z = sparse.csr_matrix(sparse.vstack([z, sparse.csr_matrix(talks.duty / scale)]))
        low, high = np.append(low, -np.inf), np.append(high, limit / scale * (1 + 1e-12))
    return Rows(z, sparse.csr_matrix((z.shape[0], len(talks.stances))), low, high)


def _vote_rows(talks: Talks) -> Rows:
    """Whoever says yes bears its loss; enough votes say yes."""
    m = len(talks.stances)
    # With y_m = 0 the row is slack by the most that the member can lose.
    worst = np.zeros((len(talks.schedules.codes), m))
    np.maximum.at(worst, talks.line, talks.losses)
    most = worst.sum(axis=0)
    bearable = np.array(
        [min(stance.bearable, top) for stance, top in zip(talks.stances, most, strict=True)]
    )
    slack, size = np.maximum(most - bearable, 0.0), np.maximum(most, 1e-12)
    votes = np.array([float(vote) for vote in talks.votes])
    z = sparse.vstack([(talks.losses / size).T, sparse.csr_matrix((1, len(talks.line)))])
    y = sparse.vstack([sparse.diags(slack / size), sparse.csr_matrix(votes)])
    low = np.append(np.full(m, -np.inf), float(talks.threshold) * votes.sum() - 1e-9)
    high = np.append((bearable + slack) / size, np.inf)
    return Rows(sparse.csr_matrix(z), sparse.csr_matrix(y), low, high)


def _coalition_rows(talks: Talks, coalition: frozenset[int]) -> Rows:
    """Everybody in the coalition bears its loss."""
    inside = [m for m in sorted(coalition) if np.isfinite(talks.stances[m].bearable)]
    bearable = np.array([talks.stances[m].bearable for m in inside])
    size = np.maximum(np.abs(bearable), 1.0)
    z = sparse.csr_matrix((talks.losses[:, inside] / size).T)
    y = sparse.csr_matrix((len(inside), len(talks.stances)))
    return Rows(z, y, np.full(len(inside), -np.inf), bearable / size)


def _winning(talks: Talks) -> list[frozenset[int]]:
    """Minimal winning coalitions; none if they are too many to try one by one."""
    votes = talks.votes
    if len(votes) > _MEMBERS:
        return []
    enough = talks.threshold * sum(votes, Fraction(0))
    found: list[frozenset[int]] = []
    for size in range(1, len(votes) + 1):
        for group in combinations(range(len(votes)), size):
            whole = sum((votes[m] for m in group), Fraction(0)) >= enough
            if whole and not any(smaller <= set(group) for smaller in found):
                found.append(frozenset(group))
    return found if len(found) <= _COALITIONS else []


def passing(talks: Talks, rows: Rows, seconds: float, gap: float) -> Choice:
    """The least loss that passes the vote.

    Coalition by coalition, because a row "bears its loss if it says yes" relaxes badly:
    the linear relaxations order the coalitions, and those that cannot beat the best
    choice so far are not searched. With too many coalitions the votes are variables.
    """
    coalitions = _winning(talks)
    if not coalitions:
        return solved(talks, [rows, _vote_rows(talks)], seconds, gap)
    trials = []
    for coalition in coalitions:
        blocks = [rows, _coalition_rows(talks, coalition)]
        try:
            trials.append((solved(talks, blocks, seconds, gap, relaxed=True).bound, blocks))
        except Infeasible:
            continue
    if not trials:
        raise Infeasible("no winning coalition can bear any choice")
    trials.sort(key=lambda trial: trial[0])
    best: Choice | None = None
    bounds = []
    for bound, blocks in trials:
        if best is not None and bound >= best.loss:
            break
        try:
            found = solved(talks, blocks, seconds / len(trials), gap)
        except Infeasible:
            continue
        except NotConverged:
            bounds.append(bound)  # not searched to the end: its relaxation still bounds it
            continue
        bounds.append(max(bound, found.bound))
        if best is None or found.loss < best.loss:
            best = found
    if best is None and not bounds:
        raise Infeasible("no winning coalition can bear any choice")
    if best is None:
        raise NotConverged("the time was up before any choice was found that passes")
    least = min(best.loss, *bounds)
    return replace(best, bound=least, gap=(best.loss - least) / max(abs(best.loss), 1e-12))


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Entries chosen, their whole loss, the bound on it, and the gap."""

    chosen: NDArray[np.int64]
    loss: float
    bound: float
    gap: float


def solved(
    talks: Talks, rows: Sequence[Rows], seconds: float, gap: float, *, relaxed: bool = False
) -> Choice:
    """The least loss under the constraints."""
    entries, voters = len(talks.line), len(talks.stances)
    matrix = sparse.bmat([[block.z, block.y] for block in rows])
    found = minimise(
        np.append(talks.losses.sum(axis=1), np.zeros(voters)),
        matrix,
        (np.concatenate([r.low for r in rows]), np.concatenate([r.high for r in rows])),
        np.ones(entries + voters),
        np.full(entries + voters, not relaxed),
        gap=gap,
        seconds=seconds,
    )
    chosen = np.flatnonzero(found.x[:entries] > 0.5)
    return Choice(chosen, float(talks.losses[chosen].sum()), found.bound, found.gap)


def line_by_line(talks: Talks, limit: float) -> Choice | None:
    """The least loss of every line by itself, if that keeps within the union's limit."""
    whole = talks.losses.sum(axis=1)
    order = np.lexsort((whole, talks.line))
    first = np.unique(talks.line[order], return_index=True)[1]
    chosen = np.sort(order[first])
    if float(talks.duty[chosen].sum()) > limit:
        return None
    loss = float(talks.losses[chosen].sum())
    return Choice(chosen, loss, loss, 0.0)


def accepts(stance: Stance, loss: float) -> bool:
    return loss <= stance.bearable + 1e-6 * max(1.0, abs(stance.bearable))


def blocking_groups(talks: Talks, chosen: NDArray[np.int64]) -> tuple[tuple[str, ...], ...]:
    """The smallest groups of refusing members without whom the threshold is not reached."""
    losses, votes = talks.losses[chosen].sum(axis=0), talks.votes
    refusing = [m for m, s in enumerate(talks.stances) if not accepts(s, float(losses[m]))]
    total = sum(votes, Fraction(0))
    found: list[frozenset[int]] = []
    for size in range(1, len(refusing) + 1):
        for group in combinations(refusing, size):
            without = total - sum((votes[m] for m in group), Fraction(0))
            smaller = any(known <= set(group) for known in found)
            if without < talks.threshold * total and not smaller:
                found.append(frozenset(group))
    names = talks.schedules.members
    return tuple(tuple(names[m] for m in sorted(group)) for group in found)
