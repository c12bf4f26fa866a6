"""Messages of the Common Alerting Protocol from others, as the particulars of warnings.

The reader trusts nothing: no document type, no entity, no network, bounded size.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import asin, cos, radians, sin, sqrt
from typing import Any, Final

from hansa.cooperation.exchange.cap_structure import (
    CAP,
    SIGNATURES,
    check,
    library,
    place,
    points,
    space,
)
from hansa.cooperation.exchange.countries import by_alpha2, countries
from hansa.cooperation.exchange.markings import UNMARKED
from hansa.record.acts import Act, Json
from hansa.record.markings import COLOURS
from hansa.terms.days import Day
from hansa.terms.errors import BadInput, Place

LARGEST: Final = 2**20
"""Bytes that a message may have."""
LONGEST: Final = 8_192
"""Characters that a text of an act may have."""
EARTH: Final = 6371.0088
"""Mean radius of the Earth in km."""
_PARTS: Final = {"headline": "title", "description": "text", "instruction": "instruction",
                 "event": "event", "urgency": "urgency", "severity": "severity",
                 "certainty": "certainty", "expires": "expires"}  # fmt: skip
_UNREAD: Final = ("responseType", "audience", "eventCode", "effective", "onset", "web",
                  "contact", "parameter", "resource")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it was read.

    Parameters
    ----------
    identifier, sender, sent : str
        By which CAP identifies it.
    status, kind : str
        ``Actual`` …, and ``Alert``, ``Update``, ``Cancel``, ``Ack`` or ``Error``.
    subject : str
        The incident that it is about; its own identifier if it names none.
    payload : mapping
        Particulars of an act of the kind ``warn``; without those of ``info`` if it has none.
    references : tuple of str
        Ids (`Message.id`) of the messages that it updates or cancels.
    left_out : tuple of str
        What it says besides.
    """

    identifier: str
    sender: str
    sent: str
    status: str
    kind: str
    subject: str
    payload: Mapping[str, Json]
    references: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def id(self) -> str:
        """The id of the act that records it."""
        return _id(self.sender, self.identifier)


def _id(sender: str, identifier: str) -> str:
    return f"cap:{sender},{identifier}"


def alert_from(cap: bytes, *, language: str = "en", name: str = "message") -> Message:
    """A CAP 1.2 message read.

    Parameters
    ----------
    cap : bytes
        The XML document.
    language : str
        Which block of information to read if there are several.
    name : str
        What to call it in errors: its file.

    Raises
    ------
    BadInput
        With the line and element, for what is not as CAP 1.2 has it, or dangerous.
    """
    root = _parsed(cap, name)
    check(root, name)
    for scope, needed in (("Restricted", "restriction"), ("Private", "addresses")):
        if _said(root, "scope") == scope and not _said(root, needed):
            raise BadInput(f"a message of the scope {scope} has {needed}", where=place(root, name))
    left: list[str] = []
    if any(space(child) == SIGNATURES for child in root):
        left.append("its signature was not checked")
    identifier, sender = _said(root, "identifier"), _said(root, "sender")
    origin: dict[str, Json] = {
        "identifier": identifier, "sender": sender, "sent": _said(root, "sent"),
    }  # fmt: skip
    payload: dict[str, Json] = {"scope": _said(root, "scope"), "tlp": _colour(root)}
    audience = _names(_said(root, "addresses"))
    if audience:
        payload["audience"] = list(audience)
    left += [f"its {part} was not read" for part in ("source", "note") if _said(root, part)]
    infos = root.findall(f"{{{CAP}}}info")
    if infos:
        info = _chosen(infos, language)
        if len(infos) > 1:
            others = ", ".join(_said(each, "language") or "en-US" for each in infos
                               if each is not info)  # fmt: skip
            left.append(f"other blocks of information were not read: {others}")
        payload |= _information(info, origin, left, name)
    references = _references(_said(root, "references"), root, name)
    if references:
        payload["references"] = list(references)
    payload["origin"] = origin
    subject = next(iter(_names(_said(root, "incidents"))), "") or _id(sender, identifier)
    for child in root.iter():
        if child.text and len(child.text) > LONGEST:
            text = f"a text has {len(child.text):,} characters, more than {LONGEST:,}"
            raise BadInput(text, where=place(child, name))
    return Message(
        identifier, sender, _said(root, "sent"), _said(root, "status"), _said(root, "msgType"),
        subject, payload, references, tuple(left),
    )  # fmt: skip


