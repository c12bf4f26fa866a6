"""From flows of classes to movements of units: who leaves when, by which route, with what.

Flows are filled unit by unit, earliest arrival first, so that units travel together and
the first ones are complete early. Any filling meets the model; this one splits little.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hansa.security.forces.model import ForceModel
from hansa.security.forces.solver import Floats

GRAM = 1e-6
"""Tons below which a flow is the solver's tolerance, not a movement."""


@dataclass(frozen=True, slots=True)
class Move:
    """One leg of a shipment, with days counted from the mandate's start.

    ``turned_back``: its destination closed under way; it came back to the leg's origin on
    day ``arrive``.
    """

    leg: str
    depart: int
    arrive: int
    turned_back: bool = False


@dataclass(frozen=True, slots=True)
class Shipment:
    """Tons of one unit that travel together."""

    unit: str
    tons: float
    moves: tuple[Move, ...]

    @property
    def depart(self) -> int:
        """Day of departure."""
        return self.moves[0].depart

    @property
    def arrive(self) -> int:
        """Day on which the last leg ends."""
        return self.moves[-1].arrive


@dataclass(frozen=True, slots=True)
class LiftUse:
    """Sorties on a leg on a day, and the tons in them (0 sorties: a leg without sorties)."""

    leg: str
    day: int
    sorties: int
    tons: float


Preference = Mapping[tuple[int, str, tuple[str, ...], int], float]
"""(unit, hub, legs, day of departure) → tons that an earlier plan moved so."""


def flows_to_shipments(
    model: ForceModel,
    values: Floats,
    chosen: Mapping[int, int],
    prefer: Preference | None = None,
) -> tuple[Shipment, ...]:
    """Split the flows over the lots of the chosen units.

    Parameters
    ----------
    chosen : mapping of int to int
        Unit → number of its option.
    prefer : mapping, optional
        Movements of an earlier plan to keep where the flows allow it.
    """
    legs, routes = model.operation.legs, model.expansion.routes
    left: dict[int, list[list[float]]] = {}
    flows = model.flows
    tons = values[flows.column]
    for i in np.flatnonzero(tons > GRAM / 10):
        entry = [float(flows.route[i]), float(flows.day[i]), float(tons[i])]
        left.setdefault(int(flows.klass[i]), []).append(entry)
    for entries in left.values():
        entries.sort(key=lambda e: (e[1] + routes[int(e[0])].days, e[1], e[0]))
    shipped: dict[tuple[int, int, int], float] = {}
    rest = _lots(model, chosen)
    if prefer:
        _keep(model, left, rest, shipped, prefer)
    for (klass, unit), owed in sorted(rest.items()):
        for entry in left.get(klass, ()):
            _take(entry, (klass, unit), rest, shipped)
        if rest[klass, unit] > 1e-3 * max(1.0, owed):
            raise AssertionError(f"flows of class {klass} do not carry unit {unit}")
    merged: dict[tuple[str, tuple[Move, ...]], float] = {}
    for (unit, route, day), amount in shipped.items():
        way = routes[route]
        moves = tuple(
            Move(legs[leg].id, day + offset, day + offset + legs[leg].days)
            for leg, offset in zip(way.legs, way.offsets, strict=True)
        )
        key = (model.operation.units[unit].id, moves)
        merged[key] = merged.get(key, 0.0) + amount
    found = [Shipment(unit, round(t, 6), moves) for (unit, moves), t in merged.items()]
    return tuple(
        sorted((s for s in found if s.tons > 0), key=lambda s: (s.unit, s.depart, s.arrive))
    )


def _lots(model: ForceModel, chosen: Mapping[int, int]) -> dict[tuple[int, int], float]:
    """Tons that each chosen unit still has in each class."""
    numbers = {key: number for number, key in enumerate(model.expansion.classes)}
    rest: dict[tuple[int, int], float] = {}
    from hansa.security.forces.expansion import LotClass

    for lot in model.situation.lots:
        if lot.unit not in chosen:
            continue
        by = model.expansion.options[chosen[lot.unit]].by
        key = (numbers[LotClass(lot.hub, max(lot.ready, model.situation.day), by)], lot.unit)
        rest[key] = rest.get(key, 0.0) + lot.tons
    return rest


def _keep(
    model: ForceModel,
    left: Mapping[int, list[list[float]]],
    rest: dict[tuple[int, int], float],
    shipped: dict[tuple[int, int, int], float],
    prefer: Preference,
) -> None:
    """First give each unit what it had in the earlier plan, as far as the flows go."""
    legs, routes, classes = model.operation.legs, model.expansion.routes, model.expansion.classes
    for klass, unit in sorted(rest):
        for entry in left.get(klass, ()):
            path = tuple(legs[leg].id for leg in routes[int(entry[0])].legs)
            most = prefer.get((unit, classes[klass].hub, path, int(entry[1])), 0.0)
            if most > 0:
                _take(entry, (klass, unit), rest, shipped, most)


def _take(
    entry: list[float],
    key: tuple[int, int],
    rest: dict[tuple[int, int], float],
    shipped: dict[tuple[int, int, int], float],
    most: float = np.inf,
) -> None:
    amount = min(entry[2], rest[key], most)
    if amount <= GRAM / 10:
        return
    entry[2] -= amount
    rest[key] -= amount
    slot = (key[1], int(entry[0]), int(entry[1]))
    shipped[slot] = shipped.get(slot, 0.0) + amount


def lift_use(model: ForceModel, shipments: tuple[Shipment, ...]) -> tuple[LiftUse, ...]:
    """Loads of legs by day, and the whole sorties that carry them."""
    legs = {leg.id: leg for leg in model.operation.legs}
    loads: dict[tuple[str, int], float] = {}
    for shipment in shipments:
        for move in shipment.moves:
            at = (move.leg, move.depart)
            loads[at] = loads.get(at, 0.0) + shipment.tons
    uses = []
    for (key, day), tons in sorted(loads.items(), key=lambda item: (item[0][1], item[0][0])):
        sortie = legs[key].sortie
        number = 0 if sortie is None else int(np.ceil((tons - 1e-3) / sortie.payload_t))
        uses.append(LiftUse(key, day, number, round(tons, 6)))
    return tuple(uses)
