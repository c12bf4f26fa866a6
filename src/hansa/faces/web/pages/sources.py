"""Sources: where every fact was read, and where sources part."""

from __future__ import annotations

from collections import Counter

from hansa.faces.web.pages.page import Page, View
from hansa.studies.sections import sources as described
from hansa.terms.exhibits import Section, Table


def sources(view: View) -> Page:
    """Every source of the world, and how often acts rest on it."""
    counts: Counter[str] = Counter()
    for act in view.world.acts:
        counts.update(key.strip() for key in act.source.split(";") if key.strip())
    made = described.section(view.case)
    conflicts = tuple(
        e for e in (made.exhibits if made else ()) if isinstance(e, Table) and e.key == "conflicts"
    )
    sections = (Section("conflicts", "Where sources part", 1, (), conflicts),) if conflicts else ()
    return Page(
        view._("Sources"),
        view._("Every fact has its source; every answer says on which it rests."),
        sections,
        data={"sources": sorted(view.world.sources.values(), key=lambda s: s.key),
              "counts": counts},
        template="sources.html",
    )  # fmt: skip
