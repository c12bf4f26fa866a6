"""The live world: the described world and the acts of the log, as each reader may see it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

from hansa.faces.web.live.bell import Bell
from hansa.faces.web.live.sight import Sight
from hansa.faces.web.live.topics import Compass
from hansa.record.acts import Act
from hansa.record.ledger import fold
from hansa.record.mandates import Mandate, mandates_of
from hansa.record.markings import PUBLIC, Marking, Reader, may_see
from hansa.record.world import World
from hansa.store import ActLog, Conflict, Entry, Head, Receipt, Unreachable, open_log
from hansa.terms.errors import StoreFailure

POLL = 0.1
"""Seconds between looks at the log."""
STALE = 0.25
"""Seconds that a page may lag behind a log that grows without pause."""
PAGE = 2000
"""Acts read at once."""
KEPT = 24
"""Worlds kept, one for each set of acts that some readers may not see."""
LAG = 10.0
"""Seconds that a page may be behind what is known, while a newer one is being made."""
SILENCE = 3.0
"""Seconds after which a log that does not answer is said to be out of reach."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """The log cannot be read or written: why, and since when."""

    what: str
    since: datetime


class Edition(NamedTuple):
    """What some readers may see at a position of the log: equal for readers who see the same."""

    position: int
    hidden: frozenset[str]
    restricted: frozenset[str]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The world at a position of the log, as some readers may see it.

    ``hidden`` are the ids of the acts they may not see; ``restricted`` those that they may
    and the public may not.
    """

    position: int
    world: World
    hidden: frozenset[str]
    restricted: frozenset[str]
    newest: datetime

    @property
    def key(self) -> Edition:
        """Equal for readers who see the same; light enough to be kept."""
        return Edition(self.position, self.hidden, self.restricted)


