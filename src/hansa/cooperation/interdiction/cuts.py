r"""The relaxation that bounds every plan from below: cuts over levels of chance.

For a journey j and a plan x let :math:`z_j` be the best chance to get through. A way P in a
given mode (each arc unwatched, or passed in spite of its post) has a chance :math:`v_P`
without regard to the plan, and is open if no site that would close it is manned. Take ways
:math:`P_1, …, P_K` with :math:`v_1 > v_2 > … > v_K > v_{K+1} = 0`. Then

.. math:: z_j ≥ \sum_{k=1}^{K} (v_k - v_{k+1}) \Bigl(1 - \sum_{s ∈ C(P_k)} x_s\Bigr)

holds for every plan: if :math:`P_k` is the first open way, the terms before it are at most
zero and those from it on sum to at most :math:`v_k`. At a fractional x the best such cut uses
the ways that no other beats in both chance and weight :math:`\sum x_s`; a label-setting search
finds them all. At a plan (x of zeros and ones) the cut is exact. With one site per way these
are the mixing ("step") inequalities of Pan and Morton (2008, § 4); over general networks they
are stronger than the potentials of the compact form, whose :math:`ψ` multiplies each arc alone.

The linear programme over all such cuts is solved by adding violated ones. Cuts are sought at
a point that follows the programme's solutions slowly (Ben-Ameur and Neto, *Networks* 49
(2007) 3–17), which needs far fewer of them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

import highspy
import numpy as np

from hansa.cooperation.interdiction import kernels
from hansa.cooperation.interdiction.limits import Frame
from hansa.cooperation.interdiction.network import Array, Network
from hansa.terms.errors import NotConverged

VIOLATED: Final = 1e-6
"""A cut is added if it is violated by more than this."""
FOLLOW: Final = 0.4
"""How much of the old point of separation stays in the new one."""
TRIM_EVERY: Final = 10
ROUNDS: Final = 400


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """A solution of the relaxation: bound, posts (S,), chances (J,), reduced costs (S,)."""

    bound: float
    x: Array
    z: Array
    reduced: Array


class Relaxation:
    """The linear programme over the cuts found so far; it keeps its basis between solutions.

    Columns are the sites' x, then the journeys' z in the order of ``network.passages.journey``.
    """

    def __init__(self, network: Network, frame: Frame) -> None:
        self.network, self.frame = network, frame
        self.net = network.passages
        self.weights = network.weights[self.net.journey]
        self.S, self.J = len(network.sites), len(network.journeys)
        self.fixed_rows = len(frame.caps)
        least = kernels.reached(self.net, frame.high)
        most = kernels.reached(self.net, frame.low)
        h = self.solver = highspy.Highs()  # type: ignore[no-untyped-call]  # HiGHS has no stubs
        h.setOptionValue("output_flag", False)
        h.setOptionValue("threads", 1)
        h.setOptionValue("presolve", "off")  # the basis of the last solution is worth more
        h.passModel(self._model(least, most))
        self._sites = np.arange(self.S, dtype=np.int32)

    def _model(self, least: Array, most: Array) -> Any:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.S + self.J, self.fixed_rows
        lp.col_cost_ = np.r_[np.zeros(self.S), self.weights]
        lp.col_lower_ = np.r_[self.frame.low.astype(float), least]
        lp.col_upper_ = np.r_[self.frame.high.astype(float), most]
        lp.row_lower_ = np.full(self.fixed_rows, -highspy.kHighsInf)
        lp.row_upper_ = self.frame.caps
        row, column = np.nonzero(self.frame.rows)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.searchsorted(row, np.arange(self.fixed_rows + 1)).astype(np.int32)
        lp.a_matrix_.index_ = column.astype(np.int32)
        lp.a_matrix_.value_ = self.frame.rows[row, column]
        return lp

    # --- solving --------------------------------------------------------------------------

    def bound_sites(self, low: Array, high: Array) -> None:
        """Set the bounds of x (a branch)."""
        self.solver.changeColsBounds(self.S, self._sites, low, high)

    def solve(self) -> Point | None:
        """The solution under the present bounds and cuts, ``None`` if there is none.

        Raises
        ------
        NotConverged
            If the solver reaches no verdict.
        """
        self.solver.run()
        status = self.solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            name = self.solver.modelStatusToString(status)
            raise NotConverged(f"the relaxation ended with {name!r}")
        solution = self.solver.getSolution()
        values = np.asarray(solution.col_value)
        reduced = np.asarray(solution.col_dual)[: self.S]
        x = np.clip(values[: self.S], 0.0, 1.0)
        value = float(self.solver.getInfo().objective_function_value)
        return Point(value, x, values[self.S :], reduced)

    def look(self, site: int, low: float, high: float, iterations: int) -> float:
        """A lower bound on the solution with other bounds on one site, by few iterations.

        The programme is afterwards as before; call it only right after `solve`.
        """
        h = self.solver
        basis = h.getBasis()
        _, _, before_low, before_high, _ = h.getCol(site)
        h.setOptionValue("simplex_iteration_limit", iterations)
        h.changeColBounds(site, low, high)
        h.run()
        status = h.getModelStatus()
        found = float("inf")
        if status in (
            highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kIterationLimit
        ):  # fmt: skip
            found = float(h.getInfo().objective_function_value)
        h.setOptionValue("simplex_iteration_limit", highspy.kHighsIInf)
        h.changeColBounds(site, before_low, before_high)
        h.setBasis(basis)
        return found

    # --- cuts -----------------------------------------------------------------------------

    def separate(self, at: Array, against: Point | None = None) -> tuple[float, int]:
        """Add the cuts at ``at`` that ``against`` violates (all, if it is ``None``).

        Returns
        -------
        (float, int)
            The relaxation's value at ``at``, and how many cuts were added.
        """
        value, constant, start, site, coefficient = kernels.cuts(self.net, at)
        row = np.repeat(np.arange(self.J), np.diff(start))
        if against is None:
            wanted = np.ones(self.J, dtype=np.bool_)
        else:
            taken = np.bincount(row, coefficient * against.x[site], self.J)
            wanted = constant - taken > against.z + VIOLATED
        rows = np.flatnonzero(wanted)
        if len(rows):
            self._add(rows, constant, start, site, coefficient, wanted[row])
        return float(self.weights @ value), len(rows)

    def _add(
        self, rows: Any, constant: Array, start: Any, site: Any, coefficient: Array, kept: Any
    ) -> None:
        sizes = np.diff(start)[rows] + 1  # and one for z
        begins = np.cumsum(np.r_[0, sizes])
        index = np.empty(begins[-1], dtype=np.int32)
        entry = np.empty(begins[-1])
        last = begins[1:] - 1
        body = np.ones(begins[-1], dtype=np.bool_)
        body[last] = False
        index[last], entry[last] = self.S + rows, 1.0
        index[body], entry[body] = site[kept], coefficient[kept]
        self.solver.addRows(
            len(rows), constant[rows], np.full(len(rows), highspy.kHighsInf),
            len(index), begins[:-1].astype(np.int32), index, entry,
        )  # fmt: skip

    def trim(self, slack: float = 1e-3) -> None:
        """Drop the cuts that the last solution does not need; call it right after `solve`."""
        h = self.solver
        activity = np.asarray(h.getSolution().row_value)
        lower = np.asarray(h.getLp().row_lower_)
        idle = np.flatnonzero((activity - lower)[self.fixed_rows :] > slack) + self.fixed_rows
        if len(idle):
            h.deleteRows(len(idle), idle.astype(np.int32))

    @property
    def rows(self) -> int:
        """How many rows the programme has."""
        return int(self.solver.getNumRow())


def tighten(
    relaxation: Relaxation,
    *,
    deadline: float = float("inf"),
    tolerance: float = 1e-6,
    rounds: int = ROUNDS,
    seen: Any = None,
) -> tuple[Point, bool]:
    """Add cuts until none is violated, or the time is up.

    Parameters
    ----------
    relaxation : Relaxation
    deadline : float
        On the clock of ``time.monotonic``.
    tolerance : float
        Relative distance of the relaxation's value from its bound at which it is solved.
    rounds : int
        Rounds of cuts after which the solution so far (a bound, too) is returned.
    seen : callable, optional
        Called with every point found (heuristics round them).

    Returns
    -------
    (Point, bool)
        The last solution, and whether it is the relaxation's optimum.
    """
    frame = relaxation.frame
    relaxation.separate(frame.low.astype(np.float64))
    point = _solved(relaxation)
    follow, at, best = FOLLOW, point.x, float("inf")
    for round_ in range(1, min(rounds, ROUNDS) + 1):
        if seen is not None:
            seen(point)
        if round_ % TRIM_EVERY == 0:
            relaxation.trim()
        value, added = relaxation.separate(at, point)
        best = min(best, value)
        if added * 20 < relaxation.J and at is not point.x:
            value, more = relaxation.separate(point.x, point)
            best, added = min(best, value), added + more
            follow *= 0.7
        done = added == 0 or best - point.bound <= tolerance * max(point.bound, 1e-12)
        if done or time.monotonic() >= deadline:
            return point, done
        point = _solved(relaxation)
        at = follow * at + (1 - follow) * point.x
    if rounds < ROUNDS:
        return point, False
    raise NotConverged(f"the relaxation still adds cuts after {ROUNDS} rounds")


def _solved(relaxation: Relaxation) -> Point:
    point = relaxation.solve()
    if point is None:  # standing posts cost nothing, so the empty plan always fits
        raise NotConverged("the relaxation has no solution although the empty plan fits")
    return point
