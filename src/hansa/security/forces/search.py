"""The search itself: tier after tier, with the proof of how good each result is."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from hansa.security.forces.aims import Aims, tier_name
from hansa.security.forces.model import ForceModel
from hansa.security.forces.solver import (
    INF,
    Floats,
    Frozen,
    Limits,
    NoPlanInTime,
    Outcome,
    Status,
)
from hansa.terms.progress import Progress, silent

TIGHT = 1e-6
"""Relative room that later tiers have beyond the value of an earlier one."""


@dataclass(frozen=True, slots=True)
class TierResult:
    """What one tier of aims reached.

    Parameters
    ----------
    aim : str
    value, bound : float
        Reached, and the proven best possible.
    seconds : float
    """

    aim: str
    value: float
    bound: float
    seconds: float

    @property
    def gap(self) -> float:
        """Relative distance from the bound, 0 if proven best."""
        return max(0.0, self.value - self.bound) / max(1e-10, abs(self.value))


@dataclass(frozen=True, slots=True)
class Found:
    """Values of all columns and the results of the tiers; ``None``: there is no plan."""

    values: Floats
    tiers: tuple[TierResult, ...]


@dataclass(slots=True)
class Searching:
    """What the tiers hand on to one another."""

    model: ForceModel
    frozen: Frozen
    limits: Limits
    upper: Floats
    deadline: float
    progress: Progress
    start: Mapping[int, float] | None = None
    cuts: list[tuple[Floats, float]] = field(default_factory=list)
    tiers: list[TierResult] = field(default_factory=list)
    history: list[tuple[float, float]] = field(default_factory=list)

    def left(self, share: float = 1.0) -> Limits:
        """Limits for what is left of the time."""
        seconds = max(0.5, (self.deadline - time.perf_counter()) * share)
        return Limits(seconds, self.limits.gap, self.limits.threads)

    def solve(self, cost: Floats, *, limits: Limits, relaxed: bool = False) -> Outcome:
        """One search under the tiers so far."""
        outcome = self.frozen.solve(
            limits, cost=cost, upper=self.upper, relaxed=relaxed,
            start=self.start, cuts=tuple(self.cuts),
        )  # fmt: skip
        self.history.append((outcome.seconds, outcome.bound))
        return outcome

    def keep(self, values: Floats) -> None:
        """Remember the whole-number columns as the next search's beginning."""
        whole = np.flatnonzero(self.frozen.whole)
        self.start = dict(zip(whole.tolist(), np.round(values[whole]).tolist(), strict=True))


def search(
    model: ForceModel,
    aims: Aims,
    limits: Limits,
    *,
    first: Mapping[str, Floats] | None = None,
    also: Floats | None = None,
    start: Mapping[int, float] | None = None,
    progress: Progress = silent,
) -> Found | None:
    """Minimise tier after tier.

    Parameters
    ----------
    first : mapping of str to array, optional
        Further aims that come before all others (least disturbance), as coefficients.
    also : array, optional
        Coefficients added to every tier that counts cost.
    start : mapping of int to float, optional
        Values of some columns to begin with.

    Returns
    -------
    found : Found or None
        ``None`` if it is proven that no plan exists.

    Raises
    ------
    NoPlanInTime
        If the time ran out before a plan was found.
    """
    frozen = model.program.freeze()
    state = Searching(
        model, frozen, limits, frozen.upper.copy(), time.perf_counter() + limits.seconds,
        progress, start,
    )  # fmt: skip
    jobs: list[tuple[str, Floats | None]] = [
        (name, _padded(vector, model)) for name, vector in (first or {}).items()
    ]
    jobs += [(tier_name(tier), _tier(model, tier, also)) for tier in aims.tiers]
    values: Floats | None = None
    for number, (name, cost) in enumerate(jobs):
        progress(number, len(jobs), name)
        rest = len(jobs) - number
        values = _soonest(state) if cost is None else _least(state, name, cost, rest, aims.slack)
        if values is None:
            return None
        state.keep(values)
    assert values is not None
    progress(len(jobs), len(jobs), "checking")
    return _polished(state, jobs[-1][1], values)


def _tier(model: ForceModel, tier: Mapping[str, float], also: Floats | None) -> Floats | None:
    """Coefficients of a tier; ``None`` for the tier that is only about the day."""
    if set(tier) == {"day"}:
        return None
    vector = np.zeros(model.program.columns)
    for aim, weight in tier.items():
        part = {
            "cost": model.cost_vector,
            "unfairness": model.unfairness_vector,
            "day": model.day_vector,
        }[aim]()
        vector += weight * part
        if aim == "cost" and also is not None:
            vector += weight * _padded(also, model)
    return vector


def _padded(vector: Floats, model: ForceModel) -> Floats:
    """The vector with zeros for columns that were added after it was made."""
    return np.concatenate([vector, np.zeros(model.program.columns - vector.size)])


