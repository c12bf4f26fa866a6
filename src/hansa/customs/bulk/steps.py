"""The steps of the cascade on columns: option, additional duties, excise, VAT, total."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from hansa.customs.assessment.practice import SKIPS_SAFEGUARD, Practice, Round
from hansa.customs.book.kinds import ADDITIONAL, OPTIONS, Kind
from hansa.customs.bulk.declared import OPTION_WORDS
from hansa.customs.bulk.integers import largest, rounded, wide_enough
from hansa.customs.bulk.notes import OVERLAP, RATE, UNREADABLE, Notes


@dataclass(frozen=True)
class Charges:
    """Numerators of a chunk, and where each belongs.

    Parameters
    ----------
    frame : polars.DataFrame
        ``value`` and one column per slot.
    kinds : mapping
        The kind of every column but ``value``.
    counted : frozenset of str
        Columns of slots that count a quantity.
    places, scale : int
        Decimal places of the value, and of the numerators.
    present : frozenset of Kind
        Kinds of the book: each has a column in the answers.
    """

    frame: pl.DataFrame
    kinds: dict[str, Kind]
    counted: frozenset[str]
    places: int
    scale: int
    present: frozenset[Kind]

    def of(self, *kinds: Kind) -> list[str]:
        """Columns of some kinds."""
        return [name for name, kind in self.kinds.items() if kind in kinds]


class Steps:
    """Goes down the cascade.

    Parameters
    ----------
    practice : Practice
        Roundings and stacking.
    lines : polars.DataFrame
        The chunk, for claims and free circulation.
    notes : Notes
        Where findings go.
    """

    def __init__(self, practice: Practice, lines: pl.DataFrame, notes: Notes) -> None:
        self.practice = practice
        self.lines = lines
        self.notes = notes

    def run(self, charges: Charges, vat: list[pl.Series], places_a: int) -> pl.DataFrame:
        """Amounts in units of the last place that the practice shows.

        Parameters
        ----------
        charges : Charges
            Duties and excise.
        vat : list of polars.Series
            Rates of value added tax, integers of ``places_a`` decimals; at most one a line.
        places_a : int
            Decimal places of a share.
        """
        frame = self._choose(charges)
        frame = self._stack(frame, charges)
        frame, duties = self._rounded(frame, charges)
        shown = self._shown(charges)
        if not vat:
            none = {"vat": pl.lit(0, pl.Int64)} if Kind.VAT in charges.present else {}
            total = self._money(duties, charges.scale)
            return frame.select(pl.col("option"), **shown, **none, total=total)
        return self._with_vat(frame, charges, self._one(vat), places_a, shown)

    def _money(self, number: pl.Expr, places: int) -> pl.Expr:
        return rounded(number, places, Round(self.practice.shown.mode, self.practice.places))

    # ---- one duty option ----

    def _choose(self, charges: Charges) -> pl.DataFrame:
        """The option claimed if it is open, else the cheapest; equals in the order of kinds."""
        frame = charges.frame.with_columns(pl.col(list(charges.kinds)).cast(_widest(charges)))
        columns = [
            (name, OPTIONS.index(kind)) for name, kind in charges.kinds.items() if kind in OPTIONS
        ]
        duty, option = _cheapest(columns, None)
        if "option" in self.lines.columns:
            frame = frame.with_columns(claim=self._claim(charges))
            claimed, kind = _cheapest(columns, pl.col("claim"))
            option = pl.when(claimed.is_not_null()).then(kind).otherwise(option)
            duty = pl.coalesce(claimed, duty)
        if "inside" in self.lines.columns:
            frame = frame.with_columns(self.lines["inside"])
            duty = pl.when("inside").then(0).otherwise(duty)
            option = pl.when(~pl.col("inside")).then(option)
        frame = frame.with_columns(duty=duty, option=option)
        self.notes.reject(RATE, frame["duty"].is_null())
        return frame

    def _claim(self, charges: Charges) -> pl.Series:
        """The number of the option that each line claims."""
        words = self.lines["option"]
        claim = words.cast(pl.Enum(OPTION_WORDS), strict=False).to_physical().cast(pl.Int8)
        self.notes.reject(UNREADABLE, words.is_not_null() & claim.is_null())
        for name in charges.counted:
            number = OPTIONS.index(charges.kinds[name]) if charges.kinds[name] in OPTIONS else 0
            if number:  # whether a claimed option is open, or lacks a quantity, is told apart there
                self.notes.look_closer((claim == number) & charges.frame[name].is_null())
        return claim

    # ---- duties on top ----

    def _stack(self, frame: pl.DataFrame, charges: Charges) -> pl.DataFrame:
        """Goods within a quota skip the safeguard duty; goods from inside skip all of them."""
        names = charges.of(*ADDITIONAL)
        if SKIPS_SAFEGUARD in self.practice.displacements:
            within = (pl.col("option") == OPTIONS.index(Kind.QUOTA)).fill_null(value=False)
            frame = frame.with_columns(
                pl.when(~within).then(name).alias(name) for name in charges.of(Kind.SAFEGUARD)
            )
        if "inside" in frame.columns:
            frame = frame.with_columns(pl.when(~pl.col("inside")).then(n).alias(n) for n in names)
        return frame

    def _rounded(self, frame: pl.DataFrame, charges: Charges) -> tuple[pl.DataFrame, pl.Expr]:
        """Every charge rounded as declared before the next step, and their sum."""
        kinds = {"duty": Kind.THIRD_COUNTRY}
        kinds |= {name: charges.kinds[name] for name in charges.of(*ADDITIONAL, Kind.EXCISE)}
        exprs = []
        for name, kind in kinds.items():
            rule = self.practice.step(kind)
            whole = pl.col(name).fill_null(0)
            if rule is not None:
                back = 10 ** (charges.scale - rule.places)
                whole = rounded(whole, charges.scale, rule) * back
            exprs.append(whole.alias(name))
        total: pl.Expr = pl.col("duty")
        for name in kinds:
            total = total if name == "duty" else total + pl.col(name)
        return frame.with_columns(exprs), total

    def _shown(self, charges: Charges) -> dict[str, pl.Expr]:
        """Value, duty, and what is paid under each kind on top."""
        amounts = {
            "value": self._money(pl.col("value"), charges.places),
            "duty": self._money(pl.col("duty"), charges.scale),
        }
        for kind in (*ADDITIONAL, Kind.EXCISE):
            parts = [self._money(pl.col(name), charges.scale) for name in charges.of(kind)]
            if kind in charges.present:
                amounts[kind.value] = pl.sum_horizontal(parts) if parts else pl.lit(0, pl.Int64)
        return amounts

    # ---- value added tax ----

    def _one(self, rates: list[pl.Series]) -> pl.Series:
        """The rate of each line; two at once are a clash."""
        rate = rates[0]
        for other in rates[1:]:
            self.notes.reject(OVERLAP, rate.is_not_null() & other.is_not_null())
            rate = pl.select(pl.coalesce(rate, other)).to_series()
        return rate.fill_null(0)

    def _with_vat(
        self,
        frame: pl.DataFrame,
        charges: Charges,
        rate: pl.Series,
        places_a: int,
        shown: dict[str, pl.Expr],
    ) -> pl.DataFrame:
        """VAT on the value plus all duties and excise, and the total of everything."""
        lift, room = 10 ** (charges.scale - charges.places), 10**places_a
        names = ["duty", *charges.of(*ADDITIONAL, Kind.EXCISE)]
        bound = largest(frame["value"]) * lift + sum(largest(frame[name]) for name in names)
        kind = wide_enough(2 * bound * (largest(rate) + room))
        duties: pl.Expr = pl.lit(0, kind)
        for name in names:
            duties = duties + pl.col(name).cast(kind)
        base = pl.col("value").cast(kind) * lift + duties
        wide = charges.scale + places_a
        tax = base * pl.col("rate")
        rule = self.practice.vat
        if rule is not None:
            tax = rounded(tax, wide, rule) * 10 ** (wide - rule.places)
        taxed = frame.with_columns(rate=rate).with_columns(vat=tax, duties=duties)
        total = pl.col("duties") * room + pl.col("vat")
        return taxed.select(
            pl.col("option"),
            **shown,
            vat=self._money(pl.col("vat"), wide),
            total=self._money(total, wide),
        )


def _widest(charges: Charges) -> Any:
    """A type in which the value and all charges of a line can be added and rounded."""
    value = largest(charges.frame["value"]) * 10 ** (charges.scale - charges.places)
    duties = sum(largest(charges.frame[name]) for name in charges.kinds)
    return wide_enough(2 * (value + duties) + 10**charges.scale)


def _cheapest(columns: list[tuple[str, int]], claim: pl.Expr | None) -> tuple[pl.Expr, pl.Expr]:
    """The least duty of the options open, and the number of its kind."""
    best: pl.Expr = pl.lit(None, pl.Int64)
    which: pl.Expr = pl.lit(None, pl.Int8)
    for place, (name, number) in enumerate(columns):
        duty = pl.col(name)
        if claim is not None:
            duty = pl.when(claim == number).then(duty)
        kind = pl.lit(number, pl.Int8)
        if place == 0:
            best, which = duty, pl.when(duty.is_not_null()).then(kind)
            continue
        better = ((duty < best) | best.is_null()) & duty.is_not_null()
        which = pl.when(better.fill_null(value=False)).then(kind).otherwise(which)
        best = pl.min_horizontal(best, duty)
    return best, which
