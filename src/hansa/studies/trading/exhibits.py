"""Results as tables: measures of welfare, certainty, routes, revenue, mended cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from hansa.studies.economies import Base
from hansa.studies.trading.results import Result
from hansa.terms.exhibits import Cell, Chart, Column, Table
from hansa.trade import Sensitivity
from hansa.trade.exhibits import MEASURES_NOTE
from hansa.trade.model import Array

UNIT = "m USD"
ROUTES = 15
"""Routes shown, those first that change most in money."""
CLOSURES_NOTE = (
    "Low and high: 5 and 95 per cent of draws of the elasticity. Kept, scaled, closed: the exact "
    "change if deficits stay, grow with income, or vanish; where signs differ, do not trust one."
)


def order(result: Result) -> list[str]:
    """Those concerned first, then the others by how much they are touched."""
    inside = [n for n in result.countries if n in result.scenario.concerned]
    others = [n for n in result.countries if n not in inside]
    return [*inside, *sorted(others, key=lambda n: -abs(result.income(n)))]


def measures_table(
    results: Mapping[str, Result], names: Mapping[str, Sequence[str]], *, key: str, title: str
) -> Table:
    """Welfare by every measure, one row per scenario and country.

    Parameters
    ----------
    results : mapping of str to Result
        By the scenario's label; a single one needs no column for it.
    names : mapping of str to sequence of str
        Countries shown, by label.
    key, title : str
        Of the table.
    """
    many = len(results) > 1
    columns: list[tuple[str, str]] = [
        ("exact", "Real income, exact"),
        ("eq16", "First order (eq. 16)"),
        ("terms", "of which terms of trade"),
        ("volume", "of which volume of trade"),
        ("real_wage", "Real wage"),
        ("exports", "Exports"),
        ("imports", "Imports"),
    ]
    further = any(_further(result) for result in results.values())
    if further:
        columns[4:4] = [("costs", "Transport costs"), ("transfers", "Transfers")]
    rows: list[tuple[Cell, ...]] = []
    for label, result in results.items():
        values = _measures(result)
        for name in names[label]:
            n = result.countries.index(name)
            cells = tuple(_per_cent(values[k][n]) for k, _ in columns)
            rows.append((label, name, *cells) if many else (name, *cells))
    heads = (Column("scenario", "Scenario"),) if many else ()
    note = MEASURES_NOTE + (
        " Parts for transport costs and transfers are not in the paper; with them the first "
        "order would converge to the exact change in small steps."
        if further
        else ""
    )
    return Table(
        key,
        title,
        (*heads, Column("country", "Country"), *(Column(k, h, "%", 3) for k, h in columns)),
        tuple(rows),
        note=note,
        keys=2 if many else 1,
    )


def _further(result: Result) -> bool:
    """Whether transport costs or transfers are among the first-order parts."""
    parts = result.effects.first_order
    return parts is not None and bool(
        np.abs(parts.trade_costs).max() > 1e-9 or np.abs(parts.transfers).max() > 1e-6
    )


def _measures(result: Result) -> dict[str, Array]:
    effects = result.effects
    parts = effects.first_order
    none = np.full(len(result.countries), np.nan)
    return {
        "exact": effects.real_income,
        "eq16": none if parts is None else parts.equation_16,
        "terms": none if parts is None else parts.terms_of_trade,
        "volume": none if parts is None else parts.volume_of_trade,
        "costs": none if parts is None else parts.trade_costs,
        "transfers": none if parts is None else parts.transfers,
        "real_wage": effects.real_wage,
        "exports": effects.exports,
        "imports": effects.imports,
    }


def certainty_table(
    results: Mapping[str, Result], names: Mapping[str, Sequence[str]], *, key: str, title: str
) -> Table:
    """The exact change with its band and under every closure."""
    many = len(results) > 1
    rows: list[tuple[Cell, ...]] = []
    for label, result in results.items():
        for name in names[label]:
            low, high = result.range_of(name) or (None, None)
            by = result.by_closure(name)
            cells = (
                result.income(name), low, high, by.get("kept"), by.get("scaled"), by.get("closed")
            )  # fmt: skip
            row = (name, *(_per_cent(cell) for cell in cells), result.turns(name))
            rows.append((label, *row) if many else row)
    heads = ("Real income", "Low", "High", "Kept", "Scaled", "Closed")
    keys = ("exact", "low", "high", "kept", "scaled", "closed")
    columns = (
        *((Column("scenario", "Scenario"),) if many else ()),
        Column("country", "Country"),
        *(Column(k, h, "%", 3) for k, h in zip(keys, heads, strict=True)),
        Column("turns", "Sign depends on deficits"),
    )
    return Table(key, title, columns, tuple(rows), note=CLOSURES_NOTE, keys=2 if many else 1)


def elasticity_table(
    found: Sensitivity, names: Sequence[str], *, theta: float | None, key: str
) -> Table:
    """The exact change under other elasticities.

    Parameters
    ----------
    found : Sensitivity
    names : sequence of str
        Countries shown.
    theta : float, optional
        The elasticity, if there is one for all sectors; headings then name its values.
    key : str
        Of the table.
    """
    heads = [f"θ × {f:g}" if theta is None else f"θ = {f * theta:g}" for f in found.factors]
    rows: list[tuple[Cell, ...]] = []
    for name in names:
        values = found.values[:, found.countries.index(name)]
        rows.append((name, *(100 * float(value) for value in values)))
    columns = (
        Column("country", "Country"),
        *(Column(f"theta_{f:g}", h, "%", 3) for f, h in zip(found.factors, heads, strict=True)),
    )
    return Table(key, "Real income, exact, under other elasticities", columns, tuple(rows))


def revenue_table(
    results: Mapping[str, Result],
    names: Mapping[str, Sequence[str]],
    *,
    unit: str = UNIT,
    key: str = "trade_revenue",
) -> Table:
    """Tariff revenue collected and, after sharing by the union's key, received."""
    columns = {
        "collected_before": "Collected before",
        "collected_after": "Collected after",
        "received_before": "Received before",
        "received_after": "Received after",
    }

    def cells(result: Result, n: int) -> tuple[Cell, ...]:
        pairs = (result.effects.revenue, result.effects.received)
        return tuple(float(pair[n, side]) for pair in pairs for side in (0, 1))

    title = "Tariff revenue before and after sharing"
    return _money(results, names, cells, columns, Head(key, title, unit))


