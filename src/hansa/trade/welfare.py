"""What an equilibrium is worth: exact real income, and the first-order measure's parts.

The two are never the same number. For Mexico in NAFTA, Caliendo and Parro (2015, Table 2)
print 1.31 per cent, their equation 16 evaluated in a single step; the exact change of real
income in the same equilibrium is 0.007 per cent. `path_integral` shows that the first
converges to the second when the step is cut into ever smaller ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from hansa.terms.errors import BadInput, Place
from hansa.terms.progress import Progress, silent
from hansa.trade.economy import Economy
from hansa.trade.equilibrium import Equilibrium
from hansa.trade.model import Array
from hansa.trade.shock import Closure, Shock
from hansa.trade.solver import TOLERANCE, solve

Rule = Literal["start", "trapezoid"]


@dataclass(frozen=True, slots=True, eq=False)
class FirstOrder:
    """First-order change of real income by its sources, as shares of income.

    Parameters
    ----------
    terms_of_trade : array (N,)
        Σ (E dln c − M dln c) / I: exports dearer, imports cheaper (eq. 16, first part).
    volume_of_trade : array (N,)
        Σ τ M (dln M − dln c − dln d) / I: more imports on which a tariff stands
        (second part).
    trade_costs : array (N,)
        −Σ M dln d / I: goods that no longer melt away on the road. The paper has no such
        part because only tariffs change in it.
    transfers : array (N,)
        Change of deficits and of revenue received from others, over I.
    """

    terms_of_trade: Array
    volume_of_trade: Array
    trade_costs: Array
    transfers: Array

    @property
    def equation_16(self) -> Array:
        """Terms and volume of trade: the number of the paper's Table 2."""
        both: Array = self.terms_of_trade + self.volume_of_trade
        return both

    @property
    def total(self) -> Array:
        """All four parts: what converges to the exact change."""
        everything: Array = self.equation_16 + self.trade_costs + self.transfers
        return everything

    def plus(self, other: FirstOrder) -> FirstOrder:
        """Part by part."""
        return FirstOrder(
            self.terms_of_trade + other.terms_of_trade,
            self.volume_of_trade + other.volume_of_trade,
            self.trade_costs + other.trade_costs,
            self.transfers + other.transfers,
        )

    def times(self, factor: float) -> FirstOrder:
        """Part by part."""
        return FirstOrder(
            factor * self.terms_of_trade,
            factor * self.volume_of_trade,
            factor * self.trade_costs,
            factor * self.transfers,
        )


def real_income(before: Equilibrium, after: Equilibrium) -> Array:
    """Exact change of real income, Î/P̂ − 1, shape (N,)."""
    same_base(before, after)
    change: Array = after.welfare / before.welfare - 1
    return change


def real_wage(before: Equilibrium, after: Equilibrium) -> Array:
    """Exact change of the real wage, ŵ/P̂ − 1, shape (N,)."""
    same_base(before, after)
    change: Array = after.real_wage / before.real_wage - 1
    return change


def first_order(before: Equilibrium, after: Equilibrium) -> FirstOrder:
    """Equation 16 of Caliendo and Parro (2015) in one step, evaluated at ``before``.

    As in the authors' programs a change dln x is x̂ − 1, and flows, tariffs and income are
    those of ``before``. A country's own sales cancel between its exports and imports.
    """
    same_base(before, after)
    M, tau, income = before.flows, before.tau, before.income
    if np.isinf(after.d_hat).any():
        raise BadInput(
            "a route that closes has no first-order effect",
            where=Place("costs"),
            remedy="give a large but finite cost",
        )
    dc = after.c_hat / before.c_hat - 1
    dd = after.d_hat / before.d_hat - 1
    dM = np.divide(after.flows, M, out=np.ones_like(M), where=M > 0) - 1
    cost = dc[:, None, :] + dd
    sold = (before.Y * dc).sum(axis=0)
    bought = (M * dc[:, None, :]).sum(axis=(0, 2))
    volume = (tau * M * (dM - cost)).sum(axis=(0, 2))
    melted = (M * dd).sum(axis=(0, 2))
    given = _transfers(after) - _transfers(before)
    return FirstOrder((sold - bought) / income, volume / income, -melted / income, given / income)


