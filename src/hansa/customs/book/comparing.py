"""What changed between two tariff books."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Final

from hansa.customs.book.measures import Measure
from hansa.customs.book.tariff_book import TariffBook
from hansa.customs.duties.amounts import Basis, amount
from hansa.customs.duties.rates import currencies_of, units_of
from hansa.customs.duties.units import Quantities
from hansa.terms.errors import BadInput
from hansa.terms.exhibits import Column, Table

_NOT_COMPARED: Final = frozenset({"id", "place", "recorded", "withdrawn"})


@dataclass(frozen=True, slots=True)
class Change:
    """A measure that is in both books, with the fields in which it differs."""

    before: Measure
    after: Measure
    fields: tuple[str, ...]

    @property
    def direction(self) -> str:
        """``higher``, ``lower`` or ``same`` where one value tells, else ``other``."""
        if "duty" not in self.fields:
            return "same"
        first, second = _level(self.before), _level(self.after)
        if first is None or second is None or first[0] != second[0]:
            return "other"
        return "higher" if second[1] > first[1] else "lower" if second[1] < first[1] else "same"


@dataclass(frozen=True, slots=True)
class Difference:
    """What is new, gone and changed from one book to another."""

    added: tuple[Measure, ...]
    removed: tuple[Measure, ...]
    changed: tuple[Change, ...]
    same: int

    def table(self) -> Table:
        """The difference for people."""
        columns = (
            Column("code", "Goods"),
            Column("kind", "Measure"),
            Column("area", "Origin"),
            Column("before", "Before"),
            Column("after", "After"),
            Column("what", "What changed"),
        )
        rows = [
            *(_row(None, m, "new") for m in self.added),
            *(_row(m, None, "gone") for m in self.removed),
            *(_row(c.before, c.after, ", ".join(c.fields)) for c in self.changed),
        ]
        marks = [*("new" for _ in self.added), *("gone" for _ in self.removed)]
        marks += ["changed" for _ in self.changed]
        order = sorted(range(len(rows)), key=lambda i: tuple(str(cell) for cell in rows[i]))
        return Table(
            "tariff_diff",
            "Differences between two tariffs",
            columns,
            tuple(rows[i] for i in order),
            marks=tuple(marks[i] for i in order),
            note=f"{self.same} measures are the same",
        )


def diff(before: TariffBook, after: TariffBook) -> Difference:
    """What changed from one book to another, whatever the ids of their measures.

    Measures are matched by what they are (kind, goods, area, member, codes): first those
    that start on the same day, then the rest in order of their days.
    """
    old, new = _grouped(before.current), _grouped(after.current)
    added: list[Measure] = []
    removed: list[Measure] = []
    changed: list[Change] = []
    same = 0
    for key in sorted(old.keys() | new.keys()):
        for left, right in _pairs(old.get(key, []), new.get(key, [])):
            if left is None and right is not None:
                added.append(right)
            elif right is None and left is not None:
                removed.append(left)
            elif left is not None and right is not None:
                differing = _differing(left, right)
                if differing:
                    changed.append(Change(left, right, differing))
                else:
                    same += 1
    return Difference(tuple(added), tuple(removed), tuple(changed), same)


def _grouped(book: TariffBook) -> dict[tuple[str, ...], list[Measure]]:
    found: dict[tuple[str, ...], list[Measure]] = defaultdict(list)
    for measure in book.measures:
        found[measure.code, *measure.slot].append(measure)
    return found


def _pairs(
    old: list[Measure], new: list[Measure]
) -> Iterator[tuple[Measure | None, Measure | None]]:
    left = {m.valid.start: m for m in old}
    right = {m.valid.start: m for m in new}
    both = left.keys() & right.keys()
    for start in sorted(both):
        yield left[start], right[start]
    rest_old = [left[start] for start in sorted(left.keys() - both)]
    rest_new = [right[start] for start in sorted(right.keys() - both)]
    for place in range(max(len(rest_old), len(rest_new))):
        yield (
            rest_old[place] if place < len(rest_old) else None,
            rest_new[place] if place < len(rest_new) else None,
        )


def _differing(left: Measure, right: Measure) -> tuple[str, ...]:
    names = (field.name for field in fields(Measure) if field.name not in _NOT_COMPARED)
    return tuple(name for name in names if getattr(left, name) != getattr(right, name))


def _level(measure: Measure) -> tuple[object, Fraction] | None:
    """What a duty comes to on a hundred with one of each unit, and in which terms.

    Two duties compare only in the same currency and units; else there is no telling.
    """
    if measure.duty is None:
        return None
    rate = measure.duty.rate
    units, currencies = units_of(rate), currencies_of(rate)
    if len(currencies) > 1:
        return None
    currency = next(iter(currencies), "")
    quantities = Quantities.of({unit + qualifier: 1 for unit, qualifier in units})
    try:
        return (currency, units), amount(rate, Basis(Fraction(100), currency, quantities))
    except BadInput:
        return None


def _row(
    before: Measure | None, after: Measure | None, what: str
) -> tuple[str, str, str, str, str, str]:
    measure = after or before
    assert measure is not None
    return (
        measure.code,
        measure.kind.words,
        measure.area,
        f"{before.duty or ''} {before.valid}" if before else "",
        f"{after.duty or ''} {after.valid}" if after else "",
        what,
    )
