"""The payload column of act tables: ``status=observer; states=[MDA UKR]; shares={RUS:40 BLR:20}``.

Values are texts; ``true`` and ``false`` are truth values, whole numbers are integers,
square brackets hold lists and braces hold mappings, their items separated by blanks.
"""

from __future__ import annotations

import re

from hansa.record.acts import Json
from hansa.terms.errors import BadInput, Place

_PAIR = re.compile(
    r"\s*([a-z_][a-z0-9_]*)\s*=\s*(\[[^\]]*\]|\{[^}]*\}|\"[^\"]*\"|[^;]*?)\s*(?:;|$)"
)


def _value(text: str, where: Place) -> Json:
    if text.startswith("["):
        return list(text[1:-1].split())
    if text.startswith("{"):
        pairs: dict[str, Json] = {}
        for item in text[1:-1].split():
            key, sep, value = item.partition(":")
            if not sep:
                raise BadInput(f"{item!r} is not KEY:VALUE", where=where)
            pairs[key] = value
        return pairs
    if text.startswith('"'):
        return text[1:-1]
    if text in ("true", "false"):
        return text == "true"
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else text


def read_payload(text: str, where: Place) -> dict[str, Json]:
    """Read one payload.

    Raises
    ------
    BadInput
        With the position at which reading stopped.
    """
    found: dict[str, Json] = {}
    position = 0
    while position < len(text.rstrip()):
        match = _PAIR.match(text, position)
        if match is None:
            at = Place(where.file, where.row, where.column, position)
            raise BadInput(
                f"cannot read {text[position : position + 30]!r}",
                where=at,
                remedy="write KEY=VALUE; KEY=[A B]; KEY={A:1 B:2}",
            )
        found[match[1]] = _value(match[2], where)
        position = match.end()
    return found
