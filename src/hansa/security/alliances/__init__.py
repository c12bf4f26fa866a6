"""Alliances: promises as norms, who owes whom what in which year, and the panel."""

from hansa.security.alliances.dyads import (
    directed_dyad_years,
    member_spells,
    ties,
    undirected,
)
from hansa.security.alliances.panel import PanelTables, panel
from hansa.security.alliances.promises import PROMISES, Promise, norm_of, tie

__all__ = [
    "PROMISES",
    "PanelTables",
    "Promise",
    "directed_dyad_years",
    "member_spells",
    "norm_of",
    "panel",
    "tie",
    "ties",
    "undirected",
]
