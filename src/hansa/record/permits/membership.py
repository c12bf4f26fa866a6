"""Rules on statuses in organisations, and on who takes the chair."""

from __future__ import annotations

from hansa.record.permits.mechanism import Permit, Proposed
from hansa.terms.names import nearest


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


RULES: tuple[type[Permit], ...] = (
    StatusesAreRanked,
    StatusesAreGivenOnce,
    AssociatesDoNotChair,
)
