"""A member's report of an incident, read from acts.

An act of the kind ``report`` is about an incident; several members may report the same one,
each in its own words. A correction or a release is another act; a report that was withdrawn
stays known as withdrawn, so that those who saw it learn that it no longer stands.

Sources: NATO AJP-2.1 / STANAG 2511 (reliability of sources A to F, credibility of information
1 to 6); FIRST, *Traffic Light Protocol 2.0* (handling).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from hansa.cooperation.agreements.areas import area_of_kind
from hansa.cooperation.reports.particulars import number, words
from hansa.record.acts import Act, Json
from hansa.record.ledger import fold
from hansa.terms.days import Day, day
from hansa.terms.errors import Place

RELIABILITY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "A": "completely reliable",
        "B": "usually reliable",
        "C": "fairly reliable",
        "D": "not usually reliable",
        "E": "unreliable",
        "F": "reliability cannot be judged",
    }
)
"""How reliable a source is."""

CREDIBILITY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "1": "confirmed by other sources",
        "2": "probably true",
        "3": "possibly true",
        "4": "doubtful",
        "5": "improbable",
        "6": "truth cannot be judged",
    }
)
"""How credible what it says is."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something attached to a report: its name, and the SHA-256 of its bytes."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Report:
    """One member's report of an incident, corrections applied.

    Parameters
    ----------
    id : str
        The act that made it.
    incident : str
        The incident, by which several reports hang together.
    by : str
        Who reports: a state (ISO 3166 alpha-3) or a secretariat (``CSTO Secretariat``).
    kind, area : str
        Kind of incident, and the area of cooperation (`AREAS`) to which it belongs,
        ``""`` if to none.
    start, end : Day
        First day, and last if known.
    place, place_state : str
        Where, and on whose territory.
    latitude, longitude : float, optional
        Degrees (WGS 84).
    victims, attackers : tuple of str
        States.
    attacker_name : str
        A group that is no state.
    title, text, language : str
        Headline and account, and the language (BCP 47) of both.
    reliability, credibility : str
        A code of `RELIABILITY` and of `CREDIBILITY`, ``""`` if not graded.
    tlp : str
        ``CLEAR``, ``GREEN``, ``AMBER``, ``AMBER+STRICT`` or ``RED``.
    audience : tuple of str
        Organisations, states and accounts (``account:NAME``) for whom it is meant.
    deaths : int, optional
        Deaths known to the reporter.
    evidence : tuple of Evidence
    same_as : tuple of str
        Ids of other reports that the reporter, or a secretariat, holds to be of the same event.
    recorded, modified : datetime
        When it was recorded first, and last changed.
    acts : tuple of str
        The ids of the acts that made it what it is, in order.
    withdrawn : bool
        Whether its author took it back.
    """

    id: str
    incident: str
    by: str
    kind: str
    area: str
    start: Day
    end: Day | None
    place: str
    place_state: str
    latitude: float | None
    longitude: float | None
    victims: tuple[str, ...]
    attackers: tuple[str, ...]
    attacker_name: str
    title: str
    text: str
    language: str
    reliability: str
    credibility: str
    tlp: str
    audience: tuple[str, ...]
    deaths: int | None
    evidence: tuple[Evidence, ...]
    same_as: tuple[str, ...]
    recorded: datetime
    modified: datetime
    acts: tuple[str, ...]
    withdrawn: bool

    @property
    def clear(self) -> bool:
        """Whether everybody may see it."""
        return self.tlp == "CLEAR"


def reports(acts: Iterable[Act]) -> tuple[Report, ...]:
    """Every report among the acts, withdrawn ones included, in the order of their record.

    Parameters
    ----------
    acts : iterable of Act
        As recorded: corrections and withdrawals are applied here.
    """
    known = tuple(acts)
    changes: dict[str, list[Act]] = {}
    for act in known:
        if act.kind in ("correct", "withdraw", "release"):
            changes.setdefault(act.subject, []).append(act)
    made = [act for act in known if act.kind == "report"]
    made.sort(key=lambda act: (act.recorded, act.id))
    return tuple(report_of(act, changes.get(act.id, ())) for act in made)


def report_of(act: Act, changes: Iterable[Act] = ()) -> Report:
    """The report that an act made, and later acts about it changed.

    Parameters
    ----------
    act : Act
        Of the kind ``report``.
    changes : iterable of Act
        Acts of the kinds ``correct``, ``release`` and ``withdraw`` about it.

    Raises
    ------
    BadInput
        If a particular makes no sense.
    """
    later = sorted(changes, key=lambda change: (change.recorded, change.id))
    withdrawn = any(change.kind == "withdraw" for change in later)
    now = fold([act, *(c for c in later if c.kind == "correct")]).acts
    act = next(found for found in now if found.kind == "report")
    said = dict(act.payload)
    for change in later:
        if change.kind == "release":
            said |= {k: v for k, v in change.payload.items() if k in ("tlp", "audience")}
    where = act.place or Place(f"act {act.id}")
    kind = str(said.get("kind", ""))
    deaths = number(said.get("deaths"), 0, 1e9, "number of deaths", where)
    return Report(
        id=act.id,
        incident=act.subject,
        by=act.actor,
        kind=kind,
        area=str(said.get("area") or area_of_kind(kind)),
        start=day(str(said.get("start") or act.on), where=where),
        end=day(str(said["end"]), where=where) if said.get("end") else None,
        place=str(said.get("place") or ""),
        place_state=str(said.get("place_state") or ""),
        latitude=number(said.get("latitude"), -90, 90, "latitude", where),
        longitude=number(said.get("longitude"), -180, 180, "longitude", where),
        victims=words(said.get("victims")),
        attackers=words(said.get("attackers")),
        attacker_name=str(said.get("attacker_name") or ""),
        title=str(said.get("title") or ""),
        text=str(said.get("text") or ""),
        language=str(said.get("language") or "en"),
        reliability=str(said.get("reliability") or ""),
        credibility=str(said.get("credibility") or ""),
        tlp=str(said.get("tlp") or "CLEAR").upper().removeprefix("TLP:"),
        audience=words(said.get("audience")),
        deaths=None if deaths is None else int(deaths),
        evidence=_evidence(said.get("evidence")),
        same_as=words(said.get("same_as")),
        recorded=act.recorded,
        modified=max((change.recorded for change in later), default=act.recorded),
        acts=(act.id, *(change.id for change in later)),
        withdrawn=withdrawn,
    )


def _evidence(value: Json) -> tuple[Evidence, ...]:
    if not isinstance(value, dict):
        return ()
    return tuple(Evidence(name, str(digest)) for name, digest in sorted(value.items()))
