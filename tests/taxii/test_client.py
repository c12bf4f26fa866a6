"""Our client: against our own server, against medallion, and against servers that misbehave."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from werkzeug.serving import make_server

from hansa.service.pulling import pull_reports, push_reports
from hansa.sources.taxii import Client, Credentials, Unanswered
from hansa.sources.taxii.line import LARGEST, TAXII, check_address
from hansa.store import open_log
from hansa.terms.errors import BadInput, UnknownCode
from taxii.conftest import Post, reported
from taxii.test_posting import AMBER, WHEN, incident
from web.serving import Running, free_port

TOKEN = "HANSA_TAXII_TOKEN"
MEDALLION = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"


def acts_in(log: Path) -> list[Any]:
    with open_log(str(log)) as store:
        return [entry.act for entry in store.entries()]


# --- our own server


def test_two_servers_share_a_report(
    server: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is pulled again is not recorded again; what changed is; what is hidden is not there."""
    post = Post(server, "arm")
    monkeypatch.setenv(TOKEN, post.token)
    reported(server, "r", tlp="AMBER", audience=["CSTO"], text="words", deaths=2)
    reported(server, "hidden", tlp="AMBER+STRICT", audience=["CSTO Secretariat"])
    log = tmp_path / "theirs.db"

    def pull() -> dict[str, int]:
        return dict(
            pull_reports(f"{server.url}/taxii2/", collection="CSTO", into=str(log), by="ARM",
                         account="arm").value
        )  # fmt: skip

    assert pull() == {"report": 1}
    assert pull() == {}
    server.record("correct", "r", "KGZ", {"payload": {"title": "again"}})
    assert pull() == {"correct": 1}
    server.record("withdraw", "r", "KGZ", {})
    assert pull() == {"withdraw": 1}
    (tmp_path / "theirs.db.taxii.json").unlink()  # what is lost is read again, recorded never
    assert pull() == {}
    made = acts_in(log)
    assert [act.kind for act in made] == ["report", "correct", "withdraw"]
    report = made[0]
    assert (report.actor, report.subject) == ("ARM", "incident r")
    assert report.payload["origin"]["reporter"] == "KGZ"
    assert server.url in report.note
    assert report.payload["deaths"] == 2


