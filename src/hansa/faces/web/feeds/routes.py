"""The addresses of the feeds; they have no cookies, so readers declare in the address."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import FastAPI, Query, Request
from fastapi.responses import Response

from hansa.faces.web.api.schema import refusals
from hansa.faces.web.feeds.calendar import calendar
from hansa.faces.web.feeds.entries import Feed, atom, feed_of, json_feed
from hansa.faces.web.notices import notices_for
from hansa.faces.web.pages.page import Page, View
from hansa.faces.web.site import Site
from hansa.faces.web.visits import PREFERENCES, Preferences, Visit, cookies_of
from hansa.terms.names import unknown

Short = Annotated[str, Query(max_length=100)]
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


def add(app: FastAPI, site: Site) -> None:
    """Give the application its feeds."""

    async def made(
        request: Request, asked: dict[str, str], residence: str, nationality: str
    ) -> Feed:
        site.limit(site.page_limit, site.address_of(request))
        visit = await site.visit(request)
        view = site.view(visit)
        if asked["organisation"]:
            view.world.organisation(asked["organisation"])
        if asked["state"]:
            view.world.state(asked["state"])
        declared = _declared(site, visit, residence, nationality)
        notices = notices_for(site.live.described, declared, view.today)
        home = _home(request, site)
        query = {k: v for k, v in request.query_params.items() if v}
        own = f"{home}{request.url.path}" + (f"?{urlencode(query)}" if query else "")
        found = await site.think(feed_of, view, home, own, notices, **asked)
        shown = frozenset(act.id for act in found.acts)
        site.audit(visit, view, shown, request.url.path)
        return found

    def headers(feed: Feed) -> dict[str, str]:
        stamp = feed.updated.strftime("%a, %d %b %Y %H:%M:%S GMT")
        return {"cache-control": "no-cache", "last-modified": stamp}

    told = refusals(404, 422, 429, 503)

    @app.get("/feed.atom", tags=["feeds"], response_class=Response, responses={
        200: {"content": {"application/atom+xml": {}}, "description": "Atom."}, **told,
    })  # fmt: skip
    async def feed_atom(
        request: Request, organisation: Short = "", state: Code = "", subject: Short = "",
        residence: Code = "", nationality: Code = "",
    ) -> Response:  # fmt: skip
        """The latest acts as Atom, with the notices of the residence and nationality given."""
        asked = {"organisation": organisation, "state": state, "subject": subject}
        feed = await made(request, asked, residence, nationality)
        return Response(atom(feed), 200, headers(feed), "application/atom+xml; charset=utf-8")

    @app.get("/feed.json", tags=["feeds"], response_class=Response, responses={
        200: {"content": {"application/feed+json": {}}, "description": "JSON Feed."}, **told,
    })  # fmt: skip
    async def feed_json(
        request: Request, organisation: Short = "", state: Code = "", subject: Short = "",
        residence: Code = "", nationality: Code = "",
    ) -> Response:  # fmt: skip
        """The latest acts as JSON Feed, with the notices of the residence and nationality."""
        asked = {"organisation": organisation, "state": state, "subject": subject}
        feed = await made(request, asked, residence, nationality)
        return Response(json_feed(feed), 200, headers(feed), "application/feed+json")

    _calendar(app, site)
    _page(app, site)


def _calendar(app: FastAPI, site: Site) -> None:
    told = refusals(404, 422, 429, 503)

    @app.get("/calendar.ics", tags=["feeds"], response_class=Response, responses={
        200: {"content": {"text/calendar": {}}, "description": "iCalendar."}, **told,
    })  # fmt: skip
    async def feed_calendar(
        request: Request, organisation: Short = "", state: Code = "",
        residence: Code = "", nationality: Code = "",
    ) -> Response:  # fmt: skip
        """Meetings and deadlines as a calendar."""
        site.limit(site.page_limit, site.address_of(request))
        visit = await site.visit(request)
        view = site.view(visit)
        if organisation:
            view.world.organisation(organisation)
        if state:
            view.world.state(state)
        declared = _declared(site, visit, residence, nationality)
        notices = notices_for(site.live.described, declared, view.today)
        text = await site.think(
            calendar, view, _home(request, site), notices, organisation=organisation, state=state
        )
        return Response(text, 200, {"cache-control": "no-cache"}, "text/calendar; charset=utf-8")


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
