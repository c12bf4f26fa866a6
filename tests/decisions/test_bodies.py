"""Bodies by day and matter, and their description in TOML."""

from __future__ import annotations

import tomllib
from datetime import date
from fractions import Fraction

import pytest

from hansa.decisions import (
    ANY,
    FOR,
    AllOf,
    Consensus,
    Majority,
    WithoutConcerned,
    at_least,
    ballot,
    bodies_from,
    body_from,
    rule_on,
    tally,
)
from hansa.terms.errors import BadInput, UnknownCode

TEXT = """
[[body]]
body = "Harbour Council"
organisation = "Harbours"
since = 2001-05-30
until = 2006-08-01
article = "Art. 13"
source = "own"
confidence = "K"
weights.votes = { LUB = 40, HAM = 20.5, DAN = 39.5 }
totals.votes = 100
rule = { kind = "majority", at_least = "2/3", weights = "votes" }

[[body]]
body = "Harbour Council"
organisation = "Harbours"
since = 2006-08-01
members = ["LUB", "HAM", "DAN"]

  [[body.decides]]
  matter = "expulsion"
  article = "Art. 20"
  rule = { kind = "without the state concerned", rule = "consensus" }

  [[body.decides]]
  rule = "consensus"

[[body]]
body = "Harbour Board"
since = 2006-08-01

  [[body.decides]]
  matter = "tariffs"
  rule = { kind = "majority", at_least = 2 }
"""


@pytest.fixture(scope="module")
def harbours():
    return bodies_from(tomllib.loads(TEXT), file="harbours.toml")


def test_the_rule_depends_on_day_and_matter(harbours):
    old = rule_on(harbours, "Harbour Council", date(2006, 7, 31))
    assert old.rule == Majority(at_least("2/3"), weights="votes")
    assert old.weights["votes"]["HAM"] == Fraction(41, 2)
    assert (old.organisation, old.matter, old.because.ref) == ("Harbours", ANY, "Art. 13")
    new = rule_on(harbours, "Harbour Council", date(2006, 8, 1))
    assert new.rule == Consensus()
    out = rule_on(harbours, "Harbour Council", date(2020, 1, 1), "expulsion")
    assert out.rule == WithoutConcerned(Consensus())
    assert out.article == "Art. 20"
    assert out.because.text.startswith("Harbour Council decides on expulsion by consensus")
    budget = rule_on(harbours, "Harbour Council", date(2020, 1, 1), "budget")
    assert budget.matter == ANY


def test_the_electorate_of_a_body(harbours):
    old = rule_on(harbours, "Harbour Council", date(2003, 1, 1))
    room = old.electorate()
    assert room.members == ("LUB", "HAM", "DAN")
    assert tally(old.rule, room, ballot(in_favour=["LUB", "DAN"])).adopted.name == "TRUE"
    with pytest.raises(BadInput, match="no votes for RIG"):
        old.electorate(["LUB", "HAM", "DAN", "RIG"])
    with pytest.raises(UnknownCode, match="unknown member 'DAN'"):
        old.electorate(["LUB", "HAM"])
    more = {"people": {"LUB": Fraction(2), "HAM": Fraction(1), "DAN": Fraction(1)}}
    assert set(old.electorate(more_weights=more).weights) == {"votes", "people"}
    out = rule_on(harbours, "Harbour Council", date(2020, 1, 1), "expulsion")
    expelled = tally(out.rule, out.electorate(concerned=["HAM"]), {}, others=FOR)
    assert expelled.adopted.name == "TRUE"
    board = rule_on(harbours, "Harbour Board", date(2020, 1, 1), "tariffs")
    with pytest.raises(BadInput, match="nobody says who the members"):
        board.electorate()
    assert board.electorate(["LUB", "HAM"]).body == "Harbour Board"


@pytest.mark.parametrize(
    ("body", "on", "matter", "message"),
    [
        ("Harbor Council", date(2020, 1, 1), ANY, "did you mean Harbour Council"),
        ("Harbour Council", date(1999, 1, 1), ANY, "it has rules for 2001-05-30 – 2006-08-01"),
        ("Harbour Council", date(2020, 1, 1), "expulsions", "did you mean expulsion?"),
        ("Harbour Board", date(2020, 1, 1), ANY, "name one: tariffs"),
        ("Harbour Board", date(2020, 1, 1), "war", "only for certain matters"),
    ],
)
def test_no_rule_gets_a_clear_error(harbours, body, on, matter, message):
    with pytest.raises(BadInput) as caught:
        rule_on(harbours, body, on, matter)
    assert message in str(caught.value)


BASE = {"body": "B", "rule": "consensus"}


@pytest.mark.parametrize(
    ("described", "message"),
    [
        ({"rule": "consensus"}, "needs a name under the key 'body'"),
        ({"body": "B"}, "either a rule or a list of matters"),
        ({**BASE, "decides": []}, "either a rule or a list of matters"),
        ({"body": "B", "decides": [{"matter": "x"}]}, "the matter has no rule"),
        ({"body": "B", "decides": [{"rule": "consensus", "mater": "x"}]}, "did you mean matter?"),
        ({**BASE, "untill": "2000-01-01"}, "did you mean until?"),
        ({**BASE, "since": "2000-02-30"}, "there is no day '2000-02-30'"),
        ({**BASE, "since": "2001-01-01", "until": "2000-01-01"}, "cannot start 2001-01-01"),
        ({**BASE, "members": "ABC"}, "written as a list"),
        ({**BASE, "members": ["A", "A"]}, "listed twice"),
        ({**BASE, "totals": {"votes": 1}}, "unknown weight 'votes'"),
        (
            {**BASE, "weights": {"votes": {"A": 40, "B": 50}}, "totals": {"votes": 100}},
            "the votes sum to 90, not to the stated 100",
        ),
        ({**BASE, "weights": {"votes": {"A": 4}}, "members": ["B"]}, "unknown member 'A'"),
        ({"body": "B", "rule": {"kind": "majority", "at_least": "3/2"}}, "out of range"),
        (3, "is not the description of a body"),
    ],
)
def test_a_wrong_body_says_where(described, message):
    with pytest.raises(BadInput) as caught:
        body_from(described)
    assert message in str(caught.value)


def test_documents_are_checked_as_a_whole():
    with pytest.raises(BadInput, match="there is no list of bodies"):
        bodies_from({})
    twice = {"body": [{**BASE, "since": "2000-01-01"}, {**BASE, "since": "2010-01-01"}]}
    with pytest.raises(BadInput, match="two rules for 'any' at once"):
        bodies_from(twice)
    wrong = {"body": [BASE, {"body": "C", "rule": {"kind": "all", "rules": [{"kind": "x"}]}}]}
    with pytest.raises(BadInput) as caught:
        bodies_from(wrong, file="mine.toml")
    assert str(caught.value.where) == "mine.toml, column 'body[2] C.rule.rules[0]'"


def test_a_rule_may_hold_for_ever():
    (rule,) = body_from({"body": "B", "rule": {"kind": "all", "rules": ["consensus"]}})
    assert rule.rule == AllOf((Consensus(),))
    assert date.min in rule.period
    assert date.max in rule.period
