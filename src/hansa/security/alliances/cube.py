"""Dyad-years as a cube: first state × second state × year, the shape that a panel has inside.

A table of dyad-years becomes an array by one assignment and a column of the panel by one
mask; no join of millions of rows is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hansa.terms.errors import BadInput

Mask = NDArray[np.bool_]
Array = NDArray[Any]

_DAY0 = -(10**6)


@dataclass(frozen=True, slots=True)
class Cube:
    """Which pairs of states exist together in which years.

    Parameters
    ----------
    codes : ndarray, shape (n,)
        Codes of the states, ascending.
    first, last : int
        Years, both included; Y of them.
    alive : ndarray, shape (n, Y)
        Whether the state is in the system on some day of the year.
    together : ndarray, shape (n, n, Y)
        Whether two different states are in the system on the same day of the year.
    """

    codes: Array
    first: int
    last: int
    alive: Mask
    together: Mask

    @property
    def shape(self) -> tuple[int, int, int]:
        n, years = self.alive.shape
        return n, n, years

    def rows(self, codes: pl.Series) -> tuple[Array, Mask]:
        """Positions of states, and which of them the cube knows."""
        wanted = codes.to_numpy()
        at = np.minimum(np.searchsorted(self.codes, wanted), len(self.codes) - 1)
        return at, self.codes[at] == wanted

    def fill(
        self, table: pl.DataFrame, column: str, empty: float, dtype: type[np.generic] = np.int8
    ) -> Array:
        """A column of a table of ``ccode1``, ``ccode2``, ``year`` as an array (n, n, Y).

        Rows of states or years that the cube does not have are left out; where two rows
        name one dyad-year the greater value stays.
        """
        i, known1 = self.rows(table["ccode1"])
        j, known2 = self.rows(table["ccode2"])
        y = table["year"].to_numpy() - self.first
        use = known1 & known2 & (y >= 0) & (y < self.alive.shape[1])
        out = np.full(self.shape, empty, dtype=dtype)
        values = table[column].to_numpy()[use].astype(dtype)
        order = np.argsort(values, kind="stable")  # the last assignment counts: the greatest
        out[i[use][order], j[use][order], y[use][order]] = values[order]
        return out

    def by_state(self, table: pl.DataFrame, column: str) -> Array:
        """A column of a table of ``ccode``, ``year`` as an array (n, Y), ``nan`` if missing."""
        i, known = self.rows(table["ccode"])
        y = table["year"].to_numpy() - self.first
        use = known & (y >= 0) & (y < self.alive.shape[1])
        out = np.full(self.alive.shape, np.nan)
        out[i[use], y[use]] = table[column].cast(pl.Float64).to_numpy()[use]
        return out


def cube_of(states: pl.DataFrame, first: int, last: int) -> Cube:
    """The cube of a table of membership in the state system.

    Parameters
    ----------
    states : polars.DataFrame
        Spells: ``ccode``, ``styear``, ``stmonth``, ``stday``, ``endyear``, ``endmonth``,
        ``endday``; the last day is included.
    first, last : int
        Years, both included.

    Raises
    ------
    BadInput
        If the table does not cover the years.
    """
    ends = int(states["endyear"].to_numpy().max(initial=0))
    if not first <= last:
        raise BadInput(f"the years {first} to {last} are none")
    if last > ends:
        raise BadInput(
            f"the state system is known to {ends}, not to {last}",
            remedy=f"ask for years up to {ends} or give a later table of states",
        )
    codes = np.unique(states["ccode"].to_numpy())
    years = np.arange(first, last + 1)
    start = np.full((len(codes), len(years)), 400, dtype=np.int16)  # day of the year
    stop = np.full((len(codes), len(years)), -1, dtype=np.int16)
    spells = states.select(
        "ccode",
        "styear",
        "endyear",
        start=pl.date("styear", "stmonth", "stday").dt.ordinal_day(),
        stop=pl.date("endyear", "endmonth", "endday").dt.ordinal_day(),
    )
    for code, since, until, in_day, out_day in spells.iter_rows():
        i = int(np.searchsorted(codes, code))
        here = (years >= since) & (years <= until)
        enters = np.where(years == since, in_day, 1)
        leaves = np.where(years == until, out_day, 366)
        start[i, here] = np.minimum(start[i, here], enters[here])
        stop[i, here] = np.maximum(stop[i, here], leaves[here])
    together = (start[:, None, :] <= stop[None, :, :]) & (start[None, :, :] <= stop[:, None, :])
    together[np.arange(len(codes)), np.arange(len(codes)), :] = False
    return Cube(codes, first, last, stop >= start, together)
