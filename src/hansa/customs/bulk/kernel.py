"""The cascade on a chunk of lines: exact, in scaled integers, without a loop over lines."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from hansa.customs.assessment.office import Office
from hansa.customs.book.kinds import Kind
from hansa.customs.bulk.declared import Reader
from hansa.customs.bulk.exchange import RateTable
from hansa.customs.bulk.integers import MOST_64, largest
from hansa.customs.bulk.lookups import Lookup
from hansa.customs.bulk.notes import NEGATIVE, Notes
from hansa.customs.bulk.numerators import Numerators
from hansa.customs.bulk.schedule import Schedule
from hansa.customs.bulk.steps import Charges, Steps
from hansa.customs.bulk.values import Valuer


@dataclass(frozen=True)
class Kernel:
    """Assesses chunks of lines.

    Parameters
    ----------
    office : Office
        Regime and practice.
    schedule : Schedule
        Compiled measures.
    reader : Reader
        How lines are read.
    rates : RateTable
        Exchange rates.
    """

    office: Office
    schedule: Schedule
    reader: Reader
    rates: RateTable

    def __call__(self, chunk: pl.DataFrame, drawn: pl.DataFrame | None = None) -> pl.DataFrame:
        """Assess a chunk.

        Parameters
        ----------
        chunk : polars.DataFrame
            Lines as declared.
        drawn : polars.DataFrame, optional
            By line, ``got`` and ``wanted`` of the quota claimed; by default a claim that is
            open to a line is taken as met in full.

        Returns
        -------
        polars.DataFrame
            Per line: ``option`` (number in `OPTIONS`, null for goods from inside), ``value``,
            ``duty``, a column per other kind of charge in the book, ``total``, in units of
            the minor unit; ``reason`` (number in `REASONS`, null if assessed) and ``hard``
            (whether the line-by-line assessment has the last word).
        """
        lines = self.reader.read(chunk)
        notes = Notes(lines)
        first, last = self.rates.first, self.rates.first + self.rates.days - 1
        beyond = (lines["day"] < first) | (lines["day"] > last)
        if beyond.any():
            notes.look_closer(beyond)
            lines = lines.with_columns(pl.col("day").clip(first, last))
        for name in lines.columns:
            if name.startswith("q:"):
                notes.reject(NEGATIVE, lines[name] < 0)
        practice = self.office.practice
        value, places = Valuer(self.reader, practice, self.rates).values(lines, notes)
        lookup = Lookup(self.schedule, self.office.regime, lines, drawn, notes)
        numerators = Numerators(self.schedule, self.reader, self.rates, practice.most_places)
        charges, vat = self._charges(lookup, numerators, (value, places), lines, notes)
        steps = Steps(practice, lines, notes)
        answers = steps.run(charges, vat, self.schedule.sheet.places_a)
        return _narrow(answers, notes)

    def _charges(
        self,
        lookup: Lookup,
        numerators: Numerators,
        value: tuple[pl.Series, int],
        lines: pl.DataFrame,
        notes: Notes,
    ) -> tuple[Charges, list[pl.Series]]:
        columns, vat = {"value": value[0]}, []
        kinds: dict[str, Kind] = {}
        counted: set[str] = set()
        base: pl.Series | None = None
        for number, slot in enumerate(self.schedule.slots):
            measure = lookup.measure(slot)
            if slot.kind is Kind.VAT:
                vat.append(self.schedule.sheet.frame["a1"].gather(measure))
                continue
            name = f"n{number}"
            columns[name] = numerators.duty(slot, measure, value, base, lines, notes)
            kinds[name] = slot.kind
            if slot.units:
                counted.add(name)
            if slot.kind is Kind.THIRD_COUNTRY and base is None:
                base = columns[name]
        scale = numerators.scale(value[1])
        charges = Charges(
            pl.DataFrame(columns),
            kinds,
            frozenset(counted),
            value[1],
            scale,
            self.schedule.kinds,
        )
        return charges, vat


def _narrow(answers: pl.DataFrame, notes: Notes) -> pl.DataFrame:
    """Amounts in sixty-four bits; a line on which one does not fit is looked at by itself."""
    amounts = [name for name in answers.columns if name != "option"]
    for name in amounts:
        if largest(answers[name]) > MOST_64:
            notes.look_closer(answers[name] > MOST_64)
    return answers.with_columns(pl.col(amounts).cast(pl.Int64, strict=False)).with_columns(
        reason=notes.reason(), hard=notes.hard()
    )
