"""Mixed-integer programmes on HiGHS, with the bound and the gap that it proves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from hansa.terms.errors import Infeasible, NotConverged

GAP: Final = 1e-6
SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """A solution, the proven bound on the objective, and the relative gap between them.

    ``reduced`` and ``prices`` are the reduced costs of the variables and the shadow prices of
    the constraints of a linear programme (zeros for an integer one).
    """

    x: NDArray[np.float64]
    objective: float
    bound: float
    gap: float
    reduced: NDArray[np.float64]
    prices: NDArray[np.float64]


def minimise(
    cost: NDArray[np.float64],
    rows: Any,
    row_limits: tuple[NDArray[np.float64], NDArray[np.float64]],
    upper: NDArray[np.float64],
    whole: NDArray[np.bool_] | None = None,
    *,
    start: NDArray[np.float64] | None = None,
    gap: float = GAP,
    seconds: float = SECONDS,
) -> Solution:
    """Minimise ``cost · x`` subject to ``low ≤ rows · x ≤ high`` and ``0 ≤ x ≤ upper``.

    Parameters
    ----------
    cost, upper : ndarray, shape (variables,)
    rows : sparse matrix, shape (constraints, variables)
    row_limits : pair of ndarray, shape (constraints,)
    whole : ndarray of bool, shape (variables,)
        Which variables are integers (default: none).
    start : ndarray, optional
        A known solution from which the search may start.
    gap, seconds : float
        Where HiGHS may stop.

    Raises
    ------
    Infeasible
        If no point meets the constraints.
    NotConverged
        If the time was up before there was any solution.
    """
    matrix = sparse.csr_matrix(rows)
    whole = np.zeros(len(cost), dtype=bool) if whole is None else whole
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(cost), matrix.shape[0]
    lp.col_cost_ = cost
    lp.col_lower_, lp.col_upper_ = np.zeros(len(cost)), upper
    lp.row_lower_, lp.row_upper_ = row_limits
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = matrix.indptr
    lp.a_matrix_.index_ = matrix.indices
    lp.a_matrix_.value_ = matrix.data
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kinds[int(flag)] for flag in whole]
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]  # HiGHS has no stubs
    options = {
        "output_flag": False,
        "mip_rel_gap": gap,
        "time_limit": seconds,
        "threads": 1,  # the same answer on every machine
    }
    for option, setting in options.items():
        solver.setOptionValue(option, setting)
    solver.passModel(lp)
    if start is not None:
        known = highspy.HighsSolution()
        known.col_value = start
        solver.setSolution(known)
    solver.run()
    return _read(solver, bool(whole.any()))


def _read(solver: Any, mixed: bool) -> Solution:
    status, info = solver.getModelStatus(), solver.getInfo()
    states = highspy.HighsModelStatus
    if status in (states.kInfeasible, states.kUnboundedOrInfeasible):
        raise Infeasible("no choice of rates meets all conditions")
    feasible = info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
    if status not in (states.kOptimal, states.kTimeLimit) or not feasible:
        raise NotConverged(
            f"HiGHS stopped without a solution: {solver.modelStatusToString(status)}"
        )
    objective = float(info.objective_function_value)
    bound = float(info.mip_dual_bound) if mixed else objective
    gap = abs(objective - bound) / max(1e-12, abs(objective)) if objective != bound else 0.0
    found = solver.getSolution()
    x = np.array(found.col_value)
    reduced, prices = np.array(found.col_dual), np.array(found.row_dual)
    if mixed:
        reduced, prices = np.zeros_like(x), np.zeros(len(found.row_value))
    return Solution(x, objective, bound, gap, reduced, prices)
