"""What must hold in any world of Ossa's model."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ossa_worlds import shocked, world

from hansa.terms.errors import BadInput, UnknownCode
from hansa.trade.model import NoEquilibrium, Outcome, TariffModel
from hansa.trade.ossa import OssaEconomy, OssaOutcome, purge_deficits, rebase
from hansa.trade.ossa.equilibrium import solve

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=25, deadline=None)


def at(economy: OssaEconomy, tariffs: np.ndarray) -> OssaOutcome:
    found = economy.outcome(tariffs)
    assert isinstance(found, OssaOutcome)
    return found


def test_fits_the_interface_of_optimal_policy() -> None:
    model: TariffModel = world(1)
    found: Outcome = model.outcome(model.tariffs)
    assert found.welfare.shape == (4,)
    assert found.gradient(np.ones(4)).shape == model.imports.shape
    assert model.tradable.all()


def test_table_has_a_row_for_each_country() -> None:
    economy = world(1)
    table = at(economy, shocked(economy, 1)).table()
    assert table["country"].to_list() == ["A", "B", "C", "D"]
    assert table.columns[1:] == ["welfare", "real_income", "wage", "profits", "imports"]
    assert abs(table["wage"].sum()) < 1e-9
    still = at(economy, economy.tariffs).table().drop("country").to_numpy()
    np.testing.assert_allclose(still, 0, atol=1e-8)


@FEW
@given(SEEDS)
def test_no_new_tariffs_change_nothing(seed: int) -> None:
    economy = world(seed, political=True)
    same = at(economy, economy.tariffs)
    for hats in (same.wages, same.welfare, same.real_income, same.prices, same.profits):
        np.testing.assert_allclose(hats, 1, atol=1e-10)
    np.testing.assert_allclose(same.trade, economy.trade, rtol=1e-9)


@FEW
@given(SEEDS)
def test_purged_trade_is_balanced_and_walras_holds(seed: int) -> None:
    economy = world(seed)
    assert economy.balanced
    found = at(economy, shocked(economy, seed))
    exports, imports = found.trade.sum(axis=(0, 1)), found.trade.sum(axis=(0, 2))
    np.testing.assert_allclose(exports, imports, rtol=1e-9)
    assert found.residual < 1e-11


@FEW
@given(SEEDS, st.floats(1e-6, 1e6))
def test_units_of_money_do_not_matter(seed: int, unit: float) -> None:
    economy = world(seed)
    scaled = OssaEconomy(
        economy.countries, economy.sectors, economy.trade * unit, economy.tariffs, economy.sigma
    )
    tariffs = shocked(economy, seed)
    np.testing.assert_allclose(at(scaled, tariffs).welfare, at(economy, tariffs).welfare, rtol=1e-9)


@FEW
@given(SEEDS, st.floats(-2, 2))
def test_numeraire_does_not_matter(seed: int, level: float) -> None:
    """From wages and spending at another level the same real equilibrium is found."""
    economy = world(seed)
    tariffs = shocked(economy, seed)
    found = at(economy, tariffs)
    other = solve(economy, found.tariffs, np.full(8, level))
    np.testing.assert_allclose(other.wages, found.wages, rtol=1e-9)
    np.testing.assert_allclose(economy.shares.labour @ found.wages, economy.shares.labour.sum())


@FEW
@given(SEEDS, st.permutations(range(4)), st.permutations(range(3)))
def test_order_of_regions_and_sectors_does_not_matter(
    seed: int, countries: list[int], sectors: list[int]
) -> None:
    economy, tariffs = world(seed, political=True), shocked(world(seed), seed)
    cube = np.ix_(sectors, countries, countries)
    turned = OssaEconomy(
        tuple(economy.countries[n] for n in countries),
        tuple(economy.sectors[s] for s in sectors),
        economy.trade[cube],
        economy.tariffs[cube],
        economy.sigma[sectors],
        economy.political[np.ix_(countries, sectors)],
    )
    weights = np.arange(1.0, 5.0)
    found, other = at(economy, tariffs), at(turned, tariffs[cube])
    np.testing.assert_allclose(other.welfare, found.welfare[countries], rtol=1e-9)
    slopes = other.gradient(weights[countries])
    np.testing.assert_allclose(slopes, found.gradient(weights)[cube], atol=1e-10)


@FEW
@given(SEEDS, st.booleans())
def test_gradient_is_the_slope_of_welfare(seed: int, political: bool) -> None:
    economy = world(seed, political=political)
    rng = np.random.default_rng(seed)
    tariffs, weights = shocked(economy, seed), rng.normal(size=4)
    direction = rng.normal(size=tariffs.shape) * (1 - np.eye(4))
    h = 1e-5

    def value(step: float) -> float:
        return float(weights @ np.log(at(economy, tariffs + step * direction).welfare))

    numeric = (8 * (value(h) - value(-h)) - value(2 * h) + value(-2 * h)) / (12 * h)
    exact = float((at(economy, tariffs).gradient(weights) * direction).sum())
    assert exact == pytest.approx(numeric, rel=1e-6, abs=1e-8)


@FEW
@given(SEEDS)
def test_two_shocks_in_turn_are_one(seed: int) -> None:
    economy = world(seed)
    first, second = shocked(economy, seed), shocked(economy, seed + 1)
    middle = at(economy, first)
    again = at(rebase(economy, middle), second)
    np.testing.assert_allclose(
        again.welfare * middle.welfare, at(economy, second).welfare, rtol=1e-9
    )


@FEW
@given(SEEDS)
def test_decomposition_is_exact_for_small_changes(seed: int) -> None:
    economy = world(seed)
    direction = shocked(economy, seed) - economy.tariffs
    step = 1e-5
    found = at(economy, economy.tariffs + step * direction)
    np.testing.assert_allclose(
        found.decomposition().total, 100 * (found.real_income - 1), atol=1e-5 * 100 * step * 100
    )


def test_prohibitive_tariffs_lead_to_autarky() -> None:
    economy = world(3)
    tariffs = 1e6 * np.broadcast_to(1 - np.eye(4), economy.trade.shape)
    found = at(economy, tariffs)
    home = np.einsum("snn->sn", economy.shares.gamma)
    power = economy.shares.mu / (1 - economy.sigma)[:, None]
    prices = np.exp((power * np.log(home)).sum(axis=0))
    assert (found.real_income < 1).all()
    assert found.import_volume.max() < 1e-4
    # labour moves between sectors, so the aggregate mark-up changes with the mix
    kappa = 1 - 1 / economy.sigma
    spent = economy.shares.labour / (kappa @ economy.shares.mu)
    np.testing.assert_allclose(
        found.real_income, spent / economy.shares.spending / prices, rtol=1e-3
    )


def test_sector_that_nobody_sells_is_harmless() -> None:
    economy = world(5)
    trade = np.array(economy.trade)
    trade[1] = 0.0
    empty = purge_deficits(
        OssaEconomy(economy.countries, economy.sectors, trade, economy.tariffs, economy.sigma)
    )
    found = at(empty, shocked(empty, 5))
    assert np.isfinite(found.welfare).all()
    assert np.isfinite(found.gradient(np.ones(4))).all()
    assert (found.trade[1] == 0).all()


def test_two_identical_countries_fare_alike_and_merge() -> None:
    rng = np.random.default_rng(2)
    s, n = 3, 3
    trade = rng.lognormal(0, 1, (s, n, n)) + 4 * np.eye(n)
    sigma = rng.uniform(2, 6, s)
    split = np.zeros((s, 4, 4))
    split[:, :3, :3] = trade
    split[:, 2, :2] = split[:, 3, :2] = trade[:, 2, :2] / 2
    split[:, :2, 2] = split[:, :2, 3] = trade[:, :2, 2] / 2
    split[:, 2:, 2:] = (trade[:, 2, 2] / 4)[:, None, None]
    sectors = ("a", "b", "c")
    one = purge_deficits(OssaEconomy(("A", "B", "C"), sectors, trade, np.zeros_like(trade), sigma))
    two = purge_deficits(
        OssaEconomy(("A", "B", "C", "D"), sectors, split, np.zeros_like(split), sigma)
    )
    tariff = np.zeros_like(trade)
    tariff[:, 0, 1:] = 0.3
    wider = np.zeros_like(split)
    wider[:, 0, 1:] = 0.3
    whole, parts = at(one, tariff).welfare, at(two, wider).welfare
    np.testing.assert_allclose(parts[2], parts[3], rtol=1e-12)
    np.testing.assert_allclose(parts[:3], whole, rtol=1e-10)


def test_bad_input_names_the_cell() -> None:
    economy = world(1)
    trade = np.array(economy.trade)

    def made(**changes: object) -> OssaEconomy:
        given = {
            "countries": economy.countries,
            "sectors": economy.sectors,
            "trade": trade,
            "tariffs": economy.tariffs,
            "sigma": economy.sigma,
        }
        return OssaEconomy(**{**given, **changes})  # type: ignore[arg-type]  # wrong on purpose

    missing = trade.copy()
    missing[1, 0, 2] = np.nan
    with pytest.raises(BadInput, match="s1: A from C"):
        made(trade=missing)
    with pytest.raises(BadInput, match="negative: s0: B from A = -1"):
        made(trade=np.where(np.arange(48).reshape(3, 4, 4) == 4, -1.0, trade))
    with pytest.raises(BadInput, match="above one"):
        made(sigma=np.array([2.0, 1.0, 3.0]))
    with pytest.raises(BadInput, match="sells nothing: D"):
        made(trade=trade * np.array([1, 1, 1, 0]))
    with pytest.raises(BadInput, match="buys nothing: B"):
        made(trade=trade * np.array([1, 0, 1, 1])[:, None])
    with pytest.raises(BadInput, match="average one"):
        made(political=np.full((4, 3), 2.0))
    with pytest.raises(BadInput, match="not square"):
        made(trade=trade[:, :, :3])
    with pytest.raises(UnknownCode, match="unknown country"):
        economy.index("Z")
    low = np.array(economy.tariffs)
    low[0, 1, 0] = -1.0
    with pytest.raises(BadInput, match="−100 %: s0: B from A"):
        economy.outcome(low)
    with pytest.raises(BadInput, match="domestic sales"):
        economy.outcome(np.ones_like(low))
    with pytest.raises(BadInput, match="one per country"):
        at(economy, economy.tariffs).gradient(np.ones(3))


def test_deficits_must_be_purged_first() -> None:
    economy = world(1)
    trade = economy.trade * np.array([1, 1, 1, 2])
    unbalanced = OssaEconomy(
        economy.countries, economy.sectors, trade, economy.tariffs, economy.sigma
    )
    with pytest.raises(BadInput, match="purge"):
        unbalanced.outcome(economy.tariffs)
    assert purge_deficits(unbalanced).balanced


def test_tariffs_out_of_newtons_reach_are_reached_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    economy = world(1)
    tariffs = shocked(economy, 1)
    direct = at(economy, tariffs)
    monkeypatch.setattr("hansa.trade.ossa.equilibrium.STEPS", 4)
    np.testing.assert_allclose(at(economy, tariffs).welfare, direct.welfare, rtol=1e-9)


def test_no_equilibrium_carries_its_history(monkeypatch: pytest.MonkeyPatch) -> None:
    economy = world(1)
    monkeypatch.setattr("hansa.trade.ossa.equilibrium.STEPS", 1)
    with pytest.raises(NoEquilibrium, match="no equilibrium") as caught:
        economy.outcome(shocked(economy, 1))
    assert len(caught.value.history) > 1
