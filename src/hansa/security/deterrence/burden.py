"""Who pays for a common defence: a pure public good among unequal allies.

Olson & Zeckhauser (1966), "An Economic Theory of Alliances", *RES* 48:266; Warr (1983) on
transfers that change nothing. U_i = y_i^{1−a} Q^a, y_i + q_i = I_i, Q = Σ q_j.

Nash, n contributors: Q = a Σ I / (a + n (1 − a)), q_i = I_i − ((1 − a)/a) Q; i contributes
only if I_i > ((1 − a)/a) Q, so the poorest drop out until that holds for all who stay.
Pareto: Q* = a Σ I.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from hansa.terms.errors import BadInput
from hansa.terms.reasons import Because, Reason


@dataclass(frozen=True, slots=True)
class Burden:
    """Nash contributions to a common good.

    Parameters
    ----------
    contributions : mapping of str to float
        q_i, in the unit of income.
    provided, best : float
        Q in equilibrium and Q*, what all together would want.
    contributors : tuple of str
        Who gives anything, richest first.
    """

    incomes: Mapping[str, float]
    taste: float
    contributions: Mapping[str, float]
    provided: float
    best: float
    contributors: tuple[str, ...]
    because: Because

    @property
    def shortfall(self) -> float:
        """Q/Q*: what part of the best is provided."""
        return self.provided / self.best

    def rates(self) -> dict[str, float]:
        """q_i/I_i: they rise with income — the "exploitation of the great by the small"."""
        return {state: q / self.incomes[state] for state, q in self.contributions.items()}


def olson_zeckhauser(incomes: Mapping[str, float], taste: float) -> Burden:
    """The Nash equilibrium of voluntary contributions.

    Parameters
    ----------
    incomes : mapping of str to float
        I_i > 0 by state, any one unit.
    taste : float
        a in (0, 1): weight of the common good.

    Raises
    ------
    BadInput
        If an income is not above zero or a not between 0 and 1.
    """
    if not incomes or not all(np.isfinite(i) and i > 0 for i in incomes.values()):
        raise BadInput("every ally needs a known income above zero")
    if not 0 < taste < 1:
        raise BadInput("the weight of the common good lies between 0 and 1")
    keep = (1 - taste) / taste
    ranked = sorted(incomes.items(), key=lambda item: (-item[1], item[0]))
    total, provided, number = 0.0, 0.0, 0
    for count, (_, income) in enumerate(ranked, start=1):
        if count > 1 and income <= keep * provided:
            break  # the good that the richer provide is more than enough for this one
        total += income
        number = count
        provided = taste * total / (taste + count * (1 - taste))
    givers = tuple(state for state, _ in ranked[:number])
    gifts = {s: max(incomes[s] - keep * provided, 0.0) if s in givers else 0.0 for s in incomes}
    best = taste * sum(incomes.values())
    text = (
        f"{number} of {len(incomes)} allies contribute and provide {provided / best:.0%} "
        "of what all together would want"
    )
    why = (Reason("rule", text, "Olson & Zeckhauser 1966"),)
    return Burden(dict(incomes), taste, gifts, provided, best, givers, why)


def rank_correlation(size: NDArray[np.float64], rate: NDArray[np.float64]) -> float:
    """Spearman's ρ between allies' size and the share of it that they give.

    Raises
    ------
    BadInput
        If there are fewer than three allies or the lengths differ.
    """
    if size.shape != rate.shape or size.size < 3:
        raise BadInput("a rank correlation needs three or more allies with both numbers")
    return float(spearmanr(size, rate).statistic)
