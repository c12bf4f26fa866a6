"""Who has seen a report: by the audit, for its author and the secretariats that it reaches."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Path, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from hansa.cooperation.reports.seen import READ, note_of, to_tell
from hansa.cooperation.reports.seen import seen as seen_by
from hansa.faces.web.api.schema import PageOut, refusals
from hansa.faces.web.pages.page import Page, View
from hansa.faces.web.pages.reports import administered, known_acts
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
        sections = (Section("seen", "Who has seen it", 0, (), _tables(view, site, report)),)
    return Page(
        view._("Who has seen %(id)s", id=report),
        view._("Readings of all pages, feeds, streams and exchanges of this server, as noted."),
        sections,
        frozenset(found.acts),
        data={"twin": f"/api/v1/seen/{report}"},
        template="seen.html",
    )


def _tables(view: View, site: Site, report: str) -> tuple[Table, Table]:
    """Who has seen it; and who of them saw it before it was called back or taken back."""
    known = (report,)
    noted = (
        note_of(at, account, READ, detail, known)
        for at, account, detail in site.accounts.readings(report)
    )
    notes = [note for note in noted if note is not None]
    held = site.live.mandates()

    def acting(account: str) -> str | None:
        return ", ".join(sorted({m.subject for m in held if m.account == account})) or None

    first: tuple[tuple[Cell, ...], ...] = tuple(
        (one.account, acting(one.account), one.first, one.last, one.times, one.where)
        for one in seen_by(notes).get(report, ())
    )
    columns = (
        Column("account", "Account"),
        Column("mandates", "Acting for"),
        Column("first", "First"),
        Column("last", "Last"),
        Column("times", "Times"),
        Column("where", "Last at"),
    )
    acts = known_acts(view)
    made = next(act for act in acts if act.id == report)
    gone = tuple(
        (told.account, acting(told.account), told.seen, told.act, told.on)
        for told in to_tell(made, acts, notes)
        if not site.live.visible(made, site.reader(told.account))  # who reads on need not be told
    )
    whom = (*columns[:3], Column("act", "Act"), Column("on", "Taken away"))
    return (
        Table("seen", "Who has seen it", columns, first),
        Table("tell", "Saw it before it was taken away, and must be told", whom, gone),
    )


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
