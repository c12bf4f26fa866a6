"""Readers of nomenclatures: the TARIC's list, the Eurasian headings, any table of goods."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from hansa.customs.nomenclature import Goods, Nomenclature, code_of
from hansa.sources.customs.tables import Row, rows
from hansa.terms.days import Day, Period, add_days
from hansa.terms.errors import BadInput, Place

TARIC_COLUMNS = (
    "goods_nomenclature_item_id",
    "producline_suffix",
    "validity_start_date",
    "number_indents",
)


def read_taric_nomenclature(path: Path) -> Nomenclature:
    """The list of goods of the TARIC, with suffixes and indents.

    Columns (``;`` between them): ``goods_nomenclature_item_id``, ``producline_suffix``,
    ``validity_start_date``, ``number_indents``, and ``validity_end_date`` where there is one.
    """
    return Nomenclature(
        Goods(
            code_of(row["goods_nomenclature_item_id"], where=row.at("goods_nomenclature_item_id")),
            _valid(row, "validity_start_date", "validity_end_date"),
            row["producline_suffix"],
            int(row["number_indents"]),
            place=row.place,
        )
        for row in rows(path, needed=TARIC_COLUMNS, separator=";")
    )


def read_goods(path: Path, *, separator: str = ",") -> Nomenclature:
    """Any table of goods.

    Columns: ``code``, ``valid_from``; and where they are known ``valid_to`` (the last day),
    ``suffix``, ``indents``, ``unit``, ``section``, and a description per language in columns
    ``name_en``, ``name_ru``, ``name_…``.
    """
    return Nomenclature(
        Goods(
            code_of(row["code"], where=row.at("code")),
            _valid(row, "valid_from", "valid_to"),
            row.get("suffix") or "80",
            int(row["indents"]) if row.get("indents") else None,
            {
                column.removeprefix("name_"): text
                for column, text in row.cells.items()
                if column.startswith("name_") and text
            },
            row.get("unit"),
            row.get("section"),
            row.place,
        )
        for row in rows(path, needed=("code", "valid_from"), separator=separator)
    )


def read_eurasian_headings(folder: Path) -> Nomenclature:
    """Chapters and headings of the Eurasian nomenclature, editions of 2002 to 2022.

    Reads ``tnved2_validity.txt`` (section, chapter, name, note, first and last day) and
    ``tnved3_validity.txt`` (chapter, heading, name, first and last day), ``|`` between cells;
    the first line of each tells the file's number and day.
    """
    lines = [*_chapters(folder / "tnved2_validity.txt"), *_headings(folder / "tnved3_validity.txt")]
    return Nomenclature(lines)


def _chapters(path: Path) -> Iterator[Goods]:
    for row in _barred(path, ("section", "chapter", "name", "note", "from", "to", "end")):
        names = {"ru": row["name"].strip()}
        yield Goods(
            code_of(row["chapter"]),
            _russian(row),
            descriptions=names,
            section=row["section"],
            place=row.place,
        )


def _headings(path: Path) -> Iterator[Goods]:
    for row in _barred(path, ("chapter", "heading", "name", "from", "to", "end")):
        names = {"ru": row["name"].strip()}
        code = code_of(row["chapter"] + row["heading"])
        yield Goods(code, _russian(row), descriptions=names, place=row.place)


def _barred(path: Path, columns: tuple[str, ...]) -> Iterator[Row]:
    """Rows between bars; quotation marks are letters like others, so they are split by hand."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("|")
        place = Place(path.name, number)
        if len(cells) != len(columns):
            raise BadInput(f"{len(cells)} cells under {len(columns)} columns", where=place)
        yield Row(dict(zip(columns, cells, strict=True)), place)


def _russian(row: Row) -> Period:
    start, last = _dotted(row, "from"), _dotted(row, "to")
    if start is None:
        raise BadInput("no first day", where=row.at("from"))
    return Period(start, add_days(last, 1) if last else None)


def _dotted(row: Row, column: str) -> Day | None:
    text = row[column].strip()
    if not text:
        return None
    try:
        return datetime.strptime(text, "%d.%m.%Y").date()
    except ValueError:
        raise BadInput(f"{text!r} is not a day like 31.12.2021", where=row.at(column)) from None


def _valid(row: Row, first: str, last: str) -> Period:
    start, end = row.day(first), row.day(last)
    if start is None:
        raise BadInput("no first day", where=row.at(first))
    return Period(start, add_days(end, 1) if end else None)
