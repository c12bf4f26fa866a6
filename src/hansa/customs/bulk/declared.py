"""Declarations as columns: what a table of lines must hold, and its cells as integers.

Money and quantities become integers of a declared number of decimal places. A cell that has
more places, or that is written in an unusual way, is left to the line-by-line assessment,
which reads it exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from hansa.customs.assessment.delivery import ALL, COSTS, DUTIABLE, EDITIONS, included
from hansa.customs.assessment.practice import Practice
from hansa.customs.book.kinds import OPTIONS
from hansa.customs.duties.units import UNITS, split_code, unit
from hansa.terms.errors import BadInput
from hansa.terms.names import nearest

NEEDED: Final = ("code", "origin", "on", "price")
PLAIN: Final = (
    *NEEDED,
    "id",
    "currency",
    "terms",
    "member",
    "net_mass",
    "documents",
    "additional_codes",
    "order_number",
    "option",
    "accepted",
    "free_circulation",
    "additions",
    "deductions",
)
COLUMNS: Final = (*PLAIN, *COSTS, *(f"{cost}_currency" for cost in COSTS))
_NUMBER: Final = r"^\s*-?\d{1,15}(\.\d*)?\s*$"
TRUE_WORDS: Final = ("true", "1", "yes")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table of lines is read.

    Parameters
    ----------
    terms : str
        Terms of delivery where no column tells them.
    money_places, quantity_places : int
        Decimal places of the integers; decimal columns with more places add to them.
    keep : tuple of str
        Columns of the table that answers repeat; the line's ``id`` if there is one.
    row : int
        Number of the first line.
    """

    terms: str = "CIF"
    money_places: int = 2
    quantity_places: int = 3
    keep: tuple[str, ...] = ("id",)
    row: int = 0


@dataclass(frozen=True)
class Reader:
    """Turns chunks of one table into columns of integers.

    Parameters
    ----------
    schema : mapping
        Columns of the table and their types.
    layout : Layout
        How it is read.
    practice : Practice
        Which costs belong to the value, which terms there are.
    """

    schema: dict[str, Any]
    layout: Layout
    practice: Practice
    money_places: int = field(init=False)
    quantity_places: int = field(init=False)
    quantities: dict[str, tuple[str, int, int]] = field(init=False)

    def __post_init__(self) -> None:
        check_columns(self.schema)
        names = [n for n in ("price", "additions", "deductions", *COSTS) if n in self.schema]
        places = [self.layout.money_places, *(_scale(self.schema[name]) for name in names)]
        object.__setattr__(self, "money_places", min(max(places), 6))
        quantities = _quantities(self.schema)
        scales = [_scale(self.schema[c]) + _fraction_places(c) for c, _ in quantities.values()]
        most = max([self.layout.quantity_places, *scales])
        object.__setattr__(self, "quantity_places", min(most, 9))
        found = {name: (column, *_factor(column)) for name, (column, _) in quantities.items()}
        object.__setattr__(self, "quantities", found)

    def read(self, chunk: pl.DataFrame) -> pl.DataFrame:
        """The cells of a chunk.

        Returns
        -------
        polars.DataFrame
            ``code``, ``origin``, ``day``, ``price`` and costs (integers), ``q:UNIT``
            (integers), ``member``, ``documents``, ``order``, ``claim``, ``inside``;
            ``unreadable`` and ``hard`` tell lines that need another look.
        """
        money = [n for n in ("price", "additions", "deductions", *COSTS) if n in self.schema]
        columns = {
            **{name: self._number(name, self.money_places) for name in money},
            **{
                f"q:{name}": self._quantity(column, factor, down)
                for name, (column, factor, down) in self.quantities.items()
            },
        }
        numbers = [*money, *(column for column, _, _ in self.quantities.values())]
        lost = [
            pl.col(column).is_not_null() & columns[key].is_null()
            for key, column in zip(columns, numbers, strict=True)
            if not (self._exact(column))
        ]
        day = self._day()
        unreadable = day.is_null() | self._text("code").is_null() | self._text("origin").is_null()
        return chunk.select(
            code=self._text("code"),
            origin=self._text("origin"),
            day=day.cast(pl.Int32),
            unreadable=unreadable | pl.col("price").is_null(),
            hard=pl.any_horizontal(lost) if lost else pl.lit(value=False),
            **columns,
            **self._words(),
        )

    def codes(self, chunk: pl.DataFrame) -> pl.Series:
        """The goods codes of a chunk."""
        return chunk.select(code=self._text("code")).to_series()

    def _words(self) -> dict[str, pl.Expr]:
        words: dict[str, pl.Expr] = {}
        for name in ("member", "documents", "terms", "option", "order_number", "currency"):
            if name in self.schema:
                words[name] = self._text(name)
        for cost in COSTS:
            if f"{cost}_currency" in self.schema:
                words[f"{cost}_currency"] = self._text(f"{cost}_currency")
        if "free_circulation" in self.schema:
            told = pl.col("free_circulation").cast(pl.String).str.to_lowercase().is_in(TRUE_WORDS)
            words["inside"] = told.fill_null(value=False)
        return words

    def _text(self, name: str) -> pl.Expr:
        kind = self.schema[name]
        if kind.is_integer() and name == "code":
            return pl.col(name).cast(pl.String).str.zfill(10)
        text = pl.col(name) if kind == pl.String else pl.col(name).cast(pl.String)
        return pl.when(text != "").then(text) if kind == pl.String else text

    def _day(self) -> pl.Expr:
        kind = self.schema["on"]
        if kind == pl.Date:
            return pl.col("on")
        if kind == pl.String:
            return pl.col("on").str.to_date("%Y-%m-%d", strict=False)
        return pl.col("on").cast(pl.Date)

    def _exact(self, column: str) -> bool:
        """Whether no cell of the column can be lost on the way to integers."""
        kind = self.schema[column]
        return bool(kind.is_integer() or (isinstance(kind, pl.Decimal) and kind.scale <= 6))

    def _number(self, column: str, places: int) -> pl.Expr:
        kind = self.schema[column]
        if kind.is_integer():
            return pl.col(column).cast(pl.Int64).mul(10**places)
        if isinstance(kind, pl.Decimal) and kind.scale <= places:
            whole = pl.col(column).to_physical().cast(pl.Int64)
            return whole.mul(10 ** (places - kind.scale)) if places > kind.scale else whole
        return _from_text(pl.col(column).cast(pl.String), places)

    def _quantity(self, column: str, factor: int, down: int) -> pl.Expr:
        return self._number(column, self.quantity_places - down) * factor


