"""What a request asks for: limit, position and filters, read strictly.

Source: OASIS, *TAXII Version 2.1*, section 3.4 (filtering), 3.5 (pagination).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from hansa.faces.web.taxii import moments
from hansa.faces.web.taxii.media import Refusal
from hansa.terms.names import nearest

PAGE: Final = 1000
"""Things on one page at most, and if no limit is asked for."""
MOST: Final = 200
"""Values that one filter may list."""
_MATCH: Final = ("id", "type", "version", "spec_version")
_ID = re.compile(r"[a-z][a-z0-9-]{2,249}--[0-9a-fA-F-]{36}")
_TYPE = re.compile(r"[a-z0-9][a-z0-9-]{2,249}")
_SPEC = re.compile(r"\d{1,3}\.\d{1,3}")

PAGED: Final = ("limit", "next", "added_after")
OBJECTS: Final = (*PAGED, *(f"match[{name}]" for name in _MATCH))
ONE_OBJECT: Final = (*PAGED, "match[version]", "match[spec_version]")
VERSIONS: Final = (*PAGED, "match[spec_version]")
REMOVAL: Final = ("match[version]", "match[spec_version]")


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for.

    Parameters
    ----------
    limit : int
        Things on the page.
    next : str
        The token of the page before, ``""`` for the first.
    added_after : int, optional
        Microseconds since 1970; only what was added later.
    ids, types, specs : frozenset of str
        Empty: any.
    versions : frozenset of str or int
        ``all``, ``first``, ``last``, and moments in microseconds.
    """

    limit: int = PAGE
    next: str = ""
    added_after: int | None = None
    ids: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    specs: frozenset[str] = frozenset()
    versions: frozenset[str | int] = frozenset({"last"})

    @property
    def digest(self) -> str:
        """Equal for the same question, however its values are ordered; the limit may change."""
        parts = (
            self.added_after, sorted(self.ids), sorted(self.types), sorted(self.specs),
            sorted(map(str, self.versions)),
        )  # fmt: skip
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]

    @property
    def plain(self) -> bool:
        """Whether nothing but the last versions of everything is asked for."""
        return not (self.ids or self.types or self.specs) and self.versions == {"last"}


def filters_in(query: str, allowed: tuple[str, ...]) -> Filters:
    """The filters of an address.

    Parameters
    ----------
    query : str
        What stands behind the question mark.
    allowed : tuple of str
        The parameters that the resource knows.

    Raises
    ------
    Refusal
        400 for what is unknown, given twice, or makes no sense.
    """
    given = _given(query, allowed)
    after = given.get("added_after")
    return Filters(
        limit=_limit(given.get("limit")),
        next=given.get("next", ""),
        added_after=None if after is None else _moment("added_after", after),
        ids=_listed(given, "id", _ID),
        types=_listed(given, "type", _TYPE),
        specs=_listed(given, "spec_version", _SPEC),
        versions=_versions(given),
    )


def _given(query: str, allowed: tuple[str, ...]) -> Mapping[str, str]:
    try:
        pairs = parse_qsl(
            query, keep_blank_values=True, strict_parsing=bool(query), errors="strict",
            max_num_fields=20,
        )  # fmt: skip
    except ValueError:
        raise Refusal(400, "the parameters of the address cannot be read") from None
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in allowed:
            close = nearest(name[:80], allowed)
            hint = f"did you mean {' or '.join(close)}?" if close else ""
            raise Refusal(400, f"there is no parameter {name[:80]!r} here", remedy=hint)
        if name in found:
            raise Refusal(
                400, f"{name} is given twice", remedy="separate several values with commas"
            )
        if not value:
            raise Refusal(400, f"{name} is given without a value")
        found[name] = value
    return found


def _limit(text: str | None) -> int:
    if text is None:
        return PAGE
    if not (text.isascii() and text.isdigit() and len(text) < 12 and int(text) > 0):
        raise Refusal(400, f"limit={text[:40]!r} is not a whole number above zero")
    return min(int(text), PAGE)


def _moment(name: str, text: str) -> int:
    found = moments.read(text)
    if found is None:
        raise Refusal(
            400, f"{name}={text[:60]!r} is not a moment in UTC",
            remedy="write 2007-10-05T12:00:00.000000Z",
        )  # fmt: skip
    return found


def _values(given: Mapping[str, str], name: str) -> list[str]:
    text = given.get(f"match[{name}]")
    parts = [] if text is None else text.split(",")
    if len(parts) > MOST:
        raise Refusal(400, f"match[{name}] lists more than {MOST} values")
    return parts


def _listed(given: Mapping[str, str], name: str, form: re.Pattern[str]) -> frozenset[str]:
    parts = _values(given, name)
    for part in parts:
        if not form.fullmatch(part):
            raise Refusal(400, f"match[{name}]={part[:80]!r} makes no sense")
    return frozenset(parts)


def _versions(given: Mapping[str, str]) -> frozenset[str | int]:
    parts = _values(given, "version")
    words: set[str | int] = {part for part in parts if part in ("all", "first", "last")}
    times = {_moment("match[version]", part) for part in parts if part not in words}
    if "all" in words and len(parts) > 1:
        raise Refusal(400, "match[version]=all stands alone")
    return frozenset(words | times) or frozenset({"last"})
