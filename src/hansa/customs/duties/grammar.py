"""The grammar of duties: one family for English, TARIC and Eurasian texts.

The rules are shared. The dialects differ in how a number is written and in whether a bare
number is a percentage: ``strict`` (English and TARIC) asks for the sign, ``bare`` (the
Eurasian tariff, whose column is headed *per cent of the customs value*) does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final, Literal

from lark import Lark

from hansa.customs.duties import currencies, units

Dialect = Literal["strict", "bare"]

COMPONENTS: Final = (
    "EA",
    "EAR",
    "ADSZ",
    "ADSZR",
    "ADFM",
    "ADFMR",
    "AD S/Z",
    "AD S/Z R",
    "AD F/M",
    "AD F/M R",
    "AC",
    "ACR",
)

_RULES = r"""
start: duty | ladder | supplementary | nothing

duty: whole | whole EXCESS [ABOVE limit (AND limit)*]
limit: NUMBER (CURRENCY | UNIT)

?whole: bounded | either_lower | either_higher
either_lower: bounded (OR bounded)+ WHICHEVER_LOWER
either_higher: bounded (OR bounded)+ WHICHEVER_HIGHER

?bounded: sum
        | bounded AT_LEAST sum -> at_least
        | bounded AT_MOST sum  -> at_most

sum: [MINUS] term ((PLUS | MINUS) term)*

?term: percent | retail | base | specific | free | component | lower | higher | grouped
grouped: "(" whole ")"
lower: LOWER_OF term (COMMA term)* AND term
higher: HIGHER_OF term (COMMA term)* AND term

percent: NUMBER PERCENT {bare}
retail: NUMBER PERCENT OF_RETAIL
base: NUMBER PERCENT OF_BASE
free: FREE
component: COMPONENT

specific: money [OVER per]
        | money EACH
money: NUMBER (CURRENCY | SIGN_AFTER) | SIGN_BEFORE NUMBER
per: [NUMBER] UNIT [[OVER] QUALIFIER]

ladder: rung (SEMICOLON rung)*
rung: ENTRY specific ACTION bounded

supplementary: per
nothing: NIHIL
"""

_WORDS = r"""
NUMBER: {number}
PERCENT: /%|per\s?cent\b|процент(?:а|ов)?\b/i
OF_RETAIL.2: /of\s+(?:the\s+)?retail\s+price\b|от\s+розничной\s+цены\b/i
OF_BASE.2: /of\s+(?:the\s+)?base\s+rate\b|от\s+базовой\s+ставки\b/i
EXCESS.3: /,?\s*(?:of\s+the\s+excess\b|от\s+превышения\b)/i
ABOVE.2: /over\b|над\b/i
PLUS: /\+|plus\b|плюс\b/i
MINUS: /[-−–]|minus\b|минус\b/i
AT_LEAST.3: /,?\s*(?:(?:but\s+)?(?:not\s+less\s+than|minimum|min\.?)(?!\w)|но\s+не\s+менее\b)/i
AT_MOST.3: /,?\s*(?:(?:but\s+)?(?:not\s+more\s+than|maximum|max\.?)(?!\w)|но\s+не\s+более\b)/i
LOWER_OF.3: /the\s+(?:lower|lowest|lesser)\s+of\b|наименьшая\s+из\b/i
HIGHER_OF.3: /the\s+(?:higher|highest|greater)\s+of\b|наибольшая\s+из\b/i
OR.2: /,?\s*(?:or|либо|или)\b/i
AND.2: /and\b|и\b/i
WHICHEVER_LOWER.4: /,?\s*(?:whichever\s+is\s+(?:the\s+)?(?:lower|less)\b|{depends}\s+ниже\b)/i
WHICHEVER_HIGHER.4: /,?\s*(?:whichever\s+is\s+(?:the\s+)?(?:higher|greater)\b|{depends}\s+выше\b)/i
COMMA: ","
SEMICOLON: ";"
OVER: /\/|per\b|за\b/i
EACH: /each\b|apiece\b/i
FREE: /free\b|exempt\b|беспошлинно\b/i
NIHIL: "NIHIL"
ENTRY: "V"
ACTION.4: /\(01\)\s*:/
CURRENCY.3: /{currency}/
SIGN_BEFORE: /{before}/
SIGN_AFTER: /{after}/
COMPONENT.2: /{component}/
UNIT.2: /{unit}/
QUALIFIER.2: /{qualifier}/
%import common.WS
%ignore WS
"""

_DEPENDS = r"в\s+зависимости\s+от\s+того,\s+какая\s+из\s+исчисленных\s+сумм\s+таможенной\s+пошлины"
_NUMBERS: dict[Dialect, str] = {
    "strict": r"/\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?/",
    "bare": r"/\d+(?:[.,]\d+)?/",
}

UNIT_WORDS: Final = {
    word: unit.code
    for unit in units.UNITS.values()
    for word in (*unit.english, *unit.russian, unit.code)
}


def _any_of(words: Iterable[str], after: str = r"(?!\w)") -> str:
    """A pattern for any of the words, longer ones first, any white space within."""
    longest_first = sorted(set(words), key=lambda word: (-len(word), word))
    spelt = "|".join(
        r"\s+".join(re.escape(part).replace("/", r"\/") for part in word.split())
        for word in longest_first
    )
    return f"(?:{spelt}){after}"


@cache
def parser(dialect: Dialect) -> Lark:
    """The parser of a dialect (LALR; each lexer state knows only the words that may follow)."""
    words = {
        "number": _NUMBERS[dialect],
        "depends": _DEPENDS,
        "currency": _any_of([*currencies.CODES, *currencies.RUSSIAN_WORDS]),
        "before": _any_of(currencies.SYMBOLS_BEFORE, after=""),
        "after": _any_of(currencies.SYMBOLS_AFTER),
        "component": _any_of(COMPONENTS),
        "unit": _any_of(UNIT_WORDS),
        "qualifier": _any_of(word for _, word, _ in units.qualifier_words()),
    }
    text = _RULES.replace("{bare}", "| NUMBER" if dialect == "bare" else "")
    terminals = _WORDS
    for key, pattern in words.items():
        terminals = terminals.replace("{" + key + "}", pattern)
    return Lark(text + terminals, parser="lalr", propagate_positions=True, maybe_placeholders=False)
