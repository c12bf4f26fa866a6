"""A mandate: what an operation is to do, where, how long, with which capabilities when.

A mandate is decided elsewhere (the competent body and its rule); here it is a value. Its
legal conditions are three-valued: an unknown consent never counts as given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from hansa.record.acts import Act, Json
from hansa.terms.days import Day, add_months, day
from hansa.terms.errors import BadInput
from hansa.terms.names import unknown
from hansa.terms.reasons import Because, Reason
from hansa.terms.truth import Truth, all_of

TASKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "peacekeeping": "keep a peace that the parties accept; guard sites and people",
        "counter_terrorism": "find and fight armed groups beside the host's forces",
        "border_closure": "stop armed groups and contraband at a stretch of border",
        "rapid_reaction": "be present in days, to deter or to hold until more arrives",
        "relief": "help after a disaster",
    }
)
"""Tasks known from the start; a reader may pass a longer mapping."""

FORCE_RULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "self_defence": "force only to defend oneself and one's unit",
        "defend_mandate": "force also against those who hinder the mandate by force",
        "protect_sites": "force to protect the sites put under guard",
        "protect_civilians": "force to protect civilians under threat of physical violence",
        "against_named_groups": "force against the armed groups that the mandate names",
    }
)
"""Rules on the use of force, from the narrowest to the widest."""


@dataclass(frozen=True, slots=True)
class Area:
    """Where the operation takes place.

    Parameters
    ----------
    name : str
        Name for people.
    hubs : tuple of str
        Hubs of the network at which a unit counts as arrived.
    state : str
        Host state (ISO 3166 alpha-3).
    lat, lon : float, optional
        Degrees north and east.
    """

    name: str
    hubs: tuple[str, ...]
    state: str = ""
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """An amount of a capability that must have arrived by a day and stays until another.

    ``until`` is exclusive; ``None`` means to the end of the mandate.
    """

    capability: str
    amount: float
    by: Day
    until: Day | None = None

    def __post_init__(self) -> None:
        if not self.amount > 0:
            raise BadInput(f"the need for {self.capability!r} must be positive, not {self.amount}")
        if self.until is not None and self.until <= self.by:
            raise BadInput(f"the need for {self.capability!r} ends {self.until}, before {self.by}")


@dataclass(frozen=True, slots=True)
class LegalCondition:
    """What the law asks before the mandate may start, and whether it holds."""

    key: str
    text: str
    state: Truth
    article: str = ""
    because: Because = ()


@dataclass(frozen=True, slots=True)
class Mandate:
    """What an operation is to do.

    Parameters
    ----------
    id : str
        Stable identifier.
    task : str
        One of `TASKS`, or a further task of the caller.
    area : Area
    start : Day
        Day of the decision: day 0 of the plan.
    months : int
        Duration.
    needs : tuple of Need
        Required capabilities over time.
    force_rules : tuple of str
        Keys of `FORCE_RULES`.
    command, end_state : str
        Who commands; what ends the operation.
    conditions : tuple of LegalCondition
    because : Because
        The decision and its grounds.
    """

    id: str
    task: str
    area: Area
    start: Day
    months: int
    needs: tuple[Need, ...]
    force_rules: tuple[str, ...] = ("self_defence",)
    command: str = ""
    end_state: str = ""
    conditions: tuple[LegalCondition, ...] = ()
    because: Because = ()

    def __post_init__(self) -> None:
        if self.months < 1:
            raise BadInput(f"mandate {self.id}: a duration of {self.months} months is none")
        if not self.needs:
            raise BadInput(f"mandate {self.id}: it requires nothing", remedy="state its needs")
        for need in self.needs:
            if need.by < self.start:
                raise BadInput(
                    f"mandate {self.id}: {need.capability!r} is due {need.by}, "
                    f"before the mandate starts ({self.start})"
                )
            if need.by >= self.end:
                raise BadInput(
                    f"mandate {self.id}: {need.capability!r} is due {need.by}, "
                    f"when the mandate has ended ({self.end})"
                )

    @property
    def end(self) -> Day:
        """The first day on which the mandate no longer runs."""
        return add_months(self.start, self.months)

    def lawful(self) -> Truth:
        """Whether every legal condition holds; unknown if one is unknown and none fails."""
        return all_of(condition.state for condition in self.conditions)

    def open_conditions(self) -> tuple[LegalCondition, ...]:
        """Conditions that fail or are unknown."""
        return tuple(c for c in self.conditions if c.state is not Truth.TRUE)


def mandate_payload(mandate: Mandate) -> dict[str, Json]:
    """The payload of an act of kind ``mandate`` that `mandate_from_act` reads back."""
    area = mandate.area
    return {
        "task": mandate.task,
        "area": {
            "name": area.name,
            "hubs": list(area.hubs),
            "state": area.state,
            "lat": area.lat,
            "lon": area.lon,
        },
        "start": mandate.start.isoformat(),
        "months": mandate.months,
        "needs": [
            {
                "capability": need.capability,
                "amount": need.amount,
                "by": need.by.isoformat(),
                "until": need.until.isoformat() if need.until else None,
            }
            for need in mandate.needs
        ],
        "force_rules": list(mandate.force_rules),
        "command": mandate.command,
        "end_state": mandate.end_state,
        "conditions": [
            {"key": c.key, "text": c.text, "state": str(c.state), "article": c.article}
            for c in mandate.conditions
        ],
    }


def mandate_from_act(
    act: Act,
    *,
    tasks: Mapping[str, str] = TASKS,
    force_rules: Mapping[str, str] = FORCE_RULES,
) -> Mandate:
    """The mandate that an act of kind ``mandate`` states; the act's subject is its id.

    Raises
    ------
    BadInput
        If the act is of another kind or its payload lacks something.
    UnknownCode
        If the task or a rule on the use of force is unknown.
    """
    if act.kind != "mandate":
        raise BadInput(f"act {act.id} is of kind {act.kind!r}, not a mandate", where=act.place)
    try:
        return _read(act, tasks, force_rules)
    except KeyError as missing:
        raise BadInput(f"mandate {act.id} lacks {missing}", where=act.place) from None
    except (TypeError, AttributeError):
        raise BadInput(f"mandate {act.id}: its payload is malformed", where=act.place) from None


def _read(act: Act, tasks: Mapping[str, str], force_rules: Mapping[str, str]) -> Mandate:
    payload = act.payload
    task = str(payload["task"])
    if task not in tasks:
        raise unknown("task", task, tasks, where=act.place)
    rules = tuple(str(rule) for rule in _list(payload.get("force_rules", ["self_defence"])))
    for rule in rules:
        if rule not in force_rules:
            raise unknown("rule on the use of force", rule, force_rules, where=act.place)
    area = _dict(payload["area"])
    return Mandate(
        id=act.subject,
        task=task,
        area=Area(
            name=str(area["name"]),
            hubs=tuple(str(hub) for hub in _list(area["hubs"])),
            state=str(area.get("state", "")),
            lat=_optional(area.get("lat")),
            lon=_optional(area.get("lon")),
        ),
        start=day(str(payload.get("start", act.on.isoformat())), where=act.place),
        months=int(str(payload["months"])),
        needs=tuple(_need(_dict(item), act) for item in _list(payload["needs"])),
        force_rules=rules,
        command=str(payload.get("command", "")),
        end_state=str(payload.get("end_state", "")),
        conditions=tuple(_condition(_dict(c)) for c in _list(payload.get("conditions", []))),
        because=(
            Reason(
                "act",
                f"{act.actor or 'the competent body'} decided on {act.on}",
                ref=act.id,
                source=act.source,
                confidence=act.confidence,
            ),
        ),
    )


def _need(item: Mapping[str, Json], act: Act) -> Need:
    until = item.get("until")
    return Need(
        capability=str(item["capability"]),
        amount=float(str(item["amount"])),
        by=day(str(item["by"]), where=act.place),
        until=day(str(until), where=act.place) if until else None,
    )


def _condition(item: Mapping[str, Json]) -> LegalCondition:
    state = str(item.get("state", "unknown")).upper()
    if state not in Truth.__members__:
        raise unknown("truth value", state.lower(), [str(value) for value in Truth])
    return LegalCondition(
        key=str(item["key"]),
        text=str(item.get("text", "")),
        state=Truth[state],
        article=str(item.get("article", "")),
    )


def _list(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _dict(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _optional(value: Json) -> float | None:
    return None if value is None else float(str(value))
