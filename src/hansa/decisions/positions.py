"""What a state may do when a body decides, and how positions are put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final

from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown


class Position(Enum):
    """What a member does when a matter is decided."""

    FOR = "for"
    ABSTAIN = "abstain"
    STAND_ASIDE = "not interested"
    ABSENT = "absent"
    AGAINST = "against"
    UNKNOWN = "unknown"

    def __str__(self) -> str:
        return self.value


FOR: Final = Position.FOR
ABSTAIN: Final = Position.ABSTAIN
STAND_ASIDE: Final = Position.STAND_ASIDE
ABSENT: Final = Position.ABSENT
AGAINST: Final = Position.AGAINST
UNKNOWN: Final = Position.UNKNOWN

CAST: Final = (FOR, ABSTAIN, STAND_ASIDE, ABSENT, AGAINST)
"""The positions that can be taken; `UNKNOWN` is the reader's ignorance, not a position."""

PRESENT: Final = frozenset({FOR, ABSTAIN, STAND_ASIDE, AGAINST})
VOTING: Final = frozenset({FOR, AGAINST})

BEING: Final = {
    FOR: "in favour",
    ABSTAIN: "abstaining",
    STAND_ASIDE: "not interested",
    ABSENT: "absent",
    AGAINST: "against",
    UNKNOWN: "undecided",
}
"""What it is to take a position, for sentences."""

_WORDS: Final = {position.value: position for position in Position} | {
    "stand aside": STAND_ASIDE,
    "yes": FOR,
    "no": AGAINST,
}


def position(word: str | Position, *, where: Place | None = None) -> Position:
    """The position that a word names.

    Raises
    ------
    UnknownCode
        If it names none; the error tells the nearest.
    """
    if isinstance(word, Position):
        return word
    found = _WORDS.get(word.strip().casefold()) if isinstance(word, str) else None
    if found is None:
        raise unknown("position", str(word), _WORDS, where=where)
    return found


def ballot(
    *,
    in_favour: Iterable[str] = (),
    against: Iterable[str] = (),
    abstain: Iterable[str] = (),
    absent: Iterable[str] = (),
    not_interested: Iterable[str] = (),
    undecided: Iterable[str] = (),
    where: Place | None = None,
) -> Mapping[str, Position]:
    """Positions from lists of states.

    Raises
    ------
    BadInput
        If a state is listed twice, in one list or in two.
    """
    lists = (
        (FOR, in_favour),
        (AGAINST, against),
        (ABSTAIN, abstain),
        (ABSENT, absent),
        (STAND_ASIDE, not_interested),
        (UNKNOWN, undecided),
    )
    taken: dict[str, Position] = {}
    for stance, states in lists:
        for state in states:
            if state in taken:
                how = f"as {taken[state]} and as {stance}" if taken[state] != stance else "twice"
                raise BadInput(
                    f"{state} is listed {how}",
                    where=where,
                    remedy="a member takes one position",
                )
            taken[state] = stance
    return taken
