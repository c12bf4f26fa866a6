"""An independent re-check of a plan: the movements are replayed day by day.

This module knows the operation and the plan's movements, and nothing of the model that made
the plan: it shares no rows, columns or routes with it. What it finds is named, with unit,
leg and day, so that a plan made elsewhere or changed by hand can be checked as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from hansa.security.forces.network import Leg, consent_on
from hansa.security.forces.operation import Operation
from hansa.security.forces.plan import ForcePlan
from hansa.security.forces.shipments import Move, Shipment
from hansa.terms.truth import Truth

KILOGRAM = 1e-3
"""Tons by which a daily sum may exceed a limit: the rounding of a movement."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which a plan cannot be carried out or does not add up.

    Parameters
    ----------
    kind : str
        ``unknown``, ``two_places``, ``too_early``, ``times``, ``broken_route``, ``consent``,
        ``closed``, ``leg_capacity``, ``payload``, ``sorties``, ``fleet``, ``throughput``,
        ``not_moved``, ``late``, ``need``, ``cap``, ``elsewhere``, ``withdrawn``, ``cost``,
        ``bound``.
    text : str
    unit, leg : str
    day : int, optional
        Counted from the mandate's start.
    """

    kind: str
    text: str
    unit: str = ""
    leg: str = ""
    day: int | None = None


def simulate(plan: ForcePlan, operation: Operation | None = None) -> tuple[Violation, ...]:
    """Everything that is wrong with a plan; empty if it can be carried out as written.

    Parameters
    ----------
    plan : ForcePlan
    operation : Operation, optional
        The operation to check against (the plan's own if not given).
    """
    world = operation or plan.operation
    broken = list(_references(world, plan))
    if broken:  # nothing else can be replayed
        return tuple(broken)
    checks = (
        _movements, _places, _legs, _vehicles, _throughputs, _arrivals, _needs, _caps, _money,
    )  # fmt: skip
    return tuple(violation for check in checks for violation in check(world, plan))


def _references(world: Operation, plan: ForcePlan) -> Iterator[Violation]:
    units = {unit.id for unit in world.units}
    legs = {leg.id for leg in world.legs}
    for key in [p.unit for p in plan.postings] + [s.unit for s in plan.shipments]:
        if key not in units:
            yield Violation("unknown", f"there is no unit {key}", unit=key)
    for shipment in plan.shipments:
        if not shipment.moves:
            yield Violation("unknown", f"a shipment of {shipment.unit} goes nowhere", shipment.unit)
        for move in shipment.moves:
            if move.leg not in legs:
                yield Violation("unknown", f"there is no leg {move.leg}", leg=move.leg)
    for use in plan.lift:
        if use.leg not in legs:
            yield Violation("unknown", f"there is no leg {use.leg}", leg=use.leg)
    seen = set()
    for posting in plan.postings:
        if posting.unit in seen:
            text = f"{posting.unit} is sent twice"
            yield Violation("two_places", text, unit=posting.unit)
        seen.add(posting.unit)


def _movements(world: Operation, plan: ForcePlan) -> Iterator[Violation]:
    """Each move: right times, open ends, consent on every day of it."""
    legs = {leg.id: leg for leg in world.legs}
    for shipment in plan.shipments:
        here, free = "", None
        for move in shipment.moves:
            leg, unit = legs[move.leg], shipment.unit
            if here and leg.origin != here:
                text = f"{unit} is at {here} but leaves {leg.origin}"
                yield Violation("broken_route", text, unit, leg.id, move.depart)
            if free is not None and move.depart < free:
                text = f"{unit} leaves {leg.origin} on day {move.depart}, there only on {free}"
                yield Violation("times", text, unit, leg.id, move.depart)
            if not move.turned_back and move.arrive != move.depart + leg.days:
                text = f"{unit}: {leg.id} takes {leg.days} days, not {move.arrive - move.depart}"
                yield Violation("times", text, unit, leg.id, move.depart)
            yield from _allowed(world, leg, unit, move)
            here = leg.origin if move.turned_back else leg.destination
            free = move.arrive


def _allowed(world: Operation, leg: Leg, unit: str, move: Move) -> Iterator[Violation]:
    """Open ends and consent; what turned back half-way needed consent up to then."""
    depart = move.depart
    ends = [(leg.origin, depart)]
    if not move.turned_back:
        ends.append((leg.destination, depart + leg.days))
    for hub, day in ends:
        when = world.day(day)
        if any(closure.covers(hub, leg.mode, when) for closure in world.closures):
            yield Violation("closed", f"{hub} is closed by {leg.mode} on {when}", unit, leg.id, day)
    last = (depart + move.arrive) // 2 - 1 if move.turned_back else depart + leg.days
    for state in leg.transits:
        for day in range(depart, last + 1):
            answer = consent_on(world.consents, state, leg.mode, world.day(day))
            if answer is not Truth.TRUE:
                said = "refuses" if answer is Truth.FALSE else "has not consented to"
                text = f"{state} {said} transit on {world.day(day)}"
                yield Violation("consent", text, unit, leg.id, day)
                break


def _places(world: Operation, plan: ForcePlan) -> Iterator[Violation]:
    """Replay: nothing leaves a hub where it is not, or before it is ready."""
    units = {unit.id: unit for unit in world.units}
    legs = {leg.id: leg for leg in world.legs}
    gone = world.withdrawn()
    stock: dict[tuple[str, str], float] = defaultdict(float)
    for unit in units.values():
        stock[unit.id, unit.hub] = unit.tons
    events: list[tuple[int, int, str, str, float]] = []
    for shipment in plan.shipments:
        if not shipment.tons > 0:
            yield Violation("unknown", f"{shipment.unit} moves nothing", shipment.unit)
        for at, move in enumerate(shipment.moves):
            leg = legs[move.leg]
            end = leg.origin if move.turned_back else leg.destination
            same_day = move.arrive == move.depart
            events.append((move.depart, 2 * at + 1, shipment.unit, leg.origin, -shipment.tons))
            coming = 2 * at + 2 if same_day else 0
            events.append((move.arrive, coming, shipment.unit, end, shipment.tons))
    # within a day: what left earlier arrives, then a route's legs follow one another
    for day, _, key, hub, tons in sorted(events, key=lambda e: (e[0], e[1], e[2])):
        unit = units[key]
        # what left before the plan could decide is history: a later delay does not undo it
        history = 0 <= day < plan.from_day
        if tons < 0 and day < unit.ready and hub == unit.hub and not history:
            text = f"{key} leaves on day {day}, ready only on {unit.ready}"
            yield Violation("too_early", text, key, day=day)
        if tons < 0 and key in gone and world.day(day) >= gone[key]:
            text = f"{key} moves on day {day}, withdrawn on {gone[key]}"
            yield Violation("withdrawn", text, key, day=day)
        stock[key, hub] += tons
        if stock[key, hub] < -KILOGRAM:
            text = f"{key}: {-stock[key, hub]:.3f} t more leave {hub} on day {day} than are there"
            yield Violation("two_places", text, key, day=day)
            stock[key, hub] = 0.0
    yield from _elsewhere(world, plan)


def _elsewhere(world: Operation, plan: ForcePlan) -> Iterator[Violation]:
    start, end = world.mandate.start, world.mandate.end
    sent = {posting.unit for posting in plan.postings}
    for item in world.commitments:
        last = item.period.end
        overlaps = item.period.start < end and (last is None or start < last)
        if item.unit in sent and overlaps:
            text = f"{item.unit} is bound to {item.to} ({item.period})"
            yield Violation("elsewhere", text, item.unit)
    for posting in plan.postings:
        if posting.unit in world.withdrawn():
            text = f"{posting.unit} was withdrawn but is counted on"
            yield Violation("withdrawn", text, posting.unit)


def _loads(plan: ForcePlan) -> dict[tuple[str, int], float]:
    loads: dict[tuple[str, int], float] = defaultdict(float)
    for shipment in plan.shipments:
        for move in shipment.moves:
            loads[move.leg, move.depart] += shipment.tons
    return loads


def _legs(world: Operation, plan: ForcePlan) -> Iterator[Violation]:
    """Daily tons, whole sorties and payloads."""
    legs = {leg.id: leg for leg in world.legs}
    flown = {(use.leg, use.day): use.sorties for use in plan.lift}
    for (key, day), tons in _loads(plan).items():
        leg = legs[key]
        if leg.tons_per_day is not None and tons > leg.tons_per_day + KILOGRAM:
            text = f"{key} carries {tons:.3f} t on day {day}, at most {leg.tons_per_day:g}"
            yield Violation("leg_capacity", text, leg=key, day=day)
        if leg.sortie is None:
            continue
        number = flown.get((key, day), 0)
        if tons > number * leg.sortie.payload_t + KILOGRAM:
            text = f"{tons:.3f} t in {number} sorties of {leg.sortie.payload_t:g} t on {key}"
            yield Violation("payload", text, leg=key, day=day)
    for (key, day), number in flown.items():
        sortie = legs[key].sortie
        if sortie is not None and sortie.per_day is not None and number > sortie.per_day:
            text = f"{number} sorties on {key} on day {day}, at most {sortie.per_day}"
            yield Violation("sorties", text, leg=key, day=day)


def _vehicles(world: Operation, plan: ForcePlan) -> Iterator[Violation]:
    """No fleet has more vehicles under way than it owns."""
    legs = {leg.id: leg for leg in world.legs}
    busy: dict[tuple[str, int], float] = defaultdict(float)
    for use in plan.lift:
        sortie = legs[use.leg].sortie
        if sortie is not None and sortie.fleet:
            for later, share in enumerate(sortie.vehicle_days):
                busy[sortie.fleet, use.day + later] += share * use.sorties
    fleets = {fleet.id: fleet for fleet in world.fleets}
    for (key, day), vehicles in busy.items():
        has = fleets[key].on(world.day(day))
        # what left before a cut is on its way home and does not count against it
        if vehicles > has + 1e-6 and not (day < plan.from_day or has < fleets[key].vehicles):
            text = f"{vehicles:g} vehicles of {key} under way on day {day}, it has {has}"
            yield Violation("fleet", text, day=day)
        elif vehicles > has + 1e-6 and day >= plan.from_day:
            fresh = _leaving(world, plan, key, day)
            if fresh > has + 1e-6:
                text = f"{fresh:g} vehicles of {key} leave by day {day}, it has {has}"
                yield Violation("fleet", text, day=day)


def _leaving(world: Operation, plan: ForcePlan, fleet: str, day: int) -> float:
    """Vehicles under way on a day that left when the plan could still decide."""
    legs = {leg.id: leg for leg in world.legs}
    total = 0.0
    for use in plan.lift:
        sortie = legs[use.leg].sortie
        if sortie is None or sortie.fleet != fleet or use.day < plan.from_day:
            continue
        if 0 <= day - use.day < len(sortie.vehicle_days):
            total += use.sorties * sortie.vehicle_days[day - use.day]
    return total


def _throughputs(world: Operation, plan: ForcePlan) -> Iterator[Violation]:
    """No hub takes or sends more than it can in a day by a mode."""
    legs = {leg.id: leg for leg in world.legs}
    tons: dict[tuple[str, str, str, int], float] = defaultdict(float)
    sorties: dict[tuple[str, str, str, int], int] = defaultdict(int)
    for shipment in plan.shipments:
        for move in shipment.moves:
            leg = legs[move.leg]
            tons["out", leg.origin, leg.mode, move.depart] += shipment.tons
            if not move.turned_back:
                tons["in", leg.destination, leg.mode, move.arrive] += shipment.tons
    for use in plan.lift:
        leg = legs[use.leg]
        sorties["out", leg.origin, leg.mode, use.day] += use.sorties
        sorties["in", leg.destination, leg.mode, use.day + leg.days] += use.sorties
    words = {"arrivals": ("in",), "departures": ("out",), "both": ("in", "out")}
    for item in world.throughputs:
        limits = ((item.tons_per_day, tons, "t"), (item.sorties_per_day, sorties, "sorties"))
        for most, table, unit in limits:
            for (way, hub, mode, day), value in table.items():
                here = hub == item.hub and mode == item.mode and way in words[item.counts]
                if most is not None and here and value > most + KILOGRAM:
                    text = f"{hub}: {value:g} {unit} {way} by {mode} on day {day}, at most {most:g}"
                    yield Violation("throughput", text, day=day)


def _in_area(world: Operation, shipments: tuple[Shipment, ...]) -> tuple[float, int]:
    """Tons that end in the area, and the day of the last."""
    legs = {leg.id: leg for leg in world.legs}
    tons, last = 0.0, 0
    for shipment in shipments:
        move = shipment.moves[-1]
        if legs[move.leg].destination in world.mandate.area.hubs and not move.turned_back:
            tons += shipment.tons
            last = max(last, move.arrive)
    return tons, last


def _arrivals(world: Operation, plan: ForcePlan) -> Iterator[Violation]:
    """Each unit arrives whole, on the day stated, by the day due."""
    units = {unit.id: unit for unit in world.units}
    moves = plan.movements()
    for posting in plan.postings:
        unit = units[posting.unit]
        if unit.hub in world.mandate.area.hubs or unit.tons == 0:
            tons, last = unit.tons, unit.ready
        else:
            tons, last = _in_area(world, moves.get(unit.id, ()))
        if abs(tons - unit.tons) > KILOGRAM:
            text = f"{tons:.3f} of {unit.tons:g} t of {unit.id} arrive"
            yield Violation("not_moved", text, unit.id)
        if last != posting.arrives:
            text = f"{unit.id} is complete on day {last}, not {posting.arrives}"
            yield Violation("times", text, unit.id, day=last)
        if last > posting.by or last > world.horizon:
            text = f"{unit.id} is complete on day {last}, due on {posting.by}"
            yield Violation("late", text, unit.id, day=last)
    sent = {posting.unit for posting in plan.postings}
    for key, shipments in moves.items():
        if key not in sent and any(s.depart >= plan.from_day for s in shipments):
            yield Violation("unknown", f"{key} moves but is not sent", key)


def _needs(world: Operation, plan: ForcePlan) -> Iterator[Violation]:
    units = {unit.id: unit for unit in world.units}
    for need in world.mandate.needs:
        due, until = world.number(need.by), need.until or world.mandate.end
        have = sum(
            units[posting.unit].amount(need.capability)
            for posting in plan.postings
            if posting.arrives <= due and posting.until >= until
        )
        if have < need.amount * (1 - 1e-9) - 1e-9:
            text = f"{have:g} {need.capability} by {need.by}, {need.amount:g} needed"
            yield Violation("need", text, day=due)


def _caps(world: Operation, plan: ForcePlan) -> Iterator[Violation]:
    units = {unit.id: unit for unit in world.units}
    costs = {account.unit: account.force_cost.amount for account in plan.accounts}
    for cap in world.caps:
        own = [p.unit for p in plan.postings if p.member == cap.member]
        if cap.measure == "persons":
            borne = float(sum(units[key].persons for key in own))
        else:
            borne = float(sum(costs[key] for key in own))
        if borne > float(cap.most) + 0.01 * (1 + len(own)):
            text = f"{cap.member} bears {borne:,.0f} ({cap.measure}), at most {cap.most:,.0f}"
            yield Violation("cap", text)


def _money(world: Operation, plan: ForcePlan) -> Iterator[Violation]:
    """Costs add up to what was moved and sent, and no value is below its bound."""
    units = {unit.id: unit for unit in world.units}
    legs = {leg.id: leg for leg in world.legs}
    force = Fraction(0)
    for posting in plan.postings:
        if posting.until >= world.mandate.end:
            force += Fraction(units[posting.unit].month_cost) * world.mandate.months
        else:
            account = next(a for a in plan.accounts if a.unit == posting.unit)
            force += Fraction(account.force_cost.amount)
    lift = Fraction(0)
    for shipment in plan.shipments:
        for move in shipment.moves:
            lift += Fraction(legs[move.leg].cost_per_ton) * Fraction(shipment.tons)
    for use in plan.lift:
        sortie = legs[use.leg].sortie
        if sortie is not None:
            lift += Fraction(sortie.cost) * use.sorties
    room = 0.02 * (1 + len(plan.accounts)) + 1e-9 * float(force + lift)
    stated = plan.cost.amount
    if abs(float(force + lift) - float(stated)) > room:
        text = (
            f"cost is stated as {stated:,.2f}, movements and units make {float(force + lift):,.2f}"
        )
        yield Violation("cost", text)
    for tier in plan.tiers:
        if tier.value < tier.bound - 1e-6 * max(1.0, abs(tier.bound)):
            text = f"{tier.aim}: {tier.value:,.2f} is below the proven bound {tier.bound:,.2f}"
            yield Violation("bound", text)
