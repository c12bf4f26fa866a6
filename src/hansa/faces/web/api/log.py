"""The log: its head, its acts as far as the reader may see them, proofs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Path, Query, Request
from fastapi.responses import PlainTextResponse, Response

from hansa.faces.web.api.schema import (
    ActOut,
    ConsistencyOut,
    EntriesOut,
    HeadOut,
    ProofOut,
    refusals,
)
from hansa.faces.web.pages.page import Page, View
from hansa.faces.web.site import Site
from hansa.record.acts import Act
from hansa.store import Head
from hansa.terms.errors import BadInput
from hansa.terms.names import unknown

REFUSALS = refusals(404, 422, 429, 503)
MOST = 500


def add(app: FastAPI, site: Site) -> None:
    """Give the application its log."""
    _heads(app, site)
    _acts(app, site)
    _proofs(app, site)


def head_json(head: Head) -> dict[str, Any]:
    """A head as JSON values."""
    return {
        "head": str(head),
        "branch": head.branch,
        "size": head.size,
        "digest": head.digest,
        "root": head.root,
    }


def _heads(app: FastAPI, site: Site) -> None:
    async def head_of(request: Request) -> Head:
        site.limit(site.page_limit, site.address_of(request))
        return await site.consult(lambda: site.live.log().head())

    @app.get("/api/v1/log/head", tags=["log"], responses=REFUSALS)
    async def log_head(request: Request) -> HeadOut:
        """The log's head: publish it, and nobody can rewrite what is before it unseen."""
        return HeadOut(**head_json(await head_of(request)))

    @app.get("/log/head", include_in_schema=False)
    @app.get("/.well-known/hansa-head", include_in_schema=False)
    async def plain_head(request: Request) -> Response:
        head = await head_of(request)
        return PlainTextResponse(f"{head}\n", 200, {"cache-control": "no-store"})

    def log_page(view: View) -> Page:
        """The log, its head, and how to check that an act was there and unchanged."""
        newest = [e for e in site.live.entries[-50:] if e.act.id not in view.snapshot.hidden]
        head = site.live.log().head()
        return Page(
            view._("The log and its head"),
            view._("Publish the head, and nobody can rewrite what is before it unseen."),
            acts=frozenset(e.act.id for e in newest),
            data={"head": str(head), "entries": newest[::-1], "twin": "/api/v1/log/head"},
            template="log.html",
        )

    @app.get("/log", include_in_schema=False)
    async def log(request: Request) -> Response:
        return await site.page(request, log_page, {})


def _acts(app: FastAPI, site: Site) -> None:
    @app.get("/api/v1/log", tags=["log"], responses=REFUSALS)
    async def log_entries(
        request: Request,
        after: Annotated[int, Query(ge=0, le=10**11)] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
    ) -> EntriesOut:
        """The acts behind a position that the reader may see, in the order of their record.

        ``position`` is where to go on: acts that the reader may not see are passed over.
        """
        site.limit(site.page_limit, site.address_of(request))
        visit = await site.visit(request)
        view = site.view(visit, at_least=site.live.position)
        entries = site.live.entries[after : after + limit]
        shown = [e for e in entries if site.live.visible(e.act, visit.reader)]
        site.audit(visit, view, frozenset(e.act.id for e in shown), "/api/v1/log")
        position = entries[-1].position if entries else min(after, site.live.position)
        return EntriesOut.model_validate(
            {
                "position": position,
                "entries": [
                    {"position": e.position, "digest": e.digest, "act": e.act.to_json()}
                    for e in shown
                ],
            }
        )

    @app.get("/api/v1/log/acts/{act_id:path}", tags=["log"], responses=REFUSALS)
    async def one_act(request: Request, act_id: Annotated[str, Path(max_length=500)]) -> ActOut:
        """An act as it was recorded: what is hashed and signed."""
        found = await _seen(site, request, act_id)
        return ActOut.model_validate(found.to_json())


async def _seen(site: Site, request: Request, act_id: str) -> Act:
    """An act, if the reader may see it; else there is none."""
    site.limit(site.page_limit, site.address_of(request))
    visit = await site.visit(request)
    view = site.view(visit, at_least=site.live.position)
    found = site.live.recorded(act_id)
    if found is None or not site.live.visible(found, visit.reader):
        known = [act.id for act in view.world.acts]
        raise unknown("act", act_id, known)
    site.audit(visit, view, frozenset({act_id}), str(request.url.path))
    return found


def _proofs(app: FastAPI, site: Site) -> None:
    @app.get("/api/v1/log/proof/{act_id:path}", tags=["log"], responses=REFUSALS)
    async def log_proof(
        request: Request,
        act_id: Annotated[str, Path(max_length=500)],
        size: Annotated[int | None, Query(ge=1, le=10**11)] = None,
    ) -> ProofOut:
        """The proof that an act is among the first ``size`` acts of the log (else all).

        Check it against a head that was published when the log had ``size`` acts.
        """
        act = await _seen(site, request, act_id)
        if all(entry.act.id != act_id for entry in site.live.entries):
            raise BadInput(f"{act_id[:80]!r} is of the described world, not of the log")
        log = site.live.log()
        head = await site.consult(log.head)
        proof = await site.consult(log.prove, act_id, size=size or head.size)
        return ProofOut.model_validate({"act": act.to_json(), **proof.to_json(), "head": str(head)})

    @app.get("/api/v1/log/consistency", tags=["log"], responses=REFUSALS)
    async def log_consistency(
        request: Request,
        old: Annotated[int, Query(ge=0, le=10**11)],
        new: Annotated[int | None, Query(ge=0, le=10**11)] = None,
    ) -> ConsistencyOut:
        """The proof that the log of ``new`` acts (else all) begins with that of ``old``."""
        site.limit(site.page_limit, site.address_of(request))
        log = site.live.log()
        head = await site.consult(log.head)
        proof = await site.consult(log.prove_consistency, old, new or head.size)
        return ConsistencyOut.model_validate({**proof.to_json(), "head": str(head)})
