"""What was adopted around the day, and what is due by when."""

from __future__ import annotations

from dataclasses import replace

from hansa.secretariat import Deadline, Meeting, Summary, deadlines_of, meetings_of
from hansa.secretariat.meetings import exhibits as shown
from hansa.studies.case import Case
from hansa.studies.secretariat import meeting
from hansa.terms.days import add_days, add_months
from hansa.terms.exhibits import Cell, Column, Section, Table

AROUND_DAYS = 45
"""Meetings are told from so many days before the day to as many after."""

CLOSE_DAYS = 1
"""Meetings that begin so near the day are told in full."""

OLD_MONTHS = 12
"""Deadlines that passed longer ago are told only if they are overdue."""


def section(case: Case) -> Section:
    """Meetings near the day, documents adopted, deadlines."""
    later = replace(case, day=add_days(case.day, AROUND_DAYS))
    near = [
        m for m in meetings_of(later.register)
        if abs((m.period.start - case.day).days) <= AROUND_DAYS
    ]  # fmt: skip
    due = _deadlines(case)
    held = [meeting(later, summary.id) for summary in near]
    close = [m for m in held if abs((m.summary.period.start - case.day).days) <= CLOSE_DAYS]
    said = [statement for one in close for statement in shown.statements(one)]
    limits = [f"{one.id}: {text}" for one in close for text in shown.limits(one)]
    return Section(
        "meetings",
        "What was adopted, and what is due by when",
        40,
        tuple(said),
        (_meetings(near), _documents(held), shown.deadlines_table(due)),
        tuple(limits),
    )


def _meetings(near: list[Summary]) -> Table:
    return shown.meetings_table(near, "Meetings around the day")


def _documents(held: list[Meeting]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    because = []
    for one in held:
        for paper in one.documents:
            if paper.adopted_on is None:
                continue
            refused = " ".join((*paper.refused_by, *paper.stood_aside))
            rows.append(
                (paper.adopted_on, paper.id, paper.name, paper.adopted_by or None, one.id,
                 refused or None)
            )  # fmt: skip
            because.append(paper.because)
    columns = (
        Column("day", "Day"),
        Column("document", "Document"),
        Column("title", "Title"),
        Column("adopted_by", "Adopted by"),
        Column("meeting", "Meeting"),
        Column("refused_by", "Refused or stood aside"),
    )
    title = "Documents adopted around the day"
    return Table("documents", title, columns, tuple(rows), tuple(because), keys=2)


def _deadlines(case: Case) -> list[Deadline]:
    recent = add_months(case.day, -OLD_MONTHS)
    return [
        due
        for due in deadlines_of(case.register)
        if due.standing in ("due", "overdue") or max(due.by, due.met_on or due.by) >= recent
    ]
