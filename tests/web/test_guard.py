"""Headers, limits, proofs, files: what a security reviewer looks at first."""

from __future__ import annotations

import gzip
import json
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import Request

from hansa.faces.web.accounts.database import AccountsUnreachable
from hansa.faces.web.app import create_app
from hansa.faces.web.guard.limits import Buckets
from hansa.faces.web.guard.refusals import problem
from hansa.faces.web.pages.registry import PAGES
from hansa.faces.web.running import Server
from hansa.faces.web.settings import Settings
from hansa.faces.web.site import Site
from hansa.record.acts import Act
from hansa.store import Head, check_consistency, check_proof
from hansa.store.failures import Unreachable
from hansa.store.proofs import Consistency, Proof
from hansa.terms.errors import BadInput, Place, StoreFailure, UnknownCode
from web.serving import GENEROUS, Running, serving


@pytest.fixture(scope="module")
def armed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("armed")) as running:
        running.account("arm", "CSTO:ARM")
        yield running


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nowhere", "/api/v1/today", "/log/head"])
def test_every_answer_carries_the_headers(reading: Running, path: str) -> None:
    with reading.client() as client:
        headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "server" not in headers or "uvicorn" in headers["server"]
    assert "access-control-allow-origin" not in headers


def test_the_policy_allows_the_style_that_pages_carry(reading: Running) -> None:
    import base64
    import hashlib

    with reading.client() as client:
        answer = client.get("/")
    found = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert found is not None
    digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["content-security-policy"]


def test_what_is_typed_is_never_markup(reading: Running) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x>"
    with reading.client() as client:
        for path in (
            "/states/",
            "/acts/",
            "/ask/members?organisation=",
            "/acts?subject=",
            "/what-if?act=",
            "/customs/shipment?code=",
            "/?on=",
            "/meetings?organisation=",
        ):
            text = client.get(path + evil).text
            assert "<script>alert" not in text
            assert "<img src=x" not in text


def test_what_acts_say_is_never_markup(server: Running) -> None:
    evil = "<script>alert(1)</script>"
    server.record("convene", f"CSTO {evil}", "CSTO", {"place": evil, "meeting": evil})
    server.record("declare", "CSTO", "ARM", {"position": evil, "text": evil}, note=evil)
    with server.client() as client:
        for path in (
            "/",
            "/acts",
            "/meetings",
            f"/meetings/CSTO {evil}",
            "/organisations/CSTO",
            "/feed.atom",
            "/log",
        ):
            assert evil not in client.get(path).text, path


def test_a_body_that_is_too_large_is_refused(server: Running) -> None:
    server.account("arm", "CSTO:ARM")
    with server.client(headers=server.token("arm")) as client:
        answer = client.post("/api/v1/acts", content=b"x" * 300_000)
        assert answer.status_code == 413

        def endless():  # type: ignore[no-untyped-def]  # bytes, one by one
            for _ in range(40):
                yield b"y" * 10_000

        assert client.post("/api/v1/acts", content=endless()).status_code == 413
        assert client.get("/acts?subject=" + "x" * 9000).status_code == 414


def test_files_are_not_taken(server: Running) -> None:
    server.account("arm", "CSTO:ARM")
    client = server.signed_in("arm")
    answer = client.post("/act", files={"file": ("x.txt", b"data")}, data={"kind": "declare"})
    assert answer.status_code in (400, 403, 422)


def test_verbs_that_write_or_read_past_markings_are_not_asked(reading: Running) -> None:
    with reading.client() as client:
        paths = client.get("/api/v1/openapi.json").json()["paths"]
        for verb in ("act", "log_load", "log_list", "manifest"):
            assert f"/api/v1/{verb}" not in paths
            assert client.get(f"/api/v1/{verb}").status_code == 404
    for path, methods in paths.items():
        assert set(methods) <= {"get", "post"}, path
        assert "log" not in [p["name"] for p in methods.get("get", {}).get("parameters", [])]


