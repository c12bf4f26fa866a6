"""Ossa's (2014) world of monopolistic competition: flows, tariffs, elasticities, weights.

Ossa, Ralph (2014), "Trade Wars and Trade Talks with Data", *American Economic Review*
104(12), 4104–4146. Firms are given in number, charge a constant mark-up σ/(σ − 1) and
keep their profits; labour moves between sectors; there are no inputs. Everything that
counterfactuals need is in flows, tariffs and elasticities (exact hat algebra).

Axes as everywhere in `hansa.trade`: ``[s, n, i]`` is sector, importer, exporter.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hansa.trade import cells
from hansa.trade.economy import check_tariffs
from hansa.trade.model import Array, Outcome

if TYPE_CHECKING:
    from hansa.trade.ossa.outcome import OssaOutcome

BALANCE = 1e-6  # net exports over income above which a base counts as unbalanced


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """What the hat algebra takes from the base: the coefficients of equations 10–13.

    Parameters
    ----------
    gamma : Array
        γ, share of each exporter in a sector's spending, tariffs included, (S, N, N).
    mu : Array
        μ, share of each sector in a country's spending, (S, N).
    spending : Array
        X, spending of each country including tariffs, (N,).
    labour : Array
        wL, labour income, (N,).
    sales : Array
        Sales of each sector of each exporter, net of tariffs, (S, N).
    revenue : Array
        Tariff revenue, (N,).
    """

    gamma: Array
    mu: Array
    spending: Array
    labour: Array
    sales: Array
    revenue: Array


@dataclass(frozen=True, slots=True, eq=False)
class OssaEconomy:
    """A base for Ossa's model; frozen, checked when made.

    Parameters
    ----------
    countries, sectors : tuple of str
        Names of the N countries and S sectors, in the order of the axes.
    trade : Array
        Flows net of tariffs, (S, N, N), domestic sales on the diagonal; any money unit.
    tariffs : Array
        Ad-valorem rates (0.1 is ten per cent), (S, N, N), zero on the diagonal.
    sigma : Array
        σ, elasticities of substitution, (S,), each above one.
    political : Array, optional
        λ, weights of the sectors in each government's objective, (N, S), with mean one in
        each country (equation 4); all one, so that governments maximise real income, if
        not given.

    Raises
    ------
    BadInput
        If a shape, sign or number is wrong; the message names the cell.
    """

    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    trade: Array
    tariffs: Array
    sigma: Array
    political: Array = field(default_factory=lambda: np.empty(0))
    shares: Shares = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        countries = cells.names(self.countries, "countries")
        sectors = cells.names(self.sectors, "sectors")
        n, s = len(countries), len(sectors)
        political = self.political if np.size(self.political) else np.ones((n, s))
        cube = "sectors × importers × exporters"
        for name, value in (
            ("countries", countries),
            ("sectors", sectors),
            ("trade", cells.shaped(self.trade, (s, n, n), "trade", cube)),
            ("tariffs", cells.shaped(self.tariffs, (s, n, n), "tariffs", cube)),
            ("sigma", cells.shaped(self.sigma, (s,), "sigma", "sectors")),
            ("political", cells.shaped(political, (n, s), "political", "countries × sectors")),
        ):
            object.__setattr__(self, name, value)
        self._refuse_bad_numbers()
        object.__setattr__(self, "shares", _shares(self))

    def _refuse_bad_numbers(self) -> None:
        labels = (self.sectors, self.countries, self.countries)
        cells.refuse_unless_finite(self.trade, labels, "trade")
        cells.refuse_negative(self.trade, labels, "trade")
        check_tariffs(self.tariffs, self.countries, self.sectors)
        cells.refuse(
            ~(self.sigma > 1),
            self.sigma,
            (self.sectors,),
            argument="sigma",
            what="elasticity of substitution not above one",
            remedy="mark-ups are σ/(σ − 1); give σ for every sector",
        )
        for axis, what in ((1, "sells nothing"), (2, "buys nothing")):
            total = self.trade.sum(axis=(0, axis))
            cells.refuse(total <= 0, total, (self.countries,), argument="trade", what=what)
        labels_w = (self.countries, self.sectors)
        cells.refuse_unless_finite(self.political, labels_w, "political")
        cells.refuse_negative(self.political, labels_w, "political")
        means = self.political.mean(axis=1)
        cells.refuse(
            np.abs(means - 1) > 1e-6,
            means,
            (self.countries,),
            argument="political",
            what="political weights do not average one",
            remedy="divide each country's weights by their mean",
        )

    @property
    def income(self) -> Array:
        """Income of each country, which it spends: X, (N,)."""
        return self.shares.spending

    @property
    def imports(self) -> Array:
        """Flows of the base before tariffs, (S, N, N), domestic sales on the diagonal."""
        return self.trade

    @property
    def tradable(self) -> NDArray[np.bool_]:
        """Every sector's imports can bear a tariff, (S,)."""
        return np.ones(len(self.sectors), dtype=bool)

    @property
    def net_exports(self) -> Array:
        """Exports less imports of each country, net of tariffs, (N,)."""
        flows = self.trade.sum(axis=0)
        net: Array = flows.sum(axis=0) - flows.sum(axis=1)
        return net

    @property
    def balanced(self) -> bool:
        """Whether no country's net exports exceed a millionth of its income."""
        return bool(np.all(np.abs(self.net_exports) <= BALANCE * self.income))

    def index(self, country: str) -> int:
        """Position of a country on the axes.

        Raises
        ------
        UnknownCode
            If there is no such country.
        """
        return cells.position("country", country, self.countries)

    def with_weights(self, political: Array | None) -> OssaEconomy:
        """The same base with other political weights (none: all one)."""
        return replace(self, political=np.empty(0) if political is None else political)

    def outcome(self, tariffs: Array, start: Outcome | None = None) -> OssaOutcome:
        """The equilibrium under ``tariffs`` (see `hansa.trade.ossa.equilibrium`).

        Raises
        ------
        BadInput
            If a tariff is not above −100 % or not a number, the shape is wrong, or trade
            of the base is not balanced (see `purge_deficits`).
        NoEquilibrium
            If no equilibrium is found; carries the residuals' history.
        """
        from hansa.trade.ossa.outcome import outcome  # the answer knows its question

        return outcome(self, tariffs, start)


def _shares(economy: OssaEconomy) -> Shares:
    """The coefficients of the hat algebra; sectors in which nobody sells get share zero."""
    trade, sigma = economy.trade, economy.sigma
    gross = trade * (1 + economy.tariffs)
    by_sector = gross.sum(axis=2)
    spending = by_sector.sum(axis=0)
    sales = trade.sum(axis=1)
    revenue = (trade * economy.tariffs).sum(axis=(0, 2))
    labour = ((sigma - 1) / sigma) @ sales  # labour's part of sales under constant mark-ups
    gamma = np.divide(
        gross, by_sector[:, :, None], out=np.zeros_like(gross), where=by_sector[:, :, None] > 0
    )
    return Shares(gamma, by_sector / spending, spending, labour, sales, revenue)
