"""The door to ``/taxii2/``: its own limits, and no answer that is not TAXII's."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from hansa.faces.web.accounts.database import AccountsUnreachable, Database
from hansa.faces.web.acting import Desk
from hansa.faces.web.guard.headers import LONGEST_ADDRESS, TooMuch, counted
from hansa.faces.web.site import Site
from hansa.faces.web.taxii.media import Refusal, refused
from hansa.faces.web.taxii.posting import LONGEST, Clerk, producer_of
from hansa.faces.web.taxii.room import RETRY, Room
from hansa.faces.web.taxii.routes import Taxii
from hansa.faces.web.taxii.statuses import Statuses
from hansa.terms.errors import HansaError, StoreFailure

PREFIX = "/taxii2"
log = logging.getLogger(__name__)
_GUARDS = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
}


def add(app: FastAPI, site: Site, desk: Desk, database: Database) -> None:
    """Put the door before everything else; to be called last."""
    clerk = Clerk(site, desk, Statuses(database))
    room = Room(site.live, database, site.accounts.vault, producer_of(site))
    taxii = Taxii(site, room, clerk)
    app.state.taxii = taxii
    app.add_middleware(Door, taxii=taxii)


@dataclass
class Door:
    """Lets requests to TAXII in, and all others pass.

    Parameters
    ----------
    app : ASGIApp
        Where all others go.
    taxii : Taxii
    """

    app: ASGIApp
    taxii: Taxii

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or not (path == PREFIX or path.startswith(f"{PREFIX}/")):
            await self.app(scope, receive, send)
            return
        request = Request(scope, counted(receive, LONGEST))
        response = await self._answer(request)
        for name, value in _GUARDS.items():
            response.headers.setdefault(name, value)
        if self.taxii.site.settings.secure:
            kept = "max-age=31536000; includeSubDomains"
            response.headers.setdefault("strict-transport-security", kept)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            _check_size(request)
            return await self.taxii.answer(request)
        except TooMuch:
            return refused(_too_much())
        except StoreFailure as wrong:
            return refused(Refusal(503, _plainly(wrong), headers=RETRY))
        except HansaError as wrong:
            return refused(wrong)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception:
            log.exception("TAXII: %s %s", request.method, request.url.path)
            return refused(Refusal(500, "the server failed; it has been noted"))


def _plainly(wrong: StoreFailure) -> str:
    if isinstance(wrong, AccountsUnreachable):
        return "accounts cannot be looked up now"
    return wrong.what


def _too_much() -> Refusal:
    return Refusal(
        413, f"the request carries more than {LONGEST:,} bytes", remedy="send it in parts",
        details={"max_content_length": str(LONGEST)},
    )  # fmt: skip


def _check_size(request: Request) -> None:
    length = request.headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit() and len(length) < 20) or int(length) > LONGEST:
        raise _too_much()
    scope = request.scope
    if len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_ADDRESS:
        raise Refusal(414, "the address is too long")
