"""An economy of exchange with tariffs: the ground on which Kemp and Wan's theorem stands.

N states, G goods, CES tastes u_i = (Σ_g a_ig^(1/σ_i) x_ig^((σ_i−1)/σ_i))^(σ_i/(σ_i−1)).
State i is endowed with e_i, pays P_ig = p_g (1 + t_ig) where p are world prices, gets back
what its tariffs bring and receives a transfer D_i. In equilibrium every good's demand is
its endowment. Armington's world of trade is the case in which each state makes one good:
cost of transport is then a matter of tastes for goods at their origin.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import root

from hansa.coalitions.subsets import Array
from hansa.terms.errors import BadInput, NotConverged, Place

TOLERANCE = 1e-12
SWEEPS = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """An exchange economy.

    Parameters
    ----------
    states : tuple of str
        N names.
    tastes : Array
        a_ig ≥ 0, (N, G).
    sigma : Array
        Elasticities of substitution σ_i > 0, not 1, (N,).
    endowments : Array
        e_ig ≥ 0, (N, G).
    tariffs : Array
        t_ig > −1 on the world price, (N, G).
    transfers : Array
        D_i in money at world prices; they sum to zero, (N,).

    Raises
    ------
    BadInput
        If shapes or signs are wrong, or a good is endowed to or wanted by nobody.
    """

    states: tuple[str, ...]
    tastes: Array
    sigma: Array
    endowments: Array
    tariffs: Array
    transfers: Array = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        N = len(self.states)
        tastes = np.array(self.tastes, dtype=np.float64)
        G = tastes.shape[1] if tastes.ndim == 2 else 0
        given: dict[str, tuple[ArrayLike, tuple[int, ...]]] = {
            "tastes": (tastes, (N, G)),
            "sigma": (np.broadcast_to(self.sigma, (N,)), (N,)),
            "endowments": (self.endowments, (N, G)),
            "tariffs": (self.tariffs, (N, G)),
            "transfers": (self.transfers if np.size(self.transfers) else np.zeros(N), (N,)),
        }
        for name, (value, shape) in given.items():
            array = np.array(value, dtype=np.float64)
            if array.shape != shape or not np.isfinite(array).all():
                raise BadInput(f"needs {shape} finite numbers", where=Place(name))
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        self._check()

    def _check(self) -> None:
        if (self.tastes < 0).any() or (self.endowments < 0).any() or (self.tariffs <= -1).any():
            raise BadInput("tastes and endowments are not negative, tariffs above −100 %")
        if (self.sigma <= 0).any() or (np.abs(self.sigma - 1) < 1e-9).any():
            raise BadInput("elasticities are positive and not 1", where=Place("sigma"))
        idle = (self.tastes.sum(axis=0) == 0) | (self.endowments.sum(axis=0) == 0)
        if idle.any():
            raise BadInput(f"good {int(np.flatnonzero(idle)[0])} is wanted or owned by nobody")
        if abs(self.transfers.sum()) > 1e-9 * max(1.0, float(np.abs(self.transfers).max())):
            raise BadInput("transfers do not sum to zero", where=Place("transfers"))

    @property
    def N(self) -> int:  # noqa: N802 (the papers' letter)
        """Number of states."""
        return len(self.states)

    def utility(self, x: Array) -> Array:
        """u_i of consumption x (N, G), (N,)."""
        power = (self.sigma - 1) / self.sigma
        wanted = self.tastes > 0
        base = np.where(wanted, x, 1.0)
        parts = np.where(
            wanted, self.tastes ** (1 / self.sigma[:, None]) * base ** power[:, None], 0.0
        )
        return np.asarray(parts.sum(axis=1) ** (1 / power))

    def demand(self, prices: Array, incomes: Array) -> Array:
        """x_ig = a_ig P_ig^(−σ_i) I_i / Σ_g a_ig P_ig^(1−σ_i), (N, G)."""
        return ces_demand(self.tastes, self.sigma, prices, incomes)

    def consumed(self, p: Array) -> Array:
        """Demand at world prices p, tariff revenue being spent where it is collected, (N, G).

        Trade is balanced up to transfers: p · x_i = p · e_i + D_i fixes income.
        """
        inside = p * (1 + self.tariffs)
        shape = self.demand(inside, np.ones(self.N))
        means = self.endowments @ p + self.transfers
        if (means <= 0).any():
            name = self.states[int(np.argmin(means))]
            raise NotConverged(f"{name} would owe more than it has")
        return np.asarray(shape * (means / (shape @ p))[:, None])


@dataclass(frozen=True, slots=True, eq=False)
class Clearing:
    """World prices that clear every market, what is consumed, and how well they clear.

    Prices are normalised to mean one.
    """

    p: Array
    x: Array
    residual: float


def ces_demand(tastes: Array, sigma: Array, prices: Array, incomes: Array) -> Array:
    """Demands of states with these tastes at their prices, (N, G) or (G,), and incomes."""
    bought = np.where(tastes > 0, tastes * prices ** -sigma[:, None], 0.0)
    return np.asarray(bought * (incomes / (bought * prices).sum(axis=1))[:, None])


def equilibrium(economy: Exchange, *, tolerance: float = TOLERANCE) -> Clearing:
    """An equilibrium of an exchange economy with tariffs.

    Raises
    ------
    NotConverged
        If no prices clear the markets to the tolerance; it carries how far they got.
    """
    supply = economy.endowments.sum(axis=0)

    def excess(p: Array) -> Array:
        return np.asarray(economy.consumed(p).sum(axis=0) / supply - 1)

    nominal = bool(economy.transfers.any())  # transfers are money: prices keep their level
    p = cleared(excess, np.ones(supply.size), supply, tolerance, keep=nominal)
    if not nominal:
        p = p / p.mean()
    return Clearing(p, economy.consumed(p), float(np.abs(excess(p)).max()))


def cleared(
    excess: Callable[[Array], Array],
    start: Array,
    supply: Array,
    tolerance: float,
    *,
    keep: bool = False,
) -> Array:
    """Prices at which relative excess demand vanishes: tâtonnement, then Powell's method.

    Parameters
    ----------
    excess : callable
        From prices (G,) to relative excess demands (G,).
    start, supply : Array
        Where to begin; weights of goods in the level of prices.
    tolerance : float
        Largest excess asked for; up to 1e-9 is let pass.
    keep : bool
        Whether the level of prices matters; otherwise it is fixed.

    Raises
    ------
    NotConverged
        If no such prices are found.
    """
    p, best = start.copy(), np.inf
    for sweep in range(SWEEPS):
        z = excess(p)
        best = float(np.abs(z).max())
        if best < 1e-3 or not np.isfinite(best):
            break
        step = 0.3 / (1 + sweep / 2000)
        p = p * np.exp(np.clip(step * z, -0.5, 0.5))
        if not keep:
            p = p / p.mean()

    def system(logs: Array) -> Array:
        z = excess(np.exp(logs))
        if not keep:  # Walras's law makes one equation idle: it fixes the level instead
            z = np.append(z[1:], logs @ supply / supply.sum() - np.log(p) @ supply / supply.sum())
        return z

    logs = np.log(p)
    for _ in range(4):
        solved = root(system, logs, method="hybr", options={"xtol": 1e-15})
        logs = solved.x
        left = float(np.abs(excess(np.exp(logs))).max())
        if left <= tolerance:
            return np.asarray(np.exp(logs))
    if left <= 1e-9:
        return np.asarray(np.exp(logs))
    raise NotConverged(
        f"no prices clear all markets: the worst is off by {min(left, best):.1e}",
        remedy="check endowments, tastes and transfers",
    )
