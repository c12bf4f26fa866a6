"""What a message of the Common Alerting Protocol is made of, in which order, how often.

Source: OASIS, *Common Alerting Protocol Version 1.2* (1 July 2010), section 3.2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from hansa.cooperation.reports.alert import CERTAINTIES, SCOPES, SEVERITIES, URGENCIES
from hansa.terms.errors import BadInput, HansaError, Place
from hansa.terms.names import unknown

CAP: Final = "urn:oasis:names:tc:emergency:cap:1.2"
SIGNATURES: Final = "http://www.w3.org/2000/09/xmldsig#"
STATUSES: Final = ("Actual", "Exercise", "System", "Test", "Draft")
MESSAGES: Final = ("Alert", "Update", "Cancel", "Ack", "Error")
CATEGORIES: Final = ("Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env",
                     "Transport", "Infra", "CBRNE", "Other")  # fmt: skip
RESPONSES: Final = ("Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess",
                    "AllClear", "None")  # fmt: skip
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_NUMBER: Final = re.compile(r"[-+]?\d{1,9}(\.\d{1,12})?")
_NAME: Final = re.compile(r"[^\s,<&]+")


@dataclass(frozen=True, slots=True)
class Part:
    """An element: how often it may stand, what it holds.

    Parameters
    ----------
    name : str
    least, most : int
        How often; ``most`` 0: without limit.
    holds : tuple
        Codes of which it is one, if any.
    form : callable, optional
        Whether a text will do.
    """

    name: str
    least: int = 0
    most: int = 1
    holds: tuple[str, ...] = ()
    form: Callable[[str], Any] | None = None


def is_moment(text: str) -> bool:
    """Whether a text is a moment as CAP wants it: seconds, and an offset (``-00:00`` for UTC)."""
    if not _MOMENT.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_name(text: str) -> bool:
    """Whether a text may identify: no space, comma, ``<`` or ``&``."""
    return bool(_NAME.fullmatch(text))


def points(text: str) -> list[tuple[float, float]] | None:
    """Pairs of latitude and longitude (WGS 84), ``None`` if they are none."""
    found = []
    for pair in text.split():
        both = pair.split(",")
        if len(both) != 2 or not all(_NUMBER.fullmatch(part) for part in both):
            return None
        latitude, longitude = float(both[0]), float(both[1])
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            return None
        found.append((latitude, longitude))
    return found


def is_polygon(text: str) -> bool:
    """Whether a text is a closed polygon of at least four points."""
    found = points(text)
    return found is not None and len(found) >= 4 and found[0] == found[-1]


def is_circle(text: str) -> bool:
    """Whether a text is a point and a radius in kilometres."""
    head, _, radius = text.strip().rpartition(" ")
    found = points(head)
    return found is not None and len(found) == 1 and bool(_NUMBER.fullmatch(radius)) and float(
        radius
    ) >= 0  # fmt: skip


_PAIR: Final = (Part("valueName", 1), Part("value", 1))
STRUCTURE: Final[Mapping[str, tuple[Part, ...]]] = {
    "alert": (
        Part("identifier", 1, form=is_name), Part("sender", 1, form=is_name),
        Part("sent", 1, form=is_moment), Part("status", 1, holds=STATUSES),
        Part("msgType", 1, holds=MESSAGES), Part("source"), Part("scope", 1, holds=SCOPES),
        Part("restriction"), Part("addresses"), Part("code", most=0), Part("note"),
        Part("references"), Part("incidents"), Part("info", most=0),
    ),
    "info": (
        Part("language", form=_LANGUAGE.fullmatch), Part("category", 1, 0, CATEGORIES),
        Part("event", 1), Part("responseType", 0, 0, RESPONSES),
        Part("urgency", 1, holds=URGENCIES), Part("severity", 1, holds=SEVERITIES),
        Part("certainty", 1, holds=CERTAINTIES), Part("audience"), Part("eventCode", most=0),
        Part("effective", form=is_moment), Part("onset", form=is_moment),
        Part("expires", form=is_moment), Part("senderName"), Part("headline"),
        Part("description"), Part("instruction"), Part("web"), Part("contact"),
        Part("parameter", most=0), Part("resource", most=0), Part("area", most=0),
    ),
    "resource": (
        Part("resourceDesc", 1), Part("mimeType", 1), Part("size", form=_NUMBER.fullmatch),
        Part("uri"), Part("derefUri"), Part("digest"),
    ),
    "area": (
        Part("areaDesc", 1), Part("polygon", most=0, form=is_polygon),
        Part("circle", most=0, form=is_circle), Part("geocode", most=0),
        Part("altitude", form=_NUMBER.fullmatch), Part("ceiling", form=_NUMBER.fullmatch),
    ),
    "eventCode": _PAIR, "parameter": _PAIR, "geocode": _PAIR,
}  # fmt: skip
"""The parts of each element that has parts, in their order."""


@cache
def library() -> Any:
    """The XML library.

    Raises
    ------
    HansaError
        If it is not installed.
    """
    try:
        from lxml import etree  # type: ignore[import-untyped]  # it has no types
    except ImportError as missing:
        raise HansaError("CAP needs the library lxml", remedy="install hansa[sharing]") from missing
    return etree


def check(element: Any, name: str) -> None:
    """Refuse an element whose parts are not those of CAP 1.2, in their order and number.

    Raises
    ------
    BadInput
        With the file, line and element.
    """
    kind = local(element)
    parts = STRUCTURE[kind]
    children = list(element)
    if kind == "alert":
        children = [child for child in children if space(child) != SIGNATURES]
    at = 0
    for part in parts:
        count = 0
        while at < len(children) and _is(children[at], part.name):
            count += 1
            if part.most and count > part.most:
                raise BadInput(
                    f"{part.name} stands more than once", where=place(children[at], name)
                )
            _check_one(children[at], part, name)
            at += 1
        if count < part.least:
            raise BadInput(
                f"{kind} has no {part.name} where it belongs", where=place(element, name)
            )
    if at < len(children):
        _misplaced(children[at], parts, kind, name)


def _misplaced(child: Any, parts: tuple[Part, ...], kind: str, name: str) -> None:
    known = [part.name for part in parts]
    if space(child) == CAP and local(child) in known:
        what = f"{local(child)} stands in the wrong place in {kind}"
        remedy = f"the order is {', '.join(known)}"
        raise BadInput(what, where=place(child, name), remedy=remedy)
    raise unknown(f"element of {kind}", local(child)[:60], known, where=place(child, name))


def _check_one(child: Any, part: Part, name: str) -> None:
    if part.name in STRUCTURE:
        check(child, name)
        return
    if len(child):
        raise BadInput(f"{part.name} holds elements, not a text", where=place(child, name))
    text = (child.text or "").strip()
    if part.least and not text:
        raise BadInput(f"{part.name} is empty", where=place(child, name))
    if part.holds and text not in part.holds:
        raise unknown(part.name, text[:60], part.holds, where=place(child, name))
    if text and part.form is not None and not part.form(text):
        raise BadInput(f"{text[:60]!r} is no {part.name}", where=place(child, name))


def _is(child: Any, name: str) -> bool:
    return bool(child.tag == f"{{{CAP}}}{name}")


def local(element: Any) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def space(element: Any) -> str:
    """An element's namespace."""
    return str(element.tag).rpartition("}")[0].removeprefix("{")


def place(element: Any, name: str) -> Place:
    """Where an element stands."""
    return Place(name, element.sourceline, local(element)[:60])
