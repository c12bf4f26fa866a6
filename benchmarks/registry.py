"""What a benchmark is: model, size and phase, timed beside a named yardstick in one run.

A module ``benchmarks/bench_*.py`` offers ``BENCHES``, a list of `Bench`.
"""

from __future__ import annotations

import importlib
import pkgutil
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Job = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Bench:
    """One benchmark.

    Parameters
    ----------
    key : str
        ``engine.model.size.phase``, e.g. ``trade.cp.31x40.solve``.
    prepare : callable
        Builds the inputs (not timed) and returns the job to time.
    limit : float, optional
        Seconds that the job should take at most on two cores.
    yardstick : callable, optional
        Prepares the job to compare with; its name is ``yardstick_name``.
    ratio_limit : float, optional
        The job's time over the yardstick's, at most.
    repeat : int
        Timed runs; the median counts.
    """

    key: str
    prepare: Callable[[], Job]
    limit: float | None = None
    yardstick: Callable[[], Job] | None = None
    yardstick_name: str = ""
    ratio_limit: float | None = None
    repeat: int = 5
    note: str = ""


@dataclass(frozen=True, slots=True)
class Timing:
    """Median seconds of a bench and of its yardstick."""

    bench: Bench
    seconds: float
    yardstick: float | None

    @property
    def ratio(self) -> float | None:
        return None if self.yardstick is None else self.seconds / self.yardstick


def time_job(job: Job, repeat: int) -> float:
    """Median wall time of ``repeat`` runs after one that is not counted."""
    job()
    taken = []
    for _ in range(repeat):
        start = time.perf_counter()
        job()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def measure(bench: Bench) -> Timing:
    """Time a bench and, in the same run, its yardstick."""
    seconds = time_job(bench.prepare(), bench.repeat)
    other = time_job(bench.yardstick(), bench.repeat) if bench.yardstick else None
    return Timing(bench, seconds, other)


def all_benches() -> Iterator[Bench]:
    """Every bench of every ``bench_*`` module of this package."""
    package = importlib.import_module("benchmarks")
    for module in sorted(m.name for m in pkgutil.iter_modules(package.__path__)):
        if module.startswith("bench_"):
            yield from importlib.import_module(f"benchmarks.{module}").BENCHES
