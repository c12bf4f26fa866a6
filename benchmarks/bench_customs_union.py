"""Revenue ledgers and common tariffs, each beside the plain floating-point way of doing it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl

from benchmarks.registry import Bench
from hansa.customs.revenue import KeyBook, balances, distribute, fixed_keys
from hansa.customs.union import (
    ArithmeticMean,
    KempWan,
    Schedules,
    Stance,
    Trade,
    build,
    compensate,
    duties_collected,
    examine_bindings,
    negotiate,
    schedules_of,
    trade_of,
    weighted_average,
)
from hansa.customs.union.rules import Highest, Lowest, Median

MEMBERS = ("ARM", "BLR", "KAZ", "KGZ", "RUS")


def keys() -> KeyBook:
    """Two keys of five members, with three decimals."""
    shares = (
        ("1.220", "4.560", "7.055", "1.900", "85.265"),
        ("1.220", "4.860", "6.955", "1.900", "85.065"),
    )
    days = ((date(2018, 1, 1), date(2020, 3, 1)), (date(2020, 3, 1), None))
    return fixed_keys(
        (member, share, *spell)
        for key, spell in zip(shares, days, strict=True)
        for member, share in zip(MEMBERS, key, strict=True)
    )


def ledger(rows: int) -> pl.DataFrame:
    """Receipts of five members over three years, in minor units."""
    rng = np.random.default_rng(5)
    start = np.datetime64("2018-06-01")
    return pl.DataFrame(
        {
            "day": (start + rng.integers(0, 1095, rows)).astype("datetime64[D]"),
            "collector": np.array(MEMBERS)[rng.integers(0, 5, rows)],
            "kind": np.array(["import_duty", "penalty"])[rng.integers(0, 2, rows)],
            "currency": "USD",
            "amount": rng.integers(0, 10**8, rows),
        }
    )


def shared_out(rows: int) -> Callable[[], object]:
    table, book = ledger(rows), keys()
    return lambda: balances(distribute(table, book), "month")


def plain_share(rows: int) -> Callable[[], object]:
    """Daily sums in double precision times one row of shares: inexact, one key, no reasons."""
    table = ledger(rows).with_columns(pl.col("amount").cast(pl.Float64) / 100)
    shares = (0.0122, 0.0456, 0.07055, 0.019, 0.85265)

    def job() -> pl.DataFrame:
        sums = table.group_by("day", "collector", "kind", "currency").agg(pl.col("amount").sum())
        return sums.with_columns(
            (pl.col("amount") * share).alias(member)
            for member, share in zip(MEMBERS, shares, strict=True)
        )

    return job


def union(lines: int = 13_000, flows: int = 400_000) -> tuple[Schedules, Trade]:
    """Five tariffs with bound rates, and imports from thirty partners."""
    rng = np.random.default_rng(7)
    codes = [f"{n:010d}" for n in range(lines)]
    t = np.round(rng.gamma(1.0, 6.0, (lines, 5)), 1)
    b = t + np.round(rng.gamma(1.0, 3.0, (lines, 5)), 1)
    columns = {f"t{m}": t[:, n] for n, m in enumerate(MEMBERS)}
    columns |= {f"b{m}": b[:, n] for n, m in enumerate(MEMBERS)}
    s = schedules_of(
        pl.DataFrame({"code": codes, **columns}),
        {m: f"t{m}" for m in MEMBERS},
        bound={m: f"b{m}" for m in MEMBERS},
    )
    table = pl.DataFrame(
        {
            "member": np.array(MEMBERS)[rng.integers(0, 5, flows)],
            "code": np.array(codes)[rng.integers(0, lines, flows)],
            "partner": np.array([f"P{p:02}" for p in range(30)])[rng.integers(0, 30, flows)],
            "value": np.round(rng.lognormal(3, 2, flows), 3),
        }
    )
    return s, trade_of(table, s)


def built() -> Callable[[], object]:
    s, trade = union()
    return lambda: build(s, ArithmeticMean(), trade).effects()


def plain_mean() -> Callable[[], object]:
    s, trade = union()
    M = trade.by_line_and_member()

    def job() -> tuple[np.ndarray, np.ndarray]:
        T = s.t.mean(axis=1)
        move = T[:, None] - s.t
        return (move > 0).sum(axis=0), (M * move).sum(axis=0)

    return job


def tested() -> Callable[[], object]:
    s, trade = union()
    common = build(s, KempWan(), trade)
    return lambda: (weighted_average(common), duties_collected(common), examine_bindings(common))


def compensated() -> Callable[[], object]:
    s, trade = union()
    common = build(s, ArithmeticMean(), trade)
    claims = examine_bindings(common).net()
    five = dict(list(claims.items())[:5])
    return lambda: compensate(common, {p: c / 20 for p, c in five.items()}, gap=5e-3)


def negotiated() -> Callable[[], object]:
    s, trade = union()
    rules = [Lowest(), Median(), Highest(), ArithmeticMean()]
    free = {m: Stance(v) for m, v in zip(MEMBERS, (10, 20, 20, 10, 40), strict=True)}
    best = negotiate(s, trade, rules, free)
    tight = {m: Stance(free[m].votes, bearable=0.97 * best.losses[m]) for m in MEMBERS}
    return lambda: negotiate(s, trade, rules, tight, seconds=40)


BENCHES = [
    Bench(
        "customs.revenue.1M-rows.distribute",
        lambda: shared_out(1_000_000),
        limit=1.0,
        yardstick=lambda: plain_share(1_000_000),
        yardstick_name="polars, double precision, one key",
        note="with monthly balances and reasons",
    ),
    Bench(
        "customs.union.13000x5.build",
        built,
        limit=0.5,
        yardstick=plain_mean,
        yardstick_name="numpy mean and sums",
        note="mean, moves, effects per member",
    ),
    Bench("customs.union.13000x5x30.gatt", tested, limit=3.0, note="XXIV:5(a) both ways, XXIV:6"),
    Bench(
        "customs.union.13000x5x30.compensate", compensated, limit=25.0, repeat=1, note="5 claimants"
    ),
    Bench("customs.union.13000x5.negotiate", negotiated, limit=60.0, repeat=1, note="4 candidates"),
]
