"""Sweeps: coalitions × scenarios × draws, resumable, on one process, many, or a cluster."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from hansa import __version__
from hansa.coalitions import Design, Outlook, design, wilson
from hansa.record.world import World
from hansa.store import Damaged, open_results
from hansa.store.results import Results
from hansa.studies.arrangements import customs_unions
from hansa.studies.economies import ground_of
from hansa.studies.sweeping_crews import Crew, crew_of
from hansa.studies.sweeping_spec import MOST_BLOCS_ALL, Study, Variant
from hansa.studies.sweeping_work import Plan, Rows, Task
from hansa.studies.worth import COMPLETED, setting_of
from hansa.studies.worth_terms import security_from, terms_from
from hansa.studies.worth_union import pact_among
from hansa.terms.errors import BadInput, HansaError, Place
from hansa.terms.progress import Progress, silent

PART = 2000
"""About so many equilibria make one task."""
DEATHS = 5
"""So often in a row workers may die without any result between."""
LEAST = 16
"""Base points before a sweep may stop early."""


@dataclass(frozen=True, slots=True, eq=False)
class Done:
    """A sweep that has run, whole or in part.

    Parameters
    ----------
    study : Study
    plans : tuple of Plan
        By scenario.
    design : Design
        All rows that were asked for.
    points : int
        Base points that are complete in all scenarios; results are of these.
    frames : tuple of polars.DataFrame
        By scenario, of the complete points.
    blocs : tuple of int
        Masks that were tried.
    reused, computed : int
        Tasks found among the results, and computed now.
    why : str
        Why it ended: ``complete``, ``known well enough``, ``out of time``.
    """

    study: Study
    plans: tuple[Plan, ...]
    design: Design
    points: int
    frames: tuple[pl.DataFrame, ...]
    blocs: tuple[int, ...]
    reused: int
    computed: int
    why: str

    def outlook(self, scenario: int, bloc: Sequence[str]) -> Outlook:
        """The outlook of a bloc over the independent draws of a scenario."""
        return outlook_of(self.frames[scenario], self.plans[scenario], bloc,
                          self.design.independent(self.points), self.study.mind)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Ran:
    """What `run_tasks` did: how many tasks were reused and computed, and why it ended."""

    reused: int
    computed: int
    why: str


def run_study(
    study: Study,
    world: World,
    folder: Path,
    *,
    cluster: str = "",
    workers: int = 0,
    minutes: float = 0.0,
    progress: Progress = silent,
) -> Done:
    """Run a study, or go on with it.

    Parameters
    ----------
    study : Study
    world : World
    folder : Path
        Where results are kept.
    cluster : str
        Address of a Dask scheduler; empty: this machine.
    workers : int
        Processes on this machine; 0: one per core, 1: this process.
    minutes : float
        Budget of time; 0: the study's own.
    progress : Progress
        Told of base points done.

    Raises
    ------
    BadInput
        If the study does not fit the world; nothing is computed then.
    HansaError
        If workers keep dying. What was computed is kept.
    """
    plans = tuple(_plan(study, world, variant) for variant in study.variants)
    blocs = _blocs(study, plans[0])
    plan = design(study.factors, _points(study, blocs), study.seed, sensitive=study.sensitivity)
    parts = _parts(plans, plan, blocs)
    results = open_results(folder)
    watch = _Watch(study, plans, plan, blocs, parts, results)
    limit = minutes or study.minutes
    ran = run_tasks(
        [task for part in parts for task in part],
        results,
        crew_of(cluster, workers),
        enough=watch.enough if study.width else None,
        deadline=time.monotonic() + 60 * limit if limit else None,
        progress=progress,
    )
    kept = watch.complete()
    if not kept:
        raise HansaError(
            "time ran out before the first part was done",
            remedy="start it again: what is done is kept",
        )
    points = watch.stopped_at or kept
    why = "known well enough" if watch.stopped_at else ran.why
    frames = tuple(watch.frame(k, points) for k in range(len(plans)))
    return Done(study, plans, plan, points, frames, blocs, ran.reused, ran.computed, why)


def run_tasks(
    tasks: Sequence[Task],
    results: Results,
    crew: Crew,
    *,
    enough: Callable[[], bool] | None = None,
    deadline: float | None = None,
    progress: Progress = silent,
) -> Ran:
    """Do what is not among the results yet, and keep each result as soon as it is there.

    Parameters
    ----------
    tasks : sequence of Task
        In the order in which they matter.
    results : Results
    crew : Crew
    enough : callable, optional
        Asked after every result whether to stop.
    deadline : float, optional
        By `time.monotonic`.
    progress : Progress

    Raises
    ------
    HansaError
        If a task fails, or workers die again and again without a result.
    """
    keys = [task.key for task in tasks]
    todo = [i for i, key in enumerate(keys) if not _whole(results, key)]
    reused = len(tasks) - len(todo)
    progress(reused, len(tasks), "parts of the sweep")
    if not todo or (enough is not None and enough()):
        return Ran(reused, 0, "complete")
    computed = deaths = 0
    with crew:
        waiting, out = list(reversed(todo)), dict[Future[pl.DataFrame], int]()
        while waiting or out:
            if deadline is not None and time.monotonic() > deadline:
                return Ran(reused, computed, "out of time")
            refused = _handed_out(tasks, waiting, out, crew)
            done, _ = wait(out, timeout=0.5, return_when=FIRST_COMPLETED)
            fresh, lost = _collected(done, out, crew)
            lost += refused
            for i, frame in fresh:
                results.put(keys[i], frame, {"hansa": __version__, "size": tasks[i].size})
            computed += len(fresh)
            deaths = 0 if fresh else deaths + bool(lost)
            if lost:
                waiting += sorted({*lost, *out.values()}, reverse=True)
                out.clear()
                if deaths >= DEATHS:
                    raise HansaError(
                        f"workers died {deaths} times without a result between",
                        remedy="check their memory; what was computed is kept",
                    )
                crew.renew()
            if fresh:
                progress(reused + computed, len(tasks), "parts of the sweep")
                if enough is not None and enough():
                    break
    return Ran(reused, computed, "complete")


def _handed_out(
    tasks: Sequence[Task], waiting: list[int], out: dict[Future[pl.DataFrame], int], crew: Crew
) -> list[int]:
    """Give out tasks up to the window; a crew that has just broken may refuse one."""
    while waiting and len(out) < crew.window:
        i = waiting.pop()
        try:
            out[crew.give(tasks[i])] = i
        except Exception as wrong:
            if not crew.lost(wrong):
                raise
            return [i]
    return []


def _collected(
    done: set[Future[pl.DataFrame]], out: dict[Future[pl.DataFrame], int], crew: Crew
) -> tuple[list[tuple[int, pl.DataFrame]], list[int]]:
    """Results that are there, and tasks whose workers died."""
    fresh, lost = [], []
    for future in done:
        i = out.pop(future)
        wrong = future.exception()
        if wrong is None:
            fresh.append((i, future.result()))
        elif crew.lost(wrong):
            lost.append(i)
        else:
            raise wrong
    return fresh, lost


def _whole(results: Results, key: str) -> bool:
    """Whether a result is there and sound; a damaged one is dropped and computed again."""
    try:
        return results.get(key) is not None
    except Damaged:
        results.drop(key)
        return False


class _Watch:
    """Which base points are complete, and whether they are enough."""

    def __init__(
        self,
        study: Study,
        plans: tuple[Plan, ...],
        plan: Design,
        blocs: tuple[int, ...],
        parts: list[list[Rows]],
        results: Results,
    ) -> None:
        self.study, self.plans, self.plan, self.blocs = study, plans, plan, blocs
        self.parts, self.results = parts, results
        self.stopped_at = 0
        self._keys = [[task.key for task in part] for part in parts]
        self._ends = np.cumsum([len(part[0].rows) // plan.stride for part in parts]).tolist()
        self._kept: list[list[pl.DataFrame]] = []
        self._tried = 0

    def complete(self) -> int:
        """Base points complete in all scenarios, from the first on."""
        while len(self._kept) < len(self.parts):
            frames = []
            for key in self._keys[len(self._kept)]:
                found = self.results.get(key)
                if found is None:
                    return self._ends[len(self._kept) - 1] if self._kept else 0
                frames.append(found.frame)
            self._kept.append(frames)
        return int(self._ends[-1])

    def frame(self, scenario: int, points: int) -> pl.DataFrame:
        """The rows of the first points of a scenario."""
        wanted = [frames[scenario] for frames in self._kept]
        return pl.concat(wanted).filter(pl.col("row") < points * self.plan.stride)

    def enough(self) -> bool:
        """Whether all probabilities are known to the width, at the first prefix that is.

        Prefixes are asked about one after another, whenever they got complete: where it
        stops does not depend on who was faster.
        """
        self.complete()
        while self._tried < len(self._kept):
            points = self._ends[self._tried]
            self._tried += 1
            if points >= LEAST and self._narrow(points):
                self.stopped_at = points
                return True
        return False

    def _narrow(self, points: int) -> bool:
        rows = self.plan.independent(points)
        for k, plan in enumerate(self.plans):
            found = outlook_of(self.frame(k, points), plan, plan.members, rows, self.study.mind)
            stable = found.stable(self.study.membership)
            low, high = wilson(round(stable.share * len(found.draws)), len(found.draws))
            if (high - low) / 2 > self.study.width:
                return False
        return True


def outlook_of(
    frame: pl.DataFrame, plan: Plan, bloc: Sequence[str], rows: np.ndarray, mind: float
) -> Outlook:
    """Payoffs around a bloc in the given rows; rows without a result are left out.

    Raises
    ------
    BadInput
        If the bloc's neighbours were not tried, or no row has a result.
    """
    players = plan.players
    here = sum(1 << players.index(name) for name in bloc)
    near = [here, *(here ^ 1 << k for k in range(len(players)))]
    near = [0 if mask.bit_count() < 2 else mask for mask in near]
    table = tables_of(frame, players, rows)
    missing = [mask for mask in near if mask not in table]
    if missing:
        raise BadInput("this bloc and its neighbours were not tried", where=Place("blocs"))
    draws = np.stack([table[mask] for mask in near], axis=1)
    draws = draws[np.isfinite(draws).all(axis=(1, 2))]
    if not len(draws):
        raise HansaError("no draw has a result", remedy="narrow the factors")
    names = tuple(name for name in players if name in bloc)
    return Outlook(players, names, np.median(draws, axis=0), draws, mind, "income, share")


def tables_of(
    frame: pl.DataFrame, players: Sequence[str], rows: np.ndarray
) -> dict[int, np.ndarray]:
    """Payoffs, trade and security together, by bloc: (rows, players)."""
    chosen = frame.filter(pl.col("row").is_in(rows.tolist())).sort("row")
    total = [pl.col(f"trade {name}") + pl.col(f"security {name}") for name in players]
    columns = [expression.alias(name) for expression, name in zip(total, players, strict=True)]
    return {
        int(bloc): part.select(players).to_numpy()
        for (bloc,), part in chosen.select("bloc", *columns).group_by(["bloc"])
    }


def _plan(study: Study, world: World, variant: Variant) -> Plan:
    """A scenario's union, before anything is drawn."""
    other = world if variant.scenario is None else variant.scenario.applied(world)
    register = other.on(study.on, study.known_on)
    ground = ground_of(other, study.on, known_on=study.known_on)
    base = ground.base()
    parameters = variant.scenario.parameters if variant.scenario is not None else {}
    assumed = {**parameters.get("union", {}), **variant.union}
    agreed = {u.organisation.id: u.terms for u in customs_unions(register)}.get(study.organisation)
    start = agreed if agreed is not None and agreed.tariff is not None else COMPLETED
    if agreed is not None and agreed.tariff is None:
        start = replace(COMPLETED, transport=agreed.transport, key=agreed.key)
    setting = setting_of(
        base, register, study.organisation, terms=terms_from(assumed, start),
        candidates=study.players or None, closure=study.closure,
    )  # fmt: skip
    pact = None
    if study.pact:
        pact = pact_among(other, register, study.pact, setting.players)
        lacking = [p for p in setting.players if p not in pact.neighbours]
        if lacking:
            raise BadInput(
                f"nothing is known of the security of {', '.join(lacking)}",
                where=Place("players"),
                remedy="leave them out",
            )
        pact = pact.among(setting.players)
    mix = {**parameters.get("security", {}), **variant.security}
    return Plan(
        ground, study.organisation, setting.terms, setting.members, setting.players,
        study.closure, pact, security_from(mix),
    )  # fmt: skip


