"""The ledger of what was collected: checked rows, and the rejected ones with their reasons.

A row says on which day which member collected (or gave back) how much of what, in which
currency. Amounts are exact: integers of the minor unit, or decimals of the major one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

import narwhals as nw
import polars as pl

from hansa.customs.revenue.book import KeyBook
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import nearest, unknown

ENTRIES: Final = ("receipt", "refund", "reversal")
"""``receipt``: money in. ``refund``: money given back to a payer, written as a positive
amount. ``reversal``: the correction of an earlier entry, signed, shared by the key of
``for_day``."""

REQUIRED: Final = ("day", "collector", "kind", "currency", "amount")
COLUMNS: Final = (*REQUIRED, "entry", "for_day", "destination")

NO_EXPONENTS: Mapping[str, int] = MappingProxyType({})

_DIGITS = 6  # decimals of the decimal type in which amounts of major units are read


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """Checked rows of revenue.

    Parameters
    ----------
    rows : polars.DataFrame
        Columns ``day, collector, kind, currency, amount`` (64-bit minor units, signed:
        refunds negative), ``entry, for_day, destination``.
    rejected : polars.DataFrame
        Columns ``row`` (line of the file; the header is line 1), ``column``, ``reason``.
    exponents : mapping
        Decimal places of the currencies that do not have two.
    native : module-like, optional
        The kind of frame that was given, for giving the same kind back.
    """

    rows: pl.DataFrame
    rejected: pl.DataFrame
    exponents: Mapping[str, int] = field(default_factory=lambda: NO_EXPONENTS)
    native: Any = field(default=None, repr=False)

    def exponent(self, currency: str) -> int:
        """Decimal places of a currency."""
        return self.exponents.get(currency, 2)

    def first_rejection(self, name: str) -> BadInput:
        """The error for the first rejected row."""
        row, column, reason = self.rejected.row(0)
        more = self.rejected.height - 1
        tail = f", and {more} more rows are wrong" if more else ""
        return BadInput(
            f"{reason}{tail}",
            where=Place(name, row=row, column=column),
            remedy="correct it, or set rejected rows aside",
        )


def read_ledger(
    table: Any,
    book: KeyBook,
    *,
    exponents: Mapping[str, int] = NO_EXPONENTS,
    destinations: Iterable[str] = (),
) -> Ledger:
    """Check a table of collected revenue against a book of keys.

    Parameters
    ----------
    table : frame or sequence
        A polars, pandas or pyarrow table (anything narwhals reads), or a sequence of
        mappings or tuples (in the order of the columns; the last may be left out).
        Columns: ``day``, ``collector``, ``kind``, ``currency``, ``amount``; optional
        ``entry`` (default ``receipt``), ``for_day`` (default ``day``), ``destination``.
        Integers are minor units; decimals and texts are major units.
    book : KeyBook
        Says who is a member and which kinds of revenue exist.
    exponents : mapping, optional
        Decimal places of currencies that do not have two (``{"JPY": 0}``).
    destinations : collection of str, optional
        Destinations that are valid besides the members.

    Returns
    -------
    Ledger
        Its ``rejected`` holds what was wrong; `distribute` refuses a ledger with
        rejected rows unless told to set them aside.

    Raises
    ------
    BadInput
        If a required column is missing or amounts are binary floats.
    """
    frame, native = _frame(table)
    missing = [column for column in REQUIRED if column not in frame.columns]
    if missing:
        raise BadInput(
            f"the ledger has no column {missing[0]!r}",
            nearest=nearest(missing[0], frame.columns),
            remedy=f"it needs {', '.join(REQUIRED)}",
        )
    frame = _with_defaults(frame)
    frame = _days(frame)
    frame = _amounts(frame, exponents)
    checked = _judged(frame, book, frozenset(destinations))
    bad = checked.filter(pl.col("reason").is_not_null())
    rows = checked if bad.is_empty() else checked.filter(pl.col("reason").is_null())
    signed = pl.when(pl.col("entry") == "refund").then(-pl.col("amount")).otherwise("amount")
    return Ledger(
        rows.select(*(signed.alias("amount") if c == "amount" else pl.col(c) for c in COLUMNS)),
        bad.select((pl.col("row") + 2).cast(pl.Int64).alias("row"), "column", "reason"),
        MappingProxyType(dict(exponents)),
        native,
    )


def _frame(table: Any) -> tuple[pl.DataFrame, Any]:
    if isinstance(table, pl.DataFrame):
        return table, None
    if isinstance(table, Sequence):
        if not table:
            return pl.DataFrame(schema=dict.fromkeys(REQUIRED, pl.String)), None
        if isinstance(table[0], Mapping):
            return pl.DataFrame(list(table), infer_schema_length=None), None
        width = max(len(row) for row in table)
        rows = [(*row, *(None,) * (width - len(row))) for row in table]
        names = list(COLUMNS[:width])
        return pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None), None
    try:
        frame = nw.from_native(table, eager_only=True)
    except TypeError:
        raise BadInput(
            f"a ledger cannot be read from {type(table).__name__}",
            remedy="give a polars, pandas or pyarrow table, or a list of tuples",
        ) from None
    return frame.to_polars(), frame.implementation


def _with_defaults(frame: pl.DataFrame) -> pl.DataFrame:
    text = pl.String
    added = []
    if "entry" not in frame.columns:
        added.append(pl.lit("receipt").alias("entry"))
    if "for_day" not in frame.columns:
        added.append(pl.lit(None, dtype=pl.Date).alias("for_day"))
    if "destination" not in frame.columns:
        added.append(pl.lit("").alias("destination"))
    frame = frame.with_columns(*added).with_row_index("row")
    return frame.with_columns(
        pl.col("collector", "kind", "currency").cast(text),
        pl.col("entry").cast(text).fill_null("receipt"),
        pl.col("destination").cast(text).fill_null(""),
        reason=pl.lit(None, dtype=text),
        column=pl.lit(None, dtype=text),
    )


def _reject(frame: pl.DataFrame, when: pl.Expr, column: str, reason: pl.Expr) -> pl.DataFrame:
    """Mark rows; the first thing wrong with a row is the one that is told."""
    hit = when & pl.col("reason").is_null()
    return frame.with_columns(
        column=pl.when(hit).then(pl.lit(column)).otherwise("column"),
        reason=pl.when(hit).then(reason).otherwise("reason"),
    )


def _days(frame: pl.DataFrame) -> pl.DataFrame:
    for column in ("day", "for_day"):
        kind = frame.schema[column]
        if kind == pl.String:
            read = pl.col(column).str.to_date("%Y-%m-%d", strict=False)
            wrong = read.is_null() & pl.col(column).is_not_null()
            why = pl.format("{} is not a day; write it as YYYY-MM-DD", pl.col(column))
            frame = _reject(frame, wrong, column, why).with_columns(read.alias(column))
        elif kind in (pl.Datetime, pl.Null):
            frame = frame.with_columns(pl.col(column).cast(pl.Date))
        elif kind != pl.Date:
            raise BadInput(f"column {column!r} holds {kind}, not days")
    frame = _reject(frame, pl.col("day").is_null(), "day", pl.lit("there is no day"))
    return frame.with_columns(pl.col("for_day").fill_null(pl.col("day")))


def _amounts(frame: pl.DataFrame, exponents: Mapping[str, int]) -> pl.DataFrame:
    kind = frame.schema["amount"]
    if kind.is_integer():
        frame = frame.with_columns(pl.col("amount").cast(pl.Int64))
        return _reject(frame, pl.col("amount").is_null(), "amount", pl.lit("there is no amount"))
    if kind.is_float():
        raise BadInput(
            "the amounts are binary floats, and money is exact",
            where=Place("ledger", column="amount"),
            remedy="give integers of the minor unit, or decimals or texts of the major unit",
        )
    wide = pl.Decimal(38, _DIGITS)
    if kind == pl.String:
        # A decimal cast rounds; a text with more digits than it can hold must not pass.
        long = pl.col("amount").str.contains(rf"\.\d{{{_DIGITS},}}[1-9]")
        frame = _reject(frame, long, "amount", _too_fine())
    read = pl.col("amount").cast(wide, strict=False)
    frame = _reject(
        frame,
        read.is_null(),
        "amount",
        pl.format("{} is no amount", pl.col("amount").cast(pl.String)),
    )
    units = {currency: 10 ** (_DIGITS - places) for currency, places in exponents.items()}
    scaled = (read * pl.lit(10**_DIGITS)).cast(pl.Int128)
    unit = pl.col("currency").replace_strict(
        units or {"": 10**_DIGITS}, default=10 ** (_DIGITS - 2), return_dtype=pl.Int64
    )
    frame = _reject(frame, (scaled % unit) != 0, "amount", _too_fine())
    return frame.with_columns((scaled // unit).cast(pl.Int64, strict=False).alias("amount"))


def _too_fine() -> pl.Expr:
    return pl.format(
        "{} is finer than the minor unit of {}",
        pl.col("amount").cast(pl.String),
        pl.col("currency"),
    )


def _judged(frame: pl.DataFrame, book: KeyBook, further: frozenset[str]) -> pl.DataFrame:
    """Mark the rows that name unknown things or make no sense."""
    known = {
        "collector": (book.members, "member"),
        "kind": (book.kinds, "kind of revenue"),
        "entry": (frozenset(ENTRIES), "entry"),
        "destination": (book.members | further | {""}, "destination"),
    }
    for column, (valid, what) in known.items():
        present = frame.get_column(column).unique().drop_nulls().to_list()
        strange = {name: str(unknown(what, name, valid)) for name in present if name not in valid}
        if strange:
            why = pl.col(column).replace_strict(strange, default=None, return_dtype=pl.String)
            frame = _reject(frame, pl.col(column).is_in(list(strange)), column, why)
    for column in ("collector", "kind", "currency"):
        empty = pl.col(column).is_null() | (pl.col(column) == "")
        frame = _reject(frame, empty, column, pl.lit(f"there is no {column}"))
    negative = (pl.col("amount") < 0) & (pl.col("entry") != "reversal")
    why = pl.format(
        "a {} of {} is negative: book a refund (positive) or a reversal (signed)",
        pl.col("entry"),
        pl.col("amount"),
    )
    return _reject(frame, negative, "amount", why)
