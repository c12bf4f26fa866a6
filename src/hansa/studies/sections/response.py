"""An incident followed to a force plan: one near the day, else an exercise on a border.

The incident is decided on the day of the briefing, with the rules and the forces of that day,
unless a mandate is on record; where the victim asked only states, the section says what that
cost and supposes that it asks its alliance.
"""

from __future__ import annotations

from hansa.record.ledger import fold
from hansa.security import Incident, Kinds, obligations
from hansa.security.forces import Limits
from hansa.studies.case import Case
from hansa.studies.responding import (
    Response,
    Wish,
    asking,
    respond,
    response_exhibits,
    response_limits,
    response_statements,
)
from hansa.studies.responding.competence import competences, refused
from hansa.studies.sections.incidents import MONTHS, incidents_of
from hansa.terms.errors import HansaError
from hansa.terms.exhibits import Section, Statement
from hansa.terms.truth import Truth

SECONDS = 1.0
"""Time for the plan; what it leaves open is said as a gap."""

EXERCISE_PERSONS = 1000
NEEDED = ("incidents", "incident_kinds", "borders")


def section(case: Case) -> Section | None:
    """The mechanism at work on the day."""
    if any(name not in case.world.sheets for name in NEEDED):
        return None
    known, kinds = incidents_of(case)
    near = [i for i in known if i.near(case.day, MONTHS) and i.start <= case.day]
    for incident in sorted(near, key=lambda i: i.start, reverse=True):
        try:
            found = _followed(case, incident, kinds)
        except HansaError as wrong:
            found = _broken(incident, wrong)
        if found is not None:
            return found
    return _exercise(case, kinds)


def _broken(incident: Incident, wrong: HansaError) -> Section:
    """What stops an incident from being followed is said; the rest of the briefing stays."""
    text = f"{incident.id} cannot be followed to a plan: {wrong.sentence()}."
    return Section("response", "From incident to force plan", 51, (Statement(text),))


def _followed(case: Case, incident: Incident, kinds: Kinds) -> Section | None:
    """An incident of the record, if somebody could decide on it."""
    given = fold(case.world.acts, case.known_on).about(incident.id, "mandate")
    if given:
        response = _respond(case, incident, kinds)
        return _section(incident, response, [])
    alliance = _alliance(case, incident, kinds)
    if not alliance:
        return None
    said = []
    supposed = incident
    if alliance not in incident.requested_of:
        supposed = asking(incident, (alliance,))
        said = _supposed(case, incident, kinds, alliance)
    response = _respond(case, supposed, kinds)
    if not response.competent:
        return None
    said.insert(0, Statement(
        f"{incident.id} ({incident.what}, {incident.place}, {incident.start}) brought no mandate. "
        f"What if it came again, and were decided on {case.day}?"
    ))  # fmt: skip
    return _section(incident, response, said)


def _alliance(case: Case, incident: Incident, kinds: Kinds) -> str:
    """The organisation whose treaty may oblige others to help the victim."""
    for item in obligations(incident, case.register, kinds):
        if item.act == "assist" and item.truth is not Truth.FALSE:
            organisation = case.world.treaties[item.norm.treaty].organisation
            if organisation:
                return organisation
    return ""


def _supposed(case: Case, incident: Incident, kinds: Kinds, alliance: str) -> list[Statement]:
    """Whom the victim asked, and which powers that left unused."""
    found = obligations(incident, case.register, kinds)
    lost = refused(found, case.register, case.world)
    asked = " and ".join(incident.requested_of) or "nobody"
    victim = " and ".join(incident.victims)
    said = [Statement(item.sentence, item.because) for item in lost]
    able = competences(found, incident, case.register, case.world, "")
    if able:
        best: dict[str, Truth] = {}
        for item in able:
            best.setdefault(item.body, item.finding.truth)
        names = " and ".join(
            body if held is Truth.TRUE else f"{body} (unknown)" for body, held in best.items()
        )
        said.append(Statement(f"As it was asked, only {names} could decide."))
    said.append(
        Statement(f"{victim} asked {asked} then; supposed here: it asks {alliance} for help.")
    )
    return said


def _exercise(case: Case, kinds: Kinds) -> Section | None:
    """Drugs over the Tajik–Afghan border: an incident as one could be reported."""
    states = case.world.states
    if "smuggling_drugs" not in kinds.names or not {"TJK", "AFG"} <= set(states):
        return None
    incident = Incident(
        id=f"EXERCISE-{case.day}",
        kind="smuggling_drugs",
        start=case.day,
        victims=("TJK",),
        attacker_name="armed smugglers",
        place="Panj, Tajik–Afghan border",
        place_state="TJK",
        latitude=37.235,
        longitude=69.099,
        facts={
            "requested": Truth.TRUE,
            "host_consents": Truth.TRUE,
            "attacker_is_state": Truth.FALSE,
        },
        requested_of=("CSTO",),
        what="armed groups carry drugs over the Panj",
    )
    wish = Wish(strength=EXERCISE_PERSONS)
    response = _respond(case, incident, kinds, wish)
    if not response.competent:
        return None
    said = [Statement(
        "An exercise, no report: armed groups carry drugs over the Panj from Afghanistan; "
        f"Tajikistan asks the CSTO to close that stretch with {EXERCISE_PERSONS:,} persons."
    )]  # fmt: skip
    return _section(incident, response, said)


def _respond(case: Case, incident: Incident, kinds: Kinds, wish: Wish | None = None) -> Response:
    given = fold(case.world.acts, case.known_on).about(incident.id, "mandate")
    return respond(
        case, incident, kinds, day=None if given else case.day, wish=wish,
        limits=Limits(SECONDS, 1e-3), remedies=False,
    )  # fmt: skip


def _section(incident: Incident, response: Response, said: list[Statement]) -> Section:
    title = f"From incident to force plan: {incident.id}"
    return Section(
        "response", title, 51, (*said, *response_statements(response)),
        response_exhibits(response), response_limits(response),
    )  # fmt: skip
