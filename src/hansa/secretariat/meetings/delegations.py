"""Who represents a state at a meeting, at what level, and with what powers.

Source: Vienna Convention on the Law of Treaties (1969), Art. 7.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from hansa.record.acts import Act
from hansa.record.entry import reason_of
from hansa.terms.reasons import Because, Reason
from hansa.terms.truth import Truth


class Level(Enum):
    """The level of a delegation, the highest first."""

    HEAD_OF_STATE = "head of state"
    HEAD_OF_GOVERNMENT = "head of government"
    FOREIGN_MINISTER = "foreign minister"
    DEFENCE_MINISTER = "defence minister"
    OTHER = "other"
    UNKNOWN = "unknown"

    def __str__(self) -> str:
        return self.value


IN_VIRTUE_OF_OFFICE: Final = (
    Level.HEAD_OF_STATE,
    Level.HEAD_OF_GOVERNMENT,
    Level.FOREIGN_MINISTER,
)
"""Who represents a state without having to produce full powers (VCLT Art. 7(2)(a))."""

CREDENTIALS: Final = {
    "full powers": Truth.TRUE,
    "accepted": Truth.TRUE,
    "presented": Truth.UNKNOWN,
    "none": Truth.FALSE,
    "refused": Truth.FALSE,
}
"""What an act may say of a delegation's credentials, and whether it may then bind its state."""


@dataclass(frozen=True, slots=True)
class Delegation:
    """A state at a meeting.

    Parameters
    ----------
    state : str
        Its code.
    level : Level
        The level of its head.
    person, title : str
        Who that is, and the office as the source calls it.
    credentials : str
        One of `CREDENTIALS`, ``""`` if nothing is known.
    may_bind : Truth
        Whether it may consent for its state.
    """

    state: str
    level: Level
    person: str
    title: str
    credentials: str
    may_bind: Truth
    because: Because


def level_of(text: str) -> Level:
    """The level that a source's words name; an office that is none of them is ``other``."""
    if not text:
        return Level.UNKNOWN
    for level in Level:
        if level.value == text:
            return level
    return Level.OTHER


def delegations_of(convened: Act, acts: Iterable[Act]) -> tuple[Delegation, ...]:
    """The delegations at a meeting, by state.

    The act that convenes it may list states under ``present`` with one ``level`` for all;
    ``attend`` acts say more, the last of a state counting.
    """
    found: dict[str, Delegation] = {}
    present = convened.payload.get("present")
    for state in present if isinstance(present, list) else ():
        found[str(state)] = _delegation(convened, str(state))
    for act in acts:
        if act.kind == "attend" and act.payload.get("absent") is not True:
            found[act.actor] = _delegation(act, act.actor)
    return tuple(found[state] for state in sorted(found))


def absent_from(convened: Act, acts: Iterable[Act]) -> dict[str, Because]:
    """The states that are said to have stayed away, and why it is thought so."""
    said = convened.payload.get("absent")
    listed = [str(state) for state in said] if isinstance(said, list) else []
    found: dict[str, Because] = {
        state: (reason_of(convened, f"{state} stayed away from {convened.subject}"),)
        for state in listed
    }
    for act in acts:
        if act.kind != "attend":
            continue
        found.pop(act.actor, None)
        if act.payload.get("absent") is True:
            found[act.actor] = (reason_of(act, f"{act.actor} stayed away from {act.subject}"),)
    return found


def _delegation(act: Act, state: str) -> Delegation:
    said = str(act.payload.get("level", ""))
    level = level_of(said)
    credentials = str(act.payload.get("credentials", ""))
    person = str(act.payload.get("person", ""))
    who = f"{person}, " if person else ""
    text = f"{state} is represented by {who}{said or 'somebody'} at {act.subject}"
    powers, why = _powers(level, credentials)
    title = str(act.payload.get("title", said if level is Level.OTHER else ""))
    because = (reason_of(act, text), why)
    return Delegation(state, level, person, title, credentials, powers, because)


def _powers(level: Level, credentials: str) -> tuple[Truth, Reason]:
    if CREDENTIALS.get(credentials) is Truth.FALSE:
        text = "the credentials were refused" if credentials == "refused" else "it has none"
        return Truth.FALSE, Reason("article", f"no full powers: {text}", "VCLT Art. 7(1)")
    if level in IN_VIRTUE_OF_OFFICE:
        text = f"a {level} represents the state in virtue of the office, without full powers"
        return Truth.TRUE, Reason("article", text, "VCLT Art. 7(2)(a)")
    truth = CREDENTIALS.get(credentials, Truth.UNKNOWN)
    said = f"credentials: {credentials}" if credentials else "nothing is known of credentials"
    text = f"needs full powers at this level; {said}"
    return truth, Reason("article", text, "VCLT Art. 7(1)(a)")


def usual_level(delegations: Iterable[Delegation]) -> Level:
    """The level of most delegations (of two, the higher); ``unknown`` if none is known."""
    order = {level: place for place, level in enumerate(Level)}
    counted = Counter(d.level for d in delegations if d.level is not Level.UNKNOWN)
    if not counted:
        return Level.UNKNOWN
    return min(counted, key=lambda level: (-counted[level], order[level]))


def below(delegations: Iterable[Delegation]) -> tuple[Delegation, ...]:
    """The delegations at a lower level than most: one foreign minister among presidents."""
    held = tuple(delegations)
    order = {level: place for place, level in enumerate(Level)}
    usual = usual_level(held)
    return tuple(d for d in held if d.level is not Level.UNKNOWN and order[d.level] > order[usual])
