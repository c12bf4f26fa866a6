"""Sheets: the checked tables of a world that engines read (borders, forces, trade, …)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hansa.terms.errors import BadInput, Place


@dataclass(frozen=True, slots=True)
class Row:
    """One row: typed values by column, and where it was read."""

    values: Mapping[str, Any]
    place: Place

    def __getitem__(self, column: str) -> Any:
        try:
            return self.values[column]
        except KeyError:
            raise BadInput(f"no column {column!r}", where=self.place) from None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows under typed columns."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def where(self, **equal: Any) -> tuple[Row, ...]:
        """The rows whose columns have these values."""
        return tuple(
            row for row in self.rows if all(row[column] == value for column, value in equal.items())
        )
