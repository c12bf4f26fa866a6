"""Signing in and out: by name, password and one-time code, or by a provider."""

from __future__ import annotations

from collections.abc import Mapping

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import Response

from hansa.faces.web.accounts.book import Refused
from hansa.faces.web.accounts.oidc import SignIn
from hansa.faces.web.accounts.sessions import Session
from hansa.faces.web.guard.forms import check_token, local_address, read_form, same_site
from hansa.faces.web.guard.refusals import outward
from hansa.faces.web.pages.page import Page, View
from hansa.faces.web.site import Site
from hansa.faces.web.visits import cookies_of
from hansa.terms.errors import BadInput, HansaError
from hansa.terms.names import unknown

PENDING = "hansa-sign-in"


def add(app: FastAPI, site: Site) -> None:
    """Give the application its ways in and out."""
    _local_accounts(app, site)
    if site.settings.providers:
        _providers(app, site)


def sign_in_page(
    view: View, site: Site, given: Mapping[str, str], wrong: HansaError | None = None
) -> Page:
    """The form for signing in."""
    return Page(
        view._("Sign in"),
        view._("For delegations and secretariats. Reading needs no account."),
        data={
            "providers": site.settings.providers,
            "back": given.get("back", ""),
            "name": given.get("name", ""),
            "wrong": wrong,
            "twin": "",
        },
        template="sign_in.html",
    )


def open_session(site: Site, response: Response, token: str, session: Session) -> None:
    """Have the browser keep the session's token, where no script can read it."""
    response.set_cookie(
        site.session_cookie, token, path="/", secure=site.settings.secure, httponly=True,
        samesite="lax", max_age=max(0, session.ends - int(site.live.clock().timestamp())),
    )  # fmt: skip


def _local_accounts(app: FastAPI, site: Site) -> None:
    @app.get("/sign-in", include_in_schema=False)
    async def sign_in(request: Request) -> Response:
        given = {"back": request.query_params.get("back", "")[:500]}

        def build(view: View) -> Page:
            return sign_in_page(view, site, given)

        return await site.page(request, build, {})

    @app.post("/sign-in", include_in_schema=False)
    async def signed_in(request: Request) -> Response:
        same_site(request, site)
        form = await read_form(request)
        name = form.get("name", "").strip()[:200]
        try:
            # by address and for the account from everywhere: the latter wide enough that
            # nobody is kept out by somebody who guesses at his name
            site.limit(site.sign_in_limit, f"from {site.address_of(request)}")
            site.limit(site.account_limit, f"as {name.casefold()}")
            token, session = await site.consult(
                site.accounts.sign_in, name, form.get("password", ""), form.get("code", "")
            )
        except HansaError as wrong:
            if isinstance(wrong, Refused):
                await site.consult(site.accounts.note, name, "sign-in refused",
                                 site.address_of(request))  # fmt: skip
            return await _again(request, site, form, wrong)
        await site.consult(site.accounts.note, name, "signed in", site.address_of(request))
        back = form.get("back", "")
        response = Response(
            status_code=303, headers={"location": back if local_address(back) else "/"}
        )
        await _replaced(site, request)
        open_session(site, response, token, session)
        return response

    @app.post("/sign-out", include_in_schema=False)
    async def sign_out(request: Request) -> Response:
        same_site(request, site)
        visit = await site.visit(request)
        check_token(await read_form(request), visit, site)
        if visit.session is not None:
            await site.consult(site.accounts.close, visit.session.digest)
        response = Response(status_code=303, headers={"location": "/"})
        response.delete_cookie(
            site.session_cookie, path="/", secure=site.settings.secure, httponly=True,
            samesite="lax",
        )  # fmt: skip
        return response


async def _replaced(site: Site, request: Request) -> None:
    """End the session that the browser had before."""
    old = (await site.visit(request)).session
    if old is not None and not old.token:
        await site.consult(site.accounts.close, old.digest)


async def _again(
    request: Request, site: Site, form: Mapping[str, str], wrong: HansaError
) -> Response:
    view = site.view(await site.visit(request))
    return await site.refusal(request, sign_in_page(view, site, form, outward(wrong)), wrong)


def _providers(app: FastAPI, site: Site) -> None:
    client = httpx.AsyncClient(timeout=10, follow_redirects=False)
    base = site.settings.base_url
    if not base:
        raise BadInput("providers need to know where to send readers back", remedy="set base_url")
    ways = {
        provider.key: SignIn(
            provider, site.accounts.vault, f"{base}/sign-in/with/{provider.key}/done", client
        )
        for provider in site.settings.providers
    }

    def way(key: str) -> SignIn:
        if key not in ways:
            raise unknown("provider", key, ways)
        return ways[key]

    @app.get("/sign-in/with/{key}", include_in_schema=False)
    async def begin(request: Request, key: str, back: str = "") -> Response:
        site.limit(site.sign_in_limit, f"with {site.address_of(request)}")
        started = await way(key).start(back if local_address(back) else "/")
        response = Response(status_code=303, headers={"location": started.address})
        response.set_cookie(
            PENDING, started.cookie, max_age=600, path="/sign-in/with", httponly=True,
            secure=site.settings.secure, samesite="lax",
        )  # fmt: skip
        return response

    @app.get("/sign-in/with/{key}/done", include_in_schema=False)
    async def done(
        request: Request, key: str, code: str = "", state: str = "", error: str = ""
    ) -> Response:
        site.limit(site.sign_in_limit, f"done {site.address_of(request)}")
        if error or not code or not state:
            raise Refused("the provider did not let you in", remedy="begin again")
        cookie = cookies_of(request).get(PENDING, "")
        identity, back = await way(key).finish(cookie, state[:500], code[:4000])
        found = await site.consult(site.accounts.find, identity.account)
        if found is None:
            await site.consult(site.accounts.add, identity.account, identity.title)
        token, session = await site.consult(site.accounts.open, identity.account, strong=True)
        where = site.address_of(request)
        await site.consult(site.accounts.note, identity.account, "signed in", where)
        response = Response(status_code=303, headers={"location": back})
        response.delete_cookie(PENDING, path="/sign-in/with")
        await _replaced(site, request)
        open_session(site, response, token, session)
        return response
