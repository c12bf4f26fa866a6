"""Which acts may be made: rules of the register on acts that are still to be recorded.

A rule is a class named by what it says; its docstring is the message that its violation
prints. The rules ask the register of the day of the act; whether somebody may act for a state
at all is asked by `hansa.record.authority`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from hansa.record.acts import KINDS, Act
from hansa.record.mandates import read_subject
from hansa.record.register import Register
from hansa.record.world import World
from hansa.terms.errors import HansaError, RuleViolation
from hansa.terms.names import nearest
from hansa.terms.truth import Truth

CONSENT = ("sign", "ratify", "notify", "accede")
LONGEST = 200


class NotPermitted(RuleViolation):
    """An act that a rule forbids; ``rule`` is the rule's name."""

    def __init__(self, rule: str, what: str, near: tuple[str, ...] = ()) -> None:
        self.rule = rule
        super().__init__(what, nearest=near)


@dataclass(frozen=True)
class Proposed:
    """An act that is to be recorded, and the world before it."""

    act: Act
    world: World

    @cached_property
    def register(self) -> Register:
        """What holds on the act's day."""
        return self.world.on(self.act.on)

    @cached_property
    def convened(self) -> Act | None:
        """The act that convened the meeting which the act is about."""
        return convened(self.world, self.act.subject)

    def said(self, key: str) -> str:
        """A particular as text, ``""`` if it is not given."""
        value = self.act.payload.get(key)
        return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule that forbids an act, and why."""

    rule: str
    text: str
    nearest: tuple[str, ...] = ()


class Permit:
    """A rule on acts; subclasses say what breaks it."""

    permits: ClassVar[list[type[Permit]]] = []
    kinds: ClassVar[tuple[str, ...]] = ()
    """The kinds of act that it is about; empty: all."""

    def __init_subclass__(cls) -> None:
        Permit.permits.append(cls)

    def broken(self, on: Proposed) -> str | None:
        """What is wrong, ``None`` if nothing is."""
        raise NotImplementedError

    def near(self, on: Proposed) -> tuple[str, ...]:
        """Valid things close to what was given."""
        return ()


def refusals(act: Act, world: World) -> Iterator[Refusal]:
    """Every rule that forbids the act; references first, and alone if they are unsound."""
    on = Proposed(act, world)
    broken = False
    for kind in Permit.permits:
        if kind.kinds and act.kind not in kind.kinds:
            continue
        if broken and kind not in FIRST:
            return
        rule = kind()
        what = rule.broken(on)
        if what is not None:
            broken = True
            message = (kind.__doc__ or "").strip().rstrip(".")
            yield Refusal(kind.__name__, f"{message}: {what}", rule.near(on))


def permit(act: Act, world: World) -> None:
    """Let an act pass, or say which rule forbids it.

    Raises
    ------
    NotPermitted
        Naming the first rule that forbids it.
    """
    for refusal in refusals(act, world):
        raise NotPermitted(refusal.rule, refusal.text, refusal.nearest)


def convened(world: World, meeting: str) -> Act | None:
    """The act that convened a meeting."""
    about = world.timeline().ledger.about(meeting, "convene")
    return about[0] if about else None


def body_of(world: World, call: Act) -> str:
    """The body that meets, ``""`` if the record does not say."""
    said = str(call.payload.get("body", ""))
    if said in world.bodies:
        return said
    return call.actor if call.actor in world.bodies else ""


def organisation_of(world: World, call: Act) -> str:
    """The organisation whose body meets."""
    body = body_of(world, call)
    return world.bodies[body].organisation if body else call.actor


def voters(on: Proposed) -> tuple[str, ...]:
    """Who votes at the meeting that an act is about."""
    call = on.convened
    if call is None:
        return ()
    body = body_of(on.world, call)
    if body:
        return on.register.voters(body)
    organisation = organisation_of(on.world, call)
    known = organisation in on.world.organisations
    return on.register.member_codes(organisation) if known else ()


# --- what an act refers to -------------------------------------------------------------------


class TheActorIsKnown(Permit):
    """The actor of an act is a state, an organisation, its secretariat or one of its bodies."""

    def _known(self, world: World) -> set[str]:
        secretariats = {f"{name} Secretariat" for name in world.organisations}
        return {*world.states, *world.organisations, *world.bodies, *secretariats}

    def broken(self, on: Proposed) -> str | None:
        return None if on.act.actor in self._known(on.world) else repr(on.act.actor)

    def near(self, on: Proposed) -> tuple[str, ...]:
        return nearest(on.act.actor, self._known(on.world))


class TheSubjectIsKnown(Permit):
    """An act is about something that the record knows."""

    TREATY = (*CONSENT, "reserve", "denounce", "amend", "succeed")
    ORGANISATION = ("admit", "end_status", "declare")
    MEETING = ("table", "attend", "vote", "adopt")
    ACT = ("correct", "withdraw", "release")
    EITHER = ("suspend", "resume", "terminate")

    def _known(self, on: Proposed) -> set[str] | None:
        world, kind = on.world, on.act.kind
        if kind == "object":
            return {*world.treaties, *on.world.timeline().ledger.by_subject}
        if kind in self.TREATY:
            return {*world.treaties, *(world.organisations if kind == "succeed" else ())}
        if kind in self.ORGANISATION:
            return set(world.organisations)
        if kind in self.MEETING:
            return {act.subject for act in world.acts if act.kind == "convene"}
        if kind in self.ACT:
            return {act.id for act in world.acts}
        if kind in self.EITHER:
            return {*world.treaties, *world.organisations}
        if kind in ("appoint", "chair", "recall") and read_subject(on.act.subject) is None:
            return set(world.offices)
        return None

    def broken(self, on: Proposed) -> str | None:
        if not on.act.subject or len(on.act.subject) > LONGEST:
            return f"its subject has {len(on.act.subject)} characters, not 1 to {LONGEST}"
        known = self._known(on)
        if known is None or on.act.subject in known:
            return None
        return f"{KINDS[on.act.kind]}: {on.act.subject!r}"

    def near(self, on: Proposed) -> tuple[str, ...]:
        return nearest(on.act.subject, self._known(on) or ())


class MandatesAreOfTheRecord(Permit):
    """A mandate is for a state of the world in an organisation of the world."""

    kinds = ("appoint", "recall")

    def broken(self, on: Proposed) -> str | None:
        who = read_subject(on.act.subject)
        if who is None:
            return None
        organisation, state = who
        if organisation not in on.world.organisations:
            return f"organisation {organisation!r}"
        if state and state not in on.world.states:
            return f"state {state!r}"
        if on.act.kind == "appoint" and not (on.said("account") or on.said("key")):
            return "it names neither an account nor a key"
        return None


FIRST: tuple[type[Permit], ...] = (TheActorIsKnown, TheSubjectIsKnown, MandatesAreOfTheRecord)


# --- when ------------------------------------------------------------------------------------


class ActsAreNotDatedAhead(Permit):
    """Only a meeting or a deadline may lie ahead of the day on which it is recorded."""

    def broken(self, on: Proposed) -> str | None:
        act = on.act
        if act.kind in ("convene", "due") or act.on <= act.recorded.date():
            return None
        return f"dated {act.on}, recorded {act.recorded.date()}"


class NothingPrecedesItsTreaty(Permit):
    """No state consents to a treaty before it is open for signature."""

    kinds = CONSENT

    def broken(self, on: Proposed) -> str | None:
        opened = on.world.treaties[on.act.subject].signed
        return None if on.act.on >= opened else f"{on.act.subject} is open from {opened}"


# --- treaties --------------------------------------------------------------------------------


class NoSecondConsent(Permit):
    """A state that is bound by a treaty does not consent to it again (VCLT Art. 11)."""

    kinds = CONSENT

    def broken(self, on: Proposed) -> str | None:
        act = on.act
        life = on.register.timeline.lives[act.subject]
        if life.bound(act.actor, act.on) is not None:
            return f"{act.actor} is bound by {act.subject} on {act.on}"
        if act.kind == "sign" and act.actor in life.signed:
            return f"{act.actor} signed {act.subject} on {life.signed[act.actor].on}"
        return None


class OnlySignatoriesRatify(Permit):
    """Only a state that has signed a treaty ratifies it (VCLT Art. 14)."""

    kinds = ("ratify", "notify")

    def broken(self, on: Proposed) -> str | None:
        signed = on.register.timeline.lives[on.act.subject].signed
        if on.act.actor in signed:
            return None
        return f"{on.act.actor} has not signed {on.act.subject}; it may accede"


class OnlyPartiesDenounce(Permit):
    """Only a party to a treaty gives notice of withdrawal from it (VCLT Art. 54)."""

    kinds = ("denounce",)

    def broken(self, on: Proposed) -> str | None:
        finding = on.register.is_bound(on.act.subject, on.act.actor)
        return None if finding.truth is Truth.TRUE else finding.text


class OneNoticeAtATime(Permit):
    """A notice of withdrawal that runs is not given again."""

    kinds = ("denounce",)

    def broken(self, on: Proposed) -> str | None:
        for notice in on.register.timeline.lives[on.act.subject].notices:
            if notice.state == on.act.actor and notice.given <= on.act.on < notice.effect:
                return f"given on {notice.given}, effective on {notice.effect}"
        return None


class OnlyPartiesObject(Permit):
    """Only a party to a treaty objects to what others do under it (VCLT Art. 20)."""

    kinds = ("object", "reserve")

    def broken(self, on: Proposed) -> str | None:
        if on.act.subject not in on.world.treaties:
            return None
        finding = on.register.is_bound(on.act.subject, on.act.actor)
        signed = on.act.actor in on.register.timeline.lives[on.act.subject].signed
        if finding.truth is Truth.TRUE or (on.act.kind == "reserve" and signed):
            return None
        return finding.text


# --- organisations, offices ------------------------------------------------------------------


class StatusesAreRanked(Permit):
    """A status that is given or ended is one of the organisation's statuses."""

    kinds = ("admit", "end_status")

    def broken(self, on: Proposed) -> str | None:
        ranks = on.world.organisations[on.act.subject].ranks
        status = on.said("status")
        return None if status in ranks else f"{status!r}; it has {', '.join(ranks)}"

    def near(self, on: Proposed) -> tuple[str, ...]:
        return nearest(on.said("status"), on.world.organisations[on.act.subject].ranks)


