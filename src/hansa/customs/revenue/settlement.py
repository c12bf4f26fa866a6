"""Transfers between the members: when they fall due, what was late, what that costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Final, Protocol

import polars as pl

from hansa.customs.revenue.distribute import Distribution
from hansa.customs.revenue.keys import Exact, exact
from hansa.customs.revenue.ledger import NO_EXPONENTS
from hansa.terms.days import Day, add_days
from hansa.terms.errors import BadInput, Place
from hansa.terms.money import Money, Rounding
from hansa.terms.reasons import Because, Reason

OWED: Final = ("day", "due", "payer", "payee", "currency", "amount")

NO_HOLIDAYS: Mapping[str, frozenset[Day]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days of every member.

    Parameters
    ----------
    holidays : mapping
        Days off per member, beside the weekend.
    weekend : frozenset of int
        Days of the week that are off (Monday is 0).
    """

    holidays: Mapping[str, frozenset[Day]] = field(default_factory=lambda: NO_HOLIDAYS)
    weekend: frozenset[int] = frozenset({5, 6})

    def __post_init__(self) -> None:
        if len(self.weekend & frozenset(range(7))) == 7:
            raise BadInput("a week without a working day has no next working day")

    def next_working_day(self, after: Day, member: str) -> Day:
        """The first working day of ``member`` after a day."""
        off = self.holidays.get(member, frozenset())
        day = add_days(after, 1)
        while day.weekday() in self.weekend or day in off:
            day = add_days(day, 1)
        return day


class Interest(Protocol):
    """What a late transfer costs."""

    def charge(self, amount: int, due: Day, until: Day) -> Fraction:
        """Interest in minor units on ``amount`` from ``due`` to ``until``."""

    def sentence(self) -> str:
        """The rule, read back to people."""


@dataclass(frozen=True, slots=True)
class DailyInterest:
    """A percentage of the unpaid amount for each calendar day."""

    percent: Exact

    def charge(self, amount: int, due: Day, until: Day) -> Fraction:
        """``amount`` × percent × days late."""
        return amount * exact(self.percent, "the interest") / 100 * max(0, (until - due).days)

    def sentence(self) -> str:
        """For example ``0.1 % for each calendar day``."""
        return f"{self.percent} % for each calendar day of delay"


@dataclass(frozen=True, slots=True)
class RisingInterest:
    """A yearly rate that rises with each month of delay and applies to the whole delay.

    As for the European Union's own resources (Regulation 609/2014, Art. 12): a base
    rate, increased by a margin, by a quarter of a point for each month, up to a cap.

    Parameters
    ----------
    base, margin, rise, cap : number
        Per cent a year; ``rise`` per begun month of delay; ``cap`` on margin and rise.
    year : int
        Days of the year.
    """

    base: Exact
    margin: Exact
    rise: Exact = "0.25"
    cap: Exact = 16
    year: int = 365

    def charge(self, amount: int, due: Day, until: Day) -> Fraction:
        """Interest at the rate that the length of the delay has reached."""
        days = (until - due).days
        if days <= 0:
            return Fraction(0)
        begun = (until.year - due.year) * 12 + until.month - due.month + (until.day > due.day)
        increase = exact(self.margin, "the margin") + max(0, begun) * exact(self.rise, "the rise")
        rate = exact(self.base, "the base rate") + min(increase, exact(self.cap, "the cap"))
        return amount * rate / 100 * Fraction(days, self.year)

    def sentence(self) -> str:
        """The rule in one line."""
        return (
            f"{self.base} % a year, {self.margin} points more, and {self.rise} for each begun "
            f"month of delay, the increase at most {self.cap} points"
        )


def transfers(distribution: Distribution, calendar: Calendar | None = None) -> pl.DataFrame:
    """What the collectors owe the recipients, and by when.

    Returns
    -------
    polars.DataFrame
        ``day`` (reporting day), ``due`` (next working day of the payer), ``payer,
        payee, currency, amount`` (minor units, positive). A day on which refunds
        exceeded receipts turns payer and payee round.
    """
    calendar = calendar or Calendar()
    owed = (
        distribution.flows.filter(pl.col("recipient") != pl.col("collector"))
        .group_by("day", "collector", "recipient", "currency")
        .agg(pl.col("amount").sum())
        .filter(pl.col("amount") != 0)
    )
    back = pl.col("amount") < 0
    owed = owed.select(
        "day",
        pl.when(back).then("recipient").otherwise("collector").alias("payer"),
        pl.when(back).then("collector").otherwise("recipient").alias("payee"),
        "currency",
        pl.col("amount").abs(),
    )
    days = owed.select("day", "payer").unique()
    due = [calendar.next_working_day(day, payer) for day, payer in days.iter_rows()]
    dated = owed.join(days.with_columns(pl.Series("due", due, dtype=pl.Date)), on=["day", "payer"])
    order = ["due", "payer", "payee", "currency", "day"]
    return dated.select(OWED).sort(order)


