"""Ossa (2014): trade wars and trade talks with monopolistic competition and profits.

`OssaEconomy` is the base (purge its deficits first), ``economy.outcome(tariffs)`` an
equilibrium with welfare and slopes; `optimal_tariffs`, `nash_tariffs` and
`cooperative_tariffs` are the paper's Tables 3, 4 and 5; `political_weights` reads a
government's weights off the tariffs that it sets where nothing binds it. The model fits
`hansa.trade.model.TariffModel`.
"""

from hansa.trade.ossa.conditions import Bounds
from hansa.trade.ossa.economy import OssaEconomy
from hansa.trade.ossa.nash import nash_tariffs
from hansa.trade.ossa.optimal import Choice, optimal_tariffs
from hansa.trade.ossa.outcome import Decomposition, OssaOutcome, purge_deficits, rebase
from hansa.trade.ossa.talks import Agreement, cooperative_tariffs
from hansa.trade.ossa.weights import PoliticalWeights, mean_tariffs, political_weights

__all__ = [
    "Agreement",
    "Bounds",
    "Choice",
    "Decomposition",
    "OssaEconomy",
    "OssaOutcome",
    "PoliticalWeights",
    "cooperative_tariffs",
    "mean_tariffs",
    "nash_tariffs",
    "optimal_tariffs",
    "political_weights",
    "purge_deficits",
    "rebase",
]
