"""A force plan as a value: who goes, how and when, what it costs, and how good that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from hansa.security.forces.findings import Finding
from hansa.security.forces.operation import Operation
from hansa.security.forces.search import TierResult
from hansa.security.forces.shipments import LiftUse, Shipment
from hansa.terms.days import Day
from hansa.terms.money import Money
from hansa.terms.reasons import Because
from hansa.terms.truth import Truth


@dataclass(frozen=True, slots=True)
class Posting:
    """One unit that the plan sends.

    Parameters
    ----------
    unit, member : str
    by : int
        Day by which it has to be complete (counted from the mandate's start).
    arrives : int
        Day on which its last ton arrives.
    until : Day
        First day on which it is no longer needed.
    """

    unit: str
    member: str
    by: int
    arrives: int
    until: Day


@dataclass(frozen=True, slots=True)
class UnitAccount:
    """Money of one unit: for the mandate, for its lift, and what its member gets back."""

    unit: str
    member: str
    force_cost: Money
    lift_cost: Money
    reimbursed: Money
    because: Because = ()


@dataclass(frozen=True, slots=True)
class MemberAccount:
    """A member's part: persons, costs, and its distance from the agreed share.

    ``share`` and ``fair_share`` are parts of the force cost; ``fair_share`` is ``None`` if
    no shares are agreed.
    """

    member: str
    units: int
    persons: int
    force_cost: Money
    lift_cost: Money
    reimbursed: Money
    share: float
    fair_share: float | None

    @property
    def deviation(self) -> float | None:
        """Share borne less share agreed."""
        return None if self.fair_share is None else self.share - self.fair_share


@dataclass(frozen=True, slots=True)
class ForcePlan:
    """A plan with its proof.

    Parameters
    ----------
    operation : Operation
        The question it answers.
    postings : tuple of Posting
    shipments : tuple of Shipment
        All movements, those of units that have since been stood down included.
    lift : tuple of LiftUse
    tiers : tuple of TierResult
        For each tier of aims: value, proven bound and gap.
    accounts, members : tuple
        Money by unit and by member.
    unfairness : float
        Summed distance of the members' force costs from their fair shares.
    from_day : int
        First day on which this plan could still decide (0 unless it is a re-plan).
    lawful : Truth
        Whether the mandate's legal conditions hold.
    findings : tuple of Finding
    because : Because
    """

    operation: Operation
    postings: tuple[Posting, ...]
    shipments: tuple[Shipment, ...]
    lift: tuple[LiftUse, ...]
    tiers: tuple[TierResult, ...]
    accounts: tuple[UnitAccount, ...]
    members: tuple[MemberAccount, ...]
    unfairness: float
    from_day: int
    lawful: Truth
    findings: tuple[Finding, ...]
    because: Because

    @property
    def objective(self) -> float:
        """Value of the last tier of aims."""
        return self.tiers[-1].value

    @property
    def bound(self) -> float:
        """Proven best possible value of the last tier, given the earlier ones."""
        return self.tiers[-1].bound

    @property
    def gap(self) -> float:
        """Relative distance of the last tier from its bound."""
        return self.tiers[-1].gap

    @property
    def complete_on(self) -> Day:
        """The day on which the last unit is complete."""
        return self.operation.day(max((p.arrives for p in self.postings), default=0))

    @property
    def force_cost(self) -> Money:
        """Cost of all units."""
        return _sum(self.operation.currency, [a.force_cost for a in self.accounts])

    @property
    def lift_cost(self) -> Money:
        """Cost of all movements."""
        return _sum(self.operation.currency, [a.lift_cost for a in self.accounts])

    @property
    def cost(self) -> Money:
        """Force and lift."""
        return self.force_cost + self.lift_cost

    @property
    def reimbursed(self) -> Money:
        """What the organisation pays back."""
        currency = self.operation.reimbursement.currency
        return _sum(currency, [a.reimbursed for a in self.accounts])

    @property
    def persons(self) -> int:
        """Persons sent."""
        size = {unit.id: unit.persons for unit in self.operation.units}
        return sum(size[posting.unit] for posting in self.postings)

    def movements(self) -> Mapping[str, tuple[Shipment, ...]]:
        """Shipments by unit."""
        grouped: dict[str, tuple[Shipment, ...]] = {}
        for shipment in self.shipments:
            grouped[shipment.unit] = (*grouped.get(shipment.unit, ()), shipment)
        return grouped


def _sum(currency: str, amounts: list[Money]) -> Money:
    total = amounts[0] if amounts else Money.of(Decimal(0), currency)
    for amount in amounts[1:]:
        total += amount
    return total
