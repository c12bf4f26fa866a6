"""Messages from catalogues (``ru.po``), days and numbers by the rules of each language."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib import resources
from math import isinf, isnan
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.plural import PluralRule

from hansa.faces.web.words.titles import split
from hansa.record.unions import State
from hansa.terms.exhibits import Cell, Column

LANGUAGES: dict[str, str] = {"en": "English", "ru": "Русский"}
"""Languages of the interface, each by its own name."""

Message = str | tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """One language: its messages, and how it writes days and numbers."""

    lang: str
    locale: Locale
    messages: dict[str, Message]
    plural: PluralRule
    forms: tuple[str, ...]

    def gettext(self, message: str) -> str:
        """The message in this language; itself where no translation is known."""
        found = self.messages.get(message, message)
        return found if isinstance(found, str) else found[0]

    def ngettext(self, one: str, many: str, number: int) -> str:
        """The message for a number of things."""
        found = self.messages.get(one)
        if not isinstance(found, tuple):
            return one if number == 1 else many
        return found[min(self.forms.index(self.plural(number)), len(found) - 1)]

    def phrase(self, text: str) -> str:
        """A heading or short value of an engine, translated if the catalogue knows it."""
        return self.gettext(text) if text else text

    def title(self, text: str) -> str:
        """A heading of an engine, translated also if it names something."""
        found = None if text in self.messages else split(text)
        if found is None:
            return self.phrase(text)
        return self.gettext(found[0]) % found[1]

    def day(self, value: date) -> str:
        """A day: 5 October 2007."""
        return format_date(value, "d MMMM y" if self.lang == "en" else "long", self.locale)

    def short_day(self, value: date) -> str:
        """A day in a table."""
        return format_date(value, "d MMM y", self.locale)

    def moment(self, value: datetime) -> str:
        """A moment to the second, in UTC."""
        return format_datetime(value, "d MMM y, HH:mm:ss", locale=self.locale) + " UTC"

    def number(self, value: float | Decimal, decimals: int | None = None) -> str:
        """A number; without decimals, as many as it has (a float: six that count)."""
        if decimals is not None:
            shape = "#,##0" + ("." + "0" * decimals if decimals else "")
            nothing = abs(float(value)) < 0.5 / 10**decimals  # no minus before a rounded nought
            return format_decimal(0 if nothing else value, shape, self.locale)
        exact = value if isinstance(value, Decimal | int) else Decimal(f"{value:.6g}")
        grouped = abs(exact) >= 10_000
        shape = "#,##0.##############" if grouped else "0.##############"
        return format_decimal(exact, shape, self.locale, decimal_quantization=False)

    def cell(self, value: Cell, column: Column) -> str:
        """A table's cell as text."""
        if value is None or value == "":
            return "–"
        if isinstance(value, bool):
            return self.gettext("yes") if value else self.gettext("no")
        if isinstance(value, float) and isnan(value):
            return self.gettext("not a number")
        if isinstance(value, int | float | Decimal):
            if isinstance(value, float) and isinf(value):
                return "∞" if value > 0 else "−∞"
            return self.number(value, column.decimals)
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, date):
            return self.short_day(value)
        return self.phrase(value)

    def state(self, state: State) -> str:
        """A state's name."""
        return state.name_ru if self.lang == "ru" and state.name_ru else state.name


@cache
def words_in(lang: str) -> Words:
    """The words of a language of `LANGUAGES`."""
    locale = Locale.parse("en_GB" if lang == "en" else lang)
    messages: dict[str, Message] = {}
    if lang != "en":
        text = resources.files(__package__).joinpath(f"{lang}.po").read_bytes()
        for item in read_po(io.BytesIO(text), locale=lang):
            if item.id and item.string and not item.fuzzy:
                key: Any = item.id[0] if isinstance(item.id, tuple) else item.id
                messages[key] = tuple(item.string) if isinstance(item.string, (tuple, list)) else (
                    item.string
                )  # fmt: skip
    rule = locale.plural_form
    forms = {"en": ("one", "other"), "ru": ("one", "few", "many")}[lang]
    return Words(lang, locale, messages, rule, forms)


def chosen(asked: str, cookie: str, header: str) -> str:
    """The language for a reader: asked for, chosen earlier, or the browser's first that is known.

    Parameters
    ----------
    asked, cookie : str
        Codes, possibly empty or unknown.
    header : str
        ``Accept-Language``.
    """
    for code in (asked, cookie):
        if code in LANGUAGES:
            return code
    offers = []
    for part in header.split(",")[:20]:
        name, _, quality = part.partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            weight = 0.0
        offers.append((-weight, name.strip().lower().split("-")[0]))
    for weight, code in sorted(offers, key=lambda offer: offer[0]):
        if code in LANGUAGES and weight < 0:
            return code
    return "en"
