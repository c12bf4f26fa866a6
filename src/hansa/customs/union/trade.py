"""Imports of a representative period: by line, member and partner, in values and quantities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import narwhals as nw
import numpy as np
import polars as pl
from numpy.typing import NDArray

from hansa.customs.union.grid import Rates
from hansa.customs.union.schedules import Schedules
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import nearest, unknown

THOUSAND: Final = 1000
"""Values and quantities are kept as whole thousandths, so that sums are exact."""

Index = NDArray[np.int64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Trade:
    """External imports, one entry per line, member and partner (M_imp).

    Parameters
    ----------
    members, codes, partners : tuple of str
        What the indices mean.
    line, member, partner : ndarray of int, shape (flows,)
        Indices of each flow.
    value : ndarray of int64, shape (flows,)
        Thousandths of the unit of value.
    quantities : mapping
        By unit of quantity: thousandths per flow, -1 where not known.
    unit : str
        Unit of value (``"million USD"``).
    outside : polars.DataFrame
        ``member, code, value`` of imports on lines that the schedules do not have.
    internal : float
        Imports from fellow members, which do not count.
    """

    members: tuple[str, ...]
    codes: tuple[str, ...]
    partners: tuple[str, ...]
    line: Index
    member: Index
    partner: Index
    value: Whole
    quantities: Mapping[str, Whole] = field(default_factory=dict)
    unit: str = ""
    outside: pl.DataFrame = field(default_factory=pl.DataFrame)
    internal: float = 0.0

    @property
    def values(self) -> Rates:
        """M_imp: the flows in the unit of value."""
        return self.value / THOUSAND

    def by_line_and_member(self) -> Rates:
        """M_im: imports by line and member over all partners, shape (lines, members)."""
        shape = (len(self.codes), len(self.members))
        sums = np.zeros(shape, dtype=np.int64)
        np.add.at(sums, (self.line, self.member), self.value)
        return sums / THOUSAND

    def by_partner(self, amounts: Rates) -> Rates:
        """Sums of per-flow amounts by partner, shape (partners,)."""
        sums: Rates = np.zeros(len(self.partners))
        np.add.at(sums, self.partner, amounts)
        return sums

    def total(self) -> float:
        """All external imports on the lines of the schedules."""
        return int(self.value.sum()) / THOUSAND


def trade_of(
    table: Any,
    schedules: Schedules,
    *,
    quantities: Sequence[str] = (),
    unit: str = "",
    name: str = "imports",
) -> Trade:
    """Read imports from a long table.

    Parameters
    ----------
    table : frame or sequence of mappings
        Columns ``member, code, partner, value`` and one column per unit of quantity.
        Values are rounded to thousandths of the unit.
    schedules : Schedules
        Whose members and lines.
    quantities : sequence of str
        Names of the columns that hold quantities; the name is the unit (``kg``).
    unit : str
        Unit of value.
    name : str
        Name of the table in messages.

    Returns
    -------
    Trade
        Imports from fellow members are left out, and counted as ``internal``; imports
        on lines that the schedules do not have are in ``outside``.

    Raises
    ------
    BadInput
        If a column is missing, a value is missing or negative, or a member is unknown.
    """
    frame = _frame(table)
    needed = ["member", "code", "partner", "value", *quantities]
    for column in needed:
        if column not in frame.columns:
            raise BadInput(
                f"{name} has no column {column!r}", nearest=nearest(column, frame.columns)
            )
    frame = frame.select(
        pl.col("member", "code", "partner").cast(pl.String),
        *(_thousandths(column) for column in ("value", *quantities)),
    )
    _check(frame, schedules, name)
    fellow = pl.col("partner").is_in(list(schedules.members))
    internal = int(frame.filter(fellow)["value"].sum()) / THOUSAND
    frame = frame.filter(~fellow)
    known = pl.col("code").is_in(list(schedules.codes))
    outside = frame.filter(~known).group_by("member", "code").agg(pl.col("value").sum() / THOUSAND)
    flows = _summed(frame.filter(known), quantities)
    return _indexed(flows, schedules, quantities, unit=unit, outside=outside, internal=internal)


def _frame(table: Any) -> pl.DataFrame:
    if isinstance(table, Sequence):
        return pl.DataFrame(list(table), infer_schema_length=None)
    read: pl.DataFrame = nw.from_native(table, eager_only=True).to_polars()
    return read


def _thousandths(column: str) -> pl.Expr:
    return (pl.col(column).cast(pl.Float64) * THOUSAND).round().cast(pl.Int64).alias(column)


def _check(frame: pl.DataFrame, schedules: Schedules, name: str) -> None:
    wrong = frame.with_row_index().filter(pl.col("value").is_null() | (pl.col("value") < 0))
    if wrong.height:
        row, value = wrong["index"][0], wrong["value"][0]
        what = "no value" if value is None else f"a negative value: {value / THOUSAND}"
        raise BadInput(what, where=Place(name, row=row + 2, column="value"))
    strange = ~pl.col("member").is_in(list(schedules.members)) | pl.col("member").is_null()
    odd = frame.with_row_index().filter(strange)
    if odd.height:
        where = Place(name, row=odd["index"][0] + 2, column="member")
        raise unknown("member", str(odd["member"][0]), schedules.members, where=where)


def _summed(frame: pl.DataFrame, quantities: Sequence[str]) -> pl.DataFrame:
    """One row per line, member and partner."""
    added = [pl.col("value").sum()]
    for column in quantities:
        # A quantity that is not known for a part is not known for the sum.
        whole = pl.col(column).is_null().any()
        added.append(pl.when(whole).then(-1).otherwise(pl.col(column).sum()).alias(column))
    by = ("code", "member", "partner")
    return frame.group_by(by).agg(added).sort(by)


def _indexed(
    frame: pl.DataFrame,
    s: Schedules,
    quantities: Sequence[str],
    *,
    unit: str,
    outside: pl.DataFrame,
    internal: float,
) -> Trade:
    """Number the lines, members and partners."""
    partners = tuple(sorted(frame["partner"].unique().to_list()))
    numbers = {
        "code": {code: n for n, code in enumerate(s.codes)},
        "member": {member: n for n, member in enumerate(s.members)},
        "partner": {partner: n for n, partner in enumerate(partners)},
    }

    def index(column: str) -> Index:
        if frame.is_empty():
            return np.zeros(0, dtype=np.int64)
        return (
            frame[column]
            .replace_strict(numbers[column], return_dtype=pl.Int64)
            .to_numpy()
            .astype(np.int64)
        )

    return Trade(
        s.members,
        s.codes,
        partners,
        index("code"),
        index("member"),
        index("partner"),
        frame["value"].to_numpy().astype(np.int64),
        {column: frame[column].to_numpy().astype(np.int64) for column in quantities},
        unit,
        outside,
        internal,
    )
