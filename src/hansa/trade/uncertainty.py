"""How sure a result is: other elasticities, and bands from estimated coefficients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from hansa.terms.errors import BadInput, Place
from hansa.terms.progress import Progress, silent
from hansa.trade import cells
from hansa.trade.economy import Economy
from hansa.trade.equilibrium import Equilibrium
from hansa.trade.model import Array, NoEquilibrium
from hansa.trade.shock import Closure, Shock
from hansa.trade.solver import solve
from hansa.trade.welfare import real_income

Measure = Callable[[Equilibrium, Equilibrium], Array]
Trial = Callable[[Array], tuple[Economy, Shock, Shock]]
"""From a draw of parameters to an economy and the shocks that are compared."""


@dataclass(frozen=True, slots=True, eq=False)
class Sensitivity:
    """A measure under other elasticities.

    Parameters
    ----------
    countries : tuple of str
        Names.
    factors : tuple of float
        On all elasticities.
    values : array (F, N)
        The measure for each factor and country.
    """

    countries: tuple[str, ...]
    factors: tuple[float, ...]
    values: Array

    def frame(self) -> pl.DataFrame:
        """One row per country, one column per factor."""
        columns = {f"theta_x_{f:g}": row for f, row in zip(self.factors, self.values, strict=True)}
        return pl.DataFrame({"country": self.countries, **columns})


def sensitivity(
    economy: Economy,
    before: Shock,
    after: Shock,
    factors: Sequence[float] = (0.5, 0.75, 1.0, 1.5, 2.0),
    *,
    measure: Measure = real_income,
    progress: Progress = silent,
) -> Sensitivity:
    """The measure with all elasticities times each factor.

    For single sectors see `hansa.trade.adjoint.Slope.elasticities`, one solve for all.

    Parameters
    ----------
    economy : Economy
        The base.
    before, after : Shock
        What is compared; their tariffs and cost factors stay.
    factors : sequence of float
        Positive.
    measure : callable
        From two equilibria to an array (N,); default: exact real income.
    progress : Progress
        Told after each factor.
    """
    rows = []
    for number, factor in enumerate(factors):
        if not factor > 0:
            raise BadInput(f"a factor of {factor} on elasticities", where=Place("factors"))
        other = economy.replace(theta=economy.theta * factor)
        rows.append(measure(solve(other, before), solve(other, after)))
        progress(number + 1, len(factors), "elasticities tried")
    return Sensitivity(economy.countries, tuple(factors), np.array(rows))


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """Estimated parameters and their covariance.

    Parameters
    ----------
    names : tuple of str
        Of K parameters.
    mean : array (K,)
        Point estimates.
    covariance : array (K, K)
        Symmetric, positive semidefinite.
    source : str
        Where it was estimated.
    """

    names: tuple[str, ...]
    mean: Array
    covariance: Array
    source: str = ""

    def __post_init__(self) -> None:
        names = cells.names(self.names, "names")
        K = len(names)
        mean = cells.shaped(self.mean, (K,), "mean", "parameters")
        covariance = cells.shaped(self.covariance, (K, K), "covariance", "parameters × parameters")
        cells.refuse_unless_finite(mean, (names,), "mean")
        cells.refuse_unless_finite(covariance, (names, names), "covariance")
        scale = np.abs(covariance).max()
        if not np.allclose(covariance, covariance.T, atol=1e-12 * scale, rtol=1e-9):
            raise BadInput("the covariance is not symmetric", where=Place("covariance"))
        if np.linalg.eigvalsh(covariance).min() < -1e-9 * scale:
            raise BadInput("the covariance is not positive semidefinite", where=Place("covariance"))
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "mean", mean)
        object.__setattr__(self, "covariance", covariance)

    def draw(self, count: int, seed: int) -> Array:
        """Normal draws, shape (count, K); the same for the same seed."""
        values, vectors = np.linalg.eigh(self.covariance)
        root = vectors * np.sqrt(np.maximum(values, 0))
        normal = np.random.default_rng(seed).standard_normal((count, len(self.names)))
        drawn: Array = self.mean + normal @ root.T
        return drawn


@dataclass(frozen=True, slots=True, eq=False)
class Bands:
    """A measure with its uncertainty.

    Parameters
    ----------
    countries : tuple of str
        Names.
    point : array (N,)
        At the point estimates.
    draws : array (S, N)
        At each draw that has an equilibrium.
    drawn : int
        Draws asked for.
    refused : int
        Draws without meaning, such as a negative elasticity, or without equilibrium. If
        they are many, the bands describe a truncated distribution: say so.
    seed : int
        Of the draws.
    source : str
        Of the estimates.
    """

    countries: tuple[str, ...]
    point: Array
    draws: Array
    drawn: int
    refused: int
    seed: int
    source: str

    def quantiles(self, at: Sequence[float] = (0.05, 0.5, 0.95)) -> Array:
        """Quantiles over the draws, shape (len(at), N)."""
        found: Array = np.quantile(self.draws, at, axis=0)
        return found

    def frame(self, at: Sequence[float] = (0.05, 0.5, 0.95)) -> pl.DataFrame:
        """One row per country: the point and the quantiles."""
        columns = {f"q{q:g}": row for q, row in zip(at, self.quantiles(at), strict=True)}
        return pl.DataFrame({"country": self.countries, "point": self.point, **columns})


def bands(
    estimate: Estimate,
    trial: Trial,
    *,
    draws: int = 500,
    seed: int = 0,
    measure: Measure = real_income,
    progress: Progress = silent,
) -> Bands:
    """Bands of a measure from the covariance of estimated parameters.

    Each draw goes through the whole model, so bands need not be symmetric.

    Parameters
    ----------
    estimate : Estimate
        Elasticities or gravity coefficients.
    trial : callable
        From parameters (K,) to an economy and two shocks: `of_elasticities` or
        `of_coefficients`, or the user's own.
    draws, seed : int
        How many, and from which seed.
    measure : callable
        As in `sensitivity`.
    progress : Progress
        Told after each draw.

    Raises
    ------
    NoEquilibrium
        If fewer than half of the draws give a result.
    """
    economy, before, after = trial(estimate.mean)
    first, second = solve(economy, before), solve(economy, after)
    point = measure(first, second)
    rows: list[Array] = []
    for number, parameters in enumerate(estimate.draw(draws, seed)):
        with suppress(BadInput, NoEquilibrium):  # counted as refused
            rows.append(measure(*_pair(trial(parameters), first, second)))
        progress(number + 1, draws, "draws solved")
    if 2 * len(rows) < draws:
        raise NoEquilibrium(
            f"only {len(rows)} of {draws} draws give a result",
            remedy="the estimates are too uncertain for a band",
        )
    return Bands(
        economy.countries, point, np.array(rows), draws, draws - len(rows), seed, estimate.source
    )


def _pair(
    drawn: tuple[Economy, Shock, Shock], first: Equilibrium, second: Equilibrium
) -> tuple[Equilibrium, Equilibrium]:
    """Both equilibria of a draw, begun from those of the point if the base is the same."""
    economy, before, after = drawn
    same = economy is first.economy
    return (
        solve(economy, before, start=first if same else None),
        solve(economy, after, start=second if same else None),
    )


def of_elasticities(economy: Economy, before: Shock, after: Shock, sectors: Sequence[str]) -> Trial:
    """The trial of drawn elasticities of some sectors, the shocks being given."""
    at = [economy.sector(name) for name in sectors]

    def trial(parameters: Array) -> tuple[Economy, Shock, Shock]:
        theta = economy.theta.copy()
        theta[at] = parameters
        return economy.replace(theta=theta), before, after

    return trial


def of_coefficients(economy: Economy, change: ArrayLike, *, closure: Closure | str) -> Trial:
    """The trial of drawn gravity coefficients β: trade costs d̂^(−θ) = exp(Σ_k β_k Δv_k).

    Parameters
    ----------
    economy : Economy
        The base.
    change : array (K, J, N, N)
        Change Δv of each gravity variable on each route, such as −1 where a trade
        agreement ends; (K, N, N) if the same in all sectors.
    closure : Closure or str
        What becomes of deficits.
    """
    moved = np.asarray(change, dtype=np.float64)
    if moved.ndim == 3:
        moved = np.repeat(moved[:, None], economy.J, axis=1)
    if moved.ndim != 4:
        raise BadInput(f"the shape is wrong: {moved.shape}", where=Place("change"))
    labels = (economy.sectors, economy.countries, economy.countries)
    for cube in moved:
        cells.shaped(cube, economy.tau.shape, "change", "sectors × importers × exporters")
        cells.refuse_unless_finite(cube, labels, "change")

    def trial(parameters: Array) -> tuple[Economy, Shock, Shock]:
        easier = np.tensordot(parameters, moved, axes=1)
        costs = np.exp(-easier / economy.theta[:, None, None])
        after = Shock.between(economy, closure=closure, costs=costs)
        return economy, Shock.none(closure), after

    return trial
