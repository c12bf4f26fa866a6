"""Recorded decisions, each under the rule then in force, on the facts as they stand."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest

from hansa.decisions import (
    AGAINST,
    FOR,
    STAND_ASIDE,
    AllOf,
    Consensus,
    Majority,
    Referral,
    Unanimity,
    WithoutConcerned,
    at_least,
    ballot,
    electorate,
    power,
    tally,
)
from hansa.decisions import exhibits as ex
from hansa.terms.truth import Truth

pytestmark = pytest.mark.shared


def table(shared: Path, name: str) -> list[dict[str, str]]:
    with (shared / "facts" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def members(shared):
    rows = [row for row in table(shared, "memberships.csv") if row["status"] == "member"]

    def on(organisation: str, day: str) -> list[str]:
        return sorted(
            row["state_iso3"]
            for row in rows
            if row["organisation"] == organisation
            and row["from"] <= day
            and (not row["to"] or day < row["to"])
        )

    return on


@pytest.fixture(scope="module")
def votes(shared):
    rows = table(shared, "voting.csv")

    def of(body: str, start: str, kind: str = "votes") -> dict[str, str]:
        return {
            row["state_iso3"]: row["value"]
            for row in rows
            if (row["body"], row["kind"], row["from"]) == (body, kind, start)
        }

    return of


def test_2022_01_06_the_request_of_kazakhstan(members):
    council = electorate(members("CSTO", "2022-01-06"), body="CSTO Council")
    decision = tally(Consensus(), council, {}, others=FOR)
    assert decision.outcome == "adopted"
    assert (
        decision.blocked_alone_by == council.members == ("ARM", "BLR", "KAZ", "KGZ", "RUS", "TJK")
    )
    waiting = tally(Consensus(), council, ballot(undecided=["TJK"]), others=FOR)
    assert [vote.member for vote in waiting.open_votes] == ["TJK"]
    assert waiting.outcome == "open"


def test_2006_06_23_uzbekistan_is_restored(members):
    states = [state for state in members("CSTO", "2006-06-23") if state != "UZB"]
    decision = tally(Consensus(), electorate(states), {}, others=FOR)
    assert decision.outcome == "adopted"
    assert len(decision.blocked_alone_by) == 6


def test_2006_01_25_uzbekistan_joins_the_community(members):
    states = [state for state in members("EURASEC", "2006-01-25") if state != "UZB"]
    assert states == ["BLR", "KAZ", "KGZ", "RUS", "TJK"]
    assert tally(Consensus(), electorate(states), {}, others=FOR).outcome == "adopted"


def test_2012_12_19_uzbekistan_is_suspended_without_its_vote(members):
    states = members("CSTO", "2012-12-18")
    assert "UZB" in states
    council = electorate(states, concerned=["UZB"], body="CSTO Council")
    absent = ballot(absent=["UZB"])
    decision = tally(WithoutConcerned(Consensus()), council, absent, others=FOR)
    assert decision.outcome == "adopted"
    assert "UZB" not in decision.blocked_alone_by
    opposed = ballot(against=["UZB"])
    rule = WithoutConcerned(Consensus())
    assert tally(rule, council, opposed, others=FOR).outcome == "adopted"
    assert tally(Consensus(), council, opposed, others=FOR).carried_alone_by == ("UZB",)


def test_2007_10_05_georgia_refuses_the_concept_and_is_not_bound(members):
    states = members("CIS", "2007-10-05")
    assert "GEO" in states
    assert "TKM" not in states  # an associate since 2005
    council = electorate(states, body="CIS Council of Heads of State")
    charter = Consensus(not_bound=frozenset({STAND_ASIDE}))
    decision = tally(charter, council, ballot(not_interested=["GEO"]), others=FOR)
    assert decision.outcome == "adopted"
    assert decision.not_bound == ("GEO",)
    assert set(decision.bound) == set(states) - {"GEO"}
    objected = tally(charter, council, ballot(against=["GEO"]), others=FOR)
    assert objected.outcome == "not adopted"
    assert objected.carried_alone_by == ("GEO",)


def test_2022_11_23_armenia_does_not_sign_the_aid(members):
    council = electorate(members("CSTO", "2022-11-23"), body="CSTO Council")
    decision = tally(Consensus(), council, ballot(against=["ARM"]), others=FOR)
    assert (decision.outcome, decision.margin) == ("not adopted", 1)
    assert decision.carried_alone_by == ("ARM",)


def test_armenia_keeps_azerbaijan_out_of_the_visa_agreement(shared):
    parties = [
        row["state_iso3"]
        for row in table(shared, "treaty_parties.csv")
        if row["treaty"] == "BISH1992" and row["state_iso3"] != "AZE"
    ]
    assert "ARM" in parties
    decision = tally(Unanimity(), electorate(parties), ballot(against=["ARM"]), others=FOR)
    assert decision.carried_alone_by == ("ARM",)


def test_2001_russia_alone_blocks_the_committee(votes):
    shares = votes("EURASEC Integration Committee", "2001-05-30")
    committee = electorate(shares, {"votes": shares}, totals={"votes": 100})
    rule = Referral(
        Majority(at_least("2/3"), weights="votes"),
        "EurAsEC Interstate Council",
        Consensus(),
        Majority(at_least(4)),
    )
    assert tally(rule, committee, ballot(against=["RUS"]), others=FOR).outcome == "referred"
    sixty = tally(rule, committee, ballot(in_favour=["RUS", "KAZ"]), others=AGAINST)
    assert sixty.adopted is Truth.FALSE
    seventy = tally(rule, committee, ballot(in_favour=["RUS", "KAZ", "TJK"]), others=AGAINST)
    assert seventy.adopted is Truth.TRUE
    with_uzbekistan = votes("EURASEC Integration Committee", "2006-08-01")
    six = electorate(with_uzbekistan, {"votes": with_uzbekistan}, totals={"votes": 100})
    assert power(rule, six).blockers == ("RUS",)


def test_2012_from_weights_to_equality(votes):
    shares = votes("CU2010 Commission", "2009-02-01")
    before = power(
        Majority(at_least("2/3"), weights="votes"),
        electorate(shares, {"votes": shares}, totals={"votes": 100}),
    )
    equal = votes("EEC Council", "2012-02-01")
    after = power(Consensus(), electorate(equal, {"votes": equal}, totals={"votes": 3}))
    assert before.banzhaf == (Fraction(3, 5), Fraction(1, 5), Fraction(1, 5))
    assert after.banzhaf == (Fraction(1, 3),) * 3
    assert (before.blockers, after.blockers) == (("RUS",), ("RUS", "BLR", "KAZ"))
    rows = ex.power_change(before, after).records()
    assert [round(row["change"], 2) for row in rows] == [-26.67, 13.33, 13.33]


@pytest.mark.parametrize(
    ("start", "threshold", "members_needed", "share"),
    [
        ("1986-01-01", 54, 0, 0.0981),
        ("1995-01-01", 62, 0, 0.0778),
        ("2007-01-01", 255, 14, 0.0203),
        ("2013-07-01", 260, 15, 0.0187),
    ],
)
def test_weights_of_the_european_council(votes, start, threshold, members_needed, share):
    weights = votes("EU Council", start)
    rules = [Majority(at_least(threshold), weights="votes")]
    if members_needed:
        rules.append(Majority(at_least(members_needed)))

    got = power(AllOf(tuple(rules)), electorate(weights, {"votes": weights}), minimal=False)
    assert round(float(got.passage), 4) == share
    assert got.method("shapley_shubik").exact
