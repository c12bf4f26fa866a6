"""Nearest known names, for messages about unknown ones."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from hansa.terms.errors import Place, UnknownCode


def nearest(name: str, known: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """Up to ``limit`` known names that look most like ``name``, best first."""
    pool = {candidate.casefold(): candidate for candidate in known}
    hits = difflib.get_close_matches(name.casefold(), list(pool), n=limit, cutoff=0.5)
    return tuple(pool[hit] for hit in hits)


def unknown(
    what: str, name: str, known: Iterable[str], *, where: Place | None = None, remedy: str = ""
) -> UnknownCode:
    """The error for a ``what`` (e.g. ``"state"``) that is not among ``known``."""
    return UnknownCode(
        f"unknown {what} {name!r}", where=where, nearest=nearest(name, known), remedy=remedy
    )
