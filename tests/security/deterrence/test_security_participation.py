"""Participation games and repeated help."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.security.deterrence import (
    exchange_of_help,
    mutual_defence,
    participation,
    pivotal,
    volunteer,
)
from hansa.terms.errors import BadInput


def test_diekmann_1985_ten_volunteers_at_half_cost_come_with_0741() -> None:
    found = volunteer(10, 0.5, 1.0)
    assert found.p == pytest.approx(0.0741, abs=5e-5)
    assert found.nobody == pytest.approx(0.5 ** (10 / 9))
    (solved,) = participation(10, 1, 0.5, 1.0)
    assert solved.p == pytest.approx(found.p, abs=1e-12)
    assert solved.enough == pytest.approx(1 - found.nobody)


@given(st.integers(2, 60), st.floats(0.01, 0.99))
def test_the_more_could_help_the_less_likely_anybody_does(n: int, ratio: float) -> None:
    one, more = volunteer(n, ratio, 1.0), volunteer(n + 1, ratio, 1.0)
    assert more.p < one.p
    assert more.nobody > one.nobody
    assert one.nobody == pytest.approx((1 - one.p) ** n)


@given(st.integers(2, 25), st.integers(1, 25), st.floats(0.01, 0.95))
def test_mixing_makes_coming_and_staying_away_equally_good(n: int, k: int, ratio: float) -> None:
    k = min(k, n)
    for found in participation(n, k, ratio, 1.0):
        if 0 < found.p < 1:
            assert pivotal(n, k, found.p) == pytest.approx(ratio, rel=1e-8)
        elif found.p == 0:
            assert pivotal(n, k, 0) <= ratio  # nobody gains by coming alone
        else:
            assert pivotal(n, k, 1) >= ratio  # nobody gains by staying away
        assert 0 <= found.enough <= 1
        assert found.nobody == pytest.approx((1 - found.p) ** n)


def test_palfrey_and_rosenthal_have_two_mixed_equilibria_or_none() -> None:
    cheap = participation(5, 3, 0.2, 1.0)
    assert len(cheap) == 3
    assert cheap[0].p == 0
    assert cheap[1].p < (3 - 1) / (5 - 1) < cheap[2].p
    dear = participation(5, 3, 0.9, 1.0)
    assert [e.p for e in dear] == [0.0]


def test_all_needed_means_all_or_nobody_or_a_knife_edge() -> None:
    found = participation(3, 3, 0.25, 1.0)
    assert [e.p for e in found] == pytest.approx([0.0, 0.5, 1.0])


def test_one_alone_comes_if_it_pays() -> None:
    (only,) = participation(1, 1, 0.5, 1.0)
    assert only.p == 1.0


@given(st.floats(0.01, 10), st.floats(0.01, 10), st.floats(0, 0.999))
def test_grim_trigger_sustains_an_exchange_iff_delta_is_c_over_b(
    c: float, b: float, delta: float
) -> None:
    found = exchange_of_help(c, b)
    keeping, taking = (b - c) / (1 - delta), b
    if abs(keeping - taking) > 1e-6 * b:
        assert found.sustained(delta) == (keeping >= taking and b > c)


@given(st.integers(2, 12), st.floats(0.01, 2), st.floats(0.01, 30), st.floats(0, 0.999))
def test_a_called_ally_helps_iff_the_future_outweighs_the_cost(
    n: int, c: float, b: float, delta: float
) -> None:
    worth = (b - (n - 1) * c) / n
    gain = -c + delta / (1 - delta) * worth
    if abs(gain) > 1e-9 * (c + abs(worth)) / (1 - delta):
        assert mutual_defence(n, c, b).sustained(delta) == (gain >= 0)


@given(st.integers(2, 12), st.floats(0.01, 1))
def test_the_more_members_are_called_the_more_patience_it_takes(n: int, c: float) -> None:
    one, more = mutual_defence(n, c, 40.0), mutual_defence(n + 1, c, 40.0)
    assert one.least is not None
    assert more.least is not None
    assert more.least > one.least
    assert np.isclose(mutual_defence(2, c, 40.0).least or 0, 2 * c / (40 + c))


def test_help_dearer_than_its_worth_is_never_sustained() -> None:
    assert exchange_of_help(2, 1).least is None
    assert not exchange_of_help(2, 1).sustained(0.99)
    assert mutual_defence(5, 1, 3).least is None


def test_nonsense_is_refused() -> None:
    with pytest.raises(BadInput):
        participation(5, 6, 0.5, 1)
    with pytest.raises(BadInput):
        participation(5, 2, 1.5, 1)
    with pytest.raises(BadInput):
        volunteer(1, 0.5, 1)
    with pytest.raises(BadInput):
        volunteer(3, 2, 1)
    with pytest.raises(BadInput):
        exchange_of_help(0, 1)
    with pytest.raises(BadInput):
        mutual_defence(1, 1, 1)
    with pytest.raises(BadInput):
        exchange_of_help(1, 2).sustained(1.0)
