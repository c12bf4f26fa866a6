"""What a result shows: tables, charts, maps and the sections of a briefing, as values.

Engines describe; the floor `show` draws. An exhibit holds plain values only, so that it
can be written as HTML, in a terminal, as CSV or as JSON without knowing who made it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Any, Literal

from hansa.terms.errors import BadInput
from hansa.terms.reasons import Because

if TYPE_CHECKING:
    import polars

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

    The first ``keys`` columns identify a row, so that two versions can be compared.
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
    keys: int = 1

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

    def to_polars(self) -> polars.DataFrame:
        """The table as a polars frame; decimals become texts so that nothing is rounded."""
        import polars

        keys = [column.key for column in self.columns]
        plain = [
            [str(cell) if isinstance(cell, Decimal) else cell for cell in row] for row in self.rows
        ]
        return polars.DataFrame(plain, schema=keys, orient="row", infer_schema_length=None)

    def _repr_html_(self) -> str:
        heads = "".join(f"<th>{escape(column.heading)}</th>" for column in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(plain(cell, column))}</td>" for cell, column in cells)
            + "</tr>"
            for cells in (zip(row, self.columns, strict=True) for row in self.rows)
        )  # fmt: skip
        caption = f"<caption>{escape(self.title)}</caption>"
        return f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"

    def __str__(self) -> str:
        cells = [[plain(c, col) for c, col in zip(row, self.columns, strict=True)]
                 for row in self.rows]  # fmt: skip
        heads = [column.heading for column in self.columns]
        widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
        lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip()
                 for row in [heads, *cells]]  # fmt: skip
        return "\n".join([self.title, *lines])


def plain(cell: Cell, column: Column) -> str:
    """A cell as text: a dash for nothing, the column's decimals for numbers."""
    if cell is None:
        return "–"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float | Decimal):
        if column.decimals is not None:
            return f"{cell:,.{column.decimals}f}"
        return f"{cell:,}" if isinstance(cell, int) and abs(cell) >= 10_000 else str(cell)
    return str(cell)


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


@dataclass(frozen=True, slots=True)
class Answer:
    """What a verb gives back: sentences with reasons, exhibits, and the value itself.

    ``value`` is the engine's own frozen result, for those who compute on; it is not written
    to JSON.
    """

    title: str
    statements: tuple[Statement, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    limits: tuple[str, ...] = ()
    value: Any = None

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables among the exhibits, and those behind its charts."""
        found = [e.table if isinstance(e, Chart) else e for e in self.exhibits]
        return tuple(dict.fromkeys(t for t in found if isinstance(t, Table)))

    def table(self, key: str = "") -> Table:
        """The table of that key (the first, if none is given)."""
        for found in self.tables:
            if key in ("", found.key):
                return found
        known = tuple(found.key for found in self.tables)
        raise BadInput(f"the answer has no table {key!r}", nearest=known)

    def __str__(self) -> str:
        said = [statement.text for statement in self.statements]
        return "\n".join([self.title, *said, *(str(table) for table in self.tables)])

    def _repr_html_(self) -> str:
        said = "".join(f"<p>{escape(statement.text)}</p>" for statement in self.statements)
        tables = "".join(table._repr_html_() for table in self.tables)
        return f"<h3>{escape(self.title)}</h3>{said}{tables}"
