"""The customs value: from the price on its terms to the value at the union's border.

Transport is shown: how much it is, and what share of the value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from hansa.customs.assessment.delivery import COSTS, DUTIABLE, included
from hansa.customs.assessment.exchange import ExchangeRates
from hansa.customs.assessment.line import Line, Sum
from hansa.customs.assessment.practice import Practice
from hansa.customs.duties.exact import figure
from hansa.customs.mistakes import MissingCost, NegativeValue
from hansa.terms.reasons import Because, Reason

_TRANSPORT = ("to_port", "freight", "insurance")


@dataclass(frozen=True, slots=True)
class Element:
    """A part of the customs value.

    Parameters
    ----------
    name : str
        ``price``, a cost, or the name of an addition or deduction.
    sign : int
        1 added, -1 taken off, 0 held in the price already.
    declared : Sum
        As declared.
    rate : Fraction
        Home currency for one unit of the declared currency.
    home : Fraction
        In home currency, before its sign.
    """

    name: str
    sign: int
    declared: Sum
    rate: Fraction
    home: Fraction

    @property
    def reason(self) -> Reason:
        """The part as a ground."""
        said = f"{self.declared.amount} {self.declared.currency}"
        if self.rate != 1:
            said += f" at {figure(self.rate)}"
        verb = {1: "plus", -1: "less", 0: "already in the price:"}[self.sign]
        return Reason("number", f"{verb} {self.name} {said} = {figure(self.home)}")


@dataclass(frozen=True, slots=True)
class CustomsValue:
    """The customs value and what it is made of.

    Parameters
    ----------
    amount : Fraction
        The value in home currency, rounded as the practice declares.
    elements : tuple of Element
        Its parts.
    transport : Fraction
        Carriage and insurance to the border that are known, in home currency.
    assumed : tuple of str
        What was taken for granted.
    """

    amount: Fraction
    currency: str
    elements: tuple[Element, ...]
    transport: Fraction
    assumed: tuple[str, ...] = ()

    @property
    def because(self) -> Because:
        """The parts, and what was taken for granted."""
        parts = tuple(element.reason for element in self.elements)
        return parts + tuple(Reason("assumption", text) for text in self.assumed)

    @property
    def transport_share(self) -> Fraction | None:
        """Known carriage and insurance in per cent of the value; ``None`` of nought."""
        return 100 * self.transport / self.amount if self.amount else None


def customs_value(line: Line, practice: Practice, rates: ExchangeRates) -> CustomsValue:
    """The customs value of a line.

    Costs up to the border (or, for a union that values free on board, up to the port of
    export) are added unless the price holds them; later ones are taken off if the price
    holds them and they are shown separately (Agreement on Implementation of Article VII of
    the GATT, Articles 1, 8 and the note to Article 1).

    Raises
    ------
    MissingCost
        If the freight belongs to the value, is not in the price, and is not declared.
    NoExchangeRate
        If a currency has no rate on the day.
    NegativeValue
        If what is taken off is more than the rest.
    """
    held = included(line.terms, practice.incoterms)
    elements = tuple(_elements(line, held, practice, rates))
    exact = sum((e.sign * e.home for e in elements), Fraction(0))
    if exact < 0:
        raise NegativeValue(f"the customs value is {figure(exact)} {practice.currency}")
    amount = exact if practice.value is None else practice.value(exact)
    transport = sum((e.home for e in elements if e.name in _TRANSPORT), Fraction(0))
    assumed = tuple(_assumed(line, held, practice))
    return CustomsValue(amount, practice.currency, elements, transport, assumed)


def _elements(
    line: Line, held: frozenset[str], practice: Practice, rates: ExchangeRates
) -> Iterator[Element]:
    def element(name: str, sign: int, declared: Sum) -> Element:
        rate = rates.on(declared.currency, line.on, practice.rate_age)
        return Element(name, sign, declared, rate, Fraction(declared.amount) * rate)

    yield element("price", 1, line.price)
    dutiable = DUTIABLE[practice.valuation]
    for cost in COSTS:
        declared = line.costs.get(cost)
        if declared is None:
            if cost == "freight" and cost in dutiable and cost not in held:
                raise MissingCost(
                    f"delivered {line.terms}, the price holds no freight",
                    where=line.place,
                    remedy="declare the freight to the border, 0 if there was none",
                )
            continue
        sign = (cost in dutiable) - (cost in held)
        yield element(cost, sign, declared)
    for name, declared in line.additions.items():
        yield element(name, 1, declared)
    for name, declared in line.deductions.items():
        yield element(name, -1, declared)


def _assumed(line: Line, held: frozenset[str], practice: Practice) -> Iterator[str]:
    dutiable = DUTIABLE[practice.valuation]
    for cost in COSTS:
        if cost in line.costs:
            continue
        if cost in dutiable and cost not in held:
            yield f"no {cost} declared: taken as nought"
        elif cost in held and cost not in dutiable:
            yield f"{cost} is in the price and not shown separately: not taken off"
