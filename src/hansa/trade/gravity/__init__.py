"""Structural gravity: PPML with many fixed effects, and what its coefficients mean.

``estimate(GravityRequest(panel, effects))`` gives a `GravityEstimate`; `trade_elasticity`,
`percent_effect`, `tariff_equivalent` and `cost_change` turn it into what a model needs.
Needs the extra ``hansa[gravity]``.
"""

from hansa.trade.gravity.effects import (
    CostChange,
    Measure,
    cost_change,
    percent_effect,
    tariff_equivalent,
    trade_elasticity,
)
from hansa.trade.gravity.poisson import GravityEstimate, estimate
from hansa.trade.gravity.request import THREE_WAY, GravityRequest

__all__ = [
    "THREE_WAY",
    "CostChange",
    "GravityEstimate",
    "GravityRequest",
    "Measure",
    "cost_change",
    "estimate",
    "percent_effect",
    "tariff_equivalent",
    "trade_elasticity",
]
