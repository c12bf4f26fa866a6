"""Stability, moves, groups and foresight against their definitions, one bloc at a time."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_worths import NAMES, worth_of, worths

from hansa.coalitions import (
    PartitionWorth,
    Worth,
    deviations,
    ends,
    farsighted,
    group_stable,
    indirectly_dominates,
    partitions,
    path,
    stability,
    to_stay,
    to_win,
    told,
)
from hansa.terms.errors import BadInput, UnknownCode

calm = settings(deadline=None, max_examples=40)


def inside(mask: int, n: int) -> list[int]:
    return [i for i in range(n) if mask >> i & 1]


@calm
@given(worths(most=5))
def test_who_leaves_and_who_joins(worth: Worth) -> None:
    found = stability(worth)
    u, n = worth.payoffs, worth.n
    for mask in range(1 << n):
        leave = {i for i in inside(mask, n) if u[i, mask ^ 1 << i] > u[i, mask]}
        join = {i for i in range(n) if not mask >> i & 1 and u[i, mask | 1 << i] > u[i, mask]}
        let_in = {
            j for j in join
            if all(u[i, mask | 1 << j] >= u[i, mask] for i in inside(mask, n)) or mask == 0
        }  # fmt: skip
        assert set(inside(int(found.leavers[mask]), n)) == leave
        assert set(inside(int(found.joiners[mask]), n)) == join
        assert set(inside(int(found.admitted[mask]), n)) == let_in
        verdict = found.verdict(mask)
        assert {NAMES.index(s) for s in verdict.leavers} == leave
        assert {NAMES.index(s) for s in verdict.admitted} == let_in
        assert verdict.stable("open") == (not leave and not join)
        if mask.bit_count() > 1:
            assert (mask in found.stable("open")) == (not leave and not join)
            assert (mask in found.stable("exclusive")) == (not leave and not let_in)


@calm
@given(worths(most=4))
def test_rules_of_consent(worth: Worth) -> None:
    u, n = worth.payoffs, worth.n
    majority = stability(worth, "majority")
    nobody = stability(worth, lambda members, newcomer, gain, lose: False)
    everybody = stability(worth, lambda members, newcomer, gain, lose: True)
    for mask in range(1, 1 << n):
        for j in inside(int(majority.joiners[mask]), n):
            change = [u[i, mask | 1 << j] - u[i, mask] for i in inside(mask, n)]
            more = sum(c > 0 for c in change) > sum(c < 0 for c in change)
            assert bool(int(majority.admitted[mask]) >> j & 1) == more
    assert not nobody.admitted.any()
    assert (everybody.admitted == everybody.joiners).all()
    assert (nobody.stable("exclusive").size) == int(
        (nobody.internal & (np.array([m.bit_count() for m in range(1 << n)]) > 1)).sum()
    )


def test_noise_makes_small_changes_none() -> None:
    worth = worth_of(4, 3)
    assert stability(worth).leavers.any()
    calm_worth = Worth(worth.players, worth.payoffs, noise=2.0)
    assert not stability(calm_worth).leavers.any()
    assert not stability(calm_worth).joiners.any()


@calm
@given(worths(least=3, most=4), st.booleans())
def test_groups(worth: Worth, consent: bool) -> None:
    stays, closed = group_stable(worth, consent=consent)
    u, n = worth.payoffs, worth.n
    for mask in range(1 << n):
        out = [i for i in range(n) if not mask >> i & 1]
        leaves = any(
            all(u[i, mask & ~sum(1 << k for k in g)] > u[i, mask] for i in g)
            for size in range(1, n + 1)
            for g in combinations(inside(mask, n), size)
        )
        joins = False
        for size in range(1, n + 1):
            for g in combinations(out, size):
                wider = mask | sum(1 << k for k in g)
                gain = all(u[i, wider] > u[i, mask] for i in g)
                kept = all(u[i, wider] >= u[i, mask] for i in inside(mask, n)) or not consent
                joins |= gain and kept
        assert stays[mask] == (not leaves)
        assert closed[mask] == (not joins)
        moved = deviations(worth, mask, consent=consent)
        assert any(d.leaves for d in moved) == leaves
        assert any(not d.leaves for d in moved) == joins
        assert all(min(d.gains.values()) > 0 for d in moved)
        assert ("together" in told(moved, worth)) == bool(moved)


def test_paths_stop_where_nobody_moves() -> None:
    for seed in range(30):
        found = stability(worth_of(5, seed))
        for order in ("largest gain", "largest joint gain", "as listed"):
            way = path(found, 3, order=order)
            verdict = found.verdict(way.bloc)
            if way.end == "nobody moves":
                assert verdict.stable("open")
                assert tuple(way.bloc) in ends(found, 3).stops
            else:
                assert way.end == "comes back"
                assert ends(found, 3).circles
            for step in way.steps:
                assert step.gain > 0


def test_the_first_pair_forms_if_both_gain() -> None:
    payoffs = np.zeros((3, 8))
    payoffs[:, 0b011] = [1, 1, -1]
    payoffs[:, 0b101] = [5, -1, -1]  # the second would not have it
    payoffs[:, 0b111] = [2, 2, 2]
    found = stability(Worth(("a", "b", "c"), payoffs))
    way = path(found)
    assert way.bloc == ("a", "b", "c")
    assert str(way) == "a joins, then b joins, then c joins: nobody moves"


# --- foresight --------------------------------------------------------------------------


def naive_foresight(worth: Worth, consent: bool) -> tuple[set[int], set[int], set[tuple[int, int]]]:
    """Chwe's largest consistent set and dominance, straight from the definitions."""
    u, n = worth.payoffs, worth.n
    blocs = [m for m in range(1 << n) if m.bit_count() != 1]

    def movers(a: int, d: int) -> set[int]:
        changed = set(inside(a ^ d, n))
        if consent and d & ~a:
            changed |= set(inside(a & d, n))
        return changed

    def prefer(group: set[int], e: int, a: int) -> bool:
        return all(u[i, e] > u[i, a] for i in group)

    ahead: set[tuple[int, int]] = set()  # (a, e): e indirectly dominates a
    for e in blocs:
        reached = {e}
        more = True
        while more:
            more = False
            for a in blocs:
                if a in reached:
                    continue
                if any(prefer(movers(a, d), e, a) for d in reached if d != a):
                    reached.add(a)
                    ahead.add((a, e))
                    more = True
    consistent = set(blocs)
    while True:
        kept = {
            a
            for a in consistent
            if all(
                any(not prefer(movers(a, d), e, a) for e in consistent if e == d or (d, e) in ahead)
                for d in blocs
                if d != a
            )
        }
        if kept == consistent:
            break
        consistent = kept
    alone = {e for e in blocs if all((a, e) in ahead for a in blocs if a != e)}
    return consistent, alone, ahead


