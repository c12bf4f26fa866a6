"""What a what-if changes: two versions of a section set side by side, row by row."""

from __future__ import annotations

from dataclasses import replace
from typing import overload

from hansa.terms.exhibits import Cell, Chart, Exhibit, Map, Section, Statement, Table


def compare(base: Section | None, other: Section | None) -> Section | None:
    """The other section, with what is new, gone or changed marked."""
    if base is None or other is None:
        return other or (replace(base, title=f"{base.title} (gone)") if base else None)
    old = {exhibit.key: exhibit for exhibit in base.exhibits}
    exhibits = [_exhibit(old.get(exhibit.key), exhibit) for exhibit in other.exhibits]
    kept = {exhibit.key for exhibit in other.exhibits}
    exhibits += [exhibit for exhibit in base.exhibits if exhibit.key not in kept]
    return replace(
        other,
        statements=_statements(base.statements, other.statements),
        exhibits=tuple(exhibits),
    )


def _statements(base: tuple[Statement, ...], other: tuple[Statement, ...]) -> tuple[Statement, ...]:
    before = {statement.text for statement in base}
    after = {statement.text for statement in other}
    marked = [s if s.text in before else replace(s, mark="new") for s in other]
    gone = [replace(s, mark="gone") for s in base if s.text not in after]
    return (*marked, *gone)


@overload
def _exhibit(base: Exhibit | None, other: Table) -> Table: ...
@overload
def _exhibit(base: Exhibit | None, other: Exhibit) -> Exhibit: ...
def _exhibit(base: Exhibit | None, other: Exhibit) -> Exhibit:
    if isinstance(other, Table) and isinstance(base, Table):
        return _table(base, other)
    if isinstance(other, Chart) and isinstance(base, Chart):
        return replace(other, table=_table(base.table, other.table))
    if isinstance(other, Map) and isinstance(base, Map) and base.shades != other.shades:
        changed = sorted(
            state
            for state in set(base.shades) | set(other.shades)
            if base.shades.get(state) != other.shades.get(state)
        )
        return replace(other, note=f"{other.note} Changed: {', '.join(changed)}.".strip())
    return other


def _table(base: Table, other: Table) -> Table:
    if base.columns != other.columns:
        return other
    key = slice(0, other.keys)
    old = {row[key]: row for row in base.rows}
    rows: list[tuple[Cell, ...]] = []
    marks: list[str] = []
    for row in other.rows:
        before = old.get(row[key])
        rows.append(row)
        marks.append("new" if before is None else "" if before == row else "changed")
    present = {row[key] for row in other.rows}
    because = list(other.because)
    for number, row in enumerate(base.rows):
        if row[key] not in present:
            rows.append(row)
            marks.append("gone")
            if base.because and because:
                because.append(base.because[number])
    return replace(other, rows=tuple(rows), marks=tuple(marks), because=tuple(because))
