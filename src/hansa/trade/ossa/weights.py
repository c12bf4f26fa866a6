"""Political weights from observed non-cooperative tariffs: the optimum read backwards.

Ossa (2014, section II.B) chooses λ so that a government's optimal most-favoured-nation
tariffs have the distribution over sectors of the tariffs it sets where nothing binds it.
Weights average one, so tariffs are matched up to a constant c. The first-order conditions
at given tariffs are linear in λ,

    Σ_k M_sk λ_k = 0,   M_sk = Σ_i ∂(X_k/P)/∂ln τ_sni · P,

so instead of searching over λ for tariffs, the constant c is sought at which M is singular;
λ is its null vector. Two kinds of sectors differ. One whose weight would be negative gets
λ = 0 and the tariff that is optimal then. And a prohibitive tariff that meets its condition
may still be worse than a moderate one; every weight from some threshold on makes it the
best, and the threshold is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from hansa.terms.errors import BadInput, NotConverged
from hansa.trade.model import Array
from hansa.trade.ossa.economy import OssaEconomy
from hansa.trade.ossa.optimal import optimal_tariffs
from hansa.trade.ossa.outcome import OssaOutcome, outcome
from hansa.trade.ossa.shadow import industry_objectives, shadows

PROHIBITIVE: Final = 2.25  # the paper's bound: tariffs above it hardly let anything in
BARRED: Final = 2.0  # an optimal tariff above it counts as prohibitive too
FINER: Final = (1.02, 1.002)  # factors by which a weight is raised to its threshold
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
    thresholds : tuple of str
        Sectors with a prohibitive tariff, which any higher weight would explain as well.
    """

    country: str
    weights: Array
    tariffs: Array
    shift: float
    unexplained: tuple[str, ...]
    thresholds: tuple[str, ...]


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
    found = search.solve(_Plan())
    while (found.weights < 0).any():
        idle = (*found.plan.idle, int(np.argmin(found.weights)))
        found = search.solve(_Plan(idle, found.plan.given))
    found = search.to_thresholds(found)
    return PoliticalWeights(
        country,
        found.weights,
        found.tariffs,
        found.shift,
        tuple(economy.sectors[s] for s in sorted(found.plan.idle)),
        tuple(economy.sectors[s] for s in found.plan.given),
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """Sectors without weight, and sectors whose weight is given."""

    idle: tuple[int, ...] = ()
    given: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    plan: _Plan
    shift: float
    tariffs: Array
    weights: Array


class _Search:
    """The first-order conditions of one country as a linear system in λ, sought over c."""

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

    def _tariffs(self, unknown: Array, plan: _Plan) -> Array:
        """Tariffs at a constant ``unknown[0]``, those of idle sectors in the rest."""
        shifted = np.clip(self._observed + unknown[0], 0.0, self._top)
        tariffs = np.where(self._prohibitive, self._top, shifted)
        tariffs[list(plan.idle)] = np.maximum(unknown[1:], -0.5)
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

    def _weights(self, matrix: Array, plan: _Plan) -> tuple[float, Array]:
        """λ with mean one, and by how much the conditions of the other sectors fail."""
        given = np.array(list(plan.given), dtype=np.intp)
        rest = np.setdiff1d(np.arange(len(matrix)), [*plan.idle, *given])
        inner = matrix[np.ix_(rest, rest)]
        weights = np.zeros(len(matrix))
        if given.size:
            weights[given] = list(plan.given.values())
            pull: Array = matrix[rest][:, given] @ weights[given]
            weights[rest] = -np.linalg.solve(inner, pull)
            return float(weights.mean() - 1), weights
        values, vectors = np.linalg.eig(inner)
        nearest = int(np.argmin(np.abs(values)))
        weights[rest] = vectors[:, nearest].real
        return float(values[nearest].real), weights / weights.mean()

    def _gap(self, unknown: Array, plan: _Plan) -> Array:
        matrix = self._conditions(self._tariffs(unknown, plan))
        value, weights = self._weights(matrix, plan)
        return np.concatenate([[value], matrix[list(plan.idle)] @ weights])

    def solve(self, plan: _Plan, near: float | None = None) -> _Found:
        """Constant, tariffs and weights at which all conditions hold."""
        own = np.full(len(plan.idle), 0.1)
        guesses = self._guesses(plan, own) if near is None else [near]
        for guess in guesses:
            first = np.concatenate([[guess], own])
            found = optimize.root(self._gap, first, args=(plan,), tol=1e-12).x
            if np.abs(self._gap(found, plan)).max() < 1e-8:
                tariffs = self._tariffs(found, plan)
                weights = self._weights(self._conditions(tariffs), plan)[1]
                return _Found(plan, float(found[0]), tariffs, weights)
        raise NotConverged(
            f"no constant matches the tariffs of {self._economy.countries[self._n]}",
            remedy="check that observed tariffs are rates (0.1 for ten per cent)",
        )

    def _guesses(self, plan: _Plan, own: Array) -> list[float]:
        """Constants in the order of how nearly the conditions hold there."""
        gaps = [abs(self._gap(np.concatenate([[c], own]), plan)[0]) for c in SHIFTS]
        return [float(SHIFTS[k]) for k in np.argsort(gaps)[:4]]

    def to_thresholds(self, found: _Found) -> _Found:
        """Raise weights until no prohibitive tariff is worse than a moderate one."""
        sectors = np.flatnonzero(self._prohibitive)
        if not sectors.size or not self._moderate(found, sectors):
            return found
        at = replace(found.plan, given={int(s): float(found.weights[s]) for s in sectors})
        for factor in FINER:
            while low := self._moderate(found, sectors):
                before, found = at, self._raised(found, at, low, factor)
                at = found.plan
            if factor != FINER[-1]:  # one step back, to come nearer with a smaller one
                at = before
                found = self.solve(at, found.shift)
        return found

    def _raised(self, found: _Found, plan: _Plan, low: list[int], factor: float) -> _Found:
        given = {s: w * (factor if s in low else 1.0) for s, w in plan.given.items()}
        return self.solve(replace(plan, given=given), found.shift)

    def _moderate(self, found: _Found, sectors: NDArray[np.intp]) -> list[int]:
        """Those of ``sectors`` in which the best tariff under the weights is moderate."""
        political = np.ones_like(self._economy.political)
        political[self._n] = np.maximum(found.weights, 0.0) / np.maximum(found.weights, 0.0).mean()
        judged = self._economy.with_weights(political)
        country = self._economy.countries[self._n]
        best = optimal_tariffs(judged, country, discriminate=False).tariffs[:, self._n]
        tariffs = np.delete(best, self._n, axis=1).mean(axis=1)
        return [int(s) for s in sectors if tariffs[s] < BARRED]
