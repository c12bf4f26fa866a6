"""Reports as STIX 2.1 objects and bundles, and reports read from them.

What STIX has a word for is said in STIX (name, description, language, confidence, place,
marking, duplicates, revocation); the rest is in the published extension
(`hansa.cooperation.exchange.extension`).

Source: OASIS, *STIX Version 2.1* (10 June 2021), sections 3.2, 3.4, 4.6, 4.5, 4.9, 5.1, 7.2.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from hansa.cooperation.exchange.countries import countries
from hansa.cooperation.exchange.extension import (
    CREDIBILITY_AS_CONFIDENCE,
    EXTENSION,
    definition,
    identity,
    maker,
    particulars,
    party_id,
    stix_language,
)
from hansa.cooperation.exchange.identifiers import (
    INCIDENT_ID,
    identifier,
    incident_id,
    timestamp,
)
from hansa.cooperation.exchange.markings import TLP_2, marking
from hansa.cooperation.exchange.reading import Reading, read_bundle
from hansa.cooperation.reports.report import Report
from hansa.record.acts import Act, Json
from hansa.terms.days import Day

__all__ = ["Reading", "acts_of", "bundle_of", "objects_of", "origin_of", "read_bundle"]

WITHDRAWN = "Withdrawn report"


def objects_of(
    report: Report,
    *,
    producer: str = "",
    linked: Collection[str] | None = None,
    origin: Mapping[str, Json] | None = None,
) -> tuple[dict[str, Json], ...]:
    """A report as STIX objects that need no others to be understood.

    Parameters
    ----------
    report : Report
        One withdrawn becomes a revoked object without its content.
    producer : str
        Who gives identifiers (the name of the server or organisation): two records whose acts
        have equal ids are told apart by it.
    linked : collection of str, optional
        Ids of the reports whose existence may be told; ``None``: of all in ``same_as``.
    origin : mapping, optional
        Of a report that came from elsewhere (`origin_of`): it is passed on as its creator's.

    Returns
    -------
    tuple of dict
        The incident first; its place and its relationships; then what they refer to: the
        reporter's identity, the marking, the definition of the extension and its maker.
        Identifiers depend on the report's id alone, ``modified`` on its last change.
    """
    duplicates = [other for other in report.same_as if linked is None or other in linked]
    found = [_incident(report, duplicates, producer, origin or {})]
    place = _location(report, producer)
    if place is not None:
        if not report.withdrawn:
            found.append(place)
        text = "where it happened"
        found.append(_relationship(report, "related-to", str(place["id"]), text, producer))
    for other in duplicates:
        target = incident_id(other, producer)
        text = "held to be of the same event"
        found.append(_relationship(report, "duplicate-of", target, text, producer))
    parties = [report.by, *([first] if (first := _reporter(origin or {})) else [])]
    who = [identity(party) for party in dict.fromkeys(parties)]
    return (*found, *who, marking(report.tlp), definition(), maker())


def bundle_of(
    reports: Iterable[Report],
    *,
    producer: str = "",
    linked: Collection[str] | None = None,
    origins: Mapping[str, Mapping[str, Json]] | None = None,
) -> bytes:
    """Reports as one STIX bundle; the same reports always make the same bytes.

    Parameters
    ----------
    reports : iterable of Report
    producer, linked
        As in `objects_of`.
    origins : mapping, optional
        Of the reports that came from elsewhere, by their ids.
    """
    found: dict[tuple[str, str], dict[str, Json]] = {}
    for report in reports:
        origin = (origins or {}).get(report.id)
        for item in objects_of(report, producer=producer, linked=linked, origin=origin):
            found[str(item["id"]), str(item.get("modified", ""))] = item
    name = identifier("bundle", *(part for key in found for part in key))
    bundle: dict[str, Json] = {"type": "bundle", "id": name}
    if found:
        bundle["objects"] = list(found.values())
    return json.dumps(bundle, ensure_ascii=False, separators=(",", ":")).encode()


def acts_of(
    bundle: bytes | Mapping[str, Json],
    *,
    by: str,
    on: Day,
    recorded: datetime,
    known: Iterable[Act] = (),
    producer: str = "",
    audience: Iterable[str] = (),
) -> tuple[Act, ...]:
    """The acts by which what a bundle says goes on record; `read_bundle` says what is left out.

    Parameters
    ----------
    bundle : bytes or mapping
        JSON, or the values of it.
    by : str
        Who records them: a secretariat or a state. Who reported first is in ``origin``.
    on, recorded : Day, datetime
        When they are recorded.
    known : iterable of Act
        The record so far: a newer version of a report read before becomes a correction, a
        revoked one a withdrawal; what is known already makes no act.
    producer : str
        As in `objects_of`: the record's own reports, come back, make no act.
    audience : iterable of str
        For whom restricted reports are meant that do not say so themselves.

    Raises
    ------
    BadInput
        With the path of the object that makes no sense.
    """
    return read_bundle(
        bundle, by=by, on=on, recorded=recorded, known=known, producer=producer, audience=audience
    ).acts


def origin_of(made: Act, changes: Iterable[Act] = ()) -> Mapping[str, Json] | None:
    """Whence a report came: its creator, moments and version; ``None`` for one of our own.

    Parameters
    ----------
    made : Act
        The act of the kind ``report``.
    changes : iterable of Act
        Corrections and releases of it. If the last was not read from the creator's newer version,
        the version is not the creator's any more, and is left out.
    """
    found = made.payload.get("origin")
    if not isinstance(found, dict):
        return None
    origin = dict(found)
    for change in sorted(changes, key=lambda act: (act.recorded, act.id)):
        said = change.payload.get("payload")
        newer = said.get("origin") if change.kind == "correct" and isinstance(said, dict) else None
        if isinstance(newer, dict):
            origin = dict(newer)
        else:
            origin.pop("modified", None)
    return origin


def _reporter(origin: Mapping[str, Json]) -> str:
    """The party that reported first, if the creator's identity is its own."""
    party = str(origin.get("reporter", ""))
    return party if party and origin.get("creator") == party_id(party) else ""