class StatusesAreGivenOnce(Permit):
    """A status is not given to whom has it, and not taken from whom has it not."""

    kinds = ("admit", "end_status")

    def broken(self, on: Proposed) -> str | None:
        named = on.act.payload.get("states")
        states = [str(s) for s in named] if isinstance(named, list) else [on.act.actor]
        for state in states:
            held = on.register.membership(on.act.subject, state)
            has = held is not None and held.status == on.said("status")
            if has == (on.act.kind == "admit"):
                word = "is already" if has else "is no"
                return f"{state} {word} {on.said('status')} of {on.act.subject}"
        return None


class AssociatesDoNotChair(Permit):
    """Only a member takes the chair, unless the rule of the office names the state."""

    kinds = ("chair",)

    def broken(self, on: Proposed) -> str | None:
        office = on.world.offices[on.act.subject]
        state = on.act.actor
        for rotation in office.rotations:
            running = (rotation.since is None or rotation.since <= on.act.on) and (
                rotation.until is None or on.act.on < rotation.until
            )
            if running and state in (*rotation.states, *rotation.start):
                return None
        held = on.register.membership(office.organisation, state)
        if held is not None and held.status == "member":
            return None
        status = held.status if held is not None else "no member"
        return f"{state} is {status} of {office.organisation} on {on.act.on}"


