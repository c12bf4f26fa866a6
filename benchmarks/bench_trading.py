"""Trade on the world's matrices: the briefing's section and the verb, warm."""

from __future__ import annotations

from benchmarks.registry import Bench, Job
from hansa import service
from hansa.studies.case import Case
from hansa.studies.sections.trade import section
from hansa.terms.days import day
from hansa.worlds import open_world


def _section(on: str) -> Job:
    world = open_world("eurasia")
    case = Case(world, day(on))
    return lambda: section(case)


def _effects(draws: int) -> Job:
    world = open_world("eurasia")
    return lambda: service.trade_effects(
        on="2000-05-24", join="ARM", common_tariff="leader:RUS", draws=draws, world=world
    )


def _optimal() -> Job:
    world = open_world("eurasia")
    return lambda: service.tariffs_optimal("CU1995", rivals="EU15,CHN", year=2000, world=world)


BENCHES = [
    Bench("trading.section.2000", lambda: _section("2000-05-24"), limit=1.5),
    Bench("trading.section.2007", lambda: _section("2007-10-05"), limit=1.5),
    Bench("trading.effects.no_draws", lambda: _effects(0), limit=0.3),
    Bench("trading.effects.200_draws", lambda: _effects(200), limit=0.6),
    Bench("trading.optimal.three_players", _optimal, limit=0.6),
]
