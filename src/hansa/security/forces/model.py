r"""The force plan as a mixed-integer programme over the time-expanded network.

Columns: :math:`y_{u,o} \in \{0,1\}` (unit u takes option o), :math:`X_{c,r,d} \ge 0` (tons of
class c leaving on route r on day d), :math:`n_{\ell,d} \in \mathbb{N}` (sorties on leg ℓ),
:math:`p_m, n_m \ge 0` (a member's share above and below the agreed one).

Rows: needs, balance of classes, tons and sorties of legs, vehicles of fleets, throughput of
hubs, caps of members, deviation from fair shares
:math:`C_m - s_m \sum_k C_k = p_m - n_m`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from hansa.security.forces.expansion import Expansion, Flows, expand, route_costs
from hansa.security.forces.operation import Operation
from hansa.security.forces.situation import Situation
from hansa.security.forces.solver import Floats, Ints, Program


def _empty() -> Ints:
    return np.zeros(0, np.int64)


@dataclass(slots=True)
class ForceModel:
    """The programme and what its rows and columns stand for."""

    operation: Operation
    situation: Situation
    program: Program
    expansion: Expansion
    need_rows: Ints = field(default_factory=_empty)
    sortie_leg: Ints = field(default_factory=_empty)
    sortie_day: Ints = field(default_factory=_empty)
    sortie_column: Ints = field(default_factory=_empty)
    leg_rows: dict[tuple[int, int], int] = field(default_factory=dict)
    fleet_rows: dict[tuple[str, int], int] = field(default_factory=dict)
    port_rows: dict[tuple[int, int, str], int] = field(default_factory=dict)
    cap_rows: dict[int, int] = field(default_factory=dict)
    deviation: Ints = field(default_factory=_empty)
    late: Ints = field(default_factory=_empty)

    @property
    def flows(self) -> Flows:
        """Columns of tons."""
        assert self.expansion.flows is not None
        return self.expansion.flows

    def cost_vector(self) -> Floats:
        """Coefficients of force cost plus lift cost."""
        vector = np.zeros(self.program.columns)
        vector[self.expansion.y] = [option.cost for option in self.expansion.options]
        vector[self.flows.column] = route_costs(self.expansion)
        legs = self.operation.legs
        for leg, column in zip(self.sortie_leg, self.sortie_column, strict=True):
            sortie = legs[leg].sortie
            assert sortie is not None
            vector[column] += float(sortie.cost)
        return vector

    def unfairness_vector(self) -> Floats:
        """Coefficients of the summed deviation from fair shares."""
        vector = np.zeros(self.program.columns)
        vector[self.deviation] = 1.0
        return vector

    def day_vector(self) -> Floats:
        """Coefficients of the number of days until the last arrival."""
        vector = np.zeros(self.program.columns)
        vector[self.late] = 1.0
        return vector


def build(
    operation: Operation,
    situation: Situation,
    *,
    latest: int | None = None,
    postponed: tuple[int, ...] = (0,),
    assume: frozenset[str] = frozenset(),
    count_days: bool = False,
) -> ForceModel:
    """The model of an operation from a situation on.

    Parameters
    ----------
    latest : int, optional
        Nothing may arrive after this day.
    postponed : tuple of int
        Slips of due days for which options are added (rows of needs keep their dues).
    assume : frozenset of str
        States whose consent is taken as given.
    count_days : bool
        Add the columns that `ForceModel.day_vector` counts.
    """
    program = Program()
    expansion = expand(
        program, operation, situation, latest=latest, postponed=postponed, assume=assume
    )
    model = ForceModel(operation, situation, program, expansion)
    _needs(model)
    _legs(model)
    _sorties(model)
    _fleets(model)
    _throughputs(model)
    _caps(model)
    _fairness(model)
    if count_days:
        _days(model)
    return model


def need_entries(model: ForceModel, number: int, slip: int = 0) -> tuple[Ints, Floats]:
    """Columns that serve a need, with amounts, if it may be met ``slip`` days late."""
    operation = model.operation
    need = operation.mandate.needs[number]
    due = min(operation.number(need.by) + slip, operation.horizon)
    until = need.until or operation.mandate.end
    found = [
        (model.expansion.y[i], operation.units[option.unit].amount(need.capability))
        for i, option in enumerate(model.expansion.options)
        if option.by <= due and option.until >= until
    ]
    useful = [(column, amount) for column, amount in found if amount > 0]
    columns = np.array([column for column, _ in useful], dtype=np.int64)
    return columns, np.array([amount for _, amount in useful], dtype=np.float64)


def _needs(model: ForceModel) -> None:
    needs = model.operation.mandate.needs
    model.need_rows = model.program.add_rows(len(needs), lower=[need.amount for need in needs])
    for number, row in enumerate(model.need_rows):
        columns, amounts = need_entries(model, number)
        model.program.add_entries(np.full(columns.size, row), columns, amounts)


def _legs(model: ForceModel) -> None:
    """Tons that leave on a leg in a day."""
    flows, program = model.flows, model.program
    limited = [
        (number, leg.tons_per_day)
        for number, leg in enumerate(model.operation.legs)
        if leg.tons_per_day is not None
    ]
    for number, most in limited:
        mask = flows.use_leg == number
        days, inverse = np.unique(flows.use_day[mask], return_inverse=True)
        rows = program.add_rows(days.size, upper=most)
        program.add_entries(rows[inverse], flows.use_column[mask], 1.0)
        model.leg_rows |= {(number, int(d)): int(r) for d, r in zip(days, rows, strict=True)}


def _sorties(model: ForceModel) -> None:
    """Tons on a leg in a day fit into the whole sorties that leave."""
    flows, program = model.flows, model.program
    parts: list[tuple[Ints, Ints, Ints]] = []
    total = sum(lot.tons for lot in model.situation.lots)
    for number, leg in enumerate(model.operation.legs):
        if leg.sortie is None:
            continue
        mask = flows.use_leg == number
        days, inverse = np.unique(flows.use_day[mask], return_inverse=True)
        most = float(np.ceil(total / leg.sortie.payload_t))
        if leg.sortie.per_day is not None:
            most = min(most, leg.sortie.per_day)
        if leg.tons_per_day is not None:
            most = min(most, float(np.floor(leg.tons_per_day / leg.sortie.payload_t + 1e-9)))
        columns = program.add_columns(days.size, upper=most, whole=True)
        rows = program.add_rows(days.size, upper=0.0)
        program.add_entries(rows[inverse], flows.use_column[mask], 1.0)
        program.add_entries(rows, columns, -leg.sortie.payload_t)
        parts.append((np.full(days.size, number), days, columns))
    if parts:
        model.sortie_leg, model.sortie_day, model.sortie_column = (
            np.concatenate([np.asarray(p[i], dtype=np.int64) for p in parts]) for i in range(3)
        )


def _fleets(model: ForceModel) -> None:
    """Vehicles under way on a day are not more than the fleet has."""
    operation, program = model.operation, model.program
    busy: dict[tuple[str, int], list[tuple[int, float]]] = {}
    past: dict[tuple[str, int], float] = {}
    for leg, day, column in zip(
        model.sortie_leg, model.sortie_day, model.sortie_column, strict=True
    ):
        sortie = operation.legs[leg].sortie
        if sortie is None or not sortie.fleet:
            continue
        for later, share in enumerate(sortie.vehicle_days):
            busy.setdefault((sortie.fleet, int(day) + later), []).append((int(column), share))
    for (leg, day), number in model.situation.sorties.items():
        sortie = operation.legs[leg].sortie
        if sortie is not None and sortie.fleet:
            for later, share in enumerate(sortie.vehicle_days):
                key = (sortie.fleet, day + later)
                past[key] = past.get(key, 0.0) + share * number
    fleets = {fleet.id: fleet for fleet in operation.fleets}
    for key, members in busy.items():
        vehicles = fleets[key[0]].on(operation.day(key[1]))
        row = program.add_rows(1, upper=max(0.0, vehicles - past.get(key, 0.0)))
        columns, shares = zip(*members, strict=True)
        program.add_entries(np.full(len(columns), row[0]), np.array(columns), np.array(shares))
        model.fleet_rows[key] = int(row[0])


def _throughputs(model: ForceModel) -> None:
    """Tons and sorties that a hub takes or sends in a day by a mode."""
    legs = model.operation.legs
    transit = np.array([leg.days for leg in legs], dtype=np.int64)
    for number, item in enumerate(model.operation.throughputs):
        ends: list[tuple[Callable[[int], str], int]] = []
        if item.counts in ("arrivals", "both"):
            ends.append((lambda leg: legs[leg].destination, 1))
        if item.counts in ("departures", "both"):
            ends.append((lambda leg: legs[leg].origin, 0))
        for at, shift in ends:
            here = np.array(
                [at(i) == item.hub and leg.mode == item.mode for i, leg in enumerate(legs)]
            )
            _port(model, number, here, transit * shift, bool(shift))


def _port(model: ForceModel, number: int, here: np.ndarray, shift: Ints, arriving: bool) -> None:
    item = model.operation.throughputs[number]
    flows, program = model.flows, model.program
    uses = [
        ("tons", item.tons_per_day, flows.use_leg, flows.use_day, flows.use_column,
         model.situation.landing if arriving else {}),
        ("sorties", item.sorties_per_day, model.sortie_leg, model.sortie_day, model.sortie_column,
         model.situation.sorties if arriving else {}),
    ]  # fmt: skip
    for kind, most, leg, day, column, past in uses:
        if most is None or leg.size == 0:
            continue
        mask = here[leg]
        when = day[mask] + shift[leg[mask]]
        days, inverse = np.unique(when, return_inverse=True)
        taken = np.zeros(days.size)
        for (old_leg, old_day), amount in past.items():
            if here[old_leg]:
                taken[days == old_day + shift[old_leg]] += amount
        rows = program.add_rows(days.size, upper=np.maximum(0.0, most - taken))
        program.add_entries(rows[inverse], column[mask], 1.0)
        name = f"{kind}:{'in' if arriving else 'out'}"
        model.port_rows |= {(number, int(d), name): int(r) for d, r in zip(days, rows, strict=True)}


def _caps(model: ForceModel) -> None:
    """No member bears more than it is ready to."""
    units, options = model.operation.units, model.expansion.options
    for number, cap in enumerate(model.operation.caps):
        row = model.program.add_rows(1, upper=float(cap.most))
        for column, option in zip(model.expansion.y, options, strict=True):
            unit = units[option.unit]
            if unit.member == cap.member:
                value = option.cost if cap.measure == "cost" else float(unit.persons)
                model.program.add_entries(row, column, value)
        model.cap_rows[number] = int(row[0])


def _fairness(model: ForceModel) -> None:
    """A member's cost less its fair share of all is split into above and below."""
    shares = model.operation.shares()
    if not shares:
        return
    units, program = model.operation.units, model.program
    options = model.expansion.options
    members = model.operation.members()
    costs = np.array([option.cost for option in options])
    owner = np.array([members.index(units[option.unit].member) for option in options], dtype=int)
    rows = program.add_rows(len(members), lower=0.0, upper=0.0)
    for number, member in enumerate(members):
        values = costs * ((owner == number) - shares.get(member, 0.0))
        program.add_entries(np.full(len(options), rows[number]), model.expansion.y, values)
    most = float(costs.sum())
    above = program.add_columns(len(members), upper=most)
    below = program.add_columns(len(members), upper=most)
    program.add_entries(rows, above, -1.0)
    program.add_entries(rows, below, 1.0)
    model.deviation = np.concatenate([above, below])


