"""Exchange rates as integers by currency and day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import polars as pl

from hansa.customs.assessment.exchange import ExchangeRates
from hansa.customs.bulk.sheet import days
from hansa.customs.duties.exact import as_decimal, decimals


@dataclass(frozen=True)
class RateTable:
    """Home currency for one unit of another, by day, in integers.

    Parameters
    ----------
    currencies : tuple of str
        Currencies; the first is the home currency.
    places : int
        Decimal places of the integers.
    first, days : int
        The span: first day since 1970, and how many.
    rates : polars.Series
        By currency and day; null for none.
    endless : frozenset of str
        Currencies with a rate whose decimals never end: left to the line-by-line assessment.
    """

    currencies: tuple[str, ...]
    places: int
    first: int
    days: int
    rates: pl.Series
    endless: frozenset[str]

    @property
    def one(self) -> int:
        """The integer for a rate of one."""
        return int(10**self.places)

    def numbers(self, currency: pl.Series) -> pl.Series:
        """The number of every currency; null for unknown ones."""
        found = currency.cast(pl.Enum(self.currencies), strict=False)
        return found.to_physical().cast(pl.Int64)

    def find(self, numbers: pl.Series | int, day: pl.Series) -> pl.Series:
        """The rates of currencies on days; null where there is none."""
        key = day.cast(pl.Int64) - self.first
        key = key + numbers * self.days
        return self.rates.gather(key)

    def of(self, currency: str, day: pl.Series) -> pl.Series:
        """The rates of one currency on days."""
        return self.find(self.currencies.index(currency), day)

    @property
    def largest(self) -> int:
        """The largest rate there is."""
        return int(self.rates.max() or 0)  # type: ignore[arg-type]  # a column of integers


def rate_table(
    rates: ExchangeRates, span: tuple[int, int], max_age: int | None, wanted: Iterable[str]
) -> RateTable:
    """The rates of a span of days."""
    first, last = span
    others = sorted({*rates.quotes, *wanted} - {rates.home, ""})
    found = {name: _by_day(rates.quotes.get(name, ()), span, max_age) for name in others}
    endless = frozenset(
        name
        for name, daily in found.items()
        if any(rate is not None and not _ends(rate) for rate in set(daily))
    )
    places = max(
        (
            _places(rate)
            for name, daily in found.items()
            if name not in endless
            for rate in set(daily)
            if rate is not None
        ),
        default=0,
    )
    one = 10**places
    columns: list[int | None] = [one] * (last - first + 1)
    for name in others:
        lost = name in endless
        columns += [None if rate is None or lost else int(rate * one) for rate in found[name]]
    return RateTable(
        (rates.home, *others),
        places,
        first,
        last - first + 1,
        pl.Series(columns, dtype=pl.Int64),
        endless,
    )


def _by_day(
    quotes: tuple[tuple[date, Fraction], ...], span: tuple[int, int], max_age: int | None
) -> list[Fraction | None]:
    """The rate of every day of the span: the last one published, while it serves."""
    first, last = span
    by_day: list[Fraction | None] = [None] * (last - first + 1)
    for place, (published, rate) in enumerate(quotes):
        since = days(published)
        until = days(quotes[place + 1][0]) if place + 1 < len(quotes) else last + 1
        until = until if max_age is None else min(until, since + max_age + 1)
        start, end = max(since, first) - first, min(until, last + 1) - first
        if start < end:
            by_day[start:end] = [rate] * (end - start)
    return by_day


def _ends(rate: Fraction) -> bool:
    exact = as_decimal(rate)
    return exact is not None and decimals(exact) <= 8


def _places(rate: Fraction) -> int:
    exact = as_decimal(rate)
    return 0 if exact is None else decimals(exact)