def warn_acts(
    message: Message, *, by: str, on: Day, recorded: datetime, known: Iterable[Act] = ()
) -> tuple[Act, ...]:
    """The acts by which a message goes on record.

    An alert and an update become warnings; a cancellation withdraws those of its references that
    are on record and by the same sender, and their updates. An exercise, a test, an
    acknowledgement and an error become nothing, and neither does what is on record already.
    """
    if message.status != "Actual" or message.kind in ("Ack", "Error"):
        return ()
    acts = tuple(known)
    if message.kind == "Cancel":
        return tuple(
            Act(f"{message.id}.withdraw.{number}", "withdraw", on, recorded, name, by, {})
            for number, name in enumerate(_cancelled(message, acts), 1)
        )
    if message.id in {act.id for act in acts}:
        return ()
    if "event" not in message.payload:
        raise BadInput("it has no block of information", where=Place(message.id))
    return (Act(message.id, "warn", on, recorded, message.subject, by, message.payload),)


def _cancelled(message: Message, acts: tuple[Act, ...]) -> list[str]:
    """The warnings on record that a cancellation reaches: its sender's own, and updates of them."""
    mine = _id(message.sender, "")
    gone = {act.subject for act in acts if act.kind == "withdraw"}
    named = {name for name in message.references if name.startswith(mine)}
    found = []
    warnings = [act for act in acts if act.kind == "warn" and act.id.startswith(mine)]
    for act in sorted(warnings, key=lambda act: (act.recorded, act.id)):
        updates = act.payload.get("references")
        if act.id in named or (isinstance(updates, list) and named & {str(u) for u in updates}):
            named.add(act.id)
            if act.id not in gone:
                found.append(act.id)
    return found


def _parsed(cap: bytes, name: str) -> Any:
    etree = library()
    if len(cap) > LARGEST:
        text = f"it has {len(cap):,} bytes, more than {LARGEST:,}"
        raise BadInput(text, where=Place(name))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        attribute_defaults=False, huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(cap, parser)
    except etree.XMLSyntaxError as wrong:
        where = Place(name, wrong.lineno)
        raise BadInput(f"it is not XML: {str(wrong.msg)[:200]}", where=where) from None
    except ValueError as wrong:
        raise BadInput(f"it is not XML: {str(wrong)[:200]}", where=Place(name)) from None
    if root.getroottree().docinfo.doctype or root.getroottree().docinfo.internalDTD is not None:
        raise BadInput("a message has no document type and no entities", where=Place(name))
    if root.tag != f"{{{CAP}}}alert":
        old = "urn:oasis:names:tc:emergency:cap:" in str(root.tag)
        text = f"it is CAP {space(root)[-3:]}, not 1.2" if old else "it is no alert of CAP 1.2"
        raise BadInput(text, where=place(root, name))
    return root


def _said(element: Any, name: str) -> str:
    return (element.findtext(f"{{{CAP}}}{name}") or "").strip()


def _colour(root: Any) -> str:
    """The colour that a code says; unsaid, what is public is clear."""
    for code in root.findall(f"{{{CAP}}}code"):
        colour = (code.text or "").strip().upper().removeprefix("TLP:")
        if (code.text or "").strip().upper().startswith("TLP:") and colour in COLOURS:
            return colour
    return "CLEAR" if _said(root, "scope") == "Public" else UNMARKED


def _names(text: str) -> tuple[str, ...]:
    """Names separated by spaces, those that hold spaces in quotation marks."""
    splitter = shlex.shlex(text, posix=True)
    splitter.whitespace_split, splitter.commenters = True, ""
    splitter.quotes, splitter.escape = '"', ""
    try:
        return tuple(name for name in splitter if name)
    except ValueError:  # a quotation mark that does not end
        return tuple(text.replace('"', " ").split())


def _references(text: str, root: Any, name: str) -> tuple[str, ...]:
    found = []
    for triple in text.split():
        parts = triple.split(",")
        if len(parts) != 3:
            raise BadInput(
                f"{triple[:80]!r} is no reference", where=place(root, name),
                remedy="a reference is sender,identifier,sent",
            )  # fmt: skip
        found.append(_id(parts[0], parts[1]))
    return tuple(dict.fromkeys(found))


