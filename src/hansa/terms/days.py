"""Days and periods.

A period is half-open: it holds from its first day and no longer holds on ``end``.
A treaty concluded for five years from 20 April 1994 holds to 20 April 1999 inclusive:
its period ends (exclusively) on 21 April 1999.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from hansa.terms.errors import BadInput, Place

Day = date

_ISO = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")


def day(text: str | date, *, where: Place | None = None) -> Day:
    """Read an ISO day.

    Raises
    ------
    BadInput
        If the text is not ``YYYY-MM-DD`` or names a day that does not exist.
    """
    if isinstance(text, date):
        return text
    match = _ISO.match(text.strip())
    if match is None:
        raise BadInput(f"{text!r} is not a day", where=where, remedy="write it as YYYY-MM-DD")
    year, month, number = (int(part) for part in match.groups())
    try:
        return date(year, month, number)
    except ValueError:
        last = calendar.monthrange(year, month)[1] if 1 <= month <= 12 and year > 0 else 0
        nearest = (f"{year:04}-{month:02}-{last:02}",) if last else ()
        raise BadInput(f"there is no day {text!r}", where=where, nearest=nearest) from None


def add_months(start: Day, months: int) -> Day:
    """The corresponding day ``months`` later, or the month's last day if there is none."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))


def add_days(start: Day, days: int) -> Day:
    """The day ``days`` later (earlier if negative)."""
    return start + timedelta(days=days)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from ``start`` up to, not including, ``end`` (``None``: still running)."""

    start: Day
    end: Day | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise BadInput(f"a period that ends {self.end} cannot start {self.start}")

    def __contains__(self, on: Day) -> bool:
        return self.start <= on and (self.end is None or on < self.end)

    def overlaps(self, other: Period) -> bool:
        """Whether some day belongs to both."""
        return (other.end is None or self.start < other.end) and (
            self.end is None or other.start < self.end
        )

    def meet(self, other: Period) -> Period | None:
        """The days that belong to both, or ``None``."""
        start = max(self.start, other.start)
        ends = [end for end in (self.end, other.end) if end is not None]
        end = min(ends) if ends else None
        if end is not None and end <= start:
            return None
        return Period(start, end)

    def __str__(self) -> str:
        return f"{self.start} – {self.end or '…'}"
