"""What the revenue shows: the keys, the balances, and how the money is shared."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from hansa.customs.revenue.balance import Balance
from hansa.customs.revenue.book import KeyBook
from hansa.customs.revenue.keys import FixedShares
from hansa.terms.exhibits import Chart, Column, Section, Statement, Table


def balance_table(parts: Sequence[Balance]) -> Table:
    """Who collected, who got, and the balance: one row per period and member."""
    currencies = sorted({part.net.currency for part in parts})
    decimals = {part.net.currency: part.net.exponent for part in parts}
    single = currencies[0] if len(currencies) == 1 else ""
    places = decimals.get(single, 2)
    return Table(
        key="revenue-balance",
        title="Customs revenue: who collected, who got",
        columns=(
            Column("from", "From"),
            Column("to", "Before"),
            Column("member", "Member"),
            Column("currency", "Currency"),
            Column("collected", "Collected", single, places),
            Column("received", "Received", single, places),
            Column("net", "Balance", single, places),
        ),
        rows=tuple(
            (
                part.period.start,
                part.period.end,
                part.member,
                part.net.currency,
                part.collected.amount,
                part.received.amount,
                part.net.amount,
            )
            for part in parts
        ),
        because=tuple(part.because for part in parts),
        note="The balances of each period and currency sum to zero.",
    )


def balance_chart(parts: Sequence[Balance]) -> Chart:
    """Net balance per period, one series per member; bars if there is one period."""
    table = balance_table(parts)
    periods = {part.period.start for part in parts}
    if len(periods) > 1:
        return Chart(
            "revenue-balance-chart",
            "Net balance of each member",
            "line",
            table,
            "from",
            "net",
            "member",
        )
    return Chart(
        "revenue-balance-chart", "Net balance of each member", "bar", table, "member", "net"
    )


def key_table(book: KeyBook, kind: str = "import_duty") -> Table:
    """The fixed keys of a kind of revenue: one row per key and member."""
    rows, because = [], []
    for entry in book.stages(kind):
        if not isinstance(entry.key, FixedShares):
            continue
        for name, share in entry.key.shares.items():
            rows.append(
                (entry.period.start, entry.period.end, name, Decimal(str(share)), entry.act)
            )
            because.append((entry.reason(),))
    return Table(
        key="revenue-keys",
        title="Shares of import duties by key",
        columns=(
            Column("from", "From"),
            Column("to", "Before"),
            Column("member", "Member"),
            Column("share", "Share", "%", 3),
            Column("act", "Set by"),
        ),
        rows=tuple(rows),
        because=tuple(because),
    )


def key_chart(book: KeyBook, kind: str = "import_duty") -> Chart:
    """How the shares moved from key to key."""
    return Chart(
        "revenue-keys-chart",
        "Shares of import duties",
        "stack",
        key_table(book, kind),
        "from",
        "share",
        "member",
    )


def section(book: KeyBook, parts: Sequence[Balance] = (), order: int = 0) -> Section:
    """The part of a briefing that says how the money is shared.

    Parameters
    ----------
    book : KeyBook
        The keys.
    parts : sequence of Balance
        Balances to show; without them the section shows the keys alone.
    order : int
        Place in the briefing.
    """
    statements = [
        Statement(f"From {entry.period.start}: {entry.key.sentence()}.", (entry.reason(),))
        for entry in book.entries
    ]
    for part in parts:
        if part.net.minor:
            word = "gains" if part.net.minor > 0 else "gives"
            amount = part.net if part.net.minor > 0 else -part.net
            statements.append(
                Statement(
                    f"{part.member} collected {part.collected} and received {part.received}: "
                    f"it {word} {amount}.",
                    part.because,
                )
            )
    shown = (balance_table(parts), balance_chart(parts)) if parts else ()
    fixed = any(isinstance(entry.key, FixedShares) for entry in book.entries)
    keys = (key_table(book), key_chart(book)) if fixed else ()
    return Section("revenue", "Who gets the money", order, tuple(statements), (*shown, *keys))
