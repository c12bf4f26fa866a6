"""Offers of cooperation: to whom, since when, answered how."""

from __future__ import annotations

from dataclasses import dataclass

from hansa.record.acts import Act
from hansa.record.entry import reason_of
from hansa.record.register import Register
from hansa.terms.days import Day
from hansa.terms.reasons import Because


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer on a day.

    ``answer`` is ``""`` while no answer is known; ``days`` have passed since the offer (or
    until the answer).
    """

    id: str
    subject: str
    by: str
    to: str
    areas: tuple[str, ...]
    text: str
    on: Day
    answer: str
    answered: Day | None
    days: int
    because: Because

    @property
    def open(self) -> bool:
        """Whether no answer is known."""
        return not self.answer


def offers(register: Register) -> tuple[Offer, ...]:
    """All offers made by the register's day, the earliest first.

    An answer names the offer (``payload.act``), or counts for every earlier offer about the
    same subject. What an agreement between the two has overtaken counts as accepted.
    """
    ledger = register.timeline.ledger
    return tuple(_offer(act, register) for act in ledger.of("offer") if act.on <= register.day)


def _offer(act: Act, register: Register) -> Offer:
    to = str(act.payload.get("to", ""))
    reply = _reply(act, to, register)
    said = act.payload.get("areas")
    answer, answered, why = reply if reply is not None else ("", None, ())
    end = answered or register.day
    return Offer(
        act.id, act.subject, act.actor, to,
        tuple(str(name) for name in said) if isinstance(said, list) else (),
        str(act.payload.get("text", act.note)), act.on, answer, answered, (end - act.on).days,
        (reason_of(act), *why),
    )  # fmt: skip


def _reply(act: Act, to: str, register: Register) -> tuple[str, Day, Because] | None:
    ledger = register.timeline.ledger
    for other in ledger.about(act.subject, "answer"):
        named = other.payload.get("act")
        if act.on <= other.on <= register.day and named in (None, act.id):
            return str(other.payload.get("position", "noted")), other.on, (reason_of(other),)
    for other in ledger.of("cooperate"):
        sides = {_stem(other.actor), *map(_stem, _named(other))}
        if act.on <= other.on <= register.day and {_stem(act.actor), _stem(to)} <= sides:
            return "accepted", other.on, (reason_of(other),)
    return None


def _stem(name: str) -> str:
    return name.removesuffix(" Secretariat")


def _named(act: Act) -> tuple[str, ...]:
    said = act.payload.get("with")
    return tuple(map(str, said)) if isinstance(said, list) else (str(said or ""),)
