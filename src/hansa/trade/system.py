"""The equations of a counterfactual as arrays, and its state.

With hats for ratios to the base and primes for new levels (Caliendo–Parro 2015, eqs.
10–14), A = π κ̂^(−θ) and B = A / (1 + τ′), κ̂ = d̂ (1 + τ′)/(1 + τ), one sweep is

    C = ĉ^(−θ),  S = A·C,  P̂ = S^(−1/θ)
    Y′ = C ∘ Bᵀ(X′/S),  R = Σ_j X′ (1 − B·C/S)
    ln ĉ = β ln ŵ + Γᵀ ln P̂,  X′ = Γ Y′ + α I′,  ŵ = Σ_j β Y′ / wL

The state holds ln(ĉ/ŵ), ln X′ and ln ŵ. Costs are measured in the country's own wage
because they then follow the wage within the sweep; this halves the number of sweeps.
Everything is a logarithm: prices, wages and expenditure cannot become negative.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hansa.terms.errors import BadInput, Place
from hansa.trade import cells
from hansa.trade.economy import Economy
from hansa.trade.model import Array
from hansa.trade.shock import Closure, Shock


class System(NamedTuple):
    """A counterfactual's equations; J sectors, N countries.

    ``phi`` is empty unless deficits are scaled, ``sharing`` is empty unless revenue is
    shared: both cores test its size. See the module for A and B.
    """

    A: Array
    B: Array
    theta: Array
    beta: Array
    gamma: Array
    alpha: Array
    wL: Array  # noqa: N815 (the papers' letters)
    D: Array
    phi: Array
    sharing: Array
    damping: Array
    traded: NDArray[np.bool_]
    live: NDArray[np.bool_]


def system(economy: Economy, shock: Shock) -> System:
    """The equations of a shock.

    Raises
    ------
    BadInput
        If the shock leaves a country without any source of what it buys.
    """
    A, B = economy.pi.copy(), economy.net.copy()
    patch(A, B, economy, shock)
    return around(A, B, economy, shock)


def patch(A: Array, B: Array, economy: Economy, shock: Shock) -> None:
    """Write the cells of a shock into A and B, which hold those of the base."""
    at = shock.cells
    if at.size == 0:
        return
    J, N = economy.J, economy.N
    ratio = (1 + shock.tariffs) * (shock.costs / (1 + economy.tau.ravel()[at]))
    changed = np.exp(-economy.theta[at // (N * N)] * np.log(ratio))
    changed *= economy.pi.ravel()[at]
    A.ravel()[at] = changed
    B.ravel()[at] = changed / (1 + shock.tariffs)
    if np.isfinite(ratio).all():
        return
    rows = np.unique(at // N)
    dry = ~(A.reshape(J * N, N)[rows] > 0).any(axis=1) & economy.live.ravel()[rows]
    if dry.any():
        j, n = divmod(int(rows[dry][0]), N)
        where = cells.cell_name((j, n), (economy.sectors, economy.countries))
        raise BadInput(
            f"no source is left for what it buys: {where}",
            where=Place("costs", column=where),
            remedy="leave at least one supplier open",
        )


def unpatch(A: Array, B: Array, economy: Economy, shock: Shock) -> None:
    """Write the base back into the cells of a shock."""
    A.ravel()[shock.cells] = economy.pi.ravel()[shock.cells]
    B.ravel()[shock.cells] = economy.net.ravel()[shock.cells]


def around(A: Array, B: Array, economy: Economy, shock: Shock) -> System:
    """The equations with given A and B, and the deficits and revenue of a shock."""
    none = np.empty(0)
    earned = economy.wL + economy.received
    phi = economy.income / earned if shock.closure is Closure.SCALED else none
    deficits = np.zeros(economy.N)
    if shock.closure is Closure.KEPT:
        deficits = economy.D if shock.deficits is None else shock.deficits
    sharing = economy.sharing if shock.sharing is None else shock.sharing
    return System(
        A,
        B,
        economy.theta,
        economy.beta,
        economy.gamma,
        economy.alpha,
        economy.wL,
        deficits,
        phi,
        np.empty((0, 0)) if sharing is None else sharing,
        economy.damping,
        economy.traded,
        economy.live,
    )


def cold(economy: Economy) -> Array:
    """The state of the base: hats of one and the base's expenditure."""
    J, N = economy.J, economy.N
    state = np.zeros(2 * J * N + N)
    live = economy.live.ravel()
    state[J * N : 2 * J * N][live] = np.log(economy.X.ravel()[live])
    return state


class Parts(NamedTuple):
    """A state taken apart."""

    real_cost: Array
    """ln(ĉ/ŵ), shape (J, N)."""
    spending: Array
    """ln X′, shape (J, N); zero where nothing is ever bought."""
    wage: Array
    """ln ŵ, shape (N,)."""


def parts(state: Array, J: int, N: int) -> Parts:
    """Views of the three parts of a state."""
    cut = J * N
    return Parts(state[:cut].reshape(J, N), state[cut : 2 * cut].reshape(J, N), state[2 * cut :])
