"""Foreign parts against the server: taxii2-client drives it, stix2-validator and stix2 accept."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
import stix2
from requests import HTTPError
from stix2validator import ValidationOptions, validate_instance
from taxii2client.v21 import ApiRoot, Collection, Server, as_pages

from hansa.faces.web.taxii.collections import collection_id
from taxii.conftest import Post, reported
from taxii.test_posting import incident
from web.serving import Running


def driven(server: Running, account: str) -> Server:
    post = Post(server, account)
    return Server(f"{server.url}/taxii2/", user=account, password=post.token)


def collection(server: Running, account: str, name: str) -> Collection:
    post = Post(server, account)
    url = f"{server.url}/taxii2/hansa/collections/{collection_id(name)}/"
    return Collection(url, user=account, password=post.token)


def test_it_finds_its_way(reading: Running) -> None:
    found = driven(reading, "arm")
    assert found.title == "hansa"
    root: ApiRoot = found.default
    assert root.versions == ["application/taxii+json;version=2.1"]
    assert root.max_content_length == 4 * 2**20
    readable = {one.title for one in root.collections if one.can_read}
    assert len(readable) == 3
    writable = [one.id for one in root.collections if one.can_write]
    assert writable == [collection_id("CSTO")]


def test_it_reads_in_pages(reading: Running) -> None:
    csto = collection(reading, "csto", "CSTO")
    whole = csto.get_objects()["objects"]
    paged = [o for page in as_pages(csto.get_objects, per_request=3) for o in page["objects"]]
    assert paged == whole
    lines = [o for page in as_pages(csto.get_manifest, per_request=4) for o in page["objects"]]
    assert [line["id"] for line in lines] == [o["id"] for o in whole]
    after = csto.get_objects(added_after=lines[4]["date_added"])["objects"]
    assert after == whole[5:]
    one = csto.get_object(whole[0]["id"])["objects"]
    assert one == whole[:1]
    assert csto.object_versions(whole[0]["id"])["versions"] == [whole[0]["modified"]]
    assert {o["type"] for o in csto.get_objects(type=["incident", "location"])["objects"]} == {
        "incident", "location",
    }  # fmt: skip


def test_it_hands_in_and_deletes(server: Running) -> None:
    csto = collection(server, "arm", "CSTO")
    status = csto.add_objects({"objects": [incident(1), incident(2, confidence=999)]})
    assert status.status == "complete"
    assert (status.success_count, status.failure_count) == (1, 1)
    csto.delete_object(incident(1)["id"])
    assert csto.get_object(incident(1)["id"])["objects"][0]["revoked"] is True


def test_it_is_told_why_not(reading: Running) -> None:
    csto = collection(reading, "chn", "CSTO")
    assert csto.can_read is False
    with pytest.raises(HTTPError, match="401"):
        Server(f"{reading.url}/taxii2/", user="arm", password="wrong").title  # noqa: B018  # asks


def test_the_validator_accepts_what_is_sent(server: Running) -> None:
    reported(server, "r", tlp="AMBER", audience=["CSTO"], reliability="B", deaths=3,
             victims=["KGZ"], credibility="2", text="words")  # fmt: skip
    reported(server, "clear", tlp="CLEAR", same_as=["r"], end="2026-08-03")
    reported(server, "gone", tlp="AMBER+STRICT", audience=["CSTO Secretariat"])
    server.record("correct", "r", "KGZ", {"payload": {"title": "again", "latitude": 40.5}})
    server.record("withdraw", "gone", "KGZ", {})
    Post(server, "arm").hand_in("CSTO", incident(1))
    objects = Post(server, "kgz").objects("CSTO", match_version="all")
    assert len([o for o in objects if o["type"] == "incident"]) >= 4
    bundle = {"type": "bundle", "id": f"bundle--{'1' * 8}-1111-4111-8111-{'1' * 12}",
              "objects": objects}  # fmt: skip
    options = ValidationOptions(version="2.1")
    results: Any = validate_instance(json.loads(json.dumps(bundle)), options)
    assert results.is_valid, [str(e) for e in results.errors]
    for found in objects:
        stix2.parse(io.StringIO(json.dumps(found)), allow_custom=True, version="2.1")
