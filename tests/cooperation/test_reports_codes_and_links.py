"""Codes of data sets, statistics, likely duplicates, and who has seen what."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hansa.cooperation.reports import Report, reports_on
from hansa.cooperation.reports.codes import ACLED, PLOVER, code_of, codes_of, counts, kinds_of
from hansa.cooperation.reports.duplicates import (
    KILOMETRES,
    days_apart,
    events,
    kilometres,
    likely_duplicates,
    linked_groups,
)
from hansa.cooperation.reports.seen import Note, note_of, seen, to_tell
from hansa.record.acts import Act, Json
from hansa.terms.errors import BadInput
from hansa.worlds import open_world

START = datetime.combine(date(2007, 10, 1), time(8), UTC)
ACLED_TYPES = {"Battles", "Explosions/Remote violence", "Violence against civilians", "Protests",
               "Riots", "Strategic developments"}  # fmt: skip
PLOVER_TYPES = {"AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST",
                "ACCUSE", "REJECT", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE",
                "ASSAULT"}  # fmt: skip


def act(id: str, kind: str, subject: str, actor: str, minute: int = 0, /, **said: Json) -> Act:
    moment = START + timedelta(minutes=minute)
    return Act(id, kind, moment.date(), moment, subject, actor, said)


def made(*acts: Act) -> tuple[Report, ...]:
    return reports_on(acts, date(2030, 1, 1))


def one(kind: str, **said: Json) -> Report:
    return made(act("r", "report", "I", "KGZ", **{"kind": kind, **said}))[0]  # type: ignore[arg-type]  # a payload


# --- codes


def test_codes_are_of_their_books() -> None:
    assert {code for code, _ in ACLED.values()} <= ACLED_TYPES
    assert {code for code, _ in PLOVER.values()} <= PLOVER_TYPES


def test_kinds_of_the_world_have_a_code_or_a_reason() -> None:
    for row in open_world("eurasia").sheet("incident_kinds"):
        for code in codes_of(one(str(row["id"]))):
            assert code.known or code.why
            assert str(code) == ("unknown" if not code.known else str(code))


def test_ucdp_needs_the_parties() -> None:
    attack = {"victims": ["KGZ"], "attackers": ["TJK"]}
    assert code_of(one("armed_attack_by_state", **attack), "UCDP").code == "1"  # type: ignore[arg-type]  # plain
    raid = one("incursion", victims=["KGZ"], attacker_name="IMU")
    assert code_of(raid, "UCDP").code == "1"
    assert not code_of(one("incursion", victims=["KGZ"]), "UCDP").known
    assert not code_of(one("terrorism", victims=["KGZ"], attacker_name="IMU"), "UCDP").known


@pytest.mark.parametrize("kind", ["smuggling_drugs", "disaster", "unrest", "threat", "picnic"])
def test_what_does_not_map_is_unknown_not_wrong(kind: str) -> None:
    for code in codes_of(one(kind)):
        assert str(code) == "unknown"
        assert code.why


def test_codes_lead_back_to_kinds_that_carry_them() -> None:
    for kind, (code, sub) in (*ACLED.items(),):
        assert kind in kinds_of("ACLED", code, sub)
    assert set(kinds_of("PLOVER", "ASSAULT")) == set(PLOVER)
    assert kinds_of("UCDP", "2") == ()
    with pytest.raises(BadInput, match="ACLED"):
        kinds_of("ACELD", "Battles")  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(BadInput, match="scheme"):
        code_of(one("terrorism"), "GTD")  # type: ignore[arg-type]  # wrong on purpose


def test_events_count_deaths_once() -> None:
    found = made(
        act("a", "report", "I1", "KGZ", 0, kind="incursion", deaths=3, start="2007-10-01"),
        act("b", "report", "I1", "KAZ", 1, kind="incursion", deaths=5, start="2007-10-01"),
        act("c", "report", "I2", "KAZ", 2, kind="incursion", start="2007-10-02"),
        act("d", "report", "I3", "KAZ", 3, kind="unrest", start="2008-10-02"),
        act("w", "withdraw", "d", "KAZ", 4),
    )
    (count,) = counts(found, "kind")
    assert (count.value, count.reports, count.events, count.deaths) == ("incursion", 3, 2, 5)
    linked = counts(found, "year", events={"a": "a", "b": "a", "c": "a"})
    assert [(c.value, c.reports, c.events) for c in linked] == [("2007", 3, 1)]
    assert counts(found, "ACLED")[0].value == "Battles"
    with pytest.raises(BadInput, match="kind"):
        counts(found, "kinds")  # type: ignore[arg-type]  # wrong on purpose


# --- duplicates

OSH, NEAR, FAR = (40.53, 72.80), (40.60, 72.95), (42.87, 74.59)


def at(place: tuple[float, float]) -> dict[str, Json]:
    return {"latitude": place[0], "longitude": place[1]}


def test_near_in_time_and_place_is_likely_and_says_why() -> None:
    found = made(
        act("a", "report", "I1", "KGZ", 0, kind="smuggling_drugs", title="Heroin seized near Osh",
            victims=["KGZ"], **at(OSH)),
        act("b", "report", "I2", "TJK", 1, kind="smuggling_drugs", title="heroin seized at Osh",
            victims=["KGZ"], **at(NEAR)),
        act("c", "report", "I3", "KAZ", 2, kind="smuggling_drugs", title="heroin seized at Osh",
            **at(FAR)),
    )  # fmt: skip
    (pair,) = likely_duplicates(found)
    assert (pair.first, pair.second, pair.linked) == ("a", "b", False)
    assert pair.score > 0.8
    assert {reason.ref for reason in pair.because} == {"kind", "days", "place", "words", "parties"}
    assert kilometres(found[0], found[1]) == pytest.approx(14.9, abs=0.3)


def test_other_days_other_areas_and_one_author_are_no_duplicates() -> None:
    base: dict[str, Json] = {"title": "heroin", **at(OSH)}
    found = made(
        act("a", "report", "I1", "KGZ", 0, kind="smuggling_drugs", start="2007-10-01", **base),
        act("b", "report", "I2", "TJK", 1, kind="smuggling_drugs", start="2007-10-09", **base),
        act("c", "report", "I3", "KAZ", 2, kind="disaster", start="2007-10-01", **base),
        act("d", "report", "I4", "KGZ", 3, kind="smuggling_drugs", start="2007-10-01", **base),
    )
    assert likely_duplicates(found) == ()


def test_links_are_acts_and_reports_stay_apart() -> None:
    acts = [
        act("a", "report", "I1", "KGZ", 0, kind="incursion", title="raid", **at(OSH)),
        act("b", "report", "I2", "TJK", 1, kind="incursion", title="raid", **at(NEAR)),
        act("c", "report", "I2", "KAZ", 2, kind="incursion", title="raid", **at(OSH)),
    ]
    assert events(made(*acts)) == {"a": "a", "b": "b", "c": "b"}
    link = act("l", "correct", "b", "TJK", 3, payload={"same_as": ["a"]})
    found = made(*acts, link)
    assert len(found) == 3
    assert events(found) == {"a": "a", "b": "a", "c": "a"}
    assert linked_groups(found) == (("a", "b", "c"),)
    assert all(pair.linked for pair in likely_duplicates(found))
    forged = act("l", "correct", "b", "RUS", 3, payload={"same_as": ["a"]})
    assert events(made(*acts, forged))["b"] == "b"


@given(
    some.lists(
        some.tuples(
            some.sampled_from(["KGZ", "TJK", "KAZ"]), some.integers(0, 9), some.integers(0, 3),
            some.none() | some.tuples(some.floats(39, 42), some.floats(70, 75)),
        ),
        max_size=12,
    )
)  # fmt: skip
def test_every_likely_pair_is_within_bounds_and_no_other_is_left_out(
    drawn: list[tuple[str, int, int, tuple[float, float] | None]],
) -> None:
    """The search by sorted days finds what comparing all with all finds."""
    acts = [
        act(f"r{k}", "report", f"I{k}", by, k, kind="incursion", title="raid",
            start=f"2007-10-{1 + start:02}", end=f"2007-10-{1 + start + length:02}",
            **(at(place) if place else {}))
        for k, (by, start, length, place) in enumerate(drawn)
    ]  # fmt: skip
    found = made(*acts)
    pairs = {frozenset((p.first, p.second)) for p in likely_duplicates(found, least=0.0)}
    for k, a in enumerate(found):
        for b in found[k + 1 :]:
            away = kilometres(a, b)
            near = days_apart(a, b) <= 3 and (away is None or away <= KILOMETRES)
            assert (frozenset((a.id, b.id)) in pairs) == (near and a.by != b.by)


# --- seen


def test_notes_are_read_and_folded() -> None:
    at_ = int(START.timestamp())
    first = note_of(at_, "anna", "read", "/meetings/CSTO: x y z", ["x y", "z"])
    assert first is not None
    assert set(first.acts) == {"x y", "z"}
    assert note_of(at_, "anna", "sign in", "from: here", []) is None
    again = Note("anna", START + timedelta(hours=1), "/events", ("z",))
    other = Note("boris", START, "/acts/z", ("z",))
    found = seen([again, first, other])
    assert [(s.account, s.times) for s in found["z"]] == [("anna", 2), ("boris", 1)]
    assert found["z"][0].last == again.at
    assert found["x y"][0].where == "/meetings/CSTO"


def test_whoever_saw_it_before_a_recall_is_to_be_told() -> None:
    report = act("r", "report", "I1", "KGZ", 0, kind="incursion")
    correction = act("c", "correct", "r", "KGZ", 1, payload={"place": "Osh"})
    recall = act("y", "release", "r", "KGZ", 60, recall=["KAZ"])
    named = act("n", "release", "r", "KGZ", 90, recall=["account:boris"])
    gone = act("w", "withdraw", "r", "KGZ", 120)
    forged = act("f", "withdraw", "r", "RUS", 10)

    def note(account: str, minute: int, name: str) -> Note:
        return Note(account, START + timedelta(minutes=minute), "/", (name,))

    notes = [note("anna", 30, "r"), note("boris", 70, "c"), note("carl", 130, "r")]
    told = to_tell(report, [correction, recall, named, gone, forged], notes)
    assert [(t.account, t.act, t.what) for t in told] == [
        ("anna", "w", "withdrawn"), ("anna", "y", "recalled"), ("boris", "n", "recalled"),
        ("boris", "w", "withdrawn"),
    ]  # fmt: skip
    assert to_tell(report, [], notes) == ()
