"""Restricted acts: seen by whom their marking allows, in pages, API, feeds and events alike."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from hansa.faces.web.pages.registry import PAGES
from hansa.record.acts import Json
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


# --- reports: who reads them follows from agreements, on the day of reading


class Clock:
    """A clock that a test sets."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def seen_by(server: Running, act: str) -> set[str]:
    """Which accounts are given an act, by the API and on its page alike."""
    found = set()
    for account in ("csto", "arm", "blr", "sco", "chn", "nato", "usa", ""):
        headers = server.token(account) if account else {}
        with server.client(headers=headers) as client:
            answers = [client.get(f"/api/v1/log/acts/{act}"), client.get(f"/acts/{act}")]
            entries = client.get("/api/v1/log?limit=500").json()["entries"]
        listed = act in {entry["act"]["id"] for entry in entries}
        assert {answer.status_code for answer in answers} == ({200} if listed else {404})
        if listed:
            found.add(account)
    return found


@pytest.fixture
def union(tmp_path: Path) -> Iterator[tuple[Running, Clock]]:
    """Secretariats and delegations of three organisations, in October 2007."""
    clock = Clock(datetime(2007, 10, 10, 8, tzinfo=UTC))
    with serving(tmp_path, clock=clock) as server:
        for account, mandate in (
            ("csto", "CSTO"), ("arm", "CSTO:ARM"), ("blr", "CSTO:BLR"), ("sco", "SCO"),
            ("chn", "SCO:CHN"), ("nato", "NATO"), ("usa", "NATO:USA"),
        ):  # fmt: skip
            server.account(account, mandate)
        yield server, clock


def report(server: Running, author: str, **said: Json) -> None:
    payload: dict[str, Json] = {"kind": "smuggling_drugs", "tlp": "AMBER", **said}
    server.record("report", "I1", author, payload, id="r")


def test_a_report_reaches_partners_as_far_as_an_agreement_does(
    union: tuple[Running, Clock],
) -> None:
    server, clock = union
    report(server, "CSTO Secretariat", audience=["CSTO", "SCO", "NATO"])
    assert seen_by(server, "r") == {"csto", "arm", "blr", "sco"}  # SC2007 binds secretariats
    deal: dict[str, Json] = {"with": ["CSTO"], "areas": ["drugs"], "until": "2007-10-12"}
    server.record("cooperate", "deal", "NATO", deal)
    assert seen_by(server, "r") == {"csto", "arm", "blr", "sco", "nato", "usa"}
    clock.now += timedelta(days=2)  # the agreement ends at midnight, by no act at all
    server.site.live.forget()
    assert seen_by(server, "r") == {"csto", "arm", "blr", "sco"}


def test_a_recall_takes_the_content_and_tells_that_it_did(union: tuple[Running, Clock]) -> None:
    server, _ = union
    report(server, "ARM", audience=["CSTO"], place=WORD)
    server.record("correct", "r", "ARM", {"payload": {"place": f"{WORD} again"}}, id="c")
    assert seen_by(server, "r") == seen_by(server, "c") == {"csto", "arm", "blr"}
    size = len(server.site.live.entries)
    server.record("release", "r", "ARM", {"recall": ["BLR"]}, id="y")
    assert seen_by(server, "r") == seen_by(server, "c") == {"csto", "arm"}
    assert seen_by(server, "y") == {"csto", "arm", "blr"}
    server.record("withdraw", "r", "ARM", id="w")
    assert seen_by(server, "r") == seen_by(server, "c") == {"arm"}
    assert seen_by(server, "w") == {"csto", "arm"}
    with (
        server.client(headers=server.token("blr")) as client,
        client.stream("GET", f"/events?after={size}") as answer,
    ):
        server.record("declare", "SCO", "KAZ", {"position": "end"}, id="end")
        told = []
        for event in events_of(answer.iter_lines()):
            told.append(event["data"]["id"])
            assert WORD not in str(event["data"])
            if told[-1] == "end":
                break
    assert told == ["y", "end"]


def test_only_its_author_releases_recalls_and_takes_back(union: tuple[Running, Clock]) -> None:
    server, _ = union
    report(server, "ARM", audience=["CSTO"])
    for account, actor in (("blr", "BLR"), ("csto", "CSTO"), ("csto", "CSTO Secretariat")):
        for kind, payload in (
            ("release", {"tlp": "CLEAR"}), ("release", {"recall": ["ARM"]}),
            ("correct", {"payload": {"place": "Osh"}}), ("withdraw", {}),
        ):  # fmt: skip
            body = {"kind": kind, "subject": "r", "actor": actor, "payload": payload}
            with server.client(headers=server.token(account)) as client:
                answer = client.post("/api/v1/acts", json=body)
            assert answer.status_code in (403, 409), answer.text
    body = {"kind": "release", "subject": "r", "actor": "ARM", "payload": {"recall": ["BLR"]}}
    with server.client(headers=server.token("arm")) as client:
        assert client.post("/api/v1/acts", json=body).status_code == 201
    assert seen_by(server, "r") == {"csto", "arm"}


def test_questions_on_reports_answer_from_what_the_reader_sees(
    union: tuple[Running, Clock],
) -> None:
    server, _ = union
    report(server, "ARM", audience=["CSTO"], place=WORD, title=WORD)
    for account, sees in (("arm", True), ("csto", True), ("chn", False), ("", False)):
        headers = server.token(account) if account else {}
        with server.client(headers=headers) as client:
            verbs = ("reports", "duplicates", "readers")
            asked = [client.get(f"/ask/{verb}", params={"on": "today"}) for verb in verbs]
            narrowed = client.get("/ask/reports", params={"as_": "CSTO delegation:ARM"})
            guessed = client.get("/ask/readers", params={"report": "r0"})
            known = client.get("/ask/readers", params={"report": "r"})
        assert (WORD in asked[0].text) is (WORD in narrowed.text) is sees
        if not sees:
            assert all(WORD not in answer.text for answer in (*asked, guessed, known))
            assert known.status_code == guessed.status_code
        else:
            assert "CH2002 Art. 19" in known.text
