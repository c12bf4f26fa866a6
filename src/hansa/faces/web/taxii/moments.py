"""Moments as whole microseconds since 1970: how they are compared, written and read.

Source: STIX 2.1 section 2.16 and TAXII 2.1 section 1.6.2: RFC 3339, in UTC, ending in ``Z``.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)
_WRITTEN = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,30}))?Z")


def ticks(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - EPOCH) // _TICK


def moment_at(tick: int) -> datetime:
    """The inverse."""
    return EPOCH + tick * _TICK


def written(tick: int) -> str:
    """A moment with all its microseconds: ``2007-10-05T12:00:00.000001Z``."""
    return moment_at(tick).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def read(text: str) -> int | None:
    """The microseconds of a timestamp, ``None`` if it is none; what is finer is cut off."""
    found = _WRITTEN.fullmatch(text)
    if found is None or not text.isascii():
        return None
    try:
        whole = datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
    except ValueError:
        return None
    return ticks(whole) + int((found[2] or "")[:6].ljust(6, "0"))
