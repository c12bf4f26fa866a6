"""Transfers on the next working day, late ones with interest, several currencies."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.customs.revenue import (
    Calendar,
    DailyInterest,
    FixedShares,
    Rates,
    RisingInterest,
    balance_chart,
    balance_table,
    balances,
    distribute,
    fixed_keys,
    key_chart,
    key_table,
    section,
    settle,
    transfers,
)
from hansa.terms.days import Day
from hansa.terms.errors import BadInput, UnknownCode
from hansa.terms.money import Money, Rounding

FRIDAY, MONDAY, TUESDAY = Day(2014, 5, 2), Day(2014, 5, 5), Day(2014, 5, 6)


def book():
    return fixed_keys([("BLR", 40, FRIDAY, None), ("RUS", 60, FRIDAY, None)])


def paid_on(day, amount=10_000, collector="BLR", currency="BYN", entry="receipt"):
    return (day, collector, "import_duty", currency, amount, entry)


def test_a_transfer_is_due_on_the_next_working_day_of_the_payer():
    owed = transfers(distribute([paid_on(FRIDAY)], book()))
    assert owed.rows() == [(FRIDAY, MONDAY, "BLR", "RUS", "BYN", 6000)]
    holidays = Calendar({"BLR": frozenset({MONDAY})})
    assert transfers(distribute([paid_on(FRIDAY)], book()), holidays)["due"].to_list() == [TUESDAY]
    friday_off = Calendar(weekend=frozenset({4, 5}))
    assert friday_off.next_working_day(Day(2014, 5, 1), "BLR") == Day(2014, 5, 4)
    with pytest.raises(BadInput, match="without a working day"):
        Calendar(weekend=frozenset(range(7)))


def test_more_refunds_than_receipts_turn_the_transfer_round():
    ledger = [paid_on(FRIDAY, 100), paid_on(FRIDAY, 1100, entry="refund")]
    owed = transfers(distribute(ledger, book(), refunds="signed"))
    assert owed.select("payer", "payee", "amount").rows() == [("RUS", "BLR", 600)]


def owed_twice():
    return transfers(distribute([paid_on(FRIDAY), paid_on(MONDAY)], book()))


def test_what_is_paid_on_time_costs_nothing():
    payments = [(MONDAY, "BLR", "RUS", "BYN", 6000), (TUESDAY, "BLR", "RUS", "BYN", 6000)]
    result = settle(owed_twice(), payments, DailyInterest("0.1"), Day(2014, 6, 1))
    assert result.late == ()
    assert result.surplus == ()


def test_late_parts_bear_interest_and_the_oldest_debt_is_paid_first():
    payments = [(Day(2014, 5, 15), "BLR", "RUS", "BYN", 9000)]
    result = settle(owed_twice(), payments, DailyInterest("0.1"), Day(2014, 5, 26))
    found = [(i.due, i.paid, i.amount.minor, i.interest.minor) for i in result.late]
    assert found == [
        (MONDAY, Day(2014, 5, 15), 6000, 60),  # ten days
        (TUESDAY, Day(2014, 5, 15), 3000, 27),  # nine days
        (TUESDAY, None, 3000, 60),  # twenty days, still unpaid
    ]
    assert result.interest() == {("BLR", "RUS", "BYN"): Money("BYN", 147)}
    assert [item.amount.minor for item in result.outstanding()] == [3000]
    assert set(result.may_suspend(15)) == {"BLR"}
    assert "20 days" in result.may_suspend(15)["BLR"][0].text
    assert result.may_suspend(20) == {}
    assert "20 days late" in result.late[2].because[0].text
    assert result.late[0].because[1].text == "0.1 % for each calendar day of delay"


def test_payments_that_nothing_asked_for_are_named():
    payments = [(MONDAY, "BLR", "RUS", "BYN", 13_000), (MONDAY, "BLR", "KAZ", "BYN", 5)]
    result = settle(owed_twice(), payments, DailyInterest("0.1"), TUESDAY)
    assert result.surplus == (
        ("BLR", "RUS", Money("BYN", 1000)),
        ("BLR", "KAZ", Money("BYN", 5)),
    )
    with pytest.raises(BadInput, match=r"payments, line 2: a payment of 0"):
        settle(owed_twice(), [(MONDAY, "BLR", "RUS", "BYN", 0)], DailyInterest(1), TUESDAY)


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [(Rounding.HALF_UP, 1), (Rounding.HALF_EVEN, 0), (Rounding.DOWN, 0), (Rounding.UP, 1)],
)
def test_interest_is_rounded_as_declared(rounding, expected):
    owed = transfers(distribute([paid_on(FRIDAY, 500)], book()))  # 300 due on Monday
    half = DailyInterest(Fraction(1, 6))  # 300 / 600 = half a minor unit a day
    result = settle(owed, [], half, TUESDAY, rounding=rounding)
    assert result.late[0].interest.minor == expected


def test_rising_interest_applies_its_rate_to_the_whole_delay():
    rule = RisingInterest(base=1, margin="2.5", rise="0.25", cap=16)
    # From 20 January to 20 April: three months begun, 1 + 2.5 + 0.75 = 4.25 % for 90 days.
    assert rule.charge(1_000_000, Day(2015, 1, 20), Day(2015, 4, 20)) == (
        1_000_000 * Fraction(425, 10_000) * Fraction(90, 365)
    )
    assert rule.charge(100, MONDAY, MONDAY) == 0
    far = rule.charge(365, Day(2000, 1, 1), Day(2010, 1, 1))
    assert far == 365 * Fraction(17, 100) * Fraction(3653, 365)
    assert "at most 16 points" in rule.sentence()


RATES = Rates(
    "USD",
    [
        ("BYN", FRIDAY, "0.5"),
        ("BYN", TUESDAY, "0.4"),
        ("RUB", FRIDAY, Fraction(1, 35)),
        ("JPY", FRIDAY, "0.01"),
    ],
)


def test_a_rate_holds_until_the_next_one_and_not_for_ever():
    assert RATES.on("BYN", MONDAY) == Fraction(1, 2)
    assert RATES.on("BYN", TUESDAY) == Fraction(2, 5)
    assert RATES.on("USD", Day(1999, 1, 1)) == 1
    with pytest.raises(BadInput, match="no exchange rate for BYN on 2014-05-01"):
        RATES.on("BYN", Day(2014, 5, 1))
    with pytest.raises(BadInput, match="before 2014-05-20 is of 2014-05-06"):
        RATES.on("BYN", Day(2014, 5, 20))
    with pytest.raises(UnknownCode, match=r"'RUR'.*RUB"):
        RATES.on("RUR", MONDAY)
    with pytest.raises(BadInput, match="two rates"):
        Rates("USD", [("BYN", FRIDAY, 1), ("BYN", FRIDAY, 2)])
    with pytest.raises(BadInput, match="must be positive"):
        Rates("USD", [("BYN", FRIDAY, 0)])


def test_balances_in_one_currency_at_the_rate_of_the_day():
    ledger = [
        paid_on(MONDAY, 1000),
        paid_on(TUESDAY, 1000),
        paid_on(MONDAY, 70_000, "RUS", "RUB"),
    ]
    result = distribute(ledger, book())
    parts = {b.member: b for b in balances(result, rates=RATES)}
    # Belarus: 5 and 4 dollars; Russia: 20 dollars. The whole is 29.
    assert parts["BLR"].collected == Money("USD", 900)
    assert parts["RUS"].collected == Money("USD", 2000)
    assert parts["BLR"].received == Money("USD", 1160)
    assert parts["BLR"].net == Money("USD", 260)
    assert parts["RUS"].net == Money("USD", -260)


def test_currencies_of_other_exponents_are_scaled():
    result = distribute([paid_on(FRIDAY, 1000, "BLR", "JPY")], book(), exponents={"JPY": 0})
    parts = {b.member: b for b in balances(result, rates=RATES)}
    assert parts["BLR"].collected == Money("USD", 1000)  # 1,000 yen are 10 dollars


@given(
    st.lists(
        st.tuples(
            st.sampled_from([FRIDAY, MONDAY, TUESDAY]),
            st.sampled_from([("BLR", "BYN"), ("RUS", "RUB")]),
            st.integers(1, 10**10),
        ),
        min_size=1,
        max_size=15,
    )
)
def test_converted_balances_still_sum_to_zero(rows):
    ledger = [paid_on(day, amount, *who) for day, who, amount in rows]
    parts = balances(distribute(ledger, book()), "day", rates=RATES)
    for start in {part.period.start for part in parts}:
        assert sum(part.net.minor for part in parts if part.period.start == start) == 0


def test_exhibits_hold_the_numbers_and_their_reasons():
    result = distribute([paid_on(FRIDAY), paid_on(MONDAY, 5000, "RUS", "BYN")], book())
    parts = balances(result, "day")
    table = balance_table(parts)
    assert [r["net"] for r in table.records() if r["member"] == "RUS"] == [60, -20]
    assert len(table.because) == len(table.rows)
    assert balance_chart(parts).kind == "line"
    assert balance_chart(balances(result)).kind == "bar"
    assert [r["share"] for r in key_table(book()).records()] == [40, 60]
    assert key_chart(book()).table.key == "revenue-keys"
    shown = section(book(), balances(result), order=7)
    assert shown.order == 7
    assert any("BLR collected 100.00 BYN" in s.text for s in shown.statements)
    assert all(s.because for s in shown.statements)
    assert FixedShares({"A": 100}).sentence() == "fixed shares: A 100 %"
