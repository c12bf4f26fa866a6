"""Who decides, and who could block."""

from __future__ import annotations

from hansa.decisions import Power, power, shares_of, view
from hansa.decisions.exhibits import decisions_section
from hansa.decisions.views import BodyView
from hansa.record.unions import Body
from hansa.studies.case import Case
from hansa.studies.deciding import POPULATION_YEARS, Sitting, sitting
from hansa.terms.days import Day, day
from hansa.terms.errors import HansaError
from hansa.terms.exhibits import Section, Statement

LARGE = 30
"""Bodies with more voters are left to the verb `power`."""

CHANGES = (
    (
        "From weights to equality: who decides on the customs union",
        ("Customs Union Commission", day("2011-12-01")),
        ("EEC Council", day("2015-09-01")),
    ),
)
"""Changes of rule that a reader of this region asks about: body and day, before and after."""


def section(case: Case) -> Section | None:
    """Bodies of the day: how they decide, who could block, power beside shares."""
    seen: list[BodyView] = []
    missing: list[str] = []
    for body in bodies_of(case):
        try:
            found = sitting(case.world, case.register, body.id)
        except HansaError as wrong:
            missing.append(wrong.sentence())
            continue
        if 1 < len(found.electorate.members) <= LARGE:
            seen.append(view(found.rule, found.electorate))
    if not seen:
        return None
    shares = {one.rule.body: _shares(case, one) for one in seen}
    made = decisions_section(seen, shares=shares, changes=_changes(case), order=30)
    limits = (*made.limits, *(f"Not shown: {text}" for text in missing))
    said = _statements(seen, made.statements)
    return Section(made.key, made.title, 31, said, made.exhibits, limits)


def _statements(seen: list[BodyView], said: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """Bodies in which everybody can block told in one sentence, the others one by one."""
    equal = [s for s in seen if len(s.blocking.alone) == len(s.electorate.members)]
    names = ", ".join(s.rule.body for s in equal)
    why = tuple(s.rule.because for s in equal)
    first = (Statement(f"Every member can block in: {names}.", why),) if equal else ()
    rest = [text for one, text in zip(seen, said, strict=True) if one not in equal]
    return (*first, *rest)


def bodies_of(case: Case) -> list[Body]:
    """The bodies that exist on the day, of organisations that do."""
    register = case.register
    return [body for org in register.organisations() for body in register.bodies(org.id)]


def _shares(case: Case, seen: BodyView) -> dict[str, dict[str, float]]:
    """Shares of population, trade and contribution to set beside power."""
    members = seen.electorate.members
    found: dict[str, dict[str, float]] = {}
    year = min(POPULATION_YEARS, key=lambda y: abs(y - case.day.year))
    people = {
        state: float(case.world.states[state].facts.get(f"population_{year}") or 0)
        for state in members
        if state in case.world.states
    }
    if people and all(people.values()):
        found["population"] = shares_of(people)
    trade = _trade(case, members, year)
    if trade and all(trade.values()):
        found["trade"] = shares_of(trade)
    for key, table in seen.electorate.weights.items():
        if key != "population":
            found[key] = shares_of(table)
    return found


def _trade(case: Case, members: tuple[str, ...], year: int) -> dict[str, float]:
    """Exports and imports of each member, million USD."""
    name = f"trade_{year}"
    if name not in case.world.sheets:
        return {}
    total = dict.fromkeys(members, 0.0)
    for row in case.world.sheet(name):
        for side in ("exporter", "importer"):
            if row[side] in total and row["musd"] is not None:
                total[row[side]] += max(row["musd"], 0.0)
    return total


def _changes(case: Case) -> list[tuple[str, Power, Power, tuple[str, str]]]:
    found = []
    for title, before, after in CHANGES:
        if before[0] not in case.world.bodies or after[0] not in case.world.bodies:
            continue
        try:
            one, other = (_at(case, *asked) for asked in (before, after))
        except HansaError:
            continue
        labels = (f"{before[0]}, {before[1].year}", f"{after[0]}, {after[1].year}")
        powers = [power(s.rule.rule, s.electorate) for s in (one, other)]
        found.append((title, powers[0], powers[1], labels))
    return found


def _at(case: Case, body: str, when: Day) -> Sitting:
    return sitting(case.world, case.world.on(when, case.known_on, case.clock), body)
