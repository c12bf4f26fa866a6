"""Restricted acts: seen by whom their marking allows, in pages, API, feeds and events alike."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from hansa.faces.web.pages.registry import PAGES
from web.serving import Running, events_of, serving
from web.test_pages import ALL

WORD = "zanzibar"
MEETING = f"CSTO {WORD} session"


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with a hidden meeting, a hidden draft, a hidden report; all say one word."""
    with serving(tmp_path_factory.mktemp("marked")) as server:
        server.account("csto", "CSTO")
        server.account("arm", "CSTO:ARM")
        server.account("kaz", "CSTO:KAZ")
        server.account("chn", "SCO:CHN")
        server.account("friend", "SCO:KGZ")
        server.record("convene", "CSTO open session", "CSTO", {"place": "Minsk"}, id="open")
        server.record("table", "CSTO open session", "ARM",
                      {"item": f"{WORD} draft", "draft": True}, id=f"{WORD}.draft")  # fmt: skip
        server.record("vote", "CSTO open session", "KAZ",
                      {"item": f"{WORD} draft", "position": "for"}, id=f"{WORD}.vote")  # fmt: skip
        call = {"place": WORD, "tlp": "AMBER", "audience": ["CSTO"]}
        server.record("convene", MEETING, "CSTO", call, id=f"{WORD}.meeting")
        server.record("due", MEETING, "CSTO", {"by": "2030-01-01", "what": WORD, "owes": ["ARM"]},
                      id=f"{WORD}.due")  # fmt: skip
        server.record("report", f"{WORD} incident", "KGZ",
                      {"kind": "incursion", "victims": ["KGZ"], "place": WORD, "tlp": "RED",
                       "audience": ["account:friend"]}, id=f"{WORD}.report")  # fmt: skip
        server.record("declare", "CSTO", "ARM",
                      {"position": WORD, "text": WORD, "tlp": "AMBER+STRICT", "audience": ["CSTO"]},
                      id=f"{WORD}.declare")  # fmt: skip
        server.record("appoint", "CSTO secretary general", "ARM",
                      {"holder": WORD, "tlp": "GREEN"}, id=f"{WORD}.appoint")  # fmt: skip
        yield server


def places(server: Running) -> list[str]:
    """Every address at which acts are shown."""
    twins = [p.twin_address for p in PAGES if "{" not in p.address]
    return [
        *ALL, *twins, "/feed.atom", "/feed.json", "/calendar.ics", "/api/v1/log?limit=500",
        "/api/v1/organisations/CSTO", "/organisations/CSTO", "/meetings?organisation=CSTO",
        f"/meetings/{MEETING}", f"/api/v1/meetings/{MEETING}", f"/incidents/{WORD} incident",
        "/meetings/CSTO open session", "/api/v1/meetings/CSTO open session",
        f"/acts/{WORD}.draft", f"/acts/{WORD}.report", f"/api/v1/acts/{WORD}.report",
        f"/api/v1/log/acts/{WORD}.declare", f"/api/v1/log/proof/{WORD}.vote", "/states/ARM",
        "/api/v1/states/ARM", "/api/v1/meetings?organisation=CSTO", "/api/v1/deadlines",
        "/ask/deadlines?on=today", "/ask/presidency?office=CSTO", "/acts?organisation=CSTO",
        "/acts?csv=acts.acts", "/api/v1/members?organisation=CSTO", "/brief?section=membership",
    ]  # fmt: skip


def shown(client: httpx.Client, server: Running, **headers: str) -> dict[str, str]:
    found = {}
    for path in places(server):
        answer = client.get(path, headers=headers)
        text = answer.text.replace(path, "").replace(path.replace(" ", "%20"), "")
        for asked in (f"{WORD}.", f"{WORD} incident", MEETING):  # an error repeats the question
            if answer.status_code == 404:
                text = text.replace(asked, "")
        found[path] = text
    return found


def test_the_public_sees_nothing_anywhere(marked: Running) -> None:
    with marked.client() as client:
        for path, text in shown(client, marked).items():
            assert WORD not in text.lower(), path


def test_who_may_see_sees(marked: Running) -> None:
    with marked.client() as client:
        text = "\n".join(shown(client, marked, **marked.token("csto")).values())
    for part in ("draft", "vote", "meeting", "due", "declare", "appoint"):
        assert f"{WORD}.{part}" in text
    assert f"{WORD}.report" not in text


