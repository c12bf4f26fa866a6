"""Everything that moves between two equilibria of one economy, country by country."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from hansa.terms.reasons import Because, Reason
from hansa.trade.economy import Economy
from hansa.trade.equilibrium import Equilibrium
from hansa.trade.frames import Kind, dataset, table
from hansa.trade.model import Array
from hansa.trade.shock import Closure
from hansa.trade.viner import Diversion, diversion
from hansa.trade.welfare import FirstOrder, first_order, real_income, real_wage, same_base

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

CLOSURES = {
    Closure.KEPT: "deficits stay as they are in units of the world's value added",
    Closure.SCALED: "each country spends the same multiple of what it earns as before",
    Closure.CLOSED: "every country spends what it earns",
}


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """Changes between two equilibria; shares are fractions: 0.01 is one per cent.

    Money is in units in which the world's value added is what it is in the base.

    Parameters
    ----------
    before, after : Equilibrium
        What is compared.
    members : tuple of str
        The union whose trade is looked at; may be empty.
    real_income : array (N,)
        Exact: Î/P̂ − 1.
    first_order : FirstOrder or None
        Equation 16 of Caliendo and Parro (2015) in one step and its parts; none if a
        route closes.
    real_wage : array (N,)
        Exact: ŵ/P̂ − 1.
    prices : array (N,)
        Consumer prices, P̂ − 1, against the world's value added.
    output : array (J, N)
        Volume of gross output, Ŷ/ĉ − 1; zero where nothing was made.
    exports, imports : array (N,)
        Value of trade with others before tariffs.
    trade : array (N, N)
        Value of trade of each pair, ``[n, i]`` from i to n; zero where there was none.
    revenue : array (N, 2)
        Tariff revenue collected, before and after.
    received : array (N, 2)
        Tariff revenue received after sharing, before and after.
    diversion : Diversion
        Trade created and diverted in the members' markets.
    because : tuple of Reason
        Model, closure, elasticity, residual and what the shock rests on.
    """

    before: Equilibrium
    after: Equilibrium
    members: tuple[str, ...]
    real_income: Array
    first_order: FirstOrder | None
    real_wage: Array
    prices: Array
    output: Array
    exports: Array
    imports: Array
    trade: Array
    revenue: Array
    received: Array
    diversion: Diversion
    because: Because

    def _repr_html_(self) -> str:
        return table(self.economy, self._by_country())._repr_html_()

    @property
    def economy(self) -> Economy:
        """The common base."""
        return self.before.economy

    def countries(self, kind: Kind = "polars") -> pl.DataFrame | pd.DataFrame:
        """One row per country: welfare by both measures, trade, revenue."""
        return table(self.economy, self._by_country(), kind)

    def sectors(self, kind: Kind = "polars") -> pl.DataFrame | pd.DataFrame:
        """One row per sector and country: output, trade created and diverted."""
        return table(self.economy, self._by_sector(), kind)

    def to_xarray(self) -> xr.Dataset:
        """All of it with named dimensions; needs ``hansa[frames]``."""
        arrays = {**self._by_country(), **self._by_sector()}
        about = {
            "closure": str(self.after.shock.closure),
            "residual": max(self.before.residual, self.after.residual),
        }
        return dataset(self.economy, arrays, about)

    def _by_country(self) -> dict[str, Array]:
        columns = {"real_income": self.real_income, "real_wage": self.real_wage}
        if self.first_order is not None:
            columns |= {
                "first_order_eq16": self.first_order.equation_16,
                "terms_of_trade": self.first_order.terms_of_trade,
                "volume_of_trade": self.first_order.volume_of_trade,
            }
        return columns | {
            "prices": self.prices,
            "exports": self.exports,
            "imports": self.imports,
            "revenue_before": self.revenue[:, 0],
            "revenue_after": self.revenue[:, 1],
            "received_before": self.received[:, 0],
            "received_after": self.received[:, 1],
            "trade_created": self.diversion.created.sum(axis=0),
            "trade_diverted": self.diversion.diverted.sum(axis=0),
        }

    def _by_sector(self) -> dict[str, Array]:
        return {
            "output": self.output,
            "created": self.diversion.created,
            "diverted": self.diversion.diverted,
        }


def compare(before: Equilibrium, after: Equilibrium, members: Sequence[str] = ()) -> Effects:
    """All effects of going from one equilibrium to another.

    Parameters
    ----------
    before, after : Equilibrium
        Of the same economy.
    members : sequence of str
        A union, for trade created and diverted.

    Raises
    ------
    BadInput
        If the bases differ or a member is unknown.
    """
    same_base(before, after)
    traded = [_abroad(equilibrium.flows) for equilibrium in (before, after)]
    closes = bool(np.isinf(after.d_hat).any() or np.isinf(before.d_hat).any())
    made = before.Y > 0
    volume = np.divide(after.Y, before.Y, out=np.ones_like(made, dtype=float), where=made)
    return Effects(
        before=before,
        after=after,
        members=tuple(members),
        real_income=real_income(before, after),
        first_order=None if closes else first_order(before, after),
        real_wage=real_wage(before, after),
        prices=after.price_index / before.price_index - 1,
        output=np.where(made, volume / (after.c_hat / before.c_hat) - 1, 0.0),
        exports=_change(*(flows.sum(axis=(0, 1)) for flows in traded)),
        imports=_change(*(flows.sum(axis=(0, 2)) for flows in traded)),
        trade=_change(*(flows.sum(axis=0) for flows in traded)),
        revenue=np.column_stack((before.revenue, after.revenue)),
        received=np.column_stack((before.received, after.received)),
        diversion=diversion(before, after, members),
        because=_grounds(before, after),
    )


def _abroad(flows: Array) -> Array:
    """Flows without domestic sales."""
    np.einsum("jnn->jn", flows)[...] = 0.0
    return flows


def _change(before: Array, after: Array) -> Array:
    ratio: Array = np.divide(after, before, out=np.ones_like(before), where=before > 0) - 1
    return ratio


def _grounds(before: Equilibrium, after: Equilibrium) -> Because:
    economy = after.economy
    theta = economy.theta[economy.traded]
    span = f"{theta.min():.4g}" if np.ptp(theta) == 0 else f"{theta.min():.4g} to {theta.max():.4g}"
    inputs = "with inputs" if economy.gamma.any() else "without inputs"
    residual = max(before.residual, after.residual)
    return (
        Reason(
            "assumption",
            f"Caliendo–Parro (2015), {economy.J} sectors {inputs}, {economy.N} countries",
            "exact hat algebra",
        ),
        Reason("assumption", f"trade deficits: {CLOSURES[after.shock.closure]}", "closure"),
        Reason("number", f"trade elasticity θ: {span}", "theta", because=economy.because),
        Reason("number", f"no market is off by more than {residual:.1e}", "residual"),
        *after.shock.because,
    )
