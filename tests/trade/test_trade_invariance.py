"""What must not change when nothing economic changes, and limits known in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trade_economies import made_up, permuted, shaken

from hansa.trade import Closure, Economy, Shock, solve, solve_many

seeds = st.integers(0, 10_000)
closures = st.sampled_from(list(Closure))
few = settings(max_examples=20, deadline=None)
TIGHT = 1e-12


@few
@given(seed=seeds, closure=closures)
def test_no_shock_changes_nothing(seed: int, closure: Closure) -> None:
    economy = made_up(seed, deficits=closure is not Closure.CLOSED)
    same = solve(economy, Shock.none(closure), tolerance=TIGHT)
    for hat in (same.w_hat, same.c_hat, same.P_hat, same.welfare):
        np.testing.assert_allclose(hat, 1, atol=1e-10)
    np.testing.assert_allclose(same.flows, economy.imports, rtol=1e-9, atol=1e-12)


@few
@given(seed=seeds, closure=closures)
def test_walras_every_market_and_budget_clears(seed: int, closure: Closure) -> None:
    economy = made_up(seed, deficits=True)
    shock = Shock.between(economy, closure=closure, tariffs=shaken(economy, seed))
    after = solve(economy, shock, tolerance=TIGHT)
    flows, e = after.flows, economy
    np.testing.assert_allclose((e.beta * after.Y).sum(axis=0), after.wages, rtol=1e-9)
    need = np.einsum("nkj,jn->kn", e.gamma, after.Y) + e.alpha * after.income
    np.testing.assert_allclose(after.X, need, rtol=1e-9)
    np.testing.assert_allclose(flows.sum(axis=1), after.Y, rtol=1e-9)
    np.testing.assert_allclose((after.tau * flows).sum(axis=(0, 2)), after.revenue, rtol=1e-8)
    deficit = flows.sum(axis=(0, 2)) - flows.sum(axis=(0, 1))
    owed = after.income - after.wages - after.received
    np.testing.assert_allclose(deficit, owed, atol=1e-9 * after.wages.sum())
    assert abs(owed.sum()) < 1e-9 * after.wages.sum()
    assert after.wages.sum() == pytest.approx(e.wL.sum(), rel=1e-10)


@few
@given(seed=seeds, closure=closures, factor=st.floats(1e-6, 1e6))
def test_units_of_money(seed: int, closure: Closure, factor: float) -> None:
    economy = made_up(seed, deficits=True)
    scaled = economy.replace(X=factor * economy.X, wL=factor * economy.wL, D=factor * economy.D)
    tau = shaken(economy, seed)
    one, other = (
        solve(e, Shock.between(e, closure=closure, tariffs=tau), tolerance=TIGHT)
        for e in (economy, scaled)
    )
    np.testing.assert_allclose(one.welfare, other.welfare, rtol=1e-10)
    np.testing.assert_allclose(factor * one.flows, other.flows, rtol=1e-9)


@few
@given(seed=seeds, closure=closures)
def test_numeraire(seed: int, closure: Closure) -> None:
    """A start at another price level ends at the same prices."""
    economy = made_up(seed, deficits=True)
    shock = Shock.between(economy, closure=closure, tariffs=shaken(economy, seed))
    first = solve(economy, shock, tolerance=TIGHT)
    state = first.state.copy()
    JN = economy.J * economy.N
    state[JN:] += np.log(7.0)
    inflated = type(first)(
        **{name: getattr(first, name) for name in first.__slots__} | {"state": state}
    )
    again = solve(economy, shock, start=inflated, tolerance=TIGHT)
    np.testing.assert_allclose(again.w_hat, first.w_hat, rtol=1e-9)
    np.testing.assert_allclose(again.X, first.X, rtol=1e-9)


@few
@given(seed=seeds, closure=closures)
def test_order_of_countries_and_sectors(seed: int, closure: Closure) -> None:
    economy = made_up(seed, deficits=True)
    rng = np.random.default_rng(seed)
    c, s = rng.permutation(economy.N), rng.permutation(economy.J)
    other = permuted(economy, c, s)
    tau = shaken(economy, seed)
    one = solve(economy, Shock.between(economy, closure=closure, tariffs=tau), tolerance=TIGHT)
    two = solve(
        other,
        Shock.between(other, closure=closure, tariffs=tau[np.ix_(s, c, c)]),
        tolerance=TIGHT,
    )
    np.testing.assert_allclose(one.welfare[c], two.welfare, rtol=1e-10)
    np.testing.assert_allclose(one.flows[np.ix_(s, c, c)], two.flows, rtol=1e-9)


@few
@given(seed=seeds)
def test_tariff_and_iceberg_of_one_size_differ_by_the_revenue_only(seed: int) -> None:
    """If the revenue is thrown away, prices and shares are those of the iceberg cost."""
    economy = made_up(seed, tariffs=False)
    tau = shaken(economy, seed)
    tariff = solve(economy, Shock.between(economy, closure="closed", tariffs=tau), tolerance=TIGHT)
    iceberg = solve(
        economy, Shock.between(economy, closure="closed", costs=1 + tau), tolerance=TIGHT
    )
    assert iceberg.revenue == pytest.approx(np.zeros(economy.N), abs=1e-9)
    assert (tariff.welfare > iceberg.welfare).sum() >= 1
    # at the tariff's wages and spending an iceberg cost gives the tariff's prices and shares
    delivered = tariff.c_hat[:, None, :] * (1 + tau)
    power = delivered ** -economy.theta[:, None, None]
    shares = economy.pi * power / (economy.pi * power).sum(axis=2, keepdims=True)
    np.testing.assert_allclose(tariff.pi, shares, rtol=1e-8)


def test_without_revenue_a_tariff_is_an_iceberg_cost() -> None:
    """A tariff whose revenue is received by nobody but spent as the iceberg melts it."""
    economy = made_up(3, N=3, J=1, inputs=False, tariffs=False)
    tau = np.zeros((1, 3, 3))
    tau[0, 0, 1:] = 0.2
    tariff = solve(economy, Shock.between(economy, closure="closed", tariffs=tau))
    iceberg = solve(economy, Shock.between(economy, closure="closed", costs=1 + tau))
    share = tariff.revenue[0] / tariff.income[0]
    assert share > 0
    lost = np.log(tariff.welfare / iceberg.welfare)
    assert lost[0] > 0.5 * share


@few
@given(seed=seeds)
def test_two_identical_countries_merged(seed: int) -> None:
    """Splitting a country into two halves without any cost between them changes nothing."""
    whole = made_up(seed, N=3)
    split = _split(whole, 0, 0.3)
    tau = shaken(whole, seed)
    at = np.array([0, 1, 2, 0])
    tau_split = tau[:, at][:, :, at].copy()
    one = solve(whole, Shock.between(whole, closure="closed", tariffs=tau), tolerance=TIGHT)
    two = solve(split, Shock.between(split, closure="closed", tariffs=tau_split), tolerance=TIGHT)
    np.testing.assert_allclose(two.welfare, one.welfare[at], rtol=1e-9)
    np.testing.assert_allclose(two.w_hat, one.w_hat[at], rtol=1e-9)


def _split(economy: Economy, n: int, share: float) -> Economy:
    """Country ``n`` as two, of sizes ``1 − share`` and ``share``, trading freely."""
    N = economy.N
    at = np.append(np.arange(N), n)
    size = np.ones(N + 1)
    size[n], size[N] = 1 - share, share
    source = economy.pi[:, :, at] * size
    return Economy(
        (*economy.countries, "half"),
        economy.sectors,
        economy.theta,
        source[:, at],
        economy.tau[:, at][:, :, at],
        economy.X[:, at] * size,
        economy.beta[:, at],
        economy.gamma[at],
        economy.alpha[:, at],
        economy.wL[at] * size,
        economy.D[at] * size,
    )


@few
@given(seed=seeds, closure=closures)
def test_sectors_that_a_country_does_not_make_or_buy(seed: int, closure: Closure) -> None:
    economy = made_up(seed, dead=True)
    assert not economy.live[-1, 0]
    assert economy.Y[-1, 1] == 0
    assert economy.X[-1, 1] > 0
    after = solve(economy, Shock.between(economy, closure=closure, tariffs=shaken(economy, seed)))
    assert after.X[-1, 0] == 0
    assert after.Y[-1, 1] == 0
    assert np.isfinite(after.welfare).all()
    assert after.as_base().check(1e-7) == ()


@few
@given(seed=seeds)
def test_autarky_has_its_closed_form(seed: int) -> None:
    """ln Ŵ = Σ_j α_j Σ_k L_kj ln(π_kk) / θ_k, L the Leontief inverse (no tariffs)."""
    economy = made_up(seed, tariffs=False)
    costs = np.where(np.eye(economy.N, dtype=bool), 1.0, np.inf)
    closed = solve(
        economy,
        Shock.between(economy, closure="closed", costs=np.broadcast_to(costs, economy.tau.shape)),
        tolerance=TIGHT,
    )
    np.testing.assert_allclose(
        np.einsum("jnn->jn", closed.flows).sum(), closed.flows.sum(), rtol=1e-12
    )
    own = np.log(np.einsum("jnn->jn", economy.pi)) / economy.theta[:, None]
    for n in range(economy.N):
        leontief = np.linalg.inv(np.eye(economy.J) - economy.gamma[n])
        expected = own[:, n] @ leontief @ economy.alpha[:, n]
        assert np.log(closed.welfare[n]) == pytest.approx(expected, abs=1e-8)


def test_one_sector_gains_follow_the_domestic_share() -> None:
    """Arkolakis, Costinot and Rodríguez-Clare (2012): Ŵ = π̂_nn^(−1/θ)."""
    economy = made_up(5, N=6, J=1, inputs=False, tariffs=False)
    costs = 1 + shaken(economy, 5)
    after = solve(economy, Shock.between(economy, closure="closed", costs=costs))
    ratio = np.einsum("jnn->n", after.pi) / np.einsum("jnn->n", economy.pi)
    np.testing.assert_allclose(after.welfare, ratio ** (-1 / economy.theta[0]), rtol=1e-9)


@few
@given(seed=seeds, closure=closures)
def test_compiled_core_equals_numpy(seed: int, closure: Closure) -> None:
    economy = made_up(seed, deficits=True)
    key = np.random.default_rng(seed).dirichlet(np.ones(economy.N), economy.N).T
    shock = Shock.between(economy, closure=closure, tariffs=shaken(economy, seed), sharing=key)
    fast, plain = (solve(economy, shock, tolerance=TIGHT, core=core) for core in ("numba", "numpy"))
    np.testing.assert_allclose(fast.state, plain.state, atol=1e-10)
    np.testing.assert_allclose(fast.welfare, plain.welfare, rtol=1e-10)


@few
@given(seed=seeds, threads=st.integers(1, 3))
def test_batch_equals_one_by_one(seed: int, threads: int) -> None:
    economy = made_up(seed, deficits=True)
    shocks = [
        Shock.between(economy, closure=closure, tariffs=shaken(economy, seed + k))
        for k, closure in enumerate([*Closure, *Closure])
    ]
    together = solve_many(economy, shocks, threads=threads, tolerance=TIGHT)
    for shock, found in zip(shocks, together, strict=True):
        alone = solve(economy, shock, tolerance=TIGHT)
        np.testing.assert_allclose(found.state, alone.state, atol=1e-10)
        assert found.shock is shock


@few
@given(seed=seeds, most=st.floats(0.5, 20.0), closure=closures)
def test_prices_wages_and_spending_are_positive(seed: int, most: float, closure: Closure) -> None:
    economy = made_up(seed)
    after = solve(
        economy, Shock.between(economy, closure=closure, tariffs=shaken(economy, seed, most=most))
    )
    for values in (after.w_hat, after.c_hat, after.P_hat, after.X, after.income, after.Y):
        assert (values > 0).all()


@few
@given(seed=seeds)
def test_another_base_gives_the_same_change(seed: int) -> None:
    """From A to C is from A to B and from B to C."""
    economy = made_up(seed, deficits=True)
    b, c = shaken(economy, seed), shaken(economy, seed + 1)
    first, direct = (
        solve(economy, Shock.between(economy, closure="kept", tariffs=t), tolerance=TIGHT)
        for t in (b, c)
    )
    middle = first.as_base()
    assert middle.check(1e-8) == ()
    second = solve(middle, Shock.between(middle, closure="kept", tariffs=c), tolerance=TIGHT)
    np.testing.assert_allclose(first.welfare * second.welfare, direct.welfare, rtol=1e-9)
