"""Files, arrays and columns that must be there, with messages that name the nearest ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hansa.sources.trade_gravity.files import existing
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown

Array = NDArray[np.float64]


def matrix(path: Path | str, shape: tuple[int, ...]) -> Array:
    """A text file of numbers, whitespace between them, in the shape given.

    Raises
    ------
    BadInput
        If a line holds something else than numbers or the count differs.
    """
    file = existing(path)
    try:
        values = np.loadtxt(file, ndmin=2)
    except ValueError as error:
        raise BadInput(f"not a table of numbers: {error}", where=Place(file.name)) from None
    if values.size != int(np.prod(shape)):
        raise BadInput(
            f"{values.shape[0]} × {values.shape[1]} numbers where "
            f"{' × '.join(map(str, shape))} are needed",
            where=Place(file.name),
        )
    return values.reshape(shape)


def arrays(path: Path | str, names: Sequence[str]) -> dict[str, NDArray[np.generic]]:
    """Arrays of a NumPy archive.

    Raises
    ------
    BadInput
        If one is missing or the file is no archive.
    """
    file = existing(path)
    try:
        with np.load(file) as archive:
            for name in names:
                if name not in archive.files:
                    raise unknown("array", name, archive.files, where=Place(file.name))
            return {name: archive[name] for name in names}
    except (OSError, ValueError) as error:
        raise BadInput(f"not an archive of arrays: {error}", where=Place(file.name)) from None


def cube(path: Path | str, axes: Sequence[tuple[str, tuple[str, ...]]], value: str) -> Array:
    """One column of a long table as an array along named axes.

    Parameters
    ----------
    path : path
        CSV, may be compressed.
    axes : sequence of (str, tuple of str)
        Column and its names in the order wanted.
    value : str
        Column of numbers.

    Raises
    ------
    BadInput
        If a column lacks, a name is unknown, a cell is missing or stands twice.
    """
    file = existing(path)
    frame = pl.read_csv(file, infer_schema_length=None)
    for name in (*(axis for axis, _ in axes), value):
        if name not in frame.columns:
            raise unknown("column", name, frame.columns, where=Place(file.name))
    index = tuple(_positions(frame[axis], names, file.name) for axis, names in axes)
    filled = np.full(tuple(len(names) for _, names in axes), np.nan)
    filled[index] = frame[value].cast(pl.Float64).to_numpy()
    if len(frame) != filled.size or np.isnan(filled).any():
        gaps = np.argwhere(np.isnan(filled))
        what = (
            "a cell stands twice"
            if not len(gaps)
            else "no number for "
            + ", ".join(names[i] for i, (_, names) in zip(gaps[0].tolist(), axes, strict=True))
        )
        raise BadInput(what, where=Place(file.name, column=value))
    return filled


def names_in(path: Path | str, column: str) -> tuple[str, ...]:
    """The different names in a column, in order of appearance."""
    file = existing(path)
    frame = pl.read_csv(file, infer_schema_length=None)
    if column not in frame.columns:
        raise unknown("column", column, frame.columns, where=Place(file.name))
    return tuple(str(name) for name in frame[column].unique(maintain_order=True))


def _positions(column: pl.Series, names: tuple[str, ...], file: str) -> NDArray[np.int64]:
    known = {name: i for i, name in enumerate(names)}
    for row, name in enumerate(column):
        if name not in known:
            where = Place(file, row=row + 2, column=column.name)
            raise unknown("name", str(name), names, where=where)
    return np.array([known[name] for name in column], dtype=np.int64)
