"""Who collected, who got, and the balance, per member and period."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

import polars as pl

from hansa.customs.revenue.distribute import Distribution
from hansa.customs.revenue.rates import Rates
from hansa.terms.days import Day, Period, add_days, add_months
from hansa.terms.errors import BadInput
from hansa.terms.money import Money
from hansa.terms.names import unknown
from hansa.terms.reasons import Because, Reason

Every = Literal["day", "month", "quarter", "year", "all"]

_TRUNCATE: Final[Mapping[str, str]] = {"day": "1d", "month": "1mo", "quarter": "1q", "year": "1y"}
_MONTHS: Final[Mapping[str, int]] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Balance:
    """One member in one period.

    Parameters
    ----------
    period : Period
        The days counted.
    member : str
        Who.
    collected, received : Money
        What it collected and what the key gave it, of its own receipts and the others'.
    because : Because
        Collected where from, received under which keys.
    """

    period: Period
    member: str
    collected: Money
    received: Money
    because: Because = ()

    @property
    def net(self) -> Money:
        """Received less collected: positive if the union gives, negative if it takes."""
        return self.received - self.collected


def balances(
    distribution: Distribution, every: Every = "all", *, rates: Rates | None = None
) -> tuple[Balance, ...]:
    """Collected, received and net per member and period.

    Parameters
    ----------
    distribution : Distribution
        What `distribute` returned.
    every : {"day", "month", "quarter", "year", "all"}
        Length of the periods.
    rates : Rates, optional
        Converts every flow at the rate of its day, into the rates' base currency;
        without it there is one balance per currency. The converted sums are rounded
        together (largest remainder), so that the balances still sum to zero.

    Returns
    -------
    tuple of Balance
        By period, currency and member. In each period and currency the sums of
        ``collected`` and ``received`` are equal, and the nets sum to zero.

    Raises
    ------
    BadInput
        If a rate is missing.
    """
    if every not in (*_TRUNCATE, "all"):
        raise unknown("length of period", every, (*_TRUNCATE, "all"))
    flows = distribution.flows
    if flows.is_empty():
        return ()
    start = (
        pl.lit(flows["day"].min(), dtype=pl.Date)
        if every == "all"
        else pl.col("day").dt.truncate(_TRUNCATE[every])
    )
    flows = flows.with_columns(start.alias("start"))
    last = flows["day"].max()
    if not isinstance(last, Day):
        raise BadInput("the flows have no days")
    got = _sums(flows, "recipient", rates, distribution)
    took = _sums(flows, "collector", rates, distribution)
    grounds = _grounds(flows, distribution)
    result = []
    for start_day, currency in sorted({group[:2] for group in (*got, *took)}):
        names = sorted({n for s, c, n in (*got, *took) if (s, c) == (start_day, currency)})
        received = _rounded([got.get((start_day, currency, n), Fraction(0)) for n in names])
        collected = _rounded([took.get((start_day, currency, n), Fraction(0)) for n in names])
        period = Period(start_day, _end(start_day, every, last))
        exponent = distribution.exponent(currency)
        result += [
            Balance(
                period,
                name,
                Money(currency, collected[i], exponent),
                Money(currency, received[i], exponent),
                grounds.get((start_day, name), ()),
            )
            for i, name in enumerate(names)
        ]
    return tuple(result)


def _end(start: Day, every: Every, last: Day) -> Day:
    if every == "all":
        return add_days(last, 1)
    if every == "day":
        return add_days(start, 1)
    return add_months(start, _MONTHS[every])


def _sums(
    flows: pl.DataFrame, who: str, rates: Rates | None, distribution: Distribution
) -> dict[tuple[Day, str, str], Fraction]:
    """Exact sums in minor units by start of period, currency and member."""
    by = ["start", "currency", who] if rates is None else ["start", "currency", who, "day"]
    sums: dict[tuple[Day, str, str], Fraction] = {}
    rows = flows.group_by(by).agg(pl.col("amount").sum()).iter_rows()
    for start, currency, name, *rest in rows:
        if rates is None:
            sums[start, currency, name] = Fraction(rest[0])
            continue
        day, amount = rest
        shift = distribution.exponent(rates.base) - distribution.exponent(currency)
        value = amount * rates.on(currency, day) * Fraction(10) ** shift
        group = (start, rates.base, name)
        sums[group] = sums.get(group, Fraction(0)) + value
    return sums


def _rounded(values: Sequence[Fraction]) -> list[int]:
    """Whole numbers next to the values that sum to their rounded sum (half up)."""
    floors = [math.floor(value) for value in values]
    target = math.floor(sum(values, Fraction(0)) + Fraction(1, 2))
    order = sorted(range(len(values)), key=lambda i: (floors[i] - values[i], i))
    for i in order[: target - sum(floors)]:
        floors[i] += 1
    return floors


def _grounds(
    flows: pl.DataFrame, distribution: Distribution
) -> dict[tuple[Day, str], tuple[Reason, ...]]:
    """Why each member collected and got what it did, per period."""
    grounds: dict[tuple[Day, str], list[Reason]] = {}
    took = flows.group_by("start", "collector", "currency", maintain_order=True).agg(
        pl.col("amount").sum(), pl.col("day").n_unique().alias("days")
    )
    for start, name, currency, amount, days in took.iter_rows():
        money = Money(currency, amount, distribution.exponent(currency))
        text = f"{name} collected {money} on {days} day{'' if days == 1 else 's'}"
        grounds.setdefault((start, name), []).append(Reason("number", text))
    got = flows.group_by("start", "recipient", "currency", "key", maintain_order=True).agg(
        pl.col("amount").sum(),
        pl.col("amount").filter(pl.col("collector") == pl.col("recipient")).sum().alias("own"),
    )
    for start, name, currency, key, amount, own in got.iter_rows():
        money, part = (Money(currency, n, distribution.exponent(currency)) for n in (amount, own))
        if key is None:
            reason = Reason("rule", f"{name} keeps {money}: that revenue is not shared")
        else:
            text = f"{name} got {money}, of which {part} of its own receipts"
            because = (distribution.book.entries[key].reason(),)
            reason = Reason("number", text, because=because)
        grounds.setdefault((start, name), []).append(reason)
    for (name, currency), gain in distribution.drift.items():
        text = (
            f"rounding to the minor unit gave {name} {float(gain):+.2f} minor units of {currency}"
        )
        for (_, member), reasons in grounds.items():
            if member == name and gain:
                reasons.append(Reason("number", f"{text} in the whole ledger"))
    return {group: tuple(reasons) for group, reasons in grounds.items()}


def netted(parts: Iterable[Balance]) -> dict[str, Money]:
    """Net balance of each member over several periods of one currency."""
    total: dict[str, Money] = {}
    for part in parts:
        total[part.member] = total[part.member] + part.net if part.member in total else part.net
    return dict(sorted(total.items()))
