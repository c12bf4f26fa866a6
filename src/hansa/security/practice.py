"""Law and practice: what was owed beside what was asked, decided and done."""

from __future__ import annotations

from dataclasses import dataclass

from hansa.security.incidents import Incident
from hansa.security.obligations import Obligation, listed
from hansa.terms.truth import Truth

ACTED = frozenset({"mandate", "bilateral help", "help", "help without troops", "fact-finding"})


@dataclass(frozen=True, slots=True)
class Comparison:
    """How law and practice stand to one another in an incident."""

    incident: Incident
    owed: Truth
    owed_under: tuple[str, ...]
    consult: Truth
    empowered: tuple[str, ...]
    practice: str
    parted: bool
    verdict: str


def _strongest(found: tuple[Obligation, ...], *acts: str) -> Truth:
    values = [
        item.truth.value
        for item in found
        if item.act in acts and item.norm.modality == "obligation"
    ]
    return Truth(max(values, default=0))


def compare(incident: Incident, found: tuple[Obligation, ...]) -> Comparison:
    """Set what the norms demanded beside what was done."""
    owed = _strongest(found, "assist")
    consult = _strongest(found, "consult", "coordinate")
    under = tuple(
        dict.fromkeys(
            item.norm.ref for item in found if item.act == "assist" and item.truth is owed
        )
    )
    powers = tuple(
        dict.fromkeys(
            item.norm.ref
            for item in found
            if item.norm.modality == "power" and item.truth is Truth.TRUE
        )
    )
    practice = incident.practice or "not recorded"
    acted = practice in ACTED
    if owed is Truth.TRUE and not acted:
        parted, verdict = True, f"help was owed under {listed(under)}; practice: {practice}"
    elif owed is Truth.TRUE:
        parted = practice in ("help without troops", "fact-finding")
        verdict = f"help was owed under {listed(under)}; practice: {practice}"
    elif owed is Truth.UNKNOWN:
        parted = False
        verdict = f"whether help was owed is unknown ({listed(under)}); practice: {practice}"
    elif practice == "mandate" and powers:
        parted, verdict = False, f"no duty to help, but a power to act under {listed(powers)}"
    elif acted:
        parted, verdict = False, f"no duty to help; help came of free will: {practice}"
    else:
        parted, verdict = False, f"no duty to help; practice: {practice}"
    if consult is Truth.TRUE and practice == "none":
        parted, verdict = True, f"{verdict}; consultation was owed and none is recorded"
    return Comparison(incident, owed, under, consult, powers, practice, parted, verdict)
