"""It holds: killed in a storm of acts, its database gone, its disk full."""

from __future__ import annotations

import json
import os
import resource
import secrets
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from hansa.store import open_log
from web.conftest import needed
from web.serving import Process, events_of, ids_in

STEM = "CSTO.due.CSTO"
"""What the ids of these acts begin with."""


class Storm:
    """Writers that never stop asking, and what the server acknowledged."""

    def __init__(self, server: Process, token: str, writers: int = 4) -> None:
        self.acknowledged: list[str] = []
        self.unsure: list[str] = []
        self._server, self._token = server, token
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._write, args=(n,), daemon=True) for n in range(writers)
        ]
        for thread in self._threads:
            thread.start()

    def _write(self, writer: int) -> None:
        headers = {"authorization": f"Bearer {self._token}"}
        with httpx.Client(base_url=self._server.url, timeout=10, headers=headers) as client:
            number = 0
            while not self._stop.is_set():
                number += 1
                name = f"{STEM}.storm{writer}.{number}.{secrets.token_hex(3)}"
                body = {"kind": "due", "subject": "CSTO", "actor": "CSTO", "id": name,
                        "payload": {"by": "2030-01-01", "what": name, "owes": ["ARM"]}}  # fmt: skip
                try:
                    answer = client.post("/api/v1/acts", json=body)
                except httpx.HTTPError:
                    self.unsure.append(name)
                    time.sleep(0.05)
                    continue
                assert answer.status_code in (201, 409, 503), answer.text
                if answer.status_code == 201:
                    self.acknowledged.append(name)

    def wait(self, count: int, seconds: float = 40) -> None:
        deadline = time.monotonic() + seconds
        while len(self.acknowledged) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(self.acknowledged) >= count

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(15)


class Follower:
    """A stream that resumes from the last event it saw, whatever happens to the server."""

    def __init__(self, server: Process) -> None:
        self.seen: list[int] = []
        self.ids: list[str] = []
        self._stop = threading.Event()
        self._server = server
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def _follow(self) -> None:
        while not self._stop.is_set():
            last = self.seen[-1] if self.seen else 0
            headers = {"last-event-id": str(last)}
            try:
                with (
                    httpx.Client(base_url=self._server.url, timeout=20) as client,
                    client.stream("GET", "/events", headers=headers) as answer,
                ):
                    for event in events_of(answer.iter_lines()):
                        self.seen.append(event["data"]["position"])
                        self.ids.append(event["data"]["id"])
                        if self._stop.is_set():
                            return
            except (httpx.HTTPError, OSError):
                time.sleep(0.05)

    def wait(self, position: int, seconds: float = 40) -> None:
        deadline = time.monotonic() + seconds
        while (self.seen[-1:] or [0])[0] < position and time.monotonic() < deadline:
            time.sleep(0.02)
        self._stop.set()


def killed_in_a_storm(tmp_path: Path, log: str) -> None:
    server = Process(tmp_path, log)
    token = server.appoint(log, "csto", "CSTO")
    server.start()
    storm, follower = Storm(server, token), Follower(server)
    try:
        for round_ in (1, 2):
            storm.wait(25 * round_)
            server.kill()
            server.start()
        storm.wait(65)
    finally:
        storm.stop()
    ids = ids_in(log)  # verifies the log too
    follower.wait(len(ids))
    server.stop()
    assert len(ids) == len(set(ids))
    assert set(storm.acknowledged) <= set(ids)
    assert len(storm.acknowledged) == len(set(storm.acknowledged))
    surplus = set(ids) - set(storm.acknowledged)
    assert {name for name in surplus if name.startswith(STEM)} <= set(storm.unsure)
    assert follower.seen == list(range(1, len(ids) + 1))
    assert follower.ids == ids


def test_killed_in_a_storm_of_acts_on_sqlite(tmp_path: Path) -> None:
    killed_in_a_storm(tmp_path, str(tmp_path / "log.db"))


@pytest.mark.postgres
def test_killed_in_a_storm_of_acts_on_postgres(tmp_path: Path, own_database: str) -> None:
    killed_in_a_storm(tmp_path, own_database)


def act_of(name: str) -> dict[str, Any]:
    payload = {"by": "2030-01-01", "what": name, "owes": ["ARM"]}
    return {"kind": "due", "subject": "CSTO", "actor": "CSTO", "id": f"{STEM}.{name}",
            "payload": payload}  # fmt: skip


