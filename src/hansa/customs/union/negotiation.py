"""Negotiating a common tariff: candidate rates, losses, votes, and who blocks.

Every line takes one of several candidate rates. Each member loses by what the choice
does to it, and says yes if its whole loss stays within what it can bear. The choice must
pass by votes and, if asked, must not raise the import-weighted average of Article
XXIV:5(a). Among what passes, the union's whole loss is least:

    minimise   Σ_i Σ_c z_ic Σ_m L_imc
    subject to Σ_c z_ic = 1,  Σ_ic z_ic T_ic M_i ≤ Σ_im t_im M_im,
               Σ_ic z_ic L_imc ≤ bearable_m for every m with y_m = 1,
               Σ_m votes_m y_m ≥ threshold,  z, y ∈ {0, 1}.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from hansa.customs.union.build import CommonTariff
from hansa.customs.union.grid import Rates, snap
from hansa.customs.union.milp import minimise
from hansa.customs.union.rules import Draft, Rule
from hansa.customs.union.schedules import Schedules
from hansa.customs.union.trade import Trade
from hansa.terms.errors import BadInput, Infeasible
from hansa.terms.reasons import Because, Reason

TWO_THIRDS: Final = Fraction(2, 3)


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
class Agreement:
    """What the negotiation comes to.

    Parameters
    ----------
    common : CommonTariff
        The tariff that passes.
    losses : mapping
        Whole loss by member.
    accept, refuse : tuple of str
        Who says yes and who no.
    blocking : tuple of tuple of str
        The smallest groups of members that would have blocked the tariff that is best
        for the union as a whole; empty if it passes as it is.
    price : float
        How much more the union loses than without the vote.
    loss, bound, gap : float
        The union's loss, the proven bound on it, and the relative gap.
    """

    common: CommonTariff
    losses: Mapping[str, float]
    accept: tuple[str, ...]
    refuse: tuple[str, ...]
    blocking: tuple[tuple[str, ...], ...]
    price: float
    loss: float
    bound: float
    gap: float
    because: Because


@dataclass(frozen=True, slots=True, eq=False)
class _Talks:
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


def negotiate(
    schedules: Schedules,
    trade: Trade,
    candidates: Sequence[Rule],
    stances: Mapping[str, Stance],
    *,
    threshold: Fraction = TWO_THIRDS,
    incidence: bool = True,
    seconds: float = 60.0,
    gap: float = 1e-4,
) -> Agreement:
    """Find the tariff that passes the vote at the least loss for the union.

    Parameters
    ----------
    schedules, trade
        The members' tariffs and their external imports.
    candidates : sequence of Rule
        Each offers one rate per line; lines that it leaves open it does not offer.
    stances : mapping
        `Stance` of every member.
    threshold : Fraction
        Part of all votes that must say yes (reached, not exceeded).
    incidence : bool
        Whether the import-weighted average must not rise (Art. XXIV:5(a)).
    seconds, gap : float
        Where the search may stop.

    Raises
    ------
    Infeasible
        If no choice of candidates passes; the message names who blocks.
    BadInput
        If a member has no stance or a line no candidate.
    """
    for member in schedules.members:
        if member not in stances:
            raise BadInput(f"there is no stance of {member}")
    by_member = tuple(stances[member] for member in schedules.members)
    talks = _talks(schedules, trade, candidates, by_member, threshold)
    M = trade.by_line_and_member()
    limit = float(np.nansum(schedules.t * M) / 100) if incidence else np.inf
    rows = _choice_rows(talks, limit)
    best = _solved(talks, [rows], seconds, gap)
    blocking = _blocking(talks, best.chosen)
    if not blocking:
        return _agreed(talks, best, best, blocking)
    try:
        passed = _solved(talks, [rows, _vote_rows(talks)], seconds, gap)
    except Infeasible:
        names = "; ".join(" and ".join(group) for group in blocking)
        raise Infeasible(
            f"no choice of the candidate rates passes the vote: blocked by {names}",
            remedy="offer other candidates, or more compensation",
        ) from None
    return _agreed(talks, best, passed, blocking)


def _talks(
    s: Schedules,
    trade: Trade,
    candidates: Sequence[Rule],
    stances: tuple[Stance, ...],
    threshold: Fraction,
) -> _Talks:
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
    return _Talks(s, trade, stances, line, rate, by, np.column_stack(losses), duty, said, threshold)


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Constraints: coefficients of the choices z and of the votes y, and their limits."""

    z: sparse.csr_matrix
    y: sparse.csr_matrix
    low: Rates
    high: Rates


def _choice_rows(talks: _Talks, limit: float) -> _Rows:
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
    return _Rows(z, sparse.csr_matrix((z.shape[0], len(talks.stances))), low, high)


