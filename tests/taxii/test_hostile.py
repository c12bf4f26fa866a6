"""Hostile requests: every answer is TAXII's, none is the server's own failure."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote, quote_from_bytes

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hansa.faces.web.taxii.media import TAXII
from hansa.faces.web.taxii.posting import LONGEST
from taxii.conftest import ROOT, Post, accredited, objects_path
from taxii.test_blackbox import is_error
from taxii.test_posting import incident
from web.serving import Running

FIXTURES = settings(suppress_health_check=list(HealthCheck), max_examples=60, deadline=None)


def well_behaved(answer: httpx.Response) -> None:
    """A resource, or an error message of TAXII; never a failure."""
    assert answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == TAXII
    if answer.status_code >= 400:
        is_error(answer, answer.status_code)
    elif answer.content:
        assert isinstance(answer.json(), dict)


NAMES = st.sampled_from(
    ["limit", "next", "added_after", "match[id]", "match[type]", "match[version]",
     "match[spec_version]", "match[x]", "match[", "page", "LIMIT", ""]
)  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from([
        "0", "1", "-1", "1e3", "９", "1000000000000", "2026-01-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "9999-12-31T23:59:59.999999999Z", "0000-01-01T00:00:00Z", "2026-01-01T00:00:00+00:00",
        "all", "last,first", "all,all", ",", "incident--", "ff.00", "-1.x", "\x00", "%", "\ud7ff",
    ]),
)  # fmt: skip


@FIXTURES
@given(
    pairs=st.lists(st.tuples(NAMES, VALUES), max_size=4),
    rest=st.sampled_from(["objects/", "manifest/", "objects/incident--x/", "objects/x/versions/"]),
)
def test_parameters_of_every_shape(
    reading: Running, pairs: list[tuple[str, str]], rest: str
) -> None:
    with _asking(reading) as client:
        well_behaved(client.get(objects_path("CSTO", rest), params=pairs))


@FIXTURES
@given(query=st.binary(max_size=60), path=st.text(max_size=40))
def test_addresses_of_every_shape(reading: Running, query: bytes, path: str) -> None:
    with _asking(reading) as client:
        asked = quote_from_bytes(query, safe="&=[]%+;,")
        well_behaved(client.get(f"{objects_path('CSTO')}?{asked}"))
        for root in ("/taxii2/", ROOT, f"{ROOT}collections/", objects_path("CSTO")):
            well_behaved(client.get(root + quote(path, safe="/%")))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)
KEYS = st.sampled_from([
    "name", "created", "modified", "confidence", "labels", "extensions", "object_marking_refs",
    "granular_markings", "revoked", "lang", "spec_version", "created_by_ref", "type", "id",
    "external_references", "description", "x_custom",
])  # fmt: skip


@FIXTURES
@given(changes=st.dictionaries(KEYS, JSON, min_size=1, max_size=3))
def test_objects_of_every_shape_end_in_a_status_or_a_refusal(
    fuzzed: Post, changes: dict[str, Any]
) -> None:
    body = json.dumps({"objects": [incident(9) | changes]}).encode()
    answer = fuzzed.http.post(objects_path("CSTO"), content=body, headers={"content-type": TAXII})
    well_behaved(answer)
    if answer.status_code == 202:
        status = fuzzed.completed(answer.json())
        assert all("server failed" not in one["message"] for one in status.get("failures", ()))


@FIXTURES
@given(body=st.one_of(st.binary(max_size=80), JSON.map(lambda v: json.dumps(v).encode())))
def test_bodies_of_every_shape(fuzzed: Post, body: bytes) -> None:
    well_behaved(
        fuzzed.http.post(objects_path("CSTO"), content=body, headers={"content-type": TAXII})
    )


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from web.serving import serving

    with serving(tmp_path_factory.mktemp("fuzzed")) as server:
        accredited(server, "arm", "CSTO:ARM")
        yield Post(server, "arm")


def _asking(server: Running) -> httpx.Client:
    if not hasattr(server, "taxii_token"):
        token, _ = server.site.accounts.open("arm", strong=True, title="fuzz")
        server.taxii_token = token  # type: ignore[attr-defined]  # one for all examples
    headers = {"accept": TAXII, "authorization": f"Bearer {server.taxii_token}"}  # type: ignore[attr-defined]  # set above
    return httpx.Client(base_url=server.url, headers=headers, timeout=30)


BOMBS = {
    "nested": b'{"objects":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "nested in an object": b'{"objects":[{"type":"incident","id":"incident--1","x":'
    + b'{"a":' * 90_000 + b"1" + b"}" * 90_000 + b"}]}",
    "a million empty objects": b'{"objects":[' + b"{}," * 1_000_000 + b"{}]}",
    "a number of a million digits": b'{"objects":' + b"9" * 1_000_000 + b"}",
    "infinity": b'{"objects":[{"type":"incident","id":"incident--1","x":Infinity}]}',
    "half a character": b'{"objects":[{"type":"incident","id":"\\ud800"}]}',
    "one key twice": b'{"objects":[],"objects":[]}',
    "no utf-8": b'{"objects":["\xff\xfe"]}',
    "a bundle": b'{"type":"bundle","id":"bundle--1","objects":[]}',
    "nothing": b"",
    "null": b"null",
    "too large": b'{"objects":["' + b"x" * LONGEST + b'"]}',
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_bombs(fuzzed: Post, name: str) -> None:
    answer = fuzzed.http.post(
        objects_path("CSTO"), content=BOMBS[name], headers={"content-type": TAXII}
    )
    assert answer.status_code in (400, 413, 422), answer.text
    is_error(answer, answer.status_code)


def test_a_body_without_a_length_is_cut_at_the_limit(fuzzed: Post) -> None:
    def without_end() -> Any:
        for _ in range(2 * LONGEST // 65536):
            yield b" " * 65536

    try:
        answer = fuzzed.http.post(
            objects_path("CSTO"), content=without_end(), headers={"content-type": TAXII}
        )
    except httpx.WriteError:
        return  # the server hung up
    is_error(answer, 413)
    assert answer.json()["details"] == {"max_content_length": str(LONGEST)}


@pytest.mark.parametrize(
    "kind",
    ["", "text/plain", "application/json", "application/taxii+json;version=2.0",
     "application/vnd.oasis.taxii+json", "application/stix+json;version=2.1", "*/*", ";;;", "é"],
)  # fmt: skip
def test_wrong_media_types(fuzzed: Post, kind: str) -> None:
    headers = {"content-type": kind.encode()}
    answer = fuzzed.http.post(objects_path("CSTO"), content=b"{}", headers=headers)
    is_error(answer, 415)
    if kind != "*/*":
        answer = fuzzed.http.get("/taxii2/", headers={"accept": kind.encode()})
        is_error(answer, 406)


@pytest.mark.parametrize(
    "kind",
    [TAXII, "application/taxii+json", "application/taxii+json; version=2.1", "*/*",
     "application/*;q=0.5", f"text/html, {TAXII};q=0.1", 'application/taxii+json;version="2.1"',
     "Application/TAXII+JSON;Version=2.1"],
)  # fmt: skip
def test_media_types_that_fit(fuzzed: Post, kind: str) -> None:
    assert fuzzed.http.get("/taxii2/", headers={"accept": kind}).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST", "OPTIONS", "TRACE"])
def test_other_methods(fuzzed: Post, method: str) -> None:
    answer = fuzzed.http.request(method, "/taxii2/")
    is_error(answer, 405)
    assert answer.headers["allow"] == "GET"


def test_head_says_what_get_says(fuzzed: Post) -> None:
    head, got = fuzzed.http.head("/taxii2/"), fuzzed.http.get("/taxii2/")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == got.headers["content-length"]


@pytest.mark.parametrize(
    "shown",
    ["", "Basic", "Basic !!!", "Basic " + base64.b64encode(b"arm").decode(), "Bearer", "Bearer x",
     "Digest a=b", "Basic " + base64.b64encode(b"arm:\xff").decode(), "Bearer " + "x" * 5000],
)  # fmt: skip
def test_no_token_that_holds(fuzzed: Post, shown: str) -> None:
    url = str(fuzzed.http.base_url).rstrip("/")
    for path in ("taxii2/", "taxii2/nowhere/", "taxii2", "taxii2/hansa/collections/"):
        answer = httpx.get(f"{url}/{path}", headers={"accept": TAXII, "authorization": shown})
        is_error(answer, 401)
        assert "www-authenticate" in answer.headers


def test_a_token_of_somebody_else_and_a_browsers_session_open_nothing(server: Running) -> None:
    post = Post(server, "arm")
    answer = httpx.get(f"{server.url}/taxii2/", auth=("kgz", post.token), headers={"accept": TAXII})
    is_error(answer, 401)
    server.account("arm")
    browser = server.signed_in("arm")
    is_error(browser.get("/taxii2/", headers={"accept": TAXII}), 401)


def test_addresses_that_are_too_long(fuzzed: Post) -> None:
    is_error(fuzzed.http.get(f"/taxii2/?x={'y' * 9000}"), 414)


def test_too_often_is_said_with_the_time_to_wait(tmp_path: Any) -> None:
    from hansa.faces.web.settings import Limits
    from web.serving import serving

    with serving(tmp_path, limits=Limits(pages=0.1)) as server:
        accredited(server, "arm", "CSTO:ARM")
        post = Post(server, "arm")
        answers = [post.get("/taxii2/") for _ in range(3)]
        is_error(answers[-1], 429)
        assert int(answers[-1].headers["retry-after"]) > 0


def test_slashes_at_the_end_may_be_missing(fuzzed: Post) -> None:
    for path in ("/taxii2", "/taxii2/hansa", f"{ROOT}collections", objects_path("CSTO")[:-1]):
        assert fuzzed.http.get(path).status_code == 200
    for path in ("/taxii2/other/", f"{ROOT}x/", f"{ROOT}collections/x/y/", "/taxii2//"):
        assert fuzzed.http.get(path).status_code in (200, 404)
