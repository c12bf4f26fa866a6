"""Coalitions: values from equilibria, stability, division, sweeps on a cluster.

The cluster's bench measures two workers; its yardstick is one. Both do the same thousand
equilibria of Caliendo and Parro's 31 countries and 40 sectors.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.registry import Bench, Job
from hansa.coalitions import (
    Game,
    Worth,
    best_partition,
    farsighted,
    nucleolus,
    shapley,
    stability,
)
from hansa.store import open_results
from hansa.studies.sweeping import run_tasks
from hansa.studies.sweeping_crews import Cluster
from hansa.studies.sweeping_work import Equilibria

SHARED = Path(os.environ.get("HANSA_SHARED", Path(__file__).parents[2] / "shared"))
EQUILIBRIA, EACH = 1000, 25


def _names(n: int) -> tuple[str, ...]:
    return tuple(f"s{i}" for i in range(n))


def _blocs() -> Job:
    """All 4,096 coalitions of twelve states on the world's matrix, an equilibrium each."""
    from hansa.studies.economies import economy_of
    from hansa.studies.worth import setting_of, trade_worth
    from hansa.worlds import open_world

    world = open_world("eurasia")
    setting = setting_of(economy_of(world, "2000-05-24"), world.on("2000-05-24"), "CU1995")
    return lambda: trade_worth(setting)


@cache
def _worth(n: int) -> Worth:
    payoffs = np.random.default_rng(n).random((n, 1 << n))
    for i in range(n):
        payoffs[:, 1 << i] = payoffs[:, 0]
    return Worth(_names(n), payoffs)


def _open() -> Job:
    worth = _worth(20)
    return lambda: stability(worth).stable("open")


def _exclusive() -> Job:
    worth = _worth(20)
    return lambda: stability(worth).stable("exclusive")


def _foresight() -> Job:
    worth = _worth(12)
    return lambda: farsighted(worth)


def _game(n: int) -> Game:
    rng = np.random.default_rng(n)
    size = np.array([mask.bit_count() for mask in range(1 << n)], dtype=float)
    values = rng.random(1 << n) * size + 0.05 * size**2
    values[0] = 0.0
    return Game(_names(n), values)


def _of(n: int, concept: Callable[[Game], object]) -> Callable[[], Job]:
    def prepare() -> Job:
        game = _game(n)
        return lambda: concept(game)

    return prepare


def _nucleolus() -> Job:
    game = _game(12)
    values = np.array(game.values)
    values[-1] = game.alone.sum() + values.max()
    whole = Game(game.players, values)
    return lambda: nucleolus(whole)


def _sweep(workers: int) -> Callable[[], Job]:
    def prepare() -> Job:
        from distributed import LocalCluster

        cluster: Any = LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None
        )
        tasks = _tasks()

        def job() -> int:
            with tempfile.TemporaryDirectory() as folder:
                results = open_results(Path(folder) / "results")
                return run_tasks(tasks, results, Cluster(cluster.scheduler_address)).computed

        return job

    return prepare


@cache
def _tasks() -> list[Equilibria]:
    """A thousand shocks to tariffs of a few pairs."""
    from hansa.sources.trade import read_arrays
    from hansa.trade import Change, Shock

    economy = read_arrays(SHARED / "data" / "trade" / "cp2015" / "cp2015_prepared.npz").economy
    rng = np.random.default_rng(1)
    shocks = []
    for _ in range(EQUILIBRIA):
        members = tuple(str(c) for c in rng.choice(economy.countries, 4, replace=False))
        change = Change(importers=members, exporters=members, tariff=float(rng.uniform(0, 0.2)))
        shocks.append(Shock.of(economy, [change], closure="closed"))
    return [Equilibria(economy, tuple(shocks[k : k + EACH])) for k in range(0, EQUILIBRIA, EACH)]


BENCHES = [
    Bench("coalitions.trade.4096x22.worth", _blocs, limit=10.0, repeat=3),
    Bench("coalitions.bloc.20.stability.open", _open, limit=0.2),
    Bench("coalitions.bloc.20.stability.exclusive", _exclusive, limit=0.2),
    Bench("coalitions.bloc.12.foresight", _foresight, repeat=3),
    Bench("coalitions.game.16.best_partition", _of(16, best_partition), limit=2.0),
    Bench("coalitions.game.12.nucleolus", _nucleolus, limit=1.0),
    Bench("coalitions.game.20.shapley", _of(20, shapley), limit=0.1),
    Bench(
        "coalitions.sweep.1000x31x40.two_workers",
        _sweep(2),
        yardstick=_sweep(1),
        yardstick_name="one worker",
        ratio_limit=1 / 1.7,
        repeat=1,
        note="Dask on this machine",
    ),
]