@pytest.mark.parametrize("consent", [True, False])
@pytest.mark.parametrize("seed", range(12))
def test_foresight_as_defined(seed: int, consent: bool) -> None:
    worth = worth_of(4, seed, whole=seed % 2 == 0)
    consistent, alone, ahead = naive_foresight(worth, consent)
    found = farsighted(worth, consent=consent)
    assert set(found.consistent.tolist()) == consistent
    assert set(found.stable.tolist()) == alone
    for a in (0, 3, 7, 15):
        for e in (0, 3, 6, 15):
            if a != e:
                said = indirectly_dominates(worth, e, a, consent=consent)
                assert said == ((a, e) in ahead)


def test_foresight_is_never_empty_and_has_a_limit() -> None:
    for seed in range(10):
        assert farsighted(worth_of(5, seed), groups=False).consistent.size > 0
    with pytest.raises(BadInput, match="too much"):
        farsighted(Worth(tuple("abcdefghijklm"), np.zeros((13, 1 << 13))))


# --- partitions -------------------------------------------------------------------------


def test_number_of_partitions_is_bells() -> None:
    assert [len(partitions(n)) for n in range(1, 9)] == [1, 2, 5, 15, 52, 203, 877, 4140]
    assert len(set(partitions(6))) == 203


@pytest.mark.parametrize("seed", range(5))
def test_one_bloc_of_all_partitions(seed: int) -> None:
    rng = np.random.default_rng(seed)
    full = PartitionWorth(tuple("abcd"), rng.random((15, 4)))
    single = full.one_bloc()
    assert single.of(("a", "c")) == full.of([("a", "c")])
    assert single.of(()) == full.of([])
    assert single.of(("b",)) == single.of(())


@pytest.mark.parametrize("seed", range(6))
def test_stable_partitions_as_defined(seed: int) -> None:
    rng = np.random.default_rng(seed)
    full = PartitionWorth(tuple("abc"), rng.integers(0, 5, (5, 3)).astype(float))
    value = {
        frozenset(map(frozenset, _named(blocs))): full.payoffs[k]
        for k, blocs in enumerate(partitions(3))
    }
    for kept in full.stable(groups=True, rest="falls apart"):
        here = value[frozenset(map(frozenset, kept))]
        for size in (1, 2, 3):
            for group in combinations("abc", size):
                after = [set(group)]
                for bloc in kept:
                    left = set(bloc) - set(group)
                    if left != set(bloc):
                        after += [{p} for p in left]
                    else:
                        after.append(set(bloc))
                there = value[frozenset(frozenset(b) for b in after if b)]
                assert not all(there["abc".index(p)] > here["abc".index(p)] for p in group)


def _named(blocs: tuple[int, ...]) -> list[list[str]]:
    return [["abc"[i] for i in inside(bloc, 3)] for bloc in blocs]


# --- payments ---------------------------------------------------------------------------


@calm
@given(worths(least=3, most=5), st.data())
def test_payments_keep_everybody_and_are_least(worth: Worth, data: st.DataObject) -> None:
    bloc = data.draw(st.integers(1, (1 << worth.n) - 1).filter(lambda m: m.bit_count() > 1))
    money = np.array([data.draw(st.integers(1, 9)) for _ in range(worth.n)], dtype=float)
    paid = to_stay(worth, bloc, money)
    slack = {
        name: money[i] * (worth.payoffs[i, bloc] - worth.payoffs[i, bloc ^ 1 << i])
        for i, name in enumerate(worth.players)
        if bloc >> i & 1
    }
    after = {name: slack[name] + paid.amounts[name] for name in slack}
    assert min(after.values()) >= -1e-9
    assert sum(paid.amounts.values()) == pytest.approx(paid.outside, abs=1e-9)
    lack = sum(-s for s in slack.values() if s < 0)
    assert paid.moved == pytest.approx(lack)  # nobody can be kept for less
    assert paid.enough == (sum(slack.values()) >= -1e-9)


def test_winning_a_newcomer() -> None:
    payoffs = np.zeros((3, 8))
    payoffs[:, 0b011] = [1, 1, 0]
    payoffs[:, 0b111] = [3, 0.5, 0.25]
    worth = Worth(("a", "b", "c"), payoffs)
    paid = to_win(worth, ("a", "b"), "c")
    assert paid.amounts["b"] == pytest.approx(0.5)
    assert sum(paid.amounts.values()) == pytest.approx(0)
    assert paid.moved == pytest.approx(0.5)
    with pytest.raises(BadInput, match="already"):
        to_win(worth, ("a", "b"), "b")
    with pytest.raises(UnknownCode, match="unknown player 'd'"):
        to_win(worth, ("a", "b"), "d")
