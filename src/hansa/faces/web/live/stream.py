"""The live stream: server-sent events, from the last one seen; none lost, none twice."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hansa.faces.web.live.telling import told
from hansa.faces.web.live.topics import Topics
from hansa.faces.web.live.world import Live
from hansa.record.markings import Reader
from hansa.store import Entry

PULSE = 15.0
"""Seconds between signs of life."""
KEPT = 4096
AT_ONCE = 200
"""Acts looked at before others have their turn."""


class Events:
    """Acts as events, each written once however many read it."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._written: OrderedDict[int, tuple[bytes, Topics]] = OrderedDict()
        self.over = False
        """Whether the server stops: streams then end, and readers come back to its successor."""

    def event(self, entry: Entry) -> tuple[bytes, Topics]:
        """An act as an event, and what it is about."""
        found = self._written.get(entry.position)
        if found is not None:
            return found
        act = entry.act
        topics = self._live.compass.topics(act)
        said = {
            "position": entry.position,
            "id": act.id,
            "kind": act.kind,
            "on": act.on.isoformat(),
            "recorded": act.recorded.isoformat(),
            "subject": act.subject,
            "actor": act.actor,
            "text": told(act)[:300],
            "organisations": sorted(topics.organisations),
            "states": sorted(topics.states),
        }
        data = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        text = f"id: {entry.position}\nevent: act\ndata: {data}\n\n".encode()
        self._written[entry.position] = (text, topics)
        while len(self._written) > KEPT:
            self._written.popitem(last=False)
        return text, topics


class Stream(Response):
    """One open stream.

    Parameters
    ----------
    events : Events
    live : Live
    after : int
        The position of the last act that the reader has seen.
    reader : callable
        Who reads, as of now; ``None`` when the session was revoked: the stream then ends.
    wanted : callable
        Whether the reader asked for acts about these things.
    shown : callable
        Told which restricted acts were sent.
    done : callable
        Called when the stream ends.
    """

    media_type = "text/event-stream"

    def __init__(
        self,
        events: Events,
        live: Live,
        after: int,
        *,
        reader: Callable[[], Reader | None],
        wanted: Callable[[Topics], bool],
        shown: Callable[[Reader, Entry], None],
        done: Callable[[], None],
    ) -> None:
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        super().__init__(None, 200, headers)
        del self.headers["content-length"]
        self._events, self._live, self._after = events, live, after
        self._reader, self._wanted, self._shown, self._done = reader, wanted, shown, done
        self._waiting: asyncio.Future[bool] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        gone = asyncio.ensure_future(_gone(receive))
        gone.add_done_callback(self._hung_up)
        try:
            await send(head)
            await self._write(send, b"retry: 1000\n\n")
            await self._follow(send, gone)
        except OSError:
            pass  # the reader went away while being written to
        finally:
            gone.cancel()
            self._done()

    def _hung_up(self, _: asyncio.Future[None]) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(True)

    async def _follow(self, send: Send, gone: asyncio.Future[None]) -> None:
        loop = asyncio.get_running_loop()
        if self._after > self._live.position:
            self._after = self._live.position
            await self._write(send, f"id: {self._after}\nevent: reset\ndata: {{}}\n\n".encode())
        told, pulse = self._after, loop.time() + PULSE
        while not gone.done() and not self._events.over:
            reader = self._reader()
            if reader is None:
                await self._write(send, b"event: signed-out\ndata: {}\n\n")
                break
            news = self._news(reader)
            if not news and loop.time() >= pulse:
                # what was not for this reader need not be looked at again when it comes back
                place = f"id: {self._after}\n" if self._after > told else ""
                news = f": still here\n{place}\n".encode()
            if news:
                await self._write(send, news)
                told, pulse = self._after, loop.time() + PULSE
            elif self._after < self._live.position:
                await asyncio.sleep(0)  # a long way to go, with nothing for this reader so far
            else:
                self._waiting = self._live.bell.wait(pulse - loop.time())
                await self._waiting
        if not gone.done():
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _news(self, reader: Reader) -> bytes:
        """Of the next acts, those that the reader may see and asked for."""
        if self._after >= self._live.position:
            return b""
        parts: list[bytes] = []
        for entry in self._live.entries[self._after : self._after + AT_ONCE]:
            self._after = entry.position
            if not self._live.visible(entry.act, reader):
                continue
            text, topics = self._events.event(entry)
            if self._wanted(topics):
                parts.append(text)
                if entry.act.id in self._live.markings():
                    self._shown(reader, entry)
        return b"".join(parts)

    async def _write(self, send: Send, text: bytes) -> None:
        await send({"type": "http.response.body", "body": text, "more_body": True})


async def _gone(receive: Receive) -> None:
    """Ends when the reader has gone."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return


def last_seen(request: Request, default: int) -> int:
    """The position after which to begin: by header, by address, else now."""
    for text in (request.headers.get("last-event-id", ""), request.query_params.get("after", "")):
        if text.isdigit() and len(text) < 12:
            return int(text)
    return default
