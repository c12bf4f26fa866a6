"""How fast: the panel, portfolios, deterrence, and the register of ATOP.

Needs the shared data folder (HANSA_SHARED, or ``shared`` beside the checkout).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.registry import Bench, Job

FOLDER = Path(os.environ.get("HANSA_SHARED", Path(__file__).parents[2] / "shared"))
DATA = FOLDER / "data" / "security"

_PANEL = """
import sys, time
from benchmarks.memory import peak_memory
started = time.perf_counter()
from hansa.security.alliances import panel
from hansa.sources.security import panel_tables
ready = time.perf_counter()
found = panel(panel_tables(sys.argv[1]))
done = time.perf_counter()
print(found.height, round(ready - started, 3), round(done - ready, 3), round(peak_memory()))
"""


def panel_apart() -> tuple[int, float, float, int]:
    """Build the panel in a process of its own.

    Returns
    -------
    rows, seconds to import, seconds to read and build, peak resident memory in MiB
    """
    run = [sys.executable, "-c", _PANEL, str(DATA)]
    out = subprocess.run(run, check=True, capture_output=True, text=True).stdout.split()
    return int(out[0]), float(out[1]), float(out[2]), int(out[3])


def _panel() -> Job:
    from hansa.security.alliances import panel
    from hansa.sources.security import panel_tables

    return lambda: panel(panel_tables(DATA))


def _panel_fresh() -> Job:
    rows, imported, built, peak = panel_apart()
    print(f"panel: {rows} rows, import {imported} s, read and build {built} s, peak {peak} MiB")
    return panel_apart


def _panel_by_joins() -> Job:
    """The yardstick: the same rows and the same columns of three tables, by left joins."""
    from hansa.sources.security import panel_tables

    def job() -> pl.DataFrame:
        tables = panel_tables(DATA)
        states = tables.states.with_columns(
            year=pl.int_ranges("styear", pl.min_horizontal("endyear", 2014) + 1, dtype=pl.Int32)
        )
        alive = states.explode("year").select("ccode", "year")
        pairs = alive.join(alive, on="year", suffix="2").filter(pl.col("ccode") != pl.col("ccode2"))
        rows = pairs.select(ccode1="ccode", ccode2="ccode2", year="year")
        keys = ["ccode1", "ccode2", "year"]
        scores = tables.capabilities.select("ccode", "year", "cinc")
        fought = tables.cow_disputes.group_by(keys).agg(pl.col("disponset", "dispongoing").max())
        return (
            rows.join(tables.obligations, on=keys, how="left")
            .join(fought, on=keys, how="left")
            .join(scores, left_on=["ccode1", "year"], right_on=["ccode", "year"], how="left")
            .join(
                scores, left_on=["ccode2", "year"], right_on=["ccode", "year"], how="left",
                suffix="2",
            )
            .sort(keys)
        )  # fmt: skip

    return job


def _similarity() -> Job:
    from hansa.security.alliances import panel
    from hansa.sources.security import panel_tables

    tables = panel_tables(DATA)
    return lambda: panel(tables, directed=False, similarity=True)


def _similarity_plain() -> Job:
    from hansa.security.alliances import panel
    from hansa.sources.security import panel_tables

    tables = panel_tables(DATA)
    return lambda: panel(tables, directed=False)


def _atop() -> Job:
    from hansa.security.alliances import directed_dyad_years
    from hansa.sources.security import atop_world, read_atop_members

    members = read_atop_members(DATA / "atop51" / "atop5_1m.parquet")
    return lambda: directed_dyad_years(atop_world(members).timeline(clock="signature"))


def _deterrence(n: int) -> Job:
    from hansa.security.deterrence import Attack, Guarantor, deterrence

    rng = np.random.default_rng(n)
    them = tuple(
        Guarantor(f"g{i}", float(c), float(h), 0.001)
        for i, (c, h) in enumerate(zip(rng.uniform(0, 0.1, n), rng.uniform(0, 1, n), strict=True))
    )
    attack = Attack("A", "T", 1.0, 0.2, cost=0.1, guarantors=them)
    return lambda: deterrence(attack)


def _odds() -> Job:
    from hansa.security.strength import pair_features, strengths
    from hansa.sources.security import read_capabilities, shipped_outcome_model

    table = strengths(read_capabilities(DATA / "states" / "cow_nmc.parquet"))
    year = table.filter(pl.col("year") == 2000)["ccode"]
    pairs = pl.DataFrame({"a": year}).join(pl.DataFrame({"b": year}), how="cross")
    x = pair_features(table, pairs.filter(pl.col("a") != pl.col("b")).with_columns(year=2000))
    model = shipped_outcome_model()
    return lambda: model.probabilities(x)


BENCHES = [
    Bench(
        "security.panel.1816-2014.read-and-build",
        _panel,
        limit=2.5,
        yardstick=_panel_by_joins,
        yardstick_name="four columns of it by left joins (polars)",
        ratio_limit=3.0,
        repeat=3,
    ),
    Bench(
        "security.panel.1816-2014.fresh-process",
        _panel_fresh,
        limit=4.0,
        repeat=3,
        note="with the start of Python and the imports; prints the peak memory (limit 1 GiB)",
    ),
    Bench(
        "security.similarity.918315-dyad-years.s-kappa-pi",
        _similarity,
        limit=5.6,
        yardstick=_similarity_plain,
        yardstick_name="the same panel without similarity",
        repeat=3,
    ),
    Bench("security.atop.2510-spells.acts-to-dyad-years", _atop, limit=1.0),
    Bench("security.deterrence.20.exact", lambda: _deterrence(20), limit=0.5),
    Bench("security.deterrence.60.grid", lambda: _deterrence(60), limit=2.0),
    Bench("security.outcomes.36290-pairs.predict", _odds, limit=2.0, repeat=3),
]


if __name__ == "__main__":
    print(panel_apart())
