"""Bundles of STIX 2.1 from others as acts: what has meaning here, and a list of the rest.

An incident becomes a report whose id is the object's identifier, so that it keeps it when it is
passed on; a sighting of an incident becomes a report of the same incident. Nothing is dropped
silently: what is not read is listed with the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hansa.cooperation.exchange.bounds import BOUNDS, Bounds
from hansa.cooperation.exchange.envelope import Object, Parcel, opened
from hansa.cooperation.exchange.foreign import of_incident, of_sighting
from hansa.cooperation.exchange.identifiers import OBJECT_ID, incident_id, moment_of, timestamp
from hansa.cooperation.exchange.unread import READ, SUPPORTING, referred, unused
from hansa.record.acts import Act, Json
from hansa.record.ledger import fold
from hansa.terms.days import Day
from hansa.terms.errors import BadInput, Place

OTHER_RECORD = "another record calls its report so; the name of a producer tells them apart"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that was not read: an object's identifier, where it stood, and why."""

    object: str
    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was made of a bundle.

    Parameters
    ----------
    acts : tuple of Act
        Reports, corrections and withdrawals, in the order in which they are to be recorded.
    left_out : tuple of LeftOut
    known : int
        Versions of objects that were on record already.
    objects : int
        How many objects there were.
    """

    acts: tuple[Act, ...]
    left_out: tuple[LeftOut, ...]
    known: int
    objects: int

    @property
    def counts(self) -> Mapping[str, int]:
        """How many acts of each kind."""
        return Counter(act.kind for act in self.acts)


@dataclass(frozen=True, slots=True)
class _Past:
    """What the record knows of a report that came from elsewhere."""

    creator: str
    modified: datetime | None
    payload: Mapping[str, Json]
    subject: str
    withdrawn: bool


def read_bundle(
    bundle: bytes | Mapping[str, Json],
    *,
    by: str,
    on: Day,
    recorded: datetime,
    known: Iterable[Act] = (),
    producer: str = "",
    audience: Iterable[str] = (),
    name: str = "bundle",
    bounds: Bounds = BOUNDS,
) -> Reading:
    """The acts by which what a bundle says goes on record, and what was left out.

    Parameters
    ----------
    bundle : bytes or mapping
        A STIX 2.1 bundle or a TAXII 2.1 envelope, as JSON or as its values.
    by, on, recorded, known, producer, audience
        As in `hansa.cooperation.exchange.stix.acts_of`.
    name : str
        What to call the bundle in errors: its file.
    bounds : Bounds
        What is read at most.

    Raises
    ------
    BadInput
        With the path of the object that makes no sense.
    """
    parcel = opened(bundle, name, bounds)
    reader = _Reader(parcel, by, on, recorded, tuple(audience))
    reader.recall(tuple(known), producer)
    for versions in parcel.versions.values():
        for item in versions:
            reader.take(item)
    return Reading(tuple(reader.acts), tuple(reader.left_out), reader.already, len(parcel.objects))


class _Reader:
    """Takes the versions of objects in order, and keeps what they amount to."""

    def __init__(
        self, parcel: Parcel, by: str, on: Day, recorded: datetime, audience: tuple[str, ...]
    ) -> None:
        self.parcel = parcel
        self.by, self.on, self.recorded, self.audience = by, on, recorded, audience
        self.acts: list[Act] = []
        self.left_out: list[LeftOut] = []
        self.already = 0
        self.past: dict[str, _Past] = {}
        self.own: dict[str, str] = {}
        self.seen: dict[str, tuple[str, str]] = {}
        self.taken: set[str] = set()
        self.used = referred(parcel)

    def recall(self, known: tuple[Act, ...], producer: str) -> None:
        """Remember which reports are on record, and as of which version."""
        made = {act.id: act for act in known if act.kind == "report"}
        self.taken = {act.id for act in known}
        foreign = {name for name in made if OBJECT_ID.fullmatch(name)}
        self.own = {
            incident_id(name, producer): timestamp(act.recorded)
            for name, act in made.items()
            if name not in foreign
        }
        changes = [
            act for act in known if act.kind in ("correct", "withdraw") and act.subject in foreign
        ]
        withdrawn = {act.subject for act in changes if act.kind == "withdraw"}
        corrections = [act for act in changes if act.kind == "correct"]
        for act in fold([*(made[name] for name in foreign), *corrections]).of("report"):
            origin = act.payload.get("origin")
            said = origin if isinstance(origin, dict) else {}
            self.past[act.id] = _Past(
                str(said.get("creator", "")), moment_of(str(said.get("modified", ""))),
                act.payload, act.subject, act.id in withdrawn,
            )  # fmt: skip

    def take(self, item: Object) -> None:
        """Take one version of one object."""
        if item.type not in READ:
            why = "" if item.type in SUPPORTING else "it has no meaning in a report of an incident"
            why = why or unused(item, self.parcel, self.used)
            if why:
                self._leave(item, why)
            return
        if item.id in self.own:
            own = self.own[item.id] == item.value.get("created")
            why = "it is this record's own report" if own else OTHER_RECORD
            self._leave(item, why)
            return
        before = self.past.get(item.id)
        if before is None:
            self._new(item)
        elif before.modified is not None and item.modified <= before.modified:
            self.already += 1
        elif before.creator != item.creator:
            self._leave(item, "only its creator may change an object")
        elif before.withdrawn:
            self._leave(item, "it was withdrawn before")
        elif item.revoked:
            self._withdraw(item, before)
        else:
            self._correct(item, before)

    def _new(self, item: Object) -> None:
        if item.revoked:
            self._leave(item, "it is revoked, and was never on record")
            return
        found = self._particulars(item)
        if found is None:
            return
        subject, payload = found
        self._add(item, Act(item.id, "report", self.on, self.recorded, subject, self.by, payload))
        self.past[item.id] = _Past(item.creator, item.modified, payload, subject, False)

    def _correct(self, item: Object, before: _Past) -> None:
        found = self._particulars(item)
        if found is None:
            return
        subject, payload = found
        inner: dict[str, Json] = {
            key: value for key, value in payload.items() if before.payload.get(key) != value
        }
        inner |= {key: None for key in before.payload if key not in payload}
        said: dict[str, Json] = {"payload": inner}
        if subject != before.subject:
            said["subject"] = subject
        self._add(item, self._about(item, "correct", said))
        self.past[item.id] = _Past(item.creator, item.modified, payload, subject, False)

    def _withdraw(self, item: Object, before: _Past) -> None:
        self._add(item, self._about(item, "withdraw", {}))
        self.past[item.id] = _Past(
            item.creator, item.modified, before.payload, before.subject, True
        )

    def _about(self, item: Object, kind: str, payload: dict[str, Json]) -> Act:
        name = f"{item.id}.{kind}.{item.modified:%Y%m%dT%H%M%S.%f}Z"
        return Act(name, kind, self.on, self.recorded, item.id, self.by, payload)

    def _add(self, item: Object, act: Act) -> None:
        if act.id in self.taken:
            where = Place(self.parcel.name, None, item.path)
            raise BadInput(f"the record has another act with the id {act.id!r}", where=where)
        self.taken.add(act.id)
        self.acts.append(replace(act, place=Place(self.parcel.name, None, item.path)))

    def _particulars(self, item: Object) -> tuple[str, dict[str, Json]] | None:
        """The incident that a report is about and its particulars; ``None`` if left out."""
        if item.type == "sighting":
            seen = str(item.value.get("sighting_of_ref", ""))
            if not seen.startswith("incident--"):
                self._leave(item, "it is a sighting of something that is no incident")
                return None
            subject, payload = of_sighting(item, self.parcel, self._incident(seen))
        else:
            subject, payload, odd = of_incident(item, self.parcel)
            for why in odd:
                self._leave(item, why)
        if payload["tlp"] != "CLEAR" and "audience" not in payload and self.audience:
            payload["audience"] = list(self.audience)
        return subject, payload

    def _incident(self, seen: str) -> tuple[str, str]:
        """The name and kind of an incident that a sighting is of."""
        before = self.past.get(seen)
        if before is not None:
            return before.subject, str(before.payload.get("kind", ""))
        if seen not in self.seen:
            versions = self.parcel.versions.get(seen, ())
            subject, payload = (of_incident(versions[-1], self.parcel)[:2] if versions
                                else (seen, {}))  # fmt: skip
            self.seen[seen] = subject, str(payload.get("kind", ""))
        return self.seen[seen]

    def _leave(self, item: Object, why: str) -> None:
        self.left_out.append(LeftOut(item.id, item.path, why))


def as_rows(left_out: Iterable[LeftOut]) -> list[tuple[Any, ...]]:
    """What was left out as rows of a table, equal reasons counted."""
    found = Counter((each.object.partition("--")[0], each.why) for each in left_out)
    return [(kind, why, number) for (kind, why), number in found.items()]
