"""Conditions of norms, by the names that treaties' TOML files use.

A condition that has no function here is looked up among the incident's facts; what
nobody has stated is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hansa.record.register import BoundNorm
from hansa.security.incidents import Incident
from hansa.terms.truth import Truth

TROPIC_OF_CANCER = 23.44
"""Degrees north; the southern limit of the North Atlantic Treaty's area (Art. 6)."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as it stands in a case."""

    name: str
    truth: Truth
    text: str


Check = Callable[[Incident, BoundNorm, str], Condition]


def _victim_is_party(incident: Incident, norm: BoundNorm, victim: str) -> Condition:
    held = victim in norm.parties
    word = "is" if held else "is not"
    return Condition("victim_is_party", Truth.of(held), f"{victim} {word} a party")


def _victim_is_state(incident: Incident, norm: BoundNorm, victim: str) -> Condition:
    return Condition("victim_is_state", Truth.of(bool(victim)), f"{victim} is a state")


def _on_party_territory(incident: Incident, norm: BoundNorm, victim: str) -> Condition:
    name = "on_party_territory"
    place = incident.place or "the place"
    if "territory" in incident.facts:
        held = incident.fact("territory")
        words = {
            Truth.TRUE: f"{place} is territory of a party",
            Truth.FALSE: f"{place} is not recognised as territory of a party",
            Truth.UNKNOWN: f"whether {place} is territory of a party is disputed or unknown",
        }
        if held is not Truth.TRUE or not incident.place_state:
            return Condition(name, held, words[held])
    if not incident.place_state:
        return Condition(name, Truth.UNKNOWN, "where it happened is not known")
    held = Truth.of(incident.place_state in norm.parties)
    word = "is" if held is Truth.TRUE else "is not"
    return Condition(name, held, f"{place} lies in {incident.place_state}, which {word} a party")


def _in_treaty_area(incident: Incident, norm: BoundNorm, victim: str) -> Condition:
    territory = _on_party_territory(incident, norm, victim)
    if incident.latitude is None:
        return Condition("in_treaty_area", Truth.UNKNOWN, "where it happened is not known")
    north = Truth.of(incident.latitude > TROPIC_OF_CANCER)
    held = territory.truth & north
    word = "lies" if held is Truth.TRUE else "is not known to lie"
    return Condition("in_treaty_area", held, f"{incident.place} {word} in the treaty's area")


def _requested(incident: Incident, norm: BoundNorm, victim: str) -> Condition:
    asked = incident.fact("requested")
    whom = " and ".join(incident.requested_of)
    if asked is Truth.TRUE and norm.treaty.organisation and incident.requested_of:
        organisation = norm.treaty.organisation
        kin = {organisation, "CST" if organisation == "CSTO" else organisation}
        kin |= {"CSTO"} if organisation == "CST" else set()
        if not kin & set(incident.requested_of):
            text = f"{victim} asked {whom}, not {organisation}"
            return Condition("requested", Truth.FALSE, text)
    words = {
        Truth.TRUE: f"{victim} asked {whom or 'for help'}",
        Truth.FALSE: f"{victim} made no request",
        Truth.UNKNOWN: f"whether {victim} made a request is not known",
    }
    return Condition("requested", asked, words[asked])


def _host_consents(incident: Incident, norm: BoundNorm, victim: str) -> Condition:
    held = incident.fact("host_consents")
    if held is Truth.UNKNOWN and incident.place_state == victim:
        held = incident.fact("requested") | Truth.UNKNOWN
    word = {Truth.TRUE: "consents", Truth.FALSE: "does not consent", Truth.UNKNOWN: ""}[held]
    host = incident.place_state or "the host"
    text = f"{host} {word}" if word else f"whether {host} consents is not known"
    return Condition("host_consents", held, text)


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "victim_is_party": _victim_is_party,
        "victim_is_state": _victim_is_state,
        "on_party_territory": _on_party_territory,
        "in_treaty_area": _in_treaty_area,
        "requested": _requested,
        "host_consents": _host_consents,
    }
)


def judge(name: str, incident: Incident, norm: BoundNorm, victim: str) -> Condition:
    """How a condition stands in the case."""
    check = CHECKS.get(name)
    if check is not None:
        return check(incident, norm, victim)
    held = incident.fact(name)
    plain = name.replace("_", " ")
    words = {
        Truth.TRUE: plain,
        Truth.FALSE: f"not so: {plain}",
        Truth.UNKNOWN: f"not known: {plain}",
    }
    return Condition(name, held, words[held])
