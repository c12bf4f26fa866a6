"""Many acts at once, all or none: each is checked as one act is, the log is written once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from hansa.record.acts import Act
from hansa.record.authority import authorise
from hansa.record.mandates import Mandate, mandates_of
from hansa.record.permits import PERMITS, NotPermitted, Proposed
from hansa.record.permits.mechanism import message_of
from hansa.record.permits.record import TheRecordStillFolds
from hansa.record.world import World
from hansa.service.act_fields import check_payload
from hansa.service.acting import check_signature, checked_acts
from hansa.service.signing import read_key, signed
from hansa.store import ActLog, Conflict, Head, Receipt
from hansa.terms.errors import BadInput, HansaError

ATTEMPTS: Final = 5
"""How often acts are checked anew when others come first."""
PLAIN: Final = frozenset({"report", "warn"})
"""Kinds that refer to no act of the record, so that one is checked like another."""


def record_all(
    log: ActLog,
    described: World,
    drafts: Sequence[Act],
    *,
    key: Path | None = None,
    password: str = "",
    mandates: tuple[Mandate, ...] | None = None,
) -> Receipt:
    """Check acts at the log's head and append them all; again, if others come first.

    Parameters
    ----------
    log : ActLog
    described : World
        The world that the log goes on from.
    drafts : sequence of Act
        With their ids, in the order in which they are to be recorded.
    key, password : Path, str
        The private key with which each is signed.
    mandates : tuple of Mandate, optional
        Those of whoever records them; ``None``: who may write to the log anyway.

    Raises
    ------
    NotPermitted, BadInput
        For the first that may not be made, with its place; then none is recorded.
    StoreFailure
        If the log cannot be written.
    """
    private = read_key(key, password) if key is not None else None
    made = tuple(signed(act, private) if private is not None else act for act in drafts)
    for attempt in range(1, ATTEMPTS + 1):
        entries = list(log.entries())
        known = {act.id: act for act in described.acts}
        known |= {entry.act.id: entry.act for entry in entries}
        head = Head(size=len(entries), digest=entries[-1].digest if entries else "")
        world = replace(described, acts=tuple(known.values()))
        check_all(made, world, mandates)
        try:
            return log.append(made, expected_head=head)
        except Conflict:
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def check_all(
    acts: Sequence[Act], world: World, mandates: tuple[Mandate, ...] | None = None
) -> None:
    """Refuse acts of which one may not be made, though all before it were.

    Reports and warnings refer to no act, so the record is folded once for all of them; what
    changes an act is asked with everything before it.

    Raises
    ------
    NotPermitted, BadInput
        For the first that may not be made, with its place.
    """
    held = mandates_of(world.timeline().ledger.acts)
    taken = {act.id for act in world.acts}
    sofar: list[Act] = []
    for act in acts:
        try:
            if act.id in taken:
                raise BadInput(f"there is an act {act.id!r} already")
            check_signature(act, held, world)
            if act.kind in PLAIN:
                _check_plain(act, world, mandates)
            else:
                checked_acts(act, world.with_acts(sofar), mandates)
        except HansaError as wrong:
            wrong.where = act.place or wrong.where
            raise
        taken.add(act.id)
        sofar.append(act)
    if sofar:
        _folds(sofar, world)


def _check_plain(act: Act, world: World, mandates: tuple[Mandate, ...] | None) -> None:
    check_payload(act, world)
    if mandates is not None:
        authorise(act, mandates, world)
    on = Proposed(act, world)
    for kind in PERMITS:
        if kind is TheRecordStillFolds or (kind.kinds and act.kind not in kind.kinds):
            continue
        rule = kind()
        what = rule.broken(on)
        if what is not None:
            raise NotPermitted(kind.__name__, f"{message_of(kind)}: {what}", rule.near(on))


def _folds(acts: Iterable[Act], world: World) -> None:
    *before, last = acts
    what = TheRecordStillFolds().broken(Proposed(last, world.with_acts(before)))
    if what is not None:
        raise NotPermitted.by(TheRecordStillFolds, what)
