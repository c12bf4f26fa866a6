"""Optimal tariffs, Nash and cooperation: closed forms, deviations, and one search as the other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trade_economies import made_up

from hansa.sources.trade import Nafta
from hansa.terms.errors import BadInput, Infeasible, UnknownCode
from hansa.trade import (
    CaliendoParro,
    Closure,
    NoEquilibrium,
    Outcome,
    Player,
    Shock,
    cooperative_tariffs,
    nash_tariffs,
    optimal_tariffs,
    solve,
)

SINGLES = tuple(Player.country(f"C{n}") for n in range(4))


def model(seed: int = 3, **size: int) -> CaliendoParro:
    return CaliendoParro(made_up(seed, **size), Closure.CLOSED, tolerance=1e-11)  # type: ignore[arg-type]  # sizes only


class Opaque:
    """A model that hides the closed form of its first-order conditions."""

    def __init__(self, inner: CaliendoParro) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def outcome(self, tariffs: np.ndarray, start: Outcome | None = None) -> Outcome:
        begin = start.inner if isinstance(start, _Hidden) else None
        return _Hidden(self._inner.outcome(tariffs, begin))


class _Hidden:
    def __init__(self, inner: Outcome) -> None:
        self.inner = inner

    @property
    def tariffs(self) -> np.ndarray:
        return self.inner.tariffs

    @property
    def welfare(self) -> np.ndarray:
        return self.inner.welfare

    def gradient(self, weights: np.ndarray) -> np.ndarray:
        return self.inner.gradient(weights)


@pytest.mark.parametrize("seed", range(4))
def test_two_countries_one_sector_have_the_optimal_tariff_of_the_textbook(seed: int) -> None:
    """Gros (1987): t = 1/(θ λ), λ the share that the other spends on its own goods."""
    economy = made_up(seed, N=2, J=1, inputs=False, tariffs=False)
    theirs = CaliendoParro(economy, Closure.CLOSED, tolerance=1e-12)
    found = optimal_tariffs(theirs, Player.country("C0"), tolerance=1e-9)
    rate = found.tariffs[0, 0, 1]
    after = solve(
        economy, Shock.between(economy, closure="closed", tariffs=found.tariffs), tolerance=1e-12
    )
    assert rate == pytest.approx(1 / (economy.theta[0] * after.pi[0, 1, 1]), rel=1e-6)
    assert found.gains[0] > 0


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 1000), union=st.booleans())
def test_no_small_deviation_pays_at_the_optimum(seed: int, union: bool) -> None:
    theirs = model(seed)
    player = Player("union", ("C0", "C1")) if union else Player.country("C0")
    found = optimal_tariffs(theirs, player, tolerance=1e-8)
    members = [theirs.economy.index(name) for name in player.members]
    weight = theirs.income[members] / theirs.income[members].sum()
    best = weight @ found.outcome.welfare[members]
    assert best - 1 == pytest.approx(found.gains[0], abs=1e-12)
    rng = np.random.default_rng(seed)
    outside = [n for n in range(4) if n not in members]
    for size in (0.003, 0.03, 0.3):
        tau = found.tariffs.copy()
        move = np.exp(size * rng.normal(size=(3, 1, len(outside))))
        at = np.ix_(range(3), members, outside)
        tau[at] = (1 + tau[at]) * move - 1
        assert weight @ theirs.outcome(tau).welfare[members] < best + 1e-10


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 1000), union=st.booleans())
def test_the_general_search_finds_what_the_conditions_find(seed: int, union: bool) -> None:
    theirs = model(seed)
    player = Player("union", ("C0", "C1")) if union else Player.country("C0")
    closed = optimal_tariffs(theirs, player, tolerance=1e-7)
    searched = optimal_tariffs(Opaque(theirs), player, tolerance=1e-7)  # type: ignore[arg-type]  # by __getattr__
    np.testing.assert_allclose(searched.gains, closed.gains, atol=1e-9)
    np.testing.assert_allclose(searched.tariffs, closed.tariffs, atol=2e-4)


def test_a_union_has_one_tariff_and_leaves_its_inside_alone() -> None:
    theirs = model()
    together = optimal_tariffs(theirs, Player("union", ("C0", "C1")))
    tau, base = together.tariffs, theirs.tariffs
    np.testing.assert_allclose(tau[:, 0, 2:], tau[:, 1, 2:], rtol=1e-12)
    np.testing.assert_array_equal(tau[:, :2, :2], base[:, :2, :2])
    np.testing.assert_array_equal(tau[:, 2:], base[:, 2:])
    freer = optimal_tariffs(theirs, Player("union", ("C0", "C1"), common=False))
    assert freer.gains[0] >= together.gains[0] - 1e-9


def test_bounds_hold_and_bind() -> None:
    theirs = model()
    capped = optimal_tariffs(theirs, Player.country("C0"), bounds=(0.0, 0.05))
    chosen = capped.tariffs[:, 0, 1:]
    assert chosen.max() == pytest.approx(0.05, rel=1e-9)
    assert chosen.min() >= 0
    free = optimal_tariffs(theirs, Player.country("C0"))
    assert free.gains[0] > capped.gains[0] > -1
    with pytest.raises(BadInput, match="bounds"):
        optimal_tariffs(theirs, Player.country("C0"), bounds=(-2.0, 1.0))


@pytest.mark.parametrize("seed", [3, 8])
def test_nash_is_everybodys_best_answer(seed: int) -> None:
    theirs = model(seed)
    players = (Player("union", ("C0", "C1")), *SINGLES[2:])
    said: list[str] = []
    war = nash_tariffs(
        theirs, players, tolerance=1e-9, progress=lambda done, total, what: said.append(what)
    )
    assert war.rounds > 1
    assert "union has answered" in said
    for number, player in enumerate(players):
        better = optimal_tariffs(theirs, player, start=war.outcome, tolerance=1e-8)
        gain = (1 + better.gains[0]) / (1 + war.gains[number]) - 1
        assert gain < 1e-8


def test_cooperation_beats_war_for_the_sum_and_a_bargain_for_everybody() -> None:
    theirs = model()
    war = nash_tariffs(theirs, SINGLES)
    peace = cooperative_tariffs(theirs, SINGLES)
    weight = theirs.income / theirs.income.sum()
    assert weight @ np.log(peace.outcome.welfare) > weight @ np.log(war.outcome.welfare)
    bargain = cooperative_tariffs(theirs, SINGLES, threat=war.outcome, tolerance=1e-5)
    assert (bargain.outcome.welfare > war.outcome.welfare).all()


def test_a_bargain_cannot_begin_where_somebody_loses() -> None:
    theirs = model()
    best = optimal_tariffs(theirs, SINGLES[0]).outcome
    with pytest.raises(Infeasible, match="C0"):
        cooperative_tariffs(theirs, SINGLES, threat=best, start=theirs.outcome(theirs.tariffs))


def test_players_must_be_known_and_disjoint() -> None:
    theirs = model()
    with pytest.raises(UnknownCode, match="C9"):
        optimal_tariffs(theirs, Player.country("C9"))
    with pytest.raises(BadInput, match="C0"):
        nash_tariffs(theirs, (SINGLES[0], Player("union", ("C0", "C1"))))
    with pytest.raises(BadInput, match="outsiders"):
        optimal_tariffs(theirs, Player("all", ("C0", "C1", "C2", "C3")))


def test_rounds_that_run_out_are_an_error_with_gains_as_history() -> None:
    theirs = model()
    with pytest.raises(NoEquilibrium) as caught:
        nash_tariffs(theirs, SINGLES, rounds=1, tolerance=1e-12)
    assert len(caught.value.history) == 1


@pytest.mark.shared
@pytest.mark.parametrize("members", [("USA",), ("Mexico",), ("Canada", "Mexico", "USA")])
def test_nafta_tariffs_with_inputs_take_about_ten_equilibria(
    nafta: Nafta, members: tuple[str, ...]
) -> None:
    economy = solve(nafta.economy, nafta.shocks("closed")[0], tolerance=1e-12).as_base()
    theirs = CaliendoParro(economy, Closure.CLOSED)
    found = optimal_tariffs(theirs, Player("player", members))
    assert found.steepness < 1e-6
    assert found.evaluations < 25
    at = [economy.index(name) for name in members]
    weight = economy.income[at] / economy.income[at].sum()
    outside = [n for n in range(31) if n not in at]
    for rate in (0.05, 0.1, 0.2, 0.4):
        flat = economy.tau.copy()
        flat[np.ix_(economy.traded, at, outside)] = rate
        assert weight @ theirs.outcome(flat).welfare[at] - 1 < found.gains[0]
