"""Tables of reports read: every wrong cell is named, and nothing is taken if one is wrong."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hansa.cooperation.agreements.areas import AREAS
from hansa.cooperation.exchange.countries import countries
from hansa.cooperation.exchange.tables import COLUMNS, split, unwritten
from hansa.cooperation.reports.report import CREDIBILITY, RELIABILITY
from hansa.record.acts import Act, Json
from hansa.record.markings import COLOURS
from hansa.terms.days import Day, day
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import nearest, unknown

LARGEST: Final = 128 * 2**20
"""Bytes that a table may have."""
LONGEST: Final = 8_192
"""Characters that a text of an act may have."""
NEEDED: Final = ("incident", "kind", "start")
FREE: Final = frozenset({"place", "attacker_name", "title", "text", "kind", "language"})
"""Columns of texts that are taken as they are."""
TOLD: Final = frozenset({"recorded", "modified", "withdrawn"})
MOST: Final = 1_000
"""Mistakes of one column that are named, and distinct values for which the nearest is sought."""
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SHA: Final = re.compile(r"[0-9a-fA-F]{64}")
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
    checks = _checks(states if states is not None else countries(), kinds)
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


Check = Callable[[str], Json]
"""A cell's value; raises `_Wrong` if it has none."""


_Why = tuple[str, str, Collection[str]]
"""Why a cell makes no sense, and the word in it that is to be one of those known."""


class _Wrong(Exception):
    def __init__(self, why: str, word: str = "", known: Collection[str] = ()) -> None:
        super().__init__(why)
        self.why: _Why = (why, word, known)


class _Mistakes:
    """Mistakes so far, and how many there are in all."""

    def __init__(self) -> None:
        self.named: list[Mistake] = []
        self.count = 0
        self._of: Counter[str] = Counter()

    def add(self, line: int, column: str, cell: str, why: _Why) -> None:
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
    wrong: dict[str, _Why] = {}
    for cell in dict.fromkeys(cells):
        plain = unwritten(cell)
        plain = plain if name in FREE else plain.strip()
        values[cell] = None
        try:
            values[cell] = check(plain) if plain else None
        except _Wrong as refused:
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


def _checks(states: Collection[str], kinds: Collection[str] | None) -> dict[str, Check]:
    """How the cells of each column are read."""
    state = _one_of("state", states)

    def several(cell: str) -> Json:
        return [state(code) for code in split(cell)]

    return {
        "id": _text, "incident": _text, "by": _text,
        "kind": _text if kinds is None else _one_of("kind of incident", kinds),
        "area": _one_of("area of cooperation", AREAS), "start": _day, "end": _day,
        "place": _text, "place_state": state, "latitude": _within(-90, 90, "latitude"),
        "longitude": _within(-180, 180, "longitude"), "victims": several, "attackers": several,
        "attacker_name": _text, "title": _text, "text": _text, "language": _text,
        "reliability": _one_of("reliability", RELIABILITY),
        "credibility": _one_of("credibility", CREDIBILITY), "tlp": _tlp, "audience": _list,
        "deaths": _whole, "evidence": _evidence, "same_as": _list,
    }  # fmt: skip


def _text(cell: str) -> str:
    if len(cell) > LONGEST:
        raise _Wrong(f"a text has {len(cell):,} characters, more than {LONGEST:,}")
    if _CONTROL.search(cell):
        raise _Wrong("it holds control characters")
    return cell


def _one_of(what: str, known: Collection[str]) -> Callable[[str], str]:
    def check(cell: str) -> str:
        if cell not in known:
            raise _Wrong(f"unknown {what} {cell[:60]!r}", cell[:60], known)
        return cell

    return check


def _tlp(cell: str) -> str:
    colour = cell.upper().removeprefix("TLP:")
    if colour not in COLOURS:
        raise _Wrong(f"unknown colour {cell[:60]!r}", colour[:60], COLOURS)
    return colour


def _day(cell: str) -> str:
    try:
        return day(cell).isoformat()
    except BadInput as wrong:
        close = wrong.nearest[0] if wrong.nearest else ""
        raise _Wrong(wrong.what[:200], close, wrong.nearest) from None


def _within(least: float, most: float, name: str) -> Check:
    def check(cell: str) -> Json:
        try:
            found = float(cell)
        except ValueError:
            found = most + 1
        if not least <= found <= most:
            raise _Wrong(f"{cell[:60]!r} is not a {name} ({least:g} to {most:g})")
        return found

    return check


def _whole(cell: str) -> Json:
    if not (cell.isascii() and cell.isdigit() and len(cell) <= 10 and int(cell) <= 10**9):
        raise _Wrong(f"{cell[:60]!r} is not a number of deaths")
    return int(cell)


def _list(cell: str) -> Json:
    return [_text(item) for item in split(cell)]


def _evidence(cell: str) -> Json:
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(
        isinstance(digest, str) and _SHA.fullmatch(digest) for digest in found.values()
    ):
        raise _Wrong(f"{cell[:60]!r} is no JSON object of names and SHA-256")
    return {_text(str(name)): str(digest) for name, digest in found.items()}


def mistakes_table(mistakes: Iterable[Mistake]) -> list[tuple[int, str, str, str, str]]:
    """Mistakes as rows: line, column, value, why, nearest."""
    return [(m.row, m.column, m.value, m.why, " or ".join(m.nearest)) for m in mistakes]