# --- meetings --------------------------------------------------------------------------------


class OnlyBodiesMeet(Permit):
    """A meeting is convened by an organisation that exists, or by one of its bodies."""

    kinds = ("convene",)

    def broken(self, on: Proposed) -> str | None:
        body = body_of(on.world, on.act)
        if on.said("body") and not body:
            return f"there is no body {on.said('body')!r}"
        organisation = organisation_of(on.world, on.act)
        if organisation not in on.world.organisations:
            return f"{on.act.actor} is neither"
        exists = on.register.exists(organisation)
        return None if exists.truth is Truth.TRUE else exists.text

    def near(self, on: Proposed) -> tuple[str, ...]:
        return nearest(on.said("body"), on.world.bodies)


class MeetingsHaveOneName(Permit):
    """A meeting is convened once."""

    kinds = ("convene",)

    def broken(self, on: Proposed) -> str | None:
        return None if on.convened is None else f"{on.act.subject} on {on.convened.on}"


class OnlyThoseConcernedAttend(Permit):
    """A state with some standing in the organisation, the host or a guest is represented."""

    kinds = ("attend",)

    def broken(self, on: Proposed) -> str | None:
        call, state = on.convened, on.act.actor
        if call is None or state == call.payload.get("host"):
            return None
        invited = call.payload.get("present")
        if isinstance(invited, list) and state in invited:
            return None
        organisation = organisation_of(on.world, call)
        known = organisation in on.world.organisations
        if not known or on.register.membership(organisation, state) is not None:
            return None
        return f"{state} has no standing in {organisation}"


