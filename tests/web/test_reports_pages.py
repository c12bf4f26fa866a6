"""Pages on reports, warnings and cooperation: made by forms, released, called back, cancelled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import httpx
import pytest

from hansa.record.acts import Json
from web.serving import Running, serving

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
ATOM = "{http://www.w3.org/2005/Atom}"
SAID = {
    "p.kind": "smuggling_drugs", "p.title": "Lorry at Meghri", "p.text": "In the spare wheel.",
    "p.place": "Meghri", "p.reliability": "B", "p.credibility": "2", "p.tlp": "AMBER",
    "p.audience": "CSTO, SCO Secretariat",
}  # fmt: skip


@pytest.fixture(scope="module")
def union(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("reports")) as server:
        for name, mandate in (("arm", "CSTO:ARM"), ("sco", "SCO"), ("chn", "SCO:CHN")):
            server.account(name, mandate)
        yield server


def acted(client: httpx.Client, kind: str, subject: str, actor: str, **more: str) -> httpx.Response:
    """Fill in the form for an act, and send it."""
    page = client.get("/account").text
    csrf = re.search(r'name="csrf" value="(\w+)"', page)
    assert csrf is not None
    form = {"csrf": csrf[1], "kind": kind, "subject": subject, "actor": actor, **more}
    return client.post("/act", data=form)


def made(answer: httpx.Response) -> str:
    """The id of the act that a form made."""
    assert answer.status_code == 303, answer.text[-3000:]
    return unquote(answer.headers["location"].split("/acts/")[1].split("?")[0])


@pytest.fixture(scope="module")
def report(union: Running) -> str:
    """A report that a delegation made by the form."""
    with closing(union.signed_in("arm")) as arm:
        form = arm.get("/act?kind=report").text
        for name in SAID:
            assert f'name="{name}"' in form
        return made(acted(arm, "report", "Meghri lorry", "ARM", **SAID))


def read(server: Running, account: str, path: str) -> Any:
    with server.client(headers=server.token(account) if account else {}) as client:
        return client.get(path)


def test_names_of_two_words_are_one_reader(union: Running, report: str) -> None:
    act = union.site.live.recorded(report)
    assert act is not None
    assert act.payload["audience"] == ["CSTO", "SCO Secretariat"]


def test_a_report_is_shown_graded_and_marked(union: Running, report: str) -> None:
    page = read(union, "arm", f"/reports/{report}").text
    for part in ("TLP:AMBER", "B: usually reliable", "2: probably true", "In the spare wheel.",
                 "Who may see it, and by which article", "UCDP"):  # fmt: skip
        assert part in page
    twin = read(union, "arm", f"/api/v1/reports/{report}").json()
    rows = next(s for s in twin["sections"] if s["key"] == "readers")["exhibits"][0]["rows"]
    sees = {row["reader"]: row for row in rows}
    assert sees["SCO secretariat"]["allowed"] == "true"
    assert sees["SCO secretariat"]["article"].startswith("SC2007")
    assert sees["SCO delegation:CHN"]["allowed"] == "false"
    assert read(union, "", f"/reports/{report}").status_code == 404
    assert read(union, "chn", f"/reports/{report}").status_code == 404


def test_a_partner_is_told_why_and_the_incident_links_it(union: Running, report: str) -> None:
    assert "SC2007" in read(union, "sco", f"/reports/{report}").text
    assert f"/reports/{report}" in read(union, "sco", "/incidents/Meghri lorry").text
    assert f"/reports/{report}" in read(union, "sco", "/reports?area=drugs&state=ARM").text
    assert f"/reports/{report}" not in read(union, "sco", "/reports?area=migration").text


def test_other_reports_of_the_event_are_linked(union: Running, report: str) -> None:
    said: dict[str, Json] = {"kind": "smuggling_drugs", "title": "Lorry at Meghri",
                             "place": "Meghri", "same_as": [report], "tlp": "AMBER",
                             "audience": ["CSTO"]}  # fmt: skip
    other = union.record("report", "Meghri lorry", "RUS", said)
    page = read(union, "arm", f"/reports/{report}").text
    assert "Held to be of the same event" in page
    assert f"/reports/{other.id}" in page


def test_who_has_seen_it_and_who_must_be_told(union: Running, report: str) -> None:
    """Read, called back by the form, told; a stranger is told nothing."""
    read(union, "sco", f"/reports/{report}")
    with closing(union.signed_in("arm")) as arm:
        assert "Who has seen it" in arm.get(f"/reports/{report}").text
        back = f"/reports/{report}"
        answer = acted(arm, "release", report, "ARM", back=back, **{"p.recall": "SCO Secretariat"})
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/reports/")
    union.site.live.forget()
    gone = read(union, "sco", f"/reports/{report}")
    assert gone.status_code == 200
    assert "recalled" in gone.text
    assert "spare wheel" not in gone.text
    assert "called back" in read(union, "sco", "/reports").text
    tables = read(union, "arm", f"/api/v1/seen/{report}").json()["sections"][0]["exhibits"]
    assert "sco" in {row["account"] for row in tables[0]["rows"]}
    assert {row["account"] for row in tables[1]["rows"]} == {"sco"}
    for account in ("", "chn", "sco"):
        assert read(union, account, f"/seen/{report}").status_code == 404
        assert read(union, account, f"/api/v1/seen/{report}").status_code == 404


def test_a_withdrawn_report_leaves_a_notice(union: Running) -> None:
    with closing(union.signed_in("arm")) as arm:
        name = made(acted(arm, "report", "Ijevan", "ARM", **{**SAID, "p.title": "At Ijevan"}))
        assert "At Ijevan" in read(union, "sco", f"/reports/{name}").text
        assert acted(arm, "withdraw", name, "ARM").status_code == 303
    union.site.live.forget()
    left = read(union, "sco", f"/reports/{name}").text
    assert "withdrawn" in left
    assert "At Ijevan" not in left
    assert "It was taken back" in read(union, "arm", f"/reports/{name}").text
    assert read(union, "", f"/reports/{name}").status_code == 404


def test_a_warning_by_form_as_page_message_and_feed(union: Running) -> None:
    said = {"p.event": "flood", "p.title": "Flood on the Araks", "p.text": "It rises.",
            "p.instruction": "Leave the banks.", "p.urgency": "Immediate", "p.severity": "Severe",
            "p.certainty": "Observed", "p.area": "The Araks", "p.states": "ARM"}  # fmt: skip
    with closing(union.signed_in("arm")) as arm:
        name = made(acted(arm, "warn", "Araks flood", "ARM", **said))
        union.site.live.forget()
        page = read(union, "", f"/warnings/{name}").text
        assert "Leave the banks." in page
        assert "in force" in page
        message = read(union, "", f"/cap/{name}")
        assert message.headers["content-type"] == "application/cap+xml"
        alert = ElementTree.fromstring(message.content)
        assert alert.tag == f"{CAP}alert"
        assert alert.findtext(f"{CAP}msgType") == "Alert"
        assert alert.findtext(f"{CAP}info/{CAP}severity") == "Severe"
        feed = ElementTree.fromstring(read(union, "", "/warnings.atom?state=ARM").content)
        links = [link.get("href", "") for link in feed.iter(f"{ATOM}link")
                 if link.get("type") == "application/cap+xml"]  # fmt: skip
        assert len(links) == 1
        assert httpx.get(links[0]).content == message.content
        assert acted(arm, "withdraw", name, "ARM").status_code == 303
    union.site.live.forget()
    assert "It was cancelled" in read(union, "", f"/warnings/{name}").text
    alert = ElementTree.fromstring(read(union, "", f"/cap/{name}").content)
    assert alert.findtext(f"{CAP}msgType") == "Cancel"


def test_who_cooperates_with_whom(union: Running) -> None:
    twin = read(union, "", "/api/v1/cooperation?on=2007-10-05&first=CSTO&second=SCO").json()
    sections = {section["key"]: section for section in twin["sections"]}
    assert {"matrix", "agreements", "offers", "gaps", "pair", "pooling"} <= set(sections)
    row = next(r for r in sections["matrix"]["exhibits"][0]["rows"] if r["one"] == "CSTO")
    assert "drugs" in row["SCO"]
    assert "secretariats only" in row["SCO"]
    assert row["NATO"] is None
    kinds = {exhibit["kind"] for exhibit in sections["pooling"]["exhibits"]}
    assert "map" in kinds
    assert read(union, "", "/cooperation?first=CSTOO").status_code == 404


def test_the_day_before_the_memorandum_has_none(union: Running, tmp_path: Path) -> None:
    twin = read(union, "", "/api/v1/cooperation?on=2007-10-04").json()
    matrix = twin["sections"][0]["exhibits"][0]
    row = next(r for r in matrix["rows"] if r["one"] == "CSTO")
    assert not row.get("SCO")
