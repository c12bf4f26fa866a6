"""The book of keys: which key holds on a day for a kind of revenue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hansa.customs.revenue.keys import Exact, FixedShares, Key
from hansa.terms.days import Day, Period
from hansa.terms.errors import BadInput
from hansa.terms.names import unknown
from hansa.terms.reasons import Reason

IMPORT_DUTIES: frozenset[str] = frozenset({"import_duty", "penalty"})
"""Import duties, and the penalties paid on late ones, which are shared like them
(Agreement of 20 May 2010, Art. 1)."""


@dataclass(frozen=True, slots=True)
class DatedKey:
    """A key, the period in which it holds, and the kinds of revenue that it shares.

    Parameters
    ----------
    key : Key
        How it is shared.
    period : Period
        Half-open: the key no longer holds on the period's end.
    kinds : frozenset of str
        Kinds of revenue; by default import duties and penalties on them.
    act : str
        The act that set it.
    source, confidence : str
        As in the tables of the world.
    """

    key: Key
    period: Period
    kinds: frozenset[str] = IMPORT_DUTIES
    act: str = ""
    source: str = ""
    confidence: str = ""

    def reason(self) -> Reason:
        """The key as a ground of an answer."""
        return Reason(
            "act" if self.act else "rule",
            f"{self.key.sentence()} ({self.period})",
            ref=self.act,
            source=self.source,
            confidence=self.confidence,
        )


@dataclass(frozen=True, slots=True)
class KeyBook:
    """All keys of a union by date.

    Parameters
    ----------
    entries : sequence of DatedKey
        In any order; no two may hold for the same kind on the same day.
    unshared : collection of str
        Kinds that stay with who collected them (value added tax, excise, export duties
        in the Eurasian union). A kind that is neither shared nor unshared is an error.

    Raises
    ------
    BadInput
        If two keys hold on the same day, or there is no key.
    """

    entries: tuple[DatedKey, ...]
    unshared: frozenset[str] = frozenset()

    def __init__(self, entries: Iterable[DatedKey], unshared: Iterable[str] = ()) -> None:
        ordered = tuple(sorted(entries, key=lambda entry: (entry.period.start, entry.act)))
        if not ordered:
            raise BadInput("a book of keys needs at least one key")
        object.__setattr__(self, "entries", ordered)
        object.__setattr__(self, "unshared", frozenset(unshared))
        for number, first in enumerate(ordered):
            for second in ordered[number + 1 :]:
                both = first.kinds & second.kinds
                meet = first.period.meet(second.period)
                if both and meet is not None:
                    raise BadInput(
                        f"two keys share {min(both)!r} on {meet.start}: "
                        f"{first.act or first.period} and {second.act or second.period}",
                        remedy="end the first key on the day on which the second starts",
                    )
            torn = first.kinds & self.unshared
            if torn:
                raise BadInput(f"{min(torn)!r} is both shared and unshared")

    @property
    def members(self) -> frozenset[str]:
        """Everybody that collects under some key."""
        return frozenset().union(*(entry.key.collectors() for entry in self.entries))

    @property
    def kinds(self) -> frozenset[str]:
        """Every kind of revenue that the book knows."""
        return self.unshared.union(*(entry.kinds for entry in self.entries))

    def on(self, day: Day, kind: str) -> DatedKey:
        """The key that shares ``kind`` on ``day``.

        Raises
        ------
        UnknownCode
            If the book knows no such kind of revenue.
        BadInput
            If no key holds on that day; the message names the nearest one.
        """
        holding = [entry for entry in self.entries if kind in entry.kinds]
        if not holding:
            raise unknown("kind of revenue", kind, self.kinds)
        for entry in holding:
            if day in entry.period:
                return entry
        near = min(holding, key=lambda entry: _distance(entry.period, day))
        raise BadInput(
            f"no key shares {kind!r} on {day}",
            nearest=(f"{near.act or 'the key'} of {near.period}",),
            remedy="add the key that holds on that day",
        )

    def stages(self, kind: str) -> tuple[DatedKey, ...]:
        """The keys for one kind, in the order of time."""
        return tuple(entry for entry in self.entries if kind in entry.kinds)


def _distance(period: Period, day: Day) -> int:
    if day < period.start:
        return (period.start - day).days
    end = period.end if period.end is not None else day
    return max(0, (day - end).days + 1)


def fixed_keys(
    rows: Iterable[tuple[str, Exact, Day, Day | None]],
    *,
    kinds: Iterable[str] = IMPORT_DUTIES,
    unshared: Iterable[str] = (),
    acts: Mapping[Day, str] | None = None,
    source: str = "",
) -> KeyBook:
    """A book of fixed shares from a table of rows ``(member, share, from, end)``.

    Parameters
    ----------
    rows : iterable
        One per member and spell; ``end`` is the first day on which the share no longer
        holds (``None``: still so). Rows of one key have the same two days.
    acts : mapping, optional
        The act that set the key starting on a day.

    Raises
    ------
    BadInput
        If a member stands twice in a key, or a key does not sum to 100.
    """
    spells: dict[tuple[Day, Day | None], dict[str, Exact]] = {}
    for member, share, start, end in rows:
        shares = spells.setdefault((start, end), {})
        if member in shares:
            raise BadInput(f"{member} has two shares in the key from {start}")
        shares[member] = share
    entries = []
    for (start, end), shares in spells.items():
        try:
            key = FixedShares(shares)
        except BadInput as wrong:
            raise BadInput(f"key from {start}: {wrong.what}", remedy=wrong.remedy) from None
        act = (acts or {}).get(start, "")
        entries.append(DatedKey(key, Period(start, end), frozenset(kinds), act, source))
    return KeyBook(entries, unshared)
