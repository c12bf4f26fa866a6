"""Reports: those that a reader may see, and one with who may see it and by which article."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hansa.cooperation.agreements import AREAS
from hansa.cooperation.reports import (
    CREDIBILITY,
    RELIABILITY,
    Ground,
    Group,
    Notice,
    Report,
    audience_on,
    decide,
    known_readers,
    notices,
    recalls,
    report_of,
)
from hansa.cooperation.reports.codes import codes_of
from hansa.cooperation.reports.duplicates import events, likely_duplicates
from hansa.cooperation.reports.exhibits import duplicates_table
from hansa.cooperation.reports.handling import Chain, standing_changes
from hansa.faces.web.pages.acts import acts_table
from hansa.faces.web.pages.page import Page, View, again
from hansa.record.acts import Act
from hansa.record.markings import COLOURS, Reader, speaks_for
from hansa.terms.errors import HansaError
from hansa.terms.exhibits import Cell, Column, Exhibit, Map, Section, Statement, Table
from hansa.terms.names import unknown
from hansa.terms.reasons import Because, Reason


def known_acts(view: View) -> list[Act]:
    """The acts that a reader may see, as far as they were known by the day asked about."""
    acts = view.world.acts
    if view.known_on is None:
        return list(acts)
    return [act for act in acts if act.recorded.date() <= view.known_on]


def reports_of(view: View) -> list[Report]:
    """The reports that a reader may see, as they stand on the day, the newest first."""
    acts = known_acts(view)
    about = Chain(acts)
    found = []
    for act in acts:
        if act.kind == "report" and act.on <= view.day:
            report = _standing(act, about, view)
            if report is not None:
                found.append(report)
    return sorted(found, key=lambda report: (report.recorded, report.id), reverse=True)


def _standing(act: Act, about: Chain, view: View) -> Report | None:
    """A report as it stands; one of old that makes no sense is left to the page of its act."""
    try:
        return report_of(act, standing_changes(act, about(act.id), view.day))
    except HansaError:
        return None


def reports(view: View, *, incident: str = "", state: str = "", area: str = "") -> Page:
    """Reports that the reader may see: graded, marked, with what became of them.

    Parameters
    ----------
    incident : str
        Only reports of this incident.
    state : str
        Only reports by it, on its territory, or of harm to it.
    area : str
        Only reports that belong to this area of cooperation.
    """
    if state:
        view.world.state(state)
    if area and area not in AREAS:
        raise unknown("area of cooperation", area, AREAS)
    shown = [r for r in reports_of(view) if _wanted(r, incident, state, area)]
    told = notices(known_acts(view))
    asked = {"incident": incident, "state": state, "area": area}
    count = view.words.ngettext("%(n)s report.", "%(n)s reports.", len(shown))
    exhibits: tuple[Exhibit, ...] = (reports_table(shown), *_where(shown))
    sections = [Section("reports", "Reports", 0, (), exhibits)]
    if told:
        said = tuple(Statement(_sentence(notice), notice.because) for notice in told)
        sections.append(Section("gone", "Taken back or called back", 1, said))
    return Page(
        view._("Reports"),
        count % {"n": view.words.number(len(shown))},
        tuple(sections),
        frozenset(act for report in shown for act in report.acts) | {n.act for n in told},
        data={**asked, "areas": AREAS, "twin": again(view, "/api/v1/reporting", **asked)},
        template="reports.html",
    )


def _wanted(report: Report, incident: str, state: str, area: str) -> bool:
    touched = {report.by, report.place_state, *report.victims, *report.attackers}
    return (
        incident in ("", report.incident)
        and state in ("", *touched)
        and area in ("", report.area)
    )  # fmt: skip


def _sentence(notice: Notice) -> str:
    verb = {"withdrawn": "took back", "recalled": "called back"}[notice.what]
    return f"{notice.by} {verb} {notice.report} on {notice.on}."


def reports_table(shown: Iterable[Report]) -> Table:
    """Reports as a table, each linked to its page."""
    columns = (
        Column("report", "Report"),
        Column("day", "Day"),
        Column("incident", "Incident"),
        Column("by", "Who"),
        Column("kind", "Kind"),
        Column("place", "Place"),
        Column("title", "What"),
        Column("grade", "Grade"),
        Column("tlp", "Handling"),
        Column("standing", "Standing"),
    )
    rows = tuple(
        (r.id, r.start, r.incident, r.by or None, r.kind.replace("_", " "), r.place or None,
         r.title or None, grade(r) or None, f"TLP:{r.tlp}", standing(r))
        for r in shown
    )  # fmt: skip
    return Table("reports", "Reports", columns, rows)


def grade(report: Report) -> str:
    """Reliability of the source and credibility of what it says: ``B2``."""
    return f"{report.reliability}{report.credibility}"


def standing(report: Report) -> str:
    """Whether a report stands."""
    if report.withdrawn:
        return "taken back"
    return "corrected" if len(report.acts) > 1 else "as made"


def _where(shown: Iterable[Report]) -> tuple[Map, ...]:
    points = tuple(
        (r.longitude, r.latitude, r.id, "report")
        for r in shown
        if r.longitude is not None and r.latitude is not None and not r.withdrawn
    )
    return (Map("where", "Where", (("report", "report"),), points=points),) if points else ()


# --- one report ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Handle:
    """What a reader may do with a report: how it may be marked, from whom it may be called back.

    Parameters
    ----------
    actor : str
        As whom.
    colours : tuple of str
    readers : tuple of str
        Those whom it reaches by name.
    """

    actor: str
    colours: tuple[str, ...]
    readers: tuple[str, ...]


def report(view: View, report: str) -> Page:
    """A report: what it says, how sure, who may see it by which article, what became of it.

    Parameters
    ----------
    report : str
        The act that made it.
    """
    acts = known_acts(view)
    made = next((act for act in acts if act.id == report and act.kind == "report"), None)
    if made is None:
        return _gone(view, report, acts)
    found = _standing(made, Chain(acts), view)
    if found is None or made.on > view.day:
        raise unknown("report on this day", report, [r.id for r in reports_of(view)])
    ground = Ground(view.register)
    known = reports_of(view)
    sections = [Section("says", "What it says", 0, _said(found), (_particulars(found),))]
    sections += _twins(view, found, known)
    sections += [_codes(found), _history(found, acts)]
    if _administers(view.reader, found, ground):
        sections.append(_readers(found, ground))
    else:
        decision = decide(found, view.reader, ground)
        text = "You may see it." if decision.allowed else "On that day you could not see it."
        said = (Statement(text, decision.because),)
        sections.append(Section("readers", "Why you may see it", 5, said))
    own = speaks_for(view.reader, found.by)
    return Page(
        found.title or found.id,
        f"{found.id}, {view.words.day(view.day)}",
        tuple(sections),
        frozenset((*found.acts, *(r.id for r in known if r.incident == found.incident))),
        _facts(view, found),
        {"report": found, "handle": _handle(view, found, ground) if own else None,
         "seen": _administers(view.reader, found, ground)},
        "report.html",
        (found.id, found.incident),
    )  # fmt: skip


def _gone(view: View, report: str, acts: Sequence[Act]) -> Page:
    """What is left of a report that the reader could see and may not see any more."""
    told = [notice for notice in notices(acts) if notice.report == report]
    if not told:
        raise unknown("report", report, [r.id for r in reports_of(view)])
    said = tuple(Statement(_sentence(notice), notice.because) for notice in told)
    keep = Statement("Whoever holds a copy of what it said must not go on using it.")
    what = view._("withdrawn") if told[-1].what == "withdrawn" else view._("recalled")
    return Page(
        view._("Report %(id)s: %(what)s", id=report, what=what),
        view.words.day(view.day),
        (Section("gone", "Taken back or called back", 0, (*said, keep)),),
        frozenset(notice.act for notice in told),
        live=(report,),
    )


def _facts(view: View, found: Report) -> tuple[tuple[str, str], ...]:
    words = view.words
    area = AREAS[found.area].title if found.area in AREAS else ""
    days = words.day(found.start)
    if found.end is not None and found.end != found.start:
        days += f" – {words.day(found.end)}"
    facts = [
        (view._("Handling"), f"TLP:{found.tlp}"),
        (view._("Reported by"), found.by),
        (view._("Incident"), found.incident),
        (view._("Kind"), words.phrase(found.kind.replace("_", " "))),
        (view._("Area"), words.phrase(area)),
        (view._("Day"), days),
        (view._("Place"), found.place),
        (view._("Grade"), grade(found)),
        (view._("Standing"), words.phrase(standing(found))),
    ]
    return tuple((name, value) for name, value in facts if value)


def _said(found: Report) -> tuple[Statement, ...]:
    said = [Statement(found.text)] if found.text else []
    if found.withdrawn:
        why = (Reason("act", f"{found.by} took it back", found.acts[-1]),)
        said.insert(0, Statement("It was taken back: only its author reads it still.", why))
    return tuple(said)


def _particulars(found: Report) -> Table:
    reliability = RELIABILITY.get(found.reliability, "")
    credibility = CREDIBILITY.get(found.credibility, "")
    rows: list[tuple[str, Cell]] = [
        ("reliability of the source", reliability and f"{found.reliability}: {reliability}"),
        ("credibility of what it says", credibility and f"{found.credibility}: {credibility}"),
        ("for", ", ".join(found.audience)),
        ("territory", found.place_state),
        ("latitude", _number(found.latitude)),
        ("longitude", _number(found.longitude)),
        ("victims", " ".join(found.victims)),
        ("attackers", " ".join(found.attackers) or found.attacker_name),
        ("deaths", _number(found.deaths)),
        ("language", found.language),
        ("recorded", found.recorded),
        ("changed", found.modified if found.modified > found.recorded else None),
    ]
    rows += [(f"attached: {item.name}", f"SHA-256 {item.sha256}") for item in found.evidence]
    columns = (Column("field", "Field"), Column("value", "Value"))
    kept = tuple((name, value) for name, value in rows if value not in (None, ""))
    return Table("particulars", "Particulars", columns, kept)


def _number(value: float | None) -> str:
    """A number among words: it stands where they do."""
    return "" if value is None else str(value)


def _twins(view: View, found: Report, known: Sequence[Report]) -> list[Section]:
    """Other reports of the incident; those that somebody says, or that seem, of the same event."""
    others = [r for r in known if r.incident == found.incident and r.id != found.id]
    pairs = (found, *(r for r in known if r.id != found.id and r.area == found.area))
    likely = [p for p in likely_duplicates(pairs) if found.id in (p.first, p.second)]
    event = events(known)
    same = [name for name, of in event.items() if of == event[found.id] and name != found.id]
    sections = []
    if same or likely:
        rows = tuple((name,) for name in same)
        linked = Table("same", "Held to be of the same event", (Column("report", "Report"),), rows)
        exhibits = (*((linked,) if same else ()), *((duplicates_table(likely),) if likely else ()))
        sections.append(Section("same", "Of the same event", 1, (), exhibits))
    if others:
        table = reports_table(others)
        sections.append(Section("others", "Other reports of the incident", 2, (), (table,)))
    return sections


def _codes(found: Report) -> Section:
    """The codes by which data sets would count it."""
    columns = (Column("scheme", "Data set"), Column("code", "Code"), Column("why", "Why"))
    rows = tuple((code.scheme, str(code), code.why) for code in codes_of(found))
    table = Table("codes", "Codes of data sets", columns, rows)
    return Section("codes", "Codes of data sets", 3, (), (table,))


def _history(found: Report, acts: Sequence[Act]) -> Section:
    mine = [act for act in acts if act.id in found.acts]
    table = acts_table("history", "Made, corrected, released, called back", mine)
    return Section("history", "What became of it", 4, (), (table,))


# --- who may see it -----------------------------------------------------------------------


def _administers(reader: Reader, found: Report, ground: Ground) -> bool:
    """Whether a reader is the author, or a secretariat that the report reaches."""
    if speaks_for(reader, found.by):
        return True
    if found.tlp in ("CLEAR", "GREEN"):
        return bool(reader.secretariats)
    return bool(reader.secretariats) and any(
        group.admits(mandate) is not None
        for group in audience_on(found, ground)
        for mandate in reader.mandates
        if mandate.secretariat
    )


def administered(view: View) -> list[Report]:
    """The reports that a reader made, or that reached its secretariat."""
    ground = Ground(view.register)
    return [found for found in reports_of(view) if _administers(view.reader, found, ground)]


def _readers(found: Report, ground: Ground) -> Section:
    """Who may see a report on the day, and by which article."""
    groups = audience_on(found, ground)
    said = [_group_told(group) for group in groups]
    if not groups:
        said.append(Statement("It names nobody: only its author reads it."))
    back = recalls(found, ground.register)
    said += [
        Statement(f"Called back from {name}.", (Reason("act", f"{act.actor} did", act.id),))
        for name, act in back
    ]
    exhibits: tuple[Exhibit, ...] = ()
    if found.tlp not in ("CLEAR", "GREEN"):
        exhibits = (_readers_table(found, groups, ground),)
    return Section("readers", "Who may see it, and by which article", 5, tuple(said), exhibits)


def _group_told(group: Group) -> Statement:
    if group.kind == "everybody":
        text = "Everybody may see it."
    elif group.kind == "community":
        text = "Whoever acts for a delegation or a secretariat may see it."
    elif group.empty:
        text = f"{group.name} reaches nobody."
    else:
        text = f"{group.name} reaches {', '.join(member.token for member in group.members)}."
    return Statement(text, group.because)


def _readers_table(found: Report, groups: Sequence[Group], ground: Ground) -> Table:
    near = {group.name.split(" ")[0] for group in groups}
    rows: list[tuple[Cell, ...]] = []
    because: list[Because] = []
    for reader in known_readers(ground.register):
        decision = decide(found, reader, ground)
        if decision.allowed or reader.organisations & near:
            name = reader.account  # a reader for trial is called as its mandate is
            rows.append((name, str(decision.allowed).lower(), decision.article or None))
            because.append(decision.because)
    columns = (
        Column("reader", "Reader"),
        Column("allowed", "May see it"),
        Column("article", "By which article"),
    )
    return Table("readers", "Readers", columns, tuple(rows), tuple(because))


def _handle(view: View, found: Report, ground: Ground) -> Handle:
    actor = found.by
    groups = audience_on(found, ground)
    names = [name for group in groups for name in (group.name, *sorted(group.tokens))]
    return Handle(actor, COLOURS, tuple(dict.fromkeys(names)))
