"""Sections of pages from verbs' answers; what fails is said where it failed."""

from __future__ import annotations

from collections.abc import Callable

from hansa.studies.briefing import Contributor, contributors
from hansa.studies.case import Case
from hansa.studies.difference import compare
from hansa.terms.errors import HansaError
from hansa.terms.exhibits import Answer, Exhibit, Section, Statement


def of_answer(key: str, title: str, order: int, ask: Callable[[], Answer]) -> Section:
    """A section from a verb's answer.

    An error is a finding too: the other sections of the page stay as they are.
    """
    try:
        answer = ask()
    except HansaError as wrong:
        return Section(key, title, order, limits=(wrong.sentence(),))
    return Section(key, title, order, answer.statements, answer.exhibits, answer.limits)


def exhibits_of(answer: Answer, *keys: str) -> tuple[Exhibit, ...]:
    """The exhibits of an answer that have one of these keys."""
    return tuple(exhibit for exhibit in answer.exhibits if exhibit.key in keys)


def only(section: Section, *keys: str) -> Section:
    """The section with these exhibits only, and without its sentences."""
    kept = tuple(exhibit for exhibit in section.exhibits if exhibit.key in keys)
    said: tuple[Statement, ...] = () if kept else section.statements
    return Section(section.key, section.title, section.order, said, kept, section.limits)


def briefed(case: Case) -> tuple[Section, ...]:
    """The sections of the briefing, in their order.

    As `hansa.studies.brief`, but a section that cannot be made says why, and the others stay.
    """
    made = (_made(name, contribute, case) for name, contribute in contributors())
    return tuple(sorted((s for s in made if s is not None), key=lambda section: section.order))


def beside(case: Case, other: Case) -> tuple[tuple[Section | None, Section], ...]:
    """Each section as it is, and as it would be with its differences marked."""
    found = []
    for name, contribute in contributors():
        base, after = _made(name, contribute, case), _made(name, contribute, other)
        marked = compare(base, after)
        if marked is not None:
            found.append((base, marked))
    return tuple(sorted(found, key=lambda pair: pair[1].order))


def _made(name: str, contribute: Contributor, case: Case) -> Section | None:
    try:
        return contribute(case)
    except HansaError as wrong:
        title = name.replace("_", " ").capitalize()
        return Section(name, title, 800, limits=(wrong.sentence(),))
