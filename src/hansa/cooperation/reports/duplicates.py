"""Reports that are likely of the same event: scored with reasons, linked by acts, never merged.

Two reports are compared if they are of the same area, at most `DAYS` apart and, where both say
where, at most `KILOMETRES` apart on the ellipsoid. The score is the mean of what is known of
four things: kind, day, place and words. What one of them does not say counts neither way.

A link is somebody's act: a report, or a correction of one's own, that names others in
``same_as``. Linked reports make one event in statistics and stay reports of their authors.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pyproj import Geod

from hansa.cooperation.reports.report import Report
from hansa.terms.reasons import Because, Reason

DAYS: Final = 3
"""Further apart in days two reports are not held to be of one event."""
KILOMETRES: Final = 75.0
"""Further apart two reports are not held to be of one event."""
LIKELY: Final = 0.6
"""The least score of a likely duplicate."""
_GEOD: Final = Geod(ellps="WGS84")
_WORD: Final = re.compile(r"\w+")
_WEIGHTS: Final = {"kind": 2.0, "days": 2.0, "place": 3.0, "words": 2.0, "parties": 1.0}


@dataclass(frozen=True, slots=True)
class Likely:
    """Two reports that are likely of the same event; ``linked`` if an act says that they are."""

    first: str
    second: str
    score: float
    linked: bool
    because: Because


@dataclass(frozen=True, slots=True)
class _Words:
    report: Report
    shingles: frozenset[str]


def kilometres(one: Report, other: Report) -> float | None:
    """The distance of two reports' places on the ellipsoid, ``None`` if one says none."""
    if one.latitude is None or one.longitude is None:
        return None
    if other.latitude is None or other.longitude is None:
        return None
    _, _, metres = _GEOD.inv(one.longitude, one.latitude, other.longitude, other.latitude)
    return float(metres) / 1000


def _far_north(one: Report, other: Report, far: float) -> bool:
    """Whether the latitudes alone are too far apart: a degree is never less than 110.5 km."""
    if one.latitude is None or other.latitude is None:
        return False
    if one.longitude is None or other.longitude is None:
        return False
    return abs(one.latitude - other.latitude) * 110.5 > far


def days_apart(one: Report, other: Report) -> int:
    """The days between two reports' events; 0 if they meet."""
    first, second = sorted((one, other), key=lambda report: report.start)
    return max((second.start - (first.end or first.start)).days, 0)


def likely_duplicates(
    reports: Iterable[Report],
    *,
    least: float = LIKELY,
    days: int = DAYS,
    far: float = KILOMETRES,
) -> tuple[Likely, ...]:
    """Pairs of reports that are likely of the same event, the likeliest first.

    Parameters
    ----------
    reports : iterable of Report
        Withdrawn ones are left out.
    least : float
        The least score (0 to 1).
    days, far : int, float
        The greatest distance in days and in kilometres.
    """
    standing = [report for report in reports if not report.withdrawn]
    event = events(standing)
    by_area: dict[str, list[_Words]] = {}
    for report in sorted(standing, key=lambda report: (report.start, report.id)):
        known = _Words(report, _shingles(f"{report.title} {report.place}"))
        by_area.setdefault(report.area or report.kind, []).append(known)
    found = []
    for group in by_area.values():
        starts = [known.report.start.toordinal() for known in group]
        for k, one in enumerate(group):
            last = (one.report.end or one.report.start).toordinal() + days
            for other in group[k + 1 : bisect_left(starts, last + 1)]:
                pair = _compared(one, other, days, far)
                if pair is not None and pair[0] >= least:
                    linked = event[one.report.id] == event[other.report.id]
                    found.append(Likely(one.report.id, other.report.id, pair[0], linked, pair[1]))
    return tuple(sorted(found, key=lambda pair: (-pair.score, pair.first, pair.second)))


def _compared(one: _Words, other: _Words, days: int, far: float) -> tuple[float, Because] | None:
    a, b = one.report, other.report
    if a.by == b.by and a.incident != b.incident:
        return None  # an author that reports twice tells two incidents apart
    if _far_north(a, b, far):
        return None  # most pairs: no geodesic is needed
    apart = days_apart(a, b)
    distance = kilometres(a, b)
    if apart > days or (distance is not None and distance > far):
        return None
    said: dict[str, tuple[float, str]] = {}
    same = a.kind == b.kind
    said["kind"] = (float(same), f"both of {a.kind}" if same else f"{a.kind} and {b.kind}")
    said["days"] = (1 - apart / (days + 1), f"{apart} days apart")
    if distance is not None:
        said["place"] = (1 - distance / far, f"{distance:.1f} km apart")
    elif a.place_state and b.place_state and a.place_state != b.place_state:
        return None
    alike = _alike(one.shingles, other.shingles)
    if alike is not None:
        said["words"] = (alike, f"titles and places agree by {alike:.0%}")
    parties = _parties(a, b)
    if parties is not None:
        said["parties"] = parties
    whole = sum(_WEIGHTS[name] for name in said)
    score = sum(_WEIGHTS[name] * value for name, (value, _) in said.items()) / whole
    reasons = [Reason("number", text, name) for name, (_, text) in said.items()]
    if a.incident == b.incident:
        reasons.insert(0, Reason("rule", f"both are about {a.incident}", a.incident))
        score = 1.0
    return score, tuple(reasons)


def _parties(a: Report, b: Report) -> tuple[float, str] | None:
    victims = {*a.victims}, {*b.victims}
    if not all(victims):
        return None
    share = len(victims[0] & victims[1]) / len(victims[0] | victims[1])
    return share, f"victims {' '.join(a.victims)} and {' '.join(b.victims)}"


def _shingles(text: str) -> frozenset[str]:
    """Threes of letters of a text's words, in any script."""
    words = [f" {word} " for word in _WORD.findall(text.casefold())]
    return frozenset(word[k : k + 3] for word in words for k in range(max(len(word) - 2, 1)))


def _alike(one: frozenset[str], other: frozenset[str]) -> float | None:
    """Dice's coefficient of two texts' threes of letters, ``None`` if one says nothing."""
    if not one or not other:
        return None
    return 2 * len(one & other) / (len(one) + len(other))


# --- links --------------------------------------------------------------------------------


def events(reports: Iterable[Report]) -> Mapping[str, str]:
    """The event of each report: the first report (by record) of those that acts link.

    Reports of one incident, and reports that name each other in ``same_as``, are linked.
    """
    known = sorted(reports, key=lambda report: (report.recorded, report.id))
    parent = {report.id: report.id for report in known}
    place = {report.id: k for k, report in enumerate(known)}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    first: dict[str, str] = {}
    for report in known:
        links = [first.setdefault(report.incident, report.id), *report.same_as]
        for name in links:
            if name in parent:
                a, b = sorted((root(report.id), root(name)), key=place.__getitem__)
                parent[b] = a
    return {report.id: root(report.id) for report in known}


def linked_groups(reports: Iterable[Report]) -> tuple[tuple[str, ...], ...]:
    """Reports of the same event, as acts say; those that stand alone are left out."""
    found: dict[str, list[str]] = {}
    for name, event in events(reports).items():
        found.setdefault(event, []).append(name)
    return tuple(tuple(group) for group in found.values() if len(group) > 1)
