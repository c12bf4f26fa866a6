"""What a result shows: tables, charts, maps and the sections of a briefing, as values.

Engines describe; the floor `show` draws. An exhibit holds plain values only, so that it
can be written as HTML, in a terminal, as CSV or as JSON without knowing who made it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from hansa.terms.errors import BadInput
from hansa.terms.reasons import Because

Cell = str | int | float | bool | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: key, heading for people, unit (``""`` for none) and number of decimals."""

    key: str
    heading: str
    unit: str = ""
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns.

    ``because`` may hold, per row, the reasons of that row (empty: none given).
    ``marks`` may hold, per row, ``"new"``, ``"gone"``, ``"changed"`` or ``""``: what a
    what-if does to the row.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    because: tuple[Because, ...] = ()
    marks: tuple[str, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        width = len(self.columns)
        for number, row in enumerate(self.rows):
            if len(row) != width:
                raise BadInput(
                    f"table {self.key!r}: row {number} has {len(row)} cells for {width} columns"
                )

    def records(self) -> list[dict[str, Cell]]:
        """One mapping per row, by column key."""
        keys = [column.key for column in self.columns]
        return [dict(zip(keys, row, strict=True)) for row in self.rows]


ChartKind = Literal["bar", "line", "timeline", "heat", "scatter", "stack"]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart over a table.

    Parameters
    ----------
    kind : {"bar", "line", "timeline", "heat", "scatter", "stack"}
        ``bar``: category ``x``, number ``y``, series ``color``; ``line`` and ``scatter``
        likewise; ``timeline``: bars from ``x`` to ``x2`` in lane ``y``; ``heat``:
        categories ``x`` and ``y``, number ``color``.
    """

    key: str
    title: str
    kind: ChartKind
    table: Table
    x: str
    y: str
    color: str = ""
    x2: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Map:
    """Places, links and shaded states.

    ``shades`` gives each state (ISO3) a class of ``legend``; ``points`` are
    ``(longitude, latitude, label, class)``; ``links`` are
    ``(lon1, lat1, lon2, lat2, label, class)``.
    """

    key: str
    title: str
    legend: tuple[tuple[str, str], ...]
    shades: Mapping[str, str] = field(default_factory=dict)
    points: tuple[tuple[float, float, str, str], ...] = ()
    links: tuple[tuple[float, float, float, float, str, str], ...] = ()
    note: str = ""


Exhibit = Table | Chart | Map


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a briefing, with its reasons and its mark (as `Table.marks`)."""

    text: str
    because: Because = ()
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a briefing."""

    key: str
    title: str
    order: int
    statements: tuple[Statement, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    limits: tuple[str, ...] = ()
