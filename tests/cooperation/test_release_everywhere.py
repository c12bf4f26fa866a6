"""What the server shows is what the rule decides, for any reports, readers and agreements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as some

from hansa.cooperation.reports import Ground, decide, known_readers, reports_on
from hansa.faces.web.live import Live
from hansa.record.acts import Act, Json
from hansa.record.mandates import Mandate
from hansa.record.markings import PUBLIC, Reader
from hansa.record.world import World
from hansa.worlds import open_world

TODAY = date(2007, 10, 20)
START = datetime(2007, 10, 10, 8, tzinfo=UTC)
ORGANISATIONS = ("CSTO", "SCO", "NATO", "EU", "GUAM")
STATES = ("ARM", "KGZ", "CHN", "USA", "KAZ")
AUTHORS = ("KGZ", "ARM", "CHN", "CSTO Secretariat", "NATO", "CSTO Council")
NAMES = (
    *ORGANISATIONS, *STATES, *(f"{name} Secretariat" for name in ORGANISATIONS),
    "CSTO delegation:ARM", "SCO secretariat", "CSTO Council", "XYZ", "nobody", "account:x",
    "account:y",
)  # fmt: skip
COLOURS = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED", "tlp:amber", "PURPLE")
KINDS = ("smuggling_drugs", "terrorism", "disaster", "political", "unrest")

names = some.lists(some.sampled_from(NAMES), max_size=4, unique=True)
colours = some.sampled_from(COLOURS)


@cache
def eurasia() -> World:
    found = open_world("eurasia")
    kept = tuple(act for act in found.acts if act.recorded.date() <= TODAY or act.on <= TODAY)
    return replace(found, acts=kept)


@some.composite
def changes(
    draw: some.DrawFn, step: str, reports: list[Act], made: list[Act]
) -> tuple[str, str, str, dict[str, Json]]:
    """What an author, or somebody who is not, does to a report."""
    target = draw(some.sampled_from(reports))
    actor = draw(some.sampled_from([target.actor] * 4 + ["RUS"]))
    said: dict[str, Json] = {}
    if draw(some.booleans()):
        said["tlp"] = draw(colours)
    if draw(some.booleans()):
        said["audience"] = list(draw(names))
    if step == "correct":
        return "correct", target.id, actor, {"payload": {**said, "place": "Osh"}}
    releases = [act for act in made if act.kind == "release"]
    if step == "take back" and releases:
        undone = draw(some.sampled_from(releases))
        return "withdraw", undone.id, undone.actor, {}
    if step == "withdraw":
        return "withdraw", target.id, actor, {}
    if draw(some.booleans()):
        said["recall"] = list(draw(names))
    if draw(some.integers(0, 4)) == 0:
        said["effect"] = "2007-11-01"
    return "release", target.id, actor, said


@some.composite
def histories(draw: some.DrawFn) -> list[Act]:
    """Reports, what their authors and others do to them, and agreements that come and go."""
    made: list[Act] = []

    def add(kind: str, subject: str, actor: str, said: Mapping[str, Json] = {}) -> Act:
        number = len(made)
        moment = START + timedelta(minutes=number)
        act = Act(f"a{number}", kind, TODAY, moment, subject, actor, said)
        made.append(act)
        return act

    reports: list[Act] = []
    for _ in range(draw(some.integers(1, 14))):
        step = draw(some.sampled_from(["report"] * 3 + ["release"] * 3 + ["correct", "withdraw",
                                      "cooperate", "terminate", "take back"]))  # fmt: skip
        if step == "report" or (step not in ("cooperate", "terminate") and not reports):
            payload: dict[str, Json] = {"kind": draw(some.sampled_from(KINDS))}
            payload |= {"tlp": draw(colours), "audience": list(draw(names))}
            incident = draw(some.sampled_from(["I1", "I2", "BAT1999"]))
            reports.append(add("report", incident, draw(some.sampled_from(AUTHORS)), payload))
        elif step == "cooperate":
            pair = draw(some.permutations(ORGANISATIONS))[:2]
            level = draw(some.sampled_from(["", " Secretariat"]))
            areas = draw(some.lists(some.sampled_from(["drugs", "terrorism", "emergencies"])))
            deal: dict[str, Json] = {"with": [pair[1] + level], "areas": list(areas)}
            binds = draw(some.sampled_from([None, "nobody", "secretariats", "states"]))
            deal |= {} if binds is None else {"binds": binds}
            add("cooperate", f"deal {len(made) % 3}", pair[0] + level, deal)
        elif step == "terminate":
            add("terminate", f"deal {draw(some.integers(0, 2))}", "CSTO")
        else:
            add(*draw(changes(step, reports, made)))
    return made


def readers(register_of: World) -> list[Reader]:
    found = [
        replace(reader, account=account)
        for reader in known_readers(register_of.on(TODAY))
        if reader.mandates[0].organisation in ORGANISATIONS
        and reader.mandates[0].state in ("", *STATES)
        for account in ("x", "z")
    ]
    both = tuple(
        Mandate(org, state, "y", "", START, None, ())
        for org, state in (("SCO", "KAZ"), ("CSTO", "KAZ"), ("NATO", ""))
    )
    return [PUBLIC, Reader("y"), Reader("y", both), *found]


@given(histories())
@settings(max_examples=25, deadline=None)
def test_server_shows_what_the_rule_decides(history: list[Act]) -> None:
    world = eurasia()
    then = world.with_acts(history)
    live = Live(then, "", lambda: datetime.combine(TODAY, START.timetz()))
    ground = Ground(then.on(TODAY))
    asked = readers(world)
    hidden = {reader: live.hidden_from(reader) for reader in asked}
    for report in reports_on(history, TODAY):
        made = next(act for act in history if act.id == report.id)
        for reader in asked:
            decision = decide(report, reader, ground)
            assert decision.because
            assert live.visible(made, reader) == decision.allowed, (report, reader, decision)
            assert (made.id in hidden[reader]) != decision.allowed


@given(histories(), some.integers(0, 30))
@settings(max_examples=15, deadline=None)
def test_server_that_grows_shows_what_one_that_starts_shows(history: list[Act], cut: int) -> None:
    """What is kept for readers follows every later act, and every later day."""
    world = eurasia()
    day = [TODAY - timedelta(days=2)]
    live = Live(world.with_acts(history[:cut]), "",
                lambda: datetime.combine(day[0], START.timetz()))  # fmt: skip
    asked = readers(world)
    for reader in asked:
        live.hidden_from(reader)
    day[0] = TODAY
    for act in history[cut:]:
        live._learn(act)
        live.hidden_from(asked[len(act.id) % len(asked)])
    fresh = Live(world.with_acts(history), "",
                 lambda: datetime.combine(TODAY, START.timetz()))  # fmt: skip
    for reader in asked:
        assert live.hidden_from(reader) == fresh.hidden_from(reader)
    assert live.markings() == fresh.markings()


def made(id: str, kind: str, subject: str, actor: str, **said: Json) -> Act:
    moment = START + timedelta(minutes=len(id))
    return Act(id, kind, TODAY, moment, subject, actor, said)


def test_what_readers_did_stays_hidden_when_their_agreement_ends() -> None:
    """NATO asks about a report that it could read; strangers only guess the incident's name."""
    payload: dict[str, Json] = {"kind": "terrorism", "tlp": "AMBER", "audience": ["CSTO", "NATO"]}
    report = Act("r", "report", TODAY, START, "I1", "CSTO Secretariat", payload)
    deal = made("dd", "cooperate", "deal", "NATO", **{"with": ["CSTO"], "areas": ["terrorism"]})
    asked = made("aaa", "request", "I1", "NATO", to="KAZ")
    guessed = made("gggg", "request", "I1", "IND", to="USA")
    acts = [report, deal, asked, guessed]
    for history in (acts, [*acts, made("eeeee", "terminate", "deal", "NATO")]):
        live = Live(eurasia().with_acts(history), "", lambda: datetime.combine(TODAY, time(9)))
        assert not live.visible(asked, PUBLIC)
        assert live.visible(guessed, PUBLIC)
