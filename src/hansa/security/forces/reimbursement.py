"""What a member gets back: personnel by the rate of the day, equipment by lease.

Sources: UN General Assembly resolutions 68/281 and 72/285 (rates), the Contingent-Owned
Equipment Manual (wet lease: the member maintains; dry lease: the organisation does; nothing
is paid for what is absent or unserviceable).
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal

from hansa.terms.days import Day, add_months
from hansa.terms.errors import BadInput
from hansa.terms.money import Money
from hansa.terms.reasons import Because, Reason


@dataclass(frozen=True, slots=True)
class Rate:
    """An amount per person and month, from a day on until the next rate."""

    start: Day
    amount: Decimal
    source: str = ""
    confidence: str = ""


UN_PERSONNEL_RATES: Final[tuple[Rate, ...]] = (
    Rate(date(2014, 7, 1), Decimal(1332), "A/RES/68/281", "V"),
    Rate(date(2016, 7, 1), Decimal(1365), "A/RES/68/281", "V"),
    Rate(date(2017, 7, 1), Decimal(1410), "A/RES/68/281", "V"),
    Rate(date(2018, 7, 1), Decimal(1428), "A/RES/72/285", "V"),
    Rate(date(2022, 7, 1), Decimal(1448), "third survey, A/76/676", "K (unconfirmed)"),
)
"""United Nations rates, US dollars per person and month."""


@dataclass(frozen=True, slots=True)
class Equipment:
    """Major equipment of a unit under lease.

    Parameters
    ----------
    item : str
    agreed, present, serviceable : int
        Items in the memorandum, items in the area, and of those the ones that work.
    lease : {"wet", "dry"}
        Who maintains: the member (wet) or the organisation (dry).
    wet_rate, dry_rate : Decimal
        Amount per item and month under each lease.
    """

    item: str
    agreed: int
    present: int
    serviceable: int
    lease: Literal["wet", "dry"]
    wet_rate: Decimal = Decimal(0)
    dry_rate: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        if not 0 <= self.serviceable <= self.present:
            raise BadInput(
                f"{self.item}: {self.serviceable} serviceable of {self.present} present",
                remedy="serviceable items are among those present",
            )
        if self.lease not in ("wet", "dry"):
            raise BadInput(f"{self.item}: a lease is wet or dry, not {self.lease!r}")

    @property
    def monthly(self) -> Decimal:
        """Amount per month: agreed items that are present and work, at the lease's rate."""
        rate = self.wet_rate if self.lease == "wet" else self.dry_rate
        return rate * min(self.agreed, self.serviceable)


@dataclass(frozen=True, slots=True)
class SelfSustainment:
    """A category that a unit provides for itself, paid per person and month if it does."""

    category: str
    rate: Decimal
    provided: bool = True


@dataclass(frozen=True, slots=True)
class ReimbursementRules:
    """Rates that an organisation pays, in one currency; no rates: nothing is reimbursed."""

    personnel: tuple[Rate, ...] = ()
    currency: str = "USD"
    exponent: int = 2

    def __post_init__(self) -> None:
        days = [rate.start for rate in self.personnel]
        if days != sorted(set(days)):
            raise BadInput("rates of reimbursement must be in order, one for each first day")


UN_RULES: Final = ReimbursementRules(UN_PERSONNEL_RATES)
"""The rules of the United Nations, personnel only (leases come with each unit)."""


def months_between(start: Day, end: Day) -> Fraction:
    """Months from ``start`` to ``end`` (exclusive): whole months, then days of the last one."""
    if end <= start:
        return Fraction(0)
    whole = (end.year - start.year) * 12 + end.month - start.month
    if add_months(start, whole) > end:
        whole -= 1
    anchor, following = add_months(start, whole), add_months(start, whole + 1)
    return whole + Fraction((end - anchor).days, (following - anchor).days)


def person_months(start: Day, end: Day) -> tuple[tuple[Day, Fraction], ...]:
    """Calendar months touched by ``[start, end)`` and the share of each that falls in it."""
    parts = []
    at = start
    while at < end:
        length = calendar.monthrange(at.year, at.month)[1]
        following = add_months(at.replace(day=1), 1)
        stop = min(end, following)
        parts.append((at, Fraction((stop - at).days, length)))
        at = stop
    return tuple(parts)


def rate_on(rates: Sequence[Rate], when: Day) -> Rate | None:
    """The rate in force on a day, or ``None`` before the first."""
    current = [rate for rate in rates if rate.start <= when]
    return current[-1] if current else None


def _split_at_rates(start: Day, end: Day, rates: Sequence[Rate]) -> list[tuple[Day, Day]]:
    cuts = [start, *(r.start for r in rates if start < r.start < end), end]
    return list(pairwise(cuts))


def reimburse(
    persons: int,
    start: Day,
    end: Day,
    rules: ReimbursementRules,
    *,
    equipment: Sequence[Equipment] = (),
    self_sustainment: Sequence[SelfSustainment] = (),
) -> tuple[Money, Because]:
    """What is paid back for a unit that is in place from ``start`` to ``end`` (exclusive).

    Personnel: persons × rate of the day × share of each calendar month. Equipment and
    self-sustainment: monthly amounts × the same shares. Rounded once, half up.

    Returns
    -------
    amount : Money
    because : Because
        One reason per rate and lease that entered.
    """
    total = Fraction(0)
    reasons: list[Reason] = []
    if end <= start:
        return Money(rules.currency, 0, rules.exponent), ()
    for first, last in _split_at_rates(start, end, rules.personnel):
        rate = rate_on(rules.personnel, first)
        share = sum((part for _, part in person_months(first, last)), Fraction(0))
        if rate is None:
            if rules.personnel:
                reasons.append(Reason("number", f"no rate before {rules.personnel[0].start}"))
            continue
        total += persons * Fraction(rate.amount) * share
        reasons.append(
            Reason(
                "number",
                f"{rate.amount} {rules.currency} per person and month from {rate.start}",
                source=rate.source,
                confidence=rate.confidence,
            )
        )
    months = sum((part for _, part in person_months(start, end)), Fraction(0))
    for item in equipment:
        total += Fraction(item.monthly) * months
        unpaid = item.agreed - min(item.agreed, item.serviceable)
        reasons.append(
            Reason(
                "rule",
                f"{item.item}: {item.lease} lease of {item.agreed - unpaid} of {item.agreed}"
                + (f"; nothing for {unpaid} absent or unserviceable" if unpaid else ""),
                ref="COE Manual",
            )
        )
    for category in self_sustainment:
        if category.provided:
            total += persons * Fraction(category.rate) * months
    amount = Decimal(total.numerator) / Decimal(total.denominator)
    quantum = Decimal(1).scaleb(-rules.exponent)
    rounded = amount.quantize(quantum, rounding=ROUND_HALF_UP)
    return Money.of(rounded, rules.currency, exponent=rules.exponent), tuple(reasons)
