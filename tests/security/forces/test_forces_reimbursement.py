"""Rates by date, shares of months, leases; money to the cent."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.security.forces import (
    UN_RULES,
    Equipment,
    Rate,
    ReimbursementRules,
    SelfSustainment,
    reimburse,
)
from hansa.security.forces.reimbursement import months_between, person_months
from hansa.sources.operations import read_un_facts
from hansa.terms.errors import BadInput

DAYS = st.dates(date(2015, 1, 1), date(2024, 12, 31))


def paid(persons: int, start: date, end: date, rules: ReimbursementRules = UN_RULES) -> Decimal:
    return reimburse(persons, start, end, rules)[0].amount


def test_un_rate_by_date() -> None:
    assert paid(100, date(2015, 1, 1), date(2016, 1, 1)) == 12 * 133_200
    assert paid(1, date(2016, 6, 1), date(2016, 8, 1)) == 1332 + 1365
    assert paid(1, date(2017, 6, 1), date(2017, 8, 1)) == 1365 + 1410
    assert paid(1, date(2018, 7, 1), date(2018, 8, 1)) == 1428


def test_a_part_of_a_month_is_paid_by_days() -> None:
    assert paid(30, date(2020, 4, 1), date(2020, 4, 16)) == Decimal("21420.00")
    assert paid(1, date(2022, 1, 8), date(2022, 1, 19)) == Decimal("506.71")  # 11/31 of 1428


def test_before_the_first_rate_nothing_is_paid_and_it_says_so() -> None:
    amount, because = reimburse(10, date(2014, 6, 1), date(2014, 7, 1), UN_RULES)
    assert amount.minor == 0
    assert because[0].text == "no rate before 2014-07-01"


def test_an_unconfirmed_rate_carries_its_confidence() -> None:
    _, because = reimburse(10, date(2023, 1, 1), date(2023, 2, 1), UN_RULES)
    assert because[0].confidence == "K (unconfirmed)"


def lorries(lease: str, **values: int) -> Equipment:
    counts = {"agreed": 10, "present": 10, "serviceable": 10} | values
    return Equipment(
        "lorry", lease="wet" if lease == "wet" else "dry",
        wet_rate=Decimal(1000), dry_rate=Decimal(600), **counts,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (lorries("wet"), 10_000),
        (lorries("dry"), 6_000),
        (lorries("wet", serviceable=7), 7_000),
        (lorries("wet", present=6, serviceable=6), 6_000),
        (lorries("wet", present=0, serviceable=0), 0),
        (lorries("wet", present=14, serviceable=14), 10_000),  # more than agreed is not paid
    ],
)
def test_leases_pay_nothing_for_absent_or_unserviceable(item: Equipment, expected: int) -> None:
    none = ReimbursementRules()
    amount, because = reimburse(0, date(2020, 4, 1), date(2020, 5, 1), none, equipment=[item])
    assert amount.amount == expected
    assert ("absent or unserviceable" in because[-1].text) == (item.serviceable < item.agreed)


def test_self_sustainment_is_paid_by_person_if_provided() -> None:
    categories = [
        SelfSustainment("catering", Decimal(30)),
        SelfSustainment("tents", Decimal(20), False),
    ]
    amount, _ = reimburse(
        100, date(2020, 4, 1), date(2020, 5, 1), ReimbursementRules(), self_sustainment=categories
    )
    assert amount.amount == 3000


@given(st.integers(0, 1000), DAYS, DAYS, DAYS)
def test_splitting_a_stay_changes_at_most_the_rounding(
    persons: int, a: date, b: date, c: date
) -> None:
    start, middle, end = sorted([a, b, c])
    whole = paid(persons, start, end)
    parts = paid(persons, start, middle) + paid(persons, middle, end)
    assert abs(whole - parts) <= Decimal("0.01")


@given(DAYS, st.integers(0, 900))
def test_shares_of_months_sum_to_whole_months(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    for first, share in person_months(start, end):
        assert start <= first < end
        assert 0 < share <= 1
    total = sum((share for _, share in person_months(start, end)), Fraction(0))
    assert abs(total - months_between(start, end)) < 1


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2020, 1, 31), date(2020, 2, 29), Fraction(1)),
        (date(2020, 1, 1), date(2020, 1, 16), Fraction(15, 31)),
        (date(2020, 1, 15), date(2021, 1, 15), Fraction(12)),
        (date(2020, 5, 1), date(2020, 5, 1), Fraction(0)),
    ],
)
def test_months_between(start: date, end: date, months: Fraction) -> None:
    assert months_between(start, end) == months


def test_rates_out_of_order_are_refused() -> None:
    with pytest.raises(BadInput, match="in order"):
        ReimbursementRules((Rate(date(2020, 1, 1), Decimal(1)), Rate(date(2019, 1, 1), Decimal(1))))


def test_more_serviceable_than_present_is_refused() -> None:
    with pytest.raises(BadInput, match="serviceable"):
        lorries("wet", present=3, serviceable=4)


@pytest.mark.shared
def test_un_facts_are_the_rates_that_are_shipped(shared: Path) -> None:
    facts = read_un_facts(shared / "data" / "operations" / "un_facts.json")
    read = [(rate.start, rate.amount) for rate in facts.rules.personnel]
    assert read == [(rate.start, rate.amount) for rate in UN_RULES.personnel]
    assert facts.rules.personnel[-1].confidence == "K (unconfirmed)"
    assert {row[0] for row in facts.facts.rows} == {"coe", "pcrs"}
