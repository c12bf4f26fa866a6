"""From the text of a duty to its structure, with errors that say where and what instead."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

from lark import Token, Tree
from lark.exceptions import UnexpectedInput

from hansa.customs.duties import currencies
from hansa.customs.duties.expression import Duty
from hansa.customs.duties.grammar import UNIT_WORDS, Dialect, parser
from hansa.customs.duties.mistakes import BadExpression, mistake
from hansa.customs.duties.rates import (
    AdValorem,
    AtLeast,
    AtMost,
    Component,
    Extreme,
    Ladder,
    Nothing,
    OfBase,
    OfExcess,
    Per,
    Rate,
    Specific,
    Step,
    Sum,
    Supplementary,
)
from hansa.customs.duties.style import RUSSIAN, TARIC, Style
from hansa.customs.duties.units import MULTIPLES, qualifier_words
from hansa.terms.errors import Place
from hansa.terms.names import nearest

_CYRILLIC: Final = re.compile("[А-Яа-яЁё]")
_GROUPED: Final = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")


def read(text: str, dialect: Dialect | None = None, *, where: Place | None = None) -> Duty:
    """Read a duty.

    Parameters
    ----------
    text : str
        ``"8.30 % + EA MAX 18.70 % + ADSZ"``, ``"10, но не менее 2 евро за 1 кг"`` …
    dialect : {"strict", "bare"}, optional
        Whether percentages bear their sign; by default, a text with Cyrillic letters may
        leave it out.
    where : Place, optional
        Where the text stands, for the message of an error.

    Returns
    -------
    Duty
        The structure and its style; ``str`` of it is the text.

    Raises
    ------
    BadExpression
        With the position, what was expected there and the nearest valid words.
    """
    chosen: Dialect = dialect or ("bare" if _CYRILLIC.search(text) else "strict")
    try:
        return _read(text.strip(), chosen)
    except BadExpression as wrong:
        if where is None:
            raise
        place = replace(where, position=wrong.position)
        raise BadExpression(
            wrong.problem,
            wrong.detail,
            where=place,
            expected=wrong.expected,
            nearest=wrong.nearest,
        ) from None


@lru_cache(maxsize=65536)
def _read(text: str, dialect: Dialect) -> Duty:
    try:
        tree = parser(dialect).parse(text)
    except UnexpectedInput as wrong:
        raise mistake(text, wrong) from None
    reader = _Reader(text)
    rate = reader.rate(tree)
    return Duty(rate, reader.style())


class _Reader:
    """Builds the structure from the parse tree and notes how its parts are joined."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.seen: dict[str, list[Any]] = {}

    def style(self) -> Style:
        house = RUSSIAN if _CYRILLIC.search(self.source) else TARIC
        firsts = {joint: texts[0] for joint, texts in self.seen.items()}
        varied = tuple((joint, tuple(t)) for joint, t in self.seen.items() if len(set(t)) > 1)
        return replace(house, **firsts, varied=varied)

    def note(self, joint: str, text: Any) -> None:
        self.seen.setdefault(joint, []).append(text)

    def between(self, left: Tree[Token] | Token, right: Tree[Token] | Token) -> str:
        return self.source[_end(left) : _start(right)]

    def rate(self, tree: Tree[Token]) -> Rate:
        built: Rate = getattr(self, tree.data)(tree)
        return built

    def start(self, tree: Tree[Token]) -> Rate:
        return self.rate(_tree(tree.children[0]))

    grouped = start

    def duty(self, tree: Tree[Token]) -> Rate:
        rate = self.rate(_tree(tree.children[0]))
        if len(tree.children) == 1:
            return rate
        limits = [child for child in tree.children if isinstance(child, Tree)][1:]
        end = _end(tree.children[1])
        self.note("excess", self.source[_end(tree.children[0]) : end])
        if limits:
            first = self.source[end : _start(limits[0])]
            rest = [self.between(a, b) for a, b in pairwise(limits)]
            self.note("over_limits", (first, rest[0] if rest else " and "))
        return OfExcess(rate, tuple(self.limit(limit) for limit in limits))

    def limit(self, tree: Tree[Token]) -> tuple[Decimal, str]:
        number, of = (_token(child) for child in tree.children)
        if of.type == "CURRENCY":
            self.note("money", self.between(number, of))
            return self.number(number), currencies.RUSSIAN_WORDS.get(str(of), str(of))
        self.note("count", self.between(number, of))
        return self.number(number), UNIT_WORDS[_word(of)]

    def at_least(self, tree: Tree[Token]) -> Rate:
        inner, _, floor = tree.children
        self.note("least", self.between(inner, floor))
        return AtLeast(self.rate(_tree(inner)), self.rate(_tree(floor)))

    def at_most(self, tree: Tree[Token]) -> Rate:
        inner, _, ceiling = tree.children
        self.note("most", self.between(inner, ceiling))
        return AtMost(self.rate(_tree(inner)), self.rate(_tree(ceiling)))

    def either_lower(self, tree: Tree[Token]) -> Rate:
        return self.either(tree, highest=False)

    def either_higher(self, tree: Tree[Token]) -> Rate:
        return self.either(tree, highest=True)

    def either(self, tree: Tree[Token], *, highest: bool) -> Rate:
        options = [child for child in tree.children if isinstance(child, Tree)]
        joints = self.between(options[0], options[1]), self.source[_end(options[-1]) : _end(tree)]
        self.note("either_higher" if highest else "either_lower", joints)
        return Extreme(tuple(self.rate(option) for option in options), highest, "either")

    def lower(self, tree: Tree[Token]) -> Rate:
        return self.of(tree, highest=False)

    def higher(self, tree: Tree[Token]) -> Rate:
        return self.of(tree, highest=True)

    def of(self, tree: Tree[Token], *, highest: bool) -> Rate:
        options = [child for child in tree.children if isinstance(child, Tree)]
        before = self.source[_start(tree) : _start(options[0])]
        last = self.between(options[-2], options[-1])
        middle = self.between(options[0], options[1]) if len(options) > 2 else ", "
        self.note("higher" if highest else "lower", (before, middle, last))
        return Extreme(tuple(self.rate(option) for option in options), highest)

    def sum(self, tree: Tree[Token]) -> Rate:
        terms: list[tuple[int, Rate]] = []
        sign, before = 1, None
        for child in tree.children:
            if isinstance(child, Token):
                sign = -1 if child.type == "MINUS" else 1
                continue
            if before is not None:
                self.note("plus" if sign > 0 else "minus", self.between(before, child))
            elif sign < 0:
                self.note("negative", self.source[_start(tree) : _start(child)])
            terms.append((sign, self.rate(child)))
            before = child
        return terms[0][1] if terms[0][0] > 0 and len(terms) == 1 else Sum(tuple(terms))

    def percent(self, tree: Tree[Token]) -> Rate:
        number = _token(tree.children[0])
        self.note("percent", self.source[_end(number) : _end(tree)])
        return AdValorem(self.number(number))

    def retail(self, tree: Tree[Token]) -> Rate:
        number = _token(tree.children[0])
        self.note("retail", self.source[_end(number) : _end(tree)])
        return AdValorem(self.number(number), of="RET")

    def base(self, tree: Tree[Token]) -> Rate:
        number = _token(tree.children[0])
        self.note("base", self.source[_end(number) : _end(tree)])
        return OfBase(self.number(number))

    def free(self, tree: Tree[Token]) -> Rate:
        return AdValorem(Decimal(0), word=str(tree.children[0]))

    def component(self, tree: Tree[Token]) -> Rate:
        return Component(str(tree.children[0]))

    def specific(self, tree: Tree[Token]) -> Rate:
        money = _tree(tree.children[0])
        rate = self.money(money)
        if len(tree.children) == 1:
            return rate
        if len(tree.children) == 2:
            each = _token(tree.children[1])
            return replace(rate, per=Per("NAR", word=self.source[_end(money) : _end(each)]))
        per = _tree(tree.children[2])
        self.note("over", self.between(money, per))
        return replace(rate, per=self.per(per))

    def money(self, tree: Tree[Token]) -> Specific:
        first, second = (_token(child) for child in tree.children)
        gap = self.between(first, second)
        if first.type == "SIGN_BEFORE":
            self.note("symbol", gap)
            return Specific(
                self.number(second), currencies.SYMBOLS_BEFORE[str(first)], None, str(first)
            )
        if second.type == "SIGN_AFTER":
            self.note("symbol", gap)
            return Specific(
                self.number(first), currencies.SYMBOLS_AFTER[str(second)], None, str(second)
            )
        self.note("money", gap)
        code = currencies.RUSSIAN_WORDS.get(_word(second))
        if code is not None:
            return Specific(self.number(first), code, None, "words")
        return Specific(self.number(first), str(second))

    def per(self, tree: Tree[Token]) -> Per:
        tokens = {token.type: token for token in map(_token, tree.children)}
        word = tokens["UNIT"]
        code, count = UNIT_WORDS[_word(word)], Decimal(1)
        if "NUMBER" in tokens:
            count = self.number(tokens["NUMBER"])
            self.note("count", self.between(tokens["NUMBER"], word))
        if count == 1:
            self.note("one", "NUMBER" in tokens)
        if "QUALIFIER" not in tokens:
            return Per(code, count, word=_word(word))
        weighed = MULTIPLES.get((int(count), code), code)
        qualifier = self.qualifier(weighed, tokens["QUALIFIER"])
        return Per(code, count, qualifier, _word(word), self.source[_end(word) : _end(tree)])

    def qualifier(self, unit: str, token: Token) -> str:
        spelt = [(code, word) for code, word, takers in qualifier_words() if unit in takers]
        for code, word in spelt:
            if word == _word(token):
                return code
        allowed = tuple(word for _, word in spelt)
        raise BadExpression(
            "qualifier not permitted with unit",
            f"{_word(token)!r} does not qualify {unit}",
            where=Place("duty expression", position=_start(token)),
            expected=allowed or ("no qualifier",),
            nearest=nearest(_word(token), allowed),
        )

    def ladder(self, tree: Tree[Token]) -> Rate:
        rungs = [child for child in tree.children if isinstance(child, Tree)]
        price, rate = rungs[0].children[1], rungs[0].children[3]
        gap = self.between(rungs[0], rungs[1]) if len(rungs) > 1 else "; "
        self.note("rung", (self.between(price, rate), gap))
        return Ladder(tuple(self.rung(rung) for rung in rungs))

    def rung(self, tree: Tree[Token]) -> Step:
        price = self.specific(_tree(tree.children[1]))
        assert isinstance(price, Specific)
        return Step(price, self.rate(_tree(tree.children[3])))

    def supplementary(self, tree: Tree[Token]) -> Rate:
        return Supplementary(self.per(_tree(tree.children[0])))

    def nothing(self, tree: Tree[Token]) -> Rate:
        return Nothing()

    def number(self, token: Token) -> Decimal:
        text = str(token)
        grouped = _GROUPED.fullmatch(text) is not None and not _CYRILLIC.search(self.source)
        number = Decimal(text.replace(",", "" if grouped else "."))
        if number >= 1000:
            self.note("grouped", grouped)
        if not grouped and "," in text:
            self.note("comma", True)
        elif "." in text:
            self.note("comma", False)
        return number


def _start(node: Tree[Token] | Token) -> int:
    position = node.start_pos if isinstance(node, Token) else node.meta.start_pos
    return int(position or 0)


def _end(node: Tree[Token] | Token) -> int:
    position = node.end_pos if isinstance(node, Token) else node.meta.end_pos
    return int(position or 0)


def _word(token: Token) -> str:
    return " ".join(str(token).split())


def _tree(node: Tree[Token] | Token) -> Tree[Token]:
    assert isinstance(node, Tree)
    return node


def _token(node: Tree[Token] | Token) -> Token:
    assert isinstance(node, Token)
    return node
