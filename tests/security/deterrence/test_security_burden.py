"""Burden sharing: Olson and Zeckhauser's closed form and Warr's neutrality."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from hansa.security.deterrence import olson_zeckhauser, rank_correlation
from hansa.terms.errors import BadInput

unions = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0.5, 100), min_size=1, max_size=8)
tastes = st.floats(0.05, 0.9)


@given(unions, tastes)
def test_nobody_can_gain_by_giving_another_amount(incomes: dict[str, float], a: float) -> None:
    found = olson_zeckhauser(incomes, a)
    for state, income in incomes.items():
        others = found.provided - found.contributions[state]

        def loss(q: float, income: float = income, others: float = others) -> float:
            return -(
                (1 - a) * np.log(max(income - q, 1e-300)) + a * np.log(max(others + q, 1e-300))
            )

        own = loss(found.contributions[state])
        best = minimize_scalar(loss, bounds=(0, income), method="bounded", options={"xatol": 1e-9})
        assert own <= best.fun + 1e-6


@given(unions, tastes)
def test_contributions_add_up_and_the_good_is_underprovided(
    incomes: dict[str, float], a: float
) -> None:
    found = olson_zeckhauser(incomes, a)
    assert sum(found.contributions.values()) == pytest.approx(found.provided)
    assert found.provided <= found.best * (1 + 1e-9)
    n = len(found.contributors)
    if n == len(incomes):  # interior: the published ratio
        assert found.shortfall == pytest.approx(1 / (a + n * (1 - a)))
    assert min(found.contributions.values()) >= 0


@given(unions, tastes)
def test_the_great_give_a_greater_share(incomes: dict[str, float], a: float) -> None:
    rates = olson_zeckhauser(incomes, a).rates()
    ranked = [rates[state] for state in sorted(incomes, key=lambda s: incomes[s])]
    assert all(low <= high + 1e-12 for low, high in itertools.pairwise(ranked))


@given(unions, tastes, st.floats(0, 0.2))
def test_warr_transfers_among_contributors_change_nothing(
    incomes: dict[str, float], a: float, part: float
) -> None:
    before = olson_zeckhauser(incomes, a)
    if len(before.contributors) < 2:
        return
    giver, taker = before.contributors[0], before.contributors[-1]
    gift = part * before.contributions[giver]
    moved = {**incomes, giver: incomes[giver] - gift, taker: incomes[taker] + gift}
    after = olson_zeckhauser(moved, a)
    if set(after.contributors) == set(before.contributors):
        assert after.provided == pytest.approx(before.provided)
        private = {s: incomes[s] - before.contributions[s] for s in incomes}
        for s in incomes:
            assert moved[s] - after.contributions[s] == pytest.approx(private[s])


@given(unions, tastes, st.floats(0.01, 100))
def test_units_of_income_do_not_matter(incomes: dict[str, float], a: float, unit: float) -> None:
    one = olson_zeckhauser(incomes, a)
    other = olson_zeckhauser({s: i * unit for s, i in incomes.items()}, a)
    assert other.provided == pytest.approx(one.provided * unit)


def test_the_poor_drop_out() -> None:
    found = olson_zeckhauser({"big": 100.0, "middle": 60.0, "small": 5.0}, 0.5)
    # two contributors: Q = .5·160/(.5 + 2·.5)
    assert found.provided == pytest.approx(80 / 1.5)
    assert found.contributors == ("big", "middle")
    assert found.contributions["small"] == 0.0
    assert found.contributions["big"] == pytest.approx(100 - 80 / 1.5)
    assert "2 of 3" in found.because[0].text


def test_nonsense_is_refused() -> None:
    with pytest.raises(BadInput, match="income"):
        olson_zeckhauser({"a": 0.0}, 0.5)
    with pytest.raises(BadInput, match="income"):
        olson_zeckhauser({}, 0.5)
    with pytest.raises(BadInput, match="weight"):
        olson_zeckhauser({"a": 1.0}, 1.0)


def test_rank_correlation_of_size_and_effort() -> None:
    size = np.array([100.0, 50.0, 20.0, 10.0])
    assert rank_correlation(size, np.array([4.0, 3.0, 2.0, 1.0])) == pytest.approx(1)
    assert rank_correlation(size, np.array([4.0, 3.0, 1.0, 2.0])) == pytest.approx(0.8)
    with pytest.raises(BadInput):
        rank_correlation(size[:2], size[:2])
