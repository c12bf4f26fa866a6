"""Pages and their JSON twins, each from one function."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from hansa.faces.web.api.schema import PageOut, refusals
from hansa.faces.web.api.signatures import COMMON, documented, endpoint
from hansa.faces.web.pages.registry import PAGES, Place
from hansa.faces.web.pages.what_if import scenario_text
from hansa.faces.web.site import Site

REFUSALS = refusals(404, 409, 422, 429, 503)


def add(app: FastAPI, site: Site) -> None:
    """Give the application every page of the registry."""
    for place in PAGES:
        _add(app, site, place)

    @app.get("/what-if.toml", include_in_schema=False)
    async def scenario(request: Request, act: str = "") -> Response:
        site.limit(site.page_limit, site.address_of(request))
        view = site.view(await site.visit(request))
        text = await site.think(scenario_text, act, view)
        headers = {"content-disposition": 'attachment; filename="what-if.toml"'}
        return PlainTextResponse(text, 200, headers, "application/toml; charset=utf-8")


def _add(app: FastAPI, site: Site, place: Place) -> None:
    async def html(request: Request, arguments: dict[str, Any]) -> Response:
        if place.before is not None:
            target = place.before(request.query_params)
            if target:
                return Response(status_code=303, headers={"location": target})
        return await site.page(request, place.build, arguments, slow=place.slow)

    async def twin(request: Request, arguments: dict[str, Any]) -> Response:
        return await site.twin(request, place.build, arguments, slow=place.slow)

    title, text, _ = documented(place.build)
    app.add_api_route(
        place.address,
        endpoint(place.address, place.build, html, skip=("view",), extra=COMMON),
        methods=["GET", "HEAD"],
        include_in_schema=False,
        response_class=HTMLResponse,
    )
    app.add_api_route(
        place.twin_address,
        endpoint(place.twin_address, place.build, twin, skip=("view",), extra=COMMON),
        methods=["GET"],
        tags=["pages"],
        summary=title.rstrip("."),
        description=text,
        operation_id=f"page_{place.build.__name__}",
        response_model=PageOut,
        responses=REFUSALS,
    )
