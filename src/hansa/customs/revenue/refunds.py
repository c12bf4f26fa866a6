"""Refunds are paid out of what comes in.

In the Eurasian union a duty is given back from the single account within the receipts
of the day; what they do not cover waits for the next day. So no member ever has to send
money back because a neighbour refunded more than it took.
"""

from __future__ import annotations

from typing import Final

import polars as pl

WAITING: Final = ("day", "collector", "kind", "currency", "destination", "amount")
_ACCOUNT: Final = ["collector", "kind", "currency", "destination"]


def no_refunds_waiting() -> pl.DataFrame:
    """An empty table of waiting refunds."""
    text = pl.String
    types = {"day": pl.Date, "amount": pl.Int64}
    return pl.DataFrame(schema={name: types.get(name, text) for name in WAITING})


def held_within_receipts(pots: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Hold each account's refunds within the receipts of its days.

    Parameters
    ----------
    pots : polars.DataFrame
        With ``receipts`` and ``refunds`` per pot.

    Returns
    -------
    pots : polars.DataFrame
        With ``total`` after the refunds that the day could pay. A pot whose own receipts
        are negative (a reversal) pays no refunds and keeps its sign.
    waiting : polars.DataFrame
        What could not be paid by the end, under the day on which it fell due.
    """
    if pots["refunds"].sum() == 0:
        return pots.with_columns(pl.col("receipts").alias("total")), no_refunds_waiting()
    done, left = [], []
    for account in pots.partition_by(_ACCOUNT, maintain_order=True):
        if account["refunds"].sum() == 0:
            done.append(account.with_columns(pl.col("receipts").alias("total")))
            continue
        totals, queue = _queue(account)
        done.append(account.with_columns(pl.Series("total", totals, dtype=pl.Int64)))
        names = account.row(0, named=True)
        left += [(day, *(names[column] for column in _ACCOUNT), amount) for day, amount in queue]
    waiting = pl.DataFrame(left, schema=no_refunds_waiting().schema, orient="row")
    order = ["day", *_ACCOUNT, "for_day"]
    return pl.concat(done).filter(_moves()).sort(order), waiting


def _moves() -> pl.Expr:
    """Drop the pots that only announced a refund: nothing moves in them."""
    return (pl.col("total") != 0) | (pl.col("receipts") != 0) | (pl.col("refunds") == 0)


def _queue(account: pl.DataFrame) -> tuple[list[int], list[tuple[object, int]]]:
    """Totals per pot, and the refunds still waiting, oldest first."""
    queue: list[tuple[object, int]] = []
    totals: list[int] = []
    for pots in account.partition_by("day", maintain_order=True):
        due = int(pots["refunds"].sum())
        if due:
            queue.append((pots["day"][0], due))
        for receipts in pots["receipts"].to_list():
            budget = max(0, receipts)
            while queue and budget:
                day, amount = queue[0]
                paid = min(amount, budget)
                budget -= paid
                queue[0] = (day, amount - paid)
                if queue[0][1] == 0:
                    queue.pop(0)
            totals.append(budget if receipts >= 0 else receipts)
    return totals, queue
