"""What of a bundle nothing refers to that was read: said, so that nothing is dropped silently."""

from __future__ import annotations

from hansa.cooperation.exchange.envelope import Object, Parcel
from hansa.cooperation.exchange.extension import EXTENSION
from hansa.cooperation.exchange.markings import COLOUR_OF

READ = frozenset({"incident", "sighting"})
"""Types that become reports."""
SUPPORTING = frozenset({"identity", "location", "relationship", "marking-definition",
                        "extension-definition"})  # fmt: skip
"""Types that say something of an incident, and are read with it."""


def referred(parcel: Parcel) -> frozenset[str]:
    """The identifiers to which incidents and sightings refer, by themselves or by a link."""
    found: set[str] = {EXTENSION, *COLOUR_OF}
    for item in parcel.objects:
        if item.type in READ:
            found.add(item.creator)
            found.update(str(ref) for ref in item.value.get("object_marking_refs", ()))
            found.update(str(ref) for ref in item.value.get("where_sighted_refs", ()))
            for part in item.value.get("granular_markings", ()):
                found.add(str(part.get("marking_ref", "")))
    for links in parcel.links.values():
        found.update(str(link.value["target_ref"]) for link in links if _meant(link))
    for item in parcel.objects:
        if item.id == EXTENSION or (item.type in SUPPORTING and item.id in found):
            found.add(item.creator)
    return frozenset(found)


def _meant(link: Object) -> bool:
    """Whether a relationship says where an incident was, or which other report is the same."""
    source, target = str(link.value["source_ref"]), str(link.value["target_ref"])
    if not source.startswith("incident--"):
        return False
    kind = link.value["relationship_type"]
    return target.startswith("location--") or (
        kind == "duplicate-of" and target.startswith("incident--")
    )


def unused(item: Object, parcel: Parcel, used: frozenset[str]) -> str:
    """Why an object that supports others was not read, ``""`` if it was."""
    if item.type == "relationship":
        if _meant(item) and str(item.value["source_ref"]) in parcel.versions:
            return ""
        return f"the relationship {str(item.value['relationship_type'])[:60]!r} is not read here"
    return "" if item.id in used else "nothing that was read refers to it"
