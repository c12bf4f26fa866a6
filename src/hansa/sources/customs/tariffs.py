"""Readers of tariffs and preferences: measures from public files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from hansa.customs.book import Kind, Measure
from hansa.customs.duties import Duty, read
from hansa.customs.nomenclature import Goods, Nomenclature, code_of
from hansa.sources.customs.tables import Row, rows
from hansa.terms.days import Period, add_days, add_months
from hansa.terms.errors import BadInput

EURASIAN_EDITION: Final = Period(date(2026, 3, 8))
"""From the day of the latest chapter of the edition of 2026 on."""

_UNITS: Final = {
    "p/st": "NAR",
    "m2": "MTK",
    "m3": "MTQ",
    "l": "LTR",
    "pair": "NPR",
    "g": "GRM",
    "l alc. 100%": "LPA",
    "m": "MTR",
    "kg 90% sdt": "KSD",
    "1000 p/st": "MIL",
    "carat": "CTM",
    "kg N": "KNI",
    "1000 l": "KLT",
    "kg U": "KUR",
    "gi F/S": "GFI",
    "kg K2O": "KPO",
    "kg P2O5": "KPP",
    "Ci": "CUR",
    "": "",
}


@dataclass(frozen=True, slots=True)
class Tariff:
    """A tariff as a file gives it: goods and the duties on them."""

    goods: Nomenclature
    measures: tuple[Measure, ...]


def read_eurasian_tariff(path: Path, valid: Period = EURASIAN_EDITION) -> Tariff:
    """The Eurasian common customs tariff, a line of ten digits a row.

    Columns: ``code``, ``supp_unit``, ``rate_text`` (Russian, per cent without a sign),
    ``footnotes``, ``name_ru``, ``source_pdf``.

    Parameters
    ----------
    path : Path
        The table.
    valid : Period
        Days on which it holds: the file tells editions of chapters, not days of rates.

    Raises
    ------
    BadInput
        With the place of a rate that cannot be read.
    """
    goods, measures = [], []
    for row in rows(path, needed=("code", "supp_unit", "rate_text", "name_ru")):
        code = code_of(row["code"], where=row.at("code"))
        unit = row["supp_unit"]
        if unit not in _UNITS:
            raise BadInput(f"{unit!r} is no supplementary unit", where=row.at("supp_unit"))
        goods.append(
            Goods(
                code,
                valid,
                descriptions={"ru": row["name_ru"]},
                unit=_UNITS[unit],
                place=row.place,
            )
        )
        measures.append(
            Measure(
                id=f"ETT {code}",
                kind=Kind.THIRD_COUNTRY,
                code=code,
                duty=read(row["rate_text"], "bare", where=row.at("rate_text")),
                valid=valid,
                footnotes=tuple(note for note in row.get("footnotes").split(";") if note),
                act=row.get("source_pdf"),
                place=row.place,
            )
        )
    return Tariff(Nomenclature(goods), tuple(measures))


def read_generalised_preferences(path: Path, valid: Period) -> tuple[Measure, ...]:
    """Rates of a generalised scheme: area, code and per cent, without a header."""
    return tuple(
        Measure(
            id=f"GSP {row['area']} {row['code']}",
            kind=Kind.PREFERENCE,
            code=code_of(row["code"], where=row.at("code")),
            duty=read(f"{row['rate']} %", where=row.at("rate")),
            valid=valid,
            area=row["area"],
            place=row.place,
        )
        for row in rows(path, columns=("area", "code", "rate"))
    )


def read_agreement_duties(path: Path, valid: Period) -> tuple[Measure, ...]:
    """Preferences of one agreement, by parts of the duty.

    Columns: the goods code (under the first heading), ``Regulation ID``, ``Geographical
    area``, ``Measure type``, ``Ad valorem``, ``Specific``, ``Ceiling``, ``Minimum``,
    ``Specific 2`` (added to the ceiling), ``Date from``, ``Date to`` (the last day).
    """
    return tuple(_agreement_rows(path, valid))


def _agreement_rows(path: Path, valid: Period) -> Iterator[Measure]:
    needed = ("Geographical area", "Ad valorem", "Specific", "Ceiling", "Minimum", "Specific 2")
    for number, row in enumerate(rows(path, needed=needed), start=1):
        code_column = next(iter(row.cells))
        start, last = row.day("Date from"), row.day("Date to")
        area = row["Geographical area"]
        yield Measure(
            id=f"{area} {number}",
            kind=Kind.PREFERENCE,
            code=code_of(row[code_column], where=row.at(code_column)),
            duty=_put_together(row),
            valid=Period(start, add_days(last, 1) if last else None) if start else valid,
            area=area,
            act=row.get("Regulation ID"),
            place=row.place,
        )


def _put_together(row: Row) -> Duty:
    """One text from the parts, as the TARIC would print it."""
    first = row["Ad valorem"].strip()  # some rows hold a specific amount there
    number = re.fullmatch(r"\d+(\.\d+)?", first)
    terms = [f"{first} %" if number else _tidy(first), _tidy(row["Specific"])]
    text = " + ".join(term for term in terms if term)
    if row["Minimum"].strip():
        text += f" MIN {_tidy(row['Minimum']).removeprefix('MIN').strip()}"
    if row["Ceiling"].strip():
        text += f" MAX {_tidy(row['Ceiling']).removeprefix('MAX').strip()}"
        if row["Specific 2"].strip():
            text += f" + {_tidy(row['Specific 2'])}"
    return read(text, where=row.place)


def _tidy(text: str) -> str:
    """Units as the sheets spell them, in the TARIC's words."""
    text = " ".join(text.split()).replace(" KG", " kg").replace("net drained wt", "net eda")
    text = text.replace("EUR ASV X", "EUR / % vol/hl")
    return re.sub(r"EUR (HLT|LTR)$", r"EUR / \1", text)


def read_seasonal_preferences(path: Path, years: range) -> tuple[Measure, ...]:
    """Preferences that hold for a part of every year.

    Columns: ``geographical_area_id``, ``goods_nomenclature_item_id``, ``from`` and ``to``
    (first and last day as ``15/05``), ``duty``.
    """
    needed = ("geographical_area_id", "goods_nomenclature_item_id", "from", "to", "duty")
    return tuple(
        _season(row, number, year)
        for number, row in enumerate(rows(path, needed=needed), start=1)
        for year in years
    )


def _season(row: Row, number: int, year: int) -> Measure:
    start, last = _of_year(row, "from", year), _of_year(row, "to", year)
    if last < start:  # a winter season ends in the next year
        last = add_months(last, 12)
    return Measure(
        id=f"season {number} {year}",
        kind=Kind.PREFERENCE,
        code=code_of(row["goods_nomenclature_item_id"], where=row.at("goods_nomenclature_item_id")),
        duty=read(row["duty"], where=row.at("duty")),
        valid=Period(start, add_days(last, 1)),
        area=row["geographical_area_id"],
        place=row.place,
    )


def _of_year(row: Row, column: str, year: int) -> date:
    match = re.fullmatch(r"(\d{1,2})/(\d{1,2})", row[column].strip())
    try:
        if match is None:
            raise ValueError
        number, month = (int(part) for part in match.groups())
        leap = (number, month) == (29, 2) and (year % 4 != 0 or year % 100 == 0 != year % 400)
        return date(year, month, 28 if leap else number)
    except ValueError:
        raise BadInput(f"{row[column]!r} is not a day like 15/05", where=row.at(column)) from None
