"""Coalitions as bit masks: player i is in coalition S if bit i of S is set.

All arrays over coalitions have 2ⁿ entries in the order of the masks, the empty coalition
first. `lexicographic` gives the order of textbooks: {1}, {2}, …, {1,2}, {1,3}, …
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown

Array = NDArray[np.float64]
Masks = NDArray[np.int64]
Flags = NDArray[np.bool_]

MOST = 20
"""Players of a game whose coalitions are all listed: 2²⁰ of them."""


def players_of(names: Iterable[str], most: int = MOST) -> tuple[str, ...]:
    """Names of players, checked.

    Raises
    ------
    BadInput
        If there is none, one stands twice, or there are more than ``most``.
    """
    players = tuple(names)
    if not 1 <= len(players) <= most:
        raise BadInput(
            f"a game has 1 to {most} players, not {len(players)}",
            where=Place("players"),
            remedy="leave out states that no answer depends on" if len(players) > most else "",
        )
    twice = next((name for name in players if players.count(name) > 1), None)
    if twice is not None:
        raise BadInput(f"{twice!r} stands twice", where=Place("players"))
    return players


def mask_of(coalition: Iterable[str] | int, players: Sequence[str]) -> int:
    """The mask of a coalition given by names (or already as a mask).

    Raises
    ------
    UnknownCode
        If somebody is no player.
    """
    if isinstance(coalition, int):
        if not 0 <= coalition < 1 << len(players):
            raise BadInput(f"there is no coalition {coalition} of {len(players)} players")
        return coalition
    mask = 0
    for name in coalition:
        if name not in players:
            raise unknown("player", name, players)
        mask |= 1 << list(players).index(name)
    return mask


def members(mask: int, players: Sequence[str]) -> tuple[str, ...]:
    """The names of a coalition, in the order of the players."""
    return tuple(name for i, name in enumerate(players) if mask >> i & 1)


def written(mask: int, players: Sequence[str]) -> str:
    """A coalition for people: ``{BLR RUS}``; ``nobody`` if it is empty."""
    return "{" + " ".join(members(mask, players)) + "}" if mask else "nobody"


@lru_cache(maxsize=32)
def sizes(n: int) -> NDArray[np.int64]:
    """Number of members of each coalition, (2ⁿ,); read-only."""
    count = np.zeros(1, dtype=np.int64)
    for _ in range(n):
        count = np.concatenate([count, count + 1])
    count.flags.writeable = False
    return count


def lexicographic(n: int) -> Masks:
    """Masks of all coalitions but the empty one by size, then in lexicographic order."""
    order = [
        sum(1 << i for i in group)
        for size in range(1, n + 1)
        for group in combinations(range(n), size)
    ]
    return np.array(order, dtype=np.int64)


def sums(amounts: Array) -> Array:
    """Σ_{i∈S} x_i for every coalition S, (2ⁿ,), or for columns of an (n, k) array (2ⁿ, k)."""
    total = np.zeros((1, *amounts.shape[1:]))
    for amount in amounts:
        total = np.concatenate([total, total + amount])
    return total


def proper(n: int) -> Masks:
    """Masks of all coalitions but the empty and the whole one."""
    return np.arange(1, (1 << n) - 1, dtype=np.int64)
