"""Verbs on the union at work: meetings, meeting, deadlines, presidency, notices."""

from __future__ import annotations

from datetime import date

from hansa.record.world import World
from hansa.secretariat import (
    Notice,
    competence_of,
    deadlines_of,
    handed_on,
    meetings_of,
    notice_rules,
    notices_for,
    presidency_of,
)
from hansa.secretariat import notice_exhibits as told
from hansa.secretariat.meetings import exhibits as shown
from hansa.secretariat.offices import exhibits as held_by
from hansa.service.opening import case_of, when
from hansa.studies import secretariat as study
from hansa.studies.case import Case
from hansa.terms.days import Period, add_months
from hansa.terms.errors import BadInput
from hansa.terms.exhibits import Answer, Exhibit, Statement
from hansa.terms.names import unknown


def meetings(
    body: str = "",
    *,
    since: str | None = None,
    until: str | None = None,
    on: str = "today",
    known_on: str | None = None,
    world: World | str = "eurasia",
) -> Answer:
    """The meetings of a body or organisation, held and to come.

    Parameters
    ----------
    body : str
        A body (``CSTO Council``) or an organisation (``CIS``); all if not given.
    since, until : str, optional
        Only meetings that begin from the one day to the other, both included.
    on : str
        The day on which one looks, ``YYYY-MM-DD`` or ``today``: what was convened by then.
    known_on, world
        As in `members`.

    Returns
    -------
    Answer
        A row per meeting, and for a body what it may decide; its value is the tuple of
        summaries.
    """
    case = case_of(world, on, known_on)
    known = {*case.world.bodies, *case.world.organisations}
    if body and body not in known:
        raise unknown("body or organisation", body, known)
    first = when(since) if since else None
    last = when(until) if until else None
    if first and last and last < first:
        raise BadInput(f"nothing lies from {first} until {last}", remedy="swap the two days")
    found = tuple(
        meeting
        for meeting in meetings_of(case.register)
        if body in ("", meeting.body, meeting.organisation)
        and (first is None or meeting.period.start >= first)
        and (last is None or meeting.period.start <= last)
    )
    of = f" of {body}" if body else ""
    title = f"Meetings{of}"
    coming = sum(meeting.period.start > case.day for meeting in found)
    number = "1 meeting is" if len(found) == 1 else f"{len(found)} meetings are"
    text = f"{number} on record" + (f", {coming} yet to come." if coming else ".")
    tables = [shown.meetings_table(found, title)]
    if body in case.world.bodies:
        tables.append(shown.competence_table(competence_of(body, case.register)))
    return Answer(title, (Statement(text),), tuple(tables), (), found)


def meeting(
    name: str,
    *,
    on: str = "today",
    known_on: str | None = None,
    world: World | str = "eurasia",
) -> Answer:
    """A meeting: who came, what was on the agenda, what was adopted, whom it binds.

    Parameters
    ----------
    name : str
        The meeting, as `meetings` lists it: ``CIS Dushanbe 2007-10-05``.
    on : str
        As it stood at the end of this day, ``YYYY-MM-DD`` or ``today``.
    known_on, world
        As in `members`.

    Returns
    -------
    Answer
        Agenda, documents and their effects, delegations, what was handed on; its value is
        the `hansa.secretariat.Meeting`.
    """
    case = case_of(world, on, known_on)
    held = study.meeting(case, name)
    said = list(shown.statements(held))
    quorum = study.quorum_of(case, held)
    said.append(Statement(f"Quorum: {quorum.text}.", quorum.because))
    tables = (
        shown.agenda_table(held),
        shown.documents_table(held),
        shown.effects_table(held.documents),
        shown.delegations_table(held, _names(case)),
        shown.handed_table(handed_on(held, case.register)),
    )
    exhibits = tuple(table for table in tables if table.rows)
    return Answer(held.id, tuple(said), exhibits, shown.limits(held), held)


