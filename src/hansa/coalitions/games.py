"""Games with transferable utility: what every coalition can reach by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from hansa.coalitions.compiled import compiled
from hansa.coalitions.subsets import (
    Array,
    lexicographic,
    mask_of,
    members,
    players_of,
    sums,
    written,
)
from hansa.terms.errors import BadInput, Place
from hansa.terms.progress import Progress, silent
from hansa.terms.reasons import Because

PAIRWISE_UP_TO = 16
"""Players up to which all 3ⁿ pairs of disjoint coalitions are compared."""


@dataclass(frozen=True, slots=True, eq=False)
class Game:
    """A characteristic function v with v(∅) = 0.

    Parameters
    ----------
    players : tuple of str
        Names of the n players.
    values : Array
        v(S) by mask, (2ⁿ,).
    because : tuple of Reason
        Where the values come from.

    Raises
    ------
    BadInput
        If a value is missing or no number, or the empty coalition has one.
    """

    players: tuple[str, ...]
    values: Array
    because: Because = ()

    def __post_init__(self) -> None:
        players = players_of(self.players)
        object.__setattr__(self, "players", players)
        values = np.array(self.values, dtype=np.float64)
        if values.shape != (1 << len(players),):
            raise BadInput(
                f"{len(players)} players have {1 << len(players)} coalitions, "
                f"the empty one included; there are {values.size} values",
                where=Place("values"),
            )
        if values[0] != 0:
            raise BadInput(f"nobody is worth {values[0]:g}, not 0", where=Place("values"))
        refuse_missing(values, players)
        values.flags.writeable = False
        object.__setattr__(self, "values", values)

    # --- made from --------------------------------------------------------------------

    @classmethod
    def from_function(
        cls,
        players: Iterable[str],
        value: Callable[[tuple[str, ...]], float],
        *,
        because: Because = (),
        progress: Progress = silent,
    ) -> Self:
        """From a function of the members' names; it is not asked about nobody."""
        names = players_of(players)
        values = np.zeros(1 << len(names))
        for mask in range(1, values.size):
            values[mask] = value(members(mask, names))
            progress(mask, values.size - 1, "coalitions valued")
        return cls(names, values, because)

    @classmethod
    def from_table(
        cls,
        players: Iterable[str],
        table: Mapping[tuple[str, ...] | frozenset[str], float],
        *,
        because: Because = (),
    ) -> Self:
        """From values by coalition.

        Raises
        ------
        BadInput
            If coalitions lack; names the first of them.
        """
        names = players_of(players)
        values = np.full(1 << len(names), np.nan)
        values[0] = 0.0
        for coalition, value in table.items():
            values[mask_of(coalition, names)] = value
        return cls(names, values, because)

    @classmethod
    def from_list(cls, players: Iterable[str], values: Sequence[float]) -> Self:
        """From values in the order of textbooks: {1}, {2}, …, {1,2}, {1,3}, …"""
        names = players_of(players)
        order = lexicographic(len(names))
        if len(values) != order.size:
            raise BadInput(
                f"{len(names)} players have {order.size} coalitions, not {len(values)}",
                where=Place("values"),
            )
        table = np.zeros(1 << len(names))
        table[order] = values
        return cls(names, table)

    @classmethod
    def weighted(cls, players: Iterable[str], weights: ArrayLike, quota: float) -> Self:
        """The simple game in which a coalition of the quota or more wins (value 1)."""
        names = players_of(players)
        total = sums(np.asarray(weights, dtype=np.float64))
        return cls(names, (total >= quota).astype(np.float64))

    # --- asked ------------------------------------------------------------------------

    @property
    def n(self) -> int:
        """Number of players."""
        return len(self.players)

    @property
    def whole(self) -> float:
        """v(N)."""
        return float(self.values[-1])

    @property
    def alone(self) -> Array:
        """v({i}), (n,)."""
        return np.array([self.values[1 << i] for i in range(self.n)])

    @property
    def marginal(self) -> Array:
        """M_i = v(N) − v(N∖i), (n,)."""
        full = self.values.size - 1
        return np.array([self.whole - self.values[full ^ 1 << i] for i in range(self.n)])

    def value(self, coalition: Iterable[str] | int) -> float:
        """The value of a coalition, by names or mask."""
        return float(self.values[mask_of(coalition, self.players)])

    @property
    def simple(self) -> bool:
        """Whether every coalition wins (1) or loses (0), and growing never loses."""
        return bool(np.isin(self.values, (0.0, 1.0)).all()) and self.monotone()

    def monotone(self) -> bool:
        """Whether nobody's coming ever lowers a value."""
        return all(bool((gain >= 0).all()) for gain in (self.gain(i) for i in range(self.n)))

    def gain(self, i: int) -> Array:
        """v(S ∪ i) − v(S) for every S without player i, (2ⁿ⁻¹,)."""
        v = self.values.reshape(-1, 2, 1 << i)
        return np.asarray((v[:, 1] - v[:, 0]).ravel())

    def convex(self, tolerance: float = 1e-9) -> bool:
        """Whether the larger a coalition, the more anybody's coming adds."""
        size = np.abs(self.values).max()
        for i in range(self.n):
            for j in range(i):
                v = self.values.reshape(-1, 2, 1 << (i - j - 1), 2, 1 << j)
                cross = v[:, 1, :, 1] - v[:, 1, :, 0] - v[:, 0, :, 1] + v[:, 0, :, 0]
                if (cross < -tolerance * size).any():
                    return False
        return True

    def split(self, tolerance: float = 1e-9) -> tuple[int, int] | None:
        """Two disjoint coalitions that are worth more apart than together, if there are any.

        Up to 16 players all pairs are compared; with more, a coalition and all others.
        """
        size = np.abs(self.values).max()
        slack = tolerance * max(size, 1e-300)
        if self.n <= PAIRWISE_UP_TO:
            a, b = _worst_split(self.values, self.n)
            loss = self.values[a] + self.values[b] - self.values[a | b]
            return (int(a), int(b)) if loss > slack else None
        loss = self.values + self.values[::-1] - self.whole
        a = int(loss.argmax())
        return (a, self.values.size - 1 - a) if loss[a] > slack else None

    # --- turned into others -----------------------------------------------------------

    def dual(self) -> Game:
        """v*(S) = v(N) − v(N∖S): what S can keep from the others."""
        return Game(self.players, self.whole - self.values[::-1], self.because)

    def plus(self, other: Game) -> Game:
        """The sum of two games of the same players."""
        if other.players != self.players:
            raise BadInput("games of different players cannot be added")
        return Game(self.players, self.values + other.values, (*self.because, *other.because))

    def times(self, factor: float, shift: ArrayLike = 0.0) -> Game:
        """a·v(S) + Σ_{i∈S} b_i: other units, and what players bring in any case."""
        bring = np.broadcast_to(np.asarray(shift, dtype=np.float64), (self.n,))
        return Game(self.players, factor * self.values + sums(np.asarray(bring)), self.because)

    def among(self, coalition: Iterable[str] | int) -> Game:
        """The game of some of the players among themselves."""
        inside = mask_of(coalition, self.players)
        chosen = [i for i in range(self.n) if inside >> i & 1]
        masks = sums(np.array([float(1 << i) for i in chosen])).astype(np.int64)
        return Game(members(inside, self.players), self.values[masks], self.because)


