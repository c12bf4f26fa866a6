"""Reports and readers: what a page costs when ten thousand reports are on record."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from benchmarks.registry import Bench, Job
from hansa.cooperation.reports import Ground, decide, known_readers, reports_on
from hansa.cooperation.reports.duplicates import likely_duplicates
from hansa.faces.web.live import Live
from hansa.record.acts import Act, Json
from hansa.record.world import World
from hansa.worlds import open_world

NOW = datetime(2007, 10, 20, 12, tzinfo=UTC)
AUTHORS = ("KGZ", "KAZ", "TJK", "RUS", "CSTO Secretariat", "SCO Secretariat")
AUDIENCES = (["CSTO"], ["CSTO", "SCO"], ["SCO Secretariat"], ["KAZ", "RUS"], ["NATO"], [])
COLOURS = ("CLEAR", "GREEN", "AMBER", "AMBER", "AMBER+STRICT", "RED")
KINDS = ("smuggling_drugs", "terrorism", "incursion", "disaster")


def acts(number: int) -> list[Act]:
    """Reports by several authors, for several audiences; a tenth released further."""
    draw = random.Random(7)
    found: list[Act] = []
    for k in range(number):
        moment = NOW - timedelta(days=3) + timedelta(seconds=k)
        payload: dict[str, Json] = {
            "kind": draw.choice(KINDS), "tlp": draw.choice(COLOURS),
            "audience": list(draw.choice(AUDIENCES)), "title": f"report {k}",
        }  # fmt: skip
        author = draw.choice(AUTHORS)
        found.append(Act(f"r{k}", "report", moment.date(), moment, f"I{k // 2}", author, payload))
        if k % 10 == 0:
            said: dict[str, Json] = {"tlp": "AMBER", "audience": ["CSTO"]}
            later = moment + timedelta(days=1)
            found.append(Act(f"x{k}", "release", later.date(), later, f"r{k}", author, said))
    return found


def world_with(number: int) -> World:
    """Eurasia with reports."""
    return open_world("eurasia").with_acts(acts(number))


def take_and_settle() -> Job:
    """A server that starts with 10,000 reports."""
    world = world_with(10_000)

    def job() -> object:
        return Live(world, "", lambda: NOW).markings()

    return job


def hidden_after_each_act() -> Job:
    """What a reader may not see, asked again after each of 100 acts."""
    live = Live(world_with(10_000), "", lambda: NOW)
    readers = known_readers(live.described.on(NOW.date()))[:20]
    count = iter(range(10**9))

    def job() -> object:
        for _ in range(100):
            k = next(count)
            live._learn(
                Act(f"n{k}", "report", NOW.date(), NOW + timedelta(seconds=k), "I", "KGZ",
                    {"kind": "terrorism", "tlp": "AMBER", "audience": ["CSTO"]})
            )  # fmt: skip
            live.hidden_from(readers[k % 20])
        return k

    return job


def hidden_again() -> Job:
    """What a reader may not see, asked 1,000 times while nothing happens."""
    live = Live(world_with(10_000), "", lambda: NOW)
    readers = known_readers(live.described.on(NOW.date()))[:20]

    def job() -> object:
        return [len(live.hidden_from(readers[k % 20])) for k in range(1000)]

    return job


def new_day() -> Job:
    """A new day: every report's group is derived anew."""
    days = [0]
    live = Live(world_with(10_000), "", lambda: NOW + timedelta(days=days[0]))
    live.markings()

    def job() -> object:
        days[0] += 1
        return live.markings()

    return job


def decisions() -> Job:
    """1,000 decisions with their reasons."""
    world = world_with(100)
    register = world.on(NOW.date())
    ground = Ground(register)
    found = reports_on(world.acts, NOW.date())
    readers = known_readers(register)[:10]

    def job() -> object:
        return [decide(report, reader, ground) for report in found for reader in readers]

    return job


def duplicates() -> Job:
    """Likely duplicates among 10,000 reports of a year."""
    draw = random.Random(7)
    found: list[Act] = []
    for k in range(10_000):
        moment = NOW - timedelta(days=draw.random() * 365)
        payload: dict[str, Json] = {
            "kind": draw.choice(KINDS), "title": f"seizure {k % 97} at post {k % 31}",
            "latitude": draw.uniform(36, 55), "longitude": draw.uniform(46, 87),
        }  # fmt: skip
        author = draw.choice(AUTHORS)
        found.append(Act(f"r{k}", "report", moment.date(), moment, f"I{k}", author, payload))
    made = reports_on(found, NOW.date())
    return lambda: likely_duplicates(made)


BENCHES = [
    Bench("cooperation.reports.10000.start", take_and_settle, limit=3.0, repeat=3),
    Bench("cooperation.reports.10000.hidden_1000_times", hidden_again, limit=0.1),
    Bench("cooperation.reports.10000.hidden_after_each_of_100", hidden_after_each_act, limit=0.1),
    Bench("cooperation.reports.10000.new_day", new_day, limit=0.5),
    Bench("cooperation.reports.1000_decisions", decisions, limit=0.2),
    Bench("cooperation.reports.10000.duplicates", duplicates, limit=5.0, repeat=3),
]
