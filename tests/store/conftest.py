"""Stores to test: files in a temporary folder, schemas of a PostgreSQL server."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from hansa.store import ActLog, open_log

from .clusters import Cluster

pytest.register_assert_rewrite(
    *(f"{__package__}.suite_{part}" for part in ("appending", "branches", "proofs", "verifying")),
    f"{__package__}.suite_writers",
)

SERVER = os.environ.get("HANSA_TEST_POSTGRES", "")

_numbers = itertools.count()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a server, skip what needs one; in CI its absence is a failure."""
    concerned = [item for item in items if item.get_closest_marker("postgres")]
    if SERVER or not concerned:
        return
    if os.environ.get("CI"):
        raise pytest.UsageError("HANSA_TEST_POSTGRES is not set: in CI there must be a server")
    skip = pytest.mark.skip(reason='needs a PostgreSQL server: eval "$(.ci/postgres start)"')
    for item in concerned:
        item.add_marker(skip)


def in_schema(url: str, schema: str, *options: str) -> str:
    """The address of a log in a schema of its own."""
    settings = " ".join(f"-c {option}" for option in (f"search_path={schema}", *options))
    return f"{url}?options={quote(settings)}"


def new_schema(url: str) -> str:
    """Make an empty schema; its name."""
    schema = f"test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
    return schema


@pytest.fixture(scope="session")
def postgres_place() -> Iterator[Callable[[], str]]:
    """Gives the address of a place for a new log on the server, as often as it is called."""
    made = []

    def place() -> str:
        schema = new_schema(SERVER)
        made.append(schema)
        return in_schema(SERVER, schema)

    yield place
    with psycopg.connect(SERVER, autocommit=True) as connection:
        for schema in made:
            connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture(scope="session")
def sqlite_place(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """Gives a path for a new log, as often as it is called."""
    return lambda: str(tmp_path_factory.mktemp("log") / "acts.db")


@pytest.fixture(scope="module")
def one_log(place: Callable[[], str]) -> Iterator[ActLog]:
    """One log for all examples of a property; each example has a branch of its own."""
    with open_log(place()) as opened:
        yield opened


@pytest.fixture
def log(tmp_path: Path) -> Iterator[ActLog]:
    """An empty log on SQLite."""
    with open_log(tmp_path / "acts.db") as opened:
        yield opened


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server that tests may stop, if they start it again."""
    made = Cluster.start()
    yield made
    made.stop()


@pytest.fixture
def cluster_place(cluster: Cluster) -> str:
    """The address of a place for a new log on that server."""
    return in_schema(cluster.url, new_schema(cluster.url))
