"""Today: what holds, what is due, what changed, the latest acts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from hansa import service
from hansa.faces.web.pages.acts import acts_table, latest
from hansa.faces.web.pages.page import Page, View
from hansa.faces.web.pages.sections import of_answer
from hansa.record.register import Register
from hansa.record.unions import Organisation
from hansa.secretariat.deadlines import Deadline
from hansa.studies.sections import membership
from hansa.terms.exhibits import Answer, Cell, Column, Map, Section, Table
from hansa.terms.reasons import Because

LISTED = 14
"""An organisation with more members than this is counted, not listed."""
RECENT = 12
FRESH_DAYS = 365
"""What is overdue for longer is told apart: no act will likely meet it any more."""


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
        count = len(codes) or _most(held.status for held in register.members(org.id, None))
        listed = " ".join(codes) if codes and len(codes) <= LISTED else None
        rows.append((org.id, org.name, count, listed, chair_of(register, org)))
        because.append(register.exists(org.id).because)
    note = view._("Counted among the %(n)s states on these pages.", n=len(view.world.states))
    return Table("standing", "Organisations", columns, tuple(rows), tuple(because), note=note)


def _most(statuses: Iterable[str]) -> int:
    """How many have the status that most have: of organisations that know no members."""
    return max(Counter(statuses).values(), default=0)


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
        left: tuple[Deadline, ...] = answer.value
        due = [item for item in left if item.standing in ("due", "overdue")]
        fresh = [item for item in due if item.days >= -FRESH_DAYS]
        stale = [item for item in due if item.days < -FRESH_DAYS]
        shown = [_deadlines("deadlines", "Due and overdue", fresh), _next(view)]
        if stale:
            note = view._(
                "No act on record meets these: they were met without one, dropped or forgotten."
            )
            old = _deadlines("stale", "Overdue for over a year", stale)
            shown.append(replace(old, note=note))
        return replace(answer, statements=(), exhibits=tuple(shown))

    return of_answer("due", "What is due", 1, ask)


def _deadlines(key: str, title: str, listed: Sequence[Deadline]) -> Table:
    """Deadlines, and how they stand."""
    columns: tuple[Column, ...] = (
        Column("by", "By"),
        Column("what", "What"),
        Column("owes", "Who owes it still"),
        Column("left", "Days left"),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (d.by, d.what, " ".join(d.still_owes) or None, d.days) for d in listed
    )
    if key == "stale":
        columns, rows = columns[:-1], tuple(row[:-1] for row in rows)
    return Table(key, title, columns, rows, tuple(d.because for d in listed), keys=2)


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
        Column("change", "What changed"),
    )
    rows = tuple((c.day, c.organisation, c.state, c.text) for c in found)
    because = tuple(c.because for c in found)
    return Table("changes", "Changes of standing", columns, rows, because, keys=4)


def ties_map(view: View) -> Map:
    """The map of a briefing: which states are tied by defence pacts and customs unions."""
    made = membership.section(view.case)
    return next(e for e in made.exhibits if isinstance(e, Map))
