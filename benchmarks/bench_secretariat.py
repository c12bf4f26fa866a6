"""The union at work: folding long meetings, the matrix of movement, chairs over decades."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pyuca

from benchmarks.registry import Bench, Job
from hansa.record import Act
from hansa.secretariat import (
    Book,
    agenda_of,
    book_of,
    changes_of,
    collation_key,
    matrix_of,
    named_states,
    presidency_of,
)
from hansa.studies.case import Case
from hansa.studies.secretariat import meeting, names
from hansa.terms.days import Period, day
from hansa.worlds import open_world

ON = date(2000, 5, 24)
NAME = "CST Minsk 2000-05-24"


def long_meeting(items: int, votes: int) -> Job:
    """An agenda with so many items, each tabled, voted on and adopted."""
    start = datetime(2000, 5, 24, tzinfo=UTC)

    def act(number: int, kind: str, actor: str, **payload: str) -> Act:
        recorded = start + timedelta(milliseconds=number)
        return Act(f"a{number}", kind, ON, recorded, NAME, actor, payload)

    convened = act(0, "convene", "CST")
    acts: list[Act] = []
    for item in range(items):
        key = f"item {item}"
        acts.append(act(len(acts) + 1, "table", "RUS", item=key, title=f"on {item}"))
        acts += [
            act(len(acts) + 1 + vote, "vote", f"S{vote}", item=key, position="for")
            for vote in range(votes)
        ]
        acts.append(act(len(acts) + 1, "adopt", "CST Council", item=key))
    return lambda: agenda_of(convened, acts)


def summit() -> Job:
    case = Case(open_world("eurasia"), date(2007, 10, 6))
    case.world.timeline()
    return lambda: meeting(case, "CIS Dushanbe 2007-10-05")


def movement() -> tuple[Case, Book]:
    case = Case(open_world("eurasia"), date(2016, 1, 1))
    register = case.register
    return case, book_of(case.world.sheet("mobility"), register.timeline.ledger)


def matrix() -> Job:
    case, book = movement()
    states = named_states(book, case.register)
    return lambda: matrix_of(book, case.register, states)


def changes() -> Job:
    case, book = movement()
    states = named_states(book, case.register, listed=False)
    span = Period(day("1992-01-01"), day("2026-01-01"))
    register = replace(case.register, day=span.start)
    return lambda: changes_of(book, register, states, span)


def chairs() -> Job:
    world = open_world("eurasia")
    register, words = world.on("2026-01-01"), names(world)
    span = Period(day("1992-01-01"), day("2040-01-01"))
    return lambda: [presidency_of(name, register, words, span) for name in world.offices]


def russian() -> list[str]:
    return [s.name_ru for s in open_world("eurasia").states.values() if s.name_ru] * 20


def sorting() -> Job:
    words = russian()
    return lambda: sorted(words, key=lambda name: collation_key.__wrapped__(name, "ru"))


def sorting_by_the_unicode_algorithm() -> Job:
    words, peer = russian(), pyuca.Collator()
    return lambda: sorted(words, key=peer.sort_key)


BENCHES = [
    Bench("secretariat.agenda.200x12.fold", lambda: long_meeting(200, 12)),
    Bench("secretariat.meeting.dushanbe.fold", summit),
    Bench("secretariat.mobility.all.matrix", matrix),
    Bench("secretariat.mobility.1992-2026.changes", changes, repeat=3),
    Bench("secretariat.offices.1992-2040.turns", chairs, repeat=3),
    Bench(
        "secretariat.collation.russian.sort",
        sorting,
        yardstick=sorting_by_the_unicode_algorithm,
        yardstick_name="pyuca",
    ),
]
