"""From the pledges of a day to an operation: over a prepared network where there is one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from hansa.record.acts import Act
from hansa.record.world import World
from hansa.security import Incident, Kinds
from hansa.security.forces import (
    Aims,
    Area,
    Arrival,
    Hub,
    LegalCondition,
    Mandate,
    Need,
    Operation,
    Scenario,
    batken_1999,
    call_units,
    distance_km,
    kazakhstan_2022,
    lexicographic,
    read_pledges,
)
from hansa.security.forces.scenarios.tables import Row, pledge_acts
from hansa.studies.responding import pledged, ways
from hansa.studies.responding.mandates import Terms, mandate_of
from hansa.terms.days import Day, add_days
from hansa.terms.errors import BadInput
from hansa.terms.reasons import Reason
from hansa.terms.truth import Truth

BATKEN = Hub("batken", "Batken", 40.062, 70.819, "KGZ")
ALMATY = Hub("almaty", "Almaty", 43.352, 77.041, "KAZ")
NEAR_KM = 100.0
JANUARY_2022 = date(2022, 1, 6)
AROUND = 30
"""Days around January 2022 on which its network is that of the time."""

REAL_FORCE = "CSTO in Kazakhstan 2022"


@dataclass(frozen=True, slots=True)
class Gathered:
    """An operation with its aims, what really came, and what was assumed."""

    operation: Operation
    aims: Aims
    actual: tuple[Arrival, ...]
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """What an operation is built from."""

    world: World
    incident: Incident
    kinds: Kinds
    terms: Terms
    start: Day
    known_on: Day | None
    senders: frozenset[str]
    friends: Collection[str]
    command: str
    conditions: tuple[LegalCondition, ...]
    decided: bool = False


def gather(setting: Setting) -> Gathered | None:
    """The operation, or ``None`` if nobody has pledged or sent anything.

    Raises
    ------
    BadInput
        If it is not known where the incident happened.
    """
    acts = [
        act
        for act in pledged.pledges_on(setting.world, setting.start, setting.known_on)
        if act.actor in setting.senders
    ]
    short, assumed = pledged.text_rows(acts)
    full = [act for act in acts if pledged.complete(act)]
    field_rows = [
        row
        for row in pledged.standing(setting.world, setting.start)
        if row["state_iso3"] in setting.senders
    ]
    prepared = _prepared(setting)
    if prepared == "batken":
        made = _batken(setting, [*short, *field_rows])
    elif prepared == "almaty":
        made = _almaty(setting, short)
    else:
        made = _general(setting, [*short, *field_rows], full)
    operation = _with_full(made.operation, full, setting) if prepared else made.operation
    if not operation.units:
        return None
    capability = operation.mandate.needs[0].capability
    mandate = mandate_of(setting.incident, setting.terms, setting.start, operation.mandate.area,
                         capability, setting.command, setting.conditions)  # fmt: skip
    if prepared == "almaty" and setting.decided:
        known = operation.mandate
        mandate = replace(mandate, command=known.command, end_state=known.end_state)
    operation = replace(operation, mandate=mandate, horizon=max(30, 2 * setting.terms.days))
    told = (*assumed, *(r.text for r in made.assumptions if r.kind == "assumption"))
    return Gathered(operation, made.aims, made.actual, told)


def _prepared(setting: Setting) -> str:
    """Which prepared network fits, if one does."""
    incident = setting.incident
    if incident.latitude is None or incident.longitude is None:
        return ""
    place = Hub("place", incident.place, incident.latitude, incident.longitude)
    if incident.place_state == "KGZ" and "incursion" in setting.kinds.chain(incident.kind):
        return "batken" if distance_km(place, BATKEN) <= NEAR_KM else ""
    close = abs((setting.start - JANUARY_2022).days) <= AROUND
    if incident.place_state == "KAZ" and close and distance_km(place, ALMATY) <= NEAR_KM:
        return "almaty"
    return ""


def _batken(setting: Setting, rows: list[Row]) -> Scenario:
    made = batken_1999(
        rows, pledged.base_rows(setting.world), start=setting.start,
        persons=float(setting.terms.strength), within_days=setting.terms.days,
        uzbek_transit=Truth.TRUE if "UZB" in setting.friends else Truth.UNKNOWN,
    )  # fmt: skip
    host = setting.incident.place_state
    units = tuple(u for u in made.operation.units if u.member != host)
    return replace(made, operation=replace(made.operation, units=units))


def _almaty(setting: Setting, rows: list[Row]) -> Scenario:
    real = pledged.deployed(setting.world, setting.incident.id, REAL_FORCE, setting.known_on)
    return kazakhstan_2022(
        [*rows, *real], pledged.base_rows(setting.world), persons=float(setting.terms.strength)
    )


def _with_full(operation: Operation, acts: list[Act], setting: Setting) -> Operation:
    """Add the units of pledges that say everything about themselves."""
    if not acts:
        return operation
    roll = call_units(
        read_pledges(acts, setting.start, known_on=setting.known_on),
        {hub.id: hub for hub in operation.hubs},
    )
    return replace(
        operation,
        units=(*operation.units, *roll.units),
        findings=(*operation.findings, *roll.findings),
    )


def _general(setting: Setting, rows: list[Row], full: list[Act]) -> Scenario:
    """Capitals and bases, flights and roads: for places without a prepared network."""
    area = _area(setting)
    placed = [(row, ways.homes_of(setting.world, row, setting.start)) for row in rows]
    made = [
        act
        for row, homes in placed
        for act in pledge_acts(
            [row], {row["state_iso3"] or "": ways.split_for(homes, row)}, "infantry"
        )
    ]
    wanted = {
        *(home for _, homes in placed for home in homes),
        *(str(act.payload.get("base") or "") for act in full),
    }
    hubs = {**ways.hubs_for(setting.world, sorted(wanted)), area.id: area}
    roll = call_units(read_pledges([*made, *full], setting.start, known_on=setting.known_on), hubs)
    legs, consents = ways.legs_to(setting.world, hubs.values(), area, setting.friends)
    fleet, *throughputs = ways.limits_at(area)
    where = Area(setting.incident.place or area.name, (area.id,), area.state, area.lat, area.lon)
    need = Need("infantry", 1.0, add_days(setting.start, 1))
    operation = Operation(
        mandate=Mandate(setting.incident.id, setting.terms.task, where, setting.start,
                        setting.terms.months, (need,)),
        units=roll.units, hubs=tuple(hubs.values()), legs=tuple(legs), horizon=30,
        fleets=(fleet,), throughputs=tuple(throughputs), consents=tuple(consents),
        findings=roll.findings,
    )  # fmt: skip

    grounds = tuple(Reason("assumption", text) for text in ways.ASSUMED)
    return Scenario(operation, lexicographic("day", "cost"), (), tuple(made), grounds)


def _area(setting: Setting) -> Hub:
    incident = setting.incident
    if not incident.place_state or incident.latitude is None or incident.longitude is None:
        raise BadInput(
            f"where {incident.id} happened is not known: no force can be sent there",
            remedy="give place_state, latitude and longitude",
        )
    return Hub(ways.AREA, incident.place or incident.place_state, incident.latitude,
               incident.longitude, incident.place_state)  # fmt: skip
