"""Verbs on security: obligations."""

from __future__ import annotations

from hansa.record.treaties import Clock
from hansa.record.world import World
from hansa.security import Incident, Obligation, compare
from hansa.security import obligations as judged
from hansa.service.opening import case_of, when, world_of
from hansa.studies.case import Case
from hansa.studies.sections.incidents import incidents_of
from hansa.terms.errors import BadInput
from hansa.terms.exhibits import Answer, Column, Statement, Table
from hansa.terms.names import unknown
from hansa.terms.truth import Truth
from hansa.worlds.incidents import read_incident


def obligations(
    incident: str = "",
    *,
    kind: str = "armed_attack_by_state",
    victim: str = "",
    attacker: str = "",
    place: str = "",
    requested: bool | None = None,
    on: str | None = None,
    known_on: str | None = None,
    clock: Clock = "law",
    all_findings: bool = False,
    world: World | str = "eurasia",
) -> Answer:
    """Who is obliged, entitled or forbidden to do what in an incident, and what is unknown.

    Parameters
    ----------
    incident : str
        The id of one of the world's incidents, or a TOML file. Without it the incident is
        made from ``kind``, ``victim``, ``attacker``, ``place`` and ``on``.
    kind : str
        Kind of incident (``armed_attack_by_state``, ``incursion``, ``terrorism``,
        ``unrest``, ``smuggling_drugs`` …).
    victim, attacker : str
        State attacked or struck, and the state that attacked (empty: no state).
    place : str
        State on whose territory it happens; the victim's own if not given.
    requested : bool, optional
        Whether the victim asked for help; unknown if not given.
    on : str, optional
        The day; that of the incident if not given.
    known_on, clock, world
        As in `members`.
    all_findings : bool
        Also show the norms that do not apply, and why.

    Returns
    -------
    Answer
        A sentence and a row per finding: norm, bearers, holds true or unknown, conflicts.
    """
    opened = world_of(world)
    case = case_of(opened, on or "today", known_on, clock)
    found = _incident(
        case, incident, kind=kind, victim=victim, attacker=attacker, place=place,
        requested=requested, on=on,
    )  # fmt: skip
    _, kinds = incidents_of(case)
    day = when(on) if on else found.start
    register = opened.on(day, case.known_on, clock)
    findings = judged(found, register, kinds)
    shown = [f for f in findings if all_findings or f.truth is not Truth.FALSE]
    said = [Statement(item.sentence, item.because) for item in shown]
    said += [Statement(f"Conflict: {text}.") for text in _conflicts(shown)]
    if not shown:
        said.append(Statement("No norm of this world demands or allows anything here."))
    if found.practice:
        said.append(Statement(f"Law and practice: {compare(found, findings).verdict}."))
    what = found.what or kinds.names[found.kind]
    title = f"{found.id}: {what}, {day}"
    return Answer(title, tuple(said), (_table(title, shown),), (), findings)


def _conflicts(found: list[Obligation]) -> list[str]:
    return list(dict.fromkeys(text for item in found for text in item.conflicts))


def _table(title: str, found: list[Obligation]) -> Table:
    columns = (
        Column("norm", "Norm"),
        Column("modality", "Modality"),
        Column("bearers", "Bearers"),
        Column("act", "Act"),
        Column("towards", "Towards"),
        Column("holds", "Holds"),
    )
    rows = tuple(
        (
            item.norm.ref,
            item.norm.modality,
            " ".join(item.bearers) if len(item.bearers) <= 12 else f"{len(item.bearers)} states",
            item.act.replace("_", " "),
            item.addressee,
            str(item.truth),
        )
        for item in found
    )
    return Table("obligations", title, columns, rows, tuple(i.because for i in found), keys=5)


def _incident(
    case: Case,
    name: str,
    *,
    kind: str,
    victim: str,
    attacker: str,
    place: str,
    requested: bool | None,
    on: str | None,
) -> Incident:
    """An incident of the world, of a file, or made from what was said."""
    if name.endswith(".toml"):
        return read_incident(name)
    if name:
        known = {item.id: item for item in incidents_of(case)[0]}
        if name not in known:
            raise unknown("incident", name, known, remedy="or give a TOML file")
        return known[name]
    if not victim or on is None:
        raise BadInput("name an incident, or give --victim and --on")
    struck = case.world.state(victim).id
    facts = {"requested": Truth.of(requested)}
    if attacker:
        facts["attacker_is_state"] = Truth.TRUE
    where = case.world.state(place).id if place else struck
    return Incident(
        id="what-if",
        kind=kind,
        start=when(on),
        victims=(struck,),
        attackers=(case.world.state(attacker).id,) if attacker else (),
        place=case.world.states[where].name,
        place_state=where,
        latitude=case.world.states[where].latitude,
        longitude=case.world.states[where].longitude,
        facts=facts,
    )
