"""``hansa duty``, ``tariff`` and ``revenue``."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from hansa import service
from hansa.terms.errors import HansaError
from hansa.worlds import open_world

BOOKS = Path(__file__).parents[2] / "docs" / "books"
LORRIES = BOOKS / "lorries"


def test_a_file_is_assessed_and_bad_lines_are_set_aside(tmp_path: Path) -> None:
    answer = service.duty(
        LORRIES / "declarations.csv", LORRIES, rates=LORRIES / "rates.csv",
        to=tmp_path / "a.csv", on="2026-03-10",
    )  # fmt: skip
    answers = pl.read_csv(tmp_path / "a.csv")
    assert answers["total"].to_list() == [264960.0, 36270.0, 36270.0]
    rejected = pl.read_csv(tmp_path / "a.rejected.csv")
    assert rejected["reason"].to_list() == ["missing quantity"]
    assert answer.value.totals.rejected == 1


def test_one_row_with_everything_behind_it() -> None:
    answer = service.duty(
        LORRIES / "declarations.csv", LORRIES, rates=LORRIES / "rates.csv", row=1, on="2026-03-10"
    )
    steps = {row[0]: row for row in answer.table().rows}
    assert "third-country duty" in steps
    with pytest.raises(HansaError, match="has no row 9"):
        service.duty(LORRIES / "declarations.csv", LORRIES, row=9)


def test_a_practice_is_never_implied(tmp_path: Path) -> None:
    (tmp_path / "measures.csv").write_text((LORRIES / "measures.csv").read_text())
    with pytest.raises(HansaError, match="no practice"):
        service.duty(LORRIES / "declarations.csv", tmp_path)
    bad = tmp_path / "practice.toml"
    bad.write_text('currency = "RUB"\nrounding = "nearest"\n')
    with pytest.raises(HansaError, match="unknown rounding 'nearest'"):
        service.duty(LORRIES / "declarations.csv", tmp_path)


def test_tariff_show_check_and_diff(tmp_path: Path) -> None:
    shown = service.tariff_show(
        "2208.30", LORRIES, origin="GBR", member="RUS", on="2026-03-10", rejected=True
    )
    assert shown.tables
    assert service.tariff_check(LORRIES).value.violations == ()
    other = tmp_path / "other"
    other.mkdir()
    text = (LORRIES / "measures.csv").read_text().replace("22 %", "20 %")
    (other / "measures.csv").write_text(text)
    found = service.tariff_diff(LORRIES, other).value
    assert (len(found.added), len(found.removed), len(found.changed)) == (0, 0, 1)


def test_a_common_tariff_by_every_rule_that_needs_no_imports(tmp_path: Path) -> None:
    for rule in ("mean", "lowest", "highest", "median", "anchor", "bands"):
        answer = service.tariff_build(
            BOOKS / "three-tariffs.csv", "Alder,Birch,Cedar", rule=rule, anchor="Birch",
            to=tmp_path / "common.csv",
        )  # fmt: skip
        assert len(answer.value.effects()) == 3
        assert (tmp_path / "common.csv").stat().st_size > 0
    with pytest.raises(HansaError, match="needs imports"):
        service.tariff_build(BOOKS / "three-tariffs.csv", "Alder,Birch", rule="weighted")
    with pytest.raises(HansaError, match="did you mean mean"):
        service.tariff_build(BOOKS / "three-tariffs.csv", "Alder,Birch", rule="meen")


@pytest.mark.shared
def test_the_worked_example_on_real_lines(shared: Path) -> None:
    table = shared / "data" / "customs" / "hs6_three_tariffs.csv"
    frame = pl.read_csv(table, schema_overrides={"hs6": pl.String}).drop_nulls(
        ["eaeu_2026_av_mean_pct", "us_2025_av_mean_pct"]
    )
    assert frame.height == 4889


def test_revenue_is_conserved_and_follows_the_keys() -> None:
    answer = service.revenue(BOOKS / "ledger.csv", period="all")
    rows = answer.table().records()
    assert sum(row["net"] for row in rows) == 0 if "net" in rows[0] else True
    assert answer.value.flows["amount"].sum() == 14_250_001


def test_the_briefing_has_a_customs_section_on_both_days() -> None:
    from hansa.studies.case import Case
    from hansa.studies.sections.customs import section
    from hansa.terms.days import day

    world = open_world("eurasia")
    for on, union in (("2000-05-24", "CU1995"), ("2007-10-05", "EURASEC")):
        made = section(Case(world, day(on)))
        assert made is not None
        said = " ".join(statement.text for statement in made.statements)
        assert f"{union}: average tariffs run from" in said
        assert "GATT XXIV:5(a)" in said
        assert all(s.because for s in made.statements if "common tariff by rule" in s.text)
