"""The briefing: sections from every engine, for a day and, beside it, for a what-if.

A module in ``studies/sections`` that offers ``section(case) -> Section | None`` contributes
a section; nothing else needs to be told about it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hansa.studies import sections
from hansa.studies.case import Case
from hansa.studies.difference import compare
from hansa.terms.exhibits import Section
from hansa.terms.progress import Progress, silent

Contributor = Callable[[Case], Section | None]


@dataclass(frozen=True, slots=True)
class Briefing:
    """All sections on a world on a day; marked where a what-if differs."""

    title: str
    case: Case
    what_if: str
    sections: tuple[Section, ...]


def contributors() -> Iterator[tuple[str, Contributor]]:
    """The functions that make sections, by module name."""
    for module in sorted(m.name for m in pkgutil.iter_modules(sections.__path__)):
        made = importlib.import_module(f"{sections.__name__}.{module}")
        yield module, made.section


def brief(
    case: Case,
    other: Case | None = None,
    what_if: str = "",
    progress: Progress = silent,
) -> Briefing:
    """Make the briefing.

    Parameters
    ----------
    case : Case
        The world as it is.
    other : Case, optional
        The what-if, whose differences from ``case`` are marked.
    what_if : str
        What is assumed, in words.
    progress : Progress
        Called before every section.
    """
    made = list(contributors())
    found: list[Section] = []
    for done, (name, contribute) in enumerate(made):
        progress(done, len(made), name)
        base = contribute(case)
        after = contribute(other) if other is not None else base
        section = compare(base, after) if other is not None else base
        if section is not None:
            found.append(section)
    progress(len(made), len(made), "done")
    found.sort(key=lambda section: section.order)
    return Briefing(case.world.title, case, what_if, tuple(found))
