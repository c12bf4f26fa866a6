"""Slopes of real income in every tariff, cost and elasticity, by one adjoint solve.

At the fixed point z = G(z; p) of a sweep, dV/dp = ∂V/∂p + (∂G/∂p)ᵀ μ with
(I − Gᵀ) μ = ∂V/∂z: one more linear fixed point, solved as the model itself is and about as
dear, however many parameters there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hansa.terms.errors import BadInput, Place
from hansa.trade import cells, kernel, pullback
from hansa.trade.economy import Economy
from hansa.trade.equilibrium import Equilibrium
from hansa.trade.model import Array, Conditions, NoEquilibrium, Outcome
from hansa.trade.shock import Closure, Shock
from hansa.trade.solver import TOLERANCE, solve

TOLERANCE_ADJOINT = 1e-9
SWEEPS_ADJOINT = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Slope:
    """Derivatives of V = Σ_n q_n ln(I_n / P_n) at an equilibrium.

    Parameters
    ----------
    equilibrium : Equilibrium
        Where.
    weights : array (N,)
        q.
    Y_bar, P_bar : array (J, N)
        Derivatives by output and by ln P̂.
    R_bar : array (N,)
        Derivatives by collected revenue.
    history : tuple of float
        Relative residual of the adjoint after each sweep.
    """

    equilibrium: Equilibrium
    weights: Array
    Y_bar: Array
    P_bar: Array
    R_bar: Array
    history: tuple[float, ...]

    @property
    def tariffs(self) -> Array:
        """∂V/∂τ[j, n, i], shape (J, N, N); zero on the diagonal."""
        e = self.equilibrium
        theta = e.economy.theta[:, None, None]
        slope = -(1 + theta) * self._worth() + e.pi * self.P_bar[:, :, None]
        slope /= 1 + e.tau
        np.einsum("jnn->jn", slope)[...] = 0.0
        return np.asarray(slope)

    def conditions(self, free: NDArray[np.bool_], *, tied: bool) -> Conditions:
        """First-order conditions of tariffs that maximise V, from ∂V/∂τ = 0.

        With m̄ the worth of a flow and p̄ = ∂V/∂ln P̂, the slope vanishes where
        1 + τ = (1 + θ) X m̄ / p̄. Since p̄ holds θ Σ m m̄, whose free part is known once
        all free tariffs of an importer follow the rule, its level has a closed form,
        1 + τ = X (1 + θ π_f) m̄ / (p̄ − θ Σ_free m m̄), π_f being the share of expenditure
        outside the free cells: a far better next guess where θ is large. It holds for
        each importer alone; for tied cells the plain ratio is given.
        """
        e = self.equilibrium
        theta, pi, X = e.economy.theta[:, None], e.pi, e.X
        worth = self._worth()
        unit = (self.Y_bar[:, None, :] - self.R_bar[None, :, None]) * X[:, :, None]
        if tied:
            gain = (1 + theta)[:, :, None] * pi * unit
            loss = pi * self.P_bar[:, :, None]
            return Conditions(self.tariffs, gain, loss)
        rest = self.P_bar - theta * np.where(free, worth, 0.0).sum(axis=2)
        level = 1 + theta * np.where(free, 0.0, pi).sum(axis=2)
        loss = np.broadcast_to(rest[:, :, None], pi.shape)
        return Conditions(self.tariffs, level[:, :, None] * unit, loss)

    @property
    def costs(self) -> Array:
        """∂V/∂ln d̂[j, n, i], shape (J, N, N), domestic routes on the diagonal."""
        e = self.equilibrium
        theta = e.economy.theta[:, None, None]
        slope: Array = -theta * self._worth() + e.pi * self.P_bar[:, :, None]
        return slope

    @property
    def elasticities(self) -> Array:
        """∂V/∂θ[j], shape (J,): what a larger elasticity would do to the result."""
        e = self.equilibrium
        ratio = e.d_hat * (1 + e.tau) / (1 + e.economy.tau)
        price = np.log(e.P_hat)
        with np.errstate(divide="ignore", invalid="ignore"):
            delivered = np.log(ratio) + np.log(e.c_hat)[:, None, :]
            delivered = np.where(e.pi > 0, delivered, 0.0)
        direct = (self._worth() * (price[:, :, None] - delivered)).sum(axis=(1, 2))
        through = (e.pi * delivered).sum(axis=2) - price
        slope: Array = direct + (self.P_bar * through).sum(axis=1) / e.economy.theta
        return slope

    def _worth(self) -> Array:
        """M m̄: flows times what one more unit of them is worth."""
        worth: Array = self.equilibrium.flows * (self.Y_bar[:, None, :] - self.R_bar[None, :, None])
        return worth


def slope(
    equilibrium: Equilibrium, weights: Array, *, tolerance: float = TOLERANCE_ADJOINT
) -> Slope:
    """The slope of a weighted sum of log real incomes at an equilibrium.

    Parameters
    ----------
    equilibrium : Equilibrium
        Solved to a tolerance well below the accuracy wanted.
    weights : array (N,)
        Weight q of each country's ln(I/P): one for one country, its members' shares in
        real income for a union.
    tolerance : float
        Bound on the relative residual of the adjoint.

    Raises
    ------
    NoEquilibrium
        If the adjoint does not reach the tolerance.
    """
    e = equilibrium.economy
    q = cells.shaped(weights, (e.N,), "weights", "countries")
    cells.refuse_unless_finite(q, (e.countries,), "weights")
    point = _point(equilibrium)
    bars = pullback.Bars(np.empty((e.J, e.N)), np.empty((e.J, e.N)), np.empty(e.N))
    history: list[float] = []
    for share, memory in ((1.0, 6), (0.5, 20)):
        residuals = np.empty(SWEEPS_ADJOINT)
        how = kernel.Settings(tolerance, memory, share)
        taken, status = pullback.solve(point, q, bars, residuals, how)
        history += residuals[:taken].tolist()
        if status == kernel.CONVERGED:
            return Slope(equilibrium, q, bars.Y, bars.P, bars.R, tuple(history))
    raise NoEquilibrium(
        f"the adjoint is still off by {history[-1]:.1e}",
        history=tuple(history),
        remedy="solve the equilibrium itself to a smaller tolerance",
    )


def _point(equilibrium: Equilibrium) -> pullback.Point:
    e, none = equilibrium.economy, np.empty(0)
    pi = equilibrium.pi
    net = pi / (1 + equilibrium.tau)
    phi = none
    if equilibrium.shock.closure is Closure.SCALED:
        phi = equilibrium.income / (equilibrium.wages + equilibrium.received)
    sharing = e.sharing if equilibrium.shock.sharing is None else equilibrium.shock.sharing
    return pullback.Point(
        pi,
        net,
        equilibrium.X,
        equilibrium.Y,
        net.sum(axis=2),
        equilibrium.wages,
        equilibrium.income,
        e.theta,
        e.beta,
        e.gamma,
        e.alpha,
        phi,
        np.empty((0, 0)) if sharing is None else sharing,
        e.damping,
        e.traded,
        e.live,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """An equilibrium of Caliendo and Parro's model as `hansa.trade.model.Outcome`."""

    equilibrium: Equilibrium

    @property
    def tariffs(self) -> Array:
        """Tariffs of this equilibrium, shape (J, N, N)."""
        return self.equilibrium.tau

    @property
    def welfare(self) -> Array:
        """Real income of each country relative to the base, shape (N,)."""
        return self.equilibrium.welfare

    def gradient(self, weights: Array) -> Array:
        """∂ Σ_n weights[n] ln welfare[n] / ∂τ, shape (J, N, N)."""
        return slope(self.equilibrium, weights).tariffs

    def conditions(self, weights: Array, free: NDArray[np.bool_], *, tied: bool) -> Conditions:
        """First-order conditions of optimal tariffs, as `Slope.conditions`."""
        return slope(self.equilibrium, weights).conditions(free, tied=tied)


