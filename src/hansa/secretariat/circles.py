"""Circles of states named in tables: codes, organisations, parties to a treaty, exceptions.

``EU NOR ISL LIE`` are the members of the EU on the day and three states; ``CIS:associate`` are
those with a status, ``CIS:any`` those with any; ``parties:BISH1992`` are the parties to a
treaty. ``CIS except RUS`` are some without others, ``except EU`` all but some; an empty text is
everybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from hansa.record.register import Register
from hansa.terms.errors import Place
from hansa.terms.names import unknown
from hansa.terms.truth import Truth

EXCEPT = "except"
PARTIES = "parties:"


@dataclass(frozen=True, slots=True)
class Circle:
    """Some states, or all but some."""

    states: frozenset[str]
    complement: bool = False

    def holds(self, state: str) -> Truth:
        """Whether a state belongs to it; unknown for a state that is not declared (``""``)."""
        if not state:
            return Truth.TRUE if self.complement and not self.states else Truth.UNKNOWN
        return Truth.of((state in self.states) is not self.complement)


EVERYBODY = Circle(frozenset(), complement=True)


def circle(text: str, register: Register, where: Place | None = None) -> Circle:
    """The circle that a text means on the register's day.

    A word that is the code of an organisation means its members, any other word a state.

    Raises
    ------
    UnknownCode
        If a treaty or organisation is not known.
    """
    words = text.split()
    if not words:
        return EVERYBODY
    cut = words.index(EXCEPT) if EXCEPT in words else len(words)
    some = {state for word in words[:cut] for state in _states(word, register, where)}
    without = {state for word in words[cut + 1 :] for state in _states(word, register, where)}
    if cut == 0:
        return Circle(frozenset(without), complement=True)
    return Circle(frozenset(some - without))


def _states(word: str, register: Register, where: Place | None) -> set[str]:
    if word.startswith(PARTIES):
        treaty = word.removeprefix(PARTIES)
        if treaty not in register.timeline.treaties:
            raise unknown("treaty", treaty, register.timeline.treaties, where=where)
        return set(register.party_codes(treaty))
    organisations = register.timeline.organisations
    if word in organisations:
        return set(register.member_codes(word))
    name, colon, status = word.partition(":")
    if colon:
        if name not in organisations:
            raise unknown("organisation", name, organisations, where=where)
        wanted = None if status == "any" else status
        return {member.state for member in register.members(name, wanted)}
    return {word}
