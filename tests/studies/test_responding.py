"""From an incident to a force plan: who decides, on which conditions, who comes when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hansa import service
from hansa.decisions import AGAINST, FOR
from hansa.record.acts import Act, frozen
from hansa.record.world import World
from hansa.security import Incident
from hansa.security.forces import Limits, simulate
from hansa.service.opening import case_of, world_of
from hansa.studies.case import Case
from hansa.studies.responding import Response, Wish, asking, competence_table, respond
from hansa.studies.responding.ways import corridor
from hansa.studies.sections.incidents import incidents_of
from hansa.studies.sections.response import section
from hansa.terms.errors import BadInput, HansaError, UnknownCode
from hansa.terms.exhibits import Table
from hansa.terms.truth import Truth
from hansa.worlds.incidents import read_incident

PANJ = Path(__file__).parents[2] / "docs" / "scenarios" / "panj-drugs.toml"
FAST = Limits(5.0, 1e-3)


@pytest.fixture(scope="module")
def world() -> World:
    return world_of("eurasia")


def incident_of(case: Case, name: str) -> Incident:
    return next(item for item in incidents_of(case)[0] if item.id == name)


def follow(
    world: World, incident: Incident | str, on: str | None = None, **more: object
) -> Response:
    case = case_of(world, on or "2022-02-01")
    found = incident_of(case, incident) if isinstance(incident, str) else incident
    day = date.fromisoformat(on) if on else None
    kinds = incidents_of(case)[1]
    return respond(case, found, kinds, day=day, limits=FAST, **more)  # type: ignore[arg-type]  # named by each test


def rows(answer: object, key: str) -> dict[str, dict[str, object]]:
    table = answer.table(key)  # type: ignore[attr-defined]  # an answer or a section's exhibit
    assert isinstance(table, Table)
    first = table.columns[0].key
    return {str(row[first]): dict(row) for row in table.records()}


# --- January 2022 --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def january() -> object:
    return service.respond("KAZ2022")


def test_january_2022_is_decided_by_the_council_under_the_peacekeeping_agreement(
    january: object,
) -> None:
    first = january.table("competence").records()[0]  # type: ignore[attr-defined]  # an Answer
    assert (first["body"], first["norm"]) == ("CSTO Council", "PK2007 Art. 3(1)")
    assert (first["holds"], first["role"]) == ("true", "decides here")
    votes = rows(january, "decision")
    assert set(votes) == {"ARM", "BLR", "KAZ", "KGZ", "RUS", "TJK"}
    assert {row["alone"] for row in votes.values()} == {"could have blocked"}


def test_january_2022_conditions_are_data(january: object) -> None:
    holds = {key: row["holds"] for key, row in rows(january, "conditions").items()}
    assert holds == {
        "victim is party": "true",
        "requested": "true",
        "host consents": "true",
        "unsc told": "unknown",
        "voluntary": "true",
        "decision": "true",
    }


def test_january_2022_mandate_is_that_of_the_record(january: object) -> None:
    response: Response = january.value  # type: ignore[attr-defined]  # an Answer
    mandate = response.mandate
    assert mandate is not None
    assert (mandate.task, mandate.start, mandate.months) == ("peacekeeping", date(2022, 1, 6), 1)
    assert [(n.amount, n.by) for n in mandate.needs] == [(2500.0, date(2022, 1, 9))]
    assert "Serdyukov" in mandate.command


def test_january_2022_plan_stands_beside_what_came(january: object) -> None:
    response: Response = january.value  # type: ignore[attr-defined]  # an Answer
    plan = response.plan
    assert plan is not None
    assert response.violations == () == simulate(plan)
    assert plan.persons >= 2500
    assert date(2022, 1, 7) <= plan.complete_on <= date(2022, 1, 9)
    assert "KAZ" not in {posting.member for posting in plan.postings}
    real = {m: row["real_persons"] for m, row in rows(january, "beside").items()}
    assert real == {"ARM": 100, "BLR": 500, "KGZ": 150, "RUS": 2000, "TJK": 200}


def test_one_objection_ends_the_chain() -> None:
    answer = service.respond("KAZ2022", against="BLR")
    assert answer.value.ended == "no decision"
    assert answer.value.plan is None
    assert rows(answer, "decision")["BLR"]["treated"] == "objects, which blocks"
    with pytest.raises(BadInput):
        answer.table("mandate")


def test_an_unknown_position_leaves_the_decision_open() -> None:
    answer = service.respond("KAZ2022", in_favour="KAZ,RUS", others="unknown")
    assert answer.value.ended == "no decision"
    assert "still open" in answer.value.text


def test_a_member_that_declines_sends_nothing() -> None:
    plan = service.respond("KAZ2022", without="RUS", strength=1000).value.plan
    assert "RUS" not in {posting.member for posting in plan.postings}


def test_what_falls_short_and_what_would_help() -> None:
    answer = service.respond("KAZ2022", strength=9000, days=1, seconds=10)
    assert answer.value.ended == "short"
    (short,) = answer.table("shortfalls").records()
    assert short["amount"] == 9000.0
    assert short["missing"] > 0
    ways = {str(cells[0]) for cells in answer.tables[-1].rows}
    assert "cheapest" in ways


# --- Batken --------------------------------------------------------------------------------


def test_the_decision_of_minsk_needs_a_request_to_the_treaty(world: World) -> None:
    asked_russia = follow(world, "BAT1999", "2000-05-24")
    assert "DEC2000 Art. whole" in {item.norm.ref for item in asked_russia.refused}
    case = case_of(world, "2000-05-24")
    asked = asking(incident_of(case, "BAT1999"), ("CST",))
    on_the_day = follow(world, asked, "2000-05-24")
    assert on_the_day.competent[0].body == "CST Council"
    assert on_the_day.competent[0].finding.norm.ref == "DEC2000 Art. whole"
    assert on_the_day.competent[0].finding.truth is Truth.TRUE


def test_the_day_before_minsk_the_treaty_left_it_open(world: World) -> None:
    case = case_of(world, "2000-05-23")
    asked = asking(incident_of(case, "BAT1999"), ("CST",))
    before = follow(world, asked, "2000-05-23")
    assert before.competent[0].finding.norm.ref == "CST1992 Art. 6(1)"
    held = {c.key: c.state for c in before.conditions}
    assert held["falls_under"] is Truth.UNKNOWN
    assert before.plan is not None
    assert before.plan.lawful is Truth.UNKNOWN


@pytest.mark.parametrize("name", ["BAT2000", "KT2022B", "US2001", "TUR2012A", "FRZ2024"])
def test_who_may_decide_is_told_once_for_each_norm(world: World, name: str) -> None:
    case = case_of(world, "2025-01-01")
    incident = incident_of(case, name)
    kinds = incidents_of(case)[1]
    response = respond(case, incident, kinds, limits=FAST, remedies=False)
    table = competence_table(response)
    assert len({row[: table.keys] for row in table.rows}) == len(table.rows)
    assert response.text
    assert (response.plan is not None) == (response.ended == "planned")


def test_batken_is_reached_by_the_forces_of_the_time(world: World) -> None:
    case = case_of(world, "2000-05-24")
    response = follow(world, asking(incident_of(case, "BAT1999"), ("CST",)), "2000-05-24")
    plan = response.plan
    assert plan is not None
    assert response.violations == ()
    assert {p.member for p in plan.postings} <= {"RUS", "KAZ"}
    modes = {leg.id: leg.mode for leg in plan.operation.legs}
    assert "rail" not in {modes[use.leg] for use in plan.lift}  # Uzbekistan was no party any more


def test_a_threat_on_the_panj_in_2000_meets_the_division_that_stood_there(world: World) -> None:
    response = follow(world, "TLB2000", "2000-09-05")
    assert response.plan is not None
    assert response.violations == ()
    sent = {(unit.member, unit.hub.startswith("201st")) for unit in response.plan.operation.units}
    assert sent == {("RUS", True), ("KAZ", True)}
    left = follow(world, "TLB2000", "2001-03-01")  # the force ended; the next is of May 2001
    assert left.ended == "no forces"


# --- an exercise on the Panj -----------------------------------------------------------------


def test_smuggling_gives_no_power_but_a_duty_to_coordinate(world: World) -> None:
    response = follow(world, read_incident(PANJ), "2007-10-05", wish=Wish(strength=1000))
    chosen = response.competent[0]
    assert (chosen.body, chosen.finding.norm.ref) == ("CSTO Council", "CH2002 Art. 8")
    assert not chosen.is_power
    assert "voluntary" in {c.key for c in response.conditions}
    plan = response.plan
    assert plan is not None
    assert {unit.member for unit in plan.operation.units} == {"RUS", "KAZ", "KGZ"}
    assert all(".CRDF." in unit.id for unit in plan.operation.units)


def test_before_the_first_pledges_there_are_no_forces(world: World) -> None:
    early = replace(read_incident(PANJ), kind="incursion", requested_of=("CST",))
    response = follow(world, early, "2001-03-01")
    assert response.ended == "no forces"
    assert response.plan is None
    assert "no member that takes part has pledged" in response.text


def test_a_new_pledge_is_an_act_that_changes_the_plan(world: World) -> None:
    payload = {
        "unit": "KAZ.guard", "name": "guards at hand", "strength": 1000, "tons": 100.0,
        "capabilities": {"infantry": 1000}, "base": "201st military base, Dushanbe",
        "notice_days": 0, "month_cost": "1000",
    }  # fmt: skip
    made = datetime(2007, 9, 1, tzinfo=UTC)
    act = Act("t.1", "pledge", date(2007, 9, 1), made, "CRDF", "KAZ", frozen(payload), "test")
    incident = read_incident(PANJ)
    wish = Wish(strength=1000)
    before = follow(world, incident, "2007-10-05", wish=wish).plan
    after = follow(world.with_acts([act]), incident, "2007-10-05", wish=wish).plan
    assert before is not None
    assert after is not None
    assert after.complete_on < before.complete_on
    assert "KAZ.guard" in {posting.unit for posting in after.postings}
    gone = Act("t.2", "withdraw", date(2007, 9, 2), made.replace(day=2), "t.1", "KAZ",
               frozen({}), "test")  # fmt: skip
    again = follow(world.with_acts([act, gone]), incident, "2007-10-05", wish=wish).plan
    assert again is not None
    assert again.complete_on == before.complete_on


def test_without_the_host_s_consent_there_is_no_plan(world: World) -> None:
    incident = read_incident(PANJ)
    refused = replace(incident, facts={**incident.facts, "host_consents": Truth.FALSE})
    response = follow(world, refused, "2007-10-05")
    assert (response.ended, response.plan, response.mandate) == ("unlawful", None, None)


@pytest.mark.parametrize(("decided", "ended"), [(Truth.FALSE, "unlawful"), (Truth.TRUE, "planned")])
def test_outside_the_members_the_security_council_must_have_decided(
    world: World, decided: Truth, ended: str
) -> None:
    incident = read_incident(PANJ)
    facts = {**incident.facts, "unsc_decision": decided}
    outside = replace(incident, place_state="AFG", latitude=36.73, longitude=68.86, facts=facts)
    response = follow(world, outside, "2007-10-05", wish=Wish(strength=500, days=20))
    assert response.ended == ended
    held = {c.key: c.state for c in response.conditions}
    assert held["unsc_decision"] is decided


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    strength=st.integers(1, 6000),
    days=st.integers(1, 25),
    out=st.sets(st.sampled_from(["RUS", "KAZ", "KGZ"]), max_size=2),
    against=st.sets(st.sampled_from(["ARM", "UZB"]), max_size=1),
)
def test_every_response_is_a_sound_plan_or_says_why_not(
    world: World, strength: int, days: int, out: set[str], against: set[str]
) -> None:
    response = follow(
        world, read_incident(PANJ), "2007-10-05", wish=Wish(strength=strength, days=days),
        without=frozenset(out), positions=dict.fromkeys(against, AGAINST), remedies=False,
    )  # fmt: skip
    if against:
        assert response.ended == "no decision"
        return
    if response.plan is None:
        assert response.ended == "short"
        assert response.diagnosis is not None
        assert all(item.missing > 0 for item in response.diagnosis.shortfalls)
        return
    assert response.violations == ()
    assert response.plan.persons >= strength
    assert not {p.member for p in response.plan.postings} & (out | {"TJK"})
    assert (response.plan.complete_on - response.day).days <= days


# --- ways ----------------------------------------------------------------------------------


def test_corridors_go_through_friends_where_they_can(world: World) -> None:
    friends = {"RUS", "KAZ", "KGZ", "TJK"}
    assert corridor(world, "RUS", "TJK", friends) == ("KAZ", "KGZ")
    through = corridor(world, "ARM", "TJK", friends)
    assert through is not None
    assert not set(through) <= friends  # Armenia has no border with a friend
    assert corridor(world, "JPN", "TJK", friends) is None


# --- the briefing ----------------------------------------------------------------------------


def test_the_briefing_of_minsk_has_the_mechanism_on_batken(world: World) -> None:
    found = section(case_of(world, "2000-05-24"))
    assert found is not None
    said = " ".join(statement.text for statement in found.statements)
    assert "KGZ asked RUS then; supposed here: it asks CST for help" in said
    assert "CST Council decides under DEC2000" in said
    assert "complete in Batken on 2000-" in said
    keys = [exhibit.key for exhibit in found.exhibits]
    assert {"competence", "conditions", "mandate", "gantt", "movement"} <= set(keys)
    assert len(keys) == len(set(keys))


def test_the_briefing_of_dushanbe_has_an_exercise_on_drugs(world: World) -> None:
    found = section(case_of(world, "2007-10-05"))
    assert found is not None
    assert found.statements[0].text.startswith("An exercise, no report")
    assert any("CH2002 Art. 8" in statement.text for statement in found.statements)


def test_the_briefing_is_silent_where_nobody_could_decide(world: World) -> None:
    assert section(case_of(world, "1996-01-01")) is None


def test_the_briefing_says_what_cannot_be_met(world: World) -> None:
    found = section(case_of(world, "2021-06-01"))
    assert found is not None
    assert any("cannot be met" in statement.text for statement in found.statements)


# --- bad input -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "options", "what"),
    [
        ("KAZ2023", {}, "unknown incident"),
        ("KAZ2022", {"in_favour": "BLR", "against": "BLR"}, "BLR votes twice"),
        ("KAZ2022", {"against": "UZB"}, "unknown member"),
        ("KAZ2022", {"without": "UZB"}, "unknown member"),
        ("KAZ2022", {"task": "peacekeping"}, "peacekeeping"),
        ("KAZ2022", {"strength": -1}, "strength of -1"),
        ("KAZ2022", {"days": 40}, "ended"),
        ("KAZ2022", {"seconds": 0.0}, "finds nothing"),
        ("KAZ2022", {"body": "CIS Economic Council"}, "competent body"),
        ("KAZ2022", {"others": "maybe"}, "no position"),
        ("BAT1999", {"asked": "CSTX"}, "CST"),
    ],
)
def test_bad_input_is_named(name: str, options: dict[str, object], what: str) -> None:
    with pytest.raises(HansaError) as caught:
        service.respond(name, **options)
    assert what in str(caught.value)


def test_a_place_that_nobody_knows(world: World) -> None:
    lost = replace(read_incident(PANJ), latitude=None)
    with pytest.raises(BadInput, match="where PANJ2007 happened is not known"):
        follow(world, lost, "2007-10-05")


def test_a_position_of_a_state_that_does_not_sit(world: World) -> None:
    with pytest.raises(UnknownCode):
        follow(world, read_incident(PANJ), "2007-10-05", positions={"CHN": FOR})


# --- and again -------------------------------------------------------------------------------


def test_a_unit_taken_back_is_replaced_and_the_rest_goes_on() -> None:
    first = service.respond("BAT1999", seconds=5)
    sent = sorted({posting.unit for posting in first.value.plan.postings})
    gone = sent[-1]
    after = service.respond("BAT1999", again_on="1999-08-24", withdrawn=[gone], seconds=5)
    plan = after.value.plan
    units = {posting.unit for posting in plan.postings}
    assert gone not in units
    assert plan.persons >= first.value.plan.persons
    assert not simulate(plan)
    changes = rows(after, "changes")
    assert changes[gone]["part"] == "stood down"
    assert {unit for unit, row in changes.items() if row["part"] == "called"} == units - set(sent)
    compared = rows(after, "plans")
    assert set(compared) == {"before", "after"}
    assert f"{gone} is taken back" in after.statements[0].text


def test_a_turn_is_checked() -> None:
    with pytest.raises(UnknownCode, match=r"unit 'RUS\.CIS'.*the plan sends"):
        service.respond("BAT1999", again_on="1999-08-24", withdrawn=["RUS.CIS"], seconds=5)
    with pytest.raises(UnknownCode, match=r"hub 'dushambe'.*dushanbe"):
        service.respond("BAT1999", again_on="1999-08-24", closed=["dushambe"], seconds=5)
    with pytest.raises(BadInput, match="nothing happens"):
        service.respond("BAT1999", again_on="1999-08-24", seconds=5)
    with pytest.raises(BadInput, match="say on which day"):
        service.respond("BAT1999", closed=["dushanbe"], seconds=5)
