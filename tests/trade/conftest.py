"""The published cases: NAFTA in 1993, and the gravity book's panel."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from trade_economies import Year

from hansa.sources.trade import Nafta, read_arrays
from hansa.sources.trade_gravity import read_agtpa
from hansa.trade import Equilibrium, solve


@pytest.fixture(scope="session")
def nafta(shared: Path) -> Nafta:
    return read_arrays(shared / "data/trade/cp2015/cp2015_prepared.npz")


@pytest.fixture(scope="session")
def table_2(nafta: Nafta) -> tuple[Equilibrium, Equilibrium]:
    """Without and with NAFTA, zero deficits, as in the paper's Table 2."""
    before, after = nafta.shocks("closed")
    return (
        solve(nafta.economy, before, tolerance=1e-11),
        solve(nafta.economy, after, tolerance=1e-11),
    )


@pytest.fixture(scope="session")
def panel(shared: Path) -> dict[int, Year]:
    frame = read_agtpa(shared / "data/trade/agtpa/agtpa_applications.csv.gz")
    years = {}
    for year in (1994, 2006):
        part = frame.filter(pl.col("year") == year)
        empty = Year(tuple(sorted(part["exporter"].unique())), {})
        names = ("trade", "ln_dist", "cntg", "lang", "clny", "rta", "intl")
        years[year] = Year(empty.countries, {name: empty.square(part, name) for name in names})
    return years
