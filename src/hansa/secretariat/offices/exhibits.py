"""Offices as tables, sentences and a timeline."""

from __future__ import annotations

from hansa.secretariat.offices.presidency import Presidency, Turn
from hansa.terms.days import Day
from hansa.terms.exhibits import Cell, Chart, Column, Statement, Table

_TOLD = ("begins", "in turn", "host", "as fixed", "appointed", "elected", "by rule")


def turns_table(found: Presidency) -> Table:
    """A row per turn: who held the office, whose turn it was, and how the two compare."""
    columns = (
        Column("since", "Since"),
        Column("until", "Until (not included)"),
        Column("state", "State"),
        Column("holder", "Holder"),
        Column("by_rule", "Whose turn by rule"),
        Column("verdict", "Verdict"),
        Column("departures", "Departures from the rule"),
        Column("sure", "Days fixed"),
    )
    rows = tuple(_row(turn) for turn in found.turns)
    because = tuple(turn.because for turn in found.turns)
    title = f"{found.office.id}: rule and record"
    return Table(_key(found, "turns"), title, columns, rows, because)


def _row(turn: Turn) -> tuple[Cell, ...]:
    told = ", ".join(departure.kind for departure in turn.departures)
    return (
        turn.period.start,
        turn.period.end,
        turn.state or None,
        turn.holder or None,
        turn.by_rule or None,
        turn.verdict,
        told or None,
        turn.sure,
    )


def turns_chart(found: Presidency, until: Day) -> Chart | None:
    """Bars by state, shaded by verdict; ``None`` if there is nothing to draw."""
    rows: list[tuple[Cell, ...]] = []
    for turn in found.turns:
        state = turn.state or turn.by_rule
        if state:
            rows.append((state, turn.period.start, turn.period.end or until, turn.verdict))
    if not rows:
        return None
    columns = (
        Column("state", "State"),
        Column("since", "Since"),
        Column("until", "Until (not included)"),
        Column("verdict", "Verdict"),
    )
    key, title = _key(found, "chart"), f"{found.office.id} over time"
    table = Table(key, title, columns, tuple(rows), keys=3)
    return Chart(key, title, "timeline", table, "since", "state", "verdict", "until")


def presidency_statements(found: Presidency, day: Day) -> tuple[Statement, ...]:
    """Who holds the office on the day, who is next, and every departure."""
    said: list[Statement] = []
    now = found.on(day)
    if now is not None and now.state:
        acting = " (acting)" if now.acting else ""
        text = f"{found.office.title} of {found.office.organisation} on {day}: {now.holder}{acting}"
        said.append(Statement(f"{text}, {now.state}, since {now.period.start}.", now.because))
    coming = next((t for t in found.turns if t.period.start > day and t.by_rule), None)
    if coming is not None:
        about = "on" if coming.sure else "about"
        text = f"By the rule {coming.by_rule} is next, {about} {coming.period.start}."
        said.append(Statement(text, coming.because))
    if now is not None and now.waiting:
        text = f"Passed over and waiting: {' '.join(now.waiting)}."
        said.append(Statement(text, now.because))
    kept = [turn for turn in found.turns if turn.state and turn.verdict in _TOLD]
    held = [turn for turn in found.turns if turn.state]
    said.append(Statement(f"{len(kept)} of {len(held)} turns on record are as the rule says."))
    said += [
        Statement(f"{turn.period.start}: {departure.text}.", departure.because)
        for turn, departure in found.departures
    ]
    return tuple(said)


def _key(found: Presidency, what: str) -> str:
    return f"{what}_{found.office.id}".replace(" ", "_").lower()
