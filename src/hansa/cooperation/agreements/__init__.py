"""Agreements between organisations, what they share, and what is missing."""

from hansa.cooperation.agreements.agreements import (
    Agreement,
    Level,
    Party,
    agreements,
    may_conclude,
    party_of,
)
from hansa.cooperation.agreements.areas import AREAS, Area, area, area_of_kind, areas_of, covers
from hansa.cooperation.agreements.offers import Offer, offers
from hansa.cooperation.agreements.overlaps import (
    Asked,
    Duty,
    Gap,
    Meeting,
    Overlap,
    areas_of_organisation,
    duties,
    gaps,
    overlap,
)

__all__ = [
    "AREAS",
    "Agreement",
    "Area",
    "Asked",
    "Duty",
    "Gap",
    "Level",
    "Meeting",
    "Offer",
    "Overlap",
    "Party",
    "agreements",
    "area",
    "area_of_kind",
    "areas_of",
    "areas_of_organisation",
    "covers",
    "duties",
    "gaps",
    "may_conclude",
    "offers",
    "overlap",
    "party_of",
]
