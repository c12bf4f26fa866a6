"""From an economy and a shock to an equilibrium, or to an error that says how far it got."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Literal

import numpy as np

from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown
from hansa.trade import kernel, reference
from hansa.trade.economy import Economy
from hansa.trade.equilibrium import Equilibrium
from hansa.trade.model import Array, NoEquilibrium
from hansa.trade.shock import Shock
from hansa.trade.system import System, cold, parts, system

Core = Literal["numba", "numpy"]
_CORES: dict[str, ModuleType] = {"numba": kernel, "numpy": reference}

TOLERANCE = 1e-10
SWEEPS = 500
MEMORY = 5
PLANS = ((1.0, MEMORY), (0.3, MEMORY), (0.5, 20))
"""How far a step goes and how many Anderson remembers; the next is tried if one fails."""
STAGES = (1, 4, 16)
"""If no plan works at once, the shock is applied in this many steps."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is solved, and how; the parameters of `solve`."""

    economy: Economy
    shock: Shock
    equations: System
    tolerance: float
    core: Core
    sweeps: int


def solve(
    economy: Economy,
    shock: Shock,
    *,
    start: Equilibrium | None = None,
    tolerance: float = TOLERANCE,
    core: Core = "numba",
    sweeps: int = SWEEPS,
) -> Equilibrium:
    """The equilibrium of an economy under a shock, by exact hat algebra.

    Source: Caliendo and Parro (2015), eqs. 10–14, with iceberg costs, sharing of revenue
    and three closures of deficits; one sector without inputs is the model of Armington
    or Eaton and Kortum (2002).

    Parameters
    ----------
    economy : Economy
        The base. Its accounts need not agree (`Economy.check`), but then something
        changes even without a shock.
    shock : Shock
        What changes.
    start : Equilibrium, optional
        Of the same economy, to start from; default: the base.
    tolerance : float
        Bound on the largest relative excess of any market.
    core : {"numba", "numpy"}
        Compiled, or its reference.
    sweeps : int
        Sweeps allowed per attempt.

    Returns
    -------
    Equilibrium

    Raises
    ------
    NoEquilibrium
        If neither steps at full length, nor shorter ones, nor the shock in stages reach
        the tolerance; its ``history`` holds every residual.
    BadInput
        If the shock does not fit the economy or cuts a country off from all sources.
    """
    if core not in _CORES:
        raise unknown("core", core, _CORES)
    if not 0 < tolerance < 1:
        raise BadInput(f"a tolerance of {tolerance} makes no sense", where=Place("tolerance"))
    equations = system(economy, shock)
    return run(Task(economy, shock, equations, tolerance, core, sweeps), begin(economy, start))


def begin(economy: Economy, start: Equilibrium | None) -> Array:
    """The state to start from: another equilibrium's, or the base's."""
    if start is None:
        return cold(economy)
    if start.economy is not economy:
        raise BadInput(
            "the equilibrium to start from is of another economy",
            where=Place("start"),
            remedy="solve it on the same Economy object",
        )
    return start.state.copy()


def run(task: Task, start: Array) -> Equilibrium:
    """Try the plans in turn; see `solve`."""
    history: list[float] = []
    for stages in STAGES:
        for share, memory in PLANS:
            how = kernel.Settings(task.tolerance, memory, share)
            state = start.copy()
            if _attempt(task, state, history, how, stages):
                return _read(task, state, history, stages)
    best = min((value for value in history if np.isfinite(value)), default=float("inf"))
    raise NoEquilibrium(
        f"no equilibrium within {task.tolerance:.1e} after {len(history)} sweeps; "
        f"the smallest residual was {best:.1e}",
        history=tuple(history),
        remedy="check the economy's accounts, the size of the shock and the deficits",
    )


def _attempt(
    task: Task, state: Array, history: list[float], how: kernel.Settings, stages: int
) -> bool:
    """Solve in stages, the last of them to the tolerance; ``state`` becomes the solution."""
    core = _CORES[task.core]
    for stage in range(1, stages + 1):
        last = stage == stages
        equations = task.equations if last else _part_way(task, stage / stages)
        residuals = np.empty(task.sweeps)
        enough = how if last else how._replace(tolerance=max(how.tolerance, 1e-4))
        taken, status = core.iterate(equations, state, residuals, enough)
        history.extend(residuals[:taken].tolist())
        if status != kernel.CONVERGED:
            return False
    return True


def _part_way(task: Task, t: float) -> System:
    """The equations after a share ``t`` of the shock, along a geometric path of costs."""
    e, s = task.economy, task.equations
    scaled = s.phi.size > 0
    sharing = s.sharing
    if e.sharing is not None or sharing.size:
        own = np.eye(e.N)
        base = own if e.sharing is None else e.sharing
        sharing = (1 - t) * base + t * (sharing if sharing.size else own)
    return s._replace(
        A=_between(e.pi, s.A, t),
        B=_between(e.net, s.B, t),
        D=s.D if scaled else (1 - t) * e.D + t * s.D,
        sharing=sharing,
    )


def _between(base: Array, new: Array, t: float) -> Array:
    """``base^(1−t) new^t``; cells that the shock closes shrink in proportion instead."""
    ratio = np.divide(new, base, out=np.ones_like(base), where=base > 0)
    way: Array = base * np.where(ratio > 0, ratio**t, 1 - t)
    return way


def _read(task: Task, state: Array, history: list[float], stages: int) -> Equilibrium:
    """The equilibrium in a solved state; one more sweep verifies its residual."""
    e = task.economy
    work, image = kernel.work(e.J, e.N), np.empty_like(state)
    residual = kernel.sweep(task.equations, state, image, work)
    history.append(residual)
    wage = parts(state, e.J, e.N).wage
    _refuse_negative_income(task, history, work)
    if e.byproducts:
        _refuse_negative_demand(task, state, work)
    return Equilibrium(
        economy=e,
        shock=task.shock,
        state=_locked(state),
        P_hat=_locked(np.exp(work.prices + wage[:, None]).T),
        Y=_locked(work.output.T),
        revenue=_locked(work.revenue),
        income=_locked(work.income),
        history=tuple(history),
        tolerance=task.tolerance,
        stages=stages,
        core=task.core,
    )


def _locked(values: Array) -> Array:
    array = np.ascontiguousarray(values)
    array.flags.writeable = False
    return array


def _refuse_negative_income(task: Task, history: list[float], work: kernel.Work) -> None:
    broke = np.flatnonzero(~(work.income > 0))
    if broke.size:
        raise NoEquilibrium(
            f"{task.economy.countries[broke[0]]} would owe more than it earns",
            history=tuple(history),
            remedy="close or scale deficits, or keep smaller ones",
        )


def _refuse_negative_demand(task: Task, state: Array, work: kernel.Work) -> None:
    e = task.economy
    floor = np.log(kernel.TINY) / 2
    gone = e.live & (parts(state, e.J, e.N).spending < floor)
    if gone.any():
        j, n = np.argwhere(gone)[0]
        raise NoEquilibrium(
            f"by-products exceed the demand for {e.sectors[j]} in {e.countries[n]}",
            remedy="remove the negative input coefficients",
        )