def creation_table(
    results: Mapping[str, Result],
    names: Mapping[str, Sequence[str]],
    *,
    unit: str = UNIT,
    key: str = "trade_creation",
) -> Table:
    """Trade created and diverted in the members' markets, at the prices of before."""
    columns = {
        "created": "Created",
        "diverted": "Diverted",
        "partners": "More from partners",
        "outsiders": "More from outsiders",
    }

    def cells(result: Result, n: int) -> tuple[Cell, ...]:
        found = result.effects.diversion
        arrays = (found.created, found.diverted, found.partners, found.outsiders)
        return tuple(float(array[:, n].sum()) for array in arrays)

    title = "Trade created and diverted in members' markets"
    return _money(results, names, cells, columns, Head(key, title, unit))


class Head(NamedTuple):
    """Key, title and unit of a table of money."""

    key: str
    title: str
    unit: str


def _money(
    results: Mapping[str, Result],
    names: Mapping[str, Sequence[str]],
    cells: Callable[[Result, int], tuple[Cell, ...]],
    columns: Mapping[str, str],
    head: Head,
) -> Table:
    """One row of amounts per scenario and country."""
    many = len(results) > 1
    rows: list[tuple[Cell, ...]] = []
    for label, result in results.items():
        for name in names[label]:
            row = (name, *cells(result, result.countries.index(name)))
            rows.append((label, *row) if many else row)
    return Table(
        head.key,
        head.title,
        (
            *((Column("scenario", "Scenario"),) if many else ()),
            Column("country", "Country"),
            *(Column(key, heading, head.unit, 1) for key, heading in columns.items()),
        ),
        tuple(rows),
        keys=2 if many else 1,
    )


def routes_table(
    result: Result, *, unit: str = UNIT, shown: int = ROUTES, key: str = "trade_routes"
) -> Table:
    """Trade of the pairs that changes most: value before tariffs, before and after."""
    sides = [e.flows.sum(axis=0) for e in (result.effects.before, result.effects.after)]
    for flows in sides:
        np.fill_diagonal(flows, 0.0)
    gap = np.abs(sides[1] - sides[0])
    names = result.countries
    rows: list[tuple[Cell, ...]] = []
    for at in np.argsort(-gap, axis=None)[:shown]:
        n, i = np.unravel_index(int(at), gap.shape)
        if gap[n, i] <= 1e-9 * sides[0].max():  # the solver's tolerance
            break
        before, after = float(sides[0][n, i]), float(sides[1][n, i])
        change = 100 * (after / before - 1) if before > 0 else None
        rows.append((names[n], names[i], before, after, change))
    return Table(
        key,
        "Trade between pairs that changes most",
        (
            Column("importer", "Importer"),
            Column("exporter", "Exporter"),
            Column("before", "Before", unit, 1),
            Column("after", "After", unit, 1),
            Column("change", "Change", "%", 2),
        ),
        tuple(rows),
        note="Values in units in which the world's value added is what it is in the data.",
        keys=2,
    )


def income_bars(result: Result, names: Sequence[str], *, key: str) -> Chart:
    """Bars of the exact change of real income."""
    title = "Change of real income"
    columns = (Column("country", "Country"), Column("real_income", "Real income, exact", "%", 3))
    rows = tuple((name, 100 * result.income(name)) for name in names)
    return Chart(key, title, "bar", Table(key, title, columns, rows), "country", "real_income")


def repairs_table(base: Base, key: str = "trade_repairs") -> Table | None:
    """Every cell of the matrix between countries, and every output, that was mended."""
    if base.trade is None:
        return None
    rows = tuple(
        (
            repair.exporter,
            repair.importer,
            repair.kind,
            None if np.isnan(repair.source) else repair.source,
            repair.value,
            repair.method,
        )
        for repair in base.trade.repairs
        if repair.kind != "domestic"
    )
    return Table(
        key,
        f"Cells mended in the trade matrix of {base.year}",
        (
            Column("exporter", "Exporter"),
            Column("importer", "Importer"),
            Column("kind", "Why"),
            Column("was", "Was", UNIT, 1),
            Column("value", "Is", UNIT, 1),
            Column("method", "How found"),
        ),
        rows,
        note=f"They hold {base.trade.share_repaired():.3%} of trade between countries; the "
        "output of the rest of the world is a guess. Sales at home are output less exports.",
        keys=2,
    )


def sources_of(base: Base) -> Iterable[str]:
    """Sources named among the grounds of a base."""
    return dict.fromkeys(r.source for reason in base.because for _, r in reason.walk() if r.source)


def _per_cent(value: float | None) -> float | None:
    return None if value is None or np.isnan(value) else 100.0 * float(value)
