"""Remedies for an impossible mandate: their prices, and the operation with them in place."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

from hansa.security.forces.mandate import Need
from hansa.security.forces.network import Consent
from hansa.security.forces.operation import Cap, Operation
from hansa.security.forces.units import Unit
from hansa.terms.days import add_days, day
from hansa.terms.errors import BadInput
from hansa.terms.reasons import Reason
from hansa.terms.truth import Truth


@dataclass(frozen=True, slots=True)
class Prices:
    """What a remedy costs, in the operation's currency.

    Parameters
    ----------
    ton_a_day : float
        One ton more of a leg's or a hub's daily capacity, for the operation.
    vehicle : float
        One vehicle more in a fleet, or one sortie or slot more a day.
    day : float
        One day's delay of one need.
    pledge : mapping of str to float
        One unit of a capability more, for the mandate.
    consent : float
        One state's consent (negotiation; not zero, so that none is asked for in vain).
    cap : float
        One unit by which a member's cap is raised.
    """

    ton_a_day: float
    vehicle: float
    day: float
    pledge: Mapping[str, float]
    consent: float
    cap: float

    def __post_init__(self) -> None:
        values = (self.ton_a_day, self.vehicle, self.day, self.consent, self.cap)
        if min((*values, *self.pledge.values())) <= 0:
            raise BadInput("a remedy without a price would be used without need")
        object.__setattr__(self, "pledge", MappingProxyType(dict(self.pledge)))


@dataclass(frozen=True, slots=True)
class Remedy:
    """One thing to change: ``amount`` more of ``what`` (leg, fleet, hub, need, state…)."""

    family: str
    what: str
    amount: float
    price: float
    text: str


@dataclass(frozen=True, slots=True)
class Remedies:
    """Remedies that together make the mandate possible.

    ``families`` says which were allowed; ``bound`` is the proven least price.
    """

    families: tuple[str, ...]
    items: tuple[Remedy, ...]
    price: float
    bound: float


@dataclass(frozen=True, slots=True)
class Advice:
    """The cheapest combination (``None``: nothing helps), and what each family alone takes.

    ``useless`` are the families that cannot help alone, ``undecided`` those for which the
    time ran out.
    """

    cheapest: Remedies | None
    alone: tuple[Remedies, ...]
    useless: tuple[tuple[str, ...], ...]
    undecided: tuple[tuple[str, ...], ...]
    prices: Prices


def usual_prices(operation: Operation) -> Prices:
    """Prices from the operation's own costs; an assumption that a user should replace.

    Capacity costs what its dearest use costs on each day of the horizon; a pledge what the
    dearest pledged unit costs per amount; a day what all needs together cost a day.
    """
    days = operation.horizon + 1
    tons = [float(leg.cost_per_ton) for leg in operation.legs]
    tons += [float(g.sortie.cost) / g.sortie.payload_t for g in operation.legs if g.sortie]
    sorties = [float(leg.sortie.cost) for leg in operation.legs if leg.sortie]
    months = operation.mandate.months
    each: dict[str, float] = {}
    for unit in operation.units:
        for capability, amount in unit.supplies:
            if amount > 0:
                cost = float(unit.month_cost) * months / amount
                each[capability] = max(each.get(capability, 0.0), cost)
    dearest = max(each.values(), default=1.0) or 1.0
    pledge = {n.capability: each.get(n.capability, dearest) or 1.0 for n in operation.mandate.needs}
    whole = sum(n.amount * pledge[n.capability] for n in operation.mandate.needs)
    return Prices(
        ton_a_day=(max(tons, default=1.0) or 1.0) * days,
        vehicle=(max(sorties, default=1.0) or 1.0) * days,
        day=whole / max(1, 30 * months),
        pledge=pledge,
        consent=max(1e-3, 1e-3 * whole),
        cap=1.0,
    )


def apply_remedies(operation: Operation, remedies: Remedies) -> Operation:
    """The operation with remedies in place: a what-if that has a plan."""
    for item in remedies.items:
        operation = _applied(operation, item)
    return operation


def _applied(operation: Operation, item: Remedy) -> Operation:
    kind, _, rest = item.what.partition(":")
    if item.family == "lift":
        return _more_lift(operation, kind, rest, item.amount)
    if item.family == "throughput":
        ports = list(operation.throughputs)
        port = ports[int(rest.split(":")[0])]
        if kind == "tons":
            port = replace(port, tons_per_day=(port.tons_per_day or 0.0) + item.amount)
        else:
            slots = (port.sorties_per_day or 0) + math.ceil(item.amount)
            port = replace(port, sorties_per_day=slots)
        ports[int(rest.split(":")[0])] = port
        return replace(operation, throughputs=tuple(ports))
    if item.family == "day":
        needs = list(operation.mandate.needs)
        due = within_horizon(operation, needs[int(kind)])
        late = replace(due, by=add_days(due.by, int(item.amount)))
        needs[int(kind)] = late
        mandate = replace(operation.mandate, needs=tuple(needs))
        horizon = max(operation.horizon, operation.number(late.by))
        return replace(operation, mandate=mandate, horizon=horizon)
    if item.family == "pledge":
        return replace(operation, units=(*operation.units, _new_unit(operation, item)))
    if item.family == "consent":
        given = Consent(item.what, Truth.TRUE)
        return replace(operation, consents=(*operation.consents, given))
    caps = list(operation.caps)
    old = caps[int(kind)]
    caps[int(kind)] = Cap(old.member, old.most + Decimal(str(item.amount)), old.measure)
    return replace(operation, caps=tuple(caps))


def _more_lift(operation: Operation, kind: str, key: str, amount: float) -> Operation:
    if kind == "vehicles":
        fleets = tuple(
            replace(f, vehicles=f.vehicles + math.ceil(amount)) if f.id == key else f
            for f in operation.fleets
        )
        return replace(operation, fleets=fleets)
    legs = []
    for leg in operation.legs:
        if leg.id != key:
            legs.append(leg)
            continue
        sortie, tons = leg.sortie, leg.tons_per_day
        if kind == "sorties" and sortie is not None:
            more = math.ceil(amount)
            if sortie.per_day is not None:
                sortie = replace(sortie, per_day=sortie.per_day + more)
            tons = None if tons is None else tons + more * sortie.payload_t
        elif tons is not None:
            tons += amount
        legs.append(replace(leg, sortie=sortie, tons_per_day=tons))
    return replace(operation, legs=tuple(legs))


def within_horizon(operation: Operation, need: Need) -> Need:
    """The need, due no later than anything may arrive at all."""
    return replace(need, by=min(need.by, operation.day(operation.horizon)))


def _new_unit(operation: Operation, item: Remedy) -> Unit:
    """The pledge still to be found, as a unit that comes by its own means."""
    capability, _, by = item.what.rpartition(":")
    months = operation.mandate.months
    return Unit(
        id=f"new.{item.what}",
        member="",
        name=f"a further pledge of {capability}",
        hub=operation.mandate.area.hubs[0],
        supplies=((capability, item.amount),),
        persons=0,
        tons=0.0,
        ready=operation.number(day(by)),
        month_cost=Decimal(str(round(item.price / months, 6))),
        because=(Reason("assumption", item.text, ref="remedy"),),
    )