class OnlyMembersVote(Permit):
    """Only members of the body that meets vote; observers and associates speak."""

    kinds = ("vote",)

    def broken(self, on: Proposed) -> str | None:
        found = voters(on)
        if on.act.actor in found:
            return None
        return f"{on.act.actor} is not among {', '.join(found) or 'any voters'}"


class OnlyMembersTable(Permit):
    """Only members of the body that meets, and its organisation, put items on the agenda."""

    kinds = ("table",)

    def broken(self, on: Proposed) -> str | None:
        if on.act.actor not in on.world.states or on.act.actor in voters(on):
            return None
        return f"{on.act.actor} has no vote at {on.act.subject}"


class ItemsHaveNames(Permit):
    """An item of an agenda is named by item, document or title."""

    kinds = ("table", "vote", "adopt")

    def broken(self, on: Proposed) -> str | None:
        return None if _names(on.act) else "none of them is given"


class OnlyTabledItems(Permit):
    """A meeting votes on and adopts what is on its agenda."""

    kinds = ("vote", "adopt")

    def broken(self, on: Proposed) -> str | None:
        names = _names(on.act)
        if any(_same(act, names) for act in _about(on, "table")):
            return None
        return f"{' '.join(names.values())!r} is not tabled at {on.act.subject}"


class WhatIsDecidedStays(Permit):
    """An item that was adopted or withdrawn is not voted on or adopted again."""

    kinds = ("vote", "adopt")

    def broken(self, on: Proposed) -> str | None:
        names = _names(on.act)
        ended = [act for act in _about(on, "adopt") if _same(act, names)]
        tabled = [act for act in _about(on, "table") if _same(act, names)]
        if tabled and tabled[-1].payload.get("stage") in ("withdrawn", "deferred", "draft"):
            return f"the item is {tabled[-1].payload['stage']}"
        if tabled and tabled[-1].payload.get("draft") is True:
            return "the item is a draft yet"
        return f"adopted on {ended[0].on}" if ended else None


def _names(act: Act) -> dict[str, str]:
    keys = ("item", "document", "title")
    return {key: str(act.payload[key]) for key in keys if act.payload.get(key)}


def _same(act: Act, names: dict[str, str]) -> bool:
    return any(_names(act).get(key) == value for key, value in names.items())


def _about(on: Proposed, kind: str) -> list[Act]:
    found = on.world.timeline().ledger.about(on.act.subject, kind)
    return sorted(found, key=lambda act: (act.recorded, act.id))


# --- corrections -----------------------------------------------------------------------------


class OnlyTheAuthorTakesBack(Permit):
    """Only whoever made an act corrects, releases or withdraws it."""

    kinds = ("correct", "withdraw", "release")

    def broken(self, on: Proposed) -> str | None:
        target = next(act for act in on.world.acts if act.id == on.act.subject)
        if target.actor in ("", on.act.actor):
            return None
        return f"{target.id} is an act of {target.actor}"


class CorrectionsAreNotTakenBack(Permit):
    """A correction is corrected by another, not withdrawn."""

    kinds = ("correct", "withdraw")

    def broken(self, on: Proposed) -> str | None:
        target = next(act for act in on.world.acts if act.id == on.act.subject)
        return target.kind if target.kind in ("correct", "withdraw") else None


class TheRecordStillFolds(Permit):
    """An act must be one that the register can read."""

    def broken(self, on: Proposed) -> str | None:
        try:
            on.world.with_acts((on.act,)).timeline()
        except HansaError as wrong:
            return wrong.what
        return None
