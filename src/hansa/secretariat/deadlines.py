"""Deadlines: what is due by when, who owes it, what met it, and what is overdue.

A ``due`` act sets a deadline (``by``, ``owes``, ``what``); a later ``due`` act may move it
(``replaces``). Any act may say that it meets one (``meets``): an act of one of the debtors
pays that debtor's part, every other act pays for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hansa.record.acts import Act, Json
from hansa.record.entry import reason_of
from hansa.record.register import Register
from hansa.terms.days import Day, day
from hansa.terms.errors import BadInput
from hansa.terms.reasons import Because

Standing = Literal["met", "met late", "due", "overdue"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """What is owed by a day.

    Parameters
    ----------
    id : str
        The act that set it.
    what, by : str, Day
        What is owed, and the last day for it.
    set_on, set_by, subject : Day, str, str
        When, by whom and about what it was set.
    owes, done : tuple of str
        Who owed it, and who of them has done its part.
    met_on : Day or None
        The day on which the last part was done.
    standing : {"met", "met late", "due", "overdue"}
        How it stands; ``overdue``: the day is past and no known act meets it.
    days : int
        Days left (or, if past, minus the days since); for what is met, days before the deadline.
    moved_from : Day or None
        The day that was first set, if it was moved.
    """

    id: str
    what: str
    by: Day
    set_on: Day
    set_by: str
    subject: str
    owes: tuple[str, ...]
    done: tuple[str, ...]
    met_on: Day | None
    standing: Standing
    days: int
    moved_from: Day | None
    note: str
    because: Because

    @property
    def still_owes(self) -> tuple[str, ...]:
        """Who owes it still."""
        if self.met_on is not None:
            return ()
        return tuple(state for state in self.owes if state not in self.done)

    @property
    def text(self) -> str:
        """How it stands, in words."""
        if self.standing == "due":
            return "due today" if self.days == 0 else f"due in {_days(self.days)}"
        if self.standing == "overdue":
            return f"overdue by {_days(-self.days)}"
        late = f", {_days(-self.days)} late" if self.days < 0 else ""
        return f"met on {self.met_on}{late}"


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def deadlines_of(register: Register) -> tuple[Deadline, ...]:
    """All deadlines set by the register's day, as they stand on it, by their day.

    Raises
    ------
    BadInput
        If a ``due`` act says no day, or moves a deadline that it does not follow.
    """
    acts = [act for act in register.timeline.ledger.of("due") if act.on <= register.day]
    chains = _chains(acts)
    meeting = _meeting(register)
    found = [_deadline(chain, meeting, register.day) for chain in chains]
    return tuple(sorted(found, key=lambda d: (d.by, d.id)))


def _chains(acts: list[Act]) -> list[list[Act]]:
    """Each deadline's acts: the one that set it and those that moved it."""
    chains: dict[str, list[Act]] = {}
    for act in acts:
        moved = act.payload.get("replaces")
        if moved is None:
            chains[act.id] = [act]
            continue
        chain = chains.get(str(moved))
        if chain is None:
            text = f"{act.id} moves {str(moved)!r}, which sets no earlier deadline"
            raise BadInput(text, where=act.place, nearest=tuple(list(chains)[-3:]))
        chain.append(act)
        chains[act.id] = chain
    return list({id(chain): chain for chain in chains.values()}.values())


def _meeting(register: Register) -> Mapping[str, list[Act]]:
    """The acts that meet deadlines, by the act that set the deadline."""
    found: dict[str, list[Act]] = {}
    for act in register.timeline.ledger.acts:
        if act.on <= register.day and "meets" in act.payload:
            for name in _listed(act.payload["meets"]):
                found.setdefault(name, []).append(act)
    return found


def _listed(value: Json) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(str(item) for item in value)
    return tuple(str(value).split()) if value else ()


def _deadline(chain: list[Act], meeting: Mapping[str, list[Act]], today: Day) -> Deadline:
    first, last = chain[0], chain[-1]
    if "by" not in last.payload:
        raise BadInput(f"{last.id} says no day", where=last.place, remedy="add by=YYYY-MM-DD")
    by = day(str(last.payload["by"]), where=last.place)
    owes = _listed(next((a.payload["owes"] for a in reversed(chain) if "owes" in a.payload), []))
    paid = sorted((act for link in chain for act in meeting.get(link.id, ())),
                  key=lambda act: (act.on, act.id))  # fmt: skip
    done, met_on = _paid(owes, paid)
    standing, days = _standing(by, met_on, today)
    moved = day(str(first.payload["by"])) if len(chain) > 1 and "by" in first.payload else None
    what = next((str(a.payload["what"]) for a in reversed(chain) if "what" in a.payload), "")
    return Deadline(
        first.id,
        what,
        by,
        first.on,
        first.actor,
        first.subject,
        owes,
        done,
        met_on,
        standing,
        days,
        moved,
        last.note,
        (
            *(reason_of(act, f"set on {act.on} by {act.actor}: {what}") for act in chain),
            *(reason_of(act, f"{act.actor} did its part on {act.on}") for act in paid),
        ),
    )


def _paid(owes: tuple[str, ...], paid: list[Act]) -> tuple[tuple[str, ...], Day | None]:
    done: list[str] = []
    for act in paid:
        done += [act.actor] if act.actor in owes else [s for s in owes if s not in done]
        if not owes or set(done) >= set(owes):
            return owes, act.on
    return tuple(dict.fromkeys(done)), None


def _standing(by: Day, met_on: Day | None, today: Day) -> tuple[Standing, int]:
    if met_on is not None:
        early = (by - met_on).days
        return ("met" if early >= 0 else "met late"), early
    left = (by - today).days
    return ("due" if left >= 0 else "overdue"), left
