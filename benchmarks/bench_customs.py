"""Five million declaration lines against 120,000 measures: exact integers beside plain doubles.

Both jobs read the same Parquet files and write what every line pays to a Parquet file, each
in a process of its own, so that its peak memory can be read. The yardstick is what one writes
without a second thought: join on goods and origin, filter on the day, multiply doubles.

Run ``python -m benchmarks.bench_customs`` for seconds, peak memory, and the checks: the same
bits for other chunks and threads, and every line of a random sample equal to `Decimal`.
"""

from __future__ import annotations

import atexit
import functools
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.memory import peak_memory
from benchmarks.registry import Bench, Job

LINES, CODES, GROUPS = 5_000_000, 15_000, 4
SAMPLE = 200_000
SEED = 20000524
MOST_MEMORY = 1024  # MiB
PERIODS = ((date(2025, 1, 1), date(2025, 6, 30)), (date(2025, 7, 1), date(2025, 12, 31)))


def codes(rng: np.random.Generator) -> np.ndarray[Any, Any]:
    """Distinct goods codes of ten digits, none of which stands above another."""
    numbers = np.sort(rng.choice(np.arange(1_000_000, 98_000_000), CODES, replace=False))
    return np.array([f"{number:08d}11" for number in numbers])


def measures(rng: np.random.Generator, goods: np.ndarray[Any, Any]) -> pl.DataFrame:
    """A tariff: four groups of origins, two half-years; a third of the rates count kilograms."""
    place, group, period = np.indices((CODES, GROUPS, len(PERIODS))).reshape(3, -1)
    draw = rng.random(place.size)
    specific, compound = draw < 0.2, (draw >= 0.2) & (draw < 0.3)
    percent = np.where(specific, 0, rng.integers(0, 400, place.size))
    amount = np.where(specific | compound, rng.integers(1, 5000, place.size), 0)
    counts = pl.col("specific") > 0
    return (
        pl.DataFrame(
            {
                "code": goods[place],
                "area": np.array([f"G{n}" for n in range(GROUPS)])[group],
                "valid_from": [PERIODS[p][0] for p in period],
                "valid_to": [PERIODS[p][1] for p in period],
                "ad_valorem": decimals(percent, 1),
                "specific": decimals(amount, 3),
            }
        )
        .with_columns(
            unit=pl.when(counts).then(pl.lit("KGM")), currency=pl.when(counts).then(pl.lit("EUR"))
        )
        .sample(fraction=1, shuffle=True, seed=SEED)
    )


def declarations(rng: np.random.Generator, goods: np.ndarray[Any, Any], lines: int) -> pl.DataFrame:
    """Lines with a price in cents and a mass in grams."""
    return pl.DataFrame(
        {
            "id": np.arange(lines),
            "code": goods[rng.integers(0, CODES, lines)],
            "origin": np.array([f"G{n}" for n in range(GROUPS)])[rng.integers(0, GROUPS, lines)],
            "on": np.datetime64("2025-01-01") + rng.integers(0, 365, lines),
            "price": decimals(rng.integers(100, 10**9, lines), 2),
            "net_mass": decimals(rng.integers(1, 10**8, lines), 3),
        }
    ).with_columns(pl.col("on").cast(pl.Date))


def decimals(whole: np.ndarray[Any, Any], places: int) -> pl.Series:
    """Integers of the last place as decimals, without a division."""
    text = pl.Series(whole).cast(pl.String).str.pad_start(places + 1, "0")
    spelt = text.str.head(-places) + "." + text.str.tail(places)
    return spelt.str.to_decimal(scale=places).cast(pl.Decimal(18, places))


