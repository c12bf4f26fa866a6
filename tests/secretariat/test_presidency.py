from __future__ import annotations

import pytest

from hansa.record import Act, Rotation, World
from hansa.secretariat import Presidency, presidency_of
from hansa.studies.secretariat import names as names_of
from hansa.terms.days import Period, day
from hansa.terms.errors import UnknownCode

from .small_union import act, admitted, union

RUSSIAN = {"LUB": "Любек", "HAM": "Гамбург", "BRE": "Бремен", "DAN": "Данциг"}
YEARLY = Rotation("alphabetical", "en", 12, "1 January", since=day("1249-01-01"))


def told(world: World, office: str, since: str, until: str, on: str = "2026-06-01") -> Presidency:
    within = Period(day(since), day(until))
    return presidency_of(office, world.on(on), names_of(world), within)


def verdicts(found: Presidency) -> list[tuple[str, str, str]]:
    return [(t.state or t.by_rule, t.by_rule, t.verdict) for t in found.turns]


def chair(state: str, on: str, **payload: object) -> Act:
    return act("chair", "PACT chair", state, on, holder=state, **payload)


def town(*acts: Act, rotation: Rotation = YEARLY, names: dict[str, str] | None = None) -> World:
    return union(acts, rotations=(rotation,), names=names)


# --- by rule -------------------------------------------------------------------------------


def test_turns_to_come_follow_the_alphabet() -> None:
    found = told(town(chair("BRE", "1250-01-01")), "PACT chair", "1250-01-01", "1255-01-01")
    assert verdicts(found) == [
        ("BRE", "", "begins"), ("DAN", "DAN", "by rule"), ("HAM", "HAM", "by rule"),
        ("LUB", "LUB", "by rule"), ("BRE", "BRE", "by rule"),
    ]  # fmt: skip
    assert [t.period.start.year for t in found.turns] == [1250, 1251, 1252, 1253, 1254]
    assert all(t.sure for t in found.turns)


def test_the_language_makes_the_order() -> None:
    world = town(
        chair("HAM", "1250-01-01"),
        rotation=Rotation("alphabetical", "ru", 12, "1 January", since=day("1249-01-01")),
        names=RUSSIAN,
    )
    register = world.on("1250-06-01")
    within = Period(day("1250-01-01"), day("1252-01-01"))
    found = presidency_of("PACT chair", register, {"ru": RUSSIAN}, within)
    assert [t.by_rule for t in found.turns] == ["", "DAN"]
    english = told(town(chair("HAM", "1250-01-01")), "PACT chair", "1250-01-01", "1252-01-01")
    assert [t.by_rule for t in english.turns] == ["", "LUB"]


def test_a_language_without_names_is_an_error() -> None:
    rule = Rotation("alphabetical", "ru", 12, "1 January", since=day("1249-01-01"))
    with pytest.raises(UnknownCode, match="name in 'ru'"):
        told(town(chair("HAM", "1250-01-01"), rotation=rule), "PACT chair", "1250-01-01",
             "1252-01-01")  # fmt: skip


def test_who_joins_and_who_leaves_changes_the_line() -> None:
    world = union(
        [
            chair("BRE", "1250-01-01"),
            act("end_status", "PACT", "DAN", "1250-06-01", status="member"),
            *admitted(["VIS"], "1251-06-01"),
        ],
        rotations=(YEARLY,),
    )
    found = told(world, "PACT chair", "1250-01-01", "1255-01-01")
    assert [t.by_rule for t in found.turns] == ["", "HAM", "LUB", "VIS", "BRE"]


def test_a_fixed_order_runs_by_half_years() -> None:
    rule = Rotation(
        "fixed", term_months=6, trigger="1 January and 1 July", since=day("1250-01-01"),
        states=("LUB", "HAM", "LUB", "BRE"),
    )  # fmt: skip
    acts = [chair("LUB", "1250-01-01"), chair("BRE", "1250-07-01")]
    found = told(town(*acts, rotation=rule), "PACT chair", "1250-01-01", "1252-01-01")
    assert verdicts(found) == [
        ("LUB", "LUB", "as fixed"), ("BRE", "HAM", "not as fixed"),
        ("LUB", "LUB", "by rule"), ("BRE", "BRE", "by rule"),
    ]  # fmt: skip


def test_a_term_of_several_years_ends_on_its_fixed_day() -> None:
    rule = Rotation("alphabetical", "en", 36, "1 January", since=day("1249-01-01"))
    found = told(town(chair("BRE", "1250-05-02"), rotation=rule), "PACT chair", "1250-01-01",
                 "1257-01-01")  # fmt: skip
    assert [(t.period.start, t.by_rule) for t in found.turns[1:]] == [
        (day("1253-01-01"), "DAN"), (day("1256-01-01"), "HAM"),
    ]  # fmt: skip


def test_an_office_that_is_none_is_named(eurasia: World) -> None:
    with pytest.raises(UnknownCode, match="did you mean CIS chair"):
        told(eurasia, "CIS chiar", "2000-01-01", "2001-01-01")


def test_a_holder_who_keeps_the_chair_is_named() -> None:
    acts = [chair("BRE", "1250-01-01"), chair("DAN", "1252-01-01")]
    found = told(town(*acts), "PACT chair", "1250-01-01", "1252-06-01")
    (departure,) = found.turns[0].departures
    assert departure.kind == "prolonged"
    assert "1251-01-01" in departure.text
    assert found.turns[1].verdict == "in turn"


# --- what happened --------------------------------------------------------------------------


