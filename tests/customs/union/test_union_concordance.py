"""From one edition of the nomenclature to another, without losing a unit of trade."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.customs.union import Concordance, Expressed, NationalTariff, equivalents
from hansa.terms.errors import BadInput

OLD = NationalTariff(
    "A",
    {"0101": 10, "0102": 20, "0103": 5, "0199": 7},
    {"0101": 12, "0102": 24, "0103": 6},
    names={"0103": "goats"},
)
TABLE = Concordance(
    [("0101", "A1"), ("0102", "A1"), ("0103", "B1", 1), ("0103", "B2", 3), ("0777", "C1")], "new"
)


def test_merged_split_unmapped_and_empty_lines():
    result = TABLE.convert(OLD)
    assert result.tariff.rates == {"A1": 15, "B1": 5, "B2": 5}
    assert result.tariff.bound == {"A1": 18, "B1": 6, "B2": 6}
    assert result.tariff.edition == "new"
    assert result.tariff.names == {"B1": "goats", "B2": "goats"}
    assert result.unmapped == ("0199",)
    assert result.empty == ("C1",)
    origin = result.origins["A1"]
    assert (origin.low, origin.high, origin.averaged) == (10, 20, True)
    assert [code for code, _ in origin.sources] == ["0101", "0102"]
    assert not result.origins["B1"].averaged


def test_imports_weigh_the_sources():
    weighted = TABLE.convert(OLD, {"0101": 300.0, "0102": 100.0})
    assert weighted.tariff.rates["A1"] == 12.5
    assert weighted.tariff.rates["B1"] == 5  # no imports: by the parts alone


def test_a_new_line_is_bound_only_if_all_its_sources_are():
    loose = NationalTariff("A", {"0101": 10, "0102": 20}, {"0101": 12})
    assert TABLE.convert(loose).tariff.bound == {}


def test_bad_concordances_are_refused():
    with pytest.raises(BadInput, match="0101 to A1 twice"):
        Concordance([("0101", "A1"), ("0101", "A1")])
    with pytest.raises(BadInput, match="part of 0101 that goes to A1 is 0"):
        Concordance([("0101", "A1", 0)])


@given(
    st.dictionaries(
        st.sampled_from(["0101", "0102", "0103", "0199"]), st.integers(0, 10**6), min_size=1
    )
)
def test_trade_is_divided_without_loss(values):
    table = pl.DataFrame({"code": list(values), "value": [float(v) for v in values.values()]})
    moved = TABLE.convert_trade(table)
    assert moved["value"].sum() == pytest.approx(sum(values.values()))
    assert set(moved["code"]) <= {"A1", "B1", "B2", "0199"}
    if "0103" in values:
        parts = dict(moved.filter(pl.col("code").is_in(["B1", "B2"])).iter_rows())
        assert parts["B2"] == pytest.approx(3 * parts["B1"])


@given(st.dictionaries(st.from_regex(r"[0-9]{8}", fullmatch=True), st.integers(0, 60), min_size=1))
def test_the_mean_of_a_subheading_lies_between_its_lines(rates):
    tariff = NationalTariff("A", rates)
    result = Concordance.by_prefix(rates, 6).convert(tariff)
    assert result.unmapped == ()
    assert result.empty == ()
    for code, rate in result.tariff.rates.items():
        inside = [r for c, r in rates.items() if c.startswith(code)]
        assert min(inside) <= rate <= max(inside)
        assert rate == pytest.approx(sum(inside) / len(inside))


@pytest.mark.shared
def test_ten_digit_lines_average_to_the_published_subheadings(shared: Path):
    """The purely ad valorem lines of the Eurasian tariff give every mean of the HS6 table."""
    folder = shared / "data" / "customs"
    with (folder / "eaeu_cet_2026.csv").open(encoding="utf-8") as file:
        rates = {
            row["code"]: float(row["ad_valorem_pct"])
            for row in csv.DictReader(file)
            if row["kind"] == "ad_valorem"
        }
    found = Concordance.by_prefix(rates, 6).convert(NationalTariff("EAEU", rates)).tariff.rates
    with (folder / "hs6_three_tariffs.csv").open(encoding="utf-8") as file:
        published = {
            row["hs6"]: float(row["eaeu_2026_av_mean_pct"])
            for row in csv.DictReader(file)
            if row["eaeu_2026_av_mean_pct"]
        }
    assert found.keys() == published.keys()
    for code, mean in published.items():
        assert found[code] == pytest.approx(mean, abs=5.1e-5)


@pytest.mark.shared
def test_equivalents_of_the_minimum_rates_of_the_eurasian_tariff(shared: Path):
    """Of dear goods a minimum per kilogram does not bite; of cheap ones it is the duty."""
    with (shared / "data" / "customs" / "eaeu_cet_2026.csv").open(encoding="utf-8") as file:
        rows = {
            row["code"]: row
            for row in csv.DictReader(file)
            if row["kind"] == "ad_valorem_min_specific" and row["specific_unit"] == "kg"
        }
    assert len(rows) > 500
    duties = {code: Expressed.read(row["rate_text"], "EUR") for code, row in rows.items()}
    dear, failed = equivalents(duties, {code: {"KGM": 100_000} for code in rows})
    assert failed == {}
    cheap, _ = equivalents(duties, {code: {"KGM": "0.001"} for code in rows})
    for code, row in rows.items():
        assert dear[code] == Fraction(row["ad_valorem_pct"])
        per_kg = Fraction(row["specific_amount"]) / Fraction(row["specific_per"])
        assert cheap[code] == 100 * per_kg / Fraction("0.001")
    _, missing = equivalents(duties, {})
    assert missing.keys() == rows.keys()
