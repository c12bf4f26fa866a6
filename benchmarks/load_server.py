"""Load on a server: open streams, pages at a rate, acts now and then; bounded, loopback only.

Run it by itself: ``python -m benchmarks.load_server``. The server is a process of its own on a
free port, with a log of its own in a temporary folder; the load comes from this process.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from hansa.faces.web.accounts.book import Accounts
from hansa.faces.web.accounts.database import Database
from hansa.faces.web.accounts.secrets import Vault
from hansa.service import act

MOST_SECONDS = 120
MOST_STREAMS = 2000
MOST_RATE = 500
PAGES = (
    "/", "/map?organisation=CSTO&on=2007-10-05", "/organisations", "/organisations/CIS",
    "/organisations/CSTO", "/organisations/EURASEC", "/states", "/states/ARM", "/states/KGZ",
    "/states/RUS", "/treaties", "/treaties/CST1992", "/treaties/CISCH1993", "/meetings",
    "/meetings/CIS%20Dushanbe%202007-10-05", "/acts", "/acts/CST1992.sign.ARM", "/incidents",
    "/sources", "/log", "/?on=2000-05-24", "/organisations/CST?on=2000-05-24", "/ask",
    "/what-if?on=2000-05-24", "/feed.atom", "/api/v1/today", "/trade",
)  # fmt: skip


@dataclass
class Tally:
    """What was seen."""

    pages: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    sent: dict[str, float] = field(default_factory=dict)
    seen: dict[str, list[float]] = field(default_factory=dict)
    late_starts: int = 0


def free_port() -> int:
    """A port of the loopback interface that is free now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Server:
    """A server process with an account that may act."""

    def __init__(self, folder: Path, log: str) -> None:
        self.port = free_port()
        self.folder, self.log = folder, log
        self.secret = secrets.token_hex(32)
        config = folder / "serve.toml"
        config.write_text("[limits]\npages = 5000\nquestions = 500\nacts = 500\nstreams = 5000\n")
        self.accounts = str(folder / "accounts.db")
        book = Accounts(Database(self.accounts), Vault(self.secret.encode()))
        book.add("csto", "CSTO Secretariat")
        self.token, _ = book.open("csto", strong=True, title="load")
        act(log, "appoint", "CSTO secretariat", actor="CSTO", payload="account=csto")
        self.command = [
            sys.executable, "-m", "hansa", "serve", "--log", log, "--port", str(self.port),
            "--config", str(config), "--accounts", self.accounts,
        ]  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        environment = {**os.environ, "HANSA_SECRET": self.secret}
        self.process = subprocess.Popen(self.command, env=environment)
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self.process.poll() is not None:
                raise SystemExit("the server does not start")
            time.sleep(0.1)
        raise SystemExit("the server does not answer")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(30)

    def memory(self) -> float:
        """Its resident memory in MB."""
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def seconds(self) -> float:
        """Processor time it has used."""
        assert self.process is not None
        parts = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


async def follow(port: int, tally: Tally, ready: asyncio.Event) -> None:
    """One open stream."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /events HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
    await writer.drain()
    line = await reader.readline()
    if b" 200 " not in line:
        tally.wrong.append(f"stream: {line!r}")
        return
    ready.set()
    try:
        while line := await reader.readline():
            if line.startswith(b"data: {") and b'"id":"' in line:
                name = line.split(b'"id":"', 1)[1].split(b'"', 1)[0].decode()
                tally.seen.setdefault(name, []).append(time.perf_counter())
    finally:
        writer.close()


class Visitor:
    """A connection that is kept open."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.pair: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> int:
        """Ask for a page; returns the status."""
        head = f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept-encoding: gzip\r\n\r\n"
        return (await self.send(head.encode()))[0]

    async def post(self, path: str, token: str, body: bytes) -> tuple[int, bytes]:
        """Hand something in."""
        head = (
            f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        return await self.send(head.encode() + body)

    async def send(self, text: bytes) -> tuple[int, bytes]:
        """Send a request, read the answer."""
        kept = self.pair is not None
        if self.pair is None:
            self.pair = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.pair
        writer.write(text)
        first = await reader.readline()
        if not first and kept:  # the server closed an idle connection: a new one
            self.pair = None
            return await self.send(text)
        status = int(first.split()[1])
        length = 0
        while (line := await reader.readline()) not in (b"\r\n", b""):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return status, await reader.readexactly(length)


async def pages(port: int, rate: float, seconds: float, tally: Tally) -> None:
    """Ask for pages at a rate, whether or not earlier ones have come."""
    idle: list[Visitor] = []
    running: set[asyncio.Task[None]] = set()
    chosen = random.Random(1)

    async def one(due: float) -> None:
        visitor = idle.pop() if idle else Visitor(port)
        path = chosen.choice(PAGES)
        try:
            status = await visitor.get(path)
        except (OSError, IndexError, asyncio.IncompleteReadError) as wrong:
            tally.wrong.append(f"{path}: {wrong!r}")
            return
        tally.pages.append(time.perf_counter() - due)
        if status != 200:
            tally.wrong.append(f"{path}: {status}")
        idle.append(visitor)

    start = time.perf_counter()
    for number in range(int(rate * seconds)):
        due = start + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        task = asyncio.create_task(one(due))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)


