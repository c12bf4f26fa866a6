"""Terms of office: on which days a rule hands an office on."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Final

from hansa.record.register import Register
from hansa.record.unions import Office, Rotation
from hansa.secretariat.meetings.meeting import Summary, meetings_of
from hansa.terms.days import Day, Period, add_months

_MONTHS: Final = {name: number for number, name in enumerate(calendar.month_name) if name}
_DATE: Final = re.compile(rf"(\d{{1,2}}) ({'|'.join(_MONTHS)})")


def fixed_days(trigger: str) -> tuple[tuple[int, int], ...]:
    """Month and day of each fixed date in a trigger: ``1 January and 1 July``."""
    return tuple((_MONTHS[month], int(number)) for number, month in _DATE.findall(trigger))


def term_end(start: Day, rule: Rotation) -> Day | None:
    """The day on which a term that began on a day ends by rule.

    Where the rule names fixed days it is the one nearest to the length of a term: a term
    that began late is shorter. ``None`` if the rule says no length.
    """
    if not rule.term_months:
        return None
    end = add_months(start, rule.term_months)
    dates = fixed_days(rule.trigger)
    if not dates:
        return end
    near = [date(year, *found) for year in range(end.year - 1, end.year + 2) for found in dates]
    return min((day for day in near if day > start), key=lambda day: abs(day - end))


def starts(rule: Rotation, until: Day) -> tuple[Day, ...]:
    """The first days of the terms of a rule with fixed days, from its own first day on."""
    if rule.since is None:
        return ()
    dates = fixed_days(rule.trigger)
    years = range(rule.since.year, rule.since.year + 2)
    coming = [date(year, *found) for year in years for found in sorted(dates)]
    first = next((day for day in coming if day >= rule.since), None)
    found: list[Day] = []
    while first is not None and first <= until:
        found.append(first)
        first = term_end(first, rule)
    return tuple(found)


def missed(office: Office, rule: Rotation, register: Register, tenure: Period) -> tuple[Day, ...]:
    """The days within a tenure on which the rule would have handed the office on.

    These are the ends of terms on fixed days or, where an office passes at sessions, the
    regular ones after a full term; the session at which the tenure ended is none of them.
    """
    over = term_end(tenure.start, rule)
    if over is None or tenure.end is None or over >= tenure.end:
        return ()
    if fixed_days(rule.trigger):
        return (over,)
    return tuple(
        meeting.period.start
        for meeting in sessions(office, register)
        if over <= meeting.period.start
        and meeting.period.end is not None
        and meeting.period.end < tenure.end
    )


def sessions(office: Office, register: Register) -> tuple[Summary, ...]:
    """The regular meetings of the body of an office, in order.

    Meetings of the organisation that name no body count too, and those of a body of its
    predecessor that still acts for it.
    """
    bodies = register.timeline.bodies
    others = {name for name, body in bodies.items() if body.organisation == office.organisation}
    others.discard(office.body)
    return tuple(
        meeting
        for meeting in meetings_of(register)
        if meeting.kind.split(" ", 1)[0] in ("regular", "founding", "first")
        and (
            meeting.body == office.body != ""
            or (meeting.organisation == office.organisation and meeting.body not in others)
        )
    )
