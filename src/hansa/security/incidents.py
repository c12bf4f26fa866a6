"""Incidents: what happened, to whom, by whom, where, and what is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hansa.record.sheets import Row, Sheet
from hansa.terms.days import Day
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown
from hansa.terms.truth import Truth


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident.

    Parameters
    ----------
    id, kind : str
        ``kind`` is one of the world's kinds (a table: new kinds are data).
    start, end : Day
        First and last day.
    victims, attackers : tuple of str
        States by code; a group that is no state stands in ``attacker_name``.
    place, place_state : str
        Where, and on whose recognised territory.
    facts : mapping of str to Truth
        Whatever is known to be so or not: ``requested``, ``territory``,
        ``attacker_is_state``, ``host_consents``, ``unsc_decision`` …; what is not
        mentioned is unknown.
    requested_of : tuple of str
        Whom the victim asked for help: organisations or states.
    practice : str
        What was done in the event, in a word.
    """

    id: str
    kind: str
    start: Day
    end: Day | None = None
    victims: tuple[str, ...] = ()
    attackers: tuple[str, ...] = ()
    attacker_name: str = ""
    place: str = ""
    place_state: str = ""
    latitude: float | None = None
    longitude: float | None = None
    facts: Mapping[str, Truth] = field(default_factory=dict)
    requested_of: tuple[str, ...] = ()
    what: str = ""
    invoked: str = ""
    practice: str = ""
    decision: str = ""
    response: str = ""
    source: str = ""
    confidence: str = ""

    def fact(self, name: str) -> Truth:
        """What is known of a named fact."""
        return self.facts.get(name, Truth.UNKNOWN)

    def near(self, day: Day, months: int = 6) -> bool:
        """Whether the incident runs on the day or within ``months`` of it."""
        last = self.end or self.start
        return self.start.toordinal() - 31 * months <= day.toordinal() and (
            day.toordinal() <= last.toordinal() + 31 * months
        )


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of incident, each under a broader one."""

    broader: Mapping[str, str]
    names: Mapping[str, str]

    @classmethod
    def of(cls, sheet: Sheet) -> Kinds:
        """From the world's table ``incident_kinds``."""
        return cls(
            {row["id"]: row["broader"] or "" for row in sheet},
            {row["id"]: row["name"] for row in sheet},
        )

    def chain(self, kind: str) -> tuple[str, ...]:
        """The kind and all broader ones, the narrowest first.

        Raises
        ------
        UnknownCode
            If there is no such kind.
        """
        if kind not in self.broader:
            raise unknown("kind of incident", kind, self.broader)
        found = [kind]
        while (above := self.broader.get(found[-1], "")) and above not in found:
            found.append(above)
        return tuple(found)


def truth(text: str, where: Place | None = None) -> Truth:
    """A truth value written as a word."""
    try:
        return Truth[text.strip().upper()]
    except KeyError:
        raise BadInput(
            f"{text!r} is no truth value", where=where, nearest=("true", "false", "unknown")
        ) from None


def incident_of(row: Row) -> Incident:
    """An incident from a row of the world's table ``incidents``."""
    text = {column: row.values.get(column) or "" for column in row.values}
    facts = {}
    for pair in str(text["facts"]).split(";"):
        if pair.strip():
            name, _, value = pair.partition("=")
            facts[name.strip()] = truth(value, row.place)
    for name in ("territory", "requested"):
        if text[name]:
            facts[name] = truth(str(text[name]), row.place)
    return Incident(
        id=row["id"],
        kind=row["kind"],
        start=row["start"],
        end=row["end"],
        victims=row["victims"],
        attackers=row["attackers"],
        attacker_name=str(text["attacker_name"]),
        place=str(text["place"]),
        place_state=str(text["place_state"]),
        latitude=row["latitude"],
        longitude=row["longitude"],
        facts=facts,
        requested_of=tuple(str(text["requested_of"]).split()),
        what=str(text["what"]),
        invoked=str(text["invoked"]),
        practice=str(text["practice"]),
        decision=str(text["decision"]),
        response=str(text["response"]),
        source=str(text["source"]),
        confidence=str(text["confidence"]),
    )
