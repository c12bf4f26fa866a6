"""Exchange rates by day, as exact fractions."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from hansa.customs.revenue.keys import Exact, exact
from hansa.terms.days import Day
from hansa.terms.errors import BadInput
from hansa.terms.names import unknown


@dataclass(frozen=True, slots=True)
class Rates:
    """What one unit of each currency is worth in the base currency, by day.

    A rate holds until the next one is published, but not for more than
    ``stale_after`` days: a series that broke off is an error, not an old number.

    Parameters
    ----------
    base : str
        Currency in which everything is expressed; its own rate is 1.
    table : iterable of (currency, day, rate)
        Units of the base currency for one unit of the currency.
    stale_after : int
        Days for which a published rate may be used.

    Raises
    ------
    BadInput
        If a rate is not positive or a currency has two rates on a day.
    """

    base: str
    table: Iterable[tuple[str, Day, Exact]]
    stale_after: int = 10
    _series: Mapping[str, tuple[tuple[Day, ...], tuple[Fraction, ...]]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        rows = tuple(self.table)
        series: dict[str, dict[Day, Fraction]] = {}
        for currency, day, rate in rows:
            value = exact(rate, f"the rate of {currency} on {day}")
            if value <= 0:
                raise BadInput(f"the rate of {currency} on {day} is {rate}: it must be positive")
            days = series.setdefault(currency, {})
            if days.setdefault(day, value) != value:
                raise BadInput(f"{currency} has two rates on {day}")
        ordered = {c: tuple(sorted(days.items())) for c, days in series.items()}
        split = {
            c: (tuple(day for day, _ in pairs), tuple(rate for _, rate in pairs))
            for c, pairs in ordered.items()
        }
        object.__setattr__(self, "table", rows)
        object.__setattr__(self, "_series", MappingProxyType(split))

    def on(self, currency: str, day: Day) -> Fraction:
        """The rate that holds on a day.

        Raises
        ------
        BadInput
            If there is no rate, or the last one is too old.
        """
        if currency == self.base:
            return Fraction(1)
        if currency not in self._series:
            raise unknown("currency", currency, {*self._series, self.base})
        days, rates = self._series[currency]
        place = bisect_right(days, day) - 1
        if place < 0:
            raise BadInput(
                f"no exchange rate for {currency} on {day}",
                nearest=(f"the first one is of {days[0]}",),
                remedy="add the rate of that day",
            )
        if (day - days[place]).days > self.stale_after:
            raise BadInput(
                f"the last exchange rate for {currency} before {day} is of {days[place]}",
                remedy=f"a rate holds for {self.stale_after} days: add a later one",
            )
        return rates[place]
