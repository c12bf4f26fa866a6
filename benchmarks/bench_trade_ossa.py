"""Ossa's model, gravity estimation and balancing.

The yardstick of optimal tariffs is what a reader of the paper writes first: an unscaled
L-BFGS-B over tariff levels with the same exact slopes, given up after fifteen hundred
equilibria.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
from scipy import optimize

from benchmarks.registry import Bench, Job
from hansa.sources.trade_gravity import read_agtpa, read_ossa
from hansa.trade.gravity import GravityRequest, estimate
from hansa.trade.ossa import (
    OssaEconomy,
    cooperative_tariffs,
    nash_tariffs,
    optimal_tariffs,
    political_weights,
    purge_deficits,
)
from hansa.trade.repair import balance

SHARED = Path(os.environ.get("HANSA_SHARED", Path(__file__).parents[2] / "shared"))
SIX = (1986, 1990, 1994, 1998, 2002, 2006)
THREE_WAY = (("exporter", "year"), ("importer", "year"), ("pair_home",))


@cache
def _world(political: bool = False) -> OssaEconomy:
    read = read_ossa(SHARED / "data" / "trade" / "ossa2014")
    economy = purge_deficits(read.economy)
    return economy.with_weights(read.political) if political else economy


@cache
def _panel() -> pl.DataFrame:
    return read_agtpa(SHARED / "data" / "trade" / "agtpa" / "agtpa_applications.csv.gz")


def _equilibrium() -> Job:
    world = _world()
    tariffs = optimal_tariffs(world, "USA").tariffs
    return lambda: world.outcome(tariffs)


def _gradient() -> Job:
    world = _world()
    found = world.outcome(optimal_tariffs(world, "USA").tariffs)
    weights = np.eye(7)[6]
    return lambda: found.gradient(weights)


def _optimal(country: str, political: bool = False) -> Callable[[], Job]:
    def prepare() -> Job:
        world = _world(political)
        return lambda: optimal_tariffs(world, country)

    return prepare


def _warm(country: str) -> Callable[[], Job]:
    def prepare() -> Job:
        world = _world()
        guess = np.broadcast_to((1 / (world.sigma - 1))[:, None, None], world.trade.shape)
        return lambda: optimal_tariffs(world, country, start=guess)

    return prepare


def _naive(country: str) -> Callable[[], Job]:
    def prepare() -> Job:
        world = _world()
        n = world.index(country)
        free = np.zeros(world.trade.shape, dtype=bool)
        free[:, n] = True
        free[:, n, n] = False

        def loss(levels: np.ndarray) -> tuple[float, np.ndarray]:
            tariffs = np.array(world.tariffs)
            tariffs[free] = levels
            found = world.outcome(tariffs)
            return -np.log(found.welfare[n]), -found.gradient(np.eye(7)[n])[free]

        start = np.broadcast_to((1 / (world.sigma - 1))[:, None, None], free.shape)[free]
        return lambda: optimize.minimize(
            loss,
            start,
            jac=True,
            method="L-BFGS-B",
            bounds=[(0, 10)] * len(start),
            options={"maxfun": 1500, "maxiter": 1500, "ftol": 0, "gtol": 1e-12},
        )

    return prepare


def _nash(political: bool) -> Callable[[], Job]:
    def prepare() -> Job:
        world = _world(political)
        return lambda: nash_tariffs(world)

    return prepare


def _talks(political: bool) -> Callable[[], Job]:
    def prepare() -> Job:
        world = _world(political)
        return lambda: cooperative_tariffs(world)

    return prepare


def _weights() -> Job:
    world = _world()
    targets = read_ossa(SHARED / "data" / "trade" / "ossa2014").noncooperative
    return lambda: political_weights(world, "USA", targets[:, 6])


def _gravity(years: tuple[int, ...] | None) -> Callable[[], Job]:
    def prepare() -> Job:
        panel = _panel()
        clusters = (("pair_id",),)
        return lambda: estimate(GravityRequest(panel, ("rta",), THREE_WAY, clusters, years=years))

    return prepare


_CHILD = """
from benchmarks.bench_trade_ossa import THREE_WAY, _panel
from benchmarks.memory import peak_memory
from hansa.trade.gravity import GravityRequest, estimate
estimate(GravityRequest(_panel(), ("rta",), THREE_WAY, (("pair_id",),)))
print(peak_memory())
"""


def _gravity_memory() -> Job:
    """All years in a process of its own, which may take 600 MB at its peak."""

    def job() -> float:
        done = subprocess.run(
            [sys.executable, "-c", _CHILD], capture_output=True, text=True, check=True
        )
        peak = float(done.stdout)
        if peak > 600:
            raise MemoryError(f"three-way gravity took {peak:.0f} MB")
        return peak

    return job


def _balance(n: int) -> Callable[[], Job]:
    def prepare() -> Job:
        rng = np.random.default_rng(0)
        seen = (rng.random((n, n)) < 0.8) | np.eye(n, dtype=bool)
        flows, wanted = (rng.lognormal(0, 2, (n, n)) * seen for _ in range(2))
        return lambda: balance(flows, wanted.sum(axis=1), wanted.sum(axis=0))

    return prepare


BENCHES = [
    Bench("trade.ossa.7x33.equilibrium", _equilibrium, limit=0.005, repeat=20),
    Bench("trade.ossa.7x33.gradient", _gradient, limit=0.005, repeat=20),
    Bench(
        "trade.ossa.7x33.optimal-tariffs.one-start",
        _warm("USA"),
        limit=0.1,
        yardstick=_naive("USA"),
        yardstick_name="unscaled L-BFGS-B over tariffs, 1,500 equilibria",
        ratio_limit=0.1,
        repeat=3,
    ),
    Bench("trade.ossa.7x33.optimal-tariffs.all-starts", _optimal("USA"), limit=0.3),
    Bench("trade.ossa.7x33.optimal-tariffs.lobbied", _optimal("JPN", True), limit=0.5),
    Bench("trade.ossa.7x33.nash", _nash(False), limit=2.0, note="Table 4a, deviations checked"),
    Bench("trade.ossa.7x33.nash.lobbied", _nash(True), limit=2.0, note="Table 4b"),
    Bench("trade.ossa.7x33.talks", _talks(False), limit=5.0, repeat=3),
    Bench("trade.ossa.7x33.talks.lobbied", _talks(True), limit=10.0, repeat=3),
    Bench("trade.ossa.7x33.political-weights", _weights, limit=1.0, repeat=3),
    Bench(
        "trade.gravity.69x6years.three-way",
        _gravity(SIX),
        limit=10.0,
        repeat=3,
        note="28,566 flows, 3,175 fixed effects",
    ),
    Bench(
        "trade.gravity.69x21years.three-way",
        _gravity(None),
        limit=30.0,
        repeat=3,
        note="99,981 flows, 5,245 fixed effects",
    ),
    Bench(
        "trade.gravity.69x21years.memory",
        _gravity_memory,
        repeat=1,
        note="a process of its own, imports included; fails above 600 MB",
    ),
    Bench("trade.repair.80x80.balance", _balance(80), limit=0.5),
]
