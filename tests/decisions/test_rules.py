"""Rules as values: sentences, treatment of positions, mappings, errors."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from fractions import Fraction

import pytest

from hansa.decisions import (
    ABSENT,
    ABSTAIN,
    AGAINST,
    FOR,
    KINDS,
    STAND_ASIDE,
    AllOf,
    AnyOf,
    Arrears,
    BlockingMinority,
    Consensus,
    Majority,
    OptOut,
    Quorum,
    Referral,
    Silence,
    Unanimity,
    Veto,
    WithoutConcerned,
    at_least,
    ballot,
    electorate,
    exact,
    more_than,
    position,
    power,
    readable,
    rule_from,
    tally,
    to_mapping,
    weighted,
)
from hansa.decisions.positions import CAST
from hansa.terms.errors import BadInput, Place, UnknownCode

TWO_THIRDS = Majority(at_least("2/3"), weights="votes")
EVERY = [
    (Consensus(), "consensus: no member objects"),
    (
        Consensus(frozenset({AGAINST, ABSENT}), frozenset({STAND_ASIDE})),
        "consensus: no member objects (absent or against); "
        "a member that is not interested is not bound",
    ),
    (Unanimity(), "unanimity: every member in favour"),
    (
        Unanimity(frozenset({FOR, ABSTAIN})),
        "unanimity: every member in favour (abstaining does not prevent it)",
    ),
    (TWO_THIRDS, "at least 2/3 of all votes in favour"),
    (Majority(more_than("1/2")), "more than 1/2 of all members in favour"),
    (Majority(more_than("1/2"), of="present"), "more than 1/2 of members present in favour"),
    (
        Majority(more_than("1/2"), of="voting"),
        "more than 1/2 of the members voting for or against in favour",
    ),
    (
        Majority(at_least("3/5"), "votes", "voting"),
        "at least 3/5 of the votes cast for or against in favour",
    ),
    (
        Majority(at_least("3/5"), "votes", "present"),
        "at least 3/5 of the votes of those present in favour",
    ),
    (Majority(at_least(62), weights="votes"), "at least 62 votes in favour"),
    (Veto(("USA", "RUS")), "no veto of USA, RUS"),
    (Quorum(at_least("2/3")), "a quorum of at least 2/3 of all members"),
    (Quorum(at_least(9)), "a quorum of at least 9 members"),
    (
        AllOf((TWO_THIRDS, Majority(at_least(10)))),
        "at least 2/3 of all votes in favour, and at least 10 members in favour",
    ),
    (
        AnyOf((TWO_THIRDS, Consensus())),
        "either at least 2/3 of all votes in favour, or consensus: no member objects",
    ),
    (
        BlockingMinority(TWO_THIRDS, at_least(4)),
        "at least 2/3 of all votes in favour; to block takes at least 4 members not in favour, "
        "otherwise it is adopted",
    ),
    (
        WithoutConcerned(Consensus()),
        "consensus: no member objects, without the vote of the state concerned",
    ),
    (
        Arrears(TWO_THIRDS, "votes", "budget"),
        "at least 2/3 of all votes in favour; a member in arrears has no vote, and its votes are "
        "shared out among the others in proportion to their budget",
    ),
    (
        Arrears(Consensus()),
        "consensus: no member objects; a member in arrears has no vote",
    ),
    (
        Silence(Consensus(), 5),
        "consensus: no member objects, by silence procedure: who says nothing within 5 days agrees",
    ),
    (
        Silence(Consensus()),
        "consensus: no member objects, by silence procedure: who says nothing by the deadline "
        "agrees",
    ),
    (
        OptOut(TWO_THIRDS, frozenset({AGAINST, STAND_ASIDE})),
        "at least 2/3 of all votes in favour; a member that is not interested or against "
        "is not bound",
    ),
    (
        Referral(TWO_THIRDS, "Upper Council", Consensus(), Majority(at_least(4))),
        "at least 2/3 of all votes in favour; failing that, the matter goes to Upper Council "
        "(if at least 4 members in favour), which decides by consensus: no member objects",
    ),
    (
        Referral(TWO_THIRDS, "Upper Council", Consensus(), after="adoption"),
        "at least 2/3 of all votes in favour; a member that was against may carry it to Upper "
        "Council, which decides by consensus: no member objects",
    ),
    (
        Referral(TWO_THIRDS, "Upper Council", Consensus(), after="either"),
        "at least 2/3 of all votes in favour; failing that, or at the wish of a member against, "
        "it goes to Upper Council, which decides by consensus: no member objects",
    ),
]


@pytest.mark.parametrize(("rule", "sentence"), EVERY, ids=[s[:40] for _, s in EVERY])
def test_a_rule_reads_back_as_a_sentence_and_as_a_mapping(rule, sentence):
    assert rule.sentence() == str(rule) == sentence
    described = to_mapping(rule)
    assert rule_from(described) == rule
    assert described["kind"] == rule.kind
    for stance in CAST:
        assert rule.treats(stance)


def test_every_kind_is_shown_above():
    assert {rule.kind for rule, _ in EVERY} == set(KINDS)


@pytest.mark.parametrize(
    ("rule", "stance", "treated"),
    [
        (TWO_THIRDS, ABSTAIN, "counts in the total, so against"),
        (Majority(more_than("1/2"), of="voting"), ABSTAIN, "is left out of the total"),
        (Majority(more_than("1/2"), of="present"), ABSTAIN, "counts in the total, so against"),
        (Majority(more_than("1/2"), of="present"), ABSENT, "is left out of the total"),
        (Consensus(), ABSENT, "does not block"),
        (Consensus(), AGAINST, "objects, which blocks"),
        (
            Consensus(not_bound=frozenset({STAND_ASIDE})),
            STAND_ASIDE,
            "does not block, and is not bound",
        ),
        (Unanimity(), ABSTAIN, "blocks"),
        (Unanimity(frozenset({FOR, ABSTAIN})), ABSTAIN, "does not prevent adoption"),
        (Quorum(at_least("1/2")), ABSENT, "is not there for the quorum"),
        (Veto(("USA",)), AGAINST, "of a holder is a veto"),
        (
            Silence(Consensus(), 3),
            ABSENT,
            "stays silent: undecided until the deadline, then in favour",
        ),
        (
            AllOf((Quorum(at_least("1/2")), Majority(more_than("1/2"), of="voting"))),
            ABSTAIN,
            "counts for the quorum; is left out of the total",
        ),
    ],
)
def test_a_rule_says_how_it_treats_each_position(rule, stance, treated):
    assert rule.treats(stance) == treated


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (40, 40),
        (21.5, Fraction(43, 2)),
        (0.1, Fraction(1, 10)),
        ("2/3", Fraction(2, 3)),
        ("55 %", Fraction(11, 20)),
        ("62.5 percent", Fraction(5, 8)),
        ("66 2/3", Fraction(200, 3)),
        (Decimal("7.5"), Fraction(15, 2)),
        (Fraction(200, 9), Fraction(200, 9)),
    ],
)
def test_numbers_are_exact(written, number):
    assert exact(written) == number


@pytest.mark.parametrize("wrong", [True, None, "many", "1/0", float("nan"), float("inf"), [1]])
def test_what_is_no_number_is_refused(wrong):
    with pytest.raises(BadInput):
        exact(wrong)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(67), "67"),
        (Fraction(43, 2), "21.5"),
        (Fraction(200, 3), "66 2/3"),
        (Fraction(-200, 3), "-66 2/3"),
        (Fraction(2, 3), "2/3"),
        (Fraction(10**9, 1007), "993049"),
    ],
)
def test_numbers_for_people(number, text):
    assert readable(number) == text


@pytest.mark.parametrize(
    ("described", "message"),
    [
        ({}, "a rule needs a kind"),
        ({"kind": "consensuss"}, "did you mean consensus?"),
        ("unanimous", "did you mean unanimity?"),
        ({"kind": "majority"}, "takes at_least or more_than, and has neither"),
        ({"kind": "majority", "at_least": "2/3", "more_than": 1}, "and has both"),
        ({"kind": "majority", "at_least": "4/3"}, "is out of range"),
        ({"kind": "majority", "at_least": 0}, "is out of range"),
        ({"kind": "majority", "at_least": -5}, "is out of range"),
        ({"kind": "majority", "more_than": "1/1"}, "is out of range"),
        (
            {"kind": "majority", "at_least": 0.55},
            "did you mean 55 %?",
        ),
        ({"kind": "majority", "at_least": "most"}, "'most' is not a threshold"),
        ({"kind": "majority", "atleast": "2/3"}, "did you mean at_least?"),
        ({"kind": "majority", "at_least": "2/3", "of": "presents"}, "did you mean present?"),
        ({"kind": "majority", "at_least": 5, "of": "voting"}, "is an amount and not a share"),
        ({"kind": "consensus", "not_bound": ["not intrested"]}, "did you mean not interested?"),
        ({"kind": "consensus", "objections": ["for"]}, "to be against is to object"),
        ({"kind": "consensus", "not_bound": "for"}, "is in favour is bound"),
        ({"kind": "unanimity", "agrees": ["against"]}, "to be for is to agree"),
        ({"kind": "veto"}, "needs the key 'holders'"),
        ({"kind": "veto", "holders": "RUS"}, "written as a list"),
        ({"kind": "veto", "holders": []}, "needs somebody who holds it"),
        ({"kind": "all", "rules": []}, "at least one rule"),
        ({"kind": "all", "rules": {"kind": "consensus"}}, "written as a list"),
        ({"kind": "silence", "rule": "consensus", "days": "five"}, "not a whole number"),
        ({"kind": "silence", "rule": "consensus", "days": -1}, "cannot last -1 days"),
        ({"kind": "arrears", "rule": "consensus", "shared_by": "budget"}, "shared_by needs"),
        ({"kind": "referral", "rule": "consensus", "then": "consensus"}, "needs the key 'to'"),
        (
            {"kind": "referral", "rule": "consensus", "then": "consensus", "to": "X", "after": "a"},
            "unknown outcome",
        ),
        ({"kind": "opt out", "rule": "consensus", "positions": ["for"]}, "is bound"),
        (7, "is not the description of a rule"),
    ],
)
def test_a_wrong_description_says_what_is_wrong(described, message):
    with pytest.raises(BadInput) as caught:
        rule_from(described)
    assert message in str(caught.value)
    assert caught.value.where is not None


def test_the_place_of_an_error_is_the_path_of_the_key():
    described = {
        "kind": "referral",
        "to": "Council",
        "then": "consensus",
        "rule": {"kind": "all", "rules": ["consensus", {"kind": "majority", "at_least": "7/3"}]},
    }
    with pytest.raises(BadInput) as caught:
        rule_from(described, where=Place("bodies.toml", column="Committee"))
    assert caught.value.where == Place("bodies.toml", None, "Committee.rule.rules[1].at_least")


def test_a_few_lines_of_toml():
    text = """
    kind = "blocking minority"
    at_least = 4
    [rule]
    kind = "all"
    rules = [
      { kind = "majority", at_least = "55 %" },
      { kind = "majority", at_least = "65 %", weights = "population" },
    ]
    """
    rule = rule_from(tomllib.loads(text))
    assert rule == BlockingMinority(
        AllOf((Majority(at_least("55 %")), Majority(at_least("65 %"), weights="population"))),
        at_least(4),
    )


VOTES = {"A": 3, "B": 2, "C": 1}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: electorate(VOTES, {"votes": VOTES}, totals={"votes": 7}),
            "the votes sum to 6, not to the stated 7",
        ),
        (lambda: electorate(VOTES, {"votes": VOTES}, totals={"vote": 6}), "did you mean votes?"),
        (lambda: electorate(["A", "B"], {"votes": VOTES}), "unknown member 'C'"),
        (lambda: electorate([*VOTES, "D"], {"votes": VOTES}), "no votes for D"),
        (lambda: electorate(["A", "A"]), "A is listed twice among the members"),
        (lambda: electorate([]), "has no members"),
        (lambda: electorate(["A"], {"votes": {"A": -1}}), "A has negative votes: -1"),
        (lambda: electorate(["A"], {"votes": {"A": "many"}}), "'many' is not a weight"),
        (lambda: electorate(["ARM"], concerned=["AMR"]), "did you mean ARM?"),
        (lambda: electorate(["ARM"], in_arrears=["XXX"]), "unknown member 'XXX'"),
        (lambda: weighted(7, VOTES), "a quota of at least 7 is out of range"),
        (lambda: weighted(0, VOTES), "out of range"),
        (
            lambda: power(Majority(more_than(6), "votes"), electorate(VOTES, {"votes": VOTES})),
            "a quota of more than 6 is out of range",
        ),
        (
            lambda: power(Quorum(at_least(4)), electorate(VOTES)),
            "a quorum of at least 4 is out of range",
        ),
        (
            lambda: power(BlockingMinority(Consensus(), at_least(4)), electorate(VOTES)),
            "everything would be adopted",
        ),
        (
            lambda: power(Majority(at_least(2), "vote"), electorate(VOTES, {"votes": VOTES})),
            "unknown weight 'vote'; did you mean votes?",
        ),
        (lambda: power(Veto(("X",)), electorate(VOTES)), "unknown member 'X'"),
        (
            lambda: power(WithoutConcerned(Consensus()), electorate(["A"], concerned=["A"])),
            "nobody is left to vote",
        ),
        (
            lambda: power(
                Arrears(TWO_THIRDS, "votes", "budget"),
                electorate(
                    VOTES, {"votes": VOTES, "budget": {"A": 1, "B": 0, "C": 0}}, in_arrears=["A"]
                ),
            ),
            "the others' budget sums to zero",
        ),
        (lambda: ballot(in_favour=["A", "A"]), "A is listed twice"),
        (lambda: ballot(in_favour=["A"], against=["A"]), "A is listed as for and as against"),
        (lambda: tally(Consensus(), electorate(["KAZ"]), {"KAS": FOR}), "did you mean KAZ?"),
        (lambda: position("fore"), "did you mean for?"),
        (lambda: power(Consensus(), electorate(VOTES), how="guess"), "unknown way of counting"),
        (lambda: power(Consensus(), electorate(VOTES), positions=(FOR,)), "the same choices"),
        (lambda: power(Consensus(), electorate(VOTES)).of("D"), "unknown member 'D'"),
        (lambda: power(Consensus(), electorate(VOTES)).of("A", "banzaf"), "did you mean banzhaf?"),
        (lambda: power(Consensus(), electorate(VOTES)).method("x"), "unknown index"),
    ],
)
def test_bad_input_gets_a_clear_error(call, message):
    with pytest.raises(BadInput) as caught:
        call()
    assert message in str(caught.value)


def test_unknown_codes_are_of_their_own_kind():
    with pytest.raises(UnknownCode):
        tally(Consensus(), electorate(["KAZ"]), {"KAS": FOR})
