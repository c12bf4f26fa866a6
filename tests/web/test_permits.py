"""Each rule on acts, by its name, on the embedded world."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hansa.record import authority
from hansa.record.acts import Act, Json
from hansa.record.permits import PERMITS, NotPermitted, Permit, permit, refusals
from hansa.record.permits.mechanism import message_of
from hansa.record.world import World
from hansa.service import acting, adopting, correcting
from hansa.worlds import open_world

MEETING = "CIS Dushanbe 2007-10-05"
SESSION = "CSTO Minsk 2026-02-01"


def act(
    kind: str, subject: str, actor: str, on: str = "2026-02-01", id: str = "new", **payload: Json
) -> Act:
    at = datetime.fromisoformat(f"{on}T12:00:00").replace(tzinfo=UTC)
    return Act(id, kind, at.date(), at, subject, actor, payload)


@pytest.fixture(scope="module")
def world() -> World:
    made = open_world("eurasia")
    return made.with_acts(
        [
            act("convene", SESSION, "CSTO", id="m", place="Minsk", host="BLR",
                body="CSTO Council"),
            act("table", SESSION, "CSTO", id="t", item="budget"),
            act("table", SESSION, "CSTO", id="d", item="draft", draft=True),
            act("table", SESSION, "CSTO", id="p", item="put off", stage="deferred"),
            act("table", SESSION, "CSTO", id="q", item="done"),
            act("adopt", SESSION, "CSTO Council", id="a", item="done"),
        ]
    )  # fmt: skip


def broken(world: World, made: Act) -> list[str]:
    return [refusal.rule for refusal in refusals(made, world)]


def test_every_rule_says_what_it_wants() -> None:
    for rule in PERMITS:
        assert rule.__doc__, rule
        assert rule.__doc__.strip().endswith("."), rule


def test_every_rule_is_asked_once() -> None:
    assert sorted(PERMITS, key=lambda rule: rule.__name__) == sorted(
        Permit.__subclasses__(), key=lambda rule: rule.__name__
    )


def test_a_refusal_names_its_rule(world: World) -> None:
    with pytest.raises(NotPermitted) as caught:
        permit(act("denounce", "CST1992", "UZB"), world)
    assert caught.value.rule == "OnlyPartiesDenounce"
    assert "Only a party to a treaty" in caught.value.sentence()
    assert "UZB was bound by CST1992 until 2012-12-19" in caught.value.sentence()


def test_the_actor_is_known(world: World) -> None:
    found = list(refusals(act("sign", "CST1992", "ARX"), world))
    assert [r.rule for r in found] == ["TheActorIsKnown"]
    assert "ARM" in found[0].nearest
    assert "TheActorIsKnown" in broken(world, act("sign", "CST1992", ""))


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("sign", "CST1993"), ("admit", "CST1992"), ("vote", "no meeting"), ("chair", "CIS throne"),
        ("correct", "no act"), ("suspend", "nothing"), ("appoint", "XXX council"),
        ("object", "no act either"), ("sign", ""), ("report", "x" * 201),
    ],
)  # fmt: skip
def test_the_subject_is_known(world: World, kind: str, subject: str) -> None:
    assert broken(world, act(kind, subject, "ARM"))[0] == "TheSubjectIsKnown"


def test_mandates_are_of_the_record(world: World) -> None:
    assert broken(world, act("appoint", "CSTO delegation:ARM", "ARM", account="x")) == []
    for subject in ("CSTO delegation:XXX", "XYZ secretariat"):
        made = act("appoint", subject, "ARM", account="x")
        assert broken(world, made) == ["MandatesAreOfTheRecord"]
    empty = act("appoint", "CSTO delegation:ARM", "ARM")
    assert broken(world, empty) == ["MandatesAreOfTheRecord"]


def test_acts_are_not_dated_ahead(world: World) -> None:
    made = Act("n", "declare", datetime(2027, 1, 1).date(), datetime(2026, 1, 1, tzinfo=UTC),
               "CSTO", "ARM", {"position": "x"})  # fmt: skip
    assert "ActsAreNotDatedAhead" in broken(world, made)


def test_nothing_precedes_its_treaty(world: World) -> None:
    assert "NothingPrecedesItsTreaty" in broken(world, act("accede", "CH2002", "GEO", "2001-01-01"))


def test_no_second_consent(world: World) -> None:
    for kind in ("sign", "ratify", "accede"):
        assert "NoSecondConsent" in broken(world, act(kind, "CST1992", "ARM"))
    assert broken(world, act("accede", "CST1992", "GEO")) == []


def test_only_signatories_ratify(world: World) -> None:
    assert "OnlySignatoriesRatify" in broken(world, act("ratify", "CH2002", "GEO"))


def test_only_parties_denounce(world: World) -> None:
    assert broken(world, act("denounce", "CST1992", "ARM")) == []
    assert broken(world, act("denounce", "CST1992", "GEO")) == ["OnlyPartiesDenounce"]


def test_one_notice_at_a_time(world: World) -> None:
    first = act("denounce", "CST1992", "ARM", id="first")
    again = act("denounce", "CST1992", "ARM", "2026-03-01", id="second")
    assert broken(world.with_acts([first]), again) == ["OneNoticeAtATime"]


def test_only_parties_object(world: World) -> None:
    assert "OnlyPartiesObject" in broken(world, act("object", "CST1992", "CHN"))
    assert broken(world, act("object", "CST1992", "ARM")) == []


def test_statuses_are_ranked(world: World) -> None:
    made = act("admit", "CSTO", "MNG", status="friend")
    assert "StatusesAreRanked" in broken(world, made)


def test_statuses_are_given_once(world: World) -> None:
    assert broken(world, act("admit", "CSTO", "ARM", status="member")) == ["StatusesAreGivenOnce"]
    gone = act("end_status", "CSTO", "CHN", status="member")
    assert broken(world, gone) == ["StatusesAreGivenOnce"]


def test_associates_do_not_chair(world: World) -> None:
    """Turkmenistan is an associate of the CIS; Georgia is nothing; Kazakhstan is a member."""
    assert broken(world, act("chair", "CIS chair", "TKM")) == ["AssociatesDoNotChair"]
    assert broken(world, act("chair", "CIS chair", "GEO")) == ["AssociatesDoNotChair"]
    assert broken(world, act("chair", "CIS chair", "KAZ")) == []


def test_only_bodies_meet(world: World) -> None:
    assert "OnlyBodiesMeet" in broken(world, act("convene", "x", "ARM", place="Yerevan"))
    ended = act("convene", "x", "EURASEC", place="Minsk")
    assert "OnlyBodiesMeet" in broken(world, ended)
    unknown = act("convene", "x", "CSTO", place="Minsk", body="CSTO Counsel")
    assert "OnlyBodiesMeet" in broken(world, unknown)
    assert broken(world, act("convene", "x", "CSTO", place="Minsk", body="CSTO Council")) == []


def test_meetings_have_one_name(world: World) -> None:
    assert "MeetingsHaveOneName" in broken(world, act("convene", SESSION, "CSTO", place="Minsk"))


def test_only_those_concerned_attend(world: World) -> None:
    made = act("attend", SESSION, "CHN", level="head of state")
    assert broken(world, made) == ["OnlyThoseConcernedAttend"]
    assert broken(world, act("attend", SESSION, "ARM", level="other")) == []


def test_only_members_vote(world: World) -> None:
    assert broken(world, act("vote", SESSION, "ARM", item="budget", position="for")) == []
    for outsider in ("UZB", "CHN", "AFG"):
        made = act("vote", SESSION, outsider, item="budget", position="for")
        assert broken(world, made) == ["OnlyMembersVote"]


def test_only_members_table(world: World) -> None:
    assert broken(world, act("table", SESSION, "CHN", item="x")) == ["OnlyMembersTable"]
    assert broken(world, act("table", SESSION, "ARM", item="x")) == []


def test_items_have_names(world: World) -> None:
    assert "ItemsHaveNames" in broken(world, act("vote", SESSION, "ARM", position="for"))


def test_one_item_at_a_time(world: World) -> None:
    """An adoption that names one item and the document of another would borrow its votes."""
    two = world.with_acts(
        [
            act("table", SESSION, "CSTO", id="g", item="guest", document="on guests"),
            act("table", SESSION, "CSTO", id="g2", item="guest", document="on guests, revised"),
        ]
    )
    mixed = act("adopt", SESSION, "CSTO Council", item="budget", document="on guests")
    assert broken(two, mixed) == ["OneItemAtATime"]
    revised = act("adopt", SESSION, "CSTO Council", item="guest", document="on guests, revised")
    assert broken(two, revised) == []


def test_only_tabled_items(world: World) -> None:
    made = act("vote", SESSION, "ARM", item="else", position="for")
    assert broken(world, made) == ["OnlyTabledItems"]


@pytest.mark.parametrize("item", ["done", "put off", "draft"])
def test_what_is_decided_stays(world: World, item: str) -> None:
    made = act("vote", SESSION, "ARM", item=item, position="for")
    assert broken(world, made) == ["WhatIsDecidedStays"]


def test_only_the_author_takes_back(world: World) -> None:
    assert broken(world, act("withdraw", "CST1992.sign.ARM", "RUS")) == ["OnlyTheAuthorTakesBack"]
    assert broken(world, act("withdraw", "CST1992.sign.ARM", "ARM")) == []


def test_nobodys_act_is_its_organisations(world: World) -> None:
    ended = next(a for a in world.acts if a.kind == "terminate" and not a.actor)
    assert broken(world, act("withdraw", ended.id, "ARM")) == ["OnlyTheAuthorTakesBack"]
    assert broken(world, act("withdraw", ended.id, "CIS")) == []


def test_texts_voted_on_are_tabled_anew(world: World) -> None:
    voted = world.with_acts([act("vote", SESSION, "ARM", id="v", item="budget", position="for")])
    fix = act("correct", "t", "CSTO", payload={"document": "another"})
    assert broken(voted, fix) == ["TextsVotedOnAreTabledAnew"]
    assert broken(world, fix) == []
    assert broken(voted, act("correct", "t", "CSTO", payload={"title": "The budget"})) == []


@pytest.mark.parametrize("target", ["m", "t", "v", "a"])
def test_what_others_built_on_stays(world: World, target: str) -> None:
    voted = world.with_acts(
        [
            act("vote", SESSION, "ARM", id="v", item="budget", position="for"),
            act("adopt", SESSION, "CSTO", id="b", item="budget"),
            act("share", "CSTO", "CSTO", id="f", of="votes", shares={"ARM": 1}, by="a"),
        ]
    )
    actor = "ARM" if target == "v" else "CSTO Council" if target == "a" else "CSTO"
    assert broken(voted, act("withdraw", target, actor)) == ["WhatOthersBuiltOnStays"]


def test_what_nobody_built_on_may_be_taken_back(world: World) -> None:
    assert broken(world, act("withdraw", "d", "CSTO")) == []


def test_corrections_are_not_taken_back(world: World) -> None:
    fixed = world.with_acts([act("correct", "CST1992.sign.ARM", "ARM", id="c", note="x")])
    assert "CorrectionsAreNotTakenBack" in broken(fixed, act("withdraw", "c", "ARM"))


def test_the_record_still_folds(world: World) -> None:
    made = act("correct", "CST1992.sign.ARM", "ARM", wings="two")
    assert broken(world, made) == ["TheRecordStillFolds"]
    late = act("chair", "CIS chair", "KAZ", until="sometime")
    assert "TheRecordStillFolds" in broken(world, late)


def test_the_explanation_lists_every_rule_and_kind() -> None:
    """``docs/explanation/authority.md`` says what the code says."""
    text = (Path(__file__).parents[2] / "docs" / "explanation" / "authority.md").read_text()
    rules = [r for r in vars(authority).values() if isinstance(r, type) and r.__doc__]
    rules = [r for r in rules if r.__module__ == authority.__name__]
    for module in (acting, adopting, correcting):
        found = (r for r in vars(module).values() if isinstance(r, type))
        rules += [r for r in found if r.__module__ == module.__name__]
    wanted = {(r.__name__, f"{message_of(r)}.") for r in (*rules, *PERMITS)}
    told = set(re.findall(r"^\| `(\w+)` \| (.+) \|$", text, re.MULTILINE))
    assert told == wanted
    states, secretariats = authority.OF_STATES, authority.OF_SECRETARIATS
    rows = {
        "a delegation, for its state, in its organisation": states - secretariats,
        "a secretariat, for its organisation": secretariats - states,
        "either, each for its own": states & secretariats,
        "a secretariat, of a state": authority.RECORDED_FOR_STATES,
    }
    for who, kinds in rows.items():
        found_row = re.search(rf"^\| {who} \| (.+) \|$", text, re.MULTILINE)
        assert found_row is not None, who
        assert set(re.findall(r"`(\w+)`", found_row[1])) == kinds, who
