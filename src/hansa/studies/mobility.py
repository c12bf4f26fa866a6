"""Movement between the states of a world on a day: matrix, changes, what does not fit."""

from __future__ import annotations

from dataclasses import dataclass

from hansa.record.register import BoundNorm
from hansa.secretariat import (
    Book,
    Change,
    Matrix,
    Misfit,
    book_of,
    changes_of,
    matrix_of,
    misfits_of,
    named_states,
)
from hansa.secretariat.circles import circle
from hansa.studies.case import Case
from hansa.terms.days import Period, add_days
from hansa.terms.names import unknown

DECLARED = "align_migration"
"""The act of a norm that declares a coordinated policy."""


@dataclass(frozen=True, slots=True)
class Movement:
    """Who may move where on the case's day.

    ``declared`` are the declarations of policy in force: they commit, and change no entry.
    """

    book: Book
    matrix: Matrix
    misfits: tuple[Misfit, ...]
    declared: tuple[BoundNorm, ...]


def book(case: Case) -> Book:
    """The regimes of a world, over time, as known."""
    sheet = case.world.sheets.get("mobility")
    return book_of(sheet, case.register.timeline.ledger)


def states_among(case: Case, found: Book, among: str = "") -> tuple[str, ...]:
    """The states of a matrix: those with any standing in an organisation, or all named.

    Raises
    ------
    UnknownCode
        If there is no such organisation.
    """
    if not among:
        return named_states(found, case.register)
    if among not in case.world.organisations:
        raise unknown("organisation", among, case.world.organisations)
    return tuple(sorted(circle(f"{among}:any", case.register).states))


def movement(case: Case, among: str = "", *, lapses: bool = True) -> Movement:
    """The matrix of a day, and what does not fit together in it.

    Parameters
    ----------
    case : Case
        The world and the day.
    among : str
        An organisation; all states that regimes name, if not given.
    lapses : bool
        Whether to look back for regimes that lapsed.
    """
    found = book(case)
    states = states_among(case, found, among)
    matrix = matrix_of(found, case.register, states)
    past = changes(case, found, states) if lapses else ()
    declared = case.register.norms(act=DECLARED)
    return Movement(found, matrix, misfits_of(matrix, past), declared)


def changes(
    case: Case, found: Book, states: tuple[str, ...], span: Period | None = None
) -> tuple[Change, ...]:
    """Every change in a span; up to and on the case's day, if none is given."""
    past = Period(min(case.world.first_day(), case.day), add_days(case.day, 1))
    return changes_of(found, case.register, states, span or past)
