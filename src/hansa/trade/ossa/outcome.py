"""An equilibrium of Ossa's model and what it means: welfare, profits, slopes, decomposition."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from hansa.terms.errors import BadInput
from hansa.trade import cells
from hansa.trade.economy import check_tariffs
from hansa.trade.model import Array, Outcome
from hansa.trade.ossa.economy import OssaEconomy
from hansa.trade.ossa.equilibrium import State, excess, solve
from hansa.trade.ossa.shadow import Government, government, shadows, welfare_objectives


@dataclass(frozen=True, slots=True, eq=False)
class Decomposition:
    """Equation 5: what first-order changes of real income consist of, per cent, (N,) each.

    ``terms_of_trade``: changes of a country's own wages against its suppliers'.
    ``profit_shifting``: changes of output in sectors with profits. ``trade_volume``:
    changes of import volumes under tariffs.
    """

    terms_of_trade: Array
    profit_shifting: Array
    trade_volume: Array

    @property
    def total(self) -> Array:
        """Sum of the three, (N,)."""
        total: Array = self.terms_of_trade + self.profit_shifting + self.trade_volume
        return total


@dataclass(frozen=True, slots=True, eq=False)
class OssaOutcome:
    """An equilibrium of an `OssaEconomy` under given tariffs; fits `hansa.trade.model.Outcome`."""

    economy: OssaEconomy
    state: State
    aim: Government = field(repr=False)

    @property
    def tariffs(self) -> Array:
        """Tariffs of this equilibrium, (S, N, N)."""
        return self.state.tariffs

    @property
    def trade(self) -> Array:
        """Flows net of tariffs, (S, N, N)."""
        return self.state.trade

    @property
    def wages(self) -> Array:
        """ŵ, wages relative to the base, the world's labour income being the measure, (N,)."""
        return self.state.wages

    @property
    def prices(self) -> Array:
        """P̂, consumer price index relative to the base, (N,)."""
        return _prices(self.economy, self.state)

    @property
    def real_income(self) -> Array:
        """X̂/P̂, (N,): welfare of the people whatever the government's weights."""
        result: Array = self.state.spending / self.economy.shares.spending / self.prices
        return result

    @property
    def welfare(self) -> Array:
        """Ĝ, the government's objective relative to the base (equation 4), (N,)."""
        base = government(self.economy, self.economy.shares.sales, self.economy.shares.revenue)
        result: Array = self.aim.value / base.value / self.prices
        return result

    @property
    def profits(self) -> Array:
        """π̂/ŵ, a country's profits relative to the base and net of its wages, (N,)."""
        inverse = 1 / self.economy.sigma
        before = inverse @ self.economy.shares.sales
        result: Array = (inverse @ self.state.sales) / before / self.wages
        return result

    @property
    def import_volume(self) -> Array:
        """Imports relative to the base, net of tariffs and domestic sales, (N,)."""
        foreign = 1 - np.eye(len(self.economy.countries))
        before = (self.economy.trade * foreign).sum(axis=(0, 2))
        result: Array = (self.state.trade * foreign).sum(axis=(0, 2)) / before
        return result

    @property
    def residual(self) -> float:
        """Largest excess of a labour market or budget over the country's income."""
        gap = excess(self.economy, self.state)
        return float(np.abs(gap / np.tile(self.economy.shares.spending, 2)).max())

    def table(self) -> pl.DataFrame:
        """One row per country: changes in per cent of welfare, real income, wage, profits, imports.

        Wages are relative to the countries' mean, as in the paper's tables.
        """
        changes = {
            "welfare": self.welfare - 1,
            "real_income": self.real_income - 1,
            "wage": self.wages - self.wages.mean(),
            "profits": self.profits - 1,
            "imports": self.import_volume - 1,
        }
        return pl.DataFrame(
            {"country": self.economy.countries, **{k: 100 * v for k, v in changes.items()}}
        )

    def gradient(self, weights: Array) -> Array:
        """Slope of ``Σ weights[n]·ln welfare[n]`` in every tariff, (S, N, N), by one adjoint."""
        weights = np.asarray(weights, dtype=float)
        if weights.shape != (len(self.economy.countries),):
            raise BadInput(f"weights have shape {weights.shape}, one per country is needed")
        aims = welfare_objectives(self.economy, self.aim, weights[:, None])
        slope = shadows(self.economy, self.state, aims).slope(self.state)
        result: Array = slope[..., 0] / (1 + self.tariffs)
        return result

    def decomposition(self) -> Decomposition:
        """The three effects of equation 5, first order, evaluated on this finite change."""
        economy, base = self.economy, self.economy.shares
        dw = self.wages - 1
        flows = economy.trade / base.spending[:, None]
        terms = (flows * (dw[:, None] - dw[None, :])).sum(axis=(0, 2))
        growth = np.divide(
            self.state.sales, base.sales, out=np.ones_like(base.sales), where=base.sales > 0
        )
        profits = base.sales / economy.sigma[:, None] / base.spending
        shifting = (profits * (growth - 1 - dw)).sum(axis=0)
        volume = economy.tariffs * (self.state.trade - economy.trade * (1 + dw))
        volumes = volume.sum(axis=(0, 2)) / base.spending
        return Decomposition(100 * terms, 100 * shifting, 100 * volumes)


