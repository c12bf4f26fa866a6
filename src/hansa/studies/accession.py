"""Joining an organisation in law: what its treaty demands, by which path and when.

The path is tried out, not asserted: an act of accession is added to the world, and the
register says from which day the state is what, and bound by what.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time

from hansa.record.acts import Act
from hansa.record.register import BoundNorm, Register
from hansa.record.treaties import Treaty
from hansa.record.world import World
from hansa.studies.arrangements import customs_unions
from hansa.studies.worth_union import DEFENCE, is_pact
from hansa.terms.days import Day, add_days
from hansa.terms.errors import BadInput
from hansa.terms.reasons import Because, Reason
from hansa.terms.truth import Truth

EXCLUSIVE = "no_other_alliance"


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the path: what, by whom, the first day on which it can be done."""

    what: str
    by: str
    earliest: Day | None
    because: Because


@dataclass(frozen=True, slots=True)
class Clash:
    """Something that a state has agreed and that does not go with joining.

    ``truth`` is unknown where the record does not tell.
    """

    truth: Truth
    text: str
    because: Because


@dataclass(frozen=True, slots=True, eq=False)
class Law:
    """Joining in law.

    Parameters
    ----------
    organisation, state : str
    treaty : Treaty
        The treaty to which the state accedes.
    consent : str
        Whose: ``none``, ``all parties``, ``body`` or ``unknown``.
    body : str
        The body that decides, ``""`` if none is known.
    stages : tuple of Stage
    member_from : Day or None
        The day from which the register holds the state to be a member, if it accedes on
        the day asked about; none if it does not become one.
    duties : tuple of BoundNorm
        Norms that bind it then and did not before.
    clashes : tuple of Clash
    after : World
        The world in which it has acceded.
    because : tuple of Reason
    """

    organisation: str
    state: str
    treaty: Treaty
    consent: str
    body: str
    stages: tuple[Stage, ...]
    member_from: Day | None
    duties: tuple[BoundNorm, ...]
    clashes: tuple[Clash, ...]
    after: World
    because: Because


