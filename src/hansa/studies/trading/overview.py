"""What a briefing says of trade: the union as it is, and what might become of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hansa.record.register import Register
from hansa.studies.case import Case
from hansa.studies.economies import years_of
from hansa.studies.trading.asked import Asked, read_asked
from hansa.studies.trading.exhibits import (
    certainty_table,
    creation_table,
    measures_table,
    order,
    repairs_table,
    revenue_table,
)
from hansa.studies.trading.ground import Ground, ground_of
from hansa.studies.trading.groups import Group, enlarged, groups_of
from hansa.studies.trading.question import Scenario, pair, scenario_of
from hansa.studies.trading.results import Result, solved
from hansa.studies.trading.words import FREIGHT, grounds, limits, told, told_shortly
from hansa.terms.exhibits import Cell, Chart, Column, Exhibit, Section, Statement, Table
from hansa.trade import compare, solve
from hansa.trade.exhibits import income_map

CUT = 0.1
"""Cut of transport costs inside the union that is always shown."""
DRAWS = 100
SMALL = 50
"""Organisations with fewer states than this tie their members to one another."""
CANDIDATES = 5
"""Outsiders whose accession is tried."""
LABELS = {
    "union": "Free trade inside",
    "tariff": "Common tariff",
    "accession": "Accession",
    "transport": "Transport −10 %",
    "exit": "Largest leaves",
    "key": "Revenue shared",
    "assumed": "What is assumed",
}
"""What is tried, by key, as tables and chart call it."""
CHARTED = ("union", "tariff", "accession", "transport", "assumed")


@dataclass(frozen=True, slots=True, eq=False)
class Overview:
    """Everything that a briefing says of trade, as values.

    Parameters
    ----------
    ground : Ground
    asked : Asked
    results : dict of str to Result
        By key of `LABELS`, those that make sense on the day.
    candidate : str
        Who joins in ``accession``; empty if nobody is near.
    leaver : str
        Who leaves in ``exit``.
    """

    ground: Ground
    asked: Asked
    results: dict[str, Result]
    candidate: str
    leaver: str


def overview(case: Case) -> Overview | None:
    """Solve what a briefing shows; nothing if the world has no trade or no union that day.

    Raises
    ------
    BadInput
        If the scenario's table ``[trade]`` makes no sense.
    """
    if not years_of(case.world):
        return None
    asked = read_asked(case.parameters.get("trade", {}))
    ground = ground_of(case, replace(asked, draws=asked.draws or DRAWS))
    if ground.group is None:
        return None
    asked = replace(asked, draws=DRAWS if asked.draws is None else asked.draws)
    candidate = next(iter(candidates(ground)), "")
    leaver = max(ground.group.members, key=lambda name: ground.base.gdp[name])
    found = {
        scenario.key: solved(ground, scenario, asked)
        for scenario in scenarios(ground, asked, candidate, leaver)
    }
    return Overview(ground, asked, found, candidate, leaver)


def scenarios(ground: Ground, asked: Asked, candidate: str, leaver: str) -> Iterator[Scenario]:
    """What is tried."""
    group = ground.group
    assert group is not None
    name, members = group.name, group.members
    free, whole = group.free_only(), group.complete()
    shut, weights = asked.closure, ground.base.gdp

    def of(
        key: str,
        subject: str,
        before: Group | None,
        after: Group | None,
        apart: tuple[str, ...] = (),
    ) -> Scenario:
        return pair(ground, key, subject, before, after, apart=apart, closure=shut)

    yield of("union", f"Free trade inside {name} against members' own tariffs", None, free, members)
    yield of("tariff", f"A common tariff of {name} on top of free trade inside", free, whole)
    if candidate:
        subject = f"The accession of {ground.title(candidate)} to {name} with its common tariff"
        yield of("accession", subject, whole, enlarged(whole, (candidate,), weights))
    cheaper = replace(group.terms, transport=group.terms.transport * (1 - CUT))
    yield of("transport", f"10 % lower transport costs inside {name}", group, group.on(cheaper))
    if len(members) > 2:
        left = group.of(m for m in members if m != leaver)
        subject = f"The exit of {ground.title(leaver)} from {name} with tariffs on both sides"
        yield of("exit", subject, group, left, members)
    key = "gdp" if whole.terms.key == "collected" else whole.terms.key
    how = "by GDP" if key == "gdp" else "by its key"
    kept = whole.on(replace(whole.terms, key="collected"))
    shared = whole.on(replace(whole.terms, key=key))
    yield of("key", f"Sharing the revenue of {name}'s common tariff {how}", kept, shared)
    assumed = scenario_of(ground, asked, key="assumed")
    moved = ground.group_today is None or ground.group_today.members != members
    if moved or not assumed.unchanged:
        yield replace(assumed, subject=f"What is assumed ({_lower(assumed.subject)})")


def candidates(ground: Ground) -> list[str]:
    """Outsiders by how many organisations tie them to all members, then by trade with them."""
    group, register = ground.group, ground.register
    assert group is not None
    if register is None:
        return []
    ties = [set(_named(ground, register, org.id)) for org in register.organisations()]
    near = [tie for tie in ties if set(group.members) <= tie]
    flows = ground.base.economy.imports.sum(axis=0)
    inside = [ground.base.economy.index(name) for name in group.members]

    def rank(name: str) -> tuple[int, float]:
        n = ground.base.economy.index(name)
        return -sum(name in tie for tie in near), -float(
            (flows[n, inside] + flows[inside, n]).sum()
        )

    outside = [
        name
        for name in ground.base.economy.countries
        if name not in group.members and any(name in tie for tie in near)
    ]
    return sorted(outside, key=rank)[:CANDIDATES]


def _named(ground: Ground, register: Register, organisation: str) -> list[str]:
    held = register.members(organisation, None)
    if len(held) >= SMALL:
        return []
    places = (ground.base.place(m.state) for m in held)
    return [name for name in places if name is not None]


def section_of(found: Overview) -> Section:
    """The briefing's section on trade."""
    results = list(found.results.values())
    said = [_first(found)]
    if "assumed" in found.results:
        said += told(found.ground, found.results["assumed"])
    for key, result in found.results.items():
        if key == "assumed":
            continue
        why = grounds(found.ground, result)
        said.append(Statement(told_shortly(result), why))
        if key == "accession":
            said += _why_join(found, result)
    said += _turning(found)
    asked = replace(found.asked, transport_cut=0.0)
    return Section(
        "trade",
        "What the union brings to each economy",
        50,
        tuple(said),
        tuple(_exhibits(found)),
        (*limits(found.ground, results, asked), FREIGHT),
    )


