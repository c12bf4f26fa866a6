from __future__ import annotations

import pytest

from hansa.record import Act, RuleOfDecision, World
from hansa.secretariat import Level, competence_of, competent, handed_on, meeting_of, meetings_of
from hansa.secretariat.meetings.delegations import delegations_of
from hansa.studies.case import Case
from hansa.studies.secretariat import decision_on, illegal_step, meeting, quorum_of
from hansa.terms.days import day
from hansa.terms.errors import UnknownCode
from hansa.terms.truth import Truth

from .small_union import COUNCIL, MEETING, act, convene, union

ALL = ("LUB", "HAM", "BRE", "DAN")
NEXT = "PACT Hamburg 1251-05-01"


def attend(state: str, level: str = "head of state", **payload: object) -> Act:
    return act("attend", MEETING, state, level=level, **payload)


def present() -> list[Act]:
    return [attend(state) for state in ALL]


def case(world: World, on: str = "1250-05-02") -> Case:
    return Case(world, day(on))


def test_a_meeting_to_come_is_known_once_it_is_convened() -> None:
    world = union([convene("1250-06-01", "PACT Bremen 1250-06-01")])
    assert meetings_of(world.on("1250-05-01")) == ()
    assert [m.id for m in meetings_of(world.on("1250-06-01"))] == ["PACT Bremen 1250-06-01"]


def test_days_run_from_the_first_to_the_last_included() -> None:
    (one,) = meetings_of(union([convene(until="1250-05-03")]).on("1260-01-01"))
    assert one.last == day("1250-05-03")
    assert day("1250-05-03") in one.period
    assert day("1250-05-04") not in one.period


def test_acts_after_the_day_are_not_seen() -> None:
    world = union(
        [
            convene(until="1250-05-03"),
            act("table", MEETING, "HAM", "1250-05-01", item="road"),
            act("adopt", MEETING, COUNCIL, "1250-05-03", item="road"),
        ]
    )
    assert str(meeting_of(MEETING, world.on("1250-05-02")).agenda.items[0].stage) == "tabled"
    assert str(meeting_of(MEETING, world.on("1250-05-03")).agenda.items[0].stage) == "adopted"


def test_an_unknown_meeting_is_named_with_the_nearest() -> None:
    world = union([convene()])
    with pytest.raises(UnknownCode, match=f"did you mean {MEETING}"):
        meeting_of("PACT Lubeck 1250-05-01", world.on("1250-06-01"))
    assert meeting_of(MEETING.upper(), world.on("1250-06-01")).id == MEETING


# --- delegations ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "credentials", "may_bind"),
    [
        ("head of state", "", Truth.TRUE),
        ("head of government", "", Truth.TRUE),
        ("foreign minister", "", Truth.TRUE),
        ("foreign minister", "refused", Truth.FALSE),
        ("defence minister", "", Truth.UNKNOWN),
        ("defence minister", "full powers", Truth.TRUE),
        ("deputy", "presented", Truth.UNKNOWN),
        ("deputy", "accepted", Truth.TRUE),
        ("deputy", "none", Truth.FALSE),
    ],
)
def test_vclt_7_who_may_bind_a_state(level: str, credentials: str, may_bind: Truth) -> None:
    said = {"credentials": credentials} if credentials else {}
    (found,) = delegations_of(convene(), [attend("HAM", level, **said)])
    assert found.may_bind is may_bind
    assert "VCLT Art. 7" in found.because[1].ref


def test_one_lower_delegation_among_heads_is_named() -> None:
    acts = [attend(state) for state in ("LUB", "HAM", "BRE")]
    world = union([convene(), *acts, attend("DAN", "foreign minister")])
    held = meeting_of(MEETING, world.on("1250-05-02"))
    assert held.usual_level is Level.HEAD_OF_STATE
    assert [d.state for d in held.lower] == ["DAN"]