def _common(report: Report, kind: str, name: str) -> dict[str, Json]:
    found: dict[str, Json] = {
        "type": kind,
        "spec_version": "2.1",
        "id": name,
        "created_by_ref": party_id(report.by),
        "created": timestamp(report.recorded),
        "modified": timestamp(report.modified),
    }
    if report.withdrawn:
        found["revoked"] = True
    found["object_marking_refs"] = [TLP_2[report.tlp]]
    return found


def _incident(
    report: Report, duplicates: Iterable[str], producer: str, origin: Mapping[str, Json]
) -> dict[str, Json]:
    found = _common(report, "incident", incident_id(report.id, producer))
    if origin and INCIDENT_ID.fullmatch(report.id):
        for key, ours in (("creator", "created_by_ref"), ("created", "created"),
                          ("modified", "modified")):  # fmt: skip
            if origin.get(key):
                found[ours] = origin[key]
        if "creator" not in origin:
            del found["created_by_ref"]
    if report.withdrawn:
        return found | {"name": WITHDRAWN}
    found["name"] = report.title or report.kind.replace("_", " ") or "incident"
    if report.text:
        found["description"] = report.text
    if stix_language(report.language):
        found["lang"] = stix_language(report.language)
    if report.credibility in CREDIBILITY_AS_CONFIDENCE:
        found["confidence"] = CREDIBILITY_AS_CONFIDENCE[report.credibility]
    if report.kind:
        found["labels"] = [report.kind]
    same_as = tuple(incident_id(other, producer) for other in duplicates)
    said = particulars(report, same_as)
    said |= {key: origin[key] for key in ("act", "reporter") if key in origin}
    found["extensions"] = {EXTENSION: said}
    return found


def _location(report: Report, producer: str) -> dict[str, Json] | None:
    """The place, if STIX can say it: a point, or a country."""
    found = _common(report, "location", identifier("location", report.id, producer=producer))
    if report.place:
        found["name"] = report.place
    said: dict[str, Json] = {}
    if report.latitude is not None and report.longitude is not None:
        said |= {"latitude": report.latitude, "longitude": report.longitude}
    country = countries().get(report.place_state)
    if country is not None:
        said["country"] = country.alpha2
    return found | said if said else None


def _relationship(
    report: Report, kind: str, target: str, text: str, producer: str
) -> dict[str, Json]:
    name = identifier("relationship", report.id, kind, target, producer=producer)
    found = _common(report, "relationship", name)
    found["relationship_type"] = kind
    if not report.withdrawn:
        found["description"] = text
    return found | {"source_ref": incident_id(report.id, producer), "target_ref": target}