def _first(found: Overview) -> Statement:
    """How much of members' trade is with one another."""
    ground = found.ground
    group, economy = ground.group, ground.base.economy
    assert group is not None
    inside = [economy.index(name) for name in group.members]
    flows = economy.imports.sum(axis=0)
    flows[range(economy.N), range(economy.N)] = 0.0
    among = float(flows[inside][:, inside].sum())
    bought = float(flows[inside].sum())
    others = groups_of(ground.base, ground.register) if ground.register is not None else ()
    beside = [g.name for g in others if g.name != group.name]
    text = (
        f"Members of {group.name} in the trade matrix of {ground.base.year}: "
        f"{', '.join(group.members)}. They buy {among / bought:.0%} of their imports from one "
        f"another ({among:,.0f} of {bought:,.0f} million USD)."
    )
    if beside:
        text += f" Other customs unions of the day: {', '.join(beside)}."
    return Statement(text, (*group.because, *ground.base.because))


def _why_join(found: Overview, result: Result) -> list[Statement]:
    """What is left to gain for one who has free trade with all members already."""
    ground, name = found.ground, found.candidate
    economy, group = ground.base.economy, ground.group
    assert group is not None
    n = economy.index(name)
    tau = result.effects.before.tau[0]
    inside = [economy.index(member) for member in group.members]
    if tau[n, inside].any() or tau[inside, n].any():
        return []
    agreements = [
        a.name for a in ground.holds.agreements if {name, *group.members} <= set(a.members)
    ]
    text = (
        f"{ground.title(name)} has free trade with all members already "
        f"({', '.join(agreements)}): joining brings it the common tariff and nothing else."
    )
    return [Statement(text, grounds(ground, result))]


def _turning(found: Overview) -> list[Statement]:
    """Where the sign of a member's change depends on what becomes of deficits."""
    parts = []
    for key, result in found.results.items():
        names = [name for name in _shown(found, key) if result.turns(name)]
        if names:
            parts.append(f"{_lower(LABELS[key])} ({', '.join(names)})")
    if not parts:
        return []
    text = f"Signs that depend on what becomes of trade deficits: {'; '.join(parts)}."
    return [Statement(text)]


