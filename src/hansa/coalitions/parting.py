"""All ways to part the states into blocs: the best one, and those that hold.

`best_partition` finds the most valuable by dynamic programming over subsets, O(3ⁿ).
`PartitionWorth` is the partition function in full (Thrall and Lucas 1963): what every state
has under each of the Bell(n) partitions, for up to eight states.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike

from hansa.coalitions.compiled import compiled
from hansa.coalitions.games import Game
from hansa.coalitions.subsets import Array, Masks, mask_of, members, players_of, written
from hansa.coalitions.worth import Worth
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown
from hansa.terms.progress import Progress, silent
from hansa.terms.reasons import Because

BEST_UP_TO = 20
ALL_UP_TO = 8
Partition = tuple[int, ...]
"""Masks of the blocs, by their first member."""
Rest = Literal["falls apart", "stays together"]
"""What becomes of the members that a group leaves behind: γ and δ of Hart and Kurz (1983)."""
RESTS: tuple[Rest, ...] = ("falls apart", "stays together")


@dataclass(frozen=True, slots=True)
class Best:
    """The partition of greatest value, and what it is worth."""

    blocs: tuple[tuple[str, ...], ...]
    worth: float


def best_partition(game: Game) -> Best:
    """The partition whose blocs are worth most together; of equals, one with few blocs.

    Raises
    ------
    BadInput
        If there are more than 20 players.
    """
    if game.n > BEST_UP_TO:
        raise BadInput(
            f"the best of all partitions of {game.n} players is too much to find",
            remedy=f"up to {BEST_UP_TO} players",
        )
    worth, part = _best(game.values)
    blocs, left = [], game.values.size - 1
    while left:
        blocs.append(members(int(part[left]), game.players))
        left ^= int(part[left])
    ranked = sorted(blocs, key=lambda bloc: (-len(bloc), bloc))
    return Best(tuple(ranked), float(worth[-1]))


def partitions(n: int) -> tuple[Partition, ...]:
    """All partitions of n players, from all apart to all together (restricted growth)."""
    found: list[Partition] = []

    def grow(i: int, blocs: list[int]) -> None:
        if i == n:
            found.append(tuple(blocs))
            return
        for k in range(len(blocs)):
            grow(i + 1, [*blocs[:k], blocs[k] | 1 << i, *blocs[k + 1 :]])
        grow(i + 1, [*blocs, 1 << i])

    grow(0, [])
    return tuple(sorted(found, key=lambda blocs: (-len(blocs), blocs)))


def ordered(blocs: Iterable[int]) -> Partition:
    """Blocs in the order of their first members."""
    return tuple(sorted((b for b in blocs if b), key=lambda bloc: bloc & -bloc))


@dataclass(frozen=True, slots=True, eq=False)
class PartitionWorth:
    """Payoffs of n states under every partition.

    Parameters
    ----------
    players : tuple of str
        Up to eight.
    payoffs : Array
        A row per partition in the order of `partitions`, (Bell(n), n).
    unit : str
    noise : float
        Differences no larger than this are none.
    because : tuple of Reason

    Raises
    ------
    BadInput
        If values lack; names the first partition without.
    """

    players: tuple[str, ...]
    payoffs: Array
    unit: str = ""
    noise: float = 0.0
    because: Because = ()

    def __post_init__(self) -> None:
        players = players_of(self.players, ALL_UP_TO)
        object.__setattr__(self, "players", players)
        payoffs = np.array(self.payoffs, dtype=np.float64)
        known = partitions(len(players))
        if payoffs.shape != (len(known), len(players)):
            raise BadInput(
                f"payoffs have the shape {payoffs.shape}, not {(len(known), len(players))} "
                "(partitions × players)",
                where=Place("payoffs"),
            )
        missing = np.flatnonzero(~np.isfinite(payoffs).all(axis=1))
        if missing.size:
            raise BadInput(
                f"no payoffs for {self._written(known[missing[0]])}"
                + (f" and {missing.size - 1} more partitions" if missing.size > 1 else ""),
                where=Place("payoffs"),
                remedy="every partition needs every state's payoff",
            )
        payoffs.flags.writeable = False
        object.__setattr__(self, "payoffs", payoffs)

    @classmethod
    def from_function(
        cls,
        players: Iterable[str],
        value: Callable[[tuple[tuple[str, ...], ...]], ArrayLike],
        *,
        unit: str = "",
        noise: float = 0.0,
        because: Because = (),
        progress: Progress = silent,
    ) -> Self:
        """From a function of the blocs (those of one included) to everybody's payoffs."""
        names = players_of(players, ALL_UP_TO)
        known = partitions(len(names))
        rows = np.empty((len(known), len(names)))
        for k, blocs in enumerate(known):
            rows[k] = value(tuple(members(bloc, names) for bloc in blocs))
            progress(k + 1, len(known), "partitions valued")
        return cls(names, rows, unit, noise, because)

    @classmethod
    def from_table(
        cls,
        players: Iterable[str],
        table: Mapping[tuple[tuple[str, ...], ...], Sequence[float]],
        *,
        unit: str = "",
        noise: float = 0.0,
        because: Because = (),
    ) -> Self:
        """From payoffs by partition; a state that is not named stays alone."""
        names = players_of(players, ALL_UP_TO)
        known = partitions(len(names))
        rows = np.full((len(known), len(names)), np.nan)
        place = {blocs: k for k, blocs in enumerate(known)}
        for blocs, values in table.items():
            rows[place[_complete(blocs, names)]] = values
        return cls(names, rows, unit, noise, because)

    @property
    def n(self) -> int:
        """Number of players."""
        return len(self.players)

    def of(self, blocs: Iterable[Iterable[str]]) -> dict[str, float]:
        """Everybody's payoff under a partition; who is not named stays alone."""
        row = partitions(self.n).index(_complete(blocs, self.players))
        return dict(zip(self.players, self.payoffs[row].tolist(), strict=True))

    def one_bloc(self) -> Worth:
        """The payoffs under single blocs."""
        known = partitions(self.n)
        place = {blocs: k for k, blocs in enumerate(known)}
        table = np.empty((self.n, 1 << self.n))
        for mask in range(1 << self.n):
            table[:, mask] = self.payoffs[place[_one(mask, self.n)]]
        return Worth(self.players, table, self.unit, self.noise, self.because)

    def stable(
        self, *, groups: bool = False, consent: bool = True, rest: Rest = "falls apart"
    ) -> tuple[tuple[tuple[str, ...], ...], ...]:
        """Partitions that nobody would change, the one with the fewest blocs first.

        Parameters
        ----------
        groups : bool
            Whether groups move together to form a bloc of their own, out of several
            blocs if need be; otherwise one state at a time moves to another bloc or to
            be alone.
        consent : bool
            Whether those whom a single state joins must not lose by it.
        rest : {"falls apart", "stays together"}
            What becomes of the blocs that a group leaves behind.
        """
        if rest not in RESTS:
            raise unknown("fate of the rest", rest, RESTS)
        known = partitions(self.n)
        place = {blocs: k for k, blocs in enumerate(known)}
        kept = []
        for k, blocs in enumerate(known):
            moves = _group_moves(blocs, self.n, rest) if groups else _single_moves(blocs, self.n)
            if not any(self._pays(k, place[to], who, asked if consent else 0)
                       for to, who, asked in moves):  # fmt: skip
                kept.append(blocs)
        kept.sort(key=len)
        return tuple(tuple(members(bloc, self.players) for bloc in blocs) for blocs in kept)

    def _pays(self, here: int, there: int, who: int, asked: int) -> bool:
        change = self.payoffs[there] - self.payoffs[here]
        for i in range(self.n):
            if who >> i & 1 and not change[i] > self.noise:
                return False
            if asked >> i & 1 and change[i] < -self.noise:
                return False
        return True

    def _written(self, blocs: Partition) -> str:
        return " | ".join(written(bloc, self.players) for bloc in blocs)


