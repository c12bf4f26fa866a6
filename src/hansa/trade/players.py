"""Who chooses tariffs, for what, and over which cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown
from hansa.trade import cells
from hansa.trade.model import Array, Outcome, TariffModel

Mask = NDArray[np.bool_]
Objective = Callable[[Array], tuple[float, Array]]
"""From welfare (N,) to the objective and its weights q on each country's ln welfare."""


@dataclass(frozen=True, slots=True)
class Player:
    """Who chooses tariffs together.

    Parameters
    ----------
    name : str
        What people call it.
    members : tuple of str
        Countries whose real income it maximises, weighted by base income.
    common : bool
        Whether members charge outsiders the same.
    """

    name: str
    members: tuple[str, ...]
    common: bool = True

    @classmethod
    def country(cls, name: str) -> Self:
        """A country on its own."""
        return cls(name, (name,))


@dataclass(frozen=True, slots=True)
class Levers:
    """Cells that players set, and which of them move together.

    Parameters
    ----------
    free : array of bool (J, N, N)
        The cells.
    cells : array of int (K,)
        Their positions in the raveled cube.
    group : array of int (K,)
        Variable of each cell.
    scale : array (V,)
        Scale of each variable: the root of the imports that it bears on, over income.
    """

    free: Mask
    cells: NDArray[np.int64]
    group: NDArray[np.int64]
    scale: Array

    @property
    def tied(self) -> bool:
        """Whether any variable moves several cells."""
        return bool(self.group.size > self.scale.size)

    def summed(self, cube: Array) -> Array:
        """Sum of a cube's cells by variable, shape (V,)."""
        return np.bincount(self.group, weights=cube.ravel()[self.cells]).astype(np.float64)

    def read(self, tariffs: Array) -> Array:
        """ln(1 + τ) by variable; the mean where tied cells differ, shape (V,)."""
        logs = np.log1p(tariffs.ravel()[self.cells])
        return np.bincount(self.group, logs) / np.bincount(self.group)

    def write(self, tariffs: Array, x: Array) -> Array:
        """The tariffs with the levers' cells set to variables ``x`` = ln(1 + τ)."""
        new = tariffs.copy()
        new.ravel()[self.cells] = np.expm1(x)[self.group]
        return new


def levers(model: TariffModel, players: Sequence[Player]) -> Levers:
    """Imports of each player from outsiders; a common tariff ties members' cells.

    Raises
    ------
    BadInput
        If there are no such imports.
    """
    imports = model.imports
    J, N, _ = imports.shape
    free = np.zeros(imports.shape, dtype=bool)
    keys = np.zeros(imports.shape, dtype=np.int64)
    j, importer, exporter = np.indices(imports.shape)
    for number, player in enumerate(players):
        inside = members(model, player)
        mine = model.tradable[:, None, None] & inside[:, None] & ~inside & (imports > 0)
        free |= mine
        first = int(np.flatnonzero(inside)[0])
        key = ((number * J + j) * N + (first if player.common else importer)) * N + exporter
        keys[mine] = key[mine]
    at = np.flatnonzero(free)
    if not at.size:
        raise BadInput("no player imports anything from outsiders", where=Place("players"))
    _, group = np.unique(keys.ravel()[at], return_inverse=True)
    income = sum(float(model.income[members(model, player)].sum()) for player in players)
    scale = np.sqrt(np.bincount(group, imports.ravel()[at]) / income)
    return Levers(free, at, group, np.maximum(scale, 1e-3 * scale.max()))


def members(model: TariffModel, player: Player) -> Mask:
    """Mask of a player's countries, shape (N,)."""
    mask = np.zeros(len(model.countries), dtype=bool)
    for name in player.members:
        if name not in model.countries:
            raise unknown("country", name, model.countries)
        mask[model.countries.index(name)] = True
    return mask


def disjoint(players: Sequence[Player]) -> tuple[Player, ...]:
    """The players, if no country is in two of them.

    Raises
    ------
    BadInput
        If one is, or there is no player.
    """
    cells.names([name for player in players for name in player.members], "members of players")
    return tuple(players)


def incomes(model: TariffModel, players: Sequence[Player], outcome: Outcome) -> Array:
    """Real income of each player in money of the base, shape (P,)."""
    real = model.income * outcome.welfare
    return np.array([real[members(model, player)].sum() for player in players])


def gains(model: TariffModel, players: Sequence[Player], outcome: Outcome) -> Array:
    """Change of each player's real income against the base, as a fraction, shape (P,)."""
    base = np.array([model.income[members(model, player)].sum() for player in players])
    change: Array = incomes(model, players, outcome) / base - 1
    return change


def log_income(model: TariffModel, players: Sequence[Player]) -> Objective:
    """Σ of players' log real incomes, weighted by base income."""
    masks = [members(model, player) for player in players]
    totals = np.array([model.income[mask].sum() for mask in masks])

    def objective(welfare: Array) -> tuple[float, Array]:
        value, weights = 0.0, np.zeros_like(welfare)
        for mask, total in zip(masks, totals, strict=True):
            real = np.where(mask, model.income * welfare, 0.0)
            share = total / totals.sum()
            value += share * float(np.log(real.sum() / total))
            weights += share * real / real.sum()
        return value, weights

    return objective


def least_gain(
    model: TariffModel, players: Sequence[Player], threat: Outcome, sharpness: float = 300.0
) -> Objective:
    """The smallest of players' log gains over the threat, smoothed so that it has a slope."""
    masks = [members(model, player) for player in players]
    floors = incomes(model, players, threat)

    def objective(welfare: Array) -> tuple[float, Array]:
        reals = [np.where(mask, model.income * welfare, 0.0) for mask in masks]
        logs = np.array([np.log(r.sum() / f) for r, f in zip(reals, floors, strict=True)])
        powers = np.exp(-sharpness * (logs - logs.min()))
        value = float(logs.min() - np.log(powers.sum()) / sharpness)
        parts = powers / powers.sum()
        weights = sum((p * r / r.sum() for p, r in zip(parts, reals, strict=True)), 0 * welfare)
        return value, weights

    return objective


def nash_product(model: TariffModel, players: Sequence[Player], threat: Outcome) -> Objective:
    """Mean of the logs of players' gains over the threat; minus infinity where one loses."""
    masks = [members(model, player) for player in players]
    floors = incomes(model, players, threat)

    def objective(welfare: Array) -> tuple[float, Array]:
        value, weights = 0.0, np.zeros_like(welfare)
        for mask, floor in zip(masks, floors, strict=True):
            real = np.where(mask, model.income * welfare, 0.0)
            gain = float(real.sum() / floor - 1)
            if gain <= 0:
                return -np.inf, weights
            value += float(np.log(gain)) / len(masks)
            weights += real / (floor * gain * len(masks))
        return value, weights

    return objective
