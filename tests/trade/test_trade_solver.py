"""The solver: what it says when it fails, its fallbacks, starts and batches."""

from __future__ import annotations

import numpy as np
import pytest
from trade_economies import made_up, shaken

from hansa.terms.errors import NotConverged
from hansa.trade import Change, NoEquilibrium, Shock, kernel, reference, solve, solve_many, solver
from hansa.trade.economy import Economy
from hansa.trade.system import cold, system


def hard() -> tuple[Economy, Shock]:
    """Near-perfect substitutes and prohibitive tariffs."""
    economy = made_up(11, N=6, J=4)
    steep = economy.replace(theta=np.array([60.0, 80.0, 45.0, 70.0]))
    tau = shaken(steep, 3, most=3.0)
    return steep, Shock.between(steep, closure="closed", tariffs=tau)


def test_not_converging_is_an_error_with_the_history() -> None:
    economy = made_up(0)
    shock = Shock.between(economy, closure="kept", tariffs=shaken(economy, 1))
    with pytest.raises(NoEquilibrium) as caught:
        solve(economy, shock, sweeps=3)
    assert isinstance(caught.value, NotConverged)
    history = caught.value.history
    assert len(history) >= 3
    assert min(history) > 1e-10
    assert f"{min(history):.1e}" in str(caught.value)
    assert caught.value.remedy


def test_the_residual_is_below_the_tolerance_and_verified() -> None:
    economy = made_up(0)
    shock = Shock.between(economy, closure="kept", tariffs=shaken(economy, 1))
    for tolerance in (1e-4, 1e-8, 1e-12):
        found = solve(economy, shock, tolerance=tolerance)
        assert found.residual < tolerance
        assert found.residual == found.history[-1]
        _, again = reference.sweep(system(economy, shock), found.state.copy())
        assert again == pytest.approx(found.residual, rel=0.2, abs=1e-14)


def test_hard_cases_are_solved_by_shorter_steps_or_in_stages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    economy, shock = hard()
    found = solve(economy, shock)
    monkeypatch.setattr(solver, "PLANS", ((0.5, 20),))
    monkeypatch.setattr(solver, "STAGES", (8,))
    staged = solve(economy, shock)
    assert staged.stages == 8
    np.testing.assert_allclose(staged.welfare, found.welfare, rtol=1e-8)


def test_stages_lead_through_closed_routes_and_new_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    economy = made_up(4, deficits=True)
    costs = np.ones(economy.tau.shape)
    costs[:, 0, 1] = np.inf
    key = np.full((4, 4), 0.25)
    shock = Shock.between(
        economy, closure="kept", tariffs=shaken(economy, 2), costs=costs, sharing=key
    )
    at_once = solve(economy, shock, tolerance=1e-12)
    monkeypatch.setattr(solver, "STAGES", (4,))
    staged = solve(economy, shock, tolerance=1e-12)
    np.testing.assert_allclose(staged.welfare, at_once.welfare, rtol=1e-10)
    assert staged.flows[:, 0, 1].sum() == 0


def test_a_warm_start_takes_fewer_sweeps() -> None:
    economy = made_up(0, N=8, J=5)
    tau = shaken(economy, 1)
    near = tau.copy()
    near[0, 0, 1] += 0.001
    first = solve(economy, Shock.between(economy, closure="kept", tariffs=tau))
    shock = Shock.between(economy, closure="kept", tariffs=near)
    cold_start = solve(economy, shock)
    warm = solve(economy, shock, start=first)
    assert warm.iterations < cold_start.iterations
    np.testing.assert_allclose(warm.welfare, cold_start.welfare, rtol=1e-9)


def test_kept_deficits_beyond_earnings_are_an_error() -> None:
    economy = made_up(0, N=3)
    lent = -1.5 * economy.wL[0]
    debts = np.array([lent, -lent / 2, -lent / 2])
    with pytest.raises(NoEquilibrium):
        solve(economy, Shock.between(economy, closure="kept", deficits=debts))


def test_numbers_that_break_are_reported_as_broken() -> None:
    economy = made_up(0)
    equations = system(economy, Shock.none("kept"))
    for core in (kernel, reference):
        state = cold(economy)
        state[0] = np.nan
        history = np.empty(10)
        taken, status = core.iterate(equations, state, history, kernel.Settings(1e-9, 5, 1.0))
        assert (taken, status) == (1, kernel.BROKEN)


def test_a_batch_tells_its_progress_and_leaves_the_base_alone() -> None:
    economy = made_up(0)
    shocks = [
        Shock.of(economy, [Change(("C0",), ("C1",), None, tariff=rate)], closure="kept")
        for rate in (0.0, 0.1, 0.5)
    ]
    said: list[tuple[int, int]] = []
    results = solve_many(
        economy, shocks, progress=lambda done, total, what: said.append((done, total))
    )
    assert said == [(1, 3), (2, 3), (3, 3)]
    for shock, found in zip(shocks, results, strict=True):
        np.testing.assert_allclose(found.state, solve(economy, shock).state, atol=1e-9)
    assert solve_many(economy, []) == ()


def test_changes_by_name_reach_their_cells_only() -> None:
    economy = made_up(0)
    shock = Shock.of(
        economy,
        [
            Change(("C0", "C1"), ("C2",), ("S1",), tariff=0.4),
            Change(importers=("C0",), cost=2.0),
            Change(importers=("C0",), exporters=("C3",), cost=0.5),
        ],
        closure="scaled",
    )
    after = solve(economy, shock)
    assert after.tau[1, 0, 2] == after.tau[1, 1, 2] == 0.4
    untouched = np.ones_like(economy.tau, dtype=bool)
    untouched[1, :2, 2] = False
    np.testing.assert_array_equal(after.tau[untouched], economy.tau[untouched])
    np.testing.assert_array_equal(after.d_hat[0, 0], [1.0, 2.0, 2.0, 1.0])
    np.testing.assert_array_equal(after.d_hat[:, 1:], 1.0)


def test_reprs_say_what_it_is() -> None:
    economy = made_up(0)
    found = solve(economy, Shock.none("kept"))
    assert repr(economy) == "Economy(4 countries, 3 sectors, 3 traded)"
    assert "residual" in repr(found)
