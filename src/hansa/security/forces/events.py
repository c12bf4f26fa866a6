"""What may happen to a plan while it is carried out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hansa.security.forces.network import Closure, Consent
from hansa.security.forces.operation import Operation, Withdrawal
from hansa.security.forces.units import Unit
from hansa.terms.days import Day
from hansa.terms.names import unknown
from hansa.terms.reasons import Because


@dataclass(frozen=True, slots=True)
class VehiclesLost:
    """A fleet loses vehicles from a day on."""

    fleet: str
    vehicles: int
    on: Day
    because: Because = ()


@dataclass(frozen=True, slots=True)
class Delay:
    """A unit is ready only on a later day (counted from the mandate's start)."""

    unit: str
    ready: int
    because: Because = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """A further unit is pledged."""

    unit: Unit
    because: Because = ()


Event = Withdrawal | Closure | Consent | VehiclesLost | Delay | Joined


def happened(operation: Operation, events: tuple[Event, ...]) -> Operation:
    """The operation after events."""
    for event in events:
        if isinstance(event, Withdrawal):
            operation = replace(operation, withdrawals=(*operation.withdrawals, event))
        elif isinstance(event, Closure):
            operation = replace(operation, closures=(*operation.closures, event))
        elif isinstance(event, Consent):
            operation = replace(operation, consents=(*operation.consents, event))
        elif isinstance(event, VehiclesLost):
            operation = _cut(operation, event)
        elif isinstance(event, Delay):
            operation.unit(event.unit)  # raises if there is none
            units = tuple(
                replace(u, ready=max(u.ready, event.ready)) if u.id == event.unit else u
                for u in operation.units
            )
            operation = replace(operation, units=units)
        else:
            operation = replace(operation, units=(*operation.units, event.unit))
    return operation


def _cut(operation: Operation, event: VehiclesLost) -> Operation:
    known = [fleet.id for fleet in operation.fleets]
    if event.fleet not in known:
        raise unknown("fleet", event.fleet, known)
    fleets = tuple(
        replace(f, cuts=(*f.cuts, (event.on, event.vehicles))) if f.id == event.fleet else f
        for f in operation.fleets
    )
    return replace(operation, fleets=fleets)
