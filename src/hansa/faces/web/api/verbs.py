"""Every verb: an address of the API, and a form with its answer."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.responses import Response

from hansa.faces.web.api.asking import Question, questions
from hansa.faces.web.api.schema import AnswerOut, refusals
from hansa.faces.web.pages.page import Given, Page, View, acts_of, updated
from hansa.faces.web.pages.registry import PAGES
from hansa.faces.web.render.renderer import Written
from hansa.faces.web.site import Site
from hansa.show import plain
from hansa.terms.errors import HansaError
from hansa.terms.exhibits import Section
from hansa.terms.names import unknown

REFUSALS = refusals(404, 409, 422, 429, 503)


def add(app: FastAPI, site: Site) -> None:
    """Give the application every verb."""
    asked = questions()
    for question in asked.values():
        _api(app, site, question)
    _pages(app, site, asked)


def address_of(question: Question) -> str:
    """The address of a question in the API; where a page's twin has it already, under ``ask``."""
    address = f"/api/v1/{question.name}"
    taken = {place.twin_address for place in PAGES}
    return f"/api/v1/ask/{question.name}" if address in taken else address


def _api(app: FastAPI, site: Site, question: Question) -> None:
    async def answer(request: Request, arguments: dict[str, Any]) -> Response:
        given = {k: v for k, v in arguments.items() if v is not None}
        return await _json(site, request, question, given)

    app.add_api_route(
        address_of(question),
        _endpoint(question, answer),
        methods=["GET"],
        tags=["questions"],
        summary=question.title,
        description=question.text,
        operation_id=f"ask_{question.name}",
        response_model=AnswerOut,
        responses=REFUSALS,
    )


def _endpoint(question: Question, answer: Callable[..., Any]) -> Callable[..., Any]:
    """An endpoint with the question's parameters, each with its bounds."""
    keyword = inspect.Parameter.KEYWORD_ONLY
    made = [inspect.Parameter("request", keyword, annotation=Request)]
    for field in question.fields:
        limits: dict[str, Any] = dict(field.bounds.limits)
        if field.kind == "day":
            limits["examples"] = ["2007-10-05"]
        hint: Any = field.listed
        asked = Annotated[hint, Query(description=field.words or None, **limits)]
        made.append(inspect.Parameter(field.name, keyword, default=field.default, annotation=asked))

    async def respond(request: Request, **arguments: Any) -> Any:
        return await answer(request, arguments)

    respond.__name__ = question.name
    respond.__signature__ = inspect.Signature(made)  # type: ignore[attr-defined]  # read by FastAPI
    return respond


async def _json(
    site: Site, request: Request, question: Question, given: Mapping[str, Any]
) -> Response:
    site.limit(site.page_limit, site.address_of(request))
    visit = await site.visit(request)
    view = site.view(visit)
    name = ("answer", question.name, json.dumps(given, sort_keys=True))
    who = site.address_of(request)

    async def make() -> Written:
        return await site.ponder(who, _answered, site, question, view, given)

    written = await site.kept(request, visit, view, name, make, costs=True)
    site.audit(visit, view, written.acts, str(request.url.path))
    return site.data(request, visit, written, "application/json")


def _plain(page: Page) -> dict[str, Any]:
    made = [plain.section(section) for section in page.sections]
    return {
        "title": page.title,
        "statements": [item for section in made for item in section["statements"]],
        "exhibits": [item for section in made for item in section["exhibits"]],
        "limits": [item for section in made for item in section["limits"]],
    }


def _answered(site: Site, question: Question, view: View, given: Mapping[str, Any]) -> Written:
    title, sections = site.crew.question(question.name, view, dict(given))
    page = Page(title, sections=sections)
    text = json.dumps(_plain(page), ensure_ascii=False, default=str)
    return Written(text.encode(), updated(page, view.snapshot), acts_of(page))


def _pages(app: FastAPI, site: Site, asked: Mapping[str, Question]) -> None:
    def index(view: View) -> Page:
        """All questions."""
        groups: dict[str, list[Question]] = {}
        for question in asked.values():
            groups.setdefault(question.group, []).append(question)
        return Page(
            view._("Ask"),
            view._("Every question that hansa answers, with its reasons."),
            data={"groups": groups, "twin": ""},
            template="ask_index.html",
        )

    @app.get("/ask", include_in_schema=False)
    async def ask_index(request: Request) -> Response:
        return await site.page(request, index, {})

    @app.get("/ask/{verb}", include_in_schema=False)
    async def ask(request: Request, verb: str) -> Response:
        if verb not in asked:
            raise unknown("question", verb, asked)
        question = asked[verb]
        given = {k: v[:2000] for k, v in request.query_params.items()}

        def build(view: View) -> Page:
            return asked_page(view, site, question, given)

        build.__name__ = f"ask_{verb}"
        return await site.page(request, build, {}, slow=_says(question, given))


def _says(question: Question, given: Mapping[str, str]) -> bool:
    return bool(given) and not question.missing(given)


def asked_page(view: View, site: Site, question: Question, given: Mapping[str, str]) -> Page:
    """A verb's form, and its answer if enough was said."""
    wrong: HansaError | None = None
    title = question.title
    sections: tuple[Section, ...] = ()
    if _says(question, given):
        try:
            title, sections = site.crew.question(question.name, view, question.read(given))
        except HansaError as refused:
            wrong = refused
    twin = address_of(question) if sections else ""
    return Page(
        title,
        question.title if sections else "",
        sections,
        data={"question": question, "given": Given(given), "wrong": wrong, "twin": twin},
        template="ask.html",
    )
