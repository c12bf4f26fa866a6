"""The catalogues are whole; days, numbers and plurals follow each language."""

from __future__ import annotations

import ast
import io
import re
from datetime import date
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import hansa.faces.web as face
from hansa.faces.web.guard.refusals import STATUS
from hansa.faces.web.pages.states import FACTS
from hansa.faces.web.render.renderer import NAVIGATION
from hansa.faces.web.words import LANGUAGES, chosen, words_in
from hansa.faces.web.words.titles import TITLES
from hansa.record.acts import KINDS
from hansa.terms.exhibits import Column
from web.serving import Running

FOLDER = Path(next(iter(face.__path__)))
HEADED = {"Section": 1, "Table": 1, "Column": 1, "Map": 1, "Chart": 1, "of_answer": 1}
UNITS = {"million US$"}


def messages() -> set[str]:
    """Everything that pages say, of templates and of code."""
    found: set[str] = set()
    ways = [("templates/**.html", "jinja2"), ("**.py", "python")]
    options = {"templates/**.html": {"extensions": "jinja2.ext.i18n", "trimmed": "true"}}
    for _, _, message, _, _ in extract_from_dir(str(FOLDER), ways, options):
        found |= {message} if isinstance(message, str) else {message[0]}
    for file in FOLDER.glob("pages/*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                place = HEADED.get(node.func.id)
                if place is not None and len(node.args) > place:
                    argument = node.args[place]
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        found.add(argument.value)
    found |= {name for _, name in NAVIGATION} | set(TITLES)
    found |= {title for _, _, title in STATUS} | set(FACTS.values())
    return {text for text in found if re.search("[a-z]", text)}


def catalogue(lang: str) -> dict[str, object]:
    text = resources.files("hansa.faces.web.words").joinpath(f"{lang}.po").read_bytes()
    return {
        (m.id[0] if isinstance(m.id, tuple) else m.id): m.string
        for m in read_po(io.BytesIO(text), locale=lang)
        if m.id
    }


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "en"])
def test_every_message_is_translated(lang: str) -> None:
    known = catalogue(lang)
    missing = sorted(text for text in messages() if not known.get(text))
    assert missing == []


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "en"])
def test_translations_take_the_same_values(lang: str) -> None:
    for message, translation in catalogue(lang).items():
        forms = translation if isinstance(translation, tuple | list) else [translation]
        for form in forms:
            wanted = set(re.findall(r"%\((\w+)\)s", message))
            assert set(re.findall(r"%\((\w+)\)s", form)) == wanted, message


def test_titles_that_name_something() -> None:
    russian, english = words_in("ru"), words_in("en")
    text = "Movement among states of CIS on 2007-10-05"
    assert english.title(text) == text
    assert russian.title(text) == "Передвижение между государствами CIS на 2007-10-05"
    assert russian.title("CSTO chair: rule and record") == "CSTO chair: правило и запись"
    assert russian.title("Standing over time") == russian.gettext("Standing over time")
    assert russian.title("something else") == "something else"


def test_every_kind_of_act_is_translated() -> None:
    known = catalogue("ru")
    assert [text for text in KINDS.values() if text not in known] == []


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "1 акт."),
        (2, "2 акта."),
        (5, "5 актов."),
        (11, "11 актов."),
        (21, "21 акт."),
        (104, "104 акта."),
    ],
)
def test_plurals_in_russian(number: int, words: str) -> None:
    text = words_in("ru").ngettext(
        "%(n)s act is on record.", "%(n)s acts are on record.", number
    ) % {"n": number}
    assert words in text


def test_cells_in_two_languages() -> None:
    english, russian = words_in("en"), words_in("ru")
    money = Column("x", "x", decimals=2)
    assert english.cell(Decimal("1234567.5"), money) == "1,234,567.50"
    assert russian.cell(Decimal("1234567.5"), money) == "1\xa0234\xa0567,50"
    plain = Column("x", "x")
    assert english.cell(Decimal("0.10"), plain) == "0.1"
    assert english.cell(1992, plain) == "1992"
    assert english.cell(float("nan"), plain) == "not a number"
    assert english.cell(float("inf"), plain) == "∞"
    assert english.cell(None, plain) == "–"
    assert english.cell(True, plain) == "yes"
    assert russian.cell(True, plain) == "да"
    assert english.cell(date(2007, 10, 5), plain) == "5 Oct 2007"
    assert "окт" in russian.cell(date(2007, 10, 5), plain)
    assert english.cell(1e-9, plain) == "0.000000001"


@pytest.mark.parametrize(
    ("asked", "cookie", "header", "lang"),
    [
        ("", "", "", "en"),
        ("ru", "en", "en", "ru"),
        ("xx", "ru", "en", "ru"),
        ("", "", "fr, ru;q=0.9, en;q=0.8", "ru"),
        ("", "", "ru;q=0, en", "en"),
        ("", "", "ru;q=nonsense", "en"),
        ("", "", "kk-KZ", "en"),
        ("", "", ",,;q=;=q,", "en"),
    ],
)
def test_the_language_chosen(asked: str, cookie: str, header: str, lang: str) -> None:
    assert chosen(asked, cookie, header) == lang


def test_engines_words_are_marked_as_english(reading: Running) -> None:
    with reading.client() as client:
        text = client.get("/organisations/CIS", headers={"accept-language": "ru"}).text
    assert '<li lang="en"><span>' in text
