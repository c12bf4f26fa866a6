"""The customs union at the border: look up a code, and what a shipment would pay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from hansa.customs import show
from hansa.customs.assessment import Assessed, Line, Office, Sum, assess
from hansa.customs.assessment.delivery import COSTS
from hansa.customs.book.regime import Regime
from hansa.faces.web.pages.page import Given, Page, View
from hansa.faces.web.tariff import Tariff
from hansa.studies.customs import regime_of
from hansa.terms.errors import BadInput, HansaError
from hansa.terms.exhibits import Cell, Column, Section, Statement, Table
from hansa.terms.names import unknown

FOUND = 40
UNITS = {"KGM": "kg", "NAR": "pieces", "NPR": "pairs", "LTR": "litres", "MTK": "m²", "MTQ": "m³"}


def regime(view: View, tariff: Tariff) -> Regime:
    """Members and agreements of the tariff's union, by the register."""
    return regime_of(view.world, view.register, tariff.union)


def lookup(view: View, tariff: Tariff, code: str, origin: str) -> tuple[Section, ...]:
    """What stands behind a code, or the codes whose goods are so called."""
    words = code.strip()
    if not any(character.isdigit() for character in words):
        return (_named(view, tariff, words),)
    found = show(
        tariff.book, words, _state(view, origin), view.day, regime=regime(view, tariff),
        known_on=view.known_on, language=view.words.lang,
    )  # fmt: skip
    said = (Statement(found.description or words, found.because),)
    return (Section("tariff", "What the tariff says", 0, said, (found.table(rejected=True),)),)


def _state(view: View, code: str) -> str:
    if code and code not in view.world.states:
        raise unknown("state", code, view.world.states)
    return code


def _named(view: View, tariff: Tariff, words: str) -> Section:
    goods = tariff.book.nomenclature
    rows: list[tuple[Cell, ...]] = []
    if goods is not None and words:
        for line in goods.lines:
            if view.day not in line.valid:
                continue
            text = line.descriptions.get(view.words.lang) or next(
                iter(line.descriptions.values()), ""
            )
            if words.casefold() in text.casefold():
                rows.append((line.code, text))
    columns = (Column("code", "Code"), Column("name", "Goods"))
    table = Table("codes", f"Goods called {words}", columns, tuple(rows[:FOUND]))
    return Section("tariff", "What the tariff says", 0, (), (table,))


def shipment(view: View, tariff: Tariff, given: Mapping[str, str]) -> Assessed:
    """What a shipment would pay, with every number.

    Raises
    ------
    BadInput
        For what makes no sense, by the field's name.
    """
    member = given.get("member", "")
    codes = view.register.member_codes(tariff.union)
    if member and member not in codes:
        raise unknown("member", member, codes)
    currency = (given.get("currency") or tariff.practice.currency).upper()
    costs = {
        name: Sum(_number(given, name), currency) for name in COSTS if given.get(name, "").strip()
    }
    quantities = {
        unit: _number(given, f"q.{unit}") for unit in UNITS if given.get(f"q.{unit}", "").strip()
    }
    papers = frozenset(given.get("documents", "").replace(",", " ").split())
    line = Line(
        id="", code=given.get("code", ""), origin=_state(view, given.get("origin", "")),
        on=view.day, price=Sum(_number(given, "price"), currency),
        terms=given.get("terms", "") or "CIF", costs=costs, quantities=quantities, member=member,
        documents=papers,
    )  # fmt: skip
    office = Office(tariff.book, regime(view, tariff), tariff.practice, tariff.rates, view.known_on)
    return assess(line, office)


def _number(given: Mapping[str, str], name: str) -> Decimal:
    text = given.get(name, "").strip().replace(" ", "")
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise BadInput(f"{name}: {text[:40]!r} is not a number", remedy="write 1234.50") from None
    if not found.is_finite() or abs(found) >= Decimal(10) ** 15 or _places(found) > 6:
        raise BadInput(f"{name}: {text[:40]!r} is too large or too fine")
    return found


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def lookup_page(view: View, tariff: Tariff | None, given: Mapping[str, str]) -> Page:
    """The page on which codes are looked up and shipments are assessed."""
    sections: tuple[Section, ...] = ()
    wrong: HansaError | None = None
    asked = given.get("ask", "")
    if tariff is not None and given.get("code", "").strip():
        try:
            if asked == "pays":
                made = shipment(view, tariff, given)
                total = f"The shipment pays {made.total}; its duty option: {_taken(made)}."
                said = (Statement(total, made.because),)
                table = replace(made.table(), title="Step by step")
                sections = (Section("pays", "What it would pay", 0, said, (table,)),)
            else:
                sections = lookup(view, tariff, given["code"], given.get("origin", ""))
        except HansaError as bad:
            wrong = bad
    members = view.register.member_codes(tariff.union) if tariff is not None else ()
    return Page(
        view._("Look up a code, assess a shipment"),
        tariff.note if tariff is not None else "",
        sections,
        data={
            "tariff": tariff, "given": Given(given), "wrong": wrong, "members": members,
            "units": UNITS, "costs": sorted(COSTS), "twin": "",
        },
        template="shipment.html",
    )  # fmt: skip


def _taken(made: Assessed) -> str:
    option = made.option
    return option.measure.kind.words if option is not None else "none"
