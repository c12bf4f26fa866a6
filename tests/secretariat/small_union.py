"""A small union of towns, made in memory: meetings, an office, regimes of movement."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from hansa.record import Act, Body, Office, Organisation, Rotation, RuleOfDecision, State, World
from hansa.terms.days import Day, day

NAMES = {"LUB": "Lübeck", "HAM": "Hamburg", "BRE": "Bremen", "DAN": "Danzig", "VIS": "Visby"}
MEETING = "PACT Lübeck 1250-05-01"
COUNCIL = "PACT Council"
CONSENSUS = RuleOfDecision("any", {"kind": "consensus", "not_bound": ["not interested"]})
EASY = [  # what makes a town a member: no treaty, an act of admission
    "LUB", "HAM", "BRE", "DAN",
]  # fmt: skip
_clock = iter(range(1, 10_000_000))


def act(
    kind: str,
    subject: str,
    actor: str = "",
    on: str = "1250-05-01",
    *,
    id: str = "",
    **payload: Any,
) -> Act:
    """An act; each is recorded a second after the one before, on its own day."""
    number = next(_clock)
    when = day(on)
    moment = datetime.combine(when, time(), UTC) + timedelta(seconds=number % 80_000)
    name = id or f"{subject}.{kind}.{actor}.{number}"
    return Act(name, kind, when, moment, subject, actor, payload, "chronicle", "A")


def convene(on: str = "1250-05-01", name: str = MEETING, **payload: Any) -> Act:
    said = {"place": "Lübeck", "host": "LUB", "body": COUNCIL, "meeting": "regular", **payload}
    return act("convene", name, "PACT", on, **said)


def admitted(states: Iterable[str] = EASY, on: str = "1241-01-01") -> list[Act]:
    return [act("admit", "PACT", state, on, status="member") for state in states]


def union(
    acts: Iterable[Act] = (),
    *,
    members: Iterable[str] = EASY,
    rules: tuple[RuleOfDecision, ...] = (CONSENSUS,),
    rotations: tuple[Rotation, ...] = (),
    names: dict[str, str] | None = None,
) -> World:
    """The union with its members admitted, and these acts."""
    states = {code: State(code, name) for code, name in (names or NAMES).items()}
    organisation = Organisation("PACT", "the pact", ranks=("member", "associate"))
    body = Body(COUNCIL, "PACT", "the council", rules=rules)
    office = Office("PACT chair", "PACT", "chair", COUNCIL, "chair", rotations)
    return World(
        name="towns",
        title="Towns",
        states=states,
        organisations={"PACT": organisation},
        treaties={},
        bodies={COUNCIL: body},
        offices={"PACT chair": office},
        acts=(*admitted(members), *acts),
    )


def later(start: Day, days: int) -> str:
    return (start + timedelta(days=days)).isoformat()
