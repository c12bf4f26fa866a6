"""The whole question that a plan answers, as one checked value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from hansa.security.forces.findings import Finding
from hansa.security.forces.mandate import Mandate
from hansa.security.forces.network import (
    Closure,
    Consent,
    Fleet,
    Hub,
    Leg,
    Throughput,
    consent_on,
)
from hansa.security.forces.reimbursement import ReimbursementRules
from hansa.security.forces.units import Unit
from hansa.terms.days import Day, Period, add_days
from hansa.terms.errors import BadInput
from hansa.terms.names import unknown
from hansa.terms.reasons import Because
from hansa.terms.truth import Truth


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A member takes a unit back from a day on."""

    unit: str
    on: Day
    because: Because = ()


@dataclass(frozen=True, slots=True)
class Commitment:
    """A unit is bound to another mission for a period."""

    unit: str
    period: Period
    to: str
    because: Because = ()


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that a member is ready to bear, in cost of its units or in persons."""

    member: str
    most: Decimal
    measure: Literal["cost", "persons"] = "cost"


def _nothing() -> Mapping[str, Decimal]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Operation:
    """Mandate, units, network and agreements: everything a plan depends on.

    Parameters
    ----------
    mandate : Mandate
    units : tuple of Unit
    hubs : tuple of Hub
    legs : tuple of Leg
    horizon : int
        Last day, counted from the mandate's start, on which anything may arrive.
    fleets, throughputs, consents, closures, withdrawals, commitments
        Limits on the network and the units.
    fair_shares : mapping of str to Decimal
        Agreed share of each member in the force's cost; scaled to sum to one.
    caps : tuple of Cap
    reimbursement : ReimbursementRules
    currency : str
        Of the units' and the legs' costs (``XXX``: an abstract unit).
    max_legs : int
        Legs that a route may have.
    findings : tuple of Finding
        What was noticed while the parts were gathered.
    """

    mandate: Mandate
    units: tuple[Unit, ...]
    hubs: tuple[Hub, ...]
    legs: tuple[Leg, ...]
    horizon: int
    fleets: tuple[Fleet, ...] = ()
    throughputs: tuple[Throughput, ...] = ()
    consents: tuple[Consent, ...] = ()
    closures: tuple[Closure, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    fair_shares: Mapping[str, Decimal] = field(default_factory=_nothing)
    caps: tuple[Cap, ...] = ()
    reimbursement: ReimbursementRules = field(default_factory=ReimbursementRules)
    currency: str = "USD"
    max_legs: int = 2
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "fair_shares", MappingProxyType(dict(self.fair_shares)))
        _check(self)

    def day(self, number: int) -> Day:
        """The calendar day with this number."""
        return add_days(self.mandate.start, number)

    def number(self, when: Day) -> int:
        """Days from the mandate's start."""
        return (when - self.mandate.start).days

    def unit(self, key: str) -> Unit:
        """The unit with this id."""
        for unit in self.units:
            if unit.id == key:
                return unit
        raise unknown("unit", key, (unit.id for unit in self.units))

    def members(self) -> tuple[str, ...]:
        """Members with a unit or a fair share, sorted."""
        return tuple(sorted({u.member for u in self.units} | set(self.fair_shares)))

    def shares(self) -> dict[str, float]:
        """Fair shares scaled to sum to one (empty: none agreed)."""
        whole = sum(self.fair_shares.values(), Decimal(0))
        return {member: float(part / whole) for member, part in self.fair_shares.items()}

    def withdrawn(self) -> dict[str, Day]:
        """Units taken back, with the first such day."""
        gone: dict[str, Day] = {}
        for item in self.withdrawals:
            gone[item.unit] = min(item.on, gone.get(item.unit, item.on))
        return gone

    def bound_elsewhere(self) -> frozenset[str]:
        """Units committed to another mission during this mandate."""
        mandate = Period(self.mandate.start, self.mandate.end)
        return frozenset(c.unit for c in self.commitments if c.period.overlaps(mandate))

    def is_open(self, hub: str, mode: str, number: int) -> bool:
        """Whether a hub takes and sends by a mode on a day."""
        when = self.day(number)
        return not any(closure.covers(hub, mode, when) for closure in self.closures)

    def consents_to(self, leg: Leg, depart: int) -> Truth:
        """Whether all states on the leg's way consent on every day of it."""
        worst = Truth.TRUE
        for state in leg.transits:
            for number in range(depart, depart + leg.days + 1):
                worst &= consent_on(self.consents, state, leg.mode, self.day(number))
        return worst

    def notices(self) -> tuple[Finding, ...]:
        """What the reader of any plan should know about the input."""
        return (*self.findings, *_open_conditions(self), *_zero(self), *_bound(self))


def _check(operation: Operation) -> None:
    if operation.horizon < 0:
        raise BadInput(f"a horizon of {operation.horizon} days is none")
    if operation.max_legs < 1:
        raise BadInput("a route needs at least one leg", remedy="set max_legs to 1 or more")
    hubs = _unique("hub", (hub.id for hub in operation.hubs))
    units = _unique("unit", (unit.id for unit in operation.units))
    _unique("leg", (leg.id for leg in operation.legs))
    fleets = _unique("fleet", (fleet.id for fleet in operation.fleets))
    if not operation.mandate.area.hubs:
        raise BadInput("the area of the mandate has no hub at which a unit could arrive")
    _known("place", operation.mandate.area.hubs, hubs)
    _known("place", (unit.hub for unit in operation.units), hubs)
    _known("place", (end for leg in operation.legs for end in (leg.origin, leg.destination)), hubs)
    _known("place", (item.hub for item in operation.throughputs), hubs)
    _known("place", (item.hub for item in operation.closures), hubs)
    _known("unit", (item.unit for item in operation.withdrawals), units)
    _known("fleet", (g.sortie.fleet for g in operation.legs if g.sortie and g.sortie.fleet), fleets)
    shares = operation.fair_shares.values()
    if shares and (min(shares) < 0 or sum(shares) <= 0):
        raise BadInput("fair shares must be non-negative and sum to more than nothing")


def _unique(what: str, keys: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise BadInput(
                f"{what} {key!r} is given twice", remedy="nothing can be in two places at once"
            )
        seen.add(key)
    return seen


def _known(what: str, keys: Iterable[str], known: set[str]) -> None:
    for key in keys:
        if key not in known:
            raise unknown(what, key, known)


def _open_conditions(operation: Operation) -> list[Finding]:
    return [
        Finding(
            "condition_open",
            f"{condition.text or condition.key} "
            + ("is not met" if condition.state is Truth.FALSE else "is not known to be met"),
            condition.key,
            condition.because,
        )
        for condition in operation.mandate.open_conditions()
    ]


def _zero(operation: Operation) -> list[Finding]:
    return [
        Finding(
            "zero_throughput",
            f"nothing can pass {item.hub} by {item.mode}: throughput is zero",
            item.hub,
            item.because,
        )
        for item in operation.throughputs
        if item.tons_per_day == 0 or item.sorties_per_day == 0
    ]


def _bound(operation: Operation) -> list[Finding]:
    elsewhere = operation.bound_elsewhere()
    return [
        Finding(
            "committed_elsewhere",
            f"{item.unit} is bound to {item.to} ({item.period})",
            item.unit,
            item.because,
        )
        for item in operation.commitments
        if item.unit in elsewhere
    ]


def with_changes(operation: Operation, **changes: object) -> Operation:
    """The same operation with some fields replaced, checked again."""
    return replace(operation, **changes)  # type: ignore[arg-type]  # fields are checked at run time
