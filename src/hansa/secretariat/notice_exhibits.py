"""Notices as sentences and a table."""

from __future__ import annotations

from collections.abc import Iterable

from hansa.secretariat.notices import Notice
from hansa.terms.exhibits import Column, Statement, Table
from hansa.terms.truth import Truth


def notice_statements(notices: Iterable[Notice], language: str = "en") -> tuple[Statement, ...]:
    """Each notice that is owed, in words; then what is open, and what would settle it."""
    found = tuple(notices)
    said = [
        Statement(f"{n.title(language)}. {n.text(language)}", n.because)
        for n in found
        if n.owed is Truth.TRUE
    ]
    open_ = [n for n in found if n.owed is Truth.UNKNOWN]
    if open_:
        needed = sorted({what for n in open_ for what in n.depends_on})
        names = ", ".join(n.rule.id for n in open_)
        text = f"Declare {' and '.join(needed)} to settle {len(open_)} more: {names}."
        said.append(Statement(text, tuple(r for n in open_ for r in n.because)))
    return tuple(said)


def notices_table(notices: Iterable[Notice], language: str = "en") -> Table:
    """A row per notice that is owed or open."""
    found = tuple(notices)
    columns = (
        Column("notice", "Notice"),
        Column("kind", "Kind"),
        Column("title", "Title"),
        Column("owed", "Owed"),
        Column("depends_on", "Depends on what is not declared"),
        Column("since", "Since"),
        Column("basis", "Basis"),
    )
    rows = tuple(
        (n.rule.id, n.rule.kind or None, n.title(language), str(n.owed),
         " and ".join(n.depends_on) or None, n.rule.period.start, n.rule.basis or None)
        for n in found
    )  # fmt: skip
    return Table("notices", "Notices", columns, rows, tuple(n.because for n in found))