@pytest.mark.parametrize("path", ["/static/x/app.js", "/static/../app.py", "/static/x/../../app.py",
                                  "/static/%2e%2e/app.py"])  # fmt: skip
def test_static_files_are_the_known_ones(reading: Running, path: str) -> None:
    with reading.client() as client:
        assert client.get(path).status_code == 404


def test_pages_are_asked_for_only_so_often(tmp_path: Path) -> None:
    with (
        serving(tmp_path, limits=replace(GENEROUS, pages=1.0)) as server,
        server.client() as client,
    ):
        statuses = [client.get("/about").status_code for _ in range(15)]
        assert statuses[:10] == [200] * 10
        assert 429 in statuses[10:]
        answer = client.get("/api/v1/today")
        assert answer.status_code == 429
        assert answer.json()["title"] == "Too often"


def test_buckets_fill_again() -> None:
    now = [0.0]
    buckets = Buckets(2.0, 3, lambda: now[0])
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 0]
    assert buckets.take("a") == pytest.approx(0.5)
    assert buckets.take("b") == 0
    now[0] = 0.5
    assert buckets.take("a") == 0
    assert buckets.take("a") > 0


def test_broken_requests_break_nothing(reading: Running) -> None:
    port = int(reading.url.rsplit(":", 1)[1])
    for text in (
        b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\ncookie: \xff\xfe=\x01; ;;=\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data\r\n"
        b"content-length: 3\r\n\r\nabc",
        b"GET /%ff%fe HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET /acts/%00 HTTP/1.1\r\nhost: x\r\n\r\n",
        b"\x16\x03\x01\x00\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", port), 5) as connection:
            connection.sendall(text)
            connection.settimeout(5)
            first = connection.recv(64)
        assert b" 500 " not in first, text
    with reading.client() as client:
        assert client.get("/").status_code == 200


