"""Verbs on reports of incidents: what is reported, who may see it, whom sharing would reach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

from hansa.cooperation.agreements import Agreement, agreements, covers
from hansa.cooperation.agreements import area as area_of
from hansa.cooperation.reports import (
    Decision,
    Ground,
    Group,
    Report,
    decide,
    fates,
    known_readers,
    matrix,
    notices,
    reader_of,
    reports_on,
    sharing_groups,
)
from hansa.cooperation.reports import exhibits as shown
from hansa.cooperation.reports.codes import By, counts
from hansa.cooperation.reports.duplicates import LIKELY, events, likely_duplicates
from hansa.record.acts import Act
from hansa.record.ledger import end_of
from hansa.record.mandates import read_subject
from hansa.record.markings import Reader
from hansa.record.world import World
from hansa.service.opening import when, world_with
from hansa.studies.case import Case
from hansa.terms.days import Day, day
from hansa.terms.errors import BadInput
from hansa.terms.exhibits import Answer, Exhibit, Statement
from hansa.terms.names import unknown

Binds = Literal["secretariats", "organisations", "states"]


def reports(
    *,
    kind: str = "",
    area: str = "",
    since: str | None = None,
    as_: str = "",
    count: By | None = None,
    on: str = "today",
    known_on: str | None = None,
    log: str = "",
    world: World | str = "eurasia",
) -> Answer:
    """Reports of incidents, as they stand on a day, with the codes of UCDP, ACLED and PLOVER.

    Parameters
    ----------
    kind : str
        Only this kind of incident.
    area : str
        Only this area of cooperation, and what lies within it.
    since : str, optional
        Only what happened from that day on.
    as_ : str
        Only what somebody may see: ``SCO secretariat``, ``CSTO delegation:ARM``, ``public``.
    count : str, optional
        Count reports and events by this, too.
    on : str
        The day of reading: ``YYYY-MM-DD`` or ``today``.
    known_on : str, optional
        As known at the end of that day.
    log : str
        A log that goes on from the world: a file, or ``postgresql://USER@HOST/DATABASE``.
    world : World or str
        The world: its name, or its folder.

    Returns
    -------
    Answer
        A row for each report; its value is the tuple of reports.
    """
    case = _case(world, log, on, known_on)
    found, told = _seen(case, as_)
    _check_filters(kind, area, case, found)
    chosen = tuple(r for r in found if _wanted(r, kind, area, since))
    event = events(found)
    number = len({event[report.id] for report in chosen})
    said = [Statement(f"{_counted(len(chosen), 'report')} of {_counted(number, 'event')}.")]
    said += told
    tables: list[Exhibit] = [shown.reports_table(chosen, event)]
    if count is not None:
        tables.append(shown.counts_table(counts(chosen, count, events=event), count))
    where = shown.reports_map(chosen)
    tables += [where] if where is not None else []
    who = f" for {as_}" if as_ else ""
    return Answer(f"Reports{who} on {case.day}", tuple(said), tuple(tables), (), chosen)


def readers(
    report: str = "",
    *,
    as_: str = "",
    agreed: str = "",
    binds: Binds = "organisations",
    on: str = "today",
    known_on: str | None = None,
    log: str = "",
    world: World | str = "eurasia",
) -> Answer:
    """Who may see a report on a day, by which article; and who would, under another agreement.

    Parameters
    ----------
    report : str
        The report: the id of the act that made it; all reports, by all readers, if not given.
    as_ : str
        Only this reader: ``SCO secretariat``, ``CSTO delegation:ARM``, ``public``.
    agreed : str
        What if this agreement were in force: one of another day (``SC2007``), or a new one
        on the report's area between two organisations (``CSTO, NATO``).
    binds : {"secretariats", "organisations", "states"}
        Whom a new agreement would bind.
    on, known_on, log, world
        As in `reports`.

    Returns
    -------
    Answer
        A row for each delegation and secretariat; its value is the decisions by reader. Of all
        reports: a row for each, and who may see it; its value is the decisions, by report.
    """
    case = _case(world, log, on, known_on)
    register = case.register
    asked = (reader_of(as_, register),) if as_ else (Reader(), *known_readers(register))
    names = [as_] if as_ else ["public", *(reader.account for reader in asked[1:])]
    if not report:
        return _all_readers(case, asked, names)
    found = _report(report, case)
    now = _decided(found, asked, case)
    then: tuple[Decision, ...] = ()
    seeing = [name for name, decision in zip(names, now, strict=True) if decision.allowed]
    said = [Statement(f"{_counted(len(seeing), 'reader')} of {len(names)} may see {found.id}.")]
    if agreed:
        other, title = _what_if(agreed, binds, found, case)
        then = _decided(found, asked, other)
        more = [n for n, a, b in zip(names, now, then, strict=True) if b.allowed and not a.allowed]
        which = f": {', '.join(more)}" if more else ""
        said.append(
            Statement(f"With {title} {_counted(len(more), 'more reader')} would see it{which}.")
        )
    groups = sharing_groups(
        register, found.by, area=found.area, tlp=found.tlp, audience=found.audience
    )
    said += [_nobody(group) for group in groups if group.empty]
    table = shown.readers_table(names, now, then)
    value = dict(zip(names, now, strict=True))
    return Answer(f"Readers of {found.id} on {case.day}", tuple(said), (table,), _LIMITS, value)


def _all_readers(case: Case, asked: Sequence[Reader], names: Sequence[str]) -> Answer:
    found = reports_on(_acts(case), case.day)
    decided = matrix(found, asked, case.register)
    table = shown.matrix_table(found, names, decided)
    said = Statement(f"{_counted(len(found), 'report')}, {_counted(len(names), 'reader')}.")
    value = {
        r.id: dict(zip(names, row, strict=True)) for r, row in zip(found, decided, strict=True)
    }
    return Answer(f"Readers of all reports on {case.day}", (said,), (table,), _LIMITS, value)


def sharing(
    author: str,
    *,
    audience: str,
    area: str = "",
    tlp: Literal["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"] = "AMBER",
    on: str = "today",
    known_on: str | None = None,
    log: str = "",
    world: World | str = "eurasia",
) -> Answer:
    """Whom a report of an author on an area, marked so, would reach on a day.

    Parameters
    ----------
    author : str
        Who would report: a state by code, or ``CSTO Secretariat``.
    audience : str
        For whom, separated by commas: ``CSTO, SCO Secretariat, KAZ, account:NAME``.
    area : str
        The area of cooperation: ``drugs``, ``terrorism`` … Without one no partner is reached.
    tlp : str
        The colour of the Traffic Light Protocol.
    on, known_on, log, world
        As in `reports`.

    Returns
    -------
    Answer
        A row for each name of the audience; its value is the groups.
    """
    case = _case(world, log, on, known_on)
    _check_author(author, case.world)
    if area:
        area_of(area)
    names = [name.strip() for name in audience.split(",") if name.strip()]
    for name in names:
        _check_name(name, case.world)
    groups = sharing_groups(case.register, author, area=area, tlp=tlp, audience=names)
    reached = {token for group in groups for token in group.tokens}
    open_ = any(group.kind in ("everybody", "community") for group in groups)
    text = f"TLP:{tlp} reaches {_counted(len(reached), 'reader')} besides {author}."
    said = [Statement(groups[0].because[0].text.capitalize() + "." if open_ else text)]
    said += [_nobody(group) for group in groups if group.empty]
    what = f" on {area}" if area else ""
    title = f"Whom a report of {author}{what} would reach on {case.day}"
    return Answer(title, tuple(said), (shown.groups_table(groups),), _LIMITS, groups)


def duplicates(
    *,
    area: str = "",
    kind: str = "",
    since: str | None = None,
    least: float = LIKELY,
    as_: str = "",
    on: str = "today",
    known_on: str | None = None,
    log: str = "",
    world: World | str = "eurasia",
) -> Answer:
    """Pairs of reports that are likely of the same event, with the reasons; none is merged.

    Parameters
    ----------
    area, kind, since, as_
        As in `reports`.
    least : float
        The least score, 0 to 1.
    on, known_on, log, world
        As in `reports`.

    Returns
    -------
    Answer
        A row for each pair, the likeliest first, and whether acts link them already.
    """
    case = _case(world, log, on, known_on)
    found, _ = _seen(case, as_)
    _check_filters(kind, area, case, found)
    chosen = [report for report in found if _wanted(report, kind, area, since)]
    if not 0 <= least <= 1:
        raise BadInput(f"the least score is {least:g}, not 0 to 1")
    pairs = likely_duplicates(chosen, least=least)
    open_ = sum(not pair.linked for pair in pairs)
    text = f"{_counted(len(pairs), 'likely pair')}, {open_} not linked."
    said = [Statement(text)]
    if open_:
        text = "To link two: correct your own report with same_as, naming the other."
        said.append(Statement(text))
    table = shown.duplicates_table(pairs)
    return Answer(f"Likely duplicates on {case.day}", tuple(said), (table,), (), pairs)


def _nobody(group: Group) -> Statement:
    return Statement(f"{group.name} reaches nobody: {group.because[0].text}.", group.because)


_LIMITS = ("Decided by the acts given here: an agreement that is not among them opens nothing.",)


def _case(world: World | str, log: str, on: str, known_on: str | None) -> Case:
    return Case(world_with(world, log), when(on), None if known_on is None else when(known_on))


def _acts(case: Case) -> tuple[Act, ...]:
    """The acts as known; releases that have effect later are left to the rule."""
    if case.known_on is None:
        return case.world.acts
    limit = end_of(case.known_on)
    return tuple(act for act in case.world.acts if act.recorded < limit)


def _seen(case: Case, as_: str) -> tuple[tuple[Report, ...], list[Statement]]:
    """The reports that somebody may see, and what he is told of those that he may no longer."""
    acts = _acts(case)
    known = reports_on(acts, case.day)
    if not as_:
        gone = notices(act for act in acts if act.on <= case.day)
        told = [Statement(f"{n.report} was {n.what} by {n.by} on {n.on}.", n.because)
                for n in gone]  # fmt: skip
        return known, told
    ground = Ground(case.register)
    fate = fates(acts, reader_of(as_, case.register), ground)
    told = [
        Statement(f"{report.id} was {fate[report.id]} by {report.by}.")
        for report in known
        if fate[report.id] in ("withdrawn", "recalled")
    ]
    return tuple(report for report in known if fate[report.id] == "readable"), told


def _wanted(report: Report, kind: str, area: str, since: str | None) -> bool:
    if kind and report.kind != kind:
        return False
    if area and not covers((area,), report.area):
        return False
    return not since or (report.end or report.start) >= day(since)


def _check_filters(kind: str, area: str, case: Case, found: Sequence[Report]) -> None:
    if area:
        area_of(area)
    known = {report.kind for report in found}
    if "incident_kinds" in case.world.sheets:
        known |= {str(row["id"]) for row in case.world.sheet("incident_kinds")}
    if kind and kind not in known:
        raise unknown("kind of incident", kind, known)


def _check_author(author: str, world: World) -> None:
    known = [*world.states, *world.organisations, *world.bodies,
             *(f"{name} Secretariat" for name in world.organisations)]  # fmt: skip
    if author not in known:
        raise unknown("author", author, known)


def _check_name(name: str, world: World) -> None:
    who = read_subject(name)
    if name.startswith("account:") or name in world.states or name in world.organisations:
        return
    if who is not None and who[0] in world.organisations and who[1] in ("", *world.states):
        return
    secretariats = [f"{organisation} Secretariat" for organisation in world.organisations]
    if name not in secretariats:
        raise unknown("audience", name, [*world.organisations, *secretariats, *world.states])


def _report(name: str, case: Case) -> Report:
    known = {report.id: report for report in reports_on(_acts(case), case.day)}
    if name not in known:
        raise unknown("report", name, known)
    return known[name]


def _decided(report: Report, asked: Sequence[Reader], case: Case) -> tuple[Decision, ...]:
    ground = Ground(case.register)
    return tuple(decide(report, reader, ground) for reader in asked)


def _what_if(agreed: str, binds: Binds, report: Report, case: Case) -> tuple[Case, str]:
    """The case in which an agreement is in force too, and what it is called."""
    names = [name.strip() for name in agreed.replace("+", ",").split(",") if name.strip()]
    if len(names) > 1:
        for name in names:
            case.world.organisation(name.removesuffix(" Secretariat"))
        parties, title = names, f"an agreement of {' and '.join(names)}"
        areas, reach = [report.area] if report.area else [], str(binds)
    else:
        known = _elsewhen(agreed, case)
        parties, title = [party.name for party in known.parties], known.title
        areas, reach = list(known.areas), known.binds
    moment = datetime.combine(case.known_on or case.day, datetime.min.time(), UTC)
    act = Act(
        f"what-if {agreed}", "cooperate", case.day, moment, f"what-if {agreed}", parties[0],
        {"with": list(parties[1:]), "areas": list(areas), "binds": reach, "title": title},
    )  # fmt: skip
    return Case(case.world.with_acts([act]), case.day, case.known_on, case.clock), title


def _elsewhen(name: str, case: Case) -> Agreement:
    """An agreement as it was, or will be, on the day nearest to the case's."""
    acts = [act for act in case.world.acts if act.subject == name]
    days = {act.on for act in acts}
    if name in case.world.treaties:
        days.add(case.world.treaty(name).signed)

    def far(on: Day) -> int:
        return abs((on - case.day).days)

    for on in sorted(days, key=far):
        found = {a.id: a for a in agreements(case.world.on(on))}
        if name in found:
            return found[name]
    known = {act.subject for act in case.world.acts if act.kind == "cooperate"}
    known |= {t.id for t in case.world.treaties.values() if t.binds == "secretariats"}
    raise unknown("agreement", name, known)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
