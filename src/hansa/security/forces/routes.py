"""Routes from where a unit stands to the area, and the days on which they are open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from hansa.security.forces.findings import Finding
from hansa.security.forces.network import Leg
from hansa.security.forces.operation import Operation
from hansa.terms.truth import Truth

MOST_ROUTES = 96
"""Routes kept from one hub, the fastest first; more are cut with a finding."""


@dataclass(frozen=True, slots=True)
class Route:
    """Legs in order; ``offsets`` are days from departure to each leg's departure."""

    legs: tuple[int, ...]
    offsets: tuple[int, ...]
    days: int
    cost_per_ton: Decimal


def routes_from(operation: Operation, hub: str) -> tuple[tuple[Route, ...], tuple[Finding, ...]]:
    """All simple routes of at most ``max_legs`` legs from a hub to a hub of the area."""
    found = [_route(operation.legs, path) for path in _paths(operation, hub)]
    found.sort(key=lambda route: (route.days, route.cost_per_ton, route.legs))
    if len(found) <= MOST_ROUTES:
        return tuple(found), ()
    text = f"of {len(found)} routes from {hub} the {MOST_ROUTES} fastest are considered"
    return tuple(found[:MOST_ROUTES]), (Finding("routes_cut", text, hub),)


def _paths(operation: Operation, start: str) -> Iterator[tuple[int, ...]]:
    area = frozenset(operation.mandate.area.hubs)
    leaving: dict[str, list[int]] = {}
    for number, leg in enumerate(operation.legs):
        leaving.setdefault(leg.origin, []).append(number)
    stack: list[tuple[str, tuple[int, ...], frozenset[str]]] = [(start, (), frozenset({start}))]
    while stack:
        here, path, seen = stack.pop()
        if here in area:
            if path:
                yield path
            continue
        if len(path) == operation.max_legs:
            continue
        for number in leaving.get(here, ()):
            there = operation.legs[number].destination
            if there not in seen:
                stack.append((there, (*path, number), seen | {there}))


def _route(legs: tuple[Leg, ...], path: tuple[int, ...]) -> Route:
    offsets, at = [], 0
    for number in path:
        offsets.append(at)
        at += legs[number].days
    cost = sum((legs[number].cost_per_ton for number in path), Decimal(0))
    return Route(path, tuple(offsets), at, cost)


def leg_open(operation: Operation, *, assume: frozenset[str] = frozenset()) -> NDArray[np.bool_]:
    """Whether a leg may be left on a day, shape (legs, horizon + 1).

    A leg is open if its origin is open on the day of departure, its destination on the day
    of arrival, and every state on its way consents on all days between (unknown: closed).
    Consent of the states in ``assume`` is taken as given.
    """
    days = operation.horizon + 1
    table = np.zeros((len(operation.legs), days), dtype=np.bool_)
    for number, leg in enumerate(operation.legs):
        for depart in range(days):
            arrive = depart + leg.days
            table[number, depart] = (
                arrive < days
                and operation.is_open(leg.origin, leg.mode, depart)
                and operation.is_open(leg.destination, leg.mode, arrive)
                and _consented(operation, leg, depart, assume)
            )
    return table


def _consented(operation: Operation, leg: Leg, depart: int, assume: frozenset[str]) -> bool:
    if not leg.transits or assume.issuperset(leg.transits):
        return True
    if not assume:
        return operation.consents_to(leg, depart) is Truth.TRUE
    from dataclasses import replace

    asked = replace(leg, transits=tuple(s for s in leg.transits if s not in assume))
    return operation.consents_to(asked, depart) is Truth.TRUE


def route_open(route: Route, table: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether a route may be left on each day, shape (horizon + 1,)."""
    days = table.shape[1]
    result = np.ones(days, dtype=np.bool_)
    for leg, offset in zip(route.legs, route.offsets, strict=True):
        within = max(0, days - offset)
        result[within:] = False
        result[:within] &= table[leg, offset : offset + within]
    return result


def missing_consents(operation: Operation) -> tuple[Finding, ...]:
    """States whose missing or refused consent closes a leg, with the legs."""
    blocked: dict[tuple[str, str], list[str]] = {}
    for leg in operation.legs:
        for state in leg.transits:
            alone = {
                operation.consents_to(_only(leg, state), depart)
                for depart in range(max(1, operation.horizon + 1 - leg.days))
            }
            if alone == {Truth.TRUE}:
                continue
            word = "refuses" if Truth.FALSE in alone else "has not answered on"
            blocked.setdefault((state, word), []).append(leg.id)
    return tuple(
        Finding("no_consent", f"{state} {word} transit: {', '.join(legs)} closed", state)
        for (state, word), legs in sorted(blocked.items())
    )


def _only(leg: Leg, state: str) -> Leg:
    from dataclasses import replace

    return replace(leg, transits=(state,))
