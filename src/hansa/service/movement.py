"""Verb on movement between states: mobility."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hansa.record.world import World
from hansa.secretariat import RIGHTS, Matrix, Misfit, differences, entry, matrix_of, standing
from hansa.secretariat.mobility import exhibits as shown
from hansa.service.opening import case_of, what_if, when
from hansa.studies import mobility as study
from hansa.studies.case import Case
from hansa.terms.days import Period, add_days
from hansa.terms.errors import BadInput
from hansa.terms.exhibits import Answer, Exhibit, Statement
from hansa.terms.names import unknown


def mobility(
    citizen: str = "",
    into: str = "",
    *,
    right: str = "",
    among: str = "",
    on: str = "today",
    since: str | None = None,
    known_on: str | None = None,
    scenario: str | None = None,
    world: World | str = "eurasia",
) -> Answer:
    """Who may enter, stay, work and take a pension along, from where to where, and why.

    Parameters
    ----------
    citizen, into : str
        Of which state a citizen, and in which state, by code or name. Either left out: all.
    right : str
        Only this right: ``enter``, ``stay``, ``work`` or ``pension``.
    among : str
        The states of the matrix: those with any standing in this organisation. All that
        regimes name, if not given.
    on : str
        The day, ``YYYY-MM-DD`` or ``today``.
    since : str, optional
        Also tell every change after this day and up to ``on``.
    known_on, world
        As in `members`.
    scenario : str, optional
        A TOML file of acts that are assumed too; the differences that it makes are told.

    Returns
    -------
    Answer
        For a pair of states a sentence per right; else the matrix, and what does not fit
        together. Its value is the entries of the pair, or the `hansa.secretariat.Matrix`.
    """
    if right and right not in RIGHTS:
        raise unknown("right", right, RIGHTS, remedy=f"one of {', '.join(RIGHTS)}")
    case = case_of(world, on, known_on)
    rights = (right,) if right else tuple(RIGHTS)
    whose = case.world.state(citizen).id if citizen else ""
    where = case.world.state(into).id if into else ""
    if whose and whose == where:
        raise BadInput(f"{whose} does not treat its own citizens as foreigners")
    assumed, title = what_if(case, scenario) if scenario else (None, "")
    if whose and where:
        return _pair(case, whose, where, rights, since, assumed, title)
    return _matrix(case, whose or where, bool(whose), rights, among, since, assumed, title)


def _pair(
    case: Case,
    citizen: str,
    into: str,
    rights: tuple[str, ...],
    since: str | None,
    assumed: Case | None,
    title: str,
) -> Answer:
    """What a citizen of one state finds in another."""
    book = study.book(case)
    held = standing(book, case.register)
    found = tuple(entry(held, citizen, into, right) for right in rights)
    head = f"Citizens of {citizen} in {into} on {case.day}"
    said = list(shown.entry_statements(found))
    tables: list[Exhibit] = [shown.entries_table(found, head)]
    pair = (citizen, into)
    tables += _changes(case, pair, rights, since, lambda c, i: (c, i) == pair)
    if assumed is not None:
        after = matrix_of(study.book(assumed), assumed.register, pair, rights)
        before = matrix_of(book, case.register, pair, rights)
        tables.append(_beside(before, after, case, title, lambda c, i: (c, i) == pair))
    return Answer(head, tuple(said), tuple(tables), (), found)


def _matrix(
    case: Case,
    one: str,
    is_citizen: bool,
    rights: tuple[str, ...],
    among: str,
    since: str | None,
    assumed: Case | None,
    title: str,
) -> Answer:
    """How the states of a matrix treat one another's citizens."""
    moved = study.movement(case, among)
    matrix = moved.matrix
    if one and one not in matrix.states:
        states = tuple(sorted({*matrix.states, one}))
        matrix = matrix_of(moved.book, case.register, states, rights)

    def wanted(citizen: str, into: str) -> bool:
        return not one or (citizen if is_citizen else into) == one

    head = f"Movement{f' among states of {among}' if among else ''} on {case.day}"
    narrowed = Matrix(
        matrix.states,
        {key: e for key, e in matrix.entries.items() if key[2] in rights and wanted(*key[:2])},
    )
    tables: list[Exhibit] = [shown.matrix_table(narrowed, rights, head)]
    if not one:
        tables += [shown.heat(narrowed, right) for right in rights]
    tables += _changes(case, matrix.states, rights, since, wanted)
    misfits = [m for m in moved.misfits if m.right in rights and wanted(m.citizen, m.into)]
    if misfits:
        tables.append(shown.misfits_table(misfits))
    if assumed is not None:
        after = matrix_of(study.book(assumed), assumed.register, matrix.states, rights)
        tables.append(_beside(narrowed, after, case, title, wanted))
    limits = () if moved.book.agreements or moved.book.measures else (
        "This world has no regimes of movement on record.",
    )  # fmt: skip
    return Answer(head, _said(moved, narrowed, misfits), tuple(tables), limits, narrowed)


def _said(moved: study.Movement, matrix: Matrix, misfits: list[Misfit]) -> tuple[Statement, ...]:
    known = sum(e.treatment is not None for e in matrix.entries.values())
    said = [Statement(f"{known} of {len(matrix.entries)} entries rest on a regime on record.")]
    kinds = {m.kind: sum(o.kind == m.kind for o in misfits) for m in misfits}
    if kinds:
        told = ", ".join(f"{count} × {kind}" for kind, count in kinds.items())
        said.append(Statement(f"What does not fit: {told}."))
    said += [
        Statement(f"{bound.norm.ref}: {bound.norm.text}.", bound.because)
        for bound in moved.declared
    ]
    return tuple(said)


def _changes(
    case: Case,
    states: tuple[str, ...],
    rights: tuple[str, ...],
    since: str | None,
    wanted: Callable[[str, str], bool],
) -> list[Exhibit]:
    if since is None:
        return []
    first = when(since)
    if first > case.day:
        raise BadInput(f"{first} lies after {case.day}", remedy="give an earlier day to since")
    span = Period(first, add_days(case.day, 1))
    found = [
        change
        for change in study.changes(case, study.book(case), states, span)
        if change.after.right in rights and wanted(change.after.citizen, change.after.into)
    ]
    return [shown.changes_table(found, f"What changed after {first}")]


def _beside(
    before: Matrix, after: Matrix, case: Case, title: str, wanted: Callable[[str, str], bool]
) -> Exhibit:
    """What a scenario makes different on the day."""
    found = [
        change
        for change in differences(before, after, case.day)
        if wanted(change.after.citizen, change.after.into)
    ]
    return replace(shown.changes_table(found, f"What if: {title}"), key="what_if")
