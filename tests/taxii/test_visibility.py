"""Who may not see a report learns nothing of it from TAXII: not even that there is one."""

from __future__ import annotations

import time
from typing import Any

import pytest

from hansa.cooperation.exchange import incident_id
from taxii.conftest import ROOT, WORD, Post, accredited, objects_path, reported
from web.serving import Running


@pytest.mark.parametrize(
    ("account", "collection", "reports"),
    [
        ("nobody", "public", {"clear"}),
        ("chn", "public", {"clear"}),
        ("chn", "community", {"green"}),
        ("csto", "community", {"green"}),
        ("csto", "CSTO", {"clear", "green", f"{WORD}-amber", f"{WORD}-strict"}),
        ("arm", "CSTO", {"clear", "green", f"{WORD}-amber", f"{WORD}-red"}),
        ("both", "CSTO", {"clear", "green", f"{WORD}-amber"}),
        ("chn", "SCO", {"green"}),
    ],
)
def test_each_reader_finds_their_reports(
    at: Any, account: str, collection: str, reports: set[str]
) -> None:
    assert set(at(account).incidents(collection)) == reports


EVERYWHERE = ("objects/", "manifest/", "objects/?match[version]=all", "manifest/?limit=1000")


def told(post: Post) -> str:
    """Everything that TAXII tells somebody, headers included."""
    found = []
    listed = post.get(f"{ROOT}collections/").json()["collections"]
    for one in listed:
        base = f"{ROOT}collections/{one['id']}/"
        for rest in EVERYWHERE:
            answer = post.http.get(base + rest)
            assert answer.status_code == (200 if one["can_read"] else 403)
            found.append(f"{answer.text}\n{answer.headers}")
        if one["can_read"]:
            for line in post.get(f"{base}manifest/").json().get("objects", ()):
                for rest in ("", "versions/"):
                    answer = post.get(f"{base}objects/{line['id']}/{rest}")
                    assert answer.status_code == 200
                    found.append(f"{answer.text}\n{answer.headers}")
    return "\n".join(found)


@pytest.mark.parametrize(
    ("account", "sees"),
    [
        ("nobody", set[str]()), ("chn", set[str]()), ("both", {"amber"}),
        ("csto", {"amber", "strict"}), ("arm", {"amber", "red"}),
        ("kgz", {"amber", "strict", "red", "nobody"}),
    ],
)  # fmt: skip
def test_nothing_is_told_of_what_may_not_be_seen(at: Any, account: str, sees: set[str]) -> None:
    text = told(at(account))
    for name in ("amber", "strict", "red", "nobody"):
        assert (f"{WORD}-{name}" in text) == (name in sees)
        thing = incident_id(f"{WORD}-{name}")
        assert (thing in text) == (name in sees)


