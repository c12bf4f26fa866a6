"""Today: what holds, what is due, what changed, the latest acts."""

from __future__ import annotations

from dataclasses import replace

from hansa import service
from hansa.faces.web.pages.acts import acts_table, latest
from hansa.faces.web.pages.page import Page, View
from hansa.faces.web.pages.sections import of_answer
from hansa.record.register import Register
from hansa.record.unions import Organisation
from hansa.studies.sections import membership
from hansa.terms.exhibits import Answer, Cell, Column, Map, Section, Table
from hansa.terms.reasons import Because

LISTED = 14
"""An organisation with more members than this is counted, not listed."""
RECENT = 12


def today(view: View) -> Page:
    """What holds on the day, what is due, what changed last, the latest acts."""
    register = view.register
    known = [act for act in view.world.acts if act.on <= view.day]
    newest = latest(known, RECENT)
    sections = (
        Section("holds", "What holds", 0, (), (standing_table(view, register),)),
        _due(view),
        Section("changed", "What changed", 2, (), (changes_table(view, RECENT),)),
        Section("latest", "Latest acts", 3, (), (acts_table("latest", "Latest acts", newest),)),
        Section("map", "Who is tied to whom", 4, (), (ties_map(view),)),
    )
    name = view._("Today") if view.day == view.today else view._("The day")
    return Page(
        f"{name}: {view.words.day(view.day)}",
        view.world.title,
        sections,
        frozenset(act.id for act in newest),
        template="today.html",
    )


def standing_table(view: View, register: Register) -> Table:
    """The organisations that exist, their members and who presides."""
    columns = (
        Column("organisation", "Organisation"),
        Column("name", "Name"),
        Column("count", "Members"),
        Column("members", "States"),
        Column("chair", "In the chair"),
    )
    rows: list[tuple[Cell, ...]] = []
    because: list[Because] = []
    for org in register.organisations():
        codes = register.member_codes(org.id)
        listed = " ".join(codes) if codes and len(codes) <= LISTED else None
        rows.append((org.id, org.name, len(codes), listed, chair_of(register, org)))
        because.append(register.exists(org.id).because)
    return Table("standing", "Organisations", columns, tuple(rows), tuple(because))


def chair_of(register: Register, org: Organisation) -> str | None:
    """The state in the chair of an organisation."""
    for office, tenure in register.offices(org.id):
        if office.kind == "chair" and tenure is not None:
            return tenure.state
    return None


def _due(view: View) -> Section:
    """What is due or overdue on the day, and the meetings from the day on."""

    def ask() -> Answer:
        answer = service.deadlines(on=view.day.isoformat(), world=view.world)
        return replace(answer, exhibits=(_open(answer), _next(view)))

    return of_answer("due", "What is due", 1, ask)


def _open(answer: Answer) -> Table:
    """The deadlines that are not met."""
    table = answer.table("deadlines")
    places = [n for n, item in enumerate(answer.value) if item.standing in ("due", "overdue")]
    because = tuple(table.because[n] for n in places) if table.because else ()
    rows = tuple(table.rows[n] for n in places)
    return Table(table.key, table.title, table.columns, rows, because, keys=table.keys)


def _next(view: View) -> Table:
    coming = sorted(
        (act for act in view.world.acts if act.kind == "convene" and act.on >= view.day),
        key=lambda act: (act.on, act.id),
    )[:RECENT]
    return acts_table("meetings", "Meetings from this day on", coming)


def changes_table(view: View, count: int, organisation: str = "", state: str = "") -> Table:
    """The last changes of standing up to the day, the newest first."""
    found = [
        change
        for change in membership.changes(view.case, view.world.first_day(), view.day)
        if organisation in ("", change.organisation) and state in ("", change.state)
    ][-count:][::-1]
    columns = (
        Column("day", "Day"),
        Column("organisation", "Organisation"),
        Column("state", "State"),
        Column("change", "Change"),
    )
    rows = tuple((c.day, c.organisation, c.state, c.text) for c in found)
    because = tuple(c.because for c in found)
    return Table("changes", "Changes of standing", columns, rows, because, keys=4)


def ties_map(view: View) -> Map:
    """The map of a briefing: which states are tied by defence pacts and customs unions."""
    made = membership.section(view.case)
    return next(e for e in made.exhibits if isinstance(e, Map))
