"""Cooperative tariffs in Ossa's model: trade talks (his section V).

Governments bargain à la Nash with equal weights; since they share the gains evenly in what
each maximises, the bargain is the largest common gain: max Ĝ_1 subject to Ĝ_n = Ĝ_1 for
all n, over everybody's tariffs. Solved by an augmented Lagrangian on ln(1 + t) in which
each tariff is scaled by the square root of its flow's weight in world spending, with the
adjoint's gradient.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import optimize

from hansa.terms.progress import Progress, silent
from hansa.trade.model import Array, NoEquilibrium
from hansa.trade.ossa.conditions import Bounds, free_cells
from hansa.trade.ossa.economy import OssaEconomy
from hansa.trade.ossa.outcome import OssaOutcome, outcome, rebase

ROUNDS: Final = 20
SPREAD: Final = 1e-8  # of ln Ĝ between governments
UNIT: Final = 100.0  # L-BFGS stops on absolute slopes: count welfare in per cent


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """An efficient bargain.

    Parameters
    ----------
    outcome : OssaOutcome
        The equilibrium under the cooperative tariffs, relative to where talks began.
    gain : float
        The common gain, Ĝ − 1.
    spread : float
        Largest difference between a government's ln Ĝ and the mean.
    weights : Array
        Pareto weights of the governments that support the bargain, (N,), sum one.
    evaluations : int
        Equilibria solved.
    """

    outcome: OssaOutcome
    gain: float
    spread: float
    weights: Array
    evaluations: int

    @property
    def tariffs(self) -> Array:
        """The agreed tariffs, (S, N, N)."""
        return self.outcome.tariffs


def cooperative_tariffs(
    economy: OssaEconomy,
    *,
    disagreement: OssaOutcome | None = None,
    bounds: Bounds | None = None,
    progress: Progress = silent,
) -> Agreement:
    """The bargain of all governments that starts from the base, or from a ``disagreement``.

    Parameters
    ----------
    economy : OssaEconomy
        The base; talks begin at its tariffs unless
    disagreement : OssaOutcome, optional
        is given: an outcome of the same economy, such as a trade war, from which gains
        count.
    bounds : Bounds, optional
        0 to 1000 % if not given (no import subsidies).
    progress : Progress
        Called once per round.

    Raises
    ------
    NoEquilibrium
        If gains do not become equal.
    """
    base = economy if disagreement is None else rebase(economy, disagreement)
    talks = _Talks(base, bounds or Bounds())
    z = talks.first()
    history: list[float] = []
    for number in range(ROUNDS):
        z = talks.improve(z)
        at = talks.at(z)
        gaps = np.log(at.welfare) - np.log(at.welfare).mean()
        history.append(float(np.abs(gaps).max()))
        progress(number + 1, ROUNDS, f"gains differ by {history[-1]:.1e}")
        if history[-1] <= SPREAD:
            gain = float(np.exp(np.log(at.welfare).mean()) - 1)
            return Agreement(at, gain, history[-1], talks.pareto(), talks.evaluations)
        talks.tighten(gaps)
    raise NoEquilibrium(
        "the governments' gains stay unequal: " + ", ".join(f"{h:.1e}" for h in history[-6:]),
        history=tuple(history),
        remedy="widen the bounds on tariffs or start the talks elsewhere",
    )


class _Talks:
    """min −mean ln Ĝ + Σ μ_n d_n + ρ/2 Σ d_n², d_n = ln Ĝ_n − mean, over scaled ln(1 + t)."""

    def __init__(self, economy: OssaEconomy, bounds: Bounds) -> None:
        n = len(economy.countries)
        self._economy = economy
        self._free = free_cells(economy, tuple(range(n)))
        weight = economy.sigma[:, None, None] * economy.shares.gamma
        weight = weight * economy.shares.mu[:, :, None] / n
        self._scale = np.sqrt(np.maximum(weight, 1e-12))[self._free]
        self._low = np.log1p(bounds.low) * self._scale
        self._high = np.log1p(bounds.high) * self._scale
        self._mu, self._rho = np.zeros(n), 10.0
        self._last: OssaOutcome | None = None
        self.evaluations = 0

    def first(self) -> Array:
        """The base's tariffs as scaled logs within the bounds."""
        z = np.log1p(self._economy.tariffs[self._free]) * self._scale
        clipped: Array = np.clip(z, self._low, self._high)
        return clipped

    def at(self, z: Array) -> OssaOutcome:
        """The equilibrium at scaled logs ``z``."""
        tariffs = np.zeros_like(self._economy.trade)
        tariffs[self._free] = np.expm1(z / self._scale)
        self._last = outcome(self._economy, tariffs, self._last)
        self.evaluations += 1
        return self._last

    def _loss(self, z: Array) -> tuple[float, Array]:
        at = self.at(z)
        log_g = np.log(at.welfare)
        gaps = log_g - log_g.mean()
        loss = -log_g.mean() + self._mu @ gaps + self._rho / 2 * gaps @ gaps
        pull = self._mu + self._rho * gaps
        slope = at.gradient(pull - pull.mean() - 1 / len(log_g)) * (1 + at.tariffs)
        return UNIT * float(loss), UNIT * slope[self._free] / self._scale

    def improve(self, z: Array) -> Array:
        """Minimise at the present multipliers."""
        found = optimize.minimize(
            self._loss,
            z,
            jac=True,
            method="L-BFGS-B",
            bounds=optimize.Bounds(self._low, self._high),
            options={"maxiter": 500, "maxcor": 20, "ftol": 1e-15, "gtol": 1e-8},
        )
        result: Array = found.x
        return result

    def tighten(self, gaps: Array) -> None:
        """Next multipliers and penalty."""
        self._mu = self._mu + self._rho * gaps
        self._rho *= 3

    def pareto(self) -> Array:
        """Weights on ln Ĝ that the multipliers imply."""
        n = len(self._mu)
        result: Array = 1 / n - (self._mu - self._mu.mean())
        return result
