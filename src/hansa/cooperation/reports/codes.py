"""Kinds of incident in the codes of data sets on conflict: UCDP, ACLED and PLOVER.

A kind that a code book has no code for has none here: *unknown* is an answer, a code that
nearly fits is not. Who carried out violence decides UCDP's type, so it depends on the report's
attackers, too.

Sources: Högbladh, *UCDP Georeferenced Event Dataset Codebook Version 24.1* (2024), variable
``type_of_violence``; ACLED, *Codebook* (2023), table 1 (event and sub-event types); Open Event
Data Alliance, *PLOVER: Political Language Ontology for Verifiable Event Records* (2022),
sections on event types and modes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from hansa.cooperation.reports.report import Report
from hansa.terms.errors import BadInput
from hansa.terms.names import nearest

Scheme = Literal["UCDP", "ACLED", "PLOVER"]

VIOLENCE: Final[Mapping[int, str]] = MappingProxyType(
    {1: "state-based conflict", 2: "non-state conflict", 3: "one-sided violence"}
)
"""UCDP's types of violence."""

BOOKS: Final[Mapping[Scheme, str]] = MappingProxyType(
    {
        "UCDP": "UCDP GED Codebook 24.1, type_of_violence",
        "ACLED": "ACLED Codebook 2023, table 1",
        "PLOVER": "PLOVER 2022, events and modes",
    }
)
"""Where each scheme's codes are defined."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a scheme; ``code`` is ``""`` where the scheme has none that fits.

    ``sub`` is ACLED's sub-event type or PLOVER's mode, ``why`` what decides, or is missing.
    """

    scheme: Scheme
    code: str
    sub: str = ""
    why: str = ""

    @property
    def known(self) -> bool:
        """Whether the scheme has a code for it."""
        return bool(self.code)

    def __str__(self) -> str:
        if not self.code:
            return "unknown"
        return f"{self.code}/{self.sub}" if self.sub else self.code


def _codes(*rows: tuple[str, str, str]) -> Mapping[str, tuple[str, str]]:
    return MappingProxyType({kind: (code, sub) for kind, code, sub in rows})


ACLED: Final = _codes(("incursion", "Battles", ""), ("insurrection", "Battles", ""))
"""Event type and sub-event type by kind of incident; a sub-type only where the kind decides it."""

PLOVER: Final = _codes(
    ("armed_attack_by_state", "ASSAULT", ""),
    ("armed_attack", "ASSAULT", ""),
    ("incursion", "ASSAULT", ""),
    ("terrorism", "ASSAULT", ""),
    ("insurrection", "ASSAULT", ""),
)
"""Event type and mode by kind of incident; a mode only where the kind itself decides it."""

_MISSING: Final[Mapping[Scheme, Mapping[str, str]]] = MappingProxyType(
    {
        "UCDP": {
            "threat": "no violence took place",
            "unrest": "not organised violence by itself; coded by who killed whom",
            "ceasefire": "no violence took place",
        },
        "ACLED": {
            "armed_attack_by_state": "a battle, or remote violence: the kind does not say which",
            "armed_attack": "a battle, or remote violence: the kind does not say which",
            "terrorism": "coded by what was done (bomb, attack, abduction), not by its purpose",
            "unrest": "a protest, a riot or mob violence: the kind does not say which",
            "threat": "nothing took place",
            "ceasefire": "an agreement is coded only when it is reached",
            "smuggling": "no political violence or demonstration",
        },
        "PLOVER": {
            "unrest": "a protest, or an assault: the kind does not say which",
            "threat": "a danger is not yet somebody's act of threatening",
            "smuggling": "a crime is coded by what a state does about it",
        },
    }
)
_OUTSIDE: Final = "outside what it codes"


def ucdp(report: Report) -> Code:
    """UCDP's type of violence: who fought whom, as far as the report says.

    1 where a state's attacker and victim are named: states, or a state and an organised group.
    That groups fought each other (2), or that the victims were civilians (3), no particular
    of a report says, so these are never given.
    """
    kind = report.kind
    state = bool(report.attackers)
    if kind in ("armed_attack_by_state", "armed_attack", "incursion") and report.victims and state:
        return Code("UCDP", "1", VIOLENCE[1], "a state attacks a state")
    if kind in ("incursion", "insurrection"):
        if report.victims and report.attacker_name:
            return Code("UCDP", "1", VIOLENCE[1], "an organised group fights a state")
        return Code("UCDP", "", "", "who fought whom is not said")
    if kind in ("terrorism", "armed_attack", "armed_attack_by_state"):
        why = "who attacked, or whether civilians or forces were struck, is not said"
        return Code("UCDP", "", "", why)
    return Code("UCDP", "", "", _reason("UCDP", kind))