def _days(model: ForceModel) -> None:
    """A day on which something arrives is counted, with all days before it."""
    program, flows, operation = model.program, model.flows, model.operation
    model.late = program.add_columns(operation.horizon, upper=1.0, whole=True)
    if operation.horizon > 1:
        rows = program.add_rows(operation.horizon - 1, lower=0.0)
        program.add_entries(rows, model.late[:-1], 1.0)
        program.add_entries(rows, model.late[1:], -1.0)
    transit = np.array([route.days for route in model.expansion.routes], dtype=np.int64)
    arrival = flows.day + transit[flows.route] if flows.day.size else flows.day
    total = sum(lot.tons for lot in model.situation.lots)
    for day in np.unique(arrival):
        if day == 0:
            continue
        columns = flows.column[arrival == day]
        row = program.add_rows(1, upper=0.0)
        program.add_entries(np.full(columns.size, row[0]), columns, 1.0)
        program.add_entries(row, model.late[day - 1], -total)
    for column, option in zip(model.expansion.y, model.expansion.options, strict=True):
        there = model.situation.arrived.get(option.unit, 0)
        if there > 0:  # units in the area count from the day on which they are ready
            row = program.add_rows(1, upper=0.0)
            program.add_entries(row, column, 1.0)
            program.add_entries(row, model.late[there - 1], -1.0)