def test_an_office_that_is_no_level_is_other_and_keeps_its_words() -> None:
    (found,) = delegations_of(convene(), [attend("HAM", "deputy prime minister")])
    assert (found.level, found.title) == (Level.OTHER, "deputy prime minister")


def test_a_list_of_those_present_is_refined_by_their_own_acts() -> None:
    call = convene(present=["HAM", "BRE"], level="head of state", absent=["DAN"])
    world = union([call, attend("BRE", "foreign minister"), attend("LUB", absent=True)])
    held = meeting_of(MEETING, world.on("1250-05-02"))
    assert {d.state: str(d.level) for d in held.delegations} == {
        "BRE": "foreign minister", "HAM": "head of state",
    }  # fmt: skip
    assert [state for state, _ in held.absent] == ["DAN", "LUB"]


# --- decisions, effects, quorum -------------------------------------------------------------


def decided(*votes: tuple[str, str]) -> World:
    cast = [act("vote", MEETING, state, item="road", position=said) for state, said in votes]
    tabled = act("table", MEETING, "HAM", item="road", document="PEACE1250", title="peace")
    done = act("adopt", MEETING, COUNCIL, item="road", document="PEACE1250")
    return union([convene(), *present(), tabled, *cast, done])


def test_whoever_declares_no_interest_is_not_bound() -> None:
    world = decided(("LUB", "for"), ("HAM", "for"), ("BRE", "not interested"))
    (paper,) = meeting(case(world), MEETING).documents
    bound = {effect.state: effect.bound for effect in paper.effects}
    assert bound == {
        "BRE": Truth.FALSE, "DAN": Truth.TRUE, "HAM": Truth.TRUE, "LUB": Truth.TRUE,
    }  # fmt: skip
    assert paper.stood_aside == ("BRE",)


def test_of_who_was_not_there_nothing_is_claimed() -> None:
    tabled = act("table", MEETING, "HAM", item="road", document="PEACE1250")
    done = act("adopt", MEETING, COUNCIL, item="road")
    world = union([convene(), attend("HAM"), tabled, done])
    (paper,) = meeting(case(world), MEETING).documents
    bound = {effect.state: effect.bound for effect in paper.effects}
    assert bound["HAM"] is Truth.TRUE
    assert {bound[state] for state in ("LUB", "BRE", "DAN")} == {Truth.UNKNOWN}


def test_votes_are_tallied_by_the_rule_of_the_body() -> None:
    tabled = act("table", MEETING, "HAM", item="road")
    votes = [act("vote", MEETING, s, item="road", position="for") for s in ("LUB", "HAM", "BRE")]
    open_ = union([convene(), *present(), tabled, *votes])
    held = meeting(case(open_), MEETING)
    decision = decision_on(case(open_), held, held.agenda.items[0])
    assert decision is not None
    assert decision.adopted is Truth.UNKNOWN
    no = act("vote", MEETING, "DAN", item="road", position="against")
    shut = open_.with_acts([no])
    held = meeting(case(shut), MEETING)
    decision = decision_on(case(shut), held, held.agenda.items[0])
    assert decision is not None
    assert decision.adopted is Truth.FALSE


def test_a_quorum_is_unknown_where_no_rule_asks_for_one() -> None:
    world = union([convene(), *present()])
    finding = quorum_of(case(world), meeting(case(world), MEETING))
    assert finding.truth is Truth.UNKNOWN
    assert "4 of 4" in finding.text


@pytest.mark.parametrize(
    ("there", "away", "truth"),
    [
        (ALL, (), Truth.TRUE),
        (("LUB", "HAM", "BRE"), ("DAN",), Truth.TRUE),
        (("LUB", "HAM"), ("BRE", "DAN"), Truth.FALSE),
        (("LUB", "HAM"), (), Truth.UNKNOWN),
    ],
)
def test_a_quorum_of_two_thirds(
    there: tuple[str, ...], away: tuple[str, ...], truth: Truth
) -> None:
    rule = {"kind": "all", "rules": [{"kind": "quorum", "at_least": "2/3"}, "consensus"]}
    call = convene(present=list(there), absent=list(away))
    world = union([call], rules=(RuleOfDecision("any", rule),))
    finding = quorum_of(case(world), meeting(case(world), MEETING))
    assert finding.truth is truth