def raw(server: Running, request: bytes) -> bytes:
    """What the server answers to these very bytes."""
    port = int(server.url.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.settimeout(5)
        connection.sendall(request)
        parts = []
        try:
            while data := connection.recv(65536):
                parts.append(data)
        except TimeoutError:
            pass
    return b"".join(parts)


@pytest.mark.parametrize(
    "head",
    [
        b"content-length: 6\r\ncontent-length: 60\r\n",
        b"content-length: 6, 6\r\n",
        b"content-length: +6\r\n",
        b"content-length: 99999999999999999999999\r\n",
        b"transfer-encoding: chunked\r\ncontent-length: 6\r\n",
        b"transfer-encoding: xchunked\r\n",
        b"transfer-encoding: chunked, identity\r\ncontent-length: 6\r\n",
    ],
)
def test_no_second_request_is_smuggled_in(server: Running, head: bytes) -> None:
    """However its length is told, a request's body is never taken for another request."""
    inner = b"0\r\n\r\nGET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n"
    outer = b"POST /sign-in HTTP/1.1\r\nhost: x\r\nconnection: close\r\n" + head + b"\r\n"
    answer = raw(server, outer + inner)
    assert answer.count(b"HTTP/1.1 ") <= 1
    assert b"/smuggled" not in answer
    assert not re.match(rb"HTTP/1\.1 5", answer)


@pytest.mark.parametrize(
    "path",
    ["/%2e%2e/%2e%2e/etc/passwd", "/acts/..%2f..%2fetc%2fpasswd", "/acts/%00", "//etc/passwd",
     "/api/v1/log/acts/..%252f..%252fetc", "/states/%ff", "/treaties/%E2%80%AE",
     "/acts/%0d%0aset-cookie:x=y",
     "/\\evil.example", "/%5cevil.example", "/.//evil.example", "/a/../../b"],
)  # fmt: skip
def test_addresses_in_disguise(server: Running, path: str) -> None:
    for query in ("", "?lang=ru"):
        text = f"GET {path}{query} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
        answer = raw(server, text.encode())
        assert not re.match(rb"HTTP/1\.1 5", answer), answer[:200]
        assert b"root:x:0" not in answer
        head = answer.split(b"\r\n\r\n")[0].lower()
        assert b"\r\nset-cookie: x=y" not in head
        for line in head.split(b"\r\n"):
            if line.startswith(b"location:"):
                assert re.match(rb"location: /(?![/\\])", line), line


def test_the_host_that_is_asked_for_changes_no_address(tmp_path: Path) -> None:
    with (
        serving(tmp_path, base_url="https://union.example") as server,
        server.client(headers={"host": "evil.example"}) as client,
    ):
        server.record("declare", "CSTO", "ARM", {"position": "x"})
        for path in ("/", "/feed.atom", "/feed.json", "/calendar.ics", "/sign-in", "/acts"):
            answer = client.get(path)
            assert answer.status_code == 200, path
            assert "evil.example" not in answer.text, path
        assert "https://union.example/" in client.get("/feed.atom").text
        same = {"origin": "https://evil.example"}
        refused = client.post("/sign-in", data={"name": "a", "password": "b"}, headers=same)
        assert refused.status_code == 403


def test_where_a_request_comes_from_is_not_what_it_says(tmp_path: Path) -> None:
    """``X-Forwarded-For`` is believed of the proxies that are named, and only behind an address."""
    with serving(tmp_path) as server:
        alone = Settings(proxies=("10.0.0.5",))
        behind = replace(alone, base_url="https://union.example")
        made = create_app(replace(server.site.settings, log=str(tmp_path / "other.db")))
        assert Server(made, alone).config.proxy_headers is False
        config = Server(made, behind).config
        assert config.proxy_headers is True
        assert config.forwarded_allow_ips == ["10.0.0.5"]


def test_one_network_of_ipv6_is_one_reader() -> None:
    def told(host: str) -> str:
        return Site.address_of(Request({"type": "http", "client": (host, 1), "headers": []}))

    assert told("2001:db8:1:2:3:4:5:6") == told("2001:db8:1:2::9")
    assert told("2001:db8:1:2::9") != told("2001:db8:1:3::9")
    assert told("203.0.113.7") == "203.0.113.7"
    assert told("fe80::1%eth0") == told("fe80::2%eth0")


def test_a_mistake_of_the_server_says_nothing_of_its_inside(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError("at 10.0.0.3")

    monkeypatch.setattr(server.site.renderer, "written", broken)
    with server.client() as client:
        answer = client.get("/log")
    assert answer.status_code == 500
    assert answer.text == "something is wrong with this server; it was noted\n"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_refusals_name_nothing_of_the_machine(server: Running) -> None:
    """A failure of log or accounts is told without its file, host or driver's words."""
    place = Place("/var/lib/hansa/union.db")
    for wrong in (
        Unreachable("cannot append: gone (server at 10.0.0.3, port 5432)", where=place),
        StoreFailure("cannot append: the disk is full (SQLITE_FULL: x at 10.0.0.3)", where=place),
        AccountsUnreachable("cannot be reached: server at 10.0.0.3", where=place),
        UnknownCode("unknown act 'x'", where=Place("postgresql://hansa@10.0.0.3/union")),
        BadInput("there is no such file", where=Place("/etc/hansa/10.0.0.3")),
    ):
        told = json.dumps(problem(wrong))
        assert "10.0.0.3" not in told
        assert "/var/lib" not in told
    assert (
        "the disk is full"
        in problem(StoreFailure("cannot append: the disk is full (SQLITE_FULL)", where=place))[
            "detail"
        ]
    )
    server.account("arm", "CSTO:ARM")
    with server.client() as client:
        answer = client.get("/api/v1/log/proof/CST1992.sign.ARM")
        assert answer.status_code == 422
        assert ".db" not in answer.text


BOMBS = {
    "deep lists": b'{"kind":"declare","subject":"CSTO","payload":{"x":' + b"[" * 100_000,
    "deep objects": b'{"a":' * 40_000,
    "deep and whole": b'{"kind":"declare","subject":"CSTO","actor":"ARM","payload":{"text":'
                      + b"[" * 900 + b"]" * 900 + b"}}",
    "huge number": b'{"kind":"declare","subject":"CSTO","payload":{"x":' + b"9" * 100_000 + b"}}",
    "huge exponent": b'{"kind":"declare","subject":"CSTO","payload":{"x":1e999999}}',
    "not a number": b'{"kind":"declare","subject":"CSTO","actor":"ARM","payload":{"position":NaN}}',
    "infinite": b'{"kind":"declare","subject":"CSTO","actor":"ARM","payload":{"text":-Infinity}}',
    "cut off": b'{"kind":"declare","subject":"CSTO","payl',
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "a text": b'"declare"',
    "bad UTF-8": b'{"kind":"declare","subject":"\xff\xfe"}',
    "UTF-16": '{"kind":"declare","subject":"CSTO","actor":"KAZ"}'.encode("utf-16"),
    "lone surrogates": b'{"kind":"declare","subject":"CSTO","actor":"ARM",'
                       b'"payload":{"position":"\\ud800"}}',
    "surrogate key": b'{"kind":"declare","subject":"CSTO","actor":"ARM",'
                     b'"payload":{"position":"x","\\udfff":1}}',
    "nothing in a text": b'{"kind":"declare","subject":"CSTO","actor":"ARM",'
                         b'"payload":{"position":"a\\u0000b"}}',
    "control characters": b'{"kind":"declare","subject":"CSTO","actor":"ARM",'
                          b'"payload":{"position":"\\u001b]0;x\\u0007"}}',
    "long id": b'{"kind":"declare","subject":"CSTO","actor":"ARM","id":"' + b"x" * 401 + b'",'
               b'"payload":{"position":"x"}}',
    "id of control characters": b'{"kind":"declare","subject":"CSTO","actor":"ARM","id":"a\\nb",'
                                b'"payload":{"position":"x"}}',
    "packed": gzip.compress(b'{"kind":"declare","subject":"CSTO"}' + b" " * 10_000_000),
    "said twice": b'{"kind":"declare","subject":"CSTO","actor":"ARM","actor":"KAZ",'
                  b'"payload":{"position":"x"}}',
    "more than an act": b'{"kind":"declare","subject":"CSTO","actor":"ARM","admin":true,'
                        b'"payload":{"position":"x"}}',
}  # fmt: skip


@pytest.mark.parametrize("bomb", sorted(BOMBS))
@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "application/x-www-form-urlencoded", ""]
)
def test_bombs_do_no_harm(armed: Running, bomb: str, kind: str) -> None:
    before = armed.site.live.log().head()
    headers = armed.token("arm") | {"content-type": kind}
    if bomb == "packed":
        headers["content-encoding"] = "gzip"
    with armed.client(headers=headers) as client:
        answer = client.post("/api/v1/acts", content=BOMBS[bomb])
    assert answer.status_code in (400, 404, 409, 413, 415, 422), (
        answer.status_code,
        answer.text[:300],
    )
    assert "Traceback" not in answer.text
    assert len(answer.content) < 20_000
    assert armed.site.live.log().head() == before


