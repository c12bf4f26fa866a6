"""Who is in the chair, and whose turn it was."""

from __future__ import annotations

from hansa.record.unions import Office
from hansa.secretariat import Turn, presidency_of
from hansa.studies.case import Case
from hansa.studies.secretariat import names
from hansa.terms.days import Period, add_days
from hansa.terms.exhibits import Cell, Column, Section, Statement, Table


def section(case: Case) -> Section:
    """Offices and their holders on the day, beside the rule by which they pass."""
    said: list[Statement] = []
    rows: list[tuple[Cell, ...]] = []
    because = []
    words = names(case.world)
    span = Period(case.day, add_days(case.day, 1))
    for office, tenure in case.register.offices():
        if tenure is None:
            continue
        found = presidency_of(office.id, case.register, words, span)
        now = found.on(case.day)
        if now is None:
            continue
        rows.append(_row(office, now))
        because.append(now.because)
        if now.period.start == case.day:
            said += _handover(office, now)
    columns = (
        Column("organisation", "Organisation"),
        Column("office", "Office"),
        Column("holder", "Holder"),
        Column("state", "State"),
        Column("since", "Since"),
        Column("by_rule", "Whose turn by rule"),
        Column("verdict", "Rule and record"),
        Column("next", "Next by rule"),
    )
    table = Table(
        "offices", "Offices and who holds them", columns, tuple(rows), tuple(because), keys=2
    )
    return Section("bodies", "Who is in the chair", 30, tuple(said), (table,))


def _row(office: Office, now: Turn) -> tuple[Cell, ...]:
    acting = " (acting)" if now.acting else ""
    return (
        office.organisation,
        office.title,
        now.holder + acting,
        now.state,
        now.period.start,
        now.by_rule or None,
        now.verdict,
        now.next_by_rule or None,
    )


def _handover(office: Office, now: Turn) -> list[Statement]:
    how = {"in turn": ", whose turn it is", "kept turn": ", who waited for it"}
    text = f"{now.holder} ({now.state}{how.get(now.verdict, '')}) becomes {office.title} of "
    said = [Statement(f"{text}{office.organisation} on this day.", now.because)]
    said += [
        Statement(f"{office.organisation}: {departure.text}.", departure.because)
        for departure in now.departures
        if departure.kind != "prolonged"
    ]
    return said