def code_of(report: Report, scheme: Scheme) -> Code:
    """The code of a report in a scheme, or that it has none.

    Raises
    ------
    BadInput
        If there is no such scheme.
    """
    if scheme not in BOOKS:
        raise BadInput(f"no scheme {scheme!r} of codes", nearest=nearest(scheme, BOOKS))
    if scheme == "UCDP":
        return ucdp(report)
    code, sub = (ACLED if scheme == "ACLED" else PLOVER).get(report.kind, ("", ""))
    why = BOOKS[scheme] if code else _reason(scheme, report.kind)
    return Code(scheme, code, sub, why)


def codes_of(report: Report) -> tuple[Code, ...]:
    """The codes of a report in every scheme."""
    return tuple(code_of(report, scheme) for scheme in BOOKS)


def kinds_of(scheme: Scheme, code: str, sub: str = "") -> tuple[str, ...]:
    """The kinds of incident that a code may stand for: several, or none; never one guessed.

    Raises
    ------
    BadInput
        If there is no such scheme.
    """
    if scheme not in BOOKS:
        raise BadInput(f"no scheme {scheme!r} of codes", nearest=nearest(scheme, BOOKS))
    if scheme == "UCDP":
        fights = ("armed_attack_by_state", "armed_attack", "incursion", "insurrection")
        return fights if code == "1" else ()
    table = ACLED if scheme == "ACLED" else PLOVER
    return tuple(
        kind for kind, (c, s) in table.items() if c == code and (not sub or not s or s == sub)
    )


def _reason(scheme: Scheme, kind: str) -> str:
    known = _MISSING[scheme]
    if kind in known:
        return known[kind]
    return known.get(kind.split("_", 1)[0], f"{kind or 'no kind'}: {_OUTSIDE}")


# --- statistics ---------------------------------------------------------------------------

By = Literal["kind", "area", "by", "year", "month", "state", "UCDP", "ACLED", "PLOVER"]

_BY: Final[Mapping[str, Callable[[Report], str]]] = MappingProxyType(
    {
        "kind": lambda report: report.kind or "unknown",
        "area": lambda report: report.area or "unknown",
        "by": lambda report: report.by,
        "year": lambda report: f"{report.start:%Y}",
        "month": lambda report: f"{report.start:%Y-%m}",
        "state": lambda report: report.place_state or "unknown",
        "UCDP": lambda report: str(code_of(report, "UCDP")),
        "ACLED": lambda report: str(code_of(report, "ACLED")),
        "PLOVER": lambda report: str(code_of(report, "PLOVER")),
    }
)


@dataclass(frozen=True, slots=True)
class Count:
    """Reports, and events, of one value; deaths where some report gives them.

    Several reports of one event count once among the events; of their deaths the largest
    number counts, so that the same death is not counted twice.
    """

    value: str
    reports: int
    events: int
    deaths: int | None


def counts(
    reports: Iterable[Report],
    by: By = "kind",
    *,
    events: Mapping[str, str] | None = None,
) -> tuple[Count, ...]:
    """How many reports and events there are of each value, by value.

    Parameters
    ----------
    reports : iterable of Report
        Withdrawn ones are left out.
    by : {"kind", "area", "by", "year", "month", "state", "UCDP", "ACLED", "PLOVER"}
        What to count by; what no code stands for is counted as ``unknown``.
    events : mapping of str to str, optional
        The event of each report, by its id (`hansa.cooperation.reports.duplicates.events`);
        without it every incident is an event.

    Raises
    ------
    BadInput
        If there is nothing of that name to count by.
    """
    if by not in _BY:
        raise BadInput(f"reports are not counted by {by!r}", nearest=nearest(by, _BY))
    number: Counter[str] = Counter()
    deaths: dict[str, dict[str, int | None]] = {}
    for report in reports:
        if report.withdrawn:
            continue
        value = _BY[by](report)
        event = report.incident if events is None else events.get(report.id, report.id)
        number[value] += 1
        told = deaths.setdefault(value, {})
        before = told.get(event)
        if report.deaths is None:
            told.setdefault(event, None)
        else:
            told[event] = report.deaths if before is None else max(before, report.deaths)
    found = []
    for value in sorted(number):
        said = [count for count in deaths[value].values() if count is not None]
        found.append(Count(value, number[value], len(deaths[value]), sum(said) if said else None))
    return tuple(found)
