"""Verbs that exchange reports with other servers: pull and push by TAXII 2.1."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from hansa.cooperation.exchange.bounds import Bounds
from hansa.cooperation.exchange.reading import LeftOut, Reading, as_rows, read_bundle
from hansa.cooperation.exchange.stix import objects_of
from hansa.cooperation.exchange.unread import READ
from hansa.cooperation.reports import reader_of
from hansa.record.acts import Act, Json
from hansa.record.world import World
from hansa.service.bulk import record_all
from hansa.service.exchanging import origins_of, readable
from hansa.service.opening import when, world_of, world_with
from hansa.service.sifting import sifted
from hansa.sources.taxii import Client, Credentials, Found, Progress, Unanswered
from hansa.store import ActLog, open_log
from hansa.terms.errors import BadInput, HansaError, Place
from hansa.terms.exhibits import Answer, Column, Statement, Table

CHUNK: Final = 5_000
"""Objects that are recorded at once."""
BOUNDS: Final = Bounds(objects=200_000)
REFUSALS: Final = 100
"""Acts of a chunk that may be refused before the chunk is given up."""
ENVELOPE: Final = 500
"""Objects handed in at once."""


def pull_reports(
    url: str,
    *,
    collection: str,
    into: str,
    by: str,
    account: str = "",
    audience: tuple[str, ...] = (),
    producer: str = "",
    state: Path | None = None,
    ca: Path | None = None,
    key: Path | None = None,
    world: World | str = "eurasia",
) -> Answer:
    """Record what another server shares: the reports of a collection that are new since last time.

    Nothing is recorded twice; if the line breaks half-way, what came is recorded, and the next
    pull goes on from there. The token stands in HANSA_TAXII_TOKEN or in the file that
    HANSA_TAXII_TOKEN_FILE names.

    Parameters
    ----------
    url : str
        The server: ``https://union.example/taxii2/``.
    collection : str
        The collection: its id, alias or title.
    into : str
        The log: a file, or ``postgresql://USER@HOST/DATABASE``.
    by : str
        Who records it: ``CSTO Secretariat``, a state by code. Who reported first is kept.
    account : str
        The account at the server (HTTP Basic); without one the token is sent as Bearer.
    audience : tuple of str
        To whom ``by`` passes restricted reports on in this log; to nobody if not given. The
        audience that they had there counts there: names and accounts may mean others here.
    producer : str
        Under which name your server gives identifiers: your own reports, come back, are known
        by it.
    state : Path, optional
        The file in which is kept how far was read; beside the log if not given.
    ca : Path, optional
        Certificates (PEM) to trust besides the system's.
    key : Path, optional
        The private key (Ed25519, PEM) with which the acts are signed.
    world : World or str
        The world that the log goes on from: its name, or its folder.

    Returns
    -------
    Answer
        How many acts of each kind were recorded, and what was left out.
    """
    described = world_of(world)
    progress = Progress(state or _beside(into))
    with _client(url, account, ca) as client, open_log(into) as log:
        found = client.collection(collection)
        if not found.can_read:
            raise BadInput(f"this account may not read {found.title!r}", where=Place("collection"))
        pull = _Pull(log, described, found, by, audience, producer, key)
        broken: Unanswered | None = None
        mark = progress.of(found.address)
        gathered: list[dict[str, Any]] = []
        pages = client.pages(found, mark, match={"version": "all"})
        try:
            for page in pages:
                gathered += page.objects
                if len(gathered) >= CHUNK:
                    pull.take(gathered)
                    gathered = []
                    progress.keep(found.address, mark := page.safe)
                else:
                    mark = page.safe
        except Unanswered as wrong:
            broken = wrong
        pull.take(gathered)
        progress.keep(found.address, mark)
    if broken is not None:
        count = sum(pull.counts.values())
        text = f"{broken.what}; {count:,} acts were recorded before"
        raise Unanswered(text, status=broken.status, remedy="pull again: it goes on from there")
    return _pulled(found, pull)


def push_reports(
    url: str,
    *,
    collection: str,
    log: str,
    reader: str,
    account: str = "",
    producer: str = "",
    state: Path | None = None,
    ca: Path | None = None,
    on: str = "today",
    world: World | str = "eurasia",
) -> Answer:
    """Hand in to another server the reports that its reader may see, and that changed since.

    The token stands in HANSA_TAXII_TOKEN or in the file that HANSA_TAXII_TOKEN_FILE names.

    Parameters
    ----------
    url : str
        The server: ``https://union.example/taxii2/``.
    collection : str
        The collection: its id, alias or title.
    log : str
        The log: a file, or ``postgresql://USER@HOST/DATABASE``.
    reader : str
        For whom: ``public``, ``SCO secretariat``, ``CSTO delegation:ARM``; what this reader may
        not see is not sent.
    account : str
        The account at the server (HTTP Basic); without one the token is sent as Bearer.
    producer : str
        Under which name identifiers are given: your server's or organisation's.
    state : Path, optional
        The file in which is kept what was handed in; beside the log if not given.
    ca : Path, optional
        Certificates (PEM) to trust besides the system's.
    on : str
        The day of reading: ``YYYY-MM-DD`` or ``today``.
    world : World or str
        The world: its name, or its folder.

    Returns
    -------
    Answer
        How many reports were taken, and which were not and why.
    """
    opened = world_with(world, log)
    register = opened.on(when(on))
    reports = readable(register, opened.acts, reader_of(reader, register))
    progress = Progress(state or _beside(log))
    failed: list[tuple[str, str, int]] = []
    taken = 0
    with _client(url, account, ca) as client:
        found = client.collection(collection)
        if not found.can_write:
            raise BadInput(
                f"this account may not write to {found.title!r}", where=Place("collection")
            )
        sent = progress.sent(found.address)
        new = [report for report in reports if sent.get(report.id) != _version(report.modified)]
        origins = origins_of(new, opened.acts)
        made = {
            report.id: objects_of(report, producer=producer, origin=origins.get(report.id))
            for report in new
        }
        for some in _envelopes(list(made.values()), found.largest):
            objects = [new[n] for n in some]
            status = client.hand_in(found, _unique(made[report.id] for report in objects))
            lost = {name: why for name, why in status.failures if name.startswith("incident--")}
            for report in objects:
                name = str(made[report.id][0]["id"])
                if name in lost:
                    failed.append((report.id, lost[name], 1))
                else:
                    sent[report.id] = _version(report.modified)
                    taken += 1
            progress.keep_sent(found.address, sent)
    said = [Statement(f"Handed in {taken:,} of {len(new):,} new or changed reports.")]
    tables: tuple[Table, ...] = ()
    if failed:
        said.append(Statement(f"{len(failed):,} were not taken."))
        columns = (Column("report", "Report"), Column("why", "Why"), Column("number", "How many"))
        tables = (Table("refused", "Not taken", columns, tuple(failed), keys=1),)
    return Answer(f"Pushed to {found.title}", tuple(said), tables, (), taken)


# --- the line and the file of progress ---------------------------------------------------


def _client(url: str, account: str, ca: Path | None) -> Client:
    return Client(url, Credentials(account, _token()), authorities=str(ca) if ca else None)


def _token() -> str:
    """The token, from the environment or from a file; never from an argument.

    Raises
    ------
    BadInput
        If there is none.
    """
    path = os.environ.get("HANSA_TAXII_TOKEN_FILE", "")
    token = os.environ.get("HANSA_TAXII_TOKEN", "")
    if path:
        try:
            token = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as wrong:
            raise BadInput(f"the token cannot be read: {wrong}", where=Place(path)) from None
    if not token.strip():
        raise BadInput(
            "there is no token",
            remedy="make one on your account's page, set HANSA_TAXII_TOKEN or "
            "HANSA_TAXII_TOKEN_FILE",
        )
    return token.strip()


def _beside(log: str) -> Path:
    """Where progress is kept by default."""
    return Path("hansa.taxii.json") if "://" in log else Path(f"{log}.taxii.json")


# --- pulling -----------------------------------------------------------------------------


@dataclass
class _Pull:
    """Records what comes, chunk by chunk; what says something of reports is carried along."""

    log: ActLog
    described: World
    source: Found
    by: str
    audience: tuple[str, ...]
    producer: str
    key: Path | None
    counts: Counter[str] = field(default_factory=Counter)
    left: list[LeftOut] = field(default_factory=list)
    known: int = 0
    _carried: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def take(self, objects: Sequence[dict[str, Any]]) -> None:
        """Record some objects."""
        if not objects:
            return
        parcel = [*self._carried.values(), *objects]
        reading, wrong = sifted(parcel, self._read)
        for number, why in wrong.items():
            name = str(parcel[number].get("id", ""))[:200]
            self.left.append(LeftOut(name, "", why))
        if reading is not None:
            self.known += reading.known
            self.left += reading.left_out
            self._record(list(reading.acts))
        for one in objects:
            if one.get("type") not in READ:
                self._carried[str(one.get("id")), str(one.get("modified", ""))] = one

    def _read(self, objects: Sequence[Mapping[str, Json]], alone: bool) -> Reading:
        now = datetime.now(UTC)
        value: dict[str, Any] = {"objects": list(objects)}
        return read_bundle(
            value, by=self.by, on=now.date(), recorded=now, known=() if alone else self._acts(),
            audience=self.audience, producer=self.producer, name=self.source.title, bounds=BOUNDS,
        )  # fmt: skip

    def _acts(self) -> tuple[Act, ...]:
        known = {act.id: act for act in self.described.acts}
        known |= {entry.act.id: entry.act for entry in self.log.entries()}
        return tuple(known.values())

    def _record(self, acts: list[Act]) -> None:
        """Record acts; those that the rules refuse are left out, and the rest recorded."""
        note = f"pulled from {self.source.address}"[:2000]
        made = [
            replace(_passed_on(act, self.audience), note=note, place=Place(act.id)) for act in acts
        ]
        for _ in range(REFUSALS):
            if not made:
                return
            try:
                record_all(self.log, self.described, made, key=self.key)
            except HansaError as wrong:
                refused = wrong.where.file if wrong.where else ""
                kept = [act for act in made if refused not in (act.id, act.subject)]
                if len(kept) == len(made):
                    raise
                self.left.append(LeftOut(refused, "", wrong.what))
                made = kept
            else:
                self.counts.update(act.kind for act in made)
                return
        raise BadInput(f"more than {REFUSALS} of what came may not be recorded",
                       where=Place(self.source.title))  # fmt: skip


def _passed_on(act: Act, audience: Sequence[str]) -> Act:
    """A restricted report for those to whom its recorder passes it on, and for nobody else.

    It reached its recorder by an agreement that may bind secretariats only; what its audience
    names would, in the recorder's own log, be the recorder's whole organisation.
    """
    inner = act.payload.get("payload")
    said = inner if act.kind == "correct" and isinstance(inner, dict) else act.payload
    colour = said.get("tlp", "CLEAR" if act.kind == "report" else "")
    marked = not {"tlp", "audience"}.isdisjoint(said)
    if act.kind == "withdraw" or not marked or colour in ("CLEAR", "GREEN"):
        return act
    changed: dict[str, Json] = {**said, "audience": list(audience)}
    return replace(act, payload={"payload": changed} if said is inner else changed)


def _pulled(found: Found, pull: _Pull) -> Answer:
    words = {"report": "report", "correct": "correction", "withdraw": "withdrawal"}
    parts = [f"{n:,} {words[kind]}{'s' * (n != 1)}" for kind, n in pull.counts.items()]
    said = [Statement(f"Recorded {' and '.join(parts) or 'nothing new'} from {found.title}.")]
    tables: tuple[Table, ...] = ()
    if pull.left:
        columns = (Column("what", "What"), Column("why", "Why"), Column("number", "How many"))
        rows = as_rows(pull.left)
        said.append(Statement(f"{sum(row[2] for row in rows):,} things were left out."))
        tables = (Table("left_out", "Left out", columns, tuple(rows), keys=2),)
    return Answer(f"Pulled from {found.title}", tuple(said), tables, (), dict(pull.counts))


# --- pushing -----------------------------------------------------------------------------


def _version(modified: datetime) -> str:
    return modified.astimezone(UTC).isoformat()


def _unique(many: Iterator[tuple[dict[str, Json], ...]]) -> list[dict[str, Json]]:
    found: dict[tuple[str, str], dict[str, Json]] = {}
    for objects in many:
        for one in objects:
            found.setdefault((str(one["id"]), str(one.get("modified", ""))), one)
    return list(found.values())


def _envelopes(reports: Sequence[Sequence[Any]], largest: int) -> Iterator[list[int]]:
    """Which reports go together: few enough objects, and not too large."""
    some: list[int] = []
    size = number = 0
    for place, objects in enumerate(reports):
        bytes_here = sum(len(json.dumps(one, ensure_ascii=False).encode()) + 2 for one in objects)
        if some and (size + bytes_here > 0.9 * largest or number + len(objects) > ENVELOPE):
            yield some
            some, size, number = [], 0, 0
        some.append(place)
        size, number = size + bytes_here, number + len(objects)
    if some:
        yield some
