"""Cells of a table of reports: how each column is read, and why a cell makes no sense."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from typing import Final

from hansa.cooperation.agreements.areas import AREAS
from hansa.cooperation.exchange.tables import split
from hansa.cooperation.reports.report import CREDIBILITY, RELIABILITY
from hansa.record.acts import Json
from hansa.record.markings import COLOURS
from hansa.terms.days import day
from hansa.terms.errors import BadInput

LONGEST: Final = 8_192
"""Characters that a text of an act may have."""
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SHA: Final = re.compile(r"[0-9a-fA-F]{64}")

Check = Callable[[str], Json]
"""A cell's value; raises `Wrong` if it has none."""


Why = tuple[str, str, Collection[str]]
"""Why a cell makes no sense, and the word in it that is to be one of those known."""


class Wrong(Exception):
    """A cell makes no sense."""

    def __init__(self, why: str, word: str = "", known: Collection[str] = ()) -> None:
        super().__init__(why)
        self.why: Why = (why, word, known)


def checks_of(states: Collection[str], kinds: Collection[str] | None) -> dict[str, Check]:
    """How the cells of each column are read."""
    state = _one_of("state", states)

    def several(cell: str) -> Json:
        return [state(code) for code in split(cell)]

    return {
        "id": _text, "incident": _text, "by": _text,
        "kind": _text if kinds is None else _one_of("kind of incident", kinds),
        "area": _one_of("area of cooperation", AREAS), "start": _day, "end": _day,
        "place": _text, "place_state": state, "latitude": _within(-90, 90, "latitude"),
        "longitude": _within(-180, 180, "longitude"), "victims": several, "attackers": several,
        "attacker_name": _text, "title": _text, "text": _text, "language": _text,
        "reliability": _one_of("reliability", RELIABILITY),
        "credibility": _one_of("credibility", CREDIBILITY), "tlp": _tlp, "audience": _list,
        "deaths": _whole, "evidence": _evidence, "same_as": _list,
    }  # fmt: skip


def _text(cell: str) -> str:
    if len(cell) > LONGEST:
        raise Wrong(f"a text has {len(cell):,} characters, more than {LONGEST:,}")
    if _CONTROL.search(cell):
        raise Wrong("it holds control characters")
    return cell


def _one_of(what: str, known: Collection[str]) -> Callable[[str], str]:
    def check(cell: str) -> str:
        if cell not in known:
            raise Wrong(f"unknown {what} {cell[:60]!r}", cell[:60], known)
        return cell

    return check


def _tlp(cell: str) -> str:
    colour = cell.upper().removeprefix("TLP:")
    if colour not in COLOURS:
        raise Wrong(f"unknown colour {cell[:60]!r}", colour[:60], COLOURS)
    return colour


def _day(cell: str) -> str:
    try:
        return day(cell).isoformat()
    except BadInput as wrong:
        close = wrong.nearest[0] if wrong.nearest else ""
        raise Wrong(wrong.what[:200], close, wrong.nearest) from None


def _within(least: float, most: float, name: str) -> Check:
    def check(cell: str) -> Json:
        try:
            found = float(cell)
        except ValueError:
            found = most + 1
        if not least <= found <= most:
            raise Wrong(f"{cell[:60]!r} is not a {name} ({least:g} to {most:g})")
        return found

    return check


def _whole(cell: str) -> Json:
    if not (cell.isascii() and cell.isdigit() and len(cell) <= 10 and int(cell) <= 10**9):
        raise Wrong(f"{cell[:60]!r} is not a number of deaths")
    return int(cell)


def _list(cell: str) -> Json:
    return [_text(item) for item in split(cell)]


def _evidence(cell: str) -> Json:
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(
        isinstance(digest, str) and _SHA.fullmatch(digest) for digest in found.values()
    ):
        raise Wrong(f"{cell[:60]!r} is no JSON object of names and SHA-256")
    return {_text(str(name)): str(digest) for name, digest in found.items()}
