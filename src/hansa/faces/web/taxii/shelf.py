"""What one reader finds in one collection, in the order in which it got there.

``date_added`` is the moment at which an object became visible *to this reader in this
collection*: that of the act that made it, or, if the reader was let in later, after everything
that the reader could have been given before. It grows strictly along a shelf. Who asks for what
was added after the last date seen therefore gets everything that came since: a report of last
year that is released today too.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from hansa.faces.web.taxii import moments
from hansa.faces.web.taxii.archive import APART, Archive, Item, Version
from hansa.faces.web.taxii.filters import Filters
from hansa.faces.web.taxii.placing import Placings
from hansa.record.acts import Act
from hansa.terms.days import Day

Sees = Callable[[str], bool]
"""Whether the reader may see an act, by its id."""
Holds = Callable[[str, Version], bool]
"""Whether a version of a report belongs into the collection."""
_Key = tuple[str, str]
"""Identifier and version of an object."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An object on a shelf: ``date`` is its date added, in microseconds since 1970."""

    date: int
    item: Item


@dataclass(frozen=True, slots=True)
class Page:
    """What is answered: objects in order, whether there are more, the acts they rest on."""

    placed: tuple[Placed, ...]
    more: bool
    acts: frozenset[str]

    @property
    def headers(self) -> dict[str, str]:
        """The dates of the first and of the last object (section 3.8)."""
        if not self.placed:
            return {}
        return {
            "x-taxii-date-added-first": moments.written(self.placed[0].date),
            "x-taxii-date-added-last": moments.written(self.placed[-1].date),
        }


@dataclass(slots=True)
class _Place:
    """Where an object stands, and the versions of reports of which it is part."""

    date: int
    item: Item
    carriers: dict[str, tuple[str, ...]] = field(default_factory=dict)


class Shelf:
    """One reader's part of one collection.

    Parameters
    ----------
    placings : Placings
        How it was left.
    """

    def __init__(self, placings: Placings) -> None:
        self.high = placings.high
        self.before = placings.high
        """The highest base on record."""
        self.new: dict[str, int] = {}
        self.gone: set[str] = set()
        self._fresh = placings.high == 0
        self._bases = dict(placings.bases)
        self._dates: list[int] = []
        self._at: dict[int, _Place] = {}
        self._of: dict[str, list[_Place]] = {}
        self._places: dict[_Key, _Place] = {}
        self._parts: dict[str, dict[str, tuple[_Key, ...]]] = {}

    def __len__(self) -> int:
        return len(self._places)

    @property
    def changed(self) -> bool:
        """Whether something is to be written down."""
        return bool(self.new or self.gone)

    def written(self) -> None:
        """What was placed has been written down."""
        self.before = self.high
        self.new, self.gone = {}, set()
        self._fresh = False

    # --- placing -------------------------------------------------------------------------

    def look(
        self, reports: Iterable[str], archive: Archive, today: Day, sees: Sees, holds: Holds, *,
        all_there_are: bool = False,
    ) -> None:  # fmt: skip
        """Place what has become visible of some reports; take away what no longer is."""
        asked = dict.fromkeys(reports)
        wanted = {name: versions_of(archive, name, today, sees, holds) for name in asked}
        for name, versions in wanted.items():
            still = {version.act for version in versions}
            for act in [act for act in self._parts.get(name, ()) if act not in still]:
                self._remove(name, act)
        coming = [
            (version, name)
            for name, versions in wanted.items()
            for version in versions
            if version.act not in self._parts.get(name, {})
        ]
        known, ticks = self._bases, archive.ticks
        # those whose date is known first: what several share stands where it stood
        coming.sort(key=lambda it: (it[0].act not in known, known.get(it[0].act, ticks[it[0].act])))
        for version, name in coming:
            self._put(name, version, self._base(version.act, ticks[version.act]))
        if all_there_are:
            here = {act for versions in self._parts.values() for act in versions}
            for act in self._bases.keys() - here:
                self._forget(act)

    def _base(self, act: str, tick: int) -> int:
        """The date of a version's first object."""
        base = self._bases.get(act)
        if base is None:
            base = tick if self._fresh or tick > self.high else self.high + APART
            self._bases[act] = self.new[act] = base
            self.gone.discard(act)
        self.high = max(self.high, base)
        return base

    def _put(self, report: str, version: Version, base: int) -> None:
        keys = []
        for number, item in enumerate(version.items):
            key = (item.id, item.version_text)
            place = self._places.get(key)
            if place is None:
                date = base + number % APART
                while date in self._at:
                    date += 1
                place = self._places[key] = _Place(date, item)
                insort(self._dates, date)
                self._at[date] = place
                self._of.setdefault(item.id, []).append(place)
            place.carriers[version.act] = version.rests
            keys.append(key)
        self._parts.setdefault(report, {})[version.act] = tuple(keys)

    def _remove(self, report: str, act: str) -> None:
        for key in self._parts[report].pop(act):
            place = self._places[key]
            place.carriers.pop(act, None)
            if not place.carriers:
                del self._places[key], self._at[place.date]
                self._of[key[0]].remove(place)
                del self._dates[bisect_right(self._dates, place.date) - 1]
        self._forget(act)

    def _forget(self, act: str) -> None:
        """If it comes back, it comes with a new date."""
        self._bases.pop(act, None)
        if self.new.pop(act, None) is None:
            self.gone.add(act)

    # --- reading -------------------------------------------------------------------------

    def page(self, filters: Filters, after: int, sees: Sees) -> Page:
        """What comes after a date.

        Parameters
        ----------
        filters : Filters
        after : int
            Microseconds since 1970: the last date that the reader has been given.
        sees : callable
            Whether the reader may see an act, now.
        """
        view = _View(sees)
        found: list[Placed] = []
        acts: set[str] = set()
        for place in self._from(max(after, filters.added_after or 0), filters):
            if not _asked(place.item, filters):
                continue
            rests = view.rests(place)
            if not rests or not self._version_asked(place, filters, view):
                continue
            if len(found) == filters.limit:
                return Page(tuple(found), True, frozenset(acts))
            found.append(Placed(place.date, place.item))
            acts.update(rests)
        return Page(tuple(found), False, frozenset(acts))

    def _from(self, after: int, filters: Filters) -> Iterator[_Place]:
        if filters.ids:
            found = [place for name in filters.ids for place in self._of.get(name, ())]
            later = (place for place in found if place.date > after)
            yield from sorted(later, key=lambda place: place.date)
            return
        for number in range(bisect_right(self._dates, after), len(self._dates)):
            yield self._at[self._dates[number]]

    def _version_asked(self, place: _Place, filters: Filters, view: _View) -> bool:
        """``match[version]`` (section 3.4.1), among the versions that the reader may see."""
        wanted, item = filters.versions, place.item
        if "all" in wanted or item.version in wanted:
            return True
        kin = self._of[item.id]
        if len(kin) == 1:
            return "first" in wanted or "last" in wanted
        seen = [k.item.version for k in kin if _asked(k.item, filters) and view.rests(k)]
        first, last = min(seen) == item.version, max(seen) == item.version
        return (first and "first" in wanted) or (last and "last" in wanted)


