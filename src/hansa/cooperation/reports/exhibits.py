"""Reports, decisions on readers, sharing groups and likely duplicates as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hansa.cooperation.reports.codes import Count, codes_of
from hansa.cooperation.reports.duplicates import Likely
from hansa.cooperation.reports.groups import Group
from hansa.cooperation.reports.release import Decision
from hansa.cooperation.reports.report import CREDIBILITY, RELIABILITY, Report
from hansa.terms.exhibits import Cell, Column, Map, Table
from hansa.terms.reasons import Because, Reason

REACHED = {
    "everybody": "everybody",
    "community": "whoever acts for a delegation or secretariat",
    "own": "the author's own organisation",
    "partner": "a partner, by agreement",
    "secretariat": "a secretariat of the author's own",
    "delegation": "named itself",
    "state": "named itself",
    "account": "named itself",
    "nobody": "nobody",
}


def reports_table(found: Sequence[Report], events: Mapping[str, str]) -> Table:
    """What is reported, with the codes of data sets: a row per report."""
    rows: list[tuple[Cell, ...]] = []
    because: list[Because] = []
    for report in found:
        codes = codes_of(report)
        rows.append((report.id, None if report.withdrawn else report.title or None, report.start,
                     report.by, report.kind, report.place or None, report.tlp,
                     f"{report.reliability}{report.credibility}" or None,
                     "withdrawn" if report.withdrawn else None, report.incident,
                     events.get(report.id, report.id), report.area or None, report.deaths,
                     *map(str, codes)))  # fmt: skip
        grade = [
            Reason("source", text, code)
            for code, text in (
                (report.reliability, RELIABILITY.get(report.reliability)),
                (report.credibility, CREDIBILITY.get(report.credibility)),
            )
            if text
        ]
        because.append((*grade, *(Reason("rule", c.why, f"{c.scheme} {c}") for c in codes)))
    columns = (
        Column("report", "Report"),
        Column("title", "Title"),
        Column("start", "Day"),
        Column("by", "By"),
        Column("kind", "Kind"),
        Column("place", "Place"),
        Column("tlp", "TLP"),
        Column("sure", "How sure"),
        Column("state", "State"),
        Column("incident", "Incident"),
        Column("event", "Event"),
        Column("area", "Area"),
        Column("deaths", "Deaths"),
        Column("ucdp", "UCDP"),
        Column("acled", "ACLED"),
        Column("plover", "PLOVER"),
    )
    note = "Reports that acts link are of one event; how sure: source, then information."
    return Table("reports", "Reports", columns, tuple(rows), tuple(because), note=note)


def reports_map(found: Sequence[Report]) -> Map | None:
    """Where it was; ``None`` if no report says."""
    points = tuple(
        (report.longitude, report.latitude, report.title or report.id, "report")
        for report in found
        if report.longitude is not None and report.latitude is not None and not report.withdrawn
    )
    return Map("where", "Where", (("report", "report"),), points=points) if points else None


def counts_table(found: Sequence[Count], by: str) -> Table:
    """Reports and events by something."""
    rows = tuple((count.value, count.reports, count.events, count.deaths) for count in found)
    columns = (
        Column("value", by if by.isupper() else by.capitalize()),
        Column("reports", "Reports"),
        Column("events", "Events"),
        Column("deaths", "Deaths"),
    )
    note = "Of several reports of one event the largest number of deaths counts."
    return Table("counts", "Reports and events", columns, rows, note=note)


def readers_table(
    names: Sequence[str], decided: Sequence[Decision], then: Sequence[Decision] = ()
) -> Table:
    """Each reader: may see or not, by which article; and what would be."""
    rows: list[tuple[Cell, ...]] = []
    for k, (name, decision) in enumerate(zip(names, decided, strict=True)):
        row: tuple[Cell, ...] = (name, decision.allowed, decision.article or None,
                                 decision.because[0].text)  # fmt: skip
        rows.append((*row, then[k].allowed, then[k].article or None) if then else row)
    columns = [
        Column("reader", "Reader"),
        Column("sees", "May see"),
        Column("article", "By"),
        Column("why", "Why"),
    ]
    if then:
        columns += [Column("would", "Would see"), Column("would_by", "Would by")]
    because = tuple(decision.because for decision in decided)
    return Table("readers", "Who may see it", tuple(columns), tuple(rows), because)


def matrix_table(
    found: Sequence[Report], names: Sequence[str], decided: Sequence[Sequence[Decision]]
) -> Table:
    """Reports by readers: a row per report, its readers by the article that lets them read."""
    rows: list[tuple[Cell, ...]] = []
    because: list[Because] = []
    for report, row in zip(found, decided, strict=True):
        by: dict[str, list[str]] = {}
        for name, decision in zip(names, row, strict=True):
            if decision.allowed:
                by.setdefault(decision.article, []).append(name)
        told = "; ".join(f"{article}: {', '.join(those)}" for article, those in by.items())
        number = sum(decision.allowed for decision in row)
        rows.append((report.id, report.by, report.tlp, number, len(row) - number, told or None))
        because.append(tuple(reason for decision in row[:1] for reason in decision.because))
    columns = (
        Column("report", "Report"),
        Column("by", "By"),
        Column("tlp", "TLP"),
        Column("readers", "May see"),
        Column("others", "May not"),
        Column("who", "Who, by which article"),
    )
    return Table("matrix", "Who may see what", columns, tuple(rows), tuple(because))


def groups_table(found: Sequence[Group]) -> Table:
    """Whom each name of an audience reaches."""
    rows = tuple(
        (
            group.name,
            REACHED[group.kind],
            len(group.members) if group.kind not in ("everybody", "community") else None,
            ", ".join(member.token for member in group.members) or None,
            group.article or None,
            group.because[0].text,
        )
        for group in found
    )
    columns = (
        Column("name", "Audience"),
        Column("kind", "Reaches"),
        Column("number", "Readers"),
        Column("members", "Who"),
        Column("article", "By"),
        Column("why", "Why"),
    )
    because = tuple(group.because for group in found)
    return Table("groups", "Sharing groups", columns, rows, because)


def duplicates_table(found: Sequence[Likely]) -> Table:
    """Pairs of reports that are likely of the same event."""
    rows = tuple(
        (pair.first, pair.second, pair.score, pair.linked,
         "; ".join(reason.text for reason in pair.because))
        for pair in found
    )  # fmt: skip
    columns = (
        Column("first", "Report"),
        Column("second", "Report too"),
        Column("score", "Score", "", 2),
        Column("linked", "Linked"),
        Column("why", "Why"),
    )
    because = tuple(pair.because for pair in found)
    return Table("duplicates", "Likely of the same event", columns, rows, because, keys=2)
