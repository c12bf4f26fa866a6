"""Who may make which act: what a mandate entitles to.

A delegation acts for its own state only; a secretariat convenes and publishes; the public
reads. The rules are classes whose docstring is the message that their violation prints.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from hansa.record.acts import KINDS, Act
from hansa.record.mandates import Mandate, read_subject
from hansa.record.permits import NotPermitted, convened, organisation_of
from hansa.record.world import World

OF_STATES: Final = frozenset({
    "sign", "ratify", "notify", "accede", "object", "reserve", "denounce", "succeed", "declare",
    "attend", "vote", "refuse", "table", "report", "request", "pledge", "offer", "answer",
    "set_rate", "grant", "release", "warn", "correct", "withdraw", "appoint", "recall",
})  # fmt: skip
"""What a delegation may do for its state."""

OF_SECRETARIATS: Final = frozenset({
    "convene", "table", "adopt", "due", "chair", "appoint", "recall", "admit", "end_status",
    "suspend", "resume", "terminate", "amend", "mandate", "deploy", "end", "share", "set_rate",
    "grant", "cooperate", "offer", "answer", "release", "report", "warn", "correct",
    "withdraw",
})  # fmt: skip
"""What a secretariat may record for its organisation."""

RECORDED_FOR_STATES: Final = frozenset({"attend", "chair", "admit", "end_status"})
"""What a secretariat may record of a state: that it is represented, presides, is admitted."""


class OnlyTheAccreditedAct:
    """Only delegations and secretariats act; the public reads."""


class DelegationsActForTheirOwnState:
    """A delegation acts for its own state only."""


class DelegationsActWhereTheyAreAccredited:
    """A delegation acts in the organisation to which it is accredited."""


class TheSecretariatConvenesAndPublishes:
    """Convening, recording and publishing is the secretariat's."""


class SecretariatsActForTheirOwnOrganisation:
    """A secretariat acts for its own organisation only."""


class DelegationsAreAccreditedByTheirOwn:
    """A mandate is given by the same delegation or by the organisation's secretariat."""


def authorise(act: Act, mandates: Iterable[Mandate], world: World) -> None:
    """Let an act pass that these mandates entitle to.

    Parameters
    ----------
    act : Act
    mandates : iterable of Mandate
        Those of whoever makes the act, as they hold now.
    world : World
        With every act.

    Raises
    ------
    NotPermitted
        Naming the rule that forbids it.
    """
    held = tuple(mandates)
    if not held:
        raise NotPermitted.by(OnlyTheAccreditedAct, f"to {KINDS[act.kind]} takes a mandate")
    if read_subject(act.subject) is not None and act.kind in ("appoint", "recall"):
        _accredits(act, held)
        return
    if act.actor in world.states:
        _for_a_state(act, held, world)
    else:
        _for_an_organisation(act, held, world)


def _accredits(act: Act, held: tuple[Mandate, ...]) -> None:
    who = read_subject(act.subject)
    assert who is not None
    organisation, state = who
    for mandate in held:
        if mandate.organisation != organisation:
            continue
        if mandate.secretariat and _is_of(act.actor, organisation):
            return
        if state and mandate.state == state == act.actor:
            return
    raise NotPermitted.by(
        DelegationsAreAccreditedByTheirOwn, f"{act.subject} by {act.actor or 'nobody'}"
    )


def _for_a_state(act: Act, held: tuple[Mandate, ...], world: World) -> None:
    own = [m for m in held if m.state == act.actor]
    about = organisation_about(act, world)
    if own and act.kind in OF_STATES:
        where = {name for m in own for name in family(m.organisation, world)}
        if not about or about in where:
            return
        text = f"{act.subject} belongs to {about}"
        raise NotPermitted.by(DelegationsActWhereTheyAreAccredited, text)
    if act.kind in RECORDED_FOR_STATES and about in {m.organisation for m in held if m.secretariat}:
        return
    if not own:
        mine = ", ".join(sorted({m.subject for m in held}))
        raise NotPermitted.by(DelegationsActForTheirOwnState, f"{act.actor} is not {mine}")
    raise NotPermitted.by(TheSecretariatConvenesAndPublishes, f"a delegation does not {act.kind}")


def _for_an_organisation(act: Act, held: tuple[Mandate, ...], world: World) -> None:
    organisation = organisation_of_actor(act.actor, world)
    mine = {m.organisation for m in held if m.secretariat}
    if organisation not in mine:
        if not mine:
            raise NotPermitted.by(
                TheSecretariatConvenesAndPublishes, f"{act.actor} is no delegation's"
            )
        raise NotPermitted.by(SecretariatsActForTheirOwnOrganisation, f"{act.actor} is another's")
    about = organisation_about(act, world)
    if about and about != organisation:
        raise NotPermitted.by(SecretariatsActForTheirOwnOrganisation, f"{act.subject} is {about}'s")
    if act.kind not in OF_SECRETARIATS:
        raise NotPermitted.by(DelegationsActForTheirOwnState, f"no secretariat may {act.kind}")


def family(organisation: str, world: World) -> frozenset[str]:
    """An organisation with what came before it and after it."""
    found = {organisation}
    for other in world.organisations.values():
        if organisation in (other.predecessor, other.successor):
            found.add(other.id)
    known = world.organisations.get(organisation)
    if known is not None:
        found |= {known.predecessor, known.successor} - {""}
    return frozenset(found)


def _is_of(actor: str, organisation: str) -> bool:
    return actor in (organisation, f"{organisation} Secretariat")


def organisation_of_actor(actor: str, world: World) -> str:
    """The organisation for which an actor that is no state acts."""
    if actor in world.bodies:
        return world.bodies[actor].organisation
    return actor.removesuffix(" Secretariat")


def organisation_about(act: Act, world: World) -> str:
    """The organisation that owns what an act is about, ``""`` if none does.

    What is about another act (its correction, withdrawal, release) is about what that is about.
    """
    subject = act.subject
    if act.kind in ("correct", "withdraw", "release"):
        target = next((known for known in world.acts if known.id == subject), None)
        if target is not None and target.kind not in ("correct", "withdraw", "release"):
            who = read_subject(target.subject)
            return who[0] if who is not None else organisation_about(target, world)
    if subject in world.organisations:
        return subject
    for table in (world.treaties, world.bodies, world.offices):
        if subject in table:
            return str(getattr(table[subject], "organisation", ""))
    call = convened(world, subject)
    return organisation_of(world, call) if call is not None else ""
