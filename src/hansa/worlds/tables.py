"""CSV tables with named columns; every complaint names file, line and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown


class Source(Protocol):
    """What is read from: a path, or a file inside the package."""

    @property
    def name(self) -> str: ...
    def read_bytes(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: texts by column, and where it stands."""

    values: Mapping[str, str]
    place: Place

    def __getitem__(self, column: str) -> str:
        return self.values[column]

    def get(self, column: str, default: str = "") -> str:
        """The text under a column, or the default where the table lacks the column."""
        return self.values.get(column, default)

    def at(self, column: str) -> Place:
        """The place of a cell."""
        return Place(self.place.file, self.place.row, column)


def read_text(file: Source, label: str) -> str:
    """A file's text.

    Raises
    ------
    BadInput
        If it is not UTF-8: with the line of the first wrong byte.
    """
    data = file.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        row = data.count(b"\n", 0, wrong.start) + 1
        raise BadInput(
            f"byte {data[wrong.start]:#04x} is not UTF-8",
            where=Place(label, row),
            remedy="save the file as UTF-8",
        ) from None


def read_csv(
    file: Source, label: str, required: tuple[str, ...] = (), known: tuple[str, ...] = ()
) -> Iterator[Line]:
    """The lines of a CSV file.

    Parameters
    ----------
    file, label
        The file, and its name in messages.
    required, known
        Columns that must be there, and all that may be (none given: any).

    Raises
    ------
    BadInput
        For a missing or unknown column, or a line with too many or too few cells.
    """
    reader = csv.reader(io.StringIO(read_text(file, label)), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(header, label, required, known)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            place = Place(label, reader.line_num)
            if len(cells) != len(header):
                raise BadInput(
                    f"{len(cells)} cells under {len(header)} columns",
                    where=place,
                    remedy="put quotes around a cell that holds a comma",
                )
            values = {key: cell.strip() for key, cell in zip(header, cells, strict=True)}
            yield Line(values, place)
    except csv.Error as wrong:
        raise BadInput(f"not CSV: {wrong}", where=Place(label, reader.line_num)) from None


def _check_header(
    header: list[str], label: str, required: tuple[str, ...], known: tuple[str, ...]
) -> None:
    for column in required:
        if column not in header:
            raise BadInput(f"the column {column!r} is missing", where=Place(label, 1))
    for column in header:
        if header.count(column) > 1:
            raise BadInput(f"the column {column!r} stands twice", where=Place(label, 1))
        if known and column not in known:
            raise unknown("column", column, known, where=Place(label, 1, column))
