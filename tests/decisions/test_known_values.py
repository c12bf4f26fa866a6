"""Published games, and figures on which independent programs agree."""

from __future__ import annotations

from fractions import Fraction

import powerindex
import pytest
from power_bdd import bdd

from hansa.decisions import (
    AllOf,
    Majority,
    Veto,
    at_least,
    dual,
    electorate,
    power,
    power_of,
    weighted,
)

GAMES = ("EEC1958", "EC1973", "EU15", "EU15blk26", "UNSC", "EU27Nice_votes", "USEC1996")


@pytest.mark.shared
@pytest.mark.parametrize("name", GAMES)
def test_classical_weighted_games(known, name):
    game = known[name]
    got = power_of(weighted(game["quota"], game["weights"]), minimal=False)
    assert list(got.swings) == game["swings"]
    assert [float(b) for b in got.banzhaf] == pytest.approx(game["banzhaf"], abs=6e-7)
    assert [float(s) for s in got.shapley_shubik] == pytest.approx(game["shapley_shubik"], abs=6e-7)
    for value, text in zip(got.shapley_shubik, game["ssi_fraction"], strict=True):
        if text is not None:
            assert value == Fraction(text)


@pytest.fixture(scope="module")
def security_council():
    permanent = [f"P{i}" for i in range(5)]
    members = [*permanent, *(f"E{i}" for i in range(10))]
    rule = AllOf((Majority(at_least(9)), Veto(tuple(permanent))))
    return rule, electorate(members, body="UN Security Council")


def test_un_security_council_as_votes_and_vetoes(security_council):
    got = power(*security_council)
    assert (got.of("P0", "swings"), got.of("E0", "swings")) == (848, 84)
    assert sum(got.swings) == 5080
    assert got.of("P0", "shapley_shubik") == Fraction(421, 2145)
    assert got.of("E0", "shapley_shubik") == Fraction(4, 2145)
    assert got.winning == 848
    assert got.minimal == 210
    assert set(got.blockers) == {"P0", "P1", "P2", "P3", "P4"}


def test_un_security_council_is_the_weighted_game_39(security_council):
    got, flat = power(*security_council), power_of(weighted(39, [7] * 5 + [1] * 10))
    for index in ("swings", "banzhaf", "shapley_shubik", "deegan_packel", "holler"):
        assert getattr(got, index) == getattr(flat, index)


@pytest.mark.parametrize(
    ("quota", "weights", "share"),
    [
        (12, [4, 4, 4, 2, 2, 1], 21.875),
        (41, [10] * 4 + [5, 5, 3, 3, 2], 14.648),
        (62, [10] * 4 + [8] + [5] * 4 + [4] * 2 + [3] * 3 + [2], 7.779),
    ],
    ids=["six", "nine", "fifteen"],
)
def test_share_of_winning_coalitions_of_the_european_council(quota, weights, share):
    assert 100 * float(power_of(weighted(quota, weights)).passage) == pytest.approx(share, abs=5e-4)


def test_luxembourg_of_1958_decides_nothing():
    got = power_of(weighted(12, {"DEU": 4, "FRA": 4, "ITA": 4, "BEL": 2, "NLD": 2, "LUX": 1}))
    assert got.dummies == ("LUX",)
    assert got.shapley_shubik == (*[Fraction(7, 30)] * 3, *[Fraction(3, 20)] * 2, 0)


@pytest.mark.shared
def test_european_union_of_27_by_states_and_people(lisbon, lisbon_rule, union):
    got = power(lisbon_rule, union, minimal=False)
    assert got.winning == 17_715_329 == lisbon["winning_coalitions"]
    assert got.profiles == 2**27
    assert got.method("shapley_shubik").exact
    assert dict(zip(got.voters, got.swings, strict=True)) == lisbon["swings"]
    for state in got.voters:
        assert float(got.of(state)) == pytest.approx(lisbon["banzhaf"][state], rel=1e-14)
        want = lisbon["shapley_shubik"][state]
        assert float(got.of(state, "shapley_shubik")) == pytest.approx(want, rel=1e-13)
    assert round(float(got.of("Germany")), 6) == 0.120502
    assert round(float(got.of("Germany", "shapley_shubik")), 6) == 0.176103
    assert round(float(got.passage), 5) == 0.13199


@pytest.mark.shared
def test_the_rule_of_four_adds_exactly_twenty_coalitions(states_and_people, lisbon_rule, union):
    without = power(states_and_people, union, minimal=False)
    assert power(lisbon_rule, union, minimal=False).winning - without.winning == 20


@pytest.mark.shared
@pytest.mark.parametrize("name", GAMES)
def test_the_dual_game_has_the_same_power(known, name):
    game = weighted(known[name]["quota"], known[name]["weights"])
    got, blocking = power_of(game, minimal=False), power_of(dual(game), minimal=False)
    assert got.swings == blocking.swings
    assert got.shapley_shubik == blocking.shapley_shubik
    assert got.winning + blocking.winning == got.profiles
    assert got.prevent == blocking.initiate


@pytest.mark.shared
def test_a_peer_that_enumerates_agrees(known):
    game = known["EU15"]
    peer = powerindex.Game(quota=game["quota"], weights=game["weights"])
    peer.calc_banzhaf()
    peer.calc_shapley_shubik()
    got = power_of(weighted(game["quota"], game["weights"]))
    values = [float(v) for v in got.banzhaf]
    assert values == pytest.approx(peer.banzhaf, abs=1e-12)
    values = [float(v) for v in got.shapley_shubik]
    assert values == pytest.approx(peer.shapley_shubik, abs=1e-12)


@pytest.mark.shared
def test_a_peer_with_decision_diagrams_agrees(union, lisbon_rule):
    """55 % of the states and 65 % of the people, or 24 states."""
    people = [int(union.weights["population"][m]) for m in union.members]
    quota = -(-65 * sum(people) // 100)
    games = [(15, [1] * 27), (quota, people), (24, [1] * 27)]
    states, majority, nearly_all = (bdd.BDD(bdd.WeightedGame(q, list(w))) for q, w in games)
    peer = (states & majority) | nearly_all
    got = power(lisbon_rule, union, minimal=False)
    assert [float(v) for v in got.absolute] == pytest.approx(peer.calc_banzhaf(), abs=1e-12)
    assert [float(v) for v in got.shapley_shubik] == pytest.approx(peer.calc_shapley(), abs=1e-12)


EURASEC = {"RUS": 40, "BLR": 20, "KAZ": 20, "KGZ": 10, "TJK": 10}


def test_eurasec_two_thirds_of_forty_twenty_twenty_ten_ten():
    committee = electorate(EURASEC, {"votes": EURASEC}, totals={"votes": 100})
    got = power(Majority(at_least("2/3"), weights="votes"), committee)
    assert got.blockers == ("RUS",)
    # Russia and at least 30 of 20, 20, 10, 10: ten of the sixteen subsets.
    assert got.winning == 10
    assert got.of("BLR") == got.of("KAZ")
    assert got.of("KGZ") == got.of("TJK")


def test_customs_union_commission_57_and_twice_21_5():
    votes = {"RUS": 57, "BLR": "21.5", "KAZ": "21.5"}
    commission = electorate(votes, {"votes": votes}, totals={"votes": 100})
    got = power(Majority(at_least("2/3"), weights="votes"), commission)
    assert got.blockers == ("RUS",)
    assert got.banzhaf == (Fraction(3, 5), Fraction(1, 5), Fraction(1, 5))
    assert got.shapley_shubik == (Fraction(2, 3), Fraction(1, 6), Fraction(1, 6))
