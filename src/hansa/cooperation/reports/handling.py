"""How a report is handled on a day: marked how, for whom, called back from whom.

Only what its author says counts: a release, a correction or a withdrawal by somebody else
changes nothing, wherever it was recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from hansa.cooperation.agreements.areas import area_of_kind
from hansa.cooperation.reports.groups import Ground
from hansa.cooperation.reports.report import Report, report_of
from hansa.record.acts import Act, Json
from hansa.record.entry import effect_of
from hansa.record.ledger import fold
from hansa.record.markings import Marking, named
from hansa.record.register import Register
from hansa.terms.days import Day

CHANGES: Final = ("correct", "release", "withdraw")
"""Acts that change a report."""


@dataclass(frozen=True, slots=True)
class Handling:
    """How a report is to be handled: whose it is, on what, marked how, for and from whom.

    ``before`` says for each release (by its act's id) how the report was handled before it;
    ``ever`` are all whom it was ever meant for, ``anybody`` if that cannot be told.
    """

    author: str
    area: str
    tlp: str
    audience: frozenset[str]
    recalled: frozenset[str] = frozenset()
    withdrawn: bool = False
    before: tuple[tuple[str, Handling], ...] = ()
    ever: frozenset[str] = frozenset()
    anybody: bool = True

    def knowing(self, ground: Ground) -> frozenset[str] | None:
        """The actors that may ever have known of the report, on any day; ``None``: anybody."""
        return None if self.anybody else ground.actors(self.ever)

    def marking(self, ground: Ground) -> Marking:
        """The marking that lets read exactly those who may on the ground's day."""
        groups = ground.groups(self.author, self.area, self.tlp, self.audience)
        found = {token for group in groups for token in group.tokens}
        found |= {name for name in self.audience if name.startswith("account:")}
        body = ground.register.timeline.bodies.get(self.author)
        author = body.organisation if body is not None else self.author
        return Marking(
            self.tlp, frozenset(found), author, settled=True, recalled=self.recalled,
            closed=self.withdrawn,
        )  # fmt: skip


def standing_changes(made: Act, changes: Iterable[Act], on: Day) -> tuple[Act, ...]:
    """The changes of a report that count on a day: by its author, and not taken back.

    Parameters
    ----------
    made : Act
        The report.
    changes : iterable of Act
        Acts about it, and acts about those.
    on : Day
        Releases that have effect later do not count yet.
    """
    known = [act for act in changes if act.kind in CHANGES]
    about = [act for act in known if act.subject == made.id and act.actor == made.actor]
    releases = {act.id: act for act in about if act.kind == "release"}
    later = [act for act in known if act.subject in releases and act.kind != "release"]
    later = [act for act in later if act.actor == releases[act.subject].actor]
    kept = fold([*releases.values(), *later]).acts if later else tuple(releases.values())
    standing = [act for act in about if act.kind != "release"]
    standing += [act for act in kept if act.kind == "release" and effect_of(act) <= on]
    return tuple(sorted(standing, key=lambda act: (act.recorded, act.id)))


def reports_on(acts: Iterable[Act], on: Day) -> tuple[Report, ...]:
    """The reports made by a day as they stand on it, withdrawn ones included.

    Unlike `hansa.cooperation.reports.reports` this leaves out what others than a report's
    author say about it, and releases that have no effect yet.

    Raises
    ------
    BadInput
        If a particular makes no sense.
    """
    known = tuple(acts)
    about = Chain(known)
    made = sorted(
        (act for act in known if act.kind == "report" and act.on <= on),
        key=lambda act: (act.recorded, act.id),
    )
    return tuple(report_of(act, standing_changes(act, about(act.id), on)) for act in made)


class Chain:
    """Changes of acts, and changes of those, by what they are about."""

    def __init__(self, acts: Iterable[Act] = ()) -> None:
        self._by_subject: dict[str, list[Act]] = {}
        for act in acts:
            self.add(act)

    def add(self, act: Act) -> None:
        """Take one more act."""
        if act.kind in CHANGES:
            self._by_subject.setdefault(act.subject, []).append(act)

    def __call__(self, report: str) -> tuple[Act, ...]:
        first = self._by_subject.get(report, ())
        deeper = (act for change in first for act in self._by_subject.get(change.id, ()))
        return (*first, *deeper)


def handling_of(made: Act, changes: Iterable[Act], on: Day) -> Handling:
    """How a report is handled on a day, by the act that made it and the changes of it.

    Raises
    ------
    BadInput
        If a correction makes no sense.
    """
    standing = standing_changes(made, changes, on)
    corrections = [act for act in standing if act.kind == "correct"]
    folded = fold([made, *corrections]).acts if corrections else (made,)
    now = next(act for act in folded if act.id == made.id)
    kind = str(now.payload.get("kind", ""))
    area = str(now.payload.get("area") or area_of_kind(kind))
    found = Handling(now.actor, area, _colour(now.payload), named(now.payload.get("audience")),
                     withdrawn=any(act.kind == "withdraw" for act in standing))  # fmt: skip
    before: list[tuple[str, Handling]] = []
    for act in standing:
        if act.kind == "release":
            before.append((act.id, found))
            found = released(found, act)
    ever, anybody = _ever(made, [act for act in changes if act.actor == made.actor])
    return replace(found, before=tuple(before), ever=ever | {now.actor}, anybody=anybody)


def _ever(made: Act, changes: Iterable[Act]) -> tuple[frozenset[str], bool]:
    """All whom a report was ever meant for, standing or not; whether that may be anybody."""
    said = [made.payload]
    for act in changes:
        inner = act.payload.get("payload")
        said.append(inner if act.kind == "correct" and isinstance(inner, dict) else act.payload)
    names = frozenset(name for one in said for name in named(one.get("audience")))
    colours = {_colour(one) for one in said if one is made.payload or "tlp" in one}
    anybody = not colours.isdisjoint(("CLEAR", "GREEN", "RED"))
    return names | {made.actor}, anybody or any(name.startswith("account:") for name in names)


def released(handling: Handling, act: Act) -> Handling:
    """What a release makes of a handling."""
    said = act.payload
    found = handling
    if "tlp" in said:
        found = replace(found, tlp=_colour(said))
    if "audience" in said:
        audience = named(said["audience"])
        found = replace(found, audience=audience, recalled=found.recalled - audience)
    return replace(found, recalled=found.recalled | named(said.get("recall")))


def _colour(said: Mapping[str, Json]) -> str:
    return str(said.get("tlp") or "CLEAR").upper().removeprefix("TLP:")


def recalls(report: Report, register: Register) -> tuple[tuple[str, Act], ...]:
    """From whom a report is called back on the register's day, and by which act."""
    found: dict[str, Act] = {}
    ledger = register.timeline.ledger
    acts = [act for act in ledger.about(report.id, "release") if act.id in report.acts]
    for act in sorted(acts, key=lambda act: (act.recorded, act.id)):
        if effect_of(act) > register.day:
            continue
        for name in named(act.payload.get("audience")):
            found.pop(name, None)
        found |= dict.fromkeys(sorted(named(act.payload.get("recall"))), act)
    return tuple(found.items())