def _vote_rows(talks: _Talks) -> _Rows:
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
    return _Rows(sparse.csr_matrix(z), sparse.csr_matrix(y), low, high)


@dataclass(frozen=True, slots=True, eq=False)
class _Choice:
    """Entries chosen, their whole loss, the bound on it, and the gap."""

    chosen: NDArray[np.int64]
    loss: float
    bound: float
    gap: float


def _solved(talks: _Talks, rows: Sequence[_Rows], seconds: float, gap: float) -> _Choice:
    """The least loss under the constraints."""
    entries, voters = len(talks.line), len(talks.stances)
    matrix = sparse.bmat([[block.z, block.y] for block in rows])
    found = minimise(
        np.append(talks.losses.sum(axis=1), np.zeros(voters)),
        matrix,
        (np.concatenate([r.low for r in rows]), np.concatenate([r.high for r in rows])),
        np.ones(entries + voters),
        np.ones(entries + voters, dtype=bool),
        gap=gap,
        seconds=seconds,
    )
    chosen = np.flatnonzero(found.x[:entries] > 0.5)
    return _Choice(chosen, float(talks.losses[chosen].sum()), found.bound, found.gap)


def _accepts(stance: Stance, loss: float) -> bool:
    return loss <= stance.bearable + 1e-6 * max(1.0, abs(stance.bearable))


def _blocking(talks: _Talks, chosen: NDArray[np.int64]) -> tuple[tuple[str, ...], ...]:
    """The smallest groups of refusing members without whom the threshold is not reached."""
    losses, votes = talks.losses[chosen].sum(axis=0), talks.votes
    refusing = [m for m, s in enumerate(talks.stances) if not _accepts(s, float(losses[m]))]
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


def _agreed(
    talks: _Talks, best: _Choice, passed: _Choice, blocking: tuple[tuple[str, ...], ...]
) -> Agreement:
    """The agreement in words and numbers."""
    s, chosen = talks.schedules, passed.chosen
    T, by = np.empty(len(s.codes)), np.zeros(len(s.codes), dtype=np.int64)
    T[talks.line[chosen]], by[talks.line[chosen]] = talks.rate[chosen], talks.by[chosen]
    rule = f"negotiated among {len(talks.said)} candidates line by line"
    common = CommonTariff(s, snap(T), Draft(snap(T), by, talks.said), rule, talks.trade)
    sums = talks.losses[chosen].sum(axis=0)
    losses = {name: float(sums[m]) for m, name in enumerate(s.members)}
    yes = [_accepts(stance, float(sums[m])) for m, stance in enumerate(talks.stances)]
    text = f"the union loses {passed.loss:,.3f}; no choice loses less than {passed.bound:,.3f}"
    reasons = [Reason("number", text)]
    if blocking:
        groups = "; ".join(" and ".join(group) for group in blocking)
        reasons.append(Reason("number", f"the best tariff for all would be blocked by {groups}"))
        price = f"the vote costs the union {passed.loss - best.loss:,.3f}"
        reasons.append(Reason("number", price))
    for m, name in enumerate(s.members):
        if not yes[m]:
            text = f"{name} loses {sums[m]:,.3f} and can bear {talks.stances[m].bearable:,.3f}"
            reasons.append(Reason("number", text))
    return Agreement(
        common,
        losses,
        tuple(name for name, says in zip(s.members, yes, strict=True) if says),
        tuple(name for name, says in zip(s.members, yes, strict=True) if not says),
        blocking,
        passed.loss - best.loss,
        passed.loss,
        passed.bound,
        passed.gap,
        tuple(reasons),
    )


def exemption_list(
    common: CommonTariff, member: str, stance: Stance, *, limit: float = 0.02, seconds: float = 30.0
) -> tuple[str, ...]:
    """The lines on which a member gains most from an exemption, within a part of its imports.

    A knapsack: at most ``limit`` of the member's external imports (2 per cent in Article
    20 of the Treaty of Rome), the largest loss avoided.
    """
    if common.trade is None:
        raise BadInput("an exemption list is limited by imports: give the trade")
    m = common.schedules.column(member)
    M = common.trade.by_line_and_member()[:, m]
    loss = stance.loss(M, common.schedules.t[:, m], common.T)
    useful = np.flatnonzero((loss > 0) & (M > 0) & np.less_equal(M, limit * M.sum()))
    if not useful.size:
        return ()
    found = minimise(
        -loss[useful],
        sparse.csr_matrix(M[useful] / M.sum()),
        (np.full(1, -np.inf), np.full(1, limit)),
        np.ones(len(useful)),
        np.ones(len(useful), dtype=bool),
        seconds=seconds,
    )
    return tuple(common.schedules.codes[i] for i in useful[found.x > 0.5])
