"""Warnings to posts and the public: those in force, those that were, and one with its message."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time

from hansa.cooperation.reports import Alert, Report, alert_of
from hansa.faces.web.pages.acts import acts_table
from hansa.faces.web.pages.page import Page, View
from hansa.faces.web.pages.reports import known_acts, reports_of, reports_table
from hansa.record.acts import Act
from hansa.record.markings import speaks_for
from hansa.terms.errors import HansaError
from hansa.terms.exhibits import Cell, Column, Map, Section, Statement, Table
from hansa.terms.names import unknown
from hansa.terms.reasons import Reason

CANCELLED, OVER, IN_FORCE = "cancelled", "over", "in force"


def warnings_of(view: View) -> list[Alert]:
    """The warnings that a reader may see, corrected and cancelled ones too, the newest first."""
    acts = known_acts(view)
    changes: dict[str, list[Act]] = {}
    for act in acts:
        if act.kind in ("correct", "withdraw"):
            changes.setdefault(act.subject, []).append(act)
    found = []
    for act in acts:
        if act.kind == "warn" and act.on <= view.day:
            mine = [c for c in changes.get(act.id, ()) if c.actor == act.actor]
            try:
                found.append(alert_of(act, mine))
            except HansaError:  # one of old that makes no sense: the page of its act shows it
                continue
    return sorted(found, key=lambda alert: (alert.sent, alert.id), reverse=True)


def moment_of(view: View) -> datetime:
    """The end of the day asked about."""
    return datetime.combine(view.day, time.max, UTC)


def standing(alert: Alert, moment: datetime) -> str:
    """Whether a warning is in force at a moment."""
    if alert.withdrawn:
        return CANCELLED
    if alert.expires is not None and alert.expires <= moment:
        return OVER
    return IN_FORCE


def warnings(view: View, *, state: str = "") -> Page:
    """Warnings that the reader may see: in force on the day, and those before.

    Parameters
    ----------
    state : str
        Only warnings that apply to it.
    """
    if state:
        view.world.state(state)
    moment = moment_of(view)
    found = [alert for alert in warnings_of(view) if state in ("", alert.by, *alert.states)]
    valid = [alert for alert in found if standing(alert, moment) == IN_FORCE]
    past = [alert for alert in found if standing(alert, moment) != IN_FORCE]
    count = view.words.ngettext(
        "%(n)s warning is in force.", "%(n)s warnings are in force.", len(valid)
    )
    now = warnings_table("warnings", "In force", valid, moment)
    sections = [Section("valid", "In force", 0, (), (now, *_where(valid)))]
    if past:
        table = warnings_table("past", "Over or cancelled", past, moment)
        sections.append(Section("past", "Over or cancelled", 1, (), (table,)))
    return Page(
        view._("Warnings"),
        count % {"n": view.words.number(len(valid))},
        tuple(sections),
        frozenset(alert.id for alert in found),
        data={"state": state},
        template="warnings.html",
    )


def warnings_table(key: str, title: str, shown: Iterable[Alert], moment: datetime) -> Table:
    """Warnings as a table, each linked to its page."""
    columns = (
        Column("warning", "Warning"),
        Column("sent", "Sent"),
        Column("by", "Who"),
        Column("event", "Of what"),
        Column("area", "Area"),
        Column("severity", "Severity"),
        Column("urgency", "Urgency"),
        Column("certainty", "Certainty"),
        Column("expires", "Ends"),
        Column("standing", "Standing"),
    )
    rows = tuple(
        (a.id, a.sent, a.by or None, a.headline or a.event, a.area, a.severity, a.urgency,
         a.certainty, a.expires, standing(a, moment))
        for a in shown
    )  # fmt: skip
    return Table(key, title, columns, rows)


def _where(shown: Iterable[Alert]) -> tuple[Map, ...]:
    points = tuple(
        (a.longitude, a.latitude, a.id, a.severity)
        for a in shown
        if a.longitude is not None and a.latitude is not None
    )
    legend = tuple((kind, kind.lower()) for kind in dict.fromkeys(kind for *_, kind in points))
    return (Map("where", "Where", legend, points=points),) if points else ()


def warning(view: View, warning: str) -> Page:
    """A warning: what to do, where, how sure, and its message in the Common Alerting Protocol.

    Parameters
    ----------
    warning : str
        The act that made it.
    """
    known = {alert.id: alert for alert in warnings_of(view)}
    if warning not in known:
        raise unknown("warning", warning, known)
    found = known[warning]
    how = standing(found, moment_of(view))
    said = [Statement(text) for text in (found.text, found.instruction) if text]
    if found.withdrawn:
        why = (Reason("act", f"{found.by} cancelled it", found.id),)
        said.insert(0, Statement("It was cancelled.", why))
    place = _where([found])
    sections = [Section("says", "What it says", 0, tuple(said), (_particulars(found), *place))]
    on = [r for r in reports_of(view) if r.id == found.report]
    if on:
        sections.append(_ground(on))
    later = [act for act in known_acts(view) if act.subject == found.id]
    if later:
        table = acts_table("later", "Corrections and remarks", later)
        sections.append(Section("later", "What was said about it since", 2, (), (table,)))
    return Page(
        found.headline or found.event,
        f"{found.id}, {view.words.day(view.day)}",
        tuple(sections),
        frozenset({found.id, *(act.id for act in later), *(r.id for r in on)}),
        _facts(view, found, how),
        {"warning": found, "own": speaks_for(view.reader, found.by)},
        "warning.html",
        (found.id, found.subject),
    )


def _number(value: float | None) -> str:
    return "" if value is None else str(value)


def _ground(on: list[Report]) -> Section:
    title = "The report on which it rests"
    return Section("report", title, 1, (), (reports_table(on),))


def _facts(view: View, found: Alert, how: str) -> tuple[tuple[str, str], ...]:
    words = view.words
    facts = [
        (view._("Of what"), found.event),
        (view._("Area"), found.area),
        (view._("Severity"), words.phrase(found.severity)),
        (view._("Urgency"), words.phrase(found.urgency)),
        (view._("Certainty"), words.phrase(found.certainty)),
        (view._("Ends"), words.moment(found.expires) if found.expires else ""),
        (view._("Standing"), words.phrase(how)),
        (view._("Who"), found.by),
    ]
    return tuple((name, value) for name, value in facts if value)


def _particulars(found: Alert) -> Table:
    rows: list[tuple[str, Cell]] = [
        ("about", found.subject),
        ("scope", found.scope),
        ("handling", f"TLP:{found.tlp}"),
        ("for", ", ".join(found.audience)),
        ("states", " ".join(found.states)),
        ("latitude", _number(found.latitude)),
        ("longitude", _number(found.longitude)),
        ("radius, km", _number(found.radius)),
        ("language", found.language),
        ("sent", found.sent),
        ("changed", found.modified if found.modified > found.sent else None),
        ("updates", ", ".join(found.references)),
    ]
    columns = (Column("field", "Field"), Column("value", "Value"))
    kept = tuple((name, value) for name, value in rows if value not in (None, ""))
    return Table("particulars", "Particulars", columns, kept)
