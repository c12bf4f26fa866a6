"""The stages of an item on an agenda, and which follows which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from hansa.record.acts import Act
from hansa.terms.names import unknown


class Stage(Enum):
    """Where an item stands."""

    DRAFT = "draft"
    TABLED = "tabled"
    DISCUSSED = "discussed"
    ADOPTED = "adopted"
    DEFERRED = "deferred"
    WITHDRAWN = "withdrawn"

    def __str__(self) -> str:
        return self.value

    @property
    def final(self) -> bool:
        """Whether nothing follows."""
        return not FOLLOWS[self]


FOLLOWS: Final[Mapping[Stage, frozenset[Stage]]] = MappingProxyType(
    {
        Stage.DRAFT: frozenset({Stage.DRAFT, Stage.TABLED, Stage.WITHDRAWN}),
        Stage.TABLED: frozenset(
            {Stage.TABLED, Stage.DISCUSSED, Stage.ADOPTED, Stage.DEFERRED, Stage.WITHDRAWN}
        ),
        Stage.DISCUSSED: frozenset(
            {Stage.TABLED, Stage.DISCUSSED, Stage.ADOPTED, Stage.DEFERRED, Stage.WITHDRAWN}
        ),
        Stage.DEFERRED: frozenset({Stage.TABLED, Stage.WITHDRAWN}),
        Stage.ADOPTED: frozenset(),
        Stage.WITHDRAWN: frozenset(),
    }
)
"""What may follow a stage. A new text takes a discussed item back to the table; what was put
off may be taken up again at the same meeting; adopted and withdrawn are final."""

PUT: Final = (Stage.DRAFT, Stage.TABLED, Stage.DISCUSSED, Stage.DEFERRED, Stage.WITHDRAWN)
"""What a ``table`` act may say in its ``stage``; an item is adopted by an ``adopt`` act only."""


@dataclass(frozen=True, slots=True)
class Step:
    """What an act did to an item: from which stage (``None``: not seen before) to which."""

    act: Act
    before: Stage | None
    after: Stage

    @property
    def legal(self) -> bool:
        """Whether the one may follow the other; what a record begins with is taken as it is."""
        return self.before is None or self.after in FOLLOWS[self.before]


def led_to(act: Act) -> Stage | None:
    """The stage to which an act takes its item; ``None``: it leaves the item where it is.

    Raises
    ------
    UnknownCode
        If a ``table`` act says a stage that is none.
    """
    if act.kind == "table":
        return _put(act)
    return {"vote": Stage.DISCUSSED, "adopt": Stage.ADOPTED}.get(act.kind)


def _put(act: Act) -> Stage:
    said = act.payload.get("stage")
    if said is None:
        return Stage.DRAFT if act.payload.get("draft") is True else Stage.TABLED
    known = {stage.value: stage for stage in PUT}
    if str(said) not in known:
        raise unknown("stage of an item", str(said), known, where=act.place)
    return known[str(said)]
