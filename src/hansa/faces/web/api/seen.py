"""Who has seen a report: by the audit, for its author and the secretariats that it reaches."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import FastAPI, Path, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from hansa.faces.web.api.schema import PageOut, refusals
from hansa.faces.web.pages.page import Page, View
from hansa.faces.web.pages.reports import administered
from hansa.faces.web.site import Site, address_in
from hansa.faces.web.site.answers import page_json
from hansa.terms.exhibits import Cell, Column, Section, Statement, Table
from hansa.terms.names import unknown

Id = Annotated[str, Path(max_length=500)]


def seen_page(view: View, site: Site, report: str) -> Page:
    """Who has read a report on this server since it was made, and where.

    Raises
    ------
    UnknownCode
        If there is no such report for the reader: none that it made, or that reached its
        secretariat.
    """
    known = {found.id: found for found in administered(view)}
    if report not in known:
        raise unknown("report of yours", report, known)
    found = known[report]
    if found.tlp == "CLEAR":
        said = (Statement("Everybody may see it: nobody notes who did."),)
        sections = (Section("seen", "Who has seen it", 0, said),)
    else:
        sections = (Section("seen", "Who has seen it", 0, (), (_table(view, site, report),)),)
    return Page(
        view._("Who has seen %(id)s", id=report),
        view._("Readings of all pages, feeds, streams and exchanges of this server, as noted."),
        sections,
        frozenset(found.acts),
        data={"twin": f"/api/v1/seen/{report}"},
        template="seen.html",
    )


def _table(view: View, site: Site, report: str) -> Table:
    first: dict[str, tuple[int, int, int, str]] = {}
    for at, account, detail in site.accounts.readings(report):
        start, _, count, where = first.get(account, (at, at, 0, detail.split(":")[0]))
        first[account] = (start, at, count + 1, where)
    rows: list[tuple[Cell, ...]] = []
    held = site.live.mandates()
    for account, (start, last, count, where) in first.items():
        acts_for = sorted({m.subject for m in held if m.account == account})
        rows.append(
            (account, ", ".join(acts_for) or None, datetime.fromtimestamp(start, UTC),
             datetime.fromtimestamp(last, UTC), count, where)
        )  # fmt: skip
    columns = (
        Column("account", "Account"),
        Column("mandates", "Acting for"),
        Column("first", "First"),
        Column("last", "Last"),
        Column("times", "Times"),
        Column("where", "First at"),
    )
    return Table("seen", "Who has seen it", columns, tuple(rows))


def add(app: FastAPI, site: Site) -> None:
    """Give the application the page on who has seen a report, and its twin."""

    async def made(request: Request, report: str) -> tuple[Page, View]:
        site.limit(site.page_limit, site.address_of(request))
        view = site.view(await site.visit(request))
        return await site.think(seen_page, view, site, report), view

    @app.get("/seen/{report:path}", include_in_schema=False, response_class=HTMLResponse)
    async def seen(request: Request, report: Id) -> Response:
        page, view = await made(request, report)
        written = await site.think(site.write, page, view, address_in(request))
        answer = site.personal(request, await site.visit(request), written)
        answer.headers["cache-control"] = "no-store"
        return answer

    @app.get(
        "/api/v1/seen/{report:path}", tags=["pages"], response_model=PageOut,
        responses=refusals(404, 422, 429, 503),
    )  # fmt: skip
    async def seen_json(request: Request, report: Id) -> Response:
        """Who has seen a report: for its author, and secretariats that it reaches."""
        page, view = await made(request, report)
        return JSONResponse(page_json(page, view), 200, {"cache-control": "no-store"})
