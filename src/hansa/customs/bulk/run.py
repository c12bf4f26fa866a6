"""A run over a table of lines, chunk by chunk: the same answers whatever the chunks.

Claims on quotas are collected first and served in order of acceptance; then every chunk can
be assessed by itself, in any order and by any number of threads.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from hansa.customs.assessment.cascade import Assessed, assess
from hansa.customs.assessment.office import Office
from hansa.customs.assessment.practice import SKIPS_SAFEGUARD
from hansa.customs.assessment.quotas import Balances, split
from hansa.customs.book.kinds import ADDITIONAL, OPTIONS, Kind
from hansa.customs.book.tariff_book import TariffBook
from hansa.customs.bulk.declared import OPTION_WORDS, Layout, Reader
from hansa.customs.bulk.draws import Draws, claims_of
from hansa.customs.bulk.exchange import rate_table
from hansa.customs.bulk.kernel import Kernel
from hansa.customs.bulk.notes import REASONS
from hansa.customs.bulk.rows import line_of
from hansa.customs.bulk.schedule import compile_schedule
from hansa.customs.bulk.sheet import Sheet
from hansa.customs.duties.units import Quantities
from hansa.customs.mistakes import reason_of
from hansa.customs.nomenclature.codes import DIGITS
from hansa.terms.errors import BadInput

OPTION: Any = pl.Enum(OPTION_WORDS)
TOLD = 10_000
"""So many rejected lines are told in full sentences; the rest by their reason."""


@dataclass(frozen=True)
class Batch:
    """Lines of a table, as declared.

    Parameters
    ----------
    rows : polars.Series
        Their numbers in the table, ascending.
    lines : polars.DataFrame
        Their cells.
    broken : polars.DataFrame, optional
        ``row`` and ``detail`` of lines among them that are no lines of the table at all.
    """

    rows: pl.Series
    lines: pl.DataFrame
    broken: pl.DataFrame | None = None


@dataclass(frozen=True)
class Part:
    """The answers to a batch.

    Parameters
    ----------
    lines : polars.DataFrame
        Assessed lines: ``row``, columns kept, ``part``, ``option``, amounts in minor units.
    rejected : polars.DataFrame
        Rejected lines: ``row``, ``reason``, ``detail`` and the cells as declared.
    """

    lines: pl.DataFrame
    rejected: pl.DataFrame


@dataclass
class BulkRun:
    """Assesses the chunks of one table.

    Parameters
    ----------
    office : Office
        Regime, practice, rates; its book may be empty if a sheet is given.
    schema : mapping
        Columns of the table and their types.
    span : tuple of int
        First and last day of its lines, in days since 1970.
    layout : Layout
        How it is read.
    sheet : Sheet, optional
        The measures as columns; made from the office's book by default.
    """

    office: Office
    schema: dict[str, Any]
    span: tuple[int, int]
    layout: Layout = field(default_factory=Layout)
    sheet: Sheet | None = None

    def __post_init__(self) -> None:
        self.sheet = _stacked(self.sheet or Sheet.of(self.office.law), self.office)
        self.reader = Reader(dict(self.schema), self.layout, self.office.practice)
        named = {*self.sheet.frame["currency"].unique()}
        self.rates = rate_table(self.office.rates, self.span, self.office.practice.rate_age, named)
        self.draws = Draws(Balances.of(self.sheet.shell))
        self._codes: tuple[str, ...] = ()
        self._offices: dict[str, Office] = {}
        self._lock = threading.Lock()
        self.kernel = self._compiled()

    def _compiled(self) -> Kernel:
        assert self.sheet is not None
        schedule = compile_schedule(self.sheet, self.office.regime, self.span, self._codes)
        return Kernel(self.office, schedule, self.reader, self.rates)

    @property
    def quotas(self) -> bool:
        """Whether lines may claim quotas, so that claims are to be collected first."""
        return "order_number" in self.schema and bool(self.draws.balances.volumes)

    def collect(self, batch: Batch) -> None:
        """Collect the claims of a batch on quotas."""
        self._learn(batch.lines)
        self.draws.collect(claims_of(batch.lines, batch.rows, self.kernel, self.draws.balances))

    def serve(self) -> None:
        """Serve all claims that were collected."""
        self.draws.draw()

    def assess(self, batch: Batch) -> Part:
        """The answers to a batch."""
        chunk, rows = batch.lines, batch.rows.cast(pl.Int64).alias("row")
        drawn = self.draws.of(rows) if self.quotas and chunk.height else None
        answers = self.kernel(chunk, drawn)
        if answers["hard"].any() and self._learn(chunk.filter(answers["hard"])):
            answers = self.kernel(chunk, drawn)
        keep = [chunk[name] for name in self.layout.keep if name in chunk.columns]
        lines = pl.DataFrame([rows, *keep, *answers.get_columns()])
        broken = _broken(batch)
        odd = answers["hard"] | answers["reason"].is_not_null()
        if not odd.any():
            return Part(self._finished(lines), broken)
        parts = [self._finished(lines.filter(~odd))]
        closer, refused = self._line_by_line(chunk, rows, answers)
        if closer:
            parts.append(self._scalar(closer, chunk, rows, parts[0].schema))
        rejected = [broken, self._by_reason(chunk, rows, answers), _refused(refused, chunk, rows)]
        return Part(pl.concat(parts).sort("row", "part"), pl.concat(rejected).sort("row"))

    def _learn(self, chunk: pl.DataFrame) -> bool:
        """Without a nomenclature: compile again if the chunk has codes not met before."""
        if self.kernel.schedule.goods.valid is not None:
            return False
        codes = self.reader.codes(chunk)
        with self._lock:
            missed = self.kernel.schedule.goods.numbers(codes).is_null()
            plain = codes.filter(missed).str.contains(r"^\d{10}$")
            new = codes.filter(missed).filter(plain.fill_null(value=False)).unique()
            if new.is_empty():
                return False
            self._codes = tuple(sorted({*self._codes, *new}))
            self.kernel = self._compiled()
            return True

    # ---- lines that columns cannot carry ----

    def _line_by_line(
        self, chunk: pl.DataFrame, rows: pl.Series, answers: pl.DataFrame
    ) -> tuple[list[tuple[int, Assessed]], list[tuple[int, BadInput]]]:
        found: list[tuple[int, Assessed]] = []
        refused: list[tuple[int, BadInput]] = []
        for place in answers["hard"].arg_true():
            row = int(rows[place])
            try:
                parts = self.one(chunk.row(place, named=True), row)
                found.extend((row, part) for part in parts)
            except BadInput as error:
                refused.append((row, error))
        return found, refused

    def one(self, cells: dict[str, Any], row: int) -> tuple[Assessed, ...]:
        """One line with every reason; two parts if it was split at a quota.

        Raises
        ------
        BadInput
            If the line is rejected.
        """
        line = line_of(cells, self.layout, self.office.practice.currency, row=row)
        office = self._office(line.code)
        if row in self.draws.denied:
            raise self.draws.denied[row]
        drawn = self.draws.got.get(row)
        if drawn is None:
            return (assess(line, office),)
        got, wanted = drawn
        return tuple(split(line, office, Quantities.of(line.quantities), wanted, got))

    def _office(self, code: str) -> Office:
        """The office with the measures that one line needs."""
        assert self.sheet is not None
        if self.office.law.measures:
            return self.office
        if code not in self._offices:
            above = (code[:digits].ljust(DIGITS, "0") for digits in range(2, DIGITS))
            book = self.sheet.book((code, *above, ""))
            self._offices[code] = replace(self.office, book=book, known_on=None)
        return self._offices[code]

    # ---- answers as columns ----

    def _finished(self, lines: pl.DataFrame) -> pl.DataFrame:
        return lines.drop("reason", "hard").with_columns(
            pl.col("option").cast(pl.UInt8).cat.to(OPTION), part=pl.lit(0, pl.Int8)
        )

    def _scalar(
        self,
        closer: list[tuple[int, Assessed]],
        chunk: pl.DataFrame,
        rows: pl.Series,
        schema: pl.Schema,
    ) -> pl.DataFrame:
        columns: dict[str, list[Any]] = {name: [] for name in schema}
        for row, found in closer:
            cells = _amounts(found, self.office)
            cells |= {"row": row, "part": found.part}
            for name in self.layout.keep:
                if name in chunk.columns:
                    cells[name] = chunk[name][int(rows.search_sorted(row))]
            for name in schema:
                columns[name].append(cells[name])
        return pl.DataFrame(columns, schema=schema)

    def _by_reason(
        self, chunk: pl.DataFrame, rows: pl.Series, answers: pl.DataFrame
    ) -> pl.DataFrame:
        where = answers["reason"].is_not_null() & ~answers["hard"]
        words = [REASONS[number] for number in answers["reason"].filter(where)]
        blank = pl.Series("detail", [None], pl.String).new_from_index(0, len(words))
        head = [rows.filter(where), pl.Series("reason", words, pl.String), blank]
        return pl.DataFrame([*head, *_as_text(chunk.filter(where))])

    def told(self, rejected: pl.DataFrame, room: int) -> pl.DataFrame:
        """Rejected lines with a sentence each for the first ``room`` that have none."""
        details: list[str | None] = list(rejected["detail"])
        for place, row in enumerate(rejected["row"]):
            if place >= room or details[place] is not None:
                continue
            try:
                self.one(_declared(rejected.row(place, named=True)), int(row))
            except BadInput as error:
                details[place] = error.sentence()
        reasons = list(rejected["reason"])
        full = [d if d is not None else reason for d, reason in zip(details, reasons, strict=True)]
        return rejected.with_columns(detail=pl.Series(full, dtype=pl.String))


def _declared(cells: dict[str, Any]) -> dict[str, Any]:
    return {name: cell for name, cell in cells.items() if name not in ("row", "reason", "detail")}


def _as_text(chunk: pl.DataFrame) -> list[pl.Series]:
    """Cells as text; a code that was read as a number gets its leading noughts back."""
    columns = [c for c in chunk.get_columns() if c.name not in ("row", "reason", "detail")]
    return [
        column.cast(pl.String).str.zfill(DIGITS)
        if column.name == "code" and column.dtype.is_integer()
        else column.cast(pl.String)
        for column in columns
    ]


_HEAD: Any = {"row": pl.Int64, "reason": pl.String, "detail": pl.String}


def _refused(
    refused: list[tuple[int, BadInput]], chunk: pl.DataFrame, rows: pl.Series
) -> pl.DataFrame:
    """Lines that the line-by-line assessment rejected."""
    places = [int(rows.search_sorted(row)) for row, _ in refused]
    told = [(row, reason_of(error), error.sentence()) for row, error in refused]
    return pl.DataFrame(told, schema=_HEAD, orient="row").hstack(_as_text(chunk[places]))


def _broken(batch: Batch) -> pl.DataFrame:
    """Lines that are no lines of the table: without cells."""
    cells = {column.name: pl.String for column in _as_text(batch.lines[:0])}
    if batch.broken is None:
        return pl.DataFrame(schema={**_HEAD, **cells})
    return batch.broken.select(
        pl.col("row").cast(pl.Int64),
        pl.lit("unreadable").alias("reason"),
        pl.col("detail"),
        *(pl.lit(None, pl.String).alias(name) for name in cells),
    )


def _amounts(found: Assessed, office: Office) -> dict[str, Any]:
    """The amounts of a line's part in minor units, by column."""
    top = (*ADDITIONAL, Kind.EXCISE, Kind.VAT)
    options = [charge for charge in found.charges if charge.kind in OPTIONS]
    return {
        **{kind.value: found.charge(kind).minor for kind in top},
        "duty": sum(charge.money.minor for charge in options),
        "option": options[0].kind.value if options else None,
        "value": office.practice.money(found.base).minor,
        "total": found.total.minor,
    }


def _stacked(sheet: Sheet, office: Office) -> Sheet:
    """Measures that rules on stacking touch are left to the line-by-line assessment."""
    rules = [rule for rule in office.practice.displacements if rule != SKIPS_SAFEGUARD]
    names = sorted({name for rule in rules for name in (rule.by, *rule.displaced)})
    if not names:
        return sheet
    touched = pl.col("kind").is_in(names) | pl.col("programme").is_in(names)
    return replace(sheet, frame=sheet.frame.with_columns(hard=pl.col("hard") | touched))


def office_for(book: TariffBook | Sheet, **settings: Any) -> tuple[Office, Sheet | None]:
    """The office and, where the tariff comes as columns, its sheet."""
    if isinstance(book, Sheet):
        return Office(book.shell, **settings), book
    return Office(book, **settings), None
