"""A measure: what is levied on which goods of which origin, when, and by which act."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from hansa.customs.book.areas import ERGA_OMNES
from hansa.customs.book.conditions import Condition
from hansa.customs.book.kinds import Kind
from hansa.customs.duties import Duty
from hansa.terms.days import Day, Period
from hansa.terms.errors import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A line of the tariff book.

    Parameters
    ----------
    id : str
        Unique among the versions known at one time.
    kind : Kind
        What it is.
    code : str
        Ten digits of the goods code, of any level; ``""`` for all goods.
    duty : Duty, optional
        The rate.
    valid : Period
        Days on which it holds in law.
    recorded : Day
        The day on which it became known.
    withdrawn : Day, optional
        The day on which another version took its place.
    area : str
        Origin area; everybody by default.
    excluded : tuple of str
        Members of the area to which it does not apply.
    member : str
        The member of the union whose own measure it is, ``""`` for the union's.
    additional_code, order_number : str
        Narrow the goods, and name the quota.
    conditions : tuple of Condition
        What a consignment has to meet.
    footnotes : tuple of str
        Ids of remarks.
    act, ended_by : str
        Ids of the act that made it, and of the one that ended it.
    agreement : str
        The preference agreement that it belongs to; ``""`` if it stands by itself.
    programme : str
        A name under which rules on stacking know it.
    """

    id: str
    kind: Kind
    code: str
    valid: Period
    duty: Duty | None = None
    recorded: Day = Day.min
    withdrawn: Day | None = None
    area: str = ERGA_OMNES
    excluded: tuple[str, ...] = ()
    member: str = ""
    additional_code: str = ""
    order_number: str = ""
    conditions: tuple[Condition, ...] = ()
    footnotes: tuple[str, ...] = ()
    act: str = ""
    ended_by: str = ""
    agreement: str = ""
    programme: str = ""
    place: Place | None = field(default=None, compare=False)

    @property
    def slot(self) -> tuple[str, ...]:
        """What two measures must differ in to hold side by side for one goods code."""
        return (
            self.kind.value,
            self.area,
            self.member,
            self.additional_code,
            self.order_number,
            self.programme,
        )

    @property
    def common(self) -> bool:
        """Whether it is a rate of the union's common tariff."""
        return self.kind is Kind.THIRD_COUNTRY and not self.member

    @property
    def documents(self) -> frozenset[str]:
        """Documents that its conditions name."""
        return frozenset(c.document for c in self.conditions if c.document)

    def known(self, on: Day) -> bool:
        """Whether this version was known on a day."""
        return self.recorded <= on and (self.withdrawn is None or on < self.withdrawn)

    def __str__(self) -> str:
        rate = f" {self.duty}" if self.duty is not None else ""
        return f"{self.kind.words} {self.id}{rate}"


@lru_cache(maxsize=1 << 16)
def contains(outer: Period, inner: Period) -> bool:
    """Whether every day of ``inner`` belongs to ``outer``."""
    if inner.start < outer.start:
        return False
    return outer.end is None or (inner.end is not None and inner.end <= outer.end)
