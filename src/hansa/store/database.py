"""Reaching a database: transactions, the schema, errors in words."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from hansa.store import schema
from hansa.store.failures import Busy
from hansa.store.lines import branch_row
from hansa.store.tables import branches
from hansa.store.values import MAIN
from hansa.terms.errors import HansaError, Place, StoreFailure


class Database(ABC):
    """A database that holds an act log; the adapters say what differs between databases.

    Parameters
    ----------
    engine : Engine
        Where the database is.
    place : str
        How messages name it: without any password.
    create : bool
        Whether to make the log if there is none.
    """

    def __init__(self, engine: Engine, place: str, *, create: bool) -> None:
        self._engine = engine
        self._process = os.getpid()
        self.where = Place(place)
        try:
            self._open(create)
        except BaseException:
            engine.dispose()
            raise

    # What differs between databases

    @abstractmethod
    def failure(self, error: Exception, doing: str) -> StoreFailure:
        """Say in words what the database's error means."""

    @abstractmethod
    def lock_schema(self, connection: Connection) -> None:
        """Keep others from changing the schema until the transaction ends."""

    @abstractmethod
    def accept(self, connection: Connection, version: str | None) -> None:
        """Refuse a database that cannot hold an act log."""

    @abstractmethod
    def adopt(self, connection: Connection) -> None:
        """Mark a new database as an act log."""

    @abstractmethod
    def ensure_present(self) -> None:
        """Notice that the database is gone where its driver would not."""

    @abstractmethod
    def physical_damage(self, connection: Connection) -> str:
        """What the database itself finds wrong with its files; empty if nothing."""

    # Opening, transactions

    def _open(self, create: bool) -> None:
        with self._reading("open the log") as connection:
            found = schema.version(connection)
            self.accept(connection, found)
        schema.check(found, self.where)
        if found == schema.CURRENT:
            return
        if found is None and not create:
            raise StoreFailure("there is no act log", where=self.where, remedy="check the address")
        with self._writing("prepare the log") as connection:
            self.lock_schema(connection)
            if schema.version(connection) == schema.CURRENT:
                return
            schema.upgrade(connection)
            self.adopt(connection)
            if connection.execute(select(branches.c.name)).first() is None:
                connection.execute(insert(branches), branch_row(MAIN, None, 0, b""))

    @contextmanager
    def _reading(self, doing: str) -> Iterator[Connection]:
        self.ensure_present()
        with self._translated(doing), self._engine_here().connect() as connection:
            yield connection

    @contextmanager
    def _writing(self, doing: str) -> Iterator[Connection]:
        self.ensure_present()
        with self._translated(doing), self._engine_here().connect() as connection:
            writer = connection.execution_options(hansa_writes=True)
            with writer.begin():
                yield writer

    @contextmanager
    def _translated(self, doing: str) -> Iterator[None]:
        try:
            yield
        except HansaError:
            raise
        except PoolTimeout as error:
            raise Busy(
                f"cannot {doing}: all connections are in use", where=self.where, remedy="try again"
            ) from error
        except (SQLAlchemyError, OSError, UnicodeDecodeError) as error:
            raise self.failure(getattr(error, "orig", None) or error, doing) from error

    def _engine_here(self) -> Engine:
        """The engine, without the connections of the process that this one was forked from."""
        if self._process != os.getpid():
            self._engine.dispose(close=False)
            self._process = os.getpid()
        return self._engine

    def close(self) -> None:
        self._engine_here().dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
