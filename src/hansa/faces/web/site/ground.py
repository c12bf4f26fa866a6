"""What all requests share: who asks, what they see, how long they wait."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable, Hashable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network
from typing import Any, TypeVar

from fastapi import Request

from hansa.faces.web.accounts.book import Accounts
from hansa.faces.web.accounts.database import AccountsUnreachable
from hansa.faces.web.crew import Crew
from hansa.faces.web.crew.master import MEMBERS
from hansa.faces.web.guard.limits import Buckets, Turns
from hansa.faces.web.guard.refusals import TooOften, TooSlow
from hansa.faces.web.live import Edition, Live
from hansa.faces.web.notices import Notice
from hansa.faces.web.pages.page import View, within
from hansa.faces.web.render.cache import Kept
from hansa.faces.web.render.renderer import (
    Renderer,
    Written,
)
from hansa.faces.web.settings import Settings
from hansa.faces.web.tariff import Tariff, read_tariff
from hansa.faces.web.visits import PREFERENCES, Preferences, Visit, cookies_of, words_for
from hansa.record.mandates import Mandate, holding
from hansa.record.markings import PUBLIC, Reader

T = TypeVar("T")
_log = logging.getLogger("hansa.web")
SESSION = "hansa-session"
ROOM = 64_000_000
"""Bytes of pages kept."""
NOTE, WHERE = 2000, 500
"""Characters that a note in the audit has, and those of it that say where."""
THREADS = 2
"""Threads that make pages: of more, each would only wait for the others."""
LOOK = 5.0
"""Seconds that a session may take to be looked up."""
PATIENCE = 3
"""So many times as long as a reader waits, an answer may be computed on."""


class Ground:
    """Everything that requests share: who asks, what they see, and how much of it.

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
        self._pool = ThreadPoolExecutor(THREADS, "page")
        self._clerks = ThreadPoolExecutor(8, "clerk")
        self._noting: set[asyncio.Future[None]] = set()
        limits = settings.limits
        self.crew = Crew(live.described, settings.world, seconds=PATIENCE * limits.seconds)
        self._thinkers = ThreadPoolExecutor(MEMBERS, "question")
        self.turns = Turns()
        self.page_limit = Buckets(limits.pages)
        self.question_limit = Buckets(limits.questions, 4 * limits.questions)
        self.act_limit = Buckets(limits.acts)
        self.sign_in_limit = Buckets(limits.sign_ins, 5)
        self.account_limit = Buckets(10 * limits.sign_ins, 50)

    def close(self) -> None:
        """Stop what works in the background."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._clerks.shutdown(wait=False, cancel_futures=True)
        self._thinkers.shutdown(wait=False, cancel_futures=True)
        self.crew.close()
        self.live.close()

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
        scripted = bearer.lower().startswith("bearer ")
        if scripted:
            token = bearer[7:].strip()
        if not token:
            return Visit(PUBLIC, words, preferences)
        try:
            asked = self.consult(self.accounts.session, token)
            session = await asyncio.wait_for(asked, LOOK)
        except AccountsUnreachable as failure:
            return Visit(PUBLIC, words, preferences, None, failure.sentence())
        except TimeoutError:
            return Visit(PUBLIC, words, preferences, None, "the accounts do not answer")
        if session is None or session.token != scripted:  # a cookie is no token for scripts
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
        """Call something that computes, without holding up the others."""
        loop = asyncio.get_running_loop()
        call = functools.partial(function, *args, **kwargs)
        return await loop.run_in_executor(self._pool, call)

    async def consult(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Call something that waits for a database: one that is silent holds up no page."""
        loop = asyncio.get_running_loop()
        call = functools.partial(function, *args, **kwargs)
        return await loop.run_in_executor(self._clerks, call)

    async def ponder(self, who: str, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """As `think`, for what may take long: it never holds up pages, and has its turn.

        Parameters
        ----------
        who : str
            On whose behalf: nobody may take all turns.

        Raises
        ------
        TooOften
            If too much is being asked already.
        """
        wait = self.turns.take(who)
        if wait:
            raise TooOften(wait)
        try:
            loop = asyncio.get_running_loop()
            call = functools.partial(function, *args, **kwargs)
            return await loop.run_in_executor(self._thinkers, call)
        finally:
            self.turns.give_back(who)

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
        """Where a request comes from: what one reader can choose freely counts as one."""
        host = request.client.host if request.client else ""
        if ":" not in host:
            return host
        try:
            whole = ip_network(f"{host.partition('%')[0]}/64", strict=False)
        except ValueError:
            return host
        return str(whole)

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

    def audit(self, visit: Visit, view: View, acts: frozenset[str], what: str) -> None:
        """Note that somebody was shown acts that the public may not see."""
        seen = sorted(acts & view.snapshot.restricted)
        for note in notes_of(what[:WHERE], seen):
            task = asyncio.ensure_future(self.noted(visit.reader.account, "read", note))
            self._noting.add(task)
            task.add_done_callback(self._noting.discard)

    async def noted(self, account: str, what: str, text: str) -> None:
        """Note for the audit; what cannot be noted there is said in the server's own output.

        Something that was done, or refused, is not undone because it cannot be noted.
        """
        try:
            await asyncio.wait_for(self.consult(self.accounts.note, account, what, text), LOOK)
        except (AccountsUnreachable, TimeoutError) as wrong:
            _log.warning("not in the audit: %s %s %s (%s)", account, what, text, wrong or "silence")


def notes_of(what: str, seen: Sequence[str]) -> Iterator[str]:
    """What was read, in notes of which none is too long: nothing that was read goes unnoted."""
    note = f"{what}:"
    for name in seen:
        if len(note) + 1 + len(name) > NOTE and not note.endswith(":"):
            yield note
            note = f"{what}:"
        note += f" {name}"
    if seen:
        yield note
