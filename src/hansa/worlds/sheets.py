"""Sheets: tables for engines, typed by the vocabulary in ``terms/fields/world.csv``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from hansa.record.sheets import Row, Sheet
from hansa.terms.days import day
from hansa.terms.errors import BadInput, Place
from hansa.worlds.tables import Line, Source, read_csv

Reader = Callable[[str, Place], Any]


def _number(text: str, where: Place) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadInput(f"{text!r} is not a number", where=where) from None


def _whole(text: str, where: Place) -> int:
    try:
        return int(text)
    except ValueError:
        raise BadInput(f"{text!r} is not a whole number", where=where) from None


def _yes(text: str, where: Place) -> bool:
    if text not in ("yes", "no"):
        raise BadInput(f"{text!r} is neither yes nor no", where=where)
    return text == "yes"


READERS: Mapping[str, Reader] = {
    "text": lambda text, where: text,
    "states": lambda text, where: tuple(text.split()),
    "day": lambda text, where: day(text, where=where),
    "number": _number,
    "whole": _whole,
    "yes": _yes,
}


@cache
def vocabulary() -> Mapping[str, Mapping[str, str]]:
    """Types of columns, by sheet and column."""
    file = resources.files("hansa.terms").joinpath("fields", "world.csv")
    found: dict[str, dict[str, str]] = {}
    for line in read_csv(file, "fields/world.csv", ("name", "type", "meaning")):
        sheet, _, column = line["name"].partition(".")
        found.setdefault(sheet, {})[column] = line["type"]
    return found


def read_sheet(file: Source, label: str) -> Sheet:
    """A sheet; columns that the vocabulary does not know are texts, empty cells are ``None``.

    Raises
    ------
    BadInput
        If a cell is not of its column's type: file, line and column.
    """
    name = label.rsplit("/", 1)[-1].removesuffix(".csv")
    types = vocabulary().get(name, {})
    rows = []
    columns: tuple[str, ...] = ()
    for line in read_csv(file, label):
        columns = columns or tuple(line.values)
        rows.append(Row({c: _cell(line, c, types) for c in line.values}, line.place))
    return Sheet(name, columns, tuple(rows))


def _cell(line: Line, column: str, types: Mapping[str, str]) -> Any:
    text = line[column]
    if not text:
        return () if types.get(column) == "states" else None
    return READERS[types.get(column, "text")](text, line.at(column))
