"""A tariff book as a folder of tables.

``measures.csv`` is needed; ``goods.csv``, ``areas.csv``, ``quotas.csv``,
``additional_codes.csv``, ``documents.csv``, ``footnotes.csv``, ``acts.csv`` and
``components.csv`` are read where they are.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeVar

import polars as pl

from hansa.customs.assessment import ExchangeRates, Quote
from hansa.customs.book import (
    ERGA_OMNES,
    Action,
    AdditionalCode,
    Amount,
    Area,
    Areas,
    Condition,
    Document,
    Footnote,
    Instrument,
    Kind,
    Measure,
    Membership,
    OrderNumber,
    Origin,
    TariffBook,
    Threshold,
    Volume,
)
from hansa.customs.book.areas import ALWAYS
from hansa.customs.bulk import Sheet
from hansa.customs.duties import Duty, Supplementary, read
from hansa.customs.nomenclature import code_of
from hansa.sources.customs.nomenclatures import read_goods
from hansa.sources.customs.tables import Row, rows
from hansa.terms.days import Day, Period, add_days
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown

MEASURES: Final = (
    "id",
    "kind",
    "code",
    "duty",
    "valid_from",
    "valid_to",
    "area",
    "excluded",
    "member",
    "additional_code",
    "order_number",
    "documents",
    "conditions",
    "footnotes",
    "act",
    "ended_by",
    "agreement",
    "programme",
    "recorded",
    "withdrawn",
)
"""Columns of ``measures.csv``; ``valid_to`` is the last day, several words stand between ``;``."""

_KINDS: Final = tuple(kind.value for kind in Kind)

Named = TypeVar("Named", Document, Footnote, Instrument)


def read_book(folder: Path) -> TariffBook:
    """A tariff book.

    Raises
    ------
    BadInput
        With file, row and column of what cannot be read.
    """
    goods = folder / "goods.csv"
    return TariffBook(
        read_measures(folder / "measures.csv"),
        Areas(_areas(folder / "areas.csv")),
        read_goods(goods) if goods.exists() else None,
        _quotas(folder / "quotas.csv"),
        tuple(_additional(row) for row in _optional(folder / "additional_codes.csv", "id")),
        _named(folder / "documents.csv", Document),
        _named(folder / "footnotes.csv", Footnote),
        _named(folder / "acts.csv", Instrument),
        tuple(_component(row) for row in _optional(folder / "components.csv", "rate")),
        folder.name,
    )


def read_measures(path: Path) -> tuple[Measure, ...]:
    """Measures, with the columns of `MEASURES`; needed are id, kind, code, duty, valid_from."""
    needed = ("id", "kind", "code", "duty", "valid_from")
    return tuple(_measure(row) for row in rows(path, needed=needed))


def read_measure_columns(path: Path, shell: TariffBook | None = None) -> Sheet:
    """A large table of measures with numbers in columns, as `Sheet.from_columns` takes it.

    Parameters
    ----------
    path : Path
        Parquet, with decimals or integers.
    shell : TariffBook, optional
        Areas, goods and quotas that the measures refer to.
    """
    try:
        frame = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as wrong:
        raise BadInput(f"cannot be read: {wrong}", where=Place(path.name)) from None
    return Sheet.from_columns(frame, shell)


def read_exchange_rates(path: Path, home: str) -> ExchangeRates:
    """Rates by day: ``currency``, ``on``, ``rate``, and ``units`` where they are not one."""
    return ExchangeRates.of(
        home,
        (
            Quote(
                row["currency"],
                _needed_day(row, "on"),
                row.decimal("rate") or Decimal(0),
                int(row.get("units") or 1),
            )
            for row in rows(path, needed=("currency", "on", "rate"))
        ),
    )


def write_measures(path: Path, measures: tuple[Measure, ...]) -> None:
    """Write measures so that `read_measures` gives them back."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(MEASURES)
        writer.writerows(_cells(measure) for measure in measures)


# ---- measures ----


def _measure(row: Row) -> Measure:
    if row["kind"] not in _KINDS:
        raise unknown("kind of measure", row["kind"], _KINDS, where=row.at("kind"))
    return Measure(
        id=row["id"],
        kind=Kind(row["kind"]),
        code=code_of(row["code"], where=row.at("code")) if row["code"] else "",
        duty=read(row["duty"], where=row.at("duty")) if row["duty"] else None,
        valid=_valid(row),
        area=row.get("area") or ERGA_OMNES,
        excluded=_words(row, "excluded"),
        member=row.get("member"),
        additional_code=row.get("additional_code"),
        order_number=row.get("order_number"),
        conditions=_conditions(row),
        footnotes=_words(row, "footnotes"),
        act=row.get("act"),
        ended_by=row.get("ended_by"),
        agreement=row.get("agreement"),
        programme=row.get("programme"),
        recorded=row.day("recorded") or Day.min,
        withdrawn=row.day("withdrawn"),
        place=row.place,
    )


def _words(row: Row, column: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in row.get(column).split(";") if word.strip())


