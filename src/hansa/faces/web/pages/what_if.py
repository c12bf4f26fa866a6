"""The what-if: acts chosen in the address, all their consequences beside the world as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlencode

from hansa.faces.web.pages.page import Page, View, again
from hansa.faces.web.pages.sections import beside, briefed
from hansa.record.acts import KINDS, Act, Json
from hansa.record.permits import refusals
from hansa.service.act_fields import check_payload
from hansa.studies.case import Case
from hansa.terms.days import day
from hansa.terms.errors import BadInput, HansaError, Place
from hansa.terms.exhibits import Cell, Chart, Exhibit, Map, Section, Statement, Table
from hansa.terms.names import unknown
from hansa.worlds.payload import read_payload

MOST = 20
SHORT = 10
"""Rows of each table in a briefing on screen; all of them are one click away."""
LIKE = 0.6
"""Sentences more alike than this (Ratcliff and Obershelp) say the same of two worlds."""
SHOWN = 2
"""Tables and maps of a section that changes, where all sections are looked at."""
PRINTED = 20
"""The same on paper, where nothing is one click away; all rows are in the CSV and the JSON."""
LONG = 40
"""The same where one section is looked at."""
EXAMPLES = (
    ("2000-05-24", ("accede|CU1995A|ARM|2000-05-24",), "Armenia joins the customs union of 1995"),
    ("2007-10-05", ("denounce|CISCH1993|GEO|2007-10-05",), "Georgia leaves the CIS a year early"),
)


def what_if(view: View, *, act: str = "", section: str = "") -> Page:
    """What would follow if these acts happened too, beside the world as it is.

    Parameters
    ----------
    act : str
        Acts, one a line: ``kind|subject|actor|day|payload``, the last two optional:
        ``accede|CU1995A|ARM|2000-05-24``.
    section : str
        Show this section of the briefing whole; otherwise only what changes.
    """
    assumed = read_acts(act, view)
    given = list(lines_of(act))
    data: dict[str, Any] = {
        "acts": [(line, made, told) for line, made, told in _told(view, given, assumed)],
        "kinds": [kind for kind in KINDS if kind not in ("correct", "withdraw", "release")],
        "section": section,
        "without": [_address(view, [x for x in given if x != line]) for line in given],
        "examples": [
            (f"/what-if?{urlencode({'on': on, 'act': chr(10).join(acts)})}", text)
            for on, acts, text in EXAMPLES
            if _fits(view, acts)
        ],
        "all_acts": act,
        "base": _address(view, given),
        "toml": f"/what-if.toml?{urlencode({'act': act})}",
    }
    lead = view._("Choose acts; see what they would change. The address of this page keeps them.")
    if not assumed:
        return Page(view._("What if"), lead, data=data, template="what_if.html")
    other = Case(view.world.with_acts(assumed), view.day, view.known_on, view.clock)
    pairs = beside(view.case, other)
    made = [marked for _, marked in pairs]
    sections = tuple(kept for kept in (_changed(s, section) for s in made) if kept)
    more: dict[str, str] = {}
    if not section:
        here = _address(view, given)
        more = {s.key: f"{here}&section={s.key}" for s in sections if len(s.exhibits) > SHOWN}
        sections = tuple(replace(s, exhibits=s.exhibits[:SHOWN]) for s in sections)
    data |= {
        "shown": [s.key for s in made],
        "titles": {s.key: s.title for s in made},
        "more": more,
        "before": _before(pairs),
        "rows": LONG if section else SHORT,
        "inline": 40_000,
    }
    title = view._("What if: %(day)s", day=view.words.day(view.day))
    return Page(title, lead, sections, data=data, template="what_if.html")


def completed(asked: Mapping[str, str]) -> str:
    """The address with the act that the form adds, ``""`` if it adds none."""
    if not any(name.startswith("new_") for name in asked):
        return ""
    parts = [asked.get(f"new_{name}", "").strip().replace("|", " ").replace("\n", " ")
             for name in ("kind", "subject", "actor", "on", "payload")]  # fmt: skip
    lines = list(lines_of(asked.get("act", "")))
    if parts[0]:
        lines.append("|".join(parts).rstrip("|"))
    kept = {name: asked.get(name, "") for name in ("on", "known_on", "clock")}
    kept["act"] = "\n".join(lines)
    return f"/what-if?{urlencode({k: v for k, v in kept.items() if v})}"


def lines_of(text: str) -> Iterable[str]:
    """The acts of an address, one a line."""
    return (line.strip() for line in text.splitlines() if line.strip())


def read_acts(text: str, view: View) -> tuple[Act, ...]:
    """The acts of an address.

    Raises
    ------
    BadInput
        Naming the line that cannot be read.
    """
    lines = list(lines_of(text))
    if len(lines) > MOST:
        raise BadInput(f"{len(lines)} acts are more than the {MOST} that one page compares")
    return tuple(_read(line, number, view) for number, line in enumerate(lines, 1))


def _read(line: str, number: int, view: View) -> Act:
    where = Place("what-if", number)
    parts = [part.strip() for part in line.split("|", 4)] + ["", "", "", ""]
    kind, subject, actor, on, payload = parts[:5]
    when = day(on, where=where) if on else view.day
    made = Act(
        f"what-if#{number}", kind, when, datetime.combine(when, time(), UTC), subject, actor,
        read_payload(payload, where), "", "assumed", "", where,
    )  # fmt: skip
    check_payload(made, view.world)
    try:
        view.world.with_acts((made,)).timeline()
    except HansaError as wrong:
        raise BadInput(wrong.what, where=where) from None
    return made


def _told(
    view: View, lines: list[str], acts: tuple[Act, ...]
) -> Iterable[tuple[str, Act, tuple[str, ...]]]:
    """Each act, and the rules that would forbid it were it made."""
    before = view.world
    for line, act in zip(lines, acts, strict=True):
        placed = replace(act, recorded=datetime.combine(act.on, time(), UTC))
        known = {known.id for known in before.acts}
        broken = tuple(r.text for r in refusals(placed, before)) if act.id not in known else ()
        yield line, act, broken
        before = before.with_acts((act,))


def _fits(view: View, acts: Iterable[str]) -> bool:
    return all(line.split("|")[1] in view.world.treaties for line in acts)


def _address(view: View, lines: list[str]) -> str:
    return again(view, "/what-if", act="\n".join(lines))


def _changed(section: Section, whole: str) -> Section | None:
    """What a what-if changes in a section; the whole section, if it is wanted."""
    if section.key == whole:
        return replace(section, statements=_paired(section.statements))
    if whole:
        return None
    said = tuple(statement for statement in _paired(section.statements) if statement.mark)
    kept = [exhibit for exhibit in (_marked(e) for e in section.exhibits) if exhibit is not None]
    if not said and not kept:
        return None
    return replace(section, statements=said, exhibits=tuple(kept))


def _paired(said: Iterable[Statement]) -> tuple[Statement, ...]:
    """Sentences, what is gone right after what is new in its place."""
    gone = [statement for statement in said if statement.mark == "gone"]
    found: list[Statement] = []
    for statement in (s for s in said if s.mark != "gone"):
        found.append(statement)
        if statement.mark == "new":
            like = get_close_matches(statement.text, [s.text for s in gone], 1, LIKE)
            place = next((n for n, s in enumerate(gone) if s.text in like), None)
            if place is not None:
                found.append(gone.pop(place))
    return (*found, *gone)


def _before(
    pairs: Iterable[tuple[Section | None, Section]],
) -> dict[str, dict[tuple[Cell, ...], tuple[Cell, ...]]]:
    """The rows of each table of the world as it is, by key."""
    found: dict[str, dict[tuple[Cell, ...], tuple[Cell, ...]]] = {}
    for base, marked in pairs:
        for exhibit in base.exhibits if base is not None else ():
            table = exhibit.table if isinstance(exhibit, Chart) else exhibit
            if isinstance(table, Table):
                rows = {row[: table.keys]: row for row in table.rows}
                if len(rows) == len(table.rows):  # else nobody knows which row was which
                    found[f"{marked.key}.{table.key}"] = rows
    return found


def _marked(exhibit: Exhibit) -> Exhibit | None:
    if isinstance(exhibit, Map):
        return exhibit if "Changed:" in exhibit.note else None
    if isinstance(exhibit, Chart):  # its section shows it; here its table's rows say enough
        return _marked(exhibit.table)
    table = exhibit
    places = [place for place, mark in enumerate(table.marks) if mark]
    if not places:
        return None
    because = tuple(table.because[p] for p in places) if len(table.because) > places[-1] else ()
    return Table(
        table.key, table.title, table.columns, tuple(table.rows[p] for p in places), because,
        tuple(table.marks[p] for p in places), table.note, table.keys,
    )  # fmt: skip


def scenario_text(act: str, view: View) -> str:
    """The acts of an address as a scenario for ``hansa brief --with``."""
    blocks = ['title = "what if"']
    for made in read_acts(act, view):
        lines = [
            "[[acts]]",
            f"kind = {_toml(made.kind)}",
            f"on = {made.on.isoformat()}",
            f"subject = {_toml(made.subject)}",
            f"actor = {_toml(made.actor)}",
        ]
        if made.payload:
            lines.append(f"payload = {_toml(dict(made.payload))}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _toml(value: Json | Mapping[str, Json]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_toml(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, int | float):
        return str(value)
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def briefing(view: View, *, section: str = "", whole: bool = False) -> Page:
    """The briefing on the day: its sentences, a section, or all of it for print.

    Parameters
    ----------
    section : str
        Only this section, with its tables, charts and maps.
    whole : bool
        All sections with all their tables, charts and maps on one page: for print.
    """
    made = briefed(view.case)
    known = [item.key for item in made]
    if section and section not in known:
        raise unknown("section", section, known)
    shown = tuple(item for item in made if section in ("", item.key))
    more: dict[str, str] = {}
    if not section and not whole:
        more = {s.key: _part(view, s) for s in shown if len(s.exhibits) > 1}
        shown = tuple(replace(item, exhibits=_first(item)) for item in shown)
    data: dict[str, Any] = {
        "rows": PRINTED if whole else LONG if section else SHORT,
        "inline": 0 if whole else 20_000 if section else 0,
        "all": made,
        "base": again(view, "/brief"),
        "section": section,
        "whole": whole,
        "more": more,
    }
    title = view._("Briefing: %(day)s", day=view.words.day(view.day))
    return Page(title, view.world.title, shown, data=data, template="brief.html")


def _part(view: View, section: Section) -> str:
    return again(view, "/brief", section=section.key)


def _first(section: Section) -> tuple[Exhibit, ...]:
    """The first table of a section."""
    tables = [item for item in section.exhibits if isinstance(item, Table)]
    return tuple(tables[:1])
