"""The general equilibrium of trade at the sizes of its published cases.

``python -m benchmarks.bench_trade`` prints, beside the benches, how far a sweep is from the
floor of its arithmetic at the measured rate of matrix products, and the peak memory.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.memory import peak_memory
from benchmarks.registry import Bench, Job, time_job
from hansa.sources.trade import Nafta, read_arrays, read_icio
from hansa.sources.trade_gravity import read_agtpa
from hansa.trade import (
    CaliendoParro,
    Closure,
    Economy,
    Player,
    Shock,
    kernel,
    nash_tariffs,
    optimal_tariffs,
    slope,
    solve,
    solve_many,
    structural,
)
from hansa.trade.system import cold, system

SHARED = Path(os.environ.get("HANSA_SHARED", Path(__file__).parents[2] / "shared"))
DATA, REFERENCE = SHARED / "data/trade", SHARED / "reference/trade"
TOLERANCE = 1e-9
NAFTA = ("CAN", "MEX", "USA")


@cache
def _nafta() -> Nafta:
    return read_arrays(DATA / "cp2015/cp2015_prepared.npz")


@cache
def _base() -> Economy:
    """NAFTA's economy with its accounts settled."""
    return solve(_nafta().economy, _nafta().shocks("closed")[0], tolerance=1e-12).as_base()


@cache
def _world() -> tuple[Economy, Shock]:
    """The 2022 table with θ = 5, and a random tariff on every route."""
    economy = read_icio(DATA / "icio2022/oecd_icio2025ed_2022_cpform.npz", 5.0)
    rng = np.random.default_rng(0)
    tau = rng.uniform(0, 0.1, economy.tau.shape) * (1 - np.eye(economy.N))
    return economy, Shock.between(economy, closure="kept", tariffs=tau)


@cache
def _panel() -> tuple[tuple[str, ...], dict[str, np.ndarray], dict[str, float]]:
    frame = read_agtpa(DATA / "agtpa/agtpa_applications.csv.gz").filter(pl.col("year") == 2006)
    names = tuple(sorted(frame["exporter"].unique()))
    at = {name: i for i, name in enumerate(names)}
    rows, columns = ([at[n] for n in frame[side]] for side in ("importer", "exporter"))
    coefficients = dict(
        pl.read_csv(REFERENCE / "agtpa2006_rta0557_coefs.csv").select("var", "beta").iter_rows()
    )
    squares = {}
    for name in ("trade", *coefficients):
        squares[name] = np.zeros((len(at), len(at)))
        squares[name][rows, columns] = frame[name].to_numpy()
    return names, squares, coefficients


def _gravity(*, whole: bool) -> Job:
    """NAFTA removed in 2006: one scenario, or with the building of its base."""
    names, v, beta = _panel()
    before = np.exp(sum(b * v[name] for name, b in beta.items()))
    inside = np.isin(names, NAFTA)
    after = before * np.exp(-beta["rta"] * np.outer(inside, inside) * ~np.eye(69, dtype=bool))
    costs = (after / before)[None] ** (-1 / 6)
    output, spending = v["trade"].sum(axis=0), v["trade"].sum(axis=1)

    def build() -> tuple[Economy, Shock]:
        economy = structural(names, before, output, spending, 7.0)
        return economy, Shock.between(economy, closure="scaled", costs=costs)

    if whole:
        return lambda: solve(*build(), tolerance=TOLERANCE)
    economy, shock = build()
    return lambda: solve(economy, shock, tolerance=TOLERANCE)


def _gegravity() -> Job:
    """The same experiment in gegravity 0.3, whose full equilibrium is the conditional one."""
    import gegravity

    frame = read_agtpa(DATA / "agtpa/agtpa_applications.csv.gz").filter(pl.col("year") == 2006)
    data = frame.with_columns(
        pl.col("year").cast(pl.String),
        Y=pl.col("trade").sum().over("exporter"),
        E=pl.col("trade").sum().over("importer"),
    ).to_dict(as_series=False)
    import pandas as pd

    table = pd.DataFrame(data)
    estimates = pd.read_csv(REFERENCE / "agtpa2006_rta0557_coefs.csv")

    def job() -> object:
        model = gegravity.OneSectorGE(
            gegravity.BaselineData(
                table, trade_var_name="trade", output_var_name="Y", expend_var_name="E"
            ),
            year="2006",
            expend_var_name="E",
            output_var_name="Y",
            reference_importer="DEU",
            sigma=7,
            cost_variables=list(estimates["var"]),
            cost_coeff_values=gegravity.CostCoeffs(
                estimates=estimates, identifier_col="var", coeff_col="beta", stderr_col="stderr"
            ),
            quiet=True,
        )
        model.build_baseline(omr_rescale=1000)
        changed = model.baseline_data.copy()
        inside = changed["exporter"].isin(NAFTA) & changed["importer"].isin(NAFTA)
        changed.loc[inside & (changed["exporter"] != changed["importer"]), "rta"] = 0
        model.define_experiment(changed)
        model.simulate()
        return model

    return job


def _dense(size: int) -> Job:
    """One dense system of sectors times countries, which public codes solve in each step."""
    rng = np.random.default_rng(0)
    matrix = np.eye(size) + 0.1 * rng.random((size, size)) / size
    right = rng.random(size)
    return lambda: np.linalg.solve(matrix, right)


def _solve_nafta(core: str = "numba") -> Job:
    economy, shock = _nafta().economy, _nafta().shocks("closed")[1]
    return lambda: solve(economy, shock, tolerance=TOLERANCE, core=core)  # type: ignore[arg-type]  # one of two


