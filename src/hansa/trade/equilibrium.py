"""A solved counterfactual: hats, levels and how well it was solved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from hansa.trade.economy import Economy
from hansa.trade.frames import Kind, dataset, table
from hansa.trade.model import Array
from hansa.trade.shock import Shock
from hansa.trade.system import Parts, parts

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


@dataclass(frozen=True, slots=True, eq=False)
class Equilibrium:
    """The equilibrium of an economy under a shock.

    Money is in units in which the world's value added is what it is in the base.

    Parameters
    ----------
    economy : Economy
        The base to which hats refer.
    shock : Shock
        What changed.
    state : array (2JN + N,)
        ln(ĉ/ŵ), ln X′ and ln ŵ, as `hansa.trade.system` lays them out.
    P_hat : array (J, N)
        Change of the price index of each sector.
    Y : array (J, N)
        Gross output.
    revenue : array (N,)
        Tariff revenue that each country collects.
    income : array (N,)
        Income I′: wages, revenue received and deficit; final demand at purchasers' prices.
    history : tuple of float
        Residual after each sweep.
    tolerance : float
        What the residual had to get below.
    stages : int
        In how many steps the shock had to be applied; 1: at once.
    core : str
        ``"numba"`` or ``"numpy"``.
    """

    economy: Economy
    shock: Shock
    state: Array
    P_hat: Array
    Y: Array
    revenue: Array
    income: Array
    history: tuple[float, ...]
    tolerance: float
    stages: int = 1
    core: str = "numba"

    def __repr__(self) -> str:
        e = self.economy
        return (
            f"Equilibrium({e.N} countries, {e.J} sectors, residual {self.residual:.1e} "
            f"after {self.iterations} sweeps)"
        )

    def _repr_html_(self) -> str:
        return table(self.economy, self._by_country())._repr_html_()

    @property
    def residual(self) -> float:
        """Largest relative excess of any market; below the tolerance."""
        return self.history[-1]

    @property
    def iterations(self) -> int:
        """Sweeps taken."""
        return len(self.history)

    @property
    def w_hat(self) -> Array:
        """Change of wages, shape (N,)."""
        wages: Array = np.exp(self._parts.wage)
        return wages

    @property
    def c_hat(self) -> Array:
        """Change of unit costs, shape (J, N)."""
        costs: Array = np.exp(self._parts.real_cost + self._parts.wage)
        return costs

    @property
    def X(self) -> Array:  # noqa: N802 (the papers' letter)
        """Expenditure X′ at purchasers' prices, shape (J, N)."""
        spending: Array = np.where(self.economy.live, np.exp(self._parts.spending), 0.0)
        return spending

    @property
    def tau(self) -> Array:
        """Tariffs τ′, shape (J, N, N)."""
        tariffs = self.economy.tau.copy()
        tariffs.ravel()[self.shock.cells] = self.shock.tariffs
        return tariffs

    @property
    def d_hat(self) -> Array:
        """Change of iceberg costs, shape (J, N, N)."""
        costs = np.ones_like(self.economy.tau)
        costs.ravel()[self.shock.cells] = self.shock.costs
        return costs

    @property
    def pi(self) -> Array:
        """Shares π′ of origins in expenditure, shape (J, N, N) (eq. 12)."""
        e = self.economy
        at = self.shock.cells
        shares: Array = e.pi * ((self.c_hat ** -e.theta[:, None])[:, None, :])
        kappa = self.shock.costs * (1 + self.shock.tariffs) / (1 + e.tau.ravel()[at])
        shares.ravel()[at] *= kappa ** -e.theta[at // (e.N * e.N)]
        shares *= (self.P_hat ** e.theta[:, None])[:, :, None]
        return shares

    @property
    def flows(self) -> Array:
        """Trade before tariffs, ``[j, n, i]`` from i to n, domestic sales on the diagonal."""
        trade: Array = self.pi * (self.X[:, :, None] / (1 + self.tau))
        return trade

    @property
    def received(self) -> Array:
        """Tariff revenue after sharing by the key, shape (N,)."""
        sharing = self.economy.sharing if self.shock.sharing is None else self.shock.sharing
        shared: Array = self.revenue if sharing is None else sharing @ self.revenue
        return shared

    @property
    def wages(self) -> Array:
        """Value added ŵ wL in money, shape (N,)."""
        earned: Array = self.w_hat * self.economy.wL
        return earned

    @property
    def price_index(self) -> Array:
        """Change of the consumer price index, Π_j P̂_j^α_j, shape (N,)."""
        index: Array = np.exp((self.economy.alpha * np.log(self.P_hat)).sum(axis=0))
        return index

    @property
    def welfare(self) -> Array:
        """Change of real income against the base, Î/P̂, shape (N,); 1: none."""
        change: Array = self.income / self.economy.income / self.price_index
        return change

    @property
    def real_wage(self) -> Array:
        """Change of the real wage, ŵ/P̂, shape (N,)."""
        change: Array = self.w_hat / self.price_index
        return change

    def countries(self, kind: Kind = "polars") -> pl.DataFrame | pd.DataFrame:
        """One row per country: hats, welfare, income and revenue."""
        return table(self.economy, self._by_country(), kind)

    def sectors(self, kind: Kind = "polars") -> pl.DataFrame | pd.DataFrame:
        """One row per sector and country: hats, expenditure and output."""
        return table(self.economy, self._by_sector(), kind)

    def trade(self, kind: Kind = "polars") -> pl.DataFrame | pd.DataFrame:
        """One row per sector, importer and exporter: flows before tariffs, and tariffs."""
        return table(self.economy, {"flow": self.flows, "tariff": self.tau}, kind)

    def to_xarray(self) -> xr.Dataset:
        """All of it with named dimensions; needs ``hansa[frames]``."""
        cubes = {"flow": self.flows, "tariff": self.tau}
        about = {
            "closure": str(self.shock.closure),
            "residual": self.residual,
            "iterations": self.iterations,
        }
        return dataset(self.economy, {**self._by_country(), **self._by_sector(), **cubes}, about)

    def _by_country(self) -> dict[str, Array]:
        return {
            "w_hat": self.w_hat,
            "price_index": self.price_index,
            "welfare": self.welfare,
            "real_wage": self.real_wage,
            "income": self.income,
            "revenue": self.revenue,
            "received": self.received,
        }

    def _by_sector(self) -> dict[str, Array]:
        return {"c_hat": self.c_hat, "P_hat": self.P_hat, "X": self.X, "Y": self.Y}

    @property
    def _parts(self) -> Parts:
        return parts(self.state, self.economy.J, self.economy.N)

    def as_base(self) -> Economy:
        """The economy in this equilibrium, as the base of further shocks.

        Its accounts hold to the tolerance (`Economy.check` finds nothing).
        """
        e, sharing = self.economy, self.shock.sharing
        deficits = self.income - self.wages - self.received
        return e.replace(
            pi=self.pi,
            tau=self.tau,
            X=self.X,
            wL=self.wages,
            D=_balanced(deficits, self.income),
            sharing=e.sharing if sharing is None else sharing,
        )


def _balanced(deficits: Array, weights: Array) -> Array:
    """Deficits without the rounding error of their sum."""
    balanced: Array = deficits - deficits.sum() * weights / weights.sum()
    return balanced
