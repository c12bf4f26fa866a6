"""The matrix: how each state treats the citizens of each other, right by right, on a day.

Agreements give the least that is owed, so several together owe the most open of them.
A measure tells what the state does. Where it does less than it owes, that is a restriction
if every agreement that it falls short of leaves room for one; otherwise law and practice
contradict one another and the answer is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from hansa.record.register import Register
from hansa.secretariat.circles import EXCEPT
from hansa.secretariat.mobility.regimes import Agreement, Book, Measure, Standing, standing
from hansa.secretariat.mobility.rights import DOES, RIGHTS, Treatment
from hansa.terms.reasons import Because, Reason
from hansa.terms.truth import Truth

Kind = Literal["", "restriction", "contradiction"]


@dataclass(frozen=True, slots=True)
class Entry:
    """How one state treats the citizens of another in one right.

    Parameters
    ----------
    citizen, into, right : str
        Whose citizens, in which state, which right.
    treatment : Treatment or None
        What they find; ``None`` if no regime is known. In a contradiction: the practice.
    owed : Treatment or None
        What agreements owe them.
    truth : Truth
        True; unknown if no regime is known or law and practice contradict one another.
    regimes : tuple of str
        The names of the regimes that it rests on.
    kind : {"", "restriction", "contradiction"}
        Whether the state does less than it owes.
    """

    citizen: str
    into: str
    right: str
    treatment: Treatment | None
    owed: Treatment | None
    truth: Truth
    regimes: tuple[str, ...]
    kind: Kind
    condition: str
    because: Because

    @property
    def word(self) -> str:
        """The treatment in a word, with a question mark in a contradiction."""
        if self.treatment is None:
            return "unknown"
        return f"{self.treatment}?" if self.kind == "contradiction" else str(self.treatment)


@dataclass(frozen=True, slots=True)
class Matrix:
    """All entries among some states."""

    states: tuple[str, ...]
    entries: Mapping[tuple[str, str, str], Entry]

    def of(self, citizen: str, into: str, right: str) -> Entry:
        """One entry."""
        return self.entries[citizen, into, right]


@dataclass(frozen=True, slots=True)
class Judged:
    """An entry without its reasons: what it rests on, and the treatment that follows."""

    owed: tuple[Agreement, ...]
    measure: Measure | None
    treatment: Treatment | None
    best: Treatment | None
    truth: Truth
    kind: Kind


def judge(held: Standing, citizen: str, into: str, right: str) -> Judged:
    """How ``into`` treats citizens of ``citizen`` in a right, on the day of ``held``."""
    owed = held.owed(citizen, into, right)
    measure = held.measure(citizen, into, right)
    best = most_open(agreement.treatment for agreement in owed)
    if measure is None:
        truth = Truth.UNKNOWN if best is None else Truth.TRUE
        return Judged(owed, None, best, best, truth, "")
    does = measure.treatment
    if best is None or does.rank >= best.rank:
        return Judged(owed, measure, does, best, Truth.TRUE, "")
    room = all(a.restrictable for a in owed if a.treatment.rank > does.rank)
    if room:
        return Judged(owed, measure, does, best, Truth.TRUE, "restriction")
    return Judged(owed, measure, does, best, Truth.UNKNOWN, "contradiction")


def most_open(treatments: Iterable[Treatment]) -> Treatment | None:
    """The most open of several; ``None`` of none."""
    return max(treatments, key=lambda t: t.rank, default=None)


def entry(
    held: Standing, citizen: str, into: str, right: str, judged: Judged | None = None
) -> Entry:
    """The same with the regimes that it rests on, and why."""
    found = judged or judge(held, citizen, into, right)
    names, condition, because = _explained(held, found, citizen, into, right)
    return Entry(
        citizen, into, right, found.treatment, found.best, found.truth, names, found.kind,
        condition, because,
    )  # fmt: skip


def _explained(
    held: Standing, found: Judged, citizen: str, into: str, right: str
) -> tuple[tuple[str, ...], str, Because]:
    """Names of regimes, conditions and reasons."""
    measure, best = found.measure, found.best
    if best is None and measure is None:
        text = f"no regime on record for {DOES[right]} of citizens of {citizen} in {into}"
        return (), "", (Reason("rule", text),)
    if measure is None:
        giving = [a for a in found.owed if best is not None and a.treatment.rank == best.rank]
        names = tuple(dict.fromkeys(a.name for a in giving))
        conditions = "; ".join(dict.fromkeys(a.condition for a in giving if a.condition))
        return names, conditions, tuple(held.why(a, citizen, into) for a in giving)
    if not found.kind:
        why = tuple(held.why(a, citizen, into) for a in found.owed)
        return (measure.name,), measure.condition, (*measure.because, *why)
    above = [a for a in found.owed if a.treatment.rank > measure.treatment.rank]
    names = (measure.name, *dict.fromkeys(a.name for a in above))
    room = found.kind == "restriction"
    what = "leaves room for national restrictions" if room else "owes more"
    told = f"{DOES[right]} of citizens of {citizen} in {into}: {measure.treatment}"
    head = Reason("rule", f"{told}; {' and '.join(names[1:])} {what}")
    why = tuple(held.why(a, citizen, into) for a in above)
    return names, measure.condition, (head, *measure.because, *why)


def matrix_of(
    book: Book,
    register: Register,
    states: Sequence[str],
    rights: Sequence[str] = tuple(RIGHTS),
) -> Matrix:
    """The matrix among states on the register's day.

    Raises
    ------
    UnknownCode
        If a table names a treaty or organisation that the world does not have.
    """
    held = standing(book, register)
    entries = {
        (citizen, into, right): entry(held, citizen, into, right)
        for citizen in states
        for into in states
        if citizen != into
        for right in rights
    }
    return Matrix(tuple(states), entries)


def named_states(book: Book, register: Register, *, listed: bool = True) -> tuple[str, ...]:
    """The states that regimes name by themselves or as parties to a treaty, by code.

    Parameters
    ----------
    listed : bool
        Whether states count that only a row without a treaty lists. Members of an
        organisation that is named as a whole never do.
    """
    lives, organisations = register.timeline.lives, register.timeline.organisations
    found: set[str] = set()
    for agreement in book.agreements:
        if agreement.treaty in lives:
            found |= set(lives[agreement.treaty].spells)
        if listed or agreement.act is not None:
            found |= set(f"{agreement.citizens} {agreement.into}".split())
    for measure in book.measures:
        found |= {measure.by, *measure.citizens.split()}
    plain = {word for word in found if ":" not in word and word != EXCEPT}
    return tuple(sorted(plain - set(organisations)))
