"""Where a thing that is named on a page has its own page."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import quote

from hansa.record.world import World

_TOKEN = re.compile(r"[A-Za-zÀ-ž][\w.-]*\w")
MANY = 12


def path(kind: str, name: str) -> str:
    """The address of a thing's page."""
    return f"/{kind}/{quote(name, safe='')}"


class Links:
    """Addresses of the things of a world.

    Parameters
    ----------
    world : World
    titles : mapping of str to str
        Names of states in the reader's language, by code.
    """

    def __init__(self, world: World, titles: dict[str, str]) -> None:
        self.titles = titles
        self._to: dict[str, str] = {}
        for office in world.offices.values():
            self._to[office.id] = f"{path('organisations', office.organisation)}#offices"
        for body in world.bodies.values():
            self._to[body.id] = f"{path('organisations', body.organisation)}#bodies"
        if "incidents" in world.sheets:
            for row in world.sheet("incidents"):
                self._to[str(row["id"])] = path("incidents", str(row["id"]))
        for act in world.acts:
            if act.kind == "convene":
                self._to[act.subject] = path("meetings", act.subject)
            if act.kind == "report":
                self._to[act.subject] = path("incidents", act.subject)
                self._to[act.id] = path("reports", act.id)
            if act.kind == "warn":
                self._to[act.id] = path("warnings", act.id)
        self._to |= {name: path("treaties", name) for name in world.treaties}
        self._to |= {name: path("organisations", name) for name in world.organisations}
        self._to |= {name: path("states", name) for name in world.states}
        self._acts = frozenset(act.id for act in world.acts)
        self._sources = frozenset(world.sources)

    def to(self, name: str) -> str | None:
        """The address of the page about ``name``, if there is one."""
        found = self._to.get(name)
        if found is None and name in self._acts:
            return path("acts", name)
        return found

    def cell(self, text: str) -> str:
        """A cell's text as HTML: linked if it names a thing, or several states."""
        target = self.to(text)
        if target is not None:
            return self._a(target, text)
        names = text.split(" ")
        if 1 < len(names) <= 4 * MANY and all(name in self.titles for name in names):
            listed = " ".join(self._a(self._to[name], name) for name in names)
            return f'<span class="codes">{listed}</span>'
        return escape(text)

    def prose(self, text: str) -> str:
        """A sentence as HTML, the first mention of each thing linked."""
        whole = self.to(text)
        if whole is not None:
            return self._a(whole, text)
        parts, end, seen = [], 0, set[str]()
        for match in _TOKEN.finditer(text):
            word = match[0].rstrip(".")
            target = self._to.get(word)
            if target is None or word in seen or not word[:2].isupper():
                continue
            seen.add(word)
            parts += [escape(text[end : match.start()]), self._a(target, word)]
            end = match.start() + len(word)
        return "".join([*parts, escape(text[end:])])

    def reference(self, ref: str) -> str:
        """What a reason points at, linked: an act, or a treaty's article."""
        target = self.to(ref)
        if target is not None:
            return self._a(target, ref)
        head = ref.split(" ", 1)[0]
        if head in self._to:
            return self._a(self._to[head], ref)
        return escape(ref)

    def tariff(self, code: str) -> str:
        """A code of goods, linked to what the tariff says about it."""
        return self._a(f"/customs/shipment?ask=code&code={code}", code)

    def sources(self, keys: str) -> str:
        """Keys of sources, each linked to its row."""
        return "; ".join(
            self._a(f"/sources#{quote(key, safe='')}", key) if key in self._sources else escape(key)
            for key in (part.strip() for part in keys.split(";"))
        )

    def _a(self, target: str, text: str) -> str:
        title = self.titles.get(text)
        hint = f' title="{escape(title)}"' if title else ""
        return f'<a href="{escape(target)}"{hint}>{escape(text)}</a>'
