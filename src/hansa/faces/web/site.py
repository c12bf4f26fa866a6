"""The site: what all requests share, and how a page or an answer is given."""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import Awaitable, Callable, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import PlainTextResponse, Response

from hansa.faces.report import csv_text
from hansa.faces.web.accounts.book import Accounts
from hansa.faces.web.accounts.database import AccountsUnreachable
from hansa.faces.web.guard.limits import Buckets
from hansa.faces.web.guard.refusals import TooOften, TooSlow, status_of
from hansa.faces.web.live import Edition, Live
from hansa.faces.web.notices import Notice, digest_of, notices_for
from hansa.faces.web.pages.page import Page, View, acts_of, updated, within
from hansa.faces.web.render.cache import Kept
from hansa.faces.web.render.renderer import (
    ACCOUNT,
    NOTICE,
    TOKEN,
    TROUBLE,
    Renderer,
    Written,
    template,
)
from hansa.faces.web.settings import Settings
from hansa.faces.web.tariff import Tariff, read_tariff
from hansa.faces.web.visits import PREFERENCES, Preferences, Visit, cookies_of, words_for
from hansa.record.acts import Act
from hansa.record.mandates import Mandate, holding
from hansa.record.markings import PUBLIC, Reader
from hansa.service.acting import keys_for
from hansa.service.signing import checked
from hansa.show import plain
from hansa.terms.errors import HansaError
from hansa.terms.exhibits import Chart, Table
from hansa.terms.names import unknown
from hansa.terms.truth import Truth

T = TypeVar("T")
SESSION = "hansa-session"
ROOM = 64_000_000
VARIANTS = 8
"""Copies of a page kept, one for each set of notices that readers get."""


