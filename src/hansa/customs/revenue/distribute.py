"""Distribution: every day's receipts are shared by the key of the day, to the minor unit.

What is distributed equals what was collected, always: each pot (one day, collector,
currency, kind and destination) is split by largest remainder, so its parts sum to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
import polars as pl

from hansa.customs.revenue.book import DatedKey, KeyBook
from hansa.customs.revenue.keys import Pot
from hansa.customs.revenue.ledger import NO_EXPONENTS, Ledger, read_ledger
from hansa.customs.revenue.refunds import held_within_receipts, no_refunds_waiting
from hansa.customs.revenue.shares import split, split_with_carry, whole_weights
from hansa.terms.errors import BadInput
from hansa.terms.names import nearest

POT: Final = ("day", "collector", "kind", "currency", "for_day", "destination")
FLOWS: Final = (*POT, "key", "recipient", "amount")

Account = tuple[str, str, str, str, int]
"""Collector, kind, currency, destination and number of the key in the book."""
Carry = Mapping[Account, Mapping[str, Fraction]]
"""What rounding still owes each recipient of an account, in minor units."""

NO_CARRY: Carry = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """Who collected, and who got what of it.

    Parameters
    ----------
    flows : polars.DataFrame
        One row per pot and recipient: ``day, collector, kind, currency, for_day,
        destination, key`` (its number in the book, null for what is not shared),
        ``recipient, amount`` (minor units; refunds negative).
    book : KeyBook
        The keys.
    waiting : polars.DataFrame
        Refunds that the receipts of their day and of later days did not cover:
        ``day, collector, kind, currency, destination, amount``.
    drift : mapping
        Per ``(recipient, currency)``: receipts less exact entitlement, in minor units.
        The whole effect of rounding; sums to zero per currency.
    carry : mapping
        What rounding still owes at the end, if it was carried (`Carry`).
    rejected : polars.DataFrame
        Rows set aside: ``row, column, reason``.
    exponents : mapping
        Decimal places of currencies that do not have two.
    """

    flows: pl.DataFrame
    book: KeyBook
    waiting: pl.DataFrame
    drift: Mapping[tuple[str, str], Fraction]
    carry: Carry
    rejected: pl.DataFrame
    exponents: Mapping[str, int] = field(default_factory=lambda: NO_EXPONENTS)
    native: Any = field(default=None, repr=False)

    def exponent(self, currency: str) -> int:
        """Decimal places of a currency."""
        return self.exponents.get(currency, 2)

    def members(self) -> tuple[str, ...]:
        """Everybody who collected or got something, in the order of their codes."""
        names = set(self.flows["collector"].unique()) | set(self.flows["recipient"].unique())
        return tuple(sorted(names))

    def as_given(self, frame: pl.DataFrame) -> Any:
        """A frame of this result as the kind of table in which the ledger came."""
        if self.native is None:
            return frame
        name = str(self.native).rsplit(".", 1)[-1].lower()
        if name == "pandas":
            return frame.to_pandas()
        if name == "pyarrow":
            return frame.to_arrow()
        return frame


def distribute(
    ledger: Any,
    book: KeyBook,
    *,
    refunds: Literal["within receipts", "signed"] = "within receipts",
    carry: bool = False,
    opening: Carry = NO_CARRY,
    set_aside: bool = False,
    exponents: Mapping[str, int] = NO_EXPONENTS,
    name: str = "ledger",
) -> Distribution:
    """Share a ledger of revenue by a book of keys, day by day, to the minor unit.

    Parameters
    ----------
    ledger : Ledger or table
        As `read_ledger` takes it.
    book : KeyBook
        Which key holds when.
    refunds : {"within receipts", "signed"}
        ``within receipts``: a day's refunds are paid out of that day's receipts, what is
        left waits for the next day on which the account has some. ``signed``: a day may
        be negative; the members then give back by the same key.
    carry : bool
        Whether the fraction of a minor unit that rounding takes from or gives to a
        member counts on the next day (see `split_with_carry`). Without it each day
        stands alone. A carry lives as long as its key.
    opening : Carry, optional
        The ``carry`` of the distribution of the period before.
    set_aside : bool
        Whether rejected rows are set aside instead of being an error.
    name : str
        Name of the ledger in messages.

    Raises
    ------
    BadInput
        For a rejected row (unless set aside), a day without key, or a collector that is
        not a member on the day.
    """
    read = ledger if isinstance(ledger, Ledger) else read_ledger(ledger, book, exponents=exponents)
    if read.rejected.height and not set_aside:
        raise read.first_rejection(name)
    pots = _pots(read.rows)
    waiting = no_refunds_waiting()
    if refunds == "within receipts":
        pots, waiting = held_within_receipts(pots)
    pots = _with_keys(pots, book)
    shared, kept = pots.filter(pl.col("key") >= 0), pots.filter(pl.col("key") < 0)
    closing: dict[Account, Mapping[str, Fraction]] = {}
    parts = [_kept_by_collector(kept)]
    drift: dict[tuple[str, str], Fraction] = {}
    accounts = ["key", "collector", "kind", "currency", "destination"]
    for group in shared.partition_by(accounts, maintain_order=True):
        flows, account, owed = _shared(group, book, opening if carry else NO_CARRY, carry, drift)
        parts.append(flows)
        closing[account] = owed
    flows = pl.concat(parts).sort("day", "collector", "kind", "currency", "for_day", "recipient")
    return Distribution(
        flows=flows.with_columns(pl.when(pl.col("key") >= 0).then("key").alias("key")),
        book=book,
        waiting=waiting,
        drift=MappingProxyType(drift),
        carry=MappingProxyType({**opening, **closing}) if carry else NO_CARRY,
        rejected=read.rejected,
        exponents=read.exponents,
        native=read.native,
    )


def _pots(rows: pl.DataFrame) -> pl.DataFrame:
    """Receipts and refunds summed per pot."""
    refund = pl.col("entry") == "refund"
    return (
        rows.group_by(POT)
        .agg(
            pl.col("amount").filter(~refund).sum().alias("receipts"),
            (-pl.col("amount").filter(refund).sum()).alias("refunds"),
        )
        .sort(POT)
        .with_columns((pl.col("receipts") - pl.col("refunds")).alias("total"))
    )


def _with_keys(pots: pl.DataFrame, book: KeyBook) -> pl.DataFrame:
    """The number of the key of each pot; -1 for what is not shared."""
    number = {id(entry): n for n, entry in enumerate(book.entries)}
    lookup = pots.select("for_day", "kind").unique().sort("for_day", "kind")
    keys = [
        -1 if kind in book.unshared else number[id(book.on(day, kind))]
        for day, kind in lookup.iter_rows()
    ]
    found = lookup.with_columns(pl.Series("key", keys, dtype=pl.Int64))
    joined = pots.join(found, on=["for_day", "kind"], how="left", maintain_order="left")
    for n, collector in joined.select("key", "collector").unique().sort("key").iter_rows():
        if n >= 0 and collector not in book.entries[n].key.collectors():
            first = joined.filter((pl.col("key") == n) & (pl.col("collector") == collector))
            raise _not_a_member(collector, first["for_day"].min(), book, book.entries[n])
    return joined


def _not_a_member(collector: str, day: object, book: KeyBook, entry: DatedKey) -> BadInput:
    spells = [e for e in book.entries if collector in e.key.collectors()]
    when = ", ".join(str(e.period) for e in spells)
    return BadInput(
        f"{collector} collected on {day}, when the key of {entry.period} does not count it",
        nearest=nearest(collector, entry.key.collectors()),
        remedy=f"{collector} has a share in {when}",
    )


def _kept_by_collector(kept: pl.DataFrame) -> pl.DataFrame:
    """What is not shared stays with who collected it."""
    return kept.select(
        *POT,
        "key",
        pl.col("collector").alias("recipient"),
        pl.col("total").alias("amount"),
    )


def _shared(
    group: pl.DataFrame,
    book: KeyBook,
    opening: Carry,
    carry: bool,
    drift: dict[tuple[str, str], Fraction],
) -> tuple[pl.DataFrame, Account, Mapping[str, Fraction]]:
    """The flows of one account under one key, and what rounding owes afterwards."""
    first = group.row(0, named=True)
    pot = Pot(first["kind"], first["collector"], first["destination"])
    weights = book.entries[first["key"]].key.weights(pot)
    names, whole = list(weights), whole_weights(list(weights.values()))
    account = (pot.collector, pot.kind, first["currency"], pot.destination, first["key"])
    owed: Mapping[str, Fraction] = {}
    totals = group["total"].to_numpy()
    if carry:
        before = opening.get(account, {})
        rows, after = split_with_carry(
            totals.tolist(), whole, [before.get(name, Fraction(0)) for name in names]
        )
        parts = np.array(rows, dtype=np.int64).reshape(len(rows), len(names))
        owed = dict(zip(names, after, strict=True))
    else:
        parts = split(totals, whole)
    everything, W = sum(totals.tolist()), sum(whole)
    for column, name in enumerate(names):
        gain = sum(parts[:, column].tolist()) - Fraction(everything * whole[column], W)
        to = (name, first["currency"])
        drift[to] = drift.get(to, Fraction(0)) + gain
    flows = pl.concat(
        [
            group.select(*POT, "key", pl.lit(name).alias("recipient")).with_columns(
                pl.Series("amount", parts[:, column], dtype=pl.Int64)
            )
            for column, name in enumerate(names)
        ]
    )
    return flows, account, owed
