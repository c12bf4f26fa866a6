"""Movement between states as sentences, tables and a heat map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from hansa.secretariat.mobility.changes import Change
from hansa.secretariat.mobility.findings import Misfit
from hansa.secretariat.mobility.matrix import Entry, Matrix
from hansa.secretariat.mobility.rights import DOES, RIGHTS
from hansa.terms.exhibits import Cell, Chart, Column, Statement, Table
from hansa.terms.reasons import Because

_WHAT: Final = {
    "enter": {
        "visa": "needs a visa to enter",
        "group": "may enter without a visa in an organised group",
        "free": "may enter without a visa",
    },
    "stay": {
        "permit": "needs a permit to stay",
        "registered": "may stay after registering",
        "free": "may stay without registering",
    },
    "work": {
        "permit": "needs a permit to work",
        "patent": "may work on a patent",
        "free": "may work without a permit",
    },
    "pension": {
        "none": "takes no pension along",
        "by residence": "gets a pension from the state of residence",
        "carried": "takes the pension along",
    },
}


def sentence(entry: Entry) -> str:
    """An entry in words."""
    who = f"A citizen of {entry.citizen} in {entry.into}"
    if entry.treatment is None:
        return f"{who}: no regime on record for {DOES[entry.right]}."
    what = _WHAT[entry.right][entry.treatment.word]
    days = f" for {entry.treatment.days} days" if entry.treatment.days is not None else ""
    by = f" ({', '.join(entry.regimes)})"
    doubt = {
        "contradiction": "; an agreement owes more, and leaves no room",
        "restriction": "; an agreement owes more, but leaves room",
        "": "",
    }[entry.kind]
    return f"{who} {what}{days}{by}{doubt}."


def entry_statements(entries: Iterable[Entry]) -> tuple[Statement, ...]:
    """Entries in words."""
    return tuple(Statement(sentence(entry), entry.because) for entry in entries)


def entries_table(entries: Iterable[Entry], title: str) -> Table:
    """A row per entry."""
    found = tuple(entries)
    columns = (
        Column("citizen", "Citizens of"),
        Column("into", "In"),
        Column("right", "Right"),
        Column("treatment", "Treatment"),
        Column("days", "At most", "days"),
        Column("owed", "Owed by agreement"),
        Column("truth", "Holds"),
        Column("regimes", "By"),
        Column("condition", "Condition"),
    )
    rows = tuple(
        (e.citizen, e.into, e.right, e.treatment.word if e.treatment else None,
         e.treatment.days if e.treatment else None, str(e.owed) if e.owed else None,
         str(e.truth), ", ".join(e.regimes) or None, e.condition or None)
        for e in found
    )  # fmt: skip
    return Table("entries", title, columns, rows, tuple(e.because for e in found), keys=3)


def matrix_table(matrix: Matrix, rights: Sequence[str], title: str) -> Table:
    """A row per pair of states that some regime covers, a column per right."""
    columns = (
        Column("citizen", "Citizens of"),
        Column("into", "In"),
        *(Column(right, right.capitalize()) for right in rights),
    )
    rows: list[tuple[Cell, ...]] = []
    because: list[Because] = []
    for citizen in matrix.states:
        for into in matrix.states:
            if citizen == into:
                continue
            entries = [
                found
                for right in rights
                if (found := matrix.entries.get((citizen, into, right))) is not None
            ]
            if all(e.treatment is None for e in entries):
                continue
            rows.append((citizen, into, *(e.word for e in entries)))
            because.append(tuple(r for e in entries if e.treatment for r in e.because))
    return Table("matrix", title, columns, tuple(rows), tuple(because), keys=2)


def heat(matrix: Matrix, right: str) -> Chart:
    """How open each state is to the citizens of each other: 0 closed to 1 open."""
    most = len(RIGHTS[right]) - 1
    rows: list[tuple[Cell, ...]] = []
    for citizen in matrix.states:
        for into in matrix.states:
            found = matrix.entries.get((citizen, into, right))
            if found is not None:
                level = found.treatment.rank[0] / most if found.treatment else None
                rows.append((citizen, into, level, found.word))
    columns = (
        Column("citizen", "Citizens of"),
        Column("into", "In"),
        Column("openness", "Openness, 0 to 1", "", 2),
        Column("treatment", "Treatment"),
    )
    known = tuple(row for row in rows if row[2] is not None)
    table = Table(f"heat_{right}", f"Who may {right} where", columns, known, keys=2)
    note = "Empty: no regime on record."
    title = f"Who may {right} where" if right != "pension" else "Pensions between states"
    return Chart(f"heat_{right}", title, "heat", table, "into", "citizen", "openness", note=note)


def changes_table(changes: Iterable[Change], title: str = "What changes") -> Table:
    """A row per day, right and kind of change, the pairs of states together."""
    groups: dict[tuple[object, ...], list[Change]] = {}
    for change in changes:
        key = (change.day, change.way, change.after.right, change.before.word, change.after.word)
        groups.setdefault(key, []).append(change)
    columns = (
        Column("day", "Day"),
        Column("right", "Right"),
        Column("way", "Way"),
        Column("before", "Before"),
        Column("after", "After"),
        Column("pairs", "Citizens of, in"),
        Column("by", "By"),
    )
    rows: list[tuple[Cell, ...]] = []
    because: list[Because] = []
    for held in groups.values():
        one = held[0]
        pairs = ", ".join(f"{c.after.citizen} in {c.after.into}" for c in held)
        names = sorted({name for c in held for name in (*c.before.regimes, *c.after.regimes)})
        rows.append(
            (one.day, one.after.right, one.way, one.before.word, one.after.word, pairs,
             ", ".join(names) or None)
        )  # fmt: skip
        because.append(tuple(dict.fromkeys(r for c in held for r in c.because)))
    return Table("changes", title, columns, tuple(rows), tuple(because), keys=6)


def misfits_table(misfits: Iterable[Misfit]) -> Table:
    """A row per gap or contradiction."""
    found = tuple(misfits)
    columns = (
        Column("kind", "Kind"),
        Column("right", "Right"),
        Column("citizen", "Citizens of"),
        Column("into", "In"),
        Column("text", "What does not fit"),
    )
    rows = tuple((m.kind, m.right, m.citizen, m.into, m.text) for m in found)
    because = tuple(m.because for m in found)
    return Table("misfits", "Gaps and contradictions", columns, rows, because, keys=4)
