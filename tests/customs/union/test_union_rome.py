"""The Treaty of Rome: Article 19 with its lists, Article 20's limit, Article 23's way there."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.customs.union import (
    Alignment,
    ArithmeticMean,
    NationalTariff,
    TreatyOfRome,
    align,
    build,
    italian_duty,
    italian_tariff,
    list_g_additions,
    rome_alignment,
    trade_of,
)
from hansa.terms.days import Day
from hansa.terms.errors import BadInput

SIX = ("BEL", "LUX", "NLD", "DEU", "FRA", "ITA")


def six(lines):
    """Rates of Benelux, Germany, France and Italy by code."""
    column = {"BEL": 0, "LUX": 0, "NLD": 0, "DEU": 1, "FRA": 2, "ITA": 3}
    return align(
        [NationalTariff(m, {code: row[column[m]] for code, row in lines.items()}) for m in SIX]
    )


def rate(row, rule=None, code="0101"):
    return build(six({code: row}), rule or TreatyOfRome()).rate(code)


def test_article_19_1_mean_of_four_territories_with_benelux_as_one():
    assert rate((0, 10, 20, 30)) == 15


def test_article_19_3_d_a_low_benelux_duty_counts_as_12_on_list_e():
    row = (2, 20, 30, 25)
    assert rate(row, TreatyOfRome(list_e=["0101"])) == 21.75
    assert rate(row) == 19.25
    assert rate((3, 20, 30, 25), TreatyOfRome(list_e=["01"])) == 21.75
    assert rate((3.1, 20, 30, 25), TreatyOfRome(list_e=["01"])) == 19.525


@pytest.mark.parametrize(
    ("lists", "ceiling", "name"),
    [
        ({"list_b": ["0101"]}, 3, "List B"),
        ({"list_c": ["0101"]}, 10, "List C"),
        ({"list_d": ["0101"]}, 15, "List D"),
        ({"list_e": ["0101"]}, 25, "List E"),
    ],
)
def test_article_19_3_ceilings(lists, ceiling, name):
    common = build(six({"0101": (40, 40, 40, 40)}), TreatyOfRome(**lists))
    assert common.rate("0101") == ceiling
    assert f"({name})" in common.line("0101").rule
    assert rate((1, 1, 1, 1), TreatyOfRome(list_b=["0101"])) == 1


def test_article_19_2_list_a_replaces_the_french_duty():
    assert rate((0, 10, 50, 30), TreatyOfRome(list_a={"0101": 20})) == 15


@pytest.mark.parametrize(
    ("levied", "conventional", "counted"),
    [(18, None, 20), (18, 21, 21), (18, 22, 22), (18, 23, 22), (18, 15, 15)],
)
def test_article_19_2_the_italian_duty(levied, conventional, counted):
    assert italian_duty(levied, conventional) == counted


def test_the_italian_tariff_line_by_line():
    tariff = italian_tariff(NationalTariff("ITA", {"01": 18, "02": 9}), {"01": 30})
    assert tariff.rates == {"01": 22.0, "02": 10.0}


def test_article_19_4_and_20_fixed_and_negotiated_lists():
    lines = {"0101": (0, 10, 20, 30), "0201": (0, 10, 20, 30), "0301": (0, 10, 20, 30)}
    rule = TreatyOfRome(list_f={"02": 7}, list_g=["03"])
    common = build(six(lines), rule)
    assert [common.rate(code) for code in lines] == [15, 7, None]
    assert common.open_lines() == ("0301",)
    agreed = build(six(lines), TreatyOfRome(list_f={"02": 7}, list_g=["03"], agreed={"0301": 11}))
    assert agreed.rate("0301") == 11
    with pytest.raises(BadInput, match="not on List G"):
        build(six(lines), TreatyOfRome(list_g=["03"], agreed={"0101": 11}))
    assert "Article 19" in rule.sentence()


def test_article_20_additions_to_list_g_are_limited_to_2_per_cent():
    s = six({"0101": (0, 10, 20, 30), "0201": (0, 10, 20, 30)})
    flows = [
        {"member": "DEU", "code": "0101", "partner": "USA", "value": 98},
        {"member": "DEU", "code": "0201", "partner": "USA", "value": 2},
        {"member": "FRA", "code": "0201", "partner": "USA", "value": 3},
        {"member": "FRA", "code": "0101", "partner": "USA", "value": 97},
    ]
    trade = trade_of(flows, s)
    assert list_g_additions({"DEU": ["02"]}, s, trade) == {"DEU": 0.02}
    with pytest.raises(BadInput, match=r"FRA adds lines worth 3.00% .* allows 2%"):
        list_g_additions({"FRA": ["02"]}, s, trade)


STAGES = (Day(1962, 1, 1), Day(1966, 1, 1), Day(1970, 1, 1))


def test_article_23_closes_30_per_cent_then_30_then_the_rest():
    common = build(six({"0101": (0, 10, 20, 30)}), TreatyOfRome())
    schedule = rome_alignment(*STAGES)
    path = schedule.path(common, "0101")
    assert [day for day, _ in path] == list(STAGES)
    assert [rates["ITA"] for _, rates in path] == [25.5, 21, 15]
    assert [rates["NLD"] for _, rates in path] == [4.5, 9, 15]
    assert schedule.rates_on(common, Day(1961, 12, 31))[0].tolist() == [0, 0, 0, 10, 20, 30]
    assert schedule.because(common)[0].ref == "EEC Treaty Art. 23"


def test_article_23_rates_within_15_per_cent_go_there_at_once():
    # The mean is 10: 11.5 and 8.5 are within 15 per cent of it, 13 and 7 are not.
    common = build(six({"0101": (11.5, 8.5, 13, 7)}), TreatyOfRome())
    assert common.rate("0101") == 10
    first = rome_alignment(*STAGES).path(common, "0101")[0][1]
    assert (first["BEL"], first["DEU"], first["FRA"], first["ITA"]) == (10, 10, 12.1, 7.9)
    text = rome_alignment(*STAGES).because(common)[1].text
    assert text.startswith("4 of 6 rates are within 15% of the common one")


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (((STAGES[1], 0.5), (STAGES[0], 1.0)), "different days"),
        ((), "different days"),
        (((STAGES[0], 0.6), (STAGES[1], 0.5)), "rise from more than 0 to exactly 1"),
        (((STAGES[0], 0.6),), "rise from more than 0 to exactly 1"),
        (((STAGES[0], 0.0), (STAGES[1], 1.0)), "rise from more than 0 to exactly 1"),
    ],
)
def test_an_alignment_must_lead_somewhere(steps, message):
    with pytest.raises(BadInput, match=message):
        Alignment(steps)
    with pytest.raises(BadInput, match="margin"):
        Alignment(((STAGES[0], 1.0),), near=-0.1)


RATE = st.integers(0, 60_000).map(lambda n: n / 1000)


@given(st.lists(st.tuples(RATE, RATE, RATE, RATE), min_size=1, max_size=6))
def test_an_alignment_only_ever_closes_the_gap_and_ends_at_the_common_rate(rows):
    common = build(six({f"{n:04d}": row for n, row in enumerate(rows)}), ArithmeticMean())
    schedule = rome_alignment(*STAGES)
    gaps = [np.abs(schedule.rates_on(common, day) - common.T[:, None]) for day in STAGES]
    gaps.insert(0, np.abs(common.schedules.t - common.T[:, None]))
    for wider, narrower in pairwise(gaps):
        assert (narrower <= wider + 1e-6).all()
    assert gaps[-1].max() == 0
