"""Exchange rates by day."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from hansa.customs.duties.currencies import CODES
from hansa.customs.mistakes import NoExchangeRate
from hansa.terms.days import Day
from hansa.terms.errors import BadInput
from hansa.terms.names import unknown


@dataclass(frozen=True, slots=True)
class Quote:
    """A published rate: so much home currency for ``units`` of another.

    With ``inverse``, so many of the other for one of the home currency.
    """

    currency: str
    on: Day
    rate: Decimal
    units: int = 1
    inverse: bool = False

    def __post_init__(self) -> None:
        if self.rate <= 0 or self.units <= 0:
            raise BadInput(f"{self.currency}: an exchange rate is more than nought")
        if self.currency not in CODES:
            raise unknown("currency", self.currency, CODES)

    @property
    def home_per_unit(self) -> Fraction:
        """Home currency for one unit of the other."""
        rate = Fraction(self.rate) / self.units
        return 1 / rate if self.inverse else rate


@dataclass(frozen=True, slots=True)
class ExchangeRates:
    """Rates of a home currency.

    Parameters
    ----------
    home : str
        The home currency.
    quotes : mapping
        By currency, days and rates in ascending order of days.
    """

    home: str
    quotes: Mapping[str, tuple[tuple[Day, Fraction], ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, home: str, quotes: Iterable[Quote] = ()) -> ExchangeRates:
        """Rates from published quotes in any order.

        Raises
        ------
        BadInput
            If a currency has two different rates on one day.
        """
        found: dict[str, dict[Day, Fraction]] = defaultdict(dict)
        for quote in quotes:
            rate = quote.home_per_unit
            if found[quote.currency].setdefault(quote.on, rate) != rate:
                raise BadInput(f"{quote.currency} has two rates on {quote.on}")
        return cls(home, {code: tuple(sorted(days.items())) for code, days in found.items()})

    @classmethod
    def fixed(cls, home: str, **rates: str | int | Decimal) -> ExchangeRates:
        """One rate per currency for all days: home currency for one unit."""
        return cls.of(home, (Quote(code, Day.min, Decimal(rate)) for code, rate in rates.items()))

    def on(self, currency: str, day: Day, max_age: int | None = None) -> Fraction:
        """The rate of a day: the last one published by then.

        Raises
        ------
        NoExchangeRate
            If there is none, or if it is older than ``max_age`` days.
        """
        if currency == self.home:
            return Fraction(1)
        quotes = self.quotes.get(currency, ())
        place = bisect_right(quotes, day, key=lambda quote: quote[0]) - 1
        if place < 0:
            raise NoExchangeRate(
                f"no exchange rate from {currency} to {self.home} on {day}",
                remedy=f"first rate on {quotes[0][0]}" if quotes else f"no rates of {currency}",
            )
        published, rate = quotes[place]
        if max_age is not None and (day - published).days > max_age:
            raise NoExchangeRate(
                f"the exchange rate from {currency} to {self.home} is of {published}, "
                f"more than {max_age} days before {day}"
            )
        return rate

    def all_on(self, day: Day, max_age: int | None = None) -> dict[str, Fraction]:
        """Every rate that there is on a day."""
        found = {}
        for currency in self.quotes:
            try:
                found[currency] = self.on(currency, day, max_age)
            except NoExchangeRate:
                continue
        return found
