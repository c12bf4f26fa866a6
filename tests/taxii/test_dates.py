"""Dates added: nothing that becomes visible later is missed, nothing comes twice."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from taxii.conftest import ACCOUNTS, Post, accredited, objects_path, reported
from web.serving import Running, serving


class Follower:
    """A client that keeps the last date it was given, and asks for what was added after it."""

    def __init__(self, post: Post, collection: str) -> None:
        self.post, self.collection, self.after = post, collection, ""

    def poll(self, limit: int = 7) -> list[str]:
        """What is new: incidents by name."""
        found: list[str] = []
        asked: dict[str, Any] = {"limit": limit}
        if self.after:
            asked["added_after"] = self.after
        while True:
            answer = self.post.get(objects_path(self.collection), **asked)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found += [o["name"] for o in page.get("objects", []) if o["type"] == "incident"]
            if "objects" in page:
                self.after = answer.headers["x-taxii-date-added-last"]
            if not page.get("more"):
                return found
            asked["next"] = page["next"]


def released(server: Running, report: str, **said: Any) -> None:
    server.record("release", report, "KGZ", said)


def test_a_report_released_later_is_not_missed(server: Running) -> None:
    chn, public = (
        Follower(Post(server, "chn"), "community"),
        Follower(Post(server, "chn"), "public"),
    )
    reported(server, "old", tlp="AMBER", audience=["CSTO"])
    reported(server, "new", tlp="CLEAR")
    assert (public.poll(), chn.poll()) == (["new title"], [])
    released(server, "old", tlp="GREEN")
    assert (public.poll(), chn.poll()) == ([], ["old title"])
    released(server, "old", tlp="CLEAR")
    assert (public.poll(), chn.poll()) == (["old title"], [])
    assert public.poll() == []


def test_a_reader_accredited_later_gets_what_was_there_before(server: Running) -> None:
    follower = Follower(Post(server, "both"), "CSTO")
    reported(server, "one", tlp="AMBER", audience=["CSTO"])
    reported(server, "strict", tlp="AMBER+STRICT", audience=["CSTO Secretariat"])
    reported(server, "two", tlp="AMBER", audience=["CSTO"])
    assert follower.poll() == ["one title", "two title"]
    accredited(server, "both", "CSTO")
    assert follower.poll() == ["strict title"]
    assert follower.poll() == []


def test_an_act_that_was_recorded_with_an_old_moment_is_not_missed(server: Running) -> None:
    """Clocks differ: what counts is the order of the log."""
    from dataclasses import replace
    from datetime import timedelta

    follower = Follower(Post(server, "csto"), "CSTO")
    first = reported(server, "first", tlp="AMBER", audience=["CSTO"])
    assert follower.poll() == ["first title"]
    late = replace(
        first, id="late", subject="incident late", recorded=first.recorded - timedelta(days=9),
        payload={**first.payload, "title": "late title"},
    )  # fmt: skip
    server.site.live.log().append([late])
    server.site.live.read()
    assert follower.poll() == ["late title"]


def test_a_recall_takes_away_and_a_new_release_brings_back(server: Running) -> None:
    follower = Follower(Post(server, "chn"), "public")
    reported(server, "r", tlp="CLEAR")
    assert follower.poll() == ["r title"]
    server.record("correct", "r", "KGZ", {"payload": {"tlp": "AMBER", "audience": ["CSTO"]}})
    assert Post(server, "chn").objects("public", match_version="all") == []
    released(server, "r", tlp="CLEAR")
    assert follower.poll() == ["r title"]


def test_what_was_withdrawn_is_revoked_without_its_content(server: Running) -> None:
    follower = Follower(Post(server, "arm"), "CSTO")
    reported(server, "r", tlp="AMBER", audience=["CSTO"], text="secret words")
    assert follower.poll() == ["r title"]
    server.record("withdraw", "r", "KGZ", {})
    assert follower.poll() == ["Withdrawn report"]
    found = Post(server, "arm").get(objects_path("CSTO"), match_version="all")
    assert "secret words" not in found.text
    assert "Batken" not in found.text
    assert Post(server, "chn").objects("SCO") == []


def restarted(tmp_path: Path, **where: str) -> None:
    """What a reader is given before and after, dates and tokens."""
    dates, token = [], ""
    for run in range(2):
        with serving(tmp_path, **where) as server:
            if not run:
                for name, mandates in ACCOUNTS.items():
                    accredited(server, name, *mandates)
                for number in range(5):
                    colour = "AMBER" if number % 2 else "AMBER+STRICT"
                    reported(server, f"r{number}", tlp=colour,
                             audience=["CSTO", "CSTO Secretariat"])  # fmt: skip
            post = Post(server, "both")
            if not run:
                post.objects("CSTO")
                accredited(server, "both", "CSTO")
            dates.append(post.get(objects_path("CSTO", "manifest/")).text)
            if not run:
                token = post.get(objects_path("CSTO"), limit=4).json()["next"]
                rest = post.get(objects_path("CSTO"), limit=1000, next=token).json()
            else:
                assert post.get(objects_path("CSTO"), limit=1000, next=token).json() == rest
    assert dates[0] == dates[1]


def test_a_restart_changes_no_date_and_keeps_tokens(tmp_path: Path) -> None:
    restarted(tmp_path)


@pytest.mark.postgres
def test_a_restart_changes_no_date_on_postgres(tmp_path: Path, own_database: str) -> None:
    restarted(tmp_path, log=own_database)


@pytest.mark.parametrize("limit", [1, 3, 50])
def test_a_full_read_while_objects_arrive_loses_and_repeats_nothing(
    server: Running, limit: int
) -> None:
    for number in range(20):
        reported(server, f"r{number}", tlp="AMBER", audience=["CSTO"])
    stop = threading.Event()

    def keep_reporting() -> None:
        number = 20
        while not stop.wait(0.01) and number < 60:
            reported(server, f"r{number}", tlp="AMBER", audience=["CSTO"])
            number += 1

    writer = threading.Thread(target=keep_reporting)
    writer.start()
    follower = Follower(Post(server, "csto"), "CSTO")
    try:
        found = follower.poll(limit)
    finally:
        stop.set()
        writer.join()
    found += follower.poll(limit)
    everything = [o["name"] for o in Post(server, "csto").objects("CSTO", match_type="incident")]
    assert found == everything
    assert len(found) == len(set(found)) >= 20
