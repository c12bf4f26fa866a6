"""A page as a value: sections with sentences and exhibits, and the acts on which it rests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from hansa.faces.web.live import Compass, Snapshot
from hansa.faces.web.words import Words
from hansa.record.markings import Reader
from hansa.record.register import Register
from hansa.record.treaties import Clock
from hansa.record.world import World
from hansa.studies.case import Case
from hansa.terms.days import Day, day
from hansa.terms.errors import BadInput
from hansa.terms.exhibits import Chart, Exhibit, Section, Table
from hansa.terms.reasons import Because

FIRST, LAST = date(1800, 1, 1), date(2200, 1, 1)
"""Days that may be asked about lie between."""


@dataclass(frozen=True, slots=True)
class View:
    """What a reader sees when asking for a page: a world, on a day, in a language."""

    snapshot: Snapshot
    compass: Compass
    reader: Reader
    words: Words
    today: Day
    day: Day
    known_on: Day | None = None
    clock: Clock = "law"

    @property
    def world(self) -> World:
        """The world as the reader may see it."""
        return self.snapshot.world

    @property
    def register(self) -> Register:
        """What holds on the day."""
        return self.world.on(self.day, self.known_on, self.clock)

    @property
    def case(self) -> Case:
        """The same for the studies."""
        return Case(self.world, self.day, self.known_on, self.clock)

    def _(self, message: str, **values: object) -> str:
        text = self.words.gettext(message)
        return text % values if values else text


@dataclass(frozen=True, slots=True)
class Page:
    """What a page shows.

    Parameters
    ----------
    title, lead : str
        Heading and a sentence under it.
    sections : tuple of Section
    acts : frozenset of str
        Ids of acts on which it rests beyond those that its reasons name.
    facts : tuple of (str, str)
        Name and value: what a reader wants to know first.
    data : mapping
        What the page's own template needs (forms); not part of the JSON twin.
    template : str
    live : tuple of str
        Subjects, organisations or states whose acts change the page; empty: any act.
    """

    title: str
    lead: str = ""
    sections: tuple[Section, ...] = ()
    acts: frozenset[str] = frozenset()
    facts: tuple[tuple[str, str], ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    template: str = "page.html"
    live: tuple[str, ...] = ()


def again(view: View, path: str, **asked: str) -> str:
    """The address of a page for the same day, the same knowledge and the same clock."""
    query = {"on": view.day.isoformat()}
    if view.known_on is not None:
        query["known_on"] = view.known_on.isoformat()
    if view.clock != "law":
        query["clock"] = view.clock
    return f"{path}?{urlencode(query | asked)}"


class Given(dict[str, str]):
    """What was filled into a form; what was not is empty."""

    def __missing__(self, key: str) -> str:
        return ""


def named(because: Because) -> Iterator[str]:
    """The ids of the acts that reasons name, at any depth."""
    for reason in because:
        for _, found in reason.walk():
            if found.kind == "act" and found.ref:
                yield found.ref


def _reasons(exhibits: Iterable[Exhibit]) -> Iterator[Because]:
    for exhibit in exhibits:
        table = exhibit.table if isinstance(exhibit, Chart) else exhibit
        if isinstance(table, Table):
            yield from table.because


def acts_of(page: Page) -> frozenset[str]:
    """The ids of all acts on which a page rests."""
    found = set(page.acts)
    for section in page.sections:
        for statement in section.statements:
            found.update(named(statement.because))
        for because in _reasons(section.exhibits):
            found.update(named(because))
    return frozenset(found)


def updated(page: Page, snapshot: Snapshot) -> datetime:
    """When the newest act of a page was recorded (the world's newest, if it names none)."""
    acts = acts_of(page)
    moments = [act.recorded for act in snapshot.world.acts if act.id in acts]
    return max(moments, default=snapshot.newest)


def within(text: str, today: Day) -> Day:
    """A day between 1800 and 2200."""
    found = today if text == "today" else day(text)
    if not FIRST <= found < LAST:
        raise BadInput(f"{found} is outside the years {FIRST.year} to {LAST.year - 1}")
    return found
