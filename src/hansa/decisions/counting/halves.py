"""Meet in the middle: count the adopting profiles without listing them.

The voters are split in two halves. Of each half all profiles are listed as the sums that
they contribute; profiles with equal sums are kept as one. A profile of one half together
with the profiles of the other adopts where the sum over one form, the axis, reaches a
threshold that depends only on the other sums; the second half, sorted by the axis, is then
searched instead of walked through. This is the algorithm of Horowitz and Sahni (1974) for
knapsacks, with as many criteria, choices and equal voters as there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hansa.decisions.conditions import fold
from hansa.decisions.counting.classes import Amount, VoterClass, classes_of
from hansa.decisions.counting.logic import where_met
from hansa.decisions.counting.table import Number, Table, TooLarge
from hansa.decisions.games import Game

Vector = NDArray[Any]
"""int64 where it cannot overflow, Python integers (dtype object) otherwise, or float64."""

SAFE = 2**61
MOST_CELLS = 2**25
MOST_WORK = 3 * 10**9
FEW = 8
"""Profiles per bucket, on average, below which comparing all pairs beats searching."""

PAIRS = 2**19
"""Pairs that are compared at a time, so that they stay in the processor's cache."""


@dataclass(slots=True)
class Half:
    """The profiles of some voters, those with equal sums kept as one.

    Parameters
    ----------
    sums : Vector, shape (profiles, forms)
        What they contribute.
    grade : ndarray of int64, shape (profiles,)
        Their grades.
    weight : Vector, shape (profiles,)
        How much all profiles kept as one weigh together.
    choosing : Vector, shape (profiles, columns)
        Per class and choice but the first: weight times the number of members choosing so.
    """

    sums: Vector
    grade: NDArray[np.int64]
    weight: Vector
    choosing: Vector

    def taken(self, order: NDArray[np.int64]) -> Half:
        """The profiles in another order."""
        return Half(self.sums[order], self.grade[order], self.weight[order], self.choosing[order])


def count(
    game: Game,
    *,
    grades: Sequence[Sequence[int]] | None = None,
    weights: Sequence[Sequence[Amount]] | None = None,
    most_cells: int = MOST_CELLS,
) -> Table:
    """Weigh the adopting profiles by voter, choice and grade.

    Parameters
    ----------
    game : Game
        The game.
    grades : sequence, shape (voters, choices), optional
        Grade of each choice, not negative; by default all 0.
    weights : sequence, shape (voters, choices), optional
        Weight of each choice; integers give exact integers, floats give floats. By
        default all 1: profiles are counted.
    most_cells : int
        Refuse beyond so many cells of memory.

    Raises
    ------
    TooLarge
        If the halves do not fit, or matching them would take too long.
    """
    grades = grades or [[0] * len(options) for options in game.choices]
    weights = weights or [[1] * len(options) for options in game.choices]
    classes = classes_of(game, grades, weights)
    kinds = _Kinds.of(game, classes)
    left, right = _split(classes)
    half_a, half_b = (_build(part, kinds, most_cells) for part in (left, right))
    axis = _axis(half_a, half_b)
    half_a, half_b = _sorted(half_a, axis), _sorted(half_b, axis)
    top = sum(max(options) for options in grades) + 1
    match = _Match(game, axis, top, kinds)
    total, chosen_a = match.weigh(half_a, half_b)
    _, chosen_b = match.weigh(half_b, half_a)
    by_class = [*_unpack(left, chosen_a, total), *_unpack(right, chosen_b, total)]
    chosen: list[Sequence[Sequence[Number]]] = [()] * len(game.voters)
    for group, table in zip([*left, *right], by_class, strict=True):
        for voter in group.voters:
            chosen[voter] = table
    return Table(total.tolist(), chosen)


@dataclass(frozen=True, slots=True)
class _Kinds:
    """Which arithmetic keeps sums and weights exact."""

    sums: Any
    weights: Any
    forms: int

    @classmethod
    def of(cls, game: Game, classes: Sequence[VoterClass]) -> _Kinds:
        reach = max(
            (sum(max(abs(cell) for cell in cells) for cells in row) for row in game.forms),
            default=0,
        )
        reach = max([reach, *(abs(c.threshold) for c in game.comparisons)], default=0)
        floating = any(isinstance(w, float) for group in classes for w in group.weights)
        most = 1
        for group in classes:
            most *= int(sum(group.weights)) ** len(group.voters) if not floating else 1
        exact = np.int64 if most * (len(game.voters) + 1) < SAFE else object
        return cls(
            np.int64 if 4 * reach < SAFE else object,
            np.float64 if floating else exact,
            len(game.forms),
        )


def _split(classes: Sequence[VoterClass]) -> tuple[list[VoterClass], list[VoterClass]]:
    """Two parts with about equally many profiles."""
    left: list[VoterClass] = []
    right: list[VoterClass] = []
    a = b = 1
    for group in sorted(classes, key=lambda group: -group.cases):
        if a <= b:
            left.append(group)
            a *= group.cases
        else:
            right.append(group)
            b *= group.cases
    return left, right


