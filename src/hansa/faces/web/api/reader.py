"""What readers declare about themselves: language, residence, nationality, notifications."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.responses import Response

from hansa.faces.web.guard.forms import local_address, read_form, same_site
from hansa.faces.web.pages.page import Page, View
from hansa.faces.web.site import Site
from hansa.faces.web.visits import PREFERENCES, Preferences, cookies_of
from hansa.faces.web.words import LANGUAGES


def add(app: FastAPI, site: Site) -> None:
    """Give the application the reader's page, and the page about the site."""

    @app.get("/reader", include_in_schema=False)
    async def reader(request: Request) -> Response:
        declared = Preferences.from_cookie(cookies_of(request).get(PREFERENCES, ""))

        def build(view: View) -> Page:
            return Page(
                view._("Language, notices, notifications"),
                view._("What you declare stays in your browser; nothing is guessed."),
                data={"declared": declared, "twin": ""},
                template="reader.html",
            )

        visit = await site.visit(request)
        written = await site.think(site.write, build(site.view(visit)), site.view(visit), "/reader")
        return site.personal(request, visit, written)

    @app.post("/reader", include_in_schema=False)
    async def declared(request: Request) -> Response:
        same_site(request, site)
        form = await read_form(request)
        known = ("", *site.live.described.states)
        old = Preferences.from_cookie(cookies_of(request).get(PREFERENCES, ""))
        if "read" in form:
            came = urlsplit(request.headers.get("referer", ""))
            back = f"{came.path}?{came.query}" if came.query else came.path
            same = came.netloc == request.headers.get("host") and local_address(back)
            target = back if same else "/"
            response = Response(status_code=303, headers={"location": target})
            site.remember(response, replace(old, read=form["read"][:16]))
            return response
        lang = form.get("lang", "")
        residence, nationality = form.get("residence", ""), form.get("nationality", "")
        kept = Preferences(
            lang if lang in LANGUAGES else "",
            residence if residence in known else "",
            nationality if nationality in known else "",
            old.read,
        )
        response = Response(status_code=303, headers={"location": "/reader"})
        site.remember(response, kept)
        return response

    def about(view: View) -> Page:
        """About the site and how accessible it is."""
        return Page(view._("About and accessibility"), data={"twin": ""}, template="about.html")

    @app.get("/about", include_in_schema=False)
    async def about_page(request: Request) -> Response:
        return await site.page(request, about, {})

    def api(view: View) -> Page:
        """The API's addresses."""
        groups: dict[str, list[tuple[str, str, str]]] = {}
        for address, methods in app.openapi()["paths"].items():
            for method, told in methods.items():
                line = (method.upper(), address, str(told.get("summary", "")))
                groups.setdefault(told.get("tags", ["other"])[0], []).append(line)
        return Page(
            view._("The API"),
            view._("Everything that a page shows, as JSON."),
            data={"groups": groups, "twin": "/api/v1/openapi.json"},
            template="api.html",
        )

    @app.get("/api", include_in_schema=False)
    async def api_page(request: Request) -> Response:
        return await site.page(request, api, {})
