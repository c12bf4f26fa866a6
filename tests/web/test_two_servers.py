"""The tutorial on sharing a report, for real: two servers, two logs, TAXII between them."""

from __future__ import annotations

import os
import re
import secrets
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from hansa.store import open_log
from web.serving import free_port

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial" / "share-a-report.md"
REPORT = "Meghri_lorry.report.ARM"


def commands() -> list[list[str]]:
    """The commands of the tutorial, in order."""
    found = []
    for block in re.findall(r"^```sh\n(.*?)^```", TUTORIAL.read_text(), re.MULTILINE | re.DOTALL):
        text = block.replace("\\\n", " ")
        words = shlex.split(
            text.replace("\nhansa ", " ;; hansa ").replace("\nHANSA_", " ;; HANSA_")
        )
        while ";;" in words:
            found.append(words[: words.index(";;")])
            words = words[words.index(";;") + 1 :]
        found.append(words)
    return found


class Machine:
    """One machine on which both organisations work."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = {"8001": str(free_port()), "8002": str(free_port())}
        self.servers: list[subprocess.Popen[bytes]] = []
        self.secret = secrets.token_hex(32)
        self.passwords: dict[str, str] = {}

    def run(self, words: list[str]) -> str:
        """A command of the tutorial; servers go on in the background."""
        environment = {**os.environ, "HANSA_SECRET": self.secret, "COLUMNS": "200"}
        while "=" in words[0]:
            name, _, value = words[0].partition("=")
            environment[name], words = value, words[1:]
        for name, port in self.ports.items():
            words = [word.replace(name, port) for word in words]
        if words[0] == "mkdir":
            for name in words[1:]:
                (self.folder / name).mkdir()
            return ""
        command = [sys.executable, "-m", "hansa", *words[1:]]
        if words[1] == "serve":
            out = (self.folder / "out").open("ab")
            self.servers.append(
                subprocess.Popen(command, cwd=self.folder, env=environment, stdout=out, stderr=out)
            )
            return self.wait(words[-1])
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return done.stdout

    def wait(self, port: str) -> str:
        """Until a server listens."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", int(port))) == 0:
                    return ""
            assert self.servers[-1].poll() is None, (self.folder / "out").read_text()
            time.sleep(0.1)
        raise AssertionError("the server does not answer")

    def at(self, port: str) -> httpx.Client:
        return httpx.Client(base_url=f"http://127.0.0.1:{self.ports[port]}", timeout=60)

    def token(self, account: str) -> str:
        """A token, made as its holder makes it: on the account's page."""
        with self.at("8001") as browser:
            form = {"name": account, "password": self.passwords[account]}
            assert browser.post("/sign-in", data=form).status_code == 303
            csrf = re.search(r'name="csrf" value="(\w+)"', browser.get("/account").text)
            assert csrf is not None
            asked = {"csrf": csrf[1], "what": "token", "title": "exchange"}
            made = re.search(
                r"<code>([\w-]{30,})</code>", browser.post("/account", data=asked).text
            )
            assert made is not None
        return made[1]


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    for server in made.servers:
        server.terminate()
    for server in made.servers:
        server.wait(20)


def copies(log: Path) -> list[str]:
    """The reports in a log."""
    with open_log(str(log), create=False) as store:
        return [act.id for act in store.read() if act.kind == "report"]


@pytest.mark.slow
def test_a_report_is_shared_and_called_back(machine: Machine) -> None:
    told: list[str] = []
    for words in commands():
        if any(word.startswith("HANSA_TAXII") for word in words) and len(machine.servers) == 2:
            for account, name in (("sco-desk", "token"), ("chn-desk", "token-chn")):
                file = machine.folder / "sco" / name
                if not file.exists():
                    file.write_text(machine.token(account))
                    file.chmod(0o600)
        said = machine.run(words)
        told.append(said)
        if words[1:3] == ["account", "add"]:
            machine.passwords[words[3]] = said.split()[1]
    readers = [text for text in told if text.startswith("Readers of")]
    assert re.search(r"yes\s+SC2007", readers[0])
    assert "0 readers of 1" in readers[1]
    assert "Recorded 1 report from" in told[-7]
    assert "Lorry at" in told[-6]
    assert "ecorded nothing" in told[-5]
    assert "0 readers of 1" in readers[2]
    assert "Recorded 1 withdrawal from" in told[-2]
    assert "Lorry at" not in told[-1]
    assert "withdrawn" in told[-1]
    assert len(copies(machine.folder / "sco/log.db")) == 1
    check_pages(machine)


def check_pages(machine: Machine) -> None:
    """What the two guests are shown afterwards."""
    for name, wanted in (("token", True), ("token-chn", False)):
        token = (machine.folder / "sco" / name).read_text()
        with machine.at("8001") as client:
            client.headers["authorization"] = f"Bearer {token}"
            page = client.get("/reports").text
        assert ("called back" in page) is wanted
        assert "Lorry at Meghri" not in page