def deadlines(
    *,
    on: str = "today",
    state: str | None = None,
    overdue: bool = False,
    known_on: str | None = None,
    world: World | str = "eurasia",
) -> Answer:
    """What is due by when, who owes it, and what is overdue.

    Parameters
    ----------
    on : str
        The day on which one looks, ``YYYY-MM-DD`` or ``today``.
    state : str, optional
        Only what this state owes or owed.
    overdue : bool
        Only what is overdue.
    known_on, world
        As in `members`.

    Returns
    -------
    Answer
        A row per deadline; its value is the tuple of deadlines.
    """
    case = case_of(world, on, known_on)
    code = case.world.state(state).id if state else ""
    found = tuple(
        due
        for due in deadlines_of(case.register)
        if (not code or code in due.owes) and (not overdue or due.standing == "overdue")
    )
    count = {kind: sum(d.standing == kind for d in found) for kind in ("due", "overdue")}
    said = [Statement(f"{count['due']} due, {count['overdue']} overdue.")]
    said += [
        Statement(f"{due.what}: {due.text}; {' '.join(due.still_owes)} owe it.", due.because)
        for due in found
        if due.standing == "overdue"
    ]
    title = f"Deadlines on {case.day}"
    return Answer(title, tuple(said), (shown.deadlines_table(found),), (), found)


AHEAD_MONTHS = 60
"""So far ahead turns are foretold, if nobody says how far."""


def presidency(
    office: str,
    *,
    since: str | None = None,
    until: str | None = None,
    on: str = "today",
    known_on: str | None = None,
    world: World | str = "eurasia",
) -> Answer:
    """Whose turn an office is by rule, who held it, and where the two part.

    Parameters
    ----------
    office : str
        An office (``CIS chair``), or an organisation or body: all offices of it.
    since, until : str, optional
        Only turns that touch these days; by default from the first on record to five years
        from ``on``. Turns to come are foretold by the rule.
    on : str
        The day for which the present holder is told, ``YYYY-MM-DD`` or ``today``.
    known_on, world
        As in `members`.

    Returns
    -------
    Answer
        A row per turn with holder, rule and departures; its value is the tuple of
        `hansa.secretariat.Presidency`.
    """
    case = case_of(world, on, known_on)
    first = when(since) if since else date.min
    last = when(until) if until else add_months(case.day, AHEAD_MONTHS)
    if last <= first:
        raise BadInput(f"nothing lies from {first} until {last}", remedy="swap the two days")
    names = study.names(case.world)
    within = Period(first, last)
    found = tuple(
        presidency_of(name, case.register, names, within) for name in _offices(case, office)
    )
    said = [s for one in found for s in held_by.presidency_statements(one, case.day)]
    exhibits: list[Exhibit] = [held_by.turns_table(one) for one in found]
    exhibits += [c for one in found if (c := held_by.turns_chart(one, last)) is not None]
    limits = tuple(
        f"{one.office.id}: no rule on record names whose turn it is."
        for one in found
        if not any(turn.by_rule or turn.verdict == "begins" for turn in one.turns)
    )
    return Answer(f"{office}, rule and record", tuple(said), tuple(exhibits), limits, found)


def _offices(case: Case, name: str) -> tuple[str, ...]:
    """The offices that a name means."""
    if name in case.world.offices:
        return (name,)
    found = tuple(
        office.id
        for office in case.world.offices.values()
        if name in (office.organisation, office.body)
    )
    if not found:
        known = {*case.world.offices, *case.world.organisations, *case.world.bodies}
        if name in known:
            raise BadInput(f"the world has no office of {name}", remedy="see offices.toml")
        raise unknown("office, organisation or body", name, known)
    return found


def notices(
    residence: str = "",
    nationality: str = "",
    *,
    on: str = "today",
    language: str = "en",
    known_on: str | None = None,
    world: World | str = "eurasia",
) -> Answer:
    """Which legal notices a reader gets, by declared residence and nationality.

    Parameters
    ----------
    residence, nationality : str
        State of residence and nationality, by code or name, as the reader declares them; not
        given: not declared. They are never guessed.
    on : str
        The day, ``YYYY-MM-DD`` or ``today``.
    language : str
        Language of the words; English where a notice has none in it.
    known_on, world
        As in `members`.

    Returns
    -------
    Answer
        The notices in their order, and those that depend on what was not declared; its value
        is the tuple of `hansa.secretariat.Notice`.
    """
    case = case_of(world, on, known_on)
    lives = case.world.state(residence).id if residence else ""
    citizen = case.world.state(nationality).id if nationality else ""
    found: tuple[Notice, ...] = ()
    limits: tuple[str, ...] = ()
    if "notices" in case.world.sheets:
        rules = notice_rules(case.world.sheet("notices"))
        found = notices_for(rules, case.register, lives, citizen)
    else:
        limits = ("This world has no table of notices.",)
    said = told.notice_statements(found, language)
    table = told.notices_table(found, language)
    title = f"Notices on {case.day}"
    return Answer(title, said, (table,) if found else (), limits, found)


def _names(case: Case) -> dict[str, str]:
    return {state.id: state.name for state in case.world.states.values()}
