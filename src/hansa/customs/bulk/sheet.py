"""A tariff as columns: the measures of a book, ready for millions of lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any, Final

import polars as pl

from hansa.customs.book.areas import ERGA_OMNES
from hansa.customs.book.conditions import Action, Condition
from hansa.customs.book.kinds import ADDITIONAL, OPTIONS, TAXES, Kind
from hansa.customs.book.measures import Measure
from hansa.customs.book.tariff_book import TariffBook
from hansa.customs.bulk.forms import Affine, Form, form_of, rate_of
from hansa.customs.duties import Duty
from hansa.customs.duties.exact import as_decimal, decimals
from hansa.customs.duties.units import unit
from hansa.terms.days import Period
from hansa.terms.errors import BadInput
from hansa.terms.names import nearest

EPOCH: Final = date(1970, 1, 1).toordinal()
FAR: Final = 2**31 - 1
NEAR: Final = -(2**31)
TERMS: Final = ("1", "2", "3")
MOST_PROOFS: Final = 16

KINDS: Final = tuple(kind.value for kind in (*OPTIONS, *ADDITIONAL, *TAXES))
SCHEMA: Final[Mapping[str, Any]] = {
    "id": pl.String,
    "kind": pl.String,
    "code": pl.String,
    "area": pl.String,
    "excluded": pl.String,
    "member": pl.String,
    "agreement": pl.String,
    "additional_code": pl.String,
    "order_number": pl.String,
    "programme": pl.String,
    "start": pl.Int32,
    "end": pl.Int32,
    **{f"{letter}{term}": pl.Int64 for term in TERMS for letter in "ab"},
    "unit": pl.String,
    "currency": pl.String,
    "share": pl.Int64,
    "proofs": pl.String,
    "hard": pl.Boolean,
}
"""Columns of a sheet. ``a`` and ``b`` are integers of 10 to minus the sheet's places; days are
counted from 1 January 1970, ``end`` is the first day on which a measure no longer holds."""


@dataclass(frozen=True)
class Sheet:
    """The measures known at one time, as columns.

    Parameters
    ----------
    frame : polars.DataFrame
        Columns of `SCHEMA`.
    places_a, places_b : int
        Decimal places of ``a`` (a share of the value) and of ``b`` (currency per base unit).
    shell : TariffBook
        What measures refer to: areas, goods, quotas, additional codes.
    source : mapping
        Measures by id, where there are objects to take them from.
    """

    frame: pl.DataFrame
    places_a: int
    places_b: int
    shell: TariffBook = field(default_factory=lambda: TariffBook(()))
    source: Mapping[str, Measure] = field(default_factory=dict)

    @classmethod
    def of(cls, book: TariffBook) -> Sheet:
        """The measures of a book, which must hold no superseded versions."""
        measures = [m for m in book.measures if m.kind.value in KINDS]
        forms = [_form(m) for m in measures]
        places_a, places_b = _places(forms)
        columns: dict[str, list[Any]] = {name: [] for name in SCHEMA}
        for measure, form in zip(measures, forms, strict=True):
            for name, cell in _row(measure, form, places_a, places_b).items():
                columns[name].append(cell)
        frame = pl.DataFrame(columns, schema=SCHEMA)
        return cls(
            frame, places_a, places_b, replace(book, measures=()), {m.id: m for m in measures}
        )

    @classmethod
    def from_columns(cls, frame: pl.DataFrame, shell: TariffBook | None = None) -> Sheet:
        """A sheet from a table with numbers in columns, without a text to parse.

        Columns: ``code``, ``valid_from``, ``valid_to`` (the last day; empty: still running),
        ``ad_valorem`` (per cent), and where they are known ``id``, ``kind``, ``area``,
        ``member``, ``agreement``, ``order_number``, ``documents``, ``specific`` with
        ``currency`` and ``unit``, ``minimum`` (a specific floor). Numbers are decimals or
        integers.

        Raises
        ------
        BadInput
            If a column is missing, unknown or a float.
        """
        return _from_columns(frame, shell or TariffBook(()))

    def book(self, codes: Iterable[str]) -> TariffBook:
        """The measures on goods codes as a book, for the line-by-line assessment."""
        wanted = self.frame.filter(pl.col("code").is_in(list(codes)))
        found = tuple(
            self.source.get(row["id"]) or self._measure(row) for row in wanted.iter_rows(named=True)
        )
        return replace(self.shell, measures=found)

    def _measure(self, row: Mapping[str, Any]) -> Measure:
        conditions: tuple[Condition, ...] = ()
        if row["proofs"]:
            proofs = tuple(Condition("B", document=d) for d in row["proofs"].split(";"))
            conditions = (*proofs, Condition("B", Action.NOT_APPLICABLE))
        return Measure(
            id=row["id"],
            kind=Kind(row["kind"]),
            code=row["code"],
            valid=Period(_day(row["start"]) or date.min, _day(row["end"])),
            duty=Duty(rate_of(self._form(row))),
            area=row["area"],
            excluded=tuple(row["excluded"].split(";")) if row["excluded"] else (),
            member=row["member"],
            agreement=row["agreement"],
            order_number=row["order_number"],
            conditions=conditions,
        )

    def _form(self, row: Mapping[str, Any]) -> Form:
        terms = [
            Affine(
                Fraction(row[f"a{term}"], 10**self.places_a),
                Fraction(row[f"b{term}"], 10**self.places_b),
                row["unit"] if row[f"b{term}"] else "",
                row["currency"] if row[f"b{term}"] else "",
            )
            if row[f"a{term}"] is not None
            else None
            for term in TERMS
        ]
        share = row["share"]
        of_base = None if share is None else Fraction(share, 10**self.places_a)
        return Form(terms[0] or Affine(), terms[1], terms[2], of_base)


def _day(number: int) -> date | None:
    return None if number in (FAR, NEAR) else date.fromordinal(number + EPOCH)


def days(day: date | None, missing: int = FAR) -> int:
    """A day as a number of days since 1 January 1970."""
    return missing if day is None else day.toordinal() - EPOCH


def _form(measure: Measure) -> Form | None:
    """The form of a measure that columns can carry, ``None`` for one that needs a closer look."""
    if measure.additional_code or measure.programme or proofs_of(measure) is None:
        return None
    form = form_of(measure.duty.rate) if measure.duty is not None else None
    if form is not None and measure.kind is Kind.VAT and not form.plain:
        return None
    return form


def proofs_of(measure: Measure) -> tuple[str, ...] | None:
    """Documents of which one must be presented; ``None`` if the conditions ask for more."""
    if not measure.conditions:
        return ()
    letters = {condition.code for condition in measure.conditions}
    shown = [c for c in measure.conditions if c.document]
    rest = [c for c in measure.conditions if not c.document]
    simple = (
        len(letters) == 1
        and all(c.action is Action.APPLY and c.duty is None for c in shown)
        and all(c.action is Action.NOT_APPLICABLE and c.threshold is None for c in rest)
        and len(rest) <= 1
        and (not rest or measure.conditions[-1] is rest[0])
    )
    return tuple(c.document for c in shown) if simple and shown else None


def _places(forms: Iterable[Form | None]) -> tuple[int, int]:
    places_a, places_b = 4, 2
    for form in forms:
        for term in form.terms if form is not None else ():
            places_a = max(places_a, _decimals(term.a))
            places_b = max(places_b, _decimals(term.b))
        if form is not None and form.of_base is not None:
            places_a = max(places_a, _decimals(form.of_base))
    return places_a, places_b


def _decimals(number: Fraction) -> int:
    exact = as_decimal(number)
    assert exact is not None, "forms have decimals that end"
    return decimals(exact)


def _row(measure: Measure, form: Form | None, places_a: int, places_b: int) -> dict[str, Any]:
    terms: tuple[Affine | None, ...] = (None, None, None)
    if form is not None:
        terms = (form.first, form.floor, form.ceiling)
    cells = {
        f"{letter}{number}": None
        if term is None
        else int(
            (term.a if letter == "a" else term.b) * 10 ** (places_a if letter == "a" else places_b)
        )
        for number, term in zip(TERMS, terms, strict=True)
        for letter in "ab"
    }
    share = form.of_base if form is not None else None
    return {
        "id": measure.id,
        "kind": measure.kind.value,
        "code": measure.code,
        "area": measure.area,
        "excluded": ";".join(measure.excluded),
        "member": measure.member,
        "agreement": measure.agreement,
        "additional_code": measure.additional_code,
        "order_number": measure.order_number,
        "programme": measure.programme,
        "start": max(days(measure.valid.start), NEAR),
        "end": days(measure.valid.end),
        **cells,
        "unit": form.unit if form is not None else "",
        "currency": form.currency if form is not None else "",
        "share": None if share is None else int(share * 10**places_a),
        "proofs": ";".join(proofs_of(measure) or ()),
        "hard": form is None,
    }


_COLUMNS: Final = (
    "id",
    "kind",
    "code",
    "area",
    "member",
    "agreement",
    "order_number",
    "documents",
    "valid_from",
    "valid_to",
    "ad_valorem",
    "specific",
    "currency",
    "unit",
    "minimum",
)


def _from_columns(frame: pl.DataFrame, shell: TariffBook) -> Sheet:
    for column in ("code", "valid_from", "ad_valorem"):
        if column not in frame.columns:
            raise BadInput(
                f"a table of measures needs a column {column!r}",
                nearest=nearest(column, frame.columns),
            )
    for column in frame.columns:
        if column not in _COLUMNS:
            raise BadInput(f"unknown column {column!r}", nearest=nearest(column, _COLUMNS))
    places_a = 2 + _scale(frame, "ad_valorem")
    places_b = max(_scale(frame, "specific"), _scale(frame, "minimum"))

    def text(column: str, default: str) -> pl.Expr:
        if column not in frame.columns:
            return pl.lit(default).alias(column)
        return pl.col(column).cast(pl.String).fill_null(default)

    def whole(column: str, places: int) -> pl.Expr:
        if column not in frame.columns:
            return pl.lit(None, pl.Int64)
        shift = places - _scale(frame, column)
        return pl.col(column).to_physical().cast(pl.Int64).mul(10**shift)

    last = (
        pl.col("valid_to").cast(pl.Date) if "valid_to" in frame.columns else pl.lit(None, pl.Date)
    )
    row = pl.int_range(pl.len()).cast(pl.String)
    prepared = frame.select(
        id=text("id", "") if "id" in frame.columns else pl.format("row {}", row),
        kind=text("kind", Kind.THIRD_COUNTRY.value),
        code=text("code", ""),
        area=text("area", ERGA_OMNES),
        excluded=pl.lit(""),
        member=text("member", ""),
        agreement=text("agreement", ""),
        additional_code=pl.lit(""),
        order_number=text("order_number", ""),
        programme=pl.lit(""),
        start=pl.col("valid_from").cast(pl.Date).cast(pl.Int32),
        end=last.cast(pl.Int32).add(1).fill_null(FAR).cast(pl.Int32),
        a1=whole("ad_valorem", places_a - 2).fill_null(0),
        b1=whole("specific", places_b).fill_null(0),
        a2=pl.when(whole("minimum", places_b).is_not_null()).then(0).cast(pl.Int64),
        b2=whole("minimum", places_b),
        a3=pl.lit(None, pl.Int64),
        b3=pl.lit(None, pl.Int64),
        unit=text("unit", ""),
        currency=text("currency", ""),
        share=pl.lit(None, pl.Int64),
        proofs=text("documents", ""),
    ).with_columns(
        hard=(pl.col("kind") == "vat") & ((pl.col("b1") > 0) | pl.col("a2").is_not_null())
    )
    _check_columns(prepared)
    return Sheet(prepared, places_a, places_b, shell)


def _scale(frame: pl.DataFrame, column: str) -> int:
    if column not in frame.columns:
        return 0
    kind = frame.schema[column]
    if isinstance(kind, pl.Decimal):
        return int(kind.scale)
    if kind.is_integer():
        return 0
    raise BadInput(f"column {column!r} holds {kind}", remedy="rates are decimals, never floats")


def _check_columns(frame: pl.DataFrame) -> None:
    unknown = frame.filter(~pl.col("kind").is_in(KINDS))
    if unknown.height:
        raise BadInput(
            f"unknown kind of measure {unknown['kind'][0]!r}",
            nearest=nearest(str(unknown["kind"][0]), KINDS),
        )
    if frame.select((pl.col("a1") < 0).any() | (pl.col("b1") < 0).any()).item():
        raise BadInput("a rate below nought")
    if frame["start"].null_count():
        raise BadInput("a measure without a first day")
    for name in frame["unit"].unique():
        if name and unit(name.partition("/")[0]).factor != 1:
            raise BadInput(f"specific amounts are per {unit(name).base}, not per {name}")
