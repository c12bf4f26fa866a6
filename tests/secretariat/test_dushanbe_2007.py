"""Dushanbe, 5 and 6 October 2007, replayed from the world's tables."""

from __future__ import annotations

import pytest

from hansa.record import World
from hansa.secretariat import Level, Meeting, handed_on, meetings_of, presidency_of
from hansa.studies.case import Case
from hansa.studies.secretariat import decision_on, meeting, names
from hansa.terms.days import Period, day
from hansa.terms.truth import Truth

SUMMIT = "CIS Dushanbe 2007-10-05"
SESSION = "CSTO Dushanbe 2007-10-06"
SIGNING = "SCO-CSTO Dushanbe 2007-10-05"


@pytest.fixture(scope="module")
def evening(eurasia: World) -> Case:
    return Case(eurasia, day("2007-10-06"), day("2007-10-06"))


@pytest.fixture(scope="module")
def summit(evening: Case) -> Meeting:
    return meeting(evening, SUMMIT)


def test_nineteen_items_and_seventeen_documents_most_without_a_title(summit: Meeting) -> None:
    assert (summit.agenda.count, summit.documents_count) == (19, 17)
    assert len(summit.agenda.items) == len(summit.documents) == 4
    assert (summit.agenda.untitled, summit.untitled_documents) == (15, 13)


def test_eleven_presidents_and_one_foreign_minister(summit: Meeting) -> None:
    assert len(summit.delegations) == 12
    assert summit.usual_level is Level.HEAD_OF_STATE
    (one,) = summit.lower
    assert (one.state, one.level, one.person) == ("UKR", Level.FOREIGN_MINISTER, "Yatsenyuk")
    assert one.may_bind is Truth.TRUE


def test_turkmenistan_is_there_as_an_associate(evening: Case, summit: Meeting) -> None:
    assert summit.delegation("TKM") is not None
    held = evening.register.membership("CIS", "TKM")
    assert held is not None
    assert held.status == "associate"


def test_georgia_refuses_the_concept_and_is_not_bound(summit: Meeting) -> None:
    concept = next(p for p in summit.documents if p.id == "CON2007")
    assert concept.refused_by == ("GEO",)
    assert len(concept.signed_by) == 10
    bound = {effect.state: effect.bound for effect in concept.effects}
    assert bound["GEO"] is Truth.FALSE
    assert {bound[state] for state in concept.signed_by} == {Truth.TRUE}
    georgia = next(e for e in concept.effects if e.state == "GEO")
    assert georgia.because[0].ref == "CON2007.refuse.GEO"


def test_a_refusal_does_not_stand_in_the_way(evening: Case, summit: Meeting) -> None:
    item = summit.agenda.item("CON2007")
    assert item is not None
    decision = decision_on(evening, summit, item)
    assert decision is not None
    assert decision.adopted is not Truth.FALSE
    assert str(item.stage) == "adopted"


def test_eleven_sign_the_declaration_on_migration_georgia_among_them(summit: Meeting) -> None:
    paper = next(p for p in summit.documents if p.id == "MIG2007")
    assert len(paper.signed_by) == 11
    assert "GEO" in paper.signed_by
    assert paper.political


def test_migration_was_the_question_handed_on_from_st_petersburg(evening: Case) -> None:
    before = meeting(evening, "CIS St Petersburg 2007-06-09")
    (handed,) = handed_on(before, evening.register)
    assert (handed.what, handed.to, handed.taken_up) == ("item", SUMMIT, Truth.TRUE)
    june = Case(evening.world, day("2007-06-10"), day("2007-06-10"))
    (open_,) = handed_on(meeting(june, before.id), june.register)
    assert open_.taken_up is Truth.UNKNOWN


def test_the_chair_passes_from_kazakhstan_to_kyrgyzstan_whose_turn_it_is(
    evening: Case, summit: Meeting
) -> None:
    assert summit.chair.passes
    assert summit.chair.before is not None
    assert summit.chair.after is not None
    assert (summit.chair.before.state, summit.chair.after.state) == ("KAZ", "KGZ")
    assert summit.chair.after.holder == "Kurmanbek Bakiyev"
    span = Period(day("2007-10-05"), day("2007-10-06"))
    (turn,) = presidency_of("CIS chair", evening.register, names(evening.world), span).turns
    assert (turn.by_rule, turn.verdict) == ("KGZ", "in turn")


def test_lebedev_follows_rushailo_as_executive_secretary(evening: Case) -> None:
    world = evening.world
    before = world.on("2007-10-04").holder("CIS executive secretary")
    after = world.on("2007-10-05").holder("CIS executive secretary")
    assert before is not None
    assert after is not None
    assert (before.holder, after.holder) == ("Vladimir Rushailo", "Sergei Lebedev")


def test_two_secretariats_sign_a_memorandum_that_binds_no_state(evening: Case) -> None:
    held = meeting(evening, SIGNING)
    assert [d.state for d in held.delegations] == ["CSTO Secretariat", "SCO Secretariat"]
    (paper,) = held.documents
    assert (paper.id, paper.kind) == ("SC2007", "memorandum")
    bound = {e.state for e in paper.effects if e.bound is Truth.TRUE}
    assert bound == {"CSTO Secretariat", "SCO Secretariat"}
    assert not bound & set(evening.world.states)


def test_the_next_day_seven_heads_meet_on_twenty_one_items(evening: Case) -> None:
    held = meeting(evening, SESSION)
    assert (held.agenda.count, held.agenda.untitled, held.documents_count) == (21, 17, None)
    assert len(held.delegations) == 7
    assert not held.lower
    assert held.chair.before is not None
    assert (held.chair.before.state, held.chair.passes) == ("BLR", True)
    assert held.chair.state == "KGZ"


def test_the_reform_package_of_minsk_is_met_here(evening: Case) -> None:
    minsk = meeting(evening, "CIS Minsk 2006-11-28")
    (handed,) = [h for h in handed_on(minsk, evening.register) if h.what == "deadline"]
    assert handed.taken_up is Truth.TRUE
    assert "126 days late" in handed.text


def test_nothing_in_the_record_breaks_the_order_of_stages(eurasia: World) -> None:
    case = Case(eurasia, day("2026-06-01"))

    for summary in meetings_of(case.register):
        assert not meeting(case, summary.id).agenda.breaks, summary.id


def test_no_source_of_a_meeting_and_the_record_of_offices_part_unnamed(eurasia: World) -> None:
    """Every conflict between them is known; a new one has to be looked at."""
    case = Case(eurasia, day("2026-06-01"))

    parted = {
        summary.id
        for summary in meetings_of(case.register)
        if meeting(case, summary.id).chair.conflict
    }
    assert parted == KNOWN_CONFLICTS


KNOWN_CONFLICTS: set[str] = set()
