"""Making acts: by API and by forms; every one is checked here, whatever a page offered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from hansa.faces.web.acting import Desk
from hansa.faces.web.api.schema import ActOut, Described, refusals
from hansa.faces.web.guard.forms import check_token, local_address, read_form, same_site
from hansa.faces.web.guard.refusals import outward
from hansa.faces.web.pages.page import Given, Page, View, within
from hansa.faces.web.render.links import path
from hansa.faces.web.site import Site
from hansa.faces.web.visits import Visit
from hansa.record.acts import KINDS, Act, Json
from hansa.record.authority import OF_SECRETARIATS, OF_STATES
from hansa.record.markings import Reader
from hansa.service.act_fields import ActField, fields_of, payload_from_texts
from hansa.service.naming import new_id
from hansa.store import Receipt
from hansa.terms.errors import BadInput, HansaError
from hansa.terms.names import unknown


class ActIn(BaseModel):
    """An act that somebody wants to make.

    With ``payload.signature`` it was signed by its delegation itself: then ``id`` and
    ``recorded`` are part of what was signed and must be given.
    """

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(max_length=30, examples=["vote"])
    subject: str = Field(max_length=300)
    actor: str = Field(default="", max_length=100, examples=["ARM"])
    on: str = Field(default="today", pattern=r"^(today|\d{4}-\d{2}-\d{2})$")
    payload: dict[str, Any] = Field(default_factory=dict)
    source: str = Field(default="", max_length=300)
    confidence: str = Field(default="", max_length=60)
    note: str = Field(default="", max_length=2000)
    id: str = Field(
        default="", max_length=400, description="``SUBJECT.KIND.ACTOR``, or that and ``.MORE``.",
    )  # fmt: skip
    recorded: datetime | None = None


class ReceiptOut(Described):
    """What was recorded, and where."""

    acts: list[ActOut]
    positions: list[int]
    head: str


def add(app: FastAPI, site: Site, desk: Desk) -> None:
    """Give the application its ways to make acts."""

    @app.post(
        "/api/v1/acts", tags=["acts"], status_code=201,
        responses=refusals(401, 403, 404, 409, 413, 422, 429, 503),
    )  # fmt: skip
    async def make_act(request: Request, act: ActIn) -> ReceiptOut:
        """Make an act, if the register's rules and your mandate let you.

        Needs a session (with the header ``X-CSRF-Token``) or a token for scripts
        (``Authorization: Bearer …``).
        """
        visit = await site.visit(request)
        desk.ready(visit)
        same_site(request, site)
        check_token({"csrf": request.headers.get("x-csrf-token", "")}, visit, site)
        draft = drafted(act, site)
        receipt, acts = await hand_in(site, desk, visit, draft)
        return ReceiptOut.model_validate(
            {
                "acts": [made.to_json() for made in acts],
                "positions": list(receipt.positions),
                "head": str(receipt.head),
            }
        )

    @app.get("/act", include_in_schema=False)
    async def act_form(request: Request) -> Response:
        given = {k: v[:4000] for k, v in request.query_params.items()}

        def build(view: View) -> Page:
            return form_page(view, site, given)

        return await site.page(request, build, {})

    @app.post("/act", include_in_schema=False)
    async def act_made(request: Request) -> Response:
        visit = await site.visit(request)
        same_site(request, site)
        form = await read_form(request)
        check_token(form, visit, site)
        try:
            desk.ready(visit)
            receipt, acts = await hand_in(site, desk, visit, from_form(form, site))
        except HansaError as wrong:
            return await _again(request, site, form, wrong)
        back = form.get("back", "")
        target = back if local_address(back) else path("acts", acts[0].id)
        joint = "&" if "?" in target else "?"
        address = f"{target}{joint}at={receipt.head.size}"
        return Response(status_code=303, headers={"location": address})


async def hand_in(
    site: Site, desk: Desk, visit: Visit, draft: Act
) -> tuple[Receipt, tuple[Act, ...]]:
    """Record an act, and note who made it."""
    assert visit.session is not None
    account = visit.session.account
    site.limit(site.act_limit, account)
    try:
        receipt, acts = await desk.handed_in(visit, draft)
    except HansaError as wrong:
        await site.noted(account, "refused", wrong.sentence())
        raise
    made = " ".join(act.id for act in acts)
    await site.noted(account, "acted", made)
    return receipt, acts


def drafted(act: ActIn, site: Site) -> Act:
    """A draft from what the API was given."""
    now = site.live.clock()
    if act.recorded is not None and act.recorded.tzinfo is None:
        raise BadInput("recorded has no time zone")
    made = Act(
        act.id, act.kind, within(act.on, now.date()), act.recorded or now, act.subject, act.actor,
        json_values(act.payload), act.source, act.confidence, act.note,
    )  # fmt: skip
    own = new_id(made, ())
    if made.id and made.id != own and not made.id.startswith(f"{own}."):
        # an id that says something else than its act misleads, and might be a hidden act's
        raise BadInput(f"the id is not {own[:80]!r}", remedy="leave it out, or add .MORE to this")
    return made


def json_values(payload: Mapping[str, Any]) -> dict[str, Json]:
    """A payload as it will be stored: what JSON cannot say is refused.

    Raises
    ------
    BadInput
    """
    try:
        text = json.dumps(dict(payload), allow_nan=False)
        found: dict[str, Json] = json.loads(text)
        text.encode()
    except (TypeError, ValueError, RecursionError) as wrong:
        raise BadInput(f"the payload is not JSON: {wrong}") from None
    return found


def from_form(form: Mapping[str, str], site: Site) -> Act:
    """A draft from a form: ``p.KEY`` are particulars."""
    kind = form.get("kind", "")
    given = {k.removeprefix("p."): v for k, v in form.items() if k.startswith("p.")}
    now = site.live.clock()
    return Act(
        "", kind, within(form.get("on", "") or "today", now.date()), now,
        form.get("subject", "").strip(), form.get("actor", "").strip(),
        payload_from_texts(kind, given), form.get("source", "")[:300], "",
        form.get("note", "")[:2000],
    )  # fmt: skip


async def _again(
    request: Request, site: Site, form: Mapping[str, str], wrong: HansaError
) -> Response:
    """The form as it was filled in, and what is wrong with it."""
    view = site.view(await site.visit(request))
    page = await site.think(form_page, view, site, form, outward(wrong))
    return await site.refusal(request, page, wrong)


def offered(reader: Reader) -> tuple[str, ...]:
    """The kinds of act that a reader may try to make."""
    found: set[str] = set()
    if reader.states:
        found |= OF_STATES
    if reader.secretariats:
        found |= OF_SECRETARIATS
    return tuple(kind for kind in KINDS if kind in found)


def form_page(
    view: View, site: Site, given: Mapping[str, str], wrong: HansaError | None = None
) -> Page:
    """The form for one kind of act, or the choice of kinds."""
    kinds = offered(view.reader)
    kind = given.get("kind", "")
    if kind and kind not in KINDS:
        raise unknown("kind of act", kind, KINDS)
    shown: dict[str, ActField] = {}
    if kind:
        shown = {k: f for k, f in fields_of(kind).items() if k not in ("signature", "by")}
    actors = [*sorted(view.reader.states)]
    for name in sorted(view.reader.secretariats):
        bodies = [b.id for b in view.world.bodies.values() if b.organisation == name]
        actors += [name, f"{name} Secretariat", *bodies]
    return Page(
        view._("Make an act"),
        KINDS[kind] if kind else view._("What do you want to record?"),
        data={
            "kinds": {name: KINDS[name] for name in kinds},
            "kind": kind,
            "fields": shown,
            "given": Given(given),
            "actors": actors,
            "wrong": wrong,
            "twin": "",
        },
        template="act_form.html",
    )


def json_answer(values: Mapping[str, Any], status: int = 200) -> JSONResponse:
    """JSON that nobody keeps."""
    return JSONResponse(dict(values), status, {"cache-control": "no-store"})
