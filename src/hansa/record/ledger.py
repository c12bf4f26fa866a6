"""The acts as known at a moment: corrections applied, withdrawn acts left out, indexed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from hansa.record.acts import Act
from hansa.terms.days import Day, day
from hansa.terms.errors import BadInput, RuleViolation


def end_of(known_on: Day) -> datetime:
    """The first moment after a day, in UTC."""
    return datetime.combine(known_on + timedelta(days=1), time(), UTC)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Known acts in the order of their days (ties by id), and by subject."""

    acts: tuple[Act, ...]
    by_subject: Mapping[str, tuple[Act, ...]]

    def about(self, subject: str, *kinds: str) -> tuple[Act, ...]:
        """The acts about a subject, of these kinds if any are given."""
        acts = self.by_subject.get(subject, ())
        return tuple(act for act in acts if act.kind in kinds) if kinds else acts

    def of(self, *kinds: str) -> tuple[Act, ...]:
        """All acts of these kinds."""
        return tuple(act for act in self.acts if act.kind in kinds)


def _corrected(act: Act, correction: Act) -> Act:
    """The act with what the correction's payload says put right."""
    changes = dict(correction.payload)
    payload = dict(act.payload)
    inner = changes.pop("payload", {})
    if isinstance(inner, dict):  # null: it is no longer said
        payload = {k: v for k, v in {**payload, **inner}.items() if v is not None or k not in inner}
    known = {"on", "subject", "actor", "kind", "source", "confidence", "note"}
    wrong = set(changes) - known
    if wrong:
        raise BadInput(
            f"act {correction.id} corrects {sorted(wrong)}, which no act has",
            where=correction.place,
        )
    fields = {key: str(value) for key, value in changes.items() if key != "on"}
    on = day(str(changes["on"]), where=correction.place) if "on" in changes else act.on
    return replace(act, on=on, payload=payload, **fields)  # type: ignore[arg-type]  # all are str


def fold(acts: Iterable[Act], known_on: Day | None = None) -> Ledger:
    """What was known at the end of ``known_on`` (``None``: everything).

    The order in which the acts are given does not matter; of several corrections of one
    act the last recorded counts.

    Raises
    ------
    RuleViolation
        If two different acts share an id.
    """
    limit = end_of(known_on) if known_on else None
    known: dict[str, Act] = {}
    for act in acts:
        if limit is not None and act.recorded >= limit:
            continue
        twin = known.get(act.id)
        if twin is not None and twin != act:
            raise RuleViolation(f"two different acts have the id {act.id!r}", where=act.place)
        known[act.id] = act
    changes = sorted(
        (act for act in known.values() if act.kind in ("correct", "withdraw")),
        key=lambda act: (act.recorded, act.id),
    )
    for change in changes:
        target = known.get(change.subject)
        if target is None or change.id not in known:
            continue
        if change.kind == "withdraw":
            del known[change.subject]
        else:
            known[change.subject] = _corrected(target, change)
    ordered = tuple(sorted(known.values(), key=lambda act: (act.on, act.id)))
    index: dict[str, list[Act]] = defaultdict(list)
    for act in ordered:
        index[act.subject].append(act)
    return Ledger(ordered, {subject: tuple(found) for subject, found in index.items()})
