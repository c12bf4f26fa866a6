"""Planning again while the plan is being carried out.

What has left before the day of the re-plan is history and stays. What is still open is
decided anew so that as few units as possible change their part, then by the plan's own aims,
with a small price on every ton that moves otherwise than it was going to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from hansa.security.forces.aims import Aims, lexicographic
from hansa.security.forces.events import Event, happened
from hansa.security.forces.expansion import LotClass
from hansa.security.forces.findings import Finding
from hansa.security.forces.history import freeze_past
from hansa.security.forces.model import ForceModel
from hansa.security.forces.operation import Operation
from hansa.security.forces.plan import ForcePlan
from hansa.security.forces.planner import assemble, modelled
from hansa.security.forces.search import search
from hansa.security.forces.shipments import Preference, Shipment
from hansa.security.forces.shortfalls import CannotBeMet, diagnose
from hansa.security.forces.situation import Situation
from hansa.security.forces.solver import INF, Floats, Limits
from hansa.terms.days import Day
from hansa.terms.errors import BadInput
from hansa.terms.progress import Progress, silent
from hansa.terms.reasons import Reason

MOVED_WEIGHT: Final = 5.0
"""Changing a unit that has begun to move counts as much as changing this many others."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a re-plan does to one unit: ``kept``, ``stood_down``, ``called`` or ``moved``."""

    unit: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Replan:
    """The new plan and what it changes.

    ``disturbance`` is the weighted number of units whose part changes (proven least up to
    the plan's gap); ``tons_moved`` are tons that travel otherwise than before.
    """

    before: ForcePlan
    plan: ForcePlan
    changes: tuple[Change, ...]
    disturbance: float
    tons_moved: float


def replan(
    plan: ForcePlan,
    on: Day,
    events: tuple[Event, ...],
    aims: Aims | None = None,
    limits: Limits | None = None,
    *,
    shift_price: float | None = None,
    progress: Progress = silent,
) -> Replan:
    """Plan again on a day, after events, with the least disturbance.

    Parameters
    ----------
    plan : ForcePlan
        The plan that is being carried out.
    on : Day
        Today: what left on earlier days is history.
    events : tuple of Event
        What has happened.
    aims : Aims, optional
        Aims after least disturbance (cost if not given).
    shift_price : float, optional
        Price on a ton that travels otherwise than planned before; a tenth of the mean cost
        of a ton's leg if not given. It is part of the tiers that count cost.

    A need that was due before ``on`` and has lost its units is due again after its original
    lead time; one that is over by then is dropped. Both are findings of the new plan.

    Raises
    ------
    CannotBeMet
        If no plan is left; carries the smallest set of shortfalls from today on.
    BadInput
        If the day lies before the day from which the plan itself could decide.
    """
    limits = limits or Limits()
    operation = happened(plan.operation, events)
    today = operation.number(on)
    if today < plan.from_day:
        raise BadInput(
            f"{on} is before {operation.day(plan.from_day)}, when the plan was made",
            remedy="plan again from a later day",
        )
    past, situation = freeze_past(operation, plan, today)
    operation = _resumed(operation, situation)
    aims = aims or lexicographic("cost")
    model = modelled(operation, situation, aims)
    prefer = _preferences(model, plan)
    price = _shift_price(operation) if shift_price is None else shift_price
    sunk = _sunk(operation, plan, past, today)
    also = _moved_otherwise(model, plan, prefer, price, sunk=sunk)
    disturbance = _disturbance(model, plan, past)
    found = search(
        model, aims, limits, first={"disturbance": disturbance}, also=also,
        start=_start(model, plan), progress=progress,
    )  # fmt: skip
    if found is None:
        raise CannotBeMet(diagnose(operation, situation, limits))
    why = tuple(reason for event in events for reason in event.because)
    told = Reason("rule", f"planned again on {on}; what left before stays", ref="re-plan")
    fresh = assemble(model, found, past=past, prefer=prefer, because=(*why, told))
    changes, moved = _changes(plan, fresh)
    return Replan(plan, fresh, changes, found.tiers[0].value, moved)


