"""Identifiers and moments of STIX objects: the same thing always has the same identifier.

Source: STIX 2.1 sections 2.9 (identifier; UUIDv5 with a namespace of the producer's own) and
2.16 (timestamp).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from uuid import UUID, uuid5

NAMESPACE: Final = UUID("634c3017-7e7a-4b4d-ac0a-3a48181f6d0a")
"""Under which every identifier of this extension is made."""

SEPARATOR: Final = "\x1f"
"""Between the parts of a name; no text of an act holds it."""

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
OBJECT_ID: Final = re.compile(rf"([a-z][a-z0-9]*(?:-[a-z0-9]+)*)--({_UUID})")
INCIDENT_ID: Final = re.compile(rf"incident--{_UUID}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")


@lru_cache(maxsize=64)
def _space(producer: str) -> UUID:
    return uuid5(NAMESPACE, f"producer{SEPARATOR}{producer}") if producer else NAMESPACE


def identifier(kind: str, *parts: str, producer: str = "") -> str:
    """The identifier of an object of a kind that is named by these parts."""
    named = SEPARATOR.join((kind, *parts))
    return f"{kind}--{uuid5(_space(producer), named)}"


def incident_id(report: str, producer: str = "") -> str:
    """The identifier of the incident object that carries a report.

    Parameters
    ----------
    report : str
        The id of the report. One that came from elsewhere is an identifier already.
    producer : str
        Who gives identifiers: two records whose acts have equal ids are told apart by it.
    """
    if INCIDENT_ID.fullmatch(report):
        return report
    return identifier("incident", report, producer=producer)


def timestamp(moment: datetime) -> str:
    """A moment as STIX writes it: UTC, with milliseconds, or microseconds where there are any."""
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    precise = "microseconds" if utc.microsecond % 1000 else "milliseconds"
    return f"{utc.isoformat(timespec=precise)}Z"


def moment_of(text: str) -> datetime | None:
    """A moment from a STIX timestamp, ``None`` if it is none.

    Beyond microseconds it is cut.
    """
    if not _MOMENT.fullmatch(text):
        return None
    head, _, rest = text[:-1].partition(".")
    try:
        whole = datetime.fromisoformat(head)
    except ValueError:
        return None
    return whole.replace(microsecond=int(rest[:6].ljust(6, "0") or 0), tzinfo=UTC)
