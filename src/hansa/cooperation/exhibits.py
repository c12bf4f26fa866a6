"""Agreements, offers, overlaps and gaps as tables."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from hansa.cooperation.agreements import AREAS, Agreement, Gap, Offer, Overlap
from hansa.terms.exhibits import Cell, Column, Table
from hansa.terms.reasons import Because

REACH = {
    "nobody": "nobody",
    "secretariats": "the secretariats only",
    "organisations": "the organisations",
    "states": "the states",
}


def agreements_table(found: Sequence[Agreement]) -> Table:
    """Who cooperates with whom on what, by which act: a row per pair of organisations.

    The states that an agreement joins with an organisation stand in one row, and are no pairs
    of their own.
    """
    rows: list[tuple[Cell, ...]] = []
    because: list[Because] = []
    for item in found:
        areas = ", ".join(AREAS[area].title for area in item.areas)
        for one, other in _pairs(item):
            rows.append((one, other, item.id, areas, item.title, REACH[item.binds], item.since,
                         item.until))  # fmt: skip
            because.append(item.because)
    columns = (
        Column("one", "Who"),
        Column("other", "With whom"),
        Column("act", "By which act"),
        Column("areas", "On what"),
        Column("title", "Title"),
        Column("binds", "Binds"),
        Column("since", "Since"),
        Column("until", "Until (not included)"),
    )
    return Table("agreements", "Who cooperates with whom on what, by which act", columns,
                 tuple(rows), tuple(because), keys=3)  # fmt: skip


def _pairs(item: Agreement) -> list[tuple[str, str]]:
    """Organisations two by two, then each with the states that take part."""
    joined = [party.name for party in item.parties if not party.state]
    states = " ".join(party.state for party in item.parties if party.state)
    return [*combinations(joined, 2), *((name, states) for name in joined if states)]


def offers_table(found: Sequence[Offer]) -> Table:
    """Offers and their answers."""
    rows = tuple(
        (
            offer.id,
            offer.by,
            offer.to,
            " ".join(offer.areas),
            offer.on,
            offer.answer or f"none known after {offer.days} days",
            offer.answered,
        )
        for offer in found
    )
    columns = (
        Column("offer", "Offer"),
        Column("by", "By"),
        Column("to", "To"),
        Column("areas", "Areas"),
        Column("on", "Made on"),
        Column("answer", "Answer"),
        Column("answered", "Answered on"),
    )
    because = tuple(offer.because for offer in found)
    return Table("offers", "Offers of cooperation", columns, rows, because)


def asked_table(found: Overlap) -> Table:
    """Which members two organisations could ask for the same thing."""
    areas = dict.fromkeys(asked.area for asked in found.asked_twice)
    rows, because = [], []
    for area in areas:
        those = [asked for asked in found.asked_twice if asked.area == area]
        articles = " and ".join(reason.ref for reason in those[0].because)
        rows.append(
            (AREAS[area].title, " ".join(a.state for a in those), articles, str(those[0].truth))
        )
        because.append(those[0].because)
    columns = (
        Column("area", "Area"),
        Column("states", f"Asked by {found.first} and {found.second}"),
        Column("articles", "By which articles"),
        Column("holds", "Holds"),
    )
    title = f"Members whom {found.first} and {found.second} would ask twice"
    return Table("asked", title, columns, tuple(rows), tuple(because))


def meetings_table(found: Overlap) -> Table:
    """Norms of two organisations that meet or clash."""
    rows = tuple((*m.norms, m.kind, " ".join(m.states)) for m in found.meetings)
    columns = (
        Column("one", f"Norm of {found.first}"),
        Column("other", f"Norm of {found.second}"),
        Column("kind", "They"),
        Column("states", "For"),
    )
    because = tuple(m.because for m in found.meetings)
    title = f"Duties of {found.first} and {found.second} that meet or clash"
    return Table("meetings", title, columns, rows, because, keys=2)


def gaps_table(found: Sequence[Gap]) -> Table:
    """What a new agreement would fill."""
    rows = tuple(
        (gap.first, gap.second, AREAS[gap.area].title, REACH[gap.reached], " ".join(gap.shared))
        for gap in found
    )
    columns = (
        Column("one", "Organisation"),
        Column("other", "Organisation too"),
        Column("area", "Area in which both act"),
        Column("reached", "Bound to act together today"),
        Column("shared", "Members of both"),
    )
    because = tuple(gap.because for gap in found)
    return Table("gaps", "What an agreement would fill", columns, rows, because, keys=3)
