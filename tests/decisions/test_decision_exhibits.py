"""Tables, charts and statements made of results."""

from __future__ import annotations

import pytest

from hansa.decisions import (
    ABSTAIN,
    AGAINST,
    FOR,
    STAND_ASIDE,
    AllOf,
    Consensus,
    Majority,
    Referral,
    at_least,
    ballot,
    body_from,
    chance,
    electorate,
    power,
    shares_of,
    tally,
    view,
)
from hansa.decisions import exhibits as ex
from hansa.decisions import vote_exhibits as vx
from hansa.terms.errors import UnknownCode
from hansa.terms.exhibits import Chart, Table

BEFORE = {"RUS": 57, "BLR": "21.5", "KAZ": "21.5"}
PEOPLE = {"RUS": 143, "BLR": 9.5, "KAZ": 16.5}


@pytest.fixture(scope="module")
def weighted_votes():
    rule = Majority(at_least("2/3"), weights="votes")
    return power(rule, electorate(BEFORE, {"votes": BEFORE}, body="Commission"))


@pytest.fixture(scope="module")
def equality():
    return power(Consensus(), electorate([*BEFORE, "ARM"], body="Council"))


def test_power_beside_shares(weighted_votes):
    shares = {"population": shares_of(PEOPLE), "duties": {"RUS": 0.88}}
    table = ex.power_table(weighted_votes, shares=shares)
    assert [c.heading for c in table.columns] == [
        "Member", "population", "duties", "Banzhaf", "Shapley–Shubik", "decides", "prevents"
    ]  # fmt: skip
    rows = table.records()
    assert rows[0]["banzhaf"] == pytest.approx(60.0)
    assert rows[0]["share_0"] == pytest.approx(100 * 143 / 169)
    assert rows[1]["share_1"] is None
    assert rows[0]["prevent"] == 100.0
    assert table.note == "All figures are exact."
    chart = ex.power_chart(weighted_votes, shares=shares)
    assert isinstance(chart, Chart)
    assert {row[1] for row in chart.table.rows} == {
        "population", "duties", "Banzhaf", "Shapley–Shubik"
    }  # fmt: skip
    assert len(chart.table.rows) == 3 + 1 + 6


def test_change_of_power_marks_who_came_and_who_moved(weighted_votes, equality):
    labels = ("in 2011", "in 2015")
    table = ex.power_change(weighted_votes, equality, labels=labels)
    rows = {row["member"]: row for row in table.records()}
    assert rows["RUS"]["change"] == pytest.approx(25 - 60)
    assert rows["ARM"]["before"] is None
    assert dict(zip(rows, table.marks, strict=True)) == {
        "RUS": "changed", "BLR": "changed", "KAZ": "changed", "ARM": "new"
    }  # fmt: skip
    assert "37.50 % of all ways to vote in 2011, 6.25 % in 2015" in table.note
    back = ex.power_change(equality, weighted_votes)
    assert dict(zip((r[0] for r in back.rows), back.marks, strict=True))["ARM"] == "gone"
    same = ex.power_change(equality, equality)
    assert set(same.marks) == {""}
    chart = ex.power_change_chart(weighted_votes, equality, labels=labels)
    assert len(chart.table.rows) == 7
    with pytest.raises(UnknownCode):
        ex.power_change(weighted_votes, equality, index="banzaf")


def test_estimates_name_their_method():
    room = electorate(BEFORE, {"votes": BEFORE})
    rule = Majority(at_least("2/3"), weights="votes")
    table = ex.power_table(power(rule, room, how="sampling", samples=2000))
    assert "estimated from 2000 random profiles" in table.note
    assert "prevent" not in [c.key for c in table.columns]


