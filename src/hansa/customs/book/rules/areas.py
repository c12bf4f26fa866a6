"""Rules on areas, their members, and members that measures leave out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from hansa.customs.book.areas import ERGA_OMNES, Area
from hansa.customs.book.measures import Measure, contains
from hansa.customs.book.rules.rule import Breach, Rule
from hansa.customs.book.tariff_book import TariffBook


def _exclusions(book: TariffBook) -> Iterator[tuple[Measure, str, Area | None]]:
    for measure in book.measures:
        for excluded in measure.excluded:
            yield measure, excluded, book.areas.find(measure.area)


class ME65(Rule):
    """Only from a group can something be excluded."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for measure, excluded, area in _exclusions(book):
            if measure.area != ERGA_OMNES and (area is None or not area.group):
                yield Breach(
                    f"{measure.id} excludes {excluded} from {measure.area}, which is no group",
                    (measure.id,),
                    measure.place,
                )


class ME66(Rule):
    """What a measure excludes must be a member of its area."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for measure, excluded, area in _exclusions(book):
            if area is not None and area.group and excluded not in _all_members(area):
                yield Breach(
                    f"{measure.id} excludes {excluded}, no member of {area.id}",
                    (measure.id,),
                    measure.place,
                )


class ME67(Rule):
    """What a measure excludes must belong to its area on every day on which it holds."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for measure, excluded, area in _exclusions(book):
            if area is None or excluded not in _all_members(area):
                continue
            days = [m.valid for m in area.members if m.member == excluded]
            if not any(contains(period, measure.valid) for period in days):
                yield Breach(
                    f"{measure.id} holds {measure.valid}, {excluded} is in {area.id} "
                    f"{', '.join(map(str, days))}",
                    (measure.id,),
                    measure.place,
                )


class ME68(Rule):
    """A measure may exclude the same area only once."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for measure in book.measures:
            for excluded, times in Counter(measure.excluded).items():
                if times > 1:
                    yield Breach(
                        f"{measure.id} excludes {excluded} {times} times",
                        (measure.id,),
                        measure.place,
                    )


class GA1(Rule):
    """No two areas may have the same id and first day."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        starts = Counter((area.id, area.valid.start) for area in book.areas.areas)
        for (id, start), times in starts.items():
            if times > 1:
                yield Breach(f"area {id} starts {times} times on {start}")


class GA7(Rule):
    """Areas with one id must not exist on the same day."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for place, area in enumerate(book.areas.areas):
            for other in book.areas.areas[place + 1 :]:
                if area.id == other.id and area.valid.overlaps(other.valid):
                    yield Breach(f"area {area.id} stands twice: {area.valid} and {other.valid}")


class GA12(Rule):
    """A member of a group must exist, where the book lists countries."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        countries = {area.id for area in book.areas.areas if not area.group}
        for area in book.areas.areas if countries else ():
            for membership in area.members:
                known = countries | {a.id for a in book.areas.areas}
                if membership.member not in known:
                    yield Breach(f"{area.id} has member {membership.member}, which is no area")


class GA13(Rule):
    """A member of a group must not be a group."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        groups = {area.id for area in book.areas.areas if area.group}
        for area in book.areas.areas:
            for membership in area.members:
                if membership.member in groups:
                    yield Breach(f"{area.id} has the group {membership.member} as a member")


class GA17(Rule):
    """A country must not belong to a group on days on which the group does not exist."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for area in book.areas.areas:
            for membership in area.members:
                if not contains(area.valid, membership.valid):
                    yield Breach(
                        f"{membership.member} is in {area.id} {membership.valid}, "
                        f"which exists {area.valid}"
                    )


class GA18(Rule):
    """A country must not belong to a group twice on the same day."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for area in book.areas.areas:
            for place, one in enumerate(area.members):
                for other in area.members[place + 1 :]:
                    if one.member == other.member and one.valid.overlaps(other.valid):
                        yield Breach(f"{one.member} is in {area.id} {one.valid} and {other.valid}")


def _all_members(area: Area) -> frozenset[str]:
    return frozenset(m.member for m in area.members)
