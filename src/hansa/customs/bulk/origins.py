"""Classes of origins: countries that every measure treats alike share a class.

A class is known by the areas it belongs to, with the days of each membership, and by the
agreements it is a partner of. The last class is for origins that no area names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from hansa.customs.book.areas import ERGA_OMNES, Areas
from hansa.customs.book.regime import Regime
from hansa.customs.bulk.sheet import FAR, NEAR, days
from hansa.terms.days import Period

Window = tuple[int, int]
Signature = tuple[frozenset[tuple[str, Window]], frozenset[str]]


@dataclass(frozen=True)
class Origins:
    """Origins, their classes, and when a measure on an area stands for a class.

    Parameters
    ----------
    names : tuple of str
        Origins that some area or agreement names.
    classes : polars.Series
        The class of each of them.
    signatures : tuple
        What makes each class; the last is that of any other origin.
    """

    names: tuple[str, ...]
    classes: pl.Series
    signatures: tuple[Signature, ...]

    @property
    def size(self) -> int:
        """How many classes there are."""
        return len(self.signatures)

    def numbers(self, origins: pl.Series) -> pl.Series:
        """The class of every origin of a column."""
        codes = origins.cast(pl.Enum(self.names), strict=False).to_physical()
        other = self.size - 1
        return self.classes.gather(codes.cast(pl.UInt32)).fill_null(other)

    def windows(self, frame: pl.DataFrame, regime: Regime) -> pl.DataFrame:
        """For every area, exclusion and agreement of a sheet: the days of each class.

        Columns ``area``, ``excluded``, ``agreement``, ``origin`` (class), ``from``, ``until``.
        """
        rows = [
            (area, excluded, agreement, number, start, end)
            for area, excluded, agreement in frame.select("area", "excluded", "agreement")
            .unique(maintain_order=True)
            .iter_rows()
            for number, signature in enumerate(self.signatures)
            for start, end in _stands(signature, area, excluded, agreement, regime)
        ]
        return pl.DataFrame(
            rows,
            schema={
                "area": pl.String,
                "excluded": pl.String,
                "agreement": pl.String,
                "origin": pl.Int64,
                "from": pl.Int32,
                "until": pl.Int32,
            },
            orient="row",
        )


def origins_of(frame: pl.DataFrame, areas: Areas, regime: Regime) -> Origins:
    """The classes that the measures of a sheet tell apart."""
    members: dict[str, set[tuple[str, Window]]] = {}
    for area in areas.areas:
        for membership in area.members:
            known = members.setdefault(membership.member, set())
            known.add((area.id, _window(membership.valid)))
    named = set(frame["area"].unique())
    named.update(name for cell in frame["excluded"].unique() for name in cell.split(";"))
    partners = {state for agreement in regime.agreements for state in agreement.partners}
    names = sorted((members.keys() | named | partners) - {"", ERGA_OMNES})
    signatures: dict[Signature, int] = {}
    classes = []
    for name in names:
        own = frozenset({(name, (NEAR, FAR)), *members.get(name, ())})
        relevant = frozenset(item for item in own if item[0] in named)
        bound = frozenset(a.id for a in regime.agreements if name in a.partners)
        classes.append(signatures.setdefault((relevant, bound), len(signatures)))
    other = (frozenset[tuple[str, Window]](), frozenset[str]())
    return Origins(tuple(names), pl.Series(classes, dtype=pl.Int64), (*signatures, other))


def _window(period: Period) -> Window:
    return max(days(period.start), NEAR), days(period.end)


def _stands(
    signature: Signature, area: str, excluded: str, agreement: str, regime: Regime
) -> Iterator[Window]:
    """The days on which a measure on an area stands for a class."""
    inside = [w for name, w in signature[0] if name == area]
    open_days = [(NEAR, FAR)] if area == ERGA_OMNES else _merged(inside)
    if agreement:
        known = regime.agreement(agreement)
        if known is None or (known.partners and agreement not in signature[1]):
            return
        open_days = [w for day in open_days if (w := _meet(day, _window(known.valid)))]
    for out in excluded.split(";"):
        closed = [(NEAR, FAR)] if out == ERGA_OMNES else [w for n, w in signature[0] if n == out]
        for window in closed:
            open_days = [part for day in open_days for part in _without(day, window)]
    yield from open_days


def _merged(windows: Iterable[Window]) -> list[Window]:
    merged: list[Window] = []
    for start, end in sorted(windows):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _meet(one: Window, other: Window) -> Window | None:
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return (start, end) if start < end else None


def _without(day: Window, out: Window) -> Iterator[Window]:
    for part in ((day[0], min(day[1], out[0])), (max(day[0], out[1]), day[1])):
        if part[0] < part[1]:
            yield part
