"""What has happened by a day: the part of a plan that stays, and where everything stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hansa.security.forces.network import Leg, consent_on
from hansa.security.forces.operation import Operation
from hansa.security.forces.plan import ForcePlan
from hansa.security.forces.shipments import Move, Shipment
from hansa.security.forces.situation import Lot, Situation
from hansa.terms.truth import Truth

Places = dict[tuple[int, str], list[tuple[int, float]]]


def freeze_past(
    operation: Operation, plan: ForcePlan, today: int
) -> tuple[tuple[Shipment, ...], Situation]:
    """Split a plan at a day.

    Movements that have left stay; one whose destination closes, or whose transit is no longer
    consented to, while it is under way turns back and needs as long again. What has stopped
    half-way stands at the hub it reached.

    Returns
    -------
    past : tuple of Shipment
        Movements, or the parts of them, that have begun.
    situation : Situation
        Everything that is still open.
    """
    past = tuple(
        Shipment(shipment.unit, shipment.tons, done)
        for shipment in plan.shipments
        if (done := _begun(operation, shipment, today))
    )
    numbers = {leg.id: number for number, leg in enumerate(operation.legs)}
    departures: dict[tuple[int, int], float] = {}
    landing: dict[tuple[int, int], float] = {}
    for shipment in past:
        for move in shipment.moves:
            key = (numbers[move.leg], move.depart)
            departures[key] = departures.get(key, 0.0) + shipment.tons
            if not move.turned_back:
                landing[key] = landing.get(key, 0.0) + shipment.tons
    sorties = {
        (numbers[use.leg], use.day): float(use.sorties) for use in plan.lift if use.day < today
    }
    standing = _standing(operation, today, past)
    return past, replace(standing, departures=departures, landing=landing, sorties=sorties)


def _begun(operation: Operation, shipment: Shipment, today: int) -> tuple[Move, ...]:
    """The moves that have begun; the last turns back if it may not go on."""
    legs = {leg.id: leg for leg in operation.legs}
    done: list[Move] = []
    for move in shipment.moves:
        if move.depart >= today:
            break
        leg = legs[move.leg]
        under_way = move.arrive >= today and not move.turned_back
        if under_way and not _may_go_on(operation, leg, today, move.arrive):
            elapsed = today - move.depart
            done.append(Move(move.leg, move.depart, today + elapsed, turned_back=True))
            break
        done.append(move)
    return tuple(done)


def _may_go_on(operation: Operation, leg: Leg, today: int, arrive: int) -> bool:
    """Whether a movement under way may still arrive: its end is open, the way consented."""
    if not operation.is_open(leg.destination, leg.mode, arrive):
        return False
    return all(
        consent_on(operation.consents, state, leg.mode, operation.day(number)) is Truth.TRUE
        for state in leg.transits
        for number in range(today, arrive + 1)
    )


def _standing(operation: Operation, today: int, past: tuple[Shipment, ...]) -> Situation:
    """Lots by place: what has come there, first come first gone."""
    legs = {leg.id: leg for leg in operation.legs}
    index = {unit.id: number for number, unit in enumerate(operation.units)}
    area = frozenset(operation.mandate.area.hubs)
    come: Places = {
        (number, unit.hub): [(unit.ready, unit.tons)]
        for number, unit in enumerate(operation.units)
        if unit.hub not in area and unit.tons > 0
    }
    gone: dict[tuple[int, str], float] = {}
    arrived: dict[int, int] = {}
    for shipment in past:
        key, last = index[shipment.unit], shipment.moves[-1]
        origin = (key, legs[shipment.moves[0].leg].origin)
        gone[origin] = gone.get(origin, 0.0) + shipment.tons
        here = legs[last.leg].origin if last.turned_back else legs[last.leg].destination
        if here in area:
            arrived[key] = max(arrived.get(key, 0), last.arrive)
        else:
            come.setdefault((key, here), []).append((last.arrive, shipment.tons))
    barred = {
        number
        for number, unit in enumerate(operation.units)
        if unit.id in operation.withdrawn() or unit.id in operation.bound_elsewhere()
    }
    for number, unit in enumerate(operation.units):
        if number not in barred and (unit.hub in area or unit.tons == 0):
            arrived[number] = unit.ready
    lots = [lot for lot in _left(come, gone, today) if lot.unit not in barred]
    return Situation(today, tuple(lots), arrived, frozenset(barred))


def _left(come: Places, gone: Mapping[tuple[int, str], float], today: int) -> list[Lot]:
    """What is left at each place, by the day from which it may leave."""
    lots: dict[tuple[int, str, int], float] = {}
    for (unit, hub), arrivals in come.items():
        leaving = gone.get((unit, hub), 0.0)
        for ready, tons in sorted(arrivals):
            taken = min(leaving, tons)
            leaving -= taken
            if tons - taken > 1e-6:
                key = (unit, hub, max(ready, today))
                lots[key] = lots.get(key, 0.0) + tons - taken
    return [Lot(unit, hub, ready, tons) for (unit, hub, ready), tons in lots.items()]
