"""Which tariff applies: what the register says of a union, as a plain value.

Members on each day, members' lists of exemptions with their end dates, agreements with
their partners. Studies build it from the register; the engine only reads it.
"""

from __future__ import annotations

from dataclasses import dataclass

from hansa.customs.book.areas import ALWAYS, Membership
from hansa.customs.book.kinds import Kind
from hansa.customs.book.measures import Measure
from hansa.customs.duties import Duty
from hansa.terms.days import Day, Period
from hansa.terms.reasons import Because


@dataclass(frozen=True, slots=True)
class Exemption:
    """A member's own rate in place of the common one, for a time."""

    member: str
    code: str
    duty: Duty
    valid: Period
    act: str = ""
    recorded: Day = Day.min


@dataclass(frozen=True, slots=True)
class Agreement:
    """A preference agreement: its partners and the days on which it is in force."""

    id: str
    partners: frozenset[str]
    valid: Period = ALWAYS
    proofs: frozenset[str] = frozenset()
    act: str = ""


@dataclass(frozen=True, slots=True)
class Regime:
    """A union's customs relations, inside and outside.

    Parameters
    ----------
    union : str
        Its name.
    members : tuple of Membership
        States and the days of their membership; the union's measures are for goods released
        in one of them.
    exemptions : tuple of Exemption
        Members' lists.
    agreements : tuple of Agreement
        Free trade and preference agreements.
    common_tariff : Period
        Days on which the common tariff applies: before, members have tariffs of their own.
    because : Because
        What in the register it rests on.
    """

    union: str
    members: tuple[Membership, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    common_tariff: Period = ALWAYS
    because: Because = ()

    def members_on(self, day: Day) -> frozenset[str]:
        """Members of the union on a day."""
        return frozenset(m.member for m in self.members if day in m.valid)

    def agreement(self, id: str) -> Agreement | None:
        """The agreement of an id."""
        return next((a for a in self.agreements if a.id == id), None)

    @property
    def exemption_measures(self) -> tuple[Measure, ...]:
        """The members' lists as measures of a tariff book."""
        return tuple(
            Measure(
                id=f"exemption {e.member} {e.code} {e.valid.start}",
                kind=Kind.EXEMPTION,
                code=e.code,
                duty=e.duty,
                valid=e.valid,
                recorded=e.recorded,
                member=e.member,
                act=e.act,
            )
            for e in self.exemptions
        )
