"""The act log beside bare database calls that write the same bytes and promise as much.

The PostgreSQL benches are there if HANSA_TEST_POSTGRES names a server.
"""

from __future__ import annotations

import atexit
import itertools
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import psycopg

from benchmarks.registry import Bench, Job
from hansa.record.acts import Act
from hansa.store import ActLog, open_log

SERVER = os.environ.get("HANSA_TEST_POSTGRES", "")
BATCH = 10_000
SINGLES = 500
RUNS = 6  # one that is not counted, five that are
LONG = 50_000  # acts of the log that is read, verified and proved from

_numbers = itertools.count()
_MINSK = datetime(2000, 5, 24, 12, tzinfo=UTC)


def acts(count: int) -> list[Act]:
    """Votes as a summit produces them, about 350 bytes each; no two ever have the same id."""
    return [
        Act(
            id=f"MINSK2000.vote.{n}",
            kind="vote",
            on=date(2000, 5, 24),
            recorded=_MINSK + timedelta(seconds=n),
            subject="MINSK2000.item.4",
            actor=("ARM", "BLR", "KAZ", "KGZ", "RUS", "TJK")[n % 6],
            payload={"item": 4, "position": "for", "document": f"decision {n}"},
            source="minsk-2000-communique",
            confidence="A",
            note="о мерах по повышению эффективности Договора",
        )
        for n in itertools.islice(_numbers, count)
    ]


def bodies(count: int) -> list[tuple[str, bytes]]:
    """The same as bytes, ready to be stored."""
    return [(act.id, act.canonical()) for act in acts(count)]


