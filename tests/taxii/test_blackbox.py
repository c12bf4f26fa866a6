"""The thirteen checks of a TAXII 2.1 server from outside, each named by the check."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from hansa.faces.web.taxii.media import TAXII
from taxii.conftest import ROOT, Post, objects_path, reported
from web.serving import Running

Check = Callable[..., None]
CHECKS: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """What a test checks, in the words of the list."""

    def kept(test: Check) -> Check:
        CHECKS[name] = test
        return test

    return kept


def is_error(answer: httpx.Response, status: int) -> None:
    """An error message as TAXII 2.1 section 3.6.1 has it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == TAXII
    said = answer.json()
    assert said["title"]
    assert said["http_status"] == str(status)
    assert set(said) <= {
        "title", "description", "error_id", "error_code", "http_status", "external_details",
        "details",
    }  # fmt: skip


def handed(post: Post, content: bytes, kind: str = TAXII) -> httpx.Response:
    return post.http.post(objects_path("CSTO"), content=content, headers={"content-type": kind})


@check("GET /taxii2/ no credentials")
def test_get_taxii2_no_credentials(reading: Running) -> None:
    answer = httpx.get(f"{reading.url}/taxii2/", headers={"accept": TAXII})
    is_error(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Basic realm=")


@check("Accept: application/json")
def test_accept_application_json(at: Any) -> None:
    is_error(at("csto").http.get("/taxii2/", headers={"accept": "application/json"}), 406)


@check("unknown collection")
def test_unknown_collection(at: Any) -> None:
    for name in ("objects/", "manifest/", ""):
        path = f"{ROOT}collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/{name}"
        is_error(at("csto").get(path), 404)


@check("limit=-1")
def test_limit_minus_1(at: Any) -> None:
    is_error(at("csto").get(objects_path("CSTO"), limit="-1"), 400)


@check("added_after=xx")
def test_added_after_xx(at: Any) -> None:
    is_error(at("csto").get(objects_path("CSTO"), added_after="xx"), 400)


@check("POST wrong Content-Type")
def test_post_wrong_content_type(at: Any) -> None:
    is_error(handed(at("arm"), b'{"objects": []}', "application/json"), 415)


@check("POST malformed JSON")
def test_post_malformed_json(at: Any) -> None:
    is_error(handed(at("arm"), b'{"objects": ['), 400)


@check("POST object without id")
def test_post_object_without_id(at: Any) -> None:
    is_error(handed(at("arm"), b'{"objects": [{"type": "incident"}]}'), 422)


@check("paged GET: more/next + X-TAXII-Date-Added-First/Last headers")
def test_paged_get_more_next_and_date_added_headers(at: Any) -> None:
    post = at("csto")
    everything = post.get(objects_path("CSTO", "manifest/")).json()["objects"]
    answer = post.get(objects_path("CSTO"), limit=3)
    page = answer.json()
    assert page["more"] is True
    assert page["next"]
    assert len(page["objects"]) == 3
    assert answer.headers["x-taxii-date-added-first"] == everything[0]["date_added"]
    assert answer.headers["x-taxii-date-added-last"] == everything[2]["date_added"]
    rest = post.get(objects_path("CSTO"), limit=1000, next=page["next"])
    assert rest.json()["more"] is False
    assert "next" not in rest.json()
    assert rest.headers["x-taxii-date-added-last"] == everything[-1]["date_added"]
    assert [o["id"] for o in page["objects"] + rest.json()["objects"]] == [
        line["id"] for line in everything
    ]


@check(
    "next keeps the same filters; added_after strictly greater; page stable when objects arrive "
    "during paging"
)
def test_next_keeps_filters_added_after_strictly_greater_page_stable(server: Running) -> None:
    post = Post(server, "csto")
    for number in range(10):
        reported(server, f"r{number}", tlp="AMBER", audience=["CSTO"])
    lines = post.get(objects_path("CSTO", "manifest/"), match_type="incident").json()["objects"]
    dates = [line["date_added"] for line in lines]
    assert dates == sorted(set(dates))
    later = post.get(objects_path("CSTO", "manifest/"), match_type="incident", added_after=dates[3])
    assert [line["date_added"] for line in later.json()["objects"]] == dates[4:]

    page = post.get(objects_path("CSTO"), match_type="incident", limit=2)
    is_error(post.get(objects_path("CSTO"), match_type="location", next=page.json()["next"]), 400)
    is_error(post.get(objects_path("CSTO"), next=page.json()["next"]), 400)
    seen = [o["id"] for o in page.json()["objects"]]
    number = 10
    while page.json()["more"]:
        if number < 20:
            reported(server, f"r{number}", tlp="AMBER", audience=["CSTO"])
            number += 1
        token = page.json()["next"]
        page = post.get(objects_path("CSTO"), match_type="incident", limit=2, next=token)
        seen += [o["id"] for o in page.json()["objects"]]
    everything = post.get(objects_path("CSTO", "manifest/"), match_type="incident").json()
    assert seen == [line["id"] for line in everything["objects"]]
    assert len(seen) == 18


@check("can_read=false collection GET")
def test_can_read_false_collection_get(at: Any) -> None:
    post = at("chn")
    resource = post.get(objects_path("CSTO", "")).json()
    assert resource["can_read"] is False
    for rest in ("objects/", "manifest/", "objects/incident--x/", "objects/incident--x/versions/"):
        is_error(post.get(objects_path("CSTO", rest)), 403)


@check("versions=all/first/last/<ts>, match[id|type|version|spec_version]")
def test_versions_and_match_filters(server: Running) -> None:
    post = Post(server, "csto")
    reported(server, "r", tlp="AMBER", audience=["CSTO"])
    for title in ("second", "third"):
        server.record("correct", "r", "KGZ", {"payload": {"title": title}})
    reported(server, "other", tlp="AMBER", audience=["CSTO"])
    thing = post.incidents("CSTO")["r"]["id"]
    versions = post.get(objects_path("CSTO", f"objects/{thing}/versions/")).json()["versions"]
    assert len(versions) == 3
    assert versions == sorted(versions)

    def names(**asked: str) -> list[str]:
        return [o["name"] for o in post.objects("CSTO", match_id=thing, **asked)]

    every = ["r title", "second", "third"]
    assert names() == names(match_version="last") == every[2:]
    assert names(match_version="first") == every[:1]
    assert names(match_version="all") == every
    assert names(match_version="first,last") == [every[0], every[2]]
    assert names(match_version=versions[1]) == every[1:2]
    assert names(match_version=f"{versions[0]},{versions[1]}") == every[:2]
    assert names(match_version="2001-01-01T00:00:00Z") == []
    assert names(match_spec_version="2.1") == every[2:]
    assert names(match_spec_version="2.0") == []
    one = post.get(objects_path("CSTO", f"objects/{thing}/"), match_version="first").json()
    assert [o["name"] for o in one["objects"]] == every[:1]
    types = {o["type"] for o in post.objects("CSTO", match_type="incident,identity")}
    assert types == {"incident", "identity"}
    assert len(post.objects("CSTO", match_id=f"{thing},identity--{'0' * 36}")) == 1
    for bad in ("all,last", "newest", ""):
        is_error(post.get(objects_path("CSTO"), match_version=bad), 400)
    path = objects_path("CSTO", f"objects/{thing}/versions/")
    is_error(post.get(path, match_type="incident"), 400)


@check("status resource after POST")
def test_status_resource_after_post(server: Running) -> None:
    arm, kgz = Post(server, "arm"), Post(server, "kgz")
    status = arm.hand_in("CSTO", incident(1), {**incident(2), "created": "yesterday"}, incident(3))
    assert (status["success_count"], status["failure_count"]) == (2, 1)
    assert [one["id"] for one in status["failures"]] == [incident(2)["id"]]
    assert "created" in status["failures"][0]["message"]
    again = arm.get(f"{ROOT}status/{status['id']}/").json()
    assert again == status
    is_error(kgz.get(f"{ROOT}status/{status['id']}/"), 404)


def incident(number: int, **more: Any) -> dict[str, Any]:
    return {
        "type": "incident", "spec_version": "2.1",
        "id": f"incident--{number:08d}-0000-4000-8000-000000000000",
        "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z",
        "name": f"incident {number}", **more,
    }  # fmt: skip


@pytest.mark.shared
def test_every_check_of_the_list_is_here(shared: Path) -> None:
    listed = json.loads((shared / "data/sharing/blackbox_checks.json").read_text())
    assert {one["check"] for one in listed} == set(CHECKS)
    assert len(CHECKS) == 13
