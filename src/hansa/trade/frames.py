"""Labelled tables of results, in the kind of frame that the user works with.

polars is always there; pandas and xarray come with the extra ``hansa[frames]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, overload

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hansa.terms.errors import BadInput, Place
from hansa.trade.economy import Economy
from hansa.trade.model import Array

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

Kind = Literal["polars", "pandas"]
Axis = Literal["sector", "country", "importer", "exporter"]
AXES: dict[int, tuple[Axis, ...]] = {
    1: ("country",),
    2: ("sector", "country"),
    3: ("sector", "importer", "exporter"),
}


def labels(economy: Economy, axis: Axis) -> tuple[str, ...]:
    """Names along an axis."""
    return economy.sectors if axis == "sector" else economy.countries


@overload
def table(
    economy: Economy, columns: Mapping[str, Array], kind: Literal["polars"] = ...
) -> pl.DataFrame: ...
@overload
def table(
    economy: Economy, columns: Mapping[str, Array], kind: Literal["pandas"]
) -> pd.DataFrame: ...
@overload
def table(
    economy: Economy, columns: Mapping[str, Array], kind: Kind
) -> pl.DataFrame | pd.DataFrame: ...
def table(
    economy: Economy, columns: Mapping[str, Array], kind: Kind = "polars"
) -> pl.DataFrame | pd.DataFrame:
    """A long table: one row per cell, names first, then the numbers.

    Parameters
    ----------
    economy : Economy
        Whose names label the axes.
    columns : mapping of str to array
        All of shape (N,), all (J, N) or all (J, N, N).
    kind : {"polars", "pandas"}
        Kind of frame.

    Raises
    ------
    BadInput
        If the arrays differ in shape or the library of that kind is not installed.
    """
    shapes = {values.shape for values in columns.values()}
    if len(shapes) != 1:
        raise BadInput("columns of one table have one shape", where=Place("columns"))
    axes = AXES[len(next(iter(shapes)))]
    names = [labels(economy, axis) for axis in axes]
    grids = np.meshgrid(*(np.arange(len(axis)) for axis in names), indexing="ij")
    data: dict[str, NDArray[np.generic] | pl.Series] = {
        axis: pl.Series(axis, known, dtype=pl.String).gather(grid.ravel())
        for axis, known, grid in zip(axes, names, grids, strict=True)
    }
    data.update({name: np.ascontiguousarray(values).ravel() for name, values in columns.items()})
    frame = pl.DataFrame(data)
    return frame if kind == "polars" else as_pandas(frame, list(axes))


def as_pandas(frame: pl.DataFrame, index: list[str]) -> pd.DataFrame:
    """A pandas frame with the names as its index.

    Raises
    ------
    BadInput
        If pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError:
        raise _missing("pandas") from None
    return pd.DataFrame({name: frame[name].to_list() for name in frame.columns}).set_index(index)


def dataset(
    economy: Economy, arrays: Mapping[str, Array], attrs: Mapping[str, object]
) -> xr.Dataset:
    """An xarray dataset with named dimensions and coordinates.

    Raises
    ------
    BadInput
        If xarray is not installed.
    """
    try:
        import xarray as xr
    except ImportError:
        raise _missing("xarray") from None
    data = {name: (AXES[values.ndim], values) for name, values in arrays.items()}
    used = sorted({axis for axes, _ in data.values() for axis in axes})
    coords = {axis: list(labels(economy, axis)) for axis in used}
    return xr.Dataset(data, coords=coords, attrs=dict(attrs))


def _missing(library: str) -> BadInput:
    return BadInput(
        f"{library} is not installed", remedy="install the extra: pip install 'hansa[frames]'"
    )
