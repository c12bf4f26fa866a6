"""Tables of reports read: every wrong cell is named, and nothing is taken if one is wrong."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hansa.cooperation.exchange.cells import Check, Why, Wrong, checks_of
from hansa.cooperation.exchange.countries import countries
from hansa.cooperation.exchange.tables import COLUMNS, unwritten
from hansa.record.acts import Act, Json
from hansa.terms.days import Day
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import nearest, unknown

LARGEST: Final = 128 * 2**20
"""Bytes that a table may have."""
NEEDED: Final = ("incident", "kind", "start")
FREE: Final = frozenset({"place", "attacker_name", "title", "text", "kind", "language"})
"""Columns of texts that are taken as they are."""
TOLD: Final = frozenset({"recorded", "modified", "withdrawn"})
MOST: Final = 1_000
"""Mistakes of one column that are named, and distinct values for which the nearest is sought."""
_YES: Final = frozenset({"yes", "true", "1"})


@dataclass(frozen=True, slots=True)
class Mistake:
    """A cell that makes no sense: where, what it holds, why, and the nearest that would do."""

    row: int
    column: str
    value: str
    why: str
    nearest: tuple[str, ...] = ()


class BadRows(BadInput):
    """Rows of a table make no sense; nothing of it was taken.

    Parameters
    ----------
    file : str
    mistakes : tuple of Mistake
        In the order of the rows; of one column `MOST` at most.
    count : int
        How many there are.
    rows : int
        How many rows the table has.
    """

    def __init__(self, file: str, mistakes: tuple[Mistake, ...], count: int, rows: int) -> None:
        self.mistakes = mistakes
        self.count = count
        self.rows = rows
        first = mistakes[0]
        lines = list(dict.fromkeys(mistake.row for mistake in mistakes))
        what = first.why
        if count > 1:
            others = ", ".join(str(line) for line in lines[:10]) + (" …" * (len(lines) > 10))
            what += f"; of {rows:,} rows {count:,} cells are wrong (lines {others})"
        super().__init__(
            what, where=Place(file, first.row, first.column), nearest=first.nearest,
            remedy="nothing was taken; put it right and try again",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """A table of reports as it was read.

    Parameters
    ----------
    acts : tuple of Act
        One for each row.
    withdrawn : tuple of int
        Lines that only tell that a report was withdrawn, and were left out.
    """

    acts: tuple[Act, ...]
    withdrawn: tuple[int, ...]


def reports_from(
    table: bytes,
    *,
    by: str,
    on: Day,
    recorded: datetime,
    known: Collection[str] = (),
    states: Collection[str] | None = None,
    kinds: Collection[str] | None = None,
    file: str = "table",
) -> Table:
    """The reports of a table in our own columns, in any order; the needed ones will do.

    Parameters
    ----------
    table : bytes
        CSV, UTF-8.
    by : str
        Who reports where the column ``by`` does not say it.
    on, recorded : Day, datetime
        When they are recorded.
    known : collection of str
        Ids of acts that there are already.
    states : collection of str, optional
        The states that may be named; all of ISO 3166-1 if not given.
    kinds : collection of str, optional
        Kinds of incident that may be named; any if not given.
    file : str
        What to call the table in errors.

    Raises
    ------
    BadRows
        With every cell that makes no sense.
    BadInput
        If it is no such table.
    """
    header, lines = _lines(table, file)
    columns = dict(zip(header, map(list, zip(*(cells for _, cells in lines), strict=True)),
                       strict=True)) if lines else {}  # fmt: skip
    gone = [cell.strip().lower() in _YES for cell in columns.get("withdrawn", [""] * len(lines))]
    mistakes = _Mistakes()
    read: dict[str, list[Json]] = {}
    checks = checks_of(states if states is not None else countries(), kinds)
    for name in (name for name in header if name not in TOLD and lines):
        read[name] = _column(name, columns[name], checks[name], lines, gone, mistakes)
    for name in NEEDED:
        if name not in header:
            raise BadInput(f"there is no column {name!r}", where=Place(file, 1),
                           nearest=nearest(name, header))  # fmt: skip
    acts = _acts(read, lines, gone, set(known), mistakes, _Order(by, on, recorded, file))
    if mistakes.count:
        named = sorted(mistakes.named, key=lambda mistake: mistake.row)
        raise BadRows(file, tuple(named), mistakes.count, len(lines))
    told = tuple(line for (line, _), out in zip(lines, gone, strict=True) if out)
    return Table(tuple(acts), told)


def _lines(table: bytes, file: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header, and the rows with the lines on which they begin."""
    if len(table) > LARGEST:
        text = f"it has {len(table):,} bytes, more than {LARGEST:,}"
        raise BadInput(text, where=Place(file), remedy="send it in parts")
    try:
        text = table.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = table.count(b"\n", 0, wrong.start) + 1
        raise BadInput("it is not UTF-8", where=Place(file, line)) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    before = 0
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(header, file)
        before = reader.line_num
        for cells in reader:
            if cells and len(cells) != len(header):
                what = f"it has {len(cells)} cells, the header {len(header)}"
                raise BadInput(what, where=Place(file, before + 1))
            if cells:
                rows.append((before + 1, cells))
            before = reader.line_num
    except csv.Error as wrong:
        raise BadInput(f"it is not CSV: {wrong}", where=Place(file, before + 1)) from None
    return header, rows


