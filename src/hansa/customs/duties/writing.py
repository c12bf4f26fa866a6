"""From the structure of a duty back to its text."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hansa.customs.duties import currencies
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
    Sum,
    Supplementary,
)
from hansa.customs.duties.style import Style
from hansa.customs.duties.units import MULTIPLES, QUALIFIERS, unit
from hansa.terms.errors import BadInput


def write(rate: Rate, style: Style, *, respell: bool = False) -> str:
    """The text of a rate.

    Parameters
    ----------
    rate : Rate
        The structure.
    style : Style
        Joints and language.
    respell : bool
        Write units and currencies in the style's usual words, whatever words the structure
        was read from.
    """
    return _Writer(style, respell).text(rate)


class _Writer:
    def __init__(self, style: Style, respell: bool) -> None:
        self.style = style
        self.respell = respell
        self.passed: Counter[str] = Counter()

        self.varied = dict(style.varied)

    def joint(self, name: str) -> str:
        """The next text of a joint."""
        return str(self.next(name))

    def next(self, name: str) -> Any:
        """The next value of a joint: its own where the style varies, else the usual one."""
        varied = self.varied.get(name, ())
        place = self.passed[name]
        self.passed[name] += 1
        return varied[place] if place < len(varied) else getattr(self.style, name)

    def text(self, rate: Rate) -> str:
        """Any rate, without brackets around it."""
        match rate:
            case AtLeast(inner, floor):
                least = self.joint("least")
                return self.bounded(inner) + least + self.sum(floor)
            case AtMost(inner, ceiling):
                most = self.joint("most")
                return self.bounded(inner) + most + self.sum(ceiling)
            case Extreme(options, highest, "either"):
                between, after = self.next("either_higher" if highest else "either_lower")
                return str(between).join(map(self.bounded, options)) + str(after)
            case OfExcess(inner, limits):
                text = self.whole(inner) + self.joint("excess")
                above, between = self.next("over_limits")
                spelt = between.join(self.limit(*limit) for limit in limits)
                return text + (above + spelt if limits else "")
            case Ladder(steps):
                reach, between = self.next("rung")
                return str(between).join(
                    f"V {self.specific(step.price)}{reach}{self.bounded(step.rate)}"
                    for step in steps
                )
            case _:
                return self.sum(rate)

    def whole(self, rate: Rate) -> str:
        return f"({self.text(rate)})" if isinstance(rate, OfExcess | Ladder) else self.text(rate)

    def bounded(self, rate: Rate) -> str:
        return self.text(rate) if isinstance(rate, AtLeast | AtMost) else self.sum(rate)

    def sum(self, rate: Rate) -> str:
        if not isinstance(rate, Sum):
            return self.term(rate)
        text = ""
        for sign, term in rate.terms:
            if text:
                text += self.joint("plus" if sign > 0 else "minus")
            elif sign < 0:
                text = self.joint("negative")
            text += self.term(term)
        return text

    def term(self, rate: Rate) -> str:  # noqa: PLR0911 - one arm per kind of leaf
        match rate:
            case AdValorem():
                return self.ad_valorem(rate)
            case OfBase(percent):
                return self.number(percent) + self.joint("base")
            case Specific():
                return self.specific(rate)
            case Component(name):
                return name
            case Nothing():
                return "NIHIL"
            case Supplementary(per):
                return self.per(per)
            case Extreme(_, _, "either"):
                return f"({self.text(rate)})"
            case Extreme(options, highest):
                before, between, last = self.next("higher" if highest else "lower")
                spelt = [self.term(option) for option in options]
                return f"{before}{str(between).join(spelt[:-1])}{last}{spelt[-1]}"
            case _:
                return f"({self.text(rate)})"

    def ad_valorem(self, rate: AdValorem) -> str:
        if rate.word and not self.respell:
            return rate.word
        return self.number(rate.percent) + self.joint("retail" if rate.of else "percent")

    def specific(self, rate: Specific) -> str:
        money = self.money(rate.amount, rate.currency, rate.word)
        if rate.per is None:
            return money
        if rate.per.word.startswith(" ") and not self.respell:
            return money + rate.per.word
        return money + self.joint("over") + self.per(rate.per)

    def money(self, amount: Decimal, currency: str, word: str) -> str:
        number = self.number(amount)
        if self.respell:
            word = "words" if self.style.language == "ru" else ""
        if word == "words":
            return (
                number + self.joint("money") + currencies.russian_word(currency, Fraction(amount))
            )
        if word in currencies.SYMBOLS_BEFORE:
            return word + self.joint("symbol") + number
        if word in currencies.SYMBOLS_AFTER:
            return number + self.joint("symbol") + word
        return number + self.joint("money") + currency

    def per(self, per: Per) -> str:
        usual = unit(per.unit).words(self.style.language) or (per.unit,)
        word = usual[0] if self.respell or not per.word.strip() else per.word
        bare = per.count == 1 and not self.next("one")
        text = word if bare else self.counted(per.count, word)
        if not per.qualifier:
            return text
        return text + (self.qualified(per) if self.respell or not per.mark else per.mark)

    def counted(self, count: Decimal, word: str) -> str:
        return f"{self.number(count)}{self.joint('count')}{word}"

    def qualified(self, per: Per) -> str:
        for takers, words in QUALIFIERS.get(per.qualifier, {}).items():
            if MULTIPLES.get((int(per.count), per.unit), per.unit) in takers.split():
                return self.style.mark + words[0]
        raise BadInput(f"qualifier {per.qualifier} is not permitted with unit {per.unit}")

    def limit(self, amount: Decimal, of: str) -> str:
        if of in currencies.CODES:
            return self.money(amount, of, "")
        words = unit(of).words(self.style.language) or (of,)
        return self.counted(amount, words[0])

    def number(self, number: Decimal) -> str:
        grouped = number >= 1000 and self.next("grouped")
        text = f"{number:,f}" if grouped else f"{number:f}"
        comma = "." in text and self.next("comma")
        return text.replace(".", ",") if comma else text