@dataclass(frozen=True, slots=True, eq=False)
class CaliendoParro:
    """The model of this package as `hansa.trade.model.TariffModel`.

    Parameters
    ----------
    economy : Economy
        The base; its accounts should agree, so that welfare is one at its tariffs.
    closure : Closure
        What becomes of deficits.
    sharing : array (N, N), optional
        Sharing of revenue, as `Shock.sharing`.
    tolerance : float
        Of each equilibrium.
    """

    economy: Economy
    closure: Closure
    sharing: Array | None = None
    tolerance: float = TOLERANCE

    @property
    def countries(self) -> tuple[str, ...]:
        """Names of the N countries."""
        return self.economy.countries

    @property
    def sectors(self) -> tuple[str, ...]:
        """Names of the J sectors."""
        return self.economy.sectors

    @property
    def tariffs(self) -> Array:
        """Tariffs of the base, shape (J, N, N)."""
        return self.economy.tau

    @property
    def income(self) -> Array:
        """Income of each country in the base, shape (N,)."""
        return self.economy.income

    @property
    def imports(self) -> Array:
        """Imports of the base before tariffs, shape (J, N, N), zero on the diagonal."""
        flows = self.economy.imports
        np.einsum("jnn->jn", flows)[...] = 0.0
        return flows

    @property
    def tradable(self) -> NDArray[np.bool_]:
        """Sectors with any trade, shape (J,)."""
        return self.economy.traded

    def outcome(self, tariffs: Array, start: Outcome | None = None) -> Solved:
        """The equilibrium under ``tariffs``."""
        if start is not None and not isinstance(start, Solved):
            raise BadInput("the outcome to start from is another model's", where=Place("start"))
        shock = Shock.between(
            self.economy, closure=self.closure, tariffs=tariffs, sharing=self.sharing
        )
        begin = None if start is None else start.equilibrium
        return Solved(solve(self.economy, shock, start=begin, tolerance=self.tolerance))
