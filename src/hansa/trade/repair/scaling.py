"""Balancing: the matrix nearest to a given one (in entropy) with given margins.

Scaling rows and columns in turn (RAS; Deming and Stephan 1940, Stone 1961) converges to
the x that minimises Σ x ln(x/a) − x subject to the margins, where one exists with the same
zeros as a. If none exists the margins that contradict one another are named.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize
from scipy.sparse import csgraph, csr_array

from hansa.terms.errors import BadInput, Infeasible, NotConverged
from hansa.trade import cells
from hansa.trade.model import Array

TOLERANCE: Final = 1e-12
SWEEPS: Final = 20_000
SUMS: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Balanced:
    """A balanced matrix.

    Parameters
    ----------
    flows : Array
        ``[n, i]`` with row sums ``bought`` and column sums ``sold``, (N, M).
    rows, columns : Array
        The factors: flows = rows · a · columns, (N,) and (M,).
    residual : float
        Largest gap between a sum and its margin, relative to the margins' total.
    sweeps : int
        Times that rows and columns were scaled.
    """

    flows: Array
    rows: Array
    columns: Array
    residual: float
    sweeps: int


def balance(
    flows: ArrayLike,
    bought: ArrayLike,
    sold: ArrayLike,
    *,
    importers: tuple[str, ...] = (),
    exporters: tuple[str, ...] = (),
    tolerance: float = TOLERANCE,
) -> Balanced:
    """Scale rows and columns of ``flows`` to the margins.

    Parameters
    ----------
    flows : array
        a, at least zero, (N, M).
    bought, sold : array
        Row sums (N,) and column sums (M,) that are wanted, with one total.
    importers, exporters : tuple of str
        Names for messages; numbers if not given.
    tolerance : float
        Of the residual of `Balanced`.

    Raises
    ------
    BadInput
        If shapes differ or a number is negative or missing.
    Infeasible
        If no such matrix exists; names the margins that contradict one another.
    NotConverged
        If 20,000 sweeps are not enough.
    """
    a = np.array(flows, dtype=float)
    if a.ndim != 2:
        raise BadInput(f"a matrix is needed, not {a.ndim} dimensions")
    names = (_names(importers, a.shape[0]), _names(exporters, a.shape[1]))
    r = cells.shaped(bought, a.shape[:1], "bought", "importers")
    c = cells.shaped(sold, a.shape[1:], "sold", "exporters")
    for argument, values, labels in (
        ("flows", a, names),
        ("bought", r, names[:1]),
        ("sold", c, names[1:]),
    ):
        cells.refuse_unless_finite(values, labels, argument)
        cells.refuse_negative(values, labels, argument)
    total = r.sum()
    if abs(total - c.sum()) > SUMS * max(total, c.sum()):
        raise Infeasible(
            f"purchases sum to {total:.10g}, sales to {c.sum():.10g}",
            remedy="the world buys what it sells: scale one side",
        )
    c = c * (total / c.sum()) if total > 0 else c
    done = _scale(a, r, c, tolerance)
    if not done.residual <= tolerance:
        _explain(a, r, c, names)
        raise NotConverged(
            f"margins are missed by {done.residual:.1e} of the total after {done.sweeps} sweeps",
            remedy="loosen the tolerance, or fill cells that are nearly zero",
        )
    return done


def _names(given: tuple[str, ...], count: int) -> tuple[str, ...]:
    if given and len(given) != count:
        raise BadInput(f"{len(given)} names for {count} rows or columns")
    return given or tuple(str(k + 1) for k in range(count))


def _scale(a: Array, r: Array, c: Array, tolerance: float) -> Balanced:
    total = max(float(r.sum()), np.finfo(float).tiny)
    columns = np.ones(a.shape[1])
    rows = np.ones(a.shape[0])
    residual, sweep, best = np.inf, 0, np.inf
    for sweep in range(1, SWEEPS + 1):
        with np.errstate(over="ignore", invalid="ignore"):  # factors run away if none exists
            rows = _ratio(r, a @ columns)
            columns = _ratio(c, rows @ a)
            gap = np.abs(rows * (a @ columns) - r).max() / total
            missing = np.abs(columns * (rows @ a) - c).max() / total
        residual = float(max(gap, missing))
        if residual <= tolerance or not np.isfinite(residual):
            break
        if sweep % 500 == 0:  # where no matrix exists the gap stands still
            if residual > 0.999 * best:
                break
            best = residual
    with np.errstate(over="ignore", invalid="ignore"):
        flows = rows[:, None] * a * columns
    return Balanced(flows, rows, columns, residual, sweep)


def _ratio(top: Array, bottom: Array) -> Array:
    result: Array = np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)
    return result


def _explain(a: Array, r: Array, c: Array, names: tuple[tuple[str, ...], ...]) -> None:
    """Raise `Infeasible` with the margins or cells at fault, if some are.

    ``most`` carries as much as the margins allow over the cells that are not zero. Where
    that is less than the total, importers that are short, and all who compete for their
    suppliers, need more than these suppliers sell (the minimum cut). Where it is the total,
    a cell may still be zero in every solution, which no scaling of a positive cell reaches:
    one through which no cycle of the residual graph leads.
    """
    if not (a > 0).any():
        raise Infeasible("all flows are zero, the margins are not")
    n = a.shape[0]
    most = _most(a > 0, r, c)
    graph = np.zeros((sum(a.shape),) * 2, dtype=bool)
    graph[:n, n:] = a > 0  # an importer may take more from a supplier
    graph[n:, :n] = (most > SUMS * r.sum()).T  # a supplier may be freed of an importer
    short = np.flatnonzero(r - most.sum(axis=1) > SUMS * r.sum())
    if short.size:
        reached = _reached(graph, short)
        _name_margins(r, c, names, reached[:n], reached[n:])
    component = csgraph.connected_components(csr_array(graph), connection="strong")[1]
    forced = (a > 0) & (component[:n, None] != component[None, n:]) & ~graph[n:, :n].T
    if forced.any():
        shown = [f"{names[1][i]} to {names[0][k]}" for k, i in np.argwhere(forced)[:3].tolist()]
        raise Infeasible(
            "the margins leave nothing for " + ", ".join(shown),
            remedy="set these flows to zero, or change the margins around them",
        )


def _most(support: NDArray[np.bool_], r: Array, c: Array) -> Array:
    """A flow as large as the margins allow over the cells of ``support``."""
    where = np.argwhere(support)
    sums = np.zeros((sum(support.shape), len(where)))
    sums[where[:, 0], np.arange(len(where))] = 1.0
    sums[support.shape[0] + where[:, 1], np.arange(len(where))] = 1.0
    scale = max(float(r.sum()), np.finfo(float).tiny)
    margins = np.concatenate([r, c]) / scale
    found = optimize.linprog(-np.ones(len(where)), A_ub=sums, b_ub=margins, method="highs")
    flow = np.zeros(support.shape)
    flow[support] = np.asarray(found.x, dtype=float) * scale
    return flow


def _reached(graph: NDArray[np.bool_], first: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Nodes that can be reached from ``first``."""
    reached = np.zeros(len(graph), dtype=bool)
    reached[first] = True
    while True:
        more = reached | graph[reached].any(axis=0)
        if (more == reached).all():
            return reached
        reached = more


def _name_margins(
    r: Array,
    c: Array,
    names: tuple[tuple[str, ...], ...],
    buyers: NDArray[np.bool_],
    sellers: NDArray[np.bool_],
) -> None:
    who = ", ".join(name for name, bad in zip(names[0], buyers, strict=True) if bad)
    whom = ", ".join(name for name, bad in zip(names[1], sellers, strict=True) if bad)
    raise Infeasible(
        f"{who} would have to buy {r[buyers].sum():.6g} from {whom or 'nobody'}, who sell "
        f"{c[sellers].sum():.6g} in all",
        remedy="change these margins, or fill cells that are zero",
    )
