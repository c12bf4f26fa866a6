"""What a tariff book says of goods of an origin on a day."""

from __future__ import annotations

from dataclasses import dataclass

from hansa.customs.book.consider import Considered, Question, consider
from hansa.customs.book.kinds import Kind
from hansa.customs.book.measures import Measure
from hansa.customs.book.regime import Regime
from hansa.customs.book.tariff_book import TariffBook
from hansa.customs.nomenclature.codes import code_of
from hansa.terms.days import Day
from hansa.terms.exhibits import Column, Table
from hansa.terms.reasons import Because, Reason


@dataclass(frozen=True, slots=True)
class Showing:
    """The measures on goods, with the reasons for which each stands or not."""

    asked: Question
    description: str
    considered: tuple[Considered, ...]
    because: Because

    @property
    def standing(self) -> tuple[Measure, ...]:
        """Measures that stand."""
        return tuple(c.measure for c in self.considered if c.stands)

    def one(self, kind: Kind) -> Measure | None:
        """The first standing measure of a kind."""
        return next((m for m in self.standing if m.kind is kind), None)

    def table(self, *, rejected: bool = False) -> Table:
        """The measures for people; with ``rejected``, also those that do not stand."""
        columns = (
            Column("kind", "Measure"),
            Column("duty", "Duty"),
            Column("area", "Origin"),
            Column("valid", "Holds"),
            Column("asks", "Asks for"),
            Column("act", "Act"),
            Column("stands", "Stands"),
        )
        shown = [c for c in self.considered if c.stands or rejected]
        rows = tuple(
            (
                c.measure.kind.words,
                str(c.measure.duty or ""),
                c.measure.area,
                str(c.measure.valid),
                "; ".join(_asks(c.measure)),
                c.measure.act,
                "yes" if c.stands else f"no: {c.why}",
            )
            for c in shown
        )
        title = f"{self.asked.code} from {self.asked.origin} on {self.asked.on}"
        because = tuple((c.reason,) for c in shown)
        return Table("tariff_show", title, columns, rows, because, note=self.description)


def show(
    book: TariffBook,
    code: str,
    origin: str,
    on: Day,
    *,
    regime: Regime,
    member: str = "",
    known_on: Day | None = None,
    language: str = "en",
) -> Showing:
    """What the book says of goods of an origin on a day, and why.

    Parameters
    ----------
    book : TariffBook
        The tariff.
    code : str
        Goods code, of any level, with or without points.
    origin : str
        Country of origin.
    on : Day
        The day of acceptance of a declaration.
    regime : Regime
        Members, exemptions and agreements.
    member : str
        The member in which goods are released, for its own measures.
    known_on : Day, optional
        What was known on that day; what is known now by default.
    language : str
        Language of the description.

    Raises
    ------
    UnknownGoods
        With the nearest codes of that day.
    """
    known = book.current if known_on is None else book.known_on(known_on)
    ask = Question(code_of(code), origin, on, member)
    considered = consider(known.under(regime), regime, ask)
    said = ""
    if book.nomenclature is not None:
        said = book.nomenclature.on(on).describe(ask.code, language)
    inside = origin in regime.members_on(on)
    because = (
        Reason(
            "rule",
            f"{origin} is {'a member' if inside else 'no member'} of {regime.union} on {on}",
            because=regime.because,
        ),
        *(c.reason for c in considered),
    )
    return Showing(ask, said, considered, because)


def _asks(measure: Measure) -> list[str]:
    asks = [f"{condition.code}: {condition}" for condition in measure.conditions]
    if measure.order_number:
        asks.append(f"order number {measure.order_number}")
    if measure.additional_code:
        asks.append(f"additional code {measure.additional_code}")
    return asks
