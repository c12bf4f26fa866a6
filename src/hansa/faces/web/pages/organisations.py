"""Organisations: all of them, and one with members, bodies, presidency, treaties, meetings."""

from __future__ import annotations

from hansa import service
from hansa.faces.web.pages.acts import acts_table, latest
from hansa.faces.web.pages.membership import members_table, status_map
from hansa.faces.web.pages.page import Page, View
from hansa.faces.web.pages.sections import of_answer
from hansa.faces.web.pages.today import changes_table, standing_table
from hansa.record.unions import Organisation, RuleOfDecision
from hansa.terms.days import Day
from hansa.terms.exhibits import Answer, Cell, Chart, Column, Exhibit, Section, Statement, Table
from hansa.terms.reasons import Because
from hansa.terms.truth import Truth


def organisations(view: View) -> Page:
    """All organisations: those that exist on the day, and the others."""
    register = view.register
    exists = {org.id for org in register.organisations()}
    others = [org for org in view.world.organisations.values() if org.id not in exists]
    findings = [register.exists(org.id) for org in others]
    columns = (
        Column("organisation", "Organisation"),
        Column("name", "Name"),
        Column("finding", "On the day"),
    )
    rows = tuple((o.id, o.name, f.text) for o, f in zip(others, findings, strict=True))
    gone = Table("others", "Not on this day", columns, rows, tuple(f.because for f in findings))
    sections = (
        Section("exist", "On this day", 0, (), (standing_table(view, register),)),
        Section("others", "Not on this day", 1, (), (gone,)),
    )
    return Page(view._("Organisations"), view.words.day(view.day), sections)


def organisation(view: View, organisation: str) -> Page:
    """An organisation on a day: members, bodies, presidency, treaties, meetings, deadlines.

    Parameters
    ----------
    organisation : str
        Its code.
    """
    org = view.world.organisation(organisation)
    finding = view.register.exists(org.id)
    about = [
        act for act in view.world.acts
        if act.on <= view.day and org.id in view.compass.topics(act).organisations
    ]  # fmt: skip
    said = (Statement(f"{finding.text}.", finding.because), *_flags(view, org))
    held = view.register.members(org.id, None)
    picture: tuple[Exhibit, ...] = (status_map(org.name, held),) if held else ()
    newest = latest(about, 15)

    def presidency() -> Answer:
        known = view.known_on.isoformat() if view.known_on else None
        return service.presidency(org.id, on=view.day.isoformat(), known_on=known, world=view.world)

    changed = (changes_table(view, 20, org.id), _spells(view, org))
    sections = (
        Section("members", "Members", 0, said, (members_table(view, org.id), *picture)),
        Section("offices", "Offices", 1, (), _offices(view, org)),
        of_answer("presidency", "Presidency: rule and record", 1, presidency),
        Section("bodies", "Bodies", 2, (), (_bodies(view, org),)),
        Section("treaties", "Treaties", 3, (), (_treaties(view, org),)),
        Section("meetings", "Meetings", 4, (), (_meetings(view, org),)),
        Section("changes", "What changed", 5, (), changed),
        Section("acts", "Latest acts", 6, (), (acts_table("acts", "Latest acts", newest),)),
    )  # fmt: skip
    return Page(
        org.name,
        f"{org.id}, {view.words.day(view.day)}",
        sections,
        frozenset(act.id for act in newest),
        _facts(view, org, finding.truth),
        {"organisation": org.id, "rows": 40, "inline": 20_000},
        live=(org.id,),
    )


def _facts(view: View, org: Organisation, truth: Truth) -> tuple[tuple[str, str], ...]:
    members = view.register.member_codes(org.id)
    facts = [
        (view._("Kind"), org.kind),
        (view._("Members"), str(len(members)) if truth is Truth.TRUE else ""),
        (view._("Seat"), org.seat),
        (view._("Languages"), ", ".join(view.words.phrase(name) for name in org.languages)),
        (view._("Predecessor"), org.predecessor),
        (view._("Successor"), org.successor),
    ]
    return tuple((name, value) for name, value in facts if value)


def _flags(view: View, org: Organisation) -> list[Statement]:
    held = view.register.members(org.id, None)
    return [Statement(f"{m.state}: {f.text}.", f.because) for m in held for f in m.flags]


