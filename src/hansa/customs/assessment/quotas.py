"""Quotas drawn in order of acceptance; the line at which a balance ends is split."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from hansa.customs.assessment.cascade import Assessed, Share, assess, considered_for
from hansa.customs.assessment.line import Line
from hansa.customs.assessment.office import Office
from hansa.customs.assessment.practice import Round
from hansa.customs.assessment.valuation import customs_value
from hansa.customs.book.kinds import Kind
from hansa.customs.book.references import OrderNumber, Volume
from hansa.customs.book.tariff_book import TariffBook
from hansa.customs.duties import Quantities
from hansa.customs.mistakes import MissingQuantity
from hansa.terms.days import Day
from hansa.terms.errors import BadInput
from hansa.terms.progress import Progress, silent

Key = tuple[str, Day]
"""A volume: order number and first day."""


@dataclass(slots=True)
class Balances:
    """What is left of each volume while declarations are accepted one after another.

    Parameters
    ----------
    left : dict
        Units left, by volume.
    volumes : dict
        The volumes, by order number.
    """

    left: dict[Key, Fraction] = field(default_factory=dict)
    volumes: dict[str, OrderNumber] = field(default_factory=dict)

    @classmethod
    def of(cls, book: TariffBook) -> Balances:
        """Full balances of every quota of a book."""
        return cls(
            {
                (number.id, volume.valid.start): Fraction(volume.amount)
                for number in book.order_numbers
                for volume in number.volumes
            },
            {number.id: number for number in book.order_numbers},
        )

    def open(self, order_number: str, day: Day) -> tuple[Key, Volume] | None:
        """The volume that is open on a day, and its key."""
        number = self.volumes.get(order_number)
        volume = number.volume_on(day) if number is not None and day in number.valid else None
        return None if volume is None else ((order_number, volume.valid.start), volume)

    def draw(self, key: Key, wanted: Fraction) -> Fraction:
        """Take as much of what is wanted as is left."""
        got = min(wanted, self.left[key])
        self.left[key] -= got
        return got


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that could not be assessed."""

    line: Line
    error: BadInput


@dataclass(frozen=True, slots=True)
class Run:
    """What a run over lines comes to: assessed parts, rejected lines, what quotas are left."""

    assessed: tuple[Assessed, ...]
    rejected: tuple[Refusal, ...]
    balances: Balances


def assess_all(
    lines: Iterable[Line],
    office: Office,
    balances: Balances | None = None,
    progress: Progress = silent,
) -> Run:
    """Assess lines one by one; draw quotas in order of acceptance: by day, then as declared.

    A line that is rejected draws nothing. Answers come in the order of the lines given,
    the parts of a split line side by side.
    """
    given = list(lines)
    held = balances if balances is not None else Balances.of(office.book)
    order = sorted(range(len(given)), key=lambda i: (given[i].on, given[i].accepted, i))
    answers: dict[int, list[Assessed]] = {}
    rejected: dict[int, Refusal] = {}
    for done, place in enumerate(order):
        try:
            answers[place] = list(assess_drawing(given[place], office, held))
        except BadInput as error:
            rejected[place] = Refusal(given[place], error)
        if done % 1000 == 0:
            progress(done, len(given), "lines")
    progress(len(given), len(given), "lines")
    return Run(
        tuple(part for place in sorted(answers) for part in answers[place]),
        tuple(rejected[place] for place in sorted(rejected)),
        held,
    )


def assess_drawing(line: Line, office: Office, balances: Balances) -> Iterator[Assessed]:
    """Assess a line and draw the quota that it claims; two parts if the balance ends in it.

    A line must be assessable without the quota as well, since nobody knows beforehand how
    much of it is left; one that is not is rejected, and draws nothing.
    """
    plain = assess(line, office)
    found = balances.open(line.order_number, line.on) if line.order_number else None
    if found is None or line.free_circulation or not eligible(line, office):
        yield plain
        return
    key, volume = found
    wanted = wish(line, office, volume)
    if wanted == 0:
        yield plain
        return
    got = min(wanted, balances.left[key])
    parts = tuple(split(line, office, Quantities.of(line.quantities), wanted, got))
    balances.draw(key, got)
    yield from parts


def wish(line: Line, office: Office, volume: Volume) -> Fraction:
    """How much a line would draw if there were enough: nothing if it would not take the quota.

    Raises
    ------
    MissingQuantity
        If it would take it, and the quantity in the quota's unit is not declared.
    """
    quantities = Quantities.of(line.quantities)
    trial = assess(line, office, Share(0, _value(line, office), quantities, Fraction(1)))
    if trial.option is None or trial.option.kind is not Kind.QUOTA:
        return Fraction(0)
    return claim(line, office, volume, quantities)


def split(
    line: Line, office: Office, quantities: Quantities, wanted: Fraction, got: Fraction
) -> Iterator[Assessed]:
    """The line within the quota, beyond it, or one part of each."""
    value = _value(line, office)
    if got == wanted:
        yield assess(line, office, Share(0, value, quantities, got))
        return
    if got == 0:
        yield assess(line, office)
        return
    share = got / wanted
    rounding = office.practice.value or Round(office.practice.shown.mode, office.practice.places)
    inside = rounding(value * share)
    yield assess(line, office, Share(1, inside, quantities.scaled(share), got))
    yield assess(line, office, Share(2, value - inside, quantities.scaled(1 - share)))


def eligible(line: Line, office: Office) -> bool:
    """Whether a measure of the claimed order number stands for the line."""
    return any(
        c.stands and c.measure.kind is Kind.QUOTA and c.measure.order_number == line.order_number
        for c in considered_for(line, office)
    )


def claim(line: Line, office: Office, volume: Volume, quantities: Quantities) -> Fraction:
    """How much of a volume a line asks for.

    Raises
    ------
    MissingQuantity
        If the quantity in the quota's unit is not declared.
    """
    if volume.per is None:
        rate = office.rates.on(volume.currency, line.on, office.practice.rate_age)
        return _value(line, office) / rate
    held = quantities.get(volume.per.unit, volume.per.qualifier)
    if held is None:
        raise MissingQuantity(
            f"quota {line.order_number} is counted in {volume.per.unit}, and none is declared",
            where=line.place,
        )
    return held / Fraction(volume.per.count)


def _value(line: Line, office: Office) -> Fraction:
    return customs_value(line, office.practice, office.rates).amount
