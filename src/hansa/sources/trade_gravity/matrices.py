"""Bilateral trade of a world: square matrices and panels, with their holes."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hansa.sources.trade_gravity.files import existing, need
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown
from hansa.terms.reasons import Reason
from hansa.trade.repair import TradeReport

Array = NDArray[np.float64]
REST = "ROW"


def read_trade_matrix(
    path: Path | str, output: Mapping[str, float] | None = None, *, unit: str = "million USD"
) -> TradeReport:
    """A matrix with a row for each exporter and a column for each importer.

    Empty cells are holes, not zeros. A country named ``ROW`` is the rest of the world.

    Parameters
    ----------
    path : path
        CSV; the first column names the exporters, the header the importers.
    output : mapping of str to float, optional
        Output (in a model without inputs: GDP) by country, in the unit of the matrix.
    unit : str
        Money unit, in words.

    Raises
    ------
    BadInput
        If the matrix is not square, rows and columns differ, or a cell is no number.
    """
    file = existing(path)
    with file.open(encoding="utf-8", newline="") as lines:
        header, *rows = list(csv.reader(lines))
    importers = tuple(header[1:])
    exporters = tuple(row[0] for row in rows if row)
    if importers != exporters:
        odd = sorted(set(importers) ^ set(exporters)) or ["their order"]
        raise BadInput(
            f"exporters and importers differ: {', '.join(odd)}",
            where=Place(file.name),
            remedy="the matrix must be square, with the same names down and across",
        )
    flows = np.full((len(rows), len(rows)), np.nan)
    for i, row in enumerate(rows):
        if len(row) != len(header):
            raise BadInput(
                f"{len(row) - 1} cells for {len(importers)} importers",
                where=Place(file.name, row=i + 2),
            )
        for n, cell in enumerate(row[1:]):
            flows[n, i] = _cell(cell, Place(file.name, row=i + 2, column=importers[n]))
    return _report(importers, flows, output, unit, file.name)


def read_trade_panel(path: Path | str) -> Mapping[int, TradeReport]:
    """Flows by year from a table with a row for each flow; pairs without a row are holes.

    Raises
    ------
    BadInput
        If a column lacks or a flow stands twice.
    """
    file = existing(path)
    frame = pl.read_csv(file)
    for name in ("year", "exporter", "importer", "value_musd"):
        need(frame.columns, name, file.name)
    twice = frame.select("year", "exporter", "importer").is_duplicated().arg_true()
    if len(twice):
        raise BadInput("a flow stands twice", where=Place(file.name, row=twice[0] + 2))
    names = tuple(dict.fromkeys([*frame["exporter"], *frame["importer"]]))
    position = {name: k for k, name in enumerate(names)}
    reports = {}
    for (year,), part in sorted(frame.group_by(["year"])):
        flows = np.full((len(names), len(names)), np.nan)
        buyers = [position[name] for name in part["importer"]]
        sellers = [position[name] for name in part["exporter"]]
        flows[buyers, sellers] = part["value_musd"].cast(pl.Float64).fill_null(np.nan).to_numpy()
        present = np.isfinite(flows).any(axis=0) | np.isfinite(flows).any(axis=1)
        kept = tuple(name for name, here in zip(names, present, strict=True) if here)
        reports[int(str(year))] = _report(
            kept, flows[np.ix_(present, present)], None, "million USD", file.name
        )
    return reports


def read_output(
    path: Path | str, column: str, groups: Mapping[str, Sequence[str]] | None = None
) -> dict[str, float]:
    """A column of a table of states (such as ``gdp_musd_2000``) by ISO 3166 code.

    Parameters
    ----------
    path : path
        CSV with a column ``iso3``.
    column : str
        The amounts; states without one are left out.
    groups : mapping of str to sequence of str, optional
        Blocs whose members' amounts are added up.

    Raises
    ------
    BadInput
        If a column, or a member of a bloc, lacks.
    """
    file = existing(path)
    frame = pl.read_csv(file)
    for name in ("iso3", column):
        need(frame.columns, name, file.name)
    amounts = {
        str(code): float(amount)
        for code, amount in frame.select("iso3", column).iter_rows()
        if amount is not None
    }
    for bloc, members in (groups or {}).items():
        for member in members:
            if member not in amounts:
                raise unknown("state", member, amounts, where=Place(file.name, column=column))
        amounts[bloc] = sum(amounts[member] for member in members)
    return amounts


def _cell(text: str, where: Place) -> float:
    if not text.strip():
        return float("nan")
    try:
        return float(text)
    except ValueError:
        raise BadInput(f"{text!r} is not a number", where=where) from None


def _report(
    names: tuple[str, ...],
    flows: Array,
    output: Mapping[str, float] | None,
    unit: str,
    file: str,
) -> TradeReport:
    given = None
    if output is not None:
        given = np.array([output.get(name, np.nan) for name in names])
    return TradeReport(
        names,
        flows,
        output=given,
        rest=REST if REST in names else "",
        unit=unit,
        because=(Reason("source", f"bilateral trade as recorded in {file}", ref=file),),
    )
