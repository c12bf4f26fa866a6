"""Worked examples on real lines: Eurasian and American subheadings, the averages of 2000."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from hansa.customs.union import (
    Anchor,
    ArithmeticMean,
    ImportWeightedMean,
    Missing,
    NationalTariff,
    align,
    build,
    schedules_of,
    trade_of,
    weighted_average,
)
from hansa.terms.errors import BadInput
from hansa.terms.truth import Truth

COLUMNS = {"EAEU": "eaeu_2026_av_mean_pct", "USA": "us_2025_av_mean_pct"}


def table(shared: Path) -> pl.DataFrame:
    path = shared / "data" / "customs" / "hs6_three_tariffs.csv"
    return pl.read_csv(path, schema_overrides={"hs6": pl.String})


@pytest.mark.shared
def test_eurasian_and_american_subheadings(shared: Path):
    with pytest.raises(BadInput, match="tariff of EAEU lacks 666 lines"):
        schedules_of(table(shared), COLUMNS, code="hs6")
    s = schedules_of(table(shared), COLUMNS, code="hs6", missing=Missing.COMMON)
    assert len(s.codes) == 4889
    common = build(s, ArithmeticMean())
    effects = {effect.member: effect for effect in common.effects()}
    assert round(effects["EAEU"].mean_before, 2) == 6.08
    assert round(effects["USA"].mean_before, 2) == 3.21
    assert round(common.mean(), 2) == 4.65
    assert effects["USA"].rise == 3451
    assert effects["EAEU"].fall == 3451
    assert effects["USA"].fall == effects["EAEU"].rise
    assert effects["USA"].same == 4889 - 3451 - effects["USA"].fall


@pytest.mark.shared
def test_three_tariffs_with_lines_that_one_of_them_lacks(shared: Path):
    columns = {**COLUMNS, "GBR": "uk_2019_av_mean_pct"}
    s = schedules_of(table(shared), columns, code="hs6", missing=Missing.OTHERS)
    common = build(s, ArithmeticMean())
    assert {member: len(codes) for member, codes in s.missing.items()} == {
        "EAEU": 666,
        "USA": 590,
        "GBR": 389,
    }
    assert common.open_lines() == ()
    for effect in common.effects():
        assert effect.rise + effect.fall + effect.same == effect.lines
        assert effect.lines == 5843 - len(s.missing[effect.member])


def averages(shared: Path) -> list[NationalTariff]:
    """Simple averages near 2000 of the five of May 2000, as tariffs of one line."""
    near = {"RUS": 2001, "BLR": 2000, "KAZ": 1996, "KGZ": 2000, "TJK": 2002}
    with (shared / "facts" / "tariffs_mfn_simple.csv").open(encoding="utf-8") as file:
        rows = {
            (row["iso3_or_EU"], int(row["year"])): float(row["mfn_simple_mean_pct"])
            for row in csv.DictReader(file)
        }
    return [NationalTariff(m, {"all": rows[m, year]}) for m, year in near.items()]


@pytest.mark.shared
def test_the_eurasian_averages_of_2000(shared: Path):
    s = align(averages(shared))
    with (shared / "facts" / "bilateral_trade_2000.csv").open(encoding="utf-8") as file:
        flows = [
            {
                "member": row["importer"],
                "code": "all",
                "partner": row["exporter"],
                "value": float(row["value_musd"]),
            }
            for row in csv.DictReader(file)
            if row["importer"] in s.members and row["value_musd"] and float(row["value_musd"]) >= 0
        ]
    trade = trade_of(flows, s, unit="million USD")
    assert trade.internal > 0
    mean = build(s, ArithmeticMean(), trade)
    assert mean.rate("all") == pytest.approx((10.87 + 9.94 + 9.44 + 4.81 + 8.4) / 5)
    # Most imports are Russia's, and Russia's rate is the highest: weights raise the mean.
    weighted = build(s, ImportWeightedMean(), trade)
    assert mean.rate("all") < weighted.rate("all") < 10.87
    assert weighted_average(weighted).passes is Truth.TRUE
    assert weighted_average(mean).passes is Truth.TRUE
    # Russia's tariff for all is higher for every other member, and so on the whole.
    anchored = build(s, Anchor("RUS"), trade)
    assert weighted_average(anchored).passes is Truth.FALSE
    assert [e.rise for e in anchored.effects()] == [0, 1, 1, 1, 1]
    kyrgyz = anchored.line("all").moves[3]
    assert kyrgyz.change == pytest.approx(10.87 - 4.81)


def test_wide_tables_are_checked():
    frame = pl.DataFrame({"code": ["02", "01"], "a": [1.0, 2.0], "b": [None, 3.0]})
    s = schedules_of(frame, {"A": "a", "B": "b"}, bound={"A": "b"}, missing=Missing.OTHERS)
    assert s.codes == ("01", "02")
    assert s.missing == {"B": ("02",)}
    assert s.b[0, 0] == 3
    with pytest.raises(BadInput, match=r"no column 'aa'; did you mean a"):
        schedules_of(frame, {"A": "aa"})
    with pytest.raises(BadInput, match="line 01 stands twice"):
        schedules_of(frame.with_columns(code=pl.lit("01")), {"A": "a"})
    with pytest.raises(BadInput, match=r"A: the rate of 02 is -1\.0"):
        schedules_of(frame.with_columns(a=pl.Series([-1.0, 2.0])), {"A": "a"})
    assert schedules_of(frame.to_pandas(), {"A": "a"}).t.tolist() == [[2.0], [1.0]]