@dataclass(frozen=True, slots=True)
class Late:
    """A transfer, or the part of one, that came late or has not come."""

    payer: str
    payee: str
    due: Day
    paid: Day | None
    amount: Money
    interest: Money
    because: Because = ()


@dataclass(frozen=True, slots=True, eq=False)
class Settlement:
    """What was paid on time, late or not at all, as of a day.

    Parameters
    ----------
    on : Day
        The day of reckoning; interest on what is unpaid runs to it.
    late : tuple of Late
        Everything that was not on time, oldest first.
    surplus : tuple of (payer, payee, Money)
        Payments that no transfer asked for.
    """

    on: Day
    late: tuple[Late, ...]
    surplus: tuple[tuple[str, str, Money], ...] = ()

    def interest(self) -> dict[tuple[str, str, str], Money]:
        """Interest owed by payer, payee and currency."""
        owed: dict[tuple[str, str, str], Money] = {}
        for item in self.late:
            group = (item.payer, item.payee, item.interest.currency)
            owed[group] = owed[group] + item.interest if group in owed else item.interest
        return owed

    def outstanding(self) -> tuple[Late, ...]:
        """What has not come at all."""
        return tuple(item for item in self.late if item.paid is None)

    def may_suspend(self, after_days: int) -> Mapping[str, Because]:
        """Who is so late that the others may stop their own transfers to it, and why."""
        found: dict[str, list[Reason]] = {}
        for item in self.outstanding():
            days = (self.on - item.due).days
            if days > after_days:
                text = f"{item.payer} owes {item.payee} {item.amount}, due {item.due}, {days} days"
                found.setdefault(item.payer, []).append(Reason("number", text))
        return {payer: tuple(reasons) for payer, reasons in found.items()}


def settle(
    owed: pl.DataFrame,
    payments: Iterable[tuple[Day, str, str, str, int]],
    interest: Interest,
    on: Day,
    *,
    rounding: Rounding = Rounding.HALF_UP,
    exponents: Mapping[str, int] = NO_EXPONENTS,
) -> Settlement:
    """Match payments to transfers, oldest first, and reckon interest on what was late.

    Parameters
    ----------
    owed : polars.DataFrame
        As `transfers` returns it.
    payments : iterable of (day, payer, payee, currency, amount)
        What was paid, in minor units.
    interest : Interest
        What delay costs.
    on : Day
        Day of reckoning: transfers due later and payments made later do not count.

    Raises
    ------
    BadInput
        If a payment is not positive.
    """
    queues: dict[tuple[str, str, str], list[tuple[Day, int]]] = {}
    for number, (day, payer, payee, currency, amount) in enumerate(payments):
        if amount <= 0:
            raise BadInput(f"a payment of {amount}", where=Place("payments", row=number + 2))
        if day <= on:
            queues.setdefault((payer, payee, currency), []).append((day, amount))
    for queue in queues.values():
        queue.sort()
    late: list[Late] = []
    rows = owed.filter(pl.col("due") <= on).sort("due", "day")
    for _, due, payer, payee, currency, owing in rows.select(OWED).iter_rows():
        queue = queues.get((payer, payee, currency), [])
        for paid, minor in _drawn(queue, owing):
            until = paid if paid is not None else on
            if until > due:
                charge = _whole(interest.charge(minor, due, until), rounding)
                exponent = exponents.get(currency, 2)
                what = Money(currency, minor, exponent)
                word = "paid" if paid is not None else "still unpaid"
                days = (until - due).days
                text = (
                    f"{what} due {due}, {word} {until}: {days} day{'' if days == 1 else 's'} late"
                )
                because = (Reason("number", text), Reason("rule", interest.sentence()))
                cost = Money(currency, charge, exponent)
                late.append(Late(payer, payee, due, paid, what, cost, because))
    surplus = tuple(
        (payer, payee, Money(currency, sum(a for _, a in queue), exponents.get(currency, 2)))
        for (payer, payee, currency), queue in queues.items()
        if queue
    )
    return Settlement(on, tuple(late), surplus)


def _drawn(queue: list[tuple[Day, int]], amount: int) -> list[tuple[Day | None, int]]:
    """The payments that cover an amount, oldest first; ``None`` for what none covers."""
    parts: list[tuple[Day | None, int]] = []
    while amount and queue:
        day, available = queue[0]
        used = min(amount, available)
        parts.append((day, used))
        amount -= used
        if used == available:
            queue.pop(0)
        else:
            queue[0] = (day, available - used)
    if amount:
        parts.append((None, amount))
    return parts


def _whole(value: Fraction, rounding: Rounding) -> int:
    """A non-negative fraction of minor units as a whole number."""
    whole, rest = divmod(value.numerator, value.denominator)
    twice = 2 * rest
    up = {
        Rounding.UP: rest > 0,
        Rounding.DOWN: False,
        Rounding.HALF_UP: twice >= value.denominator,
        Rounding.HALF_EVEN: twice > value.denominator
        or (twice == value.denominator and whole % 2 == 1),
    }
    return whole + up[rounding]
