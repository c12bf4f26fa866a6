"""A table of declarations in, a table of what each line pays out: pandas or polars."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import narwhals as nw
import polars as pl

from hansa.customs.assessment.cascade import Assessed
from hansa.customs.assessment.exchange import ExchangeRates
from hansa.customs.assessment.office import Office
from hansa.customs.assessment.practice import Practice
from hansa.customs.assessment.quotas import Balances
from hansa.customs.book.regime import Regime
from hansa.customs.book.tariff_book import TariffBook
from hansa.customs.bulk.declared import Layout, check_columns
from hansa.customs.bulk.run import TOLD, Batch, BulkRun, Part
from hansa.customs.bulk.sheet import Sheet, days
from hansa.terms.days import Day
from hansa.terms.exhibits import Column, Table
from hansa.terms.money import Money
from hansa.terms.progress import Progress, silent

CHUNK = 262_144
_EARLIEST, _LATEST = days(date(1950, 1, 1)), days(date(2100, 12, 31))
NOT_AMOUNTS = frozenset({"row", "part", "option"})


@dataclass(frozen=True, slots=True)
class Totals:
    """What a run comes to.

    Parameters
    ----------
    lines, rejected : int
        Lines assessed (parts of one line count once) and rejected.
    amounts : mapping
        Sums by column.
    reasons : mapping
        How many lines were rejected for each reason.
    """

    lines: int
    rejected: int
    amounts: dict[str, Money]
    reasons: dict[str, int]

    def table(self) -> Table:
        """The totals for people."""
        columns = (Column("what", "What"), Column("amount", "Amount"))
        rows = [("lines assessed", f"{self.lines:,}"), ("lines rejected", f"{self.rejected:,}")]
        rows += [(f"rejected: {reason}", f"{count:,}") for reason, count in self.reasons.items()]
        rows += [(name.replace("_", " "), str(money)) for name, money in self.amounts.items()]
        return Table("duty_totals", "What the declarations pay", columns, tuple(rows))


@dataclass
class Tally:
    """Sums a run's parts as they come, in order of rows."""

    practice: Practice
    keep: tuple[str, ...]
    lines: int = 0
    rejected: int = 0
    sums: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)

    def add(self, part: Part) -> None:
        """Count a part."""
        self.lines += int((part.lines["part"] != 2).sum())
        self.rejected += part.rejected.height
        for name in part.lines.columns:
            if name not in NOT_AMOUNTS and name not in self.keep:
                exact = part.lines[name].cast(pl.Int128).sum()
                self.sums[name] = self.sums.get(name, 0) + int(exact)
        for reason in part.rejected["reason"]:
            self.reasons[reason] = self.reasons.get(reason, 0) + 1

    def totals(self) -> Totals:
        """The totals so far."""
        currency, places = self.practice.currency, self.practice.places
        amounts = {name: Money(currency, minor, places) for name, minor in self.sums.items()}
        return Totals(self.lines, self.rejected, amounts, dict(sorted(self.reasons.items())))


@dataclass(frozen=True)
class Assessment:
    """What the lines of a table pay.

    Parameters
    ----------
    lines : frame of the kind given
        ``row`` (number of the line in the table), columns kept, ``part`` (0 for a whole
        line; 1 within a quota, 2 beyond it), ``option``, and amounts as integers of the
        minor unit: ``value``, ``duty``, one per other kind of charge, ``total``.
    rejected : frame of the kind given
        ``row``, ``reason``, ``detail`` and the cells as declared.
    totals : Totals
        Sums and counts.
    balances : Balances
        What is left of each quota.
    """

    lines: Any
    rejected: Any
    totals: Totals
    balances: Balances
    _why: Callable[[int], tuple[Assessed, ...]]

    def why(self, row: int) -> tuple[Assessed, ...]:
        """One line of the table again, with every measure and number behind it."""
        return self._why(row)


