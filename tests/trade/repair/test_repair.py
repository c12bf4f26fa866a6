"""Every mended cell is flagged with why; reported cells stay as they are."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.sources.trade_gravity import read_output, read_trade_matrix, read_trade_panel
from hansa.terms.errors import BadInput, Infeasible, UnknownCode
from hansa.trade.build import one_sector
from hansa.trade.repair import (
    Reference,
    RepairedTrade,
    TradeReport,
    interpolated,
    rebalance,
    repair,
)
from hansa.trade.shock import Shock
from hansa.trade.solver import solve

NAN = math.nan
FEW = settings(max_examples=30, deadline=None)
EU15 = (
    *("AUT", "BEL", "DNK", "FIN", "FRA", "DEU", "GRC", "IRL"),
    *("ITA", "LUX", "NLD", "PRT", "ESP", "SWE", "GBR"),
)
NEW12 = (
    *("CYP", "CZE", "EST", "HUN", "LVA", "LTU"),
    *("MLT", "POL", "SVK", "SVN", "BGR", "ROU"),
)


def report(**changes: object) -> TradeReport:
    """Four countries; B and D do not report what they trade with one another."""
    given: dict[str, object] = {
        "countries": ("A", "B", "D", "ROW"),
        "flows": np.array(
            [[NAN, 10, 20, 30], [5, NAN, 0, 8], [6, 0, NAN, 9], [7, -2, 11, NAN]], dtype=float
        ),
        "output": np.array([100.0, 60.0, 70.0, 400.0]),
        "rest": "ROW",
        "reporters": ("A", "ROW"),
    }
    return TradeReport(**{**given, **changes})  # type: ignore[arg-type]  # checked by the class


def kinds(mended: RepairedTrade) -> dict[tuple[str, str], str]:
    return {
        (one.importer, one.exporter): one.kind for one in mended.repairs if one.kind != "domestic"
    }


def test_silent_zeros_and_negative_residuals_are_holes() -> None:
    mended = repair(report())
    assert kinds(mended) == {
        ("B", "D"): "unreported",
        ("D", "B"): "unreported",
        ("ROW", "B"): "negative",
    }
    assert mended.flows[1, 2] > 0
    table = mended.table()
    negative = table.filter(table["kind"] == "negative")
    assert negative["source"].to_list() == [-2.0]
    assert "median country's ratio" in negative["method"][0]


def test_zeros_stay_zeros_where_everybody_reports() -> None:
    mended = repair(report(reporters=None))
    assert kinds(mended) == {("ROW", "B"): "negative"}
    assert mended.flows[1, 2] == 0


def test_mirror_flows_come_before_estimates() -> None:
    mirror = np.full((4, 4), NAN)
    mirror[1, 2] = 4.0
    mended = repair(report(mirror=mirror), cif=1.1)
    assert kinds(mended)["B", "D"] == "mirror"
    assert mended.flows[1, 2] == pytest.approx(4.4)
    assert kinds(mended)["D", "B"] == "unreported"
    assert "D's report times 1.1" in mended.because[-1].because[0].text


def test_references_are_asked_in_turn() -> None:
    nothing = Reference("an empty table", np.full((4, 4), NAN))
    table = np.full((4, 4), NAN)
    table[1, 2], table[3, 1] = 23.4, 3.0
    mended = repair(report(), references=[nothing, Reference("an input–output table", table)])
    assert mended.flows[1, 2] == 23.4
    assert mended.flows[3, 1] == 3.0
    methods = {(one.importer, one.exporter): one.method for one in mended.repairs}
    assert methods["B", "D"] == "an input–output table"
    assert methods["D", "B"] == "in proportion to the two countries' other trade"


def test_proportions_find_the_hole_of_a_proportional_matrix() -> None:
    flows = np.outer([1.0, 2, 3, 4], [5.0, 1, 2, 3])
    holes = np.array(flows)
    np.fill_diagonal(holes, NAN)
    holes[2, 1] = NAN
    mended = repair(TradeReport(("A", "B", "C", "D"), holes, output=np.full(4, 200.0)))
    assert mended.flows[2, 1] == pytest.approx(flows[2, 1])


def test_sales_at_home_are_output_less_exports() -> None:
    mended = repair(report())
    np.testing.assert_allclose(mended.output, [100, 60, 70, 400])
    home = [one for one in mended.repairs if one.kind == "domestic"]
    assert [one.importer for one in home] == ["A", "B", "D", "ROW"]
    assert home[0].value == pytest.approx(100 - 5 - 6 - 7)
    assert mended.deficits.sum() == pytest.approx(0, abs=1e-10)


def test_exports_above_output_leave_a_floor_and_say_so() -> None:
    mended = repair(report(output=np.array([100.0, 60.0, 20.0, 400.0])), floor=0.1)
    assert mended.flows[2, 2] == pytest.approx(2.0)
    method = next(one.method for one in mended.repairs if one.importer == one.exporter == "D")
    assert method.endswith("at least 10% of output")


def test_output_that_is_not_given_is_estimated_and_flagged() -> None:
    mended = repair(report(output=np.array([100.0, 60.0, 70.0, NAN])))
    assert kinds(mended)["ROW", "ROW"] == "output"
    with pytest.raises(BadInput, match="no country's output"):
        repair(report(output=None))


def test_trade_inside_a_bloc_is_part_of_its_sales_at_home() -> None:
    flows = np.array(report().flows)
    flows[0, 0] = 25.0
    mended = repair(report(flows=flows))
    one = next(one for one in mended.repairs if (one.importer, one.kind) == ("A", "domestic"))
    assert (one.source, one.value) == (25.0, 82.0)


@FEW
@given(st.integers(0, 1000), st.permutations(range(5)))
def test_order_of_countries_does_not_matter(seed: int, order: list[int]) -> None:
    rng = np.random.default_rng(seed)
    flows = rng.lognormal(0, 1, (5, 5))
    flows[rng.random((5, 5)) < 0.2] = NAN
    output = flows.shape[0] * rng.lognormal(2, 0.3, 5)
    names = np.array(list("ABCDE"))
    one = repair(TradeReport(tuple(names), flows, output=output))
    turned = TradeReport(tuple(names[order]), flows[np.ix_(order, order)], output=output[order])
    np.testing.assert_allclose(repair(turned).flows, one.flows[np.ix_(order, order)], rtol=1e-6)


@FEW
@given(st.integers(0, 1000))
def test_only_flagged_cells_change(seed: int) -> None:
    rng = np.random.default_rng(seed)
    flows = rng.lognormal(0, 1, (6, 6))
    flows[rng.random((6, 6)) < 0.3] = NAN
    names = tuple("ABCDEF")
    mended = repair(TradeReport(names, flows, output=np.full(6, 100.0)))
    changed = {(names[n], names[i]) for n, i in np.argwhere(mended.flows != flows).tolist()}
    assert changed == {(one.importer, one.exporter) for one in mended.repairs}
    assert np.isfinite(mended.flows).all()
    assert (mended.flows >= 0).all()
    for one in mended.repairs:
        assert mended.flows[names.index(one.importer), names.index(one.exporter)] == one.value


def test_rebalancing_meets_the_margins_and_flags_what_moved() -> None:
    mended = repair(report())
    even = rebalance(mended, mended.output, mended.output)
    np.testing.assert_allclose(even.deficits, 0, atol=1e-9)
    np.testing.assert_allclose(even.output, mended.output)
    moved = [one for one in even.repairs if one.kind == "balanced"]
    assert len(moved) == (mended.flows > 0).sum()
    assert moved[0].source == mended.flows[0, 0]
    assert len(even.repairs) == len(mended.repairs) + len(moved)
    with pytest.raises(Infeasible, match="purchases sum"):
        rebalance(mended, mended.output, 2 * mended.output)


def test_nearest_years_stand_in() -> None:
    panel = [
        (1998, [[NAN, 1.0], [4.0, NAN]]),
        (2000, [[NAN, 99.0], [NAN, NAN]]),
        (2002, [[NAN, 4.0], [0.0, NAN]]),
        (2003, [[NAN, 7.0], [-5.0, NAN]]),
    ]
    found = interpolated(panel, 2000).flows
    assert found[0, 1] == pytest.approx(2.0)  # between 1 and 4, in logs
    assert found[1, 0] == pytest.approx(2.0)  # between 4 and 0, straight
    assert np.isnan(found[0, 0])
    assert interpolated(panel, 2004).flows[0, 1] == 7.0
    assert interpolated(panel, 2004).flows[1, 0] == 0.0  # −5 is no flow
    with pytest.raises(BadInput, match="no other year"):
        interpolated(panel[:1], 1998)


def test_bad_reports_are_refused_with_the_cell() -> None:
    flows = np.array(report().flows)
    flows[1, 0] = -3.0
    with pytest.raises(BadInput, match="B, A = -3"):
        report(flows=flows)
    with pytest.raises(BadInput, match="not square"):
        report(flows=flows[:, :3])
    with pytest.raises(UnknownCode, match="'Z'"):
        report(rest="Z")
    with pytest.raises(BadInput, match="output not positive: B = 0"):
        report(output=np.array([1.0, 0.0, 1.0, 1.0]))
    with pytest.raises(BadInput, match="makes no sense"):
        repair(report(), floor=0.0)
    with pytest.raises(BadInput, match="4 × 4"):
        repair(report(), references=[Reference("small", np.zeros((2, 2)))])


@pytest.mark.shared
@pytest.mark.parametrize(
    ("year", "residuals"), [(2000, {"MDA", "GEO"}), (2007, {"MDA", "GEO", "TKM", "AZE"})]
)
def test_the_worlds_own_matrix_becomes_an_economy(
    shared: Path, year: int, residuals: set[str]
) -> None:
    facts = shared / "facts"
    output = read_output(facts / "states.csv", f"gdp_musd_{year}", {"EU15": EU15, "EU12NEW": NEW12})
    raw = read_trade_matrix(facts / f"bilateral_trade_matrix_{year}.csv", output)
    mended = repair(raw)
    flags = kinds(mended)
    assert {pair for pair, kind in flags.items() if kind == "negative"} == {
        ("ROW", name) for name in residuals
    }
    assert {pair for pair, kind in flags.items() if kind == "unreported"} == {
        ("UZB", "AFG"),
        ("AFG", "UZB"),
    }
    assert flags["ROW", "ROW"] == "output"
    assert len(flags) == len(residuals) + 3
    assert mended.share_repaired() < 0.002
    belarus, russia = (raw.countries.index(name) for name in ("BLR", "RUS"))
    assert mended.flows[belarus, russia] == raw.flows[belarus, russia]
    known = ~np.isin(raw.countries, ["ROW"])
    np.testing.assert_allclose(mended.output[known], np.asarray(raw.output)[known])

    economy = one_sector(mended.countries, mended.flows, 4.0, because=mended.because)
    assert economy.check() == ()
    same = solve(economy, Shock.none("kept"))
    np.testing.assert_allclose(same.welfare, 1, atol=1e-9)


@pytest.mark.shared
def test_the_panels_neighbouring_years_mend_the_residuals(shared: Path) -> None:
    panel = read_trade_panel(shared / "facts" / "bilateral_trade_panel_1993_2014.csv")
    names = panel[2000].countries
    alike = [(year, one.flows) for year, one in panel.items() if one.countries == names]
    output = read_output(shared / "facts" / "states.csv", "gdp_musd_2000", {"EU15": EU15})
    given = np.array([output.get(name, NAN) for name in names])
    mended = repair(replace(panel[2000], output=given), references=[interpolated(alike, 2000)])
    moldova = mended.flows[names.index("ROW"), names.index("MDA")]
    assert 0 < moldova < 500
    methods = {one.method for one in mended.repairs if one.kind == "negative"}
    assert methods == {"the nearest years around 2000"}
