"""Refunds: what changes when a decision reaches back in time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from hansa.customs.assessment.cascade import Assessed
from hansa.customs.assessment.line import Line
from hansa.customs.assessment.office import Office
from hansa.customs.assessment.quotas import assess_all
from hansa.terms.days import Day
from hansa.terms.money import Money
from hansa.terms.reasons import Because, Reason


@dataclass(frozen=True, slots=True)
class Refund:
    """A line whose charges are no longer what was paid.

    Parameters
    ----------
    line : Line
        The line.
    paid, due : Money
        As was known when it was paid, and as is known now.
    because : Because
        The measures that make the difference.
    """

    line: Line
    paid: Money
    due: Money
    because: Because

    @property
    def back(self) -> Money:
        """What goes back to the payer; below nought, what is still owed."""
        return self.paid - self.due


def refunds(
    lines: Iterable[Line], office: Office, *, now: Day, paid_as_known: Day | None = None
) -> tuple[Refund, ...]:
    """Lines that were paid by what was known then, assessed by what is known now.

    Parameters
    ----------
    lines : iterable of Line
        Lines that have been paid; those paid after ``now`` are left out.
    office : Office
        Book with all versions; its ``known_on`` is not used.
    now : Day
        The day whose knowledge counts.
    paid_as_known : Day, optional
        The day whose knowledge was used; by default each line's day of acceptance.
    """
    given = [line for line in lines if (paid_as_known or line.on) <= now]
    days = {paid_as_known or line.on for line in given}
    found: list[Refund] = []
    later = replace(office, known_on=now)
    for day in sorted(days):
        batch = [line for line in given if (paid_as_known or line.on) == day]
        earlier = assess_all(batch, replace(office, known_on=day))
        due = _by_line(assess_all(batch, later).assessed)
        for id, parts in _by_line(earlier.assessed).items():
            now_parts = due.get(id)
            if now_parts is not None:
                found.extend(_difference(parts, now_parts))
    return tuple(found)


def _by_line(parts: Iterable[Assessed]) -> dict[int, list[Assessed]]:
    found: dict[int, list[Assessed]] = {}
    for part in parts:
        found.setdefault(id(part.line), []).append(part)
    return found


def _difference(before: list[Assessed], after: list[Assessed]) -> Iterable[Refund]:
    paid, due = _total(before), _total(after)
    if paid == due:
        return
    old = {c.measure.id: c.measure for part in before for c in part.charges}
    new = {c.measure.id: c.measure for part in after for c in part.charges}
    because = [
        Reason("rule", f"{measure}: was used, recorded {measure.recorded}", id, measure.act)
        for id, measure in old.items()
        if new.get(id) != measure
    ]
    because += [
        Reason(
            "rule",
            f"{measure}: holds {measure.valid}, recorded {measure.recorded}",
            id,
            measure.act,
        )
        for id, measure in new.items()
        if old.get(id) != measure
    ]
    yield Refund(before[0].line, paid, due, tuple(because))


def _total(parts: list[Assessed]) -> Money:
    total = parts[0].total
    for part in parts[1:]:
        total = total + part.total
    return total
