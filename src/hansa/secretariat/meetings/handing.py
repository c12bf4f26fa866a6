"""What one meeting hands to the next: items put off, deadlines, the chair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hansa.record.register import Register
from hansa.secretariat.deadlines import Deadline, deadlines_of
from hansa.secretariat.meetings.agenda import Item
from hansa.secretariat.meetings.meeting import Meeting, Summary, meeting_of, meetings_of
from hansa.terms.reasons import Because
from hansa.terms.truth import Truth

What = Literal["item", "deadline", "chair"]


@dataclass(frozen=True, slots=True)
class Handed:
    """Something that a meeting left to a later one.

    ``taken_up`` is unknown as long as the next meeting has not been held, or its agenda is
    known only in part.
    """

    what: What
    name: str
    to: str
    taken_up: Truth
    text: str
    because: Because


def following(summary: Summary, register: Register) -> Summary | None:
    """The next meeting of the same body (of the same organisation, where none is named)."""
    for other in meetings_of(register):
        same = (
            other.body == summary.body
            if summary.body and other.body
            else other.organisation == summary.organisation
        )
        if same and other.period.start > summary.last:
            return other
    return None


def handed_on(meeting: Meeting, register: Register) -> tuple[Handed, ...]:
    """What a meeting hands on, and what became of it by the register's day."""
    after = following(meeting.summary, register)
    found = [_item(item, after, register) for item in meeting.agenda.items if item.goes_to]
    found += [
        _item(item, after, register)
        for item in meeting.agenda.items
        if not item.goes_to and item.stage.value == "deferred"
    ]
    found += [_deadline(due) for due in _set_there(meeting, register)]
    if meeting.chair.passes and meeting.chair.after is not None:
        tenure = meeting.chair.after
        text = f"the chair passes to {tenure.state} ({tenure.holder})"
        to = after.id if after else ""
        found.append(Handed("chair", meeting.chair.office, to, Truth.TRUE, text, tenure.because))
    return tuple(found)


def _item(item: Item, after: Summary | None, register: Register) -> Handed:
    to = item.goes_to or (after.id if after else "")
    held = {summary.id: summary for summary in meetings_of(register)}
    if to not in held:
        text = f"put off to {to or 'a later meeting'}, which is not convened yet"
        return Handed("item", item.name, to, Truth.UNKNOWN, text, item.because)
    next_one = meeting_of(to, register)
    for other in next_one.agenda.items:
        same = {item.key, item.document, item.title} & {other.key, other.document, other.title}
        if same - {""}:
            text = f"taken up at {to}: {other.stage}"
            return Handed("item", item.name, to, Truth.TRUE, text, (*item.because, *other.because))
    if next_one.agenda.untitled or next_one.agenda.count is None:
        text = f"put off to {to}, whose agenda is known only in part"
        return Handed("item", item.name, to, Truth.UNKNOWN, text, item.because)
    return Handed("item", item.name, to, Truth.FALSE, f"not taken up at {to}", item.because)


def _set_there(meeting: Meeting, register: Register) -> list[Deadline]:
    summary = meeting.summary
    organisations = {summary.organisation, summary.body}
    return [
        due
        for due in deadlines_of(register)
        if due.set_on in summary.period
        and (due.subject in (summary.id, *organisations) or due.set_by in organisations)
    ]


def _deadline(due: Deadline) -> Handed:
    truth = {"met": Truth.TRUE, "met late": Truth.TRUE, "overdue": Truth.FALSE}
    taken = truth.get(due.standing, Truth.UNKNOWN)
    text = f"due by {due.by}: {due.text}"
    return Handed("deadline", due.what, "", taken, text, due.because)
