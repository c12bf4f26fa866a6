"""Rights of people who move, and how a state may treat them: from most closed to most open."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown

RIGHTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "enter": ("visa", "group", "free"),
        "stay": ("permit", "registered", "free"),
        "work": ("permit", "patent", "free"),
        "pension": ("none", "by residence", "carried"),
    }
)
"""Each right with its treatments. ``group``: without visa in organised groups; ``registered``:
after registering; ``patent``: a permit that everybody gets who pays and passes a test;
``by residence``: the state of residence pays by its own law; ``carried``: periods worked count
and the pension is paid abroad."""

DOES: Final[Mapping[str, str]] = MappingProxyType(
    {"enter": "entry", "stay": "stay", "work": "work", "pension": "pension"}
)


@dataclass(frozen=True, slots=True)
class Treatment:
    """How a right is treated: its place on the right's scale, for at most so many days.

    ``days``: ``None`` for no limit.
    """

    right: str
    word: str
    days: int | None = None

    @property
    def rank(self) -> tuple[int, float]:
        """Larger is more open; a longer stay is more open than a shorter one."""
        return RIGHTS[self.right].index(self.word), math.inf if self.days is None else self.days

    @property
    def open(self) -> bool:
        """Whether it is the most open of its scale, for however long."""
        return self.word == RIGHTS[self.right][-1]

    def __str__(self) -> str:
        return f"{self.word}, {self.days} days" if self.days is not None else self.word


def treatment(
    right: str, word: str, days: object = None, *, where: Place | None = None
) -> Treatment:
    """A treatment from the words of a table or an act.

    Raises
    ------
    UnknownCode
        If the right, or the treatment of that right, is unknown.
    BadInput
        If the days are no positive whole number.
    """
    if right not in RIGHTS:
        raise unknown("right", right, RIGHTS, where=where, remedy=f"one of {', '.join(RIGHTS)}")
    if word not in RIGHTS[right]:
        known = RIGHTS[right]
        raise unknown(
            f"treatment of {DOES[right]}", word, known, where=where,
            remedy=f"one of {', '.join(known)}",
        )  # fmt: skip
    if days is None:
        return Treatment(right, word)
    if isinstance(days, bool) or not isinstance(days, int) or days <= 0:
        raise BadInput(f"{days!r} is no number of days", where=where)
    return Treatment(right, word, days)
