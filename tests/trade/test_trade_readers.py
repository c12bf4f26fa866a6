"""Readers of multi-sector tables, and what they say of files that are wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hansa.sources.trade import read_arrays, read_icio, read_tables, read_text_files
from hansa.sources.trade.files import arrays, cube, matrix
from hansa.terms.errors import BadInput, UnknownCode
from hansa.trade import Shock, solve

ICIO = "data/trade/icio2022/oecd_icio2025ed_2022_cpform.npz"


@pytest.mark.shared
def test_icio_2022_is_an_economy_whose_accounts_agree(shared: Path) -> None:
    economy = read_icio(shared / ICIO, 5.0)
    assert (economy.N, economy.J) == (80, 50)
    assert (economy.Y == 0).any(axis=1).sum() == 10  # sectors that some country lacks
    assert economy.check(1e-8) == ()
    same = solve(economy, Shock.none("kept"))
    np.testing.assert_allclose(same.welfare, 1, atol=1e-8)
    said = " ".join(reason.text for reason in economy.because)
    assert "imputed" in said
    assert "rest of the world" in said


@pytest.mark.shared
def test_icio_2022_russia_and_belarus_trade_with_each_other(shared: Path) -> None:
    economy = read_icio(shared / ICIO, 5.0)
    flow = economy.imports[:, economy.index("BLR"), economy.index("RUS")].sum()
    assert 15_000 < flow < 40_000  # million USD; a mirror of missing reporters would show none


def test_missing_files_and_arrays_name_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "tariffs1993.txt").write_text("1 2\n3 4\n")
    with pytest.raises(BadInput) as caught:
        matrix(tmp_path / "tarifs1993.txt", (2, 2))
    assert caught.value.nearest == ("tariffs1993.txt",)
    np.savez(tmp_path / "a.npz", gamma=np.ones(2))
    with pytest.raises(UnknownCode) as unknown:
        arrays(tmp_path / "a.npz", ("gama",))
    assert unknown.value.nearest == ("gamma",)
    with pytest.raises(BadInput):
        read_arrays(tmp_path / "a.npz")
    with pytest.raises(BadInput, match=r"B\.txt"):
        read_text_files(tmp_path)
    with pytest.raises(BadInput, match="trade"):
        read_tables(tmp_path)


def test_matrices_of_the_wrong_size_or_with_words(tmp_path: Path) -> None:
    file = tmp_path / "B.txt"
    file.write_text("1 2 3\n4 5 6\n")
    with pytest.raises(BadInput, match="2 × 3 numbers where 2 × 2"):
        matrix(file, (2, 2))
    file.write_text("1 two\n3 4\n")
    with pytest.raises(BadInput, match="not a table of numbers"):
        matrix(file, (2, 2))
    (tmp_path / "b.npz").write_text("no archive")
    with pytest.raises(BadInput, match="archive"):
        arrays(tmp_path / "b.npz", ("x",))


def test_long_tables_with_gaps_doubles_and_strangers(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    axes = (("sector", ("a", "b")), ("region", ("x",)))
    file.write_text("sector,region,value\na,x,1\nb,x,2e3\n")
    np.testing.assert_array_equal(cube(file, axes, "value"), [[1], [2000]])
    file.write_text("sector,region,value\na,x,1\n")
    with pytest.raises(BadInput, match="no number for b, x"):
        cube(file, axes, "value")
    file.write_text("sector,region,value\na,x,1\na,x,1\nb,x,2\n")
    with pytest.raises(BadInput, match="twice"):
        cube(file, axes, "value")
    file.write_text("sector,region,value\na,x,1\nc,x,2\n")
    with pytest.raises(UnknownCode, match="line 3"):
        cube(file, axes, "value")
    with pytest.raises(UnknownCode, match="valeu"):
        cube(file, axes, "valeu")
