"""Duties as integers on one scale.

A value has ``s`` decimal places, a share of it ``A``, a quantity ``Q``, an amount per unit
``B``, an exchange rate ``F``. A duty a v + b q r is put on the common scale

    E = max(s + A, Q + B + F),        plus A where some duties are shares of another,

as one integer, so that sums, limits and comparisons are exact; only declared roundings round.
"""

from __future__ import annotations

import polars as pl

from hansa.customs.book.kinds import ADDITIONAL, Kind
from hansa.customs.bulk.declared import Reader
from hansa.customs.bulk.exchange import RateTable
from hansa.customs.bulk.integers import largest, wide_enough
from hansa.customs.bulk.notes import DUTY_EXCHANGE, QUANTITY, TOP_EXCHANGE, TOP_QUANTITY, Notes
from hansa.customs.bulk.schedule import Schedule, Slot

_MUST = frozenset({Kind.THIRD_COUNTRY, Kind.EXCISE, *ADDITIONAL})


class Numerators:
    """Reckons the duties of a chunk's lines, slot by slot.

    Parameters
    ----------
    schedule, reader, rates
        Measures, how lines are read, exchange rates.
    least : int
        Decimal places that the scale must have at least.
    """

    def __init__(self, schedule: Schedule, reader: Reader, rates: RateTable, least: int) -> None:
        self.schedule = schedule
        self.reader = reader
        self.rates = rates
        self.least = least
        self.sheet = schedule.sheet

    def foreign(self, slot: Slot) -> bool:
        """Whether some measure of a slot names another currency."""
        return any(currency != self.rates.currencies[0] for currency in slot.currencies)

    def scale(self, places: int) -> int:
        """The scale E for values of so many decimal places."""
        slots = self.schedule.slots
        needed = [places + self.sheet.places_a, self.least]
        if any(slot.units for slot in slots):
            rate = self.rates.places if any(map(self.foreign, slots)) else 0
            needed.append(self.reader.quantity_places + self.sheet.places_b + rate)
        return max(needed) + (self.sheet.places_a if any(slot.share for slot in slots) else 0)

    def duty(
        self,
        slot: Slot,
        measure: pl.Series,
        value: tuple[pl.Series, int],
        base: pl.Series | None,
        lines: pl.DataFrame,
        notes: Notes,
    ) -> pl.Series:
        """The duty of each line's measure; null where none stands or it can't be reckoned.

        Parameters
        ----------
        slot : Slot
            The slot.
        measure : polars.Series
            Rows of the sheet.
        value : tuple
            Customs values and their decimal places.
        base : polars.Series, optional
            Third-country duties, of which preferences may take a share.
        lines, notes
            The chunk.
        """
        columns = self._columns(slot, measure, value[0], lines, notes)
        duty = self._reckoned(slot, columns, value[1])
        if slot.share:
            none = duty.clear(duty.len())
            duty = self._shared(measure, duty, none if base is None else base)
        if slot.units and slot.kind in _MUST:
            missing = measure.is_not_null() & duty.is_null()
            if "inside" in lines.columns and slot.kind is not Kind.EXCISE:
                missing = missing & ~lines["inside"]
            self._say_missing(slot, missing, columns, notes)
        return duty

    def _columns(
        self, slot: Slot, measure: pl.Series, value: pl.Series, lines: pl.DataFrame, notes: Notes
    ) -> dict[str, pl.Series]:
        """Value ``v``, quantity ``q``, rate ``r`` and the coefficients of the terms used."""
        columns = {"v": value}
        for term in _terms(slot):
            columns[f"a{term}"] = self.sheet.frame[f"a{term}"].gather(measure)
            if slot.units:
                columns[f"b{term}"] = self.sheet.frame[f"b{term}"].gather(measure)
        if slot.units:
            columns["q"] = self._quantity(slot, measure, lines)
            if self.foreign(slot):
                columns["r"] = self._rate(slot, measure, lines, notes)
        return columns

    def _reckoned(self, slot: Slot, columns: dict[str, pl.Series], places: int) -> pl.Series:
        scale = self.scale(places)
        by_value = 10 ** (scale - places - self.sheet.places_a)
        by_unit = 1
        if slot.units:
            used = self.reader.quantity_places + self.sheet.places_b
            by_unit = 10 ** (scale - used - (self.rates.places if "r" in columns else 0))
        kind = wide_enough(_bound(columns, by_value, by_unit) + 10**scale)

        def term(number: str) -> pl.Expr:
            ad_valorem = (pl.col("v").cast(kind) * pl.col(f"a{number}")).mul(by_value)
            if not slot.units:
                return ad_valorem
            specific = (pl.col("q").cast(kind) * pl.col(f"b{number}")).mul(by_unit)
            specific = specific * pl.col("r") if "r" in columns else specific
            counts = pl.col(f"b{number}") == 0
            return ad_valorem.add(pl.when(counts).then(pl.lit(0, kind)).otherwise(specific))

        duty = term("1")
        if slot.floor:
            floor = pl.when(pl.col("a2").is_null()).then(duty).otherwise(term("2"))
            known = duty.is_not_null() & floor.is_not_null()
            duty = pl.when(known).then(pl.max_horizontal(duty, floor))
        if slot.ceiling:
            ceiling = pl.when(pl.col("a3").is_null()).then(duty).otherwise(term("3"))
            known = duty.is_not_null() & ceiling.is_not_null()
            duty = pl.when(known).then(pl.min_horizontal(duty, ceiling))
        return pl.DataFrame(columns).select(duty).to_series()

    def _quantity(self, slot: Slot, measure: pl.Series, lines: pl.DataFrame) -> pl.Series:
        """The quantity that each line's measure counts; null if it is not declared."""
        if len(slot.units) == 1:
            return self._declared(slot.units[0], lines)
        unit = self.sheet.frame["unit"].gather(measure)
        chosen = pl.lit(None, pl.Int64)
        for name in slot.units:
            chosen = pl.when(unit == name).then(self._declared(name, lines)).otherwise(chosen)
        return pl.select(chosen).to_series()

    def _declared(self, unit: str, lines: pl.DataFrame) -> pl.Series:
        if f"q:{unit}" in lines.columns:
            return lines[f"q:{unit}"]
        one = 10**self.reader.quantity_places if unit == "1" else None
        return pl.Series([one], dtype=pl.Int64).new_from_index(0, lines.height)

    def _rate(self, slot: Slot, measure: pl.Series, lines: pl.DataFrame, notes: Notes) -> pl.Series:
        """The exchange rate of the currency that each line's measure names."""
        currency = self.sheet.frame["currency"].gather(measure)
        endless = [name for name in slot.currencies if name in self.rates.endless]
        if endless:
            notes.look_closer(currency.is_in(endless))
        if len(slot.currencies) == 1:
            return self.rates.of(slot.currencies[0], lines["day"])
        home = pl.lit(self.rates.currencies[0])
        named = pl.select(pl.when(currency == "").then(home).otherwise(currency)).to_series()
        return self.rates.find(self.rates.numbers(named), lines["day"])

    def _shared(self, measure: pl.Series, duty: pl.Series, base: pl.Series) -> pl.Series:
        """Shares of the base rate: exact, the scale has room for them."""
        room = 10**self.sheet.places_a
        share = self.sheet.frame["share"].gather(measure)
        bound = largest(base) // room * max(largest(share), 1)
        kind = wide_enough(max(bound, largest(base), largest(duty)))
        columns = pl.DataFrame({"base": base.cast(kind), "s": share, "d": duty.cast(kind)})
        of_base = pl.col("base") // room * pl.col("s")
        chosen = pl.when(pl.col("s").is_null()).then("d").otherwise(of_base)
        return columns.select(chosen).to_series()

    @staticmethod
    def _say_missing(
        slot: Slot, missing: pl.Series, columns: dict[str, pl.Series], notes: Notes
    ) -> None:
        if missing.any():
            option = slot.kind is Kind.THIRD_COUNTRY
            lacking = columns["q"].is_null()
            notes.reject(QUANTITY if option else TOP_QUANTITY, missing & lacking)
            notes.reject(DUTY_EXCHANGE if option else TOP_EXCHANGE, missing & ~lacking)


def _terms(slot: Slot) -> list[str]:
    return ["1", *(["2"] if slot.floor else []), *(["3"] if slot.ceiling else [])]


def _bound(columns: dict[str, pl.Series], by_value: int, by_unit: int) -> int:
    """No duty made of these columns is larger."""
    most = {name: largest(column) for name, column in columns.items()}
    share = max(size for name, size in most.items() if name.startswith("a"))
    bound = most["v"] * share * by_value
    if "q" in most:
        each = max(size for name, size in most.items() if name.startswith("b"))
        bound += most["q"] * each * most.get("r", 1) * by_unit
    return bound
