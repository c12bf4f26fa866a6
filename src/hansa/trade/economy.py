"""An economy of N countries and J sectors, in the notation of Caliendo and Parro (2015).

The one-sector Armington or Eaton–Kortum economy is the case J = 1 without inputs.
Everything that the equilibrium needs is a share or an amount of the base year; see
`hansa.trade.build` for how it is made from flows, and `Economy.check` for whether its
accounts agree with one another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from hansa.terms.errors import BadInput, Place
from hansa.terms.reasons import Because
from hansa.trade import cells
from hansa.trade.accounts import Identity, failing_identities
from hansa.trade.model import Array

SUM_TOLERANCE = 1e-5
"""Shares whose sum misses one by no more are scaled to one; by more, they are refused."""


@dataclass(frozen=True, slots=True, eq=False)
class Economy:
    """The base of every what-if; all arrays are read-only copies.

    Parameters
    ----------
    countries, sectors : tuple of str
        Names of the N countries and J sectors.
    theta : array (J,)
        Trade elasticity θ of each sector (σ − 1 in Armington's model); may be missing
        (NaN) only where nothing is traded.
    pi : array (J, N, N)
        ``pi[j, n, i]``: share of country n's expenditure on sector j, tariffs included,
        that falls on goods of i.
    tau : array (J, N, N)
        Ad-valorem tariffs; 0.1 is ten per cent. The diagonal is zero.
    X : array (J, N)
        Expenditure at purchasers' prices, in the economy's money.
    beta : array (J, N)
        Share of value added in gross output.
    gamma : array (N, J, J)
        ``gamma[n, k, j]``: share of input k in the gross output of sector j.
    alpha : array (J, N)
        Shares of final demand.
    wL : array (N,)
        Value added (wages) in money.
    D : array (N,)
        Trade deficits (net transfers from abroad) in money; they sum to zero.
    sharing : array (N, N), optional
        ``sharing[n, m]``: share of the tariff revenue collected by m that n receives;
        columns sum to one. Nothing: everybody keeps what it collects.
    because : tuple of Reason
        Where the numbers come from.
    byproducts : bool
        Allow negative cells of ``gamma`` (an input that a sector yields on balance, as in
        one cell of the 1993 tables of Caliendo and Parro); otherwise they are refused.

    Attributes
    ----------
    net : array (J, N, N)
        π / (1 + τ): share of expenditure that reaches the seller.
    Y : array (J, N)
        Gross output that the shares imply.
    revenue, income : array (N,)
        Tariff revenue collected, and income I = wL + revenue received + D.
    damping : array (N,)
        Step of wages in the solver, 1 / (1 + Σ s θ (1 − π_nn)), s the sector's share in
        value added: how strongly demand for a country answers to its own wage.
    traded : array of bool (J,)
        Sectors in which some country buys abroad.
    live : array of bool (J, N)
        Cells with any expenditure.

    Raises
    ------
    BadInput
        If an array has the wrong shape or holds cells that make no sense; the message
        names them by sector and country.
    """

    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    theta: Array
    pi: Array
    tau: Array
    X: Array
    beta: Array
    gamma: Array
    alpha: Array
    wL: Array  # noqa: N815 (the papers' letters)
    D: Array
    sharing: Array | None = None
    because: Because = ()
    byproducts: bool = False
    net: Array = field(init=False, repr=False)
    Y: Array = field(init=False, repr=False)
    revenue: Array = field(init=False, repr=False)
    income: Array = field(init=False, repr=False)
    damping: Array = field(init=False, repr=False)
    traded: NDArray[np.bool_] = field(init=False, repr=False)
    live: NDArray[np.bool_] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._set("countries", cells.names(self.countries, "countries"))
        self._set("sectors", cells.names(self.sectors, "sectors"))
        self._read_arrays()
        self._check_signs()
        self._set("live", _locked(np.asarray(self.X > 0)))
        self._scale_shares()
        self._check_elasticities()
        self._derive()

    def __repr__(self) -> str:
        return (
            f"Economy({len(self.countries)} countries, {len(self.sectors)} sectors, "
            f"{int(self.traded.sum())} traded)"
        )

    @property
    def N(self) -> int:  # noqa: N802 (the papers' letter)
        """Number of countries."""
        return len(self.countries)

    @property
    def J(self) -> int:  # noqa: N802 (the papers' letter)
        """Number of sectors."""
        return len(self.sectors)

    @property
    def received(self) -> Array:
        """Tariff revenue that each country receives after sharing, shape (N,)."""
        return self.revenue if self.sharing is None else self.sharing @ self.revenue

    @property
    def imports(self) -> Array:
        """Flows before tariffs, ``[j, n, i]`` from i to n, domestic sales on the diagonal."""
        flows: Array = self.net * self.X[:, :, None]
        return flows

    def check(self, tolerance: float = 1e-6) -> tuple[Identity, ...]:
        """Every accounting identity that fails, and by how much.

        Parameters
        ----------
        tolerance : float
            Gap allowed, relative to the larger side.

        Returns
        -------
        tuple of Identity
            Empty if the base is itself an equilibrium: nothing then moves without a shock.
        """
        return failing_identities(self, tolerance)

    def index(self, country: str) -> int:
        """Position of a country; unknown names raise `UnknownCode` with the nearest ones."""
        return cells.position("country", country, self.countries)

    def sector(self, name: str) -> int:
        """Position of a sector; unknown names raise `UnknownCode` with the nearest ones."""
        return cells.position("sector", name, self.sectors)

    def replace(self, **changes: object) -> Self:
        """The same economy with some of its parameters given anew."""
        given: dict[str, object] = {name: getattr(self, name) for name in _PARAMETERS}
        return type(self)(**{**given, **changes})  # type: ignore[arg-type]  # names checked above

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def _read_arrays(self) -> None:
        J, N = self.J, self.N
        shapes = {
            "theta": ((J,), "sectors"),
            "pi": ((J, N, N), "sectors × importers × exporters"),
            "tau": ((J, N, N), "sectors × importers × exporters"),
            "X": ((J, N), "sectors × countries"),
            "beta": ((J, N), "sectors × countries"),
            "gamma": ((N, J, J), "countries × inputs × sectors"),
            "alpha": ((J, N), "sectors × countries"),
            "wL": ((N,), "countries"),
            "D": ((N,), "countries"),
        }
        for name, (shape, axes) in shapes.items():
            self._set(name, cells.shaped(getattr(self, name), shape, name, axes))
        if self.sharing is not None:
            square = "receivers × collectors"
            self._set("sharing", cells.shaped(self.sharing, (N, N), "sharing", square))

    def _labels(self, name: str) -> tuple[tuple[str, ...], ...]:
        c, s = self.countries, self.sectors
        by_rank = {1: (c,), 2: (s, c), 3: (s, c, c)}
        inputs = tuple(f"input {name}" for name in s)
        special = {"theta": (s,), "gamma": (c, inputs, s), "sharing": (c, c)}
        return special.get(name) or by_rank[getattr(self, name).ndim]

    def _check_signs(self) -> None:
        for name in ("pi", "tau", "X", "beta", "gamma", "alpha", "wL", "D", "sharing"):
            values = getattr(self, name)
            if values is None:
                continue
            cells.refuse_unless_finite(values, self._labels(name), name)
            if name not in ("tau", "D") and not (name == "gamma" and self.byproducts):
                cells.refuse_negative(values, self._labels(name), name)
        check_tariffs(self.tau, self.countries, self.sectors)
        cells.refuse(self.wL <= 0, self.wL, (self.countries,), argument="wL", what="no value added")
        sells = (self.pi * self.X[:, :, None]).sum(axis=(0, 1)) > 0
        nothing = self.X.sum(axis=0) <= 0
        cells.refuse(
            nothing & sells,
            self.wL,
            (self.countries,),
            argument="X",
            what="sells but buys nothing; value added",
        )
        cells.refuse(
            nothing, self.wL, (self.countries,), argument="X", what="buys nothing; value added"
        )
        gap = abs(self.D.sum())
        if gap > SUM_TOLERANCE * max(np.abs(self.D).sum(), 1e-9 * self.wL.sum()):
            raise BadInput(
                f"deficits sum to {self.D.sum():.6g}, not to zero",
                where=Place("D"),
                remedy="what some borrow others must lend: add the rest of the world",
            )

    def _scale_shares(self) -> None:
        s, c = self.sectors, self.countries
        pi = self.pi.copy()
        for j, n in np.argwhere(~self.live):
            pi[j, n] = 0.0
            pi[j, n, n] = 1.0  # nothing is bought: its price, of no weight, is its own cost
        self._set("pi", _to_one(pi, 2, (s, c), argument="pi", what="shares of origins"))
        self._set(
            "alpha", _to_one(self.alpha, 0, (c,), argument="alpha", what="shares of final demand")
        )
        inputs = self.gamma.sum(axis=1).T
        cost = self.beta + inputs
        cells.refuse(
            np.abs(cost - 1) > SUM_TOLERANCE,
            cost,
            (s, c),
            argument="gamma",
            what="cost shares (value added and inputs) do not sum to one",
        )
        room = (1 - self.beta).T[:, None, :]
        gamma = self.gamma * np.divide(
            room, inputs.T[:, None, :], out=np.zeros_like(room), where=inputs.T[:, None, :] > 0
        )
        self._set("gamma", cells.frozen(gamma))
        self._set("beta", cells.frozen(1 - gamma.sum(axis=1).T))
        if self.sharing is not None:
            shares = _to_one(self.sharing, 0, (c,), argument="sharing", what="shares of revenue")
            self._set("sharing", shares)

    def _check_elasticities(self) -> None:
        off = ~np.eye(self.N, dtype=bool)
        traded = ((self.pi > 0) & off).any(axis=(1, 2))
        missing = traded & ~np.isfinite(self.theta)
        cells.refuse(
            missing,
            self.theta,
            (self.sectors,),
            argument="theta",
            what="missing elasticity",
            remedy="every traded sector needs one; give θ (σ − 1 in Armington's model)",
        )
        wrong = traded & (np.nan_to_num(self.theta, nan=1.0) <= 0)
        cells.refuse(
            wrong, self.theta, (self.sectors,), argument="theta", what="elasticity not positive"
        )
        theta = np.where(np.isfinite(self.theta) & (self.theta > 0), self.theta, 1.0)
        self._set("theta", cells.frozen(theta))
        self._set("traded", _locked(np.asarray(traded)))

    def _derive(self) -> None:
        net = self.pi / (1 + self.tau)
        Y = (net * self.X[:, :, None]).sum(axis=1)
        self._set("net", cells.frozen(net))
        self._set("Y", cells.frozen(Y))
        collected = (self.X * (1 - net.sum(axis=2))).sum(axis=0)
        collected[np.abs(collected) < 1e-15 * self.wL] = 0.0
        self._set("revenue", cells.frozen(collected))
        self._set("income", cells.frozen(self.wL + self.received + self.D))
        cells.refuse(
            self.income <= 0,
            self.income,
            (self.countries,),
            argument="D",
            what="income is not positive",
        )
        earned = self.beta * Y
        weight = earned / np.maximum(earned.sum(axis=0), 1e-300)
        abroad = 1 - np.einsum("jnn->jn", self.pi)
        answer = (weight * self.theta[:, None] * abroad).sum(axis=0)
        self._set("damping", cells.frozen(1 / (1 + answer)))


_PARAMETERS = (
    "countries", "sectors", "theta", "pi", "tau", "X", "beta", "gamma", "alpha", "wL", "D",
    "sharing", "because", "byproducts",
)  # fmt: skip


def check_tariffs(tau: Array, countries: tuple[str, ...], sectors: tuple[str, ...]) -> None:
    """Refuse tariffs that are no numbers, at or below −100 %, or on domestic sales.

    Raises
    ------
    BadInput
        Naming the cells.
    """
    labels = (sectors, countries, countries)
    cells.refuse_unless_finite(tau, labels, "tau")
    cells.refuse(tau <= -1, tau, labels, argument="tau", what="tariff at or below −100 %")
    own = np.zeros(tau.shape, dtype=bool)
    np.einsum("jnn->jn", own)[...] = np.einsum("jnn->jn", tau) != 0
    cells.refuse(own, tau, labels, argument="tau", what="a tariff on domestic sales")


def _locked(values: NDArray[np.bool_]) -> NDArray[np.bool_]:
    locked = np.array(values)
    locked.flags.writeable = False
    return locked


def _to_one(
    values: Array, axis: int, labels: tuple[tuple[str, ...], ...], *, argument: str, what: str
) -> Array:
    """Scale sums along an axis to one if they nearly are, refuse them otherwise."""
    total = values.sum(axis=axis)
    cells.refuse(
        np.abs(total - 1) > SUM_TOLERANCE,
        total,
        labels,
        argument=argument,
        what=f"{what} do not sum to one",
    )
    return cells.frozen(values / np.expand_dims(total, axis))
