"""Gaps and contradictions between regimes: what does not fit together on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from hansa.secretariat.mobility.changes import Change
from hansa.secretariat.mobility.matrix import Entry, Matrix
from hansa.secretariat.mobility.rights import DOES, RIGHTS
from hansa.terms.reasons import Because

KINDS: Final = {
    "contradiction": "a state does less than an agreement owes, and the agreement leaves no room",
    "restriction": "a state does less than an agreement owes, and the agreement leaves room",
    "lapsed": "a regime that there was has gone, and no other is on record",
    "gap": "no regime on record says how citizens of one state enter the other",
    "one way": "citizens of one state find more than those of the other",
    "work without entry": "people may work where no regime lets them in without a visa",
}
"""The kinds of finding."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something that does not fit together."""

    kind: str
    right: str
    citizen: str
    into: str
    text: str
    because: Because


def misfits_of(matrix: Matrix, lapsed: Iterable[Change] = ()) -> tuple[Misfit, ...]:
    """Everything in a matrix that does not fit together, the gravest kinds first.

    Parameters
    ----------
    matrix : Matrix
        The matrix of a day.
    lapsed : iterable of Change
        Changes up to the day, in order: where the last of an entry is a lapse, the gap is told
        as such, whatever the right; other gaps are told for entry only.
    """
    last = {(c.after.citizen, c.after.into, c.after.right): c for c in lapsed}
    found = [
        misfit
        for citizen in matrix.states
        for into in matrix.states
        if citizen != into
        for misfit in _of_pair(matrix, citizen, into, last)
    ]
    order = list(KINDS)
    return tuple(sorted(found, key=lambda m: (order.index(m.kind), m.right, m.citizen, m.into)))


def _of_pair(
    matrix: Matrix, citizen: str, into: str, last: Mapping[tuple[str, str, str], Change]
) -> Iterator[Misfit]:
    for right in RIGHTS:
        one = matrix.entries.get((citizen, into, right))
        if one is None:
            continue
        if one.kind:
            yield Misfit(one.kind, right, citizen, into, one.because[0].text, one.because)
        if one.treatment is None:
            yield from _gap(one, last.get((citizen, into, right)))
        yield from _one_way(matrix, one)
    yield from _without_entry(matrix, citizen, into)


def _gap(one: Entry, change: Change | None) -> Iterator[Misfit]:
    what = DOES[one.right]
    nothing = f"nothing on record says how {one.into} treats {what} of citizens of"
    if change is not None and change.after.treatment is None:
        was = f"it was {change.before.word} by {', '.join(change.before.regimes)}"
        text = f"since {change.day} {nothing} {one.citizen}; {was}"
        yield Misfit("lapsed", one.right, one.citizen, one.into, text, change.because)
    elif one.right == "enter":
        yield Misfit("gap", "enter", one.citizen, one.into, f"{nothing} {one.citizen}", one.because)


def _one_way(matrix: Matrix, one: Entry) -> Iterator[Misfit]:
    other = matrix.entries.get((one.into, one.citizen, one.right))
    if other is None or one.treatment is None or other.treatment is None:
        return
    if one.treatment.rank > other.treatment.rank:
        text = (
            f"{DOES[one.right]} of citizens of {one.citizen} in {one.into}: {one.treatment}; "
            f"of citizens of {one.into} in {one.citizen}: {other.treatment}"
        )
        because = (*one.because, *other.because)
        yield Misfit("one way", one.right, one.citizen, one.into, text, because)


def _without_entry(matrix: Matrix, citizen: str, into: str) -> Iterator[Misfit]:
    work = matrix.entries.get((citizen, into, "work"))
    enter = matrix.entries.get((citizen, into, "enter"))
    if work is None or enter is None or work.treatment is None or work.treatment.word == "permit":
        return
    if enter.treatment is None or enter.treatment.word == "visa":
        how = "by visa only" if enter.treatment else "by no regime on record"
        text = f"citizens of {citizen} may work in {into} ({work.treatment}) but enter {how}"
        yield Misfit(
            "work without entry", "work", citizen, into, text, (*work.because, *enter.because)
        )
