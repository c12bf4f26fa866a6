"""Kemp and Wan's customs union in partial equilibrium, with Grinols's transfers, verified.

World prices are 1. Member m demands imports x_m(q) = a_m - e_m q of a line and paid
q_m0 = 1 + t_m before; inside the union everybody pays q = 1 + T. The union's imports of
the line do not change if Σ_m e_m (q - q_m0) = 0, that is T = Σ_m e_m t_m / Σ_m e_m
(Kemp and Wan 1976), so the rest of the world sells as before at the price as before.

Grinols (1981): give each member B_m = (q - 1) · x_m0, enough to buy its old imports at
the new prices. The transfers sum to (q - 1) · Σ_m x_m0, which is what the common tariff
brings in: they finance themselves. Beside the tariff revenue that it had, each member
gets (q - q_m0) · x_m0, and gains Σ_i e_im (T_i - t_im)² / 2 ≥ 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hansa.customs.union.grid import Rates
from hansa.customs.union.rules import KempWan
from hansa.customs.union.schedules import Schedules
from hansa.customs.union.trade import Trade
from hansa.terms.errors import BadInput, NotConverged
from hansa.terms.reasons import Because, Reason

TOLERANCE = 1e-9
"""Largest relative residual of frozen imports and of self-financing."""


@dataclass(frozen=True, slots=True)
class MemberAccount:
    """One member before and after, in the unit of value.

    Parameters
    ----------
    revenue_before : float
        Tariff revenue before, Σ_i t_i x_i0.
    transfer : float
        B_m, its part of the common revenue.
    compensation : float
        B_m less the revenue that it had: (q - q_m0) · x_m0.
    users : float
        Change of the surplus of its users of imports.
    gain : float
        ``users + compensation``, never negative.
    """

    member: str
    revenue_before: float
    transfer: float
    compensation: float
    users: float
    gain: float


@dataclass(frozen=True, slots=True, eq=False)
class KempWanUnion:
    """A customs union that harms nobody, inside or outside.

    Parameters
    ----------
    T : ndarray, shape (lines,)
        Common rates in per cent; ``nan`` where nobody imports.
    x0, x1 : ndarray, shape (lines, members)
        Imports before and after, at world prices.
    revenue : float
        What the common tariff brings in.
    accounts : tuple of MemberAccount
        By member.
    residual_imports, residual_budget : float
        Largest relative change of the union's imports of a line; relative difference
        between the transfers and the revenue.
    beyond : tuple of (code, member)
        Where linear demand turns an importer into an exporter: there the line of
        demand is stretched beyond what the data say.
    """

    T: Rates
    x0: Rates
    x1: Rates
    revenue: float
    accounts: tuple[MemberAccount, ...]
    residual_imports: float
    residual_budget: float
    beyond: tuple[tuple[str, str], ...]
    because: Because


def kemp_wan_union(
    schedules: Schedules, trade: Trade, elasticity: float | Mapping[str, float] = 1.0
) -> KempWanUnion:
    """Build the union that leaves the rest of the world untouched, and verify that it does.

    Parameters
    ----------
    schedules : Schedules
        The members' tariffs; a member that imports a line must have it.
    trade : Trade
        External imports before the union, at world prices.
    elasticity : number or mapping
        Import-demand elasticity at the domestic price, for all or by member.

    Raises
    ------
    BadInput
        If a member imports a line that its tariff does not have, or nothing is imported.
    NotConverged
        If imports are not frozen or transfers do not finance themselves to
        `TOLERANCE`.
    """
    e = KempWan(elasticity).slopes(schedules, trade)
    x0 = trade.by_line_and_member()
    holes = np.argwhere(np.isnan(schedules.t) & (x0 > 0))
    if holes.size:
        row, column = int(holes[0, 0]), int(holes[0, 1])
        raise BadInput(
            f"{schedules.members[column]} imports {schedules.codes[row]}, "
            "which its tariff does not have"
        )
    t = np.nan_to_num(schedules.t) / 100
    slope = e.sum(axis=1)
    if not slope.any():
        raise BadInput("there are no external imports")
    # Not put back on the grid of rates: the imports are frozen at the exact mean.
    T = (e * t).sum(axis=1) / np.where(slope > 0, slope, np.nan)
    move = np.where((e > 0), np.nan_to_num(T)[:, None] - t, 0.0)
    x1 = x0 - e * move
    accounts = _accounts(schedules, t, np.nan_to_num(T), move, x0, x1)
    revenue = float((np.nan_to_num(T)[:, None] * x1).sum())
    transfers = sum(account.transfer for account in accounts)
    frozen = np.abs((x1 - x0).sum(axis=1)) / np.maximum(x0.sum(axis=1), 1e-300)
    residual = float(np.where(x0.sum(axis=1) > 0, frozen, 0.0).max())
    budget = abs(transfers - revenue) / max(abs(revenue), 1e-300) if revenue else abs(transfers)
    if residual > TOLERANCE or budget > TOLERANCE:
        raise NotConverged(
            f"imports move by {residual:.2e} and transfers miss the revenue by {budget:.2e}"
        )
    text = f"the tariff brings in {revenue:,.3f}; the transfers sum to {transfers:,.3f}"
    because = (
        Reason("rule", "union imports of every line are frozen: Kemp and Wan (1976)"),
        Reason("number", f"largest relative change of imports {residual:.1e}"),
        Reason("number", text, ref="Grinols (1981)"),
        Reason("assumption", "partial equilibrium: linear import demand line by line"),
    )
    beyond = tuple((schedules.codes[i], schedules.members[m]) for i, m in np.argwhere(x1 < -1e-12))
    return KempWanUnion(T * 100, x0, x1, revenue, accounts, residual, budget, beyond, because)


def _accounts(
    s: Schedules, t: Rates, T: Rates, move: Rates, x0: Rates, x1: Rates
) -> tuple[MemberAccount, ...]:
    """What each member had, gets and gains."""
    accounts = []
    for m, member in enumerate(s.members):
        had = float((t[:, m] * x0[:, m]).sum())
        gets = float((T * x0[:, m]).sum())
        # The trapezium under linear demand between the two prices.
        users = -float((move[:, m] * (x0[:, m] + x1[:, m]) / 2).sum())
        compensation = float((move[:, m] * x0[:, m]).sum())
        accounts.append(MemberAccount(member, had, gets, compensation, users, users + compensation))
    return tuple(accounts)


def union_imports(
    schedules: Schedules,
    trade: Trade,
    T: Rates,
    elasticity: float | Mapping[str, float] = 1.0,
) -> Rates:
    """Union imports of each line under any common rates, shape (lines,).

    With Kemp–Wan rates they are what they were; with others the difference is what the
    rest of the world sells more or less.
    """
    e = KempWan(elasticity).slopes(schedules, trade)
    x0 = trade.by_line_and_member()
    move = np.where(e > 0, (T[:, None] - np.nan_to_num(schedules.t)) / 100, 0.0)
    imports: Rates = (x0 - e * np.nan_to_num(move)).sum(axis=1)
    return imports
