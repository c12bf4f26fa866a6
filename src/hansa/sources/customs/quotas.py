"""Readers of quotas: order numbers with their volumes, and the goods that may draw on them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from hansa.customs.book import Kind, Measure, OrderNumber, Origin, Volume
from hansa.customs.book.areas import ALWAYS
from hansa.customs.duties import Per, read
from hansa.customs.duties.units import split_code
from hansa.customs.nomenclature import code_of
from hansa.sources.customs.tables import Row, rows
from hansa.terms.days import Period, add_days
from hansa.terms.errors import BadInput

_DEFINITION = (
    "order_number",
    "start",
    "end",
    "id",
    "volume",
    "currency",
    "unit",
    "qualifier",
    "precision",
    "state",
    "threshold",
    "text",
    "version",
)
_AGREEMENT = (
    "order_number",
    "kind",
    "mechanism",
    "start",
    "end",
    "days",
    "volume",
    "unit",
    "precision",
    "state",
    "threshold",
    "blank_1",
    "blank_2",
    "blank_3",
    "blank_4",
    "area",
)
_COMMODITY = ("code", "order_number", "area", "rate", "currency", "unit", "qualifier", "from", "to")


def read_quota_definitions(path: Path) -> tuple[OrderNumber, ...]:
    """Volumes by period. The header names three of the thirteen columns; they are known here."""
    volumes: dict[str, list[Volume]] = defaultdict(list)
    for row in rows(path, columns=_DEFINITION, skip=1):
        volumes[row["order_number"]].append(_volume(row))
    return tuple(
        OrderNumber(id, ALWAYS, volumes=tuple(sorted(held, key=lambda v: v.valid.start)))
        for id, held in sorted(volumes.items())
    )


def read_agreement_quotas(
    definitions: Path, commodities: Path
) -> tuple[tuple[OrderNumber, ...], tuple[Measure, ...]]:
    """Quotas of agreements: their volumes, and the rate of each of their goods.

    Neither file has a header.
    """
    volumes: dict[tuple[str, str], list[Volume]] = defaultdict(list)
    for row in rows(definitions, columns=_AGREEMENT):
        volumes[row["order_number"], row["area"]].append(_volume(row))
    numbers = tuple(
        OrderNumber(id, ALWAYS, (Origin(area),), tuple(sorted(held, key=lambda v: v.valid.start)))
        for (id, area), held in sorted(volumes.items())
    )
    spans = {number.id: _span(number) for number in numbers}
    measures = tuple(
        Measure(
            id=f"quota {row['order_number']} {row['code']} {place}",
            kind=Kind.QUOTA,
            code=code_of(row["code"], where=row.at("code")),
            duty=read(_rate(row), where=row.at("rate")),
            valid=_days(row, spans.get(row["order_number"], ALWAYS)),
            area=row["area"],
            order_number=row["order_number"],
            place=row.place,
        )
        for place, row in enumerate(rows(commodities, columns=_COMMODITY), start=1)
    )
    return numbers, measures


def _volume(row: Row) -> Volume:
    start, last = row.day("start"), row.day("end")
    amount = row.decimal("volume")
    if start is None or amount is None:
        raise BadInput("a volume needs a first day and an amount", where=row.place)
    valid = Period(start, add_days(last, 1) if last else None)
    critical = row.decimal("threshold") or Decimal(90)
    if row.get("currency"):
        return Volume(valid, amount, None, row["currency"], critical)
    unit, qualifier = split_code(row["unit"] + row.get("qualifier"))
    return Volume(valid, amount, Per(unit, qualifier=qualifier), "", critical)


def _span(number: OrderNumber) -> Period:
    """From the first day of the first volume to the end of the last."""
    ends = [volume.valid.end for volume in number.volumes]
    last = None if None in ends else max(end for end in ends if end is not None)
    return Period(number.volumes[0].valid.start, last)


def _rate(row: Row) -> str:
    if not row["currency"]:
        return f"{row['rate']} %"
    unit, qualifier = split_code(row["unit"] + row["qualifier"])
    per = {"DTN": "100 kg", "KGM": "kg", "HLT": "hl"}.get(unit, unit)
    words = {"E": "/net eda", "": ""}
    if qualifier not in words:
        raise BadInput(f"unknown qualifier {qualifier!r}", where=row.at("qualifier"))
    return f"{row['rate']} {row['currency']} / {per}{words[qualifier]}"


def _days(row: Row, default: Period) -> Period:
    """The row's own days, which the file writes month first, or the quota's."""
    if not row["from"]:
        return default
    start, last = _american(row, "from"), _american(row, "to")
    return Period(start, add_days(last, 1))


def _american(row: Row, column: str) -> date:
    try:
        return datetime.strptime(row[column].strip(), "%m/%d/%y").date()
    except ValueError:
        wrong = f"{row[column]!r} is not a day like 12/31/20"
        raise BadInput(wrong, where=row.at(column)) from None
