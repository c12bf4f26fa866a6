"""Goods codes as numbers, and which measures on codes above reach them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from hansa.customs.bulk.sheet import EPOCH, FAR, NEAR
from hansa.customs.bulk.timelines import Timeline, timeline
from hansa.customs.nomenclature import Nomenclature
from hansa.customs.nomenclature.codes import DIGITS, LEVELS

_LEAST = -99


@dataclass(frozen=True)
class GoodsIndex:
    """Goods that lines can name.

    Parameters
    ----------
    codes : polars.Series
        Codes in ascending order; a code's number is its place.
    below : polars.DataFrame
        For a measure's ``code``: the ``goods`` that it reaches, with ``depth`` (nought for
        the code itself, less for codes further up), and the days of the tree in ``since``
        and ``until_goods``.
    valid : Timeline, optional
        When each can be declared; ``None`` without a nomenclature.
    """

    codes: pl.Series
    below: pl.DataFrame
    valid: Timeline | None

    @property
    def size(self) -> int:
        """How many goods there are."""
        return self.codes.len()

    @cached_property
    def kind(self) -> pl.Enum:
        """The type of a column of these codes."""
        return pl.Enum(self.codes)

    def numbers(self, codes: pl.Series) -> pl.Series:
        """The number of every code; null for those that are not known."""
        found = codes.cast(self.kind, strict=False).to_physical().cast(pl.Int64)
        if found.null_count() == codes.null_count():
            return found
        tidy = codes.str.replace_all(r"[\s.]", "")
        even = tidy.str.contains(r"^\d\d(\d\d){0,4}$")
        tidy = pl.select(pl.when(even).then(tidy.str.pad_end(DIGITS, "0"))).to_series()
        again = tidy.cast(self.kind, strict=False).to_physical().cast(pl.Int64)
        return pl.select(pl.coalesce(found, again)).to_series()


def goods_index(
    nomenclature: Nomenclature | None,
    measures: pl.DataFrame,
    span: tuple[int, int],
    codes: tuple[str, ...],
) -> GoodsIndex:
    """The goods that lines of a span of days can name."""
    if nomenclature is None:
        return _from_measures(measures, codes)
    return _from_nomenclature(nomenclature, span)


def _from_measures(measures: pl.DataFrame, extra: tuple[str, ...]) -> GoodsIndex:
    """Codes as they come: those of measures hang below one another by their digits."""
    own = measures["code"].unique()
    known = pl.concat([own, pl.Series(own.name, extra, dtype=pl.String)]).unique().sort()
    known = known.filter(known != "")
    goods = pl.DataFrame({"goods": pl.int_range(known.len(), eager=True), "code": known})
    parts = [goods.with_columns(depth=pl.lit(0))]
    said = goods["code"].str.strip_chars_end("0").str.len_chars().clip(2)
    level = said + said % 2
    for place, digits in enumerate(reversed(LEVELS[:-1]), start=1):
        above = goods.with_columns(
            code=pl.col("code").str.slice(0, digits).str.pad_end(DIGITS, "0"),
            depth=pl.lit(-place),
        ).filter(level > digits)
        parts.append(above.filter(pl.col("code").is_in(own.implode())))
    if (own == "").any():
        parts.append(goods.with_columns(code=pl.lit(""), depth=pl.lit(_LEAST)))
    return GoodsIndex(known, pl.concat(parts), None)


def _from_nomenclature(nomenclature: Nomenclature, span: tuple[int, int]) -> GoodsIndex:
    """Goods that can be declared on some day of the span, with the tree above them."""
    pairs: dict[tuple[str, str, int], list[tuple[int, int]]] = {}
    for start, end, day in _editions(nomenclature, span):
        edition = nomenclature.on(day)
        for leaf in edition.leaves():
            above = ["", *(goods.code for goods in reversed(edition.ancestors(leaf.code)))]
            deepest = len(above)
            for place, code in enumerate((*above, leaf.code)):
                depth = _LEAST if not code else place - deepest
                windows = pairs.setdefault((code, leaf.code, depth), [])
                if windows and windows[-1][1] == start:
                    windows[-1] = (windows[-1][0], end)
                else:
                    windows.append((start, end))
    codes = pl.Series("code", sorted({leaf for _, leaf, _ in pairs}), dtype=pl.String)
    number = {code: place for place, code in enumerate(codes)}
    rows = [
        (number[leaf], code, depth, start, end)
        for (code, leaf, depth), windows in pairs.items()
        for start, end in windows
    ]
    schema = {
        "goods": pl.Int64,
        "code": pl.String,
        "depth": pl.Int32,
        "since": pl.Int32,
        "until_goods": pl.Int32,
    }
    below = pl.DataFrame(rows, schema=schema, orient="row")
    own = below.filter(pl.col("depth") == 0).select(
        key="goods", start="since", end="until_goods", depth="depth", measure="goods"
    )
    valid = timeline(own.with_columns(pl.col("measure").cast(pl.UInt32)), codes.len())
    return GoodsIndex(codes, below, valid)


def _editions(nomenclature: Nomenclature, span: tuple[int, int]) -> Iterator[tuple[int, int, date]]:
    """Spells without a change of the nomenclature: first day, day after the last, a day."""
    first, last = (date.fromordinal(day + EPOCH) for day in span)
    changes = [day for day in nomenclature.changes if first < day <= last]
    starts = [first, *changes]
    for place, start in enumerate(starts):
        since = NEAR if place == 0 else start.toordinal() - EPOCH
        until = FAR if place == len(starts) - 1 else starts[place + 1].toordinal() - EPOCH
        yield since, until, start
