"""Rules on goods: measures need goods that exist, at the right level, for long enough."""

from __future__ import annotations

from collections.abc import Iterator

from hansa.customs.book.kinds import TAXES, TRAITS
from hansa.customs.book.measures import Measure, contains
from hansa.customs.book.rules.rule import Breach, Rule
from hansa.customs.book.tariff_book import TariffBook
from hansa.customs.nomenclature import Goods, Nomenclature, level, short
from hansa.customs.nomenclature.codes import closest, prefixes
from hansa.terms.days import Period


def _with_goods(book: TariffBook) -> Iterator[tuple[Measure, tuple[Goods, ...]]]:
    """Measures on a goods code, each with the lines that ever had the code."""
    if book.nomenclature is None:
        return
    for measure in book.measures:
        if measure.code:
            yield measure, book.nomenclature.history(measure.code)


class ME6(Rule):
    """The goods code of a measure must exist in the nomenclature."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        if book.nomenclature is None:
            return
        for measure, lines in _with_goods(book):
            if not lines:
                known = sorted({line.code for line in book.nomenclature.lines})
                near = " or ".join(closest(measure.code, known))
                yield Breach(
                    f"no goods {measure.code}, nearest {near}", (measure.id,), measure.place
                )


class ME7(Rule):
    """A measure must be on goods, not on a line that only heads a group (suffix 80)."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for measure, lines in _with_goods(book):
            if lines and all(line.suffix != "80" for line in lines):
                yield Breach(f"{measure.code} only heads a group", (measure.id,), measure.place)


class ME8(Rule):
    """The goods must exist on every day on which the measure holds."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for measure, lines in _with_goods(book):
            spans = _joined([line.valid for line in lines if line.suffix == "80"])
            if spans and not any(contains(span, measure.valid) for span in spans):
                days = ", ".join(str(span) for span in spans)
                yield Breach(
                    f"{measure.id} holds {measure.valid}, goods {measure.code} exist {days}",
                    (measure.id,),
                    measure.place,
                )


class ME9(Rule):
    """A measure without a goods code needs an additional code, unless it is a tax on all."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for measure in book.measures:
            if not measure.code and not measure.additional_code and measure.kind not in TAXES:
                yield Breach(f"{measure} is on no goods", (measure.id,), measure.place)


class ME88(Rule):
    """The goods code of a measure must not be deeper than its kind allows."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for measure in book.measures:
            most = TRAITS[measure.kind].digits
            if measure.code and level(measure.code) > most:
                yield Breach(
                    f"{short(measure.code)} has more than {most} digits",
                    (measure.id,),
                    measure.place,
                )


class NIG2(Rule):
    """Goods must not exist on days on which the goods above them do not."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        if book.nomenclature is None:
            return
        for line in book.nomenclature.lines:
            above = _above(book.nomenclature, line)
            if above and not any(contains(span, line.valid) for span in _joined(above)):
                yield Breach(
                    f"goods {line.code} exist {line.valid}, those above on fewer days",
                    (),
                    line.place,
                )


class NIG30(Rule):
    """Goods in use by a measure must not end before it does."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for measure, lines in _with_goods(book):
            ends = [line.valid.end for line in lines if line.suffix == "80"]
            if not ends or None in ends:
                continue
            last = max(end for end in ends if end is not None)
            if measure.valid.end is None or measure.valid.end > last:
                yield Breach(
                    f"goods {measure.code} end on {last}, before {measure.id}",
                    (measure.id,),
                    measure.place,
                )


def _above(nomenclature: Nomenclature, line: Goods) -> list[Period]:
    for code in prefixes(line.code):
        lines = [g for g in nomenclature.history(code) if g.suffix == "80"]
        if lines:
            return [g.valid for g in lines]
    return []


def _joined(periods: list[Period]) -> list[Period]:
    """Periods that touch, put together."""
    joined: list[Period] = []
    for period in sorted(periods, key=lambda p: p.start):
        last = joined[-1] if joined else None
        if last is not None and (last.end is None or period.start <= last.end):
            ends = (last.end, period.end)
            end = None if None in ends else max(e for e in ends if e is not None)
            joined[-1] = Period(last.start, end)
        else:
            joined.append(period)
    return joined
