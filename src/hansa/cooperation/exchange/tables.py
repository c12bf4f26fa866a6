"""Reports as tables of text: own columns out and in, ACLED's columns out.

Own columns hold everything that a report says; a cell that a spreadsheet would take for a
formula is written with an apostrophe before it, which is taken off when it is read.

Source: ACLED, *Codebook* (2023 and later), columns of the export.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from typing import Final

from hansa.cooperation.exchange.acled import types_of
from hansa.cooperation.exchange.countries import countries
from hansa.cooperation.reports.report import Report

COLUMNS: Final = (
    "id", "incident", "by", "kind", "area", "start", "end", "place", "place_state", "latitude",
    "longitude", "victims", "attackers", "attacker_name", "title", "text", "language",
    "reliability", "credibility", "tlp", "audience", "deaths", "evidence", "same_as",
    "recorded", "modified", "withdrawn",
)  # fmt: skip
"""The columns of our own; the last three are only told, and not read."""

ACLED: Final = (
    "event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type",
    "sub_event_type", "actor1", "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2",
    "interaction", "civilian_targeting", "iso", "region", "country", "admin1", "admin2",
    "admin3", "location", "latitude", "longitude", "geo_precision", "source", "source_scale",
    "notes", "fatalities", "tags", "timestamp",
)  # fmt: skip
"""The columns of ACLED's export, in their order."""

_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
_QUOTED: Final = re.compile(r"'+[=+\-@\t\r]")
_ESCAPED: Final = re.compile(r"[\\;]")
_ITEMS: Final = re.compile(r"(?:\\.|[^;\\])+", re.DOTALL)


def written(text: str) -> str:
    """A text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unwritten(cell: str) -> str:
    """The inverse of `written`."""
    return cell[1:] if _QUOTED.match(cell) else cell


def joined(items: Iterable[str]) -> str:
    """A list as a cell: separated by semicolons, those within escaped by backslashes."""
    return "; ".join(_ESCAPED.sub(r"\\\g<0>", item) for item in items)


def split(cell: str) -> list[str]:
    """The inverse of `joined`; blanks about an item do not count."""
    found = (re.sub(r"\\(.)", r"\1", part.strip()) for part in _ITEMS.findall(cell))
    return [item for item in found if item]


def table_of(reports: Iterable[Report]) -> bytes:
    """Reports as CSV (UTF-8) in our own columns; of withdrawn ones only that they are."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(report) for report in reports)
    return out.getvalue().encode()


def _row(report: Report) -> list[str]:
    moments = (report.recorded.isoformat(), report.modified.isoformat())
    if report.withdrawn:
        empty = [""] * (len(COLUMNS) - 6)
        return [written(report.id), "", written(report.by), *empty, *moments, "yes"]
    evidence = {each.name: each.sha256 for each in report.evidence}
    return [
        written(report.id), written(report.incident), written(report.by), written(report.kind),
        report.area, report.start.isoformat(), report.end.isoformat() if report.end else "",
        written(report.place), report.place_state, _number(report.latitude),
        _number(report.longitude), written(joined(report.victims)),
        written(joined(report.attackers)), written(report.attacker_name), written(report.title),
        written(report.text), report.language, report.reliability, report.credibility, report.tlp,
        written(joined(report.audience)), _number(report.deaths),
        json.dumps(evidence, ensure_ascii=False) if evidence else "",
        written(joined(report.same_as)), *moments, "",
    ]  # fmt: skip


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)


def acled_of(reports: Iterable[Report]) -> bytes:
    """Reports as CSV (UTF-8) in ACLED's columns; withdrawn ones are left out.

    Notes
    -----
    What ACLED codes and a report does not say stays empty: what forces took part
    (``inter1``, ``interaction``), administrative divisions, deaths that nobody counted (ACLED
    itself would write 0), types that the kind of incident does not decide.
    ``time_precision`` is 1 for a day, 2 within a week, 3 beyond; ``geo_precision`` is 1 for a
    point, 3 for a country.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(ACLED)
    writer.writerows(_acled(report) for report in reports if not report.withdrawn)
    return out.getvalue().encode()


def _acled(report: Report) -> list[str]:
    country = countries().get(report.place_state)
    point = report.latitude is not None and report.longitude is not None
    days = (report.end - report.start).days if report.end else 0
    attackers = [*_named(report.attackers), *([report.attacker_name] * bool(report.attacker_name))]
    victims = _named(report.victims)
    tags = [f"TLP:{report.tlp}"]
    tags += [f"reliability={report.reliability}"] * bool(report.reliability)
    tags += [f"credibility={report.credibility}"] * bool(report.credibility)
    notes = ". ".join(part for part in (report.title, report.text) if part)
    return [
        written(report.id), report.start.isoformat(), str(report.start.year),
        "1" if days == 0 else "2" if days < 7 else "3", *types_of(report),
        written(attackers[0] if attackers else ""), written("; ".join(attackers[1:])), "",
        written(victims[0] if victims else ""), written("; ".join(victims[1:])), "", "", "",
        str(country.numeric) if country else "", "", country.name if country else "", "", "", "",
        written(report.place), _number(report.latitude) if point else "",
        _number(report.longitude) if point else "", "1" if point else "3", written(report.by), "",
        written(notes), _number(report.deaths), "; ".join(tags),
        str(int(report.modified.timestamp())),
    ]  # fmt: skip


def _named(states: Iterable[str]) -> list[str]:
    known = countries()
    return [known[code].name if code in known else code for code in states]