def outcome(
    economy: OssaEconomy, tariffs: Array, start: Outcome | None = None, *, unbalanced: bool = False
) -> OssaOutcome:
    """The equilibrium of ``economy`` under ``tariffs``; trade balances in it.

    Parameters
    ----------
    economy : OssaEconomy
        The base.
    tariffs : Array
        Ad-valorem rates, (S, N, N).
    start : Outcome, optional
        An equilibrium near by.
    unbalanced : bool
        Whether the base may have net exports (which the equilibrium then has not).

    Raises
    ------
    BadInput
        If tariffs are malformed or the base is unbalanced and should not be.
    NoEquilibrium
        If no equilibrium is found.
    """
    tariffs = _checked(economy, tariffs)
    if not (unbalanced or economy.balanced):
        worst = int(np.argmax(np.abs(economy.net_exports / economy.income)))
        raise BadInput(
            f"trade of {economy.countries[worst]} is not balanced: net exports "
            f"{economy.net_exports[worst]:g} of income {economy.income[worst]:g}",
            remedy="purge the deficits first (purge_deficits)",
        )
    warm = None
    if isinstance(start, OssaOutcome):
        ratio = start.state.spending / economy.shares.spending
        warm = np.log(np.concatenate([start.wages, ratio]))
    state = solve(economy, tariffs, warm)
    return OssaOutcome(economy, state, government(economy, state.sales, state.revenue))


def purge_deficits(economy: OssaEconomy) -> OssaEconomy:
    """The base with balanced trade under the same tariffs (Dekle, Eaton and Kortum 2007).

    The paper's first step: without it, deficits held constant in money would make the
    choice of numéraire matter.
    """
    balanced = outcome(economy, economy.tariffs, unbalanced=True)
    return rebase(economy, balanced)


def rebase(economy: OssaEconomy, at: OssaOutcome) -> OssaEconomy:
    """The economy whose base is the equilibrium ``at``."""
    return OssaEconomy(
        economy.countries,
        economy.sectors,
        at.trade,
        at.tariffs,
        economy.sigma,
        economy.political,
    )


def _prices(economy: OssaEconomy, state: State) -> Array:
    result: Array = np.exp((economy.shares.mu * np.log(state.prices)).sum(axis=0))
    return result


def _checked(economy: OssaEconomy, tariffs: Array) -> Array:
    axes = "sectors × importers × exporters"
    cube = cells.shaped(tariffs, economy.trade.shape, "tariffs", axes)
    check_tariffs(cube, economy.countries, economy.sectors)
    return cube
