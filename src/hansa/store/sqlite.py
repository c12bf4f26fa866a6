"""The act log in one SQLite file: the default."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.pool import NullPool, QueuePool

from hansa.store.failures import RETRY, Busy, Damaged, Full, ReadOnly, Unreachable
from hansa.store.sql import SqlLog
from hansa.terms.errors import Place, StoreFailure
from hansa.terms.names import nearest

APPLICATION = 0x48414E53  # "HANS", the application id in the file's header
WRITABLE = "mode=rw"
PATIENCE = 30.0  # seconds that a writer waits for the others

_REMEDIES: dict[int, tuple[type[StoreFailure], str, str]] = {
    sqlite3.SQLITE_FULL: (Full, "the disk is full", "make room; " + RETRY),
    sqlite3.SQLITE_READONLY: (
        ReadOnly,
        "it is read-only",
        "write to a copy, or get leave to write the file and its folder",
    ),
    sqlite3.SQLITE_BUSY: (
        Busy,
        f"others kept it locked for {PATIENCE:.0f} seconds",
        "try again when the other writer is done",
    ),
    sqlite3.SQLITE_CORRUPT: (
        Damaged,
        "the file is damaged",
        "run `hansa log verify` to see what can still be read, restore it from a backup",
    ),
    sqlite3.SQLITE_NOTADB: (
        Damaged,
        "the file is not an SQLite database, or its beginning is damaged",
        "check the path; restore it from a backup",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        StoreFailure,
        "the file cannot be opened",
        "check that its folder exists and that you may read and write it",
    ),
    sqlite3.SQLITE_IOERR: (
        StoreFailure,
        "the disk did not obey",
        "check the disk; " + RETRY,
    ),
}


class SqliteLog(SqlLog):
    """An `ActLog` in an SQLite file, in write-ahead mode, synced to disk at every append.

    Parameters
    ----------
    path : Path
        The file.
    create : bool
        Whether to make it if there is none.
    """

    def __init__(self, path: Path, *, create: bool = True) -> None:
        self.path = path
        if create:
            self._make()
        elif not path.exists():
            siblings = [p.name for p in path.parent.glob("*") if p.is_file()]
            raise StoreFailure(
                "there is no act log",
                where=Place(str(path)),
                nearest=nearest(path.name, siblings),
                remedy="check the path",
            )
        self._file = self._identity()
        super().__init__(_engine(path), str(path), create=create)

    def _make(self) -> None:
        """An empty file if there is none, so that connections never make one by mistake."""
        try:
            self.path.touch()
        except OSError as error:
            if not self.path.is_file():
                raise self._refused(error) from error

    def _refused(self, error: OSError) -> StoreFailure:
        return StoreFailure(
            f"the log's file cannot be made: {error.strerror}",
            where=Place(str(self.path)),
            remedy="check that its folder exists and that you may write there",
        )

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def ensure_present(self) -> None:
        """An open connection would go on writing to a file that was removed, and lose the acts."""
        if self._identity() != self._file:
            raise Unreachable(
                "the log's file was removed or replaced since it was opened",
                where=self.where,
                remedy="put it back and open it again",
            )

    def failure(self, error: Exception, doing: str) -> StoreFailure:
        code = getattr(error, "sqlite_errorcode", None)
        if isinstance(error, UnicodeDecodeError) or "Could not decode" in str(error):
            code = sqlite3.SQLITE_CORRUPT
        primary = 0 if code is None else code & 0xFF
        if primary in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN) and self._no_room():
            primary = sqlite3.SQLITE_FULL
        kind, what, remedy = _REMEDIES.get(primary, (StoreFailure, str(error), ""))
        name = getattr(error, "sqlite_errorname", "")
        told = f" ({name}: {error})" if name and primary in _REMEDIES else ""
        return kind(f"cannot {doing}: {what}{told}", where=self.where, remedy=remedy)

    def _no_room(self) -> bool:
        try:
            return shutil.disk_usage(self.path.parent).free < 1 << 16
        except OSError:
            return False

    def lock_schema(self, connection: Connection) -> None:
        """Nothing to do: a writing transaction is alone from its beginning."""

    def accept(self, connection: Connection, version: str | None) -> None:
        mark = connection.execute(text("PRAGMA application_id")).scalar()
        tables = connection.execute(text("SELECT count(*) FROM sqlite_master")).scalar()
        if mark != APPLICATION and tables:
            raise StoreFailure(
                "this SQLite file belongs to something else than an act log",
                where=self.where,
                remedy="give another path",
            )

    def adopt(self, connection: Connection) -> None:
        connection.execute(text(f"PRAGMA application_id = {APPLICATION}"))

    def physical_damage(self, connection: Connection) -> str:
        found = connection.execute(text("PRAGMA integrity_check(1)")).scalar()
        return "" if found == "ok" else f"SQLite finds the file damaged: {found}"


def _engine(path: Path) -> Engine:
    """Connections in write-ahead mode; writers begin with the lock, so they never have to retry."""
    # Where nothing can be written, each connection looks anew whether others began to write
    pool = QueuePool if _mode(path) == WRITABLE else NullPool
    engine = create_engine("sqlite://", creator=lambda: _connect(path), poolclass=pool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("hansa_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{_mode(path)}",
        uri=True,
        timeout=PATIENCE,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        if _mode(path) == WRITABLE:
            _write_ahead(connection)
            connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()
        raise
    return connection


def _mode(path: Path) -> str:
    """How the file can be opened: a log on a read-only disk is still a log to read.

    Write-ahead mode needs a place for its side files even to read; where there is none, and so
    no writer either, the file is opened as one that does not change.
    """
    if _may(path) and _may(path.parent):
        return WRITABLE
    wal = path.with_name(path.name + "-wal")
    return "mode=ro" if wal.exists() and wal.stat().st_size else "mode=ro&immutable=1"


def _may(path: Path) -> bool:
    effective = os.access in os.supports_effective_ids
    return os.access(path, os.W_OK, effective_ids=effective)


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to write-ahead mode; SQLite does not wait for others when it does so."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return
