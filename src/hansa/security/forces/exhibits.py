"""What a plan shows: a Gantt chart, a map, tables, and the sentences of a briefing."""

from __future__ import annotations

from decimal import Decimal

from hansa.security.forces.operation import Operation
from hansa.security.forces.plan import ForcePlan
from hansa.security.forces.shortfalls import Diagnosis
from hansa.terms.exhibits import Cell, Chart, Column, Exhibit, Map, Section, Statement, Table
from hansa.terms.reasons import Reason
from hansa.terms.truth import Truth

SHOWN_LANES = 60
"""Units that the Gantt chart shows; the tables hold all."""


def force_table(plan: ForcePlan) -> Table:
    """Who goes, from where, by which way, when, at what cost."""
    operation = plan.operation
    accounts = {account.unit: account for account in plan.accounts}
    moves = plan.movements()
    names = {hub.id: hub.name for hub in operation.hubs}
    modes = {leg.id: leg.mode for leg in operation.legs}
    rows: list[tuple[Cell, ...]] = []
    reasons = []
    for posting in plan.postings:
        unit, account = operation.unit(posting.unit), accounts[posting.unit]
        own = moves.get(unit.id, ())
        by = sorted({modes[move.leg] for shipment in own for move in shipment.moves})
        first = min((shipment.depart for shipment in own), default=posting.arrives)
        rows.append(
            (
                unit.member,
                unit.name,
                unit.persons,
                names[unit.hub],
                ", ".join(by) or "in place",
                operation.day(first),
                operation.day(posting.arrives),
                posting.until,
                account.force_cost.amount,
                account.lift_cost.amount,
                account.reimbursed.amount,
            )
        )
        reasons.append(account.because)
    currency = operation.currency
    return Table(
        key="force",
        title="The force",
        columns=(
            Column("member", "Member"),
            Column("unit", "Unit"),
            Column("persons", "Persons", decimals=0),
            Column("base", "From"),
            Column("by", "By"),
            Column("leaves", "Leaves"),
            Column("complete", "Complete"),
            Column("until", "Until"),
            Column("force_cost", "Cost", currency, 2),
            Column("lift_cost", "Lift", currency, 2),
            Column("reimbursed", "Reimbursed", operation.reimbursement.currency, 2),
        ),
        rows=tuple(rows),
        because=tuple(reasons),
    )


def need_table(plan: ForcePlan) -> Table:
    """What the mandate requires and what the plan brings by then."""
    operation = plan.operation
    amounts = {unit.id: unit for unit in operation.units}
    rows: list[tuple[Cell, ...]] = []
    for need in operation.mandate.needs:
        due, until = operation.number(need.by), need.until or operation.mandate.end
        have = [
            (posting.arrives, amounts[posting.unit].amount(need.capability))
            for posting in plan.postings
            if posting.arrives <= due and posting.until >= until
        ]
        rows.append(
            (
                need.capability,
                need.amount,
                need.by,
                sum(amount for _, amount in have),
                _met_on(operation, sorted(have), need.amount),
            )
        )
    return Table(
        key="needs",
        title="Capabilities required and brought",
        columns=(
            Column("capability", "Capability"),
            Column("amount", "Required"),
            Column("by", "By"),
            Column("brought", "Brought by then"),
            Column("met", "Met on"),
        ),
        rows=tuple(rows),
    )


def _met_on(operation: Operation, arrivals: list[tuple[int, float]], amount: float) -> Cell:
    total = 0.0
    for day, value in arrivals:
        total += value
        if total >= amount * (1 - 1e-9):
            return operation.day(day)
    return None


