"""The tariff book: measures with all that they refer to, on two time axes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from hansa.customs.book.areas import Areas
from hansa.customs.book.measures import Measure
from hansa.customs.book.references import (
    AdditionalCode,
    Amount,
    Document,
    Footnote,
    Instrument,
    OrderNumber,
)
from hansa.customs.book.regime import Regime
from hansa.customs.duties import Rate
from hansa.customs.nomenclature import Nomenclature
from hansa.customs.nomenclature.codes import prefixes
from hansa.terms.days import Day
from hansa.terms.errors import BadInput


@dataclass(frozen=True)
class TariffBook:
    """A union's tariff.

    Parameters
    ----------
    measures : tuple of Measure
        All versions that were ever known.
    areas : Areas
        Origin areas.
    nomenclature : Nomenclature, optional
        Goods; without it, codes are taken as they come and hang below one another by digits.
    order_numbers, additional_codes, documents, footnotes, acts : tuple
        What measures refer to.
    amounts : tuple of Amount
        Amounts of named components by additional code.
    name : str
        The book's name, for messages.
    """

    measures: tuple[Measure, ...]
    areas: Areas = field(default_factory=Areas)
    nomenclature: Nomenclature | None = None
    order_numbers: tuple[OrderNumber, ...] = ()
    additional_codes: tuple[AdditionalCode, ...] = ()
    documents: tuple[Document, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    acts: tuple[Instrument, ...] = ()
    amounts: tuple[Amount, ...] = ()
    name: str = "tariff"

    @cached_property
    def by_code(self) -> dict[str, tuple[Measure, ...]]:
        """Measures by goods code."""
        found: dict[str, list[Measure]] = defaultdict(list)
        for measure in self.measures:
            found[measure.code].append(measure)
        return {code: tuple(measures) for code, measures in found.items()}

    def known_on(self, day: Day) -> TariffBook:
        """The book as it was known on a day."""
        return replace(self, measures=tuple(m for m in self.measures if m.known(day)))

    @property
    def current(self) -> TariffBook:
        """The book without versions that others have replaced."""
        return replace(self, measures=tuple(m for m in self.measures if m.withdrawn is None))

    def record(
        self, on: Day, *, add: Iterable[Measure] = (), withdraw: Iterable[str] = ()
    ) -> TariffBook:
        """The book after a change that becomes known on a day.

        Nothing is lost: a version that is withdrawn, or replaced by one with the same id,
        stays in the book with the day on which it ceased to be what was known.

        Raises
        ------
        BadInput
            If a measure to withdraw is not in the book, or was recorded later.
        """
        new = tuple(replace(measure, recorded=on) for measure in add)
        gone = {*withdraw, *(measure.id for measure in new)}
        current = {m.id: m for m in self.measures if m.withdrawn is None}
        for id in withdraw:
            if id not in current:
                raise BadInput(f"no measure {id} to withdraw")
        for id in gone & current.keys():
            if current[id].recorded > on:
                raise BadInput(f"measure {id} became known only on {current[id].recorded}")
        kept = tuple(
            replace(m, withdrawn=on) if m.id in gone and m.withdrawn is None else m
            for m in self.measures
        )
        return replace(self, measures=kept + new)

    def under(self, regime: Regime) -> TariffBook:
        """The book together with the members' exemptions that a regime lists."""
        if not regime.exemptions:
            return self
        return replace(self, measures=self.measures + regime.exemption_measures)

    def lineage(self, code: str, day: Day) -> tuple[str, ...]:
        """The code, those above it, and ``""`` for all goods: the most specific first."""
        if self.nomenclature is None:
            return (code, *prefixes(code), "")
        edition = self.nomenclature.on(day)
        return (code, *(goods.code for goods in edition.ancestors(code)), "")

    def on_goods(self, code: str, day: Day) -> Iterator[tuple[int, Measure]]:
        """Every measure on the goods or on goods above, with its distance (0: the code)."""
        for distance, above in enumerate(self.lineage(code, day)):
            for measure in self.by_code.get(above, ()):
                yield distance, measure

    def order_number(self, id: str) -> OrderNumber | None:
        """The quota of an order number, ``None`` if there is none."""
        return next((number for number in self.order_numbers if number.id == id), None)

    def components(self, additional_codes: Iterable[str], day: Day) -> dict[str, Rate]:
        """Amounts of named components under the additional codes of a consignment."""
        codes = frozenset(additional_codes)
        return {
            amount.component: amount.rate
            for amount in self.amounts
            if amount.additional_code in codes and day in amount.valid
        }