def until(client: httpx.Client, path: str, words: str, *, there: bool = True) -> str:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        text = client.get(path).text
        if (words in text) == there:
            return text
        time.sleep(0.1)
    raise AssertionError(f"{words!r} {'never' if there else 'always'} on {path}")


@pytest.mark.postgres
def test_the_database_goes_and_comes_back(tmp_path: Path, postgres: str) -> None:
    """Pages go on and say so, acts are refused, nothing is lost, streams get what follows."""
    from store.clusters import Cluster

    needed("a PostgreSQL server", postgres)
    cluster = Cluster.start()
    server = Process(tmp_path, cluster.url)
    try:
        token = server.appoint(cluster.url, "csto", "CSTO")
        server.start()
        follower = Follower(server)
        headers = {"authorization": f"Bearer {token}"}
        with httpx.Client(base_url=server.url, timeout=60) as client:
            assert (
                client.post("/api/v1/acts", json=act_of("one"), headers=headers).status_code == 201
            )
            cluster.halt()
            text = until(client, "/", "The act log cannot be reached since")
            assert "What holds" in text
            assert client.get("/treaties/CST1992").status_code == 200
            refused = client.post("/api/v1/acts", json=act_of("two"), headers=headers)
            assert refused.status_code == 503
            assert "nothing was recorded" in refused.json()["detail"]
            assert client.get("/log/head").status_code == 503
            cluster.again()
            until(client, "/", "cannot be reached", there=False)
            again = client.post("/api/v1/acts", json=act_of("two"), headers=headers)
            assert again.status_code == 201, again.text
        follower.wait(3)
        assert follower.ids[-2:] == [f"{STEM}.one", f"{STEM}.two"]
        assert follower.seen == [1, 2, 3]
        assert ids_in(cluster.url)[-2:] == follower.ids[-2:]
    finally:
        server.stop()
        cluster.stop()


@contextmanager
def frozen(folder: str) -> Iterator[None]:
    """The cluster's processes stand still: it neither answers nor refuses, as a network may."""
    first = int((Path(folder) / "data" / "postmaster.pid").read_text().split()[0])
    stopped: list[int] = []
    try:
        for pid in (first, *children(first)):
            os.kill(pid, signal.SIGSTOP)
            stopped.append(pid)
        yield
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