def test_the_commonwealth_passes_from_kazakhstan_to_kyrgyzstan_in_turn(eurasia: World) -> None:
    found = told(eurasia, "CIS chair", "2006-06-01", "2008-01-01")
    assert verdicts(found) == [("KAZ", "TJK", "out of turn"), ("KGZ", "KGZ", "in turn")]
    assert found.turns[1].next_by_rule == "MDA"


def test_the_commonwealth_elected_its_chair_until_2006(eurasia: World) -> None:
    found = told(eurasia, "CIS chair", "1994-01-01", "2006-01-01")
    kinds = {d.kind for turn, d in found.departures if turn.state}
    assert {"elected", "holds on", "no member", "prolonged"} <= kinds
    elected = [t.state for t, d in found.departures if d.kind == "elected"]
    assert elected == ["RUS", "RUS", "UKR", "RUS"]


@pytest.mark.parametrize(
    ("on", "state", "status"),
    [("2003-06-01", "UKR", "participant"), ("2012-06-01", "TKM", "associate"),
     ("2014-02-01", "UKR", "participant"), ("2019-06-01", "TKM", "associate")],
)  # fmt: skip
def test_a_chair_who_is_no_member_is_named(
    eurasia: World, on: str, state: str, status: str
) -> None:
    turn = told(eurasia, "CIS chair", "1994-01-01", "2026-01-01").on(day(on))
    assert turn is not None
    assert (turn.state, turn.verdict) == (state, "no member")
    assert turn.departures[0].text == f"{state} is {status} of CIS, no member"


def test_belarus_stood_in_for_ukraine_in_2014(eurasia: World) -> None:
    turn = told(eurasia, "CIS chair", "2014-01-01", "2015-01-01").turns[-1]
    assert (turn.state, turn.by_rule, turn.verdict) == ("BLR", "UKR", "stands in")


def test_moldova_is_passed_over_in_2017_and_2024(eurasia: World) -> None:
    found = told(eurasia, "CIS chair", "2009-01-01", "2026-01-01")
    passed = {t.period.start.year: d.text for t, d in found.departures if d.kind == "out of turn"}
    assert sorted(passed) == [2013, 2017, 2021, 2024]
    assert all(passed[year].endswith("passed over: MDA") for year in (2017, 2024))


def test_kyrgyzstan_is_passed_over_in_the_eurasian_community(eurasia: World) -> None:
    found = told(eurasia, "EURASEC chair", "2001-01-01", "2007-01-01")
    assert verdicts(found) == [
        ("KAZ", "", "begins"), ("RUS", "KGZ", "out of turn"), ("BLR", "KGZ", "stands in"),
        ("TJK", "TJK", "in turn"),
    ]  # fmt: skip
    assert found.turns[2].departures[0].text == "BLR stands in for KGZ, whose turn it was"
    assert found.turns[2].because[0].source == "ku05"


def test_russia_takes_over_for_belarus_in_2009_and_belarus_keeps_its_turn(eurasia: World) -> None:
    found = told(eurasia, "CSTO chair", "2008-10-01", "2026-01-01")
    assert verdicts(found)[:4] == [
        ("ARM", "RUS", "out of turn"), ("RUS", "BLR", "stands in"), ("BLR", "KAZ", "kept turn"),
        ("KAZ", "KAZ", "in turn"),
    ]  # fmt: skip
    later = [t.verdict for t in found.turns[3:]]
    assert set(later) == {"in turn"}


def test_until_2007_the_host_of_the_session_took_the_chair(eurasia: World) -> None:
    found = told(eurasia, "CSTO chair", "2003-01-01", "2007-10-01")
    assert verdicts(found) == [
        ("RUS", "TJK", "not the host"), ("KAZ", "KAZ", "host"), ("RUS", "RUS", "host"),
        ("BLR", "BLR", "host"),
    ]  # fmt: skip


def test_the_eurasian_union_is_regular(eurasia: World) -> None:
    found = told(eurasia, "EAEU chair", "2015-01-01", "2027-01-01")
    assert not found.departures
    assert [t.state for t in found.turns] == [
        "BLR", "KAZ", "KGZ", "RUS", "ARM", "BLR", "KAZ", "KGZ", "RUS", "ARM", "BLR", "KAZ",
    ]  # fmt: skip


def test_a_recall_leaves_an_acting_secretary_and_the_turn_goes_on(eurasia: World) -> None:
    found = told(eurasia, "CSTO secretary general", "2016-01-01", "2029-01-01")
    assert [(t.state, t.verdict) for t in found.turns] == [
        ("RUS", "appointed"), ("RUS", "acting"), ("ARM", "begins"), ("RUS", "acting"),
        ("BLR", "in turn"), ("KAZ", "in turn"), ("KGZ", "in turn"),
    ]  # fmt: skip
    (recalled,) = [d for _, d in found.departures if d.kind == "recalled"]
    assert recalled.text == (
        "Yuri Khachaturov is recalled by ARM on 2018-11-02, before the term's end on 2020-01-01"
    )


def test_a_seat_that_stood_empty_is_named(eurasia: World) -> None:
    found = told(eurasia, "CIS executive secretary", "1998-01-01", "2000-01-01")
    assert [t.verdict for t in found.turns] == [
        "appointed", "appointed", "vacant after a recall", "appointed",
    ]  # fmt: skip
    assert found.turns[2].period == Period(day("1999-03-04"), day("1999-04-02"))


def test_the_european_order_was_changed_when_a_member_left(eurasia: World) -> None:
    found = told(eurasia, "EU presidency", "2016-01-01", "2019-01-01")
    assert [t.verdict for t in found.turns] == ["as fixed"] * 6
    assert [t.state for t in found.turns] == ["NLD", "SVK", "MLT", "EST", "BGR", "AUT"]
