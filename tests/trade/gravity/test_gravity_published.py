"""Gravity coefficients of the Advanced Guide (Yotov et al. 2016) and of pyfixest run alone."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hansa.sources.trade_gravity import read_agtpa
from hansa.trade.gravity import GravityEstimate, GravityRequest, estimate, tariff_equivalent

pytestmark = pytest.mark.shared

SIX = (1986, 1990, 1994, 1998, 2002, 2006)
BY_YEAR = (("exporter", "year"), ("importer", "year"))
ONE_HOME = (*BY_YEAR, ("pair_home",))
CLUSTERS = (("pair_id",),)


@pytest.fixture(scope="module")
def panel(shared: Path) -> pl.DataFrame:
    return read_agtpa(shared / "data" / "trade" / "agtpa" / "agtpa_applications.csv.gz")


@pytest.fixture(scope="module")
def peer(shared: Path) -> dict[str, dict[str, tuple[float, float, int]]]:
    """Coefficient, error and flows by specification and variable."""
    found: dict[str, dict[str, tuple[float, float, int]]] = {}
    with (shared / "reference" / "trade" / "agtpa_pyfixest_threeway.csv").open() as lines:
        for row in csv.DictReader(lines):
            entry = (float(row["coef"]), float(row["se"]), int(row["n"]))
            found.setdefault(row["spec"], {})[row["var"]] = entry
    return found


def assert_same(ours: GravityEstimate, theirs: dict[str, tuple[float, float, int]]) -> None:
    names = {"log(dist)": "ln_dist"}
    assert set(ours.effects) == {names.get(name, name) for name in theirs}
    for name, (coefficient, error, flows) in theirs.items():
        k = ours.position(names.get(name, name))
        assert ours.coefficients[k] == pytest.approx(coefficient, abs=1e-6)
        assert ours.errors[k] == pytest.approx(error, rel=1e-5)
        assert ours.observations == flows


def test_application_2_three_way_rta(panel: pl.DataFrame, peer: dict) -> None:
    ours = estimate(GravityRequest(panel, ("rta",), ONE_HOME, CLUSTERS, years=SIX))
    assert ours["rta"] == pytest.approx(0.557185, abs=1e-6)
    assert_same(ours, peer["AGTPA ch2 app2 stage1 (sym pair FE incl. one for intra, 6 years)"])
    assert (ours.separated, ours.singletons) == (84, 0)
    assert ours.clusters == (2415,)
    assert ours.groups == (414, 414, 2347)


@pytest.mark.parametrize(
    ("spec", "fixed", "years"),
    [
        ("3way 6 years directional pair, incl intra own FE", "pair", SIX),
        ("3way 21 years sym pair incl intra", "home", None),
        ("3way 21 years directional", "pair", None),
    ],
)
def test_three_way_variants(
    panel: pl.DataFrame, peer: dict, spec: str, fixed: str, years: tuple[int, ...] | None
) -> None:
    effects = ONE_HOME if fixed == "home" else (*BY_YEAR, ("exporter", "importer"))
    assert_same(
        estimate(GravityRequest(panel, ("rta",), effects, CLUSTERS, years=years)), peer[spec]
    )


def test_application_1_cross_section_2006(panel: pl.DataFrame) -> None:
    """Chapter 2, application 1: a world without borders."""
    sides = (("exporter",), ("importer",))
    ours = estimate(GravityRequest(panel, ("ln_dist", "cntg", "intl"), sides, (), years=(2006,)))
    expected = [-0.791288, 0.673646, -2.474450]
    np.testing.assert_allclose(ours.coefficients, expected, atol=6e-7)
    assert ours.observations == 69 * 69


def test_cross_section_behind_the_full_endowment_reference(
    shared: Path, panel: pl.DataFrame
) -> None:
    file = shared / "reference" / "trade" / "agtpa2006_crosssection_ppml_coefs.csv"
    theirs = pl.read_csv(file)
    names = tuple(theirs["var"].to_list())
    sides = (("exporter",), ("importer",))
    ours = estimate(GravityRequest(panel, names, sides, (), years=(2006,)))
    np.testing.assert_allclose(ours.coefficients, theirs["beta"], atol=1e-6)
    np.testing.assert_allclose(ours.errors, theirs["stderr"], rtol=1e-4)


def test_chapter_1_application_3(panel: pl.DataFrame, peer: dict) -> None:
    abroad = panel.filter(pl.col("intl") == 1)
    controls = ("rta", "ln_dist", "cntg", "lang", "clny")
    ours = estimate(GravityRequest(abroad, controls, BY_YEAR, CLUSTERS, years=SIX))
    assert_same(ours, peer["AGTPA ch1 app3 (1) log-lin controls PPML intl only"])
    for spec, effects in (
        ("AGTPA ch1 app3 pairFE+leads", ("rta", "rta_lead4")),
        ("AGTPA ch1 app3 lags", ("rta", "rta_lag4", "rta_lag8", "rta_lag12")),
    ):
        ours = estimate(GravityRequest(panel, effects, ONE_HOME, CLUSTERS, years=SIX))
        assert_same(ours, peer[spec])


def test_tariff_equivalent_of_an_agreement(panel: pl.DataFrame) -> None:
    """The book's formula with σ = 7: e^(0.557185/(1 − 7)) − 1 = −8.87 %."""
    ours = estimate(GravityRequest(panel, ("rta",), ONE_HOME, CLUSTERS, years=SIX))
    saved = tariff_equivalent(ours, "rta", theta=6.0)
    assert saved.value == pytest.approx(100 * (np.exp(-0.557185 / 6) - 1), abs=1e-4)
    assert saved.error == pytest.approx(0.1084400 / 6 * np.exp(-0.557185 / 6) * 100, rel=1e-4)
