"""Which legal notices a reader gets, by what the reader declared; see `hansa.secretariat`."""

from __future__ import annotations

from dataclasses import dataclass

from hansa.faces.web.visits import Preferences
from hansa.record.world import World
from hansa.terms.days import Day


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice shown before a page's content."""

    title: str
    text: str


def notices_for(world: World, reader: Preferences, on: Day) -> tuple[Notice, ...]:
    """The notices for a reader on a day, from the world's dated rules."""
    return ()
