"""A bundle opened: its objects checked against STIX 2.1, indexed by identifier and version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from hansa.cooperation.exchange.bounds import Bounds, check_value, read_json
from hansa.cooperation.exchange.identifiers import OBJECT_ID, moment_of
from hansa.cooperation.exchange.markings import COLOUR_OF, TLP_EXTENSION
from hansa.record.acts import Json
from hansa.record.markings import COLOURS
from hansa.terms.errors import BadInput, HansaError, Place
from hansa.terms.names import unknown

CHECKED = frozenset({"incident", "sighting", "identity", "location", "relationship",
                     "marking-definition"})  # fmt: skip
"""Types of which something is read, so that they must be as STIX 2.1 has them."""
UNDATED = frozenset({"marking-definition", "language-content", "extension-definition"})


@dataclass(frozen=True, slots=True)
class Object:
    """One version of one object, its common properties checked."""

    type: str
    id: str
    path: str
    modified: datetime
    creator: str
    revoked: bool
    value: Mapping[str, Any]


@dataclass(slots=True)
class Parcel:
    """The objects of a bundle.

    Attributes
    ----------
    name : str
        What the bundle is called in errors.
    objects : list of Object
    versions : dict
        The versions of each object by identifier, oldest first.
    links : dict
        Relationships by the identifier of their source.
    colours : dict
        Colours of the marking definitions that came along.
    linked : dict
        What relationships say of an incident, once it was asked.
    dated : dict
        Objects by identifier and version.
    """

    name: str
    objects: list[Object] = field(default_factory=list)
    versions: dict[str, list[Object]] = field(default_factory=dict)
    links: dict[str, list[Object]] = field(default_factory=dict)
    colours: dict[str, str] = field(default_factory=dict)
    linked: dict[str, dict[str, Json]] = field(default_factory=dict)
    dated: dict[tuple[str, datetime], Object] = field(default_factory=dict)

    def last(self, name: Any) -> Mapping[str, Any]:
        """The newest version of an object, empty if it did not come along."""
        versions = self.versions.get(str(name), ())
        return versions[-1].value if versions else {}

    def wrong(self, what: str, path: str) -> BadInput:
        """An error at a path."""
        return BadInput(what, where=Place(self.name, None, path[:200]))


@cache
def _library() -> Any:
    try:
        import stix2
    except ImportError as missing:
        raise HansaError(
            "reading STIX needs the library stix2", remedy="install hansa[sharing]"
        ) from missing
    return stix2


def opened(bundle: bytes | Mapping[str, Json], name: str, bounds: Bounds) -> Parcel:
    """A bundle or envelope, checked and indexed.

    Raises
    ------
    BadInput
        With the path of what is wrong.
    """
    value: Any = read_json(bundle, name, bounds) if isinstance(bundle, bytes) else bundle
    parcel = Parcel(name)
    for number, item in enumerate(_objects(value, parcel, bounds)):
        found = _object(item, f"objects[{number}]", parcel, bounds)
        parcel.objects.append(found)
        _index(found, parcel)
    for versions in parcel.versions.values():
        versions.sort(key=lambda version: version.modified)
    return parcel


def _objects(value: Any, parcel: Parcel, bounds: Bounds) -> list[Any]:
    if not isinstance(value, Mapping):
        raise parcel.wrong("it is neither a bundle nor an envelope", "$")
    if value.get("type", "bundle") != "bundle":
        raise parcel.wrong(f"its type is {str(value['type'])[:60]!r}, not 'bundle'", "type")
    if "type" in value and not str(value.get("id", "")).startswith("bundle--"):
        raise parcel.wrong("a bundle has an id that begins with 'bundle--'", "id")
    if value.get("spec_version", "2.1") != "2.1":
        raise _version(value["spec_version"], parcel, "spec_version")
    found = value.get("objects", [])
    if not isinstance(found, list | tuple):
        raise parcel.wrong("its objects are no list", "objects")
    if len(found) > bounds.objects:
        raise parcel.wrong(f"it holds {len(found):,} objects, more than {bounds.objects:,}",
                           "objects")  # fmt: skip
    return list(found)


def _version(said: Any, parcel: Parcel, path: str) -> BadInput:
    where = Place(parcel.name, None, path)
    text = f"it is STIX {str(said)[:20]}, not 2.1"
    return BadInput(text, where=where, remedy="ask its producer for STIX 2.1")


def _object(item: Any, path: str, parcel: Parcel, bounds: Bounds) -> Object:
    if not isinstance(item, Mapping):
        raise parcel.wrong("it is no object", path)
    check_value(item, path, parcel.name, bounds)
    kind, name = item.get("type"), item.get("id")
    for key, said in (("type", kind), ("id", name)):
        if not isinstance(said, str) or not said:
            raise parcel.wrong(f"it has no {key}", path)
    match = OBJECT_ID.fullmatch(str(name))
    if match is None or match[1] != kind:
        text = f"{str(name)[:80]!r} is no identifier of a {str(kind)[:40]}"
        raise parcel.wrong(text, f"{path}.id")
    cyber_observable = "created" not in item and kind not in CHECKED | UNDATED
    if item.get("spec_version", "2.1" if cyber_observable else "2.0") != "2.1":
        raise _version(item.get("spec_version", "2.0"), parcel, f"{path}.spec_version")
    created = modified = None
    if not cyber_observable:
        created = _moment(item, "created", path, parcel)
        modified = created
        if "modified" in item or kind not in UNDATED:
            modified = _moment(item, "modified", path, parcel)
        if modified < created:
            raise parcel.wrong("it was modified before it was created", f"{path}.modified")
    if kind in CHECKED:
        _check_selectors(item, path, parcel, bounds)
        _accepted(item, path, parcel)
    return Object(
        str(kind), str(name), path, modified or datetime.min, str(item.get("created_by_ref", "")),
        item.get("revoked") is True, item,
    )  # fmt: skip


def _moment(item: Mapping[str, Any], key: str, path: str, parcel: Parcel) -> datetime:
    said = item.get(key)
    found = moment_of(said) if isinstance(said, str) else None
    if found is None:
        text = f"{str(said)[:60]!r} is no timestamp" if key in item else f"it has no {key}"
        raise parcel.wrong(text, f"{path}.{key}")
    return found


def _check_selectors(item: Mapping[str, Any], path: str, parcel: Parcel, bounds: Bounds) -> None:
    parts = item.get("granular_markings", ())
    lists = [p.get("selectors", ()) for p in parts if isinstance(p, Mapping)] if isinstance(
        parts, list | tuple) else []  # fmt: skip
    count = sum(len(found) for found in lists if isinstance(found, list | tuple))
    if count > bounds.selectors:
        text = f"it marks {count:,} parts one by one, more than {bounds.selectors:,}"
        raise parcel.wrong(text, f"{path}.granular_markings")


def _accepted(item: Mapping[str, Any], path: str, parcel: Parcel) -> None:
    """Refuse what the library of the standard's own makers refuses."""
    try:
        _library().parse(dict(item), allow_custom=True, version="2.1")
    except HansaError:
        raise
    except Exception as wrong:  # noqa: BLE001  # it raises many kinds, of its own and others
        said = " ".join(str(wrong).split())[:300] or type(wrong).__name__
        raise parcel.wrong(f"not as STIX 2.1 has it: {said}", path) from None


def _index(found: Object, parcel: Parcel) -> None:
    twin = parcel.dated.setdefault((found.id, found.modified), found)
    if twin is not found:
        if twin.value != found.value:
            text = f"two different objects have the same id and version (the other: {twin.path})"
            raise parcel.wrong(text, found.path)
        return
    parcel.versions.setdefault(found.id, []).append(found)
    if found.type == "relationship":
        parcel.links.setdefault(str(found.value["source_ref"]), []).append(found)
    if found.type == "marking-definition" and found.id not in COLOUR_OF:
        colour = _colour(found, parcel)
        if colour:
            parcel.colours[found.id] = colour


def _colour(found: Object, parcel: Parcel) -> str:
    """The colour of TLP 2.0 that a marking definition says, ``""`` if none."""
    said = found.value.get("extensions", {}).get(TLP_EXTENSION)
    if not isinstance(said, Mapping):
        return ""
    colour = str(said.get("tlp_2_0", "")).upper()
    if colour not in COLOURS:
        where = Place(parcel.name, None, f"{found.path}.extensions")
        raise unknown("colour of TLP 2.0", colour[:40], COLOURS, where=where)
    return colour