def _resumed(operation: Operation, situation: Situation) -> Operation:
    """Needs that are past due but no longer met, with a new due day."""
    mandate, today = operation.mandate, situation.day
    needs, findings = [], list(operation.findings)
    for need in mandate.needs:
        lead = operation.number(need.by)
        there = sum(
            operation.units[number].amount(need.capability)
            for number, day in situation.arrived.items()
            if day <= lead and number not in situation.barred
        )
        if lead >= today or there >= need.amount:
            needs.append(need)
            continue
        due = operation.day(today + max(1, lead))
        if due >= min(need.until or mandate.end, mandate.end):
            text = f"{need.capability} {need.amount:g}: lost, and over before it could come again"
        else:
            needs.append(replace(need, by=due))
            text = f"{need.capability} {need.amount:g}: interrupted, due again by {due}"
        findings.append(Finding("interrupted", text, need.capability))
    if not needs:
        raise BadInput("no need of the mandate is left to plan for", remedy="end the operation")
    latest = max(operation.number(need.by) for need in needs)
    return replace(
        operation,
        mandate=replace(mandate, needs=tuple(needs)),
        horizon=max(operation.horizon, latest)
        if tuple(needs) != mandate.needs
        else operation.horizon,
        findings=tuple(findings),
    )


def _shift_price(operation: Operation) -> float:
    costs = [float(leg.cost_per_ton) for leg in operation.legs]
    costs += [float(g.sortie.cost) / g.sortie.payload_t for g in operation.legs if g.sortie]
    return 0.1 * float(np.mean(costs)) if costs else 0.0


def _sunk(operation: Operation, plan: ForcePlan, past: tuple[Shipment, ...], today: int) -> float:
    """What the movements that have begun have cost."""
    legs = {leg.id: leg for leg in operation.legs}
    total = sum(
        float(legs[move.leg].cost_per_ton) * shipment.tons
        for shipment in past
        for move in shipment.moves
    )
    for use in plan.lift:
        sortie = legs[use.leg].sortie
        if sortie is not None and use.day < today:
            total += float(sortie.cost) * use.sorties
    return total


def _sent(plan: ForcePlan, model: ForceModel) -> frozenset[int]:
    index = {unit.id: number for number, unit in enumerate(model.operation.units)}
    return frozenset(index[posting.unit] for posting in plan.postings)


def _disturbance(model: ForceModel, plan: ForcePlan, past: tuple[Shipment, ...]) -> Floats:
    """Coefficients of the weighted number of units whose part changes.

    Sent before: 1 - y; not sent before: y. A constant column holds the ones.
    """
    begun = {shipment.unit for shipment in past}
    weights = [MOVED_WEIGHT if u.id in begun else 1.0 for u in model.operation.units]
    before = _sent(plan, model)
    one = model.program.add_columns(1, lower=1.0, upper=1.0)
    vector = np.zeros(model.program.columns)
    for column, option in zip(model.expansion.y, model.expansion.options, strict=True):
        vector[column] = weights[option.unit] * (-1.0 if option.unit in before else 1.0)
    vector[one] = sum(weights[number] for number in before)
    return vector


def _preferences(
    model: ForceModel, plan: ForcePlan
) -> dict[tuple[int, str, tuple[str, ...], int], float]:
    """Movements that were still to come, by unit, hub, legs and day."""
    legs = {leg.id: leg for leg in model.operation.legs}
    index = {unit.id: number for number, unit in enumerate(model.operation.units)}
    today = model.situation.day
    wanted: dict[tuple[int, str, tuple[str, ...], int], float] = {}
    for shipment in plan.shipments:
        coming = [move for move in shipment.moves if move.depart >= today]
        if not coming:
            continue
        path = tuple(move.leg for move in coming)
        key = (index[shipment.unit], legs[path[0]].origin, path, coming[0].depart)
        wanted[key] = wanted.get(key, 0.0) + shipment.tons
    return wanted


