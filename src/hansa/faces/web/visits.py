"""Who asks, in which language, from where they say they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote, unquote

from starlette.requests import Request

from hansa.faces.web.accounts.sessions import Session
from hansa.faces.web.words import Words, chosen, words_in
from hansa.record.markings import Reader

PREFERENCES = "hansa-reader"
"""The cookie in which a reader's browser keeps what its reader declared."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a reader declared: never guessed, kept in the reader's own browser.

    ``read`` names the notices that the reader has read, see `hansa.faces.web.notices`.
    """

    lang: str = ""
    residence: str = ""
    nationality: str = ""
    read: str = ""

    def to_cookie(self) -> str:
        """As the cookie's value."""
        return quote(json.dumps({key: value for key, value in asdict(self).items() if value}))

    @classmethod
    def from_cookie(cls, text: str) -> Preferences:
        """The inverse; whatever cannot be read was not declared."""
        if not text:
            return cls()
        try:
            found = json.loads(unquote(text))
        except ValueError:
            return cls()
        if not isinstance(found, dict):
            return cls()
        return cls(**{key: str(found.get(key, ""))[:16] for key in asdict(cls())})


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: its reader, language and declarations."""

    reader: Reader
    words: Words
    preferences: Preferences = Preferences()
    session: Session | None = None
    trouble: str = ""

    @property
    def shared(self) -> bool:
        """Whether what is answered may be kept for others too."""
        return self.session is None


def cookies_of(request: Request) -> Mapping[str, str]:
    """The cookies of a request; none if they cannot be read."""
    text = request.headers.get("cookie", "")
    if not text:
        return {}
    jar = SimpleCookie()
    try:
        jar.load(text)
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}


def words_for(request: Request, preferences: Preferences) -> Words:
    """The language in which to answer."""
    header = request.headers.get("accept-language", "")[:500]
    return words_in(chosen(request.query_params.get("lang", ""), preferences.lang, header))
