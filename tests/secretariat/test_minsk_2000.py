"""Minsk, 23 and 24 May 2000, replayed from the world's tables."""

from __future__ import annotations

import pytest

from hansa.record import World
from hansa.secretariat import Level, handed_on
from hansa.studies.case import Case
from hansa.studies.secretariat import meeting, quorum_of
from hansa.terms.days import day
from hansa.terms.truth import Truth

TREATY = "CST Minsk 2000-05-24"
CUSTOMS = "CU1995 Minsk 2000-05-23"


@pytest.fixture
def evening(eurasia: World) -> Case:
    return Case(eurasia, day("2000-05-24"), day("2000-05-24"))


def test_nine_documents_of_which_five_have_titles(evening: Case) -> None:
    held = meeting(evening, TREATY)
    assert held.documents_count == 9
    assert len(held.documents) == 5
    assert held.untitled_documents == 4
    assert {paper.kind for paper in held.documents} == {
        "memorandum", "procedure", "regulation", "statement",
    }  # fmt: skip
    assert held.agenda.count is None


def test_six_heads_of_state_are_there_and_all_members_with_them(evening: Case) -> None:
    held = meeting(evening, TREATY)
    assert {d.state: d.level for d in held.delegations} == dict.fromkeys(
        ("ARM", "BLR", "KAZ", "KGZ", "RUS", "TJK"), Level.HEAD_OF_STATE
    )
    assert tuple(d.state for d in held.delegations) == evening.register.member_codes("CST")
    assert not held.lower
    assert all(d.may_bind is Truth.TRUE for d in held.delegations)
    finding = quorum_of(evening, held)
    assert finding.truth is Truth.UNKNOWN
    assert finding.text.startswith("6 of 6 with a vote are represented")


def test_everybody_is_bound_by_what_was_decided_and_by_a_statement_only_in_policy(
    evening: Case,
) -> None:
    held = meeting(evening, TREATY)
    regulation = next(p for p in held.documents if p.kind == "regulation")
    assert {e.state for e in regulation.effects if e.bound is Truth.TRUE} == {
        "ARM", "BLR", "KAZ", "KGZ", "RUS", "TJK",
    }  # fmt: skip
    assert [p.political for p in held.documents if p.kind == "statement"] == [True]


def test_the_day_before_five_meet_under_kazakhstan(evening: Case) -> None:
    held = meeting(evening, CUSTOMS)
    assert [d.state for d in held.delegations] == ["BLR", "KAZ", "KGZ", "RUS", "TJK"]
    assert (held.chair.state, held.chair.person) == ("KAZ", "Nazarbayev")
    assert not held.chair.passes
    assert held.chair.conflict == ""


def test_they_hand_on_a_legal_basis_due_by_september(evening: Case) -> None:
    (handed,) = handed_on(meeting(evening, CUSTOMS), evening.register)
    assert (handed.what, handed.name) == (
        "deadline", "legal basis of the union as an international body",
    )  # fmt: skip
    assert handed.taken_up is Truth.UNKNOWN
    assert "2000-09-30" in handed.text


def test_in_october_it_is_met_ten_days_late(eurasia: World) -> None:
    later = Case(eurasia, day("2000-10-10"))
    (handed,) = handed_on(meeting(later, CUSTOMS), later.register)
    assert handed.taken_up is Truth.TRUE
    assert handed.text.endswith("met on 2000-10-10, 10 days late")


def test_in_the_morning_nothing_is_adopted_yet(eurasia: World) -> None:
    morning = Case(eurasia, day("2000-05-23"))
    assert not [p for p in meeting(morning, CUSTOMS).documents if p.adopted_on is None]
    with pytest.raises(Exception, match="unknown meeting"):
        meeting(morning, TREATY)
