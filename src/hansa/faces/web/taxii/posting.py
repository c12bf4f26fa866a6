"""Envelopes handed in: each object becomes an act by its sender's mandate, or says why not.

Every act goes the way of everybody's acts (`hansa.faces.web.acting.Desk`): authority, rules,
particulars, signature. A report of STIX keeps its identifier as the id of its act, so that
handing in the same envelope again records nothing twice.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from hansa.cooperation.exchange.bounds import Bounds, read_json
from hansa.cooperation.exchange.reading import Reading, read_bundle
from hansa.cooperation.exchange.unread import READ, SUPPORTING
from hansa.cooperation.reports.handling import CHANGES
from hansa.faces.web.acting import Desk
from hansa.faces.web.site import Site
from hansa.faces.web.taxii.batches import record_reports
from hansa.faces.web.taxii.collections import Collection
from hansa.faces.web.taxii.media import Refusal
from hansa.faces.web.taxii.statuses import Outcome, Status, Statuses
from hansa.faces.web.visits import Visit
from hansa.record.acts import Act, Json
from hansa.record.markings import Reader
from hansa.service.sifting import sifted
from hansa.terms.errors import BadInput, HansaError

MOST: Final = 1000
"""Objects in one envelope."""
WAITING: Final = 5000
"""Objects of one account that may be pending."""
BEAT: Final = 2.0
"""Seconds between notes of how far an envelope has come."""
LONGEST: Final = 4 * 2**20
BOUNDS: Final = Bounds(size=LONGEST, values=400_000, objects=MOST)


def envelope(body: bytes) -> list[dict[str, Json]]:
    """The objects of an envelope (section 3.7), each with a type and an id.

    Raises
    ------
    Refusal
        400 for what is no JSON, 413 for too much, 422 for what is no envelope.
    """
    try:
        found = read_json(body, "envelope", BOUNDS)
    except BadInput as wrong:
        raise Refusal(400, wrong.sentence()) from None
    objects = found.get("objects") if isinstance(found, dict) else None
    if not isinstance(objects, list) or not objects:
        raise Refusal(422, "this is no envelope with objects", remedy='send {"objects": […]}')
    if len(objects) > MOST:
        raise Refusal(
            413, f"it holds {len(objects):,} objects, more than {MOST:,}",
            remedy="send it in parts", details={"max_objects": str(MOST)},
        )  # fmt: skip
    kept: list[dict[str, Json]] = []
    for number, item in enumerate(objects):
        if not isinstance(item, dict) or not _named(item):
            raise Refusal(
                422, f"objects[{number}] has no id and type by which a status could name it"
            )
        kept.append(item)
    return kept


def _named(item: Mapping[str, Json]) -> bool:
    said = [item.get(key) for key in ("id", "type")]
    return all(isinstance(text, str) and text.isascii() and 0 < len(text) <= 300 for text in said)


def label(item: Mapping[str, Json]) -> tuple[str, str]:
    """Identifier and version of an object, as a status names them."""
    version = str(item.get("modified") or item.get("created") or "")[:60]
    return str(item["id"]), version.encode("ascii", "replace").decode()


def producer_of(site: Site) -> str:
    """Under which name this server gives identifiers: the host by which readers know it."""
    return urlsplit(site.settings.base_url).netloc


def actor_for(collection: Collection, reader: Reader) -> str:
    """For whom a reader acts in a collection: its delegation's state, or the secretariat.

    Raises
    ------
    Refusal
        403 for whoever acts for several there, or for nobody.
    """
    organisation = collection.organisation
    held = [m for m in reader.mandates if m.organisation == organisation]
    found = {m.state or f"{organisation} Secretariat" for m in held}
    if len(found) != 1:
        raise Refusal(
            403, f"the account acts for {len(found)} here",
            remedy="hand in with an account that acts for one delegation or secretariat",
        )  # fmt: skip
    return found.pop()


@dataclass(frozen=True, slots=True)
class Handed:
    """An envelope on its way."""

    visit: Visit
    collection: Collection
    actor: str
    objects: list[dict[str, Json]]
    status: Status


class Clerk:
    """Records envelopes one after the other, in the background.

    Parameters
    ----------
    site : Site
    desk : Desk
    statuses : Statuses
    """

    def __init__(self, site: Site, desk: Desk, statuses: Statuses) -> None:
        self._site, self._desk, self.statuses = site, desk, statuses
        self._worker = ThreadPoolExecutor(1, "taxii")

    def close(self) -> None:
        """Take on nothing more."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def hand_in(
        self, visit: Visit, collection: Collection, objects: list[dict[str, Json]]
    ) -> Status:
        """Take an envelope on; its status is pending.

        Raises
        ------
        Refusal, TooOften, HansaError
            If this reader may not hand in here, or not now.
        """
        self._desk.ready(visit)
        actor = actor_for(collection, visit.reader)
        account = visit.reader.account
        self._site.limit(self._site.act_limit, account)
        if self.statuses.running(account) + len(objects) > WAITING:
            raise Refusal(
                429, f"more than {WAITING:,} objects of this account are pending",
                headers={"retry-after": "30"},
            )  # fmt: skip
        now = self._site.live.clock()
        oldest_first = sorted(objects, key=lambda item: label(item)[1])
        status = Status(account, now, [Outcome(*label(item)) for item in oldest_first])
        self.statuses.begin(status, now)
        self._worker.submit(self._work, Handed(visit, collection, actor, oldest_first, status))
        return status

    def withdraw(self, visit: Visit, report: str, actor: str) -> None:
        """Take a report back, as its author.

        Raises
        ------
        HansaError
            If it is not theirs to take back.
        """
        now = self._site.live.clock()
        draft = Act("", "withdraw", now.date(), now, report, actor)
        self._site.limit(self._site.act_limit, visit.reader.account)
        self._record(visit, draft)

    def _record(self, visit: Visit, draft: Act) -> None:
        account = visit.reader.account
        try:
            _, acts = self._desk.hand_in(visit, draft)
        except HansaError as wrong:
            self._site.accounts.note(account, "refused", f"/taxii2/: {wrong.sentence()}")
            raise
        self._site.accounts.note(account, "acted", " ".join(act.id for act in acts))

    # --- in the background -----------------------------------------------------------------

    def _work(self, handed: Handed) -> None:
        status, clock = handed.status, self._site.live.clock
        try:
            self._settle_all(handed)
        except Exception as wrong:  # whatever it is, the status must come to its end
            said = wrong.sentence() if isinstance(wrong, HansaError) else "the server failed"
            while status.pending:
                one = status.pending[0]
                status.settle(Outcome(one.id, one.version, said, failed=True))
            if not isinstance(wrong, HansaError):
                raise
        finally:
            try:
                self.statuses.note(status, clock())
            finally:
                self.statuses.drop(status)

    def _settle_all(self, handed: Handed) -> None:
        found, reading = self._read(handed)
        acts = _acts_by_object(reading, handed.collection.organisation)
        why = {left.object: left.why for left in (reading.left_out if reading else ())}
        made = [act for act in acts.values() if act.kind == "report"]
        refused = dict(record_reports(self._site, self._desk, handed.visit, made))
        told = time.monotonic()
        for number, item in enumerate(handed.objects):
            name, version = label(item)
            said, failed = found.get(number, ""), number in found
            draft = None if failed else acts.pop((name, _version_of(item)), None)
            if draft is not None:
                said = refused[name] if draft.kind == "report" else self._one(handed, draft)
                failed = bool(said)
            elif not failed:
                said, failed = _without_act(item, why.get(name, ""))
            handed.status.settle(Outcome(name, version, said[:1000], failed))
            if time.monotonic() - told > BEAT:
                told = time.monotonic()
                self.statuses.note(handed.status, self._site.live.clock())

    def _one(self, handed: Handed, draft: Act) -> str:
        """Record one correction or withdrawal; why not, if it is refused."""
        try:
            self._record(handed.visit, draft)
        except HansaError as wrong:
            return wrong.sentence()
        return ""

    def _read(self, handed: Handed) -> tuple[dict[int, str], Reading | None]:
        """What is wrong with which object, and the acts that the others amount to."""
        live = self._site.live
        reader = self._site.reader(handed.visit.reader.account)
        known = live.snapshot(reader, at_least=live.position).world.acts
        about = tuple(act for act in known if act.kind in ("report", *CHANGES))
        reading, wrong = sifted(
            handed.objects,
            lambda some, alone: self._reading(handed, some, () if alone else about),
        )
        return wrong, reading

    def _reading(
        self, handed: Handed, objects: Sequence[Mapping[str, Json]], known: Sequence[Act]
    ) -> Reading:
        now = self._site.live.clock()
        value: dict[str, Any] = {"objects": list(objects)}
        return read_bundle(
            value, by=handed.actor, on=now.date(), recorded=now, known=known, name="envelope",
            audience=(handed.collection.organisation,), producer=producer_of(self._site),
            bounds=BOUNDS,
        )  # fmt: skip