def children(parent: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parts = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(parts[1]) == parent:
            found.append(int(path.parent.name))
    return found


@pytest.mark.postgres
def test_a_database_that_does_not_answer_holds_up_no_page(tmp_path: Path, postgres: str) -> None:
    from store.clusters import Cluster

    needed("a PostgreSQL server", postgres)
    cluster = Cluster.start()
    server = Process(tmp_path, cluster.url, cluster.url)  # accounts are in it too
    try:
        token = server.appoint(cluster.url, "csto", "CSTO")
        server.start()
        follower = Follower(server)
        headers = {"authorization": f"Bearer {token}"}
        with httpx.Client(base_url=server.url, timeout=20) as client:
            one = client.post("/api/v1/acts", json=act_of("one"), headers=headers)
            assert one.status_code == 201, one.text
            ended = restricted(server, token)
            with frozen(cluster.folder):
                early = [threading.Thread(target=hand_in, args=(server, token, f"early{n}"))
                         for n in range(6)]  # fmt: skip
                for thread in early:
                    thread.start()
                until(client, "/", "The act log cannot be reached since")
                assert client.get("/treaties/CST1992").status_code == 200
                assert client.get("/organisations/CIS").status_code == 200
                refused = client.post("/api/v1/acts", json=act_of("two"), headers=headers)
                assert refused.status_code == 503, refused.text
                assert ended.wait(30), "who can no longer be checked reads no restricted stream"
            for thread in early:
                thread.join(60)
            until(client, "/", "cannot be reached", there=False)
            again = client.post("/api/v1/acts", json=act_of("two"), headers=headers)
            assert again.status_code == 201, again.text
        ids = ids_in(cluster.url)
        assert len(ids) == len(set(ids))
        assert ids[-1] == f"{STEM}.two"
        follower.wait(len(ids))
        assert follower.ids == ids
    finally:
        server.stop()
        cluster.stop()


def restricted(server: Process, token: str) -> threading.Event:
    """A stream of somebody who is signed in; the event is set when the server ends it."""
    begun, ended = threading.Event(), threading.Event()

    def listen() -> None:
        headers = {"authorization": f"Bearer {token}"}
        with (
            httpx.Client(base_url=server.url, timeout=60) as client,
            client.stream("GET", "/events", headers=headers) as answer,
        ):
            for line in answer.iter_lines():
                begun.set()
                if line == "event: signed-out":
                    ended.set()

    threading.Thread(target=listen, daemon=True).start()
    assert begun.wait(20)
    return ended


def hand_in(server: Process, token: str, name: str) -> None:
    headers = {"authorization": f"Bearer {token}"}
    answer = httpx.post(f"{server.url}/api/v1/acts", json=act_of(name), headers=headers, timeout=60)
    assert answer.status_code in (201, 503), answer.text


def test_a_log_that_was_removed_is_noticed(tmp_path: Path) -> None:
    log = tmp_path / "log.db"
    server = Process(tmp_path, str(log))
    token = server.appoint(str(log), "csto", "CSTO")
    server.start()
    headers = {"authorization": f"Bearer {token}"}
    try:
        with httpx.Client(base_url=server.url, timeout=30) as client:
            for part in tmp_path.glob("log.db*"):
                part.rename(tmp_path / f"away-{part.name}")
            until(client, "/", "The act log cannot be reached since")
            refused = client.post("/api/v1/acts", json=act_of("lost"), headers=headers)
            assert refused.status_code == 503
            for part in tmp_path.glob("away-*"):
                part.rename(tmp_path / part.name.removeprefix("away-"))
            until(client, "/", "cannot be reached", there=False)
            kept = client.post("/api/v1/acts", json=act_of("kept"), headers=headers)
            assert kept.status_code == 201, kept.text
    finally:
        server.stop()
    assert ids_in(str(log))[-1] == f"{STEM}.kept"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=755", "tmpfs", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as wrong:
        pytest.skip(f"needs leave to mount a small disk ({wrong})")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def filled(client: httpx.Client, token: str) -> tuple[list[str], httpx.Response]:
    """Hand in long acts until one is refused."""
    done: list[str] = []
    for number in range(1000):
        body = act_of(f"fill{number}")
        body["note"] = secrets.token_hex(900)
        answer = client.post(
            "/api/v1/acts", json=body, headers={"authorization": f"Bearer {token}"}
        )
        if answer.status_code != 201:
            return done, answer
        done.append(body["id"])
    raise AssertionError("the disk is never full")


def reading_goes_on(client: httpx.Client, done: list[str]) -> None:
    assert client.get("/").status_code == 200
    assert client.get(f"/acts/{done[0]}").status_code == 200
    with client.stream("GET", "/events?after=0") as events:
        told = events_of(events.iter_lines())
        seen = [next(told)["data"]["id"] for _ in range(len(done) + 1)]
    assert seen[1:] == done


def test_a_full_disk_refuses_acts_and_reading_goes_on(tmp_path: Path, small_disk: Path) -> None:
    log = str(small_disk / "log.db")
    server = Process(tmp_path, log, str(small_disk / "accounts.db"))
    token = server.appoint(log, "csto", "CSTO")
    server.start()
    try:
        with httpx.Client(base_url=server.url, timeout=60) as client:
            done, answer = filled(client, token)
            assert answer.status_code == 503, answer.text
            assert "full" in json.dumps(answer.json())
            reading_goes_on(client, done)
    finally:
        server.stop()
    with open_log(log, create=False) as store:
        assert [act.id for act in store.read()][1:] == done


def test_a_log_that_may_not_grow_refuses_acts_until_it_may(tmp_path: Path) -> None:
    """What a full disk does, where nobody may mount one: a bound on the size of files (RLIMIT)."""
    log = tmp_path / "log.db"
    server = Process(tmp_path, str(log))
    token = server.appoint(str(log), "csto", "CSTO")
    server.start()
    assert server.process is not None
    pid = server.process.pid
    try:
        with httpx.Client(base_url=server.url, timeout=60) as client:
            _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            largest = max(path.stat().st_size for path in tmp_path.glob("*.db*"))
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (largest + 200_000, most))
            done, answer = filled(client, token)
            assert answer.status_code == 503, answer.text
            assert "cannot append" in json.dumps(answer.json())
            reading_goes_on(client, done)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))
            headers = {"authorization": f"Bearer {token}"}
            more = client.post("/api/v1/acts", json=act_of("more"), headers=headers)
            assert more.status_code == 201, more.text
    finally:
        server.stop()
    assert ids_in(str(log))[1:] == [*done, f"{STEM}.more"]
