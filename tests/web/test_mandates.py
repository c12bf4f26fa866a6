"""Mandates: given, ended, found again; authority that follows from them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hansa.record.acts import Act, Json
from hansa.record.authority import OF_SECRETARIATS, OF_STATES, authorise, family
from hansa.record.mandates import Mandate, holding, mandates_of, read_subject, subject_of
from hansa.record.permits import NotPermitted
from hansa.record.world import World
from hansa.terms.errors import BadInput
from hansa.worlds import open_world

NOW = datetime(2007, 10, 5, 12, tzinfo=UTC)


def act(kind: str, subject: str, actor: str, hours: int = 0, **payload: Json) -> Act:
    at = NOW + timedelta(hours=hours)
    return Act(f"{kind}.{subject}.{actor}.{hours}", kind, at.date(), at, subject, actor, payload)


def mandate(organisation: str, state: str = "") -> Mandate:
    return Mandate(organisation, state, "x", "", NOW, None, ())


@pytest.fixture(scope="module")
def world() -> World:
    return open_world("eurasia")


@pytest.mark.parametrize(
    ("subject", "who"),
    [
        ("CSTO delegation:ARM", ("CSTO", "ARM")),
        ("CSTO secretariat", ("CSTO", "")),
        ("Two Towns secretariat", ("Two Towns", "")),
        ("CIS chair", None),
        ("CSTO secretary general", None),
        ("delegation:ARM", None),
    ],
)
def test_subjects_of_mandates(subject: str, who: tuple[str, str] | None) -> None:
    assert read_subject(subject) == who
    if who is not None:
        assert subject_of(*who) == subject


def test_a_mandate_holds_from_its_record_until_its_recall() -> None:
    given = act("appoint", "CSTO delegation:ARM", "ARM", account="arm")
    ended = act("recall", "CSTO delegation:ARM", "ARM", 3, account="arm")
    [found] = mandates_of([ended, given])
    assert not found.holds(NOW - timedelta(seconds=1))
    assert found.holds(NOW)
    assert not found.holds(NOW + timedelta(hours=3))
    assert holding([found], NOW + timedelta(hours=2)) == (found,)


def test_a_recall_ends_only_what_it_names() -> None:
    acts = [
        act("appoint", "CSTO delegation:ARM", "ARM", account="one"),
        act("appoint", "CSTO delegation:ARM", "CSTO", account="two", key="ab" * 32),
        act("appoint", "CSTO delegation:KAZ", "KAZ", account="three"),
    ]
    after = NOW + timedelta(hours=9)

    def left(recall: Act) -> set[str]:
        return {m.account for m in holding(mandates_of([*acts, recall]), after)}

    assert left(act("recall", "CSTO delegation:ARM", "ARM", 1, account="one")) == {"two", "three"}
    assert left(act("recall", "CSTO delegation:ARM", "ARM", 1, key="ab" * 32)) == {"one", "three"}
    assert left(act("recall", "CSTO delegation:ARM", "ARM", 1)) == {"three"}


def test_a_later_appointment_holds_again() -> None:
    acts = [
        act("appoint", "CSTO secretariat", "CSTO", account="x"),
        act("recall", "CSTO secretariat", "CSTO", 1, account="x"),
        act("appoint", "CSTO secretariat", "CSTO", 2, account="x"),
    ]
    assert len(holding(mandates_of(acts), NOW + timedelta(hours=3))) == 1


def test_a_mandate_may_have_an_end_of_its_own() -> None:
    [found] = mandates_of(
        [act("appoint", "CSTO secretariat", "CSTO", account="x", until="2007-10-07")]
    )
    assert found.holds(NOW + timedelta(days=1))
    assert not found.holds(NOW + timedelta(days=2))
    with pytest.raises(BadInput, match="ends before"):
        mandates_of([act("appoint", "CSTO secretariat", "CSTO", account="x", until="2000-01-01")])


def test_offices_are_no_mandates() -> None:
    assert mandates_of([act("appoint", "CIS executive secretary", "RUS", holder="Lebedev")]) == ()


def refused(world: World, made: Act, *mandates: Mandate) -> str:
    with pytest.raises(NotPermitted) as caught:
        authorise(made, mandates, world)
    return caught.value.rule


def test_only_the_accredited_act(world: World) -> None:
    assert refused(world, act("sign", "CON2007", "ARM")) == "OnlyTheAccreditedAct"


def test_delegations_act_for_their_own_state(world: World) -> None:
    authorise(act("sign", "CON2007", "ARM"), [mandate("CIS", "ARM")], world)
    rule = refused(world, act("sign", "CON2007", "GEO"), mandate("CIS", "ARM"))
    assert rule == "DelegationsActForTheirOwnState"


def test_delegations_act_where_they_are_accredited(world: World) -> None:
    rule = refused(world, act("denounce", "CISCH1993", "KAZ"), mandate("SCO", "KAZ"))
    assert rule == "DelegationsActWhereTheyAreAccredited"
    authorise(act("denounce", "CST1992", "KAZ"), [mandate("CSTO", "KAZ")], world)  # its past


def test_a_family_is_what_came_before_and_after(world: World) -> None:
    assert family("CSTO", world) == {"CST", "CSTO"}


def test_the_secretariat_convenes_and_publishes(world: World) -> None:
    convene = act("convene", "CSTO Moscow 2026-01-01", "CSTO", place="Moscow")
    authorise(convene, [mandate("CSTO")], world)
    rule = refused(world, convene, mandate("CSTO", "ARM"))
    assert rule == "TheSecretariatConvenesAndPublishes"


def test_a_delegation_does_not_chair_itself(world: World) -> None:
    rule = refused(world, act("chair", "CSTO chair", "ARM"), mandate("CSTO", "ARM"))
    assert rule == "TheSecretariatConvenesAndPublishes"
    authorise(act("chair", "CSTO chair", "ARM"), [mandate("CSTO")], world)


def test_secretariats_act_for_their_own_organisation(world: World) -> None:
    for actor in ("CIS", "CIS Secretariat", "CIS Council of Heads of State"):
        made = act("convene", "CIS Minsk 2026-01-01", actor, place="Minsk")
        authorise(made, [mandate("CIS")], world)
        assert refused(world, made, mandate("CSTO")) == "SecretariatsActForTheirOwnOrganisation"
    foreign = act("terminate", "SCO2001", "CIS")
    assert refused(world, foreign, mandate("CIS")) == "SecretariatsActForTheirOwnOrganisation"


def test_no_secretariat_signs(world: World) -> None:
    rule = refused(world, act("sign", "CISCH1993", "CIS"), mandate("CIS"))
    assert rule == "DelegationsActForTheirOwnState"
    rule = refused(world, act("sign", "CISCH1993", "GEO"), mandate("CIS"))
    assert rule == "DelegationsActForTheirOwnState"


def test_a_secretariat_records_who_came(world: World) -> None:
    made = act("attend", "CIS Dushanbe 2007-10-05", "GEO", level="head of state")
    authorise(made, [mandate("CIS")], world)
    assert refused(world, made, mandate("CSTO")) == "DelegationsActForTheirOwnState"


def test_delegations_are_accredited_by_their_own(world: World) -> None:
    made = act("appoint", "CSTO delegation:ARM", "ARM", account="two")
    authorise(made, [mandate("CSTO", "ARM")], world)
    for other in (mandate("CSTO", "KAZ"), mandate("SCO"), mandate("CIS", "ARM")):
        assert refused(world, made, other) == "DelegationsAreAccreditedByTheirOwn"
    by_secretariat = act("appoint", "CSTO delegation:ARM", "CSTO", account="two")
    authorise(by_secretariat, [mandate("CSTO")], world)
    assert refused(world, made, mandate("CSTO")) == "DelegationsAreAccreditedByTheirOwn"
    seize = act("appoint", "CSTO secretariat", "ARM", account="me")
    assert refused(world, seize, mandate("CSTO", "ARM")) == "DelegationsAreAccreditedByTheirOwn"


def test_who_takes_back_what_nobody_did(world: World) -> None:
    """An act without an actor belongs to the organisation that it is about."""
    ended = next(a for a in world.acts if a.kind == "terminate" and not a.actor)
    made = act("withdraw", ended.id, "CSTO")
    assert refused(world, made, mandate("CSTO")) == "SecretariatsActForTheirOwnOrganisation"
    made = act("withdraw", "CST1992.sign.ARM", "ARM")
    assert refused(world, made, mandate("SCO", "ARM")) == "DelegationsActWhereTheyAreAccredited"


def test_what_only_secretariats_do_is_not_what_states_do() -> None:
    assert {"vote", "sign", "ratify", "denounce"} <= OF_STATES - OF_SECRETARIATS
    assert {"convene", "adopt", "chair", "admit"} <= OF_SECRETARIATS - OF_STATES
