"""The structure of a duty: what a text such as ``10 % MIN 2 EUR / kg`` says.

Nodes are frozen. Words and spacing of the text that a node was read from (``word``) take no
part in equality: two texts that say the same have equal structures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from hansa.customs.duties.exact import product, shifted


@dataclass(frozen=True, slots=True)
class Per:
    """A number of units: ``100 kg``, ``hl``, ``1,000 p/st``, ``100 kg/net eda``."""

    unit: str
    count: Decimal = Decimal(1)
    qualifier: str = ""
    word: str = field(default="", compare=False)
    mark: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class AdValorem:
    """Per cent of the customs value, or of the retail price (``of="RET"``)."""

    percent: Decimal
    of: str = ""
    word: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Specific:
    """An amount of money per number of units; without units, per consignment."""

    amount: Decimal
    currency: str
    per: Per | None = None
    word: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Component:
    """An amount that another table gives: agricultural component, sugar or flour duty.

    ``name`` is as tariffs print it: EA, EAR, ADSZ, ADSZR, ADFM, ADFMR; AC, ACR in English.
    """

    name: str


@dataclass(frozen=True, slots=True)
class OfBase:
    """Per cent of the rate that would apply otherwise: a preference of 75 % of the base rate."""

    percent: Decimal


@dataclass(frozen=True, slots=True)
class Nothing:
    """No duty expression (NIHIL)."""


@dataclass(frozen=True, slots=True)
class Supplementary:
    """Not a duty: the supplementary unit in which goods are to be declared."""

    per: Per


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms added and, where the sign is -1, subtracted."""

    terms: tuple[tuple[int, Rate], ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """``rate``, but not less than ``floor`` (MIN)."""

    rate: Rate
    floor: Rate


@dataclass(frozen=True, slots=True)
class AtMost:
    """``rate``, but not more than ``ceiling`` (MAX)."""

    rate: Rate
    ceiling: Rate


@dataclass(frozen=True, slots=True)
class Extreme:
    """The lowest, or the highest, of several.

    ``word`` is ``"either"`` for *x or y, whichever is lower*, else *the lower of x and y*.
    """

    options: tuple[Rate, ...]
    highest: bool = False
    word: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class OfExcess:
    """A rate on what exceeds limits, ``(amount, currency or unit)``; without, on the day's."""

    rate: Rate
    limits: tuple[tuple[Decimal, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A rung of an entry-price ladder: from this import price on, this rate."""

    price: Specific
    rate: Rate


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rates by import price; the highest rung that the price reaches applies."""

    steps: tuple[Step, ...]


Rate = (
    AdValorem
    | Specific
    | Component
    | OfBase
    | Nothing
    | Supplementary
    | Sum
    | AtLeast
    | AtMost
    | Extreme
    | OfExcess
    | Ladder
)


def free() -> AdValorem:
    """A rate of nought."""
    return AdValorem(Decimal(0))


def rebuilt(rate: Rate, leaf: Callable[[Rate], Rate]) -> Rate:
    """The same structure with every leaf replaced by ``leaf(it)``."""
    match rate:
        case Sum(terms):
            return Sum(tuple((sign, rebuilt(term, leaf)) for sign, term in terms))
        case AtLeast(inner, floor):
            return AtLeast(rebuilt(inner, leaf), rebuilt(floor, leaf))
        case AtMost(inner, ceiling):
            return AtMost(rebuilt(inner, leaf), rebuilt(ceiling, leaf))
        case Extreme(options):
            return replace(rate, options=tuple(rebuilt(o, leaf) for o in options))
        case OfExcess(inner, limits):
            return OfExcess(rebuilt(inner, leaf), limits)
        case Ladder(steps):
            return Ladder(tuple(replace(s, rate=rebuilt(s.rate, leaf)) for s in steps))
        case _:
            return leaf(rate)


def leaves(rate: Rate) -> Iterator[Rate]:
    """Every leaf, from left to right."""
    match rate:
        case Sum(terms):
            for _, term in terms:
                yield from leaves(term)
        case AtLeast(inner, other) | AtMost(inner, other):
            yield from leaves(inner)
            yield from leaves(other)
        case Extreme(options):
            for option in options:
                yield from leaves(option)
        case OfExcess(inner, _):
            yield from leaves(inner)
        case Ladder(steps):
            for step in steps:
                yield step.price
                yield from leaves(step.rate)
        case _:
            yield rate


def units_of(rate: Rate) -> frozenset[tuple[str, str]]:
    """Units and qualifiers whose quantities the rate asks for."""
    return frozenset(
        (leaf.per.unit, leaf.per.qualifier)
        for leaf in leaves(rate)
        if isinstance(leaf, Specific) and leaf.per is not None
    )


def currencies_of(rate: Rate) -> frozenset[str]:
    """Currencies in which the rate names amounts."""
    return frozenset(leaf.currency for leaf in leaves(rate) if isinstance(leaf, Specific))


def with_base(rate: Rate, base: Rate) -> Rate:
    """The rate with every share of the base rate worked out.

    ``75 % of the base rate`` of ``5 %`` is ``3.75 %``; of ``10 % MIN 2 EUR / kg`` it is
    ``7.5 % MIN 1.5 EUR / kg``: sums, limits and choices commute with a share that is not
    negative.
    """

    def leaf(node: Rate) -> Rate:
        if isinstance(node, OfBase):
            return scaled(base, shifted(node.percent, -2))
        return node

    return rebuilt(rate, leaf)


def scaled(rate: Rate, factor: Decimal) -> Rate:
    """Every percentage and amount times ``factor`` (not negative), exactly."""

    def leaf(node: Rate) -> Rate:
        match node:
            case AdValorem(percent):
                return replace(node, percent=product(percent, factor), word="")
            case Specific(amount):
                return replace(node, amount=product(amount, factor), word="")
            case OfBase(percent):
                return OfBase(product(percent, factor))
            case _:
                return node

    return rebuilt(rate, leaf)


def with_components(rate: Rate, amounts: Callable[[str], Rate]) -> Rate:
    """The rate with every named component replaced by what ``amounts(name)`` gives."""

    def leaf(node: Rate) -> Rate:
        return amounts(node.name) if isinstance(node, Component) else node

    return rebuilt(rate, leaf)
