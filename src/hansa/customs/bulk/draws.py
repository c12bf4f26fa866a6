"""Quotas in a bulk run: every claim in order of acceptance, before any line is assessed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl

from hansa.customs.assessment.cascade import assess
from hansa.customs.assessment.quotas import Balances, Key, eligible, wish
from hansa.customs.book.kinds import OPTIONS, Kind
from hansa.customs.bulk.kernel import Kernel
from hansa.customs.bulk.rows import line_of
from hansa.customs.bulk.sheet import EPOCH
from hansa.customs.duties.units import unit
from hansa.customs.mistakes import MissingQuantity, NoExchangeRate
from hansa.terms.errors import BadInput

NOTHING, SOME, ALL = 0, 1, 2
_QUOTA = OPTIONS.index(Kind.QUOTA)


@dataclass(frozen=True, slots=True)
class Claim:
    """A line's claim on a volume, with what orders claims."""

    order: tuple[Any, ...]
    row: int
    key: Key
    wanted: Fraction


@dataclass(frozen=True, slots=True)
class Denied:
    """A line that would take a quota and does not say how much of it."""

    row: int
    error: BadInput


@dataclass(slots=True)
class Draws:
    """Claims of a whole run, and what they got.

    Parameters
    ----------
    balances : Balances
        What is left of each volume.
    claims : list of Claim
        Claims collected so far, in any order.
    denied : dict
        By row, why a claim could not be counted.
    got : dict
        After `draw`: by row, what was got and what was wanted.
    """

    balances: Balances
    claims: list[Claim] = field(default_factory=list)
    denied: dict[int, BadInput] = field(default_factory=dict)
    got: dict[int, tuple[Fraction, Fraction]] = field(default_factory=dict)
    _states: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema={"row": pl.Int64, "state": pl.Int8})
    )

    def collect(self, found: Iterable[Claim | Denied]) -> None:
        """Take claims in."""
        for each in found:
            if isinstance(each, Denied):
                self.denied[each.row] = each.error
            else:
                self.claims.append(each)

    def draw(self) -> None:
        """Serve all claims: by day, then by the order of acceptance, then by row."""
        for found in sorted(self.claims, key=lambda found: found.order):
            self.got[found.row] = (self.balances.draw(found.key, found.wanted), found.wanted)
        states = {
            row: ALL if got == wanted else SOME if got else NOTHING
            for row, (got, wanted) in self.got.items()
        }
        states |= dict.fromkeys(self.denied, SOME)  # these are looked at by themselves as well
        self._states = pl.DataFrame(
            sorted(states.items()), schema={"row": pl.Int64, "state": pl.Int8}, orient="row"
        )

    def of(self, rows: pl.Series) -> pl.DataFrame:
        """``got`` and ``wanted`` of lines, in halves: all there is to know here."""
        first, last = rows[0], rows[-1]
        held = self._states.filter(pl.col("row").is_between(first, last))
        found = rows.to_frame("row").join(held, on="row", how="left", maintain_order="left")
        return pl.DataFrame({"got": found["state"].fill_null(NOTHING)}).with_columns(
            wanted=pl.lit(ALL, pl.Int8)
        )


def claims_of(
    chunk: pl.DataFrame, rows: pl.Series, kernel: Kernel, balances: Balances
) -> Iterator[Claim | Denied]:
    """The claims of a chunk's lines that would take the quota if it lasted.

    Parameters
    ----------
    chunk : polars.DataFrame
        Lines as declared.
    rows : polars.Series
        Their numbers in the table.
    kernel : Kernel
        Takes every claim as met in full.
    balances : Balances
        For the volumes that are open.
    """
    numbered = chunk.with_columns(_row=rows)
    claimed = numbered.filter(pl.col("order_number").is_in(sorted(balances.volumes)))
    if claimed.is_empty():
        return
    lines = claimed.drop("_row")
    answers, without = kernel(lines), kernel(lines, _nothing(lines.height))
    taken = (answers["option"] == _QUOTA) & answers["reason"].is_null() & ~answers["hard"]
    taken = taken & without["reason"].is_null()
    read = kernel.reader.read(lines).select(pl.exclude("hard", "unreadable"))
    yield from _plain_claims(claimed, read, taken.fill_null(value=False), kernel, balances)
    for place in answers["hard"].arg_true():
        yield from _closer(claimed.row(place, named=True), kernel, balances)


def _nothing(height: int) -> pl.DataFrame:
    """Draws of lines that get nothing."""
    none = pl.Series([NOTHING], dtype=pl.Int8).new_from_index(0, height)
    return pl.DataFrame({"got": none}).with_columns(wanted=pl.lit(ALL, pl.Int8))


def _plain_claims(
    claimed: pl.DataFrame, read: pl.DataFrame, taken: pl.Series, kernel: Kernel, balances: Balances
) -> Iterator[Claim | Denied]:
    """Claims whose quantity stands in a column of integers."""
    accepted = claimed["accepted"] if "accepted" in claimed.columns else None
    rows = pl.DataFrame({"row": claimed["_row"], "order": read["order_number"], "day": read["day"]})
    if accepted is not None:
        rows = rows.with_columns(accepted=accepted)
    for (name, number), part in (
        rows.with_row_index("place").filter(taken).group_by("order", "day", maintain_order=True)
    ):
        day = date.fromordinal(int(number) + EPOCH)
        found = balances.open(str(name), day)
        if found is None:
            continue
        key, volume = found
        quantity = None
        if volume.per is not None:
            base = unit(volume.per.unit).base
            column = f"q:{base}/{volume.per.qualifier}" if volume.per.qualifier else f"q:{base}"
            quantity = read[column] if column in read.columns else None
        for cells in part.iter_rows(named=True):
            held = None if quantity is None else quantity[cells["place"]]
            if held is None or volume.per is None:
                yield from _closer(claimed.row(cells["place"], named=True), kernel, balances)
                continue
            each = Fraction(volume.per.count) * unit(volume.per.unit).factor
            wanted = Fraction(held, 10**kernel.reader.quantity_places) / each
            if wanted:
                order = _order(day, cells["row"], cells.get("accepted"))
                yield Claim(order, cells["row"], key, wanted)


def _order(day: date, row: int, accepted: Any) -> tuple[Any, ...]:
    """By day; within it, lines without a mark of acceptance first; then by row."""
    return (day, accepted is not None, accepted, row)


def _closer(cells: dict[str, Any], kernel: Kernel, balances: Balances) -> Iterator[Claim | Denied]:
    """A claim of a line that needs the line-by-line assessment."""
    office, row = kernel.office, cells["_row"]
    try:
        line = line_of(cells, kernel.reader.layout, office.practice.currency, row=row)
        found = balances.open(line.order_number, line.on)
        if found is None or line.free_circulation or not eligible(line, office):
            return
        key, volume = found
        assess(line, office)
        wanted = wish(line, office, volume)
    except (MissingQuantity, NoExchangeRate) as error:
        yield Denied(row, error)
        return
    except BadInput:
        return
    if wanted:
        yield Claim(_order(line.on, row, cells.get("accepted")), row, key, wanted)