def _offices(view: View, org: Organisation) -> tuple[Table, ...]:
    columns = (
        Column("office", "Office"),
        Column("state", "State"),
        Column("holder", "Holder"),
        Column("since", "Since"),
        Column("until", "Until (not included)"),
    )
    rows: list[tuple[Cell, ...]] = []
    because: list[Because] = []
    past: list[tuple[Cell, ...]] = []
    whys: list[Because] = []
    for office, now in view.register.offices(org.id):
        if now is None:
            rows.append((office.id, None, view._("nobody known"), None, None))
            because.append(())
        else:
            rows.append((office.id, now.state, now.holder, now.period.start, now.period.end))
            because.append(now.because)
        for tenure in view.world.timeline(view.known_on, view.clock).tenures[office.id]:
            if tenure is not now and tenure.period.start <= view.day:
                start, end = tenure.period.start, tenure.period.end
                past.append((office.id, tenure.state, tenure.holder, start, end))
                whys.append(tenure.because)
    now_table = Table("offices", "Who holds which office", columns, tuple(rows), tuple(because))
    then = Table(
        "tenures", "Earlier holders", columns, tuple(past[::-1]), tuple(whys[::-1]), keys=4
    )
    return (now_table, then) if past else (now_table,)


def _bodies(view: View, org: Organisation) -> Table:
    columns = (
        Column("body", "Body"),
        Column("level", "Level"),
        Column("voters", "Voters"),
        Column("matters", "Rules of decision"),
        Column("article", "Article"),
    )
    rows: list[tuple[Cell, ...]] = []
    for body in view.register.bodies(org.id):
        voters = view.register.voters(body.id)
        rules = [
            _rule(rule)
            for rule in body.rules
            if (rule.since is None or rule.since <= view.day)
            and (rule.until is None or view.day < rule.until)
        ]  # fmt: skip
        shown = " ".join(voters) if len(voters) <= 14 else str(len(voters))
        rows.append((body.id, body.level or None, shown, "; ".join(rules), body.article or None))
    return Table("bodies", "Bodies and how they decide", columns, tuple(rows))


def _rule(rule: RuleOfDecision) -> str:
    form = rule.rule.get("form", rule.rule.get("rule", ""))
    return f"{rule.matter or 'any'}: {form}".removesuffix(": ")


def _treaties(view: View, org: Organisation) -> Table:
    columns = (
        Column("treaty", "Treaty"),
        Column("title", "Title"),
        Column("signed", "Signed"),
        Column("entry", "In force since"),
        Column("parties", "Parties"),
    )
    lives = view.world.timeline(view.known_on, view.clock).lives
    rows: list[tuple[Cell, ...]] = []
    because: list[Because] = []
    for treaty in sorted(view.world.treaties.values(), key=lambda t: (t.signed, t.id)):
        if treaty.organisation != org.id or treaty.signed > view.day:
            continue
        entry: Day | None = lives[treaty.id].entry
        bound = view.register.party_codes(treaty.id)
        shown = entry if entry is not None and entry <= view.day else None
        rows.append((treaty.id, treaty.title, treaty.signed, shown, len(bound)))
        because.append(lives[treaty.id].because)
    return Table("treaties", "Treaties", columns, tuple(rows), tuple(because))


def _meetings(view: View, org: Organisation) -> Table:
    found = [
        act for act in view.world.acts
        if act.kind == "convene" and "place" in act.payload
        and org.id in view.compass.topics(act).organisations
    ]  # fmt: skip
    found.sort(key=lambda act: (act.on, act.id), reverse=True)
    columns = (Column("meeting", "Meeting"), Column("day", "Day"), Column("place", "Place"),
               Column("adopted", "Adopted"))  # fmt: skip
    rows = tuple(
        (a.subject, a.on, str(a.payload["place"]), str(a.payload.get("adopted", "")) or None)
        for a in found
    )
    return Table("meetings", "Meetings", columns, rows)


def _spells(view: View, org: Organisation) -> Chart:
    """Who was what from when to when, as bars."""
    standings = view.world.timeline(view.known_on, view.clock).standings[org.id]
    rows: list[tuple[Cell, ...]] = []
    for state, standing in sorted(standings.items()):
        for status, spell in standing.spells:
            if spell.period.start <= view.day:
                end = spell.period.end or view.day
                rows.append((state, status, spell.period.start, min(end, view.day)))
    columns = (Column("state", "State"), Column("status", "Status"), Column("since", "Since"),
               Column("until", "Until (not included)"))  # fmt: skip
    table = Table("spells", "Standing over time", columns, tuple(rows[:150]), keys=3)
    return Chart(
        "spells", "Standing over time", "timeline", table, "since", "state", "status", "until"
    )
