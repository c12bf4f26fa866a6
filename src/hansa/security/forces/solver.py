"""A mixed-integer programme as rows and columns, solved by HiGHS.

Kept apart so that the models above it speak of forces, not of a solver's interface.

Give every column a finite bound: the presolve of HiGHS 1.12 to 1.15 can crash the process on
unbounded ones (it loses count of the infinite terms in a row's activity, takes an emptied row
for a forcing one and reads beyond its list of singleton rows). Programmes with an unbounded
column are therefore solved without presolve, which is slow for large ones.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

import highspy
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from hansa.terms.errors import NotConverged

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
INF = math.inf


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how closely to search.

    Parameters
    ----------
    seconds : float
        Wall time for the whole plan.
    gap : float
        Relative gap at which a search may stop.
    threads : int
        Threads of the solver.
    """

    seconds: float = 60.0
    gap: float = 1e-4
    threads: int = 1


class Status(Enum):
    """How a search ended."""

    SOLVED = "solved"
    INFEASIBLE = "infeasible"
    LIMIT = "stopped at the limit"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Values (``None``: none found), their objective, the proven bound, seconds taken."""

    status: Status
    values: Floats | None
    objective: float
    bound: float
    seconds: float

    @property
    def gap(self) -> float:
        """Relative distance of the objective from the bound."""
        if self.values is None:
            return INF
        return max(0.0, self.objective - self.bound) / max(1e-10, abs(self.objective))


class NoPlanInTime(NotConverged):
    """No plan was found, and none was proven impossible, within the time.

    ``history`` holds ``(seconds, bound)`` of every search that was made.
    """

    def __init__(self, what: str, history: tuple[tuple[float, float], ...]) -> None:
        self.history = history
        super().__init__(what, remedy="allow more seconds or a wider gap")


@dataclass(slots=True)
class Program:
    """Columns with costs and bounds, rows with bounds, and the entries between them."""

    cost: list[Floats] = field(default_factory=list)
    lower: list[Floats] = field(default_factory=list)
    upper: list[Floats] = field(default_factory=list)
    whole: list[NDArray[np.bool_]] = field(default_factory=list)
    row_lower: list[Floats] = field(default_factory=list)
    row_upper: list[Floats] = field(default_factory=list)
    entries: list[tuple[Ints, Ints, Floats]] = field(default_factory=list)
    columns: int = 0
    rows: int = 0

    def add_columns(
        self,
        count: int,
        *,
        cost: ArrayLike = 0.0,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = INF,
        whole: bool = False,
    ) -> Ints:
        """New columns; their numbers."""
        for store, value in ((self.cost, cost), (self.lower, lower), (self.upper, upper)):
            store.append(np.broadcast_to(np.asarray(value, dtype=np.float64), (count,)).copy())
        self.whole.append(np.full(count, whole))
        self.columns += count
        return np.arange(self.columns - count, self.columns, dtype=np.int64)

    def add_rows(self, count: int, *, lower: ArrayLike = -INF, upper: ArrayLike = INF) -> Ints:
        """New rows; their numbers."""
        for store, value in ((self.row_lower, lower), (self.row_upper, upper)):
            store.append(np.broadcast_to(np.asarray(value, dtype=np.float64), (count,)).copy())
        self.rows += count
        return np.arange(self.rows - count, self.rows, dtype=np.int64)

    def add_entries(self, rows: ArrayLike, columns: ArrayLike, values: ArrayLike) -> None:
        """Coefficients; entries of the same row and column are summed."""
        row = np.atleast_1d(np.asarray(rows, dtype=np.int64))
        column = np.atleast_1d(np.asarray(columns, dtype=np.int64))
        row, column = np.broadcast_arrays(row, column)
        value = np.broadcast_to(np.asarray(values, dtype=np.float64), row.shape)
        self.entries.append((row, column, value))

    def freeze(self) -> Frozen:
        """The same programme as arrays, ready to solve."""
        empty = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
        rows, columns, values = (
            np.concatenate(part) for part in zip(*(self.entries or [empty]), strict=True)
        )
        matrix = sparse.csr_matrix((values, (rows, columns)), shape=(self.rows, self.columns))
        return Frozen(
            _join(self.cost), _join(self.lower), _join(self.upper),
            np.concatenate(self.whole) if self.whole else np.zeros(0, np.bool_),
            _join(self.row_lower), _join(self.row_upper), matrix,
        )  # fmt: skip


def _join(parts: list[Floats]) -> Floats:
    return np.concatenate(parts) if parts else np.zeros(0)


@dataclass(frozen=True, slots=True)
class Frozen:
    """A programme as arrays: minimise ``cost @ x`` within bounds."""

    cost: Floats
    lower: Floats
    upper: Floats
    whole: NDArray[np.bool_]
    row_lower: Floats
    row_upper: Floats
    matrix: sparse.csr_matrix

    def solve(
        self,
        limits: Limits,
        *,
        cost: Floats | None = None,
        lower: Floats | None = None,
        upper: Floats | None = None,
        relaxed: bool = False,
        start: Mapping[int, float] | None = None,
        cuts: tuple[tuple[Floats, float], ...] = (),
    ) -> Outcome:
        """Solve, possibly with other costs, other bounds or further rows ``a @ x <= b``.

        ``start`` gives values of some columns from which the search may begin.
        """
        solver = self._solver(limits, cost, lower, upper, relaxed)
        for row, most in cuts:
            index = np.flatnonzero(row).astype(np.int32)
            solver.addRow(-highspy.kHighsInf, most, len(index), index, row[index])
        if start and not relaxed:
            index = np.fromiter(start.keys(), dtype=np.int32)
            values = np.fromiter(start.values(), dtype=np.float64)
            solver.setSolution(len(index), index, values)
        began = time.perf_counter()
        solver.run()
        return _outcome(
            solver, time.perf_counter() - began, mip=bool(not relaxed and self.whole.any())
        )

    def _solver(
        self,
        limits: Limits,
        cost: Floats | None,
        lower: Floats | None,
        upper: Floats | None,
        relaxed: bool,
    ) -> highspy.Highs:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.matrix.shape[1], self.matrix.shape[0]
        lp.col_cost_ = self.cost if cost is None else cost
        lp.col_lower_ = self.lower if lower is None else lower
        lp.col_upper_ = self.upper if upper is None else upper
        lp.row_lower_, lp.row_upper_ = self.row_lower, self.row_upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = self.matrix.indptr
        lp.a_matrix_.index_ = self.matrix.indices
        lp.a_matrix_.value_ = self.matrix.data
        if not relaxed and self.whole.any():
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            lp.integrality_ = [kinds[int(flag)] for flag in self.whole]
        solver = highspy.Highs()  # type: ignore[no-untyped-call]  # the wrapper has no annotations
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", limits.threads)
        solver.setOptionValue("mip_rel_gap", limits.gap)
        solver.setOptionValue("time_limit", max(0.1, limits.seconds))
        if not np.isfinite(lp.col_upper_).all() or not np.isfinite(lp.col_lower_).all():
            solver.setOptionValue("presolve", "off")
        solver.passModel(lp)
        return solver


def _outcome(solver: highspy.Highs, seconds: float, *, mip: bool) -> Outcome:
    model = solver.getModelStatus()
    info = solver.getInfo()
    kinds = highspy.HighsModelStatus
    if model in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
        return Outcome(Status.INFEASIBLE, None, INF, INF, seconds)
    status = Status.SOLVED if model == kinds.kOptimal else Status.LIMIT
    bound = float(info.mip_dual_bound) if mip else -INF
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if not feasible:
        return Outcome(Status.LIMIT, None, INF, bound, seconds)
    objective = float(info.objective_function_value)
    if not mip and status is Status.SOLVED:
        bound = objective
    values = np.asarray(solver.getSolution().col_value, dtype=np.float64)
    return Outcome(status, values, objective, bound, seconds)
