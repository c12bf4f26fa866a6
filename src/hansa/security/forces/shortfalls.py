"""When it cannot be done: the smallest set of needs that must fall short, and why each does.

The needs are made elastic. First the number of needs that fall short is minimised (a
minimum-cardinality correction set: no smaller set of needs explains the infeasibility),
then, among these, the summed relative shortfall.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from hansa.security.forces.findings import Finding
from hansa.security.forces.mandate import Need
from hansa.security.forces.model import ForceModel, build, need_entries
from hansa.security.forces.operation import Operation
from hansa.security.forces.routes import leg_open, missing_consents, route_open, routes_from
from hansa.security.forces.situation import Situation, at_the_start
from hansa.security.forces.solver import (
    INF,
    Floats,
    Frozen,
    Ints,
    Limits,
    NoPlanInTime,
    Status,
)
from hansa.terms.errors import Infeasible
from hansa.terms.reasons import Because, Reason


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A need that no plan meets together with the others.

    Parameters
    ----------
    need : Need
    reached : float
        The most that the plan with the fewest shortfalls brings.
    cause : str
        ``not_pledged``, ``no_route``, ``too_late``, ``lift`` or ``together``.
    text : str
    """

    need: Need
    reached: float
    cause: str
    text: str

    @property
    def missing(self) -> float:
        """What is lacking."""
        return self.need.amount - self.reached


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why there is no plan.

    Parameters
    ----------
    operation : Operation
    shortfalls : tuple of Shortfall
        The smallest set, the largest relative shortfall first.
    smallest : bool
        Whether it is proven that no smaller set suffices.
    findings : tuple of Finding
    because : Because
    """

    operation: Operation
    shortfalls: tuple[Shortfall, ...]
    smallest: bool
    findings: tuple[Finding, ...]
    because: Because


class CannotBeMet(Infeasible):
    """No plan meets the mandate; ``diagnosis`` says what falls short and why."""

    def __init__(self, diagnosis: Diagnosis) -> None:
        self.diagnosis = diagnosis
        lines = "; ".join(item.text for item in diagnosis.shortfalls)
        super().__init__(
            f"the mandate {diagnosis.operation.mandate.id} cannot be met: {lines}",
            remedy="ask for the cheapest remedies: more lift, a later day, another pledge",
        )


def diagnose(
    operation: Operation, situation: Situation | None = None, limits: Limits | None = None
) -> Diagnosis:
    """The smallest set of shortfalls of an operation (empty: it can be met).

    Raises
    ------
    NoPlanInTime
        If the time ran out first.
    """
    situation = situation or at_the_start(operation)
    limits = limits or Limits()
    model = build(operation, situation)
    short, missed = _elastic(model)
    frozen = model.program.freeze()
    count = np.zeros(frozen.cost.size)
    count[missed] = 1.0
    fewest = _solve(frozen, count, limits, ())
    amount = np.zeros(frozen.cost.size)
    amount[short] = [1.0 / need.amount for need in operation.mandate.needs]
    bind = ((count, round(fewest.objective) + 0.5),)
    least = _solve(frozen, amount, limits, bind)
    reached = [
        need.amount - float(least.values[column])
        for need, column in zip(operation.mandate.needs, short, strict=True)
    ]
    items = [
        _shortfall(model, number, got, limits)
        for number, got in enumerate(reached)
        if operation.mandate.needs[number].amount - got
        > 1e-6 * operation.mandate.needs[number].amount
    ]
    items.sort(key=lambda item: -item.missing / item.need.amount)
    smallest = round(fewest.objective) - fewest.bound < 1 - 1e-6
    return Diagnosis(
        operation,
        tuple(items),
        smallest,
        (*operation.notices(), *missing_consents(operation)),
        _reasons(items, smallest),
    )


def _elastic(model: ForceModel) -> tuple[Ints, Ints]:
    """Columns of shortfall and of whether there is one, for each need."""
    needs = model.operation.mandate.needs
    program = model.program
    short = program.add_columns(len(needs), upper=[need.amount for need in needs])
    missed = program.add_columns(len(needs), upper=1.0, whole=True)
    program.add_entries(model.need_rows, short, 1.0)
    rows = program.add_rows(len(needs), upper=0.0)
    program.add_entries(rows, short, 1.0)
    program.add_entries(rows, missed, [-need.amount for need in needs])
    return short, missed


@dataclass(frozen=True, slots=True)
class _Solved:
    values: Floats
    objective: float
    bound: float


def _solve(
    frozen: Frozen, cost: Floats, limits: Limits, cuts: tuple[tuple[Floats, float], ...]
) -> _Solved:
    part = Limits(limits.seconds / 2, limits.gap, limits.threads)
    outcome = frozen.solve(part, cost=cost, cuts=cuts)
    if outcome.values is None:
        raise NoPlanInTime(
            f"the shortfalls were not found in {limits.seconds:g} s",
            ((outcome.seconds, outcome.bound),),
        )
    return _Solved(outcome.values, outcome.objective, outcome.bound)


def _shortfall(model: ForceModel, number: int, reached: float, limits: Limits) -> Shortfall:
    """Say why a need falls short, by the first obstacle that alone suffices."""
    operation = model.operation
    need = operation.mandate.needs[number]
    what = f"{need.capability} {need.amount:g} by {need.by}"
    lacking = f"{need.amount - reached:g} lacking"
    pledged = sum(
        unit.amount(need.capability)
        for i, unit in enumerate(operation.units)
        if i not in model.situation.barred
    )
    if pledged < need.amount:
        text = f"{what}: {lacking}; only {pledged:g} are pledged and available"
        return Shortfall(need, reached, "not_pledged", text)
    routed, timely = _in_time(model, need)
    if routed < need.amount:
        text = f"{what}: {lacking}; only {routed:g} have an open route"
        return Shortfall(need, reached, "no_route", text)
    if timely < need.amount:
        text = f"{what}: {lacking}; only {timely:g} can be there by then, however much lift"
        return Shortfall(need, reached, "too_late", text)
    alone = _alone(model, number, limits)
    if alone < need.amount * (1 - 1e-6):
        text = f"{what}: {lacking}; lift and throughput carry at most {alone:g} in time"
        return Shortfall(need, reached, "lift", text)
    text = f"{what}: {lacking}; it could be met alone, but not together with the other needs"
    return Shortfall(need, reached, "together", text)


def _in_time(model: ForceModel, need: Need) -> tuple[float, float]:
    """Amounts with an open route at all, and with one that arrives in time."""
    operation, situation = model.operation, model.situation
    due = min(operation.number(need.by), operation.horizon)
    table = leg_open(operation)
    table[:, : situation.day] = False
    worst: dict[int, float] = {}
    for lot in situation.lots:
        ready = max(lot.ready, situation.day)
        earliest = INF
        for route in routes_from(operation, lot.hub)[0]:
            days = np.flatnonzero(route_open(route, table)[ready:])
            if days.size:
                earliest = min(earliest, float(days[0]) + ready + route.days)
        worst[lot.unit] = max(worst.get(lot.unit, 0.0), earliest)
    routed = timely = 0.0
    for number, unit in enumerate(operation.units):
        if number in situation.barred:
            continue
        there = max(worst.get(number, 0.0), float(situation.arrived.get(number, 0)))
        routed += unit.amount(need.capability) * (there < INF)
        timely += unit.amount(need.capability) * (there <= due)
    return routed, timely


def _alone(model: ForceModel, number: int, limits: Limits) -> float:
    """The most of a need that can be brought if no other need counted (an upper bound)."""
    operation = model.operation
    needs = operation.mandate.needs
    mandate = replace(operation.mandate, needs=(replace(needs[number], amount=1e-9),))
    alone = build(replace(operation, mandate=mandate), model.situation)
    columns, amounts = need_entries(alone, 0)
    frozen = alone.program.freeze()
    gain = np.zeros(frozen.cost.size)
    gain[columns] = -amounts
    outcome = frozen.solve(Limits(min(10.0, limits.seconds), 1e-3, limits.threads), cost=gain)
    if outcome.status is Status.INFEASIBLE or outcome.values is None:
        return 0.0
    return max(0.0, -outcome.objective)


def _reasons(items: list[Shortfall], smallest: bool) -> Because:
    proof = "no smaller set of needs would do" if smallest else "a smaller set was not ruled out"
    return (
        *(Reason("number", item.text, ref=item.cause) for item in items),
        Reason("number", f"{len(items)} needs fall short; {proof}", ref="bound"),
    )
