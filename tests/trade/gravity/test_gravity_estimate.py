"""What a gravity estimate must do on data whose law is known."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.terms.errors import BadInput, NotConverged, UnknownCode
from hansa.trade.gravity import (
    GravityEstimate,
    GravityRequest,
    Measure,
    cost_change,
    estimate,
    percent_effect,
    tariff_equivalent,
    trade_elasticity,
)

SIDES = (("exporter", "year"), ("importer", "year"))
PAIRS = (("exporter", "importer"),)


def flows(seed: int = 0, noise: float = 0.3, n: int = 12) -> pl.DataFrame:
    """Trade by the law ln X = fixed effects − 5 ln(1 + tariff) + 0.4 rta, with noise."""
    rng = np.random.default_rng(seed)
    years = (2000, 2004)
    rows = []
    sides = {(side, k, y): rng.normal(0, 1) for side in "ei" for k in range(n) for y in years}
    for y in years:
        for e in range(n):
            for i in range(n):
                tariff, rta = rng.uniform(0, 0.3) * (e != i), float(rng.random() < 0.3) * (e != i)
                mean = sides["e", e, y] + sides["i", i, y] - 5 * np.log1p(tariff) + 0.4 * rta
                value = np.exp(mean) * rng.lognormal(-(noise**2) / 2, noise)
                rows.append((f"C{e}", f"C{i}", y, value * (rng.random() > 0.05), tariff, rta))
    names = ["exporter", "importer", "year", "trade", "tariff", "rta"]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return frame.with_columns(ln_tariff=pl.col("tariff").log1p())


@pytest.fixture(scope="module")
def known() -> GravityEstimate:
    return estimate(GravityRequest(flows(), ("ln_tariff", "rta"), SIDES, PAIRS))


def test_exact_law_is_found_exactly() -> None:
    frame = flows(noise=0.0).filter(pl.col("trade") > 0)
    found = estimate(GravityRequest(frame, ("ln_tariff", "rta"), SIDES, PAIRS))
    np.testing.assert_allclose(found.coefficients, [-5, 0.4], atol=1e-6)
    assert found.deviance == pytest.approx(0, abs=1e-6)


def test_pandas_polars_and_row_order_give_the_same(known: GravityEstimate) -> None:
    other = pd.DataFrame(flows().to_dict(as_series=False)).sample(frac=1, random_state=3)
    found = estimate(GravityRequest(other, ("rta", "ln_tariff"), SIDES, PAIRS))
    np.testing.assert_allclose(found.coefficients[::-1], known.coefficients, rtol=1e-7)
    np.testing.assert_allclose(found.covariance[::-1, ::-1], known.covariance, rtol=1e-5)


def test_result_is_frozen_and_says_why(known: GravityEstimate) -> None:
    with pytest.raises(ValueError, match="read-only"):
        known.coefficients[0] = 0
    assert "exporter-year" in known.because[1].text
    table = known.table()
    assert table.columns == ["effect", "coefficient", "error", "z"]
    np.testing.assert_allclose(table["z"], known.coefficients / known.errors)
    with pytest.raises(UnknownCode, match="rta"):
        known["rat"]


def test_draws_follow_the_covariance_and_their_seed(known: GravityEstimate) -> None:
    draws = known.draws(40_000, seed=1)
    np.testing.assert_array_equal(draws, known.draws(40_000, seed=1))
    assert not np.array_equal(draws[:5], known.draws(5, seed=2))
    np.testing.assert_allclose(draws.mean(axis=0), known.coefficients, atol=0.02)
    np.testing.assert_allclose(np.cov(draws.T), known.covariance, rtol=0.05, atol=5e-4)
    with pytest.raises(BadInput):
        known.draws(0, seed=1)


def test_elasticity_from_the_tariff_coefficient(known: GravityEstimate) -> None:
    net, gross = trade_elasticity(known, "ln_tariff"), trade_elasticity(known, "ln_tariff", "gross")
    assert net.value == pytest.approx(-known["ln_tariff"] - 1)
    assert gross.value == pytest.approx(-known["ln_tariff"])
    assert net.error == gross.error == known.errors[0]
    low, high = net.interval()
    assert low < 4 < high
    with pytest.raises(BadInput, match="implies a trade elasticity"):
        trade_elasticity(known, "rta")


def test_errors_of_effects_agree_with_draws(known: GravityEstimate) -> None:
    betas = known.draws(200_000, seed=3)[:, 1]
    effect = percent_effect(known, "rta")
    assert effect.error == pytest.approx(np.std(100 * np.expm1(betas)), rel=0.05)
    saved = tariff_equivalent(known, "rta", 4.0)
    assert saved.value < 0
    assert saved.error == pytest.approx(np.std(100 * np.expm1(-betas / 4)), rel=0.05)
    wider = tariff_equivalent(known, "rta", Measure(4.0, 1.0))
    assert wider.error > saved.error
    with pytest.raises(BadInput, match="not positive"):
        tariff_equivalent(known, "rta", 0.0)


def test_cost_changes_and_their_draws(known: GravityEstimate) -> None:
    joined = np.array([[0.0, 1.0], [1.0, 0.0]])
    change = cost_change(known, {"rta": joined}, 4.0, draws=2000, seed=5)
    np.testing.assert_allclose(change.kappa, np.exp(-known["rta"] * joined / 4))
    assert change.draws.shape == (2000, 2, 2)
    assert (change.draws[:, 0, 0] == 1).all()
    spread = np.std(np.log(change.draws[:, 0, 1]))
    assert spread == pytest.approx(known.errors[1] / 4, rel=0.1)
    by_sector = cost_change(known, {"rta": joined[None]}, np.array([2.0, 8.0])[:, None, None])
    assert by_sector.kappa.shape == (2, 2, 2)
    with pytest.raises(BadInput, match="common shape"):
        cost_change(known, {"rta": joined, "ln_tariff": np.zeros(3)}, 4.0)
    with pytest.raises(BadInput, match="positive"):
        cost_change(known, {"rta": joined}, -1.0)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 100), st.floats(0.01, 1000))
def test_unit_of_money_does_not_matter(seed: int, unit: float) -> None:
    frame = flows(seed, n=6)
    one = estimate(GravityRequest(frame, ("ln_tariff",), SIDES, PAIRS))
    scaled = frame.with_columns(trade=pl.col("trade") * unit)
    two = estimate(GravityRequest(scaled, ("ln_tariff",), SIDES, PAIRS))
    np.testing.assert_allclose(two.coefficients, one.coefficients, rtol=1e-6)
    np.testing.assert_allclose(two.covariance, one.covariance, rtol=1e-4)


def test_two_way_clusters_and_none() -> None:
    frame = flows()
    two = estimate(GravityRequest(frame, ("rta",), SIDES, (("exporter",), ("importer",))))
    assert two.clusters == (12, 12)
    robust = estimate(GravityRequest(frame, ("rta",), SIDES, ()))
    assert robust.clusters == ()
    assert robust.coefficients == pytest.approx(two.coefficients)


def test_separated_flows_and_singletons_are_counted() -> None:
    frame = flows(n=6).with_columns(
        trade=pl.when((pl.col("exporter") == "C0") & (pl.col("year") == 2000))
        .then(0.0)
        .otherwise(pl.col("trade"))
    )
    alone = frame.head(1).with_columns(
        exporter=pl.lit("Z"), importer=pl.lit("C0"), trade=pl.lit(2.0)
    )
    found = estimate(GravityRequest(pl.concat([frame, alone]), ("rta",), SIDES, PAIRS))
    assert found.separated == 6
    assert found.singletons == 1
    assert found.observations == frame.height - 6


def test_bad_requests_are_refused_with_the_cell() -> None:
    frame = flows(n=4)
    with pytest.raises(UnknownCode, match="ln_tariff"):
        GravityRequest(frame, ("ln_tarif",), SIDES)
    with pytest.raises(BadInput, match="no effect"):
        GravityRequest(frame, ())
    with pytest.raises(BadInput, match="twice"):
        GravityRequest(frame, ("rta", "rta"))
    with pytest.raises(BadInput, match="two ways"):
        GravityRequest(frame, ("rta",), SIDES, (("exporter",), ("importer",), ("year",)))
    with pytest.raises(BadInput, match="not numbers"):
        GravityRequest(frame, ("exporter",), SIDES)
    with pytest.raises(BadInput, match="cannot tell"):
        GravityRequest(frame, ("rta",), SIDES, years=(1990,))
    wrong = frame.with_columns(trade=pl.col("trade") - 1000)
    with pytest.raises(BadInput, match=r"negative, the first in row 1") as caught:
        GravityRequest(wrong, ("rta",), SIDES)
    assert caught.value.where is not None
    assert caught.value.where.column == "trade"
    holes = frame.with_columns(rta=pl.when(pl.col("rta") == 1).then(None).otherwise(pl.col("rta")))
    with pytest.raises(BadInput, match="missing or infinite"):
        GravityRequest(holes, ("rta",), SIDES)


def test_an_effect_that_fixed_effects_absorb_is_named() -> None:
    frame = flows(n=5).with_columns(size=pl.col("exporter").str.slice(1).cast(pl.Float64))
    with pytest.raises(BadInput, match="size cannot be told"):
        estimate(GravityRequest(frame, ("size", "rta"), SIDES, PAIRS))


def test_not_converging_is_an_error() -> None:
    with pytest.raises(NotConverged, match="1 iterations"):
        estimate(GravityRequest(flows(n=5), ("rta",), SIDES, PAIRS, iterations=1))


def test_without_the_extra_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyfixest", None)
    with pytest.raises(BadInput, match=r"hansa\[gravity\]"):
        estimate(GravityRequest(flows(n=4), ("rta",), SIDES, PAIRS))