@pytest.mark.parametrize(
    "body",
    [b"--x\r\n" * 5000, b"--x\r\ncontent-disposition: form-data; name=a\r\n\r\n1\r\n" * 2000,
     b"--x\r\ncontent-disposition: form-data; name=a; filename=b\r\n\r\n1\r\n--x--\r\n",
     b"--x\r\n" + b"a: b\r\n" * 20_000 + b"\r\n", b"", b"--x"],
)  # fmt: skip
def test_forms_of_many_parts_do_no_harm(armed: Running, body: bytes) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    with armed.client(headers=headers) as client:
        for path in ("/sign-in", "/act", "/reader"):
            answer = client.post(path, content=body)
            assert answer.status_code < 500, (path, answer.text[:200])
        many = "&".join(f"f{n}=1" for n in range(5000))
        form = {"content-type": "application/x-www-form-urlencoded"}
        assert client.post("/sign-in", content=many, headers=form).status_code in (400, 422)


# --- reading what is restricted leaves a trace


@pytest.mark.slow
def test_every_way_to_read_a_restricted_act_is_in_the_audit(tmp_path: Path) -> None:
    """Wherever its words are shown, a note says who read it."""
    secret = "Zzyzx"
    with serving(tmp_path) as server:
        server.account("csto", "CSTO")
        note = {"kind": "terrorism", "place": secret, "victims": ["TJK"], "tlp": "AMBER",
                "audience": ["CSTO"], "start": "2026-01-01"}  # fmt: skip
        made = server.record("report", f"CSTO {secret}", "CSTO", note, id="hush")
        draft = {"item": secret, "title": secret, "draft": True}
        server.record("convene", "CSTO open", "CSTO", {"place": "Minsk", "body": "CSTO Council"})
        server.record("table", "CSTO open", "CSTO", draft, id="hush2")
        places = [place.address for place in PAGES if "{" not in place.address]
        places += ["/meetings/CSTO open", "/organisations/CSTO", "/states/TJK", f"/acts/{made.id}",
                   "/acts/hush2", "/feed.atom", "/feed.json", "/calendar.ics", "/log",
                   "/api/v1/log?limit=500", f"/api/v1/log/acts/{made.id}", "/api/v1/meetings",
                   f"/api/v1/log/proof/{made.id}", "/api/v1/meeting?name=CSTO open",
                   "/api/v1/brief", "/ask/meeting?name=CSTO open",
                   f"/incidents/CSTO {secret}"]  # fmt: skip
        twins = [place.twin_address for place in PAGES if "{" not in place.address]
        shown = []
        with server.client(headers=server.token("csto")) as client, server.client() as public:
            for path in [*places, *twins]:
                if secret not in path:
                    assert secret not in public.get(path).text, path
                before = len(server.site.accounts.noted(5000, "csto"))
                answer = client.get(path)
                if answer.status_code == 200 and secret in answer.text:
                    deadline = time.monotonic() + 10
                    while len(server.site.accounts.noted(5000, "csto")) == before:
                        assert time.monotonic() < deadline, f"{path} leaves no trace"
                        time.sleep(0.02)
                    shown.append(path)
        assert len(shown) >= 8, shown


