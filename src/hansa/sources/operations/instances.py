"""Synthetic force-generation instances (JSON) as operations for the planner.

The file holds members with a home hub, units, needs with due days, arcs from hubs to the
theatre, and the theatre's daily throughput by mode. Moving to a hub that is not the member's
own takes three days and half a unit of cost per ton, without limit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from hansa.security.forces.aims import Aims, weighted
from hansa.security.forces.mandate import Area, Mandate, Need
from hansa.security.forces.network import Hub, Leg, Sortie, Throughput
from hansa.security.forces.operation import Operation
from hansa.security.forces.units import Unit
from hansa.terms.days import Day, add_days
from hansa.terms.errors import BadInput, Place

START: Final = date(2001, 1, 1)
TRANSFER_DAYS: Final = 3
TRANSFER_COST: Final = Decimal("0.5")
THEATRE: Final = "theatre"


@dataclass(frozen=True, slots=True)
class ForceInstance:
    """An instance: the operation, and the aims in which its optimum is stated."""

    name: str
    operation: Operation
    aims: Aims


def read_force_instance(
    path: Path, *, payloads: Mapping[str, float] | None = None, start: Day = START
) -> ForceInstance:
    """Read one ``force_*.json``.

    Parameters
    ----------
    path : Path
    payloads : mapping of str to float, optional
        Tons of a sortie by lift (``air_a``, ``air_b``, ``sea``, ``road``). If given, arcs of
        these lifts carry whole sorties, and a sortie costs its payload's tons.
    start : Day
        Day 0.

    Raises
    ------
    BadInput
        If the file is no such instance.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        operation = _operation(path.stem, data, payloads or {}, start)
        return ForceInstance(
            path.stem, operation, weighted(cost=1.0, unfairness=float(data["unfairness_weight"]))
        )
    except json.JSONDecodeError as wrong:
        where = Place(path.name, row=wrong.lineno, position=wrong.pos)
        raise BadInput(f"the file is not JSON: {wrong.msg}", where=where) from None
    except KeyError as missing:
        raise BadInput(f"the instance lacks {missing}", where=Place(path.name)) from None
    except (TypeError, ValueError, IndexError) as wrong:
        raise BadInput(f"the instance is malformed: {wrong}", where=Place(path.name)) from None


def _operation(
    name: str, data: Mapping[str, Any], payloads: Mapping[str, float], start: Day
) -> Operation:
    home = {member["id"]: member["hub"] for member in data["members"]}
    hubs = sorted({*home.values(), *(arc["hub"] for arc in data["arcs"])})
    needs = tuple(
        Need(f"k{k}", float(data["need"][k]), add_days(start, int(data["due"][k])))
        for k in range(data["K"])
    )
    mandate = Mandate(
        id=name,
        task="peacekeeping",
        area=Area(THEATRE, (THEATRE,)),
        start=start,
        months=int(data["duration_months"]),
        needs=needs,
    )
    transfers = tuple(
        Leg(f"{_hub(a)}>{_hub(b)}", _hub(a), _hub(b), "transfer", TRANSFER_DAYS,
            cost_per_ton=TRANSFER_COST)
        for a in hubs
        for b in hubs
        if a != b
    )  # fmt: skip
    return Operation(
        mandate=mandate,
        units=tuple(_unit(unit, home) for unit in data["units"]),
        hubs=(*(Hub(_hub(h), f"hub {h}") for h in hubs), Hub(THEATRE, "theatre")),
        legs=(*(_arc(arc, payloads) for arc in data["arcs"]), *transfers),
        horizon=int(data["T"]),
        throughputs=tuple(
            Throughput(THEATRE, mode, float(tons)) for mode, tons in data["port"].items()
        ),
        fair_shares={_member(m["id"]): Decimal(str(m["gdp"])) for m in data["members"]},
        currency="XXX",
    )


def _hub(number: int) -> str:
    return f"hub{number}"


def _member(number: int) -> str:
    return f"M{number:02}"


def _unit(unit: Mapping[str, Any], home: Mapping[int, int]) -> Unit:
    return Unit(
        id=f"U{unit['id']:03}",
        member=_member(unit["member"]),
        name=f"unit {unit['id']}",
        hub=_hub(home[unit["member"]]),
        supplies=((f"k{unit['cap']}", float(unit["amount"])),),
        persons=int(unit["personnel"]),
        tons=float(unit["tons"]),
        ready=int(unit["ready"]),
        month_cost=Decimal(str(unit["month_cost"])),
    )


def _arc(arc: Mapping[str, Any], payloads: Mapping[str, float]) -> Leg:
    lift, cap = arc["mode"], float(arc["cap_per_day"])
    rate = Decimal(str(arc["cost_per_ton"]))
    sortie = None
    if lift in payloads:
        payload = min(payloads[lift], cap)
        sortie = Sortie(payload, rate * Decimal(str(payload)))
    return Leg(
        id=f"{_hub(arc['hub'])}.{lift}",
        origin=_hub(arc["hub"]),
        destination=THEATRE,
        mode=lift.split("_")[0],
        days=int(arc["days"]),
        tons_per_day=cap,
        cost_per_ton=Decimal(0) if sortie else rate,
        sortie=sortie,
    )
