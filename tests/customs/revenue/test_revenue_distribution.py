"""What is distributed equals what was collected, always; reordering changes nothing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from hansa.customs.revenue import (
    DatedKey,
    Destination,
    FixedShares,
    KeyBook,
    RetainedPool,
    balances,
    distribute,
    fixed_keys,
    netted,
    read_ledger,
)
from hansa.customs.revenue.shares import split, split_with_carry, whole_weights
from hansa.terms.days import Day, Period
from hansa.terms.errors import BadInput
from hansa.terms.money import allocate

START = Day(2015, 1, 1)
CHANGE = Day(2015, 1, 20)


def two_keys() -> KeyBook:
    """Three members with thirds that do not come out even; D joins on 20 January."""
    return KeyBook(
        [
            DatedKey(FixedShares({"A": "33.3", "B": "33.3", "C": "33.4"}), Period(START, CHANGE)),
            DatedKey(FixedShares({"A": 50, "B": 20, "C": 17, "D": 13}), Period(CHANGE)),
        ],
        unshared=("vat",),
    )


def row(
    day,
    collector,
    amount,
    *,
    kind="import_duty",
    currency="EUR",
    entry="receipt",
    for_day=None,
):
    return (START + timedelta(days=day), collector, kind, currency, amount, entry, for_day)


receipts = st.builds(
    row,
    st.integers(0, 40),
    st.sampled_from("ABC"),
    st.integers(0, 10**12),
    kind=st.sampled_from(["import_duty", "penalty", "vat"]),
    currency=st.sampled_from(["EUR", "USD"]),
)
refunds = st.builds(
    row,
    st.integers(0, 40),
    st.sampled_from("ABC"),
    st.integers(0, 10**12),
    entry=st.just("refund"),
)
reversals = st.builds(
    row,
    st.integers(10, 40),
    st.sampled_from("ABC"),
    st.integers(-(10**9), 10**9),
    entry=st.just("reversal"),
    for_day=st.integers(0, 9).map(lambda n: START + timedelta(days=n)),
)
ledgers = st.lists(receipts | refunds | reversals, min_size=1, max_size=40)
POT = ["day", "collector", "kind", "currency"]


def sums(frame: pl.DataFrame, by: list[str]) -> dict:
    rows = frame.group_by(by).agg(pl.col("amount").sum()).iter_rows()
    return {key[:-1]: key[-1] for key in rows if key[-1]}


@given(ledgers, st.booleans())
def test_what_is_distributed_is_what_was_collected(ledger, carry):
    book = two_keys()
    result = distribute(ledger, book, refunds="signed", carry=carry)
    assert sums(result.flows, POT) == sums(read_ledger(ledger, book).rows, POT)
    for part in balances(result):
        assert part.net == part.received - part.collected
    for (_, currency), gain in result.drift.items():
        gains = [g for (_, c), g in result.drift.items() if c == currency]
        assert sum(gains) == 0
        assert abs(gain) < result.flows.height


@given(ledgers)
def test_refunds_held_within_receipts_lose_nothing(ledger):
    book = two_keys()
    result = distribute(ledger, book)
    collected = sums(read_ledger(ledger, book).rows, ["collector", "kind", "currency"])
    paid = sums(result.flows, ["collector", "kind", "currency"])
    waiting = sums(result.waiting, ["collector", "kind", "currency"])
    for account in {*collected, *paid, *waiting}:
        assert paid.get(account, 0) - waiting.get(account, 0) == collected.get(account, 0)
    reversed_ = any(r[5] == "reversal" and r[4] < 0 for r in ledger)
    if not reversed_ and result.flows.height:
        assert result.flows["amount"].min() >= 0


@given(ledgers, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_of_members_changes_nothing(ledger, random):
    shuffled = ledger[:]
    random.shuffle(shuffled)
    backwards = KeyBook(
        [
            DatedKey(FixedShares(dict(reversed(entry.key.shares.items()))), entry.period)
            for entry in reversed(two_keys().entries)
        ],
        unshared=("vat",),
    )
    one, other = distribute(ledger, two_keys()), distribute(shuffled, backwards)
    assert_frame_equal(one.flows, other.flows)
    assert_frame_equal(one.waiting, other.waiting)


@given(ledgers, st.integers(1, 39), st.booleans())
def test_splitting_the_period_changes_nothing(ledger, cut, carry):
    day = START + timedelta(days=cut)
    early, late = [r for r in ledger if r[0] < day], [r for r in ledger if r[0] >= day]
    book = two_keys()
    whole = distribute(ledger, book, refunds="signed", carry=carry)
    first = distribute(early, book, refunds="signed", carry=carry)
    second = distribute(late, book, refunds="signed", carry=carry, opening=first.carry)
    order = ["day", "collector", "kind", "currency", "for_day", "recipient"]
    assert_frame_equal(pl.concat([first.flows, second.flows]).sort(order), whole.flows)
    assert whole.carry == second.carry


@given(ledgers)
def test_splitting_a_row_changes_nothing(ledger):
    pieces = []
    for r in ledger:
        half = abs(r[4]) // 3 * (1 if r[4] >= 0 else -1)
        pieces += [(*r[:4], half, *r[5:]), (*r[:4], r[4] - half, *r[5:])]
    book = two_keys()
    assert_frame_equal(distribute(ledger, book).flows, distribute(pieces, book).flows)


@given(
    st.lists(st.integers(-(10**17), 10**17), min_size=1, max_size=8),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=6).filter(any),
)
def test_columns_are_split_as_single_totals_are(totals, weights):
    parts = split(np.array(totals, dtype=np.int64), weights)
    assert parts.tolist() == [list(allocate(total, weights)) for total in totals]


def test_weights_too_wide_for_64_bits_are_split_exactly_too():
    weights = [10**18 + 1, 3, 10**17]
    totals = np.array([10**17 + 1, -5, 0])
    assert split(totals, weights).tolist() == [list(allocate(int(t), weights)) for t in totals]
    assert whole_weights([Fraction(1, 3), Fraction(1, 6), Fraction(0)]) == (2, 1, 0)


@given(
    st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=60),
    st.lists(st.integers(0, 1000), min_size=2, max_size=5).filter(any),
)
def test_with_carry_nobody_is_ever_a_whole_unit_away_from_its_entitlement(totals, weights):
    zero = [Fraction(0)] * len(weights)
    for upto in range(1, len(totals) + 1):
        parts, closing = split_with_carry(totals[:upto], weights, zero)
        assert all(sum(day) == total for day, total in zip(parts, totals, strict=False))
        assert all(abs(owed) < 1 for owed in closing)
        assert sum(closing) == 0
    for j, weight in enumerate(weights):
        exact = Fraction(sum(totals) * weight, sum(weights))
        assert exact - sum(day[j] for day in parts) == closing[j]


def test_without_carry_rounding_can_add_up_and_is_told():
    # 10 cents by thirds: 3, 3, 4 every day; C's 33.4 % of ten cents is 3.34.
    ledger = [row(day, "A", 10) for day in range(15)]
    plain, carried = distribute(ledger, two_keys()), distribute(ledger, two_keys(), carry=True)
    assert plain.drift["C", "EUR"] == 15 * (4 - Fraction("3.34"))
    assert all(abs(gain) < 1 for gain in carried.drift.values())


def test_the_key_changes_within_the_period_and_a_member_joins():
    ledger = [row(18, "A", 1000), row(19, "A", 1000), row(19, "D", 1000)]
    result = distribute(ledger, two_keys())
    got = sums(result.flows, ["day", "recipient"])
    assert got[CHANGE - timedelta(days=1), "C"] == 334
    assert got[CHANGE, "D"] == 260
    months = {b.member: b.net.minor for b in balances(result, "month")}
    assert months == {"A": 333 + 1000 - 2000, "B": 333 + 400, "C": 334 + 340, "D": 260 - 1000}


def test_a_member_that_has_not_joined_yet_cannot_collect():
    with pytest.raises(BadInput, match=r"D collected on 2015-01-19.*D has a share in 2015-01-20"):
        distribute([row(18, "D", 1000)], two_keys())


def test_a_reversal_is_shared_by_the_key_of_the_day_it_corrects():
    ledger = [row(10, "A", 1000), row(30, "A", -1000, entry="reversal", for_day=row(10, "A", 0)[0])]
    result = distribute(ledger, two_keys())
    assert netted(balances(result))["C"].minor == 0
    assert sums(result.flows, ["recipient"]) == {}
    late = result.flows.filter(pl.col("day") > CHANGE)
    assert sums(late, ["recipient"]) == {("A",): -333, ("B",): -333, ("C",): -334}


def test_a_refund_waits_for_receipts_and_the_oldest_is_paid_first():
    ledger = [
        row(0, "A", 100),
        row(0, "A", 300, entry="refund"),
        row(1, "A", 50, entry="refund"),
        row(2, "A", 220),
        row(3, "B", 999),
    ]
    result = distribute(ledger, two_keys())
    assert sums(result.flows, ["collector"]) == {("B",): 999}
    assert result.waiting.select("day", "collector", "amount").rows() == [
        (START + timedelta(days=1), "A", 30)
    ]


def test_value_added_tax_stays_with_who_collected_it():
    result = distribute([row(0, "B", 777, kind="vat")], two_keys())
    assert result.flows.select("recipient", "amount", "key").rows() == [("B", 777, None)]
    (balance,) = balances(result)
    assert balance.net.minor == 0
    assert any("not shared" in reason.text for reason in balance.because)


def test_the_pool_with_retained_cost():
    key = RetainedPool(25, "EU", ["DEU", "NLD"])
    book = KeyBook([DatedKey(key, Period(START))])
    net = {b.member: b.net.minor for b in balances(distribute([row(0, "NLD", 10001)], book))}
    assert net == {"EU": 7501, "NLD": -7501}


def test_clearing_by_destination():
    book = KeyBook([DatedKey(Destination(["A", "B"]), Period(START))])
    base = {"day": START, "kind": "import_duty", "currency": "EUR", "collector": "A"}
    ledger = [
        {**base, "amount": 700, "destination": "B"},
        {**base, "amount": 300, "destination": "A"},
    ]
    assert {b.member: b.net.minor for b in balances(distribute(ledger, book))} == {
        "A": -700,
        "B": 700,
    }
    with pytest.raises(BadInput, match="has no destination"):
        distribute([{**base, "amount": 700}], book)


def test_every_balance_says_why():
    book = fixed_keys(
        [("A", 60, START, None), ("B", 40, START, None)],
        acts={START: "agreement-2010"},
        source="gov",
    )
    balance = balances(distribute([row(0, "B", 1001)], book))[0]
    texts = [(depth, reason.text) for why in balance.because for depth, reason in why.walk()]
    assert (0, "A got 6.01 EUR, of which 0.00 EUR of its own receipts") in texts
    assert any(depth == 1 and "A 60 %, B 40 %" in text for depth, text in texts)
    refs = {r.ref for why in balance.because for _, r in why.walk()}
    assert "agreement-2010" in refs


@pytest.mark.parametrize("every", ["day", "month", "quarter", "year"])
def test_periods_add_up_to_the_whole(every):
    ledger = [row(day, "ABC"[day % 3], 1000 + day) for day in range(41)]
    result = distribute(ledger, two_keys())
    whole = {b.member: b.net.minor for b in balances(result)}
    assert {m: money.minor for m, money in netted(balances(result, every)).items()} == whole


def frame() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "day": [START, START],
            "collector": ["A", "B"],
            "kind": ["import_duty", "import_duty"],
            "currency": ["EUR", "EUR"],
            "amount": [100, 250],
        }
    )


@pytest.mark.parametrize("convert", [pl.DataFrame, pl.DataFrame.to_pandas, pl.DataFrame.to_arrow])
def test_the_kind_of_table_given_comes_back(convert):
    table = convert(frame())
    result = distribute(table, two_keys())
    assert isinstance(result.as_given(result.flows), type(table))
    assert isinstance(table, pl.DataFrame | pd.DataFrame | pa.Table)
    assert_frame_equal(result.flows, distribute(frame(), two_keys()).flows)


def test_decimals_texts_and_days_as_text_are_read_exactly():
    tables = [
        frame().with_columns(amount=pl.Series(["1.00", "2.5"])),
        frame().with_columns(amount=pl.Series([Decimal("1.00"), Decimal("2.5")])),
        frame().with_columns(pl.col("day").cast(pl.String)),
    ]
    expected = distribute(frame(), two_keys()).flows
    for table in tables:
        assert_frame_equal(distribute(table, two_keys()).flows, expected)
    yen = frame().with_columns(currency=pl.lit("JPY"), amount=pl.Series(["100", "250"]))
    result = distribute(yen, two_keys(), exponents={"JPY": 0})
    assert result.flows["amount"].sum() == 350
    assert str(balances(result)[0].collected) == "100 JPY"


@pytest.mark.parametrize(
    ("change", "line", "message"),
    [
        ({"collector": ["A", "Bb"]}, 3, r"unknown member 'Bb'; did you mean B\?"),
        ({"kind": ["import duty", "import_duty"]}, 2, "did you mean import_duty"),
        ({"amount": [1, -5]}, 3, "a receipt of -5 is negative"),
        ({"amount": ["1.005", "2"]}, 2, "finer than the minor unit of EUR"),
        ({"amount": ["1.00000001", "2"]}, 2, "finer than the minor unit"),
        ({"amount": ["lots", "2"]}, 2, "lots is no amount"),
        ({"amount": [1, None]}, 3, "there is no amount"),
        ({"day": ["2015-02-30", "2015-01-01"]}, 2, "2015-02-30 is not a day"),
        ({"day": [START, None]}, 3, "there is no day"),
        ({"currency": ["EUR", None]}, 3, "there is no currency"),
        ({"entry": ["receipt", "recepit"]}, 3, "did you mean receipt"),
        ({"destination": ["A", "X"]}, 3, "unknown destination 'X'"),
    ],
)
def test_a_wrong_row_is_named_or_set_aside(change, line, message):
    table = frame().with_columns(**{name: pl.Series(values) for name, values in change.items()})
    with pytest.raises(BadInput, match=message) as caught:
        distribute(table, two_keys(), name="duties.csv")
    assert caught.value.where.file == "duties.csv"
    assert caught.value.where.row == line
    result = distribute(table, two_keys(), set_aside=True)
    assert result.rejected["row"].to_list() == [line]
    assert result.flows["collector"].n_unique() == 1


def test_floats_and_missing_columns_are_refused():
    with pytest.raises(BadInput, match="binary floats"):
        distribute(frame().with_columns(amount=pl.Series([1.0, 2.0])), two_keys())
    with pytest.raises(BadInput, match=r"no column 'collector'.*colector"):
        distribute(frame().rename({"collector": "colector"}), two_keys())
    with pytest.raises(BadInput, match="holds Int64, not days"):
        distribute(frame().with_columns(day=pl.lit(5, dtype=pl.Int64)), two_keys())
    with pytest.raises(BadInput, match="cannot be read from set"):
        distribute({1, 2}, two_keys())


def test_an_empty_ledger_distributes_nothing():
    result = distribute([], two_keys())
    assert result.flows.height == 0
    assert balances(result) == ()
    assert result.members() == ()


@settings(max_examples=20)
@given(st.integers(1, 10**18), st.integers(2, 60))
def test_a_large_amount_over_many_members_is_conserved(amount, count):
    shares = allocate(100_000, [1 + i % 7 for i in range(count)])
    key = FixedShares({f"M{i:02}": Fraction(part, 1000) for i, part in enumerate(shares)})
    book = KeyBook([DatedKey(key, Period(START))])
    result = distribute([row(0, "M00", amount)], book)
    assert result.flows["amount"].sum() == amount
