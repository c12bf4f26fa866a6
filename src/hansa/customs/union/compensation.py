"""The cheapest set of compensations: which rates to lower so that every claim is met.

Reductions are most-favoured-nation, so every partner that supplies the line gains, not
only the one that claims. Choosing the lines is an integer programme:

    minimise   Σ_i r_i M_i,  r_i = T_i y_i - s j_i
    subject to Σ_i r_i M_ip ≥ claim_p for every partner p,
               j_i ≤ ⌊T_i / s⌋ y_i,  y_i ∈ {0, 1},  j_i whole,  Σ_i y_i ≤ so many lines

where y_i says whether the line is lowered and s j_i is its new rate, a multiple of the
step s.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from hansa.customs.union.bindings import ARTICLE, Bindings
from hansa.customs.union.build import CommonTariff
from hansa.customs.union.grid import Rates
from hansa.customs.union.reductions import cheapest_reductions
from hansa.customs.union.trade import Trade
from hansa.terms.errors import BadInput, Infeasible
from hansa.terms.names import unknown
from hansa.terms.reasons import Because, Reason


@dataclass(frozen=True, slots=True)
class Reduction:
    """A common rate lowered in compensation; ``cost`` is the duty forgone."""

    code: str
    before: float
    after: float
    cost: float


@dataclass(frozen=True, slots=True)
class Compensation:
    """The cheapest compensation that was found, and how good it is proven to be.

    Parameters
    ----------
    reductions : tuple of Reduction
        By code.
    cost : float
        Duty that the union forgoes, at the trade of the period.
    bound, gap : float
        No compensation costs less than ``bound``; ``gap`` is relative.
    claims, given : mapping
        By partner: what it claims and what it gets.
    free_riders : mapping
        What partners get that claim nothing.
    """

    reductions: tuple[Reduction, ...]
    cost: float
    bound: float
    gap: float
    claims: Mapping[str, float]
    given: Mapping[str, float]
    free_riders: Mapping[str, float]
    because: Because


def compensate(
    common: CommonTariff,
    bindings: Bindings | Mapping[str, float],
    *,
    step: float = 0.5,
    closed: Collection[str] = (),
    max_lines: int | None = None,
    seconds: float = 30.0,
    gap: float = 1e-4,
) -> Compensation:
    """Choose reductions of common rates that meet every partner's net claim at least cost.

    Parameters
    ----------
    common : CommonTariff
        Built with trade.
    bindings : Bindings or mapping
        What `examine_bindings` found, or claims by partner. Lines with a breach are not
        offered as compensation.
    step : float
        A lowered rate is a multiple of this many points (or zero).
    closed : collection of str
        Headings that the union does not offer.
    max_lines : int, optional
        At most so many lines are opened.
    seconds, gap : float
        Where the search may stop; the result says what is left to prove.

    Raises
    ------
    Infeasible
        If the claims cannot be met; the message names a partner and what it can get at
        most. The partner may then withdraw equivalent concessions (Art. XXVIII:3).
    """
    trade = common.trade
    if trade is None:
        raise BadInput("compensation needs imports by partner")
    if not step > 0:
        raise BadInput(f"the step of reductions is {step}: it must be positive")
    claims, broken = _claims(bindings)
    for partner in claims:
        if partner not in trade.partners:
            raise unknown("partner", partner, trade.partners)
    if not claims:
        reason = Reason("article", "no partner has a net claim", ref=ARTICLE)
        return Compensation((), 0.0, 0.0, 0.0, {}, {}, {}, (reason,))
    M_ip = _line_by_partner(trade)
    offered = _offered(common, broken, closed)
    asks = np.array([trade.partners.index(partner) for partner in claims])
    offered &= np.asarray(M_ip[:, asks].sum(axis=1) > 0).ravel()
    lines = np.flatnonzero(offered)
    _enough(common, M_ip, lines, claims, trade)
    need = {int(p): claim for p, claim in zip(asks, claims.values(), strict=True)}
    limit = len(lines) if max_lines is None else max_lines
    try:
        r, bound, left = cheapest_reductions(
            common.T[lines], M_ip[lines], need, step=step, limit=limit, seconds=seconds, gap=gap
        )
    except Infeasible:
        raise Infeasible(
            f"the claims cannot be met with at most {limit} lines", remedy="allow more lines"
        ) from None
    return _told(common, trade, M_ip, lines, r, claims, bound, left)


def _claims(bindings: Bindings | Mapping[str, float]) -> tuple[dict[str, float], set[str]]:
    if isinstance(bindings, Bindings):
        return bindings.net(), {breach.code for breach in bindings.breaches}
    return {partner: claim for partner, claim in bindings.items() if claim > 0}, set()


def _line_by_partner(trade: Trade) -> Rates:
    """M_ip over all members, shape (lines, partners)."""
    sums: Rates = np.zeros((len(trade.codes), len(trade.partners)))
    np.add.at(sums, (trade.line, trade.partner), trade.values)
    return sums


def _offered(
    common: CommonTariff, broken: set[str], closed: Collection[str]
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Lines with a positive rate that are neither broken nor closed."""
    offered = np.asarray(np.nan_to_num(common.T) > 0)
    if closed:
        offered &= ~common.schedules.rows_of(sorted(closed))
    for code in broken:
        offered[common.schedules.row(code)] = False
    return offered


def _enough(
    common: CommonTariff,
    M_ip: Rates,
    lines: np.ndarray[tuple[int], np.dtype[np.int64]],
    claims: Mapping[str, float],
    trade: Trade,
) -> None:
    """Name the partner whose claim not even free trade on all offered lines would meet."""
    for partner, claim in claims.items():
        column = trade.partners.index(partner)
        most = float(common.T[lines] @ M_ip[lines, column]) / 100
        if most < claim * (1 - 1e-9):
            raise Infeasible(
                f"{partner} claims {claim:,.3f} and can get at most {most:,.3f} from the lines "
                "that are offered",
                remedy="offer more lines; else it may withdraw equivalent concessions",
            )


def _told(
    common: CommonTariff,
    trade: Trade,
    M_ip: Rates,
    lines: np.ndarray[tuple[int], np.dtype[np.int64]],
    r: Rates,
    claims: Mapping[str, float],
    bound: float,
    gap: float,
) -> Compensation:
    """The result in words and numbers."""
    cut = np.zeros(len(common.T))
    cut[lines] = r
    given = cut @ M_ip / 100
    cost = float(given.sum())
    M_i = M_ip.sum(axis=1)
    reductions = tuple(
        Reduction(
            common.schedules.codes[i],
            float(common.T[i]),
            round(float(common.T[i] - cut[i]), 9),
            float(cut[i] * M_i[i] / 100),
        )
        for i in np.flatnonzero(cut > 0)
    )
    gains = {name: float(given[p]) for p, name in enumerate(trade.partners)}
    text = f"{len(reductions)} lines are lowered; the union forgoes {cost:,.3f}"
    proof = f"no choice costs less than {bound:,.3f} (gap {gap:.2e})"
    because = (
        Reason("article", "compensation for broken bindings", ref=ARTICLE),
        Reason("number", text),
        Reason("number", proof),
    )
    return Compensation(
        reductions,
        cost,
        bound,
        gap,
        dict(claims),
        {partner: gains[partner] for partner in claims},
        {name: gain for name, gain in gains.items() if name not in claims and gain > 0},
        because,
    )
