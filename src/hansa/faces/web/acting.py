"""Acts made on the site: who may, decided at the log's head, signed, recorded, told."""

from __future__ import annotations

import asyncio
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from hansa.faces.web.guard.refusals import NotYours, SignInFirst
from hansa.faces.web.keys import Keys
from hansa.faces.web.site import Site
from hansa.faces.web.visits import Visit
from hansa.record.acts import Act
from hansa.record.authority import authorise
from hansa.record.permits import permit
from hansa.record.world import World
from hansa.service.acting import check_signature, checked_acts, keys_for
from hansa.service.naming import new_id, stem_of
from hansa.service.signing import SIGNATURE, signed
from hansa.store import Conflict, Head, Receipt
from hansa.terms.errors import BadInput, StoreFailure

ATTEMPTS = 20
FRESH = timedelta(minutes=10)
"""How old an act may be that its delegation signed itself."""


class Desk:
    """Where acts are handed in.

    Parameters
    ----------
    site : Site
    keys : Keys
        Private keys that delegations left with this server.
    """

    def __init__(self, site: Site, keys: Keys) -> None:
        self._site, self._keys = site, keys
        self._turn = threading.Lock()
        # a thread apart: a log that does not answer holds up no page
        self._scribe = ThreadPoolExecutor(1, "scribe")

    def ready(self, visit: Visit) -> None:
        """Refuse who may not act at all.

        Raises
        ------
        SignInFirst, NotYours
        """
        session = visit.session
        if session is None and visit.trouble:
            raise StoreFailure(
                "sign-in cannot be checked now; nothing was recorded", remedy="try again later"
            )
        if session is None:
            raise SignInFirst("only who has signed in may act", remedy="sign in at /sign-in")
        if self._site.settings.codes and not session.strong:
            raise NotYours(
                "this session was opened without a one-time code",
                remedy="set up codes on your account's page, and sign in again",
            )

    async def handed_in(self, visit: Visit, draft: Act) -> tuple[Receipt, tuple[Act, ...]]:
        """`hand_in`, for as long as this server lets anybody wait.

        Raises
        ------
        StoreFailure
            Also if the log does not answer: the error says whether the act may be in it.
        """
        self.ready(visit)
        if self._site.live.trouble is not None:
            raise _out_of_reach()
        running = self._scribe.submit(self.hand_in, visit, draft)
        waiting = asyncio.wrap_future(running)
        try:
            return await asyncio.wait_for(
                asyncio.shield(waiting), self._site.settings.limits.seconds
            )
        except TimeoutError:
            if running.cancel():
                raise _out_of_reach() from None
            raise StoreFailure(
                "the act log does not answer; the act may have been recorded, or may be yet",
                remedy="look for it when the log is back, before handing it in again",
            ) from None

    def hand_in(self, visit: Visit, draft: Act) -> tuple[Receipt, tuple[Act, ...]]:
        """Record an act, if its maker may make it; again, if others come first.

        Parameters
        ----------
        visit : Visit
        draft : Act
            Without an id it gets one, and the present moment.

        Raises
        ------
        NotPermitted, BadInput, SignInFirst, NotYours
            If it may not be made.
        StoreFailure
            If the log cannot be written: then nothing was recorded.
        """
        self.ready(visit)
        site = self._site
        with self._turn:
            for attempt in range(1, ATTEMPTS + 1):
                site.live.read()
                if site.live.trouble is not None:
                    raise _out_of_reach()
                head = self._head()
                acts = self.decided(visit, draft)
                try:
                    receipt = site.live.append(acts, head)
                except Conflict:
                    if attempt == ATTEMPTS:
                        raise
                else:
                    if visit.session is not None:
                        site.written[visit.session.account] = receipt.head.size
                    site.live.nudge()
                    return receipt, acts
        raise AssertionError("unreachable")

    def _head(self) -> Head:
        entries = self._site.live.entries
        return Head(size=len(entries), digest=entries[-1].digest if entries else "")

    def decided(self, visit: Visit, draft: Act) -> tuple[Act, ...]:
        """The acts to record for a draft, at the log's head.

        Raises
        ------
        NotPermitted, BadInput
            If it may not be made.
        """
        site = self._site
        assert visit.session is not None
        world = site.live.whole()
        made = self.finished(visit, draft, world)
        reader = site.reader(visit.session.account)
        # first as the maker sees the world: a refusal must not tell of what is hidden
        seen = site.live.snapshot(reader, at_least=site.live.position).world
        authorise(made, reader.mandates, seen)
        permit(made, seen)
        check_signature(made, site.live.mandates(), world, site.live.clock())
        return checked_acts(made, world, reader.mandates)

    def finished(self, visit: Visit, draft: Act, world: World) -> Act:
        """The draft with what the server adds: moment, id, its maker among the audience."""
        now = self._site.live.clock()
        if SIGNATURE in draft.payload:
            if abs(now - draft.recorded) > FRESH:
                raise BadInput(
                    f"the act was signed for {draft.recorded.isoformat()}, now it is "
                    f"{now.isoformat()}",
                    remedy="sign it anew",
                )
            if not draft.id:
                raise BadInput("a signed act has an id")
            made = draft
        else:
            made = replace(draft, recorded=now)
            if str(made.payload.get("tlp", "")).upper().removeprefix("TLP:") == "RED":
                made = _with_author(made, visit)
            if not made.id:
                made = replace(made, id=_id(made, world))
            keys = keys_for(made.actor, self._site.reader_mandates(visit), world)
            private = self._keys.of(keys)
            made = signed(made, private) if private is not None else made
        if self._site.live.recorded(made.id) is not None:
            raise BadInput(f"there is an act {made.id[:80]!r} already")
        return made


def _out_of_reach() -> StoreFailure:
    return StoreFailure(
        "the act log cannot be reached; nothing was recorded",
        remedy="try again when it is back",
    )


def _id(act: Act, world: World) -> str:
    """An id for a new act; that of a restricted one is not to be guessed."""
    said = str(act.payload.get("tlp", "CLEAR")).upper().removeprefix("TLP:")
    if said == "CLEAR" and act.payload.get("draft") is not True:
        return new_id(act, (known.id for known in world.acts))
    return f"{stem_of(act)}.{secrets.token_hex(4)}"


def _with_author(act: Act, visit: Visit) -> Act:
    assert visit.session is not None
    said = act.payload.get("audience")
    audience = [str(item) for item in said] if isinstance(said, list) else []
    own = f"account:{visit.session.account}"
    return replace(act, payload={**act.payload, "audience": [*audience, own]})
