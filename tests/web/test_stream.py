"""The live stream: nothing lost, nothing twice, revoked at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from hansa.faces.web.live import bell, stream
from hansa.record.acts import Json
from web.serving import GENEROUS, Running, events_of, serving

HIDDEN: dict[str, Json] = {"position": "x", "tlp": "AMBER", "audience": ["CSTO"]}


class Listener:
    """Listens in a thread of its own, and comes back where it was when cut off."""

    def __init__(
        self, url: str, path: str = "/events", headers: dict[str, str] | None = None
    ) -> None:
        self.url, self.path, self.headers = url, path, headers or {}
        self.events: list[dict[str, Any]] = []
        self.ready = threading.Event()
        self.ended = threading.Event()
        self._client: httpx.Client | None = None
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        assert self.ready.wait(10)

    def _listen(self) -> None:
        with httpx.Client(base_url=self.url, timeout=30) as client:
            self._client = client
            with client.stream("GET", self.path, headers=self.headers) as answer:
                self.status = answer.status_code
                self.ready.set()
                try:
                    for event in events_of(answer.iter_lines()):
                        self.events.append(event)
                except (httpx.HTTPError, OSError):
                    pass
        self.ended.set()

    def wait(self, count: int, seconds: float = 10) -> list[dict[str, Any]]:
        deadline = time.monotonic() + seconds
        while len(self.events) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        return self.events


def say(server: Running, number: int, subject: str = "CSTO", actor: str = "ARM") -> str:
    return server.record("declare", subject, actor, {"position": str(number)}, id=f"say{number}").id


def test_an_act_reaches_open_streams(server: Running) -> None:
    listeners = [Listener(server.url) for _ in range(20)]
    start = time.monotonic()
    say(server, 1)
    for listener in listeners:
        [event] = listener.wait(1)
        assert event["data"]["id"] == "say1"
        assert event["event"] == "act"
        assert event["id"] == "1"
    assert time.monotonic() - start < 5


def test_a_stream_goes_on_from_the_last_event_seen(server: Running) -> None:
    for number in range(10):
        say(server, number)
    for path, headers in (("/events?after=4", {}), ("/events", {"last-event-id": "4"})):
        listener = Listener(server.url, path, headers)
        seen = [e["data"]["position"] for e in listener.wait(6)]
        assert seen == [5, 6, 7, 8, 9, 10]


def test_without_a_last_event_a_stream_begins_now(server: Running) -> None:
    say(server, 1)
    listener = Listener(server.url)
    say(server, 2)
    assert [e["data"]["id"] for e in listener.wait(1)] == ["say2"]


def test_nothing_is_lost_and_nothing_comes_twice(server: Running) -> None:
    """Readers come and go while acts are recorded by several writers."""
    total, stop = 120, threading.Event()

    def write(part: int) -> None:
        for number in range(part, total, 3):
            say(server, number)

    seen: list[list[int]] = [[] for _ in range(4)]

    def read(place: int) -> None:
        last = 0
        while not stop.is_set() or len(seen[place]) < total:
            try:
                with (
                    httpx.Client(base_url=server.url, timeout=5) as client,
                    client.stream("GET", "/events", headers={"last-event-id": str(last)}) as answer,
                ):
                    for count, event in enumerate(events_of(answer.iter_lines())):
                        last = event["data"]["position"]
                        seen[place].append(last)
                        if count >= 7 + place or len(seen[place]) >= total:
                            break  # cut the connection
            except httpx.HTTPError:
                continue
            if len(seen[place]) >= total:
                return

    readers = [threading.Thread(target=read, args=(n,), daemon=True) for n in range(4)]
    writers = [threading.Thread(target=write, args=(n,)) for n in range(3)]
    for thread in (*readers, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in readers:
        thread.join(20)
    for places in seen:
        assert places == list(range(1, total + 1))


def test_a_long_absence_is_made_up_for(server: Running) -> None:
    """More acts than are sent at once."""
    server.site.live.log().append(
        [
            server.site.live.described.acts[0].__class__(
                f"bulk{n}", "declare", server.site.live.clock().date(), server.site.live.clock(),
                "CSTO", "ARM", {"position": "x"},
            )
            for n in range(650)
        ]
    )  # fmt: skip
    server.site.live.read()
    listener = Listener(server.url, "/events?after=0")
    seen = [e["data"]["position"] for e in listener.wait(650)]
    assert seen == list(range(1, 651))


@pytest.mark.parametrize(
    ("query", "wanted"),
    [("organisation=CSTO", {"say1", "say3"}), ("state=KAZ", {"say2", "say3"}),
     ("subject=SCO", {"say2"}), ("organisation=SCO&state=KAZ", {"say2"})],
)  # fmt: skip
def test_only_what_was_asked_for(server: Running, query: str, wanted: set[str]) -> None:
    listener = Listener(server.url, f"/events?{query}")
    say(server, 1)
    say(server, 2, "SCO", "KAZ")
    say(server, 3, "CSTO", "KAZ")
    time.sleep(0.5)
    assert {e["data"]["id"] for e in listener.events} == wanted


def test_a_position_that_never_was_is_reset(server: Running) -> None:
    say(server, 1)
    listener = Listener(server.url, "/events?after=99")
    say(server, 2)
    events = listener.wait(2)
    assert [e["event"] for e in events] == ["reset", "act"]
    assert events[0]["id"] == "1"


def test_streams_end_when_the_account_is_disabled(server: Running) -> None:
    server.account("arm", "CSTO:ARM")
    listener = Listener(server.url, "/events", server.token("arm"))
    server.record("declare", "CSTO", "CSTO", HIDDEN, id="secret1")
    assert [e["data"]["id"] for e in listener.wait(1)] == ["secret1"]
    server.site.accounts.disable("arm")
    assert listener.ended.wait(5)
    assert listener.events[-1]["event"] == "signed-out"
    server.record("declare", "CSTO", "CSTO", HIDDEN, id="secret2")
    assert "secret2" not in str(listener.events)


def test_streams_narrow_when_the_mandate_ends(server: Running) -> None:
    """The account stays; what it may see is gone with the very act that recalls it."""
    server.account("arm", "CSTO:ARM")
    listener = Listener(server.url, "/events", server.token("arm"))
    server.record("declare", "CSTO", "CSTO", HIDDEN, id="secret1")
    listener.wait(1)
    server.record("recall", "CSTO delegation:ARM", "ARM", {"account": "arm"}, id="recalled")
    server.record("declare", "CSTO", "CSTO", HIDDEN, id="secret2")
    server.record("declare", "CSTO", "ARM", {"position": "x"}, id="open")
    deadline = time.monotonic() + 5
    while "open" not in str(listener.events) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [e["data"]["id"] for e in listener.events] == ["secret1", "recalled", "open"]


def test_a_revoked_token_opens_no_stream(server: Running) -> None:
    server.account("arm", "CSTO:ARM")
    headers = server.token("arm")
    server.site.accounts.disable("arm")
    server.record("declare", "CSTO", "CSTO", {"position": "x", "tlp": "GREEN"}, id="secret")
    listener = Listener(server.url, "/events?after=0", headers)
    say(server, 1)
    time.sleep(0.5)
    assert "secret" not in str(listener.events)


@contextmanager
def narrow(tmp_path: Path) -> Iterator[Running]:
    from dataclasses import replace

    with serving(tmp_path, limits=replace(GENEROUS, streams=3)) as running:
        yield running


def test_one_address_opens_only_so_many(tmp_path: Path) -> None:
    with narrow(tmp_path) as server:
        listeners = [Listener(server.url) for _ in range(3)]
        answer = httpx.get(f"{server.url}/events")
        assert answer.status_code == 429
        assert answer.headers["retry-after"]
        del listeners


def test_closed_streams_are_forgotten(server: Running) -> None:
    for _ in range(5):
        with server.client() as client, client.stream("GET", "/events") as answer:
            assert answer.status_code == 200
    deadline = time.monotonic() + 5
    while server.streams.open and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not server.streams.open


def test_streams_are_not_kept_by_anybody(reading: Running) -> None:
    with reading.client() as client, client.stream("GET", "/events") as answer:
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store"
        assert "content-length" not in answer.headers


def lines_of(server: Running, path: str, until: str, headers: dict[str, str] | None = None) -> str:
    """A stream's text, as far as a line."""
    text: list[str] = []
    with server.client() as client, client.stream("GET", path, headers=headers) as answer:
        for line in answer.iter_lines():
            text.append(line)
            if line == until:
                break
    return "\n".join(text)