def _version_of(item: Mapping[str, Json]) -> str:
    """By which the act of an object is found: what its origin says, or that it is revoked."""
    return "revoked" if item.get("revoked") is True else str(item.get("modified", ""))


def _acts_by_object(reading: Reading | None, organisation: str) -> dict[tuple[str, str], Act]:
    """The acts by the identifiers and versions from which they were made."""
    found: dict[tuple[str, str], Act] = {}
    for act in reading.acts if reading else ():
        if act.kind == "withdraw":
            found[act.subject, "revoked"] = act
            continue
        inner = act.payload.get("payload") if act.kind == "correct" else act.payload
        said = dict(inner) if isinstance(inner, Mapping) else {}
        origin = said.get("origin")
        version = str(origin.get("modified", "")) if isinstance(origin, Mapping) else ""
        if act.kind == "report":  # what names nobody is for those where it was handed in
            payload: dict[str, Json] = {"audience": [organisation], **said}
            found[act.id, version] = replace(act, payload=payload)
            continue
        if said.get("audience", "") is None:
            del said["audience"]
        found[act.subject, version] = replace(act, payload={**act.payload, "payload": said})
    return found


def _without_act(item: Mapping[str, Json], why: str) -> tuple[str, bool]:
    """What is said of an object from which no act was made, and whether that is a failure."""
    kind = str(item["type"])
    if kind in SUPPORTING and not why:
        return "read with the reports that refer to it", False
    if kind in READ and (not why or why == "it is this record's own report"):
        return "on record already", False
    return why or "nothing was made of it", True
