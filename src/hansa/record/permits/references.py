"""Rules on what an act refers to."""

from __future__ import annotations

from hansa.record.acts import KINDS
from hansa.record.mandates import read_subject
from hansa.record.permits.mechanism import Permit, Proposed
from hansa.record.permits.treaties import CONSENT
from hansa.record.world import World
from hansa.terms.names import nearest

LONGEST = 200
"""Characters that a subject may have."""


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


RULES: tuple[type[Permit], ...] = (
    TheActorIsKnown,
    TheSubjectIsKnown,
    MandatesAreOfTheRecord,
)
