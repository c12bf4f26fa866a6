"""What can befall a file: one clear error, nothing half-written, and work goes on after."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import polars as pl
import pytest

import hansa.store.sqlite
from hansa.store import (
    ActLog,
    Busy,
    Damaged,
    Full,
    ReadOnly,
    Unreachable,
    input_hash,
    open_log,
    open_results,
)
from hansa.terms.errors import BadInput, StoreFailure

from .some_acts import act, many
from .storm import answers, read_and_write_as_nobody, start, write_up_to_a_file_size

Mount = Callable[[str], None]


def mount(folder: Path, options: str) -> None:
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)],
        check=True,
        capture_output=True,
    )


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        mount(folder, "size=1m,mode=755")
    except (OSError, subprocess.CalledProcessError) as wrong:
        pytest.skip(f"needs leave to mount a small disk ({wrong})")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(log: ActLog) -> int:
    """Append batches of ten until there is no room; how many went in."""
    numbers = count()
    with pytest.raises(Full, match=r"the disk is full.*make room"):  # noqa: PT012 until it does
        while True:
            log.append(many(10, start=10 * next(numbers)))
    return next(numbers) - 1


def test_a_full_disk_refuses_acts_and_reading_goes_on(small_disk: Path) -> None:
    with open_log(small_disk / "acts.db") as log:
        done = fill(log)
        assert done > 3
        for _ in range(3):
            with pytest.raises(Full):
                log.append(many(500, start=10 * done))
        assert list(log.read()) == many(10 * done)
        assert log.verify().checked == 10 * done
        with open_log(small_disk / "acts.db") as other:
            assert list(other.read()) == many(10 * done)
        mount(small_disk, "remount,size=8m")
        assert log.append(many(10, start=10 * done)).appended == 10
        assert log.verify().checked == 10 * done + 10


def test_no_room_even_to_begin(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    with pytest.raises(Full, match=r"acts\.db"):
        open_log(small_disk / "acts.db")
    ballast.unlink()
    with open_log(small_disk / "acts.db") as log:
        assert log.append(many(2)).appended == 2


def test_a_full_disk_keeps_no_half_result(small_disk: Path) -> None:
    results = open_results(small_disk)
    small = pl.DataFrame({"x": [1.5, 2.5]})
    results.put(input_hash("small"), small)
    noise = pl.DataFrame({"x": [input_hash(n) for n in range(40_000)]})
    with pytest.raises(Full, match="the disk is full, the result was not kept"):
        results.put(input_hash("large"), noise)
    assert results.get(input_hash("large")) is None
    assert [p.name for p in small_disk.rglob("*.*")] == [f"{input_hash('small')}.parquet"]
    kept = results.get(input_hash("small"))
    assert kept is not None
    assert kept.frame.equals(small)


def test_a_limit_on_the_size_of_files(tmp_path: Path) -> None:
    """Stands for a disk that refuses, wherever no disk may be mounted."""
    process, pipe = start(write_up_to_a_file_size, str(tmp_path / "acts.db"), 300_000)
    (kind, message), (_, (done, read, intact)) = answers(pipe)
    process.join()
    assert issubclass({"Full": Full, "StoreFailure": StoreFailure}[kind], StoreFailure)
    assert "cannot append" in message
    assert "acts that were recorded already are recognised" in message
    assert done > 3
    assert (read, intact) == (10 * done, True)
    with open_log(tmp_path / "acts.db") as log:
        assert log.append(many(10, start=10 * done)).positions[0] == 10 * done + 1


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that everybody may enter, unlike pytest's."""
    folder = Path(tempfile.mkdtemp(prefix="hansa-log-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize("folder_mode", [0o555, 0o777])
def test_a_file_that_may_only_be_read(public_folder: Path, folder_mode: int) -> None:
    path = public_folder / "acts.db"
    with open_log(path) as log:
        log.append(many(5))
    path.chmod(0o444)
    public_folder.chmod(folder_mode)
    process, pipe = start(read_and_write_as_nobody, str(path))
    read, intact, (kind, message) = answers(pipe)
    process.join()
    assert read == ("read", [a.id for a in many(5)])
    assert intact == ("intact", True)
    assert kind == "ReadOnly"
    assert "it is read-only" in message
    assert sorted(p.name for p in public_folder.iterdir())[:1] == ["acts.db"]
    with open_log(path) as log:
        assert log.head().size == 5


def test_a_folder_that_may_not_be_written(public_folder: Path) -> None:
    public_folder.chmod(0o555)
    process, pipe = start(read_and_write_as_nobody, str(public_folder / "acts.db"))
    [(kind, message)] = answers(pipe)
    process.join()
    assert kind == "StoreFailure"
    assert "the log's file cannot be made: Permission denied" in message
    assert list(public_folder.iterdir()) == []


def test_a_disk_mounted_read_only(small_disk: Path) -> None:
    path = small_disk / "acts.db"
    with open_log(path) as log:
        log.append(many(5))
    mount(small_disk, "remount,ro")
    with open_log(path) as log:
        assert list(log.read()) == many(5)
        with pytest.raises(ReadOnly, match="cannot append: it is read-only"):
            log.append([act("new")])
    mount(small_disk, "remount,rw")
    with open_log(path) as log:
        assert log.append([act("new")]).positions == (6,)


@pytest.mark.parametrize("content", [b"Minsk, 24 May 2000\n" * 300, os.urandom(8192)])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "acts.db"
    path.write_bytes(content)
    with pytest.raises(Damaged, match="not an SQLite database, or its beginning is damaged"):
        open_log(path)
    assert path.read_bytes() == content


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "acts.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE stamps (country)")
    connection.close()
    with pytest.raises(StoreFailure, match="belongs to something else than an act log"):
        open_log(path)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("stamps",)]
    connection.close()