def member_table(plan: ForcePlan) -> Table:
    """What each member bears, gets back, and how far that is from its agreed share."""
    currency = plan.operation.currency
    rows: list[tuple[Cell, ...]] = [
        (
            item.member,
            item.units,
            item.persons,
            item.force_cost.amount,
            item.lift_cost.amount,
            item.reimbursed.amount,
            round(100 * item.share, 2),
            None if item.fair_share is None else round(100 * item.fair_share, 2),
            None if item.deviation is None else round(100 * item.deviation, 2),
        )
        for item in plan.members
    ]
    return Table(
        key="members",
        title="What each member bears",
        columns=(
            Column("member", "Member"),
            Column("units", "Units", decimals=0),
            Column("persons", "Persons", decimals=0),
            Column("force_cost", "Cost of units", currency, 2),
            Column("lift_cost", "Cost of lift", currency, 2),
            Column("reimbursed", "Reimbursed", plan.operation.reimbursement.currency, 2),
            Column("share", "Share borne", "%", 2),
            Column("fair", "Share agreed", "%", 2),
            Column("deviation", "Above (+) or below (−)", "points", 2),
        ),
        rows=tuple(rows),
    )


def lift_table(plan: ForcePlan) -> Table:
    """What moves on each leg on each day."""
    operation = plan.operation
    legs = {leg.id: leg for leg in operation.legs}
    names = {hub.id: hub.name for hub in operation.hubs}
    rows: list[tuple[Cell, ...]] = []
    for use in plan.lift:
        leg = legs[use.leg]
        full = leg.tons_per_day
        if leg.sortie is not None and use.sorties:
            full = use.sorties * leg.sortie.payload_t
        rows.append(
            (
                operation.day(use.day),
                names[leg.origin],
                names[leg.destination],
                leg.mode,
                use.sorties if leg.sortie is not None else None,
                use.tons,
                None if not full else round(100 * use.tons / full, 1),
            )
        )
    return Table(
        key="lift",
        title="Lift day by day",
        columns=(
            Column("day", "Day"),
            Column("from", "From"),
            Column("to", "To"),
            Column("mode", "Mode"),
            Column("sorties", "Sorties", decimals=0),
            Column("tons", "Tons", "t", 1),
            Column("full", "Full", "%", 1),
        ),
        rows=tuple(rows),
    )


def gantt(plan: ForcePlan) -> Chart:
    """Bars from readiness over movement to presence, one lane for each unit."""
    operation, moves = plan.operation, plan.movements()
    last = operation.day(max((p.arrives for p in plan.postings), default=0) + 7)
    rows: list[tuple[Cell, ...]] = []
    for posting in plan.postings[:SHOWN_LANES]:
        unit = operation.unit(posting.unit)
        lane = f"{unit.member} {unit.name}"
        own = [s for s in moves.get(unit.id, ()) if s.arrive <= posting.arrives]
        first = min((shipment.depart for shipment in own), default=posting.arrives)
        if first > 0:
            rows.append((lane, operation.day(0), operation.day(first), "getting ready"))
        if own:
            done = operation.day(posting.arrives + 1)
            rows.append((lane, operation.day(first), done, "moving"))
        present = operation.day(posting.arrives + bool(own))
        if present < min(posting.until, last):
            rows.append((lane, present, min(posting.until, last), "in place"))
    hidden = len(plan.postings) - SHOWN_LANES
    table = Table(
        key="gantt",
        title="Who is where when",
        columns=(
            Column("unit", "Unit"),
            Column("from", "From"),
            Column("to", "To"),
            Column("phase", "Phase"),
        ),
        rows=tuple(rows),
    )
    return Chart(
        key="gantt",
        title="Who is where when",
        kind="timeline",
        table=table,
        x="from",
        x2="to",
        y="unit",
        color="phase",
        note=f"{hidden} further units are in the table of the force" if hidden > 0 else "",
    )


