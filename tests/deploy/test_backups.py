"""Backups by the shipped script, taken while acts come in, restored, held to a published head."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest
from sqlalchemy import make_url

from hansa.faces.cli import main
from hansa.faces.web.accounts.book import Accounts
from hansa.faces.web.accounts.database import AccountsUnreachable, Database
from hansa.faces.web.accounts.secrets import Vault
from hansa.service import act, log_head, log_prepare, log_verify
from hansa.terms.errors import StoreFailure
from web.serving import Process, ids_in
from web.test_holding import STEM, Storm, act_of

from .conftest import DEPLOY, program


def hansa(*words: str, code: int = 0, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "hansa", *words], capture_output=True, text=True, check=False,
        env={**os.environ, **environment}, timeout=120,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def accounts_prepared(log: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["account", "prepare", "--log", log])
    assert not ended.value.code


def back_up(log: str, folder: Path, **environment: str) -> Path:
    """Run the shipped script; returns the folder of the copy."""
    command = folder / "hansa"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m hansa "$@"\n')
    command.chmod(0o755)
    copies = folder / "copies"
    copies.mkdir(exist_ok=True)
    done = subprocess.run(
        [str(DEPLOY / "backup"), str(copies)], capture_output=True, text=True, check=False,
        env={**os.environ, "HANSA_LOG": log, "HANSA": str(command), **environment}, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    made = Path(done.stdout.strip())
    assert made.parent == copies
    assert not list(copies.glob("*.part"))
    return made


@dataclass
class Union:
    """A server whose log grows, and what was published of it on the way."""

    log: str
    token: str
    copy: Path
    acknowledged: list[str]
    later: str


def copied_in_a_storm(folder: Path, log: str, **environment: str) -> Union:
    """Acts come in while the copy is made; then come some more, which it does not have."""
    server = Process(folder, log)
    token = server.appoint(log, "csto", "CSTO")
    server.start()
    storm = Storm(server, token)
    try:
        storm.wait(6)
        before = list(storm.acknowledged)
        copy = back_up(log, folder, HANSA_ACCOUNTS=server.accounts, **environment)
        storm.wait(len(storm.acknowledged) + 3)
    finally:
        storm.stop()
    with httpx.Client(base_url=server.url, timeout=30) as client:
        later = client.get("/.well-known/hansa-head").text.strip()
    server.stop()
    return Union(log, token, copy, before, later)


def restored_is_whole(union: Union, restored: str, accounts: str, folder: Path) -> None:
    """What was acknowledged before the copy is there; a server goes on from it."""
    head = (union.copy / "head").read_text().strip()
    assert "are what was recorded" in hansa("log", "verify", restored, "--head", head)
    assert set(union.acknowledged) <= set(ids_in(restored))
    # what was recorded after the copy is lost, and a head published since says so
    assert not log_verify(restored, head=union.later).value.intact
    book = Accounts(Database(accounts), Vault(b"x" * 32))
    assert book.session(union.token) is not None, "the copy has the sessions of its time"
    assert book.close_all() == 1
    assert [account.name for account in book.listed()] == ["csto"]
    assert book.session(union.token) is None
    token, _ = book.open("csto", strong=True, title="after")

    server = Process(folder, restored, accounts)
    server.start()
    try:
        with httpx.Client(base_url=server.url, timeout=30) as client:
            said = client.get("/api/v1/health").json()
            assert said["position"] == int(ids_in_size(restored)), said
            answer = client.post(
                "/api/v1/acts",
                json=act_of("restored"),
                headers={"authorization": f"Bearer {token}"},
            )
            assert answer.status_code == 201, answer.text
    finally:
        server.stop()
    assert ids_in(restored)[-1] == f"{STEM}.restored"


def ids_in_size(log: str) -> int:
    return len(ids_in(log))


@pytest.mark.slow
def test_sqlite(tmp_path: Path) -> None:
    program("sqlite3", "sqlite3")
    union = copied_in_a_storm(tmp_path, str(tmp_path / "union.db"))
    assert sorted(path.name for path in union.copy.iterdir()) == [
        "accounts.db", "head", "log.db", "verified",
    ]  # fmt: skip
    assert union.copy.stat().st_mode & 0o077 == 0, "others may read the copy"
    there = tmp_path / "there"
    there.mkdir()
    for name, as_name in (("log.db", "union.db"), ("accounts.db", "union.accounts.db")):
        (there / as_name).write_bytes((union.copy / name).read_bytes())
    restored_is_whole(union, str(there / "union.db"), str(there / "union.accounts.db"), tmp_path)


def test_a_copy_that_was_changed_is_found_out(tmp_path: Path) -> None:
    program("sqlite3", "sqlite3")
    log = str(tmp_path / "union.db")
    for number in range(5):
        said = {"by": "2030-01-01", "what": f"report {number}", "owes": ["ARM"]}
        act(log, "due", "CSTO", actor="CSTO", id=f"due{number}", payload=json.dumps(said))
    accounts_prepared(log)
    copies = tmp_path / "copies"
    for day in range(1, 6):
        (copies / f"2026-01-0{day}T023000Z").mkdir(parents=True)
    copy = back_up(log, tmp_path, KEEP="3")
    left = sorted(path.name for path in copies.iterdir())
    assert left == ["2026-01-04T023000Z", "2026-01-05T023000Z", copy.name], "too old ones go"
    with sqlite3.connect(copy / "log.db") as connection:
        connection.execute("DROP TRIGGER hansa_acts_update")
        connection.execute(
            "UPDATE hansa_acts SET body = "
            "CAST(replace(CAST(body AS TEXT), 'report 3', 'nothing') AS BLOB)"
        )
    told = hansa("log", "verify", str(copy / "log.db"), code=6)
    assert "'due3' at position 4" in told


def test_a_copy_that_fails_is_not_left_lying(tmp_path: Path) -> None:
    program("sqlite3", "sqlite3")
    copies = tmp_path / "copies"
    copies.mkdir()
    done = subprocess.run(
        [str(DEPLOY / "backup"), str(copies)], capture_output=True, text=True, check=False,
        env={**os.environ, "HANSA_LOG": str(tmp_path / "missing.db"), "HANSA": "false"},
    )  # fmt: skip
    assert done.returncode != 0
    assert list(copies.iterdir()) == []


# --- PostgreSQL: by the shipped roles and grants -----------------------------------------------


@dataclass
class Roles:
    """A database made by the shipped files, and who may do what in it."""

    superuser: str
    owner: str
    server: str
    name: str
    role: str

    def psql(self, file: str, at: str = "postgres", **names: str) -> None:
        url = make_url(self.superuser).set(database=at)
        words = [part for key, value in names.items() for part in ("-v", f"{key}={value}")]
        done = subprocess.run(
            ["psql", "-q", "-X", *words, "-f", str(DEPLOY / "postgresql" / file),
             url.render_as_string(hide_password=False)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def psql_text(self, statement: str) -> None:
        with psycopg.connect(
            make_url(self.superuser).set(database=self.name).render_as_string(hide_password=False)
        ) as connection:
            connection.execute(statement)


@pytest.fixture
def roles(postgres: str) -> Iterator[Roles]:
    program("psql", "postgresql-client")
    mark = secrets.token_hex(4)
    owner, server, name = (f"hansa_{what}_{mark}" for what in ("owner", "server", "db"))
    password = secrets.token_hex(16)
    at = make_url(postgres).set(database=name)

    def text(**changes: object) -> str:
        return at.set(**changes).render_as_string(hide_password=False)  # type: ignore[arg-type]

    made = Roles(
        postgres, text(query={"options": f"-c role={owner}"}),
        text(username=server, password=password), name, server,
    )  # fmt: skip
    made.psql("roles.sql", owner=owner, server=server, database=name)
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"ALTER ROLE {server} PASSWORD '{password}'")
        yield made
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'DROP DATABASE IF EXISTS "{name}_restored" WITH (FORCE)')
        connection.execute(f"DROP ROLE {server}")
        connection.execute(f"DROP ROLE {owner}")


def prepared(roles: Roles) -> None:
    log_prepare(roles.owner)
    accounts_prepared(roles.owner)
    roles.psql("grants.sql", roles.name, server=roles.role)


@pytest.mark.postgres
@pytest.mark.slow
def test_postgres(tmp_path: Path, roles: Roles) -> None:
    """The server runs as its own role; copies are made and restored by the superuser."""
    program("pg_dump", "postgresql-client")
    prepared(roles)
    superuser = make_url(roles.superuser).set(database=roles.name)
    union = copied_by(tmp_path, roles, superuser.render_as_string(hide_password=False))
    other = f"{roles.name}_restored"
    with psycopg.connect(roles.superuser, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{other}" TEMPLATE template0')
    target = superuser.set(database=other).render_as_string(hide_password=False)
    done = subprocess.run(
        ["pg_restore", "--exit-on-error", "--single-transaction", f"--dbname={target}",
         str(union.copy / "log.dump")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    restored = make_url(roles.server).set(database=other).render_as_string(hide_password=False)
    restored_is_whole(union, restored, restored, tmp_path)


def copied_by(folder: Path, roles: Roles, superuser: str) -> Union:
    """As `copied_in_a_storm`: the server as its role, the copy by the superuser."""
    server = Process(folder, roles.server, roles.server)
    token = server.appoint(roles.server, "csto", "CSTO")
    server.start()
    storm = Storm(server, token)
    try:
        storm.wait(6)
        before = list(storm.acknowledged)
        copy = back_up(superuser, folder)
        storm.wait(len(storm.acknowledged) + 3)
    finally:
        storm.stop()
    with httpx.Client(base_url=server.url, timeout=30) as client:
        later = client.get("/.well-known/hansa-head").text.strip()
    server.stop()
    return Union(roles.server, token, copy, before, later)


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE hansa_acts SET body = ''",
        "DELETE FROM hansa_acts",
        "TRUNCATE hansa_acts",
        "ALTER TABLE hansa_acts DISABLE TRIGGER ALL",
        "DROP TABLE hansa_acts",
        "UPDATE hansa_audit SET detail = ''",
        "DELETE FROM hansa_audit",
        "UPDATE hansa_schema SET version_num = '0'",
        "CREATE TABLE mine (x int)",
        "DELETE FROM hansa_accounts",
    ],
)
def test_the_servers_role_may_not(roles: Roles, statement: str) -> None:
    prepared(roles)
    with (
        psycopg.connect(roles.server) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


@pytest.mark.postgres
def test_the_servers_role_is_told_what_is_not_prepared(roles: Roles) -> None:
    with pytest.raises(StoreFailure, match=r"may not do this.*hansa log prepare"):
        log_prepare(roles.server)
    log_prepare(roles.owner)
    roles.psql_text(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {roles.role}")
    log_head(roles.server)
    with pytest.raises(AccountsUnreachable, match=r"hansa account prepare"):
        Accounts(Database(roles.server), Vault(b"x" * 32)).revision()
