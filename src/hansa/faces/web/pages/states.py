"""States: all of them, and one with its memberships, treaties, offices and acts."""

from __future__ import annotations

from datetime import date

from hansa.faces.web.pages.acts import acts_table, latest
from hansa.faces.web.pages.page import Page, View
from hansa.faces.web.pages.today import changes_table
from hansa.record.unions import State
from hansa.terms.exhibits import Cell, Column, Section, Statement, Table
from hansa.terms.reasons import Because

FACTS = {
    "population_2000": "Population, 2000",
    "population_2007": "Population, 2007",
    "gdp_musd_2000": "GDP, million US$, 2000",
    "gdp_musd_2007": "GDP, million US$, 2007",
    "currencies": "Currency",
    "wto_accession": "In the WTO since",
}


def states(view: View) -> Page:
    """All states, and in which organisations each is a member on the day."""
    held: dict[str, list[str]] = {}
    for org in view.register.organisations():
        for code in view.register.member_codes(org.id):
            held.setdefault(code, []).append(org.id)
    columns = (Column("state", "State"), Column("name", "Name"), Column("capital", "Capital"),
               Column("member", "Member of"))  # fmt: skip
    rows = tuple(
        (state.id, view.words.state(state), state.capital or None, ", ".join(held.get(code, ())))
        for code, state in sorted(view.world.states.items())
    )
    table = Table("states", "States", columns, rows)
    return Page(
        view._("States"), view.words.day(view.day), (Section("states", "States", 0, (), (table,)),)
    )


def state(view: View, state: str) -> Page:
    """A state on a day: memberships, treaties, offices, what changed, its acts.

    Parameters
    ----------
    state : str
        Its ISO 3166 alpha-3 code.
    """
    found = view.world.state(state)
    about = [
        act for act in view.world.acts
        if act.on <= view.day and found.id in view.compass.topics(act).states
    ]  # fmt: skip
    newest = latest(about, 15)
    sections = (
        Section("standing", "Standing", 0, tuple(_flags(view, found)), (_standing(view, found),)),
        Section("treaties", "Treaties that bind it", 1, (), (_treaties(view, found),)),
        Section("offices", "Offices it holds", 2, (), (_offices(view, found),)),
        Section("changes", "What changed", 3, (), (changes_table(view, 20, "", found.id),)),
        Section("acts", "Latest acts", 4, (), (acts_table("acts", "Latest acts", newest),)),
    )
    return Page(
        view.words.state(found),
        f"{found.id}, {view.words.day(view.day)}",
        sections,
        frozenset(act.id for act in newest),
        _facts(view, found),
        {"state": found.id},
        live=(found.id,),
    )


def _facts(view: View, state: State) -> tuple[tuple[str, str], ...]:
    facts = [(view._("Capital"), state.capital)] if state.capital else []
    for key, heading in FACTS.items():
        value = str(state.facts.get(key, ""))
        if value:
            facts.append((view._(heading), _fact(view, value)))
    return tuple(facts)


def _fact(view: View, value: str) -> str:
    """A number or a day as the reader's language writes them; anything else as it is."""
    if value.isdigit():
        return view.words.number(int(value), 0)
    try:
        return view.words.day(date.fromisoformat(value))
    except ValueError:
        return value


def _flags(view: View, state: State) -> list[Statement]:
    said = []
    for org in view.register.organisations():
        held = view.register.membership(org.id, state.id)
        said += [Statement(f"{org.id}: {f.text}.", f.because) for f in (held.flags if held else ())]
    return said


def _standing(view: View, state: State) -> Table:
    columns = (
        Column("organisation", "Organisation"),
        Column("name", "Name"),
        Column("status", "Status"),
        Column("since", "Since"),
        Column("until", "Until (not included)"),
    )
    rows: list[tuple[Cell, ...]] = []
    because: list[Because] = []
    for org in view.register.organisations():
        held = view.register.membership(org.id, state.id)
        if held is not None:
            rows.append((org.id, org.name, held.status, held.since, held.until))
            because.append(held.because)
    return Table("standing", "Standing in organisations", columns, tuple(rows), tuple(because))


def _treaties(view: View, state: State) -> Table:
    columns = (Column("treaty", "Treaty"), Column("title", "Title"),
               Column("since", "Bound since"), Column("until", "Until (not included)"))  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    because: list[Because] = []
    for life in view.register.treaties(state.id):
        spell = life.bound(state.id, view.day)
        if spell is not None:
            period = spell.period
            rows.append((life.treaty.id, life.treaty.title, period.start, period.end))
            because.append(spell.because)
    return Table("treaties", "Treaties", columns, tuple(rows), tuple(because))


def _offices(view: View, state: State) -> Table:
    columns = (Column("office", "Office"), Column("holder", "Holder"), Column("since", "Since"))
    held = [t for _, t in view.register.offices() if t is not None and t.state == state.id]
    rows = tuple((t.office, t.holder, t.period.start) for t in held)
    return Table("offices", "Offices", columns, rows, tuple(t.because for t in held))
