"""Who does the work of a sweep: this process, this machine's cores, or a cluster.

A crew takes tasks and gives futures. If workers die, the crew is made whole again and what
they had is given out anew; a result is the same wherever it is computed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from types import TracebackType
from typing import Any, Protocol, Self

import polars as pl

from hansa.studies.sweeping_work import Task
from hansa.terms.errors import BadInput, Place

ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMBA")} | {
    "POLARS_MAX_THREADS": "1"
}
"""One thread per worker: sums keep their order, and workers don't compete."""


def do(task: Task) -> pl.DataFrame:
    """What is sent to a worker."""
    return task.run()


class Crew(Protocol):
    """Workers.

    ``window`` is how many tasks should be out at a time; ``lost`` tells whether an error
    means that workers died.
    """

    @property
    def window(self) -> int: ...

    def give(self, task: Task) -> Future[pl.DataFrame]: ...

    def lost(self, wrong: BaseException) -> bool: ...

    def renew(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...  # fmt: skip


class Alone:
    """Nobody but the process itself, one task after another."""

    window = 1

    def give(self, task: Task) -> Future[pl.DataFrame]:
        """Do it at once."""
        future: Future[pl.DataFrame] = Future()
        try:
            future.set_result(do(task))
        except Exception as wrong:  # noqa: BLE001 (handed to whoever asks for the result)
            future.set_exception(wrong)
        return future

    def lost(self, wrong: BaseException) -> bool:
        """Nobody else can die."""
        return False

    def renew(self) -> None:
        """There is nothing to renew."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class Cores:
    """Processes on this machine."""

    def __init__(self, workers: int = 0) -> None:
        self.workers = workers or os.cpu_count() or 1
        self.window = 2 * self.workers
        self._pool: Executor | None = None

    def give(self, task: Task) -> Future[pl.DataFrame]:
        """Send it to a process."""
        assert self._pool is not None
        return self._pool.submit(do, task)

    def lost(self, wrong: BaseException) -> bool:
        """Whether a process died."""
        return isinstance(wrong, BrokenProcessPool)

    def renew(self) -> None:
        """New processes in place of those that died."""
        self._close(wait=False)
        self._open()

    def __enter__(self) -> Self:
        self._open()
        return self

    def __exit__(self, *_: object) -> None:
        self._close(wait=True)

    def _open(self) -> None:
        from loky import ProcessPoolExecutor

        self._pool = ProcessPoolExecutor(max_workers=self.workers, env=ONE_THREAD, timeout=60)

    def _close(self, *, wait: bool) -> None:
        if self._pool is not None:
            stop: Callable[..., None] = self._pool.shutdown
            stop(wait=wait, kill_workers=True)
            self._pool = None


class Cluster:
    """A Dask cluster, by the address of its scheduler (``hansa[cluster]``)."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._client: Any = None
        self._pool: Executor | None = None

    @property
    def window(self) -> int:
        """Twice the threads that the cluster has at the moment."""
        held: dict[str, int] = self._client.nthreads() if self._client is not None else {}
        return 2 * max(1, sum(held.values()))

    def give(self, task: Task) -> Future[pl.DataFrame]:
        """Send it to the scheduler."""
        assert self._pool is not None
        return self._pool.submit(do, task)

    def lost(self, wrong: BaseException) -> bool:
        """Whether workers died under a task, or the scheduler forgot it."""
        from distributed.scheduler import KilledWorker

        return isinstance(wrong, KilledWorker | CancelledError)

    def renew(self) -> None:
        """The scheduler finds other workers by itself; wait until it has one."""
        self._client.wait_for_workers(1, timeout=120)

    def __enter__(self) -> Self:
        try:
            distributed: Any = import_module("distributed")
        except ImportError as missing:
            raise BadInput(
                f"a cluster needs a library that is not installed ({missing})",
                remedy="pip install 'hansa[cluster]'",
            ) from missing
        try:
            self._client = distributed.Client(self.address, timeout=30, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as wrong:
            raise BadInput(
                f"no scheduler answers at {self.address!r}: {wrong}",
                where=Place("cluster"),
                remedy="start one with `dask scheduler`, and workers with `dask worker ADDRESS`",
            ) from None
        self._pool = self._client.get_executor(pure=False)
        return self

    def __exit__(self, *_: object) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


def crew_of(cluster: str, workers: int) -> Crew:
    """The crew that was asked for: a cluster, one process, or all cores."""
    if cluster:
        return Cluster(cluster)
    return Alone() if workers == 1 else Cores(workers)
