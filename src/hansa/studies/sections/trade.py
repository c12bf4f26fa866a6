"""What the union brings to each economy."""

from __future__ import annotations

from hansa.studies.case import Case
from hansa.terms.exhibits import Section


def section(case: Case) -> Section | None:
    """The union as it is, a common tariff, an accession, an exit, cheaper transport."""
    from hansa.studies.trading.overview import overview, section_of  # compiled code: when asked

    found = overview(case)
    return None if found is None else section_of(found)
