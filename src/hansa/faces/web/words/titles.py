"""Titles that name something: how they read in each language."""

from __future__ import annotations

import re

TITLES = (
    "Agenda of %(name)s",
    "Documents of %(name)s",
    "Delegations at %(name)s",
    "%(name)s over time",
    "%(name)s: rule and record",
    "%(name)s: power beside shares",
    "%(name)s: a common tariff by rule",
    "%(name)s: average tariffs of the members",
    "Changes from %(start)s to %(end)s",
    "Sources of the acts from %(start)s to %(end)s",
    "Cells mended in the trade matrix of %(year)s",
    "Trade in %(year)s",
    "Ties on %(day)s",
    "Movement among states of %(name)s on %(day)s",
    "The mandate for %(name)s",
    "From incident to force plan: %(name)s",
    "Leaving and joining %(name)s",
    "Real income under changes of %(name)s",
    "Who might join %(name)s, one at a time, under its common tariff",
    "Members whom %(one)s and %(other)s would ask twice",
    "Duties of %(one)s and %(other)s that meet or clash",
    "Posts: %(one)s and %(other)s pooled",
    "%(one)s and %(other)s together",
    "%(body)s adopts the matter.",
)
"""As engines write them; what stands in for a name is put into the translation as it is."""


def _pattern(title: str) -> re.Pattern[str]:
    parts = re.split(r"%\((\w+)\)s", title)
    made = (f"(?P<{part}>.+)" if n % 2 else re.escape(part) for n, part in enumerate(parts))
    return re.compile("".join(made))


_PATTERNS = [(title, _pattern(title)) for title in TITLES]


def split(text: str) -> tuple[str, dict[str, str]] | None:
    """Which of `TITLES` a text is, and what it names; ``None`` if it is none of them."""
    for title, pattern in _PATTERNS:
        found = pattern.fullmatch(text)
        if found is not None:
            return title, found.groupdict()
    return None
