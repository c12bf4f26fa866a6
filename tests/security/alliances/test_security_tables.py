"""Readers refuse what is wrong and say where."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from hansa.sources.security import (
    find,
    panel_tables,
    read_capabilities,
    read_majors,
    read_military_expenditure,
    read_min_distances,
    read_un_votes,
)
from hansa.sources.security.tables import vocabulary
from hansa.terms.errors import BadInput

NMC = pl.DataFrame(
    {
        "ccode": [2, 2], "year": [1900, 1901], "milex": [1, None], "milper": [1, 2],
        "irst": [1, 2], "pec": [1, 2], "tpop": [1.0, 2.0], "upop": [1.0, 2.0], "cinc": [1.0, 1.0],
    }
)  # fmt: skip


def write(frame: pl.DataFrame, path: Path) -> Path:
    frame.write_csv(path)
    return path


def test_csv_and_parquet_are_read_alike(tmp_path: Path) -> None:
    NMC.write_parquet(tmp_path / "nmc.parquet")
    one = read_capabilities(tmp_path / "nmc.parquet")
    other = read_capabilities(write(NMC, tmp_path / "nmc.csv"))
    assert one.equals(other)
    assert one["milex"].to_list() == [1.0, None]


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (NMC.rename({"milex": "milx"}), r"column 'milex' is missing; did you mean milx"),
        (NMC.with_columns(year=pl.Series([1900, None])), r"line 3, column 'year'.*missing"),
        (NMC.with_columns(year=pl.Series(["1900", "19x1"])), r"line 3, column 'year'.*'19x1'"),
        (NMC.with_columns(year=pl.Series([1900.0, 1900.5])), r"line 3, column 'year'.*1900.5"),
        (NMC.with_columns(milper=pl.Series([1, -2])), r"line 3, column 'milper'.*-2"),
        (NMC.with_columns(cinc=pl.Series([1.0, 1.5])), r"line 3, column 'cinc'.*between 0 and 1"),
        (NMC.with_columns(year=1900), r"line 3: a second row for ccode 2, year 1900"),
    ],
)
def test_a_wrong_table_says_what_is_wrong_and_where(
    tmp_path: Path, broken: pl.DataFrame, message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        read_capabilities(write(broken, tmp_path / "nmc.csv"))


def test_a_missing_or_damaged_file_is_named(tmp_path: Path) -> None:
    write(NMC, tmp_path / "cow_nmc.csv")
    with pytest.raises(BadInput, match=r"did you mean cow_nmc.csv"):
        read_capabilities(tmp_path / "cow_nmcs.csv")
    (tmp_path / "bad.parquet").write_bytes(b"not a table")
    with pytest.raises(BadInput, match=r"bad\.parquet"):
        read_capabilities(tmp_path / "bad.parquet")


def test_a_folder_that_lacks_a_table_says_which(tmp_path: Path) -> None:
    write(NMC, tmp_path / "cow_nmc.csv")
    assert find(tmp_path, "cow_nmc").name == "cow_nmc.csv"
    with pytest.raises(BadInput, match="cow_states"):
        panel_tables(tmp_path)


def test_the_lower_code_comes_first_in_distances(tmp_path: Path) -> None:
    wrong = pl.DataFrame({"ccode1": [3], "ccode2": [2], "year": [1900], "mindist": [1.0]})
    with pytest.raises(BadInput, match="lower code"):
        read_min_distances(write(wrong, tmp_path / "d.csv"))


def test_what_is_no_vote_is_refused(tmp_path: Path) -> None:
    votes = pl.DataFrame({"rcid": [1, 2], "country": ["A", "A"], "vote": ["yes", "maybe"]})
    with pytest.raises(BadInput, match=r"line 3, column 'vote'"):
        read_un_votes(write(votes, tmp_path / "v.csv"))


def test_years_as_columns_become_rows(tmp_path: Path) -> None:
    wide = pl.DataFrame({"Country": ["A", "B"], "1999": [1.0, None], "2000": [2.0, 3.0]})
    found = read_military_expenditure(write(wide, tmp_path / "m.csv"))
    assert found.rows() == [("A", 1999, 1.0), ("A", 2000, 2.0), ("B", 2000, 3.0)]
    with pytest.raises(BadInput, match="Country"):
        read_military_expenditure(write(wide.rename({"Country": "x"}), tmp_path / "m.csv"))


def test_every_word_of_the_vocabulary_has_a_type_and_a_meaning() -> None:
    kinds = {kind for columns in vocabulary().values() for kind in columns.values()}
    assert kinds <= {"int", "int?", "float", "float?", "str", "str?", "day"}


@pytest.mark.shared
def test_the_public_files_pass(shared: Path) -> None:
    folder = shared / "data/security"
    assert read_majors(find(folder, "cow_majors")).height == 14
    spent = read_military_expenditure(find(folder, "sipri_milex_1949_2018_alley"))
    assert spent["country"].n_unique() > 150