def require_superadditive(game: Game, what: str) -> None:
    """Refuse a game in which coalitions lose by joining, where that matters.

    Raises
    ------
    BadInput
        Naming two coalitions and what they lose.
    """
    found = game.split()
    if found is None:
        return
    a, b = found
    loss = game.values[a] + game.values[b] - game.values[a | b]
    raise BadInput(
        f"{what} needs a superadditive game: {written(a, game.players)} and "
        f"{written(b, game.players)} are worth {loss:.6g} more apart than together",
        where=Place("values"),
        remedy="ask best_partition which coalitions would form, and divide within each",
    )


def refuse_missing(values: Array, players: Sequence[str]) -> None:
    """Refuse values that lack, naming the first coalitions without one."""
    flat = values if values.ndim == 1 else values.sum(axis=0)
    missing = np.flatnonzero(~np.isfinite(flat))
    if missing.size:
        named = ", ".join(written(int(mask), players) for mask in missing[:3])
        more = f" and {missing.size - 3} more" if missing.size > 3 else ""
        raise BadInput(
            f"no value for {named}{more}",
            where=Place("values"),
            remedy="every coalition needs a finite value",
        )


@compiled
def _worst_split(values: Array, n: int) -> tuple[int, int]:
    """The disjoint pair that loses most by joining; (0, 0) if none loses."""
    best, left, right = 0.0, 0, 0
    for whole in range(1, 1 << n):
        part = (whole - 1) & whole
        while part > whole - part:
            loss = values[part] + values[whole ^ part] - values[whole]
            if loss > best:
                best, left, right = loss, part, whole ^ part
            part = (part - 1) & whole
    return left, right


def size_weights(n: int) -> Array:
    """(|S|−1)! (n−|S|)! / n! by |S|: the share of orders in which S is completed by one of it."""
    weight = np.zeros(n + 1)
    weight[1] = 1.0 / n
    for s in range(1, n):
        weight[s + 1] = weight[s] * s / (n - s)
    return weight
