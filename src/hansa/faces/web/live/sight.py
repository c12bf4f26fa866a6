"""Who sees which act today: markings as recorded, those of reports derived from agreements.

The groups that a report reaches follow from memberships and agreements on the day of reading.
They are derived anew when an act about one of these is recorded and when the day changes; a
report, a release or a recall derives one report's. What a reader may not see is kept and
follows the changes, so that a page costs what changed since the reader's last.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import Final

from hansa.cooperation.reports.groups import Ground
from hansa.cooperation.reports.handling import CHANGES, Chain, Handling, handling_of
from hansa.record.acts import Act
from hansa.record.marked import Markings
from hansa.record.markings import Marking, Reader, may_see
from hansa.record.world import World
from hansa.terms.days import Day
from hansa.terms.errors import HansaError

GROUNDS: Final = frozenset({
    "sign", "ratify", "notify", "accede", "object", "reserve", "denounce", "suspend", "resume",
    "amend", "succeed", "terminate", "admit", "end_status", "cooperate",
})  # fmt: skip
"""Kinds of act on which memberships and agreements rest."""
READERS: Final = 512
"""Readers whose hidden acts are kept."""


@dataclass(slots=True)
class _Kept:
    """What one reader may not see, up to a place in the journal."""

    upto: int
    ids: set[str]
    frozen: frozenset[str] = field(default=frozenset())


class Sight:
    """Follows acts, and says which markings hold today.

    Parameters
    ----------
    described : World
        What is known before the log begins; its acts are taken one by one like all others.
    """

    def __init__(self, described: World) -> None:
        public: list[str] = []
        if "incidents" in described.sheets:
            public = [str(row["id"]) for row in described.sheet("incidents")]
        self.book = Markings(settling=True, public=public)
        self._described = described
        self._grounds: dict[str, Act] = {}
        self._world: World | None = None
        self._ground: Ground | None = None
        self._made: dict[str, Act] = {}
        self._chain = Chain()
        self._report_of: dict[str, str] = {}  # releases, by which their corrections are found
        self._fresh: dict[str, None] = {}  # reports to settle
        self._later: set[str] = set()  # reports of which a release has effect later
        self._markings: dict[Marking, Marking] = {}
        self._handlings: dict[str, Handling | None] = {}
        self._readers: OrderedDict[Reader, _Kept] = OrderedDict()

    @property
    def found(self) -> dict[str, Marking]:
        """The markings of the acts that not everybody may see, by id."""
        return self.book.found

    def take(self, act: Act, organisations: frozenset[str]) -> None:
        """Take the next act in the order of record; nobody sees a report before `renew`."""
        self.book.take(act, organisations)
        changes = act.kind in ("correct", "withdraw") and act.subject in self._grounds
        if act.kind in GROUNDS or changes:
            self._grounds[act.id] = act
            self._world = self._ground = None
        if act.kind == "report":
            self._made[act.id] = act
            self._fresh[act.id] = None
        elif act.kind in CHANGES:
            report = act.subject if act.subject in self._made else self._report_of.get(act.subject)
            if report is not None:
                self._chain.add(act)
                self._report_of[act.id] = report
                self._fresh[report] = None

    def stale(self, today: Day) -> bool:
        """Whether `renew` has something to do."""
        ground = self._ground
        return bool(self._fresh) or (
            bool(self._made) and (ground is None or ground.register.day != today)
        )

    def renew(self, today: Day) -> None:
        """Derive what changed: the reports that did, or all if the day or an agreement did."""
        if not self._made:
            return
        if self._ground is None or self._ground.register.day != today:
            if self._world is None:
                self._world = replace(self._described, acts=tuple(self._grounds.values()))
            self._ground = Ground(self._world.on(today))
            wanted = list(self._made)
            for name in self._later | self._fresh.keys():
                self._handlings.pop(name, None)
        else:
            wanted = list(self._fresh)
            for name in wanted:
                self._handlings.pop(name, None)
        self._fresh.clear()
        for name in wanted:
            self._settle(name, self._ground, today)

    def _settle(self, name: str, ground: Ground, today: Day) -> None:
        handling = self._handling(name, today)
        if handling is None:  # an act of old that makes no sense is its author's alone
            made = self._made[name]
            self.book.settle(name, Marking("", frozenset(), made.actor, settled=True))
            return
        before = {act: self._same(old.marking(ground)) for act, old in handling.before}
        marking = self._same(handling.marking(ground))
        self.book.settle(name, marking, before, handling.knowing(ground))

    def _handling(self, name: str, today: Day) -> Handling | None:
        if name not in self._handlings:
            made, changes = self._made[name], self._chain(name)
            later = False
            try:
                self._handlings[name] = handling_of(made, changes, today)
                later = any("effect" in act.payload or act.on > today for act in changes)
            except HansaError:
                self._handlings[name] = None
            (self._later.add if later else self._later.discard)(name)
        return self._handlings[name]

    def _same(self, marking: Marking) -> Marking:
        """One value for equal markings: they are compared often."""
        return self._markings.setdefault(marking, marking)

    # --- readers --------------------------------------------------------------------------

    def hidden_from(self, reader: Reader) -> frozenset[str]:
        """The ids of the acts that a reader may not see."""
        kept = self._readers.get(reader)
        journal, found = self.book.journal, self.book.found
        if kept is None or len(journal) - kept.upto > len(found):
            seen: dict[Marking, bool] = {}
            ids: set[str] = set()
            for name, marking in found.items():
                sees = seen.get(marking)
                if sees is None:
                    sees = seen[marking] = may_see(reader, marking)
                if not sees:
                    ids.add(name)
            kept = self._readers[reader] = _Kept(len(journal), ids, frozenset(ids))
            while len(self._readers) > READERS:
                self._readers.popitem(last=False)
            return kept.frozen
        self._readers.move_to_end(reader)
        if kept.upto < len(journal):
            self._follow(kept, reader)
        return kept.frozen

    def _follow(self, kept: _Kept, reader: Reader) -> None:
        changed = False
        for name in dict.fromkeys(self.book.journal[kept.upto :]):
            marking = self.book.found.get(name)
            hide = marking is not None and not may_see(reader, marking)
            if hide != (name in kept.ids):
                (kept.ids.add if hide else kept.ids.discard)(name)
                changed = True
        kept.upto = len(self.book.journal)
        if changed:
            kept.frozen = frozenset(kept.ids)
