"""The bulk run is the line-by-line assessment, only faster: the same for every line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from small_union import EXACT, STEPWISE, book, lines, rates, regime

from hansa.customs.assessment import Assessed, Line, Office, Practice, Round, assess_all
from hansa.customs.book.kinds import ADDITIONAL, OPTIONS, Kind
from hansa.customs.bulk import Layout, assess_table
from hansa.customs.bulk.rows import line_of
from hansa.customs.mistakes import reason_of
from hansa.terms.errors import BadInput
from hansa.terms.money import Rounding


def by_line(frame: pl.DataFrame, practice: Practice, goods: bool) -> tuple[dict[Any, Any], Any]:
    """The same table line by line: amounts by row and part, reasons by row."""
    office = Office(book(goods=goods), regime(), practice, rates())
    declared: list[Line] = []
    reasons: dict[int, str] = {}
    rows: list[int] = []
    for row, cells in enumerate(frame.iter_rows(named=True)):
        try:
            line = line_of(cells, Layout(), practice.currency, row=row)
        except BadInput as error:
            reasons[row] = reason_of(error)
            continue
        accepted = cells["accepted"]
        rows.append(row)
        declared.append(replace(line, accepted=(accepted is not None, accepted or 0, row)))
    run = assess_all(declared, office)
    row_of = {id(line): row for line, row in zip(declared, rows, strict=True)}
    answers = {
        (row_of[id(part.line)], part.part): _amounts(part, practice) for part in run.assessed
    }
    reasons |= {row_of[id(r.line)]: reason_of(r.error) for r in run.rejected}
    return answers, (reasons, run.balances.left)


def _amounts(part: Assessed, practice: Practice) -> dict[str, Any]:
    kinds = (*ADDITIONAL, Kind.EXCISE, Kind.VAT)
    return {
        "option": next((c.kind.value for c in part.charges if c.kind in OPTIONS), None),
        "value": practice.money(part.base).minor,
        "duty": sum(c.money.minor for c in part.charges if c.kind in OPTIONS),
        **{kind.value: part.charge(kind).minor for kind in kinds},
        "total": part.total.minor,
    }


PRACTICES = {
    "stepwise": STEPWISE,
    "exact until shown": EXACT,
    "half even, free on board": Practice(
        "RUB", valuation="FOB", value=Round(Rounding.HALF_EVEN), vat=Round(Rounding.DOWN, 0)
    ),
    "excise down": Practice("RUB", excise=Round(Rounding.DOWN, 1), duty=Round(Rounding.UP)),
}


@pytest.mark.parametrize("goods", [True, False], ids=["nomenclature", "codes as they come"])
@pytest.mark.parametrize("practice", PRACTICES.values(), ids=PRACTICES)
def test_bulk_equals_line_by_line(practice: Practice, goods: bool) -> None:
    frame = lines(700)
    found = assess_table(
        frame, book(goods=goods), regime=regime(), practice=practice, rates=rates(), threads=1
    )
    expected, (reasons, left) = by_line(frame, practice, goods)
    answers = {
        (cells.pop("row"), cells.pop("part")): {k: v for k, v in cells.items() if k != "id"}
        for cells in found.lines.iter_rows(named=True)
    }
    assert answers.keys() == expected.keys()
    for key, amounts in answers.items():
        known = {
            name: amount for name, amount in expected[key].items() if name in amounts or amount
        }
        assert amounts == known, frame.row(key[0], named=True)
    assert dict(found.rejected.select("row", "reason").iter_rows()) == reasons
    assert found.balances.left == left
    assert found.totals.lines + found.totals.rejected == frame.height
    assert {part for _, part in answers} == {0, 1, 2}  # some line was split


@pytest.mark.parametrize(("chunk", "threads"), [(1, 1), (7, 3), (100, 2), (299, 1), (5000, 3)])
def test_chunks_and_threads_change_nothing(chunk: int, threads: int) -> None:
    frame = lines(40 if chunk == 1 else 300, seed=5)
    settings = {"regime": regime(), "practice": STEPWISE, "rates": rates()}
    whole = assess_table(frame, book(), **settings, threads=1)
    cut = assess_table(frame, book(), **settings, threads=threads, chunk=chunk)
    assert_frame_equal(whole.lines, cut.lines)
    assert_frame_equal(whole.rejected, cut.rejected)
    assert whole.totals == cut.totals
    assert whole.balances == cut.balances
