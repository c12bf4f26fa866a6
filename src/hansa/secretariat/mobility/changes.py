"""How the matrix changes: by signature, notice, objection, measure, from one day to another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hansa.record.register import Register
from hansa.secretariat.mobility.matrix import Entry, Judged, Matrix, entry, judge
from hansa.secretariat.mobility.regimes import Book, standing
from hansa.secretariat.mobility.rights import RIGHTS
from hansa.terms.days import Day, Period
from hansa.terms.reasons import Because


@dataclass(frozen=True, slots=True)
class Change:
    """An entry that is another from a day on."""

    day: Day
    before: Entry
    after: Entry

    @property
    def way(self) -> str:
        """``opens``, ``closes``, ``changes``, or ``lapses`` where nothing takes its place."""
        one, other = self.before.treatment, self.after.treatment
        if other is None:
            return "lapses"
        least = RIGHTS[self.after.right][0]
        if one is None:
            return "closes" if other.word == least else "opens"
        if one.rank == other.rank:
            return "changes"
        return "opens" if other.rank > one.rank else "closes"

    @property
    def because(self) -> Because:
        """What holds now, and what held before."""
        return (*self.after.because, *self.before.because)


def differences(before: Matrix, after: Matrix, day: Day) -> tuple[Change, ...]:
    """The entries in which two matrices of the same states differ, in order.

    Two entries are the same if people find the same treatment, as surely.
    """
    return tuple(
        Change(day, before.entries[key], new)
        for key, new in after.entries.items()
        if key in before.entries and _unlike(before.entries[key], new)
    )


def _unlike(one: Entry, other: Entry) -> bool:
    return (one.treatment, one.truth, one.kind) != (other.treatment, other.truth, other.kind)


def changes_of(
    book: Book,
    register: Register,
    states: Sequence[str],
    span: Period,
    rights: Sequence[str] = tuple(RIGHTS),
) -> tuple[Change, ...]:
    """Every change among states after the first day of a span and before its end.

    Parameters
    ----------
    register : Register
        Its day does not matter; what is known does.
    span : Period
        Its end, if it has none, is the last day on which anything changes.
    """
    days = sorted({d for d in boundaries(book, register) if d > span.start and d in span})
    keys = [
        (citizen, into, right)
        for citizen in states
        for into in states
        if citizen != into
        for right in rights
    ]
    held = standing(book, replace(register, day=span.start))
    judged = {key: judge(held, *key) for key in keys}
    found: list[Change] = []
    for when in days:
        after = standing(book, replace(register, day=when))
        for key in keys:
            new = judge(after, *key)
            if _found(judged[key]) != _found(new):
                before = entry(held, *key, judged=judged[key])
                found.append(Change(when, before, entry(after, *key, judged=new)))
            judged[key] = new
        held = after
    return tuple(found)


def _found(judged: Judged) -> tuple[object, ...]:
    return judged.treatment, judged.truth, judged.kind


def boundaries(book: Book, register: Register) -> Iterator[Day]:
    """The days on which a regime may begin, end, or gain or lose a state."""
    timeline = register.timeline
    words: set[str] = set()
    for agreement in book.agreements:
        yield from _ends(agreement.period)
        words |= set(f"{agreement.citizens} {agreement.into}".split())
        if agreement.treaty:
            words.add(f"parties:{agreement.treaty}")
    for measure in book.measures:
        yield from _ends(measure.period)
        words |= {measure.by, *measure.citizens.split()}
    for word in words:
        name = word.removeprefix("parties:")
        if name in timeline.lives:
            for spells in timeline.lives[name].spells.values():
                for spell in spells:
                    yield from _ends(spell.period)
        organisation = word.partition(":")[0]
        for held in timeline.standings.get(organisation, {}).values():
            for _, spell in held.spells:
                yield from _ends(spell.period)


def _ends(period: Period) -> Iterator[Day]:
    yield period.start
    if period.end is not None:
        yield period.end