def _check_header(header: list[str], file: str) -> None:
    if not header:
        raise BadInput("the table is empty", where=Place(file, 1))
    for name in header:
        if name not in COLUMNS:
            raise unknown("column", name[:60], COLUMNS, where=Place(file, 1))
        if header.count(name) > 1:
            raise BadInput(f"the column {name!r} stands twice", where=Place(file, 1))


class _Mistakes:
    """Mistakes so far, and how many there are in all."""

    def __init__(self) -> None:
        self.named: list[Mistake] = []
        self.count = 0
        self._of: Counter[str] = Counter()

    def add(self, line: int, column: str, cell: str, why: Why) -> None:
        self.count += 1
        self._of[column] += 1
        if self._of[column] <= MOST:
            said, word, known = why
            close = nearest(word, known) if word else ()
            self.named.append(Mistake(line, column, cell[:80], said, close))


def _column(
    name: str, cells: list[str], check: Check, lines: list[tuple[int, list[str]]],
    gone: list[bool], mistakes: _Mistakes,
) -> list[Json]:  # fmt: skip
    """The values of a column; equal cells are looked at once."""
    values: dict[str, Json] = {}
    wrong: dict[str, Why] = {}
    for cell in dict.fromkeys(cells):
        plain = unwritten(cell)
        plain = plain if name in FREE else plain.strip()
        values[cell] = None
        try:
            values[cell] = check(plain) if plain else None
        except Wrong as refused:
            wrong[cell] = refused.why
        if name in NEEDED and not plain.strip():
            wrong[cell] = ("it is missing", "", ())
    if wrong:
        for (line, _), cell, out in zip(lines, cells, gone, strict=True):
            if cell in wrong and not out:
                mistakes.add(line, name, cell, wrong[cell])
    return [values[cell] for cell in cells]


@dataclass(frozen=True, slots=True)
class _Order:
    """Who records, when, from which file."""

    by: str
    on: Day
    recorded: datetime
    file: str


def _acts(
    read: dict[str, list[Json]], lines: list[tuple[int, list[str]]], gone: list[bool],
    taken: set[str], mistakes: _Mistakes, order: _Order,
) -> list[Act]:  # fmt: skip
    made: list[Act] = []
    names = [name for name in read if name not in ("id", "incident", "by")]
    numbers: dict[str, int] = {}
    for at, (line, _) in enumerate(lines):
        if gone[at]:
            continue
        actor = str(_at(read, "by", at) or order.by)
        subject = str(_at(read, "incident", at) or "")
        name = str(_at(read, "id", at) or "")
        if name in taken:
            mistakes.add(line, "id", name, (f"there is an act {name[:80]!r} already", "", ()))
            continue
        name = name or _named(subject, actor, taken, numbers)
        taken.add(name)
        payload = {key: read[key][at] for key in names if read[key][at] is not None}
        if not mistakes.count:
            made.append(
                Act(name, "report", order.on, order.recorded, subject, actor, payload,
                    place=Place(order.file, line))
            )  # fmt: skip
    return made


def _at(read: dict[str, list[Json]], name: str, at: int) -> Json:
    return read[name][at] if name in read else None


def _named(subject: str, actor: str, taken: set[str], numbers: dict[str, int]) -> str:
    """An id like those of the record: subject, kind, actor, and a number if it is taken."""
    stem = re.sub(r"\s+", "_", f"{subject[:200]}.report.{actor or 'nobody'}")
    number = numbers.get(stem, 1)
    name = stem if number == 1 else f"{stem}.{number}"
    while name in taken:
        number += 1
        name = f"{stem}.{number}"
    numbers[stem] = number
    return name


def mistakes_table(mistakes: Iterable[Mistake]) -> list[tuple[int, str, str, str, str]]:
    """Mistakes as rows: line, column, value, why, nearest."""
    return [(m.row, m.column, m.value, m.why, " or ".join(m.nearest)) for m in mistakes]
