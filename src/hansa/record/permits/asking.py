"""Which rules forbid an act: all of them are asked, in the order of their chapters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hansa.record.acts import Act
from hansa.record.permits import (
    agendas,
    corrections,
    meetings,
    membership,
    record,
    references,
    reports,
    treaties,
)
from hansa.record.permits.mechanism import NotPermitted, Permit, Proposed, Refusal, message_of
from hansa.record.world import World

PERMITS: Final[tuple[type[Permit], ...]] = (
    *references.RULES,
    record.ActsAreNotDatedAhead,
    *treaties.RULES,
    *membership.RULES,
    *meetings.RULES,
    *agendas.RULES,
    *corrections.RULES,
    *reports.RULES,
    record.TheRecordStillFolds,
)
"""Every rule; what an act refers to is asked first, whether the record still folds last."""


def refusals(act: Act, world: World) -> Iterator[Refusal]:
    """Every rule that forbids the act; references first, and alone if they are unsound."""
    on = Proposed(act, world)
    broken = False
    for kind in PERMITS:
        if kind.kinds and act.kind not in kind.kinds:
            continue
        if broken and kind not in references.RULES:
            return
        rule = kind()
        what = rule.broken(on)
        if what is not None:
            broken = True
            yield Refusal(kind.__name__, f"{message_of(kind)}: {what}", rule.near(on))


def permit(act: Act, world: World) -> None:
    """Let an act pass, or say which rule forbids it.

    Raises
    ------
    NotPermitted
        Naming the first rule that forbids it.
    """
    for refusal in refusals(act, world):
        raise NotPermitted(refusal.rule, refusal.text, refusal.nearest)
