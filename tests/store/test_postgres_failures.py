"""What can befall a server: one clear error, nothing half-written, and work goes on after."""

from __future__ import annotations

import pwd
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

import hansa.store.postgres
from hansa.store import (
    Busy,
    Damaged,
    Full,
    ReadOnly,
    Receipt,
    Unreachable,
    open_log,
)
from hansa.terms.errors import BadInput, StoreFailure

from .clusters import Cluster
from .conftest import SERVER, in_schema
from .some_acts import act, many

pytestmark = pytest.mark.postgres

Place = Callable[[], str]


def test_a_server_that_goes_away_and_comes_back(cluster: Cluster, cluster_place: str) -> None:
    """With one and the same log object: it connects again by itself."""
    with open_log(cluster_place) as log:
        head = log.append(many(5)).head
        cluster.halt()
        uses: list[Callable[[], object]] = [
            lambda: log.append([act("lost")]),
            lambda: log.append([act("lost")], expected_head=head),
            lambda: list(log.read()),
            log.head,
            log.verify,
            lambda: log.prove("CST1992.sign.1"),
            lambda: log.branch("what-if"),
        ]
        for use in uses:
            with pytest.raises(Unreachable, match="the database is not there, or went away"):
                use()
        with pytest.raises(Unreachable, match="cannot open the log"):
            open_log(cluster_place)
        cluster.again()
        assert log.head() == head
        assert list(log.read()) == many(5)
        assert log.append([act("kept")], expected_head=head).positions == (6,)


def test_a_server_that_goes_away_amid_appends(cluster: Cluster, cluster_place: str) -> None:
    """Every append is answered or refused; sending again what was refused makes the log whole."""
    answered: list[Receipt] = []
    refused: list[tuple[int, str]] = []
    with open_log(cluster_place) as log:

        def write() -> None:
            for number in count():
                try:
                    answered.append(log.append(many(20, start=20 * number)))
                except Unreachable as failure:
                    refused.append((number, failure.remedy))
                    return

        writer = threading.Thread(target=write)
        writer.start()
        while len(answered) < 5:
            time.sleep(0.005)
        cluster.halt()
        writer.join(30)
        cluster.again()
        [(number, remedy)] = refused
        assert number == len(answered)
        assert "none is recorded twice" in remedy
        found = log.head().size
        assert found in (20 * len(answered), 20 * len(answered) + 20)
        again = log.append(many(20, start=20 * number))
        assert again.appended == 20 * len(answered) + 20 - found
        assert list(log.read()) == many(20 * len(answered) + 20)
        assert log.verify().intact


def test_reading_that_the_server_breaks_off(cluster: Cluster, cluster_place: str) -> None:
    with open_log(cluster_place) as log:
        log.append(many(2500))
        reading = log.read()
        first = [next(reading) for _ in range(1000)]
        cluster.halt()
        with pytest.raises(Unreachable):
            list(reading)
        cluster.again()
        assert [*first, *log.read(after=1000)] == many(2500)


@pytest.fixture
def small_tablespace(cluster: Cluster, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a log whose tables lie on a disk of one megabyte, and that disk."""
    server = pwd.getpwnam("postgres")
    folder = Path(cluster.folder) / "small"
    folder.mkdir()
    options = f"size=1m,mode=700,uid={server.pw_uid},gid={server.pw_gid}"
    try:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)],
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError) as wrong:
        pytest.skip(f"needs leave to mount a small disk ({wrong})")
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute(f"CREATE TABLESPACE small LOCATION '{folder}'")
        connection.execute("CREATE SCHEMA small")
    yield in_schema(cluster.url, "small", "default_tablespace=small"), folder
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA small CASCADE")
        connection.execute("DROP TABLESPACE small")
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_refuses_acts_and_reading_goes_on(
    small_tablespace: tuple[str, Path],
) -> None:
    address, folder = small_tablespace
    with open_log(address) as log:
        numbers = count()
        with pytest.raises(Full, match=r"server's disk is full.*make room"):  # noqa: PT012 until it is
            while True:
                log.append(many(20, start=20 * next(numbers)))
        done = next(numbers) - 1
        assert done > 1
        assert list(log.read()) == many(20 * done)
        assert log.verify().checked == 20 * done
        subprocess.run(["mount", "-o", "remount,size=8m", str(folder)], check=True)
        assert log.append(many(20, start=20 * done)).appended == 20
        assert list(log.read()) == many(20 * done + 20)


def test_a_database_that_may_only_be_read(postgres_place: Place) -> None:
    address = postgres_place()
    with open_log(address) as log:
        log.append(many(3))
    read_only = "?options=-c%20default_transaction_read_only%3Don%20"
    with open_log(address.replace("?options=", read_only)) as log:
        assert list(log.read()) == many(3)
        with pytest.raises(ReadOnly, match=r"the database is read-only.*primary server"):
            log.append([act("new")])


@pytest.fixture
def another_user(postgres_place: Place) -> Iterator[tuple[str, str, Callable[[str], None]]]:
    """A log's address, the same for a user who may do nothing yet, and what grants rights."""
    address = postgres_place()
    schema = address.rpartition("%3D")[2]
    user = f"user_{schema}"
    with open_log(address) as log:
        log.append(many(3))
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {user} LOGIN PASSWORD 'secret'")
        connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO {user}")

    def grant(rights: str) -> None:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"GRANT {rights} TO {user}")

    yield address, address.replace(SERVER.partition("@")[0], f"postgresql://{user}:secret"), grant
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f"DROP OWNED BY {user}")
        connection.execute(f"DROP ROLE {user}")