def folder() -> Path:
    """A folder that goes when the process does."""
    made = Path(tempfile.mkdtemp(prefix="hansa-bench-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def schema() -> str:
    """A schema on the server that goes when the process does."""
    name = f"bench_{os.getpid()}_{next(_numbers)}"

    def run(statement: str) -> None:
        with psycopg.connect(SERVER, autocommit=True) as connection:
            connection.execute(statement)

    run(f"CREATE SCHEMA {name}")
    atexit.register(run, f"DROP SCHEMA {name} CASCADE")
    return f"{SERVER}?options=-c%20search_path%3D{name}"


def new_sqlite() -> ActLog:
    return open_log(folder() / "acts.db")


def new_postgres() -> ActLog:
    return open_log(schema())


# Appending


def batches(new: Callable[[], ActLog]) -> Job:
    """Each run appends another 10,000 acts to the same log."""
    log = new()
    ready = iter([acts(BATCH) for _ in range(RUNS)])
    return lambda: log.append(next(ready))


def singles(new: Callable[[], ActLog]) -> Job:
    """Each run appends 500 acts, one durable append after the other."""
    log = new()
    log.append(acts(BATCH))
    ready = iter([acts(SINGLES) for _ in range(RUNS)])

    def job() -> None:
        for act in next(ready):
            log.append([act])

    return job


def again(new: Callable[[], ActLog]) -> Job:
    """Each run sends a batch of 10,000 acts that are in the log already."""
    log = new()
    sent = acts(BATCH)
    log.append(sent)
    return lambda: log.append(sent)


# Reading


def long_log(new: Callable[[], ActLog]) -> ActLog:
    log = new()
    log.append(acts(LONG))
    return log


def reading(new: Callable[[], ActLog]) -> Job:
    log = long_log(new)
    return lambda: sum(1 for _ in log.read())


def verifying(new: Callable[[], ActLog]) -> Job:
    log = long_log(new)
    head = log.head()
    return lambda: log.verify(head=head)


def proving(new: Callable[[], ActLog]) -> Job:
    log = long_log(new)
    ids = [entry.act.id for entry in log.entries(upto=LONG) if entry.position % 500 == 0]
    return lambda: [log.prove(act_id) for act_id in ids]


def polling(new: Callable[[], ActLog]) -> Job:
    """A hundred polls of a live reader who has seen all but the last ten acts."""
    log = long_log(new)
    return lambda: [log.after(LONG - 10) for _ in range(100)]


def branching(new: Callable[[], ActLog]) -> Job:
    """A hundred what-ifs upon a long log."""
    log = long_log(new)
    return lambda: [log.branch(f"what-if-{next(_numbers)}") for _ in range(100)]


# Yardsticks: the bare driver, the same bytes, as durable


def bare_sqlite() -> sqlite3.Connection:
    connection = sqlite3.connect(folder() / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(
        "CREATE TABLE acts (position INTEGER PRIMARY KEY, id TEXT UNIQUE, body BLOB)"
    )
    return connection


def bare_postgres() -> psycopg.Connection[tuple[object, ...]]:
    connection = psycopg.connect(schema(), autocommit=True)
    connection.execute(
        "CREATE TABLE acts (position SERIAL PRIMARY KEY, id TEXT UNIQUE, body BYTEA)"
    )
    return connection


def bare_sqlite_batches() -> Job:
    connection = bare_sqlite()
    ready = iter([bodies(BATCH) for _ in range(RUNS)])

    def job() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO acts (id, body) VALUES (?, ?)", next(ready))
        connection.execute("COMMIT")

    return job


def bare_sqlite_singles() -> Job:
    connection = bare_sqlite()
    ready = iter([bodies(SINGLES) for _ in range(RUNS)])

    def job() -> None:
        for row in next(ready):  # each is a transaction of its own
            connection.execute("INSERT INTO acts (id, body) VALUES (?, ?)", row)

    return job


def bare_postgres_batches() -> Job:
    connection = bare_postgres()
    ready = iter([bodies(BATCH) for _ in range(RUNS)])

    def job() -> None:
        with connection.transaction(), connection.cursor() as cursor:
            cursor.executemany("INSERT INTO acts (id, body) VALUES (%s, %s)", next(ready))

    return job


def bare_postgres_singles() -> Job:
    connection = bare_postgres()
    ready = iter([bodies(SINGLES) for _ in range(RUNS)])

    def job() -> None:
        for row in next(ready):  # each is a transaction of its own
            connection.execute("INSERT INTO acts (id, body) VALUES (%s, %s)", row)

    return job


def parsing() -> Job:
    """What reading takes at the least: acts from their bytes."""
    ready = [body for _, body in bodies(LONG)]
    return lambda: [Act.from_json(json.loads(body)) for body in ready]


def hashing() -> Job:
    """What verifying takes at the least: two digests of every act."""
    ready = [body for _, body in bodies(LONG)]
    return lambda: sum(len(sha256(body).digest() + sha256(body).digest()) for body in ready)


def on(database: str, new: Callable[[], ActLog]) -> list[Bench]:
    """The benches of one database."""
    bare, bare_batches, bare_singles = BARE[database]
    return [
        Bench(
            f"store.{database}.10000.append_batch",
            lambda: batches(new),
            limit=1.0,
            yardstick=bare_batches,
            yardstick_name=f"{bare} executemany",
        ),
        Bench(
            f"store.{database}.500.append_single",
            lambda: singles(new),
            limit=1.0,
            yardstick=bare_singles,
            yardstick_name=f"{bare} single commits",
        ),
        Bench(f"store.{database}.10000.append_again", lambda: again(new)),
        Bench(
            f"store.{database}.50000.read",
            lambda: reading(new),
            yardstick=parsing,
            yardstick_name="parsing alone",
        ),
        Bench(
            f"store.{database}.50000.verify",
            lambda: verifying(new),
            yardstick=hashing,
            yardstick_name="hashing alone",
        ),
        Bench(f"store.{database}.100of50000.prove", lambda: proving(new)),
        Bench(f"store.{database}.100of50000.poll", lambda: polling(new)),
        Bench(f"store.{database}.100of50000.branch", lambda: branching(new)),
    ]


BARE = {
    "sqlite": ("sqlite3", bare_sqlite_batches, bare_sqlite_singles),
    "postgres": ("psycopg", bare_postgres_batches, bare_postgres_singles),
}
BENCHES = on("sqlite", new_sqlite)
if SERVER:
    BENCHES += on("postgres", new_postgres)
