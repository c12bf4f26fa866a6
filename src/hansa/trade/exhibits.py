"""Effects as tables, charts, a map and sentences for a briefing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from hansa.terms.exhibits import Cell, Chart, Column, Map, Statement, Table
from hansa.trade.effects import Effects
from hansa.trade.model import Array

BANDS = (-1.0, -0.1, 0.1, 1.0)
"""Bounds of the map's classes, per cent of real income."""
LEGEND = (
    ("loses_much", "loses more than 1 %"),
    ("loses", "loses 0.1 to 1 %"),
    ("even", "within 0.1 %"),
    ("gains", "gains 0.1 to 1 %"),
    ("gains_much", "gains more than 1 %"),
)
MEASURES_NOTE = (
    "Exact: change of income over the price index. First order: equation 16 of Caliendo and "
    "Parro (2015) in one step; for large changes it is far from the exact one."
)


def welfare_table(effects: Effects, *, key: str = "welfare", title: str = "") -> Table:
    """Real income by both measures, real wage, prices and trade of each country."""
    first = effects.first_order
    columns = {
        "real_income": ("Real income, exact", effects.real_income),
        "first_order": ("First order (eq. 16)", None if first is None else first.equation_16),
        "terms": ("of which terms of trade", None if first is None else first.terms_of_trade),
        "volume": ("of which volume of trade", None if first is None else first.volume_of_trade),
        "real_wage": ("Real wage", effects.real_wage),
        "prices": ("Consumer prices", effects.prices),
        "exports": ("Exports", effects.exports),
        "imports": ("Imports", effects.imports),
    }
    shown = {name: (head, v) for name, (head, v) in columns.items() if v is not None}
    heads = tuple(Column(name, head, "%", 3) for name, (head, _) in shown.items())
    rows: list[tuple[Cell, ...]] = [
        (country, *(_per_cent(values[n]) for _, values in shown.values()))
        for n, country in enumerate(effects.economy.countries)
    ]
    return Table(
        key,
        title or "What it brings to each economy",
        (Column("country", "Country"), *heads),
        tuple(rows),
        note=MEASURES_NOTE if first is not None else "",
    )


def revenue_table(effects: Effects, *, unit: str, key: str = "revenue", title: str = "") -> Table:
    """Tariff revenue collected and received, before and after sharing by the union's key."""
    columns = {
        "collected_before": ("Collected before", effects.revenue[:, 0]),
        "collected_after": ("Collected after", effects.revenue[:, 1]),
        "received_before": ("Received before", effects.received[:, 0]),
        "received_after": ("Received after", effects.received[:, 1]),
    }
    return _table(key, title or "Tariff revenue", columns, _members(effects), effects, unit)


def creation_table(effects: Effects, *, unit: str, key: str = "creation", title: str = "") -> Table:
    """Trade created and diverted in the members' markets."""
    found = effects.diversion
    columns = {
        "created": ("Created", found.created.sum(axis=0)),
        "diverted": ("Diverted", found.diverted.sum(axis=0)),
        "partners": ("More from partners", found.partners.sum(axis=0)),
        "outsiders": ("More from outsiders", found.outsiders.sum(axis=0)),
    }
    return _table(
        key, title or "Trade created and diverted", columns, _members(effects), effects, unit
    )


def scenarios_table(
    scenarios: Mapping[str, Effects], *, key: str = "scenarios", title: str = ""
) -> Table:
    """Exact change of real income, one row per country and scenario: fit for a chart."""
    columns = (
        Column("country", "Country"),
        Column("scenario", "Scenario"),
        Column("real_income", "Real income", "%", 3),
    )
    rows = tuple(
        (country, name, _per_cent(effects.real_income[n]))
        for name, effects in scenarios.items()
        for n, country in enumerate(effects.economy.countries)
    )
    return Table(key, title or "Real income", columns, rows)


def income_chart(
    scenarios: Mapping[str, Effects], *, key: str = "real_income", title: str = ""
) -> Chart:
    """Bars of the exact change of real income by country, one series per scenario."""
    table = scenarios_table(scenarios, title=title)
    return Chart(
        key, title or "Change of real income", "bar", table, "country", "real_income", "scenario"
    )


def income_map(
    effects: Effects,
    states: Mapping[str, Sequence[str]] | None = None,
    *,
    key: str = "income_map",
    title: str = "",
) -> Map:
    """States shaded by the exact change of real income.

    Parameters
    ----------
    effects : Effects
        What to show.
    states : mapping of str to sequence of str, optional
        The states (ISO 3166 alpha-3) behind each name of the economy; default: the names.
    key, title : str
        Of the exhibit.
    """
    shades = {}
    for n, country in enumerate(effects.economy.countries):
        place = int(np.searchsorted(BANDS, 100 * effects.real_income[n]))
        for state in (country,) if states is None else states.get(country, ()):
            shades[state] = LEGEND[place][0]
    return Map(key, title or "Change of real income", LEGEND, shades)


def sentences(effects: Effects, *, what: str, shown: int = 3) -> tuple[Statement, ...]:
    """What a change brings, to whom most and least, in words.

    Parameters
    ----------
    effects : Effects
        Of the change.
    what : str
        The change as the subject of a sentence: ``"Armenia's accession"``.
    shown : int
        How many outsiders to name at most.
    """
    countries, change = effects.economy.countries, 100 * effects.real_income
    inside = [countries.index(name) for name in effects.members]
    said = []
    if inside:
        words = ", ".join(f"{countries[n]} {change[n]:+.2f} %" for n in inside)
        said.append(f"{what} changes members' real income: {words}.")
    others = [n for n in range(len(countries)) if n not in inside]
    moved = sorted(others, key=lambda n: -abs(change[n]))[:shown]
    if moved:
        words = ", ".join(f"{countries[n]} {change[n]:+.2f} %" for n in moved)
        head = "Outsiders most touched" if inside else f"{what} touches most"
        said.append(f"{head}: {words}.")
    created = float(effects.diversion.created.sum())
    diverted = float(effects.diversion.diverted.sum())
    if created + diverted > 0:
        share = created / (created + diverted)
        said.append(
            f"Of what members buy more from one another, {share:.0%} is trade created and "
            f"{1 - share:.0%} is taken from outsiders."
        )
    return tuple(Statement(text, effects.because) for text in said)


def _members(effects: Effects) -> list[int]:
    countries = effects.economy.countries
    return [countries.index(name) for name in effects.members] or list(range(len(countries)))


def _table(
    key: str,
    title: str,
    columns: Mapping[str, tuple[str, Array]],
    rows: Sequence[int],
    effects: Effects,
    unit: str,
) -> Table:
    heads = tuple(Column(name, head, unit, 1) for name, (head, _) in columns.items())
    cells: list[tuple[Cell, ...]] = [
        (effects.economy.countries[n], *(float(v[n]) for _, v in columns.values())) for n in rows
    ]
    return Table(key, title, (Column("country", "Country"), *heads), tuple(cells))


def _per_cent(value: float) -> float:
    return 100.0 * float(value)
