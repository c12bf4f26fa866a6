"""Pages as bytes: written once for all who see the same, then made personal."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from hansa.faces.web.notices import Notice, digest_of, notices_for
from hansa.faces.web.pages.page import Page, View
from hansa.faces.web.render.renderer import (
    ACCOUNT,
    NOTICE,
    TOKEN,
    TROUBLE,
    Written,
    template,
)
from hansa.faces.web.site.ground import Ground
from hansa.faces.web.visits import PREFERENCES, Preferences, Visit
from hansa.record.acts import Act
from hansa.record.mandates import holding
from hansa.service.acting import keys_for
from hansa.service.signing import checked
from hansa.terms.truth import Truth

VARIANTS = 8
"""Copies of a page kept, one for each set of notices that readers get."""


class Writing(Ground):
    """Pages and answers as readers get them: written once, with what is their own filled in."""

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
        shared = self.shared(visit, written)
        headers["etag"] = f'W/"{shared.digest}"'
        if request.headers.get("if-none-match") == headers["etag"] and status == 200:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            return Response(shared.packed, status, headers)
        return Response(shared.body, status, headers)

    def shared(self, visit: Visit, written: Written) -> Written:
        """A written page as it goes to all who have not signed in and declared the same."""
        declared = visit.preferences
        key = (declared.residence, declared.nationality, declared.read)
        found = written.shared.get(key)
        if found is None:
            for old in list(written.shared)[: 1 - VARIANTS]:
                written.shared.pop(old, None)
            body = self._filled(visit, written, "")
            found = written.shared[key] = Written(body, written.updated, written.acts)
        return found

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

    def remember(self, response: Response, preferences: Preferences) -> None:
        """Have the browser keep what its reader declared."""
        response.set_cookie(
            PREFERENCES, preferences.to_cookie(), max_age=365 * 24 * 3600, path="/",
            secure=self.settings.secure, httponly=True, samesite="lax",
        )  # fmt: skip

    def notices(self, visit: Visit, declared: Preferences | None = None) -> tuple[Notice, ...]:
        """The notices that a reader gets by what was declared."""
        said = declared or visit.preferences
        snapshot = self.live.folded()
        today = self.live.clock().date()
        key = (snapshot.key, today, said.residence, said.nationality, visit.words.lang)
        found = self._notices.get(key)
        if found is None:
            for old in list(self._notices)[:-63]:
                self._notices.pop(old, None)
            world = snapshot.world
            found = self._notices[key] = notices_for(
                world, world.on(today), said.residence, said.nationality, visit.words.lang
            )
        return found

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
