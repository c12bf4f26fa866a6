"""Scenarios solved: effects, other closures, and bands from the elasticity's uncertainty."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from hansa.studies.economies import THETA_SD
from hansa.studies.trading.asked import Asked
from hansa.studies.trading.ground import Ground
from hansa.studies.trading.question import Scenario
from hansa.terms.progress import Progress, silent
from hansa.trade import (
    Bands,
    Closure,
    Economy,
    Effects,
    Estimate,
    NoEquilibrium,
    Sensitivity,
    Shock,
    bands,
    compare,
    real_income,
    sensitivity,
    solve,
)
from hansa.trade.model import Array

DRAWS = 200
"""Draws if nobody says how many and there is one sector."""
QUANTILES = (0.05, 0.95)
FACTORS = (0.5, 0.75, 1.0, 1.5, 2.0)
"""On all elasticities, where sensitivity to them is shown."""


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A scenario's effects, and how sure they are.

    Parameters
    ----------
    scenario : Scenario
    effects : Effects
        Under the closure asked for.
    closures : mapping of str to array (N,) or None
        Exact change of real income under each closure; none where there is no equilibrium.
    bands : Bands, optional
        Exact change of real income over draws of the elasticity.
    """

    scenario: Scenario
    effects: Effects
    closures: Mapping[str, Array | None]
    bands: Bands | None = None

    @property
    def countries(self) -> tuple[str, ...]:
        """Names of the economy."""
        return self.effects.economy.countries

    def income(self, name: str) -> float:
        """Exact change of a country's real income, a fraction."""
        return float(self.effects.real_income[self.countries.index(name)])

    def range_of(self, name: str) -> tuple[float, float] | None:
        """The 5 and 95 per cent quantiles of a country's change; none if nothing was drawn."""
        if self.bands is None:
            return None
        low, high = self.bands.quantiles(QUANTILES)[:, self.countries.index(name)]
        return float(low), float(high)

    def by_closure(self, name: str) -> dict[str, float]:
        """A country's change under each closure that has an equilibrium."""
        n = self.countries.index(name)
        return {c: float(v[n]) for c, v in self.closures.items() if v is not None}

    def turns(self, name: str, least: float = 5e-5) -> bool:
        """Whether the sign depends on the closure, for changes of any note."""
        values = self.by_closure(name).values()
        return max(values) > least and min(values) < -least


def solved(ground: Ground, scenario: Scenario, asked: Asked, progress: Progress = silent) -> Result:
    """A scenario's effects with bands and under the other closures.

    Raises
    ------
    NoEquilibrium
        If the model does not converge under the closure asked for.
    """
    economy = ground.base.economy
    before, after = solve(economy, scenario.before), solve(economy, scenario.after)
    effects = compare(before, after, scenario.members)
    draws = DRAWS if asked.draws is None and economy.J == 1 else asked.draws or 0
    if scenario.unchanged:
        draws = 0
    drawn = _bands(ground, scenario, asked, draws, progress) if draws else None
    return Result(scenario, effects, _closures(economy, scenario, effects), drawn)


def by_elasticity(ground: Ground, result: Result) -> Sensitivity:
    """The exact change with all elasticities times `FACTORS`."""
    sides = (result.scenario.before, result.scenario.after)
    return sensitivity(ground.base.economy, *sides, FACTORS)


def spread(asked: Asked) -> float:
    """Standard deviation of ln θ."""
    if asked.theta_se is None or asked.theta is None:
        return THETA_SD
    return asked.theta_se / asked.theta


def _bands(
    ground: Ground, scenario: Scenario, asked: Asked, draws: int, progress: Progress
) -> Bands:
    """All elasticities times a common factor that is lognormal: positive by construction."""
    sd = spread(asked)
    estimate = Estimate(
        ("ln θ",), np.zeros(1), np.array([[sd**2]]), asked.theta_source or "ln θ, assumed spread"
    )

    def trial(drawn: Array) -> tuple[Economy, Shock, Shock]:
        factor = float(np.exp(drawn[0]))
        return ground.with_elasticities(factor), scenario.before, scenario.after

    return bands(estimate, trial, draws=draws, seed=asked.seed, progress=progress)


def _closures(economy: Economy, scenario: Scenario, effects: Effects) -> dict[str, Array | None]:
    """Real income under every closure; that of the effects is not solved again."""
    found: dict[str, Array | None] = {}
    for closure in Closure:
        if closure is effects.after.shock.closure:
            found[str(closure)] = effects.real_income
            continue
        found[str(closure)] = None
        with suppress(NoEquilibrium):  # told as a dash
            sides = [
                solve(economy, replace(shock, closure=closure))
                for shock in (scenario.before, scenario.after)
            ]
            found[str(closure)] = real_income(*sides)
    return found
