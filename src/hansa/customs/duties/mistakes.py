"""What is wrong with the text of a duty, said to people."""

from __future__ import annotations

import re
from typing import Final

from lark import Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from hansa.customs.duties import currencies
from hansa.customs.duties.grammar import COMPONENTS, UNIT_WORDS
from hansa.customs.duties.units import qualifier_words
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import nearest

_PEOPLE: Final = {
    "NUMBER": "a number",
    "CURRENCY": "a currency",
    "UNIT": "a unit",
    "QUALIFIER": "a qualifier of the unit",
    "PERCENT": "%",
    "COMPONENT": "a component (EA, ADSZ …)",
    "PLUS": "+",
    "MINUS": "-",
    "AT_LEAST": "MIN",
    "AT_MOST": "MAX",
    "OVER": "/",
    "LPAR": "(",
    "RPAR": ")",
    "FREE": "free",
    "ACTION": "(01):",
    "SEMICOLON": ";",
    "AND": "and",
    "OR": "or",
    "$END": "the end",
}

_KEYWORDS: Final = (
    "MIN",
    "MAX",
    "free",
    "NIHIL",
    "each",
    "per",
    "but not less than",
    "the lower of",
)


class BadExpression(BadInput):
    """A duty that cannot be read.

    Parameters
    ----------
    problem : str
        The kind of mistake: ``amount required``, ``invalid monetary unit``, ``invalid
        measurement unit``, ``qualifier not permitted with unit`` or ``invalid duty
        expression``.
    detail : str
        What stands there.
    where : Place
        Where, with the position in the text (offset in characters, from 0).
    expected : tuple of str
        What could stand there.
    nearest : tuple of str
        Valid words like the one that stands there.
    """

    def __init__(
        self,
        problem: str,
        detail: str,
        *,
        where: Place,
        expected: tuple[str, ...],
        nearest: tuple[str, ...] = (),
    ) -> None:
        self.problem = problem
        self.detail = detail
        self.position = where.position or 0
        self.expected = expected
        remedy = f"expected {', '.join(expected)}" if expected else ""
        super().__init__(f"{problem}: {detail}", where=where, nearest=nearest, remedy=remedy)


def mistake(text: str, wrong: UnexpectedInput) -> BadExpression:
    """The error for what the parser could not go on with."""
    position, allowed = _where(text, wrong)
    found = _word_at(text, position)
    problem = _problem(found, allowed)
    expected = tuple(dict.fromkeys(_PEOPLE[name] for name in _PEOPLE if name in allowed))
    seen = f"{found!r} stands there" if found else "the text ends there"
    return BadExpression(
        problem,
        seen,
        where=Place("duty expression", position=position),
        expected=expected,
        nearest=_suggestions(text, position, found, allowed),
    )


def _where(text: str, wrong: UnexpectedInput) -> tuple[int, frozenset[str]]:
    if isinstance(wrong, UnexpectedCharacters):
        return int(wrong.pos_in_stream or 0), frozenset(wrong.allowed or ())
    if isinstance(wrong, UnexpectedToken):
        token: Token = wrong.token
        accepted = frozenset(wrong.accepts or wrong.expected)
        if token.type == "$END" or token.start_pos is None:
            return len(text), accepted
        return token.start_pos, accepted
    return int(wrong.pos_in_stream or 0), frozenset()


def _word_at(text: str, position: int) -> str:
    match = re.match(r"[^\W\d_]+\.?|\d[\d.,]*|\S", text[position:])
    return match.group() if match else ""


def _problem(found: str, allowed: frozenset[str]) -> str:
    if re.fullmatch("[A-Z]{3}", found) and "CURRENCY" in allowed:
        return "invalid monetary unit"
    if found[:1].isalpha() and "UNIT" in allowed and "NUMBER" not in allowed | {found}:
        return "invalid measurement unit"
    if found[:1].isalpha() and "UNIT" in allowed and "COMPONENT" not in allowed:
        return "invalid measurement unit"
    if "NUMBER" in allowed and (not found or found in "+-/*%"):
        return "amount required"
    return "invalid duty expression"


def _suggestions(text: str, position: int, found: str, allowed: frozenset[str]) -> tuple[str, ...]:
    if found == "," and re.match(r",\d", text[position:]) and text[:position][-1:].isdigit():
        whole = re.search(r"\d+$", text[:position])
        rest = re.match(r",(\d+)", text[position:])
        if whole and rest:
            return (f"{whole.group()}.{rest.group(1)}",)
    if found == "," and "AT_LEAST" in allowed:
        return nearest(
            text[position + 1 :].strip()[:18], ("but not less than", "but not more than")
        )
    if not found[:1].isalpha():
        bare = "PERCENT" in allowed and (not found or found in "+-")
        return (text[:position].rstrip() + " %",) if bare else ()
    pool: list[str] = []
    pool += currencies.CODES if "CURRENCY" in allowed else ()
    pool += UNIT_WORDS if "UNIT" in allowed else ()
    pool += COMPONENTS if "COMPONENT" in allowed else ()
    pool += [word for _, word, _ in qualifier_words()] if "QUALIFIER" in allowed else []
    alike = [code for code in currencies.CODES if code[:2] == found[:2] and code in pool]
    return tuple(dict.fromkeys([*alike, *nearest(found, pool or _KEYWORDS)]))[:3]
