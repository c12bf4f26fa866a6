"""Plans side by side, and a plan beside what really happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hansa.security.forces.plan import ForcePlan
from hansa.security.forces.remedies import Advice
from hansa.terms.days import Day
from hansa.terms.exhibits import Cell, Column, Table
from hansa.terms.reasons import Because


@dataclass(frozen=True, slots=True)
class Arrival:
    """What really arrived: a member's persons and the days known.

    ``first`` and ``complete`` are ``None`` if no source gives them.
    """

    member: str
    persons: int | None
    first: Day | None
    complete: Day | None = None
    left: Day | None = None
    source: str = ""
    confidence: str = ""
    because: Because = ()


def beside_what_happened(plan: ForcePlan, actual: Sequence[Arrival]) -> Table:
    """Persons and days by member: planned and real."""
    operation = plan.operation
    members = sorted({p.member for p in plan.postings} | {a.member for a in actual})
    real = {arrival.member: arrival for arrival in actual}
    sent = {m.member: m.persons for m in plan.members}
    rows: list[tuple[Cell, ...]] = []
    for member in members:
        days = sorted(p.arrives for p in plan.postings if p.member == member)
        there = real.get(member)
        planned = (operation.day(days[0]), operation.day(days[-1])) if days else (None, None)
        complete = there.complete if there else None
        late = (complete - planned[1]).days if complete and planned[1] else None
        rows.append(
            (
                member,
                sent.get(member, 0),
                *planned,
                there.persons if there else 0,
                there.first if there else None,
                complete,
                late,
                there.source if there else "",
                there.confidence if there else "",
            )
        )
    return Table(
        key="beside",
        title="The plan beside what happened",
        columns=(
            Column("member", "Member"),
            Column("planned_persons", "Planned persons", decimals=0),
            Column("planned_first", "Planned first"),
            Column("planned_complete", "Planned complete"),
            Column("real_persons", "Real persons", decimals=0),
            Column("real_first", "Real first"),
            Column("real_complete", "Real complete"),
            Column("later", "Later than planned", "days", 0),
            Column("source", "Source"),
            Column("confidence", "Confidence"),
        ),
        rows=tuple(rows),
        because=tuple(real[m].because if m in real else () for m in members),
        note="an empty cell: no source gives it",
    )


def compare_plans(plans: Sequence[tuple[str, ForcePlan]]) -> Table:
    """Key figures of several plans, the first one as the yardstick."""
    rows: list[tuple[Cell, ...]] = []
    base = {p.unit for p in plans[0][1].postings} if plans else set()
    for name, plan in plans:
        units = {posting.unit for posting in plan.postings}
        rows.append(
            (
                name,
                len(units),
                plan.persons,
                plan.complete_on,
                plan.force_cost.amount,
                plan.lift_cost.amount,
                plan.reimbursed.amount,
                round(plan.unfairness, 2),
                100 * plan.gap,
                len(units - base),
                len(base - units),
            )
        )
    currency = plans[0][1].operation.currency if plans else ""
    return Table(
        key="plans",
        title="Plans compared",
        columns=(
            Column("plan", "Plan"),
            Column("units", "Units", decimals=0),
            Column("persons", "Persons", decimals=0),
            Column("complete", "Complete"),
            Column("force_cost", "Cost of units", currency, 2),
            Column("lift_cost", "Cost of lift", currency, 2),
            Column("reimbursed", "Reimbursed", "", 2),
            Column("unfairness", "Off fair shares", currency, 2),
            Column("gap", "Gap", "%", 3),
            Column("called", "Units not in the first", decimals=0),
            Column("dropped", "Units only in the first", decimals=0),
        ),
        rows=tuple(rows),
    )


def advice_table(advice: Advice) -> Table:
    """Remedies by price: the cheapest combination first, then what each family alone takes."""
    rows: list[tuple[Cell, ...]] = []
    offers = [("cheapest", advice.cheapest)] if advice.cheapest is not None else []
    offers += [(" + ".join(item.families), item) for item in advice.alone]
    for name, remedies in offers:
        assert remedies is not None
        rows += [(name, item.text, item.amount, item.price) for item in remedies.items]
    rows += [(" + ".join(group), "does not suffice alone", None, None) for group in advice.useless]
    rows += [
        (" + ".join(group), "not decided in the time", None, None) for group in advice.undecided
    ]
    return Table(
        key="remedies",
        title="Remedies",
        columns=(
            Column("way", "Way"),
            Column("remedy", "Remedy"),
            Column("amount", "Amount"),
            Column("price", "Price", decimals=2),
        ),
        rows=tuple(rows),
    )
