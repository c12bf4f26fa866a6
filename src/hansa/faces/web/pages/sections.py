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


def briefed(case: Case, other: Case | None = None) -> tuple[Section, ...]:
    """The sections of the briefing, beside a what-if if one is given, in their order.

    As `hansa.studies.brief`, but a section that cannot be made says why, and the others stay.
    """
    found = []
    for name, contribute in contributors():
        base = _made(name, contribute, case)
        after = base if other is None else _made(name, contribute, other)
        section = base if other is None else compare(base, after)
        if section is not None:
            found.append(section)
    return tuple(sorted(found, key=lambda section: section.order))


def _made(name: str, contribute: Contributor, case: Case) -> Section | None:
    try:
        return contribute(case)
    except HansaError as wrong:
        title = name.replace("_", " ").capitalize()
        return Section(name, title, 800, limits=(wrong.sentence(),))
