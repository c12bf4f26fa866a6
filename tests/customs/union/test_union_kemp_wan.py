"""Kemp and Wan: the rest of the world untouched, no member worse off, transfers that pay."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hansa.customs.union import (
    ArithmeticMean,
    KempWan,
    Missing,
    NationalTariff,
    align,
    build,
    kemp_wan_union,
    trade_of,
    union_imports,
)
from hansa.terms.errors import BadInput


def union(rates, imports):
    """Rates and imports by line and member."""
    members = "ABCD"[: len(rates[0])]
    s = align(
        [
            NationalTariff(m, {f"{n:03d}": float(row[c]) for n, row in enumerate(rates)})
            for c, m in enumerate(members)
        ]
    )
    flows = [
        {"member": m, "code": f"{n:03d}", "partner": "X", "value": row[c]}
        for n, row in enumerate(imports)
        for c, m in enumerate(members)
    ]
    return s, trade_of(flows, s)


def test_two_members_by_hand():
    # Rates 0 and 50 %, imports 100 and 75, elasticity 1: slopes 100 and 50, T = 50/3 %.
    s, trade = union([(0, 50)], [(100, 75)])
    result = kemp_wan_union(s, trade)
    assert result.T[0] == pytest.approx(50 / 3)
    assert result.x1[0] == pytest.approx([100 - 100 / 6, 75 + 100 / 6])
    a, b = result.accounts
    # A pays its users' loss out of what it gets: compensation 100/6, users -(1/6)(100+83.3)/2.
    assert a.revenue_before == 0
    assert a.transfer == pytest.approx(100 / 6)
    assert a.users == pytest.approx(-(1 / 6) * (100 + 100 - 100 / 6) / 2)
    assert a.gain == pytest.approx(100 * (1 / 6) ** 2 / 2)
    assert b.gain == pytest.approx(50 * (1 / 3) ** 2 / 2)
    assert a.transfer + b.transfer == pytest.approx(result.revenue)
    assert result.beyond == ()


RATE = st.integers(0, 80_000).map(lambda n: n / 1000)
SIZE = st.integers(0, 10**6)
ELASTIC = st.fixed_dictionaries({m: st.integers(1, 60).map(lambda n: n / 10) for m in "ABC"})


@given(
    st.lists(
        st.tuples(st.tuples(RATE, RATE, RATE), st.tuples(SIZE, SIZE, SIZE)), min_size=1, max_size=8
    ),
    ELASTIC,
)
def test_union_imports_are_unchanged_transfers_pay_for_themselves_and_nobody_loses(
    lines, elasticity
):
    rates, imports = [row for row, _ in lines], [row for _, row in lines]
    assume(any(any(row) for row in imports))
    s, trade = union(rates, imports)
    result = kemp_wan_union(s, trade, elasticity)
    before, after = result.x0.sum(axis=1), result.x1.sum(axis=1)
    assert after == pytest.approx(before, rel=1e-9)
    transfers = sum(account.transfer for account in result.accounts)
    assert transfers == pytest.approx(result.revenue, rel=1e-9, abs=1e-9)
    for account in result.accounts:
        assert account.gain >= -1e-9 * max(1.0, abs(account.compensation))
        assert account.transfer == pytest.approx(account.revenue_before + account.compensation)
    slopes = KempWan(elasticity).slopes(s, trade)
    moved = (np.nan_to_num(result.T)[:, None] - s.t) / 100
    gains = (slopes * moved**2 / 2).sum()
    total = sum(account.gain for account in result.accounts)
    assert total == pytest.approx(gains, rel=1e-6, abs=1e-6)


@given(st.lists(st.tuples(RATE, RATE, RATE), min_size=1, max_size=6), st.data())
def test_the_rule_of_the_same_name_builds_the_same_tariff(rates, data):
    s, trade = union(rates, [[data.draw(st.integers(1, 10**6)) for _ in range(3)] for _ in rates])
    rule, model = build(s, KempWan(), trade).T, kemp_wan_union(s, trade).T
    assert rule == pytest.approx(model, abs=1e-6)


def test_other_rules_move_the_rest_of_the_world():
    s, trade = union([(0, 50)], [(100, 75)])
    mean = build(s, ArithmeticMean(), trade).T  # 25 > 50/3: outsiders sell less
    assert union_imports(s, trade, mean)[0] < 175
    assert union_imports(s, trade, kemp_wan_union(s, trade).T)[0] == pytest.approx(175)


def test_with_equal_rates_nothing_moves():
    s, trade = union([(7, 7), (0, 0)], [(100, 75), (3, 0)])
    result = kemp_wan_union(s, trade)
    assert pytest.approx([7, 0], rel=1e-14) == result.T
    assert result.x1 == pytest.approx(result.x0, rel=1e-14)
    assert sum(account.gain for account in result.accounts) == pytest.approx(0, abs=1e-12)


def test_demand_that_is_stretched_beyond_the_data_is_named():
    s, trade = union([(0, 100)], [(1, 1000)])
    result = kemp_wan_union(s, trade, {"A": 9, "B": 1})
    assert result.beyond == (("000", "A"),)


def test_impossible_questions_are_refused():
    s = align([NationalTariff("A", {"01": 5}), NationalTariff("B", {"02": 5})], Missing.OTHERS)
    trade = trade_of([{"member": "A", "code": "02", "partner": "X", "value": 1}], s)
    with pytest.raises(BadInput, match="A imports 02, which its tariff does not have"):
        kemp_wan_union(s, trade)
    with pytest.raises(BadInput, match="no external imports"):
        kemp_wan_union(s, trade_of([{"member": "A", "code": "01", "partner": "X", "value": 0}], s))
