"""Bases, ways and consents where no network is prepared: capitals, bases, corridors of states."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable

from hansa.record.world import World
from hansa.security.forces import Consent, Fleet, Hub, Leg, Throughput, distance_km, leg_between
from hansa.security.forces.scenarios.assumptions import CONVOY, IL76
from hansa.security.forces.scenarios.tables import Row, Split
from hansa.studies.responding.pledged import BATTALION, STANDING
from hansa.terms.days import Day
from hansa.terms.reasons import Reason
from hansa.terms.truth import Truth

AREA = "area"
ROAD_KM = 1500.0
FORCE_BASES = ("motor rifle", "air base")
"""Kinds of base at which units stand that can be sent."""

FRIEND, STRANGER = 1, 100
"""What it costs a corridor to cross a state that takes part, and one that does not."""


def corridor(
    world: World, start: str, end: str, friends: Collection[str]
) -> tuple[str, ...] | None:
    """The states between two states, by common borders, through friends where possible.

    ``None``: no chain of borders joins them.
    """
    beside: dict[str, set[str]] = {}
    for row in world.sheet("borders") if "borders" in world.sheets else ():
        beside.setdefault(row["a"], set()).add(row["b"])
        beside.setdefault(row["b"], set()).add(row["a"])
    queue: list[tuple[int, tuple[str, ...]]] = [(0, (start,))]
    done = set()
    while queue:
        price, way = heapq.heappop(queue)
        if way[-1] == end:
            return way[1:-1]
        if way[-1] in done:
            continue
        done.add(way[-1])
        for state in beside.get(way[-1], ()):
            more = FRIEND if state in friends or state == end else STRANGER
            heapq.heappush(queue, (price + more, (*way, state)))
    return None


def homes_of(world: World, row: Row, on: Day) -> tuple[str, ...]:
    """The hubs of a row's units: a base of the member in each host that its place names.

    Without one, the member's capital. Hosts come in the order in which the place names them;
    of a host's bases the first of the table counts, those of ground forces before air bases.
    """
    member = row.get("state_iso3") or ""
    in_field = row.get("force") in STANDING
    where = f"{row.get('location') or ''} {row.get('force') if in_field else ''}"
    found: dict[str, tuple[tuple[int, bool], str]] = {}
    for base in world.sheet("bases") if "bases" in world.sheets else ():
        host = world.states.get(base["host"])
        held = (base["since"] is None or base["since"] <= on) and (
            base["until"] is None or on < base["until"]
        )
        if host is None or host.name not in where or base["latitude"] is None:
            continue
        if held and (in_field or member in base["users"]) and base["kind"] in FORCE_BASES:
            rank = (where.index(host.name), base["kind"] == "air base")
            if host.id not in found or rank < found[host.id][0]:
                found[host.id] = (rank, base["id"])
    return tuple(name for _, name in sorted(found.values())) or (member,)


def hubs_for(world: World, homes: Iterable[str]) -> dict[str, Hub]:
    """Capitals (by the state's code) and bases (by their names) as hubs."""
    made = {}
    bases = {row["id"]: row for row in world.sheet("bases")} if "bases" in world.sheets else {}
    for home in homes:
        if home in bases:
            row = bases[home]
            made[home] = Hub(home, home, row["latitude"], row["longitude"], row["host"])
        elif home in world.states:
            state = world.states[home]
            name = state.capital or state.name
            made[home] = Hub(home, name, state.latitude, state.longitude, state.id)
    return made


def split_for(homes: tuple[str, ...], row: Row) -> Split:
    """Battalions of 500 with a ton a person, three days' notice, 600 USD a month.

    Of a division that stands in the field a third can leave its task.
    """
    division = row.get("force") in STANDING and int(row.get("headcount") or 0) > BATTALION
    return Split(size=500, bases=homes, tons_per_person=1.0, month_cost_per_person=600.0,
                 notice_days=3, movable=1 / 3 if division else 1.0)  # fmt: skip


def legs_to(
    world: World, hubs: Iterable[Hub], area: Hub, friends: Collection[str]
) -> tuple[list[Leg], list[Consent]]:
    """Flights and roads to the area, and the consents that they need."""
    legs: list[Leg] = []
    asked: set[str] = set()
    for hub in hubs:
        if hub.lat is None or hub.lon is None or hub.id == area.id:
            continue
        between: tuple[str, ...] | None = ()
        if hub.state != area.state:
            between = corridor(world, hub.state, area.state, friends)
        if between is None:
            continue
        transits = tuple(dict.fromkeys((hub.state, *between)))
        asked |= set(transits)
        legs.append(leg_between(hub, area, IL76, fleet="air", transits=transits))
        if distance_km(hub, area) <= ROAD_KM:
            legs.append(
                leg_between(hub, area, CONVOY, tons_per_day=250, whole=False, transits=transits)
            )
    party = Reason("assumption", "it is in favour, so it lets the force pass")
    consents = [
        Consent(state, Truth.TRUE, because=(party,)) for state in sorted(asked & set(friends))
    ]
    return legs, consents


def limits_at(area: Hub) -> tuple[Fleet, Throughput, Throughput]:
    """Aircraft on call, and what the area takes in a day."""
    fleet = Fleet("air", "Il-76 on call", 10,
                  because=(Reason("assumption", "ten Il-76 are made available"),))  # fmt: skip
    return (
        fleet,
        Throughput(area.id, "air", sorties_per_day=10),
        Throughput(area.id, "road", tons_per_day=400),
    )


ASSUMED = (
    "forces move in battalions of 500 with a ton a person, three days' notice, 600 USD a month",
    "of a division that stands in the field a third can leave its task",
    "units leave from the bases on record, else from their capital",
    "ten Il-76 are made available; the area takes ten aircraft and 400 t by road a day",
    "who is in favour lets the force pass; others have not consented, so no way leads over them",
)
