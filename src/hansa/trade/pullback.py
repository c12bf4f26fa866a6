"""The compiled transpose of a sweep: from changes of the image back to changes of the state.

With bars for derivatives of the objective, m = π X / (1 + τ) for flows and m̄ = Ȳ − R̄ for
what one more unit of a flow is worth, seller's receipts less the tariff not collected:

    X̄ X = Σ_i m m̄ + R̄ X,    ln P̄ += θ Σ_i m m̄,    ln c̄_i = Σ_n (π ln P̄ − θ m m̄)

The objective is V = Σ_n q_n ln(I_n / P_n). It costs three matrix products, as a sweep does.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hansa.trade.compiled import compiled
from hansa.trade.kernel import CONVERGED, LIMIT, Settings, mix, mixer
from hansa.trade.model import Array


class Point(NamedTuple):
    """A solved equilibrium as its linearisation needs it; J sectors, N countries."""

    pi: Array
    net: Array
    """π′ / (1 + τ′), shape (J, N, N)."""
    X: Array
    Y: Array
    reaching: Array
    """Share of expenditure that reaches sellers, Σ_i π/(1 + τ), shape (J, N)."""
    wages: Array
    """ŵ wL, shape (N,)."""
    income: Array
    theta: Array
    beta: Array
    gamma: Array
    alpha: Array
    phi: Array
    sharing: Array
    damping: Array
    traded: NDArray[np.bool_]
    live: NDArray[np.bool_]


class Bars(NamedTuple):
    """Derivatives of the objective with respect to what a sweep computes on its way."""

    Y: Array
    P: Array
    """With respect to ln P̂, shape (J, N)."""
    R: Array
    """With respect to collected revenue, shape (N,)."""


@compiled
def _incomes(p: Point, v: Array, earned: Array) -> None:
    """From derivatives by income (in ``v``) to derivatives by what is earned, in place."""
    N = v.size
    if p.phi.size > 0:
        world = 0.0
        spent = 0.0
        lifted = 0.0
        for n in range(N):
            world += earned[n]
            spent += p.phi[n] * earned[n]
            lifted += p.phi[n] * earned[n] * v[n]
        scale = world / spent
        for n in range(N):
            v[n] = scale * p.phi[n] * v[n] + lifted * (1 - scale * p.phi[n]) / spent


@compiled
def _countries(p: Point, bar: Array, out: Array, q: Array, b: Bars) -> None:
    """Through the country block of a sweep; wages' part of ``out`` is begun."""
    J, N = p.X.shape
    cut, wages = J * N, 2 * J * N
    total = 0.0
    world = 0.0
    for i in range(cut, 2 * cut + N):
        total += bar[i]
    for n in range(N):
        world += p.wages[n]
    v, earned = np.empty(N), np.empty(N)
    need, cost, made = np.empty(J), np.empty(J), np.empty(J)  # of one country, side by side
    gamma = p.gamma
    for n in range(N):
        wage = bar[wages + n] - total * p.wages[n] / world  # through the numéraire
        excess = p.damping[n] * wage
        out[wages + n] = wage - excess
        income = q[n] / p.income[n]
        for k in range(J):
            need[k] = bar[cut + k * N + n] / p.X[k, n] if p.live[k, n] else 0.0
            income += p.alpha[k, n] * need[k]
            cost[k] = bar[k * N + n]
            made[k] = excess * p.beta[k, n] / p.wages[n]
        v[n] = income
        for k in range(J):
            price = 0.0
            needed = need[k]
            for j in range(J):
                made[j] += gamma[n, k, j] * needed
                price += gamma[n, k, j] * cost[j]
            out[wages + n] -= price
            b.P[k, n] = price - q[n] * p.alpha[k, n]
        for j in range(J):
            b.Y[j, n] = made[j]
        earned[n] = p.income[n] / p.phi[n] if p.phi.size > 0 else 0.0
    _incomes(p, v, earned)
    for n in range(N):
        out[wages + n] += v[n] * p.wages[n]
        b.R[n] = v[n]
    if p.sharing.shape[0] > 0:
        b.R[:] = 0.0
        for n in range(N):
            for m in range(N):
                b.R[m] += p.sharing[n, m] * v[n]


@compiled
def _sectors(p: Point, out: Array, b: Bars) -> None:
    """Through the sector block: prices, receipts and revenue."""
    J, N = p.X.shape
    cut, wages = J * N, 2 * J * N
    pi, net = p.pi, p.net
    cost, seller = np.empty(N), np.empty(N)
    for j in range(J):
        theta = p.theta[j]
        for i in range(N):
            seller[i] = b.Y[j, i]
            cost[i] = -theta * b.Y[j, i] * p.Y[j, i]
        if p.traded[j]:
            for n in range(N):
                worth = 0.0
                for i in range(N):
                    worth += net[j, n, i] * seller[i]
                X, R = p.X[j, n], b.R[n]
                through = X * (worth - R * p.reaching[j, n])
                b.P[j, n] += theta * through
                out[cut + j * N + n] = through + R * X
                price, lost = b.P[j, n], theta * X * R
                for i in range(N):
                    cost[i] += pi[j, n, i] * price + net[j, n, i] * lost
        else:
            for n in range(N):
                X = p.X[j, n]
                out[cut + j * N + n] = X * seller[n]
                cost[n] = b.P[j, n]
        for i in range(N):
            out[j * N + i] = cost[i]
            out[wages + i] += cost[i]
            if not p.live[j, i]:
                out[cut + j * N + i] = 0.0


@compiled
def pull(p: Point, bar: Array, out: Array, q: Array, b: Bars) -> None:
    """Write Gᵀ bar + ∂V/∂z into ``out``, G being the sweep and V the objective."""
    _countries(p, bar, out, q, b)
    _sectors(p, out, b)


@compiled
def solve(p: Point, q: Array, b: Bars, history: Array, how: Settings) -> tuple[int, int]:
    """Solve bar = Gᵀ bar + ∂V/∂z; ``b`` holds the derivatives at the solution.

    Returns
    -------
    sweeps, status : int
        As `hansa.trade.kernel.iterate`; the residual is relative to the largest element.
    """
    J, N = p.X.shape
    size = 2 * J * N + N
    bar, out, m = np.zeros(size), np.empty(size), mixer(size, how.memory)
    for count in range(history.size):
        pull(p, bar, out, q, b)
        change = 0.0
        scale = 1e-300
        for i in range(size):
            change = max(change, abs(out[i] - bar[i]))
            scale = max(scale, abs(out[i]))
        history[count] = change / scale
        if change < how.tolerance * scale:
            return count + 1, CONVERGED
        mix(m, count, bar, out, how.share)
    return history.size, LIMIT
