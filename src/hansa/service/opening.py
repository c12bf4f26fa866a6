"""What every verb is given: a world by name, a day by its text, a what-if by its file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from hansa.record.treaties import Clock
from hansa.record.world import World
from hansa.studies.case import Case
from hansa.terms.days import Day, day
from hansa.worlds import open_world, read_scenario


@lru_cache(maxsize=8)
def _embedded(name: str) -> World:
    return open_world(name)


def world_of(world: World | str) -> World:
    """A world as it is, or opened by name or folder; embedded ones are kept."""
    if isinstance(world, World):
        return world
    return open_world(world) if Path(world).is_dir() else _embedded(world)


def world_with(world: World | str, log: str) -> World:
    """A world with the acts of a log that goes on from it; without a log, the world."""
    described = world_of(world)
    if not log:
        return described
    from hansa.store import open_log

    with open_log(log, create=False) as store:
        known = {act.id: act for act in described.acts}
        known |= {entry.act.id: entry.act for entry in store.entries()}
    return replace(described, acts=tuple(known.values()))


def when(on: Day | str) -> Day:
    """A day; ``today`` is the day by this machine's clock."""
    if on == "today":
        return date.today()
    return day(on)


def case_of(
    world: World | str,
    on: Day | str,
    known_on: Day | str | None = None,
    clock: Clock = "law",
) -> Case:
    """The case of a world on a day."""
    known = None if known_on is None else when(known_on)
    return Case(world_of(world), when(on), known, clock)


def what_if(case: Case, scenario: Path | str) -> tuple[Case, str]:
    """The case in which a scenario happened too, and the scenario's title."""
    read = read_scenario(Path(scenario))
    other = Case(read.applied(case.world), case.day, case.known_on, case.clock, read.parameters)
    return other, read.title
