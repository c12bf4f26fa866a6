"""Rules on putting acts right and taking them back."""

from __future__ import annotations

from hansa.record.permits.mechanism import Permit, Proposed


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


RULES: tuple[type[Permit], ...] = (
    OnlyTheAuthorTakesBack,
    CorrectionsAreNotTakenBack,
)
