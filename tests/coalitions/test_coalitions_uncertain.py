"""Draws, sensitivity, outlooks and levers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_worths import worth_of
from SALib.analyze import sobol as salib

from hansa.coalitions import Factor, Outlook, design, sobol_indices, stability, tipping, wilson
from hansa.terms.errors import BadInput, UnknownCode

calm = settings(deadline=None, max_examples=30)
ANGLES = tuple(Factor(f"x{i}", "uniform", {"low": -np.pi, "high": np.pi}) for i in range(3))


def ishigami(row: dict[str, float]) -> float:
    return np.sin(row["x0"]) + 7 * np.sin(row["x1"]) ** 2 + 0.1 * row["x2"] ** 4 * np.sin(row["x0"])


def test_ishigami_and_salib() -> None:
    plan = design(ANGLES, 2048, seed=1)
    outcomes = np.array([ishigami(row) for row in plan.rows])
    found = sobol_indices(plan, outcomes)
    # the exact indices of Ishigami and Homma's function with a = 7, b = 0.1
    assert found.first == pytest.approx([0.3139, 0.4424, 0.0], abs=0.03)
    assert found.total == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.03)
    table = outcomes.reshape(-1, 5)
    in_its_order = np.concatenate([[row[0], *row[2:], row[1]] for row in table])
    problem = {"num_vars": 3, "names": ["x0", "x1", "x2"], "bounds": [[-np.pi, np.pi]] * 3}
    theirs = salib.analyze(problem, in_its_order, calc_second_order=False, print_to_console=False)
    assert found.first == pytest.approx(theirs["S1"], abs=1e-6)
    assert found.total == pytest.approx(theirs["ST"], abs=1e-6)


def test_more_points_begin_with_the_same_ones() -> None:
    few, many = design(ANGLES, 16, seed=3), design(ANGLES, 64, seed=3)
    assert many.rows[: len(few.rows)] == few.rows
    assert design(ANGLES, 16, seed=4).rows != few.rows
    odd = design(ANGLES, 11, seed=3)
    assert odd.rows == few.rows[: len(odd.rows)]


def test_factors_have_the_distributions_they_say() -> None:
    factors = [
        Factor("u", "uniform", {"low": 1, "high": 3}),
        Factor("lu", "loguniform", {"low": 0.1, "high": 10}),
        Factor("n", "normal", {"mean": 2, "sd": 0.5}),
        Factor("ln", "lognormal", {"median": 4, "sd": 0.3}),
        Factor("b", "beta", {"kept": 42, "broken": 60}),
        Factor("c", "choice", {"values": ["x", "y"]}),
        Factor("j", "joint", {"names": ["p", "q"], "mean": [1, 2],
                              "covariance": [[1.0, 0.5], [0.5, 2.0]]}),
    ]  # fmt: skip
    plan = design(factors, 4096, seed=0, sensitive=False)
    column = {name: np.array([row[name] for row in plan.rows]) for name in plan.rows[0]}
    assert column["u"].mean() == pytest.approx(2, abs=0.01)
    assert np.median(column["lu"]) == pytest.approx(1, rel=0.02)
    assert column["n"].std() == pytest.approx(0.5, rel=0.02)
    assert np.quantile(column["ln"], [0.05, 0.95]) == pytest.approx([2.44, 6.55], rel=0.02)
    assert column["b"].mean() == pytest.approx(43 / 104, abs=0.002)
    assert (column["c"] == "x").mean() == pytest.approx(0.5, abs=0.01)
    pair = np.cov(np.array([column["p"], column["q"]], dtype=float))
    assert pair == pytest.approx(np.array([[1.0, 0.5], [0.5, 2.0]]), abs=0.05)


@pytest.mark.parametrize(
    ("kind", "numbers", "what"),
    [
        ("unifrom", {"low": 0, "high": 1}, "did you mean uniform"),
        ("uniform", {"low": 0, "hihg": 1}, "did you mean high"),
        ("uniform", {"low": 2, "high": 1}, "with 2 and 1"),
        ("uniform", {"low": 2}, "needs high"),
        ("loguniform", {"low": -1, "high": 1}, "with -1 and 1"),
        ("normal", {"mean": "x", "sd": 1}, "not a number"),
        ("choice", {"values": []}, "needs values"),
        ("joint", {"names": ["a"], "mean": [0], "covariance": [[-1.0]]}, "positive semidefinite"),
    ],
)
def test_bad_factors_are_named(kind: str, numbers: dict[str, object], what: str) -> None:
    with pytest.raises(BadInput, match=what):
        Factor("theta", kind, numbers)


def test_two_factors_of_one_parameter() -> None:
    twice = [Factor("x", "uniform", {"low": 0, "high": 1})] * 2
    with pytest.raises(BadInput, match="drawn by two"):
        design(twice, 4, 0)


@calm
@given(st.integers(0, 10**6), st.integers(1, 30))
def test_an_outlook_says_what_the_worth_says(seed: int, bloc: int) -> None:
    worth = worth_of(5, seed)
    found, verdict = Outlook.of(worth, bloc), stability(worth).verdict(bloc)
    assert dict.fromkeys(found.leavers()) == dict.fromkeys(
        sorted(verdict.leavers, key=lambda s: -verdict.leavers[s])
    )
    for state, gain in {**verdict.leavers, **verdict.joiners}.items():
        assert found.moves(state).point == pytest.approx(gain)
    for state in verdict.joiners:
        assert found.opposed(state) == verdict.opposed[state]
    assert (found.internal().share == 1) == verdict.internal
    assert (found.stable("exclusive").share == 1) == verdict.stable("exclusive")


def test_bands_and_chances_over_draws() -> None:
    point = np.zeros((3, 2))
    point[1:] = [[1.0, 0], [0, -1.0]]
    draws = np.stack([point * k for k in (-1, 1, 2, 3)])
    found = Outlook(("a", "b"), ("b",), point, draws)
    assert found.moves("a").above == 0.75
    assert found.moves("a").low < 0 < found.moves("a").high
    assert found.internal().share == 0.75  # b has less outside in three of four
    low, high = wilson(3, 4)
    assert (found.internal().low, found.internal().high) == (low, high)
    assert 0 <= low < 0.75 < high <= 1


def test_joining_both_or_leaving_both() -> None:
    """A mover leaves or joins both blocs, unless it already is where it would be."""
    one = Outlook.of(worth_of(3, 1), 0b011)
    other = Outlook.of(worth_of(3, 2), 0b111)
    both = one.plus(other)
    assert both.moves("a").point == pytest.approx(one.moves("a").point + other.moves("a").point)
    assert both.moves("c").point == pytest.approx(one.moves("c").point)  # is in the other already


@calm
@given(st.floats(0.05, 0.95), st.booleans())
def test_tipping_finds_the_first_change_of_sign(root: float, falls: bool) -> None:
    sign = -1 if falls else 1
    found = tipping(lambda x: sign * (x - root), 0, 1, tolerance=1e-9)
    assert found.at == pytest.approx(root, abs=1e-8)
    assert found.gain_low * found.gain_high <= 0
    assert not found.never


def test_tipping_says_if_there_is_none() -> None:
    found = tipping(lambda x: 1 + x, 0, 1)
    assert found.never
    assert (found.gain_low, found.gain_high) == (1, 2)
    with pytest.raises(BadInput, match="no range"):
        tipping(lambda x: x, 1, 1)
    with pytest.raises(BadInput, match="no number"):
        tipping(lambda x: float("nan"), 0, 1)


def test_unknown_player_of_an_outlook() -> None:
    with pytest.raises(UnknownCode, match="unknown player"):
        Outlook.of(worth_of(3, 1), 3).moves("zz")
