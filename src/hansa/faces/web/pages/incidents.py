"""Incidents: all of them, and one from report to force plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hansa import service
from hansa.faces.web.pages.acts import acts_table
from hansa.faces.web.pages.page import Page, View
from hansa.faces.web.pages.reports import reports_of, reports_table
from hansa.faces.web.pages.sections import of_answer
from hansa.record.acts import Act
from hansa.studies.sections.incidents import incidents_of
from hansa.terms.exhibits import Answer, Cell, Column, Map, Section, Table
from hansa.terms.names import unknown


def incidents(view: View) -> Page:
    """Incidents until the day: those of the world's table, and those reported since."""
    known, kinds = incidents_of(view.case)
    columns = (
        Column("incident", "Incident"),
        Column("day", "Day"),
        Column("place", "Place"),
        Column("kind", "Kind"),
        Column("victims", "Victims"),
        Column("attackers", "Attackers"),
        Column("what", "What"),
    )
    rows: list[tuple[Cell, ...]] = [
        (i.id, i.start, i.place or None, kinds.names.get(i.kind, i.kind), " ".join(i.victims),
         " ".join(i.attackers) or i.attacker_name or None, i.what or None)
        for i in known
        if i.start <= view.day
    ]  # fmt: skip
    reports = _reports(view)
    rows += [_reported(act) for act in reports]
    rows.sort(key=lambda row: str(row[1]), reverse=True)
    points = tuple(
        (i.longitude, i.latitude, i.id, "incident")
        for i in known
        if i.longitude is not None and i.latitude is not None and i.start <= view.day
    )
    table = Table("incidents", "Incidents", columns, tuple(rows))
    where = Map("where", "Where", (("incident", "incident"),), points=points)
    exhibits = (table, where) if points else (table,)
    return Page(
        view._("Incidents"),
        view.words.day(view.day),
        (Section("incidents", "Incidents", 0, (), exhibits),),
        frozenset(act.id for act in reports),
        template="incidents.html",
    )


def _reports(view: View) -> list[Act]:
    ledger = view.world.timeline().ledger
    return [act for act in ledger.of("report") if act.on <= view.day]


def _reported(act: Act) -> tuple[Cell, ...]:
    said = act.payload

    def words(key: str) -> str | None:
        value = said.get(key)
        return " ".join(map(str, value)) if isinstance(value, list) else (str(value or "") or None)

    return (act.subject, act.on, words("place"), words("kind"), words("victims"),
            words("attackers"), words("text") or words("title"))  # fmt: skip


def incident(view: View, incident: str) -> Page:
    """An incident: who owes what, who decides, who sends which forces by when.

    Parameters
    ----------
    incident : str
        Its id.
    """
    known = {item.id: item for item in incidents_of(view.case)[0]}
    reports = [act for act in _reports(view) if act.subject == incident]
    if incident not in known and not reports:
        raise unknown("incident", incident, [*known, *(act.subject for act in _reports(view))])
    about = list(view.world.timeline().ledger.about(incident))
    if incident in known:
        found = known[incident]
        title = f"{found.id}: {found.what}"
        told = (
            view.words.day(found.start),
            found.place,
            " ".join(found.victims),
            " ".join(found.attackers) or found.attacker_name,
        )
        asks = _asks(view, {"incident": incident})
    else:
        act = reports[-1]
        row = _reported(act)
        title = f"{incident}: {row[6] or row[3]}"
        place, victims, attackers = (str(row[n] or "") for n in (2, 4, 5))
        told = (view.words.day(act.on), place, victims, attackers)
        asks = _asks(view, _described(act), reported=True)
    names = (view._("Day"), view._("Place"), view._("Victims"), view._("Attackers"))
    sections = [of_answer(key, name, order, ask) for order, (key, name, ask) in enumerate(asks)]
    made = [report for report in reports_of(view) if report.incident == incident]
    if made:
        table = reports_table(made)
        sections.append(Section("reports", "Reports of it", 8, (), (table,)))
    if about:
        table = acts_table("acts", "Acts about it", about)
        sections.append(Section("acts", "Acts about it", 9, (), (table,)))
    return Page(
        title,
        view.words.day(view.day),
        tuple(sections),
        frozenset(act.id for act in about),
        tuple((name, value) for name, value in zip(names, told, strict=True) if value),
        live=(incident,),
    )


def _asks(
    view: View, given: dict[str, Any], *, reported: bool = False
) -> Iterator[tuple[str, str, Callable[[], Answer]]]:
    """The verbs that answer for an incident, as far as the security engine is there."""
    verbs = [("obligations", "Who owes what")]
    if not reported:
        verbs.append(("respond", "The response: mandate, forces, when"))
    for name, title in verbs:
        if name in service.VERBS:
            verb = getattr(service, name)

            def ask(verb: Callable[..., Answer] = verb) -> Answer:
                return verb(**given, world=view.world)

            yield name, title, ask


def _described(act: Act) -> dict[str, Any]:
    """What a report says, as the verb on obligations takes it."""
    said = act.payload

    def first(key: str) -> str:
        value = said.get(key)
        return str(value[0]) if isinstance(value, list) and value else ""

    found: dict[str, Any] = {
        "kind": str(said.get("kind", "armed_attack_by_state")),
        "victim": first("victims"),
        "attacker": first("attackers"),
        "place": str(said.get("place_state", "")),
        "on": str(said.get("start", act.on.isoformat())),
    }
    return found
