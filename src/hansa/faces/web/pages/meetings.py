"""Meetings: all of them, and one as it goes on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from hansa import service
from hansa.decisions import Decision
from hansa.faces.web.live.telling import told
from hansa.faces.web.pages.acts import acts_table, latest
from hansa.faces.web.pages.page import Page, View
from hansa.record.acts import Act
from hansa.secretariat import Item, Meeting, Stage
from hansa.studies.secretariat import decision_on
from hansa.terms.errors import HansaError
from hansa.terms.exhibits import Answer, Cell, Column, Section, Statement, Table
from hansa.terms.reasons import Because
from hansa.terms.truth import Truth

POSITIONS = ("for", "against", "abstain", "not interested")


def meetings(view: View, *, organisation: str = "") -> Page:
    """Meetings: going on, to come, and past.

    Parameters
    ----------
    organisation : str
        Only those of this organisation, or of this body.
    """
    answer = service.meetings(organisation, on=view.day.isoformat(), world=view.world)
    found: Iterable[Any] = answer.value
    now, coming, past = [], [], []
    for place, summary in enumerate(found):
        if summary.period.start > view.day:
            coming.append(place)
        elif view.day in summary.period:
            now.append(place)
        else:
            past.append(place)
    table = answer.table()
    sections = tuple(
        Section(key, title, order, (), (_part(table, key, title, places),))
        for order, (key, title, places) in enumerate(
            (("now", "Going on", now), ("coming", "To come", coming),
             ("past", "Held before", past[::-1]))
        )
    )  # fmt: skip
    return Page(
        view._("Meetings"),
        view.words.day(view.day),
        sections,
        data={"organisation": organisation},
        template="meetings.html",
    )


def _part(table: Table, key: str, title: str, places: list[int]) -> Table:
    rows = tuple(table.rows[place] for place in places)
    because = tuple(table.because[place] for place in places) if table.because else ()
    return Table(key, title, table.columns, rows, because, keys=table.keys)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a reader may do about an item now: shown as forms, checked when handed in."""

    item: Item
    votes_for: tuple[str, ...]
    closes: bool
    standing: str
    operative: tuple[str, ...]


def meeting(view: View, meeting: str) -> Page:
    """A meeting: agenda, positions, documents, delegations, what follows; live.

    Parameters
    ----------
    meeting : str
        Its name, as the list of meetings gives it.
    """
    answer = service.meeting(meeting, on=view.day.isoformat(), world=view.world)
    held: Meeting = answer.value
    ledger = view.world.timeline().ledger
    about = [act for act in ledger.about(held.id) if act.on <= view.day]
    following = _following(view, about)
    decisions = {item.key: _decision(view, held, item) for item in held.agenda.items}
    sections = [
        Section("meeting", "The meeting", 0, answer.statements, (), answer.limits),
        Section("agenda", "Agenda", 1, (), _exhibits(answer, "agenda")),
        Section("votes", "Positions and what they decide", 2, tuple(_said(decisions, held)),
                _votes(held, decisions)),
        Section("documents", "Documents", 3, (), _exhibits(answer, "documents", "effects")),
        Section("delegations", "Delegations", 4, (), _exhibits(answer, "delegations", "handed")),
    ]  # fmt: skip
    if following:
        sections.append(_followed(view, following))
    newest = latest(about, 30)
    table = acts_table("acts", "Acts of the meeting", newest)
    sections.append(Section("acts", "Acts of the meeting", 9, (), (table,)))
    offers = tuple(_offers(view, held, decisions))
    summary = held.summary
    facts = [
        (view._("Body"), summary.body or summary.organisation),
        (view._("Place"), summary.place),
        (view._("Day"), view.words.day(summary.period.start)),
        (view._("Kind"), summary.kind),
    ]
    return Page(
        held.id,
        view._("Live: what is recorded appears here at once."),
        tuple(section for section in sections if section.statements or section.exhibits),
        frozenset(act.id for act in newest),
        tuple((name, value) for name, value in facts if value),
        {"meeting": held, "offers": offers, "positions": POSITIONS,
         "secretariat": _keeps(view, held)},
        "meeting.html",
        (held.id,),
    )  # fmt: skip


