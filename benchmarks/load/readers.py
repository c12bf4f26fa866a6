"""Readers of a server, as cheap as can be: they share the machine with it."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass
from typing import Any, cast

PAGES = (
    "/", "/map?organisation=CSTO&on=2007-10-05", "/organisations", "/organisations/CIS",
    "/organisations/CSTO", "/organisations/EURASEC", "/states", "/states/ARM", "/states/KGZ",
    "/states/RUS", "/treaties", "/treaties/CST1992", "/treaties/CISCH1993", "/meetings",
    "/meetings/CIS%20Dushanbe%202007-10-05", "/acts", "/acts/CST1992.sign.ARM", "/incidents",
    "/incidents/BAT1999", "/customs", "/trade", "/movement", "/brief?on=2000-05-24", "/sources",
    "/log", "/?on=2000-05-24", "/organisations/CST?on=2000-05-24", "/ask",
    "/what-if?on=2000-05-24", "/feed.atom", "/api/v1/today",
)  # fmt: skip
"""A page of each kind; readers ask for any of them."""


async def slept(until: float) -> None:
    """Sleep until a moment, if it is not past."""
    rest = until - time.perf_counter()
    if rest > 0:
        await asyncio.sleep(rest)


def at(values: list[float], share: float) -> float:
    """A quantile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def milliseconds(values: list[float], *shares: float) -> list[float]:
    """Quantiles."""
    return [round(1000 * at(values, share), 1) for share in shares]


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body of an answer."""

    status: int
    body: bytes


class Visitor(asyncio.Protocol):
    """One connection that is kept open; one request at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._transport: asyncio.Transport | None = None
        self._parts: list[bytes] = []
        self._missing = -1
        self._waiting: asyncio.Future[Answer] | None = None

    async def get(self, path: str) -> Answer:
        """Ask for a page."""
        return await self._ask(
            f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept-encoding: gzip\r\n\r\n".encode()
        )

    async def post(self, path: str, token: str, body: bytes) -> Answer:
        """Hand something in."""
        head = (
            f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        return await self._ask(head.encode() + body)

    async def _ask(self, request: bytes) -> Answer:
        loop = asyncio.get_running_loop()
        if self._transport is None or self._transport.is_closing():
            await loop.create_connection(lambda: self, "127.0.0.1", self._port)
        assert self._transport is not None
        self._parts, self._missing = [], -1
        self._waiting = loop.create_future()
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    # --- what arrives

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._parts.append(data)
        if self._missing < 0:
            text = b"".join(self._parts)
            end = text.find(b"\r\n\r\n")
            if end < 0:
                return
            head = text[:end].lower()
            length = head.find(b"\r\ncontent-length:")
            size = int(head[length + 17 :].split(b"\r\n", 1)[0]) if length >= 0 else 0
            self._parts = [text]
            self._missing = end + 4 + size - len(text)
        else:
            self._missing -= len(data)
        if self._missing <= 0 and self._waiting is not None and not self._waiting.done():
            head, _, body = b"".join(self._parts).partition(b"\r\n\r\n")
            self._waiting.set_result(Answer(int(head[9:12]), body))

    def connection_lost(self, wrong: Exception | None) -> None:
        self._transport = None
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(wrong or ConnectionError("the server hung up"))


class Pages:
    """Readers that ask for pages at a rate.

    Attributes
    ----------
    taken : list of float
        Seconds from when each page was due until all of it had come.
    """

    def __init__(self, port: int) -> None:
        self.taken: list[float] = []
        self.wrong: list[str] = []
        self._slowest: dict[str, float] = {}
        self._port = port
        self._idle: list[Visitor] = []
        self._chosen = random.Random(1)

    async def ask(self, rate: float, seconds: float) -> None:
        """Ask, whether or not earlier pages have come."""
        running: set[asyncio.Task[None]] = set()
        start = time.perf_counter()
        for number in range(int(rate * seconds)):
            due = start + number / rate
            await slept(due)
            task = asyncio.create_task(self._one(due))
            running.add(task)
            task.add_done_callback(running.discard)
        await asyncio.gather(*running)

    async def _one(self, due: float) -> None:
        visitor = self._idle.pop() if self._idle else Visitor(self._port)
        path = self._chosen.choice(PAGES)
        try:
            answer = await visitor.get(path)
        except (OSError, ValueError) as wrong:
            self.wrong.append(f"{path}: {wrong!r}")
            return
        taken = time.perf_counter() - due
        self.taken.append(taken)
        self._slowest[path] = max(taken, self._slowest.get(path, 0))
        if answer.status != 200 or not answer.body:
            self.wrong.append(f"{path}: {answer.status}")
        self._idle.append(visitor)

    def told(self) -> dict[str, Any]:
        """What was measured."""
        slowest = sorted(self._slowest.items(), key=lambda pair: -pair[1])[:3]
        return {
            "pages": len(self.taken),
            "page ms p50/p95/p99/max": milliseconds(self.taken, 0.5, 0.95, 0.99, 1),
            "p95": at(self.taken, 0.95),
            "slowest pages, ms": {path: round(1000 * taken) for path, taken in slowest},
        }

    def close(self) -> None:
        """Hang up."""
        for visitor in self._idle:
            visitor.close()


class Streams:
    """Readers with an open event stream.

    Attributes
    ----------
    sent : dict of bytes to float
        When each act was handed in, by its id.
    """

    def __init__(self, port: int) -> None:
        self.sent: dict[bytes, float] = {}
        self.wrong: list[str] = []
        self._port = port
        self._open: list[_Stream] = []

    async def open(self, count: int) -> None:
        """Open some more."""
        loop = asyncio.get_running_loop()
        made = [_Stream(self.wrong) for _ in range(count)]
        for stream in made:
            await loop.create_connection(lambda stream=stream: stream, "127.0.0.1", self._port)  # type: ignore[misc]  # bound now
        await asyncio.wait_for(asyncio.gather(*(stream.ready for stream in made)), 60)
        self._open += made

    def told(self, limit: float) -> dict[str, Any]:
        """What was measured."""
        delays, faults = [], 0
        for stream in self._open:
            seen = stream.seen
            faults += sum(len(seen.get(name, ())) != 1 for name in self.sent)
            delays += [seen[name][0] - when for name, when in self.sent.items() if name in seen]
        expected = len(self.sent) * len(self._open)
        return {
            "acts": len(self.sent),
            "deliveries": f"{len(delays)} of {expected}",
            "reached": round(sum(d <= limit for d in delays) / max(1, expected), 5),
            "act to stream ms p50/p99/max": milliseconds(delays, 0.5, 0.99, 1),
            "lost or twice": faults,
        }

    def close(self) -> None:
        """Hang up."""
        for stream in self._open:
            stream.close()


class _Stream(asyncio.Protocol):
    """One open stream: notes when it saw which act."""

    def __init__(self, wrong: list[str]) -> None:
        self.seen: dict[bytes, list[float]] = {}
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._wrong, self._rest = wrong, b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(b"GET /events HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        text = self._rest + data if self._rest else data
        whole = text.rfind(b"\n\n") + 1
        self._rest = text[whole:] if len(text) - whole < 100_000 else b""
        if not self.ready.done():
            if not text.startswith(b"HTTP/1.1 200"):
                self._wrong.append(f"stream: {text[:40]!r}")
            if b"retry:" in text:
                self.ready.set_result(None)
        place = text.find(b'"id":"', 0, whole)
        while place >= 0:
            end = text.find(b'"', place + 6)
            self.seen.setdefault(text[place + 6 : end], []).append(now)
            place = text.find(b'"id":"', end, whole)

    def connection_lost(self, wrong: Exception | None) -> None:
        if self._transport is not None:
            self._wrong.append(f"stream: closed by the server {wrong or ''}")

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            gone, self._transport = self._transport, None
            gone.abort()
