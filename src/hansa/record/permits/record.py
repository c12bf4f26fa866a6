"""Rules on when an act may be dated, and that the record stays readable."""

from __future__ import annotations

from hansa.record.permits.mechanism import Permit, Proposed
from hansa.terms.errors import HansaError


class ActsAreNotDatedAhead(Permit):
    """Only a meeting or a deadline may lie ahead of the day on which it is recorded."""

    def broken(self, on: Proposed) -> str | None:
        act = on.act
        if act.kind in ("convene", "due") or act.on <= act.recorded.date():
            return None
        return f"dated {act.on}, recorded {act.recorded.date()}"


class TheRecordStillFolds(Permit):
    """An act must be one that the register can read."""

    def broken(self, on: Proposed) -> str | None:
        try:
            on.world.with_acts((on.act,)).timeline()
        except HansaError as wrong:
            return wrong.what
        return None


RULES: tuple[type[Permit], ...] = (
    ActsAreNotDatedAhead,
    TheRecordStillFolds,
)
