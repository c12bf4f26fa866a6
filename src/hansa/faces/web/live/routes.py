"""The address of the live stream, and the watch over what was revoked."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Annotated

from fastapi import FastAPI, Header, Query, Request
from fastapi.responses import Response

from hansa.faces.web.accounts.database import AccountsUnreachable
from hansa.faces.web.accounts.sessions import Session
from hansa.faces.web.api.schema import refusals
from hansa.faces.web.guard.refusals import TooOften
from hansa.faces.web.live.stream import Events, Stream, last_seen
from hansa.faces.web.live.topics import Topics
from hansa.faces.web.site import Site
from hansa.record.markings import PUBLIC, Reader
from hansa.store import Entry

WATCH = 0.5
"""Seconds between looks at what was revoked."""
BLIND = 10.0
"""Seconds after which sessions that cannot be checked count as revoked."""


class Streams:
    """All open streams: how many from where, and which sessions still hold."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.events = Events(site.live)
        self.open: Counter[str] = Counter()
        self.sessions: Counter[str] = Counter()
        self.revoked: set[str] = set()
        self._revision = -1
        self._seen = 0.0

    async def watch(self) -> None:
        """Look for revocations for as long as the server runs."""
        loop = asyncio.get_running_loop()
        self._seen = loop.time()
        while True:
            await asyncio.sleep(WATCH)
            if not self.sessions:
                self._revision, self._seen = -1, loop.time()
                continue
            try:
                await asyncio.wait_for(self._look(), BLIND)
                self._seen = loop.time()
            except (AccountsUnreachable, TimeoutError):
                if loop.time() - self._seen >= BLIND:
                    self._revoke(set(self.sessions))

    async def _look(self) -> None:
        site = self.site
        revision = await site.consult(site.accounts.revision)
        if revision == self._revision:
            return
        gone = set()
        for digest in list(self.sessions):
            if await site.consult(site.accounts.session_by_digest, digest) is None:
                gone.add(digest)
        self._revision = revision
        self._revoke(gone)

    def end(self) -> None:
        """End all streams, because the server stops."""
        self.events.over = True
        self.site.live.announce()

    def _revoke(self, digests: set[str]) -> None:
        if digests:
            self.revoked |= digests
            self.site.live.announce()

    def reader(self, session: Session | None) -> Reader | None:
        """Who reads a stream now, by the mandates of now."""
        if session is None:
            return PUBLIC
        if session.digest in self.revoked or self.site.live.clock().timestamp() >= session.ends:
            return None
        return self.site.reader(session.account)

    def closed(self, address: str, session: Session | None) -> None:
        """Forget a stream."""
        self.open[address] -= 1
        if not self.open[address]:
            del self.open[address]
        if session is not None:
            self.sessions[session.digest] -= 1
            if not self.sessions[session.digest]:
                del self.sessions[session.digest]
                self.revoked.discard(session.digest)


def add(app: FastAPI, site: Site) -> None:
    """Give the application its stream."""
    streams = Streams(site)
    app.state.streams = streams

    @app.get(
        "/events",
        tags=["live"],
        response_class=Response,
        responses={
            200: {"content": {"text/event-stream": {}}, "description": "Events."},
            **refusals(422, 429),
        },
    )
    async def events(
        request: Request,
        organisation: Annotated[str, Query(max_length=100)] = "",
        state: Annotated[str, Query(max_length=10)] = "",
        subject: Annotated[str, Query(max_length=300)] = "",
        after: Annotated[int | None, Query(ge=0, le=10**11)] = None,
        last_event_id: Annotated[str | None, Header(max_length=20)] = None,
    ) -> Response:
        """Every act that the reader may see, as it is recorded.

        Server-sent events (WHATWG HTML): ``id`` is the act's position in the log. A reader
        that comes back with ``Last-Event-ID`` (or ``after``) gets what it missed.
        """
        address = site.address_of(request)
        if streams.open[address] >= site.settings.limits.streams:
            raise TooOften(60)
        visit = await site.visit(request)
        session = visit.session
        streams.open[address] += 1
        if session is not None:
            streams.sessions[session.digest] += 1

        def wanted(topics: Topics) -> bool:
            return topics.wanted(organisation, state, subject)

        def shown(reader: Reader, entry: Entry) -> None:
            asyncio.get_running_loop().run_in_executor(
                None, site.accounts.note, reader.account, "read", f"/events: {entry.act.id}"
            )

        return Stream(
            streams.events,
            site.live,
            last_seen(request, site.live.position),
            reader=lambda: streams.reader(session),
            wanted=wanted,
            shown=shown,
            done=lambda: streams.closed(address, session),
        )
