"""TAXII: pages of a large collection, measured at the server, beside medallion 3.0.0."""

from __future__ import annotations

import json
import secrets
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.registry import Bench, Job

TAXII = "application/taxii+json;version=2.1"
MEDALLION = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
SIZE = 10_000
THEIRS = 1_100
"""Objects at medallion: at ten thousand a page of it takes many seconds."""


def _reports(number: int) -> Iterator[Any]:
    """Reports of an organisation: each is an incident, a location and a relationship."""
    from hansa.record.acts import Act

    begin = datetime(2026, 1, 1, tzinfo=UTC)
    for n in range(number):
        at = begin + timedelta(seconds=n)
        payload: dict[str, Any] = {
            "kind": "incursion", "start": "2026-01-01", "title": f"report {n}", "tlp": "AMBER",
            "audience": ["CSTO"], "place_state": "KGZ", "latitude": 39.9, "longitude": 69.9,
            "text": "Armed men crossed the border and were turned back. " * 3,
        }  # fmt: skip
        yield Act(f"r{n}", "report", at.date(), at, f"incident {n}", "KGZ", payload)


class _Server:
    """A server with a reader, asked in this process, without a network."""

    def __init__(self, objects: int) -> None:
        from fastapi.testclient import TestClient

        from hansa.faces.web.app import create_app
        from hansa.faces.web.settings import Limits, Settings
        from hansa.record.acts import Act
        from hansa.store import open_log

        self._folder = tempfile.TemporaryDirectory()
        path = str(Path(self._folder.name) / "log.db")
        begin = datetime(2025, 1, 1, tzinfo=UTC)
        appoint = Act("a", "appoint", begin.date(), begin, "CSTO delegation:ARM", "ARM",
                      {"account": "arm"})  # fmt: skip
        with open_log(path) as log:
            log.append([appoint, *_reports((objects - 4) // 3)])
        limits = Limits(pages=10**9, acts=10**9)
        self.app = create_app(Settings(log=path, secret=secrets.token_bytes(32), limits=limits,
                                       codes=False))  # fmt: skip
        self.site = self.app.state.site
        while self.site.live.read():
            pass
        self.site.accounts.add("arm", "arm")
        token, _ = self.site.accounts.open("arm", strong=True, title="bench")
        self.client = TestClient(self.app, headers={"accept": TAXII})
        self.client.headers["authorization"] = f"Bearer {token}"
        self.base = "/taxii2/hansa/collections/CSTO/"
        self.middle = self.pages(1000)[len(self.pages(1000)) // 2]

    def get(self, rest: str, **asked: Any) -> Any:
        answer = self.client.get(self.base + rest, params=asked)
        assert answer.status_code == 200, answer.text
        return answer

    def pages(self, limit: int) -> list[str]:
        """The last date of each page of a full read."""
        found: list[str] = []
        asked: dict[str, Any] = {"limit": limit}
        while True:
            answer = self.get("manifest/", **asked)
            found.append(answer.headers["x-taxii-date-added-last"])
            if not answer.json()["more"]:
                return found
            asked["next"] = answer.json()["next"]


@cache
def _server() -> _Server:
    return _Server(SIZE)


def page(rest: str, limit: int, **asked: Any) -> Callable[[], Job]:
    """One page from the middle of the collection."""

    def prepare() -> Job:
        server = _server()
        given = {"limit": limit, "added_after": server.middle, **asked}
        return lambda: server.get(rest, **given)

    return prepare


def whole_read() -> Job:
    """All objects, page by page."""
    server = _server()

    def job() -> int:
        number, asked = 0, {"limit": 1000}
        while True:
            found = server.get("objects/", **asked).json()
            number += len(found["objects"])
            if not found["more"]:
                assert number >= SIZE - 10, number
                return number
            asked["next"] = found["next"]

    return job


def first_page_after_start() -> Job:
    """The first page that a reader asks of a server that has just started."""
    from hansa.faces.web.taxii.collections import collections_of
    from hansa.faces.web.taxii.filters import Filters
    from hansa.faces.web.taxii.placing import Placings
    from hansa.faces.web.taxii.room import Room

    server = _server()
    reader = server.site.reader("arm")
    where = collections_of([("CSTO", "CSTO")])["CSTO"]

    class Forgetful:
        def read(self, *_: Any) -> Placings:
            return Placings(0, {})

        def write(self, *_: Any) -> None:
            pass

    def job() -> int:
        taxii = server.app.state.taxii
        room = Room(server.site.live, None, server.site.accounts.vault)  # type: ignore[arg-type]  # forgetful
        room._book = Forgetful()  # type: ignore[assignment]  # not timed: a database
        found, _ = room.page(reader, where, Filters(limit=100), "manifest")
        assert len(found.placed) == 100
        assert taxii is not None
        return len(found.placed)

    return job


@cache
def _medallion() -> Any:
    """medallion with its memory backend, asked in this process."""
    import logging

    from medallion import application_instance, register_blueprints, set_config

    logging.disable(logging.INFO)
    when = "2026-01-01T00:00:00.000Z"
    objects = [
        {"type": "incident", "spec_version": "2.1", "id": f"incident--{UUID(int=n, version=4)}",
         "created": when, "modified": when, "name": f"report {n}"}
        for n in range(THEIRS)
    ]  # fmt: skip
    one = {"id": MEDALLION, "title": "c", "can_read": True, "can_write": True, "objects": [],
           "media_types": ["application/stix+json;version=2.1"], "manifest": []}  # fmt: skip
    data = {
        "/discovery": {"title": "x", "api_roots": []},
        "root": {"information": {"title": "r", "versions": [TAXII], "max_content_length": 10**8},
                 "status": [], "collections": [one]},
    }  # fmt: skip
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(data, file)
        file.flush()
        set_config(application_instance, "users", {"users": {"a": "b"}})
        set_config(application_instance, "taxii", {"taxii": {"max_page_size": 100}})
        backend = {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend",
                   "filename": file.name}  # fmt: skip
        set_config(application_instance, "backend", {"backend": backend})
    register_blueprints(application_instance)
    client = application_instance.test_client()
    answer = client.post(
        f"/root/collections/{MEDALLION}/objects/", data=json.dumps({"objects": objects}),
        headers={"Accept": TAXII, "Content-Type": TAXII}, auth=("a", "b"),
    )  # fmt: skip
    assert answer.status_code == 202, answer.data
    return client


def their_page() -> Job:
    """One page of a hundred lines of medallion's manifest."""
    client = _medallion()

    def job() -> None:
        answer = client.get(
            f"/root/collections/{MEDALLION}/manifest/?limit=100", headers={"Accept": TAXII},
            auth=("a", "b"),
        )  # fmt: skip
        assert len(answer.json["objects"]) == 100

    return job


def their_whole_read() -> Job:
    """All of medallion's objects, page by page."""
    client = _medallion()

    def job() -> None:
        number, rest = 0, ""
        while True:
            answer = client.get(
                f"/root/collections/{MEDALLION}/objects/?limit=100{rest}",
                headers={"Accept": TAXII}, auth=("a", "b"),
            )  # fmt: skip
            number += len(answer.json["objects"])
            if not answer.json.get("more"):
                assert number == THEIRS, number
                return
            rest = f"&next={answer.json['next']}"

    return job


NAME = f"medallion 3.0.0, {THEIRS:,} objects, pages of 100"
BENCHES = [
    Bench("taxii.manifest.10000.page_of_100", page("manifest/", 100), 0.020, their_page, NAME,
          0.2, repeat=21),
    Bench("taxii.manifest.10000.page_of_1000", page("manifest/", 1000), 0.020, repeat=21),
    Bench("taxii.objects.10000.page_of_100", page("objects/", 100), 0.020, repeat=21),
    Bench("taxii.manifest.10000.filtered",
          page("manifest/", 100, **{"match[type]": "location", "match[version]": "all"}), 0.020,
          repeat=21),
    Bench("taxii.objects.10000.whole", whole_read, 1.0, their_whole_read, NAME, 1.0, repeat=3,
          note="ours 10,000 objects in pages of 1,000"),
    Bench("taxii.shelf.10000.first_page", first_page_after_start, 5.0, repeat=3,
          note="reports made into objects and placed"),
]  # fmt: skip
