"""Acts: everything that ever happened, as dated and sourced statements.

An act is never changed and never removed; a correction is another act. What holds on a
day is always derived from acts by the rules of the treaties (see `hansa.record.register`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final

from hansa.terms.days import Day
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]

KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        # the life of treaties
        "sign": "signs a treaty",
        "ratify": "ratifies a treaty or deposits its instrument",
        "notify": "notifies that domestic procedures are complete",
        "accede": "accedes to a treaty",
        "object": "objects to an accession, a reservation or a decision",
        "reserve": "makes a reservation",
        "denounce": "gives notice of withdrawal from a treaty",
        "suspend": "suspends a treaty, or a state's rights under it",
        "resume": "ends a suspension",
        "amend": "amends a treaty",
        "succeed": "succeeds to a treaty or an organisation",
        "terminate": "ends a treaty or an organisation",
        # membership that no treaty rule derives
        "admit": "admits a state to a status (observer, associate, partner, member)",
        "end_status": "ends a status",
        "declare": "states a political position that changes no legal status",
        # bodies and offices
        "appoint": "appoints the holder of an office",
        "chair": "takes the chair of a body",
        "recall": "ends the holding of an office",
        # meetings
        "convene": "convenes a meeting",
        "table": "puts a document or item on an agenda",
        "attend": "is represented at a meeting",
        "vote": "takes a position on an item",
        "adopt": "adopts a document",
        "refuse": "refuses or stands aside from a document",
        "due": "sets a deadline",
        # security
        "report": "reports an incident",
        "request": "asks for assistance",
        "mandate": "decides on an operation",
        "pledge": "pledges forces",
        "deploy": "deploys forces",
        "end": "ends an operation or an incident",
        # customs
        "set_rate": "sets a duty or tax rate",
        "grant": "grants a preference, an exemption or a quota",
        "share": "sets shares of votes, budget or revenue",
        # between organisations
        "cooperate": "agrees on cooperation between organisations",
        "offer": "offers cooperation",
        "answer": "answers an offer",
        "warn": "warns of a danger",
        "release": "releases a report to readers",
        "correct": "corrects an earlier act",
        "withdraw": "withdraws an earlier act",
    }
)


def frozen(payload: Mapping[str, Json]) -> Mapping[str, Json]:
    """A read-only copy of a payload."""
    return MappingProxyType(dict(payload))


@dataclass(frozen=True, slots=True)
class Act:
    """One immutable statement.

    Parameters
    ----------
    id : str
        Stable identifier, unique in its log: ``CST1992.sign.ARM``.
    kind : str
        One of `KINDS`.
    on : Day
        The day on which it was done (rules may give it effect on another day).
    recorded : datetime
        When it became known, with its time zone.
    subject : str
        What it is about: a treaty, organisation, body, meeting, incident, document.
    actor : str
        Who did it: a state (ISO 3166 alpha-3) or an organ; ``""`` if nobody in particular.
    payload : mapping
        Further particulars, as JSON values; which keys a kind takes is the reader's matter.
    source, confidence, note : str
        Keys of the table of sources (separated by ``;``), confidence code, remark.
    place : Place, optional
        Where the act was read; not part of the act.
    """

    id: str
    kind: str
    on: Day
    recorded: datetime
    subject: str
    actor: str = ""
    payload: Mapping[str, Json] = field(default_factory=lambda: frozen({}))
    source: str = ""
    confidence: str = ""
    note: str = ""
    place: Place | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise unknown("kind of act", self.kind, KINDS, where=self.place)
        if self.recorded.tzinfo is None:
            raise BadInput(f"act {self.id}: the moment of record needs a time zone")
        object.__setattr__(self, "payload", frozen(self.payload))

    def to_json(self) -> dict[str, Json]:
        """The act as JSON values, without its place."""
        return {
            "id": self.id,
            "kind": self.kind,
            "on": self.on.isoformat(),
            "recorded": self.recorded.isoformat(),
            "subject": self.subject,
            "actor": self.actor,
            "payload": dict(self.payload),
            "source": self.source,
            "confidence": self.confidence,
            "note": self.note,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Json]) -> Act:
        """The inverse of `to_json`.

        Raises
        ------
        BadInput
            If a key is missing or malformed.
        """
        try:
            payload = value["payload"]
            if not isinstance(payload, dict):
                raise BadInput(f"act {value.get('id')}: the payload is not an object")
            return cls(
                id=str(value["id"]),
                kind=str(value["kind"]),
                on=Day.fromisoformat(str(value["on"])),
                recorded=datetime.fromisoformat(str(value["recorded"])),
                subject=str(value["subject"]),
                actor=str(value["actor"]),
                payload=payload,
                source=str(value["source"]),
                confidence=str(value["confidence"]),
                note=str(value["note"]),
            )
        except KeyError as missing:
            raise BadInput(f"an act lacks {missing}") from None
        except ValueError as wrong:
            raise BadInput(f"act {value.get('id')}: {wrong}") from None

    def canonical(self) -> bytes:
        """The bytes that are hashed and signed: JSON with sorted keys, UTF-8, no spaces."""
        text = json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return text.encode()

    def digest(self, before: bytes = b"") -> str:
        """SHA-256 over the digest of the act before and this act's canonical bytes."""
        return hashlib.sha256(before + self.canonical()).hexdigest()