def _complete(blocs: Iterable[Iterable[str]], players: tuple[str, ...]) -> Partition:
    masks = [mask_of(tuple(bloc), players) for bloc in blocs]
    covered = 0
    for mask in masks:
        if covered & mask:
            raise BadInput(
                f"{written(covered & mask, players)} is in two blocs", where=Place("blocs")
            )
        covered |= mask
    alone = [1 << i for i in range(len(players)) if not covered >> i & 1]
    return ordered([*masks, *alone])


def _one(mask: int, n: int) -> Partition:
    return ordered([mask, *(1 << i for i in range(n) if not mask >> i & 1)])


def _single_moves(blocs: Partition, n: int) -> Iterator[tuple[Partition, int, int]]:
    """Where one state can go: the partition after, who moves, who is asked."""
    for i in range(n):
        mover = 1 << i
        home = next(bloc for bloc in blocs if bloc & mover)
        others = [bloc for bloc in blocs if bloc != home]
        if home != mover:
            yield ordered([*others, home ^ mover, mover]), mover, 0
        for target in others:
            left = [bloc for bloc in others if bloc != target]
            yield ordered([*left, home ^ mover, target | mover]), mover, target


def _group_moves(blocs: Partition, n: int, rest: Rest) -> Iterator[tuple[Partition, int, int]]:
    """Every group that forms a bloc of its own, the rest as said."""
    for group in range(1, 1 << n):
        if group in blocs:
            continue
        after = [group]
        for bloc in blocs:
            left = bloc & ~group
            if bloc & group and rest == "falls apart":
                after += [1 << i for i in range(n) if left >> i & 1]
            else:
                after.append(left)
        yield ordered(after), group, 0


@compiled
def _best(values: Array) -> tuple[Array, Masks]:
    """Best worth of each set, and the bloc of it that holds its highest member."""
    worth = values.copy()
    part = np.arange(values.size, dtype=np.int64)
    for whole in range(1, values.size):
        top = 1
        while top << 1 <= whole:
            top <<= 1
        low = whole ^ top
        rest = low
        while rest:
            other = values[whole ^ rest] + worth[rest]
            if other > worth[whole]:
                worth[whole] = other
                part[whole] = whole ^ rest
            rest = (rest - 1) & low
    return worth, part
