"""Which measures stand for goods of an origin on a day, which don't, and why.

This looks at law only: code, day, area, agreement, member. What a consignment brings along
(documents, quota claims, quantities) is the assessment's matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from hansa.customs.book.measures import Measure
from hansa.customs.book.regime import Regime
from hansa.customs.book.tariff_book import TariffBook
from hansa.customs.mistakes import OverlappingMeasures
from hansa.customs.nomenclature.codes import code_of, short
from hansa.terms.days import Day
from hansa.terms.reasons import Reason


@dataclass(frozen=True, slots=True)
class Considered:
    """A measure on the goods, whether it stands, and why."""

    measure: Measure
    stands: bool
    why: str

    @property
    def reason(self) -> Reason:
        """The verdict as a ground of an answer."""
        verdict = "considered" if self.stands else "rejected"
        return Reason(
            "rule",
            f"{self.measure}: {verdict}, {self.why}",
            ref=self.measure.id,
            source=self.measure.act,
        )


@dataclass(frozen=True, slots=True)
class Question:
    """Goods, origin and day; the member of release and additional codes where they matter."""

    code: str
    origin: str
    on: Day
    member: str = ""
    additional_codes: frozenset[str] = frozenset()


def consider(book: TariffBook, regime: Regime, ask: Question) -> tuple[Considered, ...]:
    """Every measure on the goods or above, with a verdict.

    The most specific goods code prevails among measures of one slot.

    Raises
    ------
    UnknownGoods
        If the book has a nomenclature and the code is not in it on that day.
    OverlappingMeasures
        If two measures of one slot and one code stand on that day.
    """
    code = code_of(ask.code)
    if book.nomenclature is not None:
        book.nomenclature.on(ask.on).find(code)
    found: list[Considered] = []
    standing: dict[tuple[str, ...], list[tuple[int, Measure]]] = defaultdict(list)
    for distance, measure in book.on_goods(code, ask.on):
        why = objection(book, regime, measure, ask)
        if why is None:
            standing[measure.slot].append((distance, measure))
        else:
            found.append(Considered(measure, stands=False, why=why))
    for rivals in standing.values():
        found.extend(_prevailing(rivals))
    return tuple(sorted(found, key=lambda c: (not c.stands, c.measure.kind, c.measure.id)))


def _prevailing(rivals: list[tuple[int, Measure]]) -> Iterable[Considered]:
    nearest = min(distance for distance, _ in rivals)
    first = [measure for distance, measure in rivals if distance == nearest]
    if len(first) > 1:
        names = " and ".join(measure.id for measure in first)
        raise OverlappingMeasures(
            f"{first[0].kind.words} stands twice on {short(first[0].code) or 'all goods'}: {names}",
            where=first[1].place,
            remedy="hansa tariff check names all overlaps",
        )
    for distance, measure in rivals:
        goods = short(measure.code) or "all goods"
        if distance == nearest:
            yield Considered(measure, stands=True, why=f"it stands on {goods} {measure.valid}")
        else:
            yield Considered(
                measure, stands=False, why=f"{first[0].id} is on a more specific goods code"
            )


def objection(book: TariffBook, regime: Regime, measure: Measure, ask: Question) -> str | None:
    """Why a measure on the goods does not stand, ``None`` if it does."""
    if ask.on not in measure.valid:
        return f"it holds {measure.valid}, not on {ask.on}"
    if measure.member and measure.member != ask.member:
        return f"it is a measure of {measure.member}"
    outside = ask.member not in regime.members_on(ask.on)
    if not measure.member and ask.member and regime.members and outside:
        return f"{ask.member} is no member of {regime.union} on {ask.on}"
    if measure.common and ask.on not in regime.common_tariff:
        return f"the common tariff applies {regime.common_tariff}"
    if not book.areas.covers(measure.area, ask.origin, ask.on):
        return f"origin {ask.origin} is not in area {measure.area}"
    for area in measure.excluded:
        if book.areas.covers(area, ask.origin, ask.on):
            return f"origin {ask.origin} is excluded" + (f" by {area}" * (area != ask.origin))
    if measure.additional_code and measure.additional_code not in ask.additional_codes:
        return f"it asks for additional code {measure.additional_code}"
    return _agreement(regime, measure, ask)


def _agreement(regime: Regime, measure: Measure, ask: Question) -> str | None:
    if not measure.agreement:
        return None
    agreement = regime.agreement(measure.agreement)
    if agreement is None:
        return f"{measure.agreement} is no agreement of {regime.union}"
    if ask.on not in agreement.valid:
        return f"{agreement.id} is in force {agreement.valid}, not on {ask.on}"
    if agreement.partners and ask.origin not in agreement.partners:
        return f"{ask.origin} is no partner of {agreement.id}"
    return None
