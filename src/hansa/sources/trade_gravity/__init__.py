"""Readers for gravity panels, Ossa's (2014) arrays and a world's own trade matrices."""

from hansa.sources.trade_gravity.matrices import read_output, read_trade_matrix, read_trade_panel
from hansa.sources.trade_gravity.ossa import ELASTICITIES, OssaArrays, read_ossa
from hansa.sources.trade_gravity.panels import read_agtpa

__all__ = [
    "ELASTICITIES",
    "OssaArrays",
    "read_agtpa",
    "read_ossa",
    "read_output",
    "read_trade_matrix",
    "read_trade_panel",
]