def test_a_user_who_may_only_read(
    another_user: tuple[str, str, Callable[[str], None]],
) -> None:
    _, mine, grant = another_user
    grant("SELECT ON hansa_acts, hansa_branches, hansa_schema")
    with open_log(mine) as log:
        assert log.verify().intact
        assert log.prove("CST1992.sign.1").size == 3
        with pytest.raises(ReadOnly, match=r"the database user may not do this.*grant SELECT"):
            log.append([act("new")])
        assert log.head().size == 3


def test_a_user_who_may_write(another_user: tuple[str, str, Callable[[str], None]]) -> None:
    address, mine, grant = another_user
    grant("SELECT ON hansa_acts, hansa_branches, hansa_schema")
    grant("INSERT ON hansa_acts, hansa_branches")
    grant("UPDATE ON hansa_branches")
    with open_log(mine) as log:
        assert log.append([act("new"), *many(30, prefix="more")]).appended == 31
        log.branch("what-if")
        log.append([act("then")], branch="what-if")
        with pytest.raises(ReadOnly):
            log.drop("what-if")
        with (
            psycopg.connect(mine) as connection,
            pytest.raises(psycopg.Error, match="must be owner"),
        ):
            connection.execute("ALTER TABLE hansa_acts DISABLE TRIGGER ALL")
        grant("DELETE ON hansa_acts, hansa_branches")
        log.drop("what-if")
    with open_log(address) as log:
        assert log.verify().checked == 34


def test_a_wrong_password_is_not_shown() -> None:
    user, _, place = SERVER.partition("@")
    with pytest.raises(StoreFailure, match="password authentication failed") as caught:
        open_log(f"{user.rpartition(':')[0]}:sesame@{place}")
    assert "sesame" not in str(caught.value)


def test_another_writer_that_does_not_let_go(
    postgres_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hansa.store.postgres, "PATIENCE", 1)
    address = postgres_place()
    with open_log(address) as log, psycopg.connect(address) as other:
        log.append(many(2))
        other.execute("SELECT * FROM hansa_branches WHERE name = 'main' FOR UPDATE")
        with pytest.raises(Busy, match="others kept it locked"):
            log.append([act("waiting")])
        assert list(log.read()) == many(2)
        other.rollback()
        assert log.append([act("waiting")]).positions == (3,)


def test_answers_are_safe_even_where_the_server_would_not_wait(postgres_place: Place) -> None:
    """A server may be set to answer before acts are on disk; a log's connections insist."""
    address = postgres_place().replace("?options=", "?options=-c%20synchronous_commit%3Doff%20")
    with psycopg.connect(address) as plain:
        assert plain.execute("SHOW synchronous_commit").fetchone() == ("off",)
    with open_log(address) as log:
        log.append(many(1))
        engine = log._engine  # type: ignore[attr-defined]  # what its connections are set to
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"


def test_a_database_without_room_for_all_names() -> None:
    name = "hansa_latin1"
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(
            f"CREATE DATABASE {name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"
        )
    try:
        with pytest.raises(StoreFailure, match=r"keeps text as LATIN1.*ENCODING 'UTF8'"):
            open_log(SERVER.rpartition("/")[0] + f"/{name}")
    finally:
        with psycopg.connect(SERVER, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_database_that_does_not_exist() -> None:
    with pytest.raises(StoreFailure, match='database "hanse" does not exist'):
        open_log(SERVER.rpartition("/")[0] + "/hanse")


def test_damage_to_a_page_is_told(cluster: Cluster, cluster_place: str) -> None:
    """The file of the table is overwritten while the server is down."""
    with open_log(cluster_place) as log:
        log.append(many(300))
        assert log.verify().intact
    with psycopg.connect(cluster_place, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        row = connection.execute("SELECT pg_relation_filepath('hansa_acts')").fetchone()
        assert row is not None
    cluster.halt()
    path = Path(cluster.folder) / "data" / row[0]
    with path.open("r+b") as file:
        file.seek(3 * 8192)
        file.write(b"\xff" * 8192)
    cluster.again()
    with open_log(cluster_place) as log:
        verdict = log.verify()
        assert verdict.broken is not None
        assert verdict.broken.how == "unreadable"
        assert 0 < verdict.checked < 300
        assert list(log.read(upto=verdict.checked)) == many(verdict.checked)
        with pytest.raises(Damaged, match="the database is damaged"):
            list(log.read())


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("postgresql://localhost:port/hansa", "not the address of a database"),
        ("postgrsql://localhost/hansa", "did you mean postgresql"),
        ("mysql://localhost/hansa", "'mysql' is no kind of act log"),
    ],
)
def test_addresses_that_are_none(address: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        open_log(address)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_ways_to_write_the_address(postgres_place: Place, scheme: str) -> None:
    address = postgres_place().replace("postgresql", scheme, 1)
    with open_log(address) as log:
        assert log.append(many(1)).positions == (1,)
