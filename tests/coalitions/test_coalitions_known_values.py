"""Solutions printed in textbooks and manuals."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from math import comb
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.coalitions import (
    Game,
    Worth,
    banzhaf,
    deegan_packel,
    gately,
    johnston,
    kohlberg,
    normalised_banzhaf,
    nucleolus,
    prenucleolus,
    shapley,
    solidarity,
    stability,
    tau_value,
)

calm = settings(deadline=None, max_examples=60)

CONCEPTS: dict[str, Callable[[Game], np.ndarray]] = {
    "nucleolus": lambda g: nucleolus(g).allocation,
    "prenucleolus": lambda g: prenucleolus(g).allocation,
    "shapley": shapley,
    "tau": lambda g: tau_value(g).allocation,
    "gately": lambda g: gately(g).allocation,
    "solidarity": solidarity,
    "deegan_packel": deegan_packel,
    "johnston": johnston,
    "banzhaf_normalized": normalised_banzhaf,
}


def players(n: int) -> tuple[str, ...]:
    return tuple(f"p{i}" for i in range(n))


def game_of(values: list[float]) -> Game:
    n = (len(values) + 1).bit_length() - 1
    return Game.from_list(players(n), values)


@pytest.mark.shared
def test_every_value_of_the_collection(shared: Path) -> None:
    text = (shared / "data" / "coalitions" / "known_values.json").read_text(encoding="utf-8")
    cases = json.loads(text)["tests"]
    assert len(cases) == 15
    for case in cases:
        found = CONCEPTS[case["concept"]](game_of(case["values"]))
        printed = np.array(case["expected"], dtype=float)
        # as many digits as the source prints
        digits = max(len(str(v).partition(".")[2]) for v in case["expected"])
        tolerance = 1e-9 if digits > 10 else 0.51 * 10.0**-digits
        assert np.abs(found - printed).max() <= tolerance, (case["name"], case["concept"])


def test_peleg_sudhoelter_2007_p96_prenucleolus_is_no_imputation() -> None:
    game = game_of([0, 0, 0, 10, 0, 0, 2])
    assert np.allclose(prenucleolus(game).allocation, [3, 3, -4])
    assert np.allclose(nucleolus(game).allocation, [1, 1, 0])
    assert kohlberg(game, np.array([3.0, 3.0, -4.0]), individual=False)
    assert not kohlberg(game, np.array([3.0, 3.0, -4.0]))


def test_aumann_maschler_1985_p195_three_estates() -> None:
    claims = (100.0, 200.0, 300.0)
    printed = {100: (100 / 3,) * 3, 200: (50, 75, 75), 300: (50, 100, 150)}
    for estate, shares in printed.items():
        assert np.allclose(nucleolus(bankruptcy(estate, claims)).allocation, shares)


def test_shapley_shubik_1954_p791_security_council_of_eleven() -> None:
    names = players(11)
    full = [sum(1 for i in range(5, 11) if mask >> i & 1) for mask in range(1 << 11)]
    wins = np.array([mask & 31 == 31 and full[mask] >= 2 for mask in range(1 << 11)], dtype=float)
    found = shapley(Game(names, wins))
    assert found[:5].sum() == pytest.approx(76 / 77)  # "98.7 per cent"
    assert found[5:].sum() == pytest.approx(1 / 77)


def test_security_council_of_fifteen() -> None:
    n = 15
    many = np.array([bin(mask >> 5).count("1") for mask in range(1 << n)])
    veto = (np.arange(1 << n) & 31) == 31
    game = Game(players(n), (veto & (many >= 4)).astype(float))
    assert np.allclose(shapley(game)[:5], 421 / 2145)
    assert np.allclose(shapley(game)[5:], 4 / 2145)
    swings = banzhaf(game) * 2 ** (n - 1)
    assert np.allclose(swings[:5], 848)
    assert np.allclose(swings[5:], 84)


def bankruptcy(estate: float, claims: tuple[float, ...]) -> Game:
    """O'Neill's game: what the others' claims leave."""
    names = players(len(claims))
    total = sum(claims)

    def value(coalition: tuple[str, ...]) -> float:
        own = sum(claims[names.index(name)] for name in coalition)
        return max(estate - (total - own), 0.0)

    return Game.from_function(names, value)


def talmud(estate: float, claims: tuple[float, ...]) -> list[float]:
    """Half-claims are filled up equally, then losses beyond half are shared equally."""
    half = [c / 2 for c in claims]
    if estate <= sum(half):
        return equal_awards(estate, half)
    lost = equal_awards(sum(claims) - estate, half)
    return [c - x for c, x in zip(claims, lost, strict=True)]


def equal_awards(estate: float, caps: list[float]) -> list[float]:
    low, high = 0.0, max(caps)
    for _ in range(200):
        middle = (low + high) / 2
        if sum(min(c, middle) for c in caps) < estate:
            low = middle
        else:
            high = middle
    return [min(c, high) for c in caps]


@calm
@given(
    st.lists(st.integers(1, 60), min_size=2, max_size=7),
    st.integers(1, 99),
)
def test_nucleolus_of_bankruptcy_is_the_talmuds_rule(claims: list[int], part: int) -> None:
    """Aumann and Maschler (1985), Theorem D."""
    given_claims = tuple(float(c) for c in claims)
    estate = sum(given_claims) * part / 100
    found = nucleolus(bankruptcy(estate, given_claims)).allocation
    assert np.allclose(found, talmud(estate, given_claims), atol=1e-6 * sum(claims))


@calm
@given(st.lists(st.integers(1, 50), min_size=2, max_size=8))
def test_shapley_of_an_airport_splits_each_stretch_among_its_users(costs: list[int]) -> None:
    """Littlechild and Owen (1973)."""
    names = players(len(costs))
    game = Game.from_function(names, lambda c: -max(costs[names.index(p)] for p in c))
    expected = []
    for own in costs:
        share, before = 0.0, 0
        for step in sorted({c for c in costs if c <= own}):
            share += (step - before) / sum(c >= step for c in costs)
            before = step
        expected.append(-share)
    assert np.allclose(shapley(game), expected)


def test_barrett_1994_no_more_than_three_sign() -> None:
    """Linear benefits, quadratic costs: a stable treaty has three parties, however many states."""
    n, b, c = 8, 1.0, 1.0
    payoffs = np.zeros((n, 1 << n))
    for mask in range(1 << n):
        k = max(1, mask.bit_count())
        total = b / c * (k * k + n - k)
        for i in range(n):
            effort = b / c * (k if mask >> i & 1 else 1)
            payoffs[i, mask] = b * total - c * effort**2 / 2
    found = stability(Worth(players(n), payoffs))
    sizes = {int(mask).bit_count() for mask in found.stable("open")}
    assert max(sizes) == 3  # the third party is indifferent, so two may stop there too
    assert sizes == {2, 3}
    assert found.stable("open").size == comb(n, 3) + comb(n, 2)


def test_exact_shapley_of_small_games_by_orders() -> None:
    from itertools import permutations

    rng = np.random.default_rng(5)
    values = [0, *rng.integers(-9, 10, 15).tolist()]
    game = Game(players(4), np.array(values, dtype=float))
    total = [Fraction(0)] * 4
    for order in permutations(range(4)):
        mask = 0
        for i in order:
            total[i] += Fraction(values[mask | 1 << i] - values[mask])
            mask |= 1 << i
    assert np.allclose(shapley(game), [float(t / 24) for t in total], atol=1e-12)
