"""Acts: lists of them, and one with all that is known of it."""

from __future__ import annotations

import json
from collections.abc import Iterable

from hansa.faces.web.live.telling import told
from hansa.faces.web.pages.page import Page, View
from hansa.record.acts import KINDS, Act
from hansa.record.entry import reason_of
from hansa.terms.errors import BadInput
from hansa.terms.exhibits import Cell, Column, Section, Statement, Table
from hansa.terms.names import unknown

SHOWN = 50


def latest(acts: Iterable[Act], count: int) -> list[Act]:
    """The acts recorded last, the newest first."""
    return sorted(acts, key=lambda act: (act.recorded, act.on, act.id), reverse=True)[:count]


def acts_table(key: str, title: str, acts: Iterable[Act]) -> Table:
    """Acts as a table, each linked to its page."""
    listed = list(acts)
    columns = (
        Column("act", "Act"),
        Column("on", "Day"),
        Column("what", "What was done"),
    )
    rows = tuple((a.id, a.on, told(a)) for a in listed)
    return Table(key, title, columns, rows)


def acts(
    view: View,
    *,
    organisation: str = "",
    state: str = "",
    kind: str = "",
    subject: str = "",
    before: int = 0,
) -> Page:
    """Acts on record, the newest first.

    Parameters
    ----------
    organisation, state, subject : str
        Only acts about it.
    kind : str
        Only acts of this kind.
    before : int
        Skip so many of the newest.
    """
    if organisation:
        view.world.organisation(organisation)
    if state:
        view.world.state(state)
    if kind and kind not in KINDS:
        raise unknown("kind of act", kind, KINDS)
    if before < 0:
        raise BadInput("before must be 0 or more")
    found = [
        act
        for act in view.world.acts
        if kind in ("", act.kind)
        and act.on <= view.day
        and view.compass.topics(act).wanted(organisation, state, subject)
    ]
    shown = latest(found, before + SHOWN)[before:]
    count = view.words.ngettext("%(n)s act is on record.", "%(n)s acts are on record.", len(found))
    table = acts_table("acts", "Acts", shown)
    return Page(
        view._("Acts"),
        count % {"n": view.words.number(len(found))},
        (Section("acts", "Acts", 0, (), (table,)),),
        frozenset(act.id for act in shown),
        data={
            "kinds": list(KINDS),
            "chosen": {"organisation": organisation, "state": state, "kind": kind,
                       "subject": subject},
            "older": before + SHOWN if len(found) > before + SHOWN else 0,
        },
        template="acts.html",
    )  # fmt: skip


def act(view: View, act_id: str) -> Page:
    """An act: what it says, where it stands in the log, and what was said about it since.

    Parameters
    ----------
    act_id : str
        Its id.
    """
    found = next((item for item in view.world.acts if item.id == act_id), None)
    if found is None:
        raise unknown("act", act_id, (item.id for item in view.world.acts))
    later = [item for item in view.world.acts if item.subject == act_id]
    rows: list[tuple[Cell, ...]] = [
        ("kind", KINDS[found.kind]),
        ("on", found.on),
        ("recorded", found.recorded),
        ("subject", found.subject),
        ("actor", found.actor or None),
        ("source", found.source or None),
        ("confidence", found.confidence or None),
        ("note", found.note or None),
    ]
    rows += [(f"payload.{key}", _text(value)) for key, value in found.payload.items()]
    columns = (Column("field", "Field"), Column("value", "Value"))
    said = (Statement(f"{told(found)}, {found.on}.", (reason_of(found),)),)
    sections = [
        Section("act", "What it says", 0, said, (Table("act", "Act", columns, tuple(rows)),))
    ]
    if later:
        table = acts_table("later", "Corrections and remarks", later)
        sections.append(Section("later", "What was said about it since", 1, (), (table,)))
    return Page(
        found.id,
        told(found),
        tuple(sections),
        frozenset({found.id, *(item.id for item in later)}),
        data={"act": found},
        template="act.html",
        live=(found.id,),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
