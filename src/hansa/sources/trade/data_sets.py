"""Any data set of many sectors that hansa can read, recognised by its files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from hansa.sources.trade.caliendo_parro import (
    MEMBERS,
    Nafta,
    read_arrays,
    read_tables,
    read_text_files,
)
from hansa.sources.trade.files import Array, cube, names_in
from hansa.sources.trade.icio import read_icio
from hansa.terms.errors import BadInput, Place
from hansa.terms.reasons import Reason
from hansa.trade import Economy, from_flows

FORMS = (
    "a folder with trade.csv (sector, importer, exporter, value, perhaps tariff), theta.csv "
    "(sector, value) and perhaps inputs.csv (country, input, sector, value)",
    "a folder with the text files B, GO, IO, T, tariffs1993, tariffs2005, xbilat1993",
    "an archive of arrays cp2015_prepared.npz, or the OECD's ICIO in compact form",
)


@dataclass(frozen=True, slots=True, eq=False)
class DataSet:
    """An economy that comes from files, and the change of tariffs that comes with it, if any.

    Parameters
    ----------
    title : str
        What it is.
    economy : Economy
    before, after : array (J, N, N), optional
        Tariffs that the data set compares.
    members : tuple of str
        Who changes tariffs in that comparison.
    unit : str
        Of money.
    """

    title: str
    economy: Economy
    before: Array | None = None
    after: Array | None = None
    members: tuple[str, ...] = ()
    unit: str = ""


def read_data_set(path: Path | str, theta: float | None = None) -> DataSet:
    """A data set, recognised by its files.

    Parameters
    ----------
    path : path
        A folder or an archive; see `FORMS`.
    theta : float, optional
        One elasticity for all sectors, where the data have none.

    Raises
    ------
    BadInput
        If nothing there is known, or the data need an elasticity and none is given.
    """
    root = Path(path)
    if not root.exists():
        raise BadInput(f"there is no data set {str(path)!r}", remedy=f"give {'; or '.join(FORMS)}")
    if root.is_file():
        return _archive(root, theta)
    known: tuple[tuple[str, Callable[[Path], DataSet]], ...] = (
        ("trade.csv", lambda folder: _own(folder, theta)),
        ("xbilat1993.txt", lambda folder: _nafta(read_text_files(folder))),
        ("cp2015_nafta_trade.csv.gz", lambda folder: _nafta(read_tables(folder))),
        ("cp2015_prepared.npz", lambda folder: _nafta(read_arrays(folder / "cp2015_prepared.npz"))),
    )
    for name, read in known:
        if (root / name).is_file():
            return read(root)
    archives = sorted(root.glob("*icio*.npz"))
    if archives:
        return _archive(archives[0], theta)
    raise BadInput(f"no data set is known by the files of {root.name}",
                   where=Place(root.name), remedy=f"give {'; or '.join(FORMS)}")  # fmt: skip


def _archive(file: Path, theta: float | None) -> DataSet:
    """The two archives that are known, told apart by their arrays."""
    if file.suffix != ".npz":
        raise BadInput(f"{file.name} is no archive of arrays", remedy=f"give {'; or '.join(FORMS)}")
    try:
        with np.load(file) as found:
            names = set(found.files)
    except (OSError, ValueError) as wrong:
        raise BadInput(f"not an archive of arrays: {wrong}", where=Place(file.name)) from None
    if "pi_nij" in names:
        return _nafta(read_arrays(file))
    if "intermediate_bilateral" in names:
        if theta is None:
            raise BadInput(
                "this table has no trade elasticities", where=Place(file.name), remedy="give theta"
            )
        return DataSet("OECD ICIO", read_icio(file, theta), unit="m USD")
    raise BadInput(f"no data set is known by the arrays of {file.name}",
                   where=Place(file.name), remedy=f"give {'; or '.join(FORMS)}")  # fmt: skip


def _nafta(read: Nafta) -> DataSet:
    title = "Caliendo and Parro (2015), 1993"
    return DataSet(title, read.economy, read.before, read.after, MEMBERS, "USD")


def _own(folder: Path, theta: float | None) -> DataSet:
    """A user's own input–output table from long tables."""
    trade = folder / "trade.csv"
    s, c = names_in(trade, "sector"), names_in(trade, "importer")
    routes = (("sector", s), ("importer", c), ("exporter", c))
    flows = cube(trade, routes, "value")
    columns = pl.read_csv(trade, n_rows=0).columns
    tariffs = cube(trade, routes, "tariff") if "tariff" in columns else None
    inputs = folder / "inputs.csv"
    coefficients = None
    if inputs.is_file():
        coefficients = cube(inputs, (("country", c), ("input", s), ("sector", s)), "value")
    elasticities: Array | float
    if (folder / "theta.csv").is_file():
        elasticities = cube(folder / "theta.csv", (("sector", s),), "value")
    elif theta is not None:
        elasticities = theta
    else:
        raise BadInput("there is no theta.csv", where=Place(folder.name), remedy="or give theta")
    economy = from_flows(
        c,
        s,
        flows,
        elasticities,
        tariffs=tariffs,
        coefficients=coefficients,
        because=(Reason("source", f"trade and inputs of {folder.name}", source=folder.name),),
    )
    return DataSet(folder.name, economy)
