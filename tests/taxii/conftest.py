"""A server with reports of every marking, and clients of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from hansa.faces.web.taxii.collections import collection_id
from hansa.faces.web.taxii.media import TAXII
from hansa.record.acts import Act, Json
from hansa.record.mandates import subject_of
from web.conftest import own_database, postgres  # noqa: F401  # fixtures
from web.serving import Running, serving

ROOT = "/taxii2/hansa/"
WORD = "zanzibar"


def objects_path(name: str, rest: str = "objects/") -> str:
    return f"{ROOT}collections/{collection_id(name)}/{rest}"


class Post:
    """Somebody at a server, with a token."""

    def __init__(self, server: Running, account: str) -> None:
        self.token, _ = server.site.accounts.open(account, strong=True, title="taxii")
        self.account = account
        self.http = httpx.Client(
            base_url=server.url, timeout=30, auth=(account, self.token), headers={"accept": TAXII}
        )

    def get(self, path: str, **params: Any) -> httpx.Response:
        named = {name.replace("match_", "match[") + "]" if name.startswith("match_") else name: v
                 for name, v in params.items()}  # fmt: skip
        return self.http.get(path, params=named)

    def objects(self, name: str, **params: Any) -> list[dict[str, Any]]:
        answer = self.get(objects_path(name), **params)
        assert answer.status_code == 200, answer.text
        return list(answer.json().get("objects", []))

    def incidents(self, name: str) -> dict[str, dict[str, Any]]:
        """Incident objects by the report (act) that they carry."""
        found = self.objects(name, match_type="incident")
        return {
            next(iter(o["extensions"].values()))["act"] if "extensions" in o else o["id"]: o
            for o in found
        }

    def hand_in(self, name: str, *objects: Any) -> dict[str, Any]:
        """An envelope, and its status when it is complete."""
        answer = self.http.post(
            objects_path(name), json={"objects": list(objects)}, headers={"content-type": TAXII}
        )
        assert answer.status_code == 202, answer.text
        return self.completed(answer.json())

    def completed(self, status: dict[str, Any]) -> dict[str, Any]:
        for _ in range(400):
            counts = [status[f"{key}_count"] for key in ("success", "failure", "pending")]
            assert sum(counts) == status["total_count"]
            if status["status"] == "complete":
                return status
            time.sleep(0.05)
            status = self.get(f"{ROOT}status/{status['id']}/").json()
        raise AssertionError(status)


def reported(server: Running, name: str, by: str = "KGZ", **said: Json) -> Act:
    """A report on record."""
    payload: dict[str, Json] = {
        "kind": "incursion", "start": "2026-08-01", "title": f"{name} title", "place": "Batken",
        "place_state": "KGZ", "latitude": 39.9, "longitude": 69.9, **said,
    }  # fmt: skip
    return server.record("report", f"incident {name}", by, payload, id=name)


def accredited(server: Running, name: str, *mandates: str) -> None:
    """An account with mandates that signs in by tokens only."""
    server.site.accounts.add(name, name)
    for mandate in mandates:
        organisation, _, state = mandate.partition(":")
        server.record(
            "appoint", subject_of(organisation, state), state or organisation, {"account": name}
        )


ACCOUNTS = {
    "csto": ("CSTO",), "arm": ("CSTO:ARM",), "kgz": ("CSTO:KGZ",), "chn": ("SCO:CHN",),
    "both": ("CSTO:KAZ", "SCO:KAZ"), "nobody": (),
}  # fmt: skip


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that tests only read from."""
    with serving(tmp_path_factory.mktemp("taxii")) as server:
        for name, mandates in ACCOUNTS.items():
            accredited(server, name, *mandates)
        reported(server, "clear", tlp="CLEAR", audience=["CSTO"])
        reported(server, "green", tlp="GREEN")
        reported(server, f"{WORD}-amber", tlp="AMBER", audience=["CSTO"])
        reported(server, f"{WORD}-strict", tlp="AMBER+STRICT", audience=["CSTO Secretariat"])
        reported(server, f"{WORD}-red", tlp="RED", audience=["account:arm", "account:kgz"])
        reported(server, f"{WORD}-nobody", tlp="AMBER")
        yield server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    """A server of one's own."""
    with serving(tmp_path) as running:
        for name, mandates in ACCOUNTS.items():
            accredited(running, name, *mandates)
        yield running


@pytest.fixture
def at(reading: Running) -> Any:
    """Somebody at the server that tests only read from."""
    return lambda account: Post(reading, account)
