"""The tariff that a server looks codes up in: a book, a practice, exchange rates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hansa.customs.assessment import ExchangeRates, Practice
from hansa.customs.book.tariff_book import TariffBook
from hansa.sources.customs.books import read_book, read_exchange_rates
from hansa.sources.customs.offices import read_practice
from hansa.terms.errors import BadInput, Place


@dataclass(frozen=True, slots=True)
class Tariff:
    """A union's tariff.

    Parameters
    ----------
    book, practice, rates
        As `hansa.customs` takes them.
    union : str
        The organisation whose tariff it is.
    note : str
        What readers must know of it.
    """

    book: TariffBook
    practice: Practice
    rates: ExchangeRates
    union: str
    note: str = ""


def read_tariff(folder: Path, union: str, note: str = "") -> Tariff:
    """A tariff from a folder: a tariff book with ``practice.toml`` and, if need be, ``rates.csv``.

    Raises
    ------
    BadInput
        If something in it cannot be read.
    """
    if not folder.is_dir():
        raise BadInput("there is no such folder", where=Place(str(folder)))
    practice = read_practice(folder / "practice.toml")
    rates = folder / "rates.csv"
    known = ExchangeRates(practice.currency)
    if rates.is_file():
        known = read_exchange_rates(rates, practice.currency)
    return Tariff(read_book(folder), practice, known, union, note)
