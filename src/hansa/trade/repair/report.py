"""A trade matrix as reported, and the record of what had to be mended in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown
from hansa.terms.reasons import Because, Reason
from hansa.trade import cells
from hansa.trade.model import Array

Kind = Literal["mirror", "unreported", "negative", "output", "domestic", "balanced"]
"""Why a cell was mended.

mirror: the importer did not report, the exporter did.
unreported: neither did.
negative: totals and partners' reports disagree (residual rest of the world below zero).
output: a country's output was not given.
domestic: sales at home, which no trade statistics hold.
balanced: scaled to meet the margins.
"""
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Repair:
    """One mended cell.

    Parameters
    ----------
    importer, exporter : str
        The cell; both the same for domestic sales and output.
    kind : Kind
        Why it was mended.
    source : float
        What stood there, NaN for nothing.
    value : float
        What stands there now.
    method : str
        How it was found, in words.
    """

    importer: str
    exporter: str
    kind: Kind
    source: float
    value: float
    method: str

    def reason(self) -> Reason:
        """The repair as a ground of an answer."""
        was = "nothing" if np.isnan(self.source) else f"{self.source:,.0f}"
        return Reason(
            "assumption",
            f"{self.exporter} to {self.importer}: {was} became {self.value:,.0f} ({self.method})",
            ref=self.kind,
        )


@dataclass(frozen=True, slots=True, eq=False)
class TradeReport:
    """Bilateral trade as it was reported, with its holes.

    Parameters
    ----------
    countries : tuple of str
        N names, the rest of the world among them if there is one.
    flows : Array
        ``[n, i]``: imports of n from i as n reports them, NaN where it does not, (N, N). On
        the diagonal NaN, or trade inside a bloc, or known domestic sales.
    mirror : Array, optional
        ``[n, i]``: the same flows as exporters report them, NaN where they do not, (N, N).
    output : Array, optional
        What each country sells in all, at home and abroad, NaN where unknown, (N,). In a
        model without inputs that is its GDP.
    reporters : tuple of str, optional
        Countries that publish their trade. A zero between two that do not is no report but
        a hole; all publish if not given.
    rest : str
        Name of the rest of the world; ``""`` if there is none.
    unit : str
        Money unit, in words.
    because : tuple of Reason
        Where the numbers come from.

    Raises
    ------
    BadInput
        If shapes, names or numbers are wrong.
    """

    countries: tuple[str, ...]
    flows: Array
    mirror: Array | None = None
    output: Array | None = None
    reporters: tuple[str, ...] | None = None
    rest: str = ""
    unit: str = ""
    because: Because = ()

    def __post_init__(self) -> None:
        countries = cells.names(self.countries, "countries")
        n = len(countries)
        object.__setattr__(self, "countries", countries)
        pair = "importers × exporters"
        object.__setattr__(self, "flows", cells.shaped(self.flows, (n, n), "flows", pair))
        mirror = np.full((n, n), np.nan) if self.mirror is None else self.mirror
        object.__setattr__(self, "mirror", cells.shaped(mirror, (n, n), "mirror", pair))
        output = np.full(n, np.nan) if self.output is None else self.output
        object.__setattr__(self, "output", cells.shaped(output, (n,), "output", "countries"))
        self._check()

    def _check(self) -> None:
        for name in (*(self.reporters or ()), *((self.rest,) if self.rest else ())):
            if name not in self.countries:
                raise unknown("country", name, self.countries)
        labels = (self.countries, self.countries)
        for argument in ("flows", "mirror", "output"):
            values = getattr(self, argument)
            axes = labels[: values.ndim]
            cells.refuse(np.isinf(values), values, axes, argument=argument, what="infinite")
        output = np.asarray(self.output)
        cells.refuse(
            output <= 0, output, (self.countries,), argument="output", what="output not positive"
        )
        bad = (self.flows < 0) & ~self._residual()
        cells.refuse(
            bad,
            self.flows,
            labels,
            argument="flows",
            what="negative",
            remedy="only trade with the rest of the world, a residual, may be below zero",
        )

    def _residual(self) -> NDArray[np.bool_]:
        """Cells that are totals less partners: trade with the rest of the world."""
        rest = np.array([name == self.rest for name in self.countries])
        residual: NDArray[np.bool_] = rest[:, None] | rest[None, :]
        return residual


@dataclass(frozen=True, slots=True, eq=False)
class RepairedTrade:
    """A full trade matrix that an economy can be built of, and what was done to get it.

    Parameters
    ----------
    countries : tuple of str
        N names.
    flows : Array
        ``[n, i]``: what n buys from i, domestic sales on the diagonal, all at least zero,
        (N, N).
    repairs : tuple of Repair
        Every mended cell in the order of mending; a cell may be mended twice.
    unit : str
        Money unit, in words.
    because : tuple of Reason
        Where the numbers come from and how they were mended.
    """

    countries: tuple[str, ...]
    flows: Array
    repairs: tuple[Repair, ...]
    unit: str = ""
    because: Because = ()

    @property
    def output(self) -> Array:
        """Sales of each country, at home and abroad, (N,)."""
        total: Array = self.flows.sum(axis=0)
        return total

    @property
    def expenditure(self) -> Array:
        """Purchases of each country, at home and abroad, (N,)."""
        total: Array = self.flows.sum(axis=1)
        return total

    @property
    def deficits(self) -> Array:
        """Purchases less sales, (N,)."""
        return self.expenditure - self.output

    def table(self) -> pl.DataFrame:
        """One row per repair: importer, exporter, kind, source, value, method."""
        columns = ("importer", "exporter", "kind", "source", "value", "method")
        kinds = {"source": pl.Float64, "value": pl.Float64}
        data = {name: [getattr(repair, name) for repair in self.repairs] for name in columns}
        schema = {name: kinds.get(name, pl.String) for name in columns}
        return pl.DataFrame(data, schema=schema).with_columns(pl.col("source").fill_nan(None))

    def share_repaired(self) -> float:
        """Share of trade between countries that stands in mended cells other than balanced."""
        mended = {
            (repair.importer, repair.exporter)
            for repair in self.repairs
            if repair.kind in ("mirror", "unreported", "negative")
        }
        abroad = ~np.eye(len(self.countries), dtype=bool)
        touched = np.array(
            [[(n, i) in mended for i in self.countries] for n in self.countries], dtype=bool
        )
        return float(self.flows[touched & abroad].sum() / self.flows[abroad].sum())


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """Another estimate of the flows, consulted where nothing was reported.

    Parameters
    ----------
    name : str
        What it is, as the repairs will say it (``"2022 input–output table"``).
    flows : Array
        ``[n, i]``, NaN where it says nothing either, (N, N).
    """

    name: str
    flows: Array


def interpolated(panel: Sequence[tuple[int, ArrayLike]], year: int) -> Reference:
    """Flows of ``year`` from the nearest years before and after it, cell by cell.

    Linear in logs where both are positive, linear otherwise; a cell that only one side
    knows takes that value; NaN where neither knows it.

    Parameters
    ----------
    panel : sequence of (int, array)
        Years and their flows, all (N, N); flows of ``year`` itself are not used.
    year : int
        The year that is wanted.
    """
    others = sorted((when, np.asarray(flows, dtype=float)) for when, flows in panel if when != year)
    if not others:
        raise BadInput(f"no other year than {year} is given", where=Place("panel"))
    shape = others[0][1].shape
    before, after = _nearest(others[::-1], year, -1, shape), _nearest(others, year, 1, shape)
    (t0, x0), (t1, x1) = before, after
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = (year - t0) / (t1 - t0)
        straight = x0 + weight * (x1 - x0)
        curved = np.exp(np.log(x0) + weight * (np.log(x1) - np.log(x0)))
    result = np.where((x0 > 0) & (x1 > 0), curved, straight)
    result = np.where(np.isnan(x0), x1, np.where(np.isnan(x1), x0, result))
    return Reference(f"the nearest years around {year}", result)


def _nearest(
    others: Sequence[tuple[int, Array]], year: int, sign: int, shape: tuple[int, ...]
) -> tuple[Array, Array]:
    """Cell by cell, the nearest known year on one side and its flow."""
    when, flow = np.full(shape, np.nan), np.full(shape, np.nan)
    for other, flows in others:
        if (other - year) * sign > 0:
            new = np.isnan(flow) & ~np.isnan(flows) & (flows >= 0)
            when[new], flow[new] = other, flows[new]
    return when, flow
