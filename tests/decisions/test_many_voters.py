"""Games beyond the reach of listing: exact swings, quadrature, sampling and their bounds."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import comb, factorial
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.decisions import (
    AllOf,
    AnyOf,
    Majority,
    Quorum,
    TooLarge,
    Unanimity,
    Veto,
    at_least,
    electorate,
    minimal_winning,
    more_than,
    power,
    power_of,
    weighted,
)
from hansa.decisions.counting import divided, halves, quadrature

SHARES = {"half": (1, 2), "seventy": (7, 10), "eighty_five": (17, 20)}


@pytest.mark.shared
@pytest.mark.parametrize("share", SHARES)
def test_monetary_fund_of_190_members(imf, share):
    top, bottom = SHARES[share]
    assert sum(imf.values()) == 5_039_930
    quota = sum(imf.values()) * top // bottom + 1
    got = power_of(weighted(quota, imf), minimal=False)
    assert got.method("banzhaf").exact
    bound = got.method("shapley_shubik").bound
    assert bound < 1e-9
    assert sum(got.shapley_shubik) == pytest.approx(1.0, abs=bound)
    assert sum(got.banzhaf) == 1
    order = sorted(imf, key=imf.get)
    assert all(got.of(a, "swings") <= got.of(b, "swings") for a, b in pairwise(order))
    phi = [got.of(state, "shapley_shubik") for state in order]
    assert all(a <= b + bound for a, b in pairwise(phi))
    # Two ways that share nothing: integers in words, and floats at the middle node.
    votes = np.array(sorted(set(imf.values())))
    cells = quadrature.scaled_distribution(
        sorted(imf.values()), 0.5, max(quota, sum(imf.values()) - quota + 1)
    )
    chance, error = quadrature.decisive(cells, votes.tolist(), quota - 1, 0.5, len(imf))
    by_votes = dict(zip(votes.tolist(), chance.tolist(), strict=True))
    for state, absolute in zip(got.voters, got.absolute, strict=True):
        assert by_votes[imf[state]] == pytest.approx(float(absolute), abs=float(error.max()))


@pytest.mark.shared
def test_the_united_states_alone_block_what_needs_85_per_cent(imf):
    quota = -(-sum(imf.values()) * 85 // 100)
    got = power_of(weighted(quota, imf), minimal=False)
    assert got.blockers == ("United States",)


def test_more_voters_than_a_word_has_bits():
    """All alike: the swings are binomial coefficients, of 132 bits here."""
    for n, quota in ((65, 33), (129, 65), (140, 90)):
        eta, winning = divided.swings([1] * n, quota)
        assert eta == [comb(n - 1, quota - 1)] * n
        assert winning == sum(comb(n, k) for k in range(quota, n + 1))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=14).filter(any), st.data())
def test_division_and_quadrature_agree_with_halves(weights, data):
    quota = data.draw(st.integers(1, sum(weights)))
    table = power_of(weighted(quota, weights), how="halves", minimal=False)
    eta, winning = divided.swings(weights, quota)
    assert (tuple(eta), winning) == (table.swings, table.winning)
    phi, bound = quadrature.shapley_shubik(weights, quota)
    assert bound < 1e-11
    for got, want in zip(phi, table.shapley_shubik, strict=True):
        assert abs(Fraction(got) - want) <= bound


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 200))
def test_subset_counts_are_those_of_big_integers(seed, size):
    pick = Random(seed)
    weights = sorted(pick.randint(1, 12) for _ in range(pick.randint(1, 80)))
    cells = divided.subset_counts(weights, size)
    row = [1] + [0] * (size - 1)
    for weight in weights:
        row = [c + (row[s - weight] if s >= weight else 0) for s, c in enumerate(row)]
    got = [sum(int(word) << (64 * k) for k, word in enumerate(cell)) for cell in cells.T]
    assert got == row


def test_fewer_nodes_promise_nothing():
    weights = list(range(1, 40))
    _, bound = quadrature.shapley_shubik(weights, 400, nodes=8)
    assert bound == float("inf")


def test_an_assembly_of_193_states_two_criteria_and_a_quorum():
    """Few classes of voters: exact although there are 2^193 profiles."""
    states = [f"S{i:03}" for i in range(193)]
    seats = {state: 3 if i < 10 else 1 for i, state in enumerate(states)}
    room = electorate(states, {"seats": seats})
    rule = AllOf((Majority(more_than("1/2"), weights="seats"), Majority(at_least("2/3"))))
    got = power(rule, room)
    assert got.method("shapley_shubik").exact
    assert sum(got.shapley_shubik) == 1
    assert got.of("S000") >= got.of("S100")
    # By hand: at least 129 of 193 states, which always have more than half of 213 seats.
    want = Fraction(comb(192, 128), 2**192)
    assert got.absolute == (want,) * 193


def test_a_large_federal_system_is_exact():
    """President, vice-president, 100 senators, 435 representatives: 2^537 profiles."""
    members = ["P", "V", *(f"S{i}" for i in range(100)), *(f"R{i}" for i in range(435))]
    senate = {m: int(m[0] == "S") for m in members}
    house = {m: int(m[0] == "R") for m in members}
    tie = {m: 2 if m[0] == "S" else int(m == "V") for m in members}
    room = electorate(members, {"senate": senate, "house": house, "tie": tie})
    houses = AllOf(
        (Majority(at_least(101), weights="tie"), Majority(at_least(218), weights="house"))
    )
    over = AllOf((Majority(at_least(67), weights="senate"), Majority(at_least(290), "house")))
    got = power(AnyOf((AllOf((houses, Veto(("P",)))), over)), room)
    assert got.method("banzhaf").exact
    assert sum(got.shapley_shubik) == 1

    def passes(president: int, vice: int, s: int, h: int) -> bool:
        by_houses = 2 * s + vice >= 101 and h >= 218
        return bool(by_houses and president) or (s >= 67 and h >= 290)

    swings, phi, n = 0, Fraction(), 537
    for vice in (0, 1):
        for s in range(101):
            for h in range(436):
                if passes(1, vice, s, h) and not passes(0, vice, s, h):
                    ways, size = comb(100, s) * comb(435, h), vice + s + h
                    swings += ways
                    phi += ways * Fraction(factorial(size) * factorial(n - 1 - size), factorial(n))
    assert got.of("P", "swings") == swings
    assert got.of("P", "shapley_shubik") == phi
    assert got.of("V", "swings") > 0


def test_populations_beyond_64_bits_do_not_overflow():
    """Weights of 2^70 give the game of weights of 1, and so do fractions of 2^70."""
    small = power_of(weighted(9, list(range(1, 8))), minimal=True)
    for scale in (2**70, Fraction(1, 2**70 + 1)):
        big = power_of(weighted(9 * scale, [scale * w for w in range(1, 8)]), minimal=True)
        assert (big.swings, big.shapley_shubik) == (small.swings, small.shapley_shubik)
        assert big.holler == small.holler
    people = {f"S{i}": 2**61 + i * 3**30 + 1 for i in range(20)}
    room = electorate(people, {"population": people})
    got = power(Majority(at_least("2/3"), weights="population"), room, minimal=False)
    assert sum(got.shapley_shubik) == 1
    shifted = electorate(people, {"population": {s: p % 3**30 + 1 for s, p in people.items()}})
    assert power(Majority(at_least("2/3"), weights="population"), shifted).winning


def test_sampling_is_named_bounded_and_right():
    pick = Random(5)
    people = {f"S{i}": pick.randint(1, 10**9) for i in range(12)}
    room = electorate(people, {"population": people})
    rule = AllOf((Majority(at_least("55 %")), Majority(at_least("65 %"), weights="population")))
    exact = power(rule, room, minimal=False)
    drawn = power(rule, room, minimal=False, how="sampling", samples=50_000)
    again = power(rule, room, minimal=False, how="sampling", samples=50_000)
    assert drawn == again
    for index in ("absolute", "shapley_shubik", "banzhaf"):
        method = drawn.method(index)
        assert (method.name, method.exact) == ("sampling", False)
        assert 0 < method.bound < 0.2
        for got, want in zip(getattr(drawn, index), getattr(exact, index), strict=True):
            assert abs(got - float(want)) <= method.bound
    assert abs(drawn.passage - float(exact.passage)) <= drawn.method("passage").bound
    assert drawn.swings is None
    assert drawn.dummies == ()
    assert drawn.blockers == ()


def test_beyond_reach_sampling_is_chosen():
    pick = Random(7)
    people = {f"S{i}": pick.randint(1, 10**9) for i in range(60)}
    room = electorate(
        people, {"population": people, "area": {s: p % 977 for s, p in people.items()}}
    )
    rule = AllOf(
        (Majority(at_least("2/3"), weights="population"), Majority(more_than("1/2"), "area"))
    )
    got = power(rule, room, samples=20_000)
    assert got.method("banzhaf").name == "sampling"
    assert got.deegan_packel is None
    with pytest.raises(TooLarge):
        power(rule, room, how="halves")
    with pytest.raises(TooLarge):
        power(rule, room, minimal=True)


def test_halves_refuse_instead_of_taking_all_memory():
    game = weighted(10**12, [pick * 10**9 + 7**k % 10**8 for k, pick in enumerate(range(1, 61))])
    with pytest.raises(TooLarge):
        halves.count(game)
    with pytest.raises(TooLarge):
        minimal_winning(game)


def test_unanimity_with_a_quorum_of_fifty():
    room = electorate([f"S{i}" for i in range(50)])
    got = power(AllOf((Unanimity(), Quorum(at_least("1/2")))), room)
    assert got.winning == 1
    assert got.shapley_shubik == (Fraction(1, 50),) * 50
    assert got.deegan_packel == got.holler == (Fraction(1, 50),) * 50
