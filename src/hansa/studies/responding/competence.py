"""Which body may decide on an incident, by which norm, and on which legal conditions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hansa.decisions import Decision
from hansa.record.register import Register
from hansa.record.world import World
from hansa.security import Incident, Kinds, Obligation
from hansa.security.conditions import judge
from hansa.security.forces import LegalCondition
from hansa.terms.days import Day
from hansa.terms.reasons import Reason
from hansa.terms.truth import Truth

FORCE_ACTS = ("use_force", "peacekeeping", "respond_to_crisis", "coordinate")
"""Powers that carry an operation; `coordinate` only where nothing else is given."""

PREFERRED = {
    "peacekeeping": ("peacekeeping", "respond_to_crisis", "use_force", "coordinate"),
    "relief": ("respond_to_crisis", "peacekeeping", "coordinate", "use_force"),
}
"""Which power fits a task best; for the others the order of `FORCE_ACTS`."""

SUCCESSORS = {"CST": ("CST", "CSTO"), "CSTO": ("CSTO", "CST")}
"""The treaty's organisation and the one that grew out of it are asked as one."""


@dataclass(frozen=True, slots=True)
class Competence:
    """A body that may decide, and the finding that makes it competent.

    Parameters
    ----------
    body, organisation : str
    finding : Obligation
        The norm in the case: a power, or a duty that the body steers.
    asked : bool
        Whether the victim asked the body's organisation.
    made : Day
        When the norm's treaty was signed: the later rule goes before the earlier.
    """

    body: str
    organisation: str
    finding: Obligation
    asked: bool
    made: Day

    @property
    def is_power(self) -> bool:
        """Whether the norm itself empowers the body."""
        return self.finding.norm.modality == "power"


def competences(
    found: Iterable[Obligation], incident: Incident, register: Register, world: World, task: str
) -> tuple[Competence, ...]:
    """The bodies that may decide, the most competent first.

    The organisation that was asked goes first, then powers before duties, what holds before
    what is unknown, the power that fits the task, and the later norm.
    """
    wanted = {name for asked in incident.requested_of for name in SUCCESSORS.get(asked, (asked,))}
    acts = PREFERRED.get(task, FORCE_ACTS)
    made: list[Competence] = []
    for item in found:
        norm = item.norm
        if norm.modality not in ("power", "obligation") or norm.act not in FORCE_ACTS:
            continue
        if item.truth is Truth.FALSE or not _sits(norm.decider, register, world):
            continue
        organisation = world.bodies[norm.decider].organisation
        signed = world.treaties[norm.treaty].signed or Day.min
        made.append(Competence(norm.decider, organisation, item, organisation in wanted, signed))
    made.sort(
        key=lambda c: (
            not c.asked, not c.is_power, -c.finding.truth.value, acts.index(c.finding.act),
            -c.made.toordinal(), c.finding.norm.ref, c.finding.addressee != incident.place_state,
        )
    )  # fmt: skip
    return tuple(made)


def refused(
    found: Iterable[Obligation], register: Register, world: World
) -> tuple[Obligation, ...]:
    """Powers to act that fail in the case: why nobody may decide is an answer too."""
    return tuple(
        item
        for item in found
        if item.norm.modality == "power"
        and item.norm.act in FORCE_ACTS
        and item.truth is Truth.FALSE
        and _sits(item.norm.decider, register, world)
    )


def _sits(body: str, register: Register, world: World) -> bool:
    """Whether the body exists on the day."""
    if body not in world.bodies:
        return False
    organisation = world.bodies[body].organisation
    return body in {found.id for found in register.bodies(organisation)}


def legal_conditions(
    chosen: Competence,
    decision: Decision,
    incident: Incident,
    register: Register,
    kinds: Kinds,
) -> tuple[LegalCondition, ...]:
    """What the law asks before and when the operation starts, and whether it holds."""
    norm, victim = chosen.finding.norm, chosen.finding.addressee
    made = [
        LegalCondition(c.name, c.text, c.truth, norm.ref, chosen.finding.because)
        for c in chosen.finding.conditions
    ]
    falls = next((norm.trigger[k] for k in kinds.chain(incident.kind) if k in norm.trigger), None)
    if falls is Truth.UNKNOWN:
        text = f"{kinds.names[incident.kind]} falls under {norm.ref}"
        made.append(LegalCondition("falls_under", text, falls, norm.ref, chosen.finding.because))
    bound = next(b for b in register.norms(treaty=norm.treaty) if b.norm == norm)
    if all(c.key != "host_consents" for c in made):
        host = judge("host_consents", incident, bound, incident.victims[0] or victim)
        made.append(LegalCondition("host_consents", host.text, host.truth, norm.ref))
    if incident.place_state not in register.voters(chosen.body):
        text = "outside the members' territory the UN Security Council has decided"
        made.append(LegalCondition("unsc_decision", text, incident.fact("unsc_decision"),
                                   "UN Charter Art. 53"))  # fmt: skip
    made += _on_the_way(chosen, incident)
    made.append(
        LegalCondition("decision", decision.sentence(), decision.adopted, norm.ref,
                       decision.because)
    )  # fmt: skip
    return tuple(made)


def _on_the_way(chosen: Competence, incident: Incident) -> list[LegalCondition]:
    """Duties that go with the decision: notice to the Security Council, free contribution."""
    norm = chosen.finding.norm
    made = []
    told = next((text for text in norm.exceptions if "Security Council" in text), "")
    article = norm.ref
    if not told and norm.act == "use_force":
        told, article = (
            "measures of self-defence are reported to the Security Council",
            ("UN Charter Art. 51"),
        )
    if told:
        made.append(LegalCondition("unsc_told", told, incident.fact("unsc_told"), article))
    free = next((text for text in norm.exceptions if "voluntary" in text), "")
    if not chosen.is_power:
        free = "no norm obliges members to send forces here: who sends any does so of its own will"
    if free:
        why = (Reason("assumption", "members in favour offer the units that they pledged"),)
        made.append(LegalCondition("voluntary", free, Truth.TRUE, norm.ref, why))
    return made
