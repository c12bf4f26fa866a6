"""Minimal groups: who, together, suffices, and could not spare anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hansa.decisions.counting.classes import VoterClass, classes_of
from hansa.decisions.counting.halves import count as count_profiles
from hansa.decisions.counting.logic import where_met
from hansa.decisions.counting.table import TooLarge
from hansa.decisions.games import Game, settled
from hansa.terms.errors import BadInput

MOST_CELLS = 2**27
TAIL_CELLS = 2**20
MOST_TRIES = 30_000


@dataclass(frozen=True, slots=True)
class Group:
    """Certain members, and so many out of others that are alike.

    Parameters
    ----------
    parts : tuple of (int, tuple of str)
        How many out of whom; all parts together make the group.
    """

    parts: tuple[tuple[int, tuple[str, ...]], ...]

    @property
    def size(self) -> int:
        """Number of members of the group."""
        return sum(count for count, _ in self.parts)

    @property
    def ways(self) -> int:
        """How many groups of members this stands for."""
        ways = 1
        for count, members in self.parts:
            ways *= comb(len(members), count)
        return ways

    def __str__(self) -> str:
        named = [m for count, members in self.parts if count == len(members) for m in members]
        words = [", ".join(named)] if named else []
        words += [
            f"any {count} of {', '.join(members)}"
            for count, members in self.parts
            if count < len(members)
        ]
        return " with ".join(words) if words else "nobody"


@dataclass(frozen=True, slots=True)
class Groups:
    """Minimal groups, the smallest first.

    Parameters
    ----------
    listed : tuple of Group
        The groups.
    complete : bool
        Whether all are listed; if not, the smallest ones are.
    count : int, optional
        How many groups of members there are in all, if that is known.
    """

    listed: tuple[Group, ...]
    complete: bool
    count: int | None

    @property
    def alone(self) -> tuple[str, ...]:
        """The members that need nobody else."""
        return tuple(
            member
            for group in self.listed
            if group.size == 1
            for _, members in group.parts
            for member in members
        )


@dataclass(frozen=True, slots=True)
class Minimal:
    """All minimal winning coalitions of a game, by classes of equal voters.

    Parameters
    ----------
    game : Game
        The game.
    classes : tuple of VoterClass, length (classes)
        The classes.
    counts : ndarray of int64, shape (kinds, classes)
        One row per kind of coalition: how many of each class.
    ways : tuple of int, length (kinds)
        How many coalitions are of each kind.
    """

    game: Game
    classes: tuple[VoterClass, ...]
    counts: NDArray[np.int64]
    ways: tuple[int, ...]

    def group(self, row: int) -> Group:
        """A kind of coalition, named."""
        pairs = zip(self.counts[row].tolist(), self.classes, strict=True)
        return Group(
            tuple(
                (count, tuple(self.game.voters[v] for v in kind.voters))
                for count, kind in pairs
                if count
            )
        )


def minimal_winning(game: Game, *, most_cells: int = MOST_CELLS) -> Minimal:
    """The coalitions that win and lose if any member leaves.

    Parameters
    ----------
    game : Game
        A game in which everybody has at most two choices.
    most_cells : int
        Refuse beyond so many combinations of classes.

    Raises
    ------
    TooLarge
        If there are more combinations.
    BadInput
        If somebody has more than two choices.
    """
    if any(len(options) > 2 for options in game.choices):
        raise BadInput("minimal coalitions are those of a yes-no vote")
    ones = [[1] * len(options) for options in game.choices]
    movable = [
        group
        for group in classes_of(game, [[0] * len(o) for o in game.choices], ones)
        if len(group.grades) == 2 and any(gains[1] for gains in group.gains)
    ]
    classes = tuple(movable)
    cells = 1
    for group in classes:
        cells *= len(group.voters) + 1
    if cells > most_cells:
        raise TooLarge(f"{cells} combinations of voters are too many to list")
    wins = _wins(game, classes)
    minimal = wins.copy()
    for axis in range(wins.ndim):
        later = tuple(slice(1, None) if a == axis else slice(None) for a in range(wins.ndim))
        earlier = tuple(slice(None, -1) if a == axis else slice(None) for a in range(wins.ndim))
        minimal[later] &= ~wins[earlier]
    flat = np.flatnonzero(minimal)
    counts = np.empty((len(flat), len(classes)), np.int64)
    for column in range(len(classes) - 1, -1, -1):
        flat, counts[:, column] = np.divmod(flat, len(classes[column].voters) + 1)
    return Minimal(game, classes, counts, tuple(_ways(counts, classes)))


def _ways(counts: NDArray[np.int64], classes: Sequence[VoterClass]) -> Iterator[int]:
    if all(len(group.voters) == 1 for group in classes):
        yield from [1] * len(counts)
        return
    sizes = [len(group.voters) for group in classes]
    for row in counts.tolist():
        ways = 1
        for size, count in zip(sizes, row, strict=True):
            ways *= comb(size, count)
        yield ways


def _wins(game: Game, classes: Sequence[VoterClass]) -> NDArray[np.bool_]:
    """Whether each combination of classes wins, shape (size of each class + 1)."""
    shape = tuple(len(group.voters) + 1 for group in classes)
    cut, tail = len(classes), 1
    while cut and tail * shape[cut - 1] <= TAIL_CELLS:
        cut -= 1
        tail *= shape[cut]
    forms = range(len(game.forms))
    back = [_sums(classes[cut:], form, game) for form in forms]
    front = [_sums(classes[:cut], form, game) for form in forms]
    heads = len(front[0]) if front else 1
    wins = np.empty((heads, tail), bool)

    for head in range(heads):

        def leaf(index: int, head: int = head) -> NDArray[np.bool_]:
            c = game.comparisons[index]
            return np.asarray(back[c.form] >= c.threshold - front[c.form][head], dtype=bool)

        wins[head] = where_met(game.condition, leaf, (tail,))
    return wins.reshape(shape)


def _sums(classes: Sequence[VoterClass], form: int, game: Game) -> NDArray[Any]:
    """What each combination of some classes adds to a form."""
    reach = sum(abs(cells[-1]) for cells in game.forms[form])
    kind: Any = np.int64 if reach < 2**61 else object
    sums = np.zeros(1, kind)
    for group in classes:
        steps = np.array(range(len(group.voters) + 1), dtype=kind) * group.gains[form][1]
        sums = (sums[:, None] + steps[None, :]).ravel()
    return sums


def minimal_groups(game: Game, *, limit: int = 50) -> Groups:
    """The smallest minimal winning coalitions of a game.

    Where there are too many combinations to list them all, coalitions are tried by size,
    the smallest first; where even the smallest are too many to try, one of them is given.
    The result then says that it is not complete.

    Parameters
    ----------
    game : Game
        A game in which everybody has at most two choices.
    limit : int
        List at most so many kinds of group.
    """
    try:
        found = minimal_winning(game, most_cells=2**20)
    except TooLarge:
        return _by_size(game, limit)
    sizes = found.counts.sum(axis=1)
    # The smallest first; of equal size, those with the first members first.
    order = np.lexsort((-np.arange(len(sizes)), sizes))[:limit].tolist()
    listed = tuple(found.group(row) for row in order)
    return Groups(listed, len(found.ways) <= limit, sum(found.ways))


def _by_size(game: Game, limit: int) -> Groups:
    places = [i for i, options in enumerate(game.choices) if len(options) == 2]

    def sufficient(size: int) -> Iterator[tuple[int, ...]]:
        tried = np.array(list(combinations(places, size)), dtype=np.int64)
        tried = tried.reshape(comb(len(places), size), size)
        sums = []
        for row in game.forms:
            exact: Any = np.int64 if sum(abs(c[-1]) for c in row) < 2**61 else object
            gains = np.array([cells[-1] for cells in row], dtype=exact)
            sums.append(gains[tried].sum(axis=1))

        def leaf(index: int) -> NDArray[np.bool_]:
            c = game.comparisons[index]
            return np.asarray(sums[c.form] >= c.threshold, dtype=bool)

        met = where_met(game.condition, leaf, (len(tried),))
        yield from map(tuple, tried[met].tolist())

    found = smallest_groups(game.voters, places, sufficient, limit=limit)
    if found.listed or found.complete:
        return found
    one = _one_smallest(game, places)
    return Groups((one,) if one is not None else (), False, None)


def _one_smallest(game: Game, places: Sequence[int]) -> Group | None:
    """A smallest winning coalition: add any member that one of the smallest still has."""
    chosen: dict[int, int] = {}
    try:
        while True:
            left = settled(game, chosen)
            grades = [range(len(options)) for options in left.choices]
            table = count_profiles(left, grades=grades)
            size = next((size for size, ways in enumerate(table.total) if ways), None)
            if size is None:
                return None
            if size == 0:
                break
            open_places = [place for place in places if place not in chosen]
            chosen[next(p for p in open_places if table.chosen[p][1][size])] = 1
    except TooLarge:
        return None
    return Group(tuple((1, (game.voters[place],)) for place in sorted(chosen)))


def smallest_groups(
    voters: Sequence[str],
    places: Sequence[int],
    sufficient: Callable[[int], Iterable[tuple[int, ...]]],
    *,
    limit: int,
    tries: int = MOST_TRIES,
) -> Groups:
    """Try groups of growing size until the tries or the places on the list run out.

    Parameters
    ----------
    voters : sequence of str
        All members.
    places : sequence of int
        Those of them that may belong to a group.
    sufficient : callable
        The groups of a size that suffice; a larger one must suffice if a part of it does.
    limit : int
        List at most so many.
    tries : int
        Try at most so many.
    """
    found: list[frozenset[int]] = []
    complete = True
    for size in range(len(places) + 1):
        tries -= comb(len(places), size)
        if tries < 0 or len(found) >= limit:
            complete = False
            break
        for members in sufficient(size):
            inside = frozenset(members)
            if not any(smaller <= inside for smaller in found):
                found.append(inside)
    listed = tuple(
        Group(tuple((1, (voters[i],)) for i in sorted(members))) for members in found[:limit]
    )
    return Groups(listed, complete and len(found) <= limit, len(found) if complete else None)
