"""ACLED's types of the event that a report is of, as its export has them.

Source: ACLED, *Codebook* (2023), table 1 (disorder, event and sub-event types).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hansa.cooperation.reports.codes import code_of
from hansa.cooperation.reports.report import Report

DISORDER: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Battles": "Political violence",
        "Explosions/Remote violence": "Political violence",
        "Violence against civilians": "Political violence",
        "Strategic developments": "Strategic developments",
    }
)
"""Disorder type by event type; of protests and riots the sub-event type decides it."""


def types_of(report: Report) -> tuple[str, str, str]:
    """Disorder, event and sub-event type of a report, ``""`` where its kind does not say them."""
    found = code_of(report, "ACLED")
    return DISORDER.get(found.code, ""), found.code, found.sub
