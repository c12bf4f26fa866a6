"""Every page: there, whole, light, in two languages, with its twin."""

from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser

import httpx
import pytest

from hansa.faces.web.pages.page import Page
from hansa.faces.web.pages.registry import PAGES
from hansa.faces.web.render.renderer import GOAL
from hansa.faces.web.visits import Visit
from hansa.faces.web.words import words_in
from hansa.record.markings import PUBLIC
from hansa.terms.exhibits import Column, Section, Table
from hansa.terms.reasons import Reason
from web.serving import REPORT, WARNING, Running

EXAMPLES = {
    "organisation": "CIS",
    "state": "ARM",
    "treaty": "CST1992",
    "act_id": "CST1992.sign.ARM",
    "meeting": "CIS Dushanbe 2007-10-05",
    "incident": "BAT1999",
    "report": REPORT,
    "warning": WARNING,
}
OTHERS = [
    "/sign-in", "/reader", "/about", "/api", "/feeds", "/log", "/ask", "/act",
    "/cooperation?first=CSTO&second=SCO&on=2007-10-05",
    "/ask/members?organisation=CIS&on=2007-10-05", "/map?organisation=CSTO&on=2007-10-05",
    "/what-if?on=2000-05-24&act=accede%7CCU1995A%7CARM%7C2000-05-24",
]  # fmt: skip


def address(template: str) -> str:
    for name, value in EXAMPLES.items():
        template = template.replace(f"{{{name}:path}}", value).replace(f"{{{name}}}", value)
    return template


ALL = [address(place.address) for place in PAGES] + OTHERS


