"""What was adopted around the day, and what is due by when."""

from __future__ import annotations

from hansa.record.acts import Act
from hansa.record.entry import reason_of
from hansa.studies.case import Case
from hansa.terms.days import add_days, add_months, day
from hansa.terms.exhibits import Cell, Column, Section, Statement, Table

AROUND_DAYS = 45
"""Meetings are told from so many days before the day to as many after."""


def section(case: Case) -> Section:
    """Meetings, documents adopted, deadlines."""
    return Section(
        "meetings",
        "What was adopted, and what is due by when",
        40,
        tuple(_statements(case)),
        (_meetings(case), _documents(case), _deadlines(case)),
    )


def _near(case: Case, *kinds: str) -> list[Act]:
    since, until = add_days(case.day, -AROUND_DAYS), add_days(case.day, AROUND_DAYS)
    return [act for act in case.register.acts(since, until) if act.kind in kinds]


def _statements(case: Case) -> list[Statement]:
    said = []
    for act in _near(case, "convene"):
        if act.on != case.day or "place" not in act.payload:
            continue
        count = act.payload.get("documents")
        papers = f"; {count} documents" if count else ""
        text = f"{act.actor} meets in {act.payload['place']} on {act.on}{papers}."
        said.append(Statement(text, (reason_of(act, text),)))
    for act in _near(case, "refuse"):
        text = f"{act.actor} stands aside from {act.subject}: {act.note}."
        said.append(Statement(text, (reason_of(act, text),)))
    return said


def _text(act: Act, key: str) -> str | None:
    value = act.payload.get(key)
    return None if value is None else str(value)


def _meetings(case: Case) -> Table:
    acts = [act for act in _near(case, "convene") if "place" in act.payload]
    rows: list[tuple[Cell, ...]] = [
        (
            act.on,
            act.actor,
            _text(act, "place"),
            _text(act, "meeting"),
            _text(act, "chair"),
            _text(act, "adopted"),
            _text(act, "attendance"),
            act.confidence,
        )
        for act in acts
    ]
    return Table(
        "meetings",
        "Meetings around the day",
        (
            Column("day", "Day"),
            Column("body", "Body"),
            Column("place", "Place"),
            Column("kind", "Kind"),
            Column("chair", "In the chair"),
            Column("adopted", "Adopted"),
            Column("attendance", "Attendance"),
            Column("confidence", "Confidence"),
        ),
        tuple(rows),
        tuple((reason_of(act),) for act in acts),
        keys=3,
    )


def _documents(case: Case) -> Table:
    acts = _near(case, "adopt")
    return Table(
        "documents",
        "Documents adopted around the day",
        (
            Column("day", "Day"),
            Column("document", "Document"),
            Column("title", "Title"),
            Column("adopted_by", "Adopted by"),
            Column("confidence", "Confidence"),
        ),
        tuple(
            (act.on, _text(act, "document"), _text(act, "title"), act.actor, act.confidence)
            for act in acts
        ),
        tuple((reason_of(act),) for act in acts),
        keys=2,
    )


def _deadlines(case: Case) -> Table:
    rows, because = [], []
    for act in case.register.timeline.ledger.of("due"):
        by = day(str(act.payload["by"]), where=act.place)
        if act.on > case.day or by < add_months(case.day, -12):
            continue
        owes = act.payload.get("owes", [])
        who = " ".join(str(state) for state in owes) if isinstance(owes, list) else str(owes)
        left = (by - case.day).days
        state = f"in {left} days" if left >= 0 else f"{-left} days past"
        rows.append((by, _text(act, "what"), who, state, act.note))
        because.append((reason_of(act),))
    return Table(
        "deadlines",
        "What is due by when",
        (
            Column("by", "By"),
            Column("what", "What"),
            Column("owes", "Who owes it"),
            Column("state", "On the day"),
            Column("note", "What became of it"),
        ),
        tuple(rows),
        tuple(because),
        keys=2,
    )
