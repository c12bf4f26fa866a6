"""From an incident to a plan: the whole chain in one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hansa.decisions import FOR, UNKNOWN, Decision, Position, tally
from hansa.record.acts import Act
from hansa.record.ledger import fold
from hansa.security import Incident, Kinds, Obligation, obligations
from hansa.security.forces import (
    Advice,
    Arrival,
    CannotBeMet,
    Diagnosis,
    ForcePlan,
    LegalCondition,
    Limits,
    Mandate,
    NoPlanInTime,
    Violation,
    advise,
    plan_forces,
    simulate,
)
from hansa.studies.case import Case
from hansa.studies.deciding import sitting
from hansa.studies.responding.competence import (
    Competence,
    competences,
    legal_conditions,
    refused,
)
from hansa.studies.responding.mandates import Wish, defaults
from hansa.studies.responding.operations import Setting, gather
from hansa.terms.days import Day
from hansa.terms.names import unknown
from hansa.terms.reasons import Reason
from hansa.terms.truth import Truth

OUTSIDE = "operation outside the area"
JOINT = "joint forces"
"""Matters for which a body may have a rule of its own."""


@dataclass(frozen=True, slots=True)
class Response:
    """What follows from an incident, link by link; the chain ends where a link fails.

    Parameters
    ----------
    ended : str
        ``planned``, ``short`` (the mandate cannot be met), ``no body``, ``no decision``,
        ``unlawful``, ``no forces`` or ``no time``.
    text : str
        The end in a sentence.
    plan, violations
        The plan, and what an independent simulation of it found wrong (nothing).
    competent, refused : tuple
        Bodies that may decide, the most competent first; powers that fail here.
    assumed : tuple of str
        Everything that no source gives.
    """

    incident: Incident
    day: Day
    kind_name: str
    findings: tuple[Obligation, ...]
    ended: str
    text: str
    competent: tuple[Competence, ...] = ()
    refused: tuple[Obligation, ...] = ()
    decision: Decision | None = None
    conditions: tuple[LegalCondition, ...] = ()
    mandate: Mandate | None = None
    plan: ForcePlan | None = None
    violations: tuple[Violation, ...] = ()
    diagnosis: Diagnosis | None = None
    advice: Advice | None = None
    actual: tuple[Arrival, ...] = ()
    assumed: tuple[str, ...] = field(default=())


def asking(incident: Incident, whom: tuple[str, ...]) -> Incident:
    """The same incident in which the victim asked these for help."""
    facts = {**incident.facts, "requested": Truth.TRUE}
    return replace(incident, requested_of=whom, facts=facts)


def respond(
    case: Case,
    incident: Incident,
    kinds: Kinds,
    *,
    day: Day | None = None,
    positions: Mapping[str, Position] | None = None,
    others: Position | None = None,
    body: str = "",
    wish: Wish | None = None,
    without: frozenset[str] = frozenset(),
    limits: Limits | None = None,
    remedies: bool = True,
) -> Response:
    """Follow an incident from obligations over decision and mandate to a force plan.

    Parameters
    ----------
    case : Case
        World, known day and clock.
    day : Day, optional
        Day of the decision; the day of the mandate on record if there is one, else the
        first day of the incident.
    positions, others
        Positions of members. Without ``others`` every member that is not itself the
        attacker is assumed to be in favour.
    body : str
        The body that decides; the most competent one if not given.
    wish : Wish, optional
    without : frozenset of str
        Members that send nothing.
    limits : Limits, optional
        Of the search for a plan.
    remedies : bool
        Search for the cheapest remedies where the mandate cannot be met.

    Raises
    ------
    UnknownCode
        If the body is not competent, or a state with a position is not in it.
    """
    decided = _on_record(case, incident)
    start = day or (decided.on if decided is not None else incident.start)
    register = case.world.on(start, case.known_on, case.clock)
    found = obligations(incident, register, kinds)
    terms = defaults(wish or Wish(), incident, kinds, decided)
    able = competences(found, incident, register, case.world, terms.task)
    base = Response(
        incident,
        start,
        kinds.names[incident.kind],
        found,
        "no body",
        "",
        able,
        refused(found, register, case.world),
    )
    if not able:
        return replace(base, text="No body is competent to send forces, so there is no plan.")
    chosen = _chosen(able, body)
    base = replace(base, competent=(chosen, *(c for c in able if c is not chosen)))
    matter = _matter(case, incident, chosen.body, register.voters(chosen.body))
    seat = sitting(case.world, register, chosen.body, matter)
    for state in sorted(without):
        if state not in seat.electorate.members:
            raise unknown("member", state, seat.electorate.members,
                          remedy=f"only members of {chosen.body} send forces")  # fmt: skip
    stance, told = _positions(seat.electorate.members, incident, positions or {}, others)
    decision = tally(seat.rule.rule, seat.electorate, stance,
                     others=others or UNKNOWN, because=(*seat.because, *told))  # fmt: skip
    conditions = legal_conditions(chosen, decision, incident, register, kinds)
    assumed = (*(reason.text for reason in told), *terms.assumed)
    base = replace(base, decision=decision, conditions=conditions, assumed=assumed)
    failed = [c for c in conditions if c.state is Truth.FALSE and c.key != "decision"]
    if failed:
        text = "; ".join(c.text for c in failed)
        return replace(base, ended="unlawful", text=f"No plan: the law forbids it ({text}).")
    if decision.adopted is not Truth.TRUE:
        word = "not adopted" if decision.adopted is Truth.FALSE else "still open"
        return replace(
            base, ended="no decision", text=f"No plan: the decision of {chosen.body} is {word}."
        )
    friends = {m for m, p in decision.positions.items() if p == FOR}
    host = incident.place_state
    command = f"a commander named by {chosen.body}"
    setting = Setting(
        case.world, incident, kinds, terms, start, case.known_on,
        frozenset(friends - without - {host}), friends | {host}, command, conditions,
        decided is not None,
    )  # fmt: skip
    return _plan(base, setting, limits or Limits(20.0, 1e-3), remedies)


def _plan(base: Response, setting: Setting, limits: Limits, remedies: bool) -> Response:
    gathered = gather(setting)
    if gathered is None:
        text = f"No plan: no member that takes part has pledged forces on {setting.start}."
        return replace(base, ended="no forces", text=text)
    operation = gathered.operation
    base = replace(
        base, mandate=operation.mandate, actual=gathered.actual,
        assumed=tuple(dict.fromkeys((*base.assumed, *gathered.assumed))),
    )  # fmt: skip
    try:
        plan = plan_forces(operation, gathered.aims, limits)
    except CannotBeMet as short:
        advice = advise(operation, limits=limits) if remedies else None
        return replace(
            base, ended="short", text=_capital(short.what), diagnosis=short.diagnosis,
            advice=advice,
        )  # fmt: skip
    except NoPlanInTime as late:
        return replace(base, ended="no time", text=_capital(late.what))
    text = f"The mandate can be met: the force is complete on {plan.complete_on}."
    return replace(base, ended="planned", text=text, plan=plan, violations=simulate(plan))


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _on_record(case: Case, incident: Incident) -> Act | None:
    """The mandate that was really given, if the record holds one."""
    acts = fold(case.world.acts, case.known_on).about(incident.id, "mandate")
    return acts[0] if acts else None


def _matter(case: Case, incident: Incident, body: str, voters: tuple[str, ...]) -> str:
    """The matter by which the body's rule is found."""
    wanted = JOINT if incident.place_state in voters else OUTSIDE
    return wanted if wanted in {rule.matter for rule in case.world.body(body).rules} else ""


def _chosen(able: tuple[Competence, ...], body: str) -> Competence:
    if not body:
        return able[0]
    for found in able:
        if found.body == body:
            return found
    raise unknown("competent body", body, {c.body for c in able},
                  remedy="only a body that a norm in force empowers may decide")  # fmt: skip


def _positions(
    members: tuple[str, ...],
    incident: Incident,
    given: Mapping[str, Position],
    others: Position | None,
) -> tuple[dict[str, Position], list[Reason]]:
    """Positions as given; without a word on the rest, all but the attackers are in favour."""
    if others is not None:
        return dict(given), []
    assumed = [m for m in members if m not in given and m not in incident.attackers]
    stance = {**dict.fromkeys(assumed, FOR), **given}
    if not assumed:
        return stance, []
    text = f"{', '.join(assumed)} {'is' if len(assumed) == 1 else 'are'} assumed to be in favour"
    return stance, [Reason("assumption", text)]
