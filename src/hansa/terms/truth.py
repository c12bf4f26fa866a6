"""Conditions are true, false or unknown: Kleene's strong three-valued logic.

Source: Kleene, *Introduction to Metamathematics* (1952), § 64.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Truth(Enum):
    """A truth value; ``UNKNOWN`` is an answer of its own and never silently true."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2

    @classmethod
    def of(cls, value: bool | None) -> Truth:
        """``None`` stands for unknown."""
        if value is None:
            return cls.UNKNOWN
        return cls.TRUE if value else cls.FALSE

    def __and__(self, other: Truth) -> Truth:
        return Truth(min(self.value, other.value))

    def __or__(self, other: Truth) -> Truth:
        return Truth(max(self.value, other.value))

    def __invert__(self) -> Truth:
        return Truth(2 - self.value)

    def __bool__(self) -> bool:
        raise TypeError("a Truth has three values: compare with Truth.TRUE instead of testing it")

    def __str__(self) -> str:
        return self.name.lower()


def all_of(values: Iterable[Truth]) -> Truth:
    """Conjunction; true for no conditions."""
    return Truth(min((v.value for v in values), default=2))


def any_of(values: Iterable[Truth]) -> Truth:
    """Disjunction; false for no conditions."""
    return Truth(max((v.value for v in values), default=0))