def _moved_otherwise(
    model: ForceModel, plan: ForcePlan, prefer: Preference, price: float, *, sunk: float
) -> Floats:
    """Coefficients of ``price`` × tons that do not travel as before, plus what is spent.

    A kept ton is at most the flow and at most what travelled so before, by class.
    """
    program, flows = model.program, model.flows
    numbers = {unit.id: number for number, unit in enumerate(model.operation.units)}
    by = {numbers[posting.unit]: posting.by for posting in plan.postings}
    ready = {
        (lot.unit, lot.hub): max(lot.ready, model.situation.day) for lot in model.situation.lots
    }
    wanted: dict[tuple[LotClass, tuple[str, ...], int], float] = {}
    for (unit, hub, path, day), tons in prefer.items():
        if unit in by and (unit, hub) in ready:
            key = (LotClass(hub, ready[unit, hub], by[unit]), path, day)
            wanted[key] = wanted.get(key, 0.0) + tons
    legs, classes = model.operation.legs, model.expansion.classes
    paths = [tuple(legs[leg].id for leg in route.legs) for route in model.expansion.routes]
    kept: list[int] = []
    for klass, route, day, column in zip(
        flows.klass, flows.route, flows.day, flows.column, strict=True
    ):
        tons = wanted.get((classes[klass], paths[route], int(day)), 0.0)
        if tons > 0:
            keep = program.add_columns(1, upper=tons)
            row = program.add_rows(1, lower=-INF, upper=0.0)
            program.add_entries(row, keep, 1.0)
            program.add_entries(row, int(column), -1.0)
            kept.append(int(keep[0]))
    one = program.add_columns(1, lower=1.0, upper=1.0)
    also = np.zeros(program.columns)
    also[kept] = -price
    also[one] = price * sum(wanted.values()) + sunk
    return also


def _start(model: ForceModel, plan: ForcePlan) -> dict[int, float]:
    """The units sent before, as the search's beginning."""
    before = {posting.unit: posting for posting in plan.postings}
    units, values, done = model.operation.units, {}, set()
    for column, option in zip(model.expansion.y, model.expansion.options, strict=True):
        posting = before.get(units[option.unit].id)
        same = (
            posting is not None
            and option.unit not in done
            and posting.by <= option.by
            and posting.until == option.until
        )
        values[int(column)] = float(same)
        if same:
            done.add(option.unit)
    return values


def _changes(old: ForcePlan, new: ForcePlan) -> tuple[tuple[Change, ...], float]:
    """What each unit does differently, and the tons that travel otherwise."""
    before = {posting.unit: posting for posting in old.postings}
    after = {posting.unit: posting for posting in new.postings}
    changes, moved = [], 0.0
    old_moves, new_moves = old.movements(), new.movements()
    for key in sorted(before.keys() | after.keys()):
        if key not in after:
            changes.append(Change(key, "stood_down", f"{key} no longer takes part"))
            continue
        if key not in before:
            day = new.operation.day(after[key].arrives)
            changes.append(Change(key, "called", f"{key} is called, complete on {day}"))
            continue
        shifted = _shifted(old_moves.get(key, ()), new_moves.get(key, ()))
        moved += shifted
        if shifted > 1e-3:
            days = (old.operation.day(before[key].arrives), new.operation.day(after[key].arrives))
            text = f"{key}: {shifted:g} t travel otherwise, complete on {days[1]} (was {days[0]})"
            changes.append(Change(key, "moved", text))
        else:
            changes.append(Change(key, "kept", f"{key} as before"))
    return tuple(changes), moved


def _shifted(old: tuple[Shipment, ...], new: tuple[Shipment, ...]) -> float:
    """Tons of a unit whose legs or days differ."""
    was: dict[tuple[tuple[str, int], ...], float] = {}
    for shipment in old:
        path = tuple((move.leg, move.depart) for move in shipment.moves)
        was[path] = was.get(path, 0.0) + shipment.tons
    kept = 0.0
    for shipment in new:
        path = tuple((move.leg, move.depart) for move in shipment.moves)
        same = min(was.get(path, 0.0), shipment.tons)
        was[path] = was.get(path, 0.0) - same
        kept += same
    return max(0.0, sum(shipment.tons for shipment in old) - kept)
