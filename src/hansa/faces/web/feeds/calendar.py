"""Meetings and deadlines as a calendar (RFC 5545)."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from icalendar import Calendar, Event, Todo

from hansa.faces.web.notices import Notice
from hansa.faces.web.pages.page import View
from hansa.faces.web.render.links import path
from hansa.record.acts import Act
from hansa.secretariat import deadlines_of, meetings_of
from hansa.terms.days import add_months

MONTHS = 24
"""Meetings and deadlines are told from so many months before today."""


def calendar(
    view: View, home: str, notices: tuple[Notice, ...], *, organisation: str, state: str
) -> tuple[bytes, frozenset[str]]:
    """The meetings and deadlines that a reader may see, and the acts that they rest on."""
    shown: set[str] = set()
    made = Calendar()
    made.add("prodid", "-//hansa//EN")
    made.add("version", "2.0")
    made.add("name", view.world.title)
    made.add("x-wr-calname", view.world.title)
    if notices:
        made.add("description", " ".join(f"{n.title}: {n.text}" for n in notices))
    since = add_months(view.today, -MONTHS)
    known = {act.id: act for act in view.world.acts}
    for meeting in meetings_of(view.register):
        topics = view.compass.topics(meeting.act)
        if meeting.period.start < since or not topics.wanted(organisation, state):
            continue
        shown.add(meeting.act.id)
        event = Event()
        event.add("uid", _uid(meeting.id))
        event.add("summary", meeting.id)
        event.add("dtstart", meeting.period.start)
        event.add("dtend", meeting.last + timedelta(days=1))
        event.add("dtstamp", meeting.act.recorded)
        if meeting.place:
            event.add("location", meeting.place)
        event.add("url", home.rstrip("/") + path("meetings", meeting.id))
        made.add_component(event)
    for due in deadlines_of(view.register):
        act: Act | None = known.get(due.id)
        if act is None or due.by < since:
            continue
        if not view.compass.topics(act).wanted(organisation, state):
            continue
        shown.add(act.id)
        task = Todo()
        task.add("uid", _uid(due.id))
        task.add("summary", due.what)
        task.add("due", due.by)
        task.add("dtstamp", act.recorded)
        task.add("description", f"{due.text}; {' '.join(due.owes)}")
        task.add("status", "COMPLETED" if due.met_on else "NEEDS-ACTION")
        task.add("url", home.rstrip("/") + path("acts", due.id))
        made.add_component(task)
    return made.to_ical(), frozenset(shown)


def _uid(name: str) -> str:
    return f"{hashlib.sha256(name.encode()).hexdigest()[:32]}@hansa"
