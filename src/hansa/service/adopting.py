"""What a meeting may do with an item: step by step, by its body's rule, within its organisation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hansa.decisions import ABSENT, ABSTAIN, AGAINST, FOR, STAND_ASIDE, UNKNOWN, tally
from hansa.record.acts import Act, Json
from hansa.record.authority import organisation_about, organisation_of_actor
from hansa.record.mandates import read_subject
from hansa.record.permits import NotPermitted, body_of, convened, organisation_of
from hansa.record.world import World
from hansa.service.naming import new_id
from hansa.studies.deciding import sitting
from hansa.studies.secretariat import illegal_step
from hansa.terms.errors import BadInput, Place
from hansa.terms.truth import Truth

FOLLOWING = frozenset({"admit", "end_status", "chair", "appoint", "recall", "share", "set_rate",
                       "grant", "mandate", "due", "suspend", "resume", "terminate", "cooperate",
                       "end"})  # fmt: skip
"""What a decision may bring about by itself; it consents to no treaty for any state."""
_POSITIONS = {"for": FOR, "against": AGAINST, "abstain": ABSTAIN, "absent": ABSENT,
              "not interested": STAND_ASIDE}  # fmt: skip
_MOVED = ("discussed", "deferred", "withdrawn")
"""Stages that a ``table`` act may tell of a text that is on the table already."""


class ItemsGoStepByStep:
    """An item is drafted, tabled, discussed, and adopted, put off or withdrawn; not otherwise."""


class BodiesAdoptByTheirRule:
    """A body adopts what its rule of decision lets it adopt."""


class DecisionsDoNotConsentForStates:
    """A decision consents to no treaty, and takes no position, for a state."""


class DecisionsHaveEffectInTheirOrganisation:
    """A decision has effect in the organisation whose body takes it, and in no other."""


def stepped(act: Act, world: World) -> None:
    """Refuse an act that would take an item where it cannot go, or undo a step taken since.

    Raises
    ------
    NotPermitted
    """
    step = illegal_step(world, act)
    if step is None:
        return
    what = " ".join(str(step.act.payload[key]) for key in ("item", "document", "title")
                    if step.act.payload.get(key))  # fmt: skip
    text = f"{what!r} is {step.before}, which is not followed by {step.after}"
    if step.act.id != act.id:
        text = f"{step.act.id} came after it: {text}"
    raise NotPermitted.by(ItemsGoStepByStep, text)


def adopted(act: Act, world: World) -> None:
    """Refuse an adoption that the body's rule does not allow, by the votes on record.

    Where the record knows no rule for the body, the secretariat's word counts.

    Raises
    ------
    NotPermitted
    """
    call = convened(world, act.subject)
    body = body_of(world, call) if call is not None else ""
    if not body or not world.bodies[body].rules:
        return
    item = tabled_before(act, world)
    matter = str(act.payload.get("matter", item.payload.get("matter", "") if item else ""))
    register = world.on(act.on)
    found = sitting(world, register, body, matter)
    positions = {state: _POSITIONS[said] for state, said in votes_on(act, world).items()}
    decision = tally(found.rule.rule, found.electorate, positions, others=UNKNOWN)
    if decision.adopted is not Truth.TRUE:
        missing = [state for state in register.voters(body) if state not in positions]
        silent = f"; no position of {', '.join(missing)} is on record" if missing else ""
        text = f"{found.rule.rule.sentence()}{silent}"
        raise NotPermitted.by(BodiesAdoptByTheirRule, text)


def tabled_before(act: Act, world: World) -> Act | None:
    """The last act that tabled what is voted on or adopted."""
    return max(_tablings(act, world), key=_recorded, default=None)


def _tablings(act: Act, world: World) -> list[Act]:
    about = world.timeline().ledger.about(act.subject, "table")
    return [other for other in about if _same_item(act, other)]


def _recorded(act: Act) -> tuple[object, str]:
    return act.recorded, act.id


def _same_item(one: Act, other: Act) -> bool:
    keys = ("item", "document", "title")
    return any(one.payload.get(k) and one.payload.get(k) == other.payload.get(k) for k in keys)


def votes_on(act: Act, world: World) -> dict[str, str]:
    """The last position of each state on the text that is on the table; who is away is absent.

    Positions taken on an earlier text do not count for a later one.
    """
    texts = [t for t in _tablings(act, world) if t.payload.get("stage") not in _MOVED]
    text = max(texts, key=_recorded, default=None)
    ledger = world.timeline().ledger
    found = {
        away.actor: "absent"
        for away in ledger.about(act.subject, "attend")
        if away.payload.get("absent") is True
    }
    for vote in sorted(ledger.about(act.subject, "vote", "refuse"), key=_recorded):
        if text is not None and vote.recorded < text.recorded:
            continue
        if _same_item(vote, act) or (text is not None and _same_item(vote, text)):
            position = str(vote.payload.get("position", ""))
            if position in _POSITIONS:
                found[vote.actor] = position
    return found


def following(act: Act, part: Json, world: World) -> Iterator[Act]:
    """The acts that a text brings about once it is adopted.

    Raises
    ------
    BadInput, NotPermitted
        If one of them cannot follow from a decision of this meeting.
    """
    if not isinstance(part, list):
        return
    taken = {known.id for known in world.acts} | {act.id}
    call = convened(world, act.subject)
    organisation = organisation_of(world, call) if call is not None else ""
    for number, item in enumerate(part, 1):
        where = Place("acts", number)
        if not isinstance(item, dict) or not set(item) <= {"kind", "subject", "actor", "payload"}:
            raise BadInput("an act that follows has kind, subject, actor, payload", where=where)
        kind = str(item.get("kind", ""))
        if kind not in FOLLOWING:
            text = f"{kind!r} does not follow from one"
            raise NotPermitted.by(DecisionsDoNotConsentForStates, text)
        payload = item.get("payload", {})
        if not isinstance(payload, dict):
            raise BadInput("its payload is not an object", where=where)
        cause: dict[str, Json] = {} if kind == "due" else {"by": act.id}  # there: by which day
        made = Act(
            f"{act.id}.{number}", kind, act.on, act.recorded, str(item.get("subject", "")),
            str(item.get("actor", "")), {**payload, **cause}, act.source, act.confidence,
        )  # fmt: skip
        _at_home(made, organisation, world)
        made = replace(made, id=new_id(made, taken))
        taken.add(made.id)
        yield made


def _at_home(act: Act, organisation: str, world: World) -> None:
    """Refuse what would follow in another organisation than the one that decides."""
    mandate = read_subject(act.subject)
    about = mandate[0] if mandate is not None else organisation_about(act, world)
    whose = "" if act.actor in world.states else organisation_of_actor(act.actor, world)
    for name in (about, whose):
        if name and name != organisation:
            text = f"{act.kind} {act.subject} is {name}'s, not {organisation}'s"
            raise NotPermitted.by(DecisionsHaveEffectInTheirOrganisation, text)
