"""Where things stand when a plan is made: what has moved already and cannot be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from hansa.security.forces.operation import Operation


@dataclass(frozen=True, slots=True)
class Lot:
    """Tons of one unit that stand at a hub and may leave from day ``ready`` on."""

    unit: int
    hub: str
    ready: int
    tons: float


def _none() -> Mapping[tuple[int, int], float]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Situation:
    """What is still open.

    Parameters
    ----------
    day : int
        First day on which anything may still be decided.
    lots : tuple of Lot
        What is still to be moved.
    arrived : mapping of int to int
        Unit → day by which its moved tons, if any, have arrived (units in the area: the day
        on which they are ready).
    barred : frozenset of int
        Units that may not be sent.
    departures : mapping of (leg, day) to tons
        Under way: left before ``day``.
    sorties : mapping of (leg, day) to number
        Flown or driven before ``day``.
    landing : mapping of (leg, day of departure) to tons
        The part of ``departures`` that will arrive at the leg's end.
    """

    day: int
    lots: tuple[Lot, ...]
    arrived: Mapping[int, int]
    barred: frozenset[int]
    departures: Mapping[tuple[int, int], float] = field(default_factory=_none)
    sorties: Mapping[tuple[int, int], float] = field(default_factory=_none)
    landing: Mapping[tuple[int, int], float] = field(default_factory=_none)


def at_the_start(operation: Operation) -> Situation:
    """Nothing has moved: each unit stands whole at its base."""
    area = frozenset(operation.mandate.area.hubs)
    gone, elsewhere = operation.withdrawn(), operation.bound_elsewhere()
    lots, arrived, barred = [], {}, set()
    for number, unit in enumerate(operation.units):
        if unit.id in gone or unit.id in elsewhere:
            barred.add(number)
        elif unit.hub in area or unit.tons == 0:
            arrived[number] = unit.ready
        else:
            lots.append(Lot(number, unit.hub, unit.ready, unit.tons))
    return Situation(0, tuple(lots), arrived, frozenset(barred))
