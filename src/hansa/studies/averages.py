"""A common tariff on the averages of a world's tables, for as long as lines are not on record."""

from __future__ import annotations

from dataclasses import dataclass

from hansa.customs.union import (
    Anchor,
    ArithmeticMean,
    CommonTariff,
    Highest,
    ImportWeightedMean,
    Incidence,
    Lowest,
    NationalTariff,
    Rule,
    align,
    build,
    trade_of,
    weighted_average,
)
from hansa.record.world import World
from hansa.terms.days import Day

CODE = "000000"
"""All goods as one line."""
FAR = 6
"""Years beyond which an average is not taken for another year's."""
TRADE_YEARS = (2000, 2007)


@dataclass(frozen=True, slots=True)
class Average:
    """A state's simple mean of applied most-favoured-nation rates, and of which year."""

    state: str
    percent: float
    year: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What one rule would make of the averages: the rate in per cent, its trace, its test."""

    name: str
    common: CommonTariff
    test: Incidence

    @property
    def percent(self) -> float:
        """The common rate."""
        return float(self.common.rate(CODE) or 0.0)


def averages(world: World, states: tuple[str, ...], on: Day) -> tuple[Average, ...]:
    """The averages nearest in time, of states that have one within `FAR` years."""
    found = []
    rows = list(world.sheet("tariffs")) if "tariffs" in world.sheets else []
    for state in states:
        known = [row for row in rows if row["area"] == state]
        if known:
            best = min(known, key=lambda row: (abs(row["year"] - on.year), row["year"]))
            if abs(best["year"] - on.year) <= FAR:
                found.append(Average(state, best["mfn_simple_percent"], best["year"]))
    return tuple(found)


def trials(world: World, found: tuple[Average, ...], on: Day) -> tuple[Trial, ...]:
    """The common rate by each rule, who would move, and the test of GATT XXIV:5(a)."""
    schedules = align([NationalTariff(a.state, {CODE: a.percent}) for a in found])
    year = min(TRADE_YEARS, key=lambda y: abs(y - on.year))
    inside = {a.state for a in found}
    rows = [
        {"member": r["importer"], "code": CODE, "partner": r["exporter"], "value": str(r["musd"])}
        for r in world.sheet(f"trade_{year}")
        if r["importer"] in inside and r["musd"] is not None and r["musd"] > 0
    ]
    trade = trade_of(rows, schedules, unit="million USD")
    bought = {a.state: 0.0 for a in found}
    for row in rows:
        bought[row["member"]] += float(row["value"])
    largest = max(bought, key=lambda state: bought[state])
    rules: list[tuple[str, Rule]] = [
        ("arithmetic mean", ArithmeticMean()),
        ("mean weighted by imports", ImportWeightedMean()),
        (f"the tariff of {largest}", Anchor(largest)),
        ("lowest", Lowest()),
        ("highest", Highest()),
    ]
    made = []
    for name, rule in rules:
        common = build(schedules, rule, trade, decimals=2)
        made.append(Trial(name, common, weighted_average(common)))
    return tuple(made)
