"""GATT Article XXIV:6: bindings broken, credit within the line, and net claims.

Where a common rate exceeds what a member has bound, its partners have lost a concession.
Due account is taken of reductions by the other members on the same line (Understanding,
paragraph 5); what is left is a claim. A partner never owes anything back (paragraph 6).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np

from hansa.customs.union.build import CommonTariff
from hansa.customs.union.grid import Rates
from hansa.customs.union.trade import Trade
from hansa.terms.errors import BadInput
from hansa.terms.reasons import Because, Reason

ARTICLE: Final = "GATT 1994 Art. XXIV:6, XXVIII; Understanding on Art. XXIV, para. 4-6"
SUBSTANTIAL: Final = 0.10
"""Share of a member's imports of a line from which a partner counts as a supplier with
an interest (practice under Article XXVIII)."""

Right = tuple[str, str, str]
"""Member, line and partner of an initial negotiating right."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A binding that the common rate breaks: ``excess`` is in points."""

    code: str
    member: str
    bound: float
    rate: float
    excess: float
    imports: float


@dataclass(frozen=True, slots=True)
class Claim:
    """What one partner can claim on one line, in the unit of value.

    Parameters
    ----------
    impairment : float
        Σ_m (T_i - b_im) M_imp over the members whose binding is broken.
    credit : float
        Σ_k (b_ik - T_i) M_ikp over the members that go below their binding.
    net : float
        What the credit does not cover; never negative.
    """

    code: str
    partner: str
    impairment: float
    credit: float
    net: float


@dataclass(frozen=True, slots=True)
class Bindings:
    """Everything that Article XXIV:6 asks about a common tariff."""

    breaches: tuple[Breach, ...]
    claims: tuple[Claim, ...]
    because: Because

    def net(self) -> dict[str, float]:
        """Net claim of each partner over all lines, the largest first."""
        sums: dict[str, float] = {}
        for claim in self.claims:
            if claim.net > 0:
                sums[claim.partner] = sums.get(claim.partner, 0.0) + claim.net
        return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))


def examine_bindings(
    common: CommonTariff,
    *,
    supplier_share: float = SUBSTANTIAL,
    initial_rights: Collection[Right] = (),
) -> Bindings:
    """Find broken bindings, credits within the line, and what partners can claim.

    Parameters
    ----------
    common : CommonTariff
        Built with trade, on schedules with bound rates.
    supplier_share : float
        A partner claims on a line if it supplies at least this part of the member's
        imports of it (0: everybody claims).
    initial_rights : collection of (member, code, partner)
        Partners that claim whatever their share.

    Raises
    ------
    BadInput
        If there is no trade.
    """
    trade = common.trade
    if trade is None:
        raise BadInput("claims under Article XXIV:6 need imports by partner")
    s = common.schedules
    over = np.nan_to_num(common.T[:, None] - s.b)
    excess, slack = np.maximum(over, 0.0), np.maximum(-over, 0.0)
    excess[excess < 1e-9] = 0.0
    M_im = trade.by_line_and_member()
    breaches = tuple(
        Breach(
            s.codes[i],
            s.members[m],
            float(s.b[i, m]),
            float(common.T[i]),
            round(float(excess[i, m]), 9),
            float(M_im[i, m]),
        )
        for i, m in np.argwhere(excess > 0)
    )
    interested = _interested(trade, M_im, supplier_share, initial_rights)
    claims = _claims(trade, excess, slack, interested)
    unbound = int(np.isnan(s.b).sum())
    reasons = [
        Reason("article", "claims for broken bindings, net of credit", ref=ARTICLE),
        Reason("number", f"{len(breaches)} bindings are exceeded"),
        Reason("rule", f"suppliers of {supplier_share:.0%} or more of a line claim"),
    ]
    if unbound:
        text = f"{unbound} rates of members are unbound: nobody can claim on them"
        reasons.append(Reason("assumption", text))
    return Bindings(breaches, claims, tuple(reasons))


def _interested(
    trade: Trade, M_im: Rates, share: float, rights: Collection[Right]
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which flows come from a partner with an interest in the line."""
    total = M_im[trade.line, trade.member]
    # The share is compared in products, so that exactly a tenth is a tenth.
    interested = (trade.values >= share * total - 1e-9) & (trade.value > 0)
    if rights:
        named = set(rights)
        for n in range(len(trade.value)):
            flow = (
                trade.members[trade.member[n]],
                trade.codes[trade.line[n]],
                trade.partners[trade.partner[n]],
            )
            interested[n] |= flow in named
    return np.asarray(interested, dtype=bool)


def _claims(
    trade: Trade,
    excess: Rates,
    slack: Rates,
    interested: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> tuple[Claim, ...]:
    """Impairment, credit and net claim per line and partner."""
    size = len(trade.partners)
    spot = trade.line * size + trade.partner
    value = trade.values / 100
    impaired = np.where(interested, excess[trade.line, trade.member] * value, 0.0)
    spots, back = np.unique(spot, return_inverse=True)
    impairment, credit = np.zeros(len(spots)), np.zeros(len(spots))
    np.add.at(impairment, back, impaired)
    np.add.at(credit, back, slack[trade.line, trade.member] * value)
    return tuple(
        Claim(
            trade.codes[spots[n] // size],
            trade.partners[spots[n] % size],
            float(impairment[n]),
            float(credit[n]),
            max(0.0, float(impairment[n] - credit[n])),
        )
        for n in np.flatnonzero(impairment > 0)
    )
