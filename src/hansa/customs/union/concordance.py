"""From one edition of a nomenclature to another.

Editions of the Harmonized System split and merge lines. A concordance says which line
of the old edition goes to which of the new one, and in what part; a rate on a new line
is the mean of the rates of its sources, and imports of an old line are divided over its
targets so that not a unit is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import polars as pl

from hansa.customs.union.schedules import NationalTariff, Rate
from hansa.terms.errors import BadInput


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a converted rate comes from: the old lines, their weights, and their spread."""

    sources: tuple[tuple[str, float], ...]
    low: float
    high: float

    @property
    def averaged(self) -> bool:
        """Whether lines with different rates were put together."""
        return self.low < self.high


@dataclass(frozen=True, slots=True)
class Converted:
    """A tariff in another edition.

    Parameters
    ----------
    tariff : NationalTariff
        In the new edition.
    origins : mapping
        By new code.
    unmapped : tuple of str
        Old lines for which the concordance has no target.
    empty : tuple of str
        New lines none of whose sources is in the old tariff: they have no rate.
    """

    tariff: NationalTariff
    origins: Mapping[str, Origin]
    unmapped: tuple[str, ...]
    empty: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Concordance:
    """Pairs of old and new codes, with the part of the old line that goes to the new.

    Parameters
    ----------
    pairs : iterable of (old, new) or (old, new, part)
        Parts of one old line are taken in proportion; without them they are equal.
    edition : str
        The new edition.

    Raises
    ------
    BadInput
        If a pair stands twice or a part is not positive.
    """

    pairs: Iterable[tuple[str, str] | tuple[str, str, float]]
    edition: str = ""
    _targets: Mapping[str, Mapping[str, float]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        targets: dict[str, dict[str, float]] = {}
        for pair in self.pairs:
            old, new = pair[0], pair[1]
            part = float(pair[2]) if len(pair) == 3 else 1.0
            if part <= 0:
                raise BadInput(f"the part of {old} that goes to {new} is {part}")
            if new in targets.setdefault(old, {}):
                raise BadInput(f"the concordance has {old} to {new} twice")
            targets[old][new] = part
        shares = {
            old: MappingProxyType({new: part / sum(parts.values()) for new, part in parts.items()})
            for old, parts in targets.items()
        }
        object.__setattr__(
            self, "pairs", tuple((o, n, p) for o, t in targets.items() for n, p in t.items())
        )
        object.__setattr__(self, "_targets", MappingProxyType(shares))

    @classmethod
    def by_prefix(cls, codes: Iterable[str], digits: int, edition: str = "") -> Concordance:
        """From long codes to their first ``digits``: the lines of a subheading become one."""
        return cls(((code, code[:digits]) for code in sorted(set(codes))), edition)

    def convert(
        self, tariff: NationalTariff, imports: Mapping[str, float] | None = None
    ) -> Converted:
        """A tariff in the new edition.

        Parameters
        ----------
        tariff : NationalTariff
            In the old edition.
        imports : mapping, optional
            Imports by old code: the mean of a new line is weighted by the part of each
            source's imports that goes to it; without, by the parts alone. A new line
            whose sources are not imported is averaged by the parts alone.
        """
        sources = self._sources(tariff, imports)
        rates: dict[str, Rate] = {}
        bound: dict[str, Rate] = {}
        origins: dict[str, Origin] = {}
        for new, weighted in sources.items():
            inside = [tariff.rates[old] for old, _ in weighted]
            rates[new] = _mean(weighted, tariff.rates)
            origins[new] = Origin(tuple(weighted), float(min(inside)), float(max(inside)))
            if all(old in tariff.bound for old, _ in weighted):
                bound[new] = _mean(weighted, tariff.bound)
        targets = {new for parts in self._targets.values() for new in parts}
        names = {n: tariff.names[w[0][0]] for n, w in sources.items() if w[0][0] in tariff.names}
        return Converted(
            NationalTariff(tariff.member, rates, bound, names, self.edition, tariff.source),
            MappingProxyType(origins),
            tuple(sorted(code for code in tariff.rates if code not in self._targets)),
            tuple(sorted(targets - rates.keys())),
        )

    def _sources(
        self, tariff: NationalTariff, imports: Mapping[str, float] | None
    ) -> dict[str, list[tuple[str, float]]]:
        """The sources of each new line that are in the tariff, with their weights."""
        sources: dict[str, list[tuple[str, float]]] = {}
        for old in sorted(tariff.rates):
            for new, part in self._targets.get(old, {}).items():
                sources.setdefault(new, []).append((old, part))
        if imports is None:
            return sources
        for new, parts in sources.items():
            weighted = [(old, part * imports.get(old, 0.0)) for old, part in parts]
            if any(weight > 0 for _, weight in weighted):
                sources[new] = weighted
        return sources

    def convert_trade(
        self, table: pl.DataFrame, columns: Iterable[str] = ("value",)
    ) -> pl.DataFrame:
        """Imports in the new edition: each flow is divided over the targets of its line.

        Rows of lines without a target keep their old code, so nothing is lost; they turn
        up as imports outside the schedules.
        """
        rows = [(o, n, p) for o, parts in self._targets.items() for n, p in parts.items()]
        shape = {"code": pl.String, "_new": pl.String, "_part": pl.Float64}
        parts = pl.DataFrame(rows, schema=shape, orient="row")
        joined = table.with_columns(pl.col("code").cast(pl.String)).join(
            parts, on="code", how="left", maintain_order="left"
        )
        part = pl.col("_part").fill_null(1.0)
        return joined.with_columns(
            pl.col("_new").fill_null(pl.col("code")).alias("code"),
            *((pl.col(column) * part).alias(column) for column in columns),
        ).select(table.columns)


def _mean(weighted: Iterable[tuple[str, float]], rates: Mapping[str, Rate]) -> float:
    pairs = [(float(rates[old]), weight) for old, weight in weighted]
    if len({rate for rate, _ in pairs}) == 1:
        return pairs[0][0]
    return sum(rate * weight for rate, weight in pairs) / sum(weight for _, weight in pairs)
