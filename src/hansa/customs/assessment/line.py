"""A line of a declaration: what is brought in, from where, on what terms, with what papers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from hansa.customs.assessment.delivery import COSTS
from hansa.customs.book.kinds import OPTIONS, Kind
from hansa.customs.mistakes import NegativeValue
from hansa.terms.days import Day
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount of a currency, exact."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if isinstance(self.amount, float):
            raise BadInput("money is exact: give a Decimal, not a float")
        if self.amount < 0:
            raise NegativeValue(f"{self.amount} {self.currency} is below nought")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a declaration.

    Parameters
    ----------
    id : str
        Name of the line in answers.
    code, origin : str
        Goods code and country of origin.
    on : Day
        Day on which the declaration was accepted: its law and its exchange rates count.
    price : Sum
        Price paid or payable.
    terms : str
        Terms of delivery (Incoterms).
    costs : mapping
        Costs on the way by name (`delivery.COSTS`), as far as they are known.
    additions, deductions : mapping
        Other elements of the customs value by name: commissions, packing, royalties.
    quantities : mapping
        Amounts by unit code.
    member : str
        Member of the union in which the goods are released.
    documents, additional_codes : frozenset of str
        What is presented and declared.
    order_number : str
        Quota that is claimed.
    option : Kind, optional
        Duty option that is claimed; by default the cheapest one open.
    accepted : tuple
        Order of acceptance among lines, for quotas.
    free_circulation : bool
        Whether the goods come from another member where they were in free circulation.
    shares : mapping
        Declared shares of the goods by name, for rules on stacking.
    limits : tuple
        Allowances, for duties on an excess.
    """

    code: str
    origin: str
    on: Day
    price: Sum
    id: str = ""
    terms: str = "CIF"
    costs: Mapping[str, Sum] = field(default_factory=dict)
    additions: Mapping[str, Sum] = field(default_factory=dict)
    deductions: Mapping[str, Sum] = field(default_factory=dict)
    quantities: Mapping[str, Decimal] = field(default_factory=dict)
    member: str = ""
    documents: frozenset[str] = frozenset()
    additional_codes: frozenset[str] = frozenset()
    order_number: str = ""
    option: Kind | None = None
    accepted: tuple[object, ...] = ()
    free_circulation: bool = False
    shares: Mapping[str, Decimal] = field(default_factory=dict)
    limits: tuple[tuple[Decimal, str], ...] = ()
    place: Place | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        for cost in self.costs:
            if cost not in COSTS:
                raise unknown("cost", cost, COSTS, where=self.place)
        for unit, amount in self.quantities.items():
            if amount < 0:
                raise NegativeValue(f"{amount} {unit} is below nought", where=self.place)
        if self.option is not None and self.option not in OPTIONS:
            raise unknown("duty option", self.option, OPTIONS, where=self.place)
