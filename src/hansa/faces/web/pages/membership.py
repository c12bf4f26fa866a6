"""The map of members on any day."""

from __future__ import annotations

from datetime import date

from hansa.faces.web.pages.page import Page, View
from hansa.faces.web.pages.today import changes_table, ties_map
from hansa.record.standing import Membership
from hansa.studies.sections import membership
from hansa.terms.days import Day
from hansa.terms.exhibits import Column, Map, Section, Statement, Table


def status_map(title: str, held: tuple[Membership, ...]) -> Map:
    """States shaded by their status."""
    ranks = list(dict.fromkeys(m.status for m in sorted(held, key=lambda m: m.status != "member")))
    legend = tuple((status, status) for status in ranks[:6])
    shades = {m.state: m.status for m in held if m.status in ranks[:6]}
    return Map("members", title, legend, shades)


def members_table(view: View, organisation: str) -> Table:
    """Who is what in an organisation on the day."""
    held = view.register.members(organisation, None)
    columns = (
        Column("state", "State"),
        Column("name", "Name"),
        Column("status", "Status"),
        Column("since", "Since"),
        Column("until", "Until (not included)"),
        Column("remarks", "Remarks"),
    )
    states = view.world.states
    rows = tuple(
        (
            m.state,
            view.words.state(states[m.state]) if m.state in states else m.state,
            m.status,
            m.since,
            m.until,
            "; ".join(flag.kind for flag in m.flags) or None,
        )
        for m in held
    )
    return Table("members", "Members and others", columns, rows, tuple(m.because for m in held))


def map_of_members(view: View, *, organisation: str = "") -> Page:
    """The map of members on a day; move the day and see it change.

    Parameters
    ----------
    organisation : str
        The organisation; ties of all kinds, if none is given.
    """
    if organisation:
        org = view.world.organisation(organisation)
        finding = view.register.exists(organisation)
        held = view.register.members(organisation, None)
        picture = status_map(f"{org.name}, {view.words.day(view.day)}", held)
        said = (Statement(f"{finding.text}.", finding.because),)
        exhibits = (picture, members_table(view, organisation))
        section = Section("map", org.name, 0, said, exhibits)
    else:
        section = Section("map", "Ties of all kinds", 0, (), (ties_map(view),))
    days = change_days(view, organisation)
    before = max((day for day in days if day < view.day), default=None)
    after = min((day for day in days if day > view.day), default=None)
    changes = changes_table(view, 10, organisation)
    return Page(
        view._("Map of members: %(day)s", day=view.words.day(view.day)),
        view._("Move the day and see who was what, and why."),
        (section, Section("changes", "What changed before", 1, (), (changes,))),
        data={
            "organisation": organisation,
            "first": view.world.first_day(),
            "last": max(view.today, view.day),
            "before": before,
            "after": after,
        },
        template="map.html",
    )


def change_days(view: View, organisation: str = "") -> list[Day]:
    """The days on which some standing changed (in an organisation)."""
    far = date(view.today.year + 1, 12, 31)
    found = membership.changes(view.case, view.world.first_day(), far)
    return sorted({c.day for c in found if organisation in ("", c.organisation)})