def law_of(world: World, register: Register, organisation: str, state: str) -> Law:
    """What joining takes in law on the register's day.

    Raises
    ------
    BadInput
        If the organisation does not exist that day, the state is a member already, or no
        treaty makes its members.
    """
    exists = register.exists(organisation)
    code = world.state(state).id
    if exists.truth is not Truth.TRUE:
        raise BadInput(exists.text)
    held = register.membership(organisation, code)
    if held is not None and held.status == "member":
        raise BadInput(f"{code} is a member of {organisation} since {held.since}")
    treaty, clause = _treaty(register, organisation)
    rule = treaty.accession
    consent = rule.consent if rule is not None else "all parties"
    body = _body(register, organisation, rule.body if rule is not None else "")
    days = rule.days_after if rule is not None else 0
    after = world.with_acts([_acceded(treaty, code, register.day)])
    since = _member_from(after, register, organisation, code, days)
    return Law(
        organisation,
        code,
        treaty,
        consent,
        body,
        _stages(register, treaty, code, consent, body, days),
        since,
        _duties(register, after.on(since or register.day, register.known_on, register.clock), code),
        _clashes(register, organisation, code),
        after,
        (*exists.because, clause),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Leaving:
    """Leaving in law.

    Parameters
    ----------
    organisation, state : str
    notices : tuple of Stage
        A notice for each treaty by which the state is in, and when it has effect.
    out_from : Day or None
        The day from which the register no longer holds it to be a member.
    lapsing : tuple of BoundNorm
        Norms that bind it now and no longer then.
    after : World
        The world in which it has given notice.
    """

    organisation: str
    state: str
    notices: tuple[Stage, ...]
    out_from: Day | None
    lapsing: tuple[BoundNorm, ...]
    after: World


def leaving_of(world: World, register: Register, organisation: str, state: str) -> Leaving:
    """What leaving takes in law, if notice is given on the register's day.

    Raises
    ------
    BadInput
        If the state is no member that day.
    """
    code = world.state(state).id
    held = register.membership(organisation, code)
    if held is None or held.status != "member":
        raise BadInput(f"{code} is no member of {organisation} on {register.day}")
    org = world.organisation(organisation)
    ways = [t for rule in org.statuses if rule.status == "member" for t in rule.parties_to]
    bound = [t for t in ways if register.is_bound(t, code).truth is Truth.TRUE]
    acts = [_denounced(world.treaty(name), code, register.day) for name in bound]
    after = world.with_acts(acts)
    notices = []
    for name in bound:
        life = after.timeline(register.known_on, register.clock).lives[name]
        notice = next(n for n in life.notices if n.state == code and n.given == register.day)
        what = f"gives notice of withdrawal from {name}"
        notices.append(Stage(what, code, notice.effect, notice.because))
    last = max((stage.earliest for stage in notices if stage.earliest), default=None)
    gone = last is not None and _is_out(after, register, organisation, code, last)
    lapsing = () if last is None else _duties(after.on(last, None, register.clock), register, code)
    return Leaving(organisation, code, tuple(notices), last if gone else None, lapsing, after)


def _is_out(after: World, register: Register, organisation: str, state: str, on: Day) -> bool:
    held = after.on(on, None, register.clock).membership(organisation, state)
    return held is None or held.status != "member"


def _denounced(treaty: Treaty, state: str, on: Day) -> Act:
    return Act(
        id=f"what-if.{treaty.id}.denounce.{state}",
        kind="denounce",
        on=on,
        recorded=datetime.combine(on, time(), UTC),
        subject=treaty.id,
        actor=state,
        confidence="assumed",
        source="assumed",
        note=f"assumed: {state} gives notice",
    )


def _treaty(register: Register, organisation: str) -> tuple[Treaty, Reason]:
    """The treaty in force to which a newcomer would accede, and on what that rests."""
    timeline = register.timeline
    org = timeline.organisations[organisation]
    ways = [t for rule in org.statuses if rule.status == "member" for t in rule.parties_to]
    alive = [
        timeline.treaties[name]
        for name in (*org.constituted_by, *ways)
        if name in timeline.treaties and register.parties(name)
    ]
    open_ = [treaty for treaty in alive if treaty.accession is not None]
    if open_:
        treaty = open_[0]
        assert treaty.accession is not None
        article = f"{treaty.id} {treaty.accession.article}".strip()
        text = f"{treaty.title} is open to {treaty.accession.open_to or 'other states'}"
        return treaty, Reason("article", text, article, treaty.source, treaty.confidence)
    if not alive:
        raise BadInput(
            f"no treaty in force makes the members of {organisation}",
            remedy="its members were admitted by acts: describe the way in as a treaty",
        )
    treaty = max(alive, key=lambda t: t.signed)
    text = (
        f"{treaty.id} says nothing of accession that is on record: all parties must agree "
        "that a state may join it"
    )
    return treaty, Reason("rule", text, "VCLT Art. 15(c)")


def _body(register: Register, organisation: str, named: str) -> str:
    """The body that decides on accession: the one named, or the first that decides anything."""
    if named and named in register.timeline.bodies:
        return named
    bodies = [body for body in register.bodies(organisation) if body.rules]
    return bodies[0].id if bodies else ""


def _acceded(treaty: Treaty, state: str, on: Day) -> Act:
    return Act(
        id=f"what-if.{treaty.id}.accede.{state}",
        kind="accede",
        on=on,
        recorded=datetime.combine(on, time(), UTC),
        subject=treaty.id,
        actor=state,
        confidence="assumed",
        source="assumed",
        note=f"assumed: {state} accedes to {treaty.id} and everybody consents who must",
    )


def _member_from(
    after: World, register: Register, organisation: str, state: str, days: int
) -> Day | None:
    known = None if register.known_on is None else max(register.known_on, register.day)
    for day in (register.day, add_days(register.day, days)):
        held = after.on(day, known, register.clock).membership(organisation, state)
        if held is not None and held.status == "member":
            return held.since
    return None


def _stages(
    register: Register, treaty: Treaty, state: str, consent: str, body: str, days: int
) -> tuple[Stage, ...]:
    rule = treaty.accession
    article = f"{treaty.id} {rule.article}".strip() if rule is not None else "VCLT Art. 15(c)"
    why = (Reason("article", f"accession to {treaty.id}", article, treaty.source),)
    today = register.day
    stages = [Stage(f"asks to join {treaty.id}", state, today, why)]
    if consent != "none":
        whom = {
            "all parties": f"all parties ({', '.join(register.party_codes(treaty.id))})",
            "body": body or "the body named in the treaty",
        }.get(consent, "those whose consent the treaty asks (not on record)")
        stages.append(Stage("consents", whom, today, why))
    keeper = treaty.depositary.removesuffix(" (K)")
    where = f" with {keeper}" if keeper else ""
    stages.append(Stage(f"deposits its instrument of accession{where}", state, today, why))
    text = "is bound" if not days else f"is bound, {days} days after the deposit"
    stages.append(Stage(text, state, add_days(today, days), why))
    return tuple(stages)


def _duties(before: Register, after: Register, state: str) -> tuple[BoundNorm, ...]:
    """Norms on their parties that bind a state after and not before."""
    old = {bound.norm.ref for bound in before.norms() if state in bound.parties}
    return tuple(
        bound
        for bound in after.norms()
        if state in bound.parties
        and bound.norm.ref not in old
        and bound.norm.modality in ("obligation", "prohibition")
    )


def _clashes(register: Register, organisation: str, state: str) -> tuple[Clash, ...]:
    found = [*_other_unions(register, organisation, state)]
    if is_pact(register, organisation):
        found += _other_pacts(register, organisation, state)
    return tuple(found)


def _other_unions(register: Register, organisation: str, state: str) -> list[Clash]:
    """Customs unions of which it is a member: nobody can have two external tariffs."""
    unions = customs_unions(register)
    if organisation not in {union.organisation.id for union in unions}:
        return []
    return [
        Clash(
            Truth.of(union.applied or None),
            f"{state} is in {union.organisation.id}: a state has one external tariff",
            union.because,
        )
        for union in unions
        if union.organisation.id != organisation and state in union.members
    ]


def _other_pacts(register: Register, organisation: str, state: str) -> list[Clash]:
    """Promises of defence to outsiders, where the pact forbids other alliances."""
    org = register.timeline.organisations[organisation]
    names = {organisation, org.predecessor} - {""}
    bans = [b for b in register.norms(act=EXCLUSIVE) if b.treaty.organisation in names]
    members = set(register.member_codes(organisation))
    found: dict[str, Clash] = {}
    for act in DEFENCE:
        for bound in register.norms(act=act):
            outsiders = sorted(set(bound.parties) - members - {state})
            own = bound.treaty.organisation in names
            if state not in bound.parties or own or not outsiders or len(bound.parties) > 60:
                continue
            text = f"{state} has promised defence to {', '.join(outsiders)} in {bound.treaty.id}"
            ban = tuple(Reason("article", b.norm.text, b.norm.ref, b.norm.source) for b in bans)
            truth = Truth.UNKNOWN if bans else Truth.FALSE
            found[bound.treaty.id] = Clash(truth, text, (*bound.because, *ban))
    return list(found.values())