def movement_map(plan: ForcePlan) -> Map:
    """Bases, hubs and the ways taken, with tons."""
    operation = plan.operation
    hubs = {hub.id: hub for hub in operation.hubs}
    tons: dict[str, float] = {}
    for use in plan.lift:
        tons[use.leg] = tons.get(use.leg, 0.0) + use.tons
    links, points, lost = [], {}, set()
    for leg in operation.legs:
        if leg.id not in tons:
            continue
        a, b = hubs[leg.origin], hubs[leg.destination]
        for hub in (a, b):
            if hub.lat is None or hub.lon is None:
                lost.add(hub.name)
            else:
                kind = "area" if hub.id in operation.mandate.area.hubs else "base"
                points[hub.id] = (hub.lon, hub.lat, hub.name, kind)
        if None not in (a.lat, a.lon, b.lat, b.lon):
            label = f"{tons[leg.id]:,.0f} t"
            links.append((a.lon, a.lat, b.lon, b.lat, label, leg.mode))
    for posting in plan.postings:
        hub = hubs[operation.unit(posting.unit).hub]
        if hub.id not in points and hub.lat is not None and hub.lon is not None:
            kind = "area" if hub.id in operation.mandate.area.hubs else "base"
            points[hub.id] = (hub.lon, hub.lat, hub.name, kind)
    senders = {member.member: "sends" for member in plan.members if member.units}
    host = operation.mandate.area.state
    return Map(
        key="movement",
        title="Ways to the area",
        legend=(
            ("sends", "sends units"), ("host", "host"), ("base", "base or hub"),
            ("area", "area of the operation"),
            *((mode, f"by {mode}") for mode in sorted({link[5] for link in links})),
        ),
        shades={**senders, **({host: "host"} if host else {})},
        points=tuple(points.values()),
        links=tuple(links),  # type: ignore[arg-type]  # coordinates were checked above
        note=f"without coordinates, not drawn: {', '.join(sorted(lost))}" if lost else "",
    )  # fmt: skip


def statements(plan: ForcePlan) -> tuple[Statement, ...]:
    """The plan in sentences."""
    operation, mandate = plan.operation, plan.operation.mandate
    members = sorted({posting.member for posting in plan.postings} - {""})
    months = "one month" if mandate.months == 1 else f"{mandate.months} months"
    said = [
        Statement(
            f"{len(plan.postings)} units with {plan.persons:,} persons of {', '.join(members)} "
            f"are complete in {mandate.area.name} on {plan.complete_on}.",
            plan.because,
        ),
        Statement(
            f"Units cost {plan.force_cost} for {months}, lift {plan.lift_cost}; "
            f"{plan.reimbursed} is reimbursed."
        ),
    ]
    if operation.fair_shares and plan.force_cost.amount:
        part = Decimal(str(plan.unfairness)) / plan.force_cost.amount / 2 * 100
        said.append(
            Statement(
                f"{part:.1f} % of the cost would have to change hands to be shared as agreed."
            )
        )
    for tier in plan.tiers:
        proof = "proven best" if tier.gap <= 1e-9 else f"within {100 * tier.gap:.2f} % of the best"
        said.append(
            Statement(
                f"{tier.aim}: {tier.value:,.2f}, {proof}.",
                (Reason("number", f"bound {tier.bound:,.2f}", ref="bound"),),
            )
        )
    if plan.lawful is not Truth.TRUE:
        word = "may not start" if plan.lawful is Truth.FALSE else "may start only if this is met"
        for condition in mandate.open_conditions():
            text = f"The operation {word}: {condition.text or condition.key}."
            said.append(Statement(text, condition.because))
    return tuple(said)


def plan_exhibits(plan: ForcePlan) -> tuple[Exhibit, ...]:
    """Gantt chart, map and tables."""
    return (
        gantt(plan),
        movement_map(plan),
        force_table(plan),
        need_table(plan),
        member_table(plan),
        lift_table(plan),
    )


def plan_section(plan: ForcePlan, order: int = 50) -> Section:
    """The plan as a section of a briefing."""
    return Section(
        key="force_plan",
        title=f"Force plan: {plan.operation.mandate.id}",
        order=order,
        statements=statements(plan),
        exhibits=plan_exhibits(plan),
        limits=tuple(finding.text for finding in plan.findings),
    )


def shortfall_table(diagnosis: Diagnosis) -> Table:
    """What falls short, and why."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            item.need.capability,
            item.need.amount,
            item.need.by,
            item.reached,
            item.missing,
            item.cause,
            item.text,
        )
        for item in diagnosis.shortfalls
    )
    return Table(
        key="shortfalls",
        title="The smallest set of shortfalls",
        columns=(
            Column("capability", "Capability"),
            Column("amount", "Required"),
            Column("by", "By"),
            Column("reached", "Possible"),
            Column("missing", "Lacking"),
            Column("cause", "Cause"),
            Column("text", "Why"),
        ),
        rows=rows,
        note="no smaller set of needs would do" if diagnosis.smallest else "",
    )
