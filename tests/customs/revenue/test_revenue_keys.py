"""Keys and their book: the five Eurasian ones, the Union's, the formula, the destination."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.customs.revenue import (
    DatedKey,
    Destination,
    Economy,
    FixedShares,
    FormulaShares,
    KeyBook,
    Pot,
    RetainedPool,
    fixed_keys,
    keys_from_acts,
)
from hansa.record.acts import Act
from hansa.terms.days import Day, Period
from hansa.terms.errors import BadInput, UnknownCode

EURASIAN = {
    Day(2010, 9, 1): {"BLR": "4.70", "KAZ": "7.33", "RUS": "87.97"},
    Day(2015, 1, 2): {"ARM": "1.13", "BLR": "4.65", "KAZ": "7.25", "RUS": "86.97"},
    Day(2015, 8, 12): {"ARM": "1.11", "BLR": "4.56", "KAZ": "7.11", "KGZ": "1.90", "RUS": "85.32"},
    Day(2018, 1, 1): {
        "ARM": "1.220",
        "BLR": "4.560",
        "KAZ": "7.055",
        "KGZ": "1.900",
        "RUS": "85.265",
    },
    Day(2020, 3, 1): {
        "ARM": "1.220",
        "BLR": "4.860",
        "KAZ": "6.955",
        "KGZ": "1.900",
        "RUS": "85.065",
    },
}


def eurasian_book() -> KeyBook:
    starts = [*EURASIAN, None]
    rows = [
        (member, share, start, end)
        for start, end in pairwise(starts)
        for member, share in EURASIAN[start].items()
    ]
    return fixed_keys(rows, unshared=("vat", "excise", "export_duty"))


POT = Pot("import_duty", "BLR")


@pytest.mark.parametrize("start", EURASIAN)
def test_each_eurasian_key_sums_to_exactly_100(start):
    assert sum(FixedShares(EURASIAN[start]).weights(POT).values()) == 100


def test_joining_in_proportion_gives_the_keys_of_2015_to_the_last_digit():
    armenia = FixedShares(EURASIAN[Day(2010, 9, 1)]).joining("ARM", "1.13")
    assert armenia.weights(POT) == FixedShares(EURASIAN[Day(2015, 1, 2)]).weights(POT)
    kyrgyzstan = armenia.joining("KGZ", "1.90")
    assert kyrgyzstan.weights(POT) == FixedShares(EURASIAN[Day(2015, 8, 12)]).weights(POT)


def test_leaving_hands_the_share_to_the_others_in_proportion():
    key = FixedShares({"A": 50, "B": 30, "C": 20}).leaving("C")
    assert dict(key.shares) == {"A": Decimal("62.50"), "B": Decimal("37.50")}
    with pytest.raises(UnknownCode, match="'D'"):
        key.leaving("D")
    with pytest.raises(BadInput, match="already"):
        key.joining("A", 1)


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ({"A": "60", "B": "39.9"}, "sum to 99.9, not to 100: 0.1 is nobody's"),
        ({"A": "60", "B": "40.5"}, "0.5 is given twice"),
        ({"A": "110", "B": "-10"}, "share of B is negative"),
        ({"A": 60.0, "B": 40.0}, "binary float"),
        ({"A": "many", "B": 40}, "no number"),
    ],
)
def test_shares_that_do_not_sum_are_refused(shares, message):
    with pytest.raises(BadInput, match=message):
        FixedShares(shares)


def test_the_key_of_the_day_changes_with_the_date():
    book = eurasian_book()
    for start, shares in EURASIAN.items():
        assert book.on(start, "import_duty").key.weights(POT) == FixedShares(shares).weights(POT)
    assert book.on(Day(2015, 1, 1), "penalty").key.recipients() == ("BLR", "KAZ", "RUS")
    assert book.members == {"ARM", "BLR", "KAZ", "KGZ", "RUS"}


def test_a_day_without_key_names_the_nearest_one():
    with pytest.raises(BadInput, match=r"no key shares 'import_duty' on 2010-08-31.*2010-09-01"):
        eurasian_book().on(Day(2010, 8, 31), "import_duty")
    gap = fixed_keys(
        [("A", 100, Day(2000, 1, 1), Day(2001, 1, 1)), ("A", 100, Day(2002, 1, 1), None)]
    )
    with pytest.raises(BadInput, match=r"2001-12-30.*2002-01-01"):
        gap.on(Day(2001, 12, 30), "import_duty")


def test_an_unknown_kind_of_revenue_is_named_with_the_nearest():
    with pytest.raises(UnknownCode, match=r"import_dutty.*import_duty"):
        eurasian_book().on(Day(2012, 1, 1), "import_dutty")


def test_two_keys_on_one_day_are_refused():
    with pytest.raises(BadInput, match="two keys share 'import_duty' on 2002-01-01"):
        fixed_keys(
            [("A", 100, Day(2001, 1, 1), Day(2002, 1, 2)), ("A", 100, Day(2002, 1, 1), None)]
        )
    with pytest.raises(BadInput, match="at least one"):
        KeyBook([])
    with pytest.raises(BadInput, match="both shared and unshared"):
        KeyBook([DatedKey(FixedShares({"A": 100}), Period(Day(2000, 1, 1)))], ("import_duty",))
    with pytest.raises(BadInput, match="two shares in the key"):
        fixed_keys([("A", 50, Day(2001, 1, 1), None), ("A", 50, Day(2001, 1, 1), None)])


@pytest.mark.shared
def test_the_table_of_votes_holds_five_keys_and_one_day_that_two_of_them_claim(shared: Path):
    with (shared / "facts" / "voting.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "duty share %"]

    def spell(row: dict[str, str], days: int) -> tuple[str, str, Day, Day | None]:
        end = Day.fromisoformat(row["to"]) + timedelta(days=days) if row["to"] else None
        return row["state_iso3"], row["value"], Day.fromisoformat(row["from"]), end

    # Read with inclusive ends the last two keys share a day: that must not pass unseen.
    with pytest.raises(BadInput, match="two keys share 'import_duty' on 2020-03-01"):
        fixed_keys(spell(row, 1) for row in rows)
    book = fixed_keys(spell(row, 1 if row["to"] < "2020" else 0) for row in rows)
    for start, shares in EURASIAN.items():
        assert book.on(start, "import_duty").key.weights(POT) == FixedShares(shares).weights(POT)


def test_the_collector_keeps_10_25_20_25_per_cent_by_date():
    members = ("DEU", "NLD")
    stages = [
        (Day(1971, 1, 1), 10, Day(2001, 1, 1)),
        (Day(2001, 1, 1), 25, Day(2014, 1, 1)),
        (Day(2014, 1, 1), 20, Day(2021, 1, 1)),
        (Day(2021, 1, 1), 25, None),
    ]
    book = KeyBook(
        DatedKey(RetainedPool(kept, "EU", members), Period(start, end))
        for start, kept, end in stages
    )
    kept = [
        book.on(day, "import_duty").key.weights(Pot("import_duty", "NLD"))["NLD"]
        for day in (
            Day(2000, 12, 31),
            Day(2001, 1, 1),
            Day(2013, 12, 31),
            Day(2014, 1, 1),
            Day(2021, 1, 1),
        )
    ]
    assert kept == [10, 25, 25, 20, 25]
    assert book.entries[0].key.sentence() == "the collector keeps 10 %, the rest goes to EU"
    assert book.entries[0].key.recipients() == ("DEU", "EU", "NLD")


def test_a_pool_must_make_sense():
    with pytest.raises(BadInput, match="outside 0 to 100"):
        RetainedPool(101, "EU", ["DEU"])
    with pytest.raises(BadInput, match="also a member"):
        RetainedPool(10, "DEU", ["DEU"])
    with pytest.raises(BadInput, match="outside 0 to 100"):
        Destination(["DEU"], -1)


SMALL_UNION = {
    "BIG": Economy(intra_imports=20, gdp=900, population=30),
    "MID": Economy(intra_imports=50, gdp=60, population=2),
    "LOW": Economy(intra_imports=30, gdp=40, population=4),
}


def test_the_formula_by_hand():
    key = FormulaShares(SMALL_UNION)
    assert key.weights(Pot("import_duty", "BIG")) == {
        "BIG": Fraction(20, 100),
        "LOW": Fraction(30, 100),
        "MID": Fraction(50, 100),
    }
    # Product per head 30, 30, 10: the inverses are 1/30, 1/30, 3/30, so 1/5, 1/5, 3/5.
    assert key.components()["development"] == {
        "BIG": Fraction(1, 5),
        "LOW": Fraction(3, 5),
        "MID": Fraction(1, 5),
    }
    excise = key.weights(Pot("excise", "BIG"))
    assert excise["LOW"] == Fraction(85, 100) * Fraction(4, 100) + Fraction(15, 100) * Fraction(
        3, 5
    )
    assert sum(excise.values()) == 1
    assert "15 % of excise by inverse product per head" in key.sentence()


def test_the_damped_formula_is_nearly_equal_and_sums_to_one():
    need = FormulaShares(SMALL_UNION, per_head="damped").components()["development"]
    assert sum(need.values()) == 1
    assert need["LOW"] > need["BIG"] == need["MID"]
    assert max(need.values()) - min(need.values()) < Fraction(1, 10)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"LOW": Economy(30, 0, 4)}, "LOW: .* product and population be positive"),
        ({"LOW": Economy(-1, 40, 4)}, "LOW: imports must not be negative"),
        ({"LOW": Economy(30, 40, "four")}, "no number"),
    ],
)
def test_the_formula_refuses_impossible_economies(change, message):
    with pytest.raises(BadInput, match=message):
        FormulaShares({**SMALL_UNION, **change})


def test_the_formula_refuses_what_it_cannot_share():
    idle = {name: Economy(0, 1, 1) for name in "AB"}
    with pytest.raises(BadInput, match="sum to nothing"):
        FormulaShares(idle)
    with pytest.raises(BadInput, match="outside 0 to 100"):
        FormulaShares(SMALL_UNION, development=101)
    with pytest.raises(BadInput, match="no component for 'vat'"):
        FormulaShares(SMALL_UNION).weights(Pot("vat", "BIG"))
    poor = {f"P{i:02}": Economy(1, 1, 1000) for i in range(20)}
    with pytest.raises(BadInput, match="negative share"):
        FormulaShares({**poor, "RICH": Economy(1, 1000, 1)}, per_head="damped")


def test_the_destination_gets_everything_less_the_cost():
    key = Destination(["A", "B"], retained="2.5")
    assert key.weights(Pot("import_duty", "A", "B")) == {"A": Fraction(5, 2), "B": Fraction(195, 2)}
    assert key.weights(Pot("import_duty", "A", "A")) == {"A": 1}
    with pytest.raises(BadInput, match="has no destination"):
        key.weights(POT)
    with pytest.raises(UnknownCode, match="destination 'C'"):
        key.weights(Pot("import_duty", "A", "C"))
    assert Destination(["A"]).sentence() == "all to the member of destination"


@given(
    st.dictionaries(
        st.sampled_from("ABCDEFG"),
        st.tuples(st.integers(1, 10**9), st.integers(1, 10**9), st.integers(1, 10**9)),
        min_size=1,
    )
)
def test_formula_components_sum_to_one(table):
    key = FormulaShares({name: Economy(*row) for name, row in table.items()})
    for component in key.components().values():
        assert sum(component.values()) == 1


def act(id_, on, **payload):
    return Act(id_, "share", on, datetime(2024, 1, 1, tzinfo=UTC), "import duties", payload=payload)


def test_acts_that_set_shares_become_keys():
    acts = [
        act("second", Day(2005, 3, 1), shares={"A": "50", "B": 50}, effect="2005-06-01"),
        act("first", Day(2000, 1, 1), shares={"A": 60.5, "B": "39.5"}),
        act("last", Day(2010, 1, 1), shares={"A": 100}, until="2011-01-01"),
        Act("x", "share", Day(2001, 1, 1), datetime(2024, 1, 1, tzinfo=UTC), "votes"),
    ]
    book = keys_from_acts(acts, "import duties", unshared=["vat"])
    assert [(e.act, e.period.start, e.period.end) for e in book.entries] == [
        ("first", Day(2000, 1, 1), Day(2005, 6, 1)),
        ("second", Day(2005, 6, 1), Day(2010, 1, 1)),
        ("last", Day(2010, 1, 1), Day(2011, 1, 1)),
    ]
    assert book.on(Day(2005, 5, 31), "penalty").key.weights(POT)["A"] == Fraction("60.5")
    assert book.entries[0].reason().ref == "first"


@pytest.mark.parametrize(
    ("acts", "message"),
    [
        ([], "no act sets shares of 'import duties'"),
        ([act("a", Day(2000, 1, 1), shares={"A": 99})], "a: the shares sum to 99"),
        ([act("a", Day(2000, 1, 1))], "a sets no shares"),
        ([act("a", Day(2000, 1, 1), shares={"A": True})], "share of A is True"),
        (
            [act(name, Day(2000, 1, 1), shares={"A": 100}) for name in "ab"],
            "a and b both hold from 2000-01-01",
        ),
    ],
)
def test_acts_that_make_no_key_are_named(acts, message):
    with pytest.raises(BadInput, match=message):
        keys_from_acts(acts, "import duties")


def test_the_embedded_world_holds_the_five_eurasian_keys():
    from hansa.worlds import open_world

    book = keys_from_acts(open_world("eurasia").acts, "import duties")
    assert len(book.entries) == len(EURASIAN)
    for start, shares in EURASIAN.items():
        assert book.on(start, "import_duty").key.weights(POT) == FixedShares(shares).weights(POT)
