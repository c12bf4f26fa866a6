"""Many reports at once: checked as one act is, folded once, written in one stroke.

A report refers to no other act, so that one of a batch is checked like another, against the
record before the batch. What may not be made is left out; the others are recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from hansa.faces.web.acting import Desk
from hansa.faces.web.site import Site
from hansa.faces.web.visits import Visit
from hansa.record.acts import Act
from hansa.record.mandates import Mandate
from hansa.record.world import World
from hansa.service.bulk import check_all
from hansa.store import Conflict, Head
from hansa.terms.errors import HansaError, Place, StoreFailure

SIZE: Final = 100
"""Reports written at once."""
ATTEMPTS: Final = 20
NOTE: Final = 1900
"""Characters of one note in the audit."""


def record_reports(
    site: Site, desk: Desk, visit: Visit, drafts: Sequence[Act]
) -> Iterator[tuple[str, str]]:
    """Record reports, and say of each (by its id) why it was not: ``""`` if it was.

    Raises
    ------
    StoreFailure
        If the log cannot be written: the rest was not recorded.
    """
    for first in range(0, len(drafts), SIZE):
        batch = drafts[first : first + SIZE]
        for attempt in range(1, ATTEMPTS + 1):
            site.live.read()
            entries = site.live.entries
            head = Head(size=len(entries), digest=entries[-1].digest if entries else "")
            made, refused = _checked(site, desk, visit, batch)
            try:
                if made:
                    receipt = site.live.append(made, head)
                    site.written[visit.reader.account] = receipt.head.size
                    site.live.nudge()
            except Conflict:
                if attempt == ATTEMPTS:
                    raise
                continue
            break
        _note(site, visit.reader.account, "acted", [act.id for act in made])
        if refused:
            _note(site, visit.reader.account, "refused", sorted(refused.values()))
        yield from ((act.id, refused.get(act.id, "")) for act in batch)


def _checked(
    site: Site, desk: Desk, visit: Visit, batch: Sequence[Act]
) -> tuple[list[Act], dict[str, str]]:
    """Those that may be recorded at the log's head, and why the others may not."""
    live = site.live
    if live.trouble is not None:
        raise StoreFailure("the act log cannot be reached; nothing was recorded")
    world = live.whole()
    reader = site.reader(visit.reader.account)
    refused: dict[str, str] = {}
    made: list[Act] = []
    for draft in batch:
        try:
            finished = desk.finished(visit, draft, world)
        except HansaError as wrong:
            refused[draft.id] = wrong.sentence()
        else:
            made.append(replace(finished, place=Place(draft.id)))
    # first as the maker sees the world: a refusal must not tell of what is hidden
    seen = live.snapshot(reader, at_least=live.position).world
    for view in (seen, world):
        made = _allowed(made, view, reader.mandates, refused)
    return made, refused


def _allowed(
    acts: list[Act], world: World, mandates: tuple[Mandate, ...], refused: dict[str, str]
) -> list[Act]:
    while acts:
        try:
            check_all(acts, world, mandates)
        except HansaError as wrong:
            name = wrong.where.file if wrong.where else ""
            kept = [act for act in acts if act.id != name]
            if len(kept) == len(acts):
                raise
            wrong.where = None
            refused[name] = wrong.sentence()
            acts = kept
        else:
            break
    return acts


def _note(site: Site, account: str, what: str, texts: Sequence[str]) -> None:
    """Notes in the audit, as many as it takes to name all."""
    line = ""
    for text in texts:
        if line and len(line) + len(text) > NOTE:
            site.accounts.note(account, what, line)
            line = ""
        line = f"{line} {text[:NOTE]}".strip()
    if line:
        site.accounts.note(account, what, line)