@pytest.mark.parametrize(
    ("account", "sees"),
    [
        ("arm", {"draft", "vote", "meeting", "due", "declare", "appoint"}),
        ("kaz", {"draft", "vote", "meeting", "due", "appoint"}),
        ("chn", {"appoint"}),
        ("friend", {"appoint", "report"}),
    ],
)
def test_each_reader_sees_their_part(marked: Running, account: str, sees: set[str]) -> None:
    with marked.client(headers=marked.token(account)) as client:
        entries = client.get("/api/v1/log?limit=500").json()["entries"]
        feed = client.get("/feed.json").text
        acts = client.get("/api/v1/acts").text
    named = {e["act"]["id"].removeprefix(f"{WORD}.") for e in entries if WORD in e["act"]["id"]}
    assert named == sees
    for part in ("draft", "vote", "meeting", "due", "declare", "appoint", "report"):
        assert (f"{WORD}.{part}" in feed) == (part in sees)
        assert (f"{WORD}.{part}" in acts) == (part in sees)


@pytest.mark.parametrize(("account", "count"), [("", 0), ("chn", 1), ("kaz", 5), ("csto", 6)])
def test_events_follow_the_same_rule(marked: Running, account: str, count: int) -> None:
    headers = marked.token(account) if account else {}
    size = len(marked.site.live.entries)
    seen: list[int] = []
    with (
        marked.client(headers=headers) as client,
        client.stream("GET", "/events?after=0") as answer,
    ):
        marker = marked.record("declare", "SCO", "KAZ", {"position": "end"})
        for event in events_of(answer.iter_lines()):
            if event["data"]["id"] == marker.id:
                break
            seen.append(event["data"]["position"])
            if WORD in event["data"]["id"]:
                count -= 1
            assert WORD in event["data"]["id"] or WORD not in str(event["data"]).lower()
    assert count == 0
    assert seen == sorted(set(seen))
    assert all(position <= size + 9 for position in seen)


def test_guessing_tells_nothing(marked: Running) -> None:
    """A hidden thing and a thing that is not there are refused in the same words."""
    with marked.client() as client:
        for template in (
            "/acts/{}.report",
            "/api/v1/log/proof/{}.report",
            "/incidents/{} incident",
        ):
            there = client.get(template.format(WORD))
            nowhere = client.get(template.format("nowhere"))
            assert there.status_code == nowhere.status_code == 404
            assert there.text.replace(WORD, "…").replace("nowhere", "…")[:0] == ""
            strip = [t.text.replace(WORD, "X").replace("nowhere", "X") for t in (there, nowhere)]
            assert len(strip[0]) == pytest.approx(len(strip[1]), abs=120)


def test_reads_of_restricted_acts_are_audited(marked: Running) -> None:
    headers = marked.token("kaz")
    with marked.client(headers=headers) as client:
        client.get(f"/meetings/{MEETING}")
        client.get("/api/v1/log?limit=500")
    noted = wait_for(lambda: [n for n in marked.site.accounts.noted(500, "kaz") if n[2] == "read"])
    told = " ".join(text for _, _, _, text in noted)
    assert f"{WORD}.meeting" in told
    assert f"{WORD}.declare" not in told


def wait_for(ask: object) -> list[tuple[int, str, str, str]]:
    import time

    for _ in range(100):
        found = ask()  # type: ignore[operator]  # a function
        if found:
            return list(found)
        time.sleep(0.05)
    raise AssertionError("nothing came")


def test_a_release_reaches_everybody(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        server.account("kgz", "CSTO:KGZ")
        server.record("report", "I1", "KGZ", {"kind": "incursion", "tlp": "AMBER",
                                              "audience": ["CSTO"]}, id="r")  # fmt: skip
        with server.client() as client:
            assert client.get("/acts/r").status_code == 404
            body = {"kind": "release", "subject": "r", "actor": "KGZ", "payload": {"tlp": "CLEAR"}}
            answer = client.post("/api/v1/acts", json=body, headers=server.token("kgz"))
            assert answer.status_code == 201, answer.text
            server.site.live.forget()
            assert client.get("/acts/r").status_code == 200


def test_acting_on_what_is_hidden_tells_nothing(marked: Running) -> None:
    headers = marked.token("chn")
    bodies = [
        {"kind": "table", "subject": subject, "actor": "CHN", "payload": {"item": "x"}}
        for subject in (MEETING, "CSTO nowhere session")
    ]
    with marked.client(headers=headers) as client:
        answers = [client.post("/api/v1/acts", json=body) for body in bodies]
    assert {a.status_code for a in answers} == {409}
    rules = [a.json()["rule"] for a in answers]
    assert rules[0] == rules[1] == "TheSubjectIsKnown"
    assert (
        list(
            itertools.chain(
                *[
                    a.json().get("nearest", [])
                    for a in answers
                    if MEETING in str(a.json().get("nearest"))
                ]
            )
        )
        == []
    )
