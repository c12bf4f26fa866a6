"""Repair: from reported trade with its holes to a matrix that an economy can be built of.

`repair` fills a `TradeReport` and says what it did to every cell; `balance` scales a matrix
to margins exactly, or names the margins that no matrix has; `rebalance` does both.
"""

from hansa.trade.repair.mend import rebalance, repair
from hansa.trade.repair.report import (
    KINDS,
    Kind,
    Reference,
    Repair,
    RepairedTrade,
    TradeReport,
    interpolated,
)
from hansa.trade.repair.scaling import Balanced, balance

__all__ = [
    "KINDS",
    "Balanced",
    "Kind",
    "Reference",
    "Repair",
    "RepairedTrade",
    "TradeReport",
    "balance",
    "interpolated",
    "rebalance",
    "repair",
]
