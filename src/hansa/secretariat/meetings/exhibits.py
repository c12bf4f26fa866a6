"""Meetings and deadlines as tables and sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hansa.secretariat.competence import Competence
from hansa.secretariat.deadlines import Deadline
from hansa.secretariat.meetings.delegations import Level
from hansa.secretariat.meetings.documents import Document, Effect
from hansa.secretariat.meetings.handing import Handed
from hansa.secretariat.meetings.meeting import Meeting, Summary
from hansa.terms.exhibits import Cell, Column, Statement, Table
from hansa.terms.reasons import Because, Reason
from hansa.terms.truth import Truth

_TITLES_UNKNOWN = "titles not found"


def meetings_table(meetings: Iterable[Summary], title: str = "Meetings") -> Table:
    """One row per meeting."""
    held = tuple(meetings)
    columns = (
        Column("meeting", "Meeting"),
        Column("day", "Day"),
        Column("body", "Body"),
        Column("place", "Place"),
        Column("kind", "Kind"),
        Column("items", "Items"),
        Column("documents", "Documents"),
        Column("adopted", "Adopted, in words"),
        Column("attendance", "Attendance"),
    )
    rows = tuple(
        (m.id, m.period.start, m.body or m.organisation, m.place or None, m.kind or None,
         m.items, m.documents, m.adopted or None, m.attendance or None)
        for m in held
    )  # fmt: skip
    return Table("meetings", title, columns, rows, tuple(m.because for m in held))


def agenda_table(meeting: Meeting) -> Table:
    """The items; the last row counts those whose titles no source gives."""
    columns = (
        Column("item", "Item"),
        Column("number", "No."),
        Column("stage", "Stage"),
        Column("document", "Document"),
        Column("proposed_by", "Put there by"),
        Column("positions", "Positions"),
        Column("goes_to", "Put off to"),
    )
    rows: list[tuple[Cell, ...]] = []
    because = []
    for item in meeting.agenda.items:
        taken = (f"{p.state} {p.position or 'refused'}" for p in item.taken.values())
        rows.append(
            (item.name, item.number or None, str(item.stage), item.document or None,
             item.proposed_by or None, ", ".join(taken) or None, item.goes_to or None)
        )  # fmt: skip
        because.append(item.because)
    if meeting.agenda.untitled:
        text = f"{meeting.agenda.untitled} further items: {_TITLES_UNKNOWN}"
        rows.append((text, None, "unknown", None, None, None, None))
        because.append(meeting.summary.because)
    return Table("agenda", f"Agenda of {meeting.id}", columns, tuple(rows), tuple(because))


def documents_table(meeting: Meeting) -> Table:
    """The documents; the last row counts those whose titles no source gives."""
    columns = (
        Column("document", "Document"),
        Column("title", "Title"),
        Column("kind", "Kind"),
        Column("number", "No."),
        Column("languages", "Languages"),
        Column("versions", "Versions"),
        Column("adopted", "Adopted"),
        Column("signed_by", "Signed by"),
        Column("refused_by", "Refused by"),
        Column("stood_aside", "Stood aside"),
    )
    rows: list[tuple[Cell, ...]] = []
    because = []
    for paper in meeting.documents:
        rows.append(
            (paper.id, paper.name, paper.kind or None, paper.number or None,
             " ".join(paper.languages) or None, len(paper.versions) or None, paper.adopted_on,
             " ".join(paper.signed_by) or None, " ".join(paper.refused_by) or None,
             " ".join(paper.stood_aside) or None)
        )  # fmt: skip
        because.append(paper.because)
    if meeting.untitled_documents:
        text = f"{meeting.untitled_documents} further documents"
        adopted = meeting.summary.last
        rows.append((text, _TITLES_UNKNOWN, *(None,) * 4, adopted, *(None,) * 3))
        because.append(meeting.summary.because)
    return Table("documents", f"Documents of {meeting.id}", columns, tuple(rows), tuple(because))


def effects_table(documents: Iterable[Document]) -> Table:
    """Whom each document binds: a row per document and answer, the states together."""
    columns = (
        Column("document", "Document"),
        Column("bound", "Bound"),
        Column("states", "States"),
        Column("text", "Why"),
    )
    rows: list[tuple[Cell, ...]] = []
    because = []
    for paper in documents:
        groups: dict[tuple[Truth, str], list[Effect]] = {}
        for effect in paper.effects:
            groups.setdefault((effect.bound, effect.did), []).append(effect)
        for (bound, did), effects in groups.items():
            states = " ".join(effect.state for effect in effects)
            told = {effect.text.replace(effect.state, "").strip(" :") for effect in effects}
            text = did or "; ".join(sorted(told))
            political = "politically" if paper.political and bound is Truth.TRUE else str(bound)
            rows.append((paper.name, political, states, text))
            because.append(tuple(dict.fromkeys(r for e in effects for r in e.because)))
    return Table("effects", "Whom the documents bind", columns, tuple(rows), tuple(because), keys=3)


def delegations_table(meeting: Meeting, names: Mapping[str, str]) -> Table:
    """Who represented whom, and who stayed away."""
    columns = (
        Column("state", "State"),
        Column("name", "Name"),
        Column("level", "Level"),
        Column("person", "Person"),
        Column("title", "Office, in words"),
        Column("credentials", "Credentials"),
        Column("may_bind", "May bind its state"),
    )
    rows: list[tuple[Cell, ...]] = [
        (d.state, names.get(d.state, d.state), str(d.level), d.person or None, d.title or None,
         d.credentials or None, str(d.may_bind))
        for d in meeting.delegations
    ]  # fmt: skip
    because = [d.because for d in meeting.delegations]
    for state, why in meeting.absent:
        rows.append((state, names.get(state, state), "absent", None, None, None, None))
        because.append(why)
    return Table(
        "delegations", f"Delegations at {meeting.id}", columns, tuple(rows), tuple(because)
    )


def handed_table(handed: Iterable[Handed]) -> Table:
    """What the meeting handed on."""
    found = tuple(handed)
    columns = (
        Column("what", "What"),
        Column("name", "Name"),
        Column("to", "To"),
        Column("taken_up", "Taken up"),
        Column("text", "What became of it"),
    )
    rows = tuple((h.what, h.name, h.to or None, str(h.taken_up), h.text) for h in found)
    return Table(
        "handed", "Handed to later meetings", columns, rows, tuple(h.because for h in found), keys=2
    )


def deadlines_table(deadlines: Iterable[Deadline]) -> Table:
    """One row per deadline."""
    found = tuple(deadlines)
    columns = (
        Column("by", "By"),
        Column("what", "What"),
        Column("set_by", "Set by"),
        Column("owes", "Who owes it still"),
        Column("standing", "Standing"),
        Column("text", "On the day"),
    )
    rows = tuple(
        (d.by, d.what, d.set_by or None, " ".join(d.still_owes) or None, d.standing, d.text)
        for d in found
    )
    because = tuple(d.because for d in found)
    return Table("deadlines", "What is due by when", columns, rows, because, keys=2)


def statements(meeting: Meeting) -> tuple[Statement, ...]:
    """The meeting in sentences."""
    one = meeting.summary
    when = str(one.period.start)
    if one.last > one.period.start:
        when += f" to {one.last}"
    body = one.body or one.organisation
    where = f" in {one.place}" if one.place else ""
    said = [Statement(f"{body} meets{where}, {when}{_counts(meeting)}.", one.because)]
    chair = meeting.chair
    if chair.state:
        who = f"{chair.person} ({chair.state})" if chair.person else chair.state
        passes = ""
        if chair.passes and chair.after is not None:
            before = chair.before.state if chair.before else chair.said
            passes = f"; the chair passes from {before} to {chair.after.state}"
        said.append(Statement(f"In the chair: {who}{passes}.", chair.because))
    if chair.conflict:
        said.append(Statement(f"Sources part: {chair.conflict}.", chair.because))
    said += _about_delegations(meeting)
    for paper in meeting.documents:
        for state in (*paper.refused_by, *paper.stood_aside):
            effect = next(e for e in paper.effects if e.state == state)
            did = "stands aside from" if state in paper.stood_aside else "refuses"
            free = " and is not bound by it" if effect.bound is Truth.FALSE else ""
            said.append(Statement(f"{state} {did} “{paper.name}”{free}.", effect.because))
    for step in meeting.agenda.breaks:
        text = f"No rule takes an item from {step.before} to {step.after}, as {step.act.id} would."
        said.append(Statement(text))
    return tuple(said)


def _counts(meeting: Meeting) -> str:
    parts = [
        f"{count} {what}" if count == 1 else f"{count} {what}s"
        for count, what in (
            (meeting.agenda.count, "item"), (meeting.documents_count, "document"),
        )
        if count is not None
    ]  # fmt: skip
    return f": {', '.join(parts)}" if parts else ""


def _about_delegations(meeting: Meeting) -> list[Statement]:
    usual = meeting.usual_level
    at = [d for d in meeting.delegations if d.level is usual]
    said = []
    if usual not in (Level.UNKNOWN, Level.OTHER):
        text = f"{len(at)} of {len(meeting.delegations)} delegations are led by a {usual}."
        said.append(Statement(text, tuple(d.because[0] for d in at)))
    for d in meeting.lower:
        who = d.person or d.title or "somebody"
        level = d.title or str(d.level)
        text = f"{d.state} is represented at a lower level: {who}, {level}."
        said.append(Statement(text, d.because))
    for state, why in meeting.absent:
        said.append(Statement(f"{state} stays away.", why))
    return said


def competence_table(held: Competence) -> Table:
    """What a body may decide: the matters of its rules, and the norms that name it."""
    columns = (
        Column("matter", "Matter"),
        Column("basis", "Basis"),
        Column("rule", "Rule of decision, or power"),
    )
    rows: list[tuple[Cell, ...]] = []
    because: list[Because] = []
    for rule in held.rules:
        kind = str(rule.rule.get("kind", ""))
        rows.append((rule.matter or "any", rule.article or None, kind))
        text = f"{held.body} decides on {rule.matter or 'anything'} by {kind}"
        because.append((Reason("rule", text, rule.article, rule.source, rule.confidence),))
    for bound in held.norms:
        norm = bound.norm
        rows.append((norm.topic or norm.act.replace("_", " "), norm.ref, norm.text))
        why = Reason("article", norm.text, norm.ref, norm.source, norm.confidence)
        because.append((why, *bound.because))
    return Table("competence", f"What {held.body} may decide", columns, tuple(rows),
                 tuple(because), keys=3)  # fmt: skip


def limits(meeting: Meeting) -> tuple[str, ...]:
    """What is not known about a meeting."""
    found = []
    if meeting.agenda.untitled:
        found.append(
            f"Sources count {meeting.agenda.count} items; "
            f"{meeting.agenda.untitled} have no known title."
        )
    if meeting.untitled_documents:
        found.append(
            f"Sources count {meeting.documents_count} documents; "
            f"{meeting.untitled_documents} have no known title."
        )
    if not meeting.delegations and not meeting.absent:
        found.append("No act tells who represented whom.")
    return tuple(found)
