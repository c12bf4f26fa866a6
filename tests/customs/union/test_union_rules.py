"""Rules of making one rate out of many, and what must hold whatever the tariffs are."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.customs.union import (
    Anchor,
    ArithmeticMean,
    ByList,
    Capped,
    Ceiling,
    Highest,
    ImportWeightedMean,
    KempWan,
    Lowest,
    Median,
    Missing,
    NationalTariff,
    NearestBand,
    Negotiated,
    align,
    build,
    trade_of,
)
from hansa.terms.errors import BadInput, UnknownCode
from hansa.terms.money import Rounding

MEMBERS = ("A", "B", "C")
CODES = ("010121", "010129", "020110")


def tariffs(*rows):
    """One row of member rates per line."""
    codes = [f"{n:06d}" for n in range(len(rows))]
    return [
        NationalTariff(
            member, {c: r[m] for c, r in zip(codes, rows, strict=True) if r[m] is not None}
        )
        for m, member in enumerate(MEMBERS[: len(rows[0])])
    ]


def schedules(*rows, missing=Missing.REFUSE):
    return align(tariffs(*rows), missing)


def trade(s, values):
    """Imports of each member on each line from one partner."""
    rows = [
        {"member": m, "code": c, "partner": "X", "value": v}
        for c, line in zip(s.codes, values, strict=True)
        for m, v in zip(s.members, line, strict=True)
    ]
    return trade_of(rows, s)


ONE = schedules((10, 20, 0))
HIS = trade(ONE, [(100, 300, 0)])


@pytest.mark.parametrize(
    ("rule", "rate", "said"),
    [
        (ArithmeticMean(), 10, "the arithmetic mean of the members' rates"),
        (ArithmeticMean({"Two": ("A", "B")}), 7.5, "counting as one Two: A, B"),
        (ImportWeightedMean(), 17.5, "weighted by their imports"),
        (KempWan(), (10 * 100 / 1.1 + 20 * 300 / 1.2) / (100 / 1.1 + 300 / 1.2), "slopes"),
        (KempWan({"A": 1.1, "B": 1.2, "C": 5}), 17.5, "slopes"),
        (Lowest(), 0, "lowest"),
        (Highest(), 20, "highest"),
        (Median(), 10, "median"),
        (Anchor("B"), 20, "the rate of B"),
        (NearestBand((0, 8, 25)), 8, "bands 0, 8, 25 %"),
        (NearestBand((0, 12, 25), "imports"), 12, "counting by their imports"),
        (Capped(ArithmeticMean(), (Ceiling("List C", 9, ["0000"]),)), 9, "not above 9 % (List C)"),
        (Negotiated({"000000": 3.3}, Highest()), 3.3, "fixed by the negotiated list"),
        (ByList(frozenset({"00"}), Lowest(), Highest(), "raw goods"), 0, "lowest"),
    ],
)
def test_a_rule_by_hand_and_its_sentence(rule, rate, said):
    common = build(ONE, rule, HIS)
    assert common.rate("000000") == pytest.approx(rate, abs=5e-7)
    assert said in common.line("000000").rule
    assert common.rule == rule.sentence()


def test_a_band_can_be_nearer_to_the_trade_than_to_the_members():
    s = schedules((10, 20, 0))
    his = trade(s, [(10, 300, 0)])
    assert build(s, NearestBand((8, 19)), his).rate("000000") == 8
    assert build(s, NearestBand((8, 19), "imports"), his).rate("000000") == 19


def test_a_tie_between_bands_goes_to_the_lower():
    s = schedules((5, 5, 5))
    assert build(s, NearestBand((10, 0))).rate("000000") == 0


def test_where_nobody_imports_a_weighted_mean_says_what_it_does_instead():
    s = schedules((10, 20, 0), (6, 6, 9))
    common = build(s, ImportWeightedMean(Median()), trade(s, [(1, 1, 0), (0, 0, 0)]))
    assert common.rate("000000") == 15
    assert common.rate("000001") == 6
    assert common.line("000001").rule == (
        "nobody imports the line from outside: the median of the members' rates"
    )


def test_open_lines_are_named_and_are_not_zero():
    common = build(ONE, Negotiated({}, Median(), frozenset({"000000"}), "List G"))
    assert common.rate("000000") is None
    assert common.open_lines() == ("000000",)
    assert common.line("000000").rule == "to be negotiated (List G)"
    assert common.line("000000").moves == ()


def test_a_longer_heading_goes_before_a_shorter_one():
    s = schedules((1, 1, 1), (2, 2, 2))
    common = build(s, Negotiated({"0000": 5, "000001": 7}, Median()))
    assert [common.rate(code) for code in s.codes] == [5, 7]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (ImportWeightedMean(), "needs imports"),
        (Anchor("Z"), r"unknown member 'Z'"),
        (ArithmeticMean({"X": ("A",), "Y": ("A",)}), "in two customs territories"),
        (KempWan(-1), "must be positive"),
        (KempWan({"A": 1}), "no elasticity for B"),
        (Negotiated({"000000": -1}, Median()), "rate of 000000 is -1"),
        (Capped(Median(), (Ceiling("L", 3, ["9"]),)), "unknown heading '9'"),
        (
            Capped(Median(), (Ceiling("L", 3, ["00"]), Ceiling("M", 2, ["000000"]))),
            "under two ceilings, the last M",
        ),
    ],
)
def test_bad_rules_are_refused(rule, message):
    his = HIS if isinstance(rule, KempWan) else None
    with pytest.raises(BadInput, match=message):
        build(ONE, rule, his)


def test_bad_ceilings_and_bands_are_refused():
    with pytest.raises(BadInput, match="ceiling of List B is -1"):
        Ceiling("List B", -1, ["01"])
    with pytest.raises(BadInput, match="bands are different"):
        NearestBand((0, 5, 5))
    with pytest.raises(BadInput, match="bands are different"):
        NearestBand(())


def test_missing_lines_are_named_and_the_policy_is_chosen():
    rows = ((10, 20, 0), (None, 6, 9), (None, None, 4))
    with pytest.raises(BadInput, match=r"tariff of A lacks 2 lines.*000001, 000002"):
        schedules(*rows)
    common = schedules(*rows, missing=Missing.COMMON)
    assert common.codes == ("000000",)
    assert common.missing == {"A": ("000001", "000002"), "B": ("000002",)}
    others = build(schedules(*rows, missing=Missing.OTHERS), ArithmeticMean())
    assert [others.rate(c) for c in others.schedules.codes] == [10, 7.5, 4]
    trace = others.line("000001")
    assert trace.moves[0].before is None
    assert trace.moves[0].change is None
    assert "A had no such line" in [r.text for r in trace.because]
    effect = others.effects()[0]
    assert effect.lines == 1
    assert any("A lacked 2 lines" in r.text for r in effect.because)
    anchored = build(schedules(*rows, missing=Missing.OTHERS), Anchor("A"))
    assert anchored.line("000002").rule == "A has no such line: " + ArithmeticMean().sentence()


def test_bad_tariffs_are_refused():
    with pytest.raises(BadInput, match="A: the rate of 01 is -1"):
        NationalTariff("A", {"01": -1})
    with pytest.raises(BadInput, match="bound rate of 01 is nan"):
        NationalTariff("A", {}, {"01": math.nan})
    with pytest.raises(BadInput, match="two tariffs"):
        align([NationalTariff("A", {"01": 1}), NationalTariff("A", {"01": 1})])
    with pytest.raises(BadInput, match="different editions: HS2012, HS2022"):
        align(
            [
                NationalTariff("A", {"01": 1}, edition="HS2012"),
                NationalTariff("B", {"01": 1}, edition="HS2022"),
            ]
        )
    with pytest.raises(BadInput, match="at least one member"):
        align([])
    with pytest.raises(BadInput, match="no line in common"):
        build(align([NationalTariff("A", {})]), Median())


def test_an_unknown_line_names_the_nearest():
    with pytest.raises(UnknownCode, match=r"unknown tariff line '000009'; did you mean 000000"):
        build(ONE, Median()).line("000009")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"value": -1}, r"imports, line 2, column 'value': a negative value: -1"),
        ({"value": None}, "no value"),
        ({"member": "AA"}, r"line 2, column 'member': unknown member 'AA'"),
    ],
)
def test_bad_imports_are_refused(value, message):
    flow = {"member": "A", "code": "000000", "partner": "X", "value": 1}
    with pytest.raises(BadInput, match=message):
        trade_of([{**flow, **value}, flow], ONE)
    with pytest.raises(BadInput, match="no column 'kg'"):
        trade_of([flow], ONE, quantities=("kg",))


def test_imports_from_fellow_members_and_on_unknown_lines_are_set_apart():
    flow = {"member": "A", "code": "000000", "partner": "X", "value": 1.5}
    found = trade_of(
        [flow, {**flow, "partner": "B"}, {**flow, "code": "999999", "value": 4}, flow], ONE
    )
    assert found.total() == 3
    assert found.internal == 1.5
    assert found.outside.rows() == [("A", "999999", 4.0)]
    assert found.value.tolist() == [3000]


def test_rates_are_rounded_as_declared():
    s = schedules((1, 1, 1.15), (2, 2, 2.2))
    half = [
        build(s, ArithmeticMean(), decimals=2, rounding=r).rate("000000")
        for r in (Rounding.HALF_UP, Rounding.HALF_EVEN, Rounding.DOWN, Rounding.UP)
    ]
    assert half == [1.05, 1.05, 1.05, 1.05]
    exact = [
        build(
            schedules((0, 0.05, None), missing=Missing.OTHERS), Highest(), decimals=1, rounding=r
        ).rate("000000")
        for r in (Rounding.HALF_UP, Rounding.HALF_EVEN, Rounding.DOWN, Rounding.UP)
    ]
    assert exact == [0.1, 0.0, 0.0, 0.1]
    with pytest.raises(BadInput, match="0 to 6 decimals"):
        build(s, Highest(), decimals=7)
    assert build(s, Highest(), decimals=6).rate("000001") == 2.2


RATE = st.integers(0, 300_000).map(lambda n: n / 1000)
LINES = st.lists(st.tuples(RATE, RATE, RATE), min_size=1, max_size=12)
VALUES = st.tuples(*[st.integers(0, 10**6)] * 3)
RULES = [
    ArithmeticMean(),
    ImportWeightedMean(),
    KempWan({"A": 0.5, "B": 1.5, "C": 3}),
    Lowest(),
    Highest(),
    Median(),
    Anchor("B"),
]


@given(LINES, st.data())
def test_every_rule_stays_between_the_lowest_and_the_highest_rate(rows, data):
    s = schedules(*rows)
    his = trade(s, [data.draw(VALUES) for _ in rows])
    for rule in RULES:
        T = build(s, rule, his).T
        assert np.greater_equal(T, s.t.min(axis=1)).all()
        assert np.less_equal(T, s.t.max(axis=1)).all()


@given(st.lists(RATE, min_size=1, max_size=10), st.data())
def test_equal_tariffs_give_that_tariff_and_nobody_moves(rates, data):
    s = schedules(*((r, r, r) for r in rates))
    his = trade(s, [data.draw(VALUES) for _ in rates])
    for rule in RULES:
        common = build(s, rule, his)
        assert common.T.tolist() == rates
        for effect in common.effects():
            assert (effect.rise, effect.fall, effect.duty_change) == (0, 0, 0)


@given(LINES, st.permutations(range(3)), st.randoms(use_true_random=False), st.data())
def test_the_order_of_members_and_lines_changes_nothing(rows, order, random, data):
    given_ = tariffs(*rows)
    s = align(given_)
    flows = [
        {"member": m, "code": c, "partner": "X", "value": v}
        for c in s.codes
        for m, v in zip(MEMBERS, data.draw(VALUES), strict=True)
    ]
    shuffled = flows[:]
    random.shuffle(shuffled)
    turned = []
    for n in order:
        codes = list(given_[n].rates.items())
        random.shuffle(codes)
        turned.append(NationalTariff(given_[n].member, dict(codes)))
    other = align(turned)
    for rule in [*RULES, NearestBand((0, 10, 25)), ArithmeticMean({"AC": ("A", "C")})]:
        one = build(s, rule, trade_of(flows, s))
        two = build(other, rule, trade_of(shuffled, other))
        # Weighted sums run in another order: one unit of the grid.
        assert np.abs(one.T - two.T).max() <= 1.0001e-6


@given(LINES)
def test_building_from_a_common_tariff_gives_it_again(rows):
    T = build(schedules(*rows), ArithmeticMean()).T
    again = build(schedules(*((x, x, x) for x in T.tolist())), ArithmeticMean())
    assert again.T.tolist() == T.tolist()


@given(st.tuples(RATE, RATE, RATE))
def test_the_arithmetic_mean_is_the_exact_mean_on_the_grid(row):
    exact = sum((Fraction(str(x)) for x in row), Fraction(0)) / 3
    found = Fraction(str(build(schedules(row), ArithmeticMean()).rate("000000")))
    assert abs(found - exact) <= Fraction(1, 2_000_000)


@given(LINES, st.sets(st.integers(0, 100), min_size=1, max_size=5))
def test_no_other_band_is_nearer(rows, bands):
    s = schedules(*rows)
    T = build(s, NearestBand(sorted(bands))).T
    for row, rate in zip(rows, T, strict=True):
        best = min(sum(abs(b - t) for t in row) for b in bands)
        assert sum(abs(rate - t) for t in row) == pytest.approx(best)


def test_the_table_of_a_tariff_holds_rule_rates_and_moves():
    frame = build(schedules((10, 20, 0)), Median()).frame()
    assert isinstance(frame, pl.DataFrame)
    assert frame.row(0, named=True) == {
        "code": "000000",
        "rate": 10.0,
        "rule": "the median of the members' rates",
        "A_before": 10.0,
        "A_change": 0.0,
        "B_before": 20.0,
        "B_change": -10.0,
        "C_before": 0.0,
        "C_change": 10.0,
    }