def _conditions(row: Row) -> tuple[Condition, ...]:
    """Documents of which one must be shown, or conditions in full as JSON."""
    documents = _words(row, "documents")
    given = row.get("conditions")
    if documents and given:
        raise BadInput("documents are conditions too: give one column", where=row.at("conditions"))
    if documents:
        shown = tuple(Condition("B", document=document) for document in documents)
        return (*shown, Condition("B", Action.NOT_APPLICABLE))
    if not given:
        return ()
    try:
        return tuple(_condition(item, row) for item in json.loads(given))
    except (ValueError, KeyError, TypeError) as wrong:
        raise BadInput(f"not a list of conditions: {wrong}", where=row.at("conditions")) from None


def _condition(item: dict[str, Any], row: Row) -> Condition:
    threshold = None
    if "amount" in item:
        per = read(item["per"]).rate if item.get("per") else None
        threshold = Threshold(
            Decimal(str(item["amount"])),
            item.get("currency", ""),
            per.per if isinstance(per, Supplementary) else None,
            bool(item.get("most", False)),
            item.get("over", ""),
        )
    duty = read(item["duty"], where=row.at("conditions")) if item.get("duty") else None
    action = Action[item.get("action", "APPLY").upper()]
    return Condition(item["code"], action, item.get("document", ""), threshold, duty)


def _cells(measure: Measure) -> list[str]:
    end = measure.valid.end
    recorded = "" if measure.recorded == Day.min else str(measure.recorded)
    return [
        measure.id,
        measure.kind.value,
        measure.code,
        str(measure.duty or ""),
        str(measure.valid.start),
        str(add_days(end, -1)) if end else "",
        measure.area,
        ";".join(measure.excluded),
        measure.member,
        measure.additional_code,
        measure.order_number,
        "",
        json.dumps([_told(c) for c in measure.conditions]) if measure.conditions else "",
        ";".join(measure.footnotes),
        measure.act,
        measure.ended_by,
        measure.agreement,
        measure.programme,
        recorded,
        str(measure.withdrawn or ""),
    ]


def _told(condition: Condition) -> dict[str, Any]:
    told: dict[str, Any] = {"code": condition.code, "action": condition.action.name}
    if condition.document:
        told["document"] = condition.document
    if condition.duty is not None:
        told["duty"] = str(condition.duty)
    bound = condition.threshold
    if bound is not None:
        told |= {"amount": str(bound.amount), "currency": bound.currency, "most": bound.most}
        told |= {"over": bound.over} if bound.over else {}
        if bound.per is not None:
            told["per"] = str(Duty(Supplementary(bound.per)))
    return told


# ---- what measures refer to ----


def _optional(path: Path, *needed: str) -> Iterator[Row]:
    if path.exists():
        yield from rows(path, needed=needed)


def _valid(row: Row) -> Period:
    last = row.day("valid_to") if row.get("valid_to") else None
    return Period(_needed_day(row, "valid_from"), add_days(last, 1) if last else None)


def _life(row: Row) -> Period:
    return _valid(row) if row.get("valid_from") else ALWAYS


def _needed_day(row: Row, column: str) -> Day:
    found = row.day(column)
    if found is None:
        raise BadInput("a day is needed", where=row.at(column))
    return found


def _areas(path: Path) -> tuple[Area, ...]:
    """Areas: ``area``, ``name``, and a row per ``member`` with the days of its membership."""
    names: dict[str, str] = {}
    members: dict[str, list[Membership]] = defaultdict(list)
    for row in _optional(path, "area"):
        names[row["area"]] = names.get(row["area"]) or row.get("name")
        if row.get("member"):
            members[row["area"]].append(Membership(row["member"], _life(row)))
    return tuple(
        Area(id, name, tuple(members[id]), group=bool(members[id])) for id, name in names.items()
    )


def _quotas(path: Path) -> tuple[OrderNumber, ...]:
    """Quotas: a row per volume; ``order_number``, days, ``volume``, ``unit``, ``area``."""
    volumes: dict[str, list[Volume]] = defaultdict(list)
    areas: dict[str, set[str]] = defaultdict(set)
    for row in _optional(path, "order_number", "valid_from", "volume", "unit"):
        amount = row.decimal("volume")
        counted = read(row["unit"], where=row.at("unit")).rate if row["unit"] else None
        if amount is None:
            raise BadInput("a quota needs a volume", where=row.at("volume"))
        per = counted.per if isinstance(counted, Supplementary) else None
        volumes[row["order_number"]].append(Volume(_valid(row), amount, per, row.get("currency")))
        areas[row["order_number"]].update(_words(row, "area"))
    return tuple(
        OrderNumber(
            id,
            ALWAYS,
            tuple(Origin(area) for area in sorted(areas[id])),
            tuple(sorted(held, key=lambda volume: volume.valid.start)),
        )
        for id, held in volumes.items()
    )


def _additional(row: Row) -> AdditionalCode:
    kinds = frozenset(Kind(kind) for kind in _words(row, "kinds"))
    return AdditionalCode(row["id"], row.get("text"), _life(row), kinds)


def _named(path: Path, kind: Callable[..., Named]) -> tuple[Named, ...]:
    return tuple(kind(row["id"], row.get("text"), _life(row)) for row in _optional(path, "id"))


def _component(row: Row) -> Amount:
    rate = read(row["rate"], where=row.at("rate")).rate
    return Amount(row["additional_code"], row["component"], rate, _life(row))
