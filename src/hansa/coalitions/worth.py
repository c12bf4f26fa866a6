"""What one bloc brings to every state, inside and outside: a partition function in brief.

In a world of trade what a union is worth to a state depends on who else is in it, also if
the state stays out. `Worth` holds, for each coalition S that forms the one bloc while all
others stay alone, what every state then has. A bloc of one is no bloc: with nobody or a
single state in it things are as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from hansa.coalitions.games import Game, refuse_missing
from hansa.coalitions.subsets import Array, mask_of, members, players_of, sizes, written
from hansa.terms.errors import BadInput, Place
from hansa.terms.progress import Progress, silent
from hansa.terms.reasons import Because

Trace = Callable[[int], Because]
"""From a coalition's mask to what its numbers rest on."""


def untraced(mask: int) -> Because:
    """The trace of values that come from nowhere in particular."""
    return ()


@dataclass(frozen=True, slots=True, eq=False)
class Worth:
    """Payoffs of n states under every single bloc.

    Parameters
    ----------
    players : tuple of str
        Names of the states that might be in the bloc.
    payoffs : Array
        ``payoffs[i, S]``: what player i has if bloc S forms, (n, 2ⁿ).
    unit : str
        In words: ``"real income, share of the base's"``.
    noise : float
        Differences no larger than this are none: the tolerance of the model.
    because : tuple of Reason
        What all values rest on.
    trace : callable
        What the values of one coalition rest on.

    Raises
    ------
    BadInput
        If values lack, or a bloc of one differs from no bloc by more than the noise.
    """

    players: tuple[str, ...]
    payoffs: Array
    unit: str = ""
    noise: float = 0.0
    because: Because = ()
    trace: Trace = field(default=untraced, repr=False)

    def __post_init__(self) -> None:
        players = players_of(self.players)
        object.__setattr__(self, "players", players)
        payoffs = np.array(self.payoffs, dtype=np.float64, order="C")
        shape = (len(players), 1 << len(players))
        if payoffs.shape != shape:
            raise BadInput(
                f"payoffs have the shape {payoffs.shape}, not {shape} (players × coalitions)",
                where=Place("payoffs"),
            )
        refuse_missing(payoffs, players)
        for i in range(len(players)):
            apart = np.abs(payoffs[:, 1 << i] - payoffs[:, 0]).max()
            if apart > max(self.noise, 1e-9 * max(1.0, float(np.abs(payoffs[:, 0]).max()))):
                raise BadInput(
                    f"the bloc of {players[i]} alone differs from no bloc by {apart:.3g}",
                    where=Place("payoffs"),
                    remedy="a bloc of one is no bloc: give both the same values",
                )
            payoffs[:, 1 << i] = payoffs[:, 0]
        payoffs.flags.writeable = False
        object.__setattr__(self, "payoffs", payoffs)

    # --- made from --------------------------------------------------------------------

    @classmethod
    def from_function(
        cls,
        players: Iterable[str],
        value: Callable[[tuple[str, ...]], ArrayLike],
        *,
        unit: str = "",
        noise: float = 0.0,
        because: Because = (),
        progress: Progress = silent,
    ) -> Self:
        """From a function of the bloc's members to everybody's payoffs, (n,).

        It is asked once for no bloc and once for each bloc of two or more.
        """
        names = players_of(players)
        n = len(names)
        payoffs = np.empty((n, 1 << n))
        nothing = np.asarray(value(()), dtype=np.float64)
        blocs = np.flatnonzero(sizes(n) >= 2)
        payoffs[:] = nothing[:, None]
        for done, mask in enumerate(blocs.tolist(), 1):
            payoffs[:, mask] = value(members(mask, names))
            progress(done, blocs.size, "blocs valued")
        return cls(names, payoffs, unit, noise, because)

    @classmethod
    def from_table(
        cls,
        players: Iterable[str],
        table: Mapping[tuple[str, ...] | frozenset[str], Sequence[float] | Mapping[str, float]],
        *,
        unit: str = "",
        noise: float = 0.0,
        because: Because = (),
    ) -> Self:
        """From payoffs by bloc: that of nobody, ``()``, and of all with two or more.

        Raises
        ------
        BadInput
            If blocs lack; names the first of them.
        """
        names = players_of(players)
        payoffs = np.full((len(names), 1 << len(names)), np.nan)
        for coalition, values in table.items():
            mask = mask_of(coalition, names)
            given = [values[p] for p in names] if isinstance(values, Mapping) else values
            if len(given) != len(names):
                raise BadInput(
                    f"{written(mask, names)} has {len(given)} payoffs for {len(names)} states",
                    where=Place("table"),
                    remedy="give every state's payoff, those of outsiders too",
                )
            payoffs[:, mask] = given
        for i in range(len(names)):
            if np.isnan(payoffs[:, 1 << i]).all():
                payoffs[:, 1 << i] = payoffs[:, 0]
        return cls(names, payoffs, unit, noise, because)

    # --- asked ------------------------------------------------------------------------

    @property
    def n(self) -> int:
        """Number of players."""
        return len(self.players)

    def of(self, bloc: Iterable[str] | int) -> dict[str, float]:
        """Everybody's payoff if this bloc forms."""
        column = self.payoffs[:, mask_of(bloc, self.players)]
        return dict(zip(self.players, column.tolist(), strict=True))

    def gains(self, bloc: Iterable[str] | int, than: Iterable[str] | int = 0) -> dict[str, float]:
        """Everybody's payoff under a bloc less that under another (no bloc)."""
        a, b = mask_of(bloc, self.players), mask_of(than, self.players)
        change = self.payoffs[:, a] - self.payoffs[:, b]
        return dict(zip(self.players, change.tolist(), strict=True))

    def why(self, bloc: Iterable[str] | int) -> Because:
        """What the values of a bloc rest on."""
        return (*self.because, *self.trace(mask_of(bloc, self.players)))

    # --- turned into others -----------------------------------------------------------

    def mixed(self, other: Worth, weight: float = 1.0, unit: str = "") -> Worth:
        """These payoffs and another kind's, times a weight: a stated mix.

        Raises
        ------
        BadInput
            If the players differ.
        """
        if other.players != self.players:
            raise BadInput("payoffs of different players cannot be mixed")

        def trace(mask: int) -> Because:
            return (*self.trace(mask), *other.trace(mask))

        return Worth(
            self.players,
            self.payoffs + weight * other.payoffs,
            unit or f"{self.unit} + {weight:g} × {other.unit}",
            self.noise + abs(weight) * other.noise,
            (*self.because, *other.because),
            trace,
        )

    def game(self, weights: ArrayLike = 1.0) -> Game:
        """The members' joint gain over no bloc, as a game with transferable utility.

        Parameters
        ----------
        weights : array (n,)
            Money per unit of payoff: base income, if payoffs are shares of it.
        """
        money = np.broadcast_to(np.asarray(weights, dtype=np.float64), (self.n,))
        values = np.zeros(1 << self.n)
        for i in range(self.n):
            change = money[i] * (self.payoffs[i] - self.payoffs[i, 0])
            values.reshape(-1, 2, 1 << i)[:, 1] += change.reshape(-1, 2, 1 << i)[:, 1]
        values[0] = 0.0
        for i in range(self.n):
            values[1 << i] = 0.0
        return Game(self.players, values, self.because)

    def among(self, chosen: Iterable[str]) -> Worth:
        """The payoffs of some players while the others stay out of any bloc."""
        names = players_of(chosen)
        where = np.array([mask_of((p,), self.players).bit_length() - 1 for p in names])
        masks = np.zeros(1, dtype=np.int64)
        for i in where.tolist():
            masks = np.concatenate([masks, masks | 1 << i])
        lookup = masks.tolist()
        return Worth(
            names, self.payoffs[np.ix_(where, masks)], self.unit, self.noise, self.because,
            lambda mask: self.trace(lookup[mask]),
        )  # fmt: skip
