"""GATT Article XXIV:5(a): are the duties of the union, on the whole, not higher?

The 1994 Understanding (paragraph 2) asks for an overall assessment of weighted average
tariff rates and of customs duties collected, on applied rates, by tariff line, in values
and quantities, by country of origin. Both are here, in total and per partner.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hansa.customs.union.build import CommonTariff
from hansa.customs.union.duties import DutyRule
from hansa.customs.union.grid import GRID
from hansa.customs.union.trade import THOUSAND, Trade
from hansa.terms.errors import BadInput
from hansa.terms.names import unknown
from hansa.terms.reasons import Because, Reason
from hansa.terms.truth import Truth

EQUAL: Final = 0.5 * 10.0**-GRID
"""Averages closer than half a unit of the grid of rates are equal: an import-weighted
mean, put back on the grid line by line, is not "higher" by a rounding error."""

ARTICLE: Final = "GATT 1994 Art. XXIV:5(a); Understanding on Art. XXIV, para. 2"


@dataclass(frozen=True, slots=True)
class PartnerIncidence:
    """One partner's exports to the union before and after.

    Parameters
    ----------
    imports : float
        Imports from it, in the unit of value.
    before, after : float
        Weighted average rate in per cent.
    change : float
        Additional duty on these imports.
    """

    partner: str
    imports: float
    before: float
    after: float
    change: float


@dataclass(frozen=True, slots=True)
class Incidence:
    """The result of a test of Article XXIV:5(a).

    Parameters
    ----------
    method : str
        What was compared.
    before, after : Fraction or float
        Weighted average rates in per cent, or duties collected in the unit of value.
    passes : Truth
        Whether the union is not higher on the whole. ``UNKNOWN`` if imports of some
        lines cannot be compared: those are in ``uncovered``.
    partners : tuple of PartnerIncidence
        The worst hit first: the likely claimants.
    covered : float
        Part of the external imports that could be compared (0 to 1).
    uncovered : tuple of str
        Lines with imports that could not be compared.
    """

    method: str
    before: float | Fraction
    after: float | Fraction
    passes: Truth
    partners: tuple[PartnerIncidence, ...]
    covered: float
    uncovered: tuple[str, ...]
    because: Because

    def worst(self) -> PartnerIncidence | None:
        """The partner whose exports pay most more, or ``None`` if none pays more."""
        return next((p for p in self.partners if p.change > 0), None)


def _trade(common: CommonTariff) -> Trade:
    if common.trade is None:
        raise BadInput(
            "the test of Article XXIV:5(a) needs imports",
            remedy="build the tariff with the trade of a representative period",
        )
    if common.trade.total() <= 0:
        raise BadInput("there are no external imports to weight by")
    return common.trade


def _verdict(rises: bool, uncovered: tuple[str, ...]) -> Truth:
    """What cannot be compared leaves the whole unknown, never silently true."""
    return Truth.UNKNOWN if uncovered else Truth.of(not rises)


def weighted_average(common: CommonTariff) -> Incidence:
    """Compare import-weighted average rates before and after.

    W_before = Σ_im t_im M_im / Σ_im M_im and W_after = Σ_i T_i M_i / Σ_i M_i, over the
    same imports. Sums are exactly rounded, so the order of lines and members does not
    matter and equal tariffs give equal averages.

    Raises
    ------
    BadInput
        If the tariff was built without trade, or nothing is imported.
    """
    trade = _trade(common)
    t = common.schedules.t[trade.line, trade.member]
    T = common.T[trade.line]
    M = trade.values
    known = ~(np.isnan(t) | np.isnan(T))
    whole = math.fsum(M[known])
    uncovered = _lines(common, trade.line[~known & (trade.value > 0)])
    if whole == 0:
        raise BadInput("no line with imports has both a national and a common rate")
    before = math.fsum((t * M)[known]) / whole
    after = math.fsum((T * M)[known]) / whole
    partners = []
    for p, name in enumerate(trade.partners):
        his = known & (trade.partner == p)
        imports = math.fsum(M[his])
        if imports > 0:
            paid, pays = math.fsum((t * M)[his]), math.fsum((T * M)[his])
            partners.append(
                PartnerIncidence(name, imports, paid / imports, pays / imports, (pays - paid) / 100)
            )
    passes = _verdict(after - before > EQUAL, uncovered)
    text = f"the import-weighted average rate goes from {before:.4f} % to {after:.4f} %"
    covered = whole / math.fsum(M)
    return Incidence(
        "import-weighted average of applied rates",
        before,
        after,
        passes,
        tuple(sorted(partners, key=lambda item: (-item.change, item.partner))),
        covered,
        uncovered,
        _because(text, passes, covered, uncovered),
    )


def _lines(common: CommonTariff, rows: NDArray[np.int64]) -> tuple[str, ...]:
    return tuple(common.schedules.codes[n] for n in np.unique(rows))


def _because(text: str, passes: Truth, covered: float, uncovered: tuple[str, ...]) -> Because:
    said = {
        Truth.TRUE: "not on the whole higher than before",
        Truth.FALSE: "on the whole higher than before",
        Truth.UNKNOWN: "cannot be told for all imports",
    }[passes]
    reasons = [Reason("article", said, ref=ARTICLE), Reason("number", text)]
    if uncovered:
        lines = ", ".join(uncovered[:5]) + (", …" if len(uncovered) > 5 else "")
        reasons.append(
            Reason("assumption", f"compared on {covered:.1%} of imports; no rate for {lines}")
        )
    return tuple(reasons)


Expressions = Mapping[str, DutyRule]
"""Duty expression by code."""


def duties_collected(
    common: CommonTariff,
    national: Mapping[str, Expressions] | None = None,
    union: Expressions | None = None,
) -> Incidence:
    """Compare the duties that the same imports pay before and after, exactly.

    D_before = Σ d_im(value, quantities), D_after = Σ D_i(value, quantities), with the
    full expressions (specific, compound, minimum) on values and quantities of each
    line, member and partner.

    Parameters
    ----------
    common : CommonTariff
        Built with trade.
    national : mapping, optional
        By member, the expressions of its tariff; a line without one is charged its ad
        valorem rate of the schedules.
    union : mapping, optional
        Expressions of the common tariff, likewise.

    Raises
    ------
    BadInput
        If there is no trade, a member is unknown, or a quantity is missing; the message
        names line, member and partner.
    """
    trade = _trade(common)
    national = national or {}
    for member in national:
        if member not in trade.members:
            raise unknown("member", member, trade.members)
    T = np.repeat(common.T[:, None], len(trade.members), axis=1)
    sides = (
        _Side(common.schedules.t, [national.get(member, {}) for member in trade.members]),
        _Side(T, [union or {}] * len(trade.members)),
    )
    counted = ~(sides[0].gaps(trade) | sides[1].gaps(trade))
    before, after = (side.collected(trade, counted) for side in sides)
    return _compared(common, trade, before, after, counted)


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """What is charged before, or after: rates, and expressions where there are some."""

    rates: NDArray[np.float64]  # (lines, members)
    tables: list[Expressions]  # by member

    def expressed(self, trade: Trade) -> NDArray[np.bool_]:
        """The flows whose line has an expression."""
        has = np.zeros(self.rates.shape, dtype=bool)
        rows = {code: n for n, code in enumerate(trade.codes)}
        for member, table in enumerate(self.tables):
            has[[rows[code] for code in table if code in rows], member] = True
        return has[trade.line, trade.member]

    def gaps(self, trade: Trade) -> NDArray[np.bool_]:
        """The flows that have neither a rate nor an expression."""
        return np.isnan(self.rates[trade.line, trade.member]) & ~self.expressed(trade)

    def collected(self, trade: Trade, counted: NDArray[np.bool_]) -> list[Fraction]:
        """Duty by partner, in the unit of value, over the counted flows."""
        sums = [Fraction(0)] * len(trade.partners)
        expressed = self.expressed(trade)
        plain = np.flatnonzero(counted & ~expressed)
        # Duty is linear in the value there: one product per partner and rate, exactly.
        units = np.rint(self.rates[trade.line[plain], trade.member[plain]] * 10**GRID)
        pairs = np.column_stack([trade.partner[plain], units.astype(np.int64)])
        distinct, back = np.unique(pairs, axis=0, return_inverse=True)
        worth = np.zeros(len(distinct), dtype=np.int64)
        np.add.at(worth, back.ravel(), trade.value[plain])
        scale = 100 * 10**GRID * THOUSAND
        for (partner, unit), value in zip(distinct.tolist(), worth.tolist(), strict=True):
            sums[partner] += Fraction(unit * value, scale)
        for n in np.flatnonzero(counted & expressed).tolist():
            sums[int(trade.partner[n])] += self._duty(trade, n)
        return sums

    def _duty(self, trade: Trade, n: int) -> Fraction:
        """What one flow pays by its expression."""
        code, member = trade.codes[int(trade.line[n])], int(trade.member[n])
        known = {
            unit: Decimal(int(column[n])) / THOUSAND
            for unit, column in trade.quantities.items()
            if column[n] >= 0
        }
        try:
            return self.tables[member][code].duty(Fraction(int(trade.value[n]), THOUSAND), known)
        except BadInput as wrong:
            where = f"{code} from {trade.partners[int(trade.partner[n])]}"
            raise BadInput(
                f"{trade.members[member]}, {where}: {wrong.what}",
                nearest=wrong.nearest,
                remedy=wrong.remedy,
            ) from None


def _compared(
    common: CommonTariff,
    trade: Trade,
    paid: list[Fraction],
    pays: list[Fraction],
    counted: NDArray[np.bool_],
) -> Incidence:
    """Sums in total and per partner, over the flows that both sides charge."""
    worths = np.zeros(len(trade.partners), dtype=np.int64)
    np.add.at(worths, trade.partner[counted], trade.value[counted])
    worth: list[int] = worths.tolist()
    total_before, total_after = sum(paid, Fraction(0)), sum(pays, Fraction(0))
    uncovered = _lines(common, trade.line[~counted & (trade.value > 0)])
    slack = Fraction(EQUAL) / 100 * Fraction(sum(worth), THOUSAND)
    passes = _verdict(total_after - total_before > slack, uncovered)
    partners = []
    for p, name in enumerate(trade.partners):
        if worth[p]:
            value = Fraction(worth[p], THOUSAND)
            partners.append(
                PartnerIncidence(
                    name,
                    float(value),
                    float(100 * paid[p] / value),
                    float(100 * pays[p] / value),
                    float(pays[p] - paid[p]),
                )
            )
    unit = f" {trade.unit}" if trade.unit else ""
    text = (
        f"the duties collected on the same imports go from {float(total_before):,.3f} "
        f"to {float(total_after):,.3f}{unit}"
    )
    covered = sum(worth) / int(trade.value.sum())
    return Incidence(
        "duties collected on values and quantities",
        total_before,
        total_after,
        passes,
        tuple(sorted(partners, key=lambda item: (-item.change, item.partner))),
        covered,
        uncovered,
        _because(text, passes, covered, uncovered),
    )
