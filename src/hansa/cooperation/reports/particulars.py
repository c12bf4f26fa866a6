"""Particulars of acts as values: lists of words, numbers within bounds, moments."""

from __future__ import annotations

from datetime import datetime

from hansa.record.acts import Json
from hansa.terms.errors import BadInput, Place


def words(value: Json) -> tuple[str, ...]:
    """A list, or a text's words."""
    if isinstance(value, list):
        return tuple(str(item) for item in value)
    return tuple(value.split()) if isinstance(value, str) else ()


def number(value: Json, least: float, most: float, name: str, where: Place) -> float | None:
    """A number between bounds, ``None`` if none is given.

    Raises
    ------
    BadInput
        If it is none, or beyond its bounds.
    """
    if value is None or value == "":
        return None
    try:
        found = float(str(value))
    except ValueError:
        found = most + 1
    if not least <= found <= most:
        raise BadInput(f"{value!r} is not a {name} ({least:g} to {most:g})", where=where)
    return found


def moment(text: str, where: Place) -> datetime | None:
    """A moment with its time zone, ``None`` if none is given.

    Raises
    ------
    BadInput
        If it is no moment, or says no zone.
    """
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise BadInput(
            f"{text!r} is not a moment with its time zone", where=where,
            remedy="write 2007-10-06T12:00:00+05:00",
        )  # fmt: skip
    return found
