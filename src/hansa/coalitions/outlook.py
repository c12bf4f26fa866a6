"""One bloc under uncertainty: how likely it is to hold, and who gains by how much.

Only the bloc itself, the bloc without each member and the bloc with each outsider are asked
about: n + 1 blocs instead of 2ⁿ, for every draw of what is uncertain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np

from hansa.coalitions.payments import Payments, settled
from hansa.coalitions.sampling import wilson
from hansa.coalitions.standing import Membership
from hansa.coalitions.subsets import Array, Flags, mask_of, members, players_of
from hansa.coalitions.worth import Worth
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown

BAND = (0.05, 0.95)


@dataclass(frozen=True, slots=True)
class Band:
    """A number with its uncertainty.

    Parameters
    ----------
    point : float
        At the central values.
    low, high : float
        Between which nine of ten draws lie.
    above : float
        Share of the draws above zero (beyond the noise).
    """

    point: float
    low: float
    high: float
    above: float


@dataclass(frozen=True, slots=True)
class Chance:
    """A probability from draws, with a band of 90 % for the number of draws."""

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """Payoffs around one bloc, at the central values and in every draw.

    Parameters
    ----------
    players : tuple of str
        n names.
    bloc : tuple of str
        The bloc asked about.
    point : Array
        ``point[0, i]``: payoff of i under the bloc; ``point[1 + k, i]``: if player k has
        moved, out of it or into it, (n + 1, n).
    draws : Array
        The same in every draw, (D, n + 1, n); D may be zero.
    noise : float
        Differences no larger than this are none.
    unit : str
    """

    players: tuple[str, ...]
    bloc: tuple[str, ...]
    point: Array
    draws: Array
    noise: float = 0.0
    unit: str = ""

    def __post_init__(self) -> None:
        n = len(players_of(self.players, 60))
        for name in self.bloc:
            if name not in self.players:
                raise unknown("player", name, self.players)
        for name, wanted in (("point", 2), ("draws", 3)):
            array = np.array(getattr(self, name), dtype=np.float64)
            if array.ndim != wanted or array.shape[-2:] != (n + 1, n):
                raise BadInput(f"has the shape {array.shape}", where=Place(name))
            if not np.isfinite(array).all():
                raise BadInput("holds no numbers", where=Place(name))
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    @classmethod
    def of(cls, worth: Worth, bloc: Iterable[str] | int) -> Self:
        """What a worth of all blocs says around one of them."""
        mask = mask_of(bloc, worth.players)
        near = [mask, *(mask ^ 1 << k for k in range(worth.n))]
        point = worth.payoffs[:, near].T
        return cls(
            worth.players, members(mask, worth.players), point, np.empty((0, *point.shape)),
            worth.noise, worth.unit,
        )  # fmt: skip

    def plus(self, other: Outlook, unit: str = "") -> Outlook:
        """The sum of two kinds of payoff around two blocs of the same players, draw by draw.

        The blocs may differ. A member of the first that leaves, leaves the second too if it
        is in it; an outsider to the first that joins, joins the second too if it is not.

        Raises
        ------
        BadInput
            If players or numbers of draws differ.
        """
        if other.players != self.players or len(other.draws) != len(self.draws):
            raise BadInput("two outlooks of different players or draws cannot be added")
        rows = [0] + [
            1 + k if (name in self.bloc) == (name in other.bloc) else 0
            for k, name in enumerate(self.players)
        ]
        return Outlook(
            self.players,
            self.bloc,
            self.point + other.point[rows],
            self.draws + other.draws[:, rows],
            self.noise + other.noise,
            unit or self.unit,
        )

    @property
    def outsiders(self) -> tuple[str, ...]:
        """Players who are not in the bloc."""
        return tuple(name for name in self.players if name not in self.bloc)

    # --- states -----------------------------------------------------------------------

    def moves(self, state: str) -> Band:
        """What a state gains by moving: by leaving, if it is in; by joining, if it is out."""
        k = self._place(state)
        return self._band(lambda table: table[..., 1 + k, k] - table[..., 0, k])

    def changes(self, mover: str, state: str) -> Band:
        """What a state gains by another's move."""
        k, i = self._place(mover), self._place(state)
        return self._band(lambda table: table[..., 1 + k, i] - table[..., 0, i])

    def has(self, state: str) -> Band:
        """What a state has under the bloc."""
        i = self._place(state)
        return self._band(lambda table: table[..., 0, i])

    def opposed(self, newcomer: str) -> tuple[str, ...]:
        """Members who would lose by a newcomer, at the central values."""
        k = self._place(newcomer)
        change = self.point[1 + k] - self.point[0]
        return tuple(m for m in self.bloc if change[self._place(m)] < -self.noise)

    def payments(self, newcomer: str, weights: Array) -> Payments:
        """The smallest payments by which newcomer and members all accept its coming.

        Losses within the noise need none.
        """
        if newcomer in self.bloc:
            raise BadInput(f"{newcomer} is in the bloc already")
        k = self._place(newcomer)
        change = self.point[1 + k] - self.point[0]
        wider = (*self.bloc, newcomer)
        slack = {name: self._minded(float(change[self._place(name)])) for name in wider}
        money = {name: gain * float(weights[self._place(name)]) for name, gain in slack.items()}
        return settled(money, f"by {newcomer}'s coming")

    def kept(self, weights: Array) -> Payments:
        """The smallest payments that keep every member from leaving alone."""
        slack = {}
        for name in self.bloc:
            k = self._place(name)
            gain = self._minded(float(self.point[0, k] - self.point[1 + k, k]))
            slack[name] = gain * float(weights[k])
        return settled(slack, "by staying in")

    def _minded(self, gain: float) -> float:
        """A loss that nobody minds needs no payment."""
        return 0.0 if -self.noise <= gain < 0 else gain

    # --- the bloc ---------------------------------------------------------------------

    def leavers(self) -> tuple[str, ...]:
        """Members who would leave at the central values, the keenest first."""
        return self._keen(self.bloc)

    def joiners(self) -> tuple[str, ...]:
        """Outsiders who would join at the central values, the keenest first."""
        return self._keen(self.outsiders)

    def internal(self) -> Chance:
        """How likely it is that nobody leaves."""
        return self._chance(self._holds(self.bloc, None))

    def external(self, membership: Membership = "open") -> Chance:
        """How likely it is that nobody joins (or is let in by all)."""
        return self._chance(self._holds(self.outsiders, membership))

    def stable(self, membership: Membership = "open") -> Chance:
        """How likely it is that the bloc is stable."""
        inside = self._holds(self.bloc, None)
        return self._chance(inside & self._holds(self.outsiders, membership))

    def _holds(self, movers: Iterable[str], membership: Membership | None) -> Flags:
        """In which draws (or at the point, if there are none) nobody of these moves."""
        table = self.draws if len(self.draws) else self.point[None]
        held = np.ones(len(table), dtype=bool)
        for name in movers:
            k = self._place(name)
            change = table[:, 1 + k] - table[:, 0]
            moves = change[:, k] > self.noise
            if membership == "exclusive":
                inside = [self._place(m) for m in self.bloc]
                moves &= (change[:, inside] >= -self.noise).all(axis=1)
            held &= ~moves
        return held

    def _chance(self, held: Flags) -> Chance:
        if not len(self.draws):
            share = float(held[0])
            return Chance(share, share, share)
        kept = int(held.sum())
        return Chance(kept / held.size, *wilson(kept, held.size))

    def _keen(self, states: Iterable[str]) -> tuple[str, ...]:
        found = {name: self.moves(name).point for name in states}
        keen = [name for name, gain in found.items() if gain > self.noise]
        return tuple(sorted(keen, key=lambda name: -found[name]))

    def _band(self, measure: Callable[[Array], Array]) -> Band:
        point = float(measure(self.point))
        if not len(self.draws):
            return Band(point, point, point, float(point > self.noise))
        values = measure(self.draws)
        low, high = np.quantile(values, BAND)
        return Band(point, float(low), float(high), float((values > self.noise).mean()))

    def _place(self, name: str) -> int:
        if name not in self.players:
            raise unknown("player", name, self.players)
        return self.players.index(name)