@pytest.mark.parametrize("left", [0.3, 0.6, 0.95])
def test_a_file_cut_short(tmp_path: Path, left: float) -> None:
    path = tmp_path / "acts.db"
    with open_log(path) as log:
        log.append(many(400))
    os.truncate(path, int(path.stat().st_size * left))
    with pytest.raises(StoreFailure):  # noqa: PT012 at one of the two
        log = open_log(path)
        list(log.read())
    with contextlib.suppress(Damaged), open_log(path) as log:
        broken = log.verify().broken
        assert broken is not None
        assert broken.how in ("unreadable", "missing")


def test_the_first_act_on_a_damaged_page_is_named(tmp_path: Path) -> None:
    path = tmp_path / "acts.db"
    with open_log(path) as log:
        log.append(many(400))
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2 // 4096 * 4096)
        file.write(b"\xff" * 4096)
    with open_log(path) as log:
        verdict = log.verify()
        assert verdict.broken is not None
        assert verdict.broken.how in ("unreadable", "missing", "altered")
        assert 0 < verdict.checked < 400
        assert list(log.read(upto=verdict.checked)) == many(verdict.checked)
        with pytest.raises(Damaged):
            list(log.read())


@pytest.mark.parametrize("how", ["remove", "replace"])
def test_a_file_that_goes_away(tmp_path: Path, how: str) -> None:
    path = tmp_path / "acts.db"
    with open_log(tmp_path / "spare.db") as spare:
        spare.append([act("other")])
    with open_log(path) as log:
        log.append(many(3))
        aside = path.rename(tmp_path / "aside.db")
        if how == "replace":
            shutil.copy(tmp_path / "spare.db", path)
        for use in (lambda: log.append([act("lost")]), log.head, lambda: list(log.read())):
            with pytest.raises(Unreachable, match="was removed or replaced"):
                use()
        aside.replace(path)
        assert log.append([act("kept")]).positions == (4,)


def test_another_writer_that_does_not_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hansa.store.sqlite, "PATIENCE", 0.2)
    path = tmp_path / "acts.db"
    with open_log(path) as log:
        log.append(many(2))
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy, match="others kept it locked"):
            log.append([act("waiting")])
        assert list(log.read()) == many(2)
        other.execute("ROLLBACK")
        other.close()
        assert log.append([act("waiting")]).positions == (3,)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreFailure, match=r"cannot be made.*check that its folder exists"):
        open_log(tmp_path / "nowhere" / "acts.db")


def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(StoreFailure, match="cannot open the log"):
        open_log(tmp_path)


def test_a_log_that_should_be_there_and_is_not(tmp_path: Path) -> None:
    open_log(tmp_path / "union.db").close()
    with pytest.raises(StoreFailure, match=r"there is no act log; did you mean union\.db"):
        open_log(tmp_path / "unoin.db", create=False)
    assert not (tmp_path / "unoin.db").exists()


@pytest.mark.parametrize("address", ["", "sqlite://", "sqlite:///:memory:", ":memory:"])
def test_a_log_in_memory_is_refused(address: str) -> None:
    with pytest.raises(BadInput, match="needs a file"):
        open_log(address)


@pytest.mark.parametrize("name", ["a b.db", "100%.db", "why?.db", "#1.db", "лог.db"])
def test_paths_with_odd_characters(tmp_path: Path, name: str) -> None:
    with open_log(tmp_path / name) as log:
        log.append(many(2))
    assert {p.name for p in tmp_path.iterdir()} == {name}
    with open_log(f"sqlite:///{tmp_path / name}", create=False) as log:
        assert log.head().size == 2


def test_relative_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with open_log("sqlite:///acts.db") as log:
        log.append(many(2))
    assert (tmp_path / "acts.db").exists()
