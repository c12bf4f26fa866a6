"""Rules on quotas: order numbers, their origins, their volumes, and measures that use them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from hansa.customs.book.areas import ALWAYS
from hansa.customs.book.kinds import TRAITS, Kind
from hansa.customs.book.measures import Measure, contains
from hansa.customs.book.references import OrderNumber
from hansa.customs.book.rules.rule import Breach, Rule
from hansa.customs.book.tariff_book import TariffBook
from hansa.customs.duties.units import UNITS


def _used(book: TariffBook) -> Iterator[tuple[Measure, OrderNumber]]:
    numbers: dict[str, list[OrderNumber]] = {}
    for number in book.order_numbers:
        numbers.setdefault(number.id, []).append(number)
    for measure in book.measures:
        for number in numbers.get(measure.order_number, ()):
            yield measure, number


class ME10(Rule):
    """A quota must name its order number, and nothing else may name one."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for measure in book.measures:
            if bool(measure.order_number) != TRAITS[measure.kind].order_number:
                wrong = "names no order number" if not measure.order_number else "names a quota"
                yield Breach(f"{measure} {wrong}", (measure.id,), measure.place)


class ME116(Rule):
    """The order number of a measure must exist on every day on which the measure holds."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        known = {number.id for number in book.order_numbers}
        for measure in book.measures:
            if measure.order_number and measure.order_number not in known:
                yield Breach(
                    f"{measure.id} names order number {measure.order_number}, which is unknown",
                    (measure.id,),
                    measure.place,
                )
        for measure, number in _used(book):
            if not contains(number.valid, measure.valid):
                yield Breach(
                    f"{measure.id} holds {measure.valid}, order number {number.id} {number.valid}",
                    (measure.id,),
                    measure.place,
                )


class ME117(Rule):
    """The area of a quota's measure must be one that the order number is open to."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for measure, number in _used(book):
            open_to = {origin.area for origin in number.origins}
            if open_to and measure.kind is Kind.QUOTA and measure.area not in open_to:
                yield Breach(
                    f"order number {number.id} is open to {', '.join(sorted(open_to))}, "
                    f"not to {measure.area}",
                    (measure.id,),
                    measure.place,
                )


class ME119(Rule):
    """The order number must be open to the area on every day on which the measure holds."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for measure, number in _used(book):
            days = [origin.valid for origin in number.origins if origin.area == measure.area]
            if days and not any(contains(period, measure.valid) for period in days):
                yield Breach(
                    f"{measure.id} holds {measure.valid}, {number.id} is open to "
                    f"{measure.area} {', '.join(map(str, days))}",
                    (measure.id,),
                    measure.place,
                )


class ON1(Rule):
    """No two order numbers may have the same id and first day."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        starts = Counter((number.id, number.valid.start) for number in book.order_numbers)
        for (id, start), times in starts.items():
            if times > 1:
                yield Breach(f"order number {id} starts {times} times on {start}")


class ON2(Rule):
    """Order numbers with one id must not exist on the same day."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for place, number in enumerate(book.order_numbers):
            for other in book.order_numbers[place + 1 :]:
                if number.id == other.id and number.valid.overlaps(other.valid):
                    yield Breach(f"order number {number.id}: {number.valid} and {other.valid}")


class ON5(Rule):
    """An order number must not be open to one area twice on the same day."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for number in book.order_numbers:
            for place, one in enumerate(number.origins):
                for other in number.origins[place + 1 :]:
                    if one.area == other.area and one.valid.overlaps(other.valid):
                        yield Breach(f"{number.id} is open to {one.area} twice")


class ON6(Rule):
    """An area must exist while an order number is open to it."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        lives = {area.id: area.valid for area in book.areas.areas}
        for number in book.order_numbers:
            for origin in number.origins:
                life = lives.get(origin.area)
                if life is not None and not contains(life, origin.valid):
                    yield Breach(f"{number.id} is open to {origin.area} {origin.valid}, not {life}")


class ON7(Rule):
    """An order number must exist while it is open to an area."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for number in book.order_numbers:
            for origin in number.origins:
                if origin.valid != ALWAYS and not contains(number.valid, origin.valid):
                    yield Breach(
                        f"{number.id} exists {number.valid}, open to {origin.area} {origin.valid}"
                    )


class QD1(Rule):
    """No two volumes of an order number may have the same first day."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for number in book.order_numbers:
            for start, times in Counter(v.valid.start for v in number.volumes).items():
                if times > 1:
                    yield Breach(f"{number.id} has {times} volumes from {start}")


class QD7(Rule):
    """An order number must exist on every day on which a volume of it can be drawn."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for number in book.order_numbers:
            for volume in number.volumes:
                if not contains(number.valid, volume.valid):
                    yield Breach(
                        f"{number.id} exists {number.valid}, its volume runs {volume.valid}"
                    )


class QD10(Rule):
    """The unit of a volume must exist."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for number in book.order_numbers:
            for volume in number.volumes:
                if volume.per is not None and volume.per.unit not in UNITS:
                    yield Breach(f"{number.id} is counted in {volume.per.unit}, which is no unit")
                if volume.per is None and not volume.currency:
                    yield Breach(f"{number.id} has a volume without unit and currency")


class OverlappingQuotaDefinition(Rule):
    """No two volumes of an order number may be open on the same day."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for number in book.order_numbers:
            for place, one in enumerate(number.volumes):
                for other in number.volumes[place + 1 :]:
                    if one.valid.overlaps(other.valid):
                        yield Breach(f"{number.id}: volumes of {one.valid} and {other.valid}")
