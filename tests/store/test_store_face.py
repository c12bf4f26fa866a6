"""The public face: what is exported, what importing it costs, what the schema is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

import hansa.store
from hansa.store import ActLog, Consistency, Head, Proof, open_log
from hansa.store.schema import CURRENT, KNOWN
from hansa.store.tables import VERSION_TABLE, metadata
from hansa.terms.errors import BadInput, StoreFailure

from .some_acts import many


def test_exports() -> None:
    face = ("open_log", "open_results", "ActLog", "Receipt", "Conflict", "Proof", "check_proof")
    assert set(face) <= set(hansa.store.__all__)
    assert all(hasattr(hansa.store, name) for name in hansa.store.__all__)


def test_importing_it_loads_no_library() -> None:
    program = (
        "import sys; import hansa.store;"
        "print([m for m in ('sqlalchemy', 'alembic', 'psycopg', 'polars', 'numpy', 'sqlite3')"
        " if m in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert told.strip() == "[]"


def test_opening_a_log_that_is_there_needs_no_migrations(tmp_path: Path) -> None:
    open_log(tmp_path / "acts.db").close()
    program = (
        "import sys; from hansa.store import open_log; open_log(sys.argv[1]).close();"
        "print([m for m in ('alembic', 'psycopg', 'polars', 'numpy') if m in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "acts.db")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert told.strip() == "[]"


def differences(url: str) -> list[object]:
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"version_table": VERSION_TABLE, "include_object": _ours},
        )
        found = compare_metadata(context, metadata)
    engine.dispose()
    return found


def _ours(item: object, name: str | None, kind: str, *_: object) -> bool:
    return kind != "table" or bool(name and name.startswith("hansa_"))


def test_the_migrations_make_the_tables_that_queries_expect(tmp_path: Path) -> None:
    open_log(tmp_path / "acts.db").close()
    assert differences(f"sqlite:///{tmp_path / 'acts.db'}") == []


@pytest.mark.postgres
def test_the_migrations_make_them_on_postgresql_too(postgres_place: Callable[[], str]) -> None:
    address = postgres_place()
    open_log(address).close()
    assert differences(address.replace("postgresql", "postgresql+psycopg", 1)) == []


def test_every_migration_is_known() -> None:
    versions = Path(hansa.store.__file__).parent / "migrations" / "versions"
    assert tuple(sorted(p.name[:4] for p in versions.glob("[0-9]*.py"))) == KNOWN
    assert KNOWN[-1] == CURRENT


@pytest.mark.postgres
def test_a_log_carried_from_sqlite_to_postgresql_has_the_same_head(
    log: ActLog, postgres_place: Callable[[], str]
) -> None:
    head = log.append(many(250)).head
    with open_log(postgres_place()) as other:
        reading = log.read()
        while batch := list(islice(reading, 100)):
            other.append(batch)
        assert other.head() == head
        assert other.verify(head=head).intact


# Heads and proofs as text


def test_a_head_is_published_as_one_line(log: ActLog) -> None:
    for head in (Head(), log.append(many(3)).head, replace(log.head(), branch="Ташкент-1992")):
        assert Head.parse(str(head)) == head
        assert Head.parse(f"  {head}\n") == head


@pytest.mark.parametrize(
    "text",
    [
        "",
        "main",
        "main:3:ab:cd",
        f"main:3::{'ab' * 32}",
        f"main:0:{'ab' * 32}:{'ab' * 32}",
        f"main:-1:{'ab' * 32}:{'ab' * 32}",
        f"main:3:{'AB' * 32}:{'ab' * 32}",
        f":3:{'ab' * 32}:{'ab' * 32}",
    ],
)
def test_what_is_no_head(text: str) -> None:
    with pytest.raises(BadInput, match="is not the head of a log"):
        Head.parse(text)


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"position": 1, "size": 2},
        {"position": 1, "size": 2, "path": "ab"},
        {"position": 1, "size": 2, "path": ["ab"]},
        {"position": 1, "size": 2, "path": ["zz" * 32]},
        {"position": "1", "size": 2, "path": []},
        {"position": 1, "size": True, "path": []},
        {"position": -1, "size": 2, "path": []},
    ],
)
def test_what_is_no_proof(value: dict[str, object]) -> None:
    with pytest.raises(BadInput, match="this is not an inclusion proof"):
        Proof.from_json(value)  # type: ignore[arg-type]  # the point
    names = {"position": "old", "size": "new", "path": "path"}
    renamed = {names[key]: given for key, given in value.items()}
    with pytest.raises(BadInput, match="this is not a consistency proof"):
        Consistency.from_json(renamed)  # type: ignore[arg-type]  # the point


def test_without_the_library_for_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "hansa.store.postgres", raising=False)
    with pytest.raises(BadInput, match=r"pip install 'hansa\[postgres\]'"):
        open_log("postgresql://localhost/hansa")


def test_every_failure_of_a_store_is_one_kind_of_error() -> None:
    failures = ("Busy", "Conflict", "Contradiction", "Damaged", "Full", "ReadOnly", "Unreachable")
    for name in failures:
        kind = getattr(hansa.store, name)
        assert issubclass(kind, StoreFailure)
        assert kind.exit_code == 6
