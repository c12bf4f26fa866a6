r"""Lift under uncertain demand: decide now, repair when the demand is known.

The two-stage linear programme

.. math:: \min_x \; c^\top x + \sum_s p_s \min_{y_s} q^\top y_s
   \quad\text{s.t. } A x \sim b,\; T x + W y_s \sim h_s,\; l \le (x, y) \le u

as one extensive form. Reference: Midler and Wollmer, "Stochastic programming models for
scheduling airlift operations", Naval Research Logistics Quarterly 16 (1969): monthly flying
hours are allotted to routes before the demand is known, then aircraft are switched between
routes or tonnage is bought.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from hansa.security.forces.solver import Floats, Limits, Program, Status
from hansa.terms.errors import BadInput, Infeasible, NotConverged

Matrix = sparse.csr_matrix


@dataclass(frozen=True, slots=True)
class Demand:
    """One thing that may come: its probability and the second stage's right-hand sides."""

    probability: float
    rhs: Floats


@dataclass(frozen=True, slots=True)
class TwoStage:
    """A two-stage linear programme.

    Parameters
    ----------
    names : tuple of str
        Columns, first stage first.
    first : int
        Number of first-stage columns.
    cost, lower, upper : array, shape (columns,)
    matrix : sparse matrix, shape (rows, columns)
        First-stage rows first.
    first_rows : int
        Number of first-stage rows.
    senses : tuple of str
        ``L``, ``G`` or ``E`` for each row.
    rhs : array, shape (rows,)
        Right-hand sides; second-stage ones are replaced by each demand's.
    demands : tuple of Demand
    """

    names: tuple[str, ...]
    first: int
    cost: Floats
    lower: Floats
    upper: Floats
    matrix: Matrix
    first_rows: int
    senses: tuple[str, ...]
    rhs: Floats
    demands: tuple[Demand, ...]

    def __post_init__(self) -> None:
        if not self.demands:
            raise BadInput("a two-stage programme needs at least one demand")
        total = sum(demand.probability for demand in self.demands)
        if abs(total - 1) > 1e-6:
            raise BadInput(f"the probabilities of the demands sum to {total:g}, not to 1")
        wide = self.matrix[: self.first_rows, self.first :]
        if wide.nnz:
            raise BadInput("a row of the first stage has a column of the second")


@dataclass(frozen=True, slots=True)
class Hedged:
    """The decision to take now and what it is worth.

    Parameters
    ----------
    value : float
        Expected cost of the best decision.
    now : array, shape (first,)
        First-stage columns.
    expected_demand_value : float
        Expected cost of the decision that is best for the mean demand.
    foresight_value : float
        Expected cost if the demand were known in advance.
    """

    value: float
    now: Floats
    expected_demand_value: float
    foresight_value: float

    @property
    def worth_of_hedging(self) -> float:
        """Value of the stochastic solution: what planning for the mean would lose."""
        return self.expected_demand_value - self.value

    @property
    def worth_of_foresight(self) -> float:
        """Expected value of perfect information."""
        return self.value - self.foresight_value


def hedge(problem: TwoStage, limits: Limits | None = None) -> Hedged:
    """Solve a two-stage programme, the mean-demand one and the ones with foresight.

    Raises
    ------
    Infeasible
        If no decision can be repaired under every demand.
    NotConverged
        If a search stopped at its limit.
    """
    limits = limits or Limits()
    value, now = _solve(problem, problem.demands, limits)
    mean = sum(d.probability * d.rhs for d in problem.demands)
    _, planned = _solve(problem, (Demand(1.0, np.asarray(mean)),), limits)
    expected, _ = _solve(problem, problem.demands, limits, fixed=planned)
    foresight = sum(
        d.probability * _solve(problem, (Demand(1.0, d.rhs),), limits)[0] for d in problem.demands
    )
    return Hedged(value, now, expected, foresight)


def _solve(
    problem: TwoStage,
    demands: tuple[Demand, ...],
    limits: Limits,
    *,
    fixed: Floats | None = None,
) -> tuple[float, Floats]:
    """The extensive form: one copy of the second stage for each demand."""
    n = problem.first
    program = Program()
    lower = problem.lower[:n] if fixed is None else fixed
    upper = problem.upper[:n] if fixed is None else fixed
    now = program.add_columns(n, cost=problem.cost[:n], lower=lower, upper=upper)
    top, bottom = problem.matrix[: problem.first_rows], problem.matrix[problem.first_rows :]
    _rows(program, top, now, problem.senses[: problem.first_rows], problem.rhs)
    for demand in demands:
        then = program.add_columns(
            problem.cost.size - n,
            cost=demand.probability * problem.cost[n:],
            lower=problem.lower[n:],
            upper=problem.upper[n:],
        )
        columns = np.concatenate([now, then])
        _rows(program, bottom, columns, problem.senses[problem.first_rows :], demand.rhs)
    outcome = program.freeze().solve(limits)
    if outcome.status is Status.INFEASIBLE:
        raise Infeasible("no decision can be repaired under every demand")
    if outcome.status is not Status.SOLVED or outcome.values is None:
        raise NotConverged(f"the search stopped after {outcome.seconds:.1f} s")
    return outcome.objective, outcome.values[:n]


def _rows(
    program: Program,
    matrix: Matrix,
    columns: NDArray[np.int64],
    senses: tuple[str, ...],
    rhs: Floats,
) -> None:
    count = len(senses)
    value = np.asarray(rhs[:count], dtype=np.float64)
    kinds: NDArray[Any] = np.array(senses)
    rows = program.add_rows(
        count,
        lower=np.where(kinds == "L", -np.inf, value),
        upper=np.where(kinds == "G", np.inf, value),
    )
    entries = matrix.tocoo()
    program.add_entries(rows[entries.row], columns[entries.col], entries.data)
