"""Rows of a table of text, each with its place, and columns that must be there."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from hansa.terms.days import day
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import nearest


@dataclass(frozen=True, slots=True)
class Row:
    """One row: cells by column, and where it stands."""

    cells: Mapping[str, str]
    place: Place

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def get(self, column: str) -> str:
        """The cell, ``""`` if the table has no such column."""
        return self.cells.get(column, "")

    def at(self, column: str) -> Place:
        """The place of a cell."""
        return Place(self.place.file, self.place.row, column)

    def decimal(self, column: str) -> Decimal | None:
        """The cell as an exact number, ``None`` if it is empty."""
        text = self.get(column).strip()
        if not text:
            return None
        try:
            return Decimal(text)
        except InvalidOperation:
            raise BadInput(f"{text!r} is not a number", where=self.at(column)) from None

    def day(self, column: str) -> date | None:
        """The cell as a day (a time behind it is dropped), ``None`` if it is empty."""
        text = self.get(column).strip()
        return day(text[:10], where=self.at(column)) if text else None


def rows(
    path: Path,
    *,
    needed: Sequence[str] = (),
    columns: Sequence[str] | None = None,
    separator: str = ",",
    skip: int = 0,
) -> Iterator[Row]:
    """Rows of a delimited UTF-8 file.

    Parameters
    ----------
    path : Path
        The file.
    needed : sequence of str
        Columns that the header must have.
    columns : sequence of str, optional
        Names of the columns of a file without a header.
    separator : str
        Between cells.
    skip : int
        Lines to pass over before the first.

    Raises
    ------
    BadInput
        If a column is missing or a row has another number of cells than the header.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=separator)
            for _ in range(skip):
                next(reader, None)
            names = list(columns) if columns is not None else next(reader, [])
            _check(path, names, needed)
            for cells in reader:
                if not any(cell.strip() for cell in cells):
                    continue
                place = Place(path.name, reader.line_num)
                if len(cells) != len(names):
                    raise BadInput(
                        f"{len(cells)} cells under {len(names)} columns",
                        where=place,
                        remedy="a cell with the separator in it needs quotation marks",
                    )
                yield Row(dict(zip(names, cells, strict=True)), place)
    except UnicodeDecodeError as wrong:
        raise BadInput(f"not UTF-8: {wrong.reason}", where=Place(path.name)) from None
    except OSError as wrong:
        raise BadInput(f"cannot be read: {wrong.strerror}", where=Place(path.name)) from None


def _check(path: Path, names: Sequence[str], needed: Sequence[str]) -> None:
    for column in needed:
        if column not in names:
            raise BadInput(
                f"no column {column!r}",
                where=Place(path.name, 1),
                nearest=nearest(column, names),
                remedy=f"columns needed: {', '.join(needed)}",
            )
