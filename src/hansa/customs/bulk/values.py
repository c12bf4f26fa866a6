"""Customs values on columns."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from hansa.customs.assessment.delivery import COSTS
from hansa.customs.assessment.practice import Practice
from hansa.customs.bulk.declared import Reader, signs, terms_known
from hansa.customs.bulk.exchange import RateTable
from hansa.customs.bulk.integers import largest, rounded, wide_enough
from hansa.customs.bulk.notes import COST, EXCHANGE, NEGATIVE, UNREADABLE, Notes


class Valuer:
    """Turns prices and costs into customs values, as `valuation.customs_value` does.

    Parameters
    ----------
    reader : Reader
        How lines are read.
    practice : Practice
        Which costs belong to the value, and how it is rounded.
    rates : RateTable
        Exchange rates.
    """

    def __init__(self, reader: Reader, practice: Practice, rates: RateTable) -> None:
        self.reader = reader
        self.practice = practice
        self.rates = rates
        schema = reader.schema
        self.costs = [cost for cost in COSTS if cost in schema]
        self.foreign = "currency" in schema or any(f"{c}_currency" in schema for c in self.costs)
        self.places = reader.money_places + (rates.places if self.foreign else 0)

    def values(self, lines: pl.DataFrame, notes: Notes) -> tuple[pl.Series, int]:
        """The value of every line in home currency as integers, and their decimal places."""
        self._check_terms(lines, notes)
        names = ["price", *self.costs, *(n for n in ("additions", "deductions") if n in lines)]
        bound = sum(largest(lines[name]) for name in names)
        factor = max(self.rates.largest, self.rates.one) if self.foreign else 1
        kind = wide_enough(bound * factor)
        parts: list[pl.Series] = []
        for name in names:
            amount = lines[name]
            notes.reject(NEGATIVE, amount < 0)
            amount = amount.cast(kind)
            if self.foreign:
                amount = amount * self._rate(name, lines, notes).cast(kind)
            parts.extend(self._signed(name, amount, lines))
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        notes.reject(NEGATIVE, total < 0)
        rule = self.practice.value
        if rule is None:
            return total, self.places
        short = total.to_frame("v").select(rounded(pl.col("v"), self.places, rule)).to_series()
        return short.cast(pl.Int64, strict=False), rule.places

    def _signed(self, name: str, amount: pl.Series, lines: pl.DataFrame) -> Iterator[pl.Series]:
        if name == "price":
            yield amount
        elif name in COSTS:
            yield (amount * self._sign(name, lines)).fill_null(0)
        else:
            yield amount.fill_null(0) * (1 if name == "additions" else -1)

    def _rate(self, name: str, lines: pl.DataFrame, notes: Notes) -> pl.Series:
        """The exchange rate of an amount's currency on the line's day."""
        home = self.rates.currencies[0]
        columns = [c for c in (f"{name}_currency", "currency") if c in lines.columns]
        if not columns:
            return _constant(self.rates.one, lines.height)
        currency = lines.select(pl.coalesce(*columns, pl.lit(home))).to_series()
        rate = self.rates.find(self.rates.numbers(currency), lines["day"])
        given = lines[name].is_not_null()
        if self.rates.endless:
            endless = currency.is_in(sorted(self.rates.endless))
            notes.look_closer(endless & given)
            given = given & ~endless
        notes.reject(EXCHANGE, rate.is_null() & given)
        return rate

    def _sign(self, cost: str, lines: pl.DataFrame) -> pl.Series:
        """Whether a cost is added to the value (1), taken off (-1), or neither."""
        by_term = signs(self.practice, cost)
        if "terms" not in lines.columns:
            return _constant(by_term[self.reader.layout.terms], lines.height)
        known = terms_known(self.practice)
        terms = lines["terms"].fill_null(self.reader.layout.terms)
        number = terms.cast(pl.Enum(known), strict=False).to_physical()
        return pl.Series([by_term[term] for term in known]).gather(number)

    def _check_terms(self, lines: pl.DataFrame, notes: Notes) -> None:
        """Unknown terms, and terms that leave out a freight that the value needs."""
        if "terms" in lines.columns:
            known = [*terms_known(self.practice), None]
            notes.reject(UNREADABLE, ~lines["terms"].is_in(known, nulls_equal=True))
        needed = self._sign("freight", lines) == 1
        given = lines["freight"].is_null() if "freight" in lines.columns else True
        notes.reject(COST, needed & given)


def _constant(number: int, height: int) -> pl.Series:
    return pl.Series([number], dtype=pl.Int64).new_from_index(0, height)
