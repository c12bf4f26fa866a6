"""What is reported between two equilibria, and in which frames."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
import xarray as xr
from trade_economies import made_up, shaken

from hansa.terms.errors import BadInput
from hansa.trade import (
    Change,
    Economy,
    Effects,
    Equilibrium,
    Shock,
    compare,
    exhibits,
    first_order,
    path_integral,
    solve,
)
from hansa.trade.frames import table


@pytest.fixture
def economy() -> Economy:
    return made_up(9, deficits=True)


@pytest.fixture
def pair(economy: Economy) -> tuple[Equilibrium, Equilibrium]:
    shock = Shock.between(
        economy, closure="kept", tariffs=shaken(economy, 1), costs=1 + 0.1 * shaken(economy, 2)
    )
    return solve(economy, Shock.none("kept")), solve(economy, shock)


@pytest.fixture
def effects(pair: tuple[Equilibrium, Equilibrium]) -> Effects:
    return compare(*pair, members=("C0", "C1"))


def test_everything_said_can_be_recomputed_from_the_flows(
    pair: tuple[Equilibrium, Equilibrium], effects: Effects
) -> None:
    before, after = pair
    abroad = 1 - np.eye(4)
    exports = [(e.flows * abroad).sum(axis=(0, 1)) for e in pair]
    imports = [(e.flows * abroad).sum(axis=(0, 2)) for e in pair]
    np.testing.assert_allclose(effects.exports, exports[1] / exports[0] - 1)
    np.testing.assert_allclose(effects.imports, imports[1] / imports[0] - 1)
    np.testing.assert_allclose(effects.real_income, after.welfare / before.welfare - 1)
    np.testing.assert_allclose(effects.revenue[:, 1], after.revenue)
    np.testing.assert_allclose(effects.received, effects.revenue)
    volume = (after.Y / after.c_hat) / (before.Y / before.c_hat) - 1
    np.testing.assert_allclose(effects.output, volume)
    pairs = (after.flows.sum(axis=0) / before.flows.sum(axis=0) - 1) * abroad
    np.testing.assert_allclose(effects.trade, pairs, atol=1e-12)


def test_reasons_name_closure_elasticity_and_residual(effects: Effects) -> None:
    said = " ".join(reason.text for reason in effects.because)
    for word in ("deficits stay", "elasticity", "off by more than", "3 sectors with inputs"):
        assert word in said


def test_first_order_parts_add_up_along_a_path(economy: Economy) -> None:
    """Tariffs, iceberg costs, deficits and sharing together."""
    key = np.full((4, 4), 0.25)
    after = Shock.between(
        economy,
        closure="kept",
        tariffs=shaken(economy, 1),
        costs=1 + 0.2 * shaken(economy, 2),
        deficits=-0.5 * economy.D,
        sharing=key,
    )
    coarse, fine = (
        path_integral(economy, Shock.none("kept"), after, steps, rule="trapezoid")
        for steps in (10, 40)
    )
    assert np.abs(fine.gap).max() < 0.08 * np.abs(coarse.gap).max()
    assert np.abs(fine.gap).max() < 2e-5
    parts = fine.summed
    for part in (
        parts.terms_of_trade,
        parts.volume_of_trade,
        parts.trade_costs,
        parts.transfers,
    ):
        assert np.abs(part).max() > 1e-4
    np.testing.assert_allclose(parts.total, parts.equation_16 + parts.trade_costs + parts.transfers)


def test_a_closed_route_has_no_first_order_measure(economy: Economy) -> None:
    shock = Shock.of(economy, [Change(("C0",), ("C1",), None, cost=float("inf"))], closure="kept")
    before, after = solve(economy, Shock.none("kept")), solve(economy, shock)
    found = compare(before, after)
    assert found.first_order is None
    assert "first_order_eq16" not in found.countries().columns
    assert found.trade[0, 1] == -1
    with pytest.raises(BadInput, match="closes"):
        first_order(before, after)
    with pytest.raises(BadInput, match="closed route"):
        path_integral(economy, Shock.none("kept"), shock, 3)


def test_paths_between_closures_and_without_steps(economy: Economy) -> None:
    with pytest.raises(BadInput, match="closure"):
        path_integral(economy, Shock.none("kept"), Shock.none("closed"), 3)
    with pytest.raises(BadInput, match="steps"):
        path_integral(economy, Shock.none("kept"), Shock.none("kept"), 0)


def test_frames_carry_names_and_numbers(
    economy: Economy, pair: tuple[Equilibrium, Equilibrium], effects: Effects
) -> None:
    after = pair[1]
    countries = after.countries()
    assert isinstance(countries, pl.DataFrame)
    assert countries["country"].to_list() == list(economy.countries)
    np.testing.assert_array_equal(countries["welfare"], after.welfare)
    trade = after.trade()
    assert isinstance(trade, pl.DataFrame)
    row = trade.row(by_predicate=(
        (pl.col("sector") == "S2") & (pl.col("importer") == "C1") & (pl.col("exporter") == "C3")
    ), named=True)  # fmt: skip
    assert row["flow"] == after.flows[2, 1, 3]
    assert row["tariff"] == after.tau[2, 1, 3]
    frame = effects.sectors("pandas")
    assert isinstance(frame, pd.DataFrame)
    assert frame.loc[("S1", "C2"), "output"] == effects.output[1, 2]
    data = after.to_xarray()
    assert isinstance(data, xr.Dataset)
    assert (
        float(data["flow"].sel(sector="S0", importer="C1", exporter="C2")) == (after.flows[0, 1, 2])
    )
    assert data.attrs["closure"] == "kept"
    assert float(effects.to_xarray()["diverted"].sel(country="C0").sum()) == pytest.approx(
        effects.diversion.diverted[:, 0].sum()
    )


def test_without_the_extra_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, effects: Effects
) -> None:
    for library, use in (
        ("pandas", lambda: effects.countries("pandas")),
        ("xarray", effects.to_xarray),
    ):
        monkeypatch.setitem(__import__("sys").modules, library, None)
        with pytest.raises(BadInput, match=f"{library} is not installed.*hansa\\[frames\\]"):
            use()


def test_notebooks_show_tables(pair: tuple[Equilibrium, Equilibrium], effects: Effects) -> None:
    for shown in (pair[1]._repr_html_(), effects._repr_html_()):
        assert "<table" in shown
        assert "C3" in shown


def test_columns_of_one_table_have_one_shape(economy: Economy) -> None:
    with pytest.raises(BadInput, match="shape"):
        table(economy, {"a": economy.wL, "b": economy.X})


def test_equilibria_of_different_bases_are_not_compared(economy: Economy) -> None:
    other = made_up(1)
    with pytest.raises(BadInput, match="different bases"):
        compare(solve(economy, Shock.none("kept")), solve(other, Shock.none("kept")))


def test_accounts_that_fail_are_named_with_their_gap(economy: Economy) -> None:
    assert economy.check(1e-8) == ()
    spending = economy.X.copy()
    spending[1, 2] *= 1.01
    found = economy.replace(X=spending).check()
    where = {(identity.name, identity.country) for identity in found}
    assert ("expenditure", "C2") in where
    assert ("trade balance", "C2") in where
    worst = next(i for i in found if i.name == "expenditure" and i.sector == "S1")
    assert worst.left == spending[1, 2]
    assert worst.gap > 0
    assert 0.001 < worst.relative < 0.01
    wages = economy.wL.copy()
    wages[0] *= 1.02
    broken = economy.replace(wL=wages).check()
    assert ("value added", "C0") in {(i.name, i.country) for i in broken}


def test_exhibits_say_what_the_effects_hold(effects: Effects) -> None:
    table = exhibits.welfare_table(effects)
    rows = {record["country"]: record for record in table.records()}
    assert rows["C1"]["real_income"] == pytest.approx(100 * effects.real_income[1])
    assert effects.first_order is not None
    assert rows["C1"]["first_order"] == pytest.approx(100 * effects.first_order.equation_16[1])
    revenue = exhibits.revenue_table(effects, unit="USD million")
    assert [record["country"] for record in revenue.records()] == ["C0", "C1"]
    assert {column.unit for column in revenue.columns[1:]} == {"USD million"}
    created = exhibits.creation_table(effects, unit="USD million").records()[0]["created"]
    assert created == pytest.approx(effects.diversion.created[:, 0].sum())
    chart = exhibits.income_chart({"one": effects, "two": effects})
    assert len(chart.table.rows) == 2 * effects.economy.N
    said = [statement.text for statement in exhibits.sentences(effects, what="The change")]
    assert said[0].startswith("The change changes members' real income: C0")
    assert f"{100 * effects.real_income[0]:+.2f} %" in said[0]
    assert "C2" in said[1]
    assert all(s.because for s in exhibits.sentences(effects, what="The change"))


def test_the_map_classes_states_behind_names(effects: Effects) -> None:
    drawn = exhibits.income_map(effects, {"C0": ("ARM",), "C1": ("BLR", "RUS")})
    assert set(drawn.shades) == {"ARM", "BLR", "RUS"}
    percent = 100 * effects.real_income[0]
    classes = [key for key, _ in drawn.legend]
    assert classes.index(drawn.shades["ARM"]) == sum(percent > b for b in exhibits.BANDS)
    assert drawn.shades["BLR"] == drawn.shades["RUS"]
    assert set(exhibits.income_map(effects).shades) == set(effects.economy.countries)
