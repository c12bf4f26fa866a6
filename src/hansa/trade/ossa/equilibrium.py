"""Equations 10–13 of Ossa (2014) in hats, solved for wages and spending by Newton's method.

Given ŵ and X̂, prices (13), flows and profits (10) follow in closed form. What is left are
2N equations in ln ŵ and ln X̂: labour markets clear (11) and each country spends what it
earns (12). Logs keep everything positive. One equation is redundant (Walras) and gives way
to the numéraire: the world's labour income stays what it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from hansa.trade.model import Array, NoEquilibrium
from hansa.trade.ossa.economy import OssaEconomy

TOLERANCE: Final = 1e-12  # of the largest excess over a country's income
ROUNDING: Final = 1e-10  # accepted where further steps no longer help
STEPS: Final = 40
DIVERGED: Final = 1e6
SHORTEST: Final = 1e-3  # step of a continuation at which it gives up
LONGEST: Final = 1.0  # largest step of a Newton update in logs


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """All quantities at given tariffs, wages and spending (an equilibrium if so solved).

    Parameters
    ----------
    tariffs : Array
        t, (S, N, N).
    wages, spending : Array
        ŵ and X, (N,); X in the money of the base.
    prices : Array
        P̂, price index of each sector in each country, (S, N).
    shares : Array
        Shares of exporters in a sector's spending, tariffs included, (S, N, N).
    trade : Array
        Flows net of tariffs, (S, N, N).
    sales : Array
        Sales of each sector of each exporter, (S, N).
    """

    tariffs: Array
    wages: Array
    spending: Array
    prices: Array
    shares: Array
    trade: Array
    sales: Array

    @property
    def revenue(self) -> Array:
        """Tariff revenue, (N,)."""
        result: Array = np.einsum("sni,sni->n", self.tariffs, self.trade)
        return result


def evaluate(economy: OssaEconomy, attraction: Array, tariffs: Array, u: Array) -> State:
    """Prices, shares and flows (equations 10 and 13) at ``u`` = (ln ŵ, ln X̂).

    ``attraction`` is γ·τ̂^(1−σ), which tariffs alone determine.
    """
    n = len(economy.countries)
    power = 1 - economy.sigma
    pull = attraction * np.exp(power[:, None] * u[:n])[:, None, :]
    index = pull.sum(axis=2)
    bought = index > 0
    safe = np.where(bought, index, 1.0)
    shares = pull / safe[:, :, None]
    prices = np.exp(np.log(safe) / power[:, None])
    spending = economy.shares.spending * np.exp(u[n:])
    trade = shares * (economy.shares.mu * spending)[:, :, None] / (1 + tariffs)
    return State(tariffs, np.exp(u[:n]), spending, prices, shares, trade, trade.sum(axis=1))


def attraction(economy: OssaEconomy, tariffs: Array) -> Array:
    """γ·τ̂^(1−σ), (S, N, N)."""
    change = np.log1p(tariffs) - np.log1p(economy.tariffs)
    result: Array = economy.shares.gamma * np.exp((1 - economy.sigma)[:, None, None] * change)
    return result


def excess(economy: OssaEconomy, state: State) -> Array:
    """What is left of the labour markets (11) and budgets (12), in money, (2N,)."""
    labour = economy.shares.labour * state.wages
    inverse = 1 / economy.sigma
    demand = (1 - inverse) @ state.sales
    income = labour + inverse @ state.sales + state.revenue
    return np.concatenate([demand - labour, income - state.spending])


def jacobian(economy: OssaEconomy, state: State) -> Array:
    """Derivatives of `excess` in (ln ŵ, ln X̂), (2N, 2N).

    Rows are equations, columns unknowns. From (10): ∂ln T_sni/∂ln ŵ_m =
    (1 − σ_s)(1[m = i] − share_snm) and ∂ln T_sni/∂ln X_n = 1.
    """
    n = len(economy.countries)
    inverse, power = 1 / economy.sigma, 1 - economy.sigma
    trade, shares = state.trade, state.shares
    labour = economy.shares.labour * state.wages
    paid = state.tariffs * trade
    by_wage, by_spending = [], []
    for weight in (1 - inverse, inverse):
        scaled = (weight * power)[:, None, None] * trade
        own = np.diag(scaled.sum(axis=(0, 1)))
        by_wage.append(own - np.tensordot(scaled, shares, axes=((0, 1), (0, 1))))
        by_spending.append(np.tensordot(weight, trade, axes=(0, 0)).T)
    scaled = power[:, None, None] * paid
    received = (scaled - scaled.sum(axis=2)[:, :, None] * shares).sum(axis=0)
    result = np.empty((2 * n, 2 * n))
    result[:n, :n] = by_wage[0] - np.diag(labour)
    result[:n, n:] = by_spending[0]
    result[n:, :n] = by_wage[1] + received + np.diag(labour)
    result[n:, n:] = by_spending[1] + np.diag(paid.sum(axis=(0, 2)) - state.spending)
    return result


def with_numeraire(matrix: Array, labour: Array) -> Array:
    """The system with one labour market (Walras) replaced by the world's labour income.

    ``labour`` is each country's share in it, w L ŵ / Σ w L. The market is that of the
    largest country: the rounding of all others ends up there, where it weighs least.
    """
    closed = matrix.copy()
    largest = int(np.argmax(labour))
    closed[largest] = 0.0
    closed[largest, : len(labour)] = labour
    return closed


def solve(economy: OssaEconomy, tariffs: Array, start: Array | None = None) -> State:
    """The equilibrium under ``tariffs``, from ``start`` = (ln ŵ, ln X̂) or the base.

    Newton's method; if it fails from there, the tariffs are reached from the base's in
    smaller and smaller steps of ln(1 + t).

    Raises
    ------
    NoEquilibrium
        If the largest excess over income stays above 1e-12; carries the history.
    """
    n = len(economy.countries)
    history: list[float] = []
    first = np.zeros(2 * n) if start is None else start
    state = _newton(economy, tariffs, first, history)
    return state if state is not None else _by_steps(economy, tariffs, history)


def _newton(
    economy: OssaEconomy, tariffs: Array, start: Array, history: list[float]
) -> State | None:
    """The equilibrium, or None if Newton's method does not get there; adds to ``history``."""
    pull = attraction(economy, tariffs)
    u = start.copy()
    scale = np.tile(economy.shares.spending, 2)
    world = economy.shares.labour / economy.shares.labour.sum()
    seen = len(history)
    for _ in range(STEPS):
        state = evaluate(economy, pull, tariffs, u)
        gap = excess(economy, state)
        labour = world * state.wages
        mean = labour.sum()
        history.append(max(float(np.abs(gap / scale).max()), abs(mean - 1)))
        if history[-1] <= TOLERANCE or (history[-1] <= ROUNDING and _stalled(history[seen:])):
            return state
        if not history[-1] < DIVERGED:
            return None
        system = with_numeraire(jacobian(economy, state) / scale[:, None], labour)
        right = gap / scale
        right[np.argmax(labour)] = mean - 1
        try:
            step = np.linalg.solve(system, -right)
        except np.linalg.LinAlgError:
            return None
        u = u + step * min(1.0, LONGEST / max(float(np.abs(step).max()), 1e-300))
    return None


def _by_steps(economy: OssaEconomy, tariffs: Array, history: list[float]) -> State:
    """Continuation from the base in ln(1 + t), the step halved whenever Newton fails."""
    n = len(economy.countries)
    before, after = np.log1p(economy.tariffs), np.log1p(tariffs)
    u, done, stride = np.zeros(2 * n), 0.0, 0.25
    while stride >= SHORTEST:
        part = min(1.0, done + stride)
        between = tariffs if part == 1.0 else np.expm1((1 - part) * before + part * after)
        state = _newton(economy, between, u, history)
        if state is None:
            stride /= 2
            continue
        if part == 1.0:
            return state
        ratio = state.spending / economy.shares.spending
        u, done, stride = np.log(np.concatenate([state.wages, ratio])), part, 1.5 * stride
    raise NoEquilibrium(
        f"no equilibrium: Newton's method stops after {done:.0%} of the way to these tariffs; "
        "residuals " + ", ".join(f"{value:.1e}" for value in history[-6:]),
        history=tuple(history),
        remedy="look for tariffs that cut a country off from all trade",
    )


def _stalled(history: list[float]) -> bool:
    """Whether rounding has stopped progress: no better than three steps before."""
    return len(history) > 4 and history[-1] >= history[-4]
