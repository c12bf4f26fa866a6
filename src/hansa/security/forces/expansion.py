r"""The time-expanded network: options of units, classes of lots, flows on routes by day.

Lots that stand at the same hub, are ready on the same day and are due on the same day move
alike: whatever flow serves one serves another. Their flows are therefore one commodity,

.. math:: \sum_{r,d} X_{c,r,d} = \sum_{(u,o) \in c} \mathrm{tons}_u\, y_{u,o},

which describes exactly the projection of the model with a flow per unit (any split of
``X`` over the class, in proportion to tons, is a solution of that model), with a fraction
of its columns.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hansa.security.forces.findings import Finding
from hansa.security.forces.operation import Operation
from hansa.security.forces.reimbursement import months_between
from hansa.security.forces.routes import Route, leg_open, route_open, routes_from
from hansa.security.forces.situation import Situation
from hansa.security.forces.solver import Floats, Ints, Program
from hansa.terms.days import Day


@dataclass(frozen=True, slots=True)
class Option:
    """Unit ``unit`` is complete in the area by day ``by`` and stays until ``until``."""

    unit: int
    by: int
    until: Day
    cost: float


@dataclass(frozen=True, slots=True)
class LotClass:
    """Lots that move alike: hub, day ready, day due."""

    hub: str
    ready: int
    by: int


@dataclass(slots=True)
class Flows:
    """Columns of tons: class, route, day of departure and column number, equally long."""

    klass: Ints
    route: Ints
    day: Ints
    column: Ints
    use_leg: Ints
    use_day: Ints
    use_column: Ints


@dataclass(slots=True)
class Expansion:
    """Everything indexed: what each column of the programme stands for."""

    options: list[Option] = field(default_factory=list)
    y: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    classes: list[LotClass] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)
    flows: Flows | None = None
    findings: list[Finding] = field(default_factory=list)


def unit_options(
    operation: Operation,
    situation: Situation,
    *,
    latest: int | None = None,
    postponed: tuple[int, ...] = (0,),
) -> list[Option]:
    """What each unit could do for the mandate: by when complete, until when in place.

    Parameters
    ----------
    latest : int, optional
        No unit may be complete later than this day.
    postponed : tuple of int
        Days by which dues may slip (0: as required).
    """
    horizon = operation.horizon if latest is None else min(latest, operation.horizon)
    end = operation.mandate.end
    options = []
    for number, unit in enumerate(operation.units):
        if number in situation.barred:
            continue
        needs = [need for need in operation.mandate.needs if unit.amount(need.capability) > 0]
        dues = sorted(
            {min(operation.number(n.by) + slip, horizon) for n in needs for slip in postponed}
        )
        for until in sorted({need.until or end for need in needs}):
            months = operation.mandate.months
            share = float(
                months if until == end else months_between(operation.mandate.start, until)
            )
            options += [
                Option(number, by, until, float(unit.month_cost) * share)
                for by in dues
                if situation.arrived.get(number, 0) <= by
            ]
    return options


def expand(
    program: Program,
    operation: Operation,
    situation: Situation,
    *,
    latest: int | None = None,
    postponed: tuple[int, ...] = (0,),
    assume: frozenset[str] = frozenset(),
) -> Expansion:
    """Add the columns of options and flows, and the rows that tie them together."""
    result = Expansion()
    result.options = unit_options(operation, situation, latest=latest, postponed=postponed)
    count = len(result.options)
    result.y = program.add_columns(count, upper=1.0, whole=True)
    by_unit: dict[int, list[int]] = {}
    for number, option in enumerate(result.options):
        by_unit.setdefault(option.unit, []).append(number)
    for numbers in by_unit.values():
        if len(numbers) > 1:
            program.add_entries(program.add_rows(1, upper=1.0), result.y[numbers], 1.0)
    _flows(program, result, operation, situation, by_unit, assume)
    return result


def _flows(
    program: Program,
    result: Expansion,
    operation: Operation,
    situation: Situation,
    by_unit: dict[int, list[int]],
    assume: frozenset[str],
) -> None:
    """Balance rows of classes and the columns of their flows."""
    balance: dict[LotClass, list[tuple[int, float]]] = {}
    for lot in situation.lots:
        for number in by_unit.get(lot.unit, ()):
            key = LotClass(lot.hub, max(lot.ready, situation.day), result.options[number].by)
            balance.setdefault(key, []).append((int(result.y[number]), lot.tons))
    result.classes = list(balance)
    table = leg_open(operation, assume=assume)
    table[:, : situation.day] = False
    routes: dict[str, tuple[tuple[int, NDArray[np.bool_]], ...]] = {}
    for hub in sorted({key.hub for key in balance}):
        found, cut = routes_from(operation, hub)
        result.findings += cut
        known = []
        for route in found:
            known.append((len(result.routes), route_open(route, table)))
            result.routes.append(route)
        routes[hub] = tuple(known)
    chunks: list[tuple[int, int, Ints, Ints]] = []
    for klass, (key, members) in enumerate(balance.items()):
        row = program.add_rows(1, lower=0.0, upper=0.0)
        columns, tons = zip(*members, strict=True)
        program.add_entries(row, np.array(columns), -np.array(tons))
        most = float(sum(tons))
        for number, is_open in routes[key.hub]:
            last = max(-1, key.by - result.routes[number].days)  # -1: none
            days = np.flatnonzero(is_open[key.ready : last + 1]).astype(np.int64) + key.ready
            if days.size:
                added = program.add_columns(days.size, upper=most)
                program.add_entries(row, added, 1.0)
                chunks.append((klass, number, days, added))
    result.flows = _gather(result.routes, chunks)


def _gather(routes: list[Route], chunks: list[tuple[int, int, Ints, Ints]]) -> Flows:
    """Concatenate the chunks and list which leg each column uses on which day."""
    use: list[tuple[Ints, Ints, Ints]] = []
    for _, number, days, columns in chunks:
        route = routes[number]
        for leg, offset in zip(route.legs, route.offsets, strict=True):
            use.append((np.full(days.size, leg), days + offset, columns))

    def join(parts: list[Ints]) -> Ints:
        return np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, np.int64)

    return Flows(
        klass=join([np.full(d.size, k) for k, _, d, _ in chunks]),
        route=join([np.full(d.size, r) for _, r, d, _ in chunks]),
        day=join([d for _, _, d, _ in chunks]),
        column=join([c for _, _, _, c in chunks]),
        use_leg=join([leg for leg, _, _ in use]),
        use_day=join([day for _, day, _ in use]),
        use_column=join([column for _, _, column in use]),
    )


def route_costs(result: Expansion) -> Floats:
    """Cost per ton of each flow column."""
    assert result.flows is not None
    if not result.routes:
        return np.zeros(0)
    each = np.array([float(route.cost_per_ton) for route in result.routes])
    return np.asarray(each[result.flows.route], dtype=np.float64)
