"""Reaching the database of accounts; every failure is a `StoreFailure` in words."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from hansa.faces.web.accounts.tables import metadata
from hansa.terms.errors import BadInput, Place, StoreFailure

PATIENCE = 10
FORBIDDEN = "42501"
PREPARE = "make the tables as their owner: hansa account prepare; then grant what grants.sql does"


class AccountsUnreachable(StoreFailure):
    """Accounts cannot be read or written now."""


class Database:
    """The tables of accounts, made when first needed.

    Parameters
    ----------
    address : str
        A file (SQLite), or ``postgresql://…``.
    """

    def __init__(self, address: str) -> None:
        self.place = Place("the database of accounts")
        self._engine = _engine(address)
        self._ready = False

    @contextmanager
    def connection(self, *, writes: bool = False) -> Iterator[Connection]:
        """A transaction.

        Raises
        ------
        AccountsUnreachable
            If the database does not obey.
        """
        try:
            if not self._ready:
                metadata.create_all(self._engine)
                self._ready = True
            with self._engine.connect() as connection:
                used = connection.execution_options(hansa_writes=writes)
                with used.begin():
                    yield used
        except (SQLAlchemyError, OSError) as wrong:
            cause = getattr(wrong, "orig", None) or wrong
            raise AccountsUnreachable(
                f"cannot be reached: {' '.join(str(cause).split())[:200]}",
                where=self.place,
                remedy=PREPARE if getattr(cause, "sqlstate", "") == FORBIDDEN else "",
            ) from wrong

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()


def _engine(address: str) -> Engine:
    scheme, found, rest = address.partition("://")
    if not found or scheme == "sqlite":
        path = Path(rest.removeprefix("/") if found else address)
        return _sqlite(path)
    if scheme not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise BadInput(f"{scheme!r} is no kind of database", nearest=("postgresql",))
    try:
        url = make_url(address).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError) as wrong:
        raise BadInput(
            f"this is not the address of a database: {wrong}",
            remedy="write postgresql://USER:PASSWORD@HOST:PORT/DATABASE",
        ) from None
    return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": PATIENCE})


def _sqlite(path: Path) -> Engine:
    def connect() -> sqlite3.Connection:
        if not path.exists():  # nobody else may read what is in it
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        made = sqlite3.connect(
            path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
        )
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("PRAGMA synchronous = FULL")
        return made

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("hansa_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
