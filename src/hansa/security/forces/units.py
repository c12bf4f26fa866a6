"""Units that a plan may send, made from pledges; whatever cannot be sent is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from hansa.security.forces.findings import Finding
from hansa.security.forces.network import Hub
from hansa.security.forces.pledges import Pledge, PledgeBook, Readiness
from hansa.security.forces.reimbursement import Equipment, SelfSustainment
from hansa.terms.errors import BadInput
from hansa.terms.names import nearest
from hansa.terms.reasons import Because, Reason


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as the planner sees it.

    Parameters
    ----------
    id, member, name : str
    hub : str
        Where it stands (a unit that stands at a hub of the area needs no transport).
    supplies : tuple of (str, float)
        Capabilities and amounts.
    persons : int
    tons : float
        To be moved.
    ready : int
        First day after the mandate's start on which it can leave.
    month_cost : Decimal
        Cost of a month deployed.
    """

    id: str
    member: str
    name: str
    hub: str
    supplies: tuple[tuple[str, float], ...]
    persons: int
    tons: float
    ready: int
    month_cost: Decimal
    equipment: tuple[Equipment, ...] = ()
    self_sustainment: tuple[SelfSustainment, ...] = ()
    because: Because = ()

    def __post_init__(self) -> None:
        if self.ready < 0:
            raise BadInput(f"unit {self.id}: it cannot be ready before the decision")
        if self.tons < 0 or self.persons < 0 or self.month_cost < 0:
            raise BadInput(f"unit {self.id}: tons, persons and cost are not negative")

    def amount(self, capability: str) -> float:
        """How much of a capability it supplies."""
        return sum(value for name, value in self.supplies if name == capability)


@dataclass(frozen=True, slots=True)
class UnitPolicy:
    """What an organisation accepts when it calls units.

    Parameters
    ----------
    min_level : Readiness, optional
        Lowest level at which a unit is considered (the UN: ``ASSESSED``); pledges without a
        level are considered only if this is ``None``.
    default_notice_days : int, optional
        Notice assumed where none is stated; ``None``: such units are left out.
    month_cost_per_person : Decimal, optional
        Cost assumed where none is stated; ``None``: such units are left out.
    """

    min_level: Readiness | None = None
    default_notice_days: int | None = None
    month_cost_per_person: Decimal | None = None


@dataclass(frozen=True, slots=True)
class UnitRoll:
    """Units that can be sent, and what kept the others out."""

    units: tuple[Unit, ...]
    findings: tuple[Finding, ...]


def call_units(
    book: PledgeBook,
    hubs: Mapping[str, Hub],
    policy: UnitPolicy | None = None,
    *,
    exclude: frozenset[str] = frozenset(),
) -> UnitRoll:
    """Turn the pledges in force into units for the planner.

    Parameters
    ----------
    book : PledgeBook
        Pledges in force on the day of the decision.
    hubs : mapping of str to Hub
        Known places by id.
    policy : UnitPolicy, optional
    exclude : frozenset of str
        Members whose units are not called (a member that declines).
    """
    rules = policy or UnitPolicy()
    units: list[Unit] = []
    findings = list(book.findings)
    for pledge in book.pledges:
        if pledge.member in exclude:
            text = f"{pledge.unit}: {pledge.member} does not take part"
            findings.append(Finding("not_taking_part", text, pledge.unit, pledge.because))
            continue
        refused = _refusal(pledge, hubs, rules)
        if refused is not None:
            findings.append(refused)
            continue
        unit, assumed = _unit(pledge, rules)
        units.append(unit)
        findings.extend(assumed)
    return UnitRoll(tuple(units), tuple(findings))


def _refusal(pledge: Pledge, hubs: Mapping[str, Hub], policy: UnitPolicy) -> Finding | None:
    """Why the pledge cannot be called, if it cannot."""
    if policy.min_level is not None and (
        pledge.level is None or pledge.level.rank < policy.min_level.rank
    ):
        held = "no level" if pledge.level is None else f"level {pledge.level.value}"
        text = f"{pledge.unit} has {held}; level {policy.min_level.value} is required"
        return Finding("unassessed", text, pledge.unit, pledge.because)
    if pledge.base not in hubs:
        close = nearest(pledge.base, hubs)
        hint = f"; did you mean {' or '.join(close)}?" if close else ""
        text = f"{pledge.unit}: there is no place {pledge.base!r}{hint}"
        return Finding("unknown_base", text, pledge.unit, pledge.because)
    if pledge.days_to_leave is None and policy.default_notice_days is None:
        text = f"{pledge.unit}: its notice to move is not known"
        return Finding("no_notice", text, pledge.unit, pledge.because)
    if pledge.month_cost is None and policy.month_cost_per_person is None:
        text = f"{pledge.unit}: its cost is not known"
        return Finding("no_cost", text, pledge.unit, pledge.because)
    return None


def _unit(pledge: Pledge, policy: UnitPolicy) -> tuple[Unit, list[Finding]]:
    because = list(pledge.because)
    assumed = []
    notice = pledge.days_to_leave
    if notice is None:
        notice = policy.default_notice_days or 0
        text = f"{pledge.unit}: notice of {notice} days is assumed, none is stated"
        because.append(Reason("assumption", text))
        assumed.append(Finding("notice_assumed", text, pledge.unit))
    cost = pledge.month_cost
    if cost is None:
        cost = (policy.month_cost_per_person or Decimal(0)) * pledge.strength
        text = f"{pledge.unit}: a month is taken to cost {cost}, none is stated"
        because.append(Reason("assumption", text))
        assumed.append(Finding("cost_assumed", text, pledge.unit))
    unit = Unit(
        id=pledge.unit,
        member=pledge.member,
        name=pledge.name,
        hub=pledge.base,
        supplies=pledge.capabilities,
        persons=pledge.strength,
        tons=pledge.tons,
        ready=notice,
        month_cost=cost,
        equipment=pledge.equipment,
        self_sustainment=pledge.self_sustainment,
        because=tuple(because),
    )
    return unit, assumed
