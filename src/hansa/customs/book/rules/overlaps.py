"""Rules on measures side by side: none twice, none inside another's goods and days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from hansa.customs.book.kinds import TAXES
from hansa.customs.book.measures import Measure
from hansa.customs.book.rules.rule import Breach, Rule
from hansa.customs.book.tariff_book import TariffBook


class ME1(Rule):
    """No two measures may agree in kind, area, goods, codes, order number and first day."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        seen: dict[tuple[object, ...], Measure] = {}
        for measure in book.measures:
            key = (*measure.slot, measure.code, measure.valid.start)
            first = seen.setdefault(key, measure)
            if first is not measure:
                yield Breach(
                    f"{first.id} and {measure.id} are the same from {measure.valid.start}",
                    (first.id, measure.id),
                    measure.place,
                )


class ME16(Rule):
    """With and without an additional code, no two measures may otherwise be the same at once."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        groups: dict[tuple[str, ...], list[Measure]] = defaultdict(list)
        for measure in book.measures:
            kind, area, member, _, order, programme = measure.slot
            groups[kind, area, member, order, programme, measure.code].append(measure)
        for group in groups.values():
            bare = [m for m in group if not m.additional_code]
            for measure in group:
                for other in bare:
                    if measure.additional_code and measure.valid.overlaps(other.valid):
                        yield Breach(
                            f"{measure.id} has additional code {measure.additional_code}, "
                            f"{other.id} has none",
                            (other.id, measure.id),
                            measure.place,
                        )


class ME32(Rule):
    """No two measures of one slot may overlap in time on goods of one line of descent.

    Taxes are free of this: there, a more specific goods code prevails.
    """

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        groups: dict[tuple[str, ...], dict[str, list[Measure]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for measure in book.measures:
            groups[measure.slot][measure.code].append(measure)
        for by_code in groups.values():
            yield from self._side_by_side(by_code.values())
            if len(by_code) > 1:
                yield from self._above(book, by_code)

    @staticmethod
    def _side_by_side(lists: Iterable[list[Measure]]) -> Iterator[Breach]:
        for measures in lists:
            if len(measures) == 1:
                continue
            ordered = sorted(measures, key=lambda m: m.valid.start)
            for place, measure in enumerate(ordered):
                for later in ordered[place + 1 :]:
                    if not measure.valid.overlaps(later.valid):
                        break
                    yield _overlap(measure, later)

    @staticmethod
    def _above(book: TariffBook, by_code: dict[str, list[Measure]]) -> Iterator[Breach]:
        for code, measures in by_code.items():
            if not code:
                continue
            for measure in measures:
                if measure.kind in TAXES:
                    continue
                for above in book.lineage(code, measure.valid.start)[1:]:
                    for other in by_code.get(above, ()):
                        if measure.valid.overlaps(other.valid):
                            yield _overlap(other, measure)


def _overlap(first: Measure, second: Measure) -> Breach:
    days = first.valid.meet(second.valid)
    return Breach(
        f"{first.id} on {first.code or 'all goods'} and {second.id} on {second.code} "
        f"both hold {days}",
        (first.id, second.id),
        second.place,
    )
