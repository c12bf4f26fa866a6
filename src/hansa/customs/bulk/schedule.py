"""A sheet compiled for a span of days: one timeline per place in the cascade."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from hansa.customs.book.areas import ERGA_OMNES
from hansa.customs.book.kinds import ADDITIONAL, OPTIONS, TAXES, Kind
from hansa.customs.book.regime import Regime
from hansa.customs.bulk.goods import GoodsIndex, goods_index
from hansa.customs.bulk.origins import Origins, origins_of
from hansa.customs.bulk.sheet import FAR, NEAR, Sheet, days
from hansa.customs.bulk.timelines import CLASH, Timeline, timeline

_EVERYBODY: Final = (ERGA_OMNES, "", "")


@dataclass(frozen=True)
class Keys:
    """Which of goods, origin and member a timeline tells apart, and how many there are."""

    goods: int
    origins: int = 1
    members: int = 1

    @property
    def size(self) -> int:
        """How many keys there are."""
        return self.goods * self.origins * self.members

    def of(self, goods: pl.Series, origin: pl.Series, member: pl.Series) -> pl.Series:
        """The key of every line."""
        key = goods
        if self.origins > 1:
            key = key * self.origins + origin
        return key if self.members == 1 else key * self.members + member


@dataclass(frozen=True)
class Slot:
    """One place in the cascade: of a kind, at most one measure per line.

    Parameters
    ----------
    kind : Kind
        What it holds.
    keys : Keys
        How its timeline is keyed.
    timeline : Timeline
        Which measure holds when.
    units, currencies, proofs : tuple of str
        What its measures count, in which money, and what they ask for (``""`` left out).
    floor, ceiling, share, clash : bool
        Whether some of its measures have a floor, a ceiling, take a share of the base rate;
        whether two claim one place.
    """

    kind: Kind
    keys: Keys
    timeline: Timeline
    units: tuple[str, ...]
    currencies: tuple[str, ...]
    proofs: tuple[str, ...]
    floor: bool
    ceiling: bool
    share: bool
    clash: bool


@dataclass(frozen=True)
class Schedule:
    """Everything that lines are looked up in.

    Parameters
    ----------
    sheet : Sheet
        The measures.
    goods : GoodsIndex
        Goods codes and the days on which they can be declared.
    origins : Origins
        Classes of origins.
    members : tuple of str
        Members that have measures of their own.
    slots : tuple of Slot
        In the order of the cascade.
    hard : tuple
        Keys and timeline of measures that columns cannot carry, ``None`` if there are none.
    kinds : frozenset of Kind
        Kinds that the sheet has measures of.
    """

    sheet: Sheet
    goods: GoodsIndex
    origins: Origins
    members: tuple[str, ...]
    slots: tuple[Slot, ...]
    hard: tuple[Keys, Timeline] | None
    kinds: frozenset[Kind]


def compile_schedule(
    sheet: Sheet, regime: Regime, span: tuple[int, int], codes: tuple[str, ...] = ()
) -> Schedule:
    """Compile a sheet.

    Parameters
    ----------
    sheet : Sheet
        The measures.
    regime : Regime
        For agreements; exemptions are measures of the sheet.
    span : tuple of int
        First and last day that lines may have, in days since 1970.
    codes : tuple of str
        Goods codes to add to those of the measures, where there is no nomenclature.
    """
    first, last = span
    held = _common(sheet.frame.with_row_index("measure"), regime).filter(
        (pl.col("start") <= last) & (pl.col("end") > first)
    )
    origins = origins_of(held, sheet.shell.areas, regime)
    goods = goods_index(sheet.shell.nomenclature, held, span, codes)
    members = tuple(sorted(set(held["member"].unique()) - {""}))
    windows = origins.windows(held, regime)
    compiler = _Compiler(goods, origins, members, windows)
    easy = held.filter(~pl.col("hard"))
    slots = tuple(
        slot
        for kind in (*OPTIONS, *ADDITIONAL, *TAXES)
        for slot in compiler.slots(kind, easy.filter(pl.col("kind") == kind.value))
    )
    hard = held.filter("hard")
    kinds = frozenset(Kind(name) for name in sheet.frame["kind"].unique())
    return Schedule(sheet, goods, origins, members, slots, compiler.hard(hard), kinds)


def _common(frame: pl.DataFrame, regime: Regime) -> pl.DataFrame:
    """Rates of the common tariff, on the days on which it applies."""
    since, until = days(regime.common_tariff.start), days(regime.common_tariff.end)
    common = (pl.col("kind") == Kind.THIRD_COUNTRY.value) & (pl.col("member") == "")
    clipped = frame.with_columns(
        start=pl.when(common).then(pl.col("start").clip(since, FAR)).otherwise("start"),
        end=pl.when(common).then(pl.col("end").clip(NEAR, until)).otherwise("end"),
    )
    return clipped.filter(pl.col("start") < pl.col("end"))


class _Compiler:
    def __init__(
        self, goods: GoodsIndex, origins: Origins, members: tuple[str, ...], windows: pl.DataFrame
    ) -> None:
        self.goods = goods
        self.origins = origins
        self.members = members
        self.windows = windows

    def slots(self, kind: Kind, measures: pl.DataFrame) -> Iterator[Slot]:
        """The slots of a kind: as many as measures of it can hold side by side."""
        if measures.is_empty():
            return
        keys, rows = self.expanded(measures)
        for ranked in _ranks(rows):
            lines = timeline(ranked.select("key", "start", "end", "depth", "measure"), keys.size)
            yield Slot(
                kind,
                keys,
                lines,
                _named(ranked.filter(_counts()), "unit"),
                _named(ranked.filter(_counts()), "currency"),
                _named(ranked, "proofs"),
                floor=ranked["a2"].null_count() < ranked.height,
                ceiling=ranked["a3"].null_count() < ranked.height,
                share=ranked["share"].null_count() < ranked.height,
                clash=bool((lines.measure == CLASH).any()),
            )

    def hard(self, measures: pl.DataFrame) -> tuple[Keys, Timeline] | None:
        """Where a measure stands that columns cannot carry."""
        if measures.is_empty():
            return None
        keys, rows = self.expanded(measures.with_columns(member=pl.lit("")))
        one = rows.with_columns(depth=pl.lit(0))
        return keys, timeline(one.select("key", "start", "end", "depth", "measure"), keys.size)

    def expanded(self, measures: pl.DataFrame) -> tuple[Keys, pl.DataFrame]:
        """Measures by key: on every code below theirs, for every class of origin."""
        named = measures.select("area", "excluded", "agreement").unique()
        everybody = named.height == 1 and named.row(0) == _EVERYBODY
        by_member = bool((measures["member"] != "").any())
        keys = Keys(
            self.goods.size,
            1 if everybody else self.origins.size,
            len(self.members) + 1 if by_member else 1,
        )
        rows = measures.join(self.goods.below, on="code", maintain_order="left")
        if not everybody:
            rows = rows.join(
                self.windows, on=["area", "excluded", "agreement"], maintain_order="left"
            )
        key = pl.col("goods")
        if not everybody:
            key = key * keys.origins + pl.col("origin")
        if by_member:
            place = pl.col("member").cast(pl.Enum(["", *self.members])).to_physical()
            key = key * keys.members + place.cast(pl.Int64)
        return keys, _within(rows.with_columns(key=key), windowed=not everybody)


def _within(rows: pl.DataFrame, *, windowed: bool) -> pl.DataFrame:
    """Days on which the measure, the goods' place and the origin's membership all hold."""
    starts, ends = ["start"], ["end"]
    if "since" in rows.columns:
        starts.append("since")
        ends.append("until_goods")
    if windowed:
        starts.append("from")
        ends.append("until")
    return rows.with_columns(start=pl.max_horizontal(starts), end=pl.min_horizontal(ends)).filter(
        pl.col("start") < pl.col("end")
    )


def _ranks(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Rows of one slot of the book per key in each part."""
    several = rows.select("area", "member", "order_number").unique().height > 1
    if not several:
        yield rows
        return
    marked = rows.with_columns(_slot(rows))
    pairs = marked.select("key", "slot").unique(maintain_order=True).sort("key", "slot")
    if pairs.height == marked["key"].n_unique():
        yield rows
        return
    pairs = pairs.with_columns(rank=pl.int_range(pl.len()).over("key"))
    ranked = marked.join(pairs, on=["key", "slot"], maintain_order="left")
    for _, part in sorted(ranked.partition_by("rank", as_dict=True).items()):
        yield part.drop("slot", "rank")


def _slot(rows: pl.DataFrame) -> pl.Series:
    """A number for area, member and order number together."""
    names = rows.select("area", "member", "order_number")
    known = names.unique(maintain_order=True).sort("area", "member", "order_number")
    numbered = known.with_row_index("slot")
    return names.join(
        numbered, on=["area", "member", "order_number"], maintain_order="left"
    ).get_column("slot")


def _counts() -> pl.Expr:
    """Rows that count something."""
    return pl.any_horizontal((pl.col(f"b{term}") > 0).fill_null(value=False) for term in "123")


def _named(rows: pl.DataFrame, column: str) -> tuple[str, ...]:
    return tuple(sorted(set(rows[column].unique()) - {""}))
