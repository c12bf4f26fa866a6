"""Who may act for whom on a server: mandates, given and ended by acts.

``appoint`` about ``CSTO delegation:ARM`` gives the account in its payload the right to act for
Armenia in the CSTO; about ``CSTO secretariat`` it makes the account the secretariat's. The
payload may name a public key (Ed25519, 64 hexadecimal digits) with which the holder's acts are
signed. ``recall`` about the same subject ends the mandate of the account or key in its payload,
or, if it names none, of all. Both have effect from the moment of their record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from hansa.record.acts import Act
from hansa.record.entry import reason_of
from hansa.terms.days import day
from hansa.terms.errors import BadInput
from hansa.terms.reasons import Because

_SUBJECT = re.compile(r"(?P<organisation>.+?) (?:delegation:(?P<state>\S+)|secretariat)")


@dataclass(frozen=True, slots=True)
class Mandate:
    """The right of an account to act for a delegation or a secretariat.

    Parameters
    ----------
    organisation : str
        The organisation to which the delegation is accredited, or whose secretariat it is.
    state : str
        The delegation's state; ``""`` for the secretariat.
    account : str
        The account; ``""`` if the act names a key only.
    key : str
        Public key (Ed25519, hexadecimal), ``""`` if there is none.
    since, until : datetime
        From when to when (not included); ``None``: until recalled.
    """

    organisation: str
    state: str
    account: str
    key: str
    since: datetime
    until: datetime | None
    because: Because

    @property
    def secretariat(self) -> bool:
        """Whether it is a secretariat's."""
        return not self.state

    @property
    def subject(self) -> str:
        """What acts of appointment call it."""
        return subject_of(self.organisation, self.state)

    def holds(self, at: datetime) -> bool:
        """Whether it holds at a moment."""
        return self.since <= at and (self.until is None or at < self.until)


def subject_of(organisation: str, state: str = "") -> str:
    """The subject of acts about a delegation (about the secretariat, without a state)."""
    return f"{organisation} delegation:{state}" if state else f"{organisation} secretariat"


def read_subject(subject: str) -> tuple[str, str] | None:
    """Organisation and state of a subject, ``None`` if it is about something else."""
    match = _SUBJECT.fullmatch(subject)
    return (match["organisation"], match["state"] or "") if match else None


def mandates_of(acts: Iterable[Act]) -> tuple[Mandate, ...]:
    """All mandates that ever were, in the order of their record."""
    found: list[Mandate] = []
    about = [act for act in acts if act.kind in ("appoint", "recall")]
    for act in sorted(about, key=lambda act: (act.recorded, act.id)):
        who = read_subject(act.subject)
        if who is None:
            continue
        if act.kind == "appoint":
            found.append(_given(act, *who))
        else:
            found = [_recalled(mandate, act) for mandate in found]
    return tuple(found)


def holding(mandates: Iterable[Mandate], at: datetime) -> tuple[Mandate, ...]:
    """Those that hold at a moment."""
    return tuple(mandate for mandate in mandates if mandate.holds(at))


def _given(act: Act, organisation: str, state: str) -> Mandate:
    said = act.payload.get("until")
    until = datetime.combine(day(str(said), where=act.place), time(), UTC) if said else None
    if until is not None and until < act.recorded:
        raise BadInput(f"the mandate of {act.id} ends before it begins", where=act.place)
    return Mandate(
        organisation,
        state,
        str(act.payload.get("account", "")),
        str(act.payload.get("key", "")),
        act.recorded,
        until,
        (reason_of(act, f"{act.subject}: appointed on {act.on}"),),
    )


def _recalled(mandate: Mandate, act: Act) -> Mandate:
    if mandate.subject != act.subject or not mandate.holds(act.recorded):
        return mandate
    account, key = act.payload.get("account"), act.payload.get("key")
    if account not in (None, mandate.account) or key not in (None, mandate.key):
        return mandate
    return replace(mandate, until=act.recorded)
