"""The order in which states take an office: whose turn it is, who was passed over.

An order has a pointer (the last state that took its turn) and a list of states that were
passed over and have not held the office since. A state that stands in for another, or that
is not in the order at all, does not move the pointer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from hansa.secretariat.offices.collation import alphabetical, state_key

Verdict = Literal[
    "begins", "in turn", "kept turn", "out of turn", "stands in", "holds on", "no member"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taking:
    """How a state came to take its turn.

    Parameters
    ----------
    verdict : str
        ``begins``: with it the order begins; ``in turn``; ``kept turn``: it had been passed
        over; ``out of turn``; ``stands in`` for another; ``holds on``: the same state again;
        ``no member``: it is not in the order.
    expected : str
        Whose turn it was, ``""`` if no order says.
    passed : tuple of str
        Who was passed over.
    """

    verdict: Verdict
    expected: str
    passed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """An alphabetical order between two turns.

    Parameters
    ----------
    language : str
        By whose alphabet states are ordered.
    names : mapping of str to str
        Their names in that language, by code.
    pointer : str
        Who last took its turn, ``""`` before the first.
    waiting : tuple of str
        Who was passed over and has not held the office since.
    """

    language: str
    names: Mapping[str, str]
    pointer: str = ""
    waiting: tuple[str, ...] = ()

    def of(self, members: Sequence[str]) -> tuple[str, ...]:
        """The members in order, beginning after the pointer."""
        ordered = alphabetical(members, self.names, self.language)
        if not self.pointer:
            return ordered
        last = state_key(self.pointer, self.names, self.language)
        later = [s for s in ordered if state_key(s, self.names, self.language) > last]
        return (*later, *(s for s in ordered if s not in later))

    def next(self, members: Sequence[str]) -> str:
        """Whose turn it is; ``""`` if there are no members."""
        return next(iter(self.of(members)), "")

    def taken_by(
        self, state: str, members: Sequence[str], in_place_of: str = ""
    ) -> tuple[Taking, Order]:
        """How ``state`` takes the office, and the order after it."""
        line = self.of(members)
        expected = in_place_of or (line[0] if line and self.pointer else "")
        if in_place_of and in_place_of != state:
            return Taking("stands in", in_place_of), self._substituted(in_place_of, state, members)
        if state not in members:
            return Taking("no member", expected), self
        if not self.pointer:
            return Taking("begins", expected), self._moved(state)
        if state == line[0]:
            return Taking("in turn", state), self._moved(state)
        if state in self.waiting:
            return Taking("kept turn", expected), self._served(state)
        if state == self.pointer:
            return Taking("holds on", expected), self
        passed = line[: line.index(state)]
        after = self._moved(state)
        return Taking("out of turn", expected, passed), after._waits(passed[0])

    def _moved(self, state: str) -> Order:
        return Order(self.language, self.names, state, self._without(state))

    def _served(self, state: str) -> Order:
        return Order(self.language, self.names, self.pointer, self._without(state))

    def _without(self, state: str) -> tuple[str, ...]:
        return tuple(s for s in self.waiting if s != state)

    def _waits(self, state: str) -> Order:
        if state in self.waiting:
            return self
        return Order(self.language, self.names, self.pointer, (*self.waiting, state))

    def _substituted(self, absent: str, state: str, members: Sequence[str]) -> Order:
        """The turn counts as the absent state's, which keeps its claim."""
        if absent not in members:
            return self
        moved = self if absent in self.waiting else self._moved(absent)
        return moved._served(state)._waits(absent)
