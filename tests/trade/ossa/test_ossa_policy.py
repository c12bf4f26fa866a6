"""Optimal, Nash and cooperative tariffs beyond the paper's own numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ossa_worlds import world

from hansa.terms.errors import BadInput
from hansa.trade.model import NoEquilibrium
from hansa.trade.ossa import (
    Bounds,
    OssaEconomy,
    cooperative_tariffs,
    nash_tariffs,
    optimal_tariffs,
    purge_deficits,
)

FEW = settings(max_examples=8, deadline=None)
SEEDS = st.integers(0, 500)


@FEW
@given(SEEDS, st.booleans(), st.booleans())
def test_no_nearby_tariffs_are_better(seed: int, political: bool, discriminate: bool) -> None:
    economy = world(seed, political=political)
    best = optimal_tariffs(economy, "B", discriminate=discriminate)
    top = np.log(best.outcome.welfare[1])
    rng = np.random.default_rng(seed)
    for size in (1e-3, 0.03, 0.3):
        moved = np.array(best.tariffs)
        shape = (3, 4) if discriminate else (3, 1)
        moved[:, 1] = np.clip(moved[:, 1] + size * rng.normal(size=shape), 0, 10)
        moved[:, 1, 1] = 0.0
        assert np.log(economy.outcome(moved).welfare[1]) <= top + 1e-12
    slope = best.outcome.gradient(np.eye(4)[1])[:, 1]
    inside = (best.tariffs[:, 1] > 0) & (best.tariffs[:, 1] < 10)
    if discriminate:
        assert np.abs(slope[inside]).max(initial=0) < 1e-7
    else:
        assert np.ptp(np.delete(best.tariffs[:, 1], 1, axis=1), axis=1).max() < 1e-12


def test_a_small_country_without_profits_to_shift_sets_one_over_sigma_less_one() -> None:
    """One industry, negligible size: the textbook tariff t = 1/(σ − 1)."""
    sigma, tiny = 4.0, 1e-5
    trade = np.array([[[0.7 * tiny, 0.3 * tiny], [0.3 * tiny, 1.0]]])
    economy = OssaEconomy(
        ("small", "large"), ("only",), trade, np.zeros_like(trade), np.array([sigma])
    )
    best = optimal_tariffs(economy, "small")
    assert best.tariffs[0, 0, 1] == pytest.approx(1 / (sigma - 1), rel=1e-4)
    assert best.tariffs[0, 1, 0] == 0


def test_warm_start_and_bounds() -> None:
    economy = world(7)
    best = optimal_tariffs(economy, "A")
    again = optimal_tariffs(economy, "A", start=best.tariffs)
    assert again.sweeps == 1
    low = optimal_tariffs(economy, "A", bounds=Bounds(0, 0.05))
    assert low.tariffs[:, 0].max() == pytest.approx(0.05)
    assert low.outcome.welfare[0] > 1 or economy.tariffs[:, 0].max() > 0.05
    assert low.outcome.welfare[0] < best.outcome.welfare[0]
    kept = np.delete(best.tariffs, 0, axis=1)
    np.testing.assert_array_equal(kept, np.delete(economy.tariffs, 0, axis=1))
    with pytest.raises(BadInput, match="bounded"):
        Bounds(-1, 2)


@FEW
@given(SEEDS)
def test_nash_tariffs_are_best_responses(seed: int) -> None:
    economy = world(seed)
    war = nash_tariffs(economy)
    for n, country in enumerate(economy.countries):
        best = optimal_tariffs(economy, country, others=war.tariffs)
        gain = np.log(best.outcome.welfare[n] / war.outcome.welfare[n])
        assert abs(gain) < 1e-9
        assert best.median(country) == pytest.approx(war.median(country), abs=1e-4)


def test_nash_of_some_leaves_the_others_alone() -> None:
    economy = world(11)
    war = nash_tariffs(economy, ("A", "C"))
    assert war.setters == ("A", "C")
    np.testing.assert_array_equal(war.tariffs[:, [1, 3]], economy.tariffs[:, [1, 3]])


def test_nash_from_another_start_is_the_same() -> None:
    economy = world(11)
    war = nash_tariffs(economy)
    other = nash_tariffs(economy, start=np.full_like(economy.tariffs, 2.0))
    np.testing.assert_allclose(other.outcome.welfare, war.outcome.welfare, rtol=1e-8)


@FEW
@given(SEEDS)
def test_talks_make_all_gain_alike_and_no_less_than_before(seed: int) -> None:
    economy = world(seed)
    war = nash_tariffs(economy)
    peace = cooperative_tariffs(economy, disagreement=war.outcome)
    assert peace.gain > 0
    np.testing.assert_allclose(peace.outcome.welfare, 1 + peace.gain, rtol=1e-7)
    assert peace.weights.sum() == pytest.approx(1)


def test_two_equal_countries_agree_on_free_trade_or_better() -> None:
    trade = np.array([[[3.0, 1.0], [1.0, 3.0]]])
    economy = OssaEconomy(("A", "B"), ("x",), trade, 0.4 * (1 - np.eye(2))[None], np.array([3.0]))
    peace = cooperative_tariffs(purge_deficits(economy))
    np.testing.assert_allclose(peace.tariffs, 0, atol=1e-5)
    np.testing.assert_allclose(peace.weights, 0.5, atol=1e-6)


def test_unfinished_searches_raise_with_their_history(monkeypatch: pytest.MonkeyPatch) -> None:
    economy = world(3)
    monkeypatch.setattr("hansa.trade.ossa.optimal.SWEEPS", 2)
    with pytest.raises(NoEquilibrium, match="optimal tariffs of A") as caught:
        optimal_tariffs(economy, "A")
    assert len(caught.value.history) == 2
    monkeypatch.setattr("hansa.trade.ossa.talks.ROUNDS", 1)
    with pytest.raises(NoEquilibrium, match="unequal"):
        cooperative_tariffs(economy)
