"""Warnings to posts and to the public, read from acts of the kind ``warn``.

The codes are those of the Common Alerting Protocol.

Source: OASIS, *Common Alerting Protocol Version 1.2* (1 July 2010), sections 3.2.1 to 3.2.4.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hansa.cooperation.reports.particulars import moment, number, words
from hansa.record.acts import Act
from hansa.terms.errors import Place
from hansa.terms.names import unknown

SCOPES: Final = ("Public", "Restricted", "Private")
URGENCIES: Final = ("Immediate", "Expected", "Future", "Past", "Unknown")
SEVERITIES: Final = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
CERTAINTIES: Final = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")


@dataclass(frozen=True, slots=True)
class Alert:
    """A warning, corrections applied.

    Parameters
    ----------
    id, subject, by : str
        The act that made it, what it is about (an incident), and who warns.
    sent : datetime
        When it was recorded.
    modified : datetime
        When it was last changed.
    scope, urgency, severity, certainty : str
        CAP codes.
    event, headline, text, instruction, language : str
        What it warns of, in a word, in a line, in full; what to do; BCP 47 tag.
    area : str
        The area in words.
    latitude, longitude, radius : float, optional
        Degrees (WGS 84), and kilometres around that point.
    states : tuple of str
        States (ISO 3166 alpha-3) to which it applies.
    audience : tuple of str
        Posts, organisations or states to whom it goes (with a scope that is not public).
    expires : datetime, optional
        When it ends.
    tlp : str
        As in `hansa.cooperation.reports.Report`.
    report : str
        The report on which it rests, ``""`` if on none.
    references : tuple of str
        Ids of the warnings that it updates.
    withdrawn : bool
        Whether it was cancelled.
    """

    id: str
    subject: str
    by: str
    sent: datetime
    modified: datetime
    scope: str
    urgency: str
    severity: str
    certainty: str
    event: str
    headline: str
    text: str
    instruction: str
    language: str
    area: str
    latitude: float | None
    longitude: float | None
    radius: float | None
    states: tuple[str, ...]
    audience: tuple[str, ...]
    expires: datetime | None
    tlp: str
    report: str
    references: tuple[str, ...]
    withdrawn: bool


def alerts(acts: Iterable[Act]) -> tuple[Alert, ...]:
    """Every warning among the acts, cancelled ones included, in the order of their record."""
    known = tuple(acts)
    changes: dict[str, list[Act]] = {}
    for act in known:
        if act.kind in ("correct", "withdraw"):
            changes.setdefault(act.subject, []).append(act)
    made = [act for act in known if act.kind == "warn"]
    made.sort(key=lambda act: (act.recorded, act.id))
    return tuple(alert_of(act, changes.get(act.id, ())) for act in made)


def alert_of(act: Act, changes: Iterable[Act] = ()) -> Alert:
    """The warning that an act made, and later acts about it changed.

    Raises
    ------
    BadInput
        If a particular makes no sense.
    """
    later = sorted(changes, key=lambda change: (change.recorded, change.id))
    said = dict(act.payload)
    for change in later:
        inner = change.payload.get("payload")
        if change.kind == "correct" and isinstance(inner, dict):
            said |= inner
    where = act.place or Place(f"act {act.id}")

    def text(key: str) -> str:
        return str(said.get(key) or "")

    def code(key: str, known: tuple[str, ...], default: str) -> str:
        found = text(key) or default
        if found not in known:
            raise unknown(key, found, known, where=where)
        return found

    return Alert(
        id=act.id, subject=act.subject, by=act.actor, sent=act.recorded,
        modified=max((change.recorded for change in later), default=act.recorded),
        scope=code("scope", SCOPES, "Public"), urgency=code("urgency", URGENCIES, "Unknown"),
        severity=code("severity", SEVERITIES, "Unknown"),
        certainty=code("certainty", CERTAINTIES, "Unknown"),
        event=text("event"), headline=text("title"), text=text("text"),
        instruction=text("instruction"), language=text("language") or "en", area=text("area"),
        latitude=number(said.get("latitude"), -90, 90, "latitude", where),
        longitude=number(said.get("longitude"), -180, 180, "longitude", where),
        radius=number(said.get("radius"), 0, 20_000, "radius", where),
        states=words(said.get("states")), audience=words(said.get("audience")),
        expires=moment(text("expires"), where),
        tlp=(text("tlp") or "CLEAR").upper().removeprefix("TLP:"), report=text("report"),
        references=words(said.get("references")),
        withdrawn=any(change.kind == "withdraw" for change in later),
    )  # fmt: skip