# --- the log


def test_anybody_can_prove_an_act_with_a_published_head(server: Running) -> None:
    for number in range(7):
        server.record("declare", "CSTO", "ARM", {"position": str(number)}, id=f"a{number}")
    with server.client() as client:
        published = client.get("/.well-known/hansa-head").text.strip()
        assert published == client.get("/log/head").text.strip()
        assert published == client.get("/api/v1/log/head").json()["head"]
        old = Head.parse(published)
        server.record("declare", "CSTO", "ARM", {"position": "later"}, id="later")
        found = client.get("/api/v1/log/proof/a3", params={"size": old.size}).json()
        act = Act.from_json(client.get("/api/v1/log/acts/a3").json())
        assert found["act"] == json.loads(act.canonical())
        proof = Proof.from_json({k: found[k] for k in ("position", "size", "path")})
        assert check_proof(act, proof, old)
        assert not check_proof(replace(act, note="x"), proof, old)
        grown = client.get("/api/v1/log/consistency", params={"old": old.size}).json()
        new = Head.parse(grown["head"])
        assert check_consistency(
            old, new, Consistency(grown["old"], grown["new"], tuple(grown["path"]))
        )
        assert client.get("/api/v1/log/consistency?old=99").status_code == 422
        assert client.get("/api/v1/log/proof/a3?size=99").status_code == 422
        assert client.get("/api/v1/log/proof/none").status_code == 404


def test_the_log_page_shows_its_head(server: Running) -> None:
    server.record("declare", "CSTO", "ARM", {"position": "x"})
    with server.client() as client:
        assert client.get("/log/head").text.strip() in client.get("/log").text
