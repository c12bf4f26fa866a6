"""Ids of new acts, made like those of the record."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hansa.record.acts import Act


def stem_of(act: Act) -> str:
    """How the ids of acts of a maker about a subject begin."""
    who = act.actor or "nobody"
    return re.sub(r"\s+", "_", f"{act.subject[:200]}.{act.kind}.{who}")


def new_id(act: Act, taken: Iterable[str]) -> str:
    """An id like those of the record: subject, kind, actor, and a number if it is taken."""
    stem = stem_of(act)
    known = set(taken)
    if stem not in known:
        return stem
    number = 2
    while f"{stem}.{number}" in known:
        number += 1
    return f"{stem}.{number}"
