"""The arrays of Ossa (2014): seven regions, thirty-three industries, 2007."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hansa.sources.trade_gravity.files import existing
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown
from hansa.trade.ossa import OssaEconomy

Array = NDArray[np.float64]

CODES: Final = {
    "Brazil": "BRA",
    "China": "CHN",
    "EU": "EU",
    "India": "IND",
    "Japan": "JPN",
    "RoW": "ROW",
    "ROW": "ROW",
    "US": "USA",
    "USA": "USA",
}
ELASTICITIES: Final = ("estimated", "mean 3.5", "mean 5", "mean 6.5", "uniform")


@dataclass(frozen=True, slots=True, eq=False)
class OssaArrays:
    """What the folder holds.

    Parameters
    ----------
    economy : OssaEconomy
        As observed, with its trade deficits: purge them before use.
    political : Array
        λ as published, (N, S).
    noncooperative : Array
        Tariffs by industry where no agreement binds them, (S, N).
    """

    economy: OssaEconomy
    political: Array
    noncooperative: Array


def read_ossa(folder: Path | str, elasticities: str = "estimated") -> OssaArrays:
    """Flows, tariffs, elasticities and weights from the folder of the paper's data.

    Reads ``trade_ijs.csv`` and ``tariff_ijs.csv`` (a row for each industry and exporter, a
    column for each importer), ``sigma_s.csv``, ``regions.csv``, ``sectors.csv`` and, for
    weights and non-cooperative tariffs, ``ossa2014_data.npz``.

    Parameters
    ----------
    folder : path
        Where the files are.
    elasticities : {"estimated", "mean 3.5", "mean 5", "mean 6.5", "uniform"}
        Which of the paper's five sets.

    Raises
    ------
    BadInput
        If a file is missing or holds another number of cells than its neighbours say.
    """
    root = Path(folder)
    if elasticities not in ELASTICITIES:
        raise unknown("set of elasticities", elasticities, ELASTICITIES)
    countries = tuple(CODES.get(name, name) for name in _labels(root / "regions.csv"))
    sigma = _numbers(root / "sigma_s.csv")[:, ELASTICITIES.index(elasticities)]
    sectors = _labels(root / "sectors.csv")[: len(sigma)]
    shape = (len(sigma), len(countries), len(countries))
    cubes = [_cube(root / f"{name}_ijs.csv", shape) for name in ("trade", "tariff")]
    file = existing(root / "ossa2014_data.npz")
    with np.load(file) as arrays:
        lacking = {"LAMBDAPOL", "TARGETTARIFF"} - set(arrays)
        if lacking:
            raise BadInput(f"arrays lack: {', '.join(sorted(lacking))}", where=Place(file.name))
        political = np.maximum(arrays["LAMBDAPOL"], 0.0)
        noncooperative = np.array(arrays["TARGETTARIFF"], dtype=float)
    economy = OssaEconomy(countries, sectors, cubes[0], cubes[1], sigma)
    return OssaArrays(economy, political, noncooperative)


def _labels(path: Path) -> tuple[str, ...]:
    """The second column of a small table with a header."""
    frame = pl.read_csv(existing(path), has_header=False, skip_rows=1, infer_schema=False)
    if frame.width < 2:
        raise BadInput("a number and a name are needed in each row", where=Place(path.name))
    return tuple(frame.to_series(1).to_list())


def _numbers(path: Path) -> Array:
    file = existing(path)
    try:
        return np.loadtxt(file, delimiter=",", ndmin=2)
    except ValueError as wrong:
        raise BadInput(f"not a table of numbers: {wrong}", where=Place(file.name)) from None


def _cube(path: Path, shape: tuple[int, int, int]) -> Array:
    """Rows of industries and exporters, columns of importers, as ``[s, n, i]``."""
    table = _numbers(path)
    s, n, _ = shape
    if table.shape != (s * n, n):
        raise BadInput(
            f"{table.shape[0]} × {table.shape[1]} cells where {s} industries of {n} regions "
            f"need {s * n} × {n}",
            where=Place(path.name),
        )
    return table.reshape(shape).transpose(0, 2, 1)
