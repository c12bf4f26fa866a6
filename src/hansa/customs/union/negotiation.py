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
from typing import Final

import numpy as np
from scipy import sparse

from hansa.customs.union.build import CommonTariff
from hansa.customs.union.grid import snap
from hansa.customs.union.milp import minimise
from hansa.customs.union.rules import Draft, Rule
from hansa.customs.union.schedules import Schedules
from hansa.customs.union.trade import Trade
from hansa.customs.union.voting import (
    Choice,
    Stance,
    Talks,
    accepts,
    blocking_groups,
    choice_rows,
    lay_out,
    line_by_line,
    passing,
    solved,
)
from hansa.terms.errors import BadInput, Infeasible
from hansa.terms.reasons import Because, Reason

TWO_THIRDS: Final = Fraction(2, 3)


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
    talks = lay_out(schedules, trade, candidates, by_member, threshold)
    M = trade.by_line_and_member()
    limit = float(np.nansum(schedules.t * M) / 100) if incidence else np.inf
    rows = choice_rows(talks, limit)
    best = line_by_line(talks, limit) or solved(talks, [rows], seconds, gap)
    blocking = blocking_groups(talks, best.chosen)
    if not blocking:
        return _agreed(talks, best, best, blocking)
    try:
        passed = passing(talks, rows, seconds, gap)
    except Infeasible:
        names = "; ".join(" and ".join(group) for group in blocking)
        raise Infeasible(
            f"no choice of the candidate rates passes the vote: blocked by {names}",
            remedy="offer other candidates, or more compensation",
        ) from None
    return _agreed(talks, best, passed, blocking)


def _agreed(
    talks: Talks, best: Choice, passed: Choice, blocking: tuple[tuple[str, ...], ...]
) -> Agreement:
    """The agreement in words and numbers."""
    s, chosen = talks.schedules, passed.chosen
    T, by = np.empty(len(s.codes)), np.zeros(len(s.codes), dtype=np.int64)
    T[talks.line[chosen]], by[talks.line[chosen]] = talks.rate[chosen], talks.by[chosen]
    rule = f"negotiated among {len(talks.said)} candidates line by line"
    common = CommonTariff(s, snap(T), Draft(snap(T), by, talks.said), rule, talks.trade)
    sums = talks.losses[chosen].sum(axis=0)
    losses = {name: float(sums[m]) for m, name in enumerate(s.members)}
    yes = [accepts(stance, float(sums[m])) for m, stance in enumerate(talks.stances)]
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
