"""Kinds of parameters that readers may give, with the bounds of each.

None of them is a path: a text here is looked up in a table or parsed, and what a verb would
open is either no parameter of a question at all or must be the name of a known thing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hansa.faces.web.api.signatures import DAY as DAY_PATTERN
from hansa.faces.web.pages.page import View, within
from hansa.studies.case import Case
from hansa.studies.sections.incidents import incidents_of
from hansa.terms.days import day
from hansa.terms.errors import BadInput
from hansa.terms.names import unknown

PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
TERMS_PATTERN = r"^[\w .,:=+%/\-]*$"
_HUGE = re.compile(r"\d[eE]|\d{10}")


@dataclass(frozen=True, slots=True)
class Kind:
    """What may be given: ``limits`` as pydantic takes them, ``items`` for each of a list."""

    limits: Mapping[str, Any] = field(default_factory=dict)
    items: int = 0

    def right(self, name: str, value: Any, view: View, given: Mapping[str, Any]) -> Any:
        """The value as the verb gets it.

        Raises
        ------
        BadInput
            If there is nothing of the kind.
        """
        return value


class Day(Kind):
    """A day between 1800 and 2200."""

    __slots__ = ()

    def right(self, name: str, value: Any, view: View, given: Mapping[str, Any]) -> Any:
        return within(value, view.today).isoformat() if value else value


class Terms(Kind):
    """Names with numbers: ``RUS=88,KAZ=7``, ``leader:RUS``, ``8%``; no number that is huge."""

    __slots__ = ()

    def right(self, name: str, value: Any, view: View, given: Mapping[str, Any]) -> Any:
        if isinstance(value, str) and _HUGE.search(value):
            raise BadInput(
                f"{name}: a number has too many digits", remedy="write at most nine, no exponent"
            )
        return value


class Incident(Kind):
    """The name of an incident on record: verbs would open a file of another name."""

    __slots__ = ()

    def right(self, name: str, value: Any, view: View, given: Mapping[str, Any]) -> Any:
        if not value:
            return value
        on = day(given["on"]) if given.get("on") else view.today
        known_on = day(given["known_on"]) if given.get("known_on") else None
        known = {item.id for item in incidents_of(Case(view.world, on, known_on))[0]}
        if value not in known:
            raise unknown("incident", str(value)[:80], known)
        return value


def number(low: float, high: float) -> Kind:
    """A number between two, both included."""
    return Kind({"ge": low, "le": high, "allow_inf_nan": False})


DAY = Day({"max_length": 10, "pattern": DAY_PATTERN})
NAME = Kind({"max_length": 200, "pattern": PRINTABLE})
"""One name or code, looked up in a table."""
NAMES = Kind({"max_length": 1000, "pattern": PRINTABLE})
"""Several, separated by commas."""
LIST = Kind({"max_length": 12}, items=100)
"""Several, given one by one."""
TERMS = Terms({"max_length": 300, "pattern": TERMS_PATTERN})
INCIDENT = Incident({"max_length": 200, "pattern": PRINTABLE})
CHOICE = Kind()
"""One of the words that the verb's own type lists."""
YES = Kind()
YEAR = number(1900, 2100)
SEED = number(0, 2**31 - 1)
SHARE = number(0, 1)