@pytest.mark.parametrize("rest", ["", "versions/"])
def test_what_is_hidden_and_what_is_not_there_are_refused_alike(at: Any, rest: str) -> None:
    post = at("both")
    answers = [
        post.get(objects_path("CSTO", f"objects/{incident_id(name)}/{rest}"))
        for name in (f"{WORD}-strict", "nowhere")
    ]
    assert [a.status_code for a in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    kept = [{k: v for k, v in a.headers.items() if k != "date"} for a in answers]
    assert kept[0] == kept[1]
    deleted = [
        post.http.delete(objects_path("CSTO", f"objects/{incident_id(name)}/"))
        for name in (f"{WORD}-strict", "nowhere")
    ]
    assert [a.status_code for a in deleted] == [404, 404]
    assert deleted[0].content == deleted[1].content


def test_pages_say_nothing_of_what_lies_between(at: Any) -> None:
    """``more`` is false at the last object that the reader may see, whatever comes after it."""
    post = at("both")
    seen = post.get(objects_path("CSTO", "manifest/")).json()["objects"]
    page = post.get(objects_path("CSTO"), limit=len(seen))
    assert page.json()["more"] is False
    assert "next" not in page.json()
    assert page.headers["x-taxii-date-added-last"] == seen[-1]["date_added"]


def test_a_token_of_a_page_is_of_one_reader(at: Any) -> None:
    token = at("csto").get(objects_path("CSTO"), limit=1).json()["next"]
    assert at("arm").get(objects_path("CSTO"), limit=1, next=token).status_code == 400


def test_agreements_let_a_partner_read_in_its_own_collection(server: Running) -> None:
    """A memorandum of secretariats reaches the secretariat: in the collection of its own."""
    accredited(server, "sco", "SCO")
    reported(server, "r", by="CSTO Secretariat", tlp="AMBER", audience=["SCO"], area="drugs",
             kind="drug_trafficking")  # fmt: skip
    secretariat, delegation = Post(server, "sco"), Post(server, "chn")
    seen = server.site.live.visible(server.site.live.recorded("r"), server.site.reader("sco"))  # type: ignore[arg-type]  # it is recorded
    assert bool(secretariat.incidents("SCO")) == seen
    assert delegation.incidents("SCO") == {}


def test_a_correction_by_somebody_else_changes_nothing(server: Running) -> None:
    reported(server, "r", tlp="AMBER", audience=["CSTO"])
    server.record("correct", "r", "ARM", {"payload": {"title": "forged", "tlp": "CLEAR"}})
    found = Post(server, "csto").incidents("CSTO")["r"]
    assert found["name"] == "r title"
    assert Post(server, "chn").objects("public") == []


def test_a_recall_of_one_reader(server: Running) -> None:
    reported(server, "r", tlp="AMBER", audience=["CSTO"])
    assert Post(server, "arm").incidents("CSTO")
    server.record("release", "r", "KGZ", {"recall": ["ARM"]})
    left = Post(server, "arm").get(objects_path("CSTO"), match_version="all")
    told = [found for found in left.json()["objects"] if found["type"] == "incident"]
    assert [found["revoked"] for found in told] == [True]
    assert "r title" not in left.text
    assert "Batken" not in left.text
    assert Post(server, "both").incidents("CSTO")
    assert Post(server, "chn").objects("SCO") == []


def test_a_recall_tells_nobody_who_never_could_read(server: Running) -> None:
    reported(server, "r", tlp="AMBER", audience=["CSTO Secretariat"])
    server.record("release", "r", "KGZ", {"recall": ["CSTO Secretariat", "ARM", "CHN", "SCO"]})
    server.record("release", "r", "CHN", {"recall": ["ARM"]})  # not its author's to call back
    assert [one["revoked"] for one in Post(server, "csto").objects("CSTO")
            if one["type"] == "incident"] == [True]  # fmt: skip
    for reader, collection in (("arm", "CSTO"), ("chn", "SCO"), ("chn", "public")):
        assert Post(server, reader).objects(collection, match_version="all") == []


def test_a_mandate_that_ended_closes_the_collection_at_once(server: Running) -> None:
    reported(server, "r", tlp="AMBER", audience=["CSTO"])
    post = Post(server, "arm")
    assert post.incidents("CSTO")
    server.record("recall", "CSTO delegation:ARM", "CSTO", {})
    assert post.get(objects_path("CSTO")).status_code == 403


def test_a_token_that_was_revoked_opens_nothing(server: Running) -> None:
    post = Post(server, "arm")
    server.site.accounts.close_all("arm")
    assert post.get("/taxii2/").status_code == 401


def test_reads_of_restricted_reports_are_in_the_audit_all_of_them(server: Running) -> None:
    names = [f"a-report-with-a-rather-long-name-{number:04d}" for number in range(120)]
    for name in names:
        reported(server, name, tlp="AMBER", audience=["CSTO"])
    reported(server, "everybodys", tlp="CLEAR")
    Post(server, "arm").objects("CSTO")
    for _ in range(100):
        text = " ".join(n[3] for n in server.site.accounts.noted(500, "arm") if n[2] == "read")
        if names[-1] in text:
            break
        time.sleep(0.05)
    assert all(name in text for name in names)
    assert "everybodys" not in text
