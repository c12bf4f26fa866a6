"""Kinds of incident as ACLED's types of events.

Source: ACLED, *Codebook* (2023), table of event types and sub-event types.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

VIOLENCE: Final = "Political violence"
STRATEGIC: Final = "Strategic developments"

TYPES: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {
        "armed_attack": (VIOLENCE, "Battles", "Armed clash"),
        "armed_attack_by_state": (VIOLENCE, "Battles", "Armed clash"),
        "incursion": (VIOLENCE, "Battles", "Armed clash"),
        "insurrection": (VIOLENCE, "Battles", "Armed clash"),
        "terrorism": (VIOLENCE, "Violence against civilians", "Attack"),
        "unrest": ("Demonstrations", "Riots", "Violent demonstration"),
        "threat": (STRATEGIC, STRATEGIC, "Other"),
        "smuggling_arms": (STRATEGIC, STRATEGIC, "Disrupted weapons use"),
        "smuggling_drugs": (STRATEGIC, STRATEGIC, "Other"),
        "smuggling": (STRATEGIC, STRATEGIC, "Other"),
    }
)
"""Disorder type, event type and sub-event type by kind; what is no political disorder has none."""


def types_of(kind: str) -> tuple[str, str, str]:
    """ACLED's types of a kind of incident, empty if ACLED would not record it."""
    return TYPES.get(kind, ("", "", ""))
