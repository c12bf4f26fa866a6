"""What a rule on acts is: an act before it is recorded, a rule, a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from hansa.record.acts import Act
from hansa.record.permits.calls import convened
from hansa.record.register import Register
from hansa.record.world import World
from hansa.terms.errors import RuleViolation


def message_of(rule: type) -> str:
    """What the violation of a rule prints: its docstring."""
    return (rule.__doc__ or "").strip().rstrip(".")


class NotPermitted(RuleViolation):
    """An act that a rule forbids; ``rule`` is the rule's name."""

    def __init__(self, rule: str, what: str, near: tuple[str, ...] = ()) -> None:
        self.rule = rule
        super().__init__(what, nearest=near)

    @classmethod
    def by(cls, rule: type, what: str, near: tuple[str, ...] = ()) -> NotPermitted:
        """The refusal by a rule, in its own words."""
        return cls(rule.__name__, f"{message_of(rule)}: {what}", near)


@dataclass(frozen=True)
class Proposed:
    """An act that is to be recorded, and the world before it."""

    act: Act
    world: World

    @cached_property
    def register(self) -> Register:
        """What holds on the act's day."""
        return self.world.on(self.act.on)

    @cached_property
    def convened(self) -> Act | None:
        """The act that convened the meeting which the act is about."""
        return convened(self.world, self.act.subject)

    def said(self, key: str) -> str:
        """A particular as text, ``""`` if it is not given."""
        value = self.act.payload.get(key)
        return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule that forbids an act, and why."""

    rule: str
    text: str
    nearest: tuple[str, ...] = ()


class Permit:
    """A rule on acts; subclasses say in their docstring what they want, and what breaks it."""

    kinds: ClassVar[tuple[str, ...]] = ()
    """The kinds of act that it is about; empty: all."""

    def broken(self, on: Proposed) -> str | None:
        """What is wrong, ``None`` if nothing is."""
        raise NotImplementedError

    def near(self, on: Proposed) -> tuple[str, ...]:
        """Valid things close to what was given."""
        return ()
