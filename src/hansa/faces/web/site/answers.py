"""How a page or its JSON twin is given: kept, limited, audited."""

from __future__ import annotations

import functools
import json
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import replace
from typing import Any

from fastapi import Request
from fastapi.responses import PlainTextResponse, Response

from hansa.faces.report import csv_text
from hansa.faces.web.crew import TooHeavy
from hansa.faces.web.guard.refusals import TooOften, TooSlow, status_of
from hansa.faces.web.pages.page import Page, View, acts_of, updated
from hansa.faces.web.render.renderer import (
    Written,
)
from hansa.faces.web.site.addresses import address_in
from hansa.faces.web.site.writing import Writing
from hansa.faces.web.visits import PREFERENCES, Preferences, Visit, cookies_of
from hansa.show import plain
from hansa.terms.errors import HansaError
from hansa.terms.exhibits import Chart, Table
from hansa.terms.names import unknown


class Site(Writing):
    """The site: pages, their JSON twins, and refusals."""

    async def page(
        self, request: Request, build: Callable[..., Page], arguments: Mapping[str, Any],
        *, slow: bool = False, status: int = 200,
    ) -> Response:  # fmt: skip
        """A page as HTML (or one table of it as CSV)."""
        self.limit(self.page_limit, self.address_of(request))
        if "lang" in request.query_params:
            return self._in_language(request)
        visit = await self.visit(request)
        asked = {k: v for k, v in arguments.items() if k not in ("on", "known_on", "clock")}
        wanted = request.query_params.get("all", "")[:80]
        at_least = _number(request.query_params.get("at", ""))
        view = self.view(
            visit, arguments.get("on", "today"), arguments.get("known_on"),
            arguments.get("clock", "law"), at_least,
        )  # fmt: skip
        address = address_in(request)
        run = functools.partial(self.ponder, self.address_of(request)) if slow else self.think
        if "csv" in request.query_params:
            if slow:
                self.limit(self.question_limit, self.address_of(request))
            made = await self.patiently(run(build, view, **asked))
            self.audit(visit, view, acts_of(made), address)
            return _csv(made, request.query_params["csv"])
        name: Hashable = ("page", address, wanted, status)
        written = await self.kept(
            request, visit, view, name,
            lambda: run(self._write, visit, build, view, asked, address, wanted),
            at_least=at_least, costs=slow, stands_in=True,
        )  # fmt: skip
        self.audit(visit, view, written.acts, address)
        return self.personal(request, visit, written, status)

    async def kept(
        self, request: Request, visit: Visit, view: View, name: Hashable,
        make: Callable[[], Awaitable[Written]], *, at_least: int = 0, costs: bool = False,
        stands_in: bool = False,
    ) -> Written:  # fmt: skip
        """What was made for readers who see the same, or is made now.

        Parameters
        ----------
        request, visit, view
            Who asks, and what they may see now.
        name : Hashable
            What is asked for.
        make : callable
            Makes it from the view.
        at_least : int
            The position of the log of which the reader knows already.
        costs : bool
            Whether the reader's allowance of questions is charged, should it be made anew.
        stands_in : bool
            Whether an older copy may be shown for a moment, see `Live.stands_in`.
        """
        newest = view.snapshot.key
        seen = visit.reader if visit.reader.mandates else None
        known = (name, seen, visit.words.lang, view.today)
        at_least = max(at_least, self.written.get(visit.reader.account, 0))
        live = min(_number(request.headers.get("x-live", "")), newest.position)

        async def charged() -> Written:
            if costs and not (stands_in and self.pages.get(known)):
                self.limit(self.question_limit, self.address_of(request))
            return await make()

        return await self.patiently(
            self.pages.of(
                known, newest, charged,
                stands_in=lambda old: stands_in and self.live.stands_in(old, newest, at_least),
                wanted=lambda old: old.position >= live,
                patience=self.settings.limits.seconds / 2,
                excused=(TooOften, TooSlow, TooHeavy),
            )
        )  # fmt: skip

    def _write(
        self, visit: Visit, build: Callable[..., Page], view: View, asked: Mapping[str, Any],
        address: str, wanted: str,
    ) -> Written:  # fmt: skip
        self.live.fold(view.snapshot)
        written = self.write(build(view, **asked), view, address, wanted)
        if visit.session is None:
            self.shared(visit, written).pack()
        return written

    def _twin(self, build: Callable[..., Page], view: View, asked: Mapping[str, Any]) -> Written:
        self.live.fold(view.snapshot)
        page = build(view, **asked)
        text = json.dumps(page_json(page, view), ensure_ascii=False, default=str)
        return Written(text.encode(), updated(page, view.snapshot), acts_of(page)).pack()

    async def twin(
        self, request: Request, build: Callable[..., Page], arguments: Mapping[str, Any],
        *, slow: bool = False,
    ) -> Response:  # fmt: skip
        """The JSON twin of a page."""
        self.limit(self.page_limit, self.address_of(request))
        visit = await self.visit(request)
        asked = {k: v for k, v in arguments.items() if k not in ("on", "known_on", "clock")}
        view = self.view(
            visit, arguments.get("on", "today"), arguments.get("known_on"),
            arguments.get("clock", "law"),
        )  # fmt: skip
        name: Hashable = ("twin", request.url.path, tuple(arguments.items()))
        run = functools.partial(self.ponder, self.address_of(request)) if slow else self.think
        written = await self.kept(
            request, visit, view, name, lambda: run(self._twin, build, view, asked), costs=slow,
            stands_in=True,
        )  # fmt: skip
        self.audit(visit, view, written.acts, str(request.url.path))
        return self.data(request, visit, written, "application/json", notices=True)

    async def refusal(self, request: Request, page: Page, wrong: HansaError) -> Response:
        """A page that says what is wrong with what was handed in (see `outward`)."""
        visit = await self.visit(request)
        view = self.view(visit)
        written = await self.think(self.write, page, view, address_in(request))
        answer = self.personal(request, visit, written, status_of(wrong)[0])
        answer.headers["cache-control"] = "no-store"
        if isinstance(wrong, TooOften):
            answer.headers["retry-after"] = str(wrong.wait)
        return answer

    def _in_language(self, request: Request) -> Response:
        """Keep the language that was asked for, and go to the page itself."""
        cookies = cookies_of(request)
        old = Preferences.from_cookie(cookies.get(PREFERENCES, ""))
        lang = request.query_params["lang"][:8]
        new = replace(old, lang=lang)
        response = Response(status_code=303, headers={"location": address_in(request)})
        self.remember(response, new)
        return response


def page_json(page: Page, view: View) -> dict[str, Any]:
    """A page as JSON values."""
    return {
        "title": page.title,
        "lead": page.lead,
        "day": view.day.isoformat(),
        "updated": updated(page, view.snapshot).isoformat(),
        "position": view.snapshot.position,
        "facts": dict(page.facts),
        "sections": [plain.section(section) for section in page.sections],
    }


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 12 else 0


def _csv(page: Page, key: str) -> Response:
    tables: dict[str, Table] = {}
    for section in page.sections:
        for exhibit in section.exhibits:
            table = exhibit.table if isinstance(exhibit, Chart) else exhibit
            if isinstance(table, Table):
                tables[f"{section.key}.{table.key}"] = table
    if key not in tables:
        raise unknown("table", key, tables)
    headers = {"content-disposition": f'attachment; filename="{key}.csv"'}
    return PlainTextResponse(csv_text(tables[key]), 200, headers, "text/csv; charset=utf-8")