class Live:
    """Follows a log.

    Parameters
    ----------
    described : World
        What is known before the log begins.
    address : str
        The log's address.
    clock : callable
        The present moment.
    """

    def __init__(
        self,
        described: World,
        address: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.described = described
        self.address = address
        self.clock = clock
        self.entries: list[Entry] = []
        self.trouble: Trouble | None = None
        self.bell = Bell()
        self.compass = Compass(described)
        self._log: ActLog | None = None
        # what waits for the log holds this one; pages never do
        self._reading = threading.RLock()
        self._lock = threading.RLock()
        self._folding = threading.Lock()
        self._read_at: list[float] = []
        self._places: dict[str, int] = {}
        self._floor = 0
        self._folded: Snapshot | None = None
        self._kept: OrderedDict[frozenset[str], tuple[float, Snapshot]] = OrderedDict()
        self._sight = Sight(described)
        self._authority: list[Act] = []
        self._mandates: tuple[Mandate, ...] | None = None
        self._known: dict[str, Act] = {}
        for act in sorted(described.acts, key=lambda act: (act.recorded, act.on, act.id)):
            self._learn(act)
        self._newest = max((act.recorded for act in described.acts), default=clock())
        self._wake: asyncio.Event | None = None

    # --- following the log ---------------------------------------------------------------

    @property
    def position(self) -> int:
        """How many acts of the log have been read."""
        return len(self.entries)

    def log(self) -> ActLog:
        """The log, opened when first asked for.

        Raises
        ------
        StoreFailure
            If it cannot be opened.
        """
        with self._reading:
            if self._log is None:
                self._log = open_log(self.address)
            return self._log

    def read(self) -> int:
        """Read what is new; returns how many acts were."""
        with self._reading:
            before = self.position
            try:
                new = self._new()
                with self._lock:
                    for entry in new:
                        self._take(entry)
                    self._renew()
            except StoreFailure as failure:
                self._failed(failure)
            else:
                self.trouble = None
            return self.position - before

    def _new(self) -> list[Entry]:
        log = self.log()
        new = log.after(self.position, limit=PAGE)
        if not new and self.entries and log.head().size < self.position:
            raise StoreFailure(
                f"the log has fewer acts than the {self.position} read from it",
                remedy="it was replaced by an older copy: start the server again",
            )
        return new

    def _failed(self, failure: StoreFailure) -> None:
        if self.trouble is None:
            self.trouble = Trouble(failure.sentence(), self.clock())
        if isinstance(failure, Unreachable) and self._log is not None:
            self._log.close()
            self._log = None

    def _take(self, entry: Entry) -> None:
        act = entry.act
        twin = self._known.setdefault(act.id, act)
        if twin is not act and twin != act:
            raise StoreFailure(
                f"the world and the log have different acts {act.id!r}",
                remedy="give the log of this world, or the world of this log",
            )
        if twin is act:
            self._learn(act)
            self._places[act.id] = entry.position
        self._newest = max(self._newest, act.recorded)
        self._read_at.append(time.monotonic())
        self.entries.append(entry)

    def _learn(self, act: Act) -> None:
        self._known[act.id] = act
        self.compass.learn((act,))
        self._sight.take(act, self.compass.topics(act).organisations)
        if act.kind in ("appoint", "recall", "correct", "withdraw"):
            self._authority.append(act)
            self._mandates = None

    async def follow(self) -> None:
        """Read for ever; wake who waits for news."""
        self._wake = asyncio.Event()
        told = self.position
        while True:
            grew = await self._patiently_read()
            if self.position != told:
                told = self.position
                self.announce()
                await asyncio.to_thread(self._fold_for_the_public)
            if grew >= PAGE:
                continue
            try:
                pause = POLL if self.trouble is None else 5 * POLL
                await asyncio.wait_for(self._wake.wait(), pause)
            except TimeoutError:
                pass
            self._wake.clear()

    async def _patiently_read(self) -> int:
        """Read; a log that neither answers nor refuses is out of reach."""
        reading = asyncio.ensure_future(asyncio.to_thread(self.read))
        done, _ = await asyncio.wait({reading}, timeout=SILENCE)
        if not done and self.trouble is None:
            self.trouble = Trouble("the act log does not answer", self.clock())
        return await reading

    def announce(self) -> None:
        """Wake everybody who waits for news."""
        self.bell.ring()

    def nudge(self) -> None:
        """Look at the log now."""
        if self._wake is not None:
            self._wake.set()

    def append(self, acts: Sequence[Act], expected: Head) -> Receipt:
        """Write acts that were decided upon at a head.

        Raises
        ------
        StoreFailure
            If they cannot be made durable, or others came first (`Conflict`).
        """
        try:
            receipt = self.log().append(acts, expected_head=expected)
        except Conflict:
            raise
        except StoreFailure as failure:
            with self._reading:
                if isinstance(failure, Unreachable):
                    self._failed(failure)
            raise
        self.read()
        return receipt

    def close(self) -> None:
        """Let go of the log."""
        with self._reading:
            if self._log is not None:
                self._log.close()
                self._log = None

    # --- what readers see ----------------------------------------------------------------

    def markings(self) -> dict[str, Marking]:
        """The markings of the acts that not everybody may see today, by id."""
        with self._lock:
            self._renew()
            return self._sight.found

    def _renew(self) -> None:
        """Derive anew who may read reports, if the day or what they rest on has changed."""
        today = self.clock().date()
        if self._sight.stale(today):
            self._sight.renew(today)

    def mandates(self) -> tuple[Mandate, ...]:
        """All mandates that ever were, by all acts, seen or not."""
        with self._lock:
            if self._mandates is None:
                self._mandates = mandates_of(fold(self._authority).acts)
            return self._mandates

    def recorded(self, act_id: str) -> Act | None:
        """An act as it was recorded (corrections not applied), whoever asks."""
        return self._known.get(act_id)

    def visible(self, act: Act, reader: Reader) -> bool:
        """Whether a reader may see an act now: the one place where this is decided."""
        with self._lock:
            self._renew()
            marking = self._sight.found.get(act.id)
            return marking is None or may_see(reader, marking)

    def hidden_from(self, reader: Reader) -> frozenset[str]:
        """The ids of the acts that a reader may not see."""
        with self._lock:
            self._renew()
            return self._sight.hidden_from(reader)

    def whole(self) -> World:
        """The world with every act: for deciding, never for showing."""
        return self._snapshot(frozenset(), exact=True).world

    def forget(self) -> None:
        """Have the next page made from all that was read, however young the last one is."""
        with self._lock:
            self._kept.clear()
            self._floor, self._folded = self.position, None

    def lag(self, position: int) -> float:
        """The seconds for which something newer than a position has been known."""
        if position >= len(self._read_at):
            return 0.0
        return time.monotonic() - self._read_at[position]

    def stands_in(self, old: Edition, new: Edition, at_least: int = 0) -> bool:
        """Whether what was made of an older edition may be shown to who may see the newer.

        Not if it is too old, and not if it may show what its readers may see no longer.
        """
        if old.position < max(at_least, self._floor) or self.lag(old.position) > LAG:
            return False
        return all(self._places.get(name, 0) > old.position for name in new.hidden - old.hidden)

    def fold(self, snapshot: Snapshot) -> None:
        """Fold a snapshot's acts, once, however many pages are made from it at the same time."""
        with self._folding:
            snapshot.world.timeline()

    def _fold_for_the_public(self) -> None:
        made = self.snapshot(PUBLIC)
        self.fold(made)
        self._folded = made

    def folded(self) -> Snapshot:
        """What the public sees, or saw a moment ago: folded already, so that nobody waits."""
        return self._folded or self.snapshot(PUBLIC)

    def snapshot(self, reader: Reader, at_least: int = 0) -> Snapshot:
        """What a reader may see; at most `STALE` old, and no older than ``at_least``."""
        with self._lock:
            return self._snapshot(self.hidden_from(reader), at_least=at_least)

    def _snapshot(
        self, hidden: frozenset[str], *, at_least: int = 0, exact: bool = False
    ) -> Snapshot:
        with self._lock:
            kept = self._kept.get(hidden)
            if kept is not None:
                made, found = kept
                fresh = time.monotonic() - made < STALE and found.position >= at_least
                if found.position == self.position or (fresh and not exact):
                    self._kept.move_to_end(hidden)
                    return found
            made_now = self._made(hidden)
            self._kept[hidden] = (time.monotonic(), made_now)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return made_now

    def _made(self, hidden: frozenset[str]) -> Snapshot:
        acts = tuple(act for name, act in self._known.items() if name not in hidden)
        newest = self._newest
        if hidden:
            newest = max((act.recorded for act in acts), default=self._newest)
        world = replace(self.described, acts=acts)
        restricted = frozenset(self.markings()) - hidden
        return Snapshot(self.position, world, hidden, restricted, newest)
