"""The tutorial *Follow a meeting*: its commands, in their order, against the demo."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from web.serving import free_port

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "follow-a-meeting.md"
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
MEETING = f"CSTO demo session {datetime.now(UTC):%Y-%m-%d}"


class Demo:
    """What ``make serve`` starts, and what it printed."""

    def __init__(self, port: int, lines: list[str]) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.lines = lines
        words = [line.split() for line in lines if line.startswith("  ")]
        self.passwords = {found[0]: found[1] for found in words}

    def signed_in(self, name: str) -> httpx.Client:
        client = httpx.Client(base_url=self.url, timeout=60)
        form = {"name": name, "password": self.passwords[name]}
        assert client.post("/sign-in", data=form).status_code == 303
        return client

    def token(self, name: str) -> str:
        """As the tutorial says: on the account's page."""
        with closing(self.signed_in(name)) as client:
            mark = re.search(r'name="?csrf"? value="?([^" >]+)', client.get("/account").text)
            assert mark is not None
            form = {"what": "token", "title": "tutorial", "csrf": mark[1]}
            page = client.post("/account", data=form).text
        found = re.search(r"<code[^>]*>([\w-]{43})</code>", page) or re.search(
            r"\b([\w-]{43})\b(?=\s*<)", page
        )
        assert found is not None, page
        return found[1]

    def act(self, name: str, **act: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.token(name)}"}
        return httpx.post(f"{self.url}/api/v1/acts", json=act, headers=headers, timeout=60)

    def vote(self, name: str, position: str) -> httpx.Response:
        payload = {"item": "mongolia", "position": position}
        return self.act(name, kind="vote", subject=MEETING, actor=name.upper(), payload=payload)

    def adopt(self) -> httpx.Response:
        payload = {"item": "mongolia", "document": f"CSTO decision on Mongolia {MEETING[18:22]}"}
        return self.act("csto", kind="adopt", subject=MEETING, actor="CSTO Council",
                        payload=payload)  # fmt: skip


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    port = free_port()
    config = tmp_path / "serve.toml"
    config.write_text("[limits]\nsign_ins = 100\n")  # seven people sign in from here at once
    command = [sys.executable, "-m", "hansa", "serve", "--demo", "--port", str(port),
               "--config", str(config)]  # fmt: skip
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "TMPDIR": str(tmp_path)},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        lines: list[str] = []
        while "a meeting is going on" not in "".join(lines[-1:]):
            assert process.poll() is None
            lines.append(process.stdout.readline())
        assert process.stderr is not None
        assert process.stderr.readline() == f"hansa: http://127.0.0.1:{port}/\n"
        while socket.socket().connect_ex(("127.0.0.1", port)):
            time.sleep(0.05)
        yield Demo(port, lines)
        assert list(tmp_path.glob("hansa-demo-*"))
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 0
    assert not list(tmp_path.glob("hansa-demo-*")), "a demo leaves nothing behind"


def shell(folder: Path, demo: Demo, token: str) -> Callable[..., tuple[int, str]]:
    """Runs blocks one after the other, each with the variables of those before it."""
    command = folder / "hansa"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m hansa "$@"\n')
    command.chmod(0o755)
    before: list[str] = []

    def run(block: str, *, defines: bool = False) -> tuple[int, str]:
        text = block.replace("http://127.0.0.1:8000", demo.url).replace(
            "TOKEN=...", f"TOKEN={token}"
        )
        script = "\n".join(["set -e", *before, text])
        if defines:
            before.extend(line for line in text.splitlines() if re.match(r"[A-Z]+=", line))
        done = subprocess.run(
            ["bash", "-c", script], capture_output=True, text=True, check=False, cwd=folder,
            env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}, timeout=120,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.mark.slow
def test_follow_a_meeting(tmp_path: Path, demo: Demo) -> None:
    token_block, vote, forbidden, members, told, head, proof, forged = BLOCKS
    assert "CSTO Secretariat" in "".join(demo.lines)
    assert demo.vote("kaz", "for").status_code == 201
    refused = demo.adopt()
    assert refused.status_code == 409
    assert "no position of ARM, BLR, KGZ, RUS, TJK is on record" in refused.text

    run = shell(tmp_path, demo, demo.token("rus"))
    assert run(token_block, defines=True) == (0, "")
    code, said = run(vote, defines=True)
    assert (code, '"positions":[12]' in said) == (0, True), said
    code, said = run(forbidden)
    assert code == 0
    assert "A delegation acts for its own state only" in said

    for name, position in {"blr": "for", "kgz": "for", "tjk": "for", "arm": "abstain"}.items():
        assert demo.vote(name, position).status_code == 201, name
    assert run(members)[1] == ""  # not yet
    adopted = demo.adopt()
    assert adopted.status_code == 201, adopted.text
    deadline = time.monotonic() + 15  # a copy made before may be shown while a newer is made
    while not (said := run(members)[1]) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert set(said.split()) == {'"MNG"'}

    code, said = run(told)
    assert code == 0, said
    for part in ("<feed ", '"version"', "BEGIN:VCALENDAR", "event: act"):
        assert part in said, part

    assert run(head)[0] == 0
    code, said = run(proof)
    assert (code, "is act 12 of the log with that head" in said) == (0, True), said
    assert json.loads((tmp_path / "proof.json").read_text())["act"]["actor"] == "RUS"
    code, said = run(forged)
    assert (code, "is NOT act 12" in said) == (6, True), said
