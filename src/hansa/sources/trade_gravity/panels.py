"""The panel of *An Advanced Guide to Trade Policy Analysis* (Yotov et al. 2016)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from hansa.sources.trade_gravity.files import existing, need
from hansa.terms.errors import BadInput, Place

_DUMMIES: Final = ("cntg", "lang", "clny", "rta")
_COLUMNS: Final = ("exporter", "importer", "pair_id", "year", "trade", "dist", *_DUMMIES)


def read_agtpa(path: Path | str) -> pl.DataFrame:
    """Manufacturing trade of 69 countries, 1986–2006, with gravity variables.

    Three columns are added: ``ln_dist``; ``intl``, 1 if the flow crosses a border;
    ``pair_home``, the pair with all sales at home as one group, which is how the book's
    application 2 of chapter 2 absorbs them. Lags and leads of ``rta`` are kept.

    Parameters
    ----------
    path : path
        ``agtpa_applications`` as CSV (may be compressed) or Parquet.

    Raises
    ------
    BadInput
        If the file is missing, a column lacks, a flow is negative, a distance not positive,
        an indicator neither 0 nor 1, or a flow stands twice.
    """
    file = existing(path)
    try:
        frame = pl.read_parquet(file) if file.suffix == ".parquet" else pl.read_csv(file)
    except pl.exceptions.PolarsError as wrong:
        raise BadInput(f"cannot be read: {wrong}", where=Place(file.name)) from None
    for name in _COLUMNS:
        need(frame.columns, name, file.name)
    _check(frame, file.name)
    whole = ["pair_id", "year", *(name for name in frame.columns if name.startswith("rta"))]
    frame = frame.with_columns(pl.col(*whole, "cntg", "lang", "clny").cast(pl.Int32))
    home = pl.col("exporter") == pl.col("importer")
    return frame.with_columns(
        ln_dist=pl.col("dist").log(),
        intl=(~home).cast(pl.Int32),
        pair_home=pl.when(home).then(pl.lit(0)).otherwise(pl.col("pair_id")).cast(pl.Int32),
    )


def _check(frame: pl.DataFrame, file: str) -> None:
    rules = {
        "trade": (pl.col("trade") >= 0, "flows are at least zero"),
        "dist": (pl.col("dist") > 0, "distances are positive"),
        **{
            name: ((pl.col(name) == 0) | (pl.col(name) == 1), f"{name} is 0 or 1")
            for name in _DUMMIES
        },
    }
    for name, (rule, why) in rules.items():
        bad = frame.select(rule.fill_null(value=False).alias("ok"))["ok"].not_().arg_true()
        if len(bad):
            row = bad[0] + 2
            raise BadInput(
                f"{frame[name][bad[0]]!r}: {why}", where=Place(file, row=row, column=name)
            )
    twice = frame.select("exporter", "importer", "year").is_duplicated().arg_true()
    if len(twice):
        raise BadInput("a flow stands twice", where=Place(file, row=twice[0] + 2))
