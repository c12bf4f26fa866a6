"""Pledges of forces, as acts: readiness, renewal, withdrawal, and a unit pledged twice.

A pledge is an act of kind ``pledge`` whose subject is the pool (``KSOR``, ``UNPCRS``) and
whose actor is the member. A later act of the same kind with ``of`` in its payload renews it
(``renew``), changes its particulars, or takes the unit back (``end``). Corrected and
withdrawn acts are folded as everywhere in the record: a pledge whose act is withdrawn was
never made.

Readiness levels are those of the UN Peacekeeping Capability Readiness System: 1 pledged,
2 assessed by a visit, 3 agreed with equipment and a memorandum, and the rapid deployment
level, which leaves within 60 days of a request. A pledge runs twelve months and is renewed
for six months at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from enum import Enum

from hansa.record.acts import Act, Json
from hansa.record.ledger import fold
from hansa.security.forces.findings import Finding
from hansa.security.forces.reimbursement import Equipment, SelfSustainment
from hansa.terms.days import Day, Period, add_months, day
from hansa.terms.errors import BadInput
from hansa.terms.names import unknown
from hansa.terms.reasons import Because, Reason

_CHANGES = ("of", "renew", "end")
FIRST_MONTHS = 12
RENEWAL_MONTHS = 6
RAPID_DAYS = 60


class Readiness(Enum):
    """Levels of the UN Peacekeeping Capability Readiness System."""

    PLEDGED = "1"
    ASSESSED = "2"
    AGREED = "3"
    RAPID = "RDL"

    @property
    def rank(self) -> int:
        """Order of the levels, 1 to 4."""
        return list(Readiness).index(self) + 1


@dataclass(frozen=True, slots=True)
class Pledge:
    """One unit that a member has pledged to a pool.

    Parameters
    ----------
    id : str
        Id of the act that made it.
    unit, name : str
        Stable key of the unit and its name for people.
    member : str
        ISO 3166 alpha-3.
    pool : str
        To which force or organisation it is pledged.
    type : str
        Code of the unit's type (as in the UN's list: ``INF``, ``FPU``, …).
    strength : int
        Persons.
    capabilities : tuple of (str, float)
        What it supplies, in the units in which a mandate states its needs.
    base : str
        Where it stands.
    tons : float
        What has to be moved, persons included.
    notice_days : int, optional
        Days from the decision until it can leave; ``None``: not stated.
    month_cost : Decimal, optional
        Cost of having it deployed for a month; ``None``: not stated.
    level : Readiness, optional
        ``None``: the pool knows no levels.
    on : Day
    spells : tuple of Period
        When the pledge is in force, after renewals.
    """

    id: str
    unit: str
    name: str
    member: str
    pool: str
    type: str
    strength: int
    capabilities: tuple[tuple[str, float], ...]
    base: str
    tons: float
    notice_days: int | None
    month_cost: Decimal | None
    level: Readiness | None
    on: Day
    spells: tuple[Period, ...]
    equipment: tuple[Equipment, ...] = ()
    self_sustainment: tuple[SelfSustainment, ...] = ()
    because: Because = ()

    def in_force(self, when: Day) -> bool:
        """Whether the pledge holds on a day."""
        return any(when in spell for spell in self.spells)

    def due_for_renewal(self) -> Day | None:
        """The day on which it lapses unless renewed; ``None`` for a standing pledge."""
        return self.spells[-1].end

    @property
    def days_to_leave(self) -> int | None:
        """Notice in days: as stated, else 60 at the rapid deployment level, else unknown."""
        if self.notice_days is not None:
            return self.notice_days
        return RAPID_DAYS if self.level is Readiness.RAPID else None

    def particulars(self) -> tuple[object, ...]:
        """What two pledges of the same unit must agree on."""
        return (self.member, self.type, self.strength, self.capabilities, self.base, self.tons)


@dataclass(frozen=True, slots=True)
class PledgeBook:
    """The pledges in force on a day, one for each unit, and what was found on the way.

    ``aside`` holds pledges that are not counted (contradicted, lapsed or withdrawn):
    nothing is lost.
    """

    on: Day
    pledges: tuple[Pledge, ...]
    aside: tuple[Pledge, ...] = ()
    findings: tuple[Finding, ...] = ()


def renewal_spells(made: Day, renewals: Iterable[Day], *, end: Day | None = None) -> list[Period]:
    """When a pledge holds: twelve months, then six for each renewal.

    A renewal before the term is out prolongs the term; a later one starts a new spell.
    """
    spells = [Period(made, add_months(made, FIRST_MONTHS))]
    for renewed in sorted(renewals):
        last = spells[-1]
        assert last.end is not None
        if renewed <= last.end:
            spells[-1] = Period(last.start, add_months(last.end, RENEWAL_MONTHS))
        else:
            spells.append(Period(renewed, add_months(renewed, RENEWAL_MONTHS)))
    if end is None:
        return spells
    cut = (spell.meet(Period(made, max(made, end))) for spell in spells)
    return [spell for spell in cut if spell is not None] or [Period(made, made)]


def read_pledges(
    acts: Iterable[Act],
    on: Day,
    *,
    known_on: Day | None = None,
    pools: frozenset[str] | None = None,
) -> PledgeBook:
    """The pledges that hold on a day, from the acts known on a day.

    Parameters
    ----------
    acts : iterable of Act
        Any acts; those of other kinds are passed over.
    on : Day
    known_on : Day, optional
        Only acts recorded by the end of this day count (``None``: all).
    pools : frozenset of str, optional
        Only these pools (``None``: all).

    Raises
    ------
    BadInput
        If a pledge's payload lacks something or cannot be read.
    RuleViolation
        If two different acts share an id.
    """
    given = list(acts)
    ledger = fold(given, known_on)
    known = [act for act in ledger.acts if act.on <= on]
    made = [a for a in known if a.kind == "pledge" and "of" not in a.payload]
    made = [a for a in made if pools is None or a.subject in pools]
    changes: dict[str, list[Act]] = {}
    for act in sorted(known, key=lambda a: (a.on, a.recorded, a.id)):
        if act.kind == "pledge" and "of" in act.payload:
            changes.setdefault(str(act.payload["of"]), []).append(act)
    orphans = _orphans(changes, known)
    pledges = [_pledge(act, changes.get(act.id, [])) for act in made]
    live = [pledge for pledge in pledges if pledge.in_force(on)]
    over = [pledge for pledge in pledges if not pledge.in_force(on)]
    counted, contradicted, twice = _one_per_unit(live)
    lapsed = [_lapsed(pledge, on, changes.get(pledge.id, [])) for pledge in over]
    return PledgeBook(
        on,
        tuple(sorted(counted, key=lambda p: (p.member, p.unit))),
        (*contradicted, *over),
        (*_retracted(given, known), *orphans, *twice, *lapsed),
    )


def _retracted(given: list[Act], known: list[Act]) -> list[Finding]:
    pledged = {act.id: act for act in given if act.kind == "pledge"}
    return [
        Finding("retracted", f"{act.subject} was withdrawn by {act.id}", act.subject)
        for act in known
        if act.kind == "withdraw" and act.subject in pledged
    ]


def _orphans(changes: Mapping[str, list[Act]], known: list[Act]) -> list[Finding]:
    ids = {act.id for act in known if act.kind == "pledge"}
    return [
        Finding("unknown_pledge", f"{act.id} renews or changes {target}, which nobody made", target)
        for target, acts in changes.items()
        for act in acts
        if target not in ids
    ]


def _one_per_unit(live: list[Pledge]) -> tuple[list[Pledge], list[Pledge], list[Finding]]:
    """Count each unit once; where two pledges contradict one another, count neither."""
    by_unit: dict[str, list[Pledge]] = {}
    for pledge in live:
        by_unit.setdefault(pledge.unit, []).append(pledge)
    counted, aside, findings = [], [], []
    for unit, pledges in by_unit.items():
        if len(pledges) == 1:
            counted.append(pledges[0])
            continue
        ids = ", ".join(pledge.id for pledge in pledges)
        because = tuple(reason for pledge in pledges for reason in pledge.because)
        if len({pledge.particulars() for pledge in pledges}) == 1:
            first = min(pledges, key=lambda p: (p.on, p.id))
            counted.append(replace(first, because=because))
            text = f"{unit} is pledged {len(pledges)} times ({ids}); it is counted once"
        else:
            aside.extend(pledges)
            text = (
                f"{unit} is pledged {len(pledges)} times with different particulars ({ids}); "
                "it is not counted until its owners say which holds"
            )
        findings.append(Finding("pledged_twice", text, unit, because))
    return counted, aside, findings


def _lapsed(pledge: Pledge, on: Day, changes: list[Act]) -> Finding:
    gone = [act for act in changes if act.payload.get("end") is True]
    if gone:
        text = f"{pledge.unit} was taken back on {gone[-1].on}"
        return Finding("taken_back", text, pledge.unit, pledge.because)
    text = f"{pledge.unit}: the pledge of {pledge.on} lapsed on {pledge.spells[-1].end}"
    return Finding("lapsed", text, pledge.unit, pledge.because)


def _pledge(act: Act, changes: list[Act]) -> Pledge:
    payload = dict(act.payload)
    for change in changes:
        payload.update({k: v for k, v in change.payload.items() if k not in _CHANGES})
    try:
        return _read(act, payload, changes)
    except KeyError as missing:
        raise BadInput(
            f"pledge {act.id} lacks {missing}",
            where=act.place,
            remedy="a pledge states unit, strength, capabilities, base and tons",
        ) from None
    except (TypeError, ValueError, AttributeError, InvalidOperation) as wrong:
        raise BadInput(f"pledge {act.id} cannot be read: {wrong}", where=act.place) from None


def _read(act: Act, payload: Mapping[str, Json], changes: list[Act]) -> Pledge:
    level = _level(act, payload)
    notice = payload.get("notice_days")
    cost = payload.get("month_cost")
    capabilities = payload["capabilities"]
    if not isinstance(capabilities, dict) or not capabilities:
        raise ValueError("capabilities are an object from names to amounts")
    strength, tons = int(str(payload["strength"])), float(str(payload["tons"]))
    if strength < 0 or tons < 0:
        raise ValueError("strength and tons are not negative")
    return Pledge(
        id=act.id,
        unit=str(payload["unit"]),
        name=str(payload.get("name", payload["unit"])),
        member=act.actor,
        pool=act.subject,
        type=str(payload.get("type", "")),
        strength=strength,
        capabilities=tuple(sorted((k, float(str(v))) for k, v in capabilities.items())),
        base=str(payload["base"]),
        tons=tons,
        notice_days=None if notice is None else int(str(notice)),
        month_cost=None if cost is None else Decimal(str(cost)),
        level=level,
        on=act.on,
        spells=tuple(_spells(act, payload, level, changes)),
        equipment=tuple(_equipment(item) for item in _objects(payload, "equipment")),
        self_sustainment=tuple(
            SelfSustainment(
                str(item["category"]), Decimal(str(item["rate"])), item.get("provided") is not False
            )
            for item in _objects(payload, "self_sustainment")
        ),
        because=(
            Reason(
                "act",
                f"{act.actor} pledged {payload['unit']} to {act.subject} on {act.on}",
                ref=act.id,
                source=act.source,
                confidence=act.confidence,
            ),
        ),
    )


def _level(act: Act, payload: Mapping[str, Json]) -> Readiness | None:
    text = payload.get("level")
    if text is None:
        return None
    levels = [level.value for level in Readiness]
    if str(text) not in levels:
        raise unknown("level of readiness", str(text), levels, where=act.place)
    return Readiness(str(text))


def _spells(
    act: Act, payload: Mapping[str, Json], level: Readiness | None, changes: list[Act]
) -> list[Period]:
    """Pledges with a level are renewed; pledges to a standing force hold until withdrawn."""
    rule = str(payload.get("renewal", "pcrs" if level is not None else "standing"))
    if rule not in ("pcrs", "standing"):
        raise unknown("rule of renewal", rule, ["pcrs", "standing"], where=act.place)
    ends = [change.on for change in changes if change.payload.get("end") is True]
    stated = payload.get("until")
    if stated is not None:
        ends.append(day(str(stated), where=act.place))
    end = min(ends) if ends else None
    if rule == "standing":
        return [Period(act.on, end if end is None else max(act.on, end))]
    renewals = [change.on for change in changes if change.payload.get("renew") is True]
    return renewal_spells(act.on, renewals, end=end)


def _objects(payload: Mapping[str, Json], key: str) -> list[dict[str, Json]]:
    items = payload.get(key, [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ValueError(f"{key} is a list of objects")
    return [item for item in items if isinstance(item, dict)]


def _equipment(item: Mapping[str, Json]) -> Equipment:
    agreed = int(str(item["agreed"]))
    lease = str(item["lease"])
    if lease not in ("wet", "dry"):
        raise ValueError(f"a lease is wet or dry, not {lease!r}")
    return Equipment(
        item=str(item["item"]),
        agreed=agreed,
        present=int(str(item.get("present", agreed))),
        serviceable=int(str(item.get("serviceable", item.get("present", agreed)))),
        lease="wet" if lease == "wet" else "dry",
        wet_rate=Decimal(str(item.get("wet_rate", 0))),
        dry_rate=Decimal(str(item.get("dry_rate", 0))),
    )
