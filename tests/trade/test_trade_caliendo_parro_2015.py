"""Caliendo and Parro (2015), NAFTA, against the paper's tables and independent solutions."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hansa.sources.trade import Nafta, read_arrays, read_tables, read_text_files
from hansa.trade import (
    Equilibrium,
    Shock,
    compare,
    first_order,
    path_integral,
    real_income,
    real_wage,
    solve,
)

pytestmark = pytest.mark.shared
Pair = tuple[Equilibrium, Equilibrium]

TABLE_2 = {  # welfare, terms of trade, volume of trade, real wage; per cent
    "Mexico": (1.31, -0.41, 1.72, 1.72),
    "Canada": (-0.06, -0.11, 0.04, 0.32),
    "USA": (0.08, 0.04, 0.04, 0.11),
}


@pytest.mark.parametrize("country", TABLE_2)
def test_table_2_welfare_terms_and_volume_of_trade_real_wage(table_2: Pair, country: str) -> None:
    n = table_2[0].economy.index(country)
    parts = first_order(*table_2)
    found = (
        parts.equation_16[n],
        parts.terms_of_trade[n],
        parts.volume_of_trade[n],
        real_wage(*table_2)[n],
    )
    assert 100 * np.array(found) == pytest.approx(TABLE_2[country], abs=0.0051)


@pytest.mark.parametrize(
    ("importer", "exporter", "percent"),
    [
        ("Mexico", "Canada", 116.60),
        ("Mexico", "USA", 118.31),
        ("Canada", "Mexico", 58.57),
        ("USA", "Mexico", 109.54),
        ("Canada", "USA", 9.49),
        ("USA", "Canada", 6.57),
    ],
)
def test_table_3_bilateral_trade(
    table_2: Pair, importer: str, exporter: str, percent: float
) -> None:
    economy = table_2[0].economy
    change = compare(*table_2).trade[economy.index(importer), economy.index(exporter)]
    assert 100 * change == pytest.approx(percent, abs=0.0051)


@pytest.mark.parametrize(("closure", "file"), [("closed", "zero"), ("kept", "with")])
def test_all_31_countries_as_an_independent_solver(
    nafta: Nafta, shared: Path, closure: str, file: str
) -> None:
    reference = pl.read_csv(shared / f"reference/trade/cp2015_nafta_own_{file}_deficits.csv")
    pair = tuple(solve(nafta.economy, shock, tolerance=1e-11) for shock in nafta.shocks(closure))
    before, after = pair
    assert reference["region"].to_list() == list(nafta.economy.countries)
    parts = first_order(before, after)
    found = {
        "tot": parts.terms_of_trade,
        "vot": parts.volume_of_trade,
        "welfare_eq16": parts.equation_16,
        "realwage": real_wage(before, after),
        "exact_real_income": real_income(before, after),
    }
    for name, values in found.items():
        np.testing.assert_allclose(100 * values, reference[name], atol=1e-6, rtol=0, err_msg=name)


def test_with_deficits_mexico_canada_usa(nafta: Nafta) -> None:
    pair = [solve(nafta.economy, shock) for shock in nafta.shocks("kept")]
    welfare = 100 * first_order(*pair).equation_16
    found = [welfare[nafta.economy.index(name)] for name in TABLE_2]
    assert found == pytest.approx((1.17, -0.04, 0.08), abs=0.0051)


@pytest.mark.parametrize(("side", "name"), [(0, "bln"), (1, "cfl")])
def test_costs_prices_and_expenditure_as_the_public_implementation(
    table_2: Pair, shared: Path, side: int, name: str
) -> None:
    """It stops at 1e-6 in prices and 1e-7 in wages; its numéraire drifts, so take ratios."""
    equilibrium, folder = table_2[side], shared / "reference/trade"
    hats = {"chat": equilibrium.c_hat, "Phat": equilibrium.P_hat}
    for file, values in hats.items():
        frame = pl.read_csv(folder / f"cp2015_nafta_{file}_{name}.csv").drop("region")
        theirs = frame.to_numpy()
        np.testing.assert_allclose(values.T / values[0, 0], theirs / theirs[0, 0], rtol=3e-5)
    spending = pl.read_csv(folder / f"cp2015_nafta_X_{name}.csv").drop("region").to_numpy()
    mine = equilibrium.X.T / equilibrium.X.sum()
    assert np.abs(mine - spending / spending.sum()).sum() < 1e-5


def test_the_first_order_measure_summed_over_a_path_converges_to_the_exact_one(
    nafta: Nafta,
) -> None:
    before, after = nafta.shocks("closed")
    n = nafta.economy.index("Mexico")
    paths = [path_integral(nafta.economy, before, after, steps) for steps in (1, 5, 20, 100)]
    summed = [100 * path.summed.total[n] for path in paths]
    assert summed == pytest.approx((1.312, 0.255, 0.069, 0.020), abs=6e-4)
    assert 100 * paths[0].exact[n] == pytest.approx(0.007323, abs=1e-6)
    gaps = [np.abs(path.gap).max() for path in paths]
    assert all(late < 0.3 * early for early, late in pairwise(gaps))
    fine = path_integral(nafta.economy, before, after, 40, rule="trapezoid")
    assert np.abs(fine.gap).max() < 1e-6


def test_exact_change_is_the_same_from_the_base_and_from_the_settled_base(
    nafta: Nafta, table_2: Pair
) -> None:
    base = table_2[0].as_base()
    assert base.check(1e-8) == ()
    after = solve(base, Shock.between(base, closure="closed", tariffs=nafta.after))
    np.testing.assert_allclose(after.welfare - 1, real_income(*table_2), atol=1e-10)


def test_the_base_names_the_accounts_that_fail(nafta: Nafta) -> None:
    """The paper sets negative final demand to zero, so expenditure does not add up."""
    failing = nafta.economy.check(1e-3)
    assert {identity.name for identity in failing} == {"expenditure"}
    assert failing[0].relative > 0.001
    assert failing[0].country in str(failing[0])


def test_three_forms_of_the_tables_are_one_economy(shared: Path) -> None:
    folder = shared / "data/trade/cp2015"
    forms = [
        read_text_files(folder),
        read_arrays(folder / "cp2015_prepared.npz"),
        read_tables(folder),
    ]
    first = forms[0]
    traded = first.economy.traded
    assert traded.sum() == 20
    for other in forms[1:]:
        assert other.economy.countries == first.economy.countries
        assert other.economy.sectors == first.economy.sectors
        for name in ("pi", "tau", "X", "beta", "gamma", "alpha", "wL", "D"):
            mine, theirs = getattr(first.economy, name), getattr(other.economy, name)
            np.testing.assert_allclose(mine, theirs, atol=1e-12 * np.abs(mine).max(), rtol=1e-9)
        ratio = first.economy.theta[traded] / other.economy.theta[traded]
        np.testing.assert_allclose(ratio, 1, rtol=1e-14)
        np.testing.assert_allclose(first.after, other.after, atol=1e-14)
        np.testing.assert_allclose(first.before, other.before, atol=1e-14)


def test_deficits_are_those_published(nafta: Nafta, shared: Path) -> None:
    frame = pl.read_csv(
        shared / "data/trade/cp2015/cp2015_nafta_deficit.csv.gz", infer_schema_length=None
    )
    published = dict(frame.iter_rows())
    expected = [published[name] for name in nafta.economy.countries]
    np.testing.assert_allclose(nafta.economy.D, expected, rtol=1e-9, atol=1)
