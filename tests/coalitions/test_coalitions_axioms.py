"""What values of games must obey, on random games."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.coalitions import (
    Game,
    banzhaf,
    best_partition,
    blocking,
    core,
    cost_of_stability,
    divide,
    gately,
    in_core,
    kohlberg,
    nucleolus,
    prenucleolus,
    shapley,
    solidarity,
    tau_value,
)
from hansa.coalitions.subsets import lexicographic, members, sums

calm = settings(deadline=None, max_examples=60)

NAMES = "abcdefgh"


@st.composite
def games(draw: st.DrawFn, least: int = 2, most: int = 5, low: int = 0) -> Game:
    n = draw(st.integers(least, most))
    values = draw(st.lists(st.integers(low, 40), min_size=(1 << n) - 1, max_size=(1 << n) - 1))
    return Game(tuple(NAMES[:n]), np.array([0, *values], dtype=float))


@st.composite
def worthwhile(draw: st.DrawFn, most: int = 5) -> Game:
    """Games in which there is something to divide beyond what all have alone."""
    game = draw(games(most=most))
    values = np.array(game.values)
    values[-1] = max(values[-1], game.alone.sum() + draw(st.integers(1, 20)))
    return Game(game.players, values)


def permuted(game: Game, order: list[int]) -> Game:
    """Player i of the new game is player order[i] of the old one."""
    masks = sums(np.array([float(1 << k) for k in order])).astype(int)
    return Game(tuple(game.players[k] for k in order), game.values[masks])


@calm
@given(games(low=-40))
def test_shares_sum_to_the_whole(game: Game) -> None:
    for value in (shapley, solidarity, lambda g: prenucleolus(g).allocation):
        assert value(game).sum() == pytest.approx(game.whole, abs=1e-7)


@calm
@given(games(low=-40))
def test_duality(game: Game) -> None:
    assert np.allclose(shapley(game), shapley(game.dual()))
    assert np.allclose(banzhaf(game), banzhaf(game.dual()))
    assert np.allclose(game.dual().dual().values, game.values)


@calm
@given(worthwhile(), st.randoms(use_true_random=False))
def test_names_do_not_matter(game: Game, random: object) -> None:
    order = list(range(game.n))
    random.shuffle(order)  # type: ignore[attr-defined]
    other = permuted(game, order)
    for value in (shapley, banzhaf, solidarity, lambda g: nucleolus(g).allocation):
        assert np.allclose(value(other), value(game)[order], atol=1e-6)


@calm
@given(games(most=4))
def test_equals_get_equal(game: Game) -> None:
    """Values that depend on size alone."""
    size = np.array([m.bit_count() for m in range(game.values.size)])
    level = np.array([0.0, *np.maximum.accumulate(game.values[1 : game.n + 1])])
    fair = Game(game.players, level[size] * size)
    for value in (shapley, banzhaf, solidarity, lambda g: prenucleolus(g).allocation):
        assert np.ptp(value(fair)) < 1e-6


@calm
@given(games(most=4), st.integers(-20, 20))
def test_a_dummy_gets_what_it_brings(game: Game, brings: int) -> None:
    n = game.n
    values = np.concatenate([game.values, game.values + brings])
    wider = Game((*game.players, "dummy"), values)
    assert shapley(wider)[n] == pytest.approx(brings, abs=1e-9)
    assert banzhaf(wider)[n] == pytest.approx(brings, abs=1e-9)
    assert np.allclose(shapley(wider)[:n], shapley(game))
    assert prenucleolus(wider).allocation[n] == pytest.approx(brings, abs=1e-6)


@calm
@given(games(low=-30), st.data())
def test_additivity(game: Game, data: st.DataObject) -> None:
    values = data.draw(
        st.lists(st.integers(-30, 30), min_size=game.values.size - 1, max_size=game.values.size - 1)
    )
    other = Game(game.players, np.array([0, *values], dtype=float))
    for value in (shapley, banzhaf, solidarity):
        assert np.allclose(value(game.plus(other)), value(game) + value(other))


@calm
@given(worthwhile(), st.integers(1, 9), st.data())
def test_covariance_under_units_and_own_means(game: Game, factor: int, data: st.DataObject) -> None:
    own = np.array(
        data.draw(st.lists(st.integers(-9, 9), min_size=game.n, max_size=game.n)), dtype=float
    )
    other = game.times(factor, own)
    for value in (shapley, banzhaf, lambda g: nucleolus(g).allocation):
        assert np.allclose(value(other), factor * value(game) + own, atol=1e-6)


@calm
@given(worthwhile())
def test_closed_forms_are_covariant_where_they_exist(game: Game) -> None:
    from hansa.terms.errors import BadInput

    own = np.arange(game.n, dtype=float)
    for value in (gately, tau_value):
        try:
            plain = value(game).allocation
        except BadInput:
            with pytest.raises(BadInput):
                value(game.times(3, own))
            continue
        assert plain.sum() == pytest.approx(game.whole)
        assert np.allclose(value(game.times(3, own)).allocation, 3 * plain + own, atol=1e-6)


@calm
@given(games(most=6, low=-20))
def test_the_core_comes_with_proof(game: Game) -> None:
    found = core(game)
    if not found.empty:
        assert found.certificate is None
        assert in_core(game, found.allocation)
        assert not blocking(game, found.allocation)
        assert cost_of_stability(game) == pytest.approx(0, abs=1e-6)
        return
    proof = found.certificate
    assert proof is not None
    assert proof.gap < 1e-9
    assert all(weight > 0 for weight in proof.weights.values())
    worth = sum(weight * game.values[mask] for mask, weight in proof.weights.items())
    assert worth == pytest.approx(proof.worth)
    assert proof.worth > game.whole
    assert found.blocking()
    assert cost_of_stability(game) >= proof.worth - game.whole - 1e-6


@calm
@given(games(most=5, low=-20))
def test_the_cost_of_stability_is_just_enough(game: Game) -> None:
    cost = cost_of_stability(game)
    values = np.array(game.values)
    values[-1] += cost
    assert not core(Game(game.players, values + 0)).empty or cost == 0
    if cost > 1e-6:
        values[-1] -= 1e-3
        assert core(Game(game.players, values)).empty


@calm
@given(worthwhile())
def test_the_nucleolus_is_in_the_core_if_there_is_one(game: Game) -> None:
    found = nucleolus(game)
    assert found.check
    assert (found.allocation >= game.alone - 1e-7).all()
    if not core(game).empty:
        assert in_core(game, found.allocation, 1e-7)


@calm
@given(worthwhile(), st.data())
def test_kohlberg_tells_any_other_division(game: Game, data: st.DataObject) -> None:
    x = nucleolus(game).allocation
    give, take = data.draw(st.permutations(range(game.n)))[:2]
    other = x.copy()
    other[give] -= 0.5
    other[take] += 0.5
    assert not kohlberg(game, other)


@calm
@given(games(most=4))
def test_the_prenucleolus_is_lexicographically_least(game: Game) -> None:
    """No division on a grid around it has smaller complaints."""
    x = prenucleolus(game).allocation

    def complaints(y: np.ndarray) -> np.ndarray:
        return -np.sort(-(game.values - sums(y))[1:-1])

    own = complaints(x)
    for i in range(game.n):
        for j in range(game.n):
            y = x.copy()
            y[i] += 0.25
            y[j] -= 0.25
            other = complaints(y)
            differ = np.flatnonzero(np.abs(other - own) > 1e-7)
            assert differ.size == 0 or other[differ[0]] > own[differ[0]]


@calm
@given(games(most=6, low=-10))
def test_the_best_partition_beats_every_other(game: Game) -> None:
    from hansa.coalitions import partitions

    best = best_partition(game)
    worths = [sum(game.values[b] for b in blocs) for blocs in partitions(game.n)]
    assert best.worth == pytest.approx(max(worths))
    assert sorted(p for bloc in best.blocs for p in bloc) == sorted(game.players)
    assert sum(game.value(bloc) for bloc in best.blocs) == pytest.approx(best.worth)


@calm
@given(games(most=5))
def test_convex_games_have_the_shapley_value_in_the_core(game: Game) -> None:
    """Shapley (1971): made convex by squares of sizes."""
    size = np.array([m.bit_count() for m in range(game.values.size)], dtype=float)
    convex = Game(game.players, size**2 * 200 + game.values)
    if convex.convex():
        assert in_core(convex, shapley(convex))
        assert convex.split() is None
        assert np.allclose(divide(convex, "shapley"), shapley(convex))


def test_orders_of_coalitions() -> None:
    order = [members(int(m), "abc") for m in lexicographic(3)]
    assert order[:5] == [("a",), ("b",), ("c",), ("a", "b"), ("a", "c")]
    game = Game.from_list("abc", [1, 2, 3, 4, 5, 6, 7])
    assert game.value(("a", "c")) == 5
    assert game.among(("a", "c")).values.tolist() == [0, 1, 3, 5]
