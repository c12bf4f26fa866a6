"""Pages and their JSON twins, each from one function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from hansa.faces.web.api.schema import PageOut, refusals
from hansa.faces.web.api.signatures import COMMON, endpoint
from hansa.faces.web.pages.page import Page, View
from hansa.faces.web.pages.registry import PAGES, Place
from hansa.faces.web.pages.shipments import lookup, lookup_page
from hansa.faces.web.pages.shipments import shipment as assessed
from hansa.faces.web.pages.what_if import scenario_text
from hansa.faces.web.site import Site
from hansa.faces.web.tariff import Tariff
from hansa.service.documented import documented
from hansa.terms.errors import UnknownCode
from hansa.terms.exhibits import Section, Statement

REFUSALS = refusals(404, 409, 422, 429, 503)


def add(app: FastAPI, site: Site) -> None:
    """Give the application every page of the registry."""
    for place in PAGES:
        _add(app, site, place)

    @app.get("/what-if.toml", include_in_schema=False)
    async def scenario(request: Request, act: str = "") -> Response:
        site.limit(site.page_limit, site.address_of(request))
        view = site.view(await site.visit(request))
        who = site.address_of(request)
        site.limit(site.question_limit, who)
        text = await site.patiently(site.ponder(who, scenario_text, act, view))
        headers = {"content-disposition": 'attachment; filename="what-if.toml"'}
        return PlainTextResponse(text, 200, headers, "application/toml; charset=utf-8")

    @app.get("/customs/shipment", include_in_schema=False)
    async def shipment(request: Request, on: str = "today") -> Response:
        given = {k: v[:300] for k, v in request.query_params.items()}

        def build(view: View) -> Page:
            return lookup_page(view, site.tariff, given)

        return await site.page(request, build, {"on": on or "today"}, slow=bool(given.get("code")))

    _customs_api(app, site)


def _customs_api(app: FastAPI, site: Site) -> None:
    def tariff() -> Tariff:
        if site.tariff is None:
            raise UnknownCode("this server has no tariff book")
        return site.tariff

    def code(view: View, *, code: str, origin: str = "") -> Page:
        """What the union's tariff says of a code, or the codes whose goods are so called.

        Parameters
        ----------
        code : str
            Goods code, or a word of its description.
        origin : str
            Country of origin.
        """
        return Page(code, sections=lookup(view, tariff(), code, origin))

    def pays(
        view: View, *, code: str, price: str, origin: str = "", member: str = "",
        currency: str = "", terms: str = "CIF", kg: str = "", pieces: str = "",
    ) -> Page:  # fmt: skip
        """What a shipment would pay, with every number.

        Parameters
        ----------
        code : str
            Goods code.
        price : str
            Price paid or payable: ``1234.50``.
        origin, member : str
            Country of origin; member in which the goods are released.
        currency, terms : str
            Of the price; of delivery (Incoterms).
        kg, pieces : str
            Net weight; number of pieces.
        """
        given = {"code": code, "price": price, "origin": origin, "member": member,
                 "currency": currency, "terms": terms, "q.KGM": kg, "q.NAR": pieces}  # fmt: skip
        made = assessed(view, tariff(), given)
        said = (Statement(f"Total: {made.total}.", made.because),)
        return Page(code, sections=(Section("pays", "Pays", 0, said, (made.table(),)),))

    for address, build in (("/api/v1/customs/code", code), ("/api/v1/customs/shipment", pays)):
        _twin_only(app, site, address, build)


def _twin_only(app: FastAPI, site: Site, address: str, build: Callable[..., Page]) -> None:
    async def answer(request: Request, arguments: dict[str, Any]) -> Response:
        return await site.twin(request, build, arguments, slow=True)

    title, text, _ = documented(build)
    app.add_api_route(
        address, endpoint(address, build, answer, skip=("view",), extra=COMMON), methods=["GET"],
        tags=["pages"], summary=title.rstrip("."), description=text,
        operation_id=address.strip("/").replace("/", "_"), response_model=PageOut,
        responses=REFUSALS,
    )  # fmt: skip


def _at_crew(site: Site, place: Place) -> Callable[..., Page]:
    """What builds a page that takes long: a process of its own."""

    def build(view: View, **asked: Any) -> Page:
        return site.crew.page(place.address, view, asked)

    return build


def _add(app: FastAPI, site: Site, place: Place) -> None:
    build = _at_crew(site, place) if place.slow else place.build

    async def html(request: Request, arguments: dict[str, Any]) -> Response:
        if place.before is not None:
            target = place.before(request.query_params)
            if target:
                return Response(status_code=303, headers={"location": target})
        return await site.page(request, build, arguments, slow=place.slow)

    async def twin(request: Request, arguments: dict[str, Any]) -> Response:
        return await site.twin(request, build, arguments, slow=place.slow)

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
