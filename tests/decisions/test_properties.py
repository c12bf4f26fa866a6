"""What must not change the result, and what must hold of every result."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hansa.decisions import (
    ABSTAIN,
    AGAINST,
    FOR,
    AllOf,
    Majority,
    Threshold,
    Veto,
    at_least,
    dual,
    electorate,
    game_of,
    merged,
    power,
    power_of,
    weighted,
)

from .random_rules import games

QUICK = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=150)
ALL = ("swings", "banzhaf", "absolute", "shapley_shubik", "prevent", "initiate")
MINIMAL = ("deegan_packel", "holler")


@st.composite
def weighted_games(draw, most: int = 12):
    weights = draw(st.lists(st.integers(0, 40), min_size=1, max_size=most).filter(any))
    return draw(st.integers(1, sum(weights))), weights


@QUICK
@given(weighted_games())
def test_equal_weights_have_equal_power_and_more_weight_never_less(game):
    quota, weights = game
    got = power_of(weighted(quota, weights))
    for index in ("swings", "shapley_shubik"):
        values = getattr(got, index)
        for a, b in zip(weights, values, strict=True):
            for c, d in zip(weights, values, strict=True):
                assert a != c or b == d
                assert a > c or b <= d


@QUICK
@given(weighted_games())
def test_sums_dummies_and_coleman(game):
    got = power_of(weighted(*game))
    for index in ("banzhaf", "shapley_shubik", *MINIMAL):
        assert sum(getattr(got, index)) == 1
    losing = got.profiles - got.winning
    for place, voter in enumerate(got.voters):
        assert (voter in got.dummies) == (got.shapley_shubik[place] == 0)
        assert (voter in got.dummies) == (got.holler[place] == 0)
        assert got.prevent[place] == Fraction(got.swings[place], got.winning)
        assert got.initiate[place] == Fraction(got.swings[place], losing)
    # Dubey and Shapley 1979: the absolute index is the harmonic mean of Coleman's two.
    for a, p, i in zip(got.absolute, got.prevent, got.initiate, strict=True):
        assert a == (2 / (1 / p + 1 / i) if p and i else 0)


@QUICK
@given(games(least=1, most=8))
def test_a_game_and_its_dual(game):
    made = game_of(*game)
    got, blocking = power_of(made), power_of(dual(made))
    for index in ("swings", "shapley_shubik"):
        assert getattr(got, index) == getattr(blocking, index)
    assert got.winning + blocking.winning == got.profiles
    twice = power_of(dual(dual(made)))
    assert (twice.swings, twice.winning, twice.holler) == (got.swings, got.winning, got.holler)


@QUICK
@given(games(least=2, most=7), st.randoms())
def test_the_order_of_members_does_not_matter(game, pick):
    rule, room = game
    order = list(room.members)
    pick.shuffle(order)
    moved = electorate(order, room.weights, concerned=room.concerned, in_arrears=room.in_arrears)
    got, again = power(rule, room), power(rule, moved)
    for index in (*ALL, *MINIMAL):
        for member in order:
            assert got.of(member, index) == again.of(member, index)


@QUICK
@given(weighted_games(), st.randoms())
def test_names_do_not_matter(game, pick):
    made = weighted(*game)
    names = [f"N{k}" for k in range(len(made.voters))]
    pick.shuffle(names)
    renamed = made.renamed(dict(zip(made.voters, names, strict=True)))
    got, again = power_of(made), power_of(renamed)
    assert again.voters == tuple(names)
    for index in (*ALL, *MINIMAL):
        assert getattr(got, index) == getattr(again, index)


@QUICK
@given(weighted_games(), st.fractions(min_value=Fraction(1, 1000), max_value=10**12))
def test_units_do_not_matter(game, unit):
    quota, weights = game
    got = power_of(weighted(quota, weights))
    again = power_of(weighted(quota * unit, [w * unit for w in weights]))
    assert got == again


@QUICK
@given(weighted_games(most=10), st.integers(1, 5))
def test_idle_members_change_nobody_else(game, more):
    quota, weights = game
    got = power_of(weighted(quota, weights))
    again = power_of(weighted(quota, [*weights, *([0] * more)]))
    size = len(weights)
    for index in ("banzhaf", "absolute", "shapley_shubik", *MINIMAL):
        assert getattr(again, index) == (*getattr(got, index), *([0] * more)), size


@QUICK
@given(weighted_games(most=9))
def test_all_ways_of_counting_agree(game):
    quota, weights = game
    made = weighted(quota, weights)
    halves, other = power_of(made, how="halves"), power_of(made, how="divided")
    assert (halves.swings, halves.winning) == (other.swings, other.winning)
    bound = other.method("shapley_shubik").bound
    for a, b in zip(halves.shapley_shubik, other.shapley_shubik, strict=True):
        assert abs(a - Fraction(b)) <= bound


@pytest.mark.parametrize("seed", range(5))
def test_a_bloc_is_a_member_with_the_weights_of_all(seed):
    pick = Random(seed)
    weights = {f"S{i}": pick.randint(1, 9) for i in range(8)}
    quota = sum(weights.values()) * 2 // 3
    bloc = ["S1", "S4", "S6"]
    joined = {s: w for s, w in weights.items() if s not in bloc}
    joined["bloc"] = sum(weights[s] for s in bloc)
    got, want = (
        power_of(merged(weighted(quota, weights), bloc, "bloc")),
        power_of(weighted(quota, joined)),
    )
    for state in joined:
        assert got.of(state, "shapley_shubik") == want.of(state, "shapley_shubik")


def test_abstention_changes_power_only_where_it_counts():
    """Of the votes cast, an abstention is not a vote against; of all votes, it is."""
    votes = {"A": 3, "B": 2, "C": 2, "D": 1}
    room = electorate(votes, {"votes": votes})
    half = Threshold(Fraction(1, 2), share=True, strict=True)
    three = (AGAINST, ABSTAIN, FOR)
    cast = power(Majority(half, "votes", "voting"), room, positions=three)
    everybody = power(Majority(half, "votes", "members"), room, positions=three)
    assert cast.winning > everybody.winning
    assert sum(cast.shapley_shubik) == sum(everybody.shapley_shubik) == 1


def test_un_security_council_when_a_permanent_member_may_abstain():
    """The values of Felsenthal and Machover: an abstention of the five is no veto."""
    five = [f"P{i}" for i in range(5)]
    room = electorate([*five, *(f"E{i}" for i in range(10))])
    rule = AllOf((Majority(at_least(9)), Veto(tuple(five))))
    got = power(rule, room, positions=(AGAINST, ABSTAIN, FOR))
    assert round(float(got.of("P0")), 4) == 0.1009
    assert round(float(got.of("E0")), 4) == 0.0495
    assert sum(got.shapley_shubik) == 1
