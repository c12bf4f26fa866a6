"""Political weights from observed non-cooperative tariffs: the optimum read backwards.

Ossa (2014, section II.B) chooses λ so that a government's optimal most-favoured-nation
tariffs have the distribution over sectors of the tariffs it sets where nothing binds it.
Weights average one, so tariffs are matched up to a constant c. The first-order conditions
at given tariffs are linear in λ,

    Σ_k M_sk λ_k = 0,   M_sk = Σ_i ∂(X_k/P)/∂ln τ_sni · P,

so instead of searching over λ for tariffs, the constant c is sought at which M is singular;
λ is its null vector. A sector whose weight would be negative gets λ = 0 and the tariff that
is optimal then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import optimize

from hansa.terms.errors import BadInput, NotConverged
from hansa.trade.model import Array
from hansa.trade.ossa.economy import OssaEconomy
from hansa.trade.ossa.optimal import optimal_tariffs
from hansa.trade.ossa.outcome import OssaOutcome, outcome
from hansa.trade.ossa.shadow import industry_objectives, shadows

PROHIBITIVE: Final = 2.25  # the paper's bound: tariffs above it hardly let anything in
SHIFTS: Final = np.linspace(0.0, 1.5, 16)


@dataclass(frozen=True, slots=True, eq=False)
class PoliticalWeights:
    """Weights of one government and the tariffs that they explain.

    Parameters
    ----------
    country : str
        Whose.
    weights : Array
        λ, (S,), mean one.
    tariffs : Array
        Its optimal most-favoured-nation tariffs under λ, (S,).
    shift : float
        c: those tariffs less the observed ones, where neither is bounded.
    unexplained : tuple of str
        Sectors with λ = 0, whose observed tariff is lower than even that explains.
    only_stationary : tuple of str
        Sectors whose tariff meets the first-order condition under λ but is not the best one
        there. It happens to prohibitive tariffs, which no single λ explains: every λ above
        a threshold does.
    """

    country: str
    weights: Array
    tariffs: Array
    shift: float
    unexplained: tuple[str, ...]
    only_stationary: tuple[str, ...]


def mean_tariffs(economy: OssaEconomy) -> Array:
    """Import-weighted mean tariff of each sector and country, (S, N); 0 without imports."""
    foreign = economy.trade * (1 - np.eye(len(economy.countries)))
    imports = foreign.sum(axis=2)
    paid = (foreign * economy.tariffs).sum(axis=2)
    result: Array = np.divide(paid, imports, out=np.zeros_like(paid), where=imports > 0)
    return result


def political_weights(economy: OssaEconomy, country: str, observed: Array) -> PoliticalWeights:
    """The weights under which ``observed`` tariffs are the optimal ones, up to a constant.

    Parameters
    ----------
    economy : OssaEconomy
        The base; its own weights play no part.
    country : str
        Whose weights.
    observed : Array
        Non-cooperative tariffs by sector, (S,).

    Raises
    ------
    NotConverged
        If no constant makes the conditions hold.
    """
    search = _Search(economy, economy.index(country), np.asarray(observed, dtype=float))
    idle: tuple[int, ...] = ()
    for _ in economy.sectors:
        shift, tariffs, weights = search.solve(idle)
        below = tuple(int(s) for s in np.flatnonzero(weights < 0))
        if not below:
            names = tuple(economy.sectors[s] for s in idle)
            elsewhere = _best_elsewhere(economy, country, weights, tariffs)
            return PoliticalWeights(country, weights, tariffs, shift, names, elsewhere)
        idle = tuple(sorted({*idle, int(np.argmin(weights))}))
    raise NotConverged(f"no non-negative political weights explain the tariffs of {country}")


def _best_elsewhere(
    economy: OssaEconomy, country: str, weights: Array, tariffs: Array
) -> tuple[str, ...]:
    """Sectors in which the best tariffs under ``weights`` are not ``tariffs``."""
    n = economy.index(country)
    political = np.ones_like(economy.political)
    political[n] = weights
    judged = economy.with_weights(political)
    best = optimal_tariffs(judged, country, discriminate=False).tariffs[:, n]
    found = np.delete(best, n, axis=1).mean(axis=1)
    bad = np.flatnonzero(np.abs(np.log1p(found) - np.log1p(tariffs)) > 0.01)
    return tuple(economy.sectors[s] for s in bad)


class _Search:
    """The singular matrix of first-order conditions of one country, sought over c."""

    def __init__(self, economy: OssaEconomy, country: int, observed: Array) -> None:
        if observed.shape != economy.sigma.shape or not (observed >= 0).all():
            raise BadInput(
                f"observed tariffs have shape {observed.shape}",
                remedy=f"give {len(economy.sectors)} rates, each at least zero",
            )
        self._economy, self._n, self._observed = economy, country, observed
        self._prohibitive = observed > PROHIBITIVE
        self._top = np.maximum(observed, PROHIBITIVE - 0.03)
        self._last: OssaOutcome | None = None

    def _tariffs(self, shift: float, idle: tuple[int, ...], own: Array) -> Array:
        shifted = np.clip(self._observed + shift, 0.0, self._top)
        tariffs = np.where(self._prohibitive, self._top, shifted)
        tariffs[list(idle)] = own
        return tariffs

    def _conditions(self, tariffs: Array) -> Array:
        """M, rows scaled by their diagonal, (S, S)."""
        cube = self._economy.tariffs.copy()
        cube[:, self._n] = tariffs[:, None]
        cube[:, self._n, self._n] = 0.0
        self._last = at = outcome(self._economy, cube, self._last)
        aims = industry_objectives(self._economy, at.state, self._n)
        slopes: Array = shadows(self._economy, at.state, aims).slope(at.state)[:, self._n].sum(1)
        result: Array = slopes / np.abs(np.diag(slopes))[:, None]
        return result

    def _null(self, tariffs: Array, idle: tuple[int, ...]) -> tuple[float, Array, Array]:
        """Eigenvalue nearest zero, its vector (mean one, 0 for idle sectors), and M."""
        matrix = self._conditions(tariffs)
        busy = np.setdiff1d(np.arange(len(tariffs)), idle)
        values, vectors = np.linalg.eig(matrix[np.ix_(busy, busy)])
        nearest = int(np.argmin(np.abs(values)))
        weights = np.zeros(len(tariffs))
        weights[busy] = vectors[:, nearest].real
        return float(values[nearest].real), weights / weights.mean(), matrix

    def solve(self, idle: tuple[int, ...]) -> tuple[float, Array, Array]:
        """Shift, tariffs and weights at which all conditions hold."""
        own = np.full(len(idle), 0.1)

        def gap(unknown: Array) -> Array:
            tariffs = self._tariffs(unknown[0], idle, np.maximum(unknown[1:], -0.5))
            value, weights, matrix = self._null(tariffs, idle)
            return np.concatenate([[value], matrix[list(idle)] @ weights])

        for guess in self._guesses(idle, own):
            found = optimize.root(gap, np.concatenate([[guess], own]), tol=1e-12)
            if np.abs(gap(found.x)).max() < 1e-8:
                tariffs = self._tariffs(found.x[0], idle, found.x[1:])
                return float(found.x[0]), tariffs, self._null(tariffs, idle)[1]
        raise NotConverged(
            f"no constant matches the tariffs of {self._economy.countries[self._n]}",
            remedy="check that observed tariffs are rates (0.1 for ten per cent)",
        )

    def _guesses(self, idle: tuple[int, ...], own: Array) -> list[float]:
        """Shifts in the order of how singular M is there."""
        values = [abs(self._null(self._tariffs(c, idle, own), idle)[0]) for c in SHIFTS]
        return [float(SHIFTS[k]) for k in np.argsort(values)[:4]]
