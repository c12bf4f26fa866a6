"""Servers for tests: in this process on a free port, or as a process of their own."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from hansa.faces.web.app import create_app
from hansa.faces.web.settings import Limits, Settings
from hansa.faces.web.site import Site
from hansa.record.acts import Act, Json
from hansa.record.mandates import subject_of
from hansa.store import open_log

GENEROUS = Limits(
    pages=10_000, questions=10_000, acts=10_000, sign_ins=10_000, streams=10_000, seconds=120.0
)
"""Nobody is held up, and the first question may wait until the engines are compiled."""
SECRET = secrets.token_bytes(32)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Running:
    """A server that answers, and what lies behind it."""

    url: str
    site: Site
    streams: Any
    passwords: dict[str, str] = field(default_factory=dict)

    def client(self, **kwargs: Any) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=150, **kwargs)

    def account(self, name: str, *mandates: str, key: str = "") -> str:
        """An account with mandates (``CSTO:ARM``; ``CSTO`` for the secretariat)."""
        password = self.passwords.setdefault(name, secrets.token_hex(12))
        self.site.accounts.add(name, name, password)
        for mandate in mandates:
            organisation, _, state = mandate.partition(":")
            payload: dict[str, Json] = {"account": name, **({"key": key} if key else {})}
            self.record("appoint", subject_of(organisation, state), state or organisation, payload)
        return password

    def record(
        self, kind: str, subject: str, actor: str, payload: Mapping[str, Json] = {}, **more: Any
    ) -> Act:
        """An act written straight to the log, as somebody with access to the database would."""
        now = self.site.live.clock()
        made = Act(
            more.pop("id", f"{kind}.{secrets.token_hex(8)}"), kind, now.date(), now, subject,
            actor, payload, **more,
        )  # fmt: skip
        self.site.live.log().append([made])
        self.site.live.read()
        self.site.live.forget()
        return made

    def token(self, name: str) -> dict[str, str]:
        """Headers of a script that acts for an account."""
        token, _ = self.site.accounts.open(name, strong=True, title="test")
        return {"authorization": f"Bearer {token}"}

    def signed_in(self, name: str) -> httpx.Client:
        """A browser that has signed in."""
        client = self.client(follow_redirects=False)
        form = {"name": name, "password": self.passwords[name]}
        answer = client.post("/sign-in", data=form)
        assert answer.status_code == 303, answer.text
        return client


REPORT = "Panj_caravan.report.TJK"
WARNING = "Panj_caravan.warn.TJK"


def examples(server: Running) -> None:
    """A report and a warning that everybody may see."""
    said: dict[str, Json] = {
        "kind": "smuggling_drugs", "title": "Caravan at Panj", "text": "Forty kilograms.",
        "start": "2007-10-01", "place": "Panj", "place_state": "TJK", "latitude": 37.2,
        "longitude": 69.1, "victims": ["TJK"], "attacker_name": "carriers", "reliability": "B",
        "credibility": "2",
    }  # fmt: skip
    server.record("report", "Panj caravan", "TJK", said, id=REPORT)
    warned: dict[str, Json] = {
        "event": "drugs", "title": "Caravans on the Panj", "text": "They cross by night.",
        "instruction": "Double the watch.", "urgency": "Expected", "severity": "Severe",
        "certainty": "Likely", "area": "The Panj below Khorog", "latitude": 37.2,
        "longitude": 69.1, "radius": 40, "states": ["TJK"], "report": REPORT,
    }  # fmt: skip
    server.record("warn", "Panj caravan", "TJK", warned, id=WARNING)


@contextmanager
def serving(folder: Path, **changes: Any) -> Iterator[Running]:
    """A server in this process."""
    given = Settings(
        log=str(folder / "log.db"), secret=SECRET, limits=GENEROUS, codes=False,
    )  # fmt: skip
    clock = changes.pop("clock", None)
    port = free_port()
    settings = replace(given, **changes)
    if settings.base_url == "here":
        settings = replace(settings, base_url=f"http://127.0.0.1:{port}")
    app = create_app(settings, clock) if clock else create_app(settings)
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive(), "the server does not start"
        assert time.monotonic() < deadline, "the server does not answer"
        time.sleep(0.01)
    try:
        yield Running(f"http://127.0.0.1:{port}", app.state.site, app.state.streams)
    finally:
        server.should_exit = True
        thread.join(15)


class Process:
    """A server process that can be killed and started again."""

    def __init__(self, folder: Path, log: str, accounts: str = "") -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.secret = secrets.token_hex(32)
        self.accounts = accounts or str(folder / "accounts.db")
        config = folder / "serve.toml"
        config.write_text(
            "[limits]\npages = 9999\nquestions = 999\nacts = 9999\nsign_ins = 999\nstreams = 999\n"
        )
        self.command = [
            sys.executable, "-m", "hansa", "serve", "--log", log, "--port", str(self.port),
            "--config", str(config), "--accounts", self.accounts,
        ]  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None
        self.log_file = folder / "server.log"

    def start(self) -> None:
        environment = {**os.environ, "HANSA_SECRET": self.secret, "PYTHONUNBUFFERED": "1"}
        with self.log_file.open("ab") as out:
            self.process = subprocess.Popen(self.command, env=environment, stdout=out, stderr=out)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert self.process.poll() is None, self.log_file.read_text()
            time.sleep(0.05)
        raise AssertionError("the server does not answer")

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(15)

    def appoint(self, log: str, name: str, organisation: str) -> str:
        """A secretariat's account; returns its token."""
        from hansa.faces.web.accounts.book import Accounts
        from hansa.faces.web.accounts.database import Database
        from hansa.faces.web.accounts.secrets import Vault
        from hansa.service import act

        book = Accounts(Database(self.accounts), Vault(self.secret.encode()))
        book.add(name, name)
        token, _ = book.open(name, strong=True, title="test")
        act(log, "appoint", f"{organisation} secretariat", actor=organisation,
            payload=f"account={name}")  # fmt: skip
        return token


def ids_in(log: str) -> list[str]:
    """The ids of a log's acts, in order; checks the log on the way."""
    with open_log(log, create=False) as store:
        assert store.verify().intact
        return [act.id for act in store.read()]


def events_of(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """Server-sent events, one by one."""
    event: dict[str, str] = {}
    for line in lines:
        if line == "":
            if "data" in event:
                found: dict[str, Any] = {"id": event.get("id"), "event": event.get("event")}
                yield found | {"data": json.loads(event["data"])}
            event = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(":")
            event[name] = value.removeprefix(" ")
