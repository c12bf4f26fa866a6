"""The tariff book: measures on two time axes, its rules, and what it says of goods."""

from hansa.customs.book.areas import ALWAYS, ERGA_OMNES, Area, Areas, Membership
from hansa.customs.book.checking import Check, check
from hansa.customs.book.comparing import Change, Difference, diff
from hansa.customs.book.conditions import Action, Condition, Threshold
from hansa.customs.book.consider import Considered, Question, consider
from hansa.customs.book.kinds import ADDITIONAL, OPTIONS, TAXES, Kind
from hansa.customs.book.measures import Measure
from hansa.customs.book.references import (
    AdditionalCode,
    Amount,
    Document,
    Footnote,
    Instrument,
    OrderNumber,
    Origin,
    Volume,
)
from hansa.customs.book.regime import Agreement, Exemption, Regime
from hansa.customs.book.rules import RULES, Rule, Violation
from hansa.customs.book.showing import Showing, show
from hansa.customs.book.tariff_book import TariffBook

__all__ = [
    "ADDITIONAL",
    "ALWAYS",
    "ERGA_OMNES",
    "OPTIONS",
    "RULES",
    "TAXES",
    "Action",
    "AdditionalCode",
    "Agreement",
    "Amount",
    "Area",
    "Areas",
    "Change",
    "Check",
    "Condition",
    "Considered",
    "Difference",
    "Document",
    "Exemption",
    "Footnote",
    "Instrument",
    "Kind",
    "Measure",
    "Membership",
    "OrderNumber",
    "Origin",
    "Question",
    "Regime",
    "Rule",
    "Showing",
    "TariffBook",
    "Threshold",
    "Violation",
    "Volume",
    "check",
    "consider",
    "diff",
    "show",
]
