"""Balance of power by brute force, for systems of up to six states."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.security.deterrence import balance, can_be_alliance, census, holding_alliances
from hansa.terms.errors import BadInput, UnknownCode

systems = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 60), min_size=2, max_size=6)


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6])
def test_wagner_1986_systems_of_two_to_five_can_be_stable(n: int) -> None:
    found = census(n, 24)
    assert found.stable > 0
    assert found.peaceful > 0


@pytest.mark.parametrize("units", [24, 30, 31])
def test_wagner_1986_three_actors_are_the_most_stable(units: int) -> None:
    shares = {n: census(n, units).share for n in (3, 4, 5, 6)}
    assert shares[3] == 1.0
    assert all(shares[n] < 1.0 for n in (4, 5, 6))
    pair = census(2, units)  # two are stable only if exactly equal
    assert pair.stable == (1 if units % 2 == 0 else 0)


@given(systems)
def test_every_state_of_a_stable_system_is_needed_by_somebody(system: dict[str, int]) -> None:
    found = balance(system)
    half = Fraction(sum(system.values()), 2)
    for coalition in found.minimal_winning:
        total = sum(system[s] for s in coalition)
        assert total > half
        assert all(total - system[s] <= half for s in coalition)
    for s in found.inessential:
        assert found.predominant or all(s not in c for c in found.minimal_winning)
    assert set(found.essential) | set(found.inessential) == set(system)


@given(systems, st.integers(1, 1000))
def test_names_order_and_units_do_not_matter(system: dict[str, int], unit: int) -> None:
    renamed = {s.upper(): r * unit for s, r in reversed(system.items())}
    one, other = balance(system), balance(renamed)
    assert {s.upper() for s in one.essential} == set(other.essential)
    assert one.stable == other.stable


@given(systems)
def test_exactly_half_brings_peace(system: dict[str, int]) -> None:
    rest = sum(system.values())
    found = balance({**system, "z": rest})
    assert found.blocking == "z"
    assert found.stable


@given(systems)
def test_more_than_half_leaves_nobody_else_needed(system: dict[str, int]) -> None:
    found = balance({**system, "z": sum(system.values()) + 1})
    assert found.predominant == "z"
    assert found.essential == ("z",)
    assert not found.stable


def test_a_state_that_no_minimal_winning_coalition_needs() -> None:
    found = balance({"a": 120, "b": 100, "c": 60, "d": 20})
    assert found.inessential == ("d",)
    assert not found.stable


def test_niou_and_ordeshook_1994_not_every_minimal_winning_coalition_can_be_an_alliance() -> None:
    system = {"a": 80, "b": 75, "c": 75, "d": 70}
    found = balance(system)
    holds = {c: can_be_alliance(system, sorted(c)) for c in found.minimal_winning}
    assert not holds[frozenset("ab")]
    assert holds[frozenset("bcd")]
    assert set(holding_alliances(system)) >= {c for c, held in holds.items() if held}


def test_niou_and_ordeshook_1994_alliances_of_smaller_states_can_be_stable() -> None:
    system = {"great": 10, "x": 3, "y": 3, "z": 3}
    assert balance(system).predominant == "great"
    assert frozenset("xyz") in holding_alliances(system)
    assert not can_be_alliance(system, ["great", "x"])


def test_niou_and_ordeshook_1994_bipolar_structures_do_not_exhaust_what_holds() -> None:
    system = dict.fromkeys("abcdef", 1)
    held = set(holding_alliances(system))
    three_pairs = [frozenset("ab"), frozenset("cd"), frozenset("ef")]
    assert held.issuperset(three_pairs)
    assert held.issuperset(frozenset(c) for c in combinations("abcdef", 3))


@given(systems)
def test_two_unequal_states_never_hold_together(system: dict[str, int]) -> None:
    for one, other in combinations(system, 2):
        assert can_be_alliance(system, [one, other]) == (system[one] == system[other])


def test_nonsense_is_refused() -> None:
    with pytest.raises(BadInput):
        balance({})
    with pytest.raises(BadInput):
        balance({"a": 0})
    with pytest.raises(BadInput):
        balance({"a": float("nan"), "b": 1})
    with pytest.raises(BadInput):
        balance({f"s{i}": 1 for i in range(13)})
    with pytest.raises(BadInput):
        can_be_alliance({"a": 1, "b": 1}, ["a"])
    with pytest.raises(UnknownCode):
        can_be_alliance({"a": 1, "b": 1}, ["a", "x"])
    with pytest.raises(BadInput):
        census(7, 20)
