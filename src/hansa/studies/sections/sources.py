"""Sources: what the briefing rests on, and where sources part."""

from __future__ import annotations

from collections import Counter

from hansa.studies.case import Case
from hansa.terms.days import add_months
from hansa.terms.exhibits import Column, Section, Statement, Table


def section(case: Case) -> Section:
    """The sources of the acts around the day, and the conflicts between sources."""
    since, until = add_months(case.day, -12), add_months(case.day, 12)
    cited: Counter[str] = Counter()
    grades: Counter[str] = Counter()
    for act in case.register.acts(since, until):
        cited.update(key.strip() for key in act.source.split(";") if key.strip())
        if act.confidence:
            grades[act.confidence.split(" ")[0]] += 1
    rows = tuple(
        (key, case.world.sources[key].address if key in case.world.sources else None, count)
        for key, count in sorted(cited.items(), key=lambda item: (-item[1], item[0]))
    )
    sources = Table(
        "sources",
        f"Sources of the acts from {since} to {until}",
        (Column("key", "Key"), Column("address", "Address"), Column("acts", "Acts")),
        rows,
    )
    told = ", ".join(f"{count} {grade}" for grade, count in sorted(grades.items()))
    text = (
        f"Confidence of these acts: {told} "
        "(V verified in a text, VD in a data file, P partly, K recalled)."
    )
    exhibits = [sources]
    if "conflicts" in case.world.sheets:
        exhibits.append(_conflicts(case))
    said = (Statement(text),) if grades else ()
    return Section("sources", "Sources", 900, said, tuple(exhibits))


def _conflicts(case: Case) -> Table:
    return Table(
        "conflicts",
        "Where sources part, and what is taken",
        (
            Column("topic", "Topic"),
            Column("one", "One says"),
            Column("one_source", "Source"),
            Column("other", "Another says"),
            Column("other_source", "Source"),
            Column("taken", "Taken"),
        ),
        tuple(
            (
                row["topic"],
                row["value_a"],
                row["source_a"],
                row["value_b"],
                row["source_b"],
                row["choice"],
            )
            for row in case.world.sheet("conflicts")
        ),
    )
