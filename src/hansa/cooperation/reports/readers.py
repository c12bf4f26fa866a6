"""Readers by name: secretariats, delegations, the public."""

from __future__ import annotations

from datetime import UTC, datetime, time

from hansa.record.mandates import Mandate, read_subject, subject_of
from hansa.record.markings import Reader
from hansa.record.register import Register
from hansa.terms.errors import BadInput
from hansa.terms.names import unknown


def reader_of(text: str, register: Register) -> Reader:
    """A reader by name: ``SCO secretariat``, ``CSTO delegation:ARM``, ``account:NAME``, ``public``.

    ``SCO Secretariat`` will do, too.

    Raises
    ------
    UnknownCode
        If the organisation or the state is unknown: with the nearest.
    BadInput
        If it names no reader.
    """
    if text in ("", "public"):
        return Reader()
    if text.startswith("account:"):
        return Reader(text.removeprefix("account:"))
    who = read_subject(text.replace(" Secretariat", " secretariat"))
    organisations = register.timeline.organisations
    if who is None:
        raise BadInput(
            f"{text!r} names no reader",
            remedy="write 'SCO secretariat', 'CSTO delegation:ARM' or 'public'",
        )
    if who[0] not in organisations:
        raise unknown("organisation", who[0], organisations)
    known = [held.state for held in register.members(who[0], None)]
    if who[1] and who[1] not in known:
        raise unknown(f"delegation to {who[0]} of", who[1], known)
    return reader_for(*who, register=register)


def reader_for(organisation: str, state: str = "", *, register: Register) -> Reader:
    """Whoever acts for a delegation (for the secretariat, without a state) on the day."""
    moment = datetime.combine(register.day, time(), UTC)
    name = subject_of(organisation, state)
    return Reader(name, (Mandate(organisation, state, name, "", moment, None, ()),))


def known_readers(register: Register) -> tuple[Reader, ...]:
    """The secretariat and every delegation of every organisation that exists on the day."""
    found: list[Reader] = []
    for organisation in register.organisations():
        found.append(reader_for(organisation.id, register=register))
        found += [
            reader_for(organisation.id, held.state, register=register)
            for held in register.members(organisation.id, None)
        ]
    return tuple(found)
