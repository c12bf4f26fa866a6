"""Rules on putting acts right and taking them back."""

from __future__ import annotations

from hansa.record.acts import Act
from hansa.record.permits.agendas import same_item
from hansa.record.permits.mechanism import Permit, Proposed


def _target(on: Proposed) -> Act:
    return next(act for act in on.world.acts if act.id == on.act.subject)


class OnlyTheAuthorTakesBack(Permit):
    """Only whoever made an act corrects, releases or withdraws it."""

    kinds = ("correct", "withdraw", "release")

    def broken(self, on: Proposed) -> str | None:
        target = _target(on)
        if target.actor == on.act.actor:
            return None
        if not target.actor and on.act.actor not in on.world.states:
            return None  # nobody's act is its organisation's
        return f"{target.id} is an act of {target.actor or 'nobody'}"


class CorrectionsAreNotTakenBack(Permit):
    """A correction is corrected by another, not withdrawn."""

    kinds = ("correct", "withdraw")

    def broken(self, on: Proposed) -> str | None:
        target = _target(on)
        return target.kind if target.kind in ("correct", "withdraw") else None


class TextsVotedOnAreTabledAnew(Permit):
    """A text on which positions were taken is tabled anew, not corrected."""

    kinds = ("correct",)
    REMARKS = frozenset({"title", "tlp", "audience", "language", "languages", "number"})

    def broken(self, on: Proposed) -> str | None:
        target, inner = _target(on), on.act.payload.get("payload")
        said = set(inner) if isinstance(inner, dict) else set()
        if target.kind != "table" or not (said - self.REMARKS or "subject" in on.act.payload):
            return None
        about = on.world.timeline().ledger.about(target.subject, "vote", "refuse", "adopt")
        later = [act for act in about if same_item(act, target)]
        return f"{later[0].id} is on record" if later else None


class WhatOthersBuiltOnStays(Permit):
    """What others went on from is not taken back; another act may undo it."""

    kinds = ("withdraw",)

    def broken(self, on: Proposed) -> str | None:
        target, ledger = _target(on), on.world.timeline().ledger
        later: list[Act] = []
        if target.kind == "convene":
            later = [act for act in ledger.about(target.subject) if act.kind != "convene"]
        elif target.kind == "table":
            about = ledger.about(target.subject, "vote", "refuse", "adopt")
            later = [act for act in about if same_item(act, target)]
        elif target.kind in ("vote", "refuse"):
            later = [a for a in ledger.about(target.subject, "adopt") if same_item(a, target)]
        elif target.kind == "adopt":
            later = [act for act in ledger.acts if act.payload.get("by") == target.id]
        return f"{later[0].id} rests on {target.id}" if later else None


RULES: tuple[type[Permit], ...] = (
    OnlyTheAuthorTakesBack,
    CorrectionsAreNotTakenBack,
    TextsVotedOnAreTabledAnew,
    WhatOthersBuiltOnStays,
)
