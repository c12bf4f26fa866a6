"""Who may read a report on a day, and by which article.

The rule of release: what is ``CLEAR`` is everybody's; its author always reads a report, except
``RED``, which only accounts named one by one read; ``GREEN`` is read by whoever acts for a
delegation or a secretariat; ``AMBER`` and ``AMBER+STRICT`` by the sharing groups of its
audience on the day of *reading* (`hansa.cooperation.reports.groups`). A recall takes readers
away. What was taken back keeps no reader but its author; that it was taken back, or recalled,
is told to those who could read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from hansa.cooperation.reports.groups import Ground, Group, article_of, tlp
from hansa.cooperation.reports.handling import Chain, Handling, handling_of, recalls
from hansa.cooperation.reports.report import Report
from hansa.record.acts import Act
from hansa.record.entry import reason_of
from hansa.record.mandates import Mandate
from hansa.record.markings import Reader, barred, may_see, speaks_for
from hansa.record.register import Register
from hansa.terms.days import Day
from hansa.terms.reasons import Because, Reason


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a reader may see a report, and by which article."""

    allowed: bool
    because: Because

    @property
    def article(self) -> str:
        """The article (or act, or rule) on which it rests."""
        return article_of(self.because)


def audience_on(report: Report, ground: Ground | Register) -> tuple[Group, ...]:
    """The sharing groups of a report on the register's day, by the names of its audience."""
    return Ground.of(ground).groups(report.by, report.area, report.tlp, report.audience)


def decide(report: Report, reader: Reader, ground: Ground | Register) -> Decision:
    """Whether a reader may see a report on the register's day, article by article.

    Parameters
    ----------
    report : Report
        As it stands on that day (`reports_on`).
    reader : Reader
    ground : Ground or Register
        Of the day of reading; its ledger tells what was called back.
    """
    ground = Ground.of(ground)
    own = _speaks(reader, report.by, ground)
    if report.withdrawn and not own:
        text = f"{report.by} took the report back: its content is its author's alone"
        return Decision(False, (Reason("act", text, report.acts[-1]),))
    if report.clear:
        return Decision(True, audience_on(report, ground)[0].because)
    back = dict(recalls(report, ground.register))
    account = f"account:{reader.account}"
    if reader.account and reader.mandates:
        if account in back and not own:
            return Decision(False, (_recall(account, back),))
        if account in report.audience:
            why = Reason("rule", f"{account} is named itself", f"TLP 2.0 {report.tlp}")
            return Decision(True, (why,))
    if report.tlp == "RED":
        text = "only accounts named one by one read it"
        return Decision(False, (tlp(report.tlp, text),))
    if own:
        why = Reason("rule", f"{report.by} is its author", f"report {report.id}")
        return Decision(True, (why,))
    if not reader.mandates:
        text = "only who acts for a delegation or a secretariat reads what is not CLEAR"
        return Decision(False, (tlp(report.tlp, text),))
    return _by_mandate(report, reader, ground, back)


def _speaks(reader: Reader, author: str, ground: Ground) -> bool:
    body = ground.register.timeline.bodies.get(author)
    return bool(author) and speaks_for(reader, author if body is None else body.organisation)


def _by_mandate(
    report: Report, reader: Reader, ground: Ground, back: Mapping[str, Act]
) -> Decision:
    groups = audience_on(report, ground)
    refused: list[Reason] = []
    for mandate in reader.mandates:
        name = _barring(mandate, back)
        if name:
            refused.append(_recall(name, back))
            continue
        for group in groups:
            if group.kind == "community":
                return Decision(True, group.because)
            member = group.admits(mandate)
            if member is not None:
                first = group.because[0]
                why = member.because if first in member.because else (first, *member.because)
                return Decision(True, why)
    if not groups:
        text = "it names no audience: an empty group is nobody"
        return Decision(False, (*refused, tlp(report.tlp, text)))
    return Decision(False, (*refused, *(_beyond(group) for group in groups)))


def _barring(mandate: Mandate, back: Mapping[str, Act]) -> str:
    return next((name for name in back if barred(mandate, frozenset((name,)))), "")


def _recall(name: str, back: Mapping[str, Act]) -> Reason:
    act = back[name]
    return reason_of(act, f"{act.actor} called it back from {name} on {act.on}")


def _beyond(group: Group) -> Reason:
    """Why a group does not reach a reader."""
    if group.empty:
        return group.because[0]
    text = f"{group.name} reaches {len(group.members)} readers, not this one"
    return Reason("rule", text, group.because[0].ref, "", "", group.because)


def matrix(
    reports: Iterable[Report], readers: Iterable[Reader], ground: Ground | Register
) -> tuple[tuple[Decision, ...], ...]:
    """A row for each report, in it a decision for each reader."""
    ground = Ground.of(ground)
    asked = tuple(readers)
    return tuple(tuple(decide(report, reader, ground) for reader in asked) for report in reports)


Fate = Literal["readable", "withdrawn", "recalled", "hidden"]
"""What a report is to a reader: read; taken back, or called back, and told so; or not there."""


def fates(acts: Iterable[Act], reader: Reader, ground: Ground | Register) -> Mapping[str, Fate]:
    """What every report among the acts is to a reader on the ground's day, by its id.

    Parameters
    ----------
    acts : iterable of Act
        As recorded.
    reader : Reader
    ground : Ground or Register
        Of the day of reading.
    """
    ground = Ground.of(ground)
    on = ground.register.day
    known = tuple(acts)
    chain = Chain(known)
    found: dict[str, Fate] = {}
    for act in known:
        if act.kind == "report" and act.on <= on:
            handling = handling_of(act, chain(act.id), on)
            found[act.id] = _fate(handling, reader, ground)
    return found


def _fate(handling: Handling, reader: Reader, ground: Ground) -> Fate:
    marking = handling.marking(ground)
    if may_see(reader, marking):
        return "readable"
    if may_see(reader, marking.open):
        return "withdrawn"
    before = [old.marking(ground).open for _, old in handling.before]
    return "recalled" if any(may_see(reader, old) for old in before) else "hidden"


# --- what became of reports ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Notice:
    """That a report was withdrawn or called back: told to those who could read it."""

    report: str
    what: str
    by: str
    on: Day
    act: str
    because: Because


def notices(acts: Iterable[Act]) -> tuple[Notice, ...]:
    """What a reader's acts tell of reports that are no longer among them, the earliest first.

    Parameters
    ----------
    acts : iterable of Act
        As the reader may see them: the report itself is missing, the act that took it is not.
    """
    known = tuple(acts)
    there = {act.id for act in known}
    found = []
    for act in sorted(known, key=lambda act: (act.recorded, act.id)):
        recall = act.kind == "release" and "recall" in act.payload
        if act.subject in there or not (act.kind == "withdraw" or recall):
            continue
        what = "withdrawn" if act.kind == "withdraw" else "recalled"
        why = reason_of(act, f"{act.actor} {what} {act.subject} on {act.on}")
        found.append(Notice(act.subject, what, act.actor, act.on, act.id, (why,)))
    return tuple(found)
