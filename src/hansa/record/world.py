"""A world: states, organisations, treaties, bodies and the acts, as one frozen value.

A what-if is the same world with more acts; nothing else is a what-if.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from hansa.record.acts import Act
from hansa.record.ledger import end_of
from hansa.record.register import Register, Timeline
from hansa.record.sheets import Sheet
from hansa.record.treaties import Clock, Treaty
from hansa.record.unions import Body, Office, Organisation, State
from hansa.terms.days import Day, day
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was read."""

    key: str
    address: str
    supports: str = ""


@dataclass(frozen=True, slots=True)
class World:
    """All that is described and all that has happened.

    Parameters
    ----------
    name, title, note : str
        What it is called.
    states, organisations, treaties, bodies, offices : mapping
        By id.
    acts : tuple of Act
        In any order; `on` folds them.
    sheets : mapping of str to Sheet
        Further tables that engines read, by name.
    sources : mapping of str to Source
    places : mapping of str to Place
        Where each described thing was read: ``treaty:CST1992``.
    """

    name: str
    title: str
    states: Mapping[str, State]
    organisations: Mapping[str, Organisation]
    treaties: Mapping[str, Treaty]
    bodies: Mapping[str, Body]
    offices: Mapping[str, Office]
    acts: tuple[Act, ...]
    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    note: str = ""
    _timelines: dict[object, Timeline] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def on(
        self, when: Day | str, known_on: Day | str | None = None, clock: Clock = "law"
    ) -> Register:
        """What holds on a day, as known at the end of another, by one of two clocks.

        Parameters
        ----------
        when : date or str
            The day asked about, ``YYYY-MM-DD``.
        known_on : date or str, optional
            Only acts recorded by the end of this day count; ``None``: all.
        clock : {"law", "signature"}
            In force, or from signature (the reading of ATOP).

        Raises
        ------
        BadInput
            If a day or the clock is none.
        """
        if clock not in ("law", "signature"):
            raise BadInput(f"no clock {clock!r}", nearest=("law", "signature"))
        known = None if known_on is None else day(known_on)
        return Register(day(when), known, clock, self.timeline(known, clock))

    def timeline(self, known_on: Day | None = None, clock: Clock = "law") -> Timeline:
        """The fold of all acts known at the end of a day; computed once and kept."""
        key: object = (self._known_count(known_on), clock)
        if key not in self._timelines:
            self._timelines[key] = Timeline.of(
                organisations=self.organisations,
                treaties=self.treaties,
                bodies=self.bodies,
                offices=self.offices,
                acts=self.acts,
                known_on=known_on,
                clock=clock,
            )
        return self._timelines[key]

    def _known_count(self, known_on: Day | None) -> int:
        """Days between which nothing is recorded share one fold."""
        if known_on is None:
            return len(self.acts)
        limit = end_of(known_on)
        return sum(act.recorded < limit for act in self.acts)

    def with_acts(self, acts: Iterable[Act]) -> World:
        """The same world in which these acts happened too."""
        return replace(self, acts=(*self.acts, *acts))

    def with_treaties(self, treaties: Iterable[Treaty]) -> World:
        """The same world with more treaties (a what-if may propose one)."""
        return replace(self, treaties={**self.treaties, **{t.id: t for t in treaties}})

    def organisation(self, name: str) -> Organisation:
        """An organisation by id, or an error with the nearest ones."""
        if name not in self.organisations:
            raise unknown("organisation", name, self.organisations)
        return self.organisations[name]

    def state(self, code: str) -> State:
        """A state by code, or an error with the nearest codes and names."""
        if code not in self.states:
            names = {state.name: state.id for state in self.states.values()}
            if code in names:
                return self.states[names[code]]
            raise unknown("state", code, [*self.states, *names])
        return self.states[code]

    def treaty(self, name: str) -> Treaty:
        """A treaty by id, or an error with the nearest ones."""
        if name not in self.treaties:
            raise unknown("treaty", name, self.treaties)
        return self.treaties[name]

    def body(self, name: str) -> Body:
        """A body by id, or an error with the nearest ones."""
        if name not in self.bodies:
            raise unknown("body", name, self.bodies)
        return self.bodies[name]

    def sheet(self, name: str) -> Sheet:
        """A table by name, or an error with the nearest ones."""
        if name not in self.sheets:
            raise unknown("table", name, self.sheets)
        return self.sheets[name]

    def first_day(self) -> date:
        """The day of the earliest act."""
        return min((act.on for act in self.acts), default=date(1, 1, 1))
