"""Headers, limits, proofs, files: what a security reviewer looks at first."""

from __future__ import annotations

import json
import re
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from hansa.faces.web.guard.limits import Buckets
from hansa.record.acts import Act
from hansa.store import Head, check_consistency, check_proof
from hansa.store.proofs import Consistency, Proof
from web.serving import GENEROUS, Running, serving


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
