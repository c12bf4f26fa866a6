"""A server that is told to stop: systemd hears of it, streams end, nothing is lost."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
import pytest

from web.serving import Process, events_of
from web.test_holding import STEM, act_of


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> socket.socket:
    """The socket on which services tell how they are."""
    path = tmp_path / "notify"
    heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    heard.bind(str(path))
    heard.settimeout(30)
    monkeypatch.setenv("NOTIFY_SOCKET", str(path))
    return heard


def test_streams_end_and_go_on_at_the_next_server(tmp_path: Path, systemd: socket.socket) -> None:
    log = str(tmp_path / "log.db")
    server = Process(tmp_path, log)
    token = server.appoint(log, "csto", "CSTO")
    headers = {"authorization": f"Bearer {token}"}
    server.start()
    assert systemd.recv(100) == b"READY=1"
    with httpx.Client(base_url=server.url, timeout=30) as client:
        with client.stream("GET", "/events", params={"after": 1}) as answer:
            events = events_of(answer.iter_lines())
            sent = client.post("/api/v1/acts", json=act_of("before"), headers=headers)
            assert sent.status_code == 201, sent.text
            last = next(events)
            assert last["data"]["id"] == f"{STEM}.before"
            server.stop()
            assert list(events) == []  # ended, and in good order: httpx raises if cut off
        assert server.process is not None
        assert server.process.returncode == 0
        assert systemd.recv(100) == b"STOPPING=1"
        assert server.log_file.read_text().count("\n") == 1, server.log_file.read_text()

        server.start()
        assert systemd.recv(100) == b"READY=1"
        with client.stream("GET", "/events", headers={"last-event-id": last["id"]}) as answer:
            events = events_of(answer.iter_lines())
            assert client.post("/api/v1/acts", json=act_of("after"), headers=headers).is_success
            assert next(events)["data"]["id"] == f"{STEM}.after"
    server.stop()
