"""The addresses of the feeds; they have no cookies, so readers declare in the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import FastAPI, Query, Request
from fastapi.responses import Response

from hansa.faces.web.api.schema import refusals
from hansa.faces.web.feeds.calendar import calendar
from hansa.faces.web.feeds.entries import Feed, atom, feed_of, json_feed
from hansa.faces.web.notices import Notice
from hansa.faces.web.pages.page import Page, View
from hansa.faces.web.render.renderer import Written
from hansa.faces.web.site import Site
from hansa.faces.web.visits import PREFERENCES, Preferences, Visit, cookies_of
from hansa.terms.names import unknown

Short = Annotated[str, Query(max_length=100)]
Long = Annotated[str, Query(max_length=300)]
Code = Annotated[str, Query(max_length=8)]


def _home(request: Request, site: Site) -> str:
    return site.settings.base_url or str(request.base_url).rstrip("/")


def _declared(site: Site, visit: Visit, residence: str, nationality: str) -> Preferences:
    known = ("", *site.live.described.states)
    for code in (residence, nationality):
        if code not in known:
            raise unknown("state", code, known)
    own = visit.preferences
    return Preferences(own.lang, residence or own.residence, nationality or own.nationality)


Writer = Callable[[View, str, str, tuple[Notice, ...], Mapping[str, str]], Written]


async def _fed(
    request: Request, site: Site, kind: str, write: Writer, asked: Mapping[str, str],
    residence: str, nationality: str,
) -> Response:  # fmt: skip
    """A feed of what the reader may see, with the notices of what the reader declares."""
    site.limit(site.page_limit, site.address_of(request))
    visit = await site.visit(request)
    view = site.view(visit)
    if asked.get("organisation"):
        view.world.organisation(asked["organisation"])
    if asked.get("state"):
        view.world.state(asked["state"])
    declared = _declared(site, visit, residence, nationality)
    notices = site.notices(visit, declared)
    home = _home(request, site)
    query = {k: v for k, v in request.query_params.items() if v}
    own = f"{home}{request.url.path}" + (f"?{urlencode(query)}" if query else "")
    written = await site.kept(
        request, visit, view, (kind, own, notices),
        lambda: site.think(write, view, home, own, notices, asked),
    )  # fmt: skip
    site.audit(visit, view, written.acts, request.url.path)
    return site.data(request, visit, written, kind)


def _entries(as_text: Callable[[Feed], bytes]) -> Writer:
    def write(
        view: View, home: str, own: str, notices: tuple[Notice, ...], asked: Mapping[str, str]
    ) -> Written:
        feed = feed_of(view, home, own, notices, **asked)
        return Written(as_text(feed), feed.updated, frozenset(act.id for act in feed.acts))

    return write


def _dates(
    view: View, home: str, own: str, notices: tuple[Notice, ...], asked: Mapping[str, str]
) -> Written:
    text, acts = calendar(view, home, notices, **asked)
    return Written(text, view.snapshot.newest, acts)


def _told(kind: str, words: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {kind: {}}, "description": words}, **refusals(404, 422, 429, 503)}


def add(app: FastAPI, site: Site) -> None:
    """Give the application its feeds."""

    @app.get(
        "/feed.atom", tags=["feeds"], response_class=Response,
        responses=_told("application/atom+xml", "Atom."),
    )  # fmt: skip
    async def feed_atom(
        request: Request, organisation: Short = "", state: Code = "", subject: Long = "",
        residence: Code = "", nationality: Code = "",
    ) -> Response:  # fmt: skip
        """The latest acts as Atom, with the notices of the residence and nationality given."""
        asked = {"organisation": organisation, "state": state, "subject": subject}
        kind = "application/atom+xml; charset=utf-8"
        return await _fed(request, site, kind, _entries(atom), asked, residence, nationality)

    @app.get(
        "/feed.json", tags=["feeds"], response_class=Response,
        responses=_told("application/feed+json", "JSON Feed."),
    )  # fmt: skip
    async def feed_json(
        request: Request, organisation: Short = "", state: Code = "", subject: Long = "",
        residence: Code = "", nationality: Code = "",
    ) -> Response:  # fmt: skip
        """The latest acts as JSON Feed, with the notices of the residence and nationality."""
        asked = {"organisation": organisation, "state": state, "subject": subject}
        kind = "application/feed+json"
        return await _fed(request, site, kind, _entries(json_feed), asked, residence, nationality)

    @app.get(
        "/calendar.ics", tags=["feeds"], response_class=Response,
        responses=_told("text/calendar", "iCalendar."),
    )  # fmt: skip
    async def feed_calendar(
        request: Request, organisation: Short = "", state: Code = "",
        residence: Code = "", nationality: Code = "",
    ) -> Response:  # fmt: skip
        """Meetings and deadlines as a calendar."""
        asked = {"organisation": organisation, "state": state}
        kind = "text/calendar; charset=utf-8"
        return await _fed(request, site, kind, _dates, asked, residence, nationality)

    _page(app, site)


def _page(app: FastAPI, site: Site) -> None:
    @app.get("/feeds", include_in_schema=False)
    async def feeds(request: Request) -> Response:
        kept = Preferences.from_cookie(cookies_of(request).get(PREFERENCES, ""))
        organisation = request.query_params.get("organisation", "")[:100]
        state = request.query_params.get("state", "")[:8]

        def build(view: View) -> Page:
            asked = {"organisation": organisation, "state": state,
                     "residence": kept.residence, "nationality": kept.nationality}  # fmt: skip
            query = urlencode({k: v for k, v in asked.items() if v})
            return Page(
                view._("Feeds and calendar"),
                view._("The latest acts in your reader, meetings and deadlines in your calendar."),
                data={"asked": asked, "query": f"?{query}" if query else "", "twin": ""},
                template="feeds.html",
            )

        visit = await site.visit(request)
        view = site.view(visit)
        page = await site.think(build, view)
        written = await site.think(site.write, page, view, "/feeds")
        return site.personal(request, visit, written)
