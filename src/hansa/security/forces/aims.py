"""What a plan is to be best at: tiers of aims, earlier ones first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from hansa.terms.errors import BadInput
from hansa.terms.names import unknown

AIMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "day": "days until the last unit is complete in the area",
        "cost": "cost of the units for the mandate and of their lift",
        "unfairness": "summed distance of the members' costs from their fair shares",
    }
)


@dataclass(frozen=True, slots=True)
class Aims:
    """Tiers of weighted aims, each minimised without giving up what earlier ones reached.

    Parameters
    ----------
    tiers : tuple of mapping of str to float
        Weights of `AIMS` in each tier.
    slack : float
        Share of an earlier tier's value that later tiers may give up.
    """

    tiers: tuple[Mapping[str, float], ...]
    slack: float = 0.0

    def __post_init__(self) -> None:
        if not self.tiers:
            raise BadInput("a plan needs at least one aim", remedy=f"name some of {list(AIMS)}")
        if self.slack < 0:
            raise BadInput("the slack between tiers is not negative")
        for tier in self.tiers:
            for aim, weight in tier.items():
                if aim not in AIMS:
                    raise unknown("aim", aim, AIMS)
                if not weight > 0:
                    raise BadInput(f"the weight of {aim!r} must be positive, not {weight}")
        object.__setattr__(self, "tiers", tuple(MappingProxyType(dict(t)) for t in self.tiers))

    @property
    def mentions_fairness(self) -> bool:
        """Whether fair shares matter to the plan."""
        return any("unfairness" in tier for tier in self.tiers)


def lexicographic(*aims: str, slack: float = 0.0) -> Aims:
    """Aims one after the other: ``lexicographic("day", "cost", "unfairness")``."""
    return Aims(tuple({aim: 1.0} for aim in aims), slack)


def weighted(**weights: float) -> Aims:
    """One tier: ``weighted(cost=1, unfairness=0.2)``."""
    return Aims((weights,))


def tier_name(tier: Mapping[str, float]) -> str:
    """The tier as a text: ``day``, ``cost + 0.2 unfairness``."""
    return " + ".join(aim if w == 1 else f"{w:g} {aim}" for aim, w in tier.items())