def _least(state: Searching, name: str, cost: Floats, rest: int, slack: float) -> Floats | None:
    """Minimise one tier and bind later ones to the result."""
    outcome = state.solve(cost, limits=state.left(1.0 if rest == 1 else 0.6))
    if outcome.status is Status.INFEASIBLE:
        return None
    if outcome.values is None:
        raise NoPlanInTime(
            f"no plan was found in {state.limits.seconds:g} s ({name})", tuple(state.history)
        )
    value = outcome.objective
    state.tiers.append(TierResult(name, value, min(outcome.bound, value), outcome.seconds))
    state.cuts.append((cost, value + slack * abs(value) + TIGHT * max(1.0, abs(value))))
    return outcome.values


def arrival_days(model: ForceModel) -> tuple[Floats, Floats]:
    """Day of arrival of each flow column, and day from which each option column counts."""
    transit = np.array([route.days for route in model.expansion.routes], dtype=np.int64)
    flows = model.flows
    arrive = flows.day + transit[flows.route] if flows.day.size else flows.day
    ready = [model.situation.arrived.get(o.unit, 0) for o in model.expansion.options]
    return arrive.astype(np.float64), np.array(ready, dtype=np.float64)


def _soonest(state: Searching) -> Floats | None:
    """The earliest day by which all can be complete: bisection, then proof.

    The linear relaxation bounds the day from below; from there on each day is tried with
    whole units until one is feasible. Each refusal is a proof.
    """
    model, began = state.model, time.perf_counter()
    arrive, ready = arrival_days(model)
    whole = state.frozen.upper.copy()
    nothing = np.zeros(model.program.columns)

    def until(day: int) -> Floats:
        upper = whole.copy()
        upper[model.flows.column[arrive > day]] = 0.0
        upper[model.expansion.y[ready > day]] = 0.0
        return upper

    low, high = -1, model.operation.horizon
    state.upper = until(high)
    if state.solve(nothing, limits=state.left(), relaxed=True).status is Status.INFEASIBLE:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        state.upper = until(middle)
        outcome = state.solve(nothing, limits=state.left(0.3), relaxed=True)
        if outcome.status is Status.INFEASIBLE:
            low = middle
        else:
            high = middle
    return _first_whole(state, until, high, began)


def _first_whole(state: Searching, until: object, lowest: int, began: float) -> Floats | None:
    """Try day after day with whole units; ``lowest`` is the first that is not refuted."""
    assert callable(until)
    horizon, proven, undecided = state.model.operation.horizon, lowest, False
    cost = state.model.cost_vector()
    for day in range(lowest, horizon + 1):
        state.upper = until(day)
        limits = Limits(state.left(0.4).seconds, INF, state.limits.threads)
        outcome = state.solve(cost, limits=limits)
        if outcome.values is not None:
            bound = float(proven)
            seconds = time.perf_counter() - began
            state.tiers.append(TierResult("day", float(day), bound, seconds))
            return outcome.values
        if outcome.status is Status.LIMIT:
            undecided = True
        elif not undecided:
            proven = day + 1
    if undecided:
        raise NoPlanInTime(
            f"no plan was found in {state.limits.seconds:g} s (soonest day)", tuple(state.history)
        )
    return None


def _polished(state: Searching, cost: Floats | None, values: Floats) -> Found:
    """Solve once more with the whole-number columns fixed, so that tons are exact."""
    whole = state.frozen.whole
    lower, upper = state.frozen.lower.copy(), state.upper.copy()
    lower[whole] = upper[whole] = np.round(values[whole])
    objective = state.model.cost_vector() if cost is None else cost
    outcome = state.frozen.solve(
        Limits(30.0, 0.0, state.limits.threads), cost=objective, lower=lower, upper=upper,
        relaxed=True, cuts=tuple(state.cuts[:-1] if cost is not None else state.cuts),
    )  # fmt: skip
    if outcome.values is None or outcome.status is not Status.SOLVED:
        return Found(values, tuple(state.tiers))
    exact = _without_empty_sorties(state.model, outcome.values)
    tiers = list(state.tiers)
    if cost is not None:
        last = tiers[-1]
        value = float(cost @ exact)
        tiers[-1] = TierResult(last.aim, value, min(last.bound, value), last.seconds)
    return Found(exact, tuple(tiers))


def _without_empty_sorties(model: ForceModel, values: Floats) -> Floats:
    """The same flows in as many sorties as they fill; a search stopped early may have more."""
    if model.sortie_column.size == 0:
        return values
    legs, flows = model.operation.legs, model.flows
    span = model.operation.horizon + 1
    loads = np.zeros(len(legs) * span)
    np.add.at(loads, flows.use_leg * span + flows.use_day, values[flows.use_column])
    payload = np.array([leg.sortie.payload_t if leg.sortie else 1.0 for leg in legs])
    needed = loads[model.sortie_leg * span + model.sortie_day] / payload[model.sortie_leg]
    result = values.copy()
    result[model.sortie_column] = np.minimum(
        np.round(values[model.sortie_column]), np.ceil(needed - 1e-6)
    )
    return result
