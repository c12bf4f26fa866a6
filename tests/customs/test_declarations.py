"""Files of declarations: streamed, broken lines set apart, the same as in memory."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from small_union import STEPWISE, book, lines, rates, regime

from hansa.customs.bulk import Layout, assess_table
from hansa.sources.customs.blocks import CsvFile
from hansa.sources.customs.declarations import FileRun, assess_file
from hansa.terms.errors import BadInput

LAW = {"regime": regime(), "practice": STEPWISE, "rates": rates()}


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    return lines(250, seed=9)


def run(path: Path, answers: Path, **more: object) -> FileRun:
    return assess_file(path, book(), answers, **LAW, **more)  # type: ignore[arg-type]


def test_parquet_in_parquet_out(frame: pl.DataFrame, tmp_path: Path) -> None:
    frame.write_parquet(tmp_path / "in.parquet")
    found = run(tmp_path / "in.parquet", tmp_path / "out.parquet", chunk=64)
    memory = assess_table(frame, book(), **LAW, layout=Layout(row=1))
    assert pl.read_parquet(found.answers).equals(memory.lines)
    assert found.totals == memory.totals
    assert found.left == memory.balances.left
    apart = pl.read_csv(found.rejected, infer_schema=False)
    assert apart["row"].cast(pl.Int64).equals(memory.rejected["row"])
    assert apart["reason"].equals(memory.rejected["reason"])
    assert apart["detail"].equals(memory.rejected["detail"])


@pytest.mark.parametrize("block", [900, 1 << 20])
def test_csv_in_csv_out(frame: pl.DataFrame, tmp_path: Path, block: int) -> None:
    frame.write_csv(tmp_path / "in.csv")
    found = run(tmp_path / "in.csv", tmp_path / "out.csv")
    memory = assess_table(frame, book(), **LAW, layout=Layout(row=2))
    written = pl.read_csv(found.answers, infer_schema=False)
    assert written["row"].cast(pl.Int64).equals(memory.lines["row"])
    for name in ("value", "duty", "vat", "total"):
        cents = [int(Decimal(text) * 100) for text in written[name]]
        assert cents == memory.lines[name].to_list()
    assert found.totals == memory.totals
    batches = list(CsvFile(tmp_path / "in.csv", block=block).batches())
    assert pl.concat([b.lines for b in batches]).height == frame.height
    assert pl.concat([b.rows for b in batches]).to_list() == list(range(2, 252))


def test_broken_lines_are_set_apart_and_the_rest_is_computed(
    frame: pl.DataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "broken.csv"
    frame.write_csv(path)
    texts = path.read_bytes().split(b"\n")
    texts[40] = b"L38,too,few"
    texts[90] = texts[90] + b",one,two,many"
    texts[120] = b'"' + texts[120]  # a quotation mark that nobody closes
    texts[200] = texts[200].replace(b"L199", b"L\xff199")
    texts.insert(150, b"")  # an empty line counts, and is no line
    path.write_bytes(b"\n".join(texts))
    found = run(path, tmp_path / "out.csv")
    apart = pl.read_csv(found.rejected, infer_schema=False)
    detail = {int(row): text for row, text in apart.select("row", "detail").iter_rows()}
    assert detail[41] == "line 41: 3 cells under 23 columns: L38,too,few"
    assert detail[91].startswith("line 91: 26 cells under 23 columns")
    assert detail[121].startswith("line 121: a quotation mark is not closed")
    assert detail[202].startswith("line 202: not UTF-8")
    whole = assess_table(frame, book(), **LAW)
    known = {f"L{row}" for row in whole.rejected["row"]}
    spoilt = {"L39", "L89", "L119", "L199"}
    written = pl.read_csv(found.answers, infer_schema=False)
    assert set(written["id"]) == set(frame["id"]) - known - spoilt
    assert found.totals.rejected == apart.height == len(known | spoilt)


def test_quoted_cells_are_read(tmp_path: Path) -> None:
    path = tmp_path / "quoted.csv"
    path.write_text('code,origin,on,price,documents\n0101100000,IND,2025-02-03,"100","A,U1"\n')
    (batch,) = CsvFile(path).batches()
    assert batch.lines.row(0) == ("0101100000", "IND", "2025-02-03", "100", "A,U1")
    assert batch.broken is None


def test_a_file_that_is_no_parquet(tmp_path: Path) -> None:
    path = tmp_path / "torn.parquet"
    lines(10).write_parquet(path)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(BadInput, match=r"torn\.parquet: cannot be read"):
        run(path, tmp_path / "out.parquet")


def test_a_column_that_is_missing_is_named_with_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("code,orign,on,price\n0101100000,IND,2025-02-03,100\n")
    with pytest.raises(BadInput, match="needs a column 'origin'; did you mean orign"):
        run(path, tmp_path / "out.csv")


def test_a_column_that_stands_twice(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("code,origin,on,price,price\n")
    with pytest.raises(BadInput, match="'price' stands twice"):
        run(path, tmp_path / "out.csv")


def test_a_slip_in_the_year_does_not_widen_the_span(tmp_path: Path) -> None:
    frame = lines(20, wrong=False).with_columns(
        on=pl.when(pl.int_range(20) == 7).then(date(202, 5, 1)).otherwise(pl.col("on"))
    )
    found = assess_table(frame, book(), **LAW)
    assert found.rejected["row"].to_list().count(7) == 1
    others = frame.filter(pl.int_range(20) != 7)
    same = assess_table(others, book(), **LAW)
    assert found.lines["total"].sum() == same.lines["total"].sum()


def test_progress_tells_of_every_line(frame: pl.DataFrame, tmp_path: Path) -> None:
    frame.write_csv(tmp_path / "in.csv")
    seen: list[tuple[int, int]] = []
    run(
        tmp_path / "in.csv",
        tmp_path / "out.csv",
        progress=lambda done, total, what: seen.append((done, total)),
    )
    assert seen[-1] == (250, 250)


def test_answers_can_be_chosen(frame: pl.DataFrame, tmp_path: Path) -> None:
    frame.write_parquet(tmp_path / "in.parquet")
    found = run(tmp_path / "in.parquet", tmp_path / "out.parquet", columns=("id", "total"))
    assert pl.read_parquet(found.answers).columns == ["id", "total"]