@functools.cache
def files(lines: int = LINES) -> Path:
    """A folder with both tables; it goes when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="hansa-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    rng = np.random.default_rng(SEED)
    goods = codes(rng)
    measures(rng, goods).write_parquet(folder / "measures.parquet")
    table = declarations(rng, goods, lines)
    table.write_parquet(folder / "declarations.parquet", row_group_size=1 << 18)
    return folder


# ---- the two jobs ----


def exact(folder: Path, out: Path, chunk: int = 1 << 18, threads: int = 2) -> None:
    """What every line pays, by hansa."""
    from hansa.customs.assessment import Practice
    from hansa.customs.book import Regime
    from hansa.customs.bulk import Sheet
    from hansa.sources.customs.declarations import assess_file

    sheet = Sheet.from_columns(pl.read_parquet(folder / "measures.parquet"))
    assess_file(
        folder / "declarations.parquet",
        sheet,
        out,
        regime=Regime("a union"),
        practice=Practice("EUR"),
        columns=("id", "duty"),
        chunk=chunk,
        threads=threads,
    )


def doubles(folder: Path, out: Path, engine: Any = "streaming") -> None:
    """What every line pays, by a join, a filter and binary fractions."""
    numbers = ("price", "net_mass"), ("ad_valorem", "specific")
    lines, rates = (
        pl.scan_parquet(folder / f"{name}.parquet").with_columns(pl.col(columns).cast(pl.Float64))
        for name, columns in zip(("declarations", "measures"), numbers, strict=True)
    )
    in_time = (pl.col("valid_from") <= pl.col("on")) & (pl.col("on") <= pl.col("valid_to"))
    duty = pl.col("price") * pl.col("ad_valorem") / 100 + pl.col("net_mass") * pl.col("specific")
    joined = lines.join(rates, left_on=["code", "origin"], right_on=["code", "area"])
    joined.filter(in_time).select("id", duty=duty).sink_parquet(out, engine=engine)


JOBS: dict[str, Callable[[Path, Path], None]] = {
    "exact": exact,
    "doubles": doubles,
    "doubles in memory": functools.partial(doubles, engine="in-memory"),
}


def serve(job: str, folder: Path) -> None:
    """Run a job each time a line comes in; answer with seconds, processor time and memory."""
    out = folder / f"{job.replace(' ', '_')}.parquet"
    import hansa.sources.customs.declarations  # imported before the clock starts

    del hansa
    for _ in sys.stdin:
        start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
        JOBS[job](folder, out)
        after = resource.getrusage(resource.RUSAGE_SELF)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        answer = {
            "seconds": time.perf_counter() - start,
            "processor": spent,
            "memory": peak_memory(),
        }
        print(json.dumps(answer), flush=True)


class Worker:
    """A process that runs one job on demand."""

    def __init__(self, job: str, folder: Path) -> None:
        command = [sys.executable, "-m", "benchmarks.bench_customs", "serve", job, str(folder)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self) -> dict[str, float]:
        """Run the job once."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        answer: dict[str, float] = json.loads(self.process.stdout.readline())
        return answer

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def prepared(job: str) -> Callable[[], Job]:
    """A bench's job: wakes a process that has everything imported."""

    def prepare() -> Job:
        worker = Worker(job, files())
        atexit.register(worker.close)

        def run() -> float:
            peak = worker.run()["memory"]
            if job == "exact" and peak > MOST_MEMORY:
                raise MemoryError(f"{peak:.0f} MiB at the peak, {MOST_MEMORY} allowed")
            return peak

        return run

    return prepare


BENCHES = [
    Bench(
        key="customs.assess.5Mx120k.file",
        prepare=prepared("exact"),
        yardstick=prepared("doubles"),
        yardstick_name="polars join and filter in doubles (streaming)",
        ratio_limit=1.5,
        repeat=3,
        note="exact amounts of every line, file to file, at most 1 GiB",
    )
]


# ---- by hand, with the checks ----


def reference(folder: Path, answers: pl.DataFrame) -> int:
    """How many lines of a random sample differ from arithmetic with `Decimal`."""
    rows = np.random.default_rng(SEED + 1).choice(answers.height, SAMPLE, replace=False)
    table = pl.read_parquet(folder / "declarations.parquet")[np.sort(rows).tolist()]
    rates: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
    for row in pl.read_parquet(folder / "measures.parquet").iter_rows(named=True):
        span = (row["valid_from"], row["valid_to"], row["ad_valorem"], row["specific"])
        rates.setdefault((row["code"], row["area"]), []).append(span)
    paid = dict(answers.iter_rows())
    wrong = 0
    for row in table.iter_rows(named=True):
        spans = rates[row["code"], row["origin"]]
        ((percent, amount),) = [s[2:] for s in spans if s[0] <= row["on"] <= s[1]]
        duty = row["price"] * percent / 100 + row["net_mass"] * amount
        minor = (duty * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        wrong += int(minor) != paid[row["id"]]
    return wrong


def identical(folder: Path, answers: pl.DataFrame) -> bool:
    """Whether other chunks and threads give the same file, bit for bit."""
    digests = set()
    for chunk, threads in ((1 << 18, 1), (100_003, 3), (1 << 20, 2)):
        out = folder / "again.parquet"
        exact(folder, out, chunk, threads)
        digests.add(pl.read_parquet(out).equals(answers))
    return digests == {True}


def main(repeat: int = 5) -> None:
    """Print seconds, processor time, memory and ratios, then the checks."""
    folder = files()
    workers = {job: Worker(job, folder) for job in JOBS}
    taken: dict[str, list[dict[str, float]]] = {job: [] for job in JOBS}
    for round_ in range(repeat + 1):  # in turns, so that a busy machine slows all alike
        for job, worker in workers.items():
            found = worker.run()
            if round_:
                taken[job].append(found)
    for worker in workers.values():
        worker.close()
    base = taken["doubles"]
    for job, runs in taken.items():
        seconds = statistics.median(run["seconds"] for run in runs)
        spent = statistics.median(run["processor"] for run in runs)
        ratios = [run["seconds"] / other["seconds"] for run, other in zip(runs, base, strict=True)]
        print(
            f"{job:18} {seconds:6.2f} s  {spent:6.2f} s processor  "
            f"{max(run['memory'] for run in runs):5.0f} MiB  "
            f"{statistics.median(ratios):.2f} × doubles"
        )
    answers = pl.read_parquet(folder / "exact.parquet")
    print(f"sample of {SAMPLE:,}: {reference(folder, answers)} lines differ from Decimal")
    print(f"other chunks and threads: {'same bits' if identical(folder, answers) else 'DIFFER'}")
    off = pl.read_parquet(folder / "doubles.parquet").join(answers, on="id", suffix="_exact")
    cent = (pl.col("duty") * 100).round().cast(pl.Int64) != pl.col("duty_exact")
    print(f"doubles, rounded: {off.filter(cent).height:,} of {off.height:,} lines are off")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2], Path(sys.argv[3]))
    else:
        main()
