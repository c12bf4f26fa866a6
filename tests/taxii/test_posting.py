"""Envelopes handed in: acts by their sender's mandate, each on its own, nothing twice."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from hansa.cooperation.exchange import incident_id, objects_of
from hansa.cooperation.reports import report_of
from hansa.faces.web.taxii import posting
from hansa.faces.web.taxii.media import TAXII
from hansa.record.acts import Act
from taxii.conftest import ROOT, Post, objects_path, reported
from web.serving import Running

WHEN = "2026-01-01T00:00:00.000Z"
AMBER = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"
CREATOR = "identity--11111111-1111-4111-8111-111111111111"


def incident(number: int, **more: Any) -> dict[str, Any]:
    return {
        "type": "incident", "spec_version": "2.1", "id": f"incident--{UUID(int=number, version=4)}",
        "created": WHEN, "modified": WHEN, "name": f"incident {number}",
        "created_by_ref": CREATOR, "object_marking_refs": [AMBER], **more,
    }  # fmt: skip


def on_record(server: Running) -> list[Act]:
    kinds = ("report", "correct", "withdraw")
    return [e.act for e in server.site.live.entries if e.act.kind in kinds]


def test_an_incident_becomes_a_report_by_the_senders_mandate(server: Running) -> None:
    status = Post(server, "arm").hand_in("CSTO", incident(1))
    assert (status["total_count"], status["success_count"]) == (1, 1)
    (act,) = on_record(server)
    assert (act.kind, act.actor, act.id) == ("report", "ARM", incident(1)["id"])
    assert act.payload["tlp"] == "AMBER"
    assert act.payload["audience"] == ["CSTO"]
    assert act.payload["origin"]["creator"] == CREATOR  # type: ignore[index,call-overload]  # a map
    found = Post(server, "kgz").objects("CSTO", match_type="incident")
    assert [(o["id"], o["name"]) for o in found] == [(incident(1)["id"], "incident 1")]
    assert Post(server, "chn").objects("public") == []


def test_a_secretariat_hands_in_as_itself(server: Running) -> None:
    Post(server, "csto").hand_in("CSTO", incident(1))
    assert [act.actor for act in on_record(server)] == ["CSTO Secretariat"]


def test_sending_again_records_nothing_twice_and_succeeds(server: Running) -> None:
    post = Post(server, "arm")
    for _ in range(3):
        status = post.hand_in("CSTO", incident(1), incident(2))
        assert status["success_count"] == 2
    twins = post.hand_in("CSTO", incident(3), incident(3))
    assert twins["success_count"] == 2
    assert len(on_record(server)) == 3


def test_newer_versions_correct_and_revoked_ones_withdraw(server: Running) -> None:
    post = Post(server, "arm")
    later, last = "2026-01-02T00:00:00.000Z", "2026-01-03T00:00:00.000Z"
    post.hand_in("CSTO", incident(1))
    post.hand_in("CSTO", incident(1, modified=later, name="better"))
    assert [o["name"] for o in post.objects("CSTO", match_type="incident")] == ["better"]
    old = post.hand_in("CSTO", incident(1))
    assert old["success_count"] == 1
    post.hand_in("CSTO", incident(1, modified=last, revoked=True))
    assert [act.kind for act in on_record(server)] == ["report", "correct", "withdraw"]
    found = post.objects("CSTO", match_type="incident")
    assert [o["revoked"] for o in found] == [True]


def test_all_versions_in_one_envelope(server: Running) -> None:
    later = "2026-01-02T00:00:00.000Z"
    status = Post(server, "arm").hand_in("CSTO", incident(1, modified=later, name="b"), incident(1))
    assert status["success_count"] == 2
    assert [act.kind for act in on_record(server)] == ["report", "correct"]


def test_each_object_succeeds_or_fails_on_its_own(server: Running) -> None:
    identity = {"type": "identity", "spec_version": "2.1", "id": CREATOR, "created": WHEN,
                "modified": WHEN, "name": "Ministry", "identity_class": "organization"}  # fmt: skip
    malware = {"type": "malware", "spec_version": "2.1", "created": WHEN,
               "modified": WHEN, "is_family": True,
               "id": "malware--11111111-1111-4111-8111-111111111111"}  # fmt: skip
    objects = [
        incident(1), identity, malware, incident(2, confidence=700),
        {"type": "incident", "id": "incident--nonsense"}, incident(3, revoked=True),
        incident(4, spec_version="2.0"), incident(5, name="x" * 9000), incident(6),
    ]  # fmt: skip
    status = Post(server, "arm").hand_in("CSTO", *objects)
    failed = {one["id"]: one["message"] for one in status["failures"]}
    good = {one["id"] for one in status["successes"]}
    assert good == {incident(1)["id"], CREATOR, incident(6)["id"]}
    assert set(failed) == {str(o["id"]) for o in objects} - good
    assert all(failed.values())
    assert {act.id for act in on_record(server)} == {incident(1)["id"], incident(6)["id"]}
    assert status["total_count"] == len(objects)


def test_who_has_no_mandate_there_hands_in_nothing(server: Running) -> None:
    for account, collection in (
        ("nobody", "CSTO"), ("chn", "CSTO"), ("arm", "public"), ("arm", "community"),
    ):  # fmt: skip
        answer = Post(server, account).http.post(
            objects_path(collection), json={"objects": [incident(1)]},
            headers={"content-type": TAXII},
        )  # fmt: skip
        assert answer.status_code == 403, (account, collection)
    assert on_record(server) == []


def test_a_mandate_recalled_while_pending_is_no_mandate(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    gate = threading.Event()
    settle = posting.Clerk._settle_all

    def waits(clerk: posting.Clerk, handed: posting.Handed) -> None:
        gate.wait(10)
        settle(clerk, handed)

    monkeypatch.setattr(posting.Clerk, "_settle_all", waits)
    post = Post(server, "arm")
    answer = post.http.post(
        objects_path("CSTO"), json={"objects": [incident(1)]}, headers={"content-type": TAXII}
    )
    pending = post.get(f"{ROOT}status/{answer.json()['id']}/").json()
    assert (pending["status"], pending["pending_count"]) == ("pending", 1)
    server.record("recall", "CSTO delegation:ARM", "CSTO", {})
    gate.set()
    status = post.completed(answer.json())
    assert status["failure_count"] == 1
    assert on_record(server) == []


def test_statuses_outlive_the_server_and_pending_ones_end(server: Running) -> None:
    from datetime import timedelta

    from hansa.faces.web.taxii.statuses import Outcome, Status, Statuses

    clerk = server.site.accounts._database
    now = server.site.live.clock()
    status = Status("arm", now, [Outcome("incident--1", WHEN), Outcome("incident--2", WHEN)])
    Statuses(clerk).begin(status, now)
    others = Statuses(clerk)  # of a server that was started anew
    assert others.find(status.id, "arm", now)["status"] == "pending"  # type: ignore[index]  # there
    later = others.find(status.id, "arm", now + timedelta(minutes=2))
    assert later is not None
    assert (later["status"], later["failure_count"], later["pending_count"]) == ("complete", 2, 0)
    assert others.find(status.id, "kgz", now) is None
    assert others.find(status.id, "arm", now + timedelta(days=8)) is None


def test_delete_is_the_authors_withdrawal(server: Running) -> None:
    reported(server, "r", tlp="AMBER", audience=["CSTO"])
    path = objects_path("CSTO", f"objects/{incident_id('r')}/")
    assert Post(server, "arm").http.delete(path).status_code == 403
    kgz = Post(server, "kgz")
    assert kgz.http.delete(f"{path}?match[version]=first").status_code == 403
    identity = next(o for o in kgz.objects("CSTO", match_type="identity"))["id"]
    refused = kgz.http.delete(objects_path("CSTO", f"objects/{identity}/"))
    assert refused.status_code in (403, 404)
    assert [act.kind for act in on_record(server)] == ["report"]
    assert kgz.http.delete(path).status_code == 200
    assert [(act.kind, act.actor) for act in on_record(server)][1:] == [("withdraw", "KGZ")]
    assert kgz.http.delete(path).status_code == 200  # it is gone: that is what was asked
    assert len(on_record(server)) == 2
    assert Post(server, "arm").objects("CSTO", match_type="incident")[0]["revoked"] is True


def test_the_records_own_reports_come_back_and_make_no_act(server: Running) -> None:
    reported(server, "r", by="ARM", tlp="AMBER", audience=["CSTO"])
    before = len(on_record(server))
    objects = Post(server, "arm").objects("CSTO")
    status = Post(server, "arm").hand_in("CSTO", *objects)
    assert len(on_record(server)) == before
    assert status["total_count"] == len(objects)
    assert incident_id("r") in {one["id"] for one in status["successes"]}


def test_what_one_server_sends_another_takes(server: Running) -> None:
    """The published extension carries every particular across."""
    act = reported(server, "r", tlp="AMBER", audience=["CSTO"], reliability="B", deaths=3,
                   victims=["KGZ", "UZB"], credibility="2", text="words")  # fmt: skip
    objects = objects_of(report_of(act), producer="elsewhere")
    status = Post(server, "arm").hand_in("CSTO", *objects)
    assert status["failure_count"] == 0, status
    made = on_record(server)[-1]
    assert made.id == incident_id("r", "elsewhere")
    for key in ("kind", "start", "place", "victims", "deaths", "reliability", "credibility", "tlp"):
        assert made.payload[key] == act.payload[key], key


def test_a_thousand_objects_are_taken_and_one_more_is_refused(at: Any) -> None:
    objects = [incident(n) for n in range(posting.MOST + 1)]
    answer = at("arm").http.post(
        objects_path("CSTO"), json={"objects": objects}, headers={"content-type": TAXII}
    )
    assert answer.status_code == 413
    assert answer.json()["details"] == {"max_objects": "1000"}


def test_no_more_waits_than_may(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "WAITING", 1)
    answer = Post(server, "arm").http.post(
        objects_path("CSTO"), json={"objects": [incident(1), incident(2)]},
        headers={"content-type": TAXII},
    )  # fmt: skip
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "30"


def test_identifiers_are_the_servers_own(tmp_path: Any) -> None:
    """Two servers whose acts have the same id do not take one's report for the other's."""
    from taxii.conftest import accredited
    from web.serving import serving

    with serving(tmp_path, base_url="http://union.example:81") as server:
        accredited(server, "arm", "CSTO:ARM")
        reported(server, "r", by="ARM", tlp="AMBER", audience=["CSTO"])
        (mine,) = Post(server, "arm").objects("CSTO", match_type="incident")
        assert mine["id"] == incident_id("r", "union.example:81")
        theirs = objects_of(report_of(on_record(server)[0]), producer="elsewhere")
        Post(server, "arm").hand_in("CSTO", *theirs, *Post(server, "arm").objects("CSTO"))
        assert [act.id for act in on_record(server)] == ["r", incident_id("r", "elsewhere")]
