"""The addresses of TAXII 2.1 under ``/taxii2/``.

Source: OASIS, *TAXII Version 2.1* (10 June 2021), sections 4 and 5.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from hansa.faces.web.site import Site
from hansa.faces.web.taxii import filters as asking
from hansa.faces.web.taxii import moments
from hansa.faces.web.taxii.collections import Collection, collections_of
from hansa.faces.web.taxii.filters import Filters, filters_in
from hansa.faces.web.taxii.media import (
    STIX,
    TAXII,
    Refusal,
    answered,
    check_accept,
    check_content_type,
)
from hansa.faces.web.taxii.posting import LONGEST, Clerk, actor_for, envelope
from hansa.faces.web.taxii.room import Room
from hansa.faces.web.taxii.shelf import Page, Placed
from hansa.faces.web.taxii.who import visitor
from hansa.faces.web.visits import Visit
from hansa.record.permits import NotPermitted

ROOT: Final = "hansa"
"""The API root."""
NOTE: Final = 1900
"""Characters of one note in the audit."""

Handler = Callable[..., Awaitable[Response]]


class Taxii:
    """Answers requests; every error is a `HansaError`.

    Parameters
    ----------
    site : Site
    room : Room
    clerk : Clerk
    """

    def __init__(self, site: Site, room: Room, clerk: Clerk) -> None:
        self.site, self.room, self.clerk = site, room, clerk
        organisations = site.live.described.organisations.values()
        self.collections = collections_of((o.id, o.name) for o in organisations)

    async def answer(self, request: Request) -> Response:
        """The answer to a request.

        Who shows no token learns nothing, not even which addresses there are.
        """
        self.site.limit(self.site.page_limit, self.site.address_of(request))
        visit = await visitor(self.site, request)
        check_accept(request.headers.get("accept"))
        handlers, arguments = self._route(request.url.path)
        method = "GET" if request.method == "HEAD" else request.method
        if method not in handlers:
            allowed = ", ".join(handlers)
            raise Refusal(405, f"only {allowed} here", headers={"allow": allowed})
        return await handlers[method](request, visit, *arguments)

    def _route(self, path: str) -> tuple[dict[str, Handler], tuple[str, ...]]:
        found: dict[str, Handler] = {}
        parts = tuple(path.strip("/").split("/"))[1:]
        names: tuple[str, ...] = ()
        match parts[1:] if parts[:1] in ((), (ROOT,)) else ("elsewhere",):
            case ():
                found = {"GET": self.api_root if parts else self.discovery}
            case ("status", name):
                found, names = {"GET": self.status}, (name,)
            case ("collections",):
                found = {"GET": self.listed}
            case ("collections", name):
                found, names = {"GET": self.collection}, (name,)
            case ("collections", name, "manifest"):
                found, names = {"GET": self.manifest}, (name,)
            case ("collections", name, "objects"):
                found, names = {"GET": self.objects, "POST": self.add}, (name,)
            case ("collections", name, "objects", thing):
                found, names = {"GET": self.object, "DELETE": self.remove}, (name, thing)
            case ("collections", name, "objects", thing, "versions"):
                found, names = {"GET": self.versions}, (name, thing)
        if not found:
            raise Refusal(404, "there is nothing at this address")
        return found, names

    # --- what there is -------------------------------------------------------------------

    async def discovery(self, request: Request, visit: Visit) -> Response:
        """Section 4.1."""
        filters_in(request.url.query, ())
        base = self.site.settings.base_url or f"{request.url.scheme}://{request.url.netloc}"
        root = f"{base}/taxii2/{ROOT}/"
        return answered(
            {
                "title": "hansa",
                "description": "Reports of incidents that states and organisations share.",
                "default": root,
                "api_roots": [root],
            }
        )

    async def api_root(self, request: Request, visit: Visit) -> Response:
        """Section 4.2."""
        filters_in(request.url.query, ())
        return answered(
            {
                "title": "Reports",
                "description": "One collection for each organisation.",
                "versions": [TAXII],
                "max_content_length": LONGEST,
            }
        )

    async def status(self, request: Request, visit: Visit, name: str) -> Response:
        """Section 4.3; another's status is not there."""
        filters_in(request.url.query, ())
        find, now = self.clerk.statuses.find, self.site.live.clock()
        found = await self.site.think(find, name, visit.reader.account, now)
        if found is None:
            raise Refusal(404, "there is no such status")
        return answered(found)

    async def listed(self, request: Request, visit: Visit) -> Response:
        """Section 5.1: which organisations there are is no secret."""
        filters_in(request.url.query, ())
        found = dict.fromkeys(self.collections.values())
        return answered({"collections": [self._resource(one, visit) for one in found]})

    async def collection(self, request: Request, visit: Visit, name: str) -> Response:
        """Section 5.2."""
        filters_in(request.url.query, ())
        return answered(self._resource(self._found(name), visit))

    def _resource(self, collection: Collection, visit: Visit) -> dict[str, Any]:
        session = visit.session
        strong = session is not None and (session.strong or not self.site.settings.codes)
        return collection.resource(visit.reader, writes=strong)

    def _found(self, name: str) -> Collection:
        found = self.collections.get(name)
        if found is None:
            raise Refusal(404, "there is no such collection")
        return found

    def _readable(self, name: str, visit: Visit) -> Collection:
        found = self._found(name)
        if not found.can_read(visit.reader):
            raise Refusal(403, "this account may not read this collection")
        return found

    # --- reading -------------------------------------------------------------------------

    async def manifest(self, request: Request, visit: Visit, name: str) -> Response:
        """Section 5.3."""
        where = self._readable(name, visit)
        asked = filters_in(request.url.query, asking.OBJECTS)
        page, token = await self._page(request, visit, where, asked, "manifest")
        return _listing("objects", page, token, _manifest_line)

    async def objects(self, request: Request, visit: Visit, name: str) -> Response:
        """Section 5.4."""
        where = self._readable(name, visit)
        asked = filters_in(request.url.query, asking.OBJECTS)
        page, token = await self._page(request, visit, where, asked, "objects")
        return _listing("objects", page, token, lambda placed: placed.item.body)

    async def object(self, request: Request, visit: Visit, name: str, thing: str) -> Response:
        """Section 5.6."""
        where = self._readable(name, visit)
        asked = filters_in(request.url.query, asking.ONE_OBJECT)
        page, token = await self._page(request, visit, where, asked, "object", thing)
        return _listing("objects", page, token, lambda placed: placed.item.body)

    async def versions(self, request: Request, visit: Visit, name: str, thing: str) -> Response:
        """Section 5.8."""
        where = self._readable(name, visit)
        asked = filters_in(request.url.query, asking.VERSIONS)
        page, token = await self._page(request, visit, where, asked, "versions", thing)
        return _listing("versions", page, token, _version_line)

    async def _page(
        self, request: Request, visit: Visit, where: Collection, asked: Filters, resource: str,
        thing: str = "",
    ) -> tuple[Page, str]:  # fmt: skip
        """A page, noted in the audit if it shows what not everybody may see."""

        def read() -> tuple[Page, str]:
            if not thing:
                return self.room.page(visit.reader, where, asked, resource)
            return self.room.page_of(visit.reader, where, asked, resource, thing)

        found = await self.site.think(read)
        self._audit(visit, found[0].acts, request.url.path)
        return found

    def _audit(self, visit: Visit, acts: Iterable[str], path: str) -> None:
        """Note every restricted act that was shown, however many they are."""
        seen = sorted(self.site.live.markings().keys() & set(acts))
        if seen:
            loop = asyncio.get_running_loop()
            loop.run_in_executor(None, self._noted, visit.reader.account, path, seen)

    def _noted(self, account: str, path: str, seen: list[str]) -> None:
        line = f"{path}:"
        for name in seen:
            if len(line) + len(name) > NOTE:
                self.site.accounts.note(account, "read", line)
                line = f"{path}:"
            line = f"{line} {name}"
        self.site.accounts.note(account, "read", line)

    # --- writing -------------------------------------------------------------------------

    async def add(self, request: Request, visit: Visit, name: str) -> Response:
        """Section 5.5."""
        where = self._writable(name, visit)
        filters_in(request.url.query, ())
        check_content_type(request.headers.get("content-type"))
        objects = await self.site.think(envelope, await request.body())
        status = await self.site.think(self.clerk.hand_in, visit, where, objects)
        return answered(status.resource(), 202)

    async def remove(self, request: Request, visit: Visit, name: str, thing: str) -> Response:
        """Section 5.7: to delete a report is to take it back, which is its author's; an act."""
        where = self._writable(name, visit)
        asked = filters_in(request.url.query, asking.REMOVAL)
        actor = actor_for(where, visit.reader)
        report = await self.site.think(self.room.report_of, visit.reader, where, thing)
        if not report:
            raise Refusal(404, "there is no such object")
        act = self.site.live.recorded(report)
        if act is None or act.actor != actor or not asked.versions <= {"all", "last"}:
            raise Refusal(
                403, "a report can only be taken back whole, and by its author",
                remedy="correct it, or ask its author",
            )  # fmt: skip
        about = self.room.archive.acts_of(report)
        try:
            if not any(one.kind == "withdraw" and one.actor == actor for one in about):
                await self.site.think(self.clerk.withdraw, visit, report, actor)
        except NotPermitted as wrong:
            raise Refusal(403, wrong.sentence()) from None
        return Response(None, 200, {"content-type": TAXII, "cache-control": "no-store"})

    def _writable(self, name: str, visit: Visit) -> Collection:
        found = self._found(name)
        if not self._resource(found, visit)["can_write"]:
            raise Refusal(403, "this account may not write to this collection")
        return found


def _manifest_line(placed: Placed) -> bytes:
    item = placed.item
    return (
        f'{{"id":"{item.id}","date_added":"{moments.written(placed.date)}",'
        f'"version":"{item.version_text}","media_type":"{STIX}"}}'
    ).encode()


def _version_line(placed: Placed) -> bytes:
    return f'"{placed.item.version_text}"'.encode()


def _listing(key: str, page: Page, token: str, line: Callable[[Placed], bytes]) -> Response:
    """A resource with a list; an empty one says nothing (section 3.7)."""
    if not page.placed:
        return answered(b"{}")
    head = f'{{"more":{"true" if page.more else "false"},'
    head += f'"next":"{token}",' if token else ""
    body = f'{head}"{key}":['.encode() + b",".join(map(line, page.placed)) + b"]}"
    return answered(body, headers=page.headers)
