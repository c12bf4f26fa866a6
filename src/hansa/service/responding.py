"""The verb that follows an incident to a force plan: respond."""

from __future__ import annotations

from hansa.decisions import ABSENT, ABSTAIN, AGAINST, FOR, STAND_ASIDE, UNKNOWN, Position
from hansa.record.treaties import Clock
from hansa.record.world import World
from hansa.security import Incident, compare
from hansa.security.forces import Limits
from hansa.service.opening import case_of, what_if, when, world_of
from hansa.studies.case import Case
from hansa.studies.responding import (
    Response,
    Turn,
    Wish,
    again_exhibits,
    again_statements,
    asking,
    plan_again,
    response_exhibits,
    response_limits,
    response_statements,
)
from hansa.studies.responding import respond as followed
from hansa.studies.sections.incidents import incidents_of
from hansa.terms.errors import BadInput
from hansa.terms.exhibits import Answer, Statement
from hansa.terms.names import unknown
from hansa.worlds.incidents import read_incident


def respond(
    incident: str,
    *,
    on: str | None = None,
    asked: str = "",
    body: str = "",
    in_favour: str = "",
    against: str = "",
    abstain: str = "",
    absent: str = "",
    aside: str = "",
    others: str = "",
    without: str = "",
    task: str = "",
    strength: int = 0,
    days: int = 0,
    months: int = 0,
    seconds: float = 20.0,
    again_on: str | None = None,
    withdrawn: list[str] | None = None,
    closed: list[str] | None = None,
    known_on: str | None = None,
    clock: Clock = "law",
    scenario: str | None = None,
    world: World | str = "eurasia",
) -> Answer:
    """From an incident to who owes what, who decides, the mandate, and a force plan.

    Parameters
    ----------
    incident : str
        The id of one of the world's incidents, or a TOML file.
    on : str, optional
        Day of the decision; that of the mandate on record, else the incident's first day.
    asked : str
        Whom the victim is assumed to ask for help: ``CST``, ``CSTO``, ``RUS``.
    body : str
        The body that decides; the most competent one if not given.
    in_favour, against, abstain, absent, aside : str
        Positions in the body, as in `decide`.
    others : str
        Position of all that are not mentioned, ``unknown`` included; without it every
        member but the attacker is assumed to be in favour, and the answer says so.
    without : str
        Members that send no forces, separated by commas.
    task : str
        ``peacekeeping``, ``counter_terrorism``, ``border_closure``, ``rapid_reaction``,
        ``relief``; by the kind of incident if not given.
    strength : int
        Persons required; as decided or assumed if not given.
    days : int
        Days from the decision by which they are required.
    months : int
        How long the mandate runs.
    seconds : float
        Time for the search for a plan.
    again_on : str, optional
        A day on which the plan meets with a change: what left before stays, the rest is
        planned again with the least disturbance.
    withdrawn, closed : list of str, optional
        Units taken back and hubs closed on that day.
    known_on, clock, world
        As in `members`.
    scenario : str, optional
        A TOML file of acts that are assumed too (a pledge, an accession).

    Returns
    -------
    Answer
        Sentences and tables from obligations to plan, with bound and gap; where the mandate
        cannot be met, what falls short and the cheapest remedies. Its value is the `Response`.
    """
    opened = world_of(world)
    case = case_of(opened, on or "today", known_on, clock)
    if scenario:
        case = what_if(case, scenario)[0]
    found = _found(case, incident)
    if asked:
        found = asking(found, _asked(case, asked))
    _, kinds = incidents_of(case)
    if not seconds > 0:
        raise BadInput(f"a search of {seconds} seconds finds nothing", remedy="give more time")
    response = followed(
        case,
        found,
        kinds,
        day=when(on) if on else None,
        positions=_stances(
            case, {FOR: in_favour, AGAINST: against, ABSTAIN: abstain, ABSENT: absent,
                   STAND_ASIDE: aside},
        ),
        others=_other(others),
        body=body,
        wish=Wish(task, strength, days, months),
        without=frozenset(_states(case, without)),
        limits=Limits(seconds, 1e-3),
    )  # fmt: skip
    said = list(response_statements(response))
    if asked:
        who, whom = " and ".join(found.victims), " and ".join(found.requested_of)
        said.insert(0, Statement(f"Supposed: {who} asks {whom} for help."))
    if found.practice and not asked:
        said.append(Statement(f"Law and practice: {compare(found, response.findings).verdict}."))
    what = found.what or response.kind_name
    title = f"{found.id}: {what}, decided on {response.day}"
    if again_on is not None or withdrawn or closed:
        if again_on is None:
            raise BadInput("say on which day that happens", remedy="give again_on")
        turn = Turn(when(again_on), tuple(withdrawn or ()), tuple(closed or ()))
        return _again(response, turn, title, Limits(seconds, 1e-3))
    return Answer(
        title, tuple(said), response_exhibits(response), response_limits(response), response
    )


def _again(response: Response, turn: Turn, title: str, limits: Limits) -> Answer:
    if response.plan is None:
        raise BadInput(f"there is no plan to change: {response.text}")
    found = plan_again(response.plan, turn, limits)
    title = f"{title}, planned again on {turn.day}"
    said, shown = again_statements(turn, found), again_exhibits(response.plan, found)
    return Answer(title, said, shown, response_limits(response), found)


def _found(case: Case, name: str) -> Incident:
    if name.endswith(".toml"):
        return read_incident(name)
    known = {item.id: item for item in incidents_of(case)[0]}
    if name not in known:
        raise unknown("incident", name, known, remedy="or give a TOML file")
    return known[name]


def _asked(case: Case, text: str) -> tuple[str, ...]:
    known = {*case.world.organisations, *case.world.states}
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        if name not in known:
            raise unknown("organisation or state", name, known)
    return names


def _states(case: Case, text: str) -> tuple[str, ...]:
    return tuple(case.world.state(name.strip()).id for name in text.split(",") if name.strip())


def _stances(case: Case, given: dict[Position, str]) -> dict[str, Position]:
    found: dict[str, Position] = {}
    for position, text in given.items():
        for state in _states(case, text):
            if state in found:
                raise BadInput(
                    f"{state} votes twice", remedy="name each state in one position only"
                )
            found[state] = position
    return found


def _other(text: str) -> Position | None:
    if not text:
        return None
    known = {"for": FOR, "against": AGAINST, "abstain": ABSTAIN, "absent": ABSENT,
             "aside": STAND_ASIDE, "unknown": UNKNOWN}  # fmt: skip
    if text not in known:
        raise BadInput(f"{text!r} is no position", nearest=tuple(known))
    return known[text]