def _chosen(infos: list[Any], language: str) -> Any:
    """The block in a language, else in its main language, else the first."""
    tags = [(_said(info, "language") or "en-US").lower() for info in infos]
    wanted = language.lower()
    main = [tag.split("-")[0] for tag in tags]
    if wanted in tags:
        return infos[tags.index(wanted)]
    return infos[main.index(wanted.split("-")[0]) if wanted.split("-")[0] in main else 0]


def _information(info: Any, origin: dict[str, Json], left: list[str], name: str) -> dict[str, Json]:
    found: dict[str, Json] = {"language": _said(info, "language") or "en-US"}
    for part, ours in _PARTS.items():
        text = _said(info, part)
        if text:
            found[ours] = text
    origin["category"] = _said(info, "category")
    if _said(info, "senderName"):
        origin["name"] = _said(info, "senderName")
    left += [f"its {part} was not read" for part in _UNREAD
             if info.find(f"{{{CAP}}}{part}") is not None]  # fmt: skip
    areas = info.findall(f"{{{CAP}}}area")
    found["area"] = "; ".join(_said(area, "areaDesc") for area in areas) or "not said"
    found |= _shape(areas, left, name)
    states: list[Json] = []
    for area in areas:
        for geocode in area.findall(f"{{{CAP}}}geocode"):
            code = _state(_said(geocode, "valueName"), _said(geocode, "value"))
            if code and code not in states:
                states.append(code)
            elif not code:
                left.append(f"its geocode {_said(geocode, 'valueName')[:60]!r} was not read")
    return found | ({"states": states} if states else {})


def _state(system: str, value: str) -> str:
    """A state's alpha-3 code from a geocode of ISO 3166-1, ``""`` if it is of another system."""
    if "3166" not in system or "3166-2" in system:
        return ""
    code = value.upper()
    if code in countries():
        return code
    return by_alpha2()[code].alpha3 if code in by_alpha2() else ""


def _shape(areas: list[Any], left: list[str], name: str) -> dict[str, Json]:
    """One circle about all circles and polygons: it may warn of more, never of less."""
    around: list[tuple[float, float, float]] = []
    for area in areas:
        for circle in area.findall(f"{{{CAP}}}circle"):
            head, _, radius = (circle.text or "").strip().rpartition(" ")
            ((latitude, longitude),) = points(head) or [(0.0, 0.0)]
            around.append((latitude, longitude, float(radius)))
        for polygon in area.findall(f"{{{CAP}}}polygon"):
            around += [(lat, lon, 0.0) for lat, lon in points((polygon.text or "").strip()) or ()]
    if not around:
        return {}
    if len(around) == 1:
        latitude, longitude, reach = around[0]
    else:
        latitude, longitude = _middle(around)
        reach = max(distance(latitude, longitude, lat, lon) + radius for lat, lon, radius in around)
        reach = int(reach * 1000 + 1) / 1000
        left.append(f"its area became a circle of {reach:g} km that holds it")
    if reach > 20_000:
        raise BadInput("its area is wider than the Earth", where=place(areas[0], name))
    return {"latitude": latitude, "longitude": longitude, "radius": reach}


def _middle(around: list[tuple[float, float, float]]) -> tuple[float, float]:
    """The middle of the box about points; across the date line it is taken the short way."""
    latitudes = [each[0] for each in around]
    longitudes = [each[1] for each in around]
    if max(longitudes) - min(longitudes) > 180:
        longitudes = [lon % 360 for lon in longitudes]
    longitude = (min(longitudes) + max(longitudes)) / 2
    longitude = (longitude + 180) % 360 - 180
    return round((min(latitudes) + max(latitudes)) / 2, 6), round(longitude, 6)


def distance(latitude: float, longitude: float, other: float, further: float) -> float:
    """Great-circle distance in km by the haversine formula; arguments in degrees."""
    north, east = radians(other - latitude), radians(further - longitude)
    half = sin(north / 2) ** 2 + cos(radians(latitude)) * cos(radians(other)) * sin(east / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(half)))