def _asked(item: Item, filters: Filters) -> bool:
    return (
        (not filters.ids or item.id in filters.ids)
        and (not filters.types or item.type in filters.types)
        and (not filters.specs or item.spec in filters.specs)
    )


def versions_of(
    archive: Archive, report: str, today: Day, sees: Sees, holds: Holds
) -> tuple[Version, ...]:
    """The versions of a report that a reader finds in a collection.

    Only those that carry the marking of the last: what was said under another marking must not
    be passed on under it. Of a report that was taken back, or called back from the reader, only
    that it was: whoever keeps a copy learns to remove it.
    """
    acts = archive.acts_of(report)
    if not acts:
        return ()
    if not sees(report):
        ends = [act.id for act in acts if _ends(act, acts[0].actor) and sees(act.id)]
        last = archive.version(acts, (ends[-1],), today, gone=True) if ends else None
        return (last,) if last is not None and holds(report, last) else ()
    seen = tuple(act for act in acts if act.id == report or sees(act.id))
    names = tuple(act.id for act in seen)
    made = (archive.version(seen[:n], names[:n], today) for n in range(1, len(seen) + 1))
    found = [version for version in made if version is not None]
    if not found or not holds(report, found[-1]):
        return ()
    last = found[-1]
    if last.withdrawn:
        return (last,)
    return tuple(version for version in found if version.colour == last.colour)


def _ends(act: Act, author: str) -> bool:
    """Whether an act of its author takes a report away from readers who had it."""
    recall = act.kind == "release" and "recall" in act.payload
    return act.actor == author and (act.kind == "withdraw" or recall)


class _View:
    """What the reader may see of a shelf now; every act is asked about once."""

    def __init__(self, sees: Sees) -> None:
        self._sees = sees
        self._known: dict[str, bool] = {}

    def rests(self, place: _Place) -> tuple[str, ...]:
        """The acts by which the reader may see an object, empty if by none."""
        for rests in place.carriers.values():
            if all(map(self._asked, rests)):
                return rests
        return ()

    def _asked(self, act: str) -> bool:
        seen = self._known.get(act)
        if seen is None:
            seen = self._known[act] = self._sees(act)
        return seen