def test_a_body_is_competent_for_the_matters_of_its_rules() -> None:
    rules = (RuleOfDecision("toll", {"kind": "unanimity"}, article="Art. 3"),)
    register = union([convene()], rules=rules).on("1250-05-01")
    assert competent(COUNCIL, "toll", register).truth is Truth.TRUE
    assert competent(COUNCIL, "war", register).truth is Truth.FALSE
    assert competence_of(COUNCIL, register).matters == ("toll",)
    assert competent(COUNCIL, "war", union().on("1250-05-01")).truth is Truth.TRUE
    nothing = union([convene()], rules=()).on("1250-05-01")
    assert competent(COUNCIL, "war", nothing).truth is Truth.UNKNOWN
    with pytest.raises(UnknownCode, match=f"did you mean {COUNCIL}"):
        competence_of("PACT Concil", register)


def test_a_norm_that_names_a_body_makes_it_competent(eurasia: World) -> None:
    register = eurasia.on("2000-05-24")
    powers = {bound.norm.ref for bound in competence_of("CST Council", register).norms}
    assert "CST1992 Art. 6(1)" in powers
    finding = competent("CST Council", "decision on force", register)
    assert finding.truth is Truth.TRUE
    assert finding.because[0].ref == "CST1992 Art. 6(1)"


def test_an_act_is_asked_before_it_is_recorded() -> None:
    tabled = act("table", MEETING, "HAM", item="road", draft=True)
    world = union([convene(), *present(), tabled])
    early = act("adopt", MEETING, COUNCIL, item="road")
    step = illegal_step(world, early)
    assert step is not None
    assert (str(step.before), str(step.after)) == ("draft", "adopted")
    assert illegal_step(world, act("table", MEETING, "HAM", item="road")) is None
    assert illegal_step(world, act("sign", "PEACE1250", "HAM")) is None


# --- handing on -----------------------------------------------------------------------------


def put_off(*more: Act, items: int | None = None) -> World:
    said = {} if items is None else {"items": items}
    return union(
        [
            convene(),
            act("table", MEETING, "HAM", item="road"),
            act("table", MEETING, "HAM", item="road", stage="deferred"),
            convene("1251-05-01", NEXT, **said),
            *more,
        ]
    )


def test_what_is_put_off_goes_to_the_next_meeting() -> None:
    register = put_off().on("1250-06-01")
    (handed,) = handed_on(meeting_of(MEETING, register), register)
    assert handed.taken_up is Truth.UNKNOWN
    assert "not convened yet" in handed.text


def test_what_is_put_off_is_found_on_the_next_agenda() -> None:
    again = act("table", NEXT, "HAM", "1251-05-01", item="road")
    register = put_off(again).on("1251-06-01")
    (handed,) = handed_on(meeting_of(MEETING, register), register)
    assert (handed.to, handed.taken_up) == (NEXT, Truth.TRUE)


@pytest.mark.parametrize(("items", "truth"), [(None, Truth.UNKNOWN), (3, Truth.UNKNOWN)])
def test_an_agenda_known_in_part_does_not_show_that_an_item_was_dropped(
    items: int | None, truth: Truth
) -> None:
    register = put_off(items=items).on("1251-06-01")
    (handed,) = handed_on(meeting_of(MEETING, register), register)
    assert handed.taken_up is truth


def test_an_agenda_known_whole_does() -> None:
    other = act("table", NEXT, "HAM", "1251-05-01", item="toll")
    register = put_off(other, items=1).on("1251-06-01")
    (handed,) = handed_on(meeting_of(MEETING, register), register)
    assert handed.taken_up is Truth.FALSE
