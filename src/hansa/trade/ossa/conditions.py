"""First-order conditions of a government's tariffs, solved in closed form.

Take the equilibrium's shadow values (`hansa.trade.ossa.shadow`) as given: r, the worth of
government n's revenue, and v_si, that of sales of sector s by supplier i. Setting the slope
of its objective in ln τ_sni to zero for all suppliers of a sector leaves

    1 + t_sni = (r − v_si) / κ_s,
    σ_s κ_s = (σ_s − 1) Σ_i e_sni (r − v_si)/τ_sni + 1/X_n,                      (1)

e_sni being the supplier's share in spending. What is dearer to raise (sales whose worth v
is high, because the supplier's wages feed back on n's terms of trade) bears less; κ_s is
common to all suppliers of a sector.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hansa.terms.errors import BadInput
from hansa.trade.model import Array
from hansa.trade.ossa.economy import OssaEconomy
from hansa.trade.ossa.outcome import OssaOutcome
from hansa.trade.ossa.shadow import shadows, welfare_objectives


@dataclass(frozen=True, slots=True)
class Bounds:
    """Lowest and highest tariff a government may set; the paper's are 0 and 10 (1000 %)."""

    low: float = 0.0
    high: float = 10.0

    def __post_init__(self) -> None:
        if not -1 < self.low <= self.high < np.inf:
            raise BadInput(
                f"tariffs cannot be bounded by {self.low} and {self.high}",
                remedy="bounds are rates above −1, the lower one first",
            )

    def clip(self, tariffs: Array) -> Array:
        """Tariffs put within the bounds, and on a bound where only rounding keeps them off."""
        within = np.clip(tariffs, self.low, self.high)
        within = np.where(within < self.low + 1e-12, self.low, within)
        snapped: Array = np.where(within > self.high - 1e-12, self.high, within)
        return snapped


@dataclass(frozen=True, slots=True, eq=False)
class Wishes:
    """What each player would set at the shadow values of an equilibrium.

    Parameters
    ----------
    step : Array
        Wanted change of ln(1 + t), (S, N, N); zero where nobody chooses.
    slope : Array
        Slope of the player's own objective in ln(1 + t), (S, N, N).
    residual : float
        Largest |step|, flows under 1e-8 of the buyer's spending counting less.
    """

    step: Array
    slope: Array
    residual: float


def free_cells(economy: OssaEconomy, players: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which tariffs ``players`` choose: theirs on everybody else, (S, N, N) of bool."""
    free = np.zeros_like(economy.trade, dtype=bool)
    free[:, players] = True
    free &= ~np.eye(len(economy.countries), dtype=bool)
    return free


def wishes(
    at: OssaOutcome, players: tuple[int, ...], bounds: Bounds, *, discriminate: bool = True
) -> Wishes:
    """Each player's tariffs by its conditions (1) at the equilibrium ``at``.

    Suppliers inside the bounds are at (r − v_si)/κ_s and leave the sum of (1); those at a
    bound and the home market stay in it. Where κ_s ≤ 0 every tariff is too low and the
    upper bound is the answer. A government that may not ``discriminate`` between suppliers
    (most favoured nation) sets one tariff on their mean of r − v_si, weighted by imports.
    """
    economy, sigma = at.economy, at.economy.sigma[:, None]
    weights = np.eye(len(economy.countries))[:, players]
    shadow = shadows(economy, at.state, welfare_objectives(economy, at.aim, weights))
    slopes = shadow.slope(at.state)
    step, slope = np.zeros_like(at.tariffs), np.zeros_like(at.tariffs)
    for k, n in enumerate(players):
        margin = shadow.revenue[n, k] - shadow.sales[:, :, k]
        tau, share = 1 + at.tariffs[:, n], at.state.shares[:, n]
        fixed = (tau <= 1 + bounds.low) | (tau >= 1 + bounds.high)
        fixed[:, n] = True
        if not discriminate:
            margin = _mean_abroad(margin, share, n)
        kept = (share * margin / tau * fixed).sum(axis=1, keepdims=True)
        kappa = (sigma - 1) * kept + 1 / at.state.spending[n]
        kappa /= sigma - (sigma - 1) * (share * ~fixed).sum(axis=1, keepdims=True)
        wanted = np.divide(margin, kappa, out=np.full_like(margin, np.inf), where=kappa > 0)
        step[:, n] = np.log1p(bounds.clip(wanted - 1)) - np.log(tau)
        step[:, n, n] = 0.0
        slope[:, n] = slopes[:, n, :, k]
        if not discriminate:
            slope[:, n] = slope[:, n].sum(axis=1, keepdims=True)
            slope[:, n, n] = 0.0
    weight = np.minimum(at.state.shares * economy.shares.mu[:, :, None] * 1e8, 1.0)
    return Wishes(step, slope, float(np.abs(step * weight).max()))


def _mean_abroad(margin: Array, share: Array, n: int) -> Array:
    """The margins (S, N) with those abroad replaced by their mean, weighted by imports."""
    abroad = share.copy()
    abroad[:, n] = 0.0
    total = abroad.sum(axis=1, keepdims=True)
    weight = np.divide(abroad, total, out=np.zeros_like(abroad), where=total > 0)
    mean: Array = np.broadcast_to((weight * margin).sum(axis=1, keepdims=True), margin.shape).copy()
    mean[:, n] = margin[:, n]
    return mean
