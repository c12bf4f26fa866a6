"""Economies from data: flows and input–output coefficients, one-sector flows, or gravity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from hansa.terms.reasons import Because, Reason
from hansa.trade import cells
from hansa.trade.economy import SUM_TOLERANCE, Economy, check_tariffs
from hansa.trade.model import Array, NoEquilibrium
from hansa.trade.shock import Closure, Shock
from hansa.trade.solver import solve

NegativeFinal = Literal["refuse", "settle"]


def from_flows(
    countries: Sequence[str],
    sectors: Sequence[str],
    flows: ArrayLike,
    theta: ArrayLike,
    *,
    tariffs: ArrayLike | None = None,
    coefficients: ArrayLike | None = None,
    value_added: ArrayLike | None = None,
    negative_final: NegativeFinal = "refuse",
    byproducts: bool = False,
    because: Because = (),
) -> Economy:
    """An economy from trade flows, tariffs and an input–output table.

    Parameters
    ----------
    countries, sectors : sequence of str
        Names of N countries and J sectors.
    flows : array (J, N, N)
        ``flows[j, n, i]``: sales of sector j of i to n before n's tariff, in money;
        domestic sales on the diagonal.
    theta : array (J,) or float
        Trade elasticities.
    tariffs : array (J, N, N), optional
        Ad-valorem rates; default: none.
    coefficients : array (N, J, J), optional
        ``coefficients[n, k, j]``: purchases of input k per unit of output of sector j, at
        purchasers' prices; default: no inputs.
    value_added : array (J, N), optional
        Value added in money; checked against what output leaves after inputs.
    negative_final : {"refuse", "settle"}
        What to do if inputs need more than is bought: refuse, or set final demand there to
        zero and let the model settle into accounts that agree.
    byproducts, because
        As in `Economy`.

    Returns
    -------
    Economy
        Its accounts agree: `Economy.check` finds nothing.

    Raises
    ------
    BadInput
        If an array has the wrong shape or cells that make no sense.
    """
    c, s = cells.names(countries, "countries"), cells.names(sectors, "sectors")
    J, N = len(s), len(c)
    sales, tau = _flows(flows, tariffs, c, s)
    gamma = np.zeros((N, J, J))
    if coefficients is not None:
        gamma = cells.shaped(
            coefficients, (N, J, J), "coefficients", "countries × inputs × sectors"
        )
        cells.refuse_unless_finite(gamma, (c, s, s), "coefficients")
    beta = _value_added_shares(gamma, sales, value_added, c, s)
    Y, X = sales.sum(axis=1), (sales * (1 + tau)).sum(axis=2)
    final = _final_demand(X - np.einsum("nkj,jn->kn", gamma, Y), X, c, s, negative_final)
    economy = Economy(
        c,
        s,
        np.broadcast_to(np.asarray(theta, dtype=np.float64), (J,))
        if np.ndim(theta) == 0
        else np.asarray(theta, dtype=np.float64),
        _shares(sales * (1 + tau), X),
        tau,
        X,
        beta,
        gamma,
        final / final.sum(axis=0),
        (beta * Y).sum(axis=0),
        _balanced(sales.sum(axis=(0, 2)) - sales.sum(axis=(0, 1))),
        because=because,
        byproducts=byproducts,
    )
    return settled(economy) if negative_final == "settle" and economy.check() else economy


def one_sector(
    countries: Sequence[str],
    flows: ArrayLike,
    theta: float,
    *,
    gdp: ArrayLike | None = None,
    tariffs: ArrayLike | None = None,
    sector: str = "goods",
    because: Because = (),
) -> Economy:
    """The economy of Armington (σ = θ + 1) or Eaton and Kortum (2002): one sector, no inputs.

    Parameters
    ----------
    countries : sequence of str
        Names of N countries.
    flows : array (N, N)
        ``flows[n, i]``: sales of i to n before n's tariff.
    theta : float
        Trade elasticity.
    gdp : array (N,), optional
        Gross output of each country; domestic sales are then what exports leave of it and
        the diagonal of ``flows`` must be zero or missing (NaN).
    tariffs : array (N, N), optional
        Ad-valorem rates.
    sector, because
        Name of the sector, and where the numbers come from.

    Raises
    ------
    BadInput
        If a country exports more than its output, or a cell makes no sense.
    """
    c = cells.names(countries, "countries")
    N = len(c)
    square = np.array(cells.shaped(flows, (N, N), "flows", "importers × exporters"))
    if gdp is not None:
        square = _with_domestic(square, cells.shaped(gdp, (N,), "gdp", "countries"), c)
    return from_flows(
        c,
        (sector,),
        square[None],
        theta,
        tariffs=None
        if tariffs is None
        else cells.shaped(tariffs, (N, N), "tariffs", "importers × exporters")[None],
        because=because,
    )


def structural(
    countries: Sequence[str],
    resistance: ArrayLike,
    output: ArrayLike,
    expenditure: ArrayLike,
    sigma: float,
    *,
    tolerance: float = 1e-13,
    because: Because = (),
) -> Economy:
    """A one-sector economy whose trade obeys structural gravity exactly.

    Trade is X_ni = (t_ni / (P_n Π_i)) Y_i E_n with the multilateral resistances of
    Anderson and van Wincoop (2003), not the observed trade.

    Parameters
    ----------
    countries : sequence of str
        Names of N countries.
    resistance : array (N, N)
        ``resistance[n, i]``: estimated trade cost from i to n to the power 1 − σ,
        exp(Σ β v).
    output, expenditure : array (N,)
        Y and E; expenditure is scaled to the world's output.
    sigma : float
        Elasticity of substitution; θ = σ − 1.
    tolerance : float
        Bound on the relative error of any row or column sum.

    Raises
    ------
    NoEquilibrium
        If the resistances do not settle.
    """
    c = cells.names(countries, "countries")
    N = len(c)
    T = cells.shaped(resistance, (N, N), "resistance", "importers × exporters")
    Y = cells.shaped(output, (N,), "output", "countries")
    E = cells.shaped(expenditure, (N,), "expenditure", "countries")
    for values, name in ((T, "resistance"), (Y, "output"), (E, "expenditure")):
        cells.refuse_unless_finite(values, (c,) * values.ndim, name)
        cells.refuse_negative(values, (c,) * values.ndim, name)
    for values, name in ((Y, "output"), (E, "expenditure")):
        cells.refuse(values == 0, values, (c,), argument=name, what="is zero")
    E = E * (Y.sum() / E.sum())
    flows = _resisted(T, Y, E, tolerance)
    note = Reason("assumption", "trade as structural gravity predicts it", "Anderson–van Wincoop")
    return one_sector(c, flows, sigma - 1, because=(*because, note))


def settled(economy: Economy, closure: Closure | str = Closure.KEPT) -> Economy:
    """The economy in its own equilibrium, for accounts that do not agree.

    Nothing is changed from outside; expenditure, wages and shares move until every market
    clears, and what results is a consistent base.

    Raises
    ------
    NoEquilibrium
        If the solver does not reach its tolerance.
    """
    return solve(economy, Shock.none(closure), tolerance=1e-12).as_base()


def _flows(
    flows: ArrayLike,
    tariffs: ArrayLike | None,
    countries: tuple[str, ...],
    sectors: tuple[str, ...],
) -> tuple[Array, Array]:
    shape = (len(sectors), len(countries), len(countries))
    axes = "sectors × importers × exporters"
    labels = (sectors, countries, countries)
    sales = cells.shaped(flows, shape, "flows", axes)
    cells.refuse_unless_finite(sales, labels, "flows")
    cells.refuse_negative(sales, labels, "flows")
    tau = np.zeros(shape) if tariffs is None else cells.shaped(tariffs, shape, "tariffs", axes)
    check_tariffs(tau, countries, sectors)
    bought, sold = sales.sum(axis=(0, 2)), sales.sum(axis=(0, 1))
    named = (countries,)
    cells.refuse(
        (bought <= 0) & (sold > 0),
        sold,
        named,
        argument="flows",
        what="has sales but no purchases; sales",
    )
    cells.refuse(sold <= 0, sold, named, argument="flows", what="sells nothing; sales")
    return sales, tau


def _value_added_shares(
    gamma: Array,
    sales: Array,
    value_added: ArrayLike | None,
    countries: tuple[str, ...],
    sectors: tuple[str, ...],
) -> Array:
    beta: Array = 1 - gamma.sum(axis=1).T
    labels = (sectors, countries)
    cells.refuse(
        beta < -SUM_TOLERANCE,
        beta,
        labels,
        argument="coefficients",
        what="inputs cost more than the output; share of value added",
    )
    if value_added is None:
        return np.maximum(beta, 0)
    shape = (len(sectors), len(countries))
    given = cells.shaped(value_added, shape, "value_added", "sectors × countries")
    cells.refuse_unless_finite(given, labels, "value_added")
    cells.refuse_negative(given, labels, "value_added")
    Y = sales.sum(axis=1)
    cells.refuse(
        np.abs(given - beta * Y) > SUM_TOLERANCE * np.maximum(Y, 1e-9 * Y.sum(axis=0)),
        given,
        labels,
        argument="value_added",
        what="value added is not what output leaves after inputs",
        remedy="check that flows, coefficients and value added are of one table",
    )
    return np.maximum(beta, 0)


def _final_demand(
    final: Array,
    X: Array,
    countries: tuple[str, ...],
    sectors: tuple[str, ...],
    negative: NegativeFinal,
) -> Array:
    noise = 1e-9 * X
    bad = final < -noise
    if negative == "refuse":
        cells.refuse(
            bad,
            final,
            (sectors, countries),
            argument="flows",
            what="inputs need more than is bought; final demand",
            remedy="correct the table, or give negative_final='settle'",
        )
    clipped: Array = np.where(final > noise, final, 0.0)
    cells.refuse(
        clipped.sum(axis=0) <= 0,
        final.sum(axis=0),
        (countries,),
        argument="flows",
        what="nothing is left for final demand",
    )
    return clipped


def _shares(spent: Array, X: Array) -> Array:
    shares: Array = np.divide(
        spent, X[:, :, None], out=np.zeros_like(spent), where=X[:, :, None] > 0
    )
    return shares


def _with_domestic(flows: Array, gdp: Array, countries: tuple[str, ...]) -> Array:
    own = np.nan_to_num(np.diag(flows))
    cells.refuse(
        own != 0,
        own,
        (countries,),
        argument="flows",
        what="domestic sales are given together with gdp",
        remedy="leave out gdp, or set the diagonal to zero",
    )
    np.fill_diagonal(flows, 0.0)
    domestic = gdp - flows.sum(axis=0)
    cells.refuse_unless_finite(gdp, (countries,), "gdp")
    cells.refuse(
        domestic < 0,
        domestic,
        (countries,),
        argument="gdp",
        what="exports exceed gross output; domestic sales",
        remedy="gross output is larger than GDP: give gross output",
    )
    np.fill_diagonal(flows, domestic)
    return flows


def _resisted(T: Array, Y: Array, E: Array, tolerance: float) -> Array:
    """Biproportional fit of T to row sums E and column sums Y (Sinkhorn's iteration)."""
    inward, history = np.ones_like(E), []
    for _ in range(20_000):
        with np.errstate(all="ignore"):
            outward = Y / (inward @ T)
            arriving = T @ outward
            history.append(float(np.abs(inward * arriving / E - 1).max()))
            inward = E / arriving
        if history[-1] < tolerance:
            flows: Array = inward[:, None] * T * outward
            return flows
        if not history[-1] < np.inf:
            break
    raise NoEquilibrium(
        f"multilateral resistances are still off by {history[-1]:.1e}",
        history=tuple(history),
        remedy="check that every country trades with some other",
    )


def _balanced(deficits: Array) -> Array:
    """Deficits without the rounding error of their sum."""
    balanced: Array = deficits - deficits.sum() / deficits.size
    return balanced
