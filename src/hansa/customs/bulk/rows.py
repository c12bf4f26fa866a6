"""Single lines out of a table: for the line-by-line assessment, and to say why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from hansa.customs.assessment.delivery import COSTS
from hansa.customs.assessment.line import Line, Sum
from hansa.customs.book.kinds import Kind
from hansa.customs.bulk.declared import OPTION_WORDS, TRUE_WORDS, Layout
from hansa.customs.duties.units import split_code
from hansa.customs.mistakes import NegativeValue, Unreadable
from hansa.customs.nomenclature import code_of
from hansa.terms.days import day
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import nearest


def line_of(
    cells: Mapping[str, Any], layout: Layout, home: str, *, row: int, file: str = "declarations"
) -> Line:
    """The line of a row.

    Parameters
    ----------
    cells : mapping
        Cells by column, as `declared.COLUMNS` names them.
    layout : Layout
        Default terms of delivery.
    home : str
        Currency of amounts that name none.
    row : int
        Number of the row, for messages.
    file : str
        Name of the table, for messages.

    Raises
    ------
    Unreadable, NegativeValue
        With the place of the cell.
    """
    reader = _Cells(cells, file, row)
    price = reader.money("price", home)
    if price is None:
        raise Unreadable("no price", where=reader.at("price"))
    option = reader.text("option")
    if option and option not in OPTION_WORDS:
        raise Unreadable(
            f"{option!r} is no duty option",
            where=reader.at("option"),
            nearest=nearest(option, OPTION_WORDS),
        )
    return Line(
        id=reader.text("id"),
        code=reader.code(),
        origin=reader.needed("origin"),
        on=reader.day("on"),
        price=price,
        terms=reader.text("terms") or layout.terms,
        costs={c: money for c in COSTS if (money := reader.money(c, home)) is not None},
        additions=reader.named("additions", home),
        deductions=reader.named("deductions", home),
        quantities=reader.quantities(),
        member=reader.text("member"),
        documents=reader.words("documents"),
        additional_codes=reader.words("additional_codes"),
        order_number=reader.text("order_number"),
        option=Kind(option) if option else None,
        free_circulation=reader.text("free_circulation").lower() in TRUE_WORDS,
        place=Place(file, row),
    )


class _Cells:
    """Cells of a row, read exactly."""

    def __init__(self, cells: Mapping[str, Any], file: str, row: int) -> None:
        self.cells = cells
        self.file = file
        self.row = row

    def at(self, column: str) -> Place:
        return Place(self.file, self.row, column)

    def text(self, column: str) -> str:
        cell = self.cells.get(column)
        return "" if cell is None else str(cell).strip()

    def needed(self, column: str) -> str:
        text = self.text(column)
        if not text:
            raise Unreadable(f"no {column}", where=self.at(column))
        return text

    def code(self) -> str:
        cell = self.cells.get("code")
        text = f"{cell:010d}" if isinstance(cell, int) else self.needed("code")
        try:
            return code_of(text)
        except BadInput as wrong:
            raise Unreadable(wrong.what, where=self.at("code"), remedy=wrong.remedy) from None

    def day(self, column: str) -> date:
        cell = self.cells.get(column)
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        try:
            return day(self.needed(column))
        except Unreadable:
            raise
        except BadInput as wrong:
            raise Unreadable(
                wrong.what, where=self.at(column), nearest=wrong.nearest, remedy=wrong.remedy
            ) from None

    def number(self, column: str) -> Decimal | None:
        cell = self.cells.get(column)
        if cell is None or cell == "":
            return None
        try:
            number = Decimal(str(cell).strip())
        except InvalidOperation:
            raise Unreadable(f"{cell!r} is not a number", where=self.at(column)) from None
        if not number.is_finite():
            raise Unreadable(f"{cell!r} is not a number", where=self.at(column))
        if number < 0:
            raise NegativeValue(f"{number} is below nought", where=self.at(column))
        return number

    def money(self, column: str, home: str) -> Sum | None:
        number = self.number(column)
        if number is None:
            return None
        return Sum(number, self.text(f"{column}_currency") or self.text("currency") or home)

    def named(self, column: str, home: str) -> dict[str, Sum]:
        money = self.money(column, home)
        return {} if money is None else {column: money}

    def words(self, column: str) -> frozenset[str]:
        return frozenset(re.split(r"[\s,;]+", self.text(column))) - {""}

    def quantities(self) -> dict[str, Decimal]:
        found = {}
        for column in self.cells:
            code = "KGM" if column == "net_mass" else column.removeprefix("quantity_")
            if code == column:
                continue
            split_code(code)
            number = self.number(column)
            if number is not None:
                found[code] = number
        return found
