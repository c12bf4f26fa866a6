"""Timelines: for every key, which measure holds on which day, found by gathering alone.

A key is a number for goods, class of origin and member. Its segments stand side by side in
order of days, so that a line's segment is the key's first one plus the number of later
segments that have begun: no join, no sort, and the lines keep their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import polars as pl

from hansa.customs.bulk.sheet import FAR

CLASH: Final = 2**32 - 1
"""Stands for a measure where two claim the same place."""


@dataclass(frozen=True)
class Timeline:
    """Segments of all keys.

    Parameters
    ----------
    first : polars.Series
        By key, the first segment; null for a key without any.
    start, end, following : polars.Series
        By segment: its days, and the first day of the key's next segment.
    measure : polars.Series
        By segment, the row of the sheet, or `CLASH`.
    longest : int
        Most segments of a key.
    """

    first: pl.Series
    start: pl.Series
    end: pl.Series
    following: pl.Series
    measure: pl.Series
    longest: int

    def find(self, keys: pl.Series, day: pl.Series) -> pl.Series:
        """The row of the measure that holds for each key on its day; null for none."""
        segment = self.first.gather(keys)
        for _ in range(self.longest - 1):
            segment = segment + (day >= self.following.gather(segment)).cast(pl.UInt32)
        holds = (day >= self.start.gather(segment)) & (day < self.end.gather(segment))
        found = self.measure.gather(segment)
        return pl.select(pl.when(holds).then(found)).to_series()


def timeline(rows: pl.DataFrame, keys: int) -> Timeline:
    """A timeline from measures.

    Parameters
    ----------
    rows : polars.DataFrame
        ``key``, ``start``, ``end``, ``depth`` (the more specific goods code is deeper),
        ``measure``.
    keys : int
        How many keys there are.
    """
    ordered = rows.sort("key", "start", maintain_order=True)
    same = pl.col("key") == pl.col("key").shift(-1)
    lapped = ordered.filter(same & (pl.col("start").shift(-1) < pl.col("end")))["key"].unique()
    if lapped.len():
        apart = ordered.filter(~pl.col("key").is_in(lapped.implode()))
        cut = _cut(ordered.filter(pl.col("key").is_in(lapped.implode())))
        ordered = pl.concat([apart.drop("depth"), cut]).sort("key", "start")
    ordered = ordered.with_columns(
        following=pl.when(pl.col("key") == pl.col("key").shift(-1))
        .then(pl.col("start").shift(-1))
        .fill_null(FAR)
        .cast(pl.Int32)
    ).with_row_index("segment")
    firsts = ordered.filter((pl.col("key") != pl.col("key").shift(1)).fill_null(value=True))
    first = (
        pl.DataFrame({"key": pl.int_range(keys, dtype=pl.Int64, eager=True)})
        .join(firsts.select("key", "segment"), on="key", how="left", maintain_order="left")
        .get_column("segment")
        .cast(pl.UInt32)
    )
    longest = 0 if ordered.is_empty() else int(_longest(ordered))
    return Timeline(
        first.rechunk(),
        ordered["start"].rechunk(),
        ordered["end"].rechunk(),
        ordered["following"].rechunk(),
        ordered["measure"].rechunk(),
        longest,
    )


def _longest(ordered: pl.DataFrame) -> int:
    return int(ordered.select(pl.col("key").rle().struct.field("len").max()).item())


def _cut(rows: pl.DataFrame) -> pl.DataFrame:
    """Segments without overlap: on each day the deepest measure, or a clash of two."""
    found = [
        (key, start, end, measure)
        for key, spans in _by_key(rows)
        for start, end, measure in _elementary(spans)
    ]
    schema = {name: rows.schema[name] for name in ("key", "start", "end", "measure")}
    return pl.DataFrame(found, schema=schema, orient="row")


Span = tuple[int, int, int, int]


def _by_key(rows: pl.DataFrame) -> Iterator[tuple[int, list[Span]]]:
    grouped = rows.group_by("key", maintain_order=True).agg("start", "end", "depth", "measure")
    for key, *lists in grouped.iter_rows():
        yield key, list(zip(*lists, strict=True))


def _elementary(spans: Iterable[Span]) -> Iterator[tuple[int, int, int]]:
    held = list(spans)
    cuts = sorted({day for start, end, _, _ in held for day in (start, end)})
    last: tuple[int, int, int] | None = None
    for start, end in pairwise(cuts):
        over = [span for span in held if span[0] <= start and end <= span[1]]
        if not over:
            continue
        deepest = max(span[2] for span in over)
        on_top = [span[3] for span in over if span[2] == deepest]
        measure = on_top[0] if len(on_top) == 1 else CLASH
        if last is not None and last[2] == measure and last[1] == start:
            last = (last[0], end, measure)
            continue
        if last is not None:
            yield last
        last = (start, end, measure)
    if last is not None:
        yield last