def _build(classes: Sequence[VoterClass], kinds: _Kinds, most_cells: int) -> Half:
    """All profiles of some classes, merged wherever their sums are equal."""
    columns = sum(len(group.grades) - 1 for group in classes)
    half = Half(
        np.zeros((1, kinds.forms), kinds.sums),
        np.zeros(1, np.int64),
        np.ones(1, kinds.weights),
        np.zeros((1, 0), kinds.weights),
    )
    for group in classes:
        if len(half.weight) * group.cases * (columns + kinds.forms + 2) > most_cells:
            raise TooLarge(
                "the profiles of half of the voters do not fit into memory",
                remedy="let the method be chosen, or merge voters into blocs",
            )
        half = _merged(_times(half, group, kinds))
    return half


def _times(half: Half, group: VoterClass, kinds: _Kinds) -> Half:
    """Every profile with every split of one more class."""
    splits = list(group.splits())
    counts = np.array([split for split, _ in splits], dtype=np.int64)
    worth = np.array([weight for _, weight in splits], dtype=kinds.weights)
    gains = np.array(group.gains, dtype=kinds.sums).reshape(kinds.forms, counts.shape[1])
    added = counts.astype(kinds.sums) @ gains.T
    size = len(half.weight) * len(splits)
    sums = (half.sums[:, None, :] + added[None, :, :]).reshape(size, kinds.forms)
    grade = (half.grade[:, None] + counts @ np.array(group.grades)).ravel()
    weight = (half.weight[:, None] * worth).ravel()
    old = half.choosing[:, None, :] * worth[None, :, None]
    old = old.reshape(size, half.choosing.shape[1])
    rows = np.tile(counts[:, 1:].astype(kinds.weights), (len(half.weight), 1))
    return Half(sums, grade, weight, np.concatenate([old, rows * weight[:, None]], axis=1))


def _merged(half: Half) -> Half:
    """Keep profiles with equal sums and grade as one, if there can be many of them."""
    size = len(half.weight)
    room = float(half.grade.max() - half.grade.min() + 1)
    for form in range(half.sums.shape[1]):
        column = half.sums[:, form]
        room *= float(column.max() - column.min() + 1)
    if size < 64 or room > 8.0 * size:
        return half
    keys = [half.grade, *(half.sums[:, form] for form in range(half.sums.shape[1]))]
    order = np.lexsort(keys)
    half = half.taken(order)
    new = np.zeros(size, bool)
    new[0] = True
    for key in (half.grade, *half.sums.T):
        new[1:] |= key[1:] != key[:-1]
    starts = np.flatnonzero(new)
    return Half(
        half.sums[starts],
        half.grade[starts],
        np.add.reduceat(half.weight, starts),
        np.add.reduceat(half.choosing, starts, axis=0)
        if half.choosing.shape[1]
        else half.choosing[starts],
    )


def _axis(half_a: Half, half_b: Half) -> int:
    """The form with the most different values, along which halves are sorted; -1: none."""
    forms = half_a.sums.shape[1]
    if forms == 0:
        return -1
    spread = [
        len(np.unique(half_a.sums[:, form])) + len(np.unique(half_b.sums[:, form]))
        for form in range(forms)
    ]
    return int(np.argmax(spread))


def _sorted(half: Half, axis: int) -> Half:
    """By grade, then by the sums that are not the axis, then along the axis."""
    others = [half.sums[:, form] for form in range(half.sums.shape[1]) if form != axis]
    along = [half.sums[:, axis]] if axis >= 0 else []
    return half.taken(np.lexsort([*along, *others, half.grade]))


def _buckets(half: Half, axis: int) -> NDArray[np.int64]:
    """Where, in a sorted half, the profiles that differ only along the axis begin."""
    new = np.zeros(len(half.weight), bool)
    new[0] = True
    new[1:] = half.grade[1:] != half.grade[:-1]
    for form in range(half.sums.shape[1]):
        if form != axis:
            new[1:] |= half.sums[1:, form] != half.sums[:-1, form]
    return np.flatnonzero(new)


