"""Checked tables: what a file must hold is read from the vocabulary, not written in code."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

import polars as pl

from hansa.terms.errors import BadInput, Place
from hansa.terms.names import nearest

Bounds = Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Form:
    """What a table must be: its name in the vocabulary, its key and bounds of its values.

    Parameters
    ----------
    name : str
        Prefix of its columns in ``terms/fields/security.csv``.
    key : tuple of str
        Columns that together name a row; empty if rows may repeat.
    bounds : mapping of str to (float, float)
        Least and greatest value of a column, both allowed.
    """

    name: str
    key: tuple[str, ...] = ()
    bounds: Bounds = field(default_factory=dict)


@cache
def vocabulary() -> Mapping[str, Mapping[str, str]]:
    """Columns and their types (``int``, ``float?`` …) by table."""
    found: dict[str, dict[str, str]] = {}
    text = resources.files("hansa.terms").joinpath("fields", "security.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        table, column = row["name"].split(".", 1)
        found.setdefault(table, {})[column] = row["type"]
    return found


def _read(path: Path) -> pl.DataFrame:
    if not path.is_file():
        known = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        raise BadInput(f"there is no file {path.name!r}", nearest=nearest(path.name, known))
    try:
        if path.suffix == ".csv":
            return pl.read_csv(path, infer_schema_length=None, null_values=["", "NA"])
        return pl.read_parquet(path)
    except pl.exceptions.PolarsError as wrong:
        raise BadInput(f"cannot be read: {wrong}", where=Place(path.name)) from None


def _typed(frame: pl.DataFrame, column: str, kind: str, file: str) -> pl.Series:
    """The column as the vocabulary's type; missing values only where it ends in ``?``."""
    series = frame[column]
    wanted: Mapping[str, pl.DataType | type[pl.DataType]]
    wanted = {"int": pl.Int32, "float": pl.Float64, "str": pl.String, "day": pl.Date}
    target = wanted[kind.rstrip("?")]
    if series.dtype != target:
        as_day = target == pl.Date and series.dtype == pl.String
        cast = series.str.to_date(strict=False) if as_day else series.cast(target, strict=False)
        bad = cast.is_null() & series.is_not_null()
        if target == pl.Int32 and series.dtype.is_float():
            bad |= (series != cast.cast(pl.Float64)).fill_null(False)
        if bad.any():
            row = int(bad.arg_max() or 0)
            where = Place(file, row + 2, column)
            raise BadInput(f"{series[row]!r} is no {kind.rstrip('?')}", where=where)
        series = cast
    if not kind.endswith("?") and series.null_count():
        row = int(series.is_null().arg_max() or 0)
        raise BadInput("a value is missing", where=Place(file, row + 2, column))
    return series


def checked(frame: pl.DataFrame, form: Form, file: str) -> pl.DataFrame:
    """The columns that the form names, typed, unique by key and within bounds.

    Raises
    ------
    BadInput
        Naming file, line and column of the first thing that is wrong.
    """
    columns = vocabulary()[form.name]
    for column in columns:
        if column not in frame.columns:
            raise BadInput(
                f"column {column!r} is missing",
                where=Place(file),
                nearest=nearest(column, frame.columns),
                remedy=f"a {form.name} table has {', '.join(columns)}",
            )
    out = pl.DataFrame([_typed(frame, name, kind, file) for name, kind in columns.items()])
    for column, (low, high) in form.bounds.items():
        outside = ~out[column].is_between(low, high)
        if outside.any():
            row = int(outside.fill_null(False).arg_max() or 0)
            text = f"{out[column][row]} is not between {low:g} and {high:g}"
            raise BadInput(text, where=Place(file, row + 2, column))
    if form.key and out.select(pl.struct(form.key).is_duplicated().any()).item():
        row = int(
            out.select(pl.struct(form.key).is_first_distinct()).to_series().not_().arg_max() or 0
        )
        names = ", ".join(f"{name} {out[name][row]}" for name in form.key)
        raise BadInput(f"a second row for {names}", where=Place(file, row + 2))
    return out


def read(path: Path | str, form: Form) -> pl.DataFrame:
    """A Parquet or CSV file as a checked table."""
    place = Path(path)
    return checked(_read(place), form, place.name)