def _exhibits(answer: Answer, *keys: str) -> tuple[Table, ...]:
    return tuple(e for e in answer.exhibits if isinstance(e, Table) and e.key in keys)


def _decision(view: View, held: Meeting, item: Item) -> Decision | None:
    if item.stage.final:
        return None
    try:
        return decision_on(view.case, held, item)
    except HansaError:
        return None


def _said(decisions: dict[str, Decision | None], held: Meeting) -> Iterable[Statement]:
    for item in held.agenda.items:
        decision = decisions[item.key]
        if decision is not None and item.taken and item.stage is not Stage.ADOPTED:
            text = f"{item.name}: {_outcome(decision)}."
            yield Statement(text, decision.because)


def _outcome(decision: Decision) -> str:
    rule = decision.rule.sentence()
    if decision.adopted is Truth.TRUE:
        return f"the positions on record carry it ({rule})"
    if decision.adopted is Truth.FALSE:
        return f"the positions on record reject it ({rule})"
    return f"open ({rule})"


def _votes(held: Meeting, decisions: dict[str, Decision | None]) -> tuple[Table, ...]:
    """A row per item, a column per state: who takes which position, if anybody may."""
    states: dict[str, None] = {}
    for item in held.agenda.items:
        decision = decisions[item.key]
        states |= dict.fromkeys((*item.taken, *(decision.positions if decision else ())))
    if not states:
        return ()
    columns = (Column("item", "Item"), *(Column(s, s) for s in sorted(states)))
    rows: list[tuple[Cell, ...]] = []
    because: list[Because] = []
    for item in held.agenda.items:
        taken = item.taken
        said = (taken[s].position or "refused" if s in taken else None for s in sorted(states))
        rows.append((item.name, *said))
        because.append(tuple(r for s in sorted(taken) for r in taken[s].because))
    return (Table("votes", "Positions", columns, tuple(rows), tuple(because)),)


def _following(view: View, about: list[Act]) -> list[Act]:
    adopted = {act.id for act in about if act.kind == "adopt"}
    return [act for act in view.world.acts if str(act.payload.get("by", "")) in adopted]


def _followed(view: View, following: list[Act]) -> Section:
    """The acts that the adopted documents brought about, and what they changed."""
    said = []
    for act in following:
        text = f"{told(act)}, {act.on}."
        if act.kind == "admit":
            held = view.register.membership(act.subject, act.actor)
            if held is not None:
                text = f"{act.actor} is {held.status} of {act.subject} since {held.since}."
                said.append(Statement(text, held.because))
                continue
        said.append(Statement(text))
    table = acts_table("following", "Acts that follow from what was adopted", following)
    return Section("following", "What follows from it", 5, tuple(said), (table,))


def _keeps(view: View, held: Meeting) -> str:
    """The organisation whose secretariat the reader is, if it is this meeting's."""
    bodies = view.world.bodies
    organisation = held.summary.organisation
    if organisation in bodies:
        organisation = bodies[organisation].organisation
    return organisation if organisation in view.reader.secretariats else ""


def _offers(view: View, held: Meeting, decisions: dict[str, Decision | None]) -> Iterable[Offer]:
    for item in held.agenda.items:
        if item.stage in (Stage.ADOPTED, Stage.WITHDRAWN):
            continue
        decision = decisions[item.key]
        voters = set(decision.positions) if decision is not None else set(view.world.states)
        mine = tuple(sorted(view.reader.states & voters))
        standing = _outcome(decision) if decision is not None else ""
        operative = tuple(_operative(item))
        yield Offer(item, mine, bool(_keeps(view, held)), standing, operative)


def _operative(item: Item) -> Iterable[str]:
    """What the item would bring about, in words."""
    for step in item.history:
        part = step.act.payload.get("acts")
        if not isinstance(part, list):
            continue
        for draft in part:
            if isinstance(draft, dict):
                payload = draft.get("payload")
                made = replace(
                    step.act,
                    kind=str(draft.get("kind", "due")),
                    subject=str(draft.get("subject", "")),
                    actor=str(draft.get("actor", "")),
                    payload=payload if isinstance(payload, dict) else {},
                )
                yield told(made)