@dataclass(frozen=True, slots=True)
class _Match:
    """How the profiles of two halves are put together."""

    game: Game
    axis: int
    top: int
    kinds: _Kinds

    def weigh(self, near: Half, far: Half) -> tuple[Vector, Vector]:
        """For each profile of the near half, the weight of the far ones that make it adopt.

        Returns the totals by grade, shape (grades,), and the same times who chooses what
        in the near half, shape (grades, columns).
        """
        total = np.zeros(self.top, self.kinds.weights)
        chosen = np.zeros((self.top, near.choosing.shape[1]), self.kinds.weights)
        levels, starts = np.unique(near.grade, return_index=True)
        ends = [*starts[1:], len(near.weight)]
        for grade, found in self._partners(near, far).items():
            for level, start, end in zip(levels, starts, ends, strict=True):
                part = found[start:end]
                total[level + grade] += part @ near.weight[start:end]
                chosen[level + grade] += part @ near.choosing[start:end]
        return total, chosen

    def _partners(self, near: Half, far: Half) -> dict[int, Vector]:
        """By grade of the far half: weight of the far profiles that make each near one adopt."""
        starts, far_starts = _buckets(near, self.axis), _buckets(far, self.axis)
        size = len(near.weight)
        if len(far_starts) * size > MOST_WORK:
            raise TooLarge("matching the halves would take too long")
        if len(far_starts) > len(far.weight) // FEW and len(far_starts) > FEW:
            return self._partners_by_pairs(near, far)
        bucket = np.repeat(np.arange(len(starts)), np.diff([*starts, size]))
        along, far_along = self._along(near), self._along(far)
        partners = {int(g): np.zeros(size, self.kinds.weights) for g in np.unique(far.grade)}
        for start, end in zip(far_starts, [*far_starts[1:], len(far.weight)], strict=True):
            need = self._bounds(near.sums[starts], far.sums[start])[bucket] - along
            tail = np.zeros(end - start + 1, self.kinds.weights)
            tail[:-1] = np.cumsum(far.weight[start:end][::-1])[::-1]
            place = np.searchsorted(far_along[start:end], need)
            partners[int(far.grade[start])] += tail[place]
        return partners

    def _partners_by_pairs(self, near: Half, far: Half) -> dict[int, Vector]:
        """The same where hardly two far profiles share a bucket: compare all pairs."""
        size, width = len(near.weight), max(1, PAIRS // len(near.weight))
        partners = {int(g): np.zeros(size, self.kinds.weights) for g in np.unique(far.grade)}
        levels, starts = np.unique(far.grade, return_index=True)
        ends = [*starts[1:], len(far.weight)]
        for level, first, last in zip(levels, starts, ends, strict=True):
            for start in range(first, last, width):
                part = slice(start, min(start + width, last))
                met = self._adopting(near.sums, far.sums[part])
                partners[int(level)] += met @ far.weight[part]
        return partners

    def _adopting(self, near: Vector, far: Vector) -> NDArray[np.bool_]:
        """Which pairs adopt, shape (near, far)."""

        def leaf(index: int) -> NDArray[np.bool_]:
            c = self.game.comparisons[index]
            pairs = near[:, c.form][:, None] >= (c.threshold - far[:, c.form])[None, :]
            return np.asarray(pairs, dtype=bool)

        return where_met(self.game.condition, leaf, (len(near), len(far)))

    def _along(self, half: Half) -> Vector:
        if self.axis < 0:
            return np.zeros(len(half.weight), self.kinds.sums)
        return half.sums[:, self.axis].copy()

    def _bounds(self, near: Vector, far: Vector) -> Vector:
        """Per bucket of the near half: what the axis must sum to for one far bucket."""
        game, kinds = self.game, self.kinds
        never = SAFE if kinds.sums is np.int64 else _beyond(game)
        size = len(near)

        def leaf(index: int) -> Vector:
            comparison = game.comparisons[index]
            if comparison.form == self.axis:
                return np.full(size, comparison.threshold, kinds.sums)
            met = near[:, comparison.form] + far[comparison.form] >= comparison.threshold
            return np.where(met, np.array(-never, kinds.sums), np.array(never, kinds.sums))

        def every(parts: list[Vector]) -> Vector:
            highest: Vector = np.maximum.reduce([np.full(size, -never, kinds.sums), *parts])
            return highest

        def some(parts: list[Vector]) -> Vector:
            lowest: Vector = np.minimum.reduce([np.full(size, never, kinds.sums), *parts])
            return lowest

        return fold(game.condition, leaf, every, some)


def _beyond(game: Game) -> int:
    """An integer that no sum reaches."""
    return (
        1
        + sum(sum(max(abs(cell) for cell in cells) for cells in row) for row in game.forms)
        + sum(abs(c.threshold) for c in game.comparisons)
    )


def _unpack(classes: Sequence[VoterClass], chosen: Vector, total: Vector) -> list[list[Any]]:
    """Per class: weight by choice and grade for one of its members."""
    tables, column = [], 0
    for group in classes:
        size, width = len(group.voters), len(group.grades) - 1
        block = chosen[:, column : column + width]
        column += width
        first = total * size - block.sum(axis=1) if width else total * size
        rows = [first, *(block[:, choice] for choice in range(width))]
        tables.append([_shared(row, size) for row in rows])
    return tables


def _shared(row: Vector, size: int) -> list[Number]:
    """One member's part of what a class of equal members has."""
    if row.dtype == np.float64:
        return [float(value) / size for value in row]
    return [int(value) // size for value in row]