def _solve_world() -> Job:
    economy, shock = _world()
    return lambda: solve(economy, shock, tolerance=TOLERANCE)


def _batch(count: int) -> Job:
    """Scenarios that cut or raise the tariffs of three pairs each."""
    economy = _base()
    rng = np.random.default_rng(1)
    shocks = []
    for _ in range(count):
        tau = economy.tau.copy()
        for _ in range(3):
            n, i = rng.choice(economy.N, 2, replace=False)
            tau[economy.traded, n, i] *= rng.uniform(0, 1.5)
        shocks.append(Shock.between(economy, closure="closed", tariffs=tau))
    return lambda: solve_many(economy, shocks, tolerance=TOLERANCE, threads=2)


def _gradient(closed: bool = True) -> Job:
    """Real income of Mexico by all tariffs, the equilibrium being solved."""
    economy = _base() if closed else _world()[0]
    shock = (
        Shock.between(economy, closure="closed", tariffs=_nafta().after) if closed else _world()[1]
    )
    found = solve(economy, shock, tolerance=TOLERANCE)
    weights = np.zeros(economy.N)
    weights[economy.index("Mexico" if closed else "MEX")] = 1.0
    return lambda: slope(found, weights).tariffs


def _after_nafta() -> Job:
    economy = _base()
    shock = Shock.between(economy, closure="closed", tariffs=_nafta().after)
    return lambda: solve(economy, shock, tolerance=TOLERANCE)


def _optimal() -> Job:
    model = CaliendoParro(_base(), Closure.CLOSED)
    return lambda: optimal_tariffs(model, Player.country("USA"))


def _nash() -> Job:
    model = CaliendoParro(_base(), Closure.CLOSED)
    players = [Player.country(name) for name in ("USA", "Canada", "Mexico", "Japan", "Germany")]
    return lambda: nash_tariffs(model, players)


BENCHES = [
    Bench("trade.armington.69.scenario", lambda: _gravity(whole=False), limit=0.005, repeat=101),
    Bench(
        "trade.armington.69.base_and_scenario",
        lambda: _gravity(whole=True),
        limit=0.005,
        yardstick=_gegravity,
        yardstick_name="gegravity 0.3",
        ratio_limit=0.01,
        repeat=3,
    ),
    Bench(
        "trade.cp.31x40.solve",
        _solve_nafta,
        limit=0.025,
        yardstick=lambda: _dense(31 * 40),
        yardstick_name="one dense NJ × NJ solve",
        repeat=51,
    ),
    Bench("trade.cp.31x40.solve_numpy", lambda: _solve_nafta("numpy"), repeat=21),
    Bench("trade.cp.80x50.solve", _solve_world, limit=0.060, repeat=21),
    Bench(
        "trade.cp.31x40.batch_of_1000",
        lambda: _batch(1000),
        limit=2.0,
        yardstick=_after_nafta,
        yardstick_name="one solve",
        ratio_limit=1000,
        repeat=3,
    ),
    Bench(
        "trade.cp.31x40.gradient",
        _gradient,
        yardstick=_after_nafta,
        yardstick_name="one solve",
        ratio_limit=3,
        repeat=51,
    ),
    Bench(
        "trade.cp.80x50.gradient",
        lambda: _gradient(closed=False),
        yardstick=_solve_world,
        yardstick_name="one solve",
        ratio_limit=3,
        repeat=11,
    ),
    Bench("trade.cp.31x40.optimal_tariffs_usa", _optimal, repeat=5),
    Bench("trade.cp.31x40.nash_five_players", _nash, repeat=3),
]


def floor() -> None:
    """Time of a sweep against 6JN² + 4NJ² flops at the rate of matrix products."""
    rng = np.random.default_rng(0)
    left, right = rng.random((2, 1000, 1000))
    rate = 2e9 / time_job(lambda: left @ right, 9)
    print(f"matrix products: {rate / 1e9:.1f} GF/s")
    cases = (
        ("31 × 40", _nafta().economy, _nafta().shocks("closed")[1]),
        ("80 × 50", *_world()),
    )
    for name, economy, shock in cases:
        N, J = economy.N, economy.J
        K = int(economy.traded.sum())
        equations, state = system(economy, shock), cold(economy)
        image, work = np.empty_like(state), kernel.work(J, N)

        def job(s=equations, z=state, g=image, w=work) -> object:  # type: ignore[no-untyped-def]  # bound now
            return kernel.sweep(s, z, g, w)

        sweep = time_job(job, 201)
        found = solve(economy, shock, tolerance=TOLERANCE)
        flops = 6 * J * N**2 + 4 * N * J**2
        needed = 6 * K * N**2 + 4 * N * J**2  # sectors that nobody trades need no product
        print(
            f"{name}: one sweep {sweep * 1e6:.0f} µs; floor {flops / rate * 1e6:.0f} µs "
            f"({sweep * rate / flops:.1f} times), {needed / rate * 1e6:.0f} µs for its "
            f"{K} traded sectors; {found.iterations} sweeps a solve"
        )


def memory() -> None:
    """Peak memory of a process that reads the 80 × 50 table and solves one scenario."""
    code = "from benchmarks.bench_trade import _solve_world, peak; _solve_world()(); peak()"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    print(f"80 × 50, one scenario, whole process: {said.stdout.strip()} MB at most (limit 400)")


def peak() -> None:
    """Print the peak resident memory of this process in MB."""
    print(f"{peak_memory():.0f}")


def main() -> None:
    """Floor and memory."""
    begin = time.perf_counter()
    floor()
    memory()
    print(f"{time.perf_counter() - begin:.0f} s")


if __name__ == "__main__":
    main()