def _from_text(text: pl.Expr, places: int) -> pl.Expr:
    """Integers from decimals as text; null where they are written otherwise or have more places."""
    clean = text.str.strip_chars()
    parts = clean.str.splitn(".", 2)
    whole = parts.struct.field("field_0")
    rest = parts.struct.field("field_1").fill_null("").str.strip_chars_end("0")
    digits = whole + rest.str.pad_end(places, "0")
    plain = clean.str.contains(_NUMBER) & (rest.str.len_chars() <= places)
    return pl.when(plain).then(digits).cast(pl.Int64, strict=False)


def check_columns(schema: dict[str, Any]) -> None:
    """Whether a table has the columns it needs, and none that looks like one misspelt.

    Raises
    ------
    BadInput
        Naming the column and the nearest one.
    """
    for column in NEEDED:
        if column not in schema:
            raise BadInput(
                f"a table of declarations needs a column {column!r}",
                nearest=nearest(column, schema),
                remedy=f"columns needed: {', '.join(NEEDED)}",
            )
    for column in schema:
        code = column.removeprefix("quantity_")
        if code != column:
            split_code(code)
        elif column.endswith("_currency") and column not in COLUMNS:
            raise BadInput(f"unknown column {column!r}", nearest=nearest(column, COLUMNS))


def _quantities(schema: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Columns of quantities by base unit and qualifier."""
    found: dict[str, tuple[str, str]] = {}
    for column in schema:
        code = "KGM" if column == "net_mass" else column.removeprefix("quantity_")
        if code == column:
            continue
        name, qualifier = split_code(code)
        base = unit(name).base
        key = f"{base}/{qualifier}" if qualifier else base
        if key in found:
            raise BadInput(f"columns {found[key][0]!r} and {column!r} tell the same quantity")
        found[key] = (column, name)
    return found


def _factor(column: str) -> tuple[int, int]:
    """How many base units one of a column's units is: a factor and places after the point."""
    code = "KGM" if column == "net_mass" else column.removeprefix("quantity_")
    factor = UNITS[split_code(code)[0]].factor
    down = _fraction_places(column)
    return int(factor * 10**down), down


def _fraction_places(column: str) -> int:
    code = "KGM" if column == "net_mass" else column.removeprefix("quantity_")
    factor, places = UNITS[split_code(code)[0]].factor, 0
    while (factor * 10**places).denominator != 1:
        places += 1
    return places


def _scale(kind: Any) -> int:
    return int(kind.scale) if isinstance(kind, pl.Decimal) else 0


def terms_known(practice: Practice) -> tuple[str, ...]:
    """Terms of delivery of the practice's edition."""
    return ALL if practice.incoterms is None else tuple(sorted(EDITIONS[practice.incoterms]))


def signs(practice: Practice, cost: str) -> dict[str, int]:
    """By terms of delivery: whether a cost is added, taken off, or neither."""
    dutiable = cost in DUTIABLE[practice.valuation]
    return {
        term: dutiable - (cost in included(term, practice.incoterms))
        for term in terms_known(practice)
    }


OPTION_WORDS: Final = tuple(kind.value for kind in OPTIONS)