def _transfers(equilibrium: Equilibrium) -> Array:
    """Income that is neither wages nor one's own tariffs."""
    transfers: Array = equilibrium.income - equilibrium.wages - equilibrium.revenue
    return transfers


def same_base(before: Equilibrium, after: Equilibrium) -> None:
    """Refuse to compare equilibria of different economies."""
    if before.economy is not after.economy:
        raise BadInput(
            "the two equilibria have different bases",
            where=Place("before, after"),
            remedy="solve both on the same Economy object",
        )


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """The first-order measure summed along a path of small steps.

    Parameters
    ----------
    steps : int
        Number of steps.
    summed : FirstOrder
        Sum of the steps' first-order effects.
    exact : array (N,)
        Exact change of real income from the path's beginning to its end.
    """

    steps: int
    summed: FirstOrder
    exact: Array

    @property
    def gap(self) -> Array:
        """Sum less the exact change's logarithm, shape (N,).

        First-order changes are logarithmic, so this is what goes to zero as the steps
        grow in number.
        """
        difference: Array = self.summed.total - np.log1p(self.exact)
        return difference


def path_integral(
    economy: Economy,
    before: Shock,
    after: Shock,
    steps: int,
    *,
    rule: Rule = "start",
    tolerance: float = TOLERANCE,
    progress: Progress = silent,
) -> Path:
    """Sum equation 16 over steps from one shock to another; a check on both measures.

    Parameters
    ----------
    economy : Economy
        The base of both shocks.
    before, after : Shock
        Beginning and end; tariffs move in equal steps, iceberg costs by equal factors.
    steps : int
        Number of steps; one gives the paper's number.
    rule : {"start", "trapezoid"}
        Evaluate each step at its beginning, as the paper does, or take the mean of the
        step and of its way back, whose error shrinks with the square of the steps.
    tolerance, progress
        As in `hansa.trade.solver.solve`; told after each step.
    """
    if steps < 1:
        raise BadInput("a path has at least one step", where=Place("steps"))
    first = last = solve(economy, before, tolerance=tolerance)
    summed: FirstOrder | None = None
    for step in range(1, steps + 1):
        here = along(economy, before, after, step / steps)
        now = solve(economy, here, start=last, tolerance=tolerance)
        part = first_order(last, now)
        if rule == "trapezoid":
            part = part.plus(first_order(now, last).times(-1)).times(0.5)
        summed = part if summed is None else summed.plus(part)
        last = now
        progress(step, steps, "steps of the path")
    assert summed is not None
    return Path(steps, summed, real_income(first, last))


def along(economy: Economy, before: Shock, after: Shock, t: float) -> Shock:
    """The shock at share ``t`` of the way from one shock to another."""
    if before.closure is not after.closure:
        raise BadInput(
            f"a path cannot lead from deficits {before.closure} to {after.closure}",
            where=Place("closure"),
        )
    a, b = _cubes(economy, before), _cubes(economy, after)
    kept = before.closure is Closure.KEPT
    shares = [economy.sharing if s.sharing is None else s.sharing for s in (before, after)]
    own = np.eye(economy.N)
    sharing = None
    if any(share is not None for share in shares):
        start, end = (own if share is None else share for share in shares)
        sharing = (1 - t) * start + t * end
    deficits = [economy.D if s.deficits is None else s.deficits for s in (before, after)]
    return Shock.between(
        economy,
        closure=after.closure,
        tariffs=(1 - t) * a[0] + t * b[0],
        costs=a[1] ** (1 - t) * b[1] ** t,
        deficits=(1 - t) * deficits[0] + t * deficits[1] if kept else None,
        sharing=sharing,
        name=after.name,
        because=after.because,
    )


def _cubes(economy: Economy, shock: Shock) -> tuple[Array, Array]:
    tau, cost = economy.tau.copy(), np.ones_like(economy.tau)
    tau.ravel()[shock.cells] = shock.tariffs
    cost.ravel()[shock.cells] = shock.costs
    if np.isinf(cost).any():
        raise BadInput("a path cannot lead through a closed route", where=Place("costs"))
    return tau, cost