def _exhibits(found: Overview) -> Iterator[Exhibit]:
    results = {LABELS[key]: result for key, result in found.results.items()}
    names = {LABELS[key]: _shown(found, key) for key in found.results}
    yield _effects(found)
    yield _chart(found)
    if "union" in found.results:
        yield income_map(
            found.results["union"].effects,
            found.ground.base.states,
            key="trade_map",
            title=f"Real income: {LABELS['union'].lower()}",
        )
    title = "Measures of welfare, members and who joins"
    yield measures_table(results, names, key="trade_measures", title=title)
    title = "How sure: elasticity and deficits"
    yield certainty_table(results, names, key="trade_certainty", title=title)
    inside = {LABELS[key]: _inside(result) for key, result in found.results.items()}
    yield creation_table(results, inside)
    money = {k: v for k, v in results.items() if k != LABELS["transport"]}
    yield revenue_table(money, {k: names[k] for k in money})
    joining = _joining(found)
    if joining.rows:
        yield joining
    repairs = repairs_table(found.ground.base)
    if repairs is not None:
        yield repairs


def _shown(found: Overview, key: str) -> list[str]:
    """Members, who joins and who leaves."""
    result = found.results[key]
    return [name for name in result.countries if name in result.scenario.concerned]


def _inside(result: Result) -> list[str]:
    """Members, in the order of the matrix."""
    return [name for name in result.countries if name in result.scenario.members]


def _effects(found: Overview) -> Table:
    """Exact change of real income: a row per country, a column per thing tried."""
    first = next(iter(found.results.values()))
    rows: list[tuple[Cell, ...]] = []
    for name in order(first):
        cells = (
            100 * found.results[key].income(name) if key in found.results else None
            for key in LABELS
        )
        rows.append((name, *cells))
    assert found.ground.group is not None
    notes = [
        "Exact change of real income in general equilibrium.",
        f"Accession: {found.candidate or 'nobody is near'}; largest: {found.leaver}.",
        "Each column is compared with the union without that step.",
    ]
    return Table(
        "trade_effects",
        f"Real income under changes of {found.ground.group.name}",
        (
            Column("country", "Country"),
            *(Column(key, label, "%", 3) for key, label in LABELS.items()),
        ),
        tuple(rows),
        note=" ".join(notes),
    )


def _chart(found: Overview) -> Chart:
    assert found.ground.group is not None
    shown = [*found.ground.group.members, *([found.candidate] if found.candidate else [])]
    rows: list[tuple[Cell, ...]] = [
        (name, LABELS[key], 100 * found.results[key].income(name))
        for name in shown
        for key in CHARTED
        if key in found.results
    ]
    columns = (
        Column("country", "Country"),
        Column("scenario", "Scenario"),
        Column("real_income", "Real income", "%", 3),
    )
    title = "Change of real income, members and who joins"
    table = Table("trade_chart", title, columns, tuple(rows), keys=2)
    return Chart("trade_chart", title, "bar", table, "country", "real_income", "scenario")


def _joining(found: Overview) -> Table:
    """What the union with a common tariff would bring to outsiders who join it one by one."""
    ground = found.ground
    group, economy = ground.group, ground.base.economy
    assert group is not None
    whole = group.complete()
    weights = {name: ground.base.gdp[name] for name in group.members}
    rows: list[tuple[Cell, ...]] = []
    for name in candidates(ground):
        joined = enlarged(whole, (name,), ground.base.gdp)
        sides = pair(ground, name, name, whole, joined, closure=found.asked.closure)
        before, after = solve(economy, sides.before), solve(economy, sides.after)
        effects = compare(before, after, sides.members)
        n = economy.index(name)
        bought = before.flows[:, n].sum(axis=0)
        bought[n] = 0.0
        rates = [float((e.tau[0, n] * bought).sum() / bought.sum()) for e in (before, after)]
        gain = sum(
            w * float(effects.real_income[economy.index(m)]) for m, w in weights.items()
        ) / sum(weights.values())
        rows.append(
            (
                name,
                100 * float(effects.real_income[n]),
                100 * float(effects.real_wage[n]),
                100 * gain,
                100 * rates[0],
                100 * rates[1],
            )
        )
    return Table(
        "trade_joining",
        f"Who might join {group.name}, one at a time, under its common tariff",
        (
            Column("country", "Country"),
            Column("real_income", "Its real income", "%", 3),
            Column("real_wage", "Its real wage", "%", 3),
            Column("members", "Members' real income, by GDP", "%", 4),
            Column("tariff_before", "Its mean tariff before", "%", 2),
            Column("tariff_after", "and after", "%", 2),
        ),
        tuple(rows),
        note="Outsiders tied to all members by most organisations. Mean tariff by imports of "
        "before, free trade counted as zero.",
    )


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]
