"""Bands and sensitivity."""

from __future__ import annotations

import numpy as np
import pytest
from trade_economies import made_up, shaken

from hansa.terms.errors import BadInput
from hansa.trade import (
    Economy,
    Estimate,
    NoEquilibrium,
    Shock,
    bands,
    of_coefficients,
    of_elasticities,
    real_income,
    sensitivity,
    slope,
    solve,
)


@pytest.fixture
def economy() -> Economy:
    return made_up(2)


def shocks(economy: Economy) -> tuple[Shock, Shock]:
    return Shock.none("closed"), Shock.between(
        economy, closure="closed", tariffs=shaken(economy, 1)
    )


def test_bands_of_elasticities_agree_with_the_slope_to_first_order(economy: Economy) -> None:
    before, after = shocks(economy)
    spread = 0.02
    estimate = Estimate(economy.sectors, economy.theta, np.diag([spread**2] * 3), "a study")
    found = bands(
        estimate, of_elasticities(economy, before, after, economy.sectors), draws=400, seed=5
    )
    assert found.refused == 0
    assert found.source == "a study"
    np.testing.assert_allclose(
        found.point, real_income(solve(economy, before), solve(economy, after)), atol=1e-9
    )
    for n in range(economy.N):
        weights = np.eye(economy.N)[n]
        by_theta = slope(solve(economy, after), weights).elasticities
        deviation = found.draws[:, n].std()
        expected = spread * np.sqrt((by_theta**2).sum()) * (1 + found.point[n])
        assert deviation == pytest.approx(expected, rel=0.12)


def test_bands_of_gravity_coefficients(economy: Economy) -> None:
    """An agreement worth β on two routes; the band contains the point and has its order."""
    change = np.zeros((1, 4, 4))
    change[0, 0, 1] = change[0, 1, 0] = 1.0
    estimate = Estimate(("rta",), np.array([0.56]), np.array([[0.108**2]]))
    trial = of_coefficients(economy, change, closure="closed")
    said: list[int] = []
    found = bands(
        estimate, trial, draws=60, seed=1, progress=lambda done, total, what: said.append(done)
    )
    assert said[-1] == 60
    low, middle, high = found.quantiles()
    assert (low[:2] < found.point[:2]).all()
    assert (found.point[:2] < high[:2]).all()
    assert middle[:2] == pytest.approx(found.point[:2], rel=0.15)
    base, before, after = trial(np.array([0.56]))
    power = solve(base, after).d_hat ** -base.theta[:, None, None]
    np.testing.assert_allclose(power[:, 0, 1], np.exp(0.56))
    assert found.frame().columns == ["country", "point", "q0.05", "q0.5", "q0.95"]
    assert before.cells.size == 0


def test_the_same_seed_gives_the_same_band(economy: Economy) -> None:
    before, after = shocks(economy)
    estimate = Estimate(("S0",), economy.theta[:1], np.array([[0.25]]))
    trial = of_elasticities(economy, before, after, ("S0",))
    one, two, other = (bands(estimate, trial, draws=8, seed=s).draws for s in (3, 3, 4))
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, other)


def test_no_uncertainty_is_no_band(economy: Economy) -> None:
    before, after = shocks(economy)
    estimate = Estimate(("S0",), economy.theta[:1], np.zeros((1, 1)))
    found = bands(estimate, of_elasticities(economy, before, after, ("S0",)), draws=3)
    np.testing.assert_allclose(found.draws, found.point[None].repeat(3, axis=0), atol=1e-9)


def test_draws_without_meaning_are_counted_and_too_many_are_an_error(economy: Economy) -> None:
    before, after = shocks(economy)
    trial = of_elasticities(economy, before, after, ("S0",))
    some = Estimate(("S0",), np.array([3.0]), np.array([[9.0]]))
    found = bands(some, trial, draws=60, seed=1)
    assert 0 < found.refused < 30
    assert len(found.draws) == 60 - found.refused
    vague = Estimate(("S0", "S1"), np.array([0.1, 0.1]), np.diag([100.0, 100.0]))
    with pytest.raises(NoEquilibrium, match="draws"):
        bands(vague, of_elasticities(economy, before, after, vague.names), draws=60, seed=1)


@pytest.mark.parametrize(
    ("covariance", "word"),
    [
        (np.array([[1.0, 0.5], [0.4, 1.0]]), "symmetric"),
        (np.array([[1.0, 2.0], [2.0, 1.0]]), "semidefinite"),
        (np.array([[1.0, np.nan], [np.nan, 1.0]]), "finite"),
        (np.ones((2, 3)), "covariance"),
    ],
)
def test_covariances_that_are_none(covariance: np.ndarray, word: str) -> None:
    with pytest.raises(BadInput, match=word):
        Estimate(("a", "b"), np.zeros(2), covariance)


def test_sensitivity_to_elasticities(economy: Economy) -> None:
    before, after = shocks(economy)
    found = sensitivity(economy, before, after, (0.5, 1.0, 2.0))
    exact = real_income(solve(economy, before), solve(economy, after))
    np.testing.assert_allclose(found.values[1], exact, atol=1e-10)
    assert found.frame().columns == ["country", "theta_x_0.5", "theta_x_1", "theta_x_2"]
    assert np.ptp(found.values, axis=0).min() > 0
    with pytest.raises(BadInput, match="factors"):
        sensitivity(economy, before, after, (0.0,))


def test_changes_of_gravity_variables_of_the_wrong_shape(economy: Economy) -> None:
    with pytest.raises(BadInput, match="change"):
        of_coefficients(economy, np.zeros((4, 4)), closure="closed")
    with pytest.raises(BadInput, match="change"):
        of_coefficients(economy, np.zeros((1, 3, 3)), closure="closed")
