"""All that an assessment needs besides the line: book, regime, rates and practice."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from hansa.customs.assessment.exchange import ExchangeRates
from hansa.customs.assessment.practice import Practice
from hansa.customs.book.regime import Regime
from hansa.customs.book.tariff_book import TariffBook
from hansa.terms.days import Day
from hansa.terms.errors import BadInput


@dataclass(frozen=True)
class Office:
    """Where declarations are assessed.

    Parameters
    ----------
    book : TariffBook
        The tariff, all versions.
    regime : Regime
        Members, exemptions and agreements.
    practice : Practice
        How the union reckons.
    rates : ExchangeRates
        Exchange rates; only the home currency by default.
    known_on : Day, optional
        Assess as things were known on that day; as they are known now by default.
    """

    book: TariffBook
    regime: Regime
    practice: Practice
    rates: ExchangeRates = field(default_factory=lambda: ExchangeRates(""))
    known_on: Day | None = None

    def __post_init__(self) -> None:
        if not self.rates.home:
            object.__setattr__(self, "rates", ExchangeRates(self.practice.currency))
        if self.rates.home != self.practice.currency:
            raise BadInput(
                f"exchange rates are in {self.rates.home}, duties in {self.practice.currency}"
            )

    @cached_property
    def law(self) -> TariffBook:
        """The book as known, with the members' exemptions."""
        whole = self.book.under(self.regime)
        return whole.current if self.known_on is None else whole.known_on(self.known_on)
