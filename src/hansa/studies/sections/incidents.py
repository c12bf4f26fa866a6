"""Incidents near the day, and who is obliged, entitled or forbidden to do what."""

from __future__ import annotations

from hansa.security import Incident, Kinds, Obligation, compare, incident_of, obligations
from hansa.studies.case import Case
from hansa.terms.exhibits import Column, Map, Section, Statement, Table
from hansa.terms.truth import Truth

MONTHS = 12
"""Incidents are near that run within so many months of the day."""


def incidents_of(case: Case) -> tuple[list[Incident], Kinds]:
    """The world's incidents and kinds of incident (none where it has no tables)."""
    if "incidents" not in case.world.sheets:
        return [], Kinds({}, {})
    kinds = Kinds.of(case.world.sheet("incident_kinds"))
    return [incident_of(row) for row in case.world.sheet("incidents")], kinds


def section(case: Case) -> Section | None:
    """Findings for each incident near the day, and how practice compared."""
    known, kinds = incidents_of(case)
    near = [i for i in known if i.near(case.day, MONTHS) and i.start <= case.day]
    if not near:
        return None
    said, rows, because, compared = [], [], [], []
    for incident in near:
        register = case.world.on(incident.start, case.known_on, case.clock)
        found = obligations(incident, register, kinds)
        verdict = compare(incident, found)
        compared.append(
            (incident.id, incident.start, incident.place, incident.what, str(verdict.owed),
             verdict.practice, verdict.verdict)
        )  # fmt: skip
        said += [Statement(item.sentence, item.because) for item in _telling(found)]
        for item in found:
            if item.truth is not Truth.FALSE:
                rows.append(_row(incident, item))
                because.append(item.because)
    law = Table(
        "obligations",
        "Who owes what",
        (
            Column("incident", "Incident"),
            Column("norm", "Norm"),
            Column("bearers", "Bearers"),
            Column("towards", "Towards"),
            Column("modality", "Modality"),
            Column("act", "Act"),
            Column("holds", "Holds"),
            Column("conflicts", "Conflicts"),
        ),
        tuple(rows),
        tuple(because),
        keys=4,
    )
    practice = Table(
        "practice",
        "Law and practice",
        (
            Column("incident", "Incident"),
            Column("day", "Day"),
            Column("place", "Place"),
            Column("what", "What"),
            Column("help_owed", "Help owed"),
            Column("practice", "Practice"),
            Column("verdict", "Verdict"),
        ),
        tuple(compared),
    )
    title = "Incidents near the day, and who owes what"
    return Section("incidents", title, 50, tuple(said), (practice, law, _map(near)))


def _telling(found: tuple[Obligation, ...]) -> list[Obligation]:
    """The findings worth a sentence: help and consultation, not what binds the whole world."""
    return [
        item
        for item in found
        if item.act in ("assist", "consult", "not_aggress", "peacekeeping", "use_force")
        and item.truth is not Truth.FALSE
        and item.norm.precedence != 103
    ]


def _row(incident: Incident, item: Obligation) -> tuple[str, ...]:
    many = len(item.bearers) > 12
    bearers = f"{len(item.bearers)} states" if many else " ".join(item.bearers)
    return (
        incident.id, item.norm.ref, bearers, item.addressee, item.norm.modality,
        item.act.replace("_", " "), str(item.truth), "; ".join(item.conflicts),
    )  # fmt: skip


def _map(near: list[Incident]) -> Map:
    points = tuple(
        (i.longitude, i.latitude, f"{i.id}: {i.what}", "incident")
        for i in near
        if i.longitude is not None and i.latitude is not None
    )
    return Map("places", "Where", (("incident", "incident"),), points=points)
