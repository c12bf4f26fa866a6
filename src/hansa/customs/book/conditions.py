"""Conditions of measures: documents, thresholds, and what follows if they are met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from hansa.customs.duties import TARIC, Basis, Duty, Per, Supplementary, write
from hansa.terms.reasons import Because, Reason
from hansa.terms.truth import Truth

CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "A": "presentation of an anti-dumping or countervailing document",
        "B": "presentation of a certificate, licence or document",
        "C": "presentation of a certificate, licence or document",
        "E": "quantity or price per unit not above a maximum, or a document",
        "I": "quantity or price per unit not above a maximum, or a document",
        "Q": "presentation of an endorsed certificate or licence",
        "R": "net weight per supplementary unit at least the amount",
        "V": "import price at least the entry price",
        "Z": "presentation of more than one certificate",
    }
)
"""Letters under which the TARIC groups alternatives; other letters are free to use."""


class Action(Enum):
    """What follows when a condition is met."""

    APPLY = "the measure applies"
    DUTY = "the condition's own duty applies"
    NOT_APPLICABLE = "the measure does not apply"
    REFUSED = "entry into free circulation is not allowed"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A bound on the import price per unit (with a currency), on a quantity, or on a ratio.

    Parameters
    ----------
    amount : Decimal
        The bound.
    currency : str
        Currency of a price; ``""`` for a quantity.
    per : Per, optional
        Units of the price, or the units counted.
    most : bool
        Whether the bound is a maximum; else it is a minimum.
    over : str
        Unit by which the quantity is divided, for a ratio.
    """

    amount: Decimal
    currency: str = ""
    per: Per | None = None
    most: bool = False
    over: str = ""

    def met(self, basis: Basis) -> Truth:
        """Whether a consignment keeps the bound; unknown if a quantity is not declared."""
        measured = self._measured(basis)
        if measured is None:
            return Truth.UNKNOWN
        actual, bound = measured
        return Truth.of(actual <= bound if self.most else actual >= bound)

    def _measured(self, basis: Basis) -> tuple[Fraction, Fraction] | None:
        count = self._count(basis, self.per)
        if count is None:
            return None
        if self.currency:
            return basis.value, basis.converted(Fraction(self.amount) * count, self.currency)
        divisor = basis.quantities.get(self.over) if self.over else Fraction(1)
        return None if divisor is None else (count, Fraction(self.amount) * divisor)

    @staticmethod
    def _count(basis: Basis, per: Per | None) -> Fraction | None:
        if per is None:
            return Fraction(1)
        held = basis.quantities.get(per.unit, per.qualifier)
        return None if held is None else held / Fraction(per.count)

    def __str__(self) -> str:
        unit = f" / {write(Supplementary(self.per), TARIC)}" if self.per else ""
        return f"{'at most' if self.most else 'at least'} {self.amount} {self.currency}{unit}"


@dataclass(frozen=True, slots=True)
class Condition:
    """One alternative of a condition.

    Alternatives with one code are tried in order; the first that is met decides. One
    without document and threshold is always met: it says what follows otherwise.
    """

    code: str
    action: Action = Action.APPLY
    document: str = ""
    threshold: Threshold | None = None
    duty: Duty | None = None

    def met(self, documents: frozenset[str], basis: Basis | None) -> Truth:
        """Whether a consignment with these documents meets it."""
        if self.document:
            return Truth.of(self.document in documents)
        if self.threshold is not None:
            return Truth.UNKNOWN if basis is None else self.threshold.met(basis)
        return Truth.TRUE

    def __str__(self) -> str:
        if self.document:
            return f"document {self.document}"
        return str(self.threshold) if self.threshold is not None else "otherwise"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the conditions of a measure come to."""

    applies: Truth
    duty: Duty | None = None
    refused: bool = False
    because: Because = ()


def outcome(
    conditions: tuple[Condition, ...], documents: frozenset[str], basis: Basis | None
) -> Outcome:
    """What the conditions come to for a consignment.

    Every letter must come out well. Where an alternative that is met bears its own duty,
    that duty replaces the measure's. A letter of which nothing is met counts as failed.
    """
    applies, duty, refused = Truth.TRUE, None, False
    because: list[Reason] = []
    for code in dict.fromkeys(condition.code for condition in conditions):
        group = [condition for condition in conditions if condition.code == code]
        truth, taken = _first_met(group, documents, basis)
        because.append(Reason("rule", _said(code, group, truth, taken), ref=code))
        if truth is not Truth.TRUE or taken is None:
            applies = applies & truth
        elif taken.action in (Action.NOT_APPLICABLE, Action.REFUSED):
            applies = Truth.FALSE
            refused = refused or taken.action is Action.REFUSED
        elif taken.duty is not None:
            duty = taken.duty
    return Outcome(applies, duty, refused, tuple(because))


def _first_met(
    group: list[Condition], documents: frozenset[str], basis: Basis | None
) -> tuple[Truth, Condition | None]:
    for condition in group:
        truth = condition.met(documents, basis)
        if truth is Truth.TRUE:
            return truth, condition
        if truth is Truth.UNKNOWN:
            return truth, None
    return Truth.FALSE, None


def _said(code: str, group: list[Condition], truth: Truth, taken: Condition | None) -> str:
    asked = " or ".join(str(c) for c in group if c.document or c.threshold is not None)
    if truth is Truth.UNKNOWN:
        return f"condition {code} ({asked}): unknown, a quantity is not declared"
    if taken is None:
        return f"condition {code} ({asked}): not met"
    return f"condition {code} ({asked}): {taken}, so {taken.action.value}"
