"""The cheapest ways to make an impossible mandate possible.

One model holds all remedies at once, each as priced room in a row: more tons, sorties or
vehicles of lift, more throughput, a later day for a need, another pledge, a consent, a
raised cap. Solved with one family open at a time it says what each alone would take; with
all open, the cheapest combination.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from hansa.security.forces.model import ForceModel, build, need_entries
from hansa.security.forces.operation import Operation
from hansa.security.forces.remedies import (
    Advice,
    Prices,
    Remedies,
    Remedy,
    usual_prices,
    within_horizon,
)
from hansa.security.forces.situation import Situation, at_the_start
from hansa.security.forces.solver import Floats, Frozen, Ints, Limits, Status
from hansa.terms.days import add_days
from hansa.terms.truth import Truth

FAMILIES: Final = ("lift", "throughput", "day", "pledge", "consent", "cap")
SLIPS: Final = (1, 2, 3, 4, 5, 7, 10, 14, 21, 30)
COARSE_SLIPS: Final = (2, 5, 10, 20)
"""Days by which a need may be late in the model of remedies; coarse above 100 units."""
GROUPS: Final[tuple[tuple[str, ...], ...]] = (
    ("lift",),
    ("throughput",),
    ("lift", "throughput"),
    ("day",),
    ("pledge",),
    ("consent",),
    ("cap",),
)
"""Families tried on their own; lift and throughput often help only together."""


@dataclass(slots=True)
class _Knobs:
    """Columns of the remedies: number → (family, what, price)."""

    slips: tuple[int, ...]
    known: dict[int, tuple[str, str, float]] = field(default_factory=dict)


def advise(
    operation: Operation,
    prices: Prices | None = None,
    limits: Limits | None = None,
    *,
    situation: Situation | None = None,
) -> Advice:
    """The cheapest remedies for an operation that cannot be met.

    Parameters
    ----------
    prices : Prices, optional
        `usual_prices` if not given.
    limits : Limits, optional
        Time for all searches together.
    """
    prices = prices or usual_prices(operation)
    limits = limits or Limits(gap=1e-3)
    slips = SLIPS if len(operation.units) <= 100 else COARSE_SLIPS
    needs = tuple(within_horizon(operation, need) for need in operation.mandate.needs)
    mandate = replace(operation.mandate, needs=needs)
    wide = replace(operation, mandate=mandate, horizon=operation.horizon + max(slips))
    start = situation or at_the_start(operation)
    asked = _asked_states(operation)
    model = build(wide, start, postponed=(0, *slips), assume=asked)
    knobs = _Knobs(slips)
    _needs(model, knobs, prices)
    _lift(model, knobs, prices)
    _ports(model, knobs, prices)
    _consents(model, knobs, prices, asked)
    _caps(model, knobs, prices)
    frozen = model.program.freeze()
    share = Limits(limits.seconds / (len(GROUPS) + 2), limits.gap, limits.threads)
    alone: list[Remedies] = []
    failed: dict[Status, list[tuple[str, ...]]] = {Status.INFEASIBLE: [], Status.LIMIT: []}
    for group in GROUPS:
        found = _least(model, frozen, knobs, group, share)
        if isinstance(found, Remedies):
            alone.append(found)
        else:
            failed[found].append(group)
    double = Limits(2 * share.seconds, limits.gap, limits.threads)
    together = _least(model, frozen, knobs, FAMILIES, double)
    cheapest = together if isinstance(together, Remedies) else None
    for found in alone:  # a combination is never dearer than a single family
        if cheapest is None or found.price < cheapest.price:
            cheapest = found
    alone.sort(key=lambda item: item.price)
    useless, undecided = failed[Status.INFEASIBLE], failed[Status.LIMIT]
    return Advice(cheapest, tuple(alone), tuple(useless), tuple(undecided), prices)


def _knob(
    model: ForceModel,
    knobs: _Knobs,
    family: str,
    what: str,
    price: float,
    *,
    upper: float,
    whole: bool = False,
) -> int:
    column = int(model.program.add_columns(1, upper=upper, whole=whole)[0])
    knobs.known[column] = (family, what, price)
    return column


def _needs(model: ForceModel, knobs: _Knobs, prices: Prices) -> None:
    """A need may be met by another pledge, or late by one of the slips.

    With w_{i,δ} = 1 if need i is late by δ: what has come by due + δ, and the new pledge, is
    at least the need unless it may be later still.
    """
    program, operation = model.program, model.operation
    needs = operation.mandate.needs
    last = max(need.by for need in needs)
    extra = {}
    for capability, by in sorted({(need.capability, need.by) for need in needs}):
        early = 1 + 1e-6 * (last - by).days  # of two equal ones, the later day is asked for
        price = prices.pledge[capability] * early
        most = max(need.amount for need in needs if need.capability == capability)
        what = f"{capability}:{by}"
        extra[capability, by] = _knob(model, knobs, "pledge", what, price, upper=most)
    for number, need in enumerate(needs):
        late = [
            _knob(model, knobs, "day", f"{number}:{slip}", slip * prices.day, upper=1.0, whole=True)
            for slip in knobs.slips
        ]
        for place, slip in enumerate((0, *knobs.slips)):
            row = program.add_rows(1, lower=need.amount)
            columns, amounts = need_entries(model, number, slip)
            program.add_entries(np.full(columns.size, row[0]), columns, amounts)
            there = [
                column
                for (capability, by), column in extra.items()
                if capability == need.capability and by <= add_days(need.by, slip)
            ]
            program.add_entries(np.full(len(there), row[0]), np.array(there), 1.0)
            later = np.array(late[place:], dtype=np.int64)
            program.add_entries(np.full(later.size, row[0]), later, need.amount)
        program.add_entries(program.add_rows(1, upper=1.0), np.array(late), 1.0)
        # the strict row of the model no longer binds
        free = program.add_columns(1, upper=need.amount)
        program.add_entries(model.need_rows[number], free, 1.0)


def _lift(model: ForceModel, knobs: _Knobs, prices: Prices) -> None:
    """More tons a day on legs, more sorties a day, more vehicles."""
    program, legs = model.program, model.operation.legs
    rows: dict[int, list[int]] = {}
    for (place, _), row in model.leg_rows.items():
        rows.setdefault(place, []).append(row)
    total = sum(lot.tons for lot in model.situation.lots)
    for number, leg in enumerate(legs):
        mine = rows.get(number, [])
        if leg.sortie is None and mine:
            what = f"tons:{leg.id}"
            knob = _knob(model, knobs, "lift", what, prices.ton_a_day, upper=total)
            program.add_entries(np.array(mine), knob, -1.0)
    for number, leg in enumerate(legs):
        mask = model.sortie_leg == number
        if leg.sortie is None or not mask.any():
            continue
        most = _sorties_a_day(leg.tons_per_day, leg.sortie.payload_t, leg.sortie.per_day)
        if most is None:
            continue
        flights = math.ceil(total / leg.sortie.payload_t)
        what = f"sorties:{leg.id}"
        knob = _knob(model, knobs, "lift", what, prices.vehicle, upper=flights, whole=True)
        columns = model.sortie_column[mask]
        _widen(program.upper, columns, flights)
        limit = program.add_rows(columns.size, upper=float(most))
        program.add_entries(limit, columns, 1.0)
        program.add_entries(limit, knob, -1.0)
        program.add_entries(np.array(rows.get(number, [])), knob, -leg.sortie.payload_t)
    fleets = {key for key, _ in model.fleet_rows}
    for fleet in sorted(fleets):
        loads = [leg.sortie.payload_t for leg in legs if leg.sortie and leg.sortie.fleet == fleet]
        most = math.ceil(total / min(loads)) * len(loads)
        what = f"vehicles:{fleet}"
        knob = _knob(model, knobs, "lift", what, prices.vehicle, upper=most, whole=True)
        mine = [row for (key, _), row in model.fleet_rows.items() if key == fleet]
        program.add_entries(np.array(mine), knob, -1.0)


def _sorties_a_day(tons: float | None, payload: float, per_day: int | None) -> int | None:
    limits = [
        n for n in (per_day, None if tons is None else int(tons / payload + 1e-9)) if n is not None
    ]
    return min(limits) if limits else None


def _widen(parts: list[Floats], columns: Ints, value: float) -> None:
    """Set the upper bounds of columns that were added in some earlier part."""
    first = 0
    for part in parts:
        inside = (columns >= first) & (columns < first + part.size)
        part[columns[inside] - first] = value
        first += part.size


def _ports(model: ForceModel, knobs: _Knobs, prices: Prices) -> None:
    """More tons or slots a day at hubs."""
    total = sum(lot.tons for lot in model.situation.lots)
    loads = [leg.sortie.payload_t for leg in model.operation.legs if leg.sortie]
    flights = math.ceil(total / min(loads)) * len(loads) if loads else 0
    groups: dict[tuple[int, str], list[int]] = {}
    for (number, _, name), row in model.port_rows.items():
        groups.setdefault((number, name.split(":")[0]), []).append(row)
    for (number, kind), rows in groups.items():
        item = model.operation.throughputs[number]
        price = prices.ton_a_day if kind == "tons" else prices.vehicle
        what = f"{kind}:{number}:{item.hub}:{item.mode}"
        most, whole = (total, False) if kind == "tons" else (float(flights), True)
        knob = _knob(model, knobs, "throughput", what, price, upper=most, whole=whole)
        model.program.add_entries(np.array(rows), knob, -1.0)


def _asked_states(operation: Operation) -> frozenset[str]:
    """States on some way that do not consent, or not on every day."""
    missing = set()
    for leg in operation.legs:
        for state in leg.transits:
            asked = replace(leg, transits=(state,))
            last = max(1, operation.horizon + 1 - leg.days)
            if any(operation.consents_to(asked, day) is not Truth.TRUE for day in range(last)):
                missing.add(state)
    return frozenset(missing)


def _consents(model: ForceModel, knobs: _Knobs, prices: Prices, asked: frozenset[str]) -> None:
    """Flows over a state that has not consented need its consent."""
    operation, flows, program = model.operation, model.flows, model.program
    total = sum(lot.tons for lot in model.situation.lots)
    for state in sorted(asked):
        shut = np.array(
            [
                state in leg.transits
                for leg in operation.legs
            ],
            dtype=np.bool_,
        )  # fmt: skip
        columns = [
            int(column)
            for leg, day, column in zip(
                flows.use_leg[shut[flows.use_leg]],
                flows.use_day[shut[flows.use_leg]],
                flows.use_column[shut[flows.use_leg]],
                strict=True,
            )
            if operation.consents_to(replace(operation.legs[leg], transits=(state,)), int(day))
            is not Truth.TRUE
        ]
        if not columns:
            continue
        knob = _knob(model, knobs, "consent", state, prices.consent, upper=1.0, whole=True)
        row = program.add_rows(1, upper=0.0)
        unique = np.unique(np.array(columns))
        program.add_entries(np.full(unique.size, row[0]), unique, 1.0)
        program.add_entries(row, knob, -total)


def _caps(model: ForceModel, knobs: _Knobs, prices: Prices) -> None:
    units = model.operation.units
    for number, row in model.cap_rows.items():
        cap = model.operation.caps[number]
        member = cap.member
        own = [
            option.cost if cap.measure == "cost" else float(units[option.unit].persons)
            for option in model.expansion.options
            if units[option.unit].member == cap.member
        ]
        what = f"{number}:{member}"
        knob = _knob(model, knobs, "cap", what, prices.cap, upper=max(1.0, sum(own)))
        model.program.add_entries(row, knob, -1.0)


def _least(
    model: ForceModel, frozen: Frozen, knobs: _Knobs, families: tuple[str, ...], limits: Limits
) -> Remedies | Status:
    """The cheapest remedies of these families, or why there are none."""
    cost, upper = np.zeros(frozen.cost.size), frozen.upper.copy()
    for column, (family, _, price) in knobs.known.items():
        cost[column] = price
        if family not in families:
            upper[column] = 0.0
    outcome = frozen.solve(limits, cost=cost, upper=upper)
    if outcome.values is None:
        return outcome.status
    items = [
        _remedy(model.operation, family, what, float(outcome.values[column]), price)
        for column, (family, what, price) in knobs.known.items()
        if outcome.values[column] > 1e-6
    ]
    price = sum(item.price for item in items)
    return Remedies(families, tuple(items), price, min(outcome.bound, price))


def _remedy(operation: Operation, family: str, what: str, value: float, price: float) -> Remedy:
    """Name a remedy; amounts are rounded up to what can be asked for."""
    amount = math.ceil(value * 1000 - 1e-3) / 1000
    parts = what.split(":")
    if family == "day":
        need, slip = operation.mandate.needs[int(parts[0])], int(parts[1])
        text = f"{need.capability} {slip} days later, by {add_days(need.by, slip)}"
        return Remedy(family, what, float(slip), price, text)
    if family == "pledge":
        capability, _, by = what.rpartition(":")
        text = f"another pledge: {amount:g} {capability}, in the area by {by}"
    elif family == "lift":
        unit = {"tons": "t a day on", "sorties": "sorties a day on", "vehicles": "vehicles in"}
        text = f"{amount:g} more {unit[parts[0]]} {what.partition(':')[2]}"
    elif family == "throughput":
        unit_name = "t" if parts[0] == "tons" else "slots"
        text = f"{amount:g} more {unit_name} a day at {parts[2]} by {parts[3]}"
    elif family == "consent":
        text = f"the consent of {what} to transit"
    else:
        text = f"the cap of {parts[1]} raised by {amount:g}"
    return Remedy(family, what, amount, value * price, text)
