"""Slopes by the adjoint against finite differences, on made-up economies and on NAFTA."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trade_economies import made_up, shaken

from hansa.sources.trade import Nafta
from hansa.terms.errors import BadInput
from hansa.trade import (
    CaliendoParro,
    Closure,
    Economy,
    Equilibrium,
    NoEquilibrium,
    Shock,
    TariffModel,
    slope,
    solve,
)

TIGHT = 1e-13


def value(equilibrium: Equilibrium, weights: np.ndarray) -> float:
    return float(weights @ np.log(equilibrium.welfare))


def central(found: list[float], step: float) -> float:
    """Fourth-order difference of values at −2, −1, 1 and 2 steps."""
    far_low, low, high, far_high = found
    return (8 * (high - low) - (far_high - far_low)) / (12 * step)


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    closure=st.sampled_from(list(Closure)),
    pooled=st.booleans(),
)
def test_all_slopes_against_finite_differences(seed: int, closure: Closure, pooled: bool) -> None:
    economy = made_up(seed, N=3, J=2, deficits=True)
    rng = np.random.default_rng(seed)
    tau = shaken(economy, seed)
    key = rng.dirichlet(np.ones(3), 3).T if pooled else None
    weights = rng.normal(size=3)

    def at(tariffs: np.ndarray, costs: np.ndarray, base: Economy = economy) -> Equilibrium:
        shock = Shock.between(base, closure=closure, tariffs=tariffs, costs=costs, sharing=key)
        return solve(base, shock, tolerance=TIGHT)

    ones = np.ones_like(tau)
    found = slope(at(tau, ones), weights, tolerance=1e-12)
    h, steps = 1e-3, (-2, -1, 1, 2)
    for j, n, i in [(0, 0, 1), (1, 2, 0), (0, 1, 2)]:
        unit = np.zeros_like(tau)
        unit[j, n, i] = 1.0
        by_tariff = central([value(at(tau + k * h * unit, ones), weights) for k in steps], h)
        by_cost = central([value(at(tau, np.exp(k * h * unit)), weights) for k in steps], h)
        assert found.tariffs[j, n, i] == pytest.approx(by_tariff, rel=1e-6, abs=1e-9)
        assert found.costs[j, n, i] == pytest.approx(by_cost, rel=1e-6, abs=1e-9)
    own = np.zeros_like(tau)
    own[1, 0, 0] = 1.0
    by_own = central([value(at(tau, np.exp(k * h * own)), weights) for k in steps], h)
    assert found.costs[1, 0, 0] == pytest.approx(by_own, rel=1e-6, abs=1e-9)
    for j in range(2):
        move = np.eye(2)[j]
        others = [economy.replace(theta=economy.theta + k * h * move) for k in steps]
        by_theta = central([value(at(tau, ones, other), weights) for other in others], h)
        assert found.elasticities[j] == pytest.approx(by_theta, rel=1e-6, abs=1e-9)


def test_the_diagonal_has_no_tariff() -> None:
    economy = made_up(1)
    found = slope(solve(economy, Shock.none("closed")), np.ones(4))
    assert (np.einsum("jnn->jn", found.tariffs) == 0).all()


def test_sectors_not_made_or_bought_have_finite_slopes() -> None:
    economy = made_up(1, dead=True)
    tau = shaken(economy, 1)
    equilibrium = solve(
        economy, Shock.between(economy, closure="closed", tariffs=tau), tolerance=TIGHT
    )
    weights = np.array([1.0, 2.0, 0, 0])
    found = slope(equilibrium, weights, tolerance=1e-12).tariffs
    assert np.isfinite(found).all()
    h, unit = 1e-3, np.zeros_like(tau)
    unit[-1, 1, 2] = 1.0  # the country that makes none of it
    values = [
        value(
            solve(
                economy,
                Shock.between(economy, closure="closed", tariffs=tau + k * h * unit),
                tolerance=TIGHT,
            ),
            weights,
        )
        for k in (-2, -1, 1, 2)
    ]
    assert found[-1, 1, 2] == pytest.approx(central(values, h), rel=1e-6)


@pytest.mark.shared
def test_nafta_real_income_of_mexico_by_its_tariffs(
    nafta: Nafta, table_2: tuple[Equilibrium, Equilibrium]
) -> None:
    economy = nafta.economy
    mexico, usa = economy.index("Mexico"), economy.index("USA")
    weights = np.zeros(economy.N)
    weights[mexico] = 1.0
    found = slope(table_2[0], weights).tariffs
    for sector in ("Textile", "Petroleum", "Auto"):
        j = economy.sector(sector)
        values = []
        for k in (-2, -1, 1, 2):
            tau = nafta.before.copy()
            tau[j, mexico, usa] += k * 1e-3
            shock = Shock.between(economy, closure="closed", tariffs=tau)
            values.append(value(solve(economy, shock, tolerance=TIGHT), weights))
        assert found[j, mexico, usa] == pytest.approx(central(values, 1e-3), rel=2e-5)


@pytest.mark.shared
def test_one_adjoint_takes_about_as_many_sweeps_as_one_solve(
    table_2: tuple[Equilibrium, Equilibrium],
) -> None:
    weights = np.zeros(31)
    weights[0] = 1.0
    assert len(slope(table_2[0], weights).history) < 2 * table_2[0].iterations


def test_it_fits_the_model_of_policy() -> None:
    economy = made_up(1)
    model: TariffModel = CaliendoParro(economy, Closure.CLOSED)
    base = model.outcome(model.tariffs)
    np.testing.assert_allclose(base.welfare, 1, atol=1e-9)
    assert model.tradable.all()
    assert (np.einsum("jnn->jn", model.imports) == 0).all()
    weights = np.eye(4)[2]
    changed = model.tariffs.copy()
    changed[0, 2, 1] += 1e-4
    change = np.log(model.outcome(changed, base).welfare[2])
    assert change == pytest.approx(1e-4 * base.gradient(weights)[0, 2, 1], rel=1e-2)


def test_weights_of_the_wrong_shape_and_an_adjoint_that_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    economy = made_up(1)
    equilibrium = solve(economy, Shock.none("closed"))
    with pytest.raises(BadInput, match="weights"):
        slope(equilibrium, np.ones(3))
    monkeypatch.setattr("hansa.trade.adjoint.SWEEPS_ADJOINT", 2)
    with pytest.raises(NoEquilibrium) as caught:
        slope(equilibrium, np.eye(4)[0])
    assert len(caught.value.history) >= 2
