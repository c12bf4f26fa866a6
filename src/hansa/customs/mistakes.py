"""What can be wrong with a declaration, each with the word that a rejected line bears."""

from __future__ import annotations

from typing import ClassVar

from hansa.terms.errors import BadInput


class Rejected(BadInput):
    """A declaration line that cannot be assessed."""

    reason: ClassVar[str] = "bad line"


class UnknownGoods(Rejected):
    """No such goods code on that day."""

    reason = "unknown code"


class MissingQuantity(Rejected):
    """A duty counts units that were not declared."""

    reason = "missing quantity"


class NoExchangeRate(Rejected):
    """No exchange rate of the day."""

    reason = "no exchange rate"


class NegativeValue(Rejected):
    """A price, cost or quantity below nought."""

    reason = "negative value"


class OverlappingMeasures(Rejected):
    """Two measures claim the same place in the cascade on one day."""

    reason = "overlapping measures"


class NoRate(Rejected):
    """No rate of duty for the goods on that day."""

    reason = "no rate"


class MissingCost(Rejected):
    """The terms of delivery leave a cost out that the customs value needs."""

    reason = "missing cost"


class Unreadable(Rejected):
    """A cell that cannot be read: a number, a day, a word that is not one."""

    reason = "unreadable"


class EntryRefused(Rejected):
    """Goods that may not enter free circulation: a condition is not met."""

    reason = "entry refused"


class MissingAdditionalCode(Rejected):
    """Measures tell the goods apart by an additional code, and none is declared."""

    reason = "missing additional code"


def reason_of(error: BadInput) -> str:
    """The word that a rejected line bears."""
    return error.reason if isinstance(error, Rejected) else "unreadable"
