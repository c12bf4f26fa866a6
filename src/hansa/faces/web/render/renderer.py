"""A page value written as HTML, in the reader's language, ready to be sent many times."""

from __future__ import annotations

import gzip
import hashlib
import secrets
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from hansa import __version__
from hansa.faces.report import places_of, tiles_of
from hansa.faces.web.pages.page import Page, View, acts_of, updated
from hansa.faces.web.render.exhibits import INLINE, ROWS, Sheet
from hansa.faces.web.render.links import Links, path
from hansa.faces.web.words import LANGUAGES, Words
from hansa.record.world import World

ACCOUNT = "<!--hansa:account-->"
NOTICE = "<!--hansa:notice-->"
TROUBLE = "<!--hansa:trouble-->"
TOKEN = f"hansa-csrf-{secrets.token_hex(16)}"  # nobody knows it who writes what pages show
"""Stand for what differs between readers of one page, until it is sent."""

GOAL = 150_000
"""Bytes of a page, unless somebody asked for all of it: it may weigh 200,000 with its script."""
FEWEST = 8
"""Rows of a table that even a heavy page shows."""

NAVIGATION: tuple[tuple[str, str], ...] = (
    ("/", "Today"),
    ("/map", "Map"),
    ("/organisations", "Organisations"),
    ("/states", "States"),
    ("/treaties", "Treaties"),
    ("/meetings", "Meetings"),
    ("/incidents", "Incidents"),
    ("/reports", "Reports"),
    ("/warnings", "Warnings"),
    ("/cooperation", "Cooperation"),
    ("/customs", "Customs"),
    ("/trade", "Trade"),
    ("/movement", "Movement"),
    ("/brief", "Briefing"),
    ("/what-if", "What if"),
    ("/ask", "Ask"),
    ("/sources", "Sources"),
)


@dataclass(eq=False)
class Written:
    """A page as bytes, when its newest act was recorded, and which acts it rests on.

    ``shared`` are copies as they go to readers who have not signed in, by what they declared.
    """

    body: bytes
    updated: datetime
    acts: frozenset[str]
    shared: dict[tuple[str, ...], Written] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """Changes with the page."""
        return hashlib.sha256(self.body).hexdigest()[:24]

    @cached_property
    def packed(self) -> bytes:
        """The same, compressed."""
        return gzip.compress(self.body, 6, mtime=0)

    def pack(self) -> Written:
        """Have ready what every answer needs, where it holds up nobody."""
        _ = self.digest, self.packed
        return self


@cache
def asset(name: str) -> bytes:
    """A file that the pages use."""
    return resources.files("hansa.faces.web").joinpath("static", name).read_bytes()


@cache
def asset_address(name: str) -> str:
    """The address of a file, which changes with its content."""
    return f"/static/{hashlib.sha256(asset(name)).hexdigest()[:12]}/{name}"


@cache
def style() -> tuple[str, str]:
    """The style sheet, which pages carry themselves, and its hash for the policy."""
    text = asset("app.css").decode()
    lean = "\n".join(line.strip() for line in text.splitlines() if line.strip())
    return lean, "sha256-" + b64encode(hashlib.sha256(lean.encode()).digest()).decode()


@cache
def _environment(words: Words) -> Environment:
    made = Environment(
        loader=PackageLoader("hansa.faces.web"),
        autoescape=select_autoescape(default=True),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # no look at the disk for each template of each page
    )
    translations: Any = made
    translations.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)
    made.globals |= {
        "words": words,
        "languages": LANGUAGES,
        "navigation": NAVIGATION,
        "path": path,
        "asset": asset_address,
        "style": Markup(style()[0]),
        "version": __version__,
        "ACCOUNT": Markup(ACCOUNT),
        "NOTICE": Markup(NOTICE),
        "TROUBLE": Markup(TROUBLE),
        "TOKEN": TOKEN,
    }
    return made


def template(words: Words, name: str, **values: Any) -> str:
    """A template of this package, filled in."""
    return _environment(words).get_template(name).render(**values)


class Renderer:
    """Writes pages; keeps the addresses of the last worlds' things."""

    def __init__(self) -> None:
        self._links: dict[tuple[object, str], Links] = {}

    def links(self, key: object, world: World, words: Words) -> Links:
        """Where the things of a world are, for a language."""
        known = (key, words.lang)
        if known not in self._links:
            while len(self._links) > 8:
                self._links.pop(next(iter(self._links)), None)
            titles = {code: words.state(state) for code, state in world.states.items()}
            self._links[known] = Links(world, titles)
        return self._links[known]

    def written(self, page: Page, view: View, address: str, wanted: str, **values: Any) -> Written:
        """The page as HTML.

        A page that comes out heavier than it should is written again with fewer reasons, then
        fewer rows in it; what it no longer carries is one click away.

        Parameters
        ----------
        page, view
            What is shown, and to whom.
        address : str
            Its address with its question, for links to more of it.
        wanted : str
            The table of which all is wanted.
        **values
            Further values for the template.
        """
        when = updated(page, view.snapshot)
        values |= {"page": page, "view": view, "address": address, "updated": when}
        rows, inline = page.data.get("rows", ROWS), page.data.get("inline", INLINE)
        while True:
            sheet = self._sheet(page, view, address, wanted, rows, inline)
            text = template(view.words, page.template, sheet=_Safe(sheet), **values)
            body = text.encode()
            over, carried = len(body) - GOAL, inline - sheet.left
            if over <= 0 or page.data.get("whole") or wanted == "all":
                break
            if carried > 0:
                inline = max(0, carried - over)
            elif rows > FEWEST:
                rows = max(FEWEST, rows // 2)
            else:
                break
        return Written(body, when, acts_of(page))

    def _sheet(
        self, page: Page, view: View, address: str, wanted: str, rows: int, inline: int
    ) -> Sheet:
        return Sheet(
            view.words,
            self.links(view.snapshot.key, view.world, view.words),
            tiles_of(view.world),
            places_of(view.world),
            address,
            wanted,
            rows,
            inline,
            before=page.data.get("before"),
        )


class _Safe:
    """What a `Sheet` writes is escaped already."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    def __getattr__(self, name: str) -> Any:
        made = getattr(self._sheet, name)

        def call(*args: Any) -> Markup:
            return Markup(made(*args))

        return call