def assess_table(
    frame: Any,
    book: TariffBook | Sheet,
    *,
    regime: Regime,
    practice: Practice,
    rates: ExchangeRates | None = None,
    known_on: Day | None = None,
    layout: Layout | None = None,
    chunk: int = CHUNK,
    threads: int = 2,
    progress: Progress = silent,
) -> Assessment:
    """What every line of a table of declarations pays: exact, and the same for any chunks.

    Parameters
    ----------
    frame : polars or pandas DataFrame, or anything that narwhals knows
        Columns ``code``, ``origin``, ``on``, ``price``; and where they are known ``id``,
        ``currency``, ``terms``, ``to_port``, ``freight``, ``insurance``, ``inland``,
        ``duties`` (each with a ``…_currency``), ``additions``, ``deductions``, ``member``,
        ``net_mass`` (kg), ``quantity_LTR`` and others by unit code, ``documents`` and
        ``additional_codes`` (``;`` between them), ``order_number``, ``option``,
        ``accepted``, ``free_circulation``.
    book : TariffBook or Sheet
        The tariff.
    regime : Regime
        Members, exemptions, agreements.
    practice : Practice
        Valuation and rounding.
    rates : ExchangeRates, optional
        Exchange rates.
    known_on : Day, optional
        Assess as things were known on that day.
    layout : Layout, optional
        How the table is read.
    chunk : int
        Lines at a time.
    threads : int
        Chunks at a time.
    progress : Progress
        Told of lines done.

    Returns
    -------
    Assessment
        Frames of the kind given.

    Raises
    ------
    BadInput
        If a column is missing; what is wrong with single lines goes to ``rejected``.
    """
    given = nw.from_native(frame, eager_only=True)
    table = given.to_polars()
    check_columns(dict(table.schema))
    settings = {"regime": regime, "practice": practice, "known_on": known_on}
    run = run_for(book, table.schema, span_of(table), rates, layout, **settings)
    parts = list(in_order(run, _slices(table, chunk, run), threads, table.height, progress))
    tally = Tally(practice, run.layout.keep)
    told = 0
    for place, part in enumerate(parts):
        parts[place] = replace(part, rejected=run.told(part.rejected, TOLD - told))
        told += part.rejected.height
        tally.add(part)
    lines = pl.concat([part.lines for part in parts])
    rejected = pl.concat([part.rejected for part in parts])
    first = run.layout.row

    def why(row: int) -> tuple[Assessed, ...]:
        return run.one(table.row(row - first, named=True), row)

    back = _native(given)
    return Assessment(back(lines), back(rejected), tally.totals(), run.draws.balances, why)


def run_for(
    book: TariffBook | Sheet,
    schema: Any,
    span: tuple[int, int],
    rates: ExchangeRates | None,
    layout: Layout | None,
    **settings: Any,
) -> BulkRun:
    """A run over a table of these columns and days."""
    held = rates or ExchangeRates(settings["practice"].currency)
    sheet = book if isinstance(book, Sheet) else None
    tariff = book.shell if isinstance(book, Sheet) else book
    office = Office(tariff, rates=held, **settings)
    return BulkRun(office, dict(schema), span, layout or Layout(), sheet)


def span_of(*tables: pl.DataFrame | pl.LazyFrame) -> tuple[int, int]:
    """First and last day of the lines of tables, in days since 1970.

    Days before 1950 and after 2100 are slips of the pen: lines that bear one are looked at
    by themselves, and do not widen the span.
    """
    found = [_days(table.lazy()) for table in tables]
    firsts = [first for first, _ in found if first is not None]
    lasts = [last for _, last in found if last is not None]
    return min(firsts, default=0), max(lasts, default=0)


def _days(table: pl.LazyFrame) -> tuple[int | None, int | None]:
    kind = table.collect_schema()["on"]
    day = pl.col("on").str.to_date("%Y-%m-%d", strict=False) if kind == pl.String else pl.col("on")
    number = day.cast(pl.Date).cast(pl.Int32)
    likely = number.filter(number.is_between(_EARLIEST, _LATEST))
    first, last = table.select(first=likely.min(), last=likely.max()).collect().row(0)
    return first, last


def in_order(
    run: BulkRun,
    chunks: Callable[[], Iterable[Batch]],
    threads: int,
    total: int,
    progress: Progress,
) -> Iterator[Part]:
    """The answers to all chunks, in order of rows.

    Parameters
    ----------
    run : BulkRun
        The run; claims on quotas are collected here if there are any.
    chunks : callable
        Gives the chunks, from the start each time it is called.
    threads : int
        Chunks at a time.
    total : int
        Lines in all, 0 if that is not known.
    progress : Progress
        Told of lines done.
    """
    if run.quotas:
        for batch in chunks():
            run.collect(batch)
        run.serve()
    done = 0
    for height, part in _ahead(run, chunks(), threads):
        done += height
        progress(done, total, "lines assessed")
        yield part


def _ahead(run: BulkRun, chunks: Iterable[Batch], threads: int) -> Iterator[tuple[int, Part]]:
    """Assess a few chunks at a time; answers come in the order of the chunks."""
    if threads <= 1:
        for batch in chunks:
            yield batch.lines.height, run.assess(batch)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[tuple[int, Future[Part]]] = deque()
        for batch in chunks:
            waiting.append((batch.lines.height, pool.submit(run.assess, batch)))
            if len(waiting) > threads:
                height, future = waiting.popleft()
                yield height, future.result()
        for height, future in waiting:
            yield height, future.result()


def _slices(table: pl.DataFrame, size: int, run: BulkRun) -> Callable[[], Iterable[Batch]]:
    def chunks() -> Iterator[Batch]:
        for start in range(0, max(table.height, 1), size):
            lines = table.slice(start, size)
            first = start + run.layout.row
            yield Batch(pl.int_range(first, first + lines.height, eager=True), lines)

    return chunks


def _native(given: Any) -> Callable[[pl.DataFrame], Any]:
    """How a polars frame becomes one of the kind that was given."""
    kind = given.implementation
    if kind.is_polars():
        return lambda frame: frame
    if kind.is_pandas():
        return lambda frame: frame.to_pandas()
    return lambda frame: nw.from_native(frame).to_arrow()
