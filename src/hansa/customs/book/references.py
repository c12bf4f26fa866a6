"""What measures refer to: quotas, additional codes, documents, footnotes, acts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from hansa.customs.book.areas import ALWAYS
from hansa.customs.book.kinds import Kind
from hansa.customs.duties import Per, Rate
from hansa.terms.days import Day, Period


@dataclass(frozen=True, slots=True)
class Origin:
    """An area that may draw on a quota, and its days."""

    area: str
    valid: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class Volume:
    """A quota's volume for a period (the TARIC's quota definition).

    Parameters
    ----------
    valid : Period
        Days on which it can be drawn.
    amount : Decimal
        How many ``per`` there are; with ``currency`` instead, a value.
    critical : Decimal
        Per cent drawn from which on the quota is critical (security is asked for).
    """

    valid: Period
    amount: Decimal
    per: Per | None = None
    currency: str = ""
    critical: Decimal = Decimal(90)


@dataclass(frozen=True, slots=True)
class OrderNumber:
    """A quota: who may draw on it, and its volumes by period."""

    id: str
    valid: Period = ALWAYS
    origins: tuple[Origin, ...] = ()
    volumes: tuple[Volume, ...] = ()

    def volume_on(self, day: Day) -> Volume | None:
        """The volume of the period that a day falls into."""
        return next((volume for volume in self.volumes if day in volume.valid), None)


@dataclass(frozen=True, slots=True)
class AdditionalCode:
    """A code that tells goods of one goods code apart: a producer, a composition, a use."""

    id: str
    text: str = ""
    valid: Period = ALWAYS
    kinds: frozenset[Kind] = frozenset()


@dataclass(frozen=True, slots=True)
class Document:
    """A certificate, licence or proof of origin."""

    id: str
    text: str = ""
    valid: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class Footnote:
    """A remark that belongs to measures."""

    id: str
    text: str = ""
    valid: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class Instrument:
    """The act that makes or ends measures: a decision, a regulation, a treaty.

    ``valid`` are the days on which measures made by it may hold.
    """

    id: str
    title: str = ""
    valid: Period = ALWAYS
    published: Day | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """What a named component comes to under an additional code (the TARIC's Meursing table)."""

    additional_code: str
    component: str
    rate: Rate
    valid: Period = ALWAYS
    area: str = ""
