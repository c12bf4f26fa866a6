"""The common customs tariff of the Treaty of Rome, Articles 19 and 20.

The mean of the duties of four customs territories, on 1 January 1957, with seven lists:
A puts listed duties in the place of applied ones; B, C, D and E are ceilings of 3, 10, 15
and 25 per cent; F is fixed in the Treaty; G is left to negotiation. On List E a Benelux
duty of not more than 3 per cent counts as 12. The Italian duty is the one before a
temporary cut of 10 per cent, or the conventional one within limits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from hansa.customs.union.grid import Rates, snap
from hansa.customs.union.lists import Capped, Ceiling, Negotiated
from hansa.customs.union.rules import ArithmeticMean, Draft
from hansa.customs.union.schedules import NationalTariff, Rate, Schedules
from hansa.customs.union.trade import Trade
from hansa.terms.errors import BadInput

CEILINGS: Final[Mapping[str, float]] = {"List B": 3, "List C": 10, "List D": 15, "List E": 25}
"""Article 19(3)."""
LOW_BENELUX: Final = 3.0
COUNTED_BENELUX: Final = 12.0
"""Article 19(3)(d): a Benelux duty of at most 3 % counts as 12 % on List E."""
ITALIAN_CUT: Final = 0.10
CONVENTIONAL_MARGIN: Final = 0.10
"""Article 19(2): the cut that is undone, and how far a conventional duty may go above."""
LIST_G_LIMIT: Final = 0.02
"""Article 20: a member may add lines up to 2 % of its third-country imports of 1956."""


def italian_duty(levied: Rate, conventional: Rate | None = None) -> float:
    """The Italian duty that counts in the mean (Article 19(2)).

    Parameters
    ----------
    levied : number
        Per cent, after the temporary cut of 10 per cent.
    conventional : number, optional
        The duty of the conventional tariff, if the heading has one: it takes the place
        of the applied duty unless it is more than 10 per cent higher; then the applied
        duty plus 10 per cent counts.
    """
    applied = float(levied) / (1 - ITALIAN_CUT)
    if conventional is None:
        return float(snap(np.array(applied)))
    highest = applied * (1 + CONVENTIONAL_MARGIN)
    return float(snap(np.array(min(float(conventional), highest))))


def italian_tariff(levied: NationalTariff, conventional: Mapping[str, Rate]) -> NationalTariff:
    """A tariff with the duties that count, line by line."""
    rates = {
        code: italian_duty(rate, conventional.get(code)) for code, rate in levied.rates.items()
    }
    return replace(levied, rates=rates)


@dataclass(frozen=True, slots=True)
class TreatyOfRome:
    """Articles 19 and 20 as a rule.

    Parameters
    ----------
    benelux : sequence of str
        The members that form the Benelux territory.
    france : str
        Whose duties List A replaces.
    list_a : mapping
        Duties in per cent that take the place of the applied ones, by heading.
    list_b, list_c, list_d, list_e : collection of str
        Headings under the ceilings of 3, 10, 15 and 25 per cent.
    list_f : mapping
        Duties fixed in the Treaty, by heading.
    list_g : collection of str
        Headings to be negotiated.
    agreed : mapping
        What the negotiation on List G has fixed so far.
    """

    benelux: Sequence[str] = ("BEL", "LUX", "NLD")
    france: str = "FRA"
    list_a: Mapping[str, Rate] = field(default_factory=dict)
    list_b: Iterable[str] = ()
    list_c: Iterable[str] = ()
    list_d: Iterable[str] = ()
    list_e: Iterable[str] = ()
    list_f: Mapping[str, float] = field(default_factory=dict)
    list_g: Iterable[str] = ()
    agreed: Mapping[str, float] = field(default_factory=dict)

    def counted(self, schedules: Schedules) -> Schedules:
        """The duties that count in the mean: List A, and 12 per cent for a low Benelux duty."""
        t: Rates = schedules.t.copy()
        for heading, duty in self.list_a.items():
            t[schedules.rows_of([heading]), schedules.column(self.france)] = float(duty)
        headings = sorted(self.list_e)
        if headings:
            lines = schedules.rows_of(headings)
            for member in self.benelux:
                column = schedules.column(member)
                low = lines & (t[:, column] <= LOW_BENELUX)
                t[low, column] = COUNTED_BENELUX
        return replace(schedules, t=snap(t))

    def draft(self, schedules: Schedules, trade: Trade | None) -> Draft:
        """Mean, ceilings, fixed and open lines; a line is on one list only."""
        capped = Capped(
            ArithmeticMean({"Benelux": tuple(self.benelux)}),
            tuple(
                Ceiling(name, limit, headings)
                for (name, limit), headings in zip(
                    CEILINGS.items(),
                    (self.list_b, self.list_c, self.list_d, self.list_e),
                    strict=True,
                )
            ),
        )
        with_f = Negotiated(self.list_f, capped, name="List F of the Treaty")
        with_g = Negotiated(self.agreed, with_f, frozenset(self.list_g), "List G")
        strange = [h for h in self.agreed if not h.startswith(tuple(self.list_g) or ("-",))]
        if strange:
            raise BadInput(f"a duty was agreed on {strange[0]}, which is not on List G")
        return with_g.draft(self.counted(schedules), trade)

    def sentence(self) -> str:
        """The rule in one line."""
        return (
            "Article 19 of the Treaty of Rome: the arithmetic mean over the customs "
            "territories, Benelux as one, under the ceilings of Lists B to E, with List F "
            "fixed and List G negotiated"
        )


def list_g_additions(
    additions: Mapping[str, Iterable[str]], schedules: Schedules, trade: Trade
) -> dict[str, float]:
    """The part of each member's external imports that its additions to List G cover.

    Raises
    ------
    BadInput
        If a member adds more than 2 per cent (Article 20).
    """
    M = trade.by_line_and_member()
    parts = {}
    for member, headings in additions.items():
        column = schedules.column(member)
        added = M[schedules.rows_of(sorted(headings)), column].sum()
        total = M[:, column].sum()
        parts[member] = float(added / total) if total > 0 else 0.0
        if parts[member] > LIST_G_LIMIT:
            raise BadInput(
                f"{member} adds lines worth {parts[member]:.2%} of its imports to List G",
                remedy=f"Article 20 allows {LIST_G_LIMIT:.0%}",
            )
    return parts
