"""Files of declarations: any size in, amounts out, rejected lines in a file of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import polars as pl
from polars.io.plugins import register_io_source

from hansa.customs.assessment import ExchangeRates, Practice
from hansa.customs.book import Regime, TariffBook
from hansa.customs.bulk import Batch, BulkRun, Layout, Sheet, Tally, Totals, in_order, run_for
from hansa.customs.bulk import span_of as _span_of
from hansa.customs.bulk.run import TOLD, Part
from hansa.customs.bulk.table import CHUNK, NOT_AMOUNTS
from hansa.sources.customs.blocks import CsvFile
from hansa.terms.days import Day
from hansa.terms.errors import BadInput, Place
from hansa.terms.progress import Progress, silent


@dataclass(frozen=True, slots=True)
class FileRun:
    """What a run over a file came to.

    Parameters
    ----------
    totals : Totals
        Sums and counts.
    answers, rejected : Path
        Files written; the second is not there if no line was rejected.
    left : mapping
        What is left of each quota, by order number and first day.
    """

    totals: Totals
    answers: Path
    rejected: Path
    left: dict[tuple[str, Day], Any]


@dataclass(frozen=True, slots=True)
class _Table:
    """A file as batches that can be read more than once."""

    schema: dict[str, Any]
    span: tuple[int, int]
    lines: int
    batches: Callable[[], Iterable[Batch]]


def assess_file(
    declarations: Path,
    book: TariffBook | Sheet,
    answers: Path,
    *,
    regime: Regime,
    practice: Practice,
    rates: ExchangeRates | None = None,
    known_on: Day | None = None,
    layout: Layout | None = None,
    columns: tuple[str, ...] = (),
    rejected: Path | None = None,
    chunk: int = CHUNK,
    threads: int = 2,
    progress: Progress = silent,
) -> FileRun:
    """What every line of a file pays; files larger than memory stream.

    Parameters
    ----------
    declarations : Path
        CSV or Parquet with the columns that `assess_table` takes.
    book : TariffBook or Sheet
        The tariff.
    answers : Path
        CSV (amounts in units of the currency) or Parquet (integers of the minor unit).
    regime, practice, rates, known_on, layout
        As `assess_table` takes them.
    columns : tuple of str
        Columns of the answers to write; all by default.
    rejected : Path, optional
        CSV of rejected lines with reason, detail and position: by default beside the
        answers, with ``.rejected.csv`` in place of the ending.
    chunk, threads, progress
        Lines at a time, chunks at a time, whom to tell of lines done.

    Raises
    ------
    BadInput
        If the file cannot be read at all or lacks a column.
    """
    table = _table(declarations, chunk)
    held = layout or Layout()
    settings = {"regime": regime, "practice": practice, "known_on": known_on}
    run = run_for(book, table.schema, table.span, rates, held, **settings)
    tally = Tally(practice, held.keep)
    apart = rejected or answers.with_suffix(".rejected.csv")
    apart.unlink(missing_ok=True)
    parts = _told(run, in_order(run, table.batches, threads, table.lines, progress), tally, apart)
    _write(answers, run, parts, columns)
    return FileRun(tally.totals(), answers, apart, dict(run.draws.balances.left))


def _table(path: Path, chunk: int) -> _Table:
    if path.suffix == ".parquet":
        return _parquet(path, chunk)
    if path.suffix not in (".csv", ".txt"):
        raise BadInput(f"cannot read {path.suffix!r} files", remedy="give a CSV or Parquet file")
    file = CsvFile(path)
    try:
        schema = dict.fromkeys(file.columns, pl.String)
        span, lines = _csv_span(file)
    except OSError as wrong:
        raise BadInput(f"cannot be read: {wrong.strerror}", where=Place(path.name)) from None
    return _Table(dict(schema), span, lines, file.batches)


def _parquet(path: Path, chunk: int) -> _Table:
    try:
        lazy = pl.scan_parquet(path)
        schema = dict(lazy.collect_schema())
        lines = int(lazy.select(pl.len()).collect().item())
        span = _span_of(lazy) if "on" in schema else (0, 0)
    except (OSError, pl.exceptions.PolarsError) as wrong:
        raise BadInput(f"cannot be read: {wrong}", where=Place(path.name)) from None

    def batches() -> Iterator[Batch]:
        for start in range(0, max(lines, 1), chunk):
            found = lazy.slice(start, chunk).collect(engine="in-memory")
            yield Batch(pl.int_range(start + 1, start + 1 + found.height, eager=True), found)

    return _Table(schema, span, lines, batches)


def _csv_span(file: CsvFile) -> tuple[tuple[int, int], int]:
    """First and last day, and how many lines there are: a pass over one column."""
    if "on" not in file.columns:
        return (0, 0), 0
    spans, lines = [], 0
    for batch in file.batches():
        lines += batch.lines.height
        spans.append(_span_of(batch.lines))
    found = [span for span in spans if span != (0, 0)] or [(0, 0)]
    return (min(first for first, _ in found), max(last for _, last in found)), lines


def _told(run: BulkRun, parts: Iterable[Part], tally: Tally, apart: Path) -> Iterator[pl.DataFrame]:
    """Pass answers on; count them, and write rejected lines to their file as they come."""
    told = 0
    for part in parts:
        tally.add(part)
        if part.rejected.height:
            sentences = run.told(part.rejected, TOLD - told)
            told += part.rejected.height
            new = not apart.exists()
            with apart.open("ab") as file:
                sentences.write_csv(file, include_header=new)
        yield part.lines


def _write(
    path: Path, run: BulkRun, parts: Iterator[pl.DataFrame], columns: tuple[str, ...]
) -> None:
    chosen = list(columns)
    if path.suffix == ".parquet":
        _write_parquet(path, run, parts, chosen)
        return
    if path.suffix != ".csv":
        raise BadInput(f"cannot write {path.suffix!r} files", remedy="name a CSV or Parquet file")
    with path.open("wb") as file:
        _write_csv(file, run, parts, chosen)


def _write_csv(
    file: IO[bytes], run: BulkRun, parts: Iterator[pl.DataFrame], columns: list[str]
) -> None:
    places, keep = run.office.practice.places, run.layout.keep
    header = True
    for lines in parts:
        amounts = [n for n in lines.columns if n not in NOT_AMOUNTS and n not in keep]
        spelt = lines.with_columns(_spelt(pl.col(name), places).alias(name) for name in amounts)
        (spelt.select(columns) if columns else spelt).write_csv(file, include_header=header)
        header = False


def _spelt(minor: pl.Expr, places: int) -> pl.Expr:
    """Integers of the minor unit as decimals, exactly."""
    if places == 0:
        return minor.cast(pl.String)
    digits = minor.abs().cast(pl.String).str.pad_start(places + 1, "0")
    whole = digits.str.head(-places) + "." + digits.str.tail(places)
    return pl.when(minor < 0).then("-" + whole).otherwise(whole)


def _write_parquet(
    path: Path, run: BulkRun, parts: Iterator[pl.DataFrame], columns: list[str]
) -> None:
    """Write answers as they come, through the streaming engine."""
    empty = pl.DataFrame(schema=run.schema)
    shape = run.assess(Batch(pl.Series([], dtype=pl.Int64), empty)).lines
    schema = (shape.select(columns) if columns else shape).schema
    failure: list[Exception] = []

    def source(
        with_columns: list[str] | None,
        predicate: pl.Expr | None,
        n_rows: int | None,
        batch_size: int | None,
    ) -> Iterator[pl.DataFrame]:
        try:
            for lines in parts:
                yield lines.select(columns) if columns else lines
        except Exception as wrong:  # noqa: BLE001 - carried over the engine's own error below
            failure.append(wrong)

    register_io_source(io_source=source, schema=schema).sink_parquet(path, engine="streaming")
    if failure:
        path.unlink(missing_ok=True)
        raise failure[0]
