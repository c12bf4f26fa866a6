"""ATOP 5.1 as a second world: every member spell becomes acts, every promise a norm.

Read by the signature clock, the register of this world is the reading of its authors: "we
code signature dates rather than ratification dates" (codebook, § 2.32).
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from hansa.record import Act, Entry, Norm, State, Treaty, World
from hansa.record.world import Source
from hansa.security.alliances import PROMISES, Promise, norm_of
from hansa.sources.security.readers import ATOP_CONDITIONS
from hansa.terms.errors import BadInput, Place

RELEASED = datetime(2022, 8, 9, tzinfo=UTC)  # the day of the codebook: when all was known
_SOURCE = "atop51"
_FIRST, _LAST = "first", "last"

Row = Mapping[str, Any]


def _day(row: Row, which: str, missing: str, where: Place) -> tuple[date, bool]:
    """The day, and whether the source knows it (else the first or last of the month)."""
    year, month = int(row[f"yr{which}"]), int(row[f"mo{which}"])
    known = row[f"day{which}"]
    last = calendar.monthrange(year, month)[1] if 1 <= month <= 12 else 0
    if not last:
        raise BadInput(f"there is no month {month}", where=where)
    if known is None or known < 1:
        return date(year, month, 1 if missing == _FIRST else last), False
    if known > last:
        raise BadInput(f"{year}-{month:02} has no day {known}", where=where)
    return date(year, month, int(known)), True


def treaty_name(atopid: int, phase: int) -> str:
    """``ATOP4220.2``: an alliance's phase is a treaty of its own; 0 is the only phase."""
    return f"ATOP{atopid}.{phase}" if phase else f"ATOP{atopid}"


def _acts(row: Row) -> list[Act]:
    where = Place("atop5_1m", row["row"] + 2)
    name = treaty_name(row["atopid"], row["phase"])
    member = str(row["member"])
    start, known = _day(row, "ent", _FIRST, where)
    stem = f"{name}.{{}}.{member}.{{}}"
    acts = [
        Act(
            id=stem.format("sign", start),
            kind="sign",
            on=start,
            recorded=RELEASED,
            subject=name,
            actor=member,
            payload={"promises": [word for word in PROMISES if row[word]], "day_known": known},
            source=_SOURCE,
            place=where,
        )
    ]
    if row["yrexit"]:
        end, known = _day(row, "exit", _LAST, where)
        if end < start:
            raise BadInput(f"member {member} leaves {name} before it joins", where=where)
        acts.append(
            Act(
                id=stem.format("denounce", end),
                kind="denounce",
                on=end,
                recorded=RELEASED,
                subject=name,
                actor=member,
                payload={"termmode": row["termmode"], "day_known": known},
                source=_SOURCE,
                place=where,
            )
        )
    return acts


def _guards(row: Row, promise: Promise) -> frozenset[str]:
    return frozenset(
        guard
        for column, (word, guard) in ATOP_CONDITIONS.items()
        if word == promise.value and row.get(column)
    ) | ({"other_condition"} if row.get("olimob") else frozenset())


def _norms(name: str, rows: list[Row]) -> tuple[Norm, ...]:
    """One norm per promise and set of guards, borne by the members that made it so."""
    bearers: dict[tuple[Promise, frozenset[str]], set[str]] = defaultdict(set)
    for row in rows:
        for promise in Promise:
            if row[promise.value]:
                bearers[promise, _guards(row, promise)].add(str(row["member"]))
    everybody = {str(row["member"]) for row in rows}
    order = list(Promise)
    items = sorted(bearers.items(), key=lambda item: (order.index(item[0][0]), sorted(item[0][1])))
    return tuple(
        norm_of(promise, None if states == everybody else states, guards, name)
        for (promise, guards), states in items
    )


def atop_world(members: pl.DataFrame) -> World:
    """The world of ATOP from its member-level table.

    Parameters
    ----------
    members : polars.DataFrame
        As `hansa.sources.security.read_atop_members` gives it.

    Returns
    -------
    World
        One treaty per alliance phase, a ``sign`` act per entry and a ``denounce`` act per
        exit (dated when it took effect). Ask it with ``clock="signature"``; states are
        Correlates of War codes as text.

    Raises
    ------
    BadInput
        If a date does not exist or an exit precedes its entry.
    """
    rows = (
        members.with_row_index("row")
        .sort("atopid", "phase", "yrent", "moent", "dayent", "member")
        .to_dicts()
    )
    acts: list[Act] = []
    by_treaty: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        acts += _acts(row)
        by_treaty[treaty_name(row["atopid"], row["phase"])].append(row)
    signed = {
        name: min(act.on for act in acts_ if act.kind == "sign")
        for name, acts_ in _by_subject(acts)
    }
    treaties = {
        name: Treaty(
            id=name,
            title=f"Alliance {name}",
            signed=signed[name],
            entry=Entry("signature"),
            kind="alliance",
            consent="signature",
            norms=_norms(name, found),
            source=_SOURCE,
        )
        for name, found in by_treaty.items()
    }
    codes = sorted({str(row["member"]) for row in rows}, key=int)
    return World(
        name="atop",
        title="Alliance Treaty Obligations and Provisions 5.1, 1815–2018",
        states={code: State(code, code) for code in codes},
        organisations={},
        treaties=treaties,
        bodies={},
        offices={},
        acts=tuple(acts),
        sources={_SOURCE: Source(_SOURCE, "http://www.atopdata.org", "Leeds et al. 2002")},
    )


def _by_subject(acts: Iterable[Act]) -> Iterable[tuple[str, list[Act]]]:
    found: dict[str, list[Act]] = defaultdict(list)
    for act in acts:
        found[act.subject].append(act)
    return found.items()
