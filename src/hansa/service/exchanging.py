"""Verbs that exchange reports and warnings with others by files: STIX 2.1, CAP 1.2, CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from hansa.cooperation.exchange.cap import alert_from, cap_of
from hansa.cooperation.exchange.stix import bundle_of, origin_of
from hansa.cooperation.exchange.tables import acled_of, table_of
from hansa.cooperation.reports import (
    Alert,
    Report,
    alerts,
    fates,
    reader_of,
    reports_on,
)
from hansa.record.acts import Act, Json
from hansa.record.ledger import end_of
from hansa.record.marked import markings
from hansa.record.markings import Reader, may_see
from hansa.record.register import Register
from hansa.record.world import World
from hansa.service.bulk import check_all, record_all
from hansa.service.exchange_files import ENDINGS, READERS, Left, Order, read_file, write_file
from hansa.service.opening import when, world_of, world_with
from hansa.store import open_log
from hansa.terms.errors import BadInput, Place
from hansa.terms.exhibits import Answer, Column, Statement, Table
from hansa.terms.names import unknown

Format = Literal["stix", "csv", "acled"]
Source = Literal["auto", "stix", "csv", "cap"]


def export_reports(
    to: Path,
    *,
    format: Format = "stix",
    log: str = "",
    reader: str = "public",
    incident: str = "",
    on: str = "today",
    producer: str = "",
    world: World | str = "eurasia",
) -> Answer:
    """Write to a file the reports that a reader may see: as STIX 2.1 or CSV.

    Parameters
    ----------
    to : Path
        The file, written over if it is there.
    format : str
        ``stix``: a bundle; ``csv``: every particular in columns of our own; ``acled``: the
        columns of ACLED.
    log : str
        A log that goes on from the world: a file, or ``postgresql://USER@HOST/DATABASE``.
    reader : str
        For whom: ``public``, ``SCO secretariat``, ``CSTO delegation:ARM``, ``account:NAME``.
    incident : str
        Only reports of this incident.
    on : str
        The day of reading: ``YYYY-MM-DD`` or ``today``.
    producer : str
        Under which name identifiers of STIX are given: your server's or organisation's.
    world : World or str
        The world: its name, or its folder.

    Returns
    -------
    Answer
        How many reports were written. A report that was withdrawn, or called back from the
        reader, is written without its content, as revoked.
    """
    opened = world_with(world, log)
    register = opened.on(when(on))
    found = readable(register, opened.acts, reader_of(reader, register))
    if incident:
        found = tuple(report for report in found if report.incident == incident)
    if format == "stix":
        origins = origins_of(found, opened.acts)
        data = bundle_of(found, producer=producer, origins=origins)
    else:
        data = table_of(found) if format == "csv" else acled_of(found)
    write_file(Path(to), data)
    gone = sum(report.withdrawn for report in found)
    written = _counted(len(found) - gone, "report")
    said = [Statement(f"Wrote {written} to {to}: what {reader} may read.")]
    if gone and format != "acled":
        text = f"{_counted(gone, 'more')} withdrawn or called back, without content."
        said.append(Statement(text))
    return Answer(f"Reports for {reader}", tuple(said), (), (), found)


def readable(register: Register, acts: Iterable[Act], reader: Reader) -> tuple[Report, ...]:
    """The reports that a reader may see on the register's day, as it may see them.

    What was withdrawn, or called back from the reader, is there as withdrawn if it could be read
    before; links to reports that may not be seen are not.
    """
    acts = tuple(acts)
    fate = fates(acts, reader, register)
    seen = [
        report if fate[report.id] == "readable" else replace(report, withdrawn=True)
        for report in reports_on(acts, register.day)
        if fate[report.id] != "hidden"
    ]
    names = {report.id for report in seen if not report.withdrawn}
    return tuple(
        replace(report, same_as=tuple(name for name in report.same_as if name in names))
        for report in seen
    )


def origins_of(found: Iterable[Report], acts: Iterable[Act]) -> dict[str, Mapping[str, Json]]:
    """Whence the reports came that are not of this record."""
    known = {act.id: act for act in acts}
    origins = {}
    for report in found:
        first, *later = (known[name] for name in report.acts)
        origin = origin_of(first, later)
        if origin is not None:
            origins[report.id] = origin
    return origins


def import_reports(
    file: Path,
    log: str,
    *,
    by: str,
    format: Source = "auto",
    on: str = "today",
    audience: tuple[str, ...] = (),
    producer: str = "",
    key: Path | None = None,
    dry_run: bool = False,
    world: World | str = "eurasia",
) -> Answer:
    """Record what a file says: reports from STIX 2.1 or CSV, a warning from CAP 1.2.

    All of it is recorded, or nothing.

    Parameters
    ----------
    file : Path
        The file.
    log : str
        The log: a file, or ``postgresql://USER@HOST/DATABASE``.
    by : str
        Who records it: ``CSTO Secretariat``, a state by code. Who reported first is kept.
    format : str
        ``stix``, ``csv`` or ``cap``; ``auto`` goes by the file's ending.
    on : str
        The day: ``YYYY-MM-DD`` or ``today``.
    audience : tuple of str
        For whom restricted reports are meant that do not say so themselves.
    producer : str
        As in `export_reports`: own reports that come back are known by it.
    key : Path, optional
        The private key (Ed25519, PEM) with which the acts are signed.
    dry_run : bool
        Check everything, record nothing.
    world : World or str
        The world that the log goes on from: its name, or its folder.

    Returns
    -------
    Answer
        How many acts of each kind were recorded, and what was left out.
    """
    path = Path(file)
    kind = ENDINGS.get(path.suffix.lower(), "") if format == "auto" else format
    if kind not in READERS:
        raise BadInput(f"{path.suffix!r} tells no format", where=Place(path.name),
                       remedy="give --format stix, csv or cap")  # fmt: skip
    data = read_file(path)
    described = world_of(world)
    with open_log(log) as store:
        known = {act.id: act for act in described.acts}
        known |= {entry.act.id: entry.act for entry in store.entries()}
        here = replace(described, acts=tuple(known.values()))
        order = Order(path.name, by, when(on), datetime.now(UTC), audience, producer, here)
        acts, left = READERS[kind](data, order)
        if acts and dry_run:
            check_all(acts, here)
        elif acts:
            record_all(store, described, acts, key=key)
    return _imported(path.name, acts, left, dry_run)


def _imported(name: str, acts: tuple[Act, ...], left: Left, dry_run: bool) -> Answer:
    counts = Counter(act.kind for act in acts)
    verb = "Would record" if dry_run else "Recorded"
    parts = [_counted(number, _WORDS[kind]) for kind, number in counts.items()]
    said = [Statement(f"{verb} {' and '.join(parts) or 'nothing'} from {name}.")]
    tables: tuple[Table, ...] = ()
    if left:
        columns = (Column("what", "What"), Column("why", "Why"), Column("number", "How many"))
        number = sum(row[2] for row in left)
        said.append(Statement(f"Left out: {number:,}."))
        tables = (Table("left_out", "Left out", columns, tuple(left), keys=2),)
    return Answer(f"Read {name}", tuple(said), tables, (), acts)


_WORDS: Final = {
    "report": "report", "correct": "correction", "withdraw": "withdrawal", "warn": "warning",
}  # fmt: skip


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 or word == 'more' else 's'}"


def warning(
    id: str,
    to: Path,
    *,
    sender: str,
    log: str = "",
    reader: str = "public",
    exercise: bool = False,
    on: str = "today",
    world: World | str = "eurasia",
) -> Answer:
    """Write a warning to a file as a message of the Common Alerting Protocol (CAP 1.2).

    Parameters
    ----------
    id : str
        The act that made the warning.
    to : Path
        The file, written over if it is there.
    sender : str
        Who sends: a name without spaces, such as ``warnings@csto.int``.
    log, reader, world
        As in `export_reports`.
    exercise : bool
        Mark it as an exercise: nobody is to act upon it.
    on : str
        The day of sending: ``YYYY-MM-DD`` or ``today``.

    Returns
    -------
    Answer
        What kind of message was written: an alert, an update or a cancellation.
    """
    opened = world_with(world, log)
    register = opened.on(when(on))
    known = _warnings_for(reader_of(reader, register), opened, register)
    if id not in known:
        raise unknown("warning", id, known)
    status = "Exercise" if exercise else "Actual"
    data = cap_of(known[id], sender, earlier=known.values(), status=status)
    write_file(Path(to), data)
    kind = alert_from(data).kind
    text = f"Wrote {'an exercise: ' if exercise else ''}{_SENT[kind]} to {to}."
    return Answer(f"{known[id].headline or known[id].event}", (Statement(text),), (), (), known[id])


_SENT: Final = {"Alert": "an alert", "Update": "an update", "Cancel": "a cancellation"}


def _warnings_for(reader: Reader, world: World, register: Register) -> dict[str, Alert]:
    """The warnings that a reader may see: what tells of a hidden report is hidden with it."""
    acts = [act for act in world.acts if act.recorded < end_of(register.day)]
    acts.sort(key=lambda act: (act.recorded, act.on, act.id))
    marked = markings(acts)
    return {
        found.id: found
        for found in alerts(acts)
        if found.id not in marked or may_see(reader, marked[found.id].open)
    }
