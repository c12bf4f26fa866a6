"""Who has seen what: a fold of the notes that a server makes when it shows what is restricted.

Whoever saw a report before it was called back or withdrawn must be told; so must the author
know who they are. Notes are made by the server's book of accounts; nothing here reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from hansa.record.acts import Act
from hansa.record.markings import named

READ = "read"
"""What a note of a reading is called."""


@dataclass(frozen=True, slots=True)
class Note:
    """That an account was shown acts at a moment, and where."""

    account: str
    at: datetime
    where: str
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """That an account saw an act: first and last when, how often, and where last."""

    account: str
    first: datetime
    last: datetime
    times: int
    where: str


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who saw a report before an act took it away, and must be told."""

    account: str
    report: str
    seen: datetime
    act: str
    what: str
    on: datetime


def note_of(at: int, account: str, what: str, detail: str, known: Iterable[str]) -> Note | None:
    """A row of the book of accounts as a note, ``None`` if it is about something else.

    Parameters
    ----------
    at : int
        Seconds since 1970.
    account, what, detail : str
        Who, ``read``, and the address with the ids of the acts shown.
    known : iterable of str
        Ids of acts: ids with spaces in them are found by these.
    """
    if what != READ or ": " not in detail:
        return None
    where, _, text = detail.rpartition(": ")
    words = text.split(" ")
    spaced = [name for name in known if " " in name and f" {name} " in f" {text} "]
    left = f" {text} "
    for name in sorted(spaced, key=len, reverse=True):
        left = left.replace(f" {name} ", "  ")
    acts = (*left.split(), *spaced) if spaced else tuple(words)
    return Note(account, datetime.fromtimestamp(at, UTC), where, tuple(a for a in acts if a))


def seen(notes: Iterable[Note]) -> Mapping[str, tuple[Seen, ...]]:
    """Who saw each act, by its id; the first to see it first."""
    found: dict[str, dict[str, Seen]] = {}
    for note in sorted(notes, key=lambda note: note.at):
        for name in note.acts:
            here = found.setdefault(name, {})
            old = here.get(note.account)
            if old is None:
                here[note.account] = Seen(note.account, note.at, note.at, 1, note.where)
            else:
                here[note.account] = Seen(
                    note.account, old.first, note.at, old.times + 1, note.where
                )
    return {name: tuple(readers.values()) for name, readers in found.items()}


def to_tell(report: Act, changes: Iterable[Act], notes: Iterable[Note]) -> tuple[Told, ...]:
    """Who saw a report before its author called it back or withdrew it, by account.

    A recall from ``account:NAME`` concerns that account; one from anybody else concerns all who
    saw the report, for a note does not say for whom an account acted. Whoever saw a correction
    of a report has seen the report.

    Parameters
    ----------
    report : Act
    changes : iterable of Act
        Acts about it.
    notes : iterable of Note
    """
    about = [act for act in changes if act.subject == report.id and act.actor == report.actor]
    content = {report.id, *(act.id for act in about if act.kind == "correct")}
    taking = [
        act for act in about
        if act.kind == "withdraw" or (act.kind == "release" and named(act.payload.get("recall")))
    ]  # fmt: skip
    shown = [note for note in notes if content & set(note.acts)]
    found: dict[tuple[str, str], Told] = {}
    for act in sorted(taking, key=lambda act: (act.recorded, act.id)):
        names = named(act.payload.get("recall")) if act.kind == "release" else frozenset()
        accounts = {n.removeprefix("account:") for n in names if n.startswith("account:")}
        only = accounts if names and len(accounts) == len(names) else None
        what = "withdrawn" if act.kind == "withdraw" else "recalled"
        for note in sorted(shown, key=lambda note: note.at):
            if note.at <= act.recorded and (only is None or note.account in only):
                told = Told(note.account, report.id, note.at, act.id, what, act.recorded)
                found.setdefault((note.account, act.id), told)
    return tuple(found[key] for key in sorted(found))
