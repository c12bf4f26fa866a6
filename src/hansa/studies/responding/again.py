"""Planning again when a unit is taken back or a place closes while the plan is carried out."""

from __future__ import annotations

from dataclasses import dataclass

from hansa.security.forces import (
    CannotBeMet,
    Diagnosis,
    Limits,
    Replan,
    compare_plans,
    plan_exhibits,
    replan,
    shortfall_table,
)
from hansa.security.forces.events import Event
from hansa.security.forces.exhibits import statements as plan_statements
from hansa.security.forces.network import Closure
from hansa.security.forces.operation import Withdrawal
from hansa.security.forces.plan import ForcePlan
from hansa.terms.days import Day
from hansa.terms.errors import BadInput
from hansa.terms.exhibits import Column, Exhibit, Statement, Table
from hansa.terms.names import unknown
from hansa.terms.reasons import Reason


@dataclass(frozen=True, slots=True)
class Turn:
    """What happens to a plan on a day: units taken back, hubs closed from then on."""

    day: Day
    withdrawn: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What happens, in words."""
        parts = [f"{unit} is taken back" for unit in self.withdrawn]
        parts += [f"{hub} closes" for hub in self.closed]
        return f"On {self.day} {' and '.join(parts)}."


def _events(plan: ForcePlan, turn: Turn) -> tuple[Event, ...]:
    operation = plan.operation
    units = {unit.id for unit in operation.units}
    hubs = {hub.id for hub in operation.hubs}
    sent = sorted({posting.unit for posting in plan.postings})
    for unit in turn.withdrawn:
        if unit not in units:
            raise unknown("unit", unit, units, remedy=f"the plan sends {'; '.join(sent)}")
    for hub in turn.closed:
        if hub not in hubs:
            raise unknown("hub", hub, hubs)
    why = (Reason("assumption", turn.text.rstrip("."), "what-if"),)
    return (
        *(Withdrawal(unit, turn.day, why) for unit in turn.withdrawn),
        *(Closure(hub, turn.day, because=why) for hub in turn.closed),
    )


def plan_again(plan: ForcePlan, turn: Turn, limits: Limits) -> Replan | Diagnosis:
    """The plan that goes on from a turn with the least change, or why there is none.

    Raises
    ------
    UnknownCode
        If the plan's operation has no such unit or hub.
    BadInput
        If nothing happens, or the day lies before the plan's first.
    """
    events = _events(plan, turn)
    if not events:
        raise BadInput("nothing happens on that day", remedy="name units taken back or hubs closed")
    try:
        return replan(plan, turn.day, events, limits=limits)
    except CannotBeMet as failure:
        return failure.diagnosis


def again_statements(turn: Turn, found: Replan | Diagnosis) -> tuple[Statement, ...]:
    """What happens, what the new plan changes, and the new plan in sentences."""
    if isinstance(found, Diagnosis):
        lines = "; ".join(item.text for item in found.shortfalls)
        return (Statement(f"{turn.text} The mandate can then not be met: {lines}."),)
    changed = [change for change in found.changes if change.kind != "kept"]
    told = "; ".join(change.text for change in changed) or "no unit's part changes"
    return (
        Statement(f"{turn.text} Planned again: {told}."),
        *plan_statements(found.plan),
    )


def again_exhibits(plan: ForcePlan, found: Replan | Diagnosis) -> tuple[Exhibit, ...]:
    """Both plans compared, what changes unit by unit, and the new plan; or what falls short."""
    if isinstance(found, Diagnosis):
        return (shortfall_table(found),)
    rows = tuple((change.unit, change.kind.replace("_", " "), change.text)
                 for change in found.changes)  # fmt: skip
    columns = (Column("unit", "Unit"), Column("part", "Its part"), Column("text", "What changes"))
    return (
        compare_plans([("before", plan), ("after", found.plan)]),
        Table("changes", "What the new plan changes", columns, rows),
        *plan_exhibits(found.plan),
    )
