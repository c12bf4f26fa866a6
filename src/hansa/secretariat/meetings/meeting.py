"""A meeting as the acts leave it: body, place, days, chair, agenda, documents, delegations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hansa.record.acts import Act
from hansa.record.entry import reason_of
from hansa.record.register import Register
from hansa.secretariat.meetings.agenda import Agenda, agenda_of, counted
from hansa.secretariat.meetings.chairing import Chairing, chairing_of
from hansa.secretariat.meetings.delegations import (
    Delegation,
    Level,
    absent_from,
    below,
    delegations_of,
    usual_level,
)
from hansa.secretariat.meetings.documents import Document, documents_of
from hansa.terms.days import Day, Period, add_days, day
from hansa.terms.names import unknown
from hansa.terms.reasons import Because


@dataclass(frozen=True, slots=True)
class Summary:
    """A meeting in one line, without its agenda.

    ``adopted`` and ``attendance`` are what a source says in words.
    """

    id: str
    organisation: str
    body: str
    place: str
    host: str
    period: Period
    kind: str
    items: int | None
    documents: int | None
    adopted: str
    attendance: str
    act: Act

    @property
    def last(self) -> Day:
        """Its last day."""
        return self.period.start if self.period.end is None else add_days(self.period.end, -1)

    @property
    def because(self) -> Because:
        """The act that convened it."""
        where = f" in {self.place}" if self.place else ""
        text = f"{self.body or self.organisation} met{where} on {self.period.start}"
        return (reason_of(self.act, text),)


@dataclass(frozen=True, slots=True)
class Meeting:
    """All that is known of a meeting on a day.

    ``documents_count`` is how many documents a source counts, ``None`` if it does not.
    """

    summary: Summary
    chair: Chairing
    agenda: Agenda
    documents: tuple[Document, ...]
    documents_count: int | None
    delegations: tuple[Delegation, ...]
    absent: tuple[tuple[str, Because], ...]

    @property
    def id(self) -> str:
        """Its name."""
        return self.summary.id

    @property
    def untitled_documents(self) -> int:
        """How many documents are known by number only."""
        adopted = sum(document.adopted_on is not None for document in self.documents)
        return max(0, (self.documents_count or 0) - adopted)

    @property
    def usual_level(self) -> Level:
        """The level of most delegations."""
        return usual_level(self.delegations)

    @property
    def lower(self) -> tuple[Delegation, ...]:
        """The delegations at a lower level than most."""
        return below(self.delegations)

    def delegation(self, state: str) -> Delegation | None:
        """The delegation of a state."""
        return next((d for d in self.delegations if d.state == state), None)


def summary_of(act: Act) -> Summary:
    """A meeting in one line, from the act that convened it."""
    said = {key: str(value) for key, value in act.payload.items() if value is not None}
    last = day(said["until"], where=act.place) if "until" in said else act.on
    return Summary(
        act.subject,
        act.actor,
        said.get("body", ""),
        said.get("place", ""),
        said.get("host", ""),
        Period(act.on, add_days(max(last, act.on), 1)),
        said.get("meeting", ""),
        counted(act, "items"),
        counted(act, "documents"),
        said.get("adopted", ""),
        said.get("attendance", ""),
        act,
    )


def meetings_of(register: Register) -> tuple[Summary, ...]:
    """All meetings convened by the register's day or for a later one, in order.

    A meeting that is yet to come is known from the day on which its convening is recorded.
    """
    ledger = register.timeline.ledger
    found: dict[str, Act] = {}
    for act in ledger.of("convene"):
        if act.on <= register.day or act.recorded.date() <= register.day:
            found[act.subject] = act
    return tuple(
        sorted((summary_of(act) for act in found.values()), key=lambda m: (m.period.start, m.id))
    )


def meeting_of(name: str, register: Register) -> Meeting:
    """A meeting as it stands at the end of the register's day.

    Raises
    ------
    UnknownCode
        If no meeting of that name was convened.
    """
    known = {summary.id: summary for summary in meetings_of(register)}
    wanted = {key.casefold(): key for key in known}.get(name.strip().casefold())
    if wanted is None:
        raise unknown("meeting", name, known, remedy="hansa meetings lists them")
    summary = known[wanted]
    acts = acts_of(wanted, register)
    agenda = agenda_of(summary.act, acts)
    return Meeting(
        summary,
        chairing_of(summary.act, summary.body, register),
        agenda,
        documents_of(acts, register, agenda),
        summary.documents,
        delegations_of(summary.act, acts),
        tuple(sorted(absent_from(summary.act, acts).items())),
    )


_SAME_MOMENT = ("table", "attend", "vote", "refuse", "adopt")
_LATE = ("deferred", "withdrawn")


def sequence(act: Act) -> tuple[Day, datetime, int, str]:
    """The order of acts at a meeting: by day and moment of record.

    Acts of old, of which only the day is known, are read in the order in which a meeting
    goes: tabled, represented, voted, refused, adopted; put off or taken back at the end.
    """
    rank = _SAME_MOMENT.index(act.kind) if act.kind in _SAME_MOMENT else len(_SAME_MOMENT)
    if act.kind == "table" and act.payload.get("stage") in _LATE:
        rank = len(_SAME_MOMENT)
    return act.on, act.recorded, rank, act.id


def acts_of(name: str, register: Register) -> tuple[Act, ...]:
    """What was done at a meeting by the end of the register's day, in order."""
    about = register.timeline.ledger.about(name)
    done = (act for act in about if act.on <= register.day and act.kind != "convene")
    return tuple(sorted(done, key=sequence))
