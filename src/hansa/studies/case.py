"""The case that a section of a briefing is about: one world on one day, as known, by a clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hansa.record.register import Register
from hansa.record.treaties import Clock
from hansa.record.world import World
from hansa.terms.days import Day


@dataclass(frozen=True, slots=True)
class Case:
    """What every section is given.

    A what-if is a second case with another world; sections do not know which one they
    describe. ``parameters`` are the engines' tables of the scenario.
    """

    world: World
    day: Day
    known_on: Day | None = None
    clock: Clock = "law"
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def register(self) -> Register:
        """What holds on the day."""
        return self.world.on(self.day, self.known_on, self.clock)
