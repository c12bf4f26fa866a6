"""Alliances: promises as norms, who owes whom what in which year, and the panel."""

from hansa.security.alliances.dyads import (
    directed_dyad_years,
    member_spells,
    ties,
    undirected,
)
from hansa.security.alliances.owed import Owed, owed_on, owed_to, ties_on
from hansa.security.alliances.panel import PanelTables, panel
from hansa.security.alliances.promises import PROMISES, Promise, norm_of, tie

__all__ = [
    "PROMISES",
    "Owed",
    "PanelTables",
    "Promise",
    "directed_dyad_years",
    "member_spells",
    "norm_of",
    "owed_on",
    "owed_to",
    "panel",
    "tie",
    "ties",
    "ties_on",
    "undirected",
]
