"""The mandate: what was decided if that is on record, else what is wished and assumed."""

from __future__ import annotations

from dataclasses import dataclass

from hansa.record.acts import Act
from hansa.security import Incident, Kinds
from hansa.security.forces import TASKS, Area, LegalCondition, Mandate, Need
from hansa.terms.days import Day, add_days, day
from hansa.terms.errors import BadInput
from hansa.terms.names import unknown
from hansa.terms.reasons import Reason

TASK_OF_KIND = {
    "armed_attack": "rapid_reaction",
    "incursion": "border_closure",
    "terrorism": "counter_terrorism",
    "insurrection": "peacekeeping",
    "unrest": "peacekeeping",
    "smuggling": "border_closure",
    "disaster": "relief",
    "threat": "rapid_reaction",
}
"""The task that fits a kind of incident, if none is given; broader kinds stand in."""

FORCE_RULES_OF_TASK = {
    "peacekeeping": ("self_defence", "protect_sites"),
    "counter_terrorism": ("self_defence", "defend_mandate", "against_named_groups"),
    "border_closure": ("self_defence", "defend_mandate"),
    "rapid_reaction": ("self_defence", "defend_mandate"),
    "relief": ("self_defence",),
}
DAYS_OF_TASK = {"peacekeeping": 3, "rapid_reaction": 7, "relief": 7}
END_OF_TASK = {
    "peacekeeping": "the sites and people put under guard are safe in the host's own hands",
    "counter_terrorism": "the groups that the mandate names no longer fight",
    "border_closure": "the host's own guards hold the stretch of border",
    "rapid_reaction": "the threat has gone or a larger force has taken over",
    "relief": "the host's own services cope",
}
USUAL_DAYS = 14
USUAL_PERSONS = 1500
VANGUARD_FROM = 7
"""From so many days on, a third of the force is due at half the time."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of an operation; what is not said is taken from the record or assumed.

    Parameters
    ----------
    task : str
        One of the known tasks.
    strength : int
        Persons; 0: not said.
    days : int
        Days from the decision by which all are there; 0: not said.
    months : int
        How long it stays; 0: not said.
    """

    task: str = ""
    strength: int = 0
    days: int = 0
    months: int = 0

    def __post_init__(self) -> None:
        if self.task and self.task not in TASKS:
            raise unknown("task", self.task, TASKS)
        for name in ("strength", "days", "months"):
            if getattr(self, name) < 0:
                raise BadInput(
                    f"{name} of {getattr(self, name)} is none", remedy="give a positive number"
                )


@dataclass(frozen=True, slots=True)
class Terms:
    """The wish with every gap filled, and what was assumed to fill it."""

    task: str
    strength: int
    days: int
    months: int
    assumed: tuple[str, ...]


def defaults(wish: Wish, incident: Incident, kinds: Kinds, decided: Act | None) -> Terms:
    """Fill what is not said: from the mandate on record first, then by kind and task."""
    said = decided.payload if decided is not None else {}
    assumed = []
    task = wish.task or str(said.get("task") or "")
    if not task:
        chain = kinds.chain(incident.kind)
        task = next((TASK_OF_KIND[k] for k in chain if k in TASK_OF_KIND), "rapid_reaction")
        assumed.append(f"the task is taken to be {task.replace('_', ' ')}")
    strength = wish.strength or int(str(said.get("strength") or 0))
    if not strength:
        strength = USUAL_PERSONS
        assumed.append(f"{strength:,} persons are taken to be required")
    days = wish.days or DAYS_OF_TASK.get(task, USUAL_DAYS)
    if not wish.days:
        assumed.append(f"they are taken to be required within {days} days")
    months = wish.months
    if not months and decided is not None and "until" in said:
        months = max(1, -(-(day(str(said["until"])) - decided.on).days // 31))
    if not months:
        months = 3
        assumed.append("the mandate is taken to run for three months")
    return Terms(task, strength, days, months, tuple(assumed))


def mandate_of(
    incident: Incident,
    terms: Terms,
    start: Day,
    area: Area,
    capability: str,
    command: str,
    conditions: tuple[LegalCondition, ...],
) -> Mandate:
    """The mandate that the body gives."""
    whole = add_days(start, terms.days)
    needs = [Need(capability, float(terms.strength), whole)]
    if terms.days >= VANGUARD_FROM:
        third = float(max(1, round(terms.strength / 3)))
        vanguard = Need(capability, third, add_days(start, terms.days // 2))
        needs.insert(0, vanguard)
    return Mandate(
        id=incident.id,
        task=terms.task,
        area=area,
        start=start,
        months=terms.months,
        needs=tuple(needs),
        force_rules=FORCE_RULES_OF_TASK.get(terms.task, ("self_defence",)),
        command=command,
        end_state=END_OF_TASK.get(terms.task, ""),
        conditions=conditions,
        because=tuple(Reason("assumption", text) for text in terms.assumed),
    )
