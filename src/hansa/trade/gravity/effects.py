"""What gravity coefficients mean for a model: elasticities, tariff equivalents, cost changes.

With trade net of tariffs X_ni ∝ (κ_ni)^(−θ) and κ the iceberg cost, a coefficient β on a
variable v says ln κ^(−θ) = β v. Hence the cost that removing a border dummy saves, and the
hats κ̂ that a what-if needs, both with the estimate's covariance (delta method, and draws).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from hansa.terms.errors import BadInput
from hansa.terms.reasons import Because, Reason
from hansa.trade.gravity.poisson import GravityEstimate
from hansa.trade.model import Array


@dataclass(frozen=True, slots=True)
class Measure:
    """A number with its standard error (delta method) and the grounds of both."""

    value: float
    error: float
    because: Because = ()

    def interval(self, z: float = 1.959963984540054) -> tuple[float, float]:
        """Value ± ``z`` errors; 95 % if not given."""
        return self.value - z * self.error, self.value + z * self.error


def trade_elasticity(
    estimate: GravityEstimate, effect: str, flows: Literal["net", "gross"] = "net"
) -> Measure:
    """θ, from the coefficient on ln(1 + tariff).

    Parameters
    ----------
    estimate : GravityEstimate
        With the logarithm of the tariff factor among its effects.
    effect : str
        Its name.
    flows : {"net", "gross"}
        Whether the flows exclude the tariff (f.o.b. or c.i.f. values: β = −(1 + θ)) or
        include it (β = −θ).

    Raises
    ------
    BadInput
        If the coefficient implies no positive elasticity.
    """
    beta = estimate[effect]
    theta = -beta - (1 if flows == "net" else 0)
    if theta <= 0:
        raise BadInput(
            f"a coefficient of {beta:.4g} on {effect} implies a trade elasticity of {theta:.4g}",
            remedy="check the sign of the variable, and whether flows include tariffs",
        )
    error = float(estimate.errors[estimate.position(effect)])
    rule = "β = −(1 + θ)" if flows == "net" else "β = −θ"
    ground = Reason("number", f"coefficient {beta:.6g} on {effect}; {flows} flows: {rule}")
    return Measure(theta, error, (ground, *estimate.because))


def percent_effect(estimate: GravityEstimate, effect: str, change: float = 1.0) -> Measure:
    """Partial effect of a ``change`` of a variable on trade, per cent: 100 (e^(βΔ) − 1)."""
    beta, error = estimate[effect], float(estimate.errors[estimate.position(effect)])
    factor = float(np.exp(beta * change))
    ground = Reason("number", f"coefficient {beta:.6g} on {effect}, change {change:g}")
    slope = abs(100 * change * factor)
    return Measure(100 * (factor - 1), slope * error, (ground, *estimate.because))


def tariff_equivalent(
    estimate: GravityEstimate, effect: str, theta: float | Measure, change: float = 1.0
) -> Measure:
    """The ad-valorem cost, per cent, that has the trade effect of a ``change`` of a variable.

    100 (e^(−βΔ/θ) − 1): negative where the variable promotes trade. An error of ``theta``
    is taken as independent of the estimate's.
    """
    elasticity, spread = (theta.value, theta.error) if isinstance(theta, Measure) else (theta, 0.0)
    if elasticity <= 0:
        raise BadInput(f"a trade elasticity of {elasticity:g} is not positive")
    beta, error = estimate[effect], float(estimate.errors[estimate.position(effect)])
    factor = float(np.exp(-beta * change / elasticity))
    by_beta = 100 * factor * change / elasticity
    by_theta = 100 * factor * beta * change / elasticity**2
    ground = Reason("number", f"coefficient {beta:.6g} on {effect}, elasticity {elasticity:.6g}")
    return Measure(
        100 * (factor - 1), float(np.hypot(by_beta * error, by_theta * spread)), (ground,)
    )


@dataclass(frozen=True, slots=True, eq=False)
class CostChange:
    """κ̂, iceberg costs relative to the base, and draws of them.

    Parameters
    ----------
    kappa : Array
        At the point estimate, of the shape of the variables (such as importer × exporter).
    draws : Array
        One κ̂ per draw of the coefficients, first axis the draws.
    """

    kappa: Array
    draws: Array


def cost_change(
    estimate: GravityEstimate,
    changes: Mapping[str, ArrayLike],
    theta: ArrayLike,
    *,
    draws: int = 0,
    seed: int = 0,
) -> CostChange:
    """Iceberg cost changes that changes of gravity variables imply: κ̂ = exp(−Σ β Δv / θ).

    Parameters
    ----------
    estimate : GravityEstimate
        Of the coefficients β.
    changes : mapping of str to array
        Change Δv of each named variable, new less old, all of one shape.
    theta : array
        Trade elasticity: one, or broadcastable to that shape (one per sector: (J, 1, 1)).
    draws, seed : int
        How many draws of β to return, and their seed.

    Raises
    ------
    BadInput
        If shapes differ or an elasticity is not positive.
    """
    elasticity = np.asarray(theta, dtype=float)
    if not (elasticity > 0).all():
        raise BadInput("trade elasticities must be positive")
    names = tuple(changes)
    stack = [np.asarray(changes[name], dtype=float) for name in names]
    if not stack or any(array.shape != stack[0].shape for array in stack):
        raise BadInput("changes of variables need one common shape")
    cube = np.stack(stack)
    columns = [estimate.position(name) for name in names]
    point = np.tensordot(estimate.coefficients[columns], cube, axes=1)
    sample = np.empty((0, *point.shape))
    if draws:
        betas = estimate.draws(draws, seed)[:, columns]
        sample = np.tensordot(betas, cube, axes=1)
    return CostChange(np.exp(-point / elasticity), np.exp(-sample / elasticity))
