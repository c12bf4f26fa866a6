"""Whatever single byte is changed, of a stored value or of the file: it is noticed."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hansa.store import open_log
from hansa.terms.errors import StoreFailure, UnknownCode

from .some_acts import many

COLUMNS = {
    "hansa_acts": ("branch", "position", "id", "body", "digest", "nodes"),
    "hansa_branches": ("name", "base", "fork", "size", "digest", "seal"),
}
BRANCHES = {
    "main": many(5),
    "what-if": [*many(3), *many(2, prefix="if")],
    "untouched": many(4),
}

many_examples = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log with two branches, all in one file."""
    path = tmp_path_factory.mktemp("tampering") / "acts.db"
    with open_log(path) as log:
        log.append(many(5))
        log.branch("what-if", at=3)
        log.append(many(2, prefix="if"), branch="what-if")
        log.branch("untouched", at=4)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    return path


@pytest.fixture
def copies(original: Path, tmp_path: Path) -> Callable[[], Path]:
    """Gives a copy of the log in a folder of its own, as often as it is called."""
    numbers = itertools.count()

    def copy() -> Path:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        return Path(shutil.copy(original, folder / "acts.db"))

    return copy


def noticed(path: Path) -> bool:
    """Whether opening or verifying says that something is wrong."""
    try:
        with open_log(path, create=False) as log:
            return not all(log.verify(name).intact for name in BRANCHES)
    except (StoreFailure, UnknownCode):
        return True


def harmless(path: Path) -> bool:
    """Whether all branches still read as they were written."""
    with open_log(path, create=False) as log:
        return all(list(log.read(name)) == acts for name, acts in BRANCHES.items())


def test_nothing_is_noticed_where_nothing_was_done(original: Path) -> None:
    assert not noticed(original)
    assert harmless(original)


@many_examples
@given(data=st.data())
def test_any_byte_of_any_stored_value(copies: Callable[[], Path], data: st.DataObject) -> None:
    path = copies()
    table = data.draw(st.sampled_from(sorted(COLUMNS)))
    column = data.draw(st.sampled_from(COLUMNS[table]))
    connection = sqlite3.connect(path)
    connection.text_factory = bytes
    key = "rowid" if table == "hansa_branches" else "branch || '/' || position"
    values = connection.execute(f"SELECT {key}, {column} FROM {table}").fetchall()
    where, value = data.draw(st.sampled_from(values))
    assume(value not in (None, b""))
    for name in ("acts_update", "branches_update"):
        connection.execute(f"DROP TRIGGER hansa_{name}")
    if isinstance(value, int):
        changed: object = value ^ (1 << data.draw(st.integers(0, 62)))
        holder = "?"
    else:
        index = data.draw(st.integers(0, len(value) - 1))
        flipped = value[index] ^ data.draw(st.integers(1, 255))
        changed = value[:index] + bytes([flipped]) + value[index + 1 :]
        holder = "?" if column in ("body", "digest", "nodes", "seal") else "CAST(? AS TEXT)"
    given_key = where.decode() if isinstance(where, bytes) else where
    try:
        with connection:
            update = f"UPDATE {table} SET {column} = {holder} WHERE {key} = ?"
            assert connection.execute(update, (changed, given_key)).rowcount == 1
    except sqlite3.IntegrityError:  # the database itself noticed
        assume(False)
    finally:
        connection.close()
    assert noticed(path)


@many_examples
@given(data=st.data())
def test_any_byte_of_the_file(copies: Callable[[], Path], data: st.DataObject) -> None:
    """Most of a file is no act: a change is noticed, or nothing reads otherwise than before."""
    path = copies()
    content = bytearray(path.read_bytes())
    used = [n for n, byte in enumerate(content) if byte]
    where = data.draw(st.sampled_from(used) | st.integers(0, len(content) - 1))
    content[where] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    assert noticed(path) or harmless(path)


def test_types_that_a_column_should_not_have(copies: Callable[[], Path]) -> None:
    """SQLite stores any type in any column."""
    values: dict[str, tuple[object, ...]] = {
        "body": ("text", 5, 1.5),
        "digest": ("text", 5),
        "nodes": ("text", b"", b"x" * 31, 7),
        "id": (5, b"CST1992.sign.2"),
        "position": ("three", 2.5),
    }
    for column, wrong in values.items():
        for value in wrong:
            path = copies()
            connection = sqlite3.connect(path)
            connection.execute("DROP TRIGGER hansa_acts_update")
            with connection:
                update = (
                    f"UPDATE hansa_acts SET {column} = ? WHERE branch = 'main' AND position = 3"
                )
                connection.execute(update, (value,))
            connection.close()
            assert noticed(path), (column, value)
