"""An account's own page: its mandates, one-time codes, tokens for scripts, the audit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response

from hansa.faces.web.accounts.secrets import seed_address
from hansa.faces.web.guard.forms import check_token, read_form, same_site
from hansa.faces.web.guard.refusals import NotYours, SignInFirst, outward, status_of
from hansa.faces.web.pages.page import Page, View
from hansa.faces.web.site import Site, address_in
from hansa.faces.web.visits import Visit
from hansa.terms.errors import BadInput, HansaError


def account_page(view: View, visit: Visit, site: Site, told: Mapping[str, Any]) -> Page:
    """What an account may do, and how it signs in."""
    assert visit.session is not None
    name = visit.session.account
    account = site.accounts.find(name)
    noted = site.accounts.noted(50, name)
    return Page(
        visit.session.title,
        view._("Account %(name)s", name=name),
        data={
            "account": account,
            "mandates": view.reader.mandates,
            "tokens": site.accounts.tokens(name),
            "noted": [(datetime.fromtimestamp(at, UTC), what, text) for at, _, what, text in noted],
            "session": visit.session,
            "told": dict(told),
            "twin": "",
        },
        template="account.html",
    )


def add(app: FastAPI, site: Site) -> None:
    """Give the application the account's page."""

    async def shown(request: Request, status: int = 200, **told: Any) -> Response:
        visit = await site.visit(request)
        if visit.session is None:
            raise SignInFirst("nobody has signed in here", remedy="sign in at /sign-in")
        view = site.view(visit)
        page = await site.think(account_page, view, visit, site, told)
        written = await site.think(site.write, page, view, address_in(request))
        return site.personal(request, visit, written, status)

    @app.get("/account", include_in_schema=False)
    async def account(request: Request) -> Response:
        return await shown(request)

    @app.post("/account", include_in_schema=False)
    async def change(request: Request) -> Response:
        same_site(request, site)
        visit = await site.visit(request)
        if visit.session is None:
            raise SignInFirst("nobody has signed in here", remedy="sign in at /sign-in")
        if visit.session.token:
            raise NotYours(
                "a token for scripts does not change its account", remedy="sign in at /sign-in"
            )
        form = await read_form(request)
        check_token(form, visit, site)
        site.limit(site.sign_in_limit, f"as {visit.session.account}")
        try:
            told = await site.consult(changed, site, visit, form)
        except HansaError as wrong:
            return await shown(request, status_of(wrong)[0], wrong=outward(wrong))
        if told.get("done") in ("codes", "password"):
            return Response(status_code=303, headers={"location": "/sign-in?back=/account"})
        return await shown(request, **told)


def changed(site: Site, visit: Visit, form: Mapping[str, str]) -> dict[str, Any]:
    """Do what an account asks for itself; returns what to tell it.

    Raises
    ------
    BadInput
        If it cannot be done.
    """
    assert visit.session is not None
    name, what = visit.session.account, form.get("what", "")
    accounts = site.accounts
    if what == "seed":
        seed = accounts.new_seed(name)
        sealed = accounts.vault.sealed(f"{name}\0{seed}")
        return {"seed": seed, "address": seed_address(seed, name), "sealed": sealed}
    if what == "confirm":
        owner, _, seed = accounts.vault.opened(form.get("sealed", "")).partition("\0")
        if owner != name or not seed:
            raise BadInput("that seed is not yours", remedy="begin again")
        accounts.confirm_seed(name, seed, form.get("code", ""))
        accounts.note(name, "codes set up", "")
        return {"done": "codes"}
    if what == "password":
        account = accounts.find(name)
        if account is None or not account.password:
            raise BadInput("this account signs in by its provider")
        accounts.sign_in(name, form.get("old", ""), form.get("code", ""))
        accounts.set_password(name, form.get("new", ""))
        accounts.note(name, "password changed", "")
        return {"done": "password"}
    if what == "token":
        token, _ = accounts.open(name, strong=visit.session.strong,
                                 title=form.get("title", "")[:80] or "token")  # fmt: skip
        accounts.note(name, "token made", form.get("title", "")[:80])
        return {"token": token}
    if what == "close":
        digest = form.get("digest", "")
        if digest not in {known for known, _, _ in accounts.tokens(name)}:
            raise BadInput("there is no such token")
        accounts.close(digest)
        return {"done": "closed"}
    raise BadInput(f"{what[:40]!r} cannot be asked for")
