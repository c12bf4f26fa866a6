"""Every rule that can be built, against brute force over all profiles."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations
from math import factorial
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hansa.decisions import (
    AGAINST,
    FOR,
    UNKNOWN,
    Majority,
    Silence,
    Threshold,
    chance,
    electorate,
    game_of,
    power,
    power_of,
    rule_from,
    tally,
    to_mapping,
    weighted,
)
from hansa.decisions.counting import divided, halves
from hansa.decisions.rules import criteria_of
from hansa.terms.truth import Truth

from . import brute
from .random_rules import games

QUICK = settings(deadline=None, suppress_health_check=list(HealthCheck))


def same_as_brute_force(rule, room):
    n = len(room.members)
    wins = brute.adopts(rule, brute.Room(room), brute.yes_no(n))
    want = brute.indices(wins, n)
    got = power(rule, room, minimal=True)
    for name, value in want.items():
        assert getattr(got, name) == value, name
    assert got.profiles == 2**n
    return want, got


@settings(QUICK, max_examples=10_000)
@given(games(most=6))
def test_ten_thousand_random_games(game):
    rule, room = game
    want, got = same_as_brute_force(rule, room)
    total = sum(want["swings"])
    assert got.passage == Fraction(want["winning"], got.profiles)
    assert got.banzhaf == tuple(Fraction(e, total) if total else 0 for e in want["swings"])
    assert rule_from(to_mapping(rule)) == rule


@settings(QUICK, max_examples=60)
@given(games(least=9, most=13, depth=3))
def test_more_voters(game):
    same_as_brute_force(*game)


@settings(QUICK, max_examples=6)
@given(games(least=14, most=16, depth=3))
def test_up_to_sixteen_voters(game):
    same_as_brute_force(*game)


@settings(QUICK, max_examples=500)
@given(games(most=4))
def test_every_position_counts_as_the_rule_says(game):
    rule, room = game
    n = len(room.members)
    P = brute.all_profiles([len(brute.CODES)] * n)
    wins = brute.adopts(rule, brute.Room(room), P)
    made = game_of(rule, room, positions=brute.CODES)
    table = halves.count(made)
    assert table.all() == int(wins.sum())
    for voter in range(n):
        for code in range(len(brute.CODES)):
            assert table.with_choice(voter, code) == int(wins[P[:, voter] == code].sum())
    for row in np.linspace(0, len(P) - 1, 7, dtype=int):
        assert made.adopts(P[row].tolist()) == bool(wins[row])


@settings(QUICK, max_examples=500)
@given(games(most=4), st.data())
def test_what_is_certain_and_which_votes_matter(game, data):
    rule, room = game
    stances = data.draw(
        st.lists(
            st.sampled_from((*brute.CODES, UNKNOWN, UNKNOWN)),
            min_size=len(room.members),
            max_size=len(room.members),
        )
    )
    positions = dict(zip(room.members, stances, strict=True))
    decision = tally(rule, room, positions)
    taken = list(decision.positions.values())
    P = brute.all_profiles([5 if p is UNKNOWN else 1 for p in taken])
    for place, stance in enumerate(taken):
        if stance is not UNKNOWN:
            P[:, place] = brute.NUMBER[stance]
    wins = brute.adopts(rule, brute.Room(room), P)
    truth = Truth.TRUE if wins.all() else Truth.UNKNOWN if wins.any() else Truth.FALSE
    assert decision.adopted is truth
    by_member = {vote.member: vote for vote in decision.open_votes}
    for place, member in enumerate(room.members):
        if taken[place] is not UNKNOWN:
            continue
        rest = np.delete(P, place, axis=1)
        outcomes = {}
        for row, won in zip(map(bytes, rest.astype(np.uint8)), wins, strict=True):
            outcomes.setdefault(row, set()).add(bool(won))
        matters = any(len(found) == 2 for found in outcomes.values())
        if member not in by_member:
            assert not matters
            continue
        assert by_member[member].matters is Truth.of(matters)
        for stance, field in ((FOR, "if_for"), (AGAINST, "if_against")):
            part = wins[P[:, place] == brute.NUMBER[stance]]
            sure = Truth.TRUE if part.all() else Truth.UNKNOWN if part.any() else Truth.FALSE
            assert getattr(by_member[member], field) is sure


def minimal_moves(rule, room, taken, movable, to, turned):
    """Minimal sets of members whose move to a position turns the outcome."""
    found = []
    for size in range(len(movable) + 1):
        for group in combinations(movable, size):
            if any(set(g) <= set(group) for g in found):
                continue
            row = [brute.NUMBER[to if i in group else p] for i, p in enumerate(taken)]
            if bool(brute.adopts(rule, brute.Room(room), np.array([row]))[0]) is turned:
                found.append(group)
    return {frozenset(room.members[i] for i in group) for group in found}


def expanded(groups):
    """The groups of members that kinds of group stand for."""
    sets = set()
    for group in groups.listed:
        partial = [frozenset()]
        for count, members in group.parts:
            partial = [
                p | frozenset(chosen) for p in partial for chosen in combinations(members, count)
            ]
        sets |= set(partial)
    return sets


@settings(QUICK, max_examples=400)
@given(games(most=5), st.data())
def test_who_could_have_turned_the_outcome(game, data):
    rule, room = game
    n = len(room.members)
    taken = data.draw(st.lists(st.sampled_from(brute.CODES), min_size=n, max_size=n))
    decision = tally(rule, room, dict(zip(room.members, taken, strict=True)), groups=10**6)
    if any(isinstance(part, Silence) for part in walk(rule)) and UNKNOWN in set(
        decision.positions.values()
    ):
        return
    if decision.adopted is Truth.TRUE:
        # An absent member that comes to vote against may complete a quorum: not counted.
        movable = [i for i, p in enumerate(taken) if p is not AGAINST and lowers(rule, room, i, p)]
        want = minimal_moves(rule, room, taken, movable, AGAINST, False)
        got = expanded(decision.could_block)
    else:
        movable = [i for i, p in enumerate(taken) if p is not FOR]
        want = minimal_moves(rule, room, taken, movable, FOR, True)
        got = expanded(decision.could_carry)
    assert got == want
    assert decision.margin == min(map(len, want), default=decision.margin)


def lowers(rule, room, place, stance):
    """Whether to vote against is worse for adoption than a position in every respect."""
    criteria, _ = criteria_of(rule, room)
    return all(c.pull(place, AGAINST) <= c.pull(place, stance) for c in criteria)


def walk(rule):
    yield rule
    for part in rule.parts:
        yield from walk(part)


@settings(QUICK, max_examples=150)
@given(games(most=4), st.data())
def test_chances_are_sums_over_profiles(game, data):
    rule, room = game
    n = len(room.members)
    odds = [
        dict(zip(brute.CODES, map(Fraction, weights), strict=True))
        for weights in data.draw(
            st.lists(
                st.lists(st.integers(0, 4), min_size=5, max_size=5).filter(any),
                min_size=n,
                max_size=n,
            )
        )
    ]
    beliefs = [{p: w / sum(o.values()) for p, w in o.items()} for o in odds]
    P = brute.all_profiles([5] * n)
    wins = brute.adopts(rule, brute.Room(room), P)
    got = chance(rule, room, {}, dict(zip(room.members, beliefs, strict=True)))
    weights = [
        np.prod([beliefs[i][brute.CODES[c]] for i, c in enumerate(row)]) for row in P.tolist()
    ]
    assert got.adopted == sum(w for w, won in zip(weights, wins, strict=True) if won)
    for i in range(n):
        others = [
            np.prod([beliefs[j][brute.CODES[c]] for j, c in enumerate(row) if j != i] or [1])
            for row in P.tolist()
        ]
        for code, values in ((brute.NUMBER[FOR], got.if_for), (4, got.if_against)):
            rows = wins & (P[:, i] == code)
            assert values[i] == sum(w for w, won in zip(others, rows, strict=True) if won)
        assert got.pivotal[i] == got.if_for[i] - got.if_against[i]


@settings(QUICK, max_examples=300)
@given(games(least=2, most=5))
def test_abstention_by_its_definition(game):
    """Felsenthal and Machover 1997: all tripartitions, and all orders in which to vote."""
    rule, room = game
    n = len(room.members)
    three = (AGAINST, brute.ABSTAIN, FOR)
    codes = np.array([brute.NUMBER[p] for p in three])
    votes = brute.all_profiles([3] * n)
    wins = brute.adopts(rule, brute.Room(room), codes[votes])
    got = power(rule, room, positions=three)
    assert got.winning == int(wins.sum())
    place = {tuple(row): k for k, row in enumerate(votes.tolist())}
    for i in range(n):
        decides = sum(
            bool(wins[k] and not wins[place[(*row[:i], 0, *row[i + 1 :])]])
            for k, row in enumerate(votes.tolist())
            if row[i] == 2
        )
        assert got.swings[i] == decides
    if not in_order(rule, room):
        assert got.shapley_shubik is None
        return
    if n <= 4:
        assert got.shapley_shubik == pivots(votes, wins, place, n)
    assert sum(got.shapley_shubik) == (1 if 0 < wins.sum() < len(wins) else 0)


def in_order(rule, room):
    """Whether abstaining is between against and for in every respect, for every member."""
    criteria, _ = criteria_of(rule, room)
    return all(
        c.pull(i, AGAINST) <= c.pull(i, brute.ABSTAIN) <= c.pull(i, FOR)
        for c in criteria
        for i in range(len(room.members))
    )


def test_no_pivot_where_abstaining_helps_more_than_a_yes():
    """Abstentions that count in favour, and not among the votes of which a share is asked."""
    asked = Threshold(Fraction(8, 11), share=True, strict=False)
    rule = Majority(asked, weights="votes", of="voting", counted=frozenset({brute.ABSTAIN, FOR}))
    room = electorate("ABCD", {"votes": {"A": 3, "B": 5, "C": 5, "D": 10}})
    found = power(rule, room, positions=(AGAINST, brute.ABSTAIN, FOR))
    assert found.shapley_shubik is None
    assert found.swings is not None


def pivots(votes, wins, place, n):
    """Count the voters that settle the outcome, over all orders and all votes."""

    def settled(row, voted):
        low = tuple(v if i in voted else 0 for i, v in enumerate(row))
        high = tuple(v if i in voted else 2 for i, v in enumerate(row))
        return wins[place[low]] == wins[place[high]]

    counts = [0] * n
    for row in votes.tolist():
        for order in permutations(range(n)):
            for k in range(n):
                if settled(row, order[: k + 1]):
                    if not settled(row, order[:k]):
                        counts[order[k]] += 1
                    break
    return tuple(Fraction(c, 3**n * factorial(n)) for c in counts)


@pytest.mark.parametrize("seed", range(5))
def test_halves_of_merged_profiles(seed):
    """Forty voters with few different weights: profiles that sum alike are kept as one."""
    pick = Random(seed)
    weights = [pick.randint(0, 12) for _ in range(40)]
    quota = pick.randint(1, sum(weights))
    game = weighted(quota, weights)
    eta, winning = divided.swings(weights, quota)
    got = power_of(game, how="halves", minimal=False)
    assert (got.swings, got.winning) == (tuple(eta), winning)
