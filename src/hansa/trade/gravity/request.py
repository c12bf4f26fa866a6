"""What a gravity estimation is asked for: a frozen request that refuses what cannot work."""

from __future__ import annotations

from dataclasses import dataclass

import narwhals as nw
import numpy as np
import polars as pl
from narwhals.typing import IntoDataFrame

from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown

Columns = tuple[str, ...]

THREE_WAY: tuple[Columns, ...] = (
    ("exporter", "year"),
    ("importer", "year"),
    ("exporter", "importer"),
)
"""Exporter-year, importer-year and pair effects (Baier and Bergstrand 2007; Yotov et al. 2016)."""


@dataclass(frozen=True, slots=True, eq=False)
class GravityRequest:
    """A Poisson pseudo-maximum-likelihood gravity estimation (Santos Silva and Tenreyro 2006).

    Parameters
    ----------
    panel : data frame
        One row per flow (polars, pandas or any frame that narwhals reads).
    effects : tuple of str
        Columns whose coefficients are wanted.
    fixed_effects : tuple of tuple of str
        Each a set of columns whose combinations get an intercept of their own;
        `THREE_WAY` if not given. May be empty.
    clusters : tuple of tuple of str
        One or two sets of columns within whose combinations errors may be correlated; the
        pair ``("exporter", "importer")`` if not given; empty for heteroskedastic errors.
    outcome : str
        Column of the flows, zeros included.
    years : tuple of int, optional
        Years to keep of column ``year``; all if not given.
    tolerance : float
        Of the relative change of the deviance.
    iterations : int
        Reweighted least squares at most.

    Raises
    ------
    BadInput
        If a column is missing, not numeric, holds missing or infinite numbers, flows are
        negative or nothing is left.
    """

    panel: IntoDataFrame
    effects: Columns
    fixed_effects: tuple[Columns, ...] = THREE_WAY
    clusters: tuple[Columns, ...] = (("exporter", "importer"),)
    outcome: str = "trade"
    years: tuple[int, ...] | None = None
    tolerance: float = 1e-10
    iterations: int = 100

    def __post_init__(self) -> None:
        if not self.effects:
            raise BadInput("no effect is asked for", where=Place("effects"))
        if len(set(self.effects)) < len(self.effects):
            raise BadInput("an effect is asked for twice", where=Place("effects"))
        if len(self.clusters) > 2:
            raise BadInput("errors can be clustered in at most two ways", where=Place("clusters"))
        frame = self.frame()
        if frame.height <= len(self.effects):
            raise BadInput(
                f"{frame.height} flows cannot tell {len(self.effects)} effects",
                where=Place("panel"),
                remedy="check the years that were asked for",
            )
        for name in (self.outcome, *self.effects):
            _refuse_bad_cells(frame, name)
        _refuse_negative(frame, self.outcome)

    def frame(self) -> pl.DataFrame:
        """The wanted rows and columns, in polars."""
        frame = nw.from_native(self.panel, eager_only=True).to_polars()
        groups = [name for columns in (*self.fixed_effects, *self.clusters) for name in columns]
        wanted = dict.fromkeys([self.outcome, *self.effects, *groups])
        if self.years is not None:
            wanted["year"] = None
        for name in wanted:
            if name not in frame.columns:
                raise unknown("column", name, frame.columns, where=Place("panel"))
        if self.years is not None:
            frame = frame.filter(pl.col("year").cast(pl.Int64).is_in(list(self.years)))
        return frame.select(list(wanted))


def _refuse_bad_cells(frame: pl.DataFrame, name: str) -> None:
    column = frame[name]
    if not (column.dtype.is_numeric() or column.dtype == pl.Boolean):
        raise BadInput(
            f"column {name!r} holds {column.dtype}, not numbers", where=Place("panel", column=name)
        )
    bad = (~np.isfinite(column.cast(pl.Float64).fill_null(np.nan).to_numpy())).nonzero()[0]
    if bad.size:
        raise BadInput(
            f"{bad.size} cells are missing or infinite, the first in row {bad[0] + 1}",
            where=Place("panel", row=int(bad[0]) + 1, column=name),
            remedy="drop these flows or mend the column (log of a zero?)",
        )


def _refuse_negative(frame: pl.DataFrame, name: str) -> None:
    bad = (frame[name] < 0).arg_true()
    if len(bad):
        raise BadInput(
            f"{len(bad)} flows are negative, the first in row {bad[0] + 1}",
            where=Place("panel", row=bad[0] + 1, column=name),
            remedy="trade flows are at least zero",
        )