def test_a_reader_is_told_when_to_come_back(server: Running) -> None:
    assert lines_of(server, "/events", "retry: 1000") == "retry: 1000"


def test_a_quiet_stream_gives_signs_of_life(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "PULSE", 0.05)
    text = lines_of(server, "/events", ": still here")
    assert text == "retry: 1000\n\n: still here"


def test_signs_of_life_carry_the_place_and_come_however_much_is_not_wanted(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asked for little is not sent through the whole log again when it comes back."""
    monkeypatch.setattr(stream, "PULSE", 0.2)
    for number in range(3):
        say(server, number)
    over = threading.Event()

    def busy() -> None:
        number = 10
        while not over.wait(0.02):
            say(server, number := number + 1)

    writer = threading.Thread(target=busy)
    writer.start()
    try:
        text = lines_of(server, "/events?after=0&organisation=SCO", ": still here")
    finally:
        over.set()
        writer.join()
    assert "event:" not in text
    place = server.site.live.position
    text = lines_of(server, "/events?after=0&organisation=SCO", f"id: {place}")
    assert "event:" not in text
    say(server, 1000, "SCO", "KAZ")
    listener = Listener(server.url, "/events?organisation=SCO", {"last-event-id": str(place)})
    assert [e["data"]["id"] for e in listener.wait(1)] == ["say1000"]


def test_a_long_log_of_which_nothing_is_wanted(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Far more acts than are looked at at once, and more than a call may go deep."""
    monkeypatch.setattr(stream, "AT_ONCE", 2)
    kind = server.site.live.described.acts[0].__class__
    now = server.site.live.clock()
    acts = [kind(f"bulk{n}", "declare", now.date(), now, "CSTO", "ARM", {"position": "x"})
            for n in range(3000)]  # fmt: skip
    server.site.live.log().append(acts)
    while server.site.live.read():
        pass
    listener = Listener(server.url, "/events?after=0&organisation=SCO")
    say(server, 1, "SCO", "KAZ")
    assert [e["data"]["id"] for e in listener.wait(1)] == ["say1"]


def test_many_are_woken_in_turns(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell, "TURN", 2)
    listeners = [Listener(server.url) for _ in range(9)]
    say(server, 1)
    for listener in listeners:
        assert [e["data"]["id"] for e in listener.wait(1)] == ["say1"]
