"""The readers of matrices, panels and arrays name the file, row and column at fault."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hansa.sources.trade_gravity import (
    read_agtpa,
    read_ossa,
    read_output,
    read_trade_matrix,
    read_trade_panel,
)
from hansa.terms.errors import BadInput, UnknownCode


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_matrix_is_turned_to_importer_and_exporter(tmp_path: Path) -> None:
    file = write(tmp_path, "m.csv", "from,A,B,ROW\nA,,5,7\nB,3,,\nROW,-1,2,\n")
    report = read_trade_matrix(file, {"A": 50.0, "B": 40.0})
    np.testing.assert_array_equal(
        report.flows, [[np.nan, 3, -1], [5, np.nan, 2], [7, np.nan, np.nan]]
    )
    assert report.rest == "ROW"
    np.testing.assert_array_equal(report.output, [50, 40, np.nan])
    assert report.because[0].ref == "m.csv"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("from,A,B\nA,,1\nC,2,\n", "exporters and importers differ: B, C"),
        ("from,A,B\nB,,1\nA,2,\n", "their order"),
        ("from,A,B\nA,,1\nB,2\n", r"m\.csv, line 3: 1 cells for 2"),
        ("from,A,B\nA,,x\nB,2,\n", r"m\.csv, line 2, column 'B': 'x' is not a number"),
        ("from,A,B\nA,,-4\nB,2,\n", "negative: B, A = -4"),
    ],
)
def test_bad_matrices(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        read_trade_matrix(write(tmp_path, "m.csv", text))


def test_missing_file_names_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, "matrix_2000.csv", "")
    with pytest.raises(BadInput, match=r"did you mean matrix_2000\.csv"):
        read_trade_matrix(tmp_path / "matrix_2001.csv")


def test_panel_years_and_holes(tmp_path: Path) -> None:
    text = "year,exporter,importer,value_musd\n2000,A,B,4\n2000,B,A,\n2001,A,C,5\n"
    panel = read_trade_panel(write(tmp_path, "p.csv", text))
    assert panel[2000].countries == ("A", "B")
    np.testing.assert_array_equal(panel[2000].flows, [[np.nan, np.nan], [4, np.nan]])
    assert panel[2001].countries == ("A", "C")
    twice = text + "2001,A,C,6\n"
    with pytest.raises(BadInput, match="line 4: a flow stands twice"):
        read_trade_panel(write(tmp_path, "p.csv", twice))
    with pytest.raises(UnknownCode, match="value_musd"):
        read_trade_panel(write(tmp_path, "p.csv", "year,exporter,importer,value\n"))


def test_output_of_blocs(tmp_path: Path) -> None:
    file = write(tmp_path, "s.csv", "iso3,gdp\nAAA,10\nBBB,5\nCCC,\n")
    assert read_output(file, "gdp", {"AB": ("AAA", "BBB")}) == {"AAA": 10, "BBB": 5, "AB": 15}
    with pytest.raises(UnknownCode, match="'CCC'"):
        read_output(file, "gdp", {"AC": ("AAA", "CCC")})


AGTPA = "exporter,importer,pair_id,year,trade,dist,cntg,lang,clny,rta\n"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("A,B,1,2000,-5,10,0,0,0,0\n", "line 2, column 'trade': -5.*at least zero"),
        ("A,B,1,2000,5,0,0,0,0,0\n", "column 'dist'.*positive"),
        ("A,B,1,2000,5,1,0,2,0,0\n", "column 'lang'.*0 or 1"),
        ("A,B,1,2000,5,1,0,0,0,0\nA,B,1,2000,6,1,0,0,0,0\n", "stands twice"),
    ],
)
def test_bad_gravity_panels(tmp_path: Path, rows: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        read_agtpa(write(tmp_path, "g.csv", AGTPA + rows))


def test_gravity_panel_gets_borders_and_logs(tmp_path: Path) -> None:
    frame = read_agtpa(
        write(tmp_path, "g.csv", AGTPA + "A,A,7,2000,5,1,0,0,0,0\nA,B,1,2000,5,10,1,0,0,1\n")
    )
    assert frame["intl"].to_list() == [0, 1]
    assert frame["pair_home"].to_list() == [0, 1]
    assert frame["ln_dist"][1] == pytest.approx(np.log(10))


@pytest.mark.shared
def test_ossas_arrays(shared: Path, tmp_path: Path) -> None:
    folder = shared / "data" / "trade" / "ossa2014"
    read = read_ossa(folder, "uniform")
    assert read.economy.countries == ("BRA", "CHN", "EU", "IND", "JPN", "ROW", "USA")
    assert read.economy.sectors[23] == "crp"
    assert np.ptp(read.economy.sigma) == 0
    assert not read.economy.balanced
    with pytest.raises(UnknownCode, match="mean 5"):
        read_ossa(folder, "mean5")
    for name in ("regions.csv", "sectors.csv", "sigma_s.csv", "tariff_ijs.csv"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    lines = (folder / "trade_ijs.csv").read_text().splitlines()
    write(tmp_path, "trade_ijs.csv", "\n".join(lines[:-7]))
    with pytest.raises(BadInput, match="224 × 7 cells"):
        read_ossa(tmp_path)
