"""The whole API against its own description, and acts of every shape: no 5xx, no partial write."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hansa import service
from hansa.faces.web import demo
from hansa.faces.web.api.asking import questions
from hansa.faces.web.api.verbs import address_of
from hansa.faces.web.app import create_app
from hansa.record.acts import KINDS
from hansa.service.act_fields import fields_of
from web.serving import GENEROUS, Running, ids_in, serving
from web.test_questions import RIGHT

SLOW = {"brief", "what-if", "trade_effects", "tariffs_optimal", "join", "stable", "sweep"}
"""Answers that take seconds each: tried with fewer examples."""


@pytest.fixture(scope="module")
def union(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("api")) as running:
        running.account("arm", "CSTO:ARM")
        running.account("csto", "CSTO")
        running.record(
            "convene", "CSTO session", "CSTO", {"place": "Minsk", "body": "CSTO Council"}
        )
        running.record("table", "CSTO session", "CSTO", {"item": "budget"})
        yield running


def operations(running: Running) -> list[Any]:
    with running.client() as client:
        description = client.get("/api/v1/openapi.json").json()
    schema = schemathesis.openapi.from_dict(description)
    schema.config.base_url = running.url
    return [found.ok() for found in schema.get_all_operations()]


def test_every_verb_that_readers_may_ask_has_an_address(union: Running) -> None:
    with union.client() as client:
        paths = client.get("/api/v1/openapi.json").json()["paths"]
    for question in questions().values():
        told = paths[address_of(question)]["get"]
        assert told["operationId"] == f"ask_{question.name}"
    asked = {m["operationId"] for path in paths.values() for m in path.values()}
    for name in set(service.VERBS) - set(questions()):
        assert f"ask_{name}" not in asked


def test_no_two_operations_share_an_address(union: Running) -> None:
    seen: dict[tuple[str, str], Any] = {}
    app = create_app(replace(union.site.settings, log=":memory:"))
    for route in app.routes:
        for method in getattr(route, "methods", None) or ():
            key = (method, getattr(route, "path", ""))
            assert key not in seen, key
            seen[key] = route


def test_every_operation_says_what_it_is(union: Running) -> None:
    for operation in operations(union):
        raw = operation.definition.raw
        assert raw["summary"] or raw["description"], operation.path
        assert raw["tags"], operation.path
        assert "200" in raw["responses"] or "201" in raw["responses"], operation.path


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
NAMED: dict[str, dict[str, str]] = {
    "organisation": {"organisation": "CSTO"},
    "state": {"state": "ARM"},
    "treaty": {"treaty": "CST1992"},
    "meeting": {"meeting": "CIS Dushanbe 2007-10-05"},
    "incident": {"incident": "BAT1999"},
    "act_id": {"act_id": "CSTO_delegation:ARM.appoint.arm"},
}
"""Things that there are, for what stands in an address."""


def readers(running: Running) -> dict[str, dict[str, str]]:
    """Headers of the public, a delegation, a secretariat."""
    return {"public": {}, "arm": running.token("arm"), "csto": running.token("csto")}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The demo server, with somebody of each kind signed in."""
    folder = tmp_path_factory.mktemp("demo")
    with serving(
        folder, demo=True, limits=replace(GENEROUS, seconds=120.0), tariff=demo.TARIFF,
        tariff_union=demo.UNION,
    ) as running:  # fmt: skip
        list(demo.prepare(running.site))
        running.site.live.forget()
        yield running


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
def test_nothing_that_anybody_asks_is_an_error_of_the_server(
    shown: Running, mode: GenerationMode
) -> None:
    """Schemathesis over the whole description, with right and with wrong data."""
    many = int(os.environ.get("HANSA_EXAMPLES", "2"))
    who = readers(shown)
    turn = itertools.cycle(who)
    tried = 0
    for operation in operations(shown):
        if operation.path == "/events":  # never ends: its own tests try it
            continue
        last = operation.path.rsplit("/", 1)[-1]

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=1 if last in SLOW else many,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def ask(case: Any) -> None:
            headers = who[next(turn)]
            case.call_and_validate(headers=headers, checks=CHECKS, timeout=130)

        try:
            ask()
        except Unsatisfiable:
            continue  # nothing that could be wrong
        tried += 1
    assert tried > 40


