"""Who asks: a token for scripts, by HTTP Basic (with the account's name) or Bearer.

A password signs nobody in here: it would be sent with every request, and knows no second factor.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final

from starlette.requests import Request

from hansa.faces.web.accounts.sessions import Session
from hansa.faces.web.site import Site
from hansa.faces.web.taxii.media import Refusal
from hansa.faces.web.visits import Preferences, Visit, words_for

CHALLENGE: Final = 'Basic realm="hansa", charset="UTF-8", Bearer realm="hansa"'
LONGEST: Final = 1000


async def visitor(site: Site, request: Request) -> Visit:
    """Who asks.

    Raises
    ------
    Refusal
        401 for whoever shows no token that holds.
    AccountsUnreachable
        If tokens cannot be looked up.
    """
    name, token = _shown(request.headers.get("authorization", ""))
    session: Session | None = None
    if token:
        session = await site.consult(site.accounts.session, token)
    if session is None or not session.token or name not in (None, session.account):
        raise Refusal(
            401, "a token of an account is needed",
            remedy="make one on your account's page; send it as the password of HTTP Basic, "
            "or as Bearer", headers={"www-authenticate": CHALLENGE},
        )  # fmt: skip
    preferences = Preferences()
    words = words_for(request, preferences)
    return Visit(site.reader(session.account), words, preferences, session)


def _shown(header: str) -> tuple[str | None, str]:
    """The account that is claimed (``None``: not said) and the token."""
    scheme, _, rest = header[:LONGEST].partition(" ")
    if scheme.lower() == "bearer":
        return None, rest.strip()
    if scheme.lower() != "basic":
        return None, ""
    try:
        text = base64.b64decode(rest.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return None, ""
    name, _, token = text.partition(":")
    return name, token
