"""Property: whoever follows a collection has, at every moment, all that it shows; nothing twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hansa.faces.web.accounts.database import Database
from hansa.faces.web.accounts.secrets import Vault
from hansa.faces.web.live import Live
from hansa.faces.web.taxii.collections import COMMUNITY, PUBLIC_ONE, Collection
from hansa.faces.web.taxii.filters import Filters
from hansa.faces.web.taxii.room import Room
from hansa.record.acts import Act, Json
from hansa.record.mandates import holding
from hansa.record.markings import Reader
from hansa.worlds import open_world

WORLD = open_world("eurasia")
BEGIN = datetime(2026, 5, 1, 12, tzinfo=UTC)
MANDATES = ("CSTO delegation:ARM", "CSTO delegation:KGZ", "CSTO secretariat", "SCO delegation:KGZ",
            "SCO secretariat")  # fmt: skip
ACCOUNTS = ("one", "two")
COLLECTIONS = (
    PUBLIC_ONE, COMMUNITY, Collection("CSTO", "", "", "CSTO"), Collection("SCO", "", "", "SCO"),
)  # fmt: skip
AUDIENCES: tuple[list[Json], ...] = (
    ["CSTO"], ["SCO"], ["CSTO", "SCO"], ["CSTO Secretariat"], ["ARM"], ["account:one"], [],
)  # fmt: skip
COLOURS = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")

REPORT = st.tuples(
    st.just("report"), st.sampled_from(["KGZ", "ARM", "CSTO Secretariat"]),
    st.sampled_from(COLOURS), st.sampled_from(AUDIENCES),
)  # fmt: skip
CHANGE = st.tuples(
    st.sampled_from(["correct", "release", "withdraw", "recall from"]), st.integers(0, 9),
    st.sampled_from(COLOURS), st.sampled_from(AUDIENCES),
)  # fmt: skip
MANDATE = st.tuples(
    st.sampled_from(["appoint", "dismiss"]), st.sampled_from(ACCOUNTS), st.sampled_from(MANDATES),
    st.just(None),
)  # fmt: skip
OTHER = st.tuples(st.sampled_from(["restart", "night"]), st.none(), st.none(), st.none())
EVENT = st.one_of(REPORT, REPORT, CHANGE, CHANGE, MANDATE, MANDATE, OTHER)
CLIENTS = (*((account, 0) for account in ACCOUNTS), *((account, 1) for account in ACCOUNTS))
STORY = st.lists(st.tuples(EVENT, st.sets(st.sampled_from(CLIENTS))), min_size=4, max_size=16)
"""What happens, and which clients (two of each account) look afterwards."""


@dataclass
class Follower:
    """A client of one collection: the last date, and the versions of objects that it has."""

    client: tuple[str, int]
    collection: Collection
    after: int = -1
    has: dict[tuple[str, str], int] = field(default_factory=dict)


class Story:
    """A log that grows, its clock, and who follows it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now = folder, BEGIN
        self.reports: list[tuple[str, str]] = []
        self.number = 0
        self.followers = [Follower(a, c) for a in CLIENTS for c in COLLECTIONS]
        self.start()

    def start(self) -> None:
        self.live = Live(WORLD, str(self.folder / "log.db"), lambda: self.now)
        self.live.read()
        database = Database(str(self.folder / "accounts.db"))
        self.room = Room(self.live, database, Vault(b"secret" * 8))

    def record(self, kind: str, subject: str, actor: str, payload: dict[str, Json]) -> str:
        self.number += 1
        # clocks of those who act differ: a moment may lie before that of the act before
        at = self.now - timedelta(seconds=7 * (self.number % 3))
        name = f"{'zyx'[self.number % 3]}{self.number}"
        act = Act(name, kind, at.date(), at, subject, actor, payload)
        self.live.log().append([act])
        self.live.read()
        self.now += timedelta(seconds=1)
        return name

    def reader(self, account: str) -> Reader:
        held = holding(self.live.mandates(), self.live.clock())
        return Reader(account, tuple(m for m in held if m.account == account))

    def tell(self, what: str, one: Any, two: Any, three: Any) -> None:
        if what == "report":
            payload: dict[str, Json] = {
                "kind": "incursion", "title": f"t{self.number}", "tlp": two, "audience": three,
                "place_state": "KGZ",
            }  # fmt: skip
            self.reports.append((self.record("report", f"i{self.number}", one, payload), one))
        elif what in ("appoint", "dismiss"):
            kind = "appoint" if what == "appoint" else "recall"
            self.record(kind, two, two.split(" ")[0], {"account": one})
        elif what == "restart":
            self.live.close()
            self.start()
        elif what == "night":
            self.now += timedelta(days=1)
        elif self.reports:
            report, author = self.reports[one % len(self.reports)]
            said: dict[str, Json] = {"tlp": two, "audience": three}
            if what == "correct":
                inner = {"title": f"t{self.number}"} | (said if one % 2 else {})
                self.record("correct", report, author, {"payload": inner})
            elif what == "recall from":
                self.record("release", report, author, {"recall": ["ARM", "SCO Secretariat"]})
            else:
                self.record(what, report, author, said if what == "release" else {})

    def poll(self, clients: Iterable[tuple[str, int]] = CLIENTS) -> None:
        """Followers ask for what is new, and then have all that there is."""
        for follower in self.followers:
            if follower.client not in clients:
                continue
            reader = self.reader(follower.client[0])
            if not follower.collection.can_read(reader):
                continue
            new = self.read(reader, follower.collection, follower.after, 3)
            everything = self.read(reader, follower.collection, -1, 1000)
            dates = [date for date, _ in everything]
            assert dates == sorted(set(dates))
            shown = {key for _, key in everything}
            for date, key in new:
                assert date > follower.has.get(key, -1), "given twice with one date"
                follower.has[key] = date
                follower.after = date
            assert shown <= follower.has.keys(), "something was missed"
            # what several reports share may move on with one of them, never back
            for date, key in everything:
                assert date >= follower.has[key], "somebody slower would miss it"

    def read(
        self, reader: Reader, collection: Collection, after: int, limit: int
    ) -> list[tuple[int, tuple[str, str]]]:
        found: list[tuple[int, tuple[str, str]]] = []
        every = frozenset[str | int]({"all"})
        asked = Filters(limit=limit, versions=every, added_after=after if after >= 0 else None)
        while True:
            page, token = self.room.page(reader, collection, asked, "objects")
            found += [(p.date, (p.item.id, p.item.version_text)) for p in page.placed]
            for name in page.acts:
                act = self.live.recorded(name)
                assert act is not None
                assert self.live.visible(act, reader), "shown, and not to be seen"
            if not page.more:
                return found
            asked = Filters(limit, token, asked.added_after, versions=every)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
)  # fmt: skip
@given(story=STORY)
def test_a_follower_has_everything_at_every_moment_and_nothing_twice(story: list[Any]) -> None:
    with TemporaryDirectory() as folder:
        told = Story(Path(folder))
        for account, mandate in zip(ACCOUNTS, MANDATES, strict=False):
            told.record("appoint", mandate, "CSTO", {"account": account})
        told.poll()
        for event, lookers in story:
            told.tell(*event)
            told.poll(lookers)
        told.poll()
        told.live.close()
