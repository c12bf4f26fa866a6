"""Who may move where on the day, what changes around it, and what does not fit."""

from __future__ import annotations

from hansa.secretariat import matrix_of, misfits_of, named_states
from hansa.secretariat.mobility import exhibits as shown
from hansa.studies import mobility
from hansa.studies.case import Case
from hansa.terms.days import Period, add_months
from hansa.terms.exhibits import Section, Statement

AROUND_MONTHS = 9
"""Changes are told from so many months before the day to as many after."""

GRAVE = ("contradiction", "restriction", "lapsed", "work without entry")


def section(case: Case) -> Section | None:
    """The map of entry, changes near the day, gaps and contradictions."""
    book = mobility.book(case)
    states = named_states(book, case.register, listed=False)
    if not states:
        return None
    matrix = matrix_of(book, case.register, states)
    span = Period(add_months(case.day, -AROUND_MONTHS), add_months(case.day, AROUND_MONTHS))
    changed = mobility.changes(case, book, states, span)
    misfits = misfits_of(matrix, mobility.changes(case, book, states))
    said = [
        Statement(f"{bound.norm.ref}: {bound.norm.text}.", bound.because)
        for bound in case.register.norms(act=mobility.DECLARED)
    ]
    gaps = sum(m.kind == "gap" for m in misfits)
    limits = (
        f"For {gaps} pairs of states no regime of entry is on record; none is assumed.",
    )  # fmt: skip
    return Section(
        "movement",
        "Who may move where",
        45,
        tuple(said),
        (
            shown.heat(matrix, "enter"),
            shown.changes_table(changed, "What changes around the day"),
            shown.misfits_table(m for m in misfits if m.kind in GRAVE),
        ),
        limits if gaps else (),
    )
