"""What every rule comes down to: criteria, joined by "and" and "or".

A criterion compares a sum of weights with a need, and both are linear in who takes which
position. A rule of any depth is a tree of such comparisons, so one tree serves to decide,
to tell what is still open, and to count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from hansa.decisions.positions import Position
from hansa.decisions.quantities import Threshold, readable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Leaf:
    """The comparison number ``index`` of a list kept elsewhere."""

    index: int


@dataclass(frozen=True, slots=True)
class Every:
    """All of its parts; true if it has none."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of its parts; false if it has none."""

    parts: tuple[Condition, ...]


Condition = Leaf | Every | Some


def fold(
    condition: Condition,
    leaf: Callable[[int], T],
    every: Callable[[list[T]], T],
    some: Callable[[list[T]], T],
) -> T:
    """Evaluate a tree with any meaning of its leaves and of "and" and "or"."""
    if isinstance(condition, Leaf):
        return leaf(condition.index)
    inner = [fold(part, leaf, every, some) for part in condition.parts]
    return every(inner) if isinstance(condition, Every) else some(inner)


def holds(condition: Condition, met: Sequence[bool]) -> bool:
    """Whether the tree is true when leaf ``i`` is ``met[i]``."""
    return fold(condition, lambda index: met[index], all, any)


def leaves(condition: Condition) -> tuple[int, ...]:
    """The leaves of a tree, each once, in order of appearance."""
    found: dict[int, None] = {}

    def note(index: int) -> None:
        found[index] = None

    fold(condition, note, lambda inner: None, lambda inner: None)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One comparison, as people know it: so many votes in favour of so many needed.

    With ``w`` the weights and ``p`` the positions: ``have = Σ w_i [p_i ∈ counted]`` and
    ``need = share · Σ w_i [p_i ∈ base]`` or a fixed amount.

    Parameters
    ----------
    text : str
        The criterion as a sentence.
    unit : str
        What is counted: ``votes``, ``members``, ``population``, ``objections``.
    weights : tuple of Fraction, shape (members,)
        Weight of each member of the body; 0 for a member without a vote.
    counted : frozenset of Position
        Whose weights are added up.
    threshold : Threshold
        What is compared with.
    base : frozenset of Position, optional
        Whose weights the share is of; ``None``: of all weights.
    at_most : bool
        Whether ``counted`` must not exceed the threshold (objections) instead of reaching it.
    """

    text: str
    unit: str
    weights: tuple[Fraction, ...]
    counted: frozenset[Position]
    threshold: Threshold | None
    base: frozenset[Position] | None = None
    at_most: bool = False

    @property
    def fixed(self) -> Fraction:
        """The need as far as it does not depend on positions."""
        if self.threshold is None:
            return Fraction(0)
        if not self.threshold.share:
            return self.threshold.value
        if self.base is None:
            return self.threshold.value * sum(self.weights, Fraction())
        return Fraction(0)

    @property
    def share(self) -> Fraction:
        """The share of ``base`` that is needed."""
        if self.threshold is None or self.base is None or not self.threshold.share:
            return Fraction(0)
        return self.threshold.value

    @property
    def strict(self) -> bool:
        """Whether the need must be exceeded."""
        return self.threshold is not None and self.threshold.strict

    def have(self, taken: Sequence[Position]) -> Fraction:
        """What is there; ``taken`` holds a position per member."""
        pairs = zip(self.weights, taken, strict=True)
        return sum((w for w, position in pairs if position in self.counted), Fraction())

    def need(self, taken: Sequence[Position]) -> Fraction:
        """What is needed (for ``at_most``: what is allowed)."""
        if self.base is None or not self.share:
            return self.fixed
        pairs = zip(self.weights, taken, strict=True)
        return self.share * sum((w for w, p in pairs if p in self.base), Fraction())

    def margin(self, taken: Sequence[Position]) -> Fraction:
        """How far it is met: not negative (positive, if strict) when it is."""
        gap = self.have(taken) - self.need(taken)
        return -gap if self.at_most else gap

    def met_by(self, margin: Fraction) -> bool:
        """Whether a margin suffices."""
        return margin > 0 if self.strict else margin >= 0

    def pull(self, member: int, position: Position) -> Fraction:
        """What a member in a position adds to the margin: ``margin = offset + Σ pull``."""
        weight = self.weights[member]
        gain = weight if position in self.counted else Fraction(0)
        if self.share and self.base is not None and position in self.base:
            gain -= self.share * weight
        return -gain if self.at_most else gain

    @property
    def offset(self) -> Fraction:
        """The part of the margin that no position changes."""
        return self.fixed if self.at_most else -self.fixed

    def standing(self, taken: Sequence[Position]) -> str:
        """Have and need in words: ``60 of 100 votes, at least 66 2/3 needed``."""
        have, need = readable(self.have(taken)), readable(self.need(taken))
        if self.at_most:
            limit = "fewer than" if self.strict else "at most"
            return f"{have} {self.unit}, {limit} {need} allowed"
        of = readable(sum(self.weights, Fraction()))
        least = "more than" if self.strict else "at least"
        return f"{have} of {of} {self.unit} in favour, {least} {need} needed"


class Sheet:
    """The criteria of a rule while they are being gathered."""

    def __init__(self, members: Iterable[str]) -> None:
        self.members = tuple(members)
        self.criteria: list[Criterion] = []

    def add(self, criterion: Criterion) -> Leaf:
        """Note a criterion; return its leaf."""
        self.criteria.append(criterion)
        return Leaf(len(self.criteria) - 1)

    def row(self, weights: dict[str, Fraction]) -> tuple[Fraction, ...]:
        """Weights in the order of the members; those without a vote weigh nothing."""
        nothing = Fraction(0)
        return tuple(weights.get(member, nothing) for member in self.members)
