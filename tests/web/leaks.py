"""What a report may be known by, every address at which it could show, and who looks there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx

from hansa.cooperation.exchange import incident_id
from hansa.faces.web.pages.registry import PAGES
from hansa.record.acts import Json
from web.serving import Running, events_of

ROOT = "/taxii2/hansa/"
EVERYWHERE = ("objects/", "manifest/", "objects/?match[version]=all", "manifest/?limit=1000")
ID, WARNING = "kestrel.report.ARM", "kestrel.warn.ARM"
INCIDENT = "bittern crossing"
PLACE, TEXT, TITLE, BAND, FILE = "Wyverndale", "ptarmigan", "capercaillie", "gadwall", "smew.pdf"
DEATHS = 48391
SAID: dict[str, Json] = {
    "kind": "smuggling_drugs", "title": f"A {TITLE}", "text": f"{TEXT} in three packs",
    "place": PLACE, "place_state": "ARM", "latitude": 39.123457, "longitude": 45.7,
    "deaths": DEATHS, "victims": ["ARM", "RUS"], "attacker_name": f"{BAND} band",
    "reliability": "B", "credibility": "2", "evidence": {FILE: "ab" * 32}, "tlp": "AMBER",
    "audience": ["CSTO", "SCO", "NATO"],
}  # fmt: skip
WARNED: dict[str, Json] = {
    "event": "drugs", "title": f"{TITLE} again", "text": f"{TEXT} by night", "area": PLACE,
    "urgency": "Expected", "severity": "Severe", "certainty": "Likely", "states": ["ARM"],
    "latitude": 39.123457, "longitude": 45.7, "radius": 40, "report": ID, "tlp": "AMBER",
    "audience": ["CSTO", "SCO Secretariat"], "scope": "Restricted",
}  # fmt: skip
AT = "10:31:47"
"""The time of day at which all of it is recorded, and nothing else."""

NAMES = ("kestrel", "bittern", incident_id(ID).lower())
"""That there is a report: whoever had it is told so when it is called back."""
CONTENT = (
    PLACE.lower(), TEXT, TITLE, BAND, FILE, "48391", "48,391", "48\u00a0391", "48 391", "39.123457",
    "39,123457",
)  # fmt: skip
"""What it says."""
TIMES = (AT, AT.replace(":", "%3a"))

VALUES: dict[str, tuple[str, ...]] = {
    "organisation": ("CSTO", "SCO", "NATO"), "state": ("ARM",), "treaty": ("CST1992",),
    "meeting": ("CSTO open session",), "code": ("0406902100",), "price": ("1000",),
    "body": ("CSTO Council",), "name": ("CSTO open session",), "office": ("CSTO",),
    "old": ("0",), "group": ("CSTO",), "attacker": ("AFG",), "target": ("ARM",),
    "player": ("ARM",), "author": ("ARM",), "audience": ("CSTO",), "after": ("0",),
}  # fmt: skip
"""Of parameters that must be given: what touches the report without naming it."""
NAMED = {"incident": INCIDENT, "report": ID, "act_id": ID, "warning": WARNING, "subject": INCIDENT}
"""Parameters that name it."""
HEAVY = re.compile(
    r"/(api/v1/)?(what-if\?|brief|cooperation|movement|interdict|pool|partners|mobility|stable|join"
    r"|tariffs_optimal|trade_effects|respond|deter|power|capability)"
)
"""Addresses that take seconds: one reader asks them."""
CSVS = (
    "/reports?csv=reports.reports", "/warnings?csv=valid.warnings", "/acts?csv=acts.acts",
    "/incidents?csv=incidents.incidents", "/organisations/CSTO?csv=acts.acts",
    "/states/ARM?csv=acts.acts",
)  # fmt: skip
OTHERS = (
    *CSVS, "/feeds", "/log", "/log/head", "/.well-known/hansa-head", "/act", "/act?kind=report",
    "/act?kind=correct", "/reader", "/about", "/api", "/ask", "/reports?all=all", "/acts?all=all",
    "/reports?area=drugs", "/reports?state=ARM", "/api/v1/reports?state=RUS", "/warnings?state=ARM",
    "/api/v1/reports?on=2100-01-01", "/acts?kind=report", "/acts?kind=release",
    "/acts?kind=correct",
    "/api/v1/acts?state=RUS", "/acts?organisation=CSTO", "/feed.atom?organisation=CSTO",
    "/feed.json?state=ARM", "/feed.atom?state=RUS", "/calendar.ics?organisation=CSTO",
    "/api/v1/log?limit=500", "/api/v1/log?after=1", "/log?lang=ru", "/warnings.atom?state=ARM",
    "/api/v1/reports?area=drgus", "/acts?kind=reprot", "/reports/x", "/incidents/bitt",
    "/acts/kestr",
    "/warnings/kes", "/api/v1/incidents/bit", "/what-if.toml", "/incidents?on=2100-01-01",
    "/what-if?act=accede%7CCST1992%7CMNG%7C2027-03-01&section=incidents",
    "/ask/obligations?kind=smuggling_drugs&victim=ARM&attacker=AFG", "/ask/check", "/ask/deadlines",
    "/ask/obligations?incident=bitten",
)  # fmt: skip
STREAMS = ("/events?after=0", "/events?after=0&state=ARM", "/events?after=0&organisation=CSTO")


@dataclass
class Seen:
    """What somebody was shown at an address."""

    path: str
    status: int
    text: str

    def names(self, words: tuple[str, ...]) -> list[str]:
        """Which of these words stand in it, the question itself apart."""
        found = self.text.lower()
        return [word for word in words if word in found]


@dataclass
class Crawl:
    """Everything that a reader is shown at every address."""

    server: Running
    end: str
    account: str = ""
    heavy: bool = False
    named: bool = False
    pages: dict[str, Seen] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.headers = self.server.token(self.account) if self.account else {}

    def all(self) -> dict[str, Seen]:
        """Pages, twins, questions, feeds, streams, exports, TAXII."""
        with self.server.client(headers=self.headers) as client:
            for path in self.addresses(client):
                if HEAVY.match(path) and not self.heavy:
                    continue
                self.keep(path, client.get(path))
            for path in STREAMS:
                self.pages[path] = self.streamed(client, path)
            self.taxii()
        return self.pages

    def keep(self, path: str, answer: httpx.Response) -> None:
        """Note an answer: its head, too."""
        head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items()
                         if name != "date")  # fmt: skip
        assert answer.status_code < 500, (path, answer.text[:500])
        self.pages[path] = Seen(path, answer.status_code, f"{head}\n{answer.text}")

    def addresses(self, client: httpx.Client) -> Iterator[str]:
        """Every address, with values that touch the report; with its own name if asked for."""
        described = client.get("/api/v1/openapi.json").json()["paths"]
        for path, ways in described.items():
            if "get" in ways and path != "/events":
                yield from self._filled(path, ways["get"].get("parameters", ()))
        for place in PAGES:
            path = place.address.replace(":path}", "}")
            yield from self._filled(path, [{"name": name, "in": "path", "required": True}
                                           for name in re.findall(r"{(\w+)}", path)])  # fmt: skip
        yield from OTHERS
        if self.named:
            yield f"/api/v1/readers?report={ID}"

    def _filled(self, path: str, parameters: Any) -> Iterator[str]:
        found = [path]
        query: list[str] = []
        for one in parameters:
            name, inside = one["name"], one["in"] == "path"
            if one["in"] == "header" or not (one.get("required") or inside):
                continue
            values = (NAMED[name],) if name in NAMED else VALUES[name]
            if name in NAMED and not self.named:
                return
            if inside:
                found = [p.replace(f"{{{name}}}", quote(v, safe="")) for p in found for v in values]
            else:
                query.append(f"{name}={quote(values[0])}")
        for made in found:
            yield f"{made}?{'&'.join(query)}" if query else made

    def streamed(self, client: httpx.Client, path: str) -> Seen:
        """A live stream, resumed from its beginning, up to an act that everybody may see."""
        told = ""
        with client.stream("GET", path) as answer:
            for event in events_of(answer.iter_lines()):
                if event["data"].get("id") == self.end:
                    break
                told += str(event)
        return Seen(path, 200, told)

    def taxii(self) -> None:
        """All collections: objects, versions, manifests, page by page."""
        headers = {"accept": "application/taxii+json;version=2.1", **self.headers}
        with self.server.client(headers=headers) as client:
            listing = client.get(f"{ROOT}collections/")
            self.keep(f"{ROOT}collections/", listing)
            if listing.status_code != 200:
                return
            for one in listing.json()["collections"]:
                base = f"{ROOT}collections/{one['id']}/"
                rests = EVERYWHERE if one["can_read"] else EVERYWHERE[:1]
                for rest in rests:
                    self.keep(base + rest, client.get(base + rest))
                if one["can_read"]:
                    listed = client.get(f"{base}manifest/").json().get("objects", ())
                    for line in listed:
                        for rest in (f"objects/{line['id']}/", f"objects/{line['id']}/versions/"):
                            self.keep(base + rest, client.get(base + rest))
