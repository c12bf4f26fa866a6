"""Full-endowment gravity on the panel of the Advanced Guide to Trade Policy Analysis."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from trade_economies import Year

from hansa.trade import Economy, Equilibrium, Shock, real_wage, solve, structural

pytestmark = pytest.mark.shared
SIGMA = 7.0
NAFTA = ("CAN", "MEX", "USA")


def experiment(
    year: Year, before: np.ndarray, after: np.ndarray
) -> tuple[Economy, Equilibrium, Equilibrium]:
    economy = structural(year.countries, before, year.output, year.expenditure, SIGMA)
    costs = (after / before) ** (1 / (1 - SIGMA))
    change = Shock.between(economy, closure="scaled", costs=costs[None])
    base = solve(economy, Shock.none("scaled"), tolerance=1e-12)
    return economy, base, solve(economy, change, tolerance=1e-12)


def abroad(equilibrium: Equilibrium, axis: int) -> np.ndarray:
    flows = equilibrium.flows[0].copy()
    np.fill_diagonal(flows, 0)
    return flows.sum(axis=axis)


@pytest.fixture(scope="module")
def removed(shared: Path, panel: dict[int, Year]) -> tuple[Economy, Equilibrium, Equilibrium]:
    year = panel[2006]
    frame = pl.read_csv(shared / "reference/trade/agtpa2006_rta0557_coefs.csv")
    coefficients = dict(frame.select("var", "beta").iter_rows())
    before = year.resistance(coefficients)
    after = before * np.exp(-coefficients["rta"] * year.between(NAFTA))
    return experiment(year, before, after)


def test_agtpa_2006_nafta_removed_full_endowment(
    shared: Path, removed: tuple[Economy, Equilibrium, Equilibrium]
) -> None:
    economy, base, after = removed
    folder = shared / "reference/trade"
    name = "agtpa2006_rta0557_nafta_removed_fullGE_own.csv"
    reference = pl.read_csv(folder / name)
    assert reference["country"].to_list() == list(economy.countries)
    unit = 1 / after.price_index[economy.index("DEU")]
    found = {
        "p_hat": after.w_hat * unit,
        "P_hat": after.price_index * unit,
        "rGDP_pct": 100 * real_wage(base, after),
        "welfare_E_over_P_pct": 100 * (after.welfare - 1),
        "exports_pct": 100 * (abroad(after, 0) * unit / abroad(base, 0) - 1),
        "imports_pct": 100 * (abroad(after, 1) * unit / abroad(base, 1) - 1),
    }
    for column, values in found.items():
        np.testing.assert_allclose(values, reference[column], atol=1e-6, rtol=0, err_msg=column)


def test_multilateral_resistances_of_the_base(
    shared: Path, removed: tuple[Economy, Equilibrium, Equilibrium], panel: dict[int, Year]
) -> None:
    """X = t Y E / (P Π): the base trade factors as the reference's resistances do."""
    economy = removed[0]
    reference = pl.read_csv(
        shared / "reference/trade/agtpa2006_rta0557_nafta_removed_fullGE_own.csv"
    )
    coefficients = dict(
        pl.read_csv(shared / "reference/trade/agtpa2006_rta0557_coefs.csv")
        .select("var", "beta")
        .iter_rows()
    )
    T = panel[2006].resistance(coefficients)
    inward = reference["IMR_base_P1s"].to_numpy()
    outward = reference["OMR_base_Pi1s"].to_numpy()
    Y, E = reference["Y"].to_numpy(), reference["E"].to_numpy()
    expected = T * Y * E[:, None] / (inward[:, None] * outward)
    ratio = economy.imports[0] / expected
    np.testing.assert_allclose(ratio, ratio[0, 0], rtol=1e-8)


def test_not_the_conditional_equilibrium(
    removed: tuple[Economy, Equilibrium, Equilibrium],
) -> None:
    """gegravity 0.3 keeps baseline output in the resistances: −5.33 % for Canada."""
    economy, base, after = removed
    canada = real_wage(base, after)[economy.index("CAN")]
    assert 100 * canada == pytest.approx(-5.13, abs=0.005)


def test_agtpa_chapter_2_application_1_trade_without_borders(
    shared: Path, panel: dict[int, Year]
) -> None:
    """Stata's loop stops at 0.01 there: real GDP within 0.6 points, the median within 0.1."""
    year = panel[2006]
    before = year.resistance({"ln_dist": -0.791288, "cntg": 0.673646, "intl": -2.474450})
    after = before * np.exp(2.474450 * year.variables["intl"])
    economy, base, without = experiment(year, before, after)
    table = pl.read_csv(shared / "reference/trade/agtpa_stata_1_TradeWithoutBorder_FULL.csv")
    at = [economy.index(name) for name in table["country"]]
    gap = np.abs(100 * real_wage(base, without)[at] - table["change_rGDP_FULL"].to_numpy())
    assert len(at) == 69
    assert gap.max() < 0.6
    assert np.median(gap) < 0.1


def test_agtpa_chapter_2_application_2_nafta_1994(shared: Path, panel: dict[int, Year]) -> None:
    """NAFTA's effect is base over counterfactual; Stata's table within 0.04 points."""
    year = panel[1994]
    costs = pl.read_csv(shared / "reference/trade/agtpa_ch2_app2_tradecosts_1994.csv")
    fixed, rta = year.square(costs, "t"), year.variables["rta"]
    np.testing.assert_array_equal(rta, year.square(costs, "rta"))
    beta = 0.5571853355911709
    before = fixed * np.exp(beta * rta)
    after = before * np.exp(-beta * year.between(NAFTA))
    economy, base, without = experiment(year, before, after)
    table = pl.read_csv(shared / "reference/trade/agtpa_stata_2_RTAsEffects_FULL.csv")
    at = [economy.index(name) for name in table["country"]]
    effect = 1 / (1 + real_wage(base, without)[at]) - 1
    np.testing.assert_allclose(100 * effect, table["change_rGDP_FULL"], atol=0.04)
