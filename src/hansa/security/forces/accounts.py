"""Who pays how much for a plan, who gets how much back, and how far that is from fair."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from hansa.security.forces.operation import Operation
from hansa.security.forces.plan import MemberAccount, Posting, UnitAccount
from hansa.security.forces.reimbursement import months_between, reimburse
from hansa.security.forces.shipments import LiftUse, Shipment
from hansa.terms.days import Day
from hansa.terms.money import Money, allocate
from hansa.terms.reasons import Because

_NO_REASONS: Because = ()


def posting_months(operation: Operation, until: Day) -> Fraction:
    """Months for which a unit is paid: the mandate's, or up to the day it is released."""
    mandate = operation.mandate
    if until >= mandate.end:
        return Fraction(mandate.months)
    return months_between(mandate.start, until)


def force_cost(operation: Operation, key: str, until: Day) -> Money:
    """Monthly cost × months, rounded once."""
    exact = Fraction(operation.unit(key).month_cost) * posting_months(operation, until)
    return Money.of(Decimal(exact.numerator) / Decimal(exact.denominator), operation.currency)


def lift_costs(
    operation: Operation, shipments: Sequence[Shipment], lift: Sequence[LiftUse]
) -> dict[str, Money]:
    """Lift cost of each unit: its tons, and its part of the sorties that it travelled in.

    The cost of a leg's sorties on a day is split in proportion to tons, without remainder.
    """
    legs = {leg.id: leg for leg in operation.legs}
    minor: dict[str, int] = {}
    exact: dict[str, Decimal] = {}
    aboard: dict[tuple[str, int], list[tuple[str, int]]] = {}
    for shipment in shipments:
        kilograms = round(shipment.tons * 1000)
        for move in shipment.moves:
            aboard.setdefault((move.leg, move.depart), []).append((shipment.unit, kilograms))
            rate = legs[move.leg].cost_per_ton
            owed = exact.get(shipment.unit, Decimal(0))
            exact[shipment.unit] = owed + rate * kilograms / 1000
    for use in lift:
        sortie = legs[use.leg].sortie
        if sortie is None or not use.sorties:
            continue
        passengers = aboard[use.leg, use.day]
        whole = Money.of(sortie.cost * use.sorties, operation.currency).minor
        weights = [max(1, kilograms) for _, kilograms in passengers]
        for (unit, _), part in zip(passengers, allocate(whole, weights), strict=True):
            minor[unit] = minor.get(unit, 0) + part
    for unit, amount in exact.items():
        paid = Money.of(amount, operation.currency)
        minor[unit] = minor.get(unit, 0) + paid.minor
    return {unit: Money(operation.currency, amount) for unit, amount in minor.items()}


def unit_accounts(
    operation: Operation,
    postings: Sequence[Posting],
    shipments: Sequence[Shipment],
    lift: Sequence[LiftUse],
) -> tuple[UnitAccount, ...]:
    """Money of every unit that is sent or that has moved."""
    lifted = lift_costs(operation, shipments, lift)
    nothing = Money(operation.currency, 0)
    rules = operation.reimbursement
    accounts = []
    posted = {posting.unit: posting for posting in postings}
    for key in sorted(set(posted) | set(lifted)):
        unit, posting = operation.unit(key), posted.get(key)
        if posting is None:  # stood down: only its movements were paid
            back, why = Money(rules.currency, 0, rules.exponent), _NO_REASONS
        else:
            back, why = reimburse(
                unit.persons, operation.day(posting.arrives), posting.until, rules,
                equipment=unit.equipment, self_sustainment=unit.self_sustainment,
            )  # fmt: skip
        accounts.append(
            UnitAccount(
                key,
                unit.member,
                nothing if posting is None else force_cost(operation, key, posting.until),
                lifted.get(key, nothing),
                back,
                (*unit.because, *why),
            )
        )
    return tuple(accounts)


def member_accounts(
    operation: Operation, postings: Sequence[Posting], accounts: Sequence[UnitAccount]
) -> tuple[MemberAccount, ...]:
    """The same by member, with shares borne and agreed."""
    shares = operation.shares()
    whole = sum(account.force_cost.minor for account in accounts)
    persons = {unit.id: unit.persons for unit in operation.units}
    result = []
    for member in operation.members():
        own = [account for account in accounts if account.member == member]
        sent = [posting for posting in postings if posting.member == member]
        force = sum(account.force_cost.minor for account in own)
        rules = operation.reimbursement
        result.append(
            MemberAccount(
                member=member,
                units=len(sent),
                persons=sum(persons[posting.unit] for posting in sent),
                force_cost=Money(operation.currency, force),
                lift_cost=Money(operation.currency, sum(a.lift_cost.minor for a in own)),
                reimbursed=Money(
                    rules.currency, sum(a.reimbursed.minor for a in own), rules.exponent
                ),
                share=force / whole if whole else 0.0,
                fair_share=shares.get(member, 0.0) if shares else None,
            )
        )
    return tuple(result)


def unfairness(members: Sequence[MemberAccount]) -> float:
    """Summed distance of force costs from fair shares of their sum, in major units."""
    whole = sum(float(member.force_cost.amount) for member in members)
    return sum(abs(member.deviation or 0.0) * whole for member in members)