def _blocs(study: Study, plan: Plan) -> tuple[int, ...]:
    """Masks to try: nobody first."""
    n = len(plan.players)
    if study.blocs == "all":
        if n > MOST_BLOCS_ALL:
            raise BadInput(
                f"all blocs of {n} states are too many", where=Place("blocs"),
                remedy=f"name up to {MOST_BLOCS_ALL} players, or ask about blocs near some",
            )  # fmt: skip
        return tuple(mask for mask in range(1 << n) if mask.bit_count() != 1)
    wanted = (plan.members,) if study.blocs == "near" else (plan.members, *study.blocs)
    masks = {0}
    for bloc in wanted:
        for name in bloc:
            if name not in plan.players:
                raise BadInput(f"{name} is no player of this study", where=Place("blocs"),
                               nearest=plan.players[:3])  # fmt: skip
        here = sum(1 << plan.players.index(name) for name in bloc)
        near = {here, *(here ^ 1 << k for k in range(n))}
        masks |= {mask for mask in near if mask.bit_count() > 1}
    return tuple(sorted(masks))


def _points(study: Study, blocs: Sequence[int]) -> int:
    """Base points that draws and budget allow."""
    if not study.equilibria:
        return study.draws
    stride = len(study.factors) + 2 if study.sensitivity and study.factors else 1
    per_point = stride * len(blocs) * len(study.variants)
    allowed = study.equilibria // per_point
    if allowed < 1:
        raise BadInput(
            f"a budget of {study.equilibria} equilibria does not pay for one draw, which takes "
            f"{per_point}",
            where=Place("budget", column="equilibria"),
        )
    return min(study.draws, allowed)


def _parts(plans: tuple[Plan, ...], plan: Design, blocs: tuple[int, ...]) -> list[list[Rows]]:
    """Tasks, by lot of base points and scenario; lots do not depend on who does them."""
    each = max(1, PART // (plan.stride * len(blocs)))
    return [[_task(p, plan, blocs, lot) for p in plans] for lot in _lots(plan.points, each)]


def _lots(points: int, each: int) -> Iterator[range]:
    for start in range(0, points, each):
        yield range(start, min(points, start + each))


def _task(plan: Plan, drawn: Design, blocs: tuple[int, ...], lot: range) -> Rows:
    numbers = tuple(range(lot.start * drawn.stride, lot.stop * drawn.stride))
    return Rows(plan, numbers, tuple(drawn.rows[k] for k in numbers), blocs)
