"""Many shocks of one economy."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from hansa.terms.progress import Progress, silent
from hansa.trade.economy import Economy
from hansa.trade.equilibrium import Equilibrium
from hansa.trade.model import Array
from hansa.trade.shock import Shock
from hansa.trade.solver import SWEEPS, TOLERANCE, Task, begin, run, solve
from hansa.trade.system import around, patch, unpatch


def solve_many(
    economy: Economy,
    shocks: Sequence[Shock],
    *,
    start: Equilibrium | None = None,
    tolerance: float = TOLERANCE,
    threads: int = 1,
    progress: Progress = silent,
) -> tuple[Equilibrium, ...]:
    """Solve many shocks of one economy; the result is that of solving them one by one.

    The base's arrays are shared: each scenario writes its changed cells into them and
    takes them back. All start from one equilibrium, so scenarios that differ in a few
    pairs need few sweeps.

    Parameters
    ----------
    economy : Economy
        The base.
    shocks : sequence of Shock
        The scenarios.
    start : Equilibrium, optional
        Where all of them start; default: the base's own equilibrium under the closure.
    tolerance : float
        As in `solve`.
    threads : int
        Threads to use; the compiled core runs without Python's lock.
    progress : Progress
        Told after each scenario.

    Returns
    -------
    tuple of Equilibrium
        In the order of the shocks.

    Raises
    ------
    NoEquilibrium, BadInput
        As `solve`, for the first scenario that fails.
    """
    starts: dict[str, Array] = {}
    for shock in shocks:
        if shock.closure not in starts:
            first = start or solve(economy, Shock.none(shock.closure), tolerance=tolerance)
            starts[shock.closure] = begin(economy, first)
    lots = [range(i, len(shocks), threads) for i in range(max(1, threads))]
    solved: dict[int, Equilibrium] = {}

    def work_on(lot: range) -> None:
        scratch = economy.pi.copy(), economy.net.copy()
        for i in lot:
            shock = shocks[i]
            solved[i] = _in_place(scratch, economy, shock, starts[shock.closure], tolerance)
            progress(len(solved), len(shocks), "scenarios solved")

    if threads <= 1:
        work_on(lots[0])
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(work_on, lots))
    return tuple(solved[i] for i in range(len(shocks)))


def _in_place(
    scratch: tuple[Array, Array], economy: Economy, shock: Shock, start: Array, tolerance: float
) -> Equilibrium:
    A, B = scratch
    try:
        patch(A, B, economy, shock)
        equations = around(A, B, economy, shock)
        return run(Task(economy, shock, equations, tolerance, "numba", SWEEPS), start)
    finally:
        unpatch(A, B, economy, shock)