def test_what_is_restricted_is_passed_on_by_who_recorded_it(
    server: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What CSTO means there it does not mean here; a recall takes the copy back."""
    monkeypatch.setenv(TOKEN, Post(server, "arm").token)
    reported(server, "r", tlp="AMBER", audience=["CSTO", "account:arm"])
    reported(server, "open", tlp="CLEAR", audience=["CSTO"])
    asked = {"url": f"{server.url}/taxii2/", "collection": "CSTO", "by": "ARM", "account": "arm"}
    kept, passed = tmp_path / "kept.db", tmp_path / "passed.db"
    pull_reports(into=str(kept), **asked)
    pull_reports(into=str(passed), audience=("KGZ",), **asked)

    def audiences(log: Path) -> dict[str, Any]:
        made = (act for act in acts_in(log) if act.kind == "report")
        return {act.payload["title"]: act.payload["audience"] for act in made}

    assert audiences(kept) == {"r title": [], "open title": ["CSTO"]}
    assert audiences(passed) == {"r title": ["KGZ"], "open title": ["CSTO"]}
    server.record("correct", "r", "KGZ", {"payload": {"audience": ["CSTO", "SCO"]}})
    pull_reports(into=str(kept), **asked)
    assert [act.payload["payload"]["audience"] for act in acts_in(kept)
            if act.kind == "correct"] == [[]]  # fmt: skip
    server.record("release", "r", "KGZ", {"recall": ["ARM"]})
    assert pull_reports(into=str(kept), **asked).value == {"withdraw": 1}
    assert pull_reports(into=str(kept), **asked).value == {}


def test_a_push_is_taken_once(
    server: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from web.serving import serving

    monkeypatch.setenv(TOKEN, Post(server, "arm").token)
    (tmp_path / "other").mkdir()
    with serving(tmp_path / "other") as other:
        reported(other, "r", by="KAZ", tlp="AMBER", audience=["SCO"])
        reported(other, "mine", by="KAZ", tlp="AMBER", audience=["CSTO"])
        reported(other, "clear", by="KAZ", tlp="CLEAR")
    log = str(tmp_path / "other" / "log.db")

    def push() -> Any:
        return push_reports(
            f"{server.url}/taxii2/", collection="CSTO", log=log, account="arm", producer="theirs",
            reader="CSTO delegation:ARM",
        )  # fmt: skip

    assert push().value == 2
    assert push().value == 0
    names = [o["name"] for o in Post(server, "kgz").objects("CSTO", match_type="incident")]
    assert sorted(names) == ["clear title", "mine title"]


def test_what_the_account_may_not_do_is_said(
    server: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN, Post(server, "chn").token)
    asked = {"url": f"{server.url}/taxii2/", "account": "chn"}
    with pytest.raises(BadInput, match="may not read"):
        pull_reports(collection="CSTO", into=str(tmp_path / "l"), by="CHN", **asked)
    with pytest.raises(UnknownCode, match="CSTO"):
        pull_reports(collection="CTSO", into=str(tmp_path / "l"), by="CHN", **asked)
    monkeypatch.setenv(TOKEN, "wrong")
    with pytest.raises(Unanswered, match="401"):
        pull_reports(collection="CSTO", into=str(tmp_path / "l"), by="CHN", **asked)
    monkeypatch.delenv(TOKEN)
    with pytest.raises(BadInput, match="no token"):
        pull_reports(collection="CSTO", into=str(tmp_path / "l"), by="CHN", **asked)


def test_the_token_may_stand_in_a_file(
    server: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "token"
    path.write_text(f"{Post(server, 'arm').token}\n")
    monkeypatch.setenv("HANSA_TAXII_TOKEN_FILE", str(path))
    reported(server, "r", tlp="AMBER", audience=["CSTO"])
    found = pull_reports(f"{server.url}/taxii2/", collection="CSTO", into=str(tmp_path / "l.db"),
                         by="ARM")  # fmt: skip
    assert found.value == {"report": 1}


# --- medallion


@pytest.fixture
def medallion(tmp_path: Path) -> Iterator[str]:
    """medallion 3.0.0 with its memory backend."""
    from medallion import application_instance, register_blueprints, set_config

    data = {
        "/discovery": {"title": "Some server", "api_roots": ["http://127.0.0.1/trustgroup1/"]},
        "trustgroup1": {
            "information": {"title": "Group", "versions": [TAXII], "max_content_length": 10**7},
            "status": [],
            "collections": [{
                "id": MEDALLION, "title": "High value", "can_read": True, "can_write": True,
                "media_types": ["application/stix+json;version=2.1"], "objects": [], "manifest": [],
            }],
        },
    }  # fmt: skip
    path = tmp_path / "medallion.json"
    path.write_text(json.dumps(data))
    set_config(application_instance, "users", {"users": {"admin": "secret"}})
    set_config(application_instance, "taxii", {"taxii": {"max_page_size": 100}})
    backend = {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend",
               "filename": str(path)}  # fmt: skip
    set_config(application_instance, "backend", {"backend": backend})
    if "discovery" not in application_instance.blueprints:
        register_blueprints(application_instance)
    server = make_server("127.0.0.1", free_port(), application_instance, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/trustgroup1/"
    finally:
        server.shutdown()
        thread.join(10)


def at_medallion(url: str) -> Client:
    return Client(url, Credentials("admin", "secret"))


def test_medallion_is_written_to_and_read_in_pages(medallion: str) -> None:
    objects = [incident(n) for n in range(1, 251)]
    with at_medallion(medallion) as client:
        found = client.collection(MEDALLION)
        assert (found.title, found.can_read, found.can_write) == ("High value", True, True)
        for first in range(0, 250, 50):
            remote = client.hand_in(found, objects[first : first + 50])
            assert (remote.total, len(remote.successes)) == (50, 50)
        pages = list(client.pages(found, limit=40))
        names = [one["id"] for page in pages for one in page.objects]
        assert len(pages) == 7
        assert len(names) == len(set(names)) == 250
        again = [o["id"] for page in client.pages(found, pages[-1].safe) for o in page.objects]
        assert len(again) <= 50  # those of the last moment come again


def test_reports_are_pulled_from_medallion(
    medallion: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN, "secret")
    log = tmp_path / "log.db"

    def pull() -> dict[str, int]:
        found = pull_reports(medallion, collection="High value", into=str(log), by="CSTO",
                             account="admin", audience=("CSTO",))  # fmt: skip
        return dict(found.value)

    place = {"type": "location", "spec_version": "2.1", "created": WHEN,
             "modified": WHEN, "id": f"location--{UUID(int=1, version=4)}", "country": "KG",
             "name": "Batken"}  # fmt: skip
    link = {"type": "relationship", "spec_version": "2.1", "created": WHEN, "modified": WHEN,
            "id": f"relationship--{UUID(int=1, version=4)}", "relationship_type": "related-to",
            "source_ref": incident(1)["id"], "target_ref": place["id"]}  # fmt: skip
    with at_medallion(medallion) as client:
        found = client.collection(MEDALLION)
        client.hand_in(found, [incident(n) for n in range(1, 131)] + [place, link])
        assert pull() == {"report": 130}
        assert pull() == {}
        newer = incident(3, modified="2026-02-02T00:00:00.000Z", name="newer")
        gone = incident(4, modified="2026-02-02T00:00:00.000Z", revoked=True)
        client.hand_in(found, [newer, gone, incident(500)])
        assert pull() == {"report": 1, "correct": 1, "withdraw": 1}
        assert pull() == {}
    first = next(act for act in acts_in(log) if act.id == incident(1)["id"])
    assert (first.payload["place"], first.payload["place_state"]) == ("Batken", "KGZ")
    assert first.payload["tlp"] == "AMBER"


# --- servers that misbehave


Reply = Callable[[str, dict[str, str]], tuple[int, dict[str, str], bytes]]


@contextmanager
def misbehaving(reply: Reply) -> Iterator[tuple[str, list[tuple[str, dict[str, str]]]]]:
    """A server that answers about objects as it is told."""
    asked: list[tuple[str, dict[str, str]]] = []
    root = {"title": "r", "versions": [TAXII], "max_content_length": 10**6}
    one = {"id": "c", "title": "c", "can_read": True, "can_write": True}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            given = {k: v[0] for k, v in parse_qs(parts.query).items()}
            asked.append((parts.path, given))
            status, headers, body = 200, {}, b""
            if parts.path == "/api/":
                body = json.dumps(root).encode()
            elif parts.path == "/api/collections/":
                body = json.dumps({"collections": [one]}).encode()
            else:
                status, headers, body = reply(parts.path, given)
            self.send_response(status)
            for name, value in {"content-type": TAXII, **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api/", asked
    finally:
        server.shutdown()
        server.server_close()


def dated(*moments: int) -> dict[str, str]:
    def written(moment: int) -> str:
        return f"2026-01-01T00:00:{moment:02d}.000000Z"

    return {
        "x-taxii-date-added-first": written(moments[0]),
        "x-taxii-date-added-last": written(moments[-1]),
    }


def page(numbers: list[int], **more: Any) -> bytes:
    return json.dumps({"objects": [incident(n) for n in numbers], **more}).encode()


def test_next_is_followed_with_everything_else_as_it_was() -> None:
    def reply(path: str, given: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        if "next" not in given:
            return 200, dated(1, 1), page([1, 2], more=True, next="b")
        return 200, dated(1, 3), page([3, 4], more=False)

    with misbehaving(reply) as (url, asked), Client(url, Credentials()) as client:
        pages = list(client.pages(client.collection("c"), "2026-01-01T00:00:00.500000Z"))
    first, second = (given for path, given in asked if path.endswith("objects/"))
    assert second == {**first, "next": "b"}
    assert first["added_after"] == "2026-01-01T00:00:00.499000Z"
    # the first page ends within a moment: only the second is safe to go on from
    assert [p.safe for p in pages] == ["2026-01-01T00:00:00.500000Z", "2026-01-01T00:00:03.000000Z"]


def test_more_without_next_goes_on_from_the_last_date_and_repeats_nothing() -> None:
    def reply(path: str, given: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        if "added_after" not in given:
            return 200, dated(1, 2), page([1, 2], more=True)
        return 200, dated(2, 3), page([2, 3], more=False)

    with misbehaving(reply) as (url, _), Client(url, Credentials()) as client:
        pages = list(client.pages(client.collection("c")))
    assert [o["name"] for p in pages for o in p.objects] == ["incident 1", "incident 2",
                                                             "incident 3"]  # fmt: skip


def test_a_server_that_turns_in_circles_is_left() -> None:
    def reply(path: str, given: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        return 200, dated(1, 1), page([1], more=True, next="again")

    with (
        misbehaving(reply) as (url, _), Client(url, Credentials()) as client,
        pytest.raises(Unanswered, match="again and again"),
    ):  # fmt: skip
        list(client.pages(client.collection("c")))


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again_when_it_says(status: int) -> None:
    slept: list[float] = []
    times = iter(range(100))

    def reply(path: str, given: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        if next(times) < 2:
            return status, {"retry-after": "7"}, b"{}"
        return 200, dated(1), page([1])

    with (
        misbehaving(reply) as (url, _),
        Client(url, Credentials(), sleep=slept.append) as client,
    ):
        pages = list(client.pages(client.collection("c")))
    assert slept == [7.0, 7.0]
    assert len(pages[0].objects) == 1


def test_a_server_that_stays_busy_is_left_after_a_while() -> None:
    slept: list[float] = []

    def reply(path: str, given: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        return 503, {"retry-after": "99999"}, b"{}"

    with (
        misbehaving(reply) as (url, _),
        Client(url, Credentials(), sleep=slept.append) as client,
        pytest.raises(Unanswered, match="busy"),
    ):
        list(client.pages(client.collection("c")))
    assert slept == [60.0] * 5


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (TAXII, b"[" * 100_000), (TAXII, b'{"objects": 7}'), (TAXII, b'{"objects": [7]}'),
        ("text/html", b"<html>"), (TAXII, b"\xff"), (TAXII, b"[]"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_in_words(kind: str, body: bytes) -> None:
    with (
        misbehaving(lambda path, given: (200, {"content-type": kind}, body)) as (url, _),
        Client(url, Credentials()) as client, pytest.raises(Unanswered),
    ):  # fmt: skip
        list(client.pages(client.collection("c")))


def test_an_answer_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    from hansa.sources.taxii import line

    assert LARGEST <= 64 * 2**20
    monkeypatch.setattr(line, "LARGEST", 10_000)
    with (
        misbehaving(lambda path, given: (200, {}, b" " * 20_000)) as (url, _),
        Client(url, Credentials()) as client, pytest.raises(Unanswered, match="more than"),
    ):  # fmt: skip
        list(client.pages(client.collection("c")))


def test_no_token_goes_elsewhere() -> None:
    with (
        misbehaving(lambda path, given: (302, {"location": "http://x/"}, b"")) as (url, _),
        Client(url, Credentials("a", "b")) as client, pytest.raises(Unanswered, match="302"),
    ):  # fmt: skip
        list(client.pages(client.collection("c")))
    with (
        Client("https://union.example/", Credentials("a", "b")) as client,
        pytest.raises(Unanswered, match="points to another"),
    ):
        client._line.get("https://elsewhere.example/")


@pytest.mark.parametrize(
    "address",
    [
        "http://union.example/taxii2/",
        "ftp://x/",
        "https://a:b@x/",
        "nonsense",
        "file:///etc/passwd",
    ],
)
def test_addresses_to_which_no_token_is_sent(address: str) -> None:
    with pytest.raises(BadInput):
        check_address(address)


def test_certificates_are_checked() -> None:
    """A server whose certificate nobody vouches for gets nothing."""
    import ssl

    with Client("https://127.0.0.1:1/", Credentials("a", "b")) as client:
        context = client._line._http._transport._pool._ssl_context  # type: ignore[attr-defined]  # of httpx
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname is True


def test_what_came_before_the_line_broke_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN, "t")
    monkeypatch.setattr("hansa.sources.taxii.line.TRIES", 1)
    whole = False

    def reply(path: str, given: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        after = given.get("added_after", "")
        if "next" not in given and not after:
            return 200, dated(1, 2), page([1, 2], more=True, next="b")
        if given.get("next") == "b" and not after:
            return 200, dated(3, 4), page([3, 4], more=True, next="c")
        if not whole:
            return 503, {}, b"{}"
        assert after == "2026-01-01T00:00:01.999000Z"
        return 200, dated(2, 9), page([2, 3, 4, 5], more=False)

    log = tmp_path / "log.db"
    with misbehaving(reply) as (url, _):
        asked: dict[str, Any] = {"collection": "c", "into": str(log), "by": "ARM"}
        with pytest.raises(Unanswered, match="4 acts were recorded before"):
            pull_reports(url, **asked)
        whole = True
        assert pull_reports(url, **asked).value == {"report": 1}
    assert [a.id for a in acts_in(log)] == [incident(n)["id"] for n in range(1, 6)]


def test_objects_that_make_no_sense_do_not_keep_others_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN, "t")
    objects = [incident(1), {"id": 5}, incident(2, created="x"), incident(3, confidence="much"),
               incident(4), {"type": "incident", "id": "no"}]  # fmt: skip

    def reply(path: str, given: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        return 200, dated(1, 2), json.dumps({"objects": objects}).encode()

    log = tmp_path / "log.db"
    with misbehaving(reply) as (url, _):
        answer = pull_reports(url, collection="c", into=str(log), by="ARM", audience=("CSTO",))
    assert answer.value == {"report": 2}
    assert "4 things were left out" in answer.statements[1].text
    assert AMBER in str(objects)
