"""Rules on who meets, and who comes."""

from __future__ import annotations

from hansa.record.permits.calls import body_of, organisation_of
from hansa.record.permits.mechanism import Permit, Proposed
from hansa.terms.names import nearest
from hansa.terms.truth import Truth


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


RULES: tuple[type[Permit], ...] = (
    OnlyBodiesMeet,
    MeetingsHaveOneName,
    OnlyThoseConcernedAttend,
)
