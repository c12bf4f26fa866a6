"""Keys from the record: acts that set shares of revenue become a book of keys."""

from __future__ import annotations

from collections.abc import Iterable

from hansa.customs.revenue.book import IMPORT_DUTIES, DatedKey, KeyBook
from hansa.customs.revenue.keys import Exact, FixedShares
from hansa.record.acts import Act
from hansa.record.entry import effect_of
from hansa.terms.days import Day, Period, day
from hansa.terms.errors import BadInput


def keys_from_acts(
    acts: Iterable[Act],
    subject: str,
    *,
    kinds: Iterable[str] = IMPORT_DUTIES,
    unshared: Iterable[str] = (),
) -> KeyBook:
    """The fixed keys that acts of the kind ``share`` have set.

    A key holds from the day of effect of its act (``effect`` in the payload, else the day
    of the act) to its ``until``, but never beyond the next act on the same subject.

    Parameters
    ----------
    acts : iterable of Act
        Any acts, as known on the day of asking; others than those on ``subject`` are
        passed over.
    subject : str
        What the shares are of, as the acts name it (``"import duties"``).
    kinds, unshared
        As in `KeyBook`.

    Raises
    ------
    BadInput
        If no act sets shares of the subject, shares do not sum to 100, or two acts set
        them from the same day.
    """
    setting = sorted(
        (act for act in acts if act.kind == "share" and act.subject == subject), key=effect_of
    )
    if not setting:
        raise BadInput(f"no act sets shares of {subject!r}")
    entries = []
    for number, act in enumerate(setting):
        start, end = effect_of(act), _until(act)
        if number + 1 < len(setting):
            following = effect_of(setting[number + 1])
            if following == start:
                raise BadInput(f"{act.id} and {setting[number + 1].id} both hold from {start}")
            end = following if end is None else min(end, following)
        entries.append(
            DatedKey(
                _shares(act),
                Period(start, end),
                frozenset(kinds),
                act.id,
                act.source,
                act.confidence,
            )
        )
    return KeyBook(entries, unshared)


def _until(act: Act) -> Day | None:
    until = act.payload.get("until")
    return day(str(until), where=act.place) if until else None


def _shares(act: Act) -> FixedShares:
    parts = act.payload.get("shares")
    if not isinstance(parts, dict) or not parts:
        raise BadInput(f"{act.id} sets no shares", where=act.place)
    shares: dict[str, Exact] = {}
    for member, part in parts.items():
        if isinstance(part, bool) or not isinstance(part, int | str | float):
            raise BadInput(f"{act.id}: the share of {member} is {part!r}", where=act.place)
        shares[member] = str(part)
    try:
        return FixedShares(shares)
    except BadInput as wrong:
        raise BadInput(f"{act.id}: {wrong.what}", where=act.place, remedy=wrong.remedy) from None