class Site:
    """Everything that requests share.

    Parameters
    ----------
    settings : Settings
    live : Live
    accounts : Accounts

    Attributes
    ----------
    written : dict of str to int
        The log's size after the last act of each account: who acted sees it at once.
    """

    def __init__(self, settings: Settings, live: Live, accounts: Accounts) -> None:
        self.settings, self.live, self.accounts = settings, live, accounts
        self.written: dict[str, int] = {}
        self.renderer = Renderer()
        self.tariff: Tariff | None = None
        if settings.tariff is not None:
            note = "A few lines of the Eurasian tariff, to try the page." if settings.demo else ""
            self.tariff = read_tariff(settings.tariff, settings.tariff_union, note)
        self.pages: Kept[Edition, Written] = Kept(ROOM, lambda written: 2 * len(written.body))
        self._notices: dict[Hashable, tuple[Notice, ...]] = {}
        self._pool = ThreadPoolExecutor(4, "page")
        self._thinkers = ThreadPoolExecutor(2, "question")
        limits = settings.limits
        self.page_limit = Buckets(limits.pages)
        self.question_limit = Buckets(limits.questions, 4 * limits.questions)
        self.act_limit = Buckets(limits.acts)
        self.sign_in_limit = Buckets(limits.sign_ins, 5)

    def close(self) -> None:
        """Stop what works in the background."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._thinkers.shutdown(wait=False, cancel_futures=True)
        self.live.close()

    # --- who asks ------------------------------------------------------------------------

    @property
    def session_cookie(self) -> str:
        """The name of the session's cookie; browsers keep ``__Host-`` ones to this host."""
        return f"__Host-{SESSION}" if self.settings.secure else SESSION

    async def visit(self, request: Request) -> Visit:
        """Who asks; a session that cannot be looked up is none."""
        cookies = cookies_of(request)
        preferences = Preferences.from_cookie(cookies.get(PREFERENCES, ""))
        words = words_for(request, preferences)
        token = cookies.get(self.session_cookie, "")
        bearer = request.headers.get("authorization", "")
        if bearer.lower().startswith("bearer "):
            token = bearer[7:].strip()
        if not token:
            return Visit(PUBLIC, words, preferences)
        try:
            session = await self.think(self.accounts.session, token)
        except AccountsUnreachable as failure:
            return Visit(PUBLIC, words, preferences, None, failure.sentence())
        if session is None:
            return Visit(PUBLIC, words, preferences)
        return Visit(self.reader(session.account), words, preferences, session)

    def reader(self, account: str) -> Reader:
        """An account with the mandates that it holds now."""
        mandates = holding(self.live.mandates(), self.live.clock())
        return Reader(account, tuple(m for m in mandates if m.account == account))

    def reader_mandates(self, visit: Visit) -> tuple[Mandate, ...]:
        """The mandates that somebody holds now."""
        return self.reader(visit.session.account).mandates if visit.session else ()

    def view(
        self,
        visit: Visit,
        on: str = "today",
        known_on: str | None = None,
        clock: Any = "law",
        at_least: int = 0,
    ) -> View:
        """What the reader sees."""
        today = self.live.clock().date()
        known = within(known_on, today) if known_on else None
        at_least = max(at_least, self.written.get(visit.reader.account, 0))
        return View(
            self.live.snapshot(visit.reader, at_least),
            self.live.compass,
            visit.reader,
            visit.words,
            today,
            within(on, today),
            known,
            clock,
        )

    async def think(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Call something that waits or computes, without holding up the others."""
        loop = asyncio.get_running_loop()
        call = functools.partial(function, *args, **kwargs)
        return await loop.run_in_executor(self._pool, call)

    async def ponder(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """As `think`, for what may take long: it never holds up pages."""
        loop = asyncio.get_running_loop()
        call = functools.partial(function, *args, **kwargs)
        return await loop.run_in_executor(self._thinkers, call)

    async def patiently(self, answer: Awaitable[T]) -> T:
        """Wait for an answer, but not for ever.

        Raises
        ------
        TooSlow
            If it takes longer than this server waits.
        """
        try:
            return await asyncio.wait_for(answer, self.settings.limits.seconds)
        except TimeoutError:
            raise TooSlow(
                "the answer takes longer than this server waits",
                remedy="it is being computed on: ask again in a minute",
            ) from None

    @staticmethod
    def address_of(request: Request) -> str:
        """Where a request comes from."""
        return request.client.host if request.client else ""

    def limit(self, buckets: Buckets, key: str) -> None:
        """Take one of what a key may ask for.

        Raises
        ------
        TooOften
            If there is none left.
        """
        wait = buckets.take(key)
        if wait:
            raise TooOften(wait)

    # --- pages ---------------------------------------------------------------------------

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
        if "csv" in request.query_params:
            made = await self.think(build, view, **asked)
            return _csv(made, request.query_params["csv"])
        address = address_in(request)
        name: Hashable = ("page", address, wanted, status)
        run = self.ponder if slow else self.think
        written = await self.kept(
            request, visit, view, name,
            lambda: run(self._write, build, view, asked, address, wanted),
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
            )
        )  # fmt: skip

    def _write(
        self, build: Callable[..., Page], view: View, asked: Mapping[str, Any], address: str,
        wanted: str,
    ) -> Written:  # fmt: skip
        self.live.fold(view.snapshot)
        page = build(view, **asked)
        return self.write(page, view, address, wanted)

    def _twin(self, build: Callable[..., Page], view: View, asked: Mapping[str, Any]) -> Written:
        self.live.fold(view.snapshot)
        page = build(view, **asked)
        text = json.dumps(page_json(page, view), ensure_ascii=False, default=str)
        return Written(text.encode(), updated(page, view.snapshot), acts_of(page))

    def write(self, page: Page, view: View, address: str, wanted: str = "") -> Written:
        """A page value as HTML."""
        twin = page.data.get("twin", None)
        if twin is None:
            twin = "/api/v1/today" if address == "/" else f"/api/v1{address}"
            twin = twin.replace("/api/v1/?", "/api/v1/today?")
        here = "/" + address.split("?", maxsplit=1)[0].split("/")[1]
        standing = self.standing(page.data["act"].id) if "act" in page.data else None
        return self.renderer.written(
            page, view, address, wanted, twin=twin, here=here, standing=standing
        )

    async def refusal(self, request: Request, page: Page, wrong: HansaError) -> Response:
        """A page that says what is wrong with what was handed in."""
        visit = await self.visit(request)
        view = self.view(visit)
        written = await self.think(self.write, page, view, address_in(request))
        answer = self.personal(request, visit, written, status_of(wrong)[0])
        answer.headers["cache-control"] = "no-store"
        if isinstance(wrong, TooOften):
            answer.headers["retry-after"] = str(wrong.wait)
        return answer

    def standing(self, act_id: str) -> dict[str, Any]:
        """Where an act stands in the log, and whether its signature is right."""
        for entry in reversed(self.live.entries):
            if entry.act.id == act_id:
                return {
                    "position": entry.position,
                    "digest": entry.digest,
                    "signature": self._signature(entry.act),
                }
        return {"position": 0, "digest": "", "signature": Truth.UNKNOWN}

    def _signature(self, act: Act) -> Truth:
        held = holding(self.live.mandates(), act.recorded)
        return checked(act, keys_for(act.actor, held, self.live.described))

    def _in_language(self, request: Request) -> Response:
        """Keep the language that was asked for, and go to the page itself."""
        cookies = cookies_of(request)
        old = Preferences.from_cookie(cookies.get(PREFERENCES, ""))
        lang = request.query_params["lang"][:8]
        new = replace(old, lang=lang)
        response = Response(status_code=303, headers={"location": address_in(request)})
        self.remember(response, new)
        return response

    def remember(self, response: Response, preferences: Preferences) -> None:
        """Have the browser keep what its reader declared."""
        response.set_cookie(
            PREFERENCES, preferences.to_cookie(), max_age=365 * 24 * 3600, path="/",
            secure=self.settings.secure, httponly=True, samesite="lax",
        )  # fmt: skip

    def personal(
        self, request: Request, visit: Visit, written: Written, status: int = 200
    ) -> Response:
        """A written page with what differs between readers filled in."""
        trouble = self.trouble(visit)
        headers = {
            "content-type": "text/html; charset=utf-8",
            "cache-control": "no-cache" if visit.shared else "no-store",
            "vary": "accept-encoding, accept-language, cookie",
            "last-modified": written.updated.strftime("%a, %d %b %Y %H:%M:%S GMT"),
        }
        if visit.session is not None or trouble:
            return Response(self._filled(visit, written, trouble), status, headers)
        declared = visit.preferences
        key = (declared.residence, declared.nationality, declared.read)
        shared = written.shared.get(key)
        if shared is None:
            while len(written.shared) >= VARIANTS:
                written.shared.pop(next(iter(written.shared)))
            body = self._filled(visit, written, "")
            shared = written.shared[key] = Written(body, written.updated, written.acts)
        headers["etag"] = f'W/"{shared.digest}"'
        if request.headers.get("if-none-match") == headers["etag"] and status == 200:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            return Response(shared.packed, status, headers)
        return Response(shared.body, status, headers)

    def _filled(self, visit: Visit, written: Written, trouble: str) -> bytes:
        words, token = visit.words, self.token(visit)
        notices = self.notices(visit)
        read = visit.preferences.read == digest_of(notices)
        parts = {
            ACCOUNT: template(words, "account_bar.html", visit=visit, token=token),
            NOTICE: template(words, "notice_bar.html", notices=notices, read=read,
                             digest=digest_of(notices)) if notices else "",
            TROUBLE: template(words, "trouble.html", trouble=trouble) if trouble else "",
            TOKEN: token,
        }  # fmt: skip
        body = written.body
        for mark, text in parts.items():
            body = body.replace(mark.encode(), text.encode())
        return body

    def notices(self, visit: Visit, declared: Preferences | None = None) -> tuple[Notice, ...]:
        """The notices that a reader gets by what was declared."""
        said = declared or visit.preferences
        snapshot = self.live.folded()
        today = self.live.clock().date()
        key = (snapshot.key, today, said.residence, said.nationality, visit.words.lang)
        if key not in self._notices:
            while len(self._notices) >= 64:
                self._notices.pop(next(iter(self._notices)), None)
            world = snapshot.world
            self._notices[key] = notices_for(
                world, world.on(today), said.residence, said.nationality, visit.words.lang
            )
        return self._notices[key]

    def token(self, visit: Visit) -> str:
        """The token that a form of this session must carry."""
        if visit.session is None:
            return ""
        return self.accounts.vault.sign("form", visit.session.digest)

    def trouble(self, visit: Visit) -> str:
        """What readers must know about the server's own state."""
        if self.live.trouble is not None:
            since = visit.words.moment(self.live.trouble.since)
            text = visit.words.gettext(
                "The act log cannot be reached since %(since)s. What you see is what was on "
                "record until then; nothing can be recorded now, nothing recorded is lost."
            )
            return text % {"since": since}
        if visit.trouble:
            return visit.words.gettext("Sign-in cannot be checked now; you read as the public.")
        return ""

    def audit(self, visit: Visit, view: View, acts: frozenset[str], what: str) -> None:
        """Note that somebody was shown acts that the public may not see."""
        seen = sorted(acts & view.snapshot.restricted)
        if seen:
            asyncio.get_running_loop().run_in_executor(
                self._pool, self.accounts.note, visit.reader.account, "read",
                f"{what}: {' '.join(seen)}",
            )  # fmt: skip

    # --- answers -------------------------------------------------------------------------

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
        run = self.ponder if slow else self.think
        written = await self.kept(
            request, visit, view, name, lambda: run(self._twin, build, view, asked), costs=slow,
            stands_in=True,
        )  # fmt: skip
        self.audit(visit, view, written.acts, str(request.url.path))
        return self.data(request, visit, written, "application/json", notices=True)

    def data(
        self, request: Request, visit: Visit, written: Written, kind: str, *, notices: bool = False
    ) -> Response:
        """Something that is no page: as it was written, compressed for who takes it so."""
        headers = {
            "content-type": kind,
            "cache-control": "no-cache" if visit.shared else "no-store",
            "vary": "accept-encoding, accept-language, cookie",
            "last-modified": written.updated.strftime("%a, %d %b %Y %H:%M:%S GMT"),
        }
        if notices:
            shown = self.notices(visit)
            if shown:
                told = json.dumps([{"title": n.title, "text": n.text} for n in shown])
                body = written.body[:-1] + b',"notices":' + told.encode() + b"}"
                return Response(body, 200, headers)
        headers["etag"] = f'W/"{written.digest}"'
        if request.headers.get("if-none-match") == headers["etag"]:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            return Response(written.packed, 200, headers)
        return Response(written.body, 200, headers)


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


def address_in(request: Request) -> str:
    """The address of a request without its host, and without what is not part of the page."""
    kept = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if name not in ("lang", "all", "csv", "at") and value
    ]
    path = quote(request.url.path, safe="/:~!$'()*,;=@+%") if request.url.path else "/"
    path = "/" + path.lstrip("/")
    return f"{path}?{urlencode(kept)}" if kept else path


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
