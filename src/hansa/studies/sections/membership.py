"""Who is a member of what, since when, and what changed around the day."""

from __future__ import annotations

from dataclasses import dataclass

from hansa.record.register import Register
from hansa.record.standing import Membership
from hansa.record.unions import Organisation
from hansa.studies.case import Case
from hansa.terms.days import Day, add_months
from hansa.terms.exhibits import Chart, Column, Map, Section, Statement, Table
from hansa.terms.reasons import Because

WINDOW_MONTHS = 12
"""Changes are told from so many months before the day to as many after."""


UNIVERSAL = 50
"""An organisation with more states than this is counted, not listed."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of standing."""

    day: Day
    organisation: str
    state: str
    text: str
    because: Because


def section(case: Case) -> Section:
    """Members, changes around the day, a map and a timeline."""
    register = case.register
    orgs = [org for org in register.organisations() if org.id not in background(case)]
    return Section(
        "membership",
        "Who is a member of what",
        10,
        tuple(_statements(case, register, orgs)),
        (
            _table(register, orgs),
            _changes_table(case),
            *_maps(case, register, orgs),
            _timeline(case),
        ),
    )


def background(case: Case) -> frozenset[str]:
    """Organisations with so many members that a briefing only counts them."""
    return frozenset(
        org.id
        for org in case.world.organisations.values()
        if len(case.register.members(org.id, None)) > UNIVERSAL
    )


def _statements(case: Case, register: Register, orgs: list[Organisation]) -> list[Statement]:
    said = []
    for org in orgs:
        members = register.members(org.id)
        if members:
            names = ", ".join(m.state for m in members)
            count = "1 member" if len(members) == 1 else f"{len(members)} members"
            said.append(Statement(f"{org.name}: {count} ({names}).", members[0].because))
        said += [
            Statement(f"{m.state} in {org.id}: {flag.text}.", flag.because)
            for m in register.members(org.id, None)
            for flag in m.flags
        ]
    for name in sorted(background(case)):
        held = register.members(name, None)
        if held:
            said.append(Statement(f"{case.world.organisations[name].name}: {len(held)} states."))
    return said


def _row(m: Membership) -> tuple[str, str, str, Day, Day | None, str]:
    return (
        m.organisation, m.state, m.status, m.since, m.until,
        "; ".join(flag.kind for flag in m.flags),
    )  # fmt: skip


def _table(register: Register, orgs: list[Organisation]) -> Table:
    held = [m for org in orgs for m in register.members(org.id, None)]
    return Table(
        "members",
        "Standing of each state",
        (
            Column("organisation", "Organisation"),
            Column("state", "State"),
            Column("status", "Status"),
            Column("since", "Since"),
            Column("until", "Until (not included)"),
            Column("remarks", "Remarks"),
        ),
        tuple(_row(m) for m in held),
        tuple(m.because for m in held),
        keys=2,
    )


def changes(case: Case, since: Day, until: Day) -> list[Change]:
    """All changes of standing from ``since`` to ``until``, both included."""
    found: list[Change] = []
    timeline = case.world.timeline(case.known_on, case.clock)
    for org, standings in timeline.standings.items():
        for state, standing in standings.items():
            for status, spell in standing.spells:
                start, end = spell.period.start, spell.period.end
                if since <= start <= until:
                    text = f"becomes {status}"
                    found.append(Change(start, org, state, text, spell.because))
                if end is not None and since <= end <= until:
                    why = spell.ended or spell.because
                    found.append(Change(end, org, state, f"is no longer {status}", why))
            found += [
                Change(flag.period.start, org, state, flag.text, flag.because)
                for flag in standing.flags
                if since <= flag.period.start <= until
            ]
    return sorted(found, key=lambda c: (c.day, c.organisation, c.state, c.text))


def _changes_table(case: Case) -> Table:
    since, until = add_months(case.day, -WINDOW_MONTHS), add_months(case.day, WINDOW_MONTHS)
    found = [c for c in changes(case, since, until) if c.organisation not in background(case)]
    return Table(
        "changes",
        f"Changes from {since} to {until}",
        (
            Column("day", "Day"),
            Column("organisation", "Organisation"),
            Column("state", "State"),
            Column("change", "Change"),
        ),
        tuple((c.day, c.organisation, c.state, c.text) for c in found),
        tuple(c.because for c in found),
        keys=4,
    )


def _maps(case: Case, register: Register, orgs: list[Organisation]) -> list[Map]:
    """One map: in how many of the organisations that exist each state is a member."""
    held: dict[str, list[str]] = {}
    for org in orgs:
        for m in register.members(org.id):
            held.setdefault(m.state, []).append(org.id)
    defence = {"CST", "CSTO", "NATO"}
    customs = {"CU1995", "EURASEC", "CU2010", "EAEU", "EU"}

    def shade(state: str) -> str:
        ids = set(held[state])
        kinds = bool(ids & defence) + 2 * bool(ids & customs)
        return ("other", "defence", "customs", "both")[kinds]

    legend = (
        ("both", "defence pact and customs union"),
        ("defence", "defence pact"),
        ("customs", "customs or economic union"),
        ("other", "other organisation only"),
    )
    return [
        Map(
            "map",
            f"Ties on {register.day}",
            legend,
            {state: shade(state) for state in held},
            note="Each state is a square about where it lies.",
        )
    ]


def _timeline(case: Case) -> Chart:
    timeline = case.world.timeline(case.known_on, case.clock)
    rows = []
    for name, existence in timeline.existences.items():
        if existence.period is None or name in background(case):
            continue
        start = max(existence.period.start, add_months(case.day, -12 * 15))
        end = existence.period.end or add_months(case.day, 12 * 10)
        if end > start:
            rows.append((name, start, end, "exists" if case.day in existence.period else "not"))
    table = Table(
        "lives",
        "Organisations over time",
        (
            Column("organisation", "Organisation"),
            Column("from", "From"),
            Column("to", "To"),
            Column("on_the_day", "On the day"),
        ),
        tuple(rows),
    )
    return Chart(
        "lives", "Organisations over time", "timeline", table, "from", "organisation",
        "on_the_day", "to", note=f"Bars in colour exist on {case.day}.",
    )  # fmt: skip
