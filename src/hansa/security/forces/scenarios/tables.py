"""From rows of a world's tables to acts, hubs and arrivals; every row keeps its source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from hansa.record.acts import Act, Json, frozen
from hansa.security.forces.aims import Aims
from hansa.security.forces.comparison import Arrival
from hansa.security.forces.findings import Finding
from hansa.security.forces.network import Hub
from hansa.security.forces.operation import Operation
from hansa.terms.days import Day, day
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown
from hansa.terms.reasons import Because, Reason

Row = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """An operation of the record, ready to be planned.

    Parameters
    ----------
    operation : Operation
    aims : Aims
        In the order in which the scenario asks for them.
    actual : tuple of Arrival
        What really happened, by member.
    acts : tuple of Act
        The pledges of that time, as read from the tables.
    assumptions : Because
        Everything that no source gives.
    """

    operation: Operation
    aims: Aims
    actual: tuple[Arrival, ...]
    acts: tuple[Act, ...]
    assumptions: Because


@dataclass(frozen=True, slots=True)
class Split:
    """How a row of forces becomes units that can be sent.

    Parameters
    ----------
    size : int
        Persons of one unit.
    bases : tuple of str
        Hubs among which the units are dealt out in turn.
    tons_per_person, month_cost_per_person : float
    notice_days : int
    movable : float
        Part of the headcount that can leave its present task.
    headcount : int
        Assumed if the row has none.
    """

    size: int
    bases: tuple[str, ...]
    tons_per_person: float
    month_cost_per_person: float
    notice_days: int
    movable: float = 1.0
    headcount: int = 500


def rows_on(rows: Iterable[Row], force: str, on: Day) -> list[Row]:
    """Rows of a force by state that hold on a day; totals over all states are passed over."""
    found = []
    for number, row in enumerate(rows, start=2):
        if row.get("force") != force or row.get("state_iso3") == "(all)":
            continue
        where = Place("forces", row=number)
        since = day(row.get("from") or "0001-01-01", where=where)
        until = row.get("to")
        if since <= on and (not until or on <= day(until, where=where)):
            found.append(row)
    return found


def pledge_acts(rows: Iterable[Row], splits: Mapping[str, Split], capability: str) -> list[Act]:
    """Acts of kind ``pledge`` for the rows' units, one act for each unit.

    Parameters
    ----------
    splits : mapping of str to Split
        By member; members without one are passed over (a host, or a state that declined).
    capability : str
        What each person supplies one of.
    """
    acts = []
    for row in rows:
        member, pool = row.get("state_iso3") or "", row.get("force") or ""
        split = splits.get(member)
        if split is None:
            continue
        stated = row.get("headcount")
        heads = int(int(stated or split.headcount) * split.movable)
        note = "" if stated else f"headcount of {split.headcount} assumed; "
        since = day(row.get("from") or "")
        for number in range(heads // split.size):
            base = split.bases[number % len(split.bases)]
            payload: dict[str, Json] = {
                "unit": f"{member}.{_short(pool)}.{number + 1:02}",
                "name": f"{_short(pool)} {number + 1} ({base})",
                "type": capability,
                "strength": split.size,
                "capabilities": {capability: split.size},
                "base": base,
                "tons": round(split.size * split.tons_per_person, 3),
                "notice_days": split.notice_days,
                "month_cost": str(round(split.size * split.month_cost_per_person, 2)),
                "renewal": "standing",
            }
            acts.append(
                Act(
                    id=f"{_short(pool)}.pledge.{member}.{number + 1:02}",
                    kind="pledge",
                    on=since,
                    recorded=datetime(since.year, since.month, since.day, tzinfo=UTC),
                    subject=pool,
                    actor=member,
                    payload=frozen(payload),
                    source=row.get("source") or "",
                    confidence=row.get("confidence") or "",
                    note=f"{note}{row.get('units') or ''}, in units of {split.size}",
                )
            )
    return acts


def _short(pool: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "", pool.split("(", maxsplit=1)[0])[:12]


def hubs_from_bases(
    rows: Iterable[Row], wanted: Mapping[str, str]
) -> tuple[dict[str, Hub], list[Finding]]:
    """Hubs from the table of bases; one without coordinates is named, not dropped.

    Parameters
    ----------
    wanted : mapping of str to str
        Hub id → name in the table.
    """
    by_name = {row.get("base"): row for row in rows}
    hubs, findings = {}, []
    for key, name in wanted.items():
        row = by_name.get(name)
        if row is None:
            raise BadInput(
                f"the table of bases has no {name!r}", where=Place("bases", column="base")
            )
        lat, lon = row.get("lat"), row.get("lon")
        if not lat or not lon:
            findings.append(
                Finding("no_coordinates", f"{name} has no coordinates: no leg leads there", key)
            )
        hubs[key] = Hub(
            key,
            name,
            float(lat) if lat else None,
            float(lon) if lon else None,
            row.get("host_iso3") or "",
        )
    return hubs, findings


def located(hubs: Iterable[Hub]) -> list[Hub]:
    """Hubs that have coordinates."""
    return [hub for hub in hubs if hub.lat is not None and hub.lon is not None]


def arrivals(
    rows: Iterable[Row], force: str, known: Mapping[str, tuple[Day, str]] | None = None
) -> tuple[Arrival, ...]:
    """What a force's rows say about who came when.

    Parameters
    ----------
    known : mapping of str to (Day, source), optional
        By member: the day on which its movement was reported complete.
    """
    found = []
    for row in rows:
        member = row.get("state_iso3")
        if row.get("force") != force or not member or member == "(all)":
            continue
        heads, since, until = row.get("headcount"), row.get("from"), row.get("to")
        complete, told = (known or {}).get(member, (None, ""))
        source = "; ".join(part for part in (row.get("source"), told) if part)
        found.append(
            Arrival(
                member=member,
                persons=int(heads) if heads else None,
                first=day(since) if since else None,
                complete=complete,
                left=day(until) if until else None,
                source=source,
                confidence=row.get("confidence") or "",
                because=(
                    Reason(
                        "source",
                        f"{member}: {row.get('units')} {row.get('note') or ''}".strip(),
                        source=source,
                        confidence=row.get("confidence") or "",
                    ),
                ),
            )
        )
    return tuple(found)


def only(rows: Sequence[Row], key: str, value: str, table: str) -> Row:
    """The one row with a key, or a clear error."""
    for row in rows:
        if row.get(key) == value:
            return row
    known = [row.get(key) or "" for row in rows]
    raise unknown(f"{table} row", value, known, where=Place(table, column=key))
