"""Pledges of a world as the planner reads them: acts first, standing contingents beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hansa.record.acts import Act
from hansa.record.ledger import fold
from hansa.record.world import World
from hansa.security.forces.scenarios.tables import Row as TextRow
from hansa.terms.days import Day, day

POOLS = {"KSOR": "KSOR (CRRF)", "CRDF": "CRDF (KSBR) Central Asia"}
"""The pools of pledges as acts, and their names in the table of forces."""

STANDING = ("CIS peacekeeping force Tajikistan",)
"""Contingents of the table of forces that stand in the field and were never pledged."""

BATTALION = 500
COUNTED = re.compile(r"(\d+) battalions?")


def pledges_on(world: World, on: Day, known_on: Day | None, pools: Iterable[str] = ()) -> list[Act]:
    """The acts of kind ``pledge`` that hold on a day, as known; only these pools, if named."""
    wanted = set(pools)
    found = []
    for act in fold(world.acts, known_on).of("pledge"):
        until = act.payload.get("until")
        if act.on > on or (until is not None and on > day(str(until))):
            continue
        if not wanted or act.subject in wanted:
            found.append(act)
    return found


def complete(act: Act) -> bool:
    """Whether a pledge says all that the planner needs, or changes one that does."""
    return "capabilities" in act.payload or "of" in act.payload


def latest(acts: Iterable[Act]) -> list[Act]:
    """Of a member's short pledges to one pool the last counts: it restates the whole."""
    last: dict[tuple[str, str], Act] = {}
    for act in sorted(acts, key=lambda a: (a.on, a.id)):
        last[act.subject, act.actor] = act
    return list(last.values())


def text_rows(acts: Iterable[Act]) -> tuple[list[TextRow], list[str]]:
    """Short pledges as rows of the table of forces, and what was assumed about them."""
    rows: list[TextRow] = []
    assumed = []
    for act in latest(act for act in acts if not complete(act)):
        heads, units = act.payload.get("strength"), str(act.payload.get("unit") or "")
        counted = COUNTED.match(units)
        if heads is None and counted and int(counted[1]) > 1:
            heads = BATTALION * int(counted[1])
            assumed.append(f"{act.actor}: {counted[0]} are taken as {heads:,} persons")
        elif heads is None:
            assumed.append(f"{act.actor}: {units or 'a unit'} is taken as {BATTALION} persons")
        until = act.payload.get("until")
        rows.append(
            {
                "force": POOLS.get(act.subject, act.subject),
                "state_iso3": act.actor,
                "units": units,
                "headcount": None if heads is None else str(heads),
                "from": act.on.isoformat(),
                "to": None if until is None else str(until),
                "location": str(act.payload.get("at") or ""),
                "source": act.source,
                "confidence": act.confidence,
                "note": act.note,
            }
        )
    return rows, assumed


def deployed(world: World, incident: str, force: str, known_on: Day | None) -> list[TextRow]:
    """What really came, from the acts of kind ``deploy`` about an incident."""
    return [
        {
            "force": force,
            "state_iso3": act.actor,
            "units": str(act.payload.get("unit") or ""),
            "headcount": str(act.payload.get("strength") or "") or None,
            "from": act.on.isoformat(),
            "to": str(act.payload.get("until") or "") or None,
            "source": act.source,
            "confidence": act.confidence,
            "note": act.note,
        }
        for act in fold(world.acts, known_on).about(incident, "deploy")
    ]


def standing(world: World, on: Day) -> list[TextRow]:
    """Contingents that stand in the field on a day without a pledge."""
    if "forces" not in world.sheets:
        return []
    return [
        {
            "force": row["force"],
            "state_iso3": " ".join(row["states"]),
            "units": row["units"],
            "headcount": None if row["strength"] is None else str(row["strength"]),
            "from": row["since"].isoformat(),
            "to": row["until"].isoformat() if row["until"] else None,
            "location": row["location"] or "",
            "source": row["source"],
            "confidence": row["confidence"],
            "note": row["note"] or "",
        }
        for row in world.sheet("forces")
        if row["force"] in STANDING and len(row["states"]) == 1
        and row["since"] <= on and (row["until"] is None or on <= row["until"])
    ]  # fmt: skip


def base_rows(world: World) -> list[TextRow]:
    """The table of bases as text."""
    if "bases" not in world.sheets:
        return []
    return [
        {
            "base": row["id"],
            "host_iso3": row["host"],
            "lat": None if row["latitude"] is None else str(row["latitude"]),
            "lon": None if row["longitude"] is None else str(row["longitude"]),
        }
        for row in world.sheet("bases")
    ]
