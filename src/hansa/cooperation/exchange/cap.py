"""Warnings as messages of the Common Alerting Protocol.

Source: OASIS, *Common Alerting Protocol Version 1.2* (1 July 2010); TLP 2.0 for the code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from hansa.cooperation.agreements.areas import AREAS, area_of_kind
from hansa.cooperation.exchange.cap_reading import Message, alert_from, warn_acts
from hansa.cooperation.exchange.cap_structure import CAP, check, is_name, library
from hansa.cooperation.exchange.countries import countries
from hansa.cooperation.reports.alert import Alert
from hansa.terms.errors import BadInput, Place

__all__ = ["Message", "alert_from", "cap_of", "category_of", "identifier_of", "moment_in_cap",
           "warn_acts"]  # fmt: skip

_BY_WORD: Final = {
    "avalanche": "Geo", "earthquake": "Geo", "landslide": "Geo", "mudflow": "Geo",
    "volcano": "Geo", "tsunami": "Geo", "flood": "Met", "storm": "Met", "drought": "Met",
    "blizzard": "Met", "frost": "Met", "heat": "Met", "fire": "Fire", "epidemic": "Health",
    "disease": "Health", "plague": "Health", "pollution": "Env", "locusts": "Env",
    "chemical": "CBRNE", "nuclear": "CBRNE", "radiation": "CBRNE", "radiological": "CBRNE",
    "explosion": "CBRNE", "power": "Infra", "dam": "Infra", "pipeline": "Infra",
    "rescue": "Rescue", "evacuation": "Safety",
}  # fmt: skip
"""Categories of CAP by a word of the event."""
_WORD: Final = re.compile(r"[a-z]+")


def cap_of(
    alert: Alert,
    sender: str,
    *,
    earlier: Iterable[Alert] = (),
    translations: Iterable[Alert] = (),
    status: str = "Actual",
) -> bytes:
    """A warning as a CAP 1.2 message.

    Parameters
    ----------
    alert : Alert
        A corrected one becomes an update of itself, a cancelled one a cancellation without its
        content, one that refers to others an update of these.
    sender : str
        Who sends, as CAP identifies senders: a name in the manner of an internet domain or an
        address, without spaces or commas.
    earlier : iterable of Alert
        The warnings to which ``alert.references`` refer.
    translations : iterable of Alert
        The same warning in other languages: one block of information each.
    status : str
        ``Actual``, ``Exercise``, ``System``, ``Test`` or ``Draft``.

    Raises
    ------
    BadInput
        If it is restricted but goes to the public, is private but names nobody, refers to a
        warning that is not given, or a name cannot stand in CAP.
    """
    _sendable(alert, sender)
    etree = library()
    root = etree.Element(f"{{{CAP}}}alert", nsmap={None: CAP})
    kind, references = _message(alert, sender, {each.id: each for each in earlier})
    _add(root, "identifier", identifier_of(alert), alert)
    _add(root, "sender", sender, alert)
    _add(root, "sent", moment_in_cap(alert.modified), alert)
    _add(root, "status", status, alert)
    _add(root, "msgType", kind, alert)
    _add(root, "scope", alert.scope, alert)
    if alert.scope == "Restricted":
        text = " ".join((f"TLP:{alert.tlp}", *alert.audience))
        _add(root, "restriction", text, alert)
    if alert.audience:
        _add(root, "addresses", _listed(alert.audience), alert)
    _add(root, "code", f"TLP:{alert.tlp}", alert)
    _add(root, "references", references, alert)
    _add(root, "incidents", _listed((alert.subject,)) if alert.subject else "", alert)
    if kind != "Cancel":
        for each in (alert, *translations):
            _info(root, each)
    check(root, f"warning {alert.id}")
    found: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return found


def _sendable(alert: Alert, sender: str) -> None:
    where = Place(f"warning {alert.id}")
    if not is_name(sender):
        text = f"{sender[:80]!r} cannot be a sender"
        remedy = "give a name without spaces or commas, such as warnings@csto.int"
        raise BadInput(text, where=where, remedy=remedy)
    if alert.scope == "Public" and alert.tlp != "CLEAR":
        text = f"marked TLP:{alert.tlp}, it cannot go to the public"
        raise BadInput(text, where=where, remedy="give it the scope Restricted or Private")
    if alert.scope == "Private" and not alert.audience:
        raise BadInput("a private warning names its addressees", where=where)


def identifier_of(alert: Alert) -> str:
    """The identifier of the message that says how a warning stands now.

    Every change is a message of its own, with an identifier of its own.
    """
    name = _escaped(alert.id)
    if alert.withdrawn:
        return f"{name};cancel"
    if alert.modified > alert.sent:
        return f"{name};{alert.modified.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return name


def _escaped(text: str) -> str:
    return quote(text, safe=":@+()!*'/=~.-_")


def moment_in_cap(moment: datetime) -> str:
    """A moment with its offset to the second; UTC is ``-00:00`` (section 3.3.2)."""
    text = moment.replace(microsecond=0).isoformat()
    if not moment.utcoffset():
        return f"{text[:19]}-00:00"
    if len(text) > 25:  # an offset with seconds, as local mean time has
        return moment_in_cap(moment.astimezone(UTC))
    return text


def _message(alert: Alert, sender: str, earlier: dict[str, Alert]) -> tuple[str, str]:
    """The type of a message, and to which earlier ones it refers."""
    named = []
    for name in alert.references:
        if name not in earlier:
            text = f"it updates {name!r}, which was not given"
            raise BadInput(text, where=Place(f"warning {alert.id}"))
        named.append(earlier[name])
    refs = [f"{sender},{_escaped(each.id)},{moment_in_cap(each.sent)}" for each in named]
    own = f"{sender},{_escaped(alert.id)},{moment_in_cap(alert.sent)}"
    if alert.withdrawn:
        return "Cancel", " ".join((own, *refs))
    if alert.modified > alert.sent:
        return "Update", " ".join((own, *refs))
    return ("Update" if refs else "Alert"), " ".join(refs)


def category_of(event: str) -> str:
    """The category of CAP of what a warning warns of: a kind of incident, or words."""
    kind = area_of_kind(event) or (event if event in AREAS else "")
    if kind in ("security", "terrorism", "drugs", "arms", "crime", "peacekeeping"):
        return "Security"
    if kind == "transport":
        return "Transport"
    for word in _WORD.findall(event.lower()):
        found = _BY_WORD.get(word) or _BY_WORD.get(word.removesuffix("s"))
        if found:
            return found
    return "Safety" if kind == "emergencies" else "Other"


def _info(root: Any, alert: Alert) -> None:
    info = library().SubElement(root, f"{{{CAP}}}info")
    _add(info, "language", alert.language, alert)
    _add(info, "category", category_of(alert.event), alert)
    _add(info, "event", alert.event, alert)
    for name in ("urgency", "severity", "certainty"):
        _add(info, name, getattr(alert, name), alert)
    if alert.expires is not None:
        _add(info, "expires", moment_in_cap(alert.expires), alert)
    _add(info, "senderName", alert.by, alert)
    _add(info, "headline", alert.headline, alert)
    _add(info, "description", alert.text, alert)
    _add(info, "instruction", alert.instruction, alert)
    area = library().SubElement(info, f"{{{CAP}}}area")
    names = [countries()[code].name if code in countries() else code for code in alert.states]
    _add(area, "areaDesc", alert.area or ", ".join(names) or "not said", alert)
    if alert.latitude is not None and alert.longitude is not None:
        radius = _number(alert.radius or 0.0)
        text = f"{_number(alert.latitude)},{_number(alert.longitude)} {radius}"
        _add(area, "circle", text, alert)
    for code in alert.states:
        geocode = library().SubElement(area, f"{{{CAP}}}geocode")
        _add(geocode, "valueName", "ISO 3166-1 alpha-3", alert)
        _add(geocode, "value", code, alert)


def _number(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _listed(names: Iterable[str]) -> str:
    """Names separated by spaces; those that hold spaces in quotation marks (section 3.2.1)."""
    said = [name.replace('"', "'") for name in names]
    return " ".join(f'"{name}"' if " " in name else name for name in said)


def _add(parent: Any, name: str, text: str, alert: Alert) -> None:
    if not text:
        return
    child = library().SubElement(parent, f"{{{CAP}}}{name}")
    try:
        child.text = text
    except ValueError:
        what = f"{name} holds a character that XML cannot carry"
        raise BadInput(what, where=Place(f"warning {alert.id}")) from None
