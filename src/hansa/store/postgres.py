"""The act log in a PostgreSQL database."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection

from hansa.store.failures import RETRY, Busy, Damaged, Full, ReadOnly, Unreachable
from hansa.store.lines import Line, Row
from hansa.store.sql import SqlLog
from hansa.terms.errors import StoreFailure

PATIENCE = 30  # seconds that a writer waits for the others
CONNECTING = 10  # seconds that a connection may take to come about
SCHEMA_LOCK = 0x68616E7361  # "hansa": the key of the advisory lock around migrations

_GONE = (Unreachable, "the database is not there, or went away", "try again when it is back")
_REMEDIES: dict[str, tuple[type[StoreFailure], str, str]] = {
    # SQLSTATE, or its class
    "08": _GONE,
    "57P": _GONE,
    "53100": (Full, "the database server's disk is full", "make room; " + RETRY),
    "53300": (Busy, "the database server has no connection to spare", "try again later"),
    "53": (Busy, "the database server is out of resources", "try again later"),
    "25006": (ReadOnly, "the database is read-only", "write to the primary server"),
    "28": (StoreFailure, "the database server refused the login", "check user and password"),
    "3D000": (StoreFailure, "there is no such database", "check its name, or create it"),
    "42501": (
        ReadOnly,
        "the database user may not do this",
        "make the tables as their owner: hansa log prepare; then grant SELECT, INSERT on both, "
        "UPDATE on hansa_branches, and DELETE on both for branches",
    ),
    "55P03": (Busy, f"others kept it locked for {PATIENCE} seconds", "try again"),
    "57014": (Busy, "the database server cancelled it", "try again"),
    "40": (Busy, "others wrote at the same moment", "try again"),
    "23": (Busy, "others wrote at the same moment", "try again"),
    "XX": (Damaged, "the database is damaged", "see the server's log, restore it from a backup"),
}


# One look into the index per id: left to itself, a planner that has not seen the table's
# statistics yet reads the whole branch once for every few hundred ids.
_KNOWN = text("""
    SELECT found.id, found.position, found.body
    FROM unnest(CAST(:ids AS text[])) AS wanted(id)
    CROSS JOIN LATERAL (
        SELECT id, position, body FROM hansa_acts
        WHERE id = wanted.id AND branch = :branch AND position > :after AND position <= :upto
        OFFSET 0
    ) AS found
""")


class PostgresLog(SqlLog):
    """An `ActLog` in a PostgreSQL database, in the first schema of its search path.

    Parameters
    ----------
    url : URL
        Where the database is.
    create : bool
        Whether to make the log if there is none.
    """

    def __init__(self, url: URL, *, create: bool = True) -> None:
        super().__init__(_engine(url), url.render_as_string(hide_password=True), create=create)

    def failure(self, error: Exception, doing: str) -> StoreFailure:
        state = getattr(error, "sqlstate", None) or ""
        entry = next((_REMEDIES[k] for k in (state, state[:3], state[:2]) if k in _REMEDIES), None)
        if entry is None and not state and isinstance(error, psycopg.OperationalError):
            entry = _GONE
        kind, what, remedy = entry or (StoreFailure, "the database refused", "")
        if kind is Unreachable and doing == "append":
            remedy = RETRY
        told = " ".join(str(error).split())
        return kind(f"cannot {doing}: {what} ({told})", where=self.where, remedy=remedy)

    def lock_schema(self, connection: Connection) -> None:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SCHEMA_LOCK})

    def accept(self, connection: Connection, version: str | None) -> None:
        encoding = connection.execute(text("SHOW server_encoding")).scalar()
        if encoding != "UTF8":
            raise StoreFailure(
                f"the database keeps text as {encoding}, which has no room for all names",
                where=self.where,
                remedy="create one with ENCODING 'UTF8'",
            )

    def adopt(self, connection: Connection) -> None:
        """Nothing to do: a database may hold other tables beside the log's."""

    def ensure_present(self) -> None:
        """Nothing to do: the driver notices."""

    def physical_damage(self, connection: Connection) -> str:
        """Nothing to ask: the server checks its pages as it reads them, if it was told to."""
        return ""

    def _known(
        self, connection: Connection, line: Line, ids: list[str]
    ) -> dict[str, tuple[int, bytes]]:
        known: dict[str, tuple[int, bytes]] = {}
        for part in line.segments:
            given = {"ids": ids, **asdict(part)}
            known.update((i, (p, text)) for i, p, text in connection.execute(_KNOWN, given))
        return known

    def _insert(self, connection: Connection, branch: str, made: list[Row]) -> None:
        """COPY, which is several times as fast as INSERT for a batch."""
        if len(made) < 10:
            super()._insert(connection, branch, made)
            return
        driver: Any = connection.connection.driver_connection
        command = "COPY hansa_acts (branch, position, id, body, digest, nodes) FROM STDIN BINARY"
        try:
            with driver.cursor() as cursor, cursor.copy(command) as copy:
                copy.set_types(["text", "int8", "text", "bytea", "bytea", "bytea"])
                for row in made:
                    copy.write_row((branch, *row))
        except psycopg.Error as error:  # not by way of SQLAlchemy, which would have wrapped it
            raise self.failure(error, "append") from error


def _engine(url: URL) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,  # a connection that died while idle is replaced, not handed out
        connect_args={"connect_timeout": CONNECTING, "application_name": "hansa"},
    )

    @event.listens_for(engine, "connect")
    def settle(connection: DBAPIConnection, record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("SHOW synchronous_commit")
        if cursor.fetchone() == ("off",):  # then an answer would not mean that the act is safe
            cursor.execute("SET synchronous_commit = on")
        cursor.execute(f"SET lock_timeout = '{PATIENCE}s'")
        cursor.close()
        connection.commit()

    return engine
