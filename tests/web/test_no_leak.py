"""No path shows a report, or that there is one, to somebody who may not see it.

Every address is asked as every kind of reader: what the report says, its id, its incident, its
place, its numbers and the moment of its record must stand nowhere; for those who may see it the
same crawl finds them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from hansa.record.acts import Json
from web.leaks import CONTENT, ID, INCIDENT, NAMES, SAID, TEXT, TIMES, WARNED, WARNING, Crawl, Seen
from web.serving import Running, serving

MORNING = datetime(2027, 3, 9, 10, 0, 11, tzinfo=UTC)
HIDDEN = datetime(2027, 3, 9, 10, 31, 47, tzinfo=UTC)
LATER = timedelta(minutes=5)


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """A report is made, read, called back; a mandate ends; an agreement comes."""
    clock = Clock()
    with serving(tmp_path_factory.mktemp("leak"), clock=clock) as server:
        yield Story(server, clock)


class Story:
    """What happened, and what each reader was shown before and after."""

    def __init__(self, server: Running, clock: Clock) -> None:
        self.server, self.clock = server, clock
        for name, *mandates in (
            ("csto", "CSTO"), ("sco", "SCO"), ("nato", "NATO"), ("arm", "CSTO:ARM"),
            ("blr", "CSTO:BLR"), ("kaz", "CSTO:KAZ"), ("chn", "SCO:CHN"), ("cyp", "UN:CYP"),
            ("stranger",),
        ):  # fmt: skip
            server.account(name, *mandates)
        server.record("convene", "CSTO open session", "CSTO", {"place": "Minsk"}, id="open")
        server.record("report", "open incident", "ARM",
                      {"kind": "smuggling_drugs", "place": "Megri"}, id="open.report")  # fmt: skip
        self.before = {name: self.quick(name) for name in ("", "chn")}
        clock.now = HIDDEN
        server.record("report", INCIDENT, "ARM", SAID, id=ID)
        server.record("warn", INCIDENT, "ARM", WARNED, id=WARNING)
        server.record("correct", ID, "ARM", {"payload": {"deaths": SAID["deaths"]}},
                      id="kestrel.correct")  # fmt: skip
        server.record("request", INCIDENT, "ARM", {"to": ["RUS"]}, id="kestrel.request")
        self.after = {name: self.quick(name) for name in ("", "chn")}
        self.marker()
        self.had = {name: self.crawl(name, named=True) for name in ("blr", "kaz")}
        clock.now = HIDDEN
        server.record("release", ID, "ARM", {"recall": ["BLR"]}, id="kestrel.recall")
        self.marker()
        server.record("recall", "CSTO delegation:KAZ", "KAZ", {"account": "kaz"})

    def marker(self) -> None:
        """Time goes on, and something happens that everybody may see."""
        self.clock.now = HIDDEN + LATER
        payload: dict[str, Json] = {"position": "end", "organisation": "CSTO"}
        self.end = self.server.record("declare", "CSTO", "ARM", payload).id

    def crawl(self, name: str, **how: bool) -> dict[str, Seen]:
        """Everything that a reader is shown now."""
        return Crawl(self.server, self.end, name, **how).all()

    def quick(self, name: str) -> dict[str, str]:
        """What is shown at addresses that answer at once, but for what moves with the log."""
        headers = self.server.token(name) if name else {}
        with self.server.client(headers=headers) as client:
            found = {path: client.get(path) for path in SAME}
        return {
            path: MOVES.sub("", f"{a.status_code} {a.headers.get('last-modified')} {a.text}")
            for path, a in found.items()
        }


SAME = (
    "/", "/reports", "/warnings", "/acts", "/incidents", "/organisations/CSTO", "/states/ARM",
    "/states/RUS", "/meetings", "/api/v1/reports", "/api/v1/warnings", "/api/v1/acts",
    "/api/v1/incidents", "/api/v1/states/ARM", "/api/v1/organisations/CSTO", "/feed.atom",
    "/feed.json", "/calendar.ics", "/warnings.atom", "/acts?csv=acts.acts", "/api/v1/today",
    "/reports?csv=reports.reports", "/ask/deadlines", "/api/v1/log?limit=500",
)  # fmt: skip
"""Addresses whose whole answer must stay the same when something hidden is recorded."""
MOVES = re.compile(
    r'data-position="\d+"|Position \d+ of the log|"position": ?\d+'
    r'|<form method="post".*?</form>|hansa-csrf-token'
)
"""The log says how long it is: that something was recorded is no secret, what it was is."""


@pytest.mark.parametrize("name", ["", "chn"])
def test_nothing_at_all_changes_for_who_may_not_see_it(told: Story, name: str) -> None:
    """Counts, titles, stamps and feeds included."""
    for path, text in told.before[name].items():
        assert told.after[name][path] == text, path


def leaks(pages: dict[str, Seen], words: tuple[str, ...]) -> list[tuple[str, list[str]]]:
    return [(path, found) for path, seen in pages.items() if (found := seen.names(words))]


@pytest.mark.parametrize("name", ["", "stranger", "chn", "nato", "kaz"])
def test_who_may_not_see_it_finds_it_nowhere(told: Story, name: str) -> None:
    """The public, no mandate, no right, no agreement, a mandate recalled."""
    pages = told.crawl(name, heavy=name == "chn")
    assert len(pages) > 100
    assert leaks(pages, (*NAMES, *CONTENT, *TIMES)) == []


def test_who_has_it_called_back_finds_that_alone(told: Story) -> None:
    pages = told.crawl("blr", named=True)
    assert leaks(pages, CONTENT) == []
    assert "called back" in pages["/reports"].text
    assert pages[f"/reports/{ID}"].status == 200


REQUIRED = (
    "/reports", f"/reports/{ID}", f"/api/v1/reports/{ID}", "/incidents", "/acts", "/feed.atom",
    "/feed.json", "/api/v1/log?limit=500", "/reports?csv=reports.reports", "/acts?csv=acts.acts",
    "/events?after=0", "/warnings", "/warnings.atom", f"/cap/{WARNING}", "/states/ARM",
    f"/api/v1/log/acts/{ID}", f"/api/v1/log/proof/{ID}", "/log", "/api/v1/reports",
    "/api/v1/incidents", "/api/v1/incidents/bittern%20crossing", "/api/v1/acts",
    "/api/v1/reporting",
    "/acts/kestr", f"/acts/{ID}", "/events?after=0&state=ARM", f"/api/v1/readers?report={ID}",
)  # fmt: skip
"""Where those who may see it find it."""


@pytest.mark.parametrize("name", ["blr", "kaz", "sco"])
def test_who_may_see_it_finds_it(told: Story, name: str) -> None:
    """The same crawl: were it blind, the others would prove nothing."""
    pages = told.had[name] if name in told.had else told.crawl(name, named=True)
    there = {path for path, _ in leaks(pages, (*NAMES, *CONTENT))}
    assert set(REQUIRED) - there == set()
    assert any(path.startswith("/taxii2/") for path in there)


DECOYS = {"kestrel": "lapwing", "bittern": "dunlins"}
"""Names of nothing at all, as long as those of the report."""
ASKED = (
    f"/reports/{ID}", f"/api/v1/reports/{ID}", f"/acts/{ID}", f"/api/v1/acts/{ID}", f"/seen/{ID}",
    f"/api/v1/seen/{ID}", f"/api/v1/log/acts/{ID}", f"/api/v1/log/proof/{ID}",
    f"/warnings/{WARNING}",
    f"/api/v1/warnings/{WARNING}", f"/cap/{WARNING}", f"/incidents/{INCIDENT}",
    f"/api/v1/incidents/{INCIDENT}", f"/reports?incident={INCIDENT}", f"/acts?subject={INCIDENT}",
    f"/acts?subject={ID}", f"/feed.atom?subject={INCIDENT}", f"/feed.json?subject={ID}",
    f"/api/v1/readers?report={ID}", f"/ask/readers?report={ID}",
    f"/api/v1/reports?as_=account:{ID}",
    f"/api/v1/obligations?incident={INCIDENT}", f"/act?kind=correct&subject={ID}",
    f"/what-if?act=withdraw%7C{ID}%7CARM%7C2027-03-09", "/acts/kestrel.request",
    f"/api/v1/respond?incident={INCIDENT}", f"/reports/{ID}?csv=readers.readers",
)  # fmt: skip

SLOW = re.compile("/incidents/|/what-if|/respond|/obligations")


@pytest.mark.parametrize("name", ["", "stranger", "chn", "nato"])
def test_asking_by_name_tells_nothing(told: Story, name: str) -> None:
    """What is hidden is refused in the words in which what is not there is refused."""
    headers = told.server.token(name) if name else {}
    with told.server.client(headers=headers) as client:
        for path in ASKED:
            if SLOW.search(path) and name != "chn":
                continue
            there, nowhere = client.get(path), client.get(decoyed(path))
            assert there.status_code == nowhere.status_code, path
            assert bare(decoyed(there.text)) == bare(nowhere.text), path
            kept = [{k: v for k, v in a.headers.items() if k not in ("date", "etag")}
                    for a in (there, nowhere)]  # fmt: skip
            assert kept[0].keys() == kept[1].keys(), path
            assert kept[0].get("last-modified") == kept[1].get("last-modified"), path


def decoyed(text: str) -> str:
    for name, decoy in DECOYS.items():
        text = text.replace(name, decoy)
    return text


def bare(text: str) -> str:
    """A text without what is said to be near: other names are near to another spelling."""
    text = re.sub(r'"nearest": ?\[.*?\]|; did you mean [^"]*\?|<p>Did you mean.*?</p>', "", text)
    return MOVES.sub("", text)


ATTEMPTS: tuple[dict[str, Json], ...] = (
    {"kind": "correct", "subject": ID, "payload": {"payload": {"title": "x"}}},
    {"kind": "withdraw", "subject": ID},
    {"kind": "release", "subject": ID, "payload": {"tlp": "CLEAR"}},
    {"kind": "release", "subject": ID, "payload": {"recall": ["RUS"]}},
    {"kind": "object", "subject": ID},
    {"kind": "report", "subject": "mine", "payload": {"kind": "threat", "same_as": [ID]}},
    {"kind": "report", "subject": INCIDENT, "payload": {"kind": "threat"}},
    {"kind": "request", "subject": INCIDENT, "payload": {"to": "RUS"}},
    {"kind": "answer", "subject": INCIDENT, "payload": {"act": ID, "position": "noted"}},
    {"kind": "pledge", "subject": INCIDENT, "payload": {"unit": "x"}},
    {"kind": "offer", "subject": INCIDENT, "payload": {"to": "CSTO"}},
    {"kind": "warn", "subject": INCIDENT, "payload": {
        "event": "drugs", "urgency": "Past", "severity": "Minor", "certainty": "Likely",
        "area": "here"}},
    {"kind": "warn", "subject": "mine", "payload": {
        "event": "drugs", "urgency": "Past", "severity": "Minor", "certainty": "Likely",
        "area": "here", "report": ID}},
    {"kind": "report", "subject": "mine", "payload": {"kind": "threat", "by": ID}},
)  # fmt: skip


@pytest.mark.parametrize("number", range(len(ATTEMPTS)))
def test_acting_on_it_tells_nothing(told: Story, number: int) -> None:
    """An act about what is hidden fares as one about what is not there, and is seen as that.

    Members of an organisation that the report is meant for may come to know of it by an
    agreement: what they do stays hidden, and ids drawn by lot keep them from finding it.
    """
    body = {"actor": "CYP", **ATTEMPTS[number]}
    with told.server.client(headers=told.server.token("cyp")) as client:
        texts = (json.dumps(body), decoyed(json.dumps(body)))
        answers = [client.post("/api/v1/acts", content=text, headers=JSON) for text in texts]
    there, nowhere = answers
    assert there.status_code == nowhere.status_code, (there.text, nowhere.text)
    if there.status_code != 201:
        assert bare(decoyed(there.text)) == bare(nowhere.text)
        return
    told.server.site.live.forget()
    with told.server.client() as public:
        seen = [public.get(f"/acts/{a.json()['acts'][0]['id']}").status_code for a in answers]
    assert seen[0] == seen[1]


def test_ids_of_restricted_acts_are_not_to_be_guessed(told: Story) -> None:
    """Else they could be found by trying to give them to acts of one's own."""
    body: dict[str, Json] = {"actor": "CHN", "kind": "report", "subject": "own incident"}
    with told.server.client(headers=told.server.token("chn")) as client:
        for marked, shape in (({}, ""), ({"tlp": "AMBER", "audience": ["SCO"]}, r"\.[0-9a-f]{8}")):
            said = body | {"payload": {"kind": "threat", **marked}}
            made = client.post("/api/v1/acts", json=said).json()["acts"][0]["id"]
            assert re.fullmatch(r"own_incident\.report\.CHN" + shape, made), made


JSON = {"content-type": "application/json"}


def test_an_agreement_brings_it(told: Story) -> None:
    """The partner's secretariat reads it from the day of the agreement; its delegations do not."""
    said: dict[str, Json] = {"with": "NATO Secretariat", "areas": ["drugs"]}
    told.server.record("cooperate", "CSTO-NATO drugs", "CSTO Secretariat", said)
    pages = told.crawl("nato", named=True)
    assert leaks({f"/reports/{ID}": pages[f"/reports/{ID}"]}, (TEXT,))
    assert any(path.startswith("/taxii2/") for path, _ in leaks(pages, CONTENT))
    told.server.account("usa", "NATO:USA")
    assert leaks(told.crawl("usa"), (*CONTENT, *TIMES)) == []
