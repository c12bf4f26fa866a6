"""Whether the server can do its work: for whoever watches over it."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, Field

from hansa import __version__
from hansa.faces.web.accounts.database import AccountsUnreachable
from hansa.faces.web.api.schema import refusals
from hansa.faces.web.site import Site

State = Literal["ok", "unreachable"]


class HealthOut(BaseModel):
    """What works; the status is 503 if something does not."""

    log: State = Field(description="Whether the act log can be read.")
    accounts: State = Field(description="Whether sign-ins can be checked.")
    position: int = Field(description="How many acts were read from the log.")
    version: str = Field(description="The version of hansa.")


def add(app: FastAPI, site: Site) -> None:
    """Give the application the address at which it is asked how it is."""
    unwell: dict[int | str, dict[str, Any]] = {
        503: {"model": HealthOut, "description": "Something cannot be reached."}
    }

    @app.head("/api/v1/health", include_in_schema=False)
    @app.get("/api/v1/health", tags=["server"], responses={**refusals(422, 429), **unwell})
    async def health(request: Request, response: Response) -> HealthOut:
        """Whether the log and the accounts can be reached, without saying why not."""
        site.limit(site.page_limit, site.address_of(request))
        try:
            await site.consult(site.accounts.revision)
            accounts: State = "ok"
        except AccountsUnreachable:
            accounts = "unreachable"
        log: State = "ok" if site.live.trouble is None else "unreachable"
        if "unreachable" in (log, accounts):
            response.status_code = 503
        response.headers["cache-control"] = "no-store"
        return HealthOut(
            log=log, accounts=accounts, position=site.live.position, version=__version__
        )