class Outline(HTMLParser):
    """What a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [found for name, found in self.tags if name == tag]


def outline(text: str) -> Outline:
    made = Outline()
    made.feed(text)
    return made


@pytest.mark.parametrize("path", ALL)
def test_each_page_is_whole(reading: Running, path: str) -> None:
    with reading.client() as client:
        answer = client.get(path)
    assert answer.status_code == 200, answer.text[:2000]
    found = outline(answer.text)
    assert found.all("html")[0]["lang"] == "en"
    assert len(found.all("h1")) == 1
    assert len(found.all("main")) == 1
    assert found.all("a")[0]["href"] == "#main"
    ids = [attrs["id"] for _, attrs in found.tags if attrs.get("id")]
    assert sorted(set(ids)) == sorted(ids), "an id stands twice"
    assert "Last updated" in answer.text


@pytest.mark.parametrize("path", ALL)
def test_each_page_is_light_and_comes_from_here(reading: Running, path: str) -> None:
    with reading.client() as client:
        answer = client.get(path, headers={"accept-encoding": "identity"})
        found = outline(answer.text)
        script = found.all("script")
        assert [s.get("src", "").startswith("/static/") for s in script] == [True]
        total = len(answer.content) + len(client.get(str(script[0]["src"])).content)
    assert total < 200_000
    for tag, attrs in found.tags:
        for name in ("src", "srcset", "data", "poster"):
            assert not (attrs.get(name) or "").startswith(("http", "//")), (tag, attrs)
        if tag == "link":
            assert str(attrs["href"]).startswith("/")
        assert not any(name.startswith("on") and name != "on" for name in attrs), attrs
        assert "style" not in attrs, attrs


def test_a_heavy_page_is_written_with_less(reading: Running) -> None:
    """Reasons go first, then rows; what a reader asks for is whole."""
    why = (Reason("rule", "because of this and that " * 20),)
    columns = (Column("key", "Key"), Column("words", "Words"))
    tables = tuple(
        Table(f"t{n}", f"Table {n}", columns,
              tuple((f"row {n}.{i}", "so many words " * 4) for i in range(60)), (why,) * 60)
        for n in range(30)
    )  # fmt: skip
    page = Page("Heavy", "", (Section("s", "S", 0, (), tables),))
    view = reading.site.view(Visit(PUBLIC, words_in("en")))
    made = {
        wanted: reading.site.renderer.written(
            page, view, "/heavy", wanted, twin="", here="/", standing=None
        ).body.decode()
        for wanted in ("", "s.t3", "all")
    }
    assert 60_000 < len(made[""]) <= GOAL
    assert "row 3.7" in made[""]
    assert "row 3.59" not in made[""]
    assert 'href="/heavy?all=s.t3' in made[""]
    assert "row 3.59" in made["s.t3"]
    assert made["s.t3"].count("because of this") >= 60
    assert made["all"].count("<tr>") == 30 * 61


def test_first_content_comes_in_one_round_trip(reading: Running) -> None:
    """Ten segments of 1,460 bytes come before the first acknowledgement (RFC 6928)."""
    with reading.client() as client, client.stream("GET", "/") as answer:
        assert answer.headers["content-encoding"] == "gzip"
        packed = b"".join(answer.iter_raw())
    head = packed[: 10 * 1460 - 1000]  # a thousand bytes of headers
    begun = gzip_begin(head).decode(errors="replace")
    assert "</style>" in begun
    assert "<h1>" in begun
    assert 'id="holds"' in begun
    assert begun.index("</h2>") < len(begun)


def gzip_begin(data: bytes) -> bytes:
    import zlib

    return zlib.decompressobj(wbits=31).decompress(data)


@pytest.mark.parametrize("place", PAGES, ids=lambda place: place.address)
def test_each_page_has_a_twin(reading: Running, place: object) -> None:
    path = address(place.twin_address)  # type: ignore[attr-defined]  # a Place
    with reading.client() as client:
        answer = client.get(path)
        page = client.get(address(place.address))  # type: ignore[attr-defined]  # a Place
    assert answer.status_code == 200
    found = answer.json()
    assert found["title"] in page.text.replace("&#39;", "'")
    for section in found["sections"]:
        assert {"key", "title", "statements", "exhibits", "limits"} == set(section)


@pytest.mark.parametrize("path", ALL)
def test_each_page_in_russian(reading: Running, path: str) -> None:
    with reading.client() as client:
        answer = client.get(path, headers={"accept-language": "ru-RU, en;q=0.5"})
    assert answer.status_code == 200
    assert '<html lang="ru">' in answer.text
    assert "Последнее обновление" in answer.text


def test_days_and_numbers_are_the_languages_own(reading: Running) -> None:
    with reading.client() as client:
        english = client.get("/states/ARM?on=2007-10-05").text
        russian = client.get("/states/ARM?on=2007-10-05", headers={"accept-language": "ru"}).text
    assert "5 October 2007" in english
    assert "3,221,100" in english
    assert "5 октября 2007" in russian
    assert "3\xa0221\xa0100" in russian
    assert "Армения" in russian


def test_a_language_is_kept_when_it_was_chosen(reading: Running) -> None:
    with reading.client(follow_redirects=True) as client:
        assert '<html lang="ru">' in client.get("/states?lang=ru").text
        assert '<html lang="ru">' in client.get("/treaties").text
        assert '<html lang="en">' in client.get("/treaties?lang=en").text


def test_a_page_knows_its_newest_act(server: Running) -> None:
    with server.client() as client:
        before = client.get("/api/v1/treaties/CST1992").json()["updated"]
        server.record("denounce", "CST1992", "ARM")
        server.record("declare", "SCO", "KAZ", {"position": "elsewhere"})
        after = client.get("/api/v1/treaties/CST1992").json()
        assert before < after["updated"]
        denounced = next(e for e in server.site.live.entries if e.act.kind == "denounce")
        assert after["updated"] == denounced.act.recorded.isoformat()
        stamp = client.get("/treaties/CST1992").headers["last-modified"]
    assert denounced.act.recorded.strftime("%H:%M:%S GMT") in stamp


def test_as_known_on_another_day(reading: Running) -> None:
    with reading.client() as client:
        now = client.get("/api/v1/organisations/CST?on=2000-01-01").json()
        then = client.get("/api/v1/organisations/CST?on=2000-01-01&known_on=1993-01-01").json()
    assert now["sections"][0] != then["sections"][0]


def test_a_page_that_did_not_change_is_not_sent_again(reading: Running) -> None:
    with reading.client() as client:
        first = client.get("/treaties/CST1992")
        again = client.get("/treaties/CST1992", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_every_table_as_csv(reading: Running) -> None:
    with reading.client() as client:
        page = client.get("/api/v1/organisations/CIS?on=2007-10-05").json()
        text = client.get("/organisations/CIS?on=2007-10-05&csv=members.members").text
    table = page["sections"][0]["exhibits"][0]
    lines = text.splitlines()
    assert lines[0] == "state,name,status,since,until,remarks"
    assert len(lines) == 1 + len(table["rows"])


def test_long_tables_are_cut_and_one_click_away(reading: Running) -> None:
    with reading.client() as client:
        short = client.get("/states").text
        found = re.search(r'href="(/states\?all=[^"]+)"', short)
        assert found is not None
        whole = client.get(found[1]).text
    assert short.count("<tr") < whole.count("<tr")
    assert whole.count('<th scope="row"') == len(reading.site.live.described.states)


def test_reasons_lead_to_act_article_and_source(reading: Running) -> None:
    with reading.client() as client:
        text = client.get("/states/ARM?on=2000-05-24&all=all").text
        assert "/acts/CST1992.sign.ARM" in text or "/acts/CST1992.ratify.ARM" in text
        assert "/treaties/CST1992" in text
        key = re.search(r'href="/sources#([^"]+)"', text)
        assert key is not None
        assert f'id="{key[1]}"' in client.get("/sources").text


def test_the_whole_briefing_for_print(reading: Running) -> None:
    with reading.client() as client:
        short = client.get("/brief?on=2000-05-24").text
        whole = client.get("/brief?on=2000-05-24&all=all").text
    assert len(whole) > len(short)
    assert "@media print" in whole
    assert "rows are shown" not in whole


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/states/ARX", 404, "ARM"),
        ("/organisations/CISS", 404, "CIS"),
        ("/treaties/CST1993", 404, "CST1992"),
        ("/nowhere", 404, "Did you mean"),
        ("/states?on=2007-13-45", 422, "2007"),
        ("/states?on=9999-12-31", 422, "1800"),
        ("/states?on=yesterday", 422, "pattern"),
        ("/acts?kind=singn", 404, "sign"),
        ("/ask/membres", 404, "members"),
        ("/what-if?act=jump%7CCIS", 404, "kind of act"),
        ("/acts?before=-1", 422, "before"),
    ],
)
def test_what_is_wrong_is_said_on_a_page(
    reading: Running, path: str, status: int, words: str
) -> None:
    with reading.client() as client:
        answer = client.get(path)
    assert answer.status_code == status
    assert words in answer.text
    assert "Traceback" not in answer.text
    assert len(outline(answer.text).all("main")) == 1


def test_the_same_error_for_scripts(reading: Running) -> None:
    with reading.client() as client:
        answer = client.get("/api/v1/states/ARX")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert found["nearest"][0] in ("ARM", "ARE")
    assert found["status"] == 404


def test_the_meeting_of_dushanbe(reading: Running) -> None:
    with reading.client() as client:
        text = client.get("/meetings/CIS Dushanbe 2007-10-05?on=2007-10-06").text
    for words in ("Yatsenyuk", "foreign minister", "GEO", "CON2007", "MIG2007"):
        assert words in text


def test_packed_pages_are_the_same_pages(reading: Running) -> None:
    with reading.client() as client:
        plain = client.get("/treaties", headers={"accept-encoding": "identity"}).content
        with client.stream("GET", "/treaties", headers={"accept-encoding": "gzip"}) as answer:
            packed = b"".join(answer.iter_raw())
    assert gzip.decompress(packed) == plain


def test_head_requests(reading: Running) -> None:
    answer = httpx.head(f"{reading.url}/treaties/CST1992")
    assert answer.status_code == 200
    assert answer.content == b""
