"""Rules of a union's book that the TARIC, a book of one customs territory, does not need."""

from __future__ import annotations

from collections.abc import Iterator

from hansa.customs.book.areas import ERGA_OMNES
from hansa.customs.book.kinds import TAXES, Kind
from hansa.customs.book.rules.rule import Breach, Rule
from hansa.customs.book.tariff_book import TariffBook


class CommonRateForEveryExemption(Rule):
    """A member's exemption must have a common rate above it, which it departs from."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        common = {m.code for m in book.measures if m.kind is Kind.THIRD_COUNTRY and not m.member}
        for measure in book.measures:
            if measure.kind is not Kind.EXEMPTION:
                continue
            if not common & set(book.lineage(measure.code, measure.valid.start)):
                yield Breach(
                    f"{measure.id} departs from no common rate", (measure.id,), measure.place
                )


class ExemptionEnds(Rule):
    """A member's exemption must have an end."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for measure in book.measures:
            if measure.kind is Kind.EXEMPTION and measure.valid.end is None:
                yield Breach(f"{measure.id} has no end", (measure.id,), measure.place)


class MemberOfExemption(Rule):
    """A member's exemption must name the member."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for measure in book.measures:
            if measure.kind is Kind.EXEMPTION and not measure.member:
                yield Breach(f"{measure.id} names no member", (measure.id,), measure.place)


class PreferenceHasAnArea(Rule):
    """A preference must not be open to every origin."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for measure in book.measures:
            if measure.kind is Kind.PREFERENCE and measure.area == ERGA_OMNES:
                yield Breach(f"{measure.id} prefers everybody", (measure.id,), measure.place)


class OneLevelOfTaxes(Rule):
    """Taxes are either all the members' or all the union's, of one kind."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for kind in TAXES:
            taxes = [m for m in book.measures if m.kind is kind]
            own = [m for m in taxes if m.member]
            common = [m for m in taxes if not m.member]
            if own and common:
                yield Breach(
                    f"{kind.words} is the union's in {common[0].id} and {own[0].member}'s "
                    f"in {own[0].id}",
                    (common[0].id, own[0].id),
                    own[0].place,
                )
