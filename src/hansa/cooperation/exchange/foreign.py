"""What an incident or a sighting of STIX says, as the particulars of a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from hansa.cooperation.agreements.areas import AREAS
from hansa.cooperation.exchange.countries import by_alpha2
from hansa.cooperation.exchange.envelope import Object, Parcel
from hansa.cooperation.exchange.extension import EXTENSION, credibility_of
from hansa.cooperation.exchange.identifiers import INCIDENT_ID, moment_of, timestamp
from hansa.cooperation.exchange.markings import COLOUR_OF, UNMARKED
from hansa.cooperation.reports.report import CREDIBILITY, RELIABILITY
from hansa.record.acts import Json
from hansa.record.markings import COLOURS
from hansa.terms.days import day
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown

KINDS: Final = frozenset(kind for area in AREAS.values() for kind in area.kinds)
"""Kinds of incident that belong to an area of cooperation."""
OTHER: Final = "other"
"""The kind of an incident of which nobody said a kind."""
LONGEST: Final = 8_192
"""Characters that a text of an act may have."""

Check = Callable[[Any], bool]


def _text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST


def _texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(_text(item) for item in value)


def _within(least: float, most: float) -> Check:
    def check(value: Any) -> bool:
        return (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and least <= value <= most
        )

    return check


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10**9


def _evidence(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(
        isinstance(item, Mapping) and _text(item.get("name")) and _text(item.get("sha256"))
        for item in value
    )


PROPERTIES: Final[Mapping[str, tuple[Check, str]]] = {
    "act": (_text, "a text"),
    "incident": (_text, "a text"),
    "reporter": (_text, "a text"),
    "kind": (_text, "a text"),
    "area": (_text, "a text"),
    "start": (_text, "a day"),
    "end": (_text, "a day"),
    "place": (_text, "a text"),
    "place_state": (_text, "a text"),
    "latitude": (_within(-90, 90), "a number of -90 to 90"),
    "longitude": (_within(-180, 180), "a number of -180 to 180"),
    "victims": (_texts, "a list of texts"),
    "attackers": (_texts, "a list of texts"),
    "attacker_name": (_text, "a text"),
    "language": (_text, "a language tag"),
    "untitled": (lambda value: value is True, "true"),
    "reliability": (_text, "a text"),
    "credibility": (_text, "a text"),
    "audience": (_texts, "a list of texts"),
    "deaths": (_whole, "a whole number"),
    "evidence": (_evidence, "a list of name and sha256"),
    "same_as": (_texts, "a list of identifiers"),
}
"""The properties of the extension: how each is checked, and what it is."""
_COPIED: Final = ("kind", "area", "start", "end", "place", "place_state", "latitude", "longitude",
                  "victims", "attackers", "attacker_name", "reliability", "credibility",
                  "audience", "deaths", "same_as", "language")  # fmt: skip
_CODES: Final = {"area": AREAS, "reliability": RELIABILITY, "credibility": CREDIBILITY}


def of_incident(item: Object, parcel: Parcel) -> tuple[str, dict[str, Json], tuple[str, ...]]:
    """The incident, the particulars of the report, and what of the object was not read."""
    said = _extension(item, parcel)
    odd = tuple(
        f"its property {key[:60]!r} is not known here"
        for key in (*item.value, *(f"extensions.{name}" for name in _extensions(item)))
        if key not in _READ_PROPERTIES and key != f"extensions.{EXTENSION}"
    )
    payload: dict[str, Json] = {}
    name = _short(item, "name", parcel)
    if name and not (said and said.get("untitled")):
        payload["title"] = name
    _common(item, parcel, payload)
    if said is None:
        payload |= _guessed(item, parcel)
        payload["origin"] = _origin(item, parcel)
        return item.id, payload, odd
    payload |= {key: _plain(said[key]) for key in _COPIED if key in said}
    if "evidence" in said:
        payload["evidence"] = {str(each["name"]): str(each["sha256"]) for each in said["evidence"]}
    payload["origin"] = _origin(item, parcel) | {
        key: str(said[key]) for key in ("act", "reporter") if key in said
    }
    odd += tuple(
        f"its property {key[:60]!r} is not in the extension's schema"
        for key in said
        if key not in PROPERTIES and key != "extension_type"
    )
    return str(said["incident"]), payload, odd


_READ_PROPERTIES: Final = frozenset({
    "type", "spec_version", "id", "created_by_ref", "created", "modified", "revoked", "labels",
    "confidence", "lang", "object_marking_refs", "granular_markings", "extensions", "name",
    "description",
})  # fmt: skip


def of_sighting(
    item: Object, parcel: Parcel, incident: tuple[str, str]
) -> tuple[str, dict[str, Json]]:
    """A sighting of an incident as a report of it by whoever saw it."""
    subject, kind = incident
    payload: dict[str, Json] = {"kind": kind or OTHER}
    _common(item, parcel, payload)
    for key, ours in (("first_seen", "start"), ("last_seen", "end")):
        if key in item.value:
            payload[ours] = str(item.value[key])[:10]
    payload.setdefault("start", timestamp(item.modified)[:10])
    for ref in item.value.get("where_sighted_refs", ()):
        payload |= _placed(parcel.last(ref))
    payload["origin"] = _origin(item, parcel)
    return subject, payload


def _common(item: Object, parcel: Parcel, payload: dict[str, Json]) -> None:
    """What STIX says of every object: description, language, confidence, marking."""
    for key, ours in (("description", "text"), ("lang", "language")):
        text = _short(item, key, parcel)
        if text:
            payload[ours] = text
    if "confidence" in item.value:
        confidence = item.value["confidence"]
        if not _whole(confidence) or confidence > 100:
            what = f"{str(confidence)[:60]!r} is not a whole number of 0 to 100"
            raise parcel.wrong(what, f"{item.path}.confidence")
        payload["credibility"] = credibility_of(confidence)
    payload["tlp"] = _colour(item, parcel)


def _colour(item: Object, parcel: Parcel) -> str:
    """The narrowest colour among the markings of the object and of its parts."""
    refs = [str(ref) for ref in item.value.get("object_marking_refs", ())]
    refs += [str(part.get("marking_ref", "")) for part in item.value.get("granular_markings", ())]
    colours = {**parcel.colours, **COLOUR_OF}
    found = [colours[ref] for ref in refs if ref in colours]
    return max(found, key=COLOURS.index, default=UNMARKED)


def _extensions(item: Object) -> Mapping[str, Any]:
    found = item.value.get("extensions", {})
    return found if isinstance(found, Mapping) else {}


def _extension(item: Object, parcel: Parcel) -> Mapping[str, Any] | None:
    """The published extension, checked; ``None`` if the object does not carry it."""
    said = _extensions(item).get(EXTENSION)
    if said is None:
        return None
    path = f"{item.path}.extensions.{EXTENSION}"
    if not isinstance(said, Mapping):
        raise parcel.wrong("the extension is no object", path)
    for key in ("incident", "kind", "start"):
        if not said.get(key):
            raise parcel.wrong(f"the extension has no {key}", path)
    for key, value in said.items():
        check, what = PROPERTIES.get(key, (None, ""))
        if check is not None and not check(value):
            raise parcel.wrong(f"{str(value)[:60]!r} is not {what}", f"{path}.{key}")
        if key in _CODES and value not in _CODES[key]:
            raise unknown(key, value, _CODES[key], where=Place(parcel.name, None, f"{path}.{key}"))
        if key in ("start", "end"):
            day(str(value), where=Place(parcel.name, None, f"{path}.{key}"))
    for name in said.get("same_as", ()):
        if not INCIDENT_ID.fullmatch(name):
            text = f"{name[:80]!r} is no identifier of an incident"
            raise parcel.wrong(text, f"{path}.same_as")
    return said


def _guessed(item: Object, parcel: Parcel) -> dict[str, Json]:
    """What an incident without the extension says: kind from its labels, place from a link."""
    labels = [str(label).lower().replace("-", "_") for label in item.value.get("labels", ())]
    found: dict[str, Json] = {
        "kind": next((label for label in labels if label in KINDS), OTHER),
        "start": timestamp(_created(item, parcel))[:10],
    }
    return found | _linked(item.id, parcel)


def _linked(name: str, parcel: Parcel) -> dict[str, Json]:
    """What relationships say of an incident: where it was, which others are the same."""
    if name in parcel.linked:
        return parcel.linked[name]
    found: dict[str, Json] = {}
    same: list[Json] = []
    for link in parcel.links.get(name, ()):
        target = str(link.value.get("target_ref", ""))
        if link.value.get("revoked") is True:
            continue
        if link.value.get("relationship_type") == "duplicate-of" and INCIDENT_ID.fullmatch(target):
            same.append(target)
        elif target.startswith("location--"):
            found |= _placed(parcel.last(target))
    parcel.linked[name] = found | ({"same_as": same} if same else {})
    return parcel.linked[name]


def _created(item: Object, parcel: Parcel) -> Any:
    found = moment_of(str(item.value.get("created", "")))
    if found is None:
        raise BadInput("it has no moment of creation", where=Place(parcel.name, None, item.path))
    return found


def _placed(place: Mapping[str, Any]) -> dict[str, Json]:
    """Where a location object is."""
    found: dict[str, Json] = {}
    for key in ("name", "city", "administrative_area", "region"):
        if place.get(key):
            found.setdefault("place", str(place[key])[:LONGEST])
    country = by_alpha2().get(str(place.get("country", "")).upper())
    if country is not None:
        found["place_state"] = country.alpha3
    for key in ("latitude", "longitude"):
        if key in place:
            found[key] = float(place[key])
    return found


def _origin(item: Object, parcel: Parcel) -> dict[str, Json]:
    """Whence a report comes: its object, its creator, and the version that was read."""
    found: dict[str, Json] = {
        "object": item.id,
        "created": str(item.value.get("created", "")),
        "modified": str(item.value.get("modified", "")),
    }
    if item.creator:
        found["creator"] = item.creator
        name = parcel.last(item.creator).get("name")
        if name:
            found["reporter"] = str(name)[:LONGEST]
    return found


def _short(item: Object, key: str, parcel: Parcel) -> str:
    """A text of an object, if it is one and no longer than a text of an act may be."""
    value = item.value.get(key, "")
    if not isinstance(value, str):
        raise parcel.wrong(f"{str(value)[:60]!r} is not a text", f"{item.path}.{key}")
    if len(value) > LONGEST:
        what = f"a text has {len(value):,} characters, more than {LONGEST:,}"
        raise parcel.wrong(what, f"{item.path}.{key}")
    return value


def _plain(value: Any) -> Json:
    return list(value) if isinstance(value, tuple) else value
