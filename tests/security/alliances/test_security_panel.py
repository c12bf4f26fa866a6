"""The panel: complete, honest about gaps, and readable elsewhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
import rdata

from hansa.security.alliances import PanelTables, panel
from hansa.security.strength import s_scores
from hansa.sources.security import panel_tables, write_frame
from hansa.sources.security.tables import vocabulary
from hansa.terms.errors import BadInput


@pytest.fixture(scope="module")
def tables(shared: Path) -> PanelTables:
    return panel_tables(shared / "data/security")


@pytest.fixture(scope="module")
def whole(tables: PanelTables) -> pl.DataFrame:
    return panel(tables)


@pytest.mark.shared
def test_1836630_directed_dyad_years_1816_to_2014(whole: pl.DataFrame) -> None:
    assert whole.height == 1_836_630
    assert whole.select(pl.struct("ccode1", "ccode2", "year").n_unique()).item() == whole.height
    keys = whole.select("ccode1", "ccode2", "year")
    assert keys.equals(keys.sort("ccode1", "ccode2", "year"))


@pytest.mark.shared
def test_sixty_pairs_that_shared_a_year_but_no_day_are_left_out(
    whole: pl.DataFrame, shared: Path
) -> None:
    false = pl.read_parquet(shared / "data/security/states/false_cow_dyads.parquet")
    keys = ["ccode1", "ccode2", "year"]
    assert false.height == 60
    here = whole.select(pl.col(k).cast(pl.Int32) for k in keys)
    assert here.join(false, on=keys).is_empty()


@pytest.mark.shared
def test_columns_are_those_of_the_vocabulary(whole: pl.DataFrame, tables: PanelTables) -> None:
    asked = panel(tables, 1900, 1900, similarity=True)
    assert asked.columns == list(vocabulary()["panel"])
    assert whole.columns == asked.columns[: whole.width]
    optional = {name for name, kind in vocabulary()["panel"].items() if kind.endswith("?")}
    gaps = {name for name in whole.columns if whole[name].null_count()}
    assert gaps <= optional


@pytest.mark.shared
def test_every_obligation_capability_and_dispute_of_the_sources_is_in(
    whole: pl.DataFrame, tables: PanelTables
) -> None:
    """A join says the same as the cube."""
    keys = ["ccode1", "ccode2", "year"]
    rows = whole.select(pl.col(k).cast(pl.Int32) for k in keys)
    owed = rows.join(tables.obligations, on=keys, how="left")
    for word in ("defense", "consul"):
        assert whole[f"atop_{word}"].sum() == owed[word].sum()
        assert (whole[f"atop_{word}"] == owed[word].fill_null(0)).all()
    mids = tables.cow_disputes.group_by(keys).agg(
        pl.col("dispongoing").max(), pl.col("disponset").max()
    )
    fought = rows.join(mids, on=keys, how="left")
    assert (whole["mid_onset"] == fought["disponset"].fill_null(0)).all()
    assert (whole["mid_ongoing"] == fought["dispongoing"].fill_null(0)).all()
    least = tables.min_distances.rename({"mindist": "km"})
    near = rows.with_columns(
        ccode1=pl.min_horizontal("ccode1", "ccode2"), ccode2=pl.max_horizontal("ccode1", "ccode2")
    ).join(least, on=keys, how="left", maintain_order="left")
    assert (whole["min_km"].is_null() == near["km"].is_null()).all()
    assert (whole["min_km"] - near["km"]).abs().max() == 0
    scores = tables.capabilities.select(ccode1="ccode", year="year", published="cinc")
    strong = rows.join(scores, on=["ccode1", "year"], how="left", maintain_order="left")
    assert (whole["cinc1"] - strong["published"]).abs().max() < 1e-6
    assert whole["cinc1"].null_count() == 0


@pytest.mark.shared
def test_ratio_is_complementary_and_pairs_mirror_one_another(whole: pl.DataFrame) -> None:
    year = whole.filter(pl.col("year") == 1980)
    mirror = year.rename({"ccode1": "ccode2", "ccode2": "ccode1"})
    both = year.join(mirror, on=["ccode1", "ccode2", "year"], suffix="_m")
    assert both.height == year.height
    assert (both["cap_ratio"] + both["cap_ratio_m"] - 1).abs().max() < 1e-12
    for name in ("mid_ongoing", "contiguity", "capital_km", "min_km"):
        assert (both[name] == both[f"{name}_m"]).all()
    assert (both["major1"] == both["major2_m"]).all()


@pytest.mark.shared
def test_112282_politically_relevant_dyads_and_what_gml_does_not_cover_is_missing(
    tables: PanelTables,
) -> None:
    relevant = panel(tables, 1816, 2010, directed=False, relevant=True)
    assert relevant.height == 112_282
    assert (
        (relevant["contiguity"] > 0) | (relevant["major1"] == 1) | (relevant["major2"] == 1)
    ).all()
    assert relevant["gml_onset"].null_count() == 0
    late = panel(tables, 2009, 2012, directed=False)
    missing = late.filter(pl.col("gml_onset").is_null())["year"].unique().sort().to_list()
    assert missing == [2011, 2012]
    assert panel(tables, 1880, 1885)["min_km"].null_count() == panel(tables, 1880, 1885).height


@pytest.mark.shared
def test_undirected_rows_take_the_promise_of_either_side(tables: PanelTables) -> None:
    directed = panel(tables, 1900, 1910)
    pairs = panel(tables, 1900, 1910, directed=False)
    assert pairs.height * 2 == directed.height
    assert (pairs["ccode1"] < pairs["ccode2"]).all()
    greater = (
        directed.with_columns(
            a=pl.min_horizontal("ccode1", "ccode2"), b=pl.max_horizontal("ccode1", "ccode2")
        )
        .group_by("a", "b", "year")
        .agg(pl.col("atop_defense").max())
        .sort("a", "b", "year")
    )
    assert (greater["atop_defense"] == pairs["atop_defense"]).all()


@pytest.mark.shared
def test_russia_and_armenia_2010(whole: pl.DataFrame) -> None:
    row = whole.filter(ccode1=365, ccode2=371, year=2010).to_dicts()[0]
    assert (row["atop_defense"], row["atop_nonagg"], row["atop_consul"]) == (1, 1, 1)
    assert row["major1"] == 1
    assert row["contiguity"] == 0
    assert row["capital_km"] == pytest.approx(1790, abs=15)
    assert row["cap_ratio"] > 0.95


@pytest.mark.shared
def test_similarity_in_the_panel_is_the_similarity_of_portfolios(tables: PanelTables) -> None:
    found = panel(tables, 1914, 1914, similarity=True)
    codes = np.unique(found["ccode1"])
    owed = found.with_columns(
        tie=pl.when((pl.col("atop_defense") == 1) | (pl.col("atop_offense") == 1))
        .then(3)
        .when((pl.col("atop_neutral") == 1) | (pl.col("atop_consul") == 1))
        .then(2)
        .otherwise(pl.col("atop_nonagg"))
    )
    v = np.full((len(codes), len(codes)), 3.0)
    i = np.searchsorted(codes, owed["ccode1"])
    j = np.searchsorted(codes, owed["ccode2"])
    v[i, j] = owed["tie"]
    assert np.allclose(s_scores(v, spread=3)[i, j], found["s_unweighted"], atol=1e-6)


@pytest.mark.shared
def test_the_official_dyad_years_may_be_used_instead(shared: Path) -> None:
    official = panel_tables(shared / "data/security", official=True)
    assert official.obligations.height == 273_296
    assert panel(official, 1990, 1990)["atop_defense"].sum() > 0


@pytest.mark.shared
def test_years_that_the_state_system_does_not_cover_are_refused(tables: PanelTables) -> None:
    with pytest.raises(BadInput, match="known to 2016"):
        panel(tables, 2000, 2020)
    with pytest.raises(BadInput, match="none"):
        panel(tables, 2000, 1999)


def small() -> PanelTables:
    """Three states, of which the third enters on 1 July 1901 when the second has left."""
    whole_year = {"stmonth": 1, "stday": 1, "endmonth": 12, "endday": 31}
    states = pl.DataFrame(
        [
            {"ccode": 1, "styear": 1900, "endyear": 1902, **whole_year},
            {
                "ccode": 2,
                "styear": 1900,
                "endyear": 1901,
                **whole_year,
                "endmonth": 6,
                "endday": 30,
            },
            {
                "ccode": 3,
                "styear": 1901,
                "stmonth": 7,
                "stday": 1,
                "endyear": 1902,
                "endmonth": 12,
                "endday": 31,
            },
        ]
    )
    keys = {"ccode1": [1], "ccode2": [2], "year": [1900]}
    nothing = pl.DataFrame({"ccode1": [1], "ccode2": [2], "year": [1902]})
    caps = pl.DataFrame({"ccode": [1, 2, 1, 2], "year": [1900, 1900, 1901, 1901]}).with_columns(
        *(pl.Series(k, [3.0, 1.0, 3.0, 1.0]) for k in ("milex", "milper", "irst", "pec", "tpop")),
        upop=pl.Series([None, 1.0, 3.0, 1.0]),
    )
    return PanelTables(
        states=states,
        obligations=pl.DataFrame(keys).with_columns(
            defense=1, offense=0, neutral=0, nonagg=0, consul=0
        ),
        capabilities=caps,
        cow_disputes=nothing.with_columns(dispongoing=1, disponset=1, hostlev1=-9, hostlev2=4),
        gml_disputes=pl.DataFrame({**keys, "gmlmidongoing": [1], "gmlmidonset": [0]}),
        contiguity=pl.DataFrame(
            {"ccode1": [1, 1], "ccode2": [2, 2], "conttype": [4, 1],
             "stdate": [date(1900, 1, 1), date(1901, 5, 1)],
             "enddate": [date(1901, 4, 1), date(1901, 12, 1)]}
        ),
        capitals=pl.DataFrame(
            {"ccode": [1, 2], "stdate": [date(1900, 1, 1)] * 2, "enddate": [date(1910, 1, 1)] * 2,
             "lat": [0.0, 0.0], "lng": [0.0, 1.0]}
        ),
        min_distances=pl.DataFrame({**keys, "mindist": [12.5]}),
        majors=pl.DataFrame({"ccode": [1, 99], "styear": [1901, 1900], "endyear": [1901, 1902]}),
    )  # fmt: skip


def test_a_small_world_by_hand() -> None:
    found = panel(small(), 1900, 1902)
    assert found.select("ccode1", "ccode2", "year").rows() == [
        (1, 2, 1900), (1, 2, 1901), (1, 3, 1901), (1, 3, 1902),
        (2, 1, 1900), (2, 1, 1901), (3, 1, 1901), (3, 1, 1902),
    ]  # fmt: skip
    first = found.to_dicts()[0]
    assert first["atop_defense"] == 1
    assert found.to_dicts()[4]["atop_defense"] == 0
    assert first["cap_ratio"] == pytest.approx(0.75 / (0.75 + (5 * 0.25 + 1) / 6))
    assert first["capital_km"] == pytest.approx(111.319, abs=1e-3)
    assert first["min_km"] == 12.5
    assert (first["gml_ongoing"], first["gml_onset"], first["mid_ongoing"]) == (1, 0, 0)
    assert found["contiguity"].to_list() == [4, 1, 0, None, 4, 1, 0, None]
    assert found["atop_defense"].to_list()[1] is None  # the promises are known to 1900 only
    assert found["major1"].to_list() == [0, 1, 1, 0, 0, 0, 0, 0]
    assert found["cinc2"].to_list()[2] is None
    assert found["capital_km"].to_list()[2] is None


@pytest.mark.parametrize("suffix", ["parquet", "arrow", "csv", "dta", "rds"])
def test_what_is_written_is_what_others_read(tmp_path: Path, suffix: str) -> None:
    found = panel(small(), 1900, 1902, directed=False)
    path = write_frame(found, tmp_path / f"panel.{suffix}")
    readers = {
        "parquet": pd.read_parquet,
        "arrow": lambda p: pl.read_ipc(p).to_pandas(),
        "csv": pd.read_csv,
        "dta": pd.read_stata,
        "rds": rdata.read_rds,
    }
    back = readers[suffix](path)
    assert list(back.columns) == found.columns
    for name in found.columns:
        ours = found[name].cast(pl.Float64).to_numpy()
        theirs = np.asarray(back[name], dtype=float)
        assert np.allclose(ours, theirs, equal_nan=True), name


def test_a_format_that_nobody_reads_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"\.dta"):
        write_frame(pl.DataFrame({"a": [1]}), tmp_path / "panel.dtaa")
