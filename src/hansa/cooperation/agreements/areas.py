"""Areas in which organisations cooperate, and the incidents and norms that belong to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from hansa.record.treaties import Norm
from hansa.terms.errors import Place
from hansa.terms.names import unknown
from hansa.terms.truth import Truth


@dataclass(frozen=True, slots=True)
class Area:
    """An area of cooperation.

    ``kinds`` are kinds of incident, ``topics`` words in a norm's topic or act, that belong to
    it; ``within`` is the broader area.
    """

    id: str
    title: str
    kinds: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    within: str = ""


_ALL = (
    Area("security", "security", ("armed_attack", "armed_attack_by_state", "threat"),
         ("security",)),
    Area("terrorism", "terrorism and extremism", ("terrorism", "incursion"), (), "security"),
    Area("drugs", "drugs", ("smuggling_drugs",), (), "crime"),
    Area("arms", "arms smuggling", ("smuggling_arms",), (), "crime"),
    Area("crime", "organised crime", ("smuggling",), ("crime",), "security"),
    Area("migration", "migration", (), ("migration", "align_migration")),
    Area("transport", "transport", (), ("transport",)),
    Area("exercises", "exercises", (), ("exercises",), "security"),
    Area("peacekeeping", "peacekeeping", ("insurrection", "unrest"), ("peacekeeping",), "security"),
    Area("emergencies", "emergencies", ("disaster",), ("emergencies",)),
    Area("economy", "economy and trade", (),
         ("customs union", "single customs territory", "free trade", "common tariff")),
    Area("information", "exchange of information", (), ("information",)),
)  # fmt: skip

AREAS: Final[Mapping[str, Area]] = MappingProxyType({area.id: area for area in _ALL})
"""Every area, by id."""

JOINING: Final = frozenset({"coordinate", "cooperate", "contribute", "align_migration", "assist"})
"""Acts of norms by which parties join efforts."""


def area(name: str, *, where: Place | None = None) -> Area:
    """An area by its id, or an error with the nearest ones."""
    if name not in AREAS:
        raise unknown("area of cooperation", name, AREAS, where=where)
    return AREAS[name]


def area_of_kind(kind: str) -> str:
    """The area to which a kind of incident belongs, ``""`` if to none."""
    return next((found.id for found in _ALL if kind in found.kinds), "")


def covers(areas: Iterable[str], wanted: str) -> bool:
    """Whether some of the areas is the wanted one, or one that it lies within."""
    named = set(areas)
    here = wanted
    while here:
        if here in named:
            return True
        here = AREAS[here].within if here in AREAS else ""
    return False


def areas_of(norm: Norm) -> Mapping[str, Truth]:
    """The areas in which a norm has its parties join efforts: true, or unknown."""
    if norm.act not in JOINING or norm.modality in ("prohibition", "immunity"):
        return {}
    found: dict[str, Truth] = {}
    for each in _ALL:
        truths = [norm.trigger[kind] for kind in each.kinds if kind in norm.trigger]
        if any(word == norm.act or word in norm.topic for word in each.topics):
            truths.append(Truth.TRUE)
        best = max(truths, key=lambda truth: truth.value, default=Truth.FALSE)
        if best is not Truth.FALSE:
            found[each.id] = best
    return found