async def acts(server: Server, every: float, seconds: float, tally: Tally) -> None:
    """Make an act now and then."""
    visitor = Visitor(server.port)
    for number in range(int(seconds / every)):
        name = f"load.{secrets.token_hex(4)}.{number}"
        body = {"kind": "due", "subject": "CSTO", "actor": "CSTO", "id": name,
                "payload": {"by": "2030-01-01", "what": name, "owes": ["ARM"]}}  # fmt: skip
        tally.sent[name] = time.perf_counter()
        status, text = await visitor.post("/api/v1/acts", server.token, json.dumps(body).encode())
        if status != 201:
            tally.wrong.append(f"act: {status} {text[:200]!r}")
            del tally.sent[name]
        await asyncio.sleep(every)


def at(values: list[float], share: float) -> float:
    """A quantile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


async def load(server: Server, streams: int, rate: float, seconds: float, every: float) -> Tally:
    """All of it at once."""
    tally = Tally()
    warm = Visitor(server.port)
    for path in PAGES:
        await warm.get(path)
    followers = []
    for first in range(0, streams, 50):
        ready = [asyncio.Event() for _ in range(min(50, streams - first))]
        followers += [asyncio.create_task(follow(server.port, tally, e)) for e in ready]
        await asyncio.wait_for(asyncio.gather(*(e.wait() for e in ready)), 30)
    await asyncio.gather(
        pages(server.port, rate, seconds, tally), acts(server, every, seconds, tally)
    )
    await asyncio.sleep(2)
    for follower in followers:
        follower.cancel()
    return tally


def told(tally: Tally, streams: int) -> dict[str, object]:
    """What was measured."""
    delays = [when - tally.sent[name] for name in tally.sent for when in tally.seen.get(name, [])]
    expected = len(tally.sent) * streams
    twice = sum(len(tally.seen.get(name, [])) > streams for name in tally.sent)
    return {
        "pages": len(tally.pages),
        "page ms p50/p95/p99": [round(1000 * at(tally.pages, q), 1) for q in (0.5, 0.95, 0.99)],
        "acts": len(tally.sent),
        "deliveries": f"{len(delays)} of {expected}",
        "within 1 s": round(sum(d <= 1 for d in delays) / max(1, expected), 5),
        "delivery ms p50/p99/max": [round(1000 * at(delays, q), 1) for q in (0.5, 0.99, 1)],
        "acts seen more often than there are streams": twice,
        "wrong": len(tally.wrong),
        "first wrong": tally.wrong[:3],
    }


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--every", type=float, default=1.0, help="seconds between acts")
    parser.add_argument("--log", default="", help="postgresql://… (SQLite if not given)")
    given = parser.parse_args()
    streams = min(given.streams, MOST_STREAMS)
    rate, seconds = min(given.rate, MOST_RATE), min(given.seconds, MOST_SECONDS)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 8192)), hard))
    with tempfile.TemporaryDirectory(prefix="hansa-load-") as name:
        folder = Path(name)
        server = Server(folder, given.log or str(folder / "log.db"))
        server.start()
        try:
            before = server.seconds()
            start = time.perf_counter()
            tally = asyncio.run(load(server, streams, rate, seconds, given.every))
            busy = (server.seconds() - before) / (time.perf_counter() - start)
            found = told(tally, streams)
            found |= {"server cores": round(busy, 2), "server MB": round(server.memory())}
        finally:
            server.stop()
    print(json.dumps({"streams": streams, "rate": rate, "seconds": seconds, **found}, indent=1))


if __name__ == "__main__":
    main()
