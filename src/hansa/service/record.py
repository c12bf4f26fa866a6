"""Verbs on the record: worlds, members, parties, check."""

from __future__ import annotations

from hansa.record.standing import Membership
from hansa.record.treaties import Clock
from hansa.record.world import World
from hansa.service.opening import case_of, world_of
from hansa.terms.exhibits import Answer, Column, Statement, Table
from hansa.terms.truth import Truth
from hansa.worlds import embedded


def worlds() -> Answer:
    """The worlds that come with hansa.

    Returns
    -------
    Answer
        One row per world: name, title, and how much it holds.
    """
    rows = []
    for name in embedded():
        world = world_of(name)
        rows.append(
            (
                name,
                world.title,
                len(world.states),
                len(world.organisations),
                len(world.treaties),
                len(world.acts),
            )
        )
    columns = (
        Column("name", "Name"),
        Column("title", "Title"),
        Column("states", "States"),
        Column("organisations", "Organisations"),
        Column("treaties", "Treaties"),
        Column("acts", "Acts"),
    )
    return Answer("Worlds", (), (Table("worlds", "Worlds", columns, tuple(rows)),))


def members(
    organisation: str,
    *,
    on: str = "today",
    known_on: str | None = None,
    clock: Clock = "law",
    status: str | None = None,
    world: World | str = "eurasia",
) -> Answer:
    """Who is what in an organisation on a day.

    Parameters
    ----------
    organisation : str
        Its code: ``CIS``, ``CSTO``, ``EU`` …
    on : str
        The day asked about, ``YYYY-MM-DD`` or ``today``.
    known_on : str, optional
        Count only what was on record by the end of this day.
    clock : {"law", "signature"}
        In force, or from signature (the reading of the ATOP data).
    status : str, optional
        Only this status (``member``, ``associate`` …); all if not given.
    world : World or str
        A world, its name, or its folder.

    Returns
    -------
    Answer
        A row per state with status, first day, remarks and reasons.
    """
    case = case_of(world, on, known_on, clock)
    register = case.register
    exists = register.exists(organisation)
    held = register.members(organisation, status)
    name = case.world.organisations[organisation].name
    known = f", as known on {case.known_on}" if case.known_on else ""
    title = f"{name} on {case.day}{known}"
    said = [Statement(f"{exists.text}.", exists.because)]
    if exists.truth is Truth.TRUE:
        said.append(Statement(_count(held)))
    said += [Statement(f"{m.state}: {f.text}.", f.because) for m in held for f in m.flags]
    columns = (
        Column("state", "State"),
        Column("name", "Name"),
        Column("status", "Status"),
        Column("since", "Since"),
        Column("until", "Until (not included)"),
        Column("remarks", "Remarks"),
    )
    rows = tuple(
        (
            m.state,
            case.world.states[m.state].name if m.state in case.world.states else m.state,
            m.status,
            m.since,
            m.until,
            "; ".join(flag.kind for flag in m.flags),
        )
        for m in held
    )
    table = Table("members", title, columns, rows, tuple(m.because for m in held))
    return Answer(title, tuple(said), (table,), (), held)


def _count(held: tuple[Membership, ...]) -> str:
    counts: dict[str, int] = {}
    for item in held:
        counts[item.status] = counts.get(item.status, 0) + 1
    if not counts:
        return "No state has a standing in it."
    return ", ".join(f"{number} × {status}" for status, number in counts.items()) + "."


def parties(
    treaty: str,
    *,
    on: str = "today",
    known_on: str | None = None,
    clock: Clock = "law",
    state: str | None = None,
    world: World | str = "eurasia",
) -> Answer:
    """Whom a treaty binds on a day, and why (not).

    Parameters
    ----------
    treaty : str
        Its code: ``CST1992``, ``CISCH1993`` …
    on, known_on, clock, world
        As in `members`.
    state : str, optional
        Ask about one state only: bound, not bound, or unknown, and why.

    Returns
    -------
    Answer
        A row per party, or one sentence about ``state``.
    """
    case = case_of(world, on, known_on, clock)
    register = case.register
    title = f"{case.world.treaty(treaty).title} on {case.day}"
    if state is not None:
        finding = register.is_bound(treaty, case.world.state(state).id)
        said = Statement(f"{str(finding.truth).capitalize()}: {finding.text}.", finding.because)
        return Answer(title, (said,), (), (), finding)
    bound = register.parties(treaty)
    signed = sorted(register.timeline.lives[treaty].signed)
    said = Statement(f"{len(bound)} parties; signed by {', '.join(signed) or 'nobody'}.")
    columns = (
        Column("state", "State"),
        Column("since", "Bound since"),
        Column("until", "Until (not included)"),
    )
    rows = tuple((party.state, party.since, party.until) for party in bound)
    table = Table("parties", title, columns, rows, tuple(party.because for party in bound))
    return Answer(title, (said,), (table,), (), bound)


def check(world: World | str = "eurasia") -> Answer:
    """Find every inconsistency of a world, with file and line.

    Parameters
    ----------
    world : World or str
        A world, its name, or its folder.

    Returns
    -------
    Answer
        A row per inconsistency: rule, file, line, what is wrong. Its value is the tuple of
        inconsistencies, empty when all is well.
    """
    from hansa.record.checks import check_world

    opened = world_of(world)
    found = check_world(opened)
    columns = (
        Column("rule", "Rule"),
        Column("file", "File"),
        Column("line", "Line"),
        Column("what", "What is wrong"),
        Column("nearest", "Nearest valid"),
    )
    rows = tuple(
        (
            item.rule,
            item.place.file if item.place else None,
            item.place.row if item.place else None,
            item.text,
            " or ".join(item.nearest) or None,
        )
        for item in found
    )
    held = (
        f"{len(opened.acts)} acts, {len(opened.treaties)} treaties, "
        f"{len(opened.organisations)} organisations checked"
    )
    verdict = f"{len(found)} inconsistencies" if found else "no inconsistency"
    said = (Statement(f"{held}: {verdict}."),)
    table = Table("inconsistencies", "Inconsistencies", columns, rows, keys=4)
    return Answer(f"Check of {opened.title}", said, (table,) if found else (), (), found)
