"""States, organisations, bodies and offices: who there is, before anything has happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from hansa.terms.days import Day

_STRICT: dict[str, Any] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class State:
    """A state, by its ISO 3166 alpha-3 code."""

    id: str
    name: str
    name_ru: str = ""
    capital: str = ""
    latitude: float | None = None
    longitude: float | None = None
    source: str = ""
    confidence: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StatusRule:
    """Parties to any of ``parties_to`` have ``status`` in the organisation."""

    status: str
    parties_to: tuple[str, ...]
    article: str = ""
    __pydantic_config__: ClassVar[Any] = _STRICT


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation of states.

    ``statuses`` derive standing from treaties, the first that applies counting;
    ``ranks`` orders all statuses, also those that acts grant, the highest first.
    """

    id: str
    name: str
    kind: str = ""
    founded: Day | None = None
    constituted_by: tuple[str, ...] = ()
    statuses: tuple[StatusRule, ...] = ()
    ranks: tuple[str, ...] = ("member",)
    ended_by: str = ""
    predecessor: str = ""
    successor: str = ""
    seat: str = ""
    languages: tuple[str, ...] = ()
    source: str = ""
    confidence: str = ""
    note: str = ""
    __pydantic_config__: ClassVar[Any] = _STRICT


@dataclass(frozen=True, slots=True)
class RuleOfDecision:
    """How a body decides a matter between two days; ``rule`` is read by `hansa.decisions`."""

    matter: str
    rule: dict[str, Any]
    since: Day | None = None
    until: Day | None = None
    article: str = ""
    source: str = ""
    confidence: str = ""
    note: str = ""
    __pydantic_config__: ClassVar[Any] = _STRICT


@dataclass(frozen=True, slots=True)
class Rotation:
    """How an office passes on: ``order`` by alphabet of ``language``, host, election or fixed."""

    order: Literal["alphabetical", "host", "election", "fixed", "consensus", "unknown"]
    language: str = ""
    term_months: int = 0
    trigger: str = ""
    start: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    substitution: str = ""
    since: Day | None = None
    until: Day | None = None
    article: str = ""
    practice: str = ""
    source: str = ""
    confidence: str = ""
    __pydantic_config__: ClassVar[Any] = _STRICT


@dataclass(frozen=True, slots=True)
class Office:
    """An office of a body: its chair, its secretary."""

    id: str
    organisation: str
    title: str
    body: str = ""
    kind: Literal["chair", "secretary", "board"] = "chair"
    rotations: tuple[Rotation, ...] = ()
    __pydantic_config__: ClassVar[Any] = _STRICT


@dataclass(frozen=True, slots=True)
class Body:
    """A body of an organisation and how it decides.

    ``weights`` names, for a key of weights that a rule uses (``votes``, ``budget``), the
    subject of the acts that set them, where that is not ``BODY KEY``.
    """

    id: str
    organisation: str
    name: str
    level: str = ""
    composition: str = "members"
    states: tuple[str, ...] = ()
    since: Day | None = None
    until: Day | None = None
    rules: tuple[RuleOfDecision, ...] = ()
    weights: dict[str, str] = field(default_factory=dict)
    article: str = ""
    source: str = ""
    confidence: str = ""
    note: str = ""
    __pydantic_config__: ClassVar[Any] = _STRICT
