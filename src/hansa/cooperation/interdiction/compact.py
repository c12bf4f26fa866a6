r"""The compact mixed-integer programme: one potential per node and destination.

.. math::

   \min \sum_j w_j π_{o_j}^{t_j} \quad\text{s.t.}\quad
   π_u^t ≥ r_{uv} π_v^t - (r_{uv} - q_{uv}) ψ_v^t x_s, \quad
   π_u^t ≥ q_{uv} π_v^t, \quad π_t^t = 1, \quad x \text{ within the budgets}

with :math:`ψ_v^t` the best chance from v to t without any posts (Pan and Morton 2008, eq. 7;
potentials per sink instead of per scenario: Towle and Luedtke, *Computational Management
Science* 15 (2018) 455–477). It states the problem in full and leaves all the work to the
solver; it is here to be compared with, and to settle small networks independently.
"""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

from hansa.cooperation.interdiction import kernels
from hansa.cooperation.interdiction.branching import Searched
from hansa.cooperation.interdiction.limits import Frame
from hansa.cooperation.interdiction.network import Array, Flags, Network
from hansa.terms.errors import Infeasible, NotConverged


class _Rows:
    """Rows ``Σ entry · column ≥ low`` as they are collected."""

    def __init__(self) -> None:
        self.start, self.index, self.entry, self.low = (
            [0],
            list[int](),
            list[float](),
            list[float](),
        )

    def add(self, low: float, *terms: tuple[int, float]) -> None:
        for column, entry in terms:
            self.index.append(column)
            self.entry.append(entry)
        self.start.append(len(self.index))
        self.low.append(low)


def _modes(network: Network) -> list[list[tuple[float, list[int]]]]:
    """Per arc its chances to be passed, highest first, and the sites that close each."""
    net = network.passages
    found: list[list[tuple[float, list[int]]]] = [[] for _ in network.arcs]
    for p, a in enumerate(net.arc):
        closed = net.closed_by[net.closed_from[p] : net.closed_from[p + 1]]
        found[a].append((float(net.chance[p]), [int(s) for s in closed]))
    return found


def solve_compact(
    network: Network,
    frame: Frame,
    *,
    gap: float = 1e-6,
    seconds: float = 600.0,
    threads: int = 1,
    start: Flags | None = None,
) -> Searched:
    """Solve the compact programme with HiGHS.

    Parameters
    ----------
    network, frame
        The network, and the limits as arrays.
    gap, seconds : float
        Where HiGHS may stop.
    threads : int
    start : Flags, optional
        A plan to start from.

    Raises
    ------
    NotConverged
        If HiGHS ends without a plan.
    """
    net = network.passages
    S, n, T = len(network.sites), net.size, len(net.sinks)
    place = {name: k for k, name in enumerate(network.nodes)}
    modes = _modes(network)
    rows = _Rows()
    upper = np.ones(S + n * T)
    lower = np.zeros(S + n * T)
    cost = np.zeros(S + n * T)
    weights = network.weights[net.journey]
    for t, sink in enumerate(net.sinks):
        psi, _ = kernels.best_chances(net, frame.low, sink)
        base = S + t * n
        upper[base : base + n] = psi
        lower[base + sink] = 1.0
        for a, arc in enumerate(network.arcs):
            u, v = base + place[arc.tail], base + place[arc.head]
            reach = psi[place[arc.head]]
            least, never_closed = modes[a][-1]
            q = 0.0 if never_closed else least
            for chance, closed in modes[a] if reach > 0 else ():
                big = (chance - q) * reach  # closed, the row says no more than that of q
                rows.add(0.0, (u, 1.0), (v, -chance), *((s, big) for s in closed))
        for j in range(net.group[t], net.group[t + 1]):
            cost[base + net.origin[j]] += weights[j]
    lower[:S], upper[:S] = frame.low, frame.high
    h = _model(cost, lower, upper, rows, frame, S)
    h.setOptionValue("mip_rel_gap", gap)
    h.setOptionValue("time_limit", seconds)
    h.setOptionValue("threads", threads)
    if start is not None:
        h.setSolution(_start(network, start, upper, S, n))
    h.run()
    return _read(h, network, frame, S)


def _model(
    cost: Array, lower: Array, upper: Array, rows: _Rows, frame: Frame, S: int
) -> highspy.Highs:
    for row, cap in zip(frame.rows, frame.caps, strict=True):
        rows.add(-float(cap), *((int(s), -float(row[s])) for s in np.flatnonzero(row)))
    lp: Any = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(cost), len(rows.low)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, lower, upper
    lp.row_lower_ = np.array(rows.low)
    lp.row_upper_ = np.full(len(rows.low), highspy.kHighsInf)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.array(rows.start, dtype=np.int32)
    lp.a_matrix_.index_ = np.array(rows.index, dtype=np.int32)
    lp.a_matrix_.value_ = np.array(rows.entry)
    whole, any_ = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    lp.integrality_ = [whole] * S + [any_] * (len(cost) - S)
    h = highspy.Highs()  # type: ignore[no-untyped-call]  # HiGHS has no stubs
    h.setOptionValue("output_flag", False)
    h.passModel(lp)
    return h


def _start(network: Network, plan: Flags, upper: Array, S: int, n: int) -> Any:
    net = network.passages
    values = np.zeros(len(upper))
    values[:S] = plan
    for t, sink in enumerate(net.sinks):
        best, _ = kernels.best_chances(net, plan, sink)
        values[S + t * n : S + (t + 1) * n] = best
    solution = highspy.HighsSolution()
    solution.col_value = list(values)
    return solution


def _read(h: highspy.Highs, network: Network, frame: Frame, S: int) -> Searched:
    status = h.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        raise Infeasible("no plan keeps within the limits")
    values = np.asarray(h.getSolution().col_value)
    info = h.getInfo()
    if len(values) < S or not np.isfinite(info.objective_function_value):
        raise NotConverged(f"HiGHS ended with {h.modelStatusToString(status)!r} and no plan")
    plan = values[:S] > 0.5
    net = network.passages
    value = float(kernels.evasion(net, network.weights[net.journey], plan))
    return Searched(plan, value, min(float(info.mip_dual_bound), value), int(info.mip_node_count))