@pytest.mark.slow
@pytest.mark.parametrize("name", ["public", "csto"])
def test_answers_are_as_they_are_described(shown: Running, name: str) -> None:
    """Each address with what there is: its answer is of the schema that the description gives."""
    headers = readers(shown)[name]
    good = 0
    for operation in operations(shown):
        if operation.method != "get" or operation.path == "/events":
            continue
        verb = operation.path.removeprefix("/api/v1/").removeprefix("ask/")
        query = RIGHT.get(verb, {}) if verb in questions() else {}
        if operation.path.startswith("/api/v1/customs/"):
            query = {"code": "8703231940", "price": "1000", "pieces": "1"}
            query = query if "ship" in verb else {"code": "8703231940"}
        places = {k: v for names in NAMED.values() for k, v in names.items()}
        wanted = [found["name"] for found in operation.definition.raw.get("parameters", [])
                  if found["in"] == "path"]  # fmt: skip
        path = {name: places.get(name, "nothing of the kind") for name in wanted}
        if verb == "log/consistency":
            query = {"old": 1}
        case = operation.Case(path_parameters=path, query=dict(query))
        answer = case.call(headers=headers, timeout=130)
        case.validate_response(answer, checks=CHECKS)
        good += answer.status_code == 200
        assert answer.status_code in (200, 401, 404, 422), (operation.path, answer.text[:200])
    assert good > 40


# --- acts of every shape

TEXT = some.text(max_size=60) | some.sampled_from(
    ["", "\x00", "\ud800", "CSTO", "CSTO session", "CST1992", "ARM", "2026-01-01", "a" * 9000,
     "CSTO delegation:ARM", "CST1992.sign.ARM", "<script>", "' OR 1=1", "\u202e", "тест"]
)  # fmt: skip
LEAF = (
    some.none() | some.booleans() | TEXT
    | some.integers(-(2**70), 2**70) | some.floats(allow_nan=False, allow_infinity=False)
)  # fmt: skip
JSON = some.recursive(
    LEAF,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
KIND = some.sampled_from(sorted(KINDS))


@some.composite
def bodies(draw: Any) -> dict[str, Any]:
    """Acts that look right, and acts that do not."""
    kind = draw(KIND | TEXT)
    known = sorted(fields_of(kind)) if kind in KINDS else ["x"]
    payload = draw(some.dictionaries(some.sampled_from(known) | TEXT, JSON, max_size=5))
    body = {
        "kind": kind,
        "subject": draw(some.sampled_from(["CSTO", "CST1992", "CSTO session"]) | TEXT),
        "actor": draw(some.sampled_from(["ARM", "CSTO", "CSTO Council"]) | TEXT),
        "payload": payload,
    }
    if draw(some.booleans()):
        body["on"] = draw(some.sampled_from(["today", "2026-01-01", "2026-02-31"]) | TEXT)
    if draw(some.booleans()):
        body["id"] = draw(TEXT)
    return body


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=bodies(), who=some.sampled_from(["arm", "csto"]))
def test_acts_of_every_shape_are_recorded_whole_or_not_at_all(
    union: Running, body: dict[str, Any], who: str
) -> None:
    log = union.site.live.log()
    before = log.head()
    text = json.dumps(body).encode()
    with union.client(headers={**union.token(who), "content-type": "application/json"}) as client:
        answer = client.post("/api/v1/acts", content=text)
        after = log.head()
        assert answer.status_code in (201, 404, 409, 413, 422), answer.text
        assert "Traceback" not in answer.text
        if answer.status_code == 201:
            made = answer.json()["acts"]
            assert after.size == before.size + len(made)
            assert log.find(made[0]["id"]) is not None
            for path in (
                "/",
                "/acts",
                "/organisations/CSTO",
                "/meetings/CSTO session",
                "/calendar.ics",
                "/feed.atom",
            ):
                assert client.get(path).status_code == 200, (path, body)
        else:
            assert after == before


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    text=some.binary(max_size=200)
    | some.text(max_size=200).map(lambda t: t.encode("utf-8", "replace"))
)
def test_bodies_that_are_no_acts(union: Running, text: bytes) -> None:
    before = union.site.live.log().head()
    with union.client(headers={**union.token("arm"), "content-type": "application/json"}) as client:
        answer = client.post("/api/v1/acts", content=text)
    assert answer.status_code in (400, 413, 422)
    assert union.site.live.log().head() == before


def test_the_log_is_whole_after_all_that(union: Running) -> None:
    ids = ids_in(union.site.settings.log)
    assert len(ids) == len(set(ids))
    union.site.live.described.with_acts(e.act for e in union.site.live.entries).timeline()
