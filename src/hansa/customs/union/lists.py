"""Lists of lines: ceilings, rates fixed by negotiation, and rules for some lines only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from hansa.customs.union.grid import snap
from hansa.customs.union.rules import Draft, Rule
from hansa.customs.union.schedules import Schedules
from hansa.customs.union.trade import Trade
from hansa.terms.errors import BadInput


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A rate that the common tariff must not exceed on the lines of a list.

    Parameters
    ----------
    name : str
        ``List B``.
    limit : number
        Per cent.
    headings : collection of str
        Codes, or the starts of codes.
    """

    name: str
    limit: float
    headings: frozenset[str]

    def __init__(self, name: str, limit: float, headings: Iterable[str]) -> None:
        if not limit >= 0:
            raise BadInput(f"the ceiling of {name} is {limit} %")
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "limit", float(limit))
        object.__setattr__(self, "headings", frozenset(headings))


@dataclass(frozen=True, slots=True)
class Capped:
    """A rule under ceilings.

    Raises
    ------
    BadInput
        When applied, if a line is under two ceilings.
    """

    rule: Rule
    ceilings: tuple[Ceiling, ...]

    def draft(self, schedules: Schedules, trade: Trade | None) -> Draft:
        """The rule's rates, at most the ceilings'."""
        draft = self.rule.draft(schedules, trade)
        seen = np.zeros(len(schedules.codes), dtype=np.int64)
        for ceiling in self.ceilings:
            under = schedules.rows_of(sorted(ceiling.headings)) if ceiling.headings else seen < 0
            seen += under
            if seen.max(initial=0) > 1:
                code = schedules.codes[int(np.argmax(seen > 1))]
                raise BadInput(f"the line {code} is under two ceilings, the last {ceiling.name}")
            above = under & np.greater(draft.T, ceiling.limit)
            said = f"{self.rule.sentence()}, but not above {ceiling.limit:g} % ({ceiling.name})"
            capped = np.full(len(seen), ceiling.limit)
            draft = draft.where(above, Draft(capped, np.zeros(len(seen), dtype=np.int64), (said,)))
        return draft

    def sentence(self) -> str:
        """The rule and its ceilings."""
        caps = ", ".join(f"{c.limit:g} % on {c.name}" for c in self.ceilings)
        return f"{self.rule.sentence()}, but not above {caps}"


@dataclass(frozen=True, slots=True)
class Negotiated:
    """Rates agreed line by line; what is on the list without a rate stays open.

    Parameters
    ----------
    rates : mapping
        Agreed rates in per cent, by code or start of codes; a longer heading goes
        before a shorter one.
    otherwise : Rule
        For all lines that are not on the list.
    open_headings : collection of str
        On the list, but not agreed yet.
    name : str
        Name of the list.
    """

    rates: Mapping[str, float]
    otherwise: Rule
    open_headings: frozenset[str] = field(default_factory=frozenset)
    name: str = "the negotiated list"

    def draft(self, schedules: Schedules, trade: Trade | None) -> Draft:
        """Agreed rates, ``nan`` where still open, and the other rule elsewhere."""
        draft = self.otherwise.draft(schedules, trade)
        size = len(schedules.codes)
        none = np.zeros(size, dtype=np.int64)
        for heading in sorted({*self.rates, *self.open_headings}, key=lambda h: (len(h), h)):
            lines = schedules.rows_of([heading])
            rate = self.rates.get(heading)
            if rate is None:
                said, T = f"to be negotiated ({self.name})", np.full(size, np.nan)
            elif not rate >= 0:
                raise BadInput(f"{self.name}: the rate of {heading} is {rate}")
            else:
                said, T = f"fixed by {self.name}", np.full(size, float(rate))
            draft = draft.where(lines, Draft(snap(T), none, (said,)))
        return draft

    def sentence(self) -> str:
        """The rule in one line."""
        size = len(self.rates) + len(self.open_headings - self.rates.keys())
        return f"{self.name} for {size} headings, else {self.otherwise.sentence()}"


@dataclass(frozen=True, slots=True)
class ByList:
    """One rule for the lines of a list, another for the rest."""

    headings: frozenset[str]
    inside: Rule
    outside: Rule
    name: str = "the list"

    def draft(self, schedules: Schedules, trade: Trade | None) -> Draft:
        """Each line by its rule."""
        lines = schedules.rows_of(sorted(self.headings))
        inner = self.inside.draft(schedules, trade)
        named = Draft(inner.T, inner.by, tuple(f"{said} ({self.name})" for said in inner.said))
        return self.outside.draft(schedules, trade).where(lines, named)

    def sentence(self) -> str:
        """Both rules."""
        return f"on {self.name} {self.inside.sentence()}, else {self.outside.sentence()}"
