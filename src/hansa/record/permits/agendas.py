"""Rules on items of an agenda: who tables, who votes, what is adopted."""

from __future__ import annotations

from hansa.record.acts import Act
from hansa.record.permits.calls import body_of, organisation_of
from hansa.record.permits.mechanism import Permit, Proposed


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


class OneItemAtATime(Permit):
    """A vote or an adoption is about one item: all its names are that item's."""

    kinds = ("vote", "adopt")

    def broken(self, on: Proposed) -> str | None:
        names = _names(on.act)
        for tabled in _about(on, "table"):
            theirs = _names(tabled)
            if not _same(tabled, names):
                continue
            key = next(key for key in names if key in theirs)  # the surest that both have
            if names[key] != theirs[key]:
                return f"{key} {names[key]!r} and what is tabled as {theirs[key]!r}"
        return None


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


def same_item(one: Act, other: Act) -> bool:
    """Whether two acts name the same item by any name."""
    return _same(one, _names(other))


def _same(act: Act, names: dict[str, str]) -> bool:
    return any(_names(act).get(key) == value for key, value in names.items())


def _about(on: Proposed, kind: str) -> list[Act]:
    found = on.world.timeline().ledger.about(on.act.subject, kind)
    return sorted(found, key=lambda act: (act.recorded, act.id))


RULES: tuple[type[Permit], ...] = (
    OnlyMembersVote,
    OnlyMembersTable,
    ItemsHaveNames,
    OneItemAtATime,
    OnlyTabledItems,
    WhatIsDecidedStays,
)
