"""Origin areas: countries, groups of countries, and everybody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from hansa.terms.days import Day, Period

ERGA_OMNES: Final = "1011"
"""The area of all origins, by the TARIC's number."""

ALWAYS: Final = Period(Day.min)


@dataclass(frozen=True, slots=True)
class Membership:
    """A country's days in a group."""

    member: str
    valid: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class Area:
    """A country (no members) or a group.

    ``id`` is free: ISO codes for countries, the TARIC's numbers or names for groups.
    """

    id: str
    name: str = ""
    members: tuple[Membership, ...] = ()
    valid: Period = ALWAYS
    group: bool = False

    @classmethod
    def of(cls, id: str, members: Iterable[str], name: str = "") -> Area:
        """A group of countries that never changes."""
        return cls(id, name, tuple(Membership(m) for m in members), group=True)

    def members_on(self, day: Day) -> frozenset[str]:
        """Countries that belong to the group on a day."""
        return frozenset(m.member for m in self.members if day in m.valid)


@dataclass(frozen=True, slots=True)
class Areas:
    """All areas of a book."""

    areas: tuple[Area, ...] = ()

    def find(self, id: str) -> Area | None:
        """The area of an id, ``None`` if there is none."""
        return next((area for area in self.areas if area.id == id), None)

    def covers(self, id: str, origin: str, day: Day) -> bool:
        """Whether goods of an origin fall under an area on a day."""
        if id in (ERGA_OMNES, origin):
            return True
        return any(origin in area.members_on(day) for area in self.areas if area.id == id)

    def of(self, origin: str, day: Day) -> tuple[str, ...]:
        """Every area that covers an origin on a day: itself, its groups, everybody."""
        groups = [area.id for area in self.areas if origin in area.members_on(day)]
        return (origin, *groups, ERGA_OMNES)
