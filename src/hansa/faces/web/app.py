"""The application: settings in, an ASGI application out."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from hansa import __version__
from hansa.faces.web import taxii
from hansa.faces.web.accounts.book import Accounts
from hansa.faces.web.accounts.database import Database
from hansa.faces.web.accounts.secrets import Vault
from hansa.faces.web.acting import Desk
from hansa.faces.web.api import account, acts, health, reader, seen, sign_in
from hansa.faces.web.api import log as log_api
from hansa.faces.web.api import pages as pages_api
from hansa.faces.web.api import verbs as verbs_api
from hansa.faces.web.feeds import routes as feed_routes
from hansa.faces.web.feeds import warnings as warning_feeds
from hansa.faces.web.guard.headers import Guarded
from hansa.faces.web.guard.refusals import TooOften, outward, problem, status_of
from hansa.faces.web.keys import Keys
from hansa.faces.web.live import Live
from hansa.faces.web.live import routes as stream_routes
from hansa.faces.web.pages.page import Page
from hansa.faces.web.render.renderer import style
from hansa.faces.web.settings import Settings
from hansa.faces.web.site import Site
from hansa.service.opening import world_of
from hansa.terms.errors import BadInput, HansaError
from hansa.terms.names import unknown


def now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def create_app(settings: Settings, clock: Callable[[], datetime] = now) -> FastAPI:
    """The application.

    Parameters
    ----------
    settings : Settings
    clock : callable
        The present moment.

    Raises
    ------
    BadInput
        If the world cannot be read.
    """
    live = Live(world_of(settings.world), settings.log, clock)
    database = Database(settings.accounts_address)
    vault = Vault(settings.secret, *settings.former_secrets)
    accounts = Accounts(database, vault, lambda: clock().timestamp())
    site = Site(settings, live, accounts)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        live.read()
        tasks = [asyncio.create_task(live.follow())]
        tasks.append(asyncio.create_task(app.state.streams.watch()))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            site.close()
            app.state.taxii.clerk.close()

    app = FastAPI(
        title="hansa",
        version=__version__,
        description="A union of states: what holds, who is bound to do what, and why.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        redirect_slashes=False,
    )
    app.state.site = site
    stream_routes.add(app, site)
    pages_api.add(app, site)
    verbs_api.add(app, site)
    log_api.add(app, site)
    desk = Desk(site, Keys(settings.keys, settings.key_password))
    acts.add(app, site, desk)
    sign_in.add(app, site)
    account.add(app, site)
    health.add(app, site)
    reader.add(app, site)
    feed_routes.add(app, site)
    warning_feeds.add(app, site)
    seen.add(app, site)
    _errors(app, site)
    _static(app)
    app.add_middleware(_guard, settings=settings)
    taxii.add(app, site, desk, database)
    return app


def _guard(app: ASGIApp, settings: Settings) -> ASGIApp:
    return Guarded(app, style()[1], settings.secure, settings.limits.body)


def _static(app: FastAPI) -> None:
    from hansa.faces.web.render.renderer import asset, asset_address

    kinds = {"app.js": "text/javascript", "icon.svg": "image/svg+xml"}

    @app.get("/static/{digest}/{name}", include_in_schema=False)
    async def static(digest: str, name: str) -> Response:
        if name not in kinds or asset_address(name) != f"/static/{digest}/{name}":
            return PlainTextResponse("there is no such file\n", 404)
        headers = {"cache-control": "public, max-age=31536000, immutable"}
        return Response(asset(name), 200, headers, f"{kinds[name]}; charset=utf-8")


def _errors(app: FastAPI, site: Site) -> None:
    """Every error as a page or as JSON; none shows how the server works inside."""

    async def refused(request: Request, wrong: HansaError) -> Response:
        status, title = status_of(outward(wrong))
        headers = {"retry-after": str(wrong.wait)} if isinstance(wrong, TooOften) else {}
        described = getattr(request.scope.get("route"), "include_in_schema", False)
        if described or request.url.path.startswith(("/api/", "/log/", "/.well-known/")):
            return JSONResponse(
                problem(wrong), status, headers, media_type="application/problem+json"
            )
        words = (await site.visit(request)).words
        page = Page(
            words.gettext(title),
            template="error.html",
            data={"twin": "", "wrong": wrong, "status": status},
        )
        return await site.refusal(request, page, wrong)

    async def hansa(request: Request, wrong: Exception) -> Response:
        assert isinstance(wrong, HansaError)
        return await refused(request, wrong)

    async def invalid(request: Request, wrong: Exception) -> Response:
        assert isinstance(wrong, RequestValidationError)
        return await refused(request, _sentence(wrong))

    async def http(request: Request, wrong: Exception) -> Response:
        assert isinstance(wrong, HTTPException)
        if wrong.status_code == 404:
            paths = [getattr(route, "path", "") for route in app.routes]
            return await refused(request, unknown("page", request.url.path[:200], paths))
        return PlainTextResponse(f"{wrong.detail}\n", wrong.status_code, wrong.headers)

    app.add_exception_handler(HansaError, hansa)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)


def _sentence(wrong: RequestValidationError) -> BadInput:
    found: dict[str, Any] = dict(wrong.errors()[0])
    name = ".".join(str(part) for part in found["loc"][1:]) or str(found["loc"][0])
    return BadInput(f"{name}: {found['msg']}")
