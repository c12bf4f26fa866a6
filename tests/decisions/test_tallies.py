"""Decisions: who is bound, who could have turned it, what comes next, what is still open."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import comb

import pytest

from hansa.decisions import (
    ABSENT,
    ABSTAIN,
    AGAINST,
    FOR,
    STAND_ASIDE,
    UNKNOWN,
    AllOf,
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
    bloc,
    chance,
    electorate,
    more_than,
    tally,
)
from hansa.decisions.chances import _beliefs, _Setting
from hansa.decisions.rules import criteria_of
from hansa.terms.errors import BadInput
from hansa.terms.truth import Truth

SHARES = {"RUS": 40, "BLR": 20, "KAZ": 20, "KGZ": 10, "TJK": 10}
COUNCIL = "EurAsEC Interstate Council"
RULE = Referral(
    Arrears(Majority(at_least("2/3"), weights="votes"), "votes", "budget"),
    COUNCIL,
    Consensus(),
    Majority(at_least(4)),
)


def committee(**more):
    return electorate(SHARES, {"votes": SHARES, "budget": SHARES}, body="Committee", **more)


def named(groups):
    return [str(group) for group in groups.listed]


def texts(decision):
    return [reason.text for reason in decision.because]


def test_sixty_fails_and_seventy_passes():
    sixty = tally(RULE, committee(), ballot(in_favour=["RUS", "BLR"]), others=AGAINST)
    assert (sixty.adopted, sixty.outcome) == (Truth.FALSE, "not adopted")
    assert sixty.standings[0].least == Fraction(-20, 3)
    assert sixty.standings[0].text == "60 of 100 votes in favour, at least 66 2/3 needed"
    assert named(sixty.could_carry) == ["KAZ", "any 1 of KGZ, TJK"]
    assert (sixty.margin, sixty.next, sixty.bound) == (1, None, ())
    assert sixty.not_bound == tuple(SHARES)
    seventy = tally(RULE, committee(), ballot(in_favour=["RUS", "BLR", "KGZ"]), others=AGAINST)
    assert (seventy.adopted, seventy.outcome) == (Truth.TRUE, "adopted")
    assert seventy.blocked_alone_by == ("RUS", "BLR", "KGZ")
    assert seventy.bound == tuple(SHARES)
    assert seventy.sentence() == "Committee adopts the matter."


def test_russia_alone_blocks_and_four_states_carry_it_to_the_council():
    decision = tally(RULE, committee(), ballot(against=["RUS"]), others=FOR)
    assert (decision.adopted, decision.outcome) == (Truth.FALSE, "referred")
    assert (decision.next.body, decision.next.goes) == (COUNCIL, Truth.TRUE)
    assert decision.next.preview.adopted is Truth.FALSE
    assert decision.next.preview.body == COUNCIL
    assert named(decision.next.preview.could_carry) == ["RUS"]
    assert COUNCIL in decision.sentence()


def test_three_states_for_do_not_reach_the_council():
    decision = tally(RULE, committee(), ballot(in_favour=["BLR", "KAZ", "KGZ"]), others=AGAINST)
    assert decision.outcome == "not adopted"
    assert decision.next is None


def test_arrears_of_tajikistan_let_russia_and_belarus_pass_by_exactly_nothing():
    """60 of the 90 votes that are left are two thirds: 66 2/3 of 100, not a float less."""
    late = committee(in_arrears=["TJK"])
    decision = tally(RULE, late, ballot(in_favour=["RUS", "BLR", "TJK"]), others=AGAINST)
    assert decision.adopted is Truth.TRUE
    assert decision.standings[0].least == 0
    assert decision.blocked_alone_by == ("RUS", "BLR")
    assert (
        "TJK has no vote, being in arrears. The votes are now RUS 44 4/9, BLR 22 2/9, "
        "KAZ 22 2/9, KGZ 11 1/9. Its position does not count."
    ) in texts(decision)
    assert "TJK" in decision.bound


def test_arrears_can_also_let_votes_lapse():
    rule = Arrears(Majority(at_least(50), weights="votes"))
    late = committee(in_arrears=["RUS"])
    assert tally(rule, late, {}, others=FOR).adopted is Truth.TRUE
    assert tally(rule, late, ballot(against=["KGZ"]), others=FOR).margin == 1
    assert tally(rule, late, ballot(against=["BLR"]), others=FOR).adopted is Truth.FALSE


def test_the_state_in_arrears_is_not_one_of_the_four():
    late = committee(in_arrears=["TJK"])
    inside = Referral(
        Majority(at_least("3/4"), weights="votes"), COUNCIL, Consensus(), Majority(at_least(4))
    )
    rule = Arrears(inside, "votes", "budget")
    decision = tally(rule, late, ballot(against=["RUS"]), others=FOR)
    assert decision.outcome == "not adopted"


def test_consensus_minus_the_state_concerned():
    members = ["ARM", "BLR", "KAZ", "KGZ", "RUS", "TJK", "UZB"]
    room = electorate(members, concerned=["UZB"], body="Council")
    decision = tally(WithoutConcerned(Consensus()), room, ballot(against=["UZB"]), others=FOR)
    assert decision.adopted is Truth.TRUE
    assert "UZB has no vote, being the state concerned. Its position does not count." in texts(
        decision
    )
    assert "UZB" not in decision.blocked_alone_by
    assert set(decision.blocked_alone_by) == set(members) - {"UZB"}
    one = tally(WithoutConcerned(Consensus()), room, ballot(against=["KAZ"]), others=FOR)
    assert one.carried_alone_by == ("KAZ",)


def test_declared_lack_of_interest_neither_blocks_nor_binds():
    room = electorate(["ARM", "AZE", "BLR", "GEO", "TKM"], body="CIS")
    rule = Consensus(not_bound=frozenset({STAND_ASIDE}))
    decision = tally(rule, room, ballot(not_interested=["GEO", "TKM"]), others=FOR)
    assert decision.adopted is Truth.TRUE
    assert decision.bound == ("ARM", "AZE", "BLR")
    assert decision.not_bound == ("GEO", "TKM")
    half = tally(rule, room, ballot(not_interested=["GEO"], undecided=["TKM"]), others=FOR)
    assert (half.adopted, half.unsure) == (Truth.UNKNOWN, ("TKM",))


def test_silence_agrees_only_after_the_deadline():
    room = electorate(["DEU", "FRA", "TUR"], body="NATO Council")
    rule = Silence(Consensus(), 5)
    opened = date(2024, 3, 1)
    spoken = ballot(in_favour=["DEU", "FRA"])
    before = tally(rule, room, spoken, others=ABSENT, opened=opened, on=date(2024, 3, 6))
    assert before.outcome == "open"
    assert [vote.member for vote in before.open_votes] == ["TUR"]
    after = tally(rule, room, spoken, others=ABSENT, opened=opened, on=date(2024, 3, 7))
    assert after.outcome == "adopted"
    assert "The deadline passed on 2024-03-06: those who were silent agree." in texts(after)
    broken = tally(rule, room, ballot(against=["TUR"]), others=ABSENT, opened=opened, on=opened)
    assert broken.outcome == "not adopted"
    assert tally(rule, room, spoken, others=ABSENT).outcome == "open"
    with pytest.raises(BadInput, match="opened on 2024-03-01, after 2024-02-28"):
        tally(rule, room, spoken, opened=opened, on=date(2024, 2, 28))


def test_the_deadline_may_be_set_with_the_proposal():
    room = electorate(["DEU", "FRA", "TUR"])
    days = {"deadline": date(2024, 3, 6), "others": ABSENT}
    assert tally(Silence(Consensus()), room, {}, on=date(2024, 3, 6), **days).outcome == "open"
    assert tally(Silence(Consensus()), room, {}, on=date(2024, 3, 7), **days).outcome == "adopted"
    assert tally(Silence(Consensus()), room, {}, **days).outcome == "open"


def test_silence_also_makes_a_majority():
    room = electorate(["A", "B", "C", "D"])
    rule = Silence(Majority(at_least("3/4")), 2)
    days = {"opened": date(2024, 1, 1), "on": date(2024, 1, 9)}
    assert tally(rule, room, ballot(against=["A"]), others=ABSENT, **days).outcome == "adopted"
    two = ballot(against=["A", "B"])
    assert tally(rule, room, two, others=ABSENT, **days).outcome == "not adopted"


def test_abstentions_do_not_prevent_the_unanimity_of_the_union():
    room = electorate(["DEU", "FRA", "HUN"])
    strict, mild = Unanimity(), Unanimity(frozenset({FOR, ABSTAIN}))
    vote = ballot(abstain=["HUN"])
    assert tally(strict, room, vote, others=FOR).adopted is Truth.FALSE
    assert tally(mild, room, vote, others=FOR).adopted is Truth.TRUE


def test_quorum_and_majority_of_those_voting():
    room = electorate([f"S{i}" for i in range(10)])
    rule = AllOf((Quorum(at_least("1/2")), Majority(more_than("1/2"), of="voting")))
    three, two = [f"S{i}" for i in range(3)], ["S3", "S4"]
    assert tally(rule, room, ballot(in_favour=three), others=ABSENT).outcome == "not adopted"
    held = tally(rule, room, ballot(in_favour=three, against=two), others=ABSENT)
    assert held.outcome == "adopted"
    # Members that came would have made the quorum anyway: to stay away was the better block.
    assert all("S9" not in str(group) for group in held.could_block.listed)
    even = tally(rule, room, ballot(in_favour=three, abstain=two), others=ABSENT)
    assert even.outcome == "adopted"
    nobody = tally(rule, room, ballot(abstain=[f"S{i}" for i in range(10)]))
    assert nobody.outcome == "not adopted"


def test_what_is_certain_with_a_quorum_counts_staying_away():
    room = electorate(["A", "B", "C"])
    rule = AllOf((Quorum(at_least(2)), Majority(more_than("1/2"), of="voting")))
    decision = tally(rule, room, ballot(in_favour=["A"]))
    assert decision.adopted is Truth.UNKNOWN
    assert named(decision.could_carry) == ["B", "C"]
    assert decision.open_votes[0].if_for is Truth.TRUE
    sure = tally(rule, room, ballot(in_favour=["A", "B"]))
    assert sure.adopted is Truth.TRUE
    assert [vote.matters for vote in sure.open_votes] == [Truth.FALSE]


def test_votes_that_still_matter():
    decision = tally(RULE, committee(), ballot(in_favour=["RUS", "BLR"], against=["KAZ"]))
    assert decision.outcome == "open"
    assert [vote.member for vote in decision.open_votes] == ["KGZ", "TJK"]
    assert all(vote.matters is Truth.TRUE for vote in decision.open_votes)
    assert all(vote.if_for is Truth.TRUE for vote in decision.open_votes)
    assert named(decision.could_block) == ["KGZ, TJK"]
    assert named(decision.could_carry) == ["any 1 of KGZ, TJK"]
    assert decision.next.goes is Truth.UNKNOWN
    settled = tally(RULE, committee(), ballot(against=["RUS"]))
    assert settled.adopted is Truth.FALSE
    assert all(vote.matters is Truth.FALSE for vote in settled.open_votes)
    assert any("which cannot change the outcome" in text for text in texts(settled))


def test_a_member_may_carry_an_adopted_decision_up():
    votes = {"RUS": 57, "BLR": "21.5", "KAZ": "21.5"}
    room = electorate(votes, {"votes": votes}, totals={"votes": 100}, body="Commission")
    rule = Referral(
        Majority(at_least("2/3"), weights="votes"), COUNCIL, Consensus(), after="either"
    )
    decision = tally(rule, room, ballot(in_favour=["RUS", "BLR"], against=["KAZ"]))
    assert decision.outcome == "adopted"
    assert (decision.next.goes, decision.next.by) == (Truth.UNKNOWN, ("KAZ",))
    assert decision.next.preview.adopted is Truth.FALSE
    agreed = tally(rule, room, {}, others=FOR)
    assert agreed.next is None
    both = rule.through()
    assert tally(both, room, ballot(against=["KAZ"]), others=FOR).adopted is Truth.FALSE
    assert tally(both, room, {}, others=FOR).adopted is Truth.TRUE


def test_both_bodies_as_one_rule():
    through = RULE.through()
    assert tally(through, committee(), ballot(against=["KAZ"]), others=FOR).adopted is Truth.TRUE
    assert tally(through, committee(), ballot(against=["RUS"]), others=FOR).adopted is Truth.FALSE
    absent = tally(through, committee(), ballot(absent=["RUS"]), others=FOR)
    assert absent.adopted is Truth.TRUE


def test_an_opt_out_frees_whoever_was_not_for():
    room = electorate(["ARM", "BLR", "RUS"])
    rule = OptOut(Consensus(), frozenset({ABSTAIN, ABSENT, STAND_ASIDE}))
    decision = tally(rule, room, ballot(abstain=["ARM"]), others=FOR)
    assert (decision.bound, decision.not_bound) == (("BLR", "RUS"), ("ARM",))


def test_a_veto_and_nine_of_fifteen():
    permanent = ("CHN", "FRA", "GBR", "RUS", "USA")
    room = electorate([*permanent, *(f"E{i}" for i in range(10))])
    rule = AllOf((Majority(at_least(9)), Veto(permanent)))
    vetoed = tally(rule, room, ballot(against=["RUS"]), others=FOR)
    assert (vetoed.adopted, vetoed.margin) == (Truth.FALSE, 1)
    assert named(vetoed.could_carry) == ["RUS"]
    elected = [f"E{i}" for i in range(7)]
    abstained = tally(rule, room, ballot(abstain=permanent[1:], against=elected), others=FOR)
    assert abstained.adopted is Truth.FALSE
    assert tally(rule, room, ballot(abstain=permanent), others=FOR).adopted is Truth.TRUE


def test_minimal_groups_of_many_members_are_the_smallest_and_say_so():
    people = {f"S{i:02}": 10**7 + i**5 for i in range(27)}
    room = electorate(people, {"population": people})
    rule = BlockingMinority(
        AllOf((Majority(at_least("55 %")), Majority(at_least("65 %"), weights="population"))),
        at_least(4),
    )
    decision = tally(rule, room, {}, others=FOR)
    assert decision.adopted is Truth.TRUE
    assert not decision.could_block.complete
    assert decision.could_block.count is None
    sizes, total = sorted(people.values(), reverse=True), sum(people.values())
    enough = next(k for k in range(28) if 100 * sum(sizes[:k]) > 35 * total)
    assert decision.margin == enough == 7
    (group,) = decision.could_block.listed
    assert 100 * sum(people[member] for _, (member,) in group.parts) > 35 * total


def test_groups_too_many_to_list_are_the_smallest():
    people = {f"S{i:02}": 2 ** (26 - i) for i in range(27)}
    room = electorate(people, {"population": people})
    rule = Majority(at_least("99 %"), weights="population")
    decision = tally(rule, room, {}, others=FOR)
    assert not decision.could_block.complete
    assert decision.blocked_alone_by == tuple(f"S{i:02}" for i in range(6))
    assert decision.margin == 1


def test_groups_of_equal_members_are_written_once():
    room = electorate([f"S{i}" for i in range(27)])
    decision = tally(Majority(at_least(15)), room, {}, others=FOR)
    assert len(decision.could_block.listed) == 1
    assert decision.could_block.listed[0].ways == decision.could_block.count == comb(27, 13)


def test_unknown_is_never_silently_for_or_against():
    room = electorate(["A", "B", "C"])
    for rule in (Consensus(), Unanimity(), Majority(more_than("1/2"))):
        decision = tally(rule, room, {})
        assert decision.adopted is Truth.UNKNOWN
        assert decision.positions == dict.fromkeys("ABC", UNKNOWN)
        assert decision.outcome == "open"
        assert decision.margin is None


def test_chance_with_independent_members():
    """Russia certain, the others even: 3/4 that one of the large and 1/4 that only small ones."""
    got = chance(RULE, committee(), {"RUS": FOR}, {}, others="1/2")
    # Adopted with at least 30 of 20, 20, 10, 10: ten of sixteen ways.
    assert got.adopted == Fraction(10, 16)
    assert got.pivotal[0] == Fraction(10, 16)
    assert got.if_against[0] == 0
    assert got.method.exact


def test_blocs_make_members_move_together():
    room = electorate(["A", "B", "C"])
    rule = Majority(at_least(2))
    pair = bloc(["A", "B"], 1, "1/4")
    got = chance(rule, room, {}, {"C": "1/2", "A": "1/4", "B": "1/4"}, blocs=[pair])
    assert got.adopted == Fraction(1, 4)
    # C never decides: A and B are of one mind. A decides where B and C differ.
    assert got.pivotal == (Fraction(1, 2), Fraction(1, 2), 0)
    half = bloc(["A", "B"], "1/2", "1/4")
    alone = chance(rule, room, {}, {}, others="1/2")
    mixed = chance(rule, room, {}, {}, others="1/2", blocs=[half])
    assert mixed.adopted == (alone.adopted + Fraction(1, 4)) / 2


def test_chance_by_sampling_is_bounded():
    people = {f"S{i}": 10**6 + 7919 * i**3 for i in range(60)}
    area = {f"S{i}": 10**6 + 104729 * (59 - i) ** 3 for i in range(60)}
    room = electorate(people, {"population": people, "area": area})
    rule = AllOf(
        (
            Majority(more_than("1/2"), weights="population"),
            Majority(more_than("1/2"), weights="area"),
        )
    )
    pair = bloc(["S0", "S59"], "1/2", "1/2")
    got = chance(rule, room, {"S1": FOR}, {}, others="1/2", blocs=[pair], samples=4000)
    assert got.method.name == "sampling"
    assert got == chance(rule, room, {"S1": FOR}, {}, others="1/2", blocs=[pair], samples=4000)
    assert 0.0 < got.adopted < 1.0
    small = ["S0", "S1", "S2", "S3", "S57", "S58", "S59"]
    few = electorate(small, {k: {s: t[s] for s in small} for k, t in room.weights.items()})
    exact = chance(rule, few, {"S1": FOR}, {}, others="1/3", blocs=[pair])
    table = _beliefs(few, {"S1": FOR}, {}, "1/3")
    setting = _Setting(few.members, *criteria_of(rule, few), table, (pair,))
    adopted, yes, no, method = setting.by_sampling(200_000, 3)
    assert abs(adopted - float(exact.adopted)) <= method.bound < 0.02
    for got_one, want in zip(yes, exact.if_for, strict=True):
        assert abs(got_one - float(want)) <= method.bound
    for got_one, want in zip(no, exact.if_against, strict=True):
        assert abs(got_one - float(want)) <= method.bound


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda room: chance(Consensus(), room, {}, {"A": "1/2"}), "B has neither a position"),
        (lambda room: chance(Consensus(), room, {"A": FOR}, {"A": 1}, others=1), "A has a known"),
        (lambda room: chance(Consensus(), room, {}, {"D": 1}, others=1), "unknown member 'D'"),
        (lambda room: chance(Consensus(), room, {}, {}, others="3/2"), "between 0 and 1"),
        (
            lambda room: chance(Consensus(), room, {}, {}, others={"for": "1/2"}),
            "the probabilities sum to 1/2, not to 1",
        ),
        (
            lambda room: chance(Consensus(), room, {}, {}, others={"unknown": 1}),
            "unknown is none",
        ),
        (
            lambda room: chance(
                Consensus(), room, {}, {}, others=1, blocs=[bloc("AB", 1, 1), bloc("BC", 1, 1)]
            ),
            "B belongs to two blocs",
        ),
        (
            lambda room: chance(
                Consensus(), room, {"A": FOR}, {}, others=1, blocs=[bloc("AB", 1, 1)]
            ),
            "A has a known position and belongs to a bloc",
        ),
        (
            lambda room: chance(Consensus(), room, {}, {}, others=1, blocs=[bloc("AX", 1, 1)]),
            "unknown member 'X'",
        ),
        (lambda room: bloc("A", 1, 1), "at least two members"),
        (lambda room: bloc("AB", 2, 1), "between 0 and 1"),
    ],
)
def test_wrong_probabilities_get_a_clear_error(call, message):
    with pytest.raises(BadInput) as caught:
        call(electorate(["A", "B", "C"]))
    assert message in str(caught.value)
