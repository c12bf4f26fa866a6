"""Shadow values: the adjoint of the equilibrium, and the government's objective behind it.

For an objective f = Σ_n ω_n ln G_n the Lagrangian of the equilibrium prices every sale and
every unit of tariff revenue. Let v_si be what a unit of net sales of sector s of country i
is worth, r_n what a unit of n's tariff revenue is worth and q_sni = v_si + t_sni r_n what a
unit of net trade is worth. Then, with share e, spending E and trade T,

    ∂f/∂ln τ_sni = r_n τ T + e_sni (p_sn + (σ_s − 1) Σ_m q_snm T_snm) − σ_s q_sni T_sni,

where p_sn = −ω_n μ_sn is the worth of the price index. All tariffs' slopes thus cost one
linear solve in 2N unknowns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hansa.trade.model import Array
from hansa.trade.ossa.economy import OssaEconomy
from hansa.trade.ossa.equilibrium import State, jacobian, with_numeraire


@dataclass(frozen=True, slots=True, eq=False)
class Government:
    """Weighted nominal income Σ_s λ_s X_s of each government and its partial slopes.

    Industry income is its sales and its share (by labour) of tariff revenue.

    Parameters
    ----------
    value : Array
        (N,), in money.
    by_sales : Array
        Slope of ``value[i]`` in the sales of sector s of country i, (S, N).
    by_revenue : Array
        Slope in the tariff revenue, (N,).
    """

    value: Array
    by_sales: Array
    by_revenue: Array


def government(economy: OssaEconomy, sales: Array, revenue: Array) -> Government:
    """Equation 4 before division by the price index: λ-weighted industry incomes."""
    weights = economy.political.T
    wage_bill = (1 - 1 / economy.sigma)[:, None] * sales
    labour = wage_bill.sum(axis=0)
    share = (weights * wage_bill).sum(axis=0) / labour
    value = (weights * sales).sum(axis=0) + share * revenue
    per_labour = (1 - 1 / economy.sigma)[:, None] * (revenue / labour)
    return Government(value, weights + per_labour * (weights - share), share)


@dataclass(frozen=True, slots=True, eq=False)
class Shadows:
    """Values of the Lagrangian for K objectives at once.

    Parameters
    ----------
    sales : Array
        v, worth of a unit of net sales, (S, N, K).
    revenue : Array
        r, worth of a unit of tariff revenue, (N, K).
    price : Array
        p, worth of ln P_sn, (S, N, K).
    sigma : Array
        σ, (S,).
    """

    sales: Array
    revenue: Array
    price: Array
    sigma: Array

    def slope(self, state: State) -> Array:
        """∂f/∂ln τ, (S, N, N, K); zero on the diagonal, where there is no tariff."""
        trade, shares = state.trade[..., None], state.shares[..., None]
        sigma = self.sigma[:, None, None, None]
        worth = trade * _worth(state, self.sales, self.revenue)
        pull = (self.price + (self.sigma - 1)[:, None, None] * worth.sum(axis=2))[:, :, None]
        tau = 1 + state.tariffs[..., None]
        slope: Array = self.revenue[:, None] * tau * trade + shares * pull - sigma * worth
        own = np.arange(trade.shape[1])
        slope[:, own, own] = 0.0
        return slope


def _worth(state: State, sales: Array, revenue: Array) -> Array:
    """What a unit of each flow is worth: q = v + t r, (S, N, N, K)."""
    result: Array = sales[:, None] + state.tariffs[..., None] * revenue[:, None]
    return result


@dataclass(frozen=True, slots=True, eq=False)
class Objectives:
    """Partial slopes of K objectives in what they look at, at fixed tariffs.

    Parameters
    ----------
    sales : Array
        In the sales of sector s of country i, (S, N, K).
    revenue : Array
        In tariff revenue, (N, K).
    price : Array
        In ln P_sn, (S, N, K).
    """

    sales: Array
    revenue: Array
    price: Array


def welfare_objectives(economy: OssaEconomy, aim: Government, weights: Array) -> Objectives:
    """Objectives Σ_n ``weights``[n, k]·ln G_n, k < K; ``weights`` is (N, K)."""
    scale = weights / aim.value[:, None]
    return Objectives(
        aim.by_sales[:, :, None] * scale,
        aim.by_revenue[:, None] * scale,
        -economy.shares.mu[:, :, None] * weights,
    )


def industry_objectives(economy: OssaEconomy, state: State, country: int) -> Objectives:
    """Real incomes X_k/P of the S industries of one country, each times P (equation 4)."""
    s, n = state.sales.shape
    kappa = 1 - 1 / economy.sigma
    sales, revenue = state.sales[:, country], state.revenue[country]
    bill = kappa * sales
    labour = bill.sum()
    income = sales + bill * revenue / labour
    result = Objectives(np.zeros((s, n, s)), np.zeros((n, s)), np.zeros((s, n, s)))
    own = np.diag(1 + kappa * revenue / labour)
    result.sales[:, country] = own - np.outer(kappa, bill) * revenue / labour**2
    result.revenue[country] = bill / labour
    result.price[:, country] = -np.outer(economy.shares.mu[:, country], income)
    return result


def shadows(economy: OssaEconomy, state: State, of: Objectives) -> Shadows:
    """Solve the adjoint of the equilibrium ``state`` for K objectives at once."""
    n = len(economy.countries)
    inverse, power = 1 / economy.sigma, (1 - economy.sigma)[:, None, None]
    # partial slopes of the objectives in (ln ŵ, ln X̂) at fixed tariffs
    worth = state.trade[..., None] * _worth(state, of.sales, of.revenue)
    total = worth.sum(axis=2)
    own = (power[..., None] * worth).sum(axis=(0, 1))
    passed = of.price - power * total
    by_wage = own + np.einsum("sni,snk->ik", state.shares, passed)
    by_spending = total.sum(axis=0)
    labour_income = economy.shares.labour * state.wages
    system = with_numeraire(jacobian(economy, state), labour_income)
    nu = np.linalg.solve(system.T, -np.concatenate([by_wage, by_spending]))
    nu[np.argmax(labour_income)] = 0.0  # the numéraire's multiplier: welfare is free of it
    labour, budget = nu[:n], nu[n:]
    sales = of.sales + (1 - inverse)[:, None, None] * labour + inverse[:, None, None] * budget
    return Shadows(sales, of.revenue + budget, of.price, economy.sigma)
