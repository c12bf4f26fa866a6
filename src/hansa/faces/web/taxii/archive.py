"""What reports became, act by act: the objects of each version, for whoever sees which acts.

The log is the only store. The archive follows it in order, and keeps for every report the acts
that made and changed it, each with its tick: microseconds since 1970 that grow strictly along
the log, whatever the clocks of those who acted. Ticks depend on the log alone, so that every
server on a log, before and after a restart, counts the same.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field, replace
from typing import Final

from hansa.cooperation.exchange.stix import objects_of, origin_of
from hansa.cooperation.reports import report_of
from hansa.cooperation.reports.handling import CHANGES, standing_changes
from hansa.faces.web.live import Live
from hansa.faces.web.live.sight import GROUNDS
from hansa.faces.web.taxii import moments
from hansa.record.acts import Act, Json
from hansa.terms.days import Day
from hansa.terms.errors import BadInput

APART: Final = 64
"""Microseconds between ticks: room for the objects of one version of a report."""


@dataclass(frozen=True, slots=True)
class Item:
    """One version of one object: ``version`` in microseconds since 1970, ``body`` as JSON."""

    id: str
    type: str
    version: int
    version_text: str
    spec: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Version:
    """A report as of one of its acts.

    Parameters
    ----------
    act : str
        The act that made it so.
    rests : tuple of str
        The acts that a reader must see to be shown it.
    colour : str
        Of the Traffic Light Protocol.
    audience : frozenset of str
        For whom it is, or which organisations it is about.
    withdrawn : bool
    items : tuple of Item
    """

    act: str
    rests: tuple[str, ...]
    colour: str
    audience: frozenset[str]
    withdrawn: bool
    items: tuple[Item, ...]


class Archive:
    """The reports of one log.

    Parameters
    ----------
    live : Live
    producer : str
        Who gives identifiers (see `hansa.cooperation.exchange.objects_of`).
    """

    def __init__(self, live: Live, producer: str = "") -> None:
        self.live, self.producer = live, producer
        self.touched: list[str] = []
        """Reports in the order in which acts made or changed them."""
        self.ticks: dict[str, int] = {}
        """The tick of each act of a report."""
        self.grounds = 0
        """How many acts there were on which sharing groups rest."""
        self._acts: dict[str, list[Act]] = {}
        self._of: dict[str, str] = {}
        self._items: dict[tuple[str, bytes], Item] = {}
        self._versions: dict[tuple[str, ...], Version | None] = {}
        self._known: set[str] = set()
        self._tick = 0
        self._position = 0
        self._lock = threading.Lock()

    def catch_up(self) -> None:
        """Read what the log has got since."""
        with self._lock:
            if not self._known:
                described = self.live.described.acts
                for act in sorted(described, key=lambda act: (act.recorded, act.on, act.id)):
                    self._take(act)
            entries = self.live.entries
            while self._position < len(entries):
                self._take(entries[self._position].act)
                self._position += 1

    def _take(self, act: Act) -> None:
        self._tick = max(moments.ticks(act.recorded), self._tick + APART)
        if act.id in self._known:
            return
        self._known.add(act.id)
        report = act.id if act.kind == "report" else self._of.get(act.subject, "")
        if act.kind == "report":
            self._acts[report] = [act]
        elif act.kind in CHANGES and report:
            self._acts[report].append(act)
        else:
            self.grounds += act.kind in GROUNDS or act.kind in CHANGES
            return
        self.ticks[act.id] = self._tick
        self._of[act.id] = report
        self.touched.append(report)

    def reports(self) -> tuple[str, ...]:
        """All reports, in the order of the log."""
        return tuple(self._acts)

    def acts_of(self, report: str) -> tuple[Act, ...]:
        """The act that made a report, those about it, and those about these."""
        return tuple(self._acts.get(report, ()))

    def report_of(self, act: str) -> str:
        """The report that an act made or changed, ``""`` if none."""
        return self._of.get(act, "")

    # --- versions ------------------------------------------------------------------------

    def version(
        self, acts: tuple[Act, ...], rests: tuple[str, ...], today: Day, *, gone: bool = False
    ) -> Version | None:
        """A report as of the last of these acts; ``None`` if it makes no sense as one.

        For a reader for whom it is ``gone``, taken back or called back, it is without content.

        Made once for all readers who see the same acts. Of the changes those count that its
        author made, that were not taken back, and that have effect by today.
        """
        standing = standing_changes(acts[0], acts[1:], today)
        key = ("gone" if gone else "", acts[-1].id, *(act.id for act in standing), "", *rests)
        if key not in self._versions:
            self._versions[key] = self._made(acts, standing, rests, gone=gone)
        return self._versions[key]

    def _made(
        self, acts: tuple[Act, ...], standing: tuple[Act, ...], rests: tuple[str, ...], *,
        gone: bool,
    ) -> Version | None:  # fmt: skip
        made = acts[0]
        try:
            report = report_of(made, standing)
            report = replace(report, withdrawn=report.withdrawn or gone)
            # an act that names other reports is seen by who sees them all: so is the link
            origin = origin_of(made, standing)
            objects = objects_of(report, producer=self.producer, origin=origin)
            items = tuple(self._shared(found) for found in objects)
        except (BadInput, KeyError):  # an act of old that makes no sense as a report is no object
            return None
        audience = frozenset(report.audience) or self.live.compass.topics(made).organisations
        return Version(acts[-1].id, rests, report.tlp, audience, report.withdrawn, items)

    def _shared(self, found: dict[str, Json]) -> Item:
        """The item of an object; equal ones are kept once."""
        body = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
        name = str(found["id"])
        known = self._items.get((name, body))
        if known is None:
            text = str(found.get("modified") or found.get("created") or "")
            version = moments.read(text) or 0
            spec = str(found.get("spec_version", "2.1"))
            known = Item(name, str(found["type"]), version, text, spec, body)
            self._items[name, body] = known
        return known
