"""The search for tariffs: by first-order conditions in closed form, or by L-BFGS.

Where the outcome knows the conditions of optimal tariffs (`Conditioned`), they are iterated
as a fixed point with Anderson's acceleration: about ten equilibria. Otherwise, or if that
fails, L-BFGS searches over ln(1 + τ) scaled by the root of imports, in which the objective
is about equally curved in all directions.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import minimize

from hansa.terms.errors import BadInput, Place
from hansa.terms.progress import Progress, silent
from hansa.trade.model import Array, Conditioned, NoEquilibrium, Outcome, TariffModel
from hansa.trade.players import Levers, Objective

PLANS = ((5, 40), (0, 80))
"""Memory of Anderson's method and steps allowed; the next is tried if one fails."""
RESTARTS = 8


@dataclass(slots=True, eq=False)
class Search:
    """A search on its way; ``here`` is where it is, each equilibrium begun from the last.

    Parameters
    ----------
    model, levers, objective
        What is searched, over which cells, for what.
    here : Outcome
        Where the search begins, and later the best found.
    bounds : tuple of float
        Lowest and highest tariff.
    tolerance : float
        Bound on the slope left in any scaled direction not at its bound.
    evaluations : int
        Equilibria allowed.
    progress : Progress
        Told after each equilibrium.
    """

    model: TariffModel
    levers: Levers
    objective: Objective
    here: Outcome
    bounds: tuple[float, float]
    tolerance: float
    evaluations: int
    progress: Progress = silent
    solved: int = 0
    steepness: float = np.inf
    history: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        low, high = self.bounds
        if not -1 < low < high:
            raise BadInput(f"tariffs between {low} and {high} make no sense", where=Place("bounds"))

    def run(self) -> None:
        """Search until the slope is below the tolerance.

        Raises
        ------
        NoEquilibrium
            If it ends far from a maximum; its history holds the slopes.
        """
        if isinstance(self.here, Conditioned):
            begin = self.here
            for memory, allowed in PLANS:
                self.here = begin
                if self._by_conditions(memory, allowed):
                    return
        self._by_slopes()
        if self.steepness > 100 * max(self.tolerance, 1e-5):
            raise NoEquilibrium(
                f"no maximum after {self.solved} equilibria: "
                f"a slope of {self.steepness:.1e} is left",
                history=tuple(self.history),
                remedy="allow more evaluations, or narrow the bounds",
            )

    def _solve(self, x: Array) -> Outcome:
        self.solved += 1
        self.progress(self.solved, 0, "equilibria solved")
        return self.model.outcome(self.levers.write(self.here.tariffs, x), self.here)

    def _limits(self) -> tuple[float, float]:
        return float(np.log1p(self.bounds[0])), float(np.log1p(self.bounds[1]))

    def _steep(self, x: Array, slope: Array) -> float:
        """Largest slope in a scaled direction that is not blocked by a bound."""
        low, high = self._limits()
        blocked = ((x <= low) & (slope < 0)) | ((x >= high) & (slope > 0))
        steepness = float(np.abs(np.where(blocked, 0.0, slope / self.levers.scale)).max())
        self.history.append(steepness)
        return steepness

    def _by_conditions(self, memory: int, allowed: int) -> bool:
        """Iterate 1 + τ = gain / loss; ``here`` becomes the best point on the way."""
        low, high = self._limits()
        x = np.clip(self.levers.read(self.here.tariffs), low, high)
        best, best_value = self.here, -np.inf
        steps: list[Array] = []
        images: list[Array] = []
        try:
            for _ in range(allowed):
                now = self._solve(x)
                value, weights = self.objective(now.welfare)
                if not np.isfinite(value) or not isinstance(now, Conditioned):
                    break
                self.here = now
                image, slope = self._image(now, x, weights)
                self.steepness = self._steep(x, slope)
                if value > best_value:
                    best, best_value = now, value
                if self.steepness < self.tolerance:
                    return value >= best_value - self.tolerance**2
                steps.append((image - x) * self.levers.scale)
                images.append(image)
                x = np.clip(_mixed(steps[-memory - 1 :], images[-memory - 1 :]), low, high)
        except NoEquilibrium:
            pass
        self.here = best
        return False

    def _image(self, now: Conditioned, x: Array, weights: Array) -> tuple[Array, Array]:
        """Where the conditions point, and the slope in ln(1 + τ), by variable."""
        levers = self.levers
        found = now.conditions(weights, levers.free, tied=levers.tied)
        slope = levers.summed(found.slope) * np.exp(x)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = levers.summed(found.gain) / levers.summed(found.loss)
        sound = np.isfinite(ratio) & (ratio > 0)
        target = np.where(sound, np.log(np.where(sound, ratio, 1.0)), x)
        return np.clip(target, *self._limits()), slope

    def _by_slopes(self) -> None:
        """Climb; a line search that gives up is begun again without its memory."""
        for _ in range(RESTARTS):
            left = self.evaluations - self.solved
            if left < 1:
                return
            self._climb(left)
            if self.steepness < self.tolerance:
                return

    def _climb(self, evaluations: int) -> None:
        scale = self.levers.scale
        low, high = self._limits()
        first = np.clip(self.levers.read(self.here.tariffs), low, high) * scale
        found = minimize(
            self._trial,
            first,
            jac=True,
            method="L-BFGS-B",
            bounds=list(zip(low * scale, high * scale, strict=True)),
            options={
                "maxfun": evaluations,
                "maxiter": evaluations,
                "maxcor": 20,
                "ftol": 1e-16,
                "gtol": self.tolerance,
            },
        )
        _, downhill = self._trial(found.x)
        self.steepness = self._steep(found.x / scale, -downhill * scale)

    def _trial(self, scaled: Array) -> tuple[float, Array]:
        """Minus the objective and its slope; where there is no equilibrium, a way back."""
        scale = self.levers.scale
        x = scaled / scale
        away = (x - self.levers.read(self.here.tariffs)) * scale
        try:
            now = self._solve(x)
        except NoEquilibrium:
            return 1.0 + float(away @ away), 2 * away
        value, weights = self.objective(now.welfare)
        if not np.isfinite(value):
            return 1e3 + float(away @ away), 2 * away
        self.here = now
        slope = self.levers.summed(now.gradient(weights)) * np.exp(x)
        return -value, -slope / scale


def _mixed(steps: list[Array], images: list[Array]) -> Array:
    """Anderson's next point from the last steps and images."""
    if len(steps) == 1:
        return images[-1]
    dF, dG = np.diff(np.array(steps), axis=0), np.diff(np.array(images), axis=0)
    c = np.linalg.lstsq(dF.T, steps[-1], rcond=1e-10)[0]
    mixed: Array = images[-1] - c @ dG
    return mixed