def test_who_could_block_what():
    described = (
        {
            "body": "Commission",
            "weights": {"votes": BEFORE},
            "decides": [
                {"rule": {"kind": "majority", "at_least": "2/3", "weights": "votes"}},
                {"matter": "sensitive list", "rule": "consensus", "article": "Art. 7"},
            ],
        },
        {
            "body": "Assembly",
            "members": ["A", "B", "C", "D"],
            "rule": {"kind": "majority", "more_than": "1/2"},
        },
    )
    views = [view(rule, rule.electorate()) for one in described for rule in body_from(one)]
    table = ex.blockers_table(views)
    rows = table.records()
    assert [row["alone"] for row in rows] == ["RUS", "every member", "nobody"]
    assert rows[0]["blocking"] == "RUS; BLR, KAZ"
    assert rows[0]["carrying"] == "RUS with any 1 of BLR, KAZ"
    assert rows[2]["blocking"] == "any 2 of A, B, C, D"
    assert rows[2]["passage"] == pytest.approx(100 * 5 / 16)
    assert table.because[1][0].ref == "Art. 7"
    section = ex.decisions_section(
        views,
        shares={"Commission": {"population": shares_of(PEOPLE)}},
        changes=[("Weights to equality", views[0].power, views[1].power, ("2011", "2012"))],
    )
    assert [statement.text for statement in section.statements] == [
        "In Commission, RUS alone can block. Together so can BLR, KAZ.",
        "In Commission, every member can block on sensitive list.",
        "In Assembly, nobody can block alone. The smallest groups that can: any 2 of A, B, C, D.",
    ]
    kinds = [(type(e), e.title) for e in section.exhibits]
    assert kinds == [
        (Table, "Who could block what"),
        (Table, "Commission: power beside shares"),
        (Chart, "Commission: power beside shares"),
        (Table, "Weights to equality"),
        (Chart, "Weights to equality"),
    ]
    assert all(statement.because for statement in section.statements)


def test_a_decision_as_tables_and_statements():
    room = electorate(BEFORE, {"votes": BEFORE}, body="Commission")
    rule = Referral(
        AllOf((Majority(at_least("2/3"), weights="votes"), Consensus(not_bound={STAND_ASIDE}))),
        "Interstate Council",
        Consensus(),
        after="either",
    )
    adopted = tally(rule, room, ballot(not_interested=["KAZ"]), others=FOR)
    rows = {row["member"]: row for row in vx.decision_table(adopted).records()}
    assert (rows["RUS"]["bound"], rows["KAZ"]["bound"]) == ("yes", "no")
    assert rows["RUS"]["alone"] == "could have blocked"
    said = [statement.text for statement in vx.decision_statements(adopted)]
    assert said[0] == "Commission adopts the matter."
    assert "Not bound: KAZ." in said
    standing = vx.standings_table(adopted).records()
    assert standing[0]["standing"] == "78.5 of 100 votes in favour, at least 66 2/3 needed"
    assert standing[0]["met"] == "true"
    rejected = tally(rule, room, ballot(against=["KAZ"]), others=FOR)
    said = [statement.text for statement in vx.decision_statements(rejected)]
    assert said[0] == "Commission does not adopt the matter; it goes to Interstate Council."
    assert said[1] == "It could have been carried by KAZ."
    assert said[2].startswith("The matter goes to Interstate Council.")
    still = tally(rule, room, ballot(in_favour=["RUS"]))
    said = [statement.text for statement in vx.decision_statements(still)]
    assert "It still depends on BLR, KAZ." in said
    rows = {row["member"]: row for row in vx.decision_table(still).records()}
    assert rows["KAZ"]["treated"] == "may still change"
    assert rows["KAZ"]["alone"] == "can block"


def test_chances_and_treatment_as_tables():
    room = electorate(BEFORE, {"votes": BEFORE})
    rule = Majority(at_least("2/3"), weights="votes")
    table = vx.chance_table(chance(rule, room, {"RUS": FOR}, {}, others="1/2"))
    assert table.title == "Chance of adoption: 75.00 %"
    assert table.records()[1]["pivotal"] == pytest.approx(50.0)
    table = vx.treatment_table(rule)
    assert table.title == rule.sentence()
    assert [row[0] for row in table.rows] == [
        stance.value for stance in (FOR, ABSTAIN, STAND_ASIDE)
    ] + ["absent", AGAINST.value]
