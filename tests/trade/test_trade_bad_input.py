"""Bad numbers are refused by the name of the cell."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from trade_economies import made_up

from hansa.terms.errors import BadInput, UnknownCode
from hansa.trade import (
    Change,
    Closure,
    Economy,
    NoEquilibrium,
    Shock,
    from_flows,
    one_sector,
    solve,
    structural,
)

C, S = ("ARM", "BLR", "RUS"), ("grain", "steel")


def flows() -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.uniform(1, 2, (2, 3, 3)) + 5 * np.eye(3)


def refused(build: Callable[[], object], *words: str) -> str:
    with pytest.raises(BadInput) as caught:
        build()
    message = str(caught.value)
    for word in words:
        assert word in message, message
    return message


def test_matrix_not_square() -> None:
    refused(lambda: from_flows(C, S, flows()[:, :, :2], 5.0), "flows", "not square", "(2, 3, 2)")
    refused(lambda: one_sector(C, flows()[0, :2], 5.0), "not square")


def test_country_with_sales_but_no_purchases() -> None:
    cube = flows()
    cube[:, 1, :] = 0
    refused(lambda: from_flows(C, S, cube, 5.0), "sales but no purchases", "BLR")


def test_country_that_sells_nothing() -> None:
    cube = flows()
    cube[:, :, 2] = 0
    refused(lambda: from_flows(C, S, cube, 5.0), "sells nothing", "RUS")


def test_negative_flows() -> None:
    cube = flows()
    cube[1, 0, 2] = -3.25
    cube[0, 1, 0] = -1
    refused(
        lambda: from_flows(C, S, cube, 5.0),
        "negative",
        "grain: BLR from ARM = -1",
        "steel: ARM from RUS = -3.25",
    )


def test_many_bad_cells_are_counted() -> None:
    refused(lambda: from_flows(C, S, -flows(), 5.0), "and 15 more")


def test_nan_and_infinite_cells() -> None:
    cube = flows()
    cube[0, 2, 1] = np.nan
    refused(lambda: from_flows(C, S, cube, 5.0), "not a finite number", "grain: RUS from BLR")
    cube[0, 2, 1] = np.inf
    refused(lambda: from_flows(C, S, cube, 5.0), "not a finite number", "grain: RUS from BLR")


def test_missing_elasticities() -> None:
    refused(lambda: from_flows(C, S, flows(), [5.0, np.nan]), "missing elasticity", "steel")
    refused(lambda: from_flows(C, S, flows(), [5.0, -1.0]), "not positive", "steel")


def test_no_elasticity_is_needed_where_nothing_is_traded() -> None:
    cube = flows()
    cube[1] = 5 * np.eye(3)
    economy = from_flows(C, S, cube, [5.0, np.nan])
    assert economy.traded.tolist() == [True, False]
    assert solve(economy, Shock.none("kept")).welfare == pytest.approx(np.ones(3))


@pytest.mark.parametrize("rate", [-1.0, -1.5])
def test_tariffs_at_or_below_minus_100_percent(rate: float) -> None:
    tau = np.zeros((2, 3, 3))
    tau[0, 2, 0] = rate
    refused(
        lambda: from_flows(C, S, flows(), 5.0, tariffs=tau), "below −100 %", "grain: RUS from ARM"
    )
    economy = from_flows(C, S, flows(), 5.0)
    refused(lambda: Shock.between(economy, closure="kept", tariffs=tau), "grain: RUS from ARM")


def test_tariff_on_domestic_sales() -> None:
    tau = np.zeros((2, 3, 3))
    tau[1, 1, 1] = 0.1
    refused(lambda: from_flows(C, S, flows(), 5.0, tariffs=tau), "domestic", "steel: BLR from BLR")


def test_inputs_that_cost_more_than_the_output() -> None:
    gamma = np.full((3, 2, 2), 0.2)
    gamma[2, :, 1] = 0.7
    refused(
        lambda: from_flows(C, S, flows(), 5.0, coefficients=gamma),
        "inputs cost more than the output",
        "steel, RUS",
    )


def test_value_added_that_does_not_fit_the_coefficients() -> None:
    cube, gamma = flows(), np.full((3, 2, 2), 0.2)
    added = 0.6 * cube.sum(axis=1)
    assert from_flows(C, S, cube, 5.0, coefficients=gamma, value_added=added).check() == ()
    added[0, 1] *= 1.01
    refused(
        lambda: from_flows(C, S, cube, 5.0, coefficients=gamma, value_added=added),
        "value added",
        "grain, BLR",
    )


def test_inputs_that_need_more_than_is_bought() -> None:
    cube, gamma = flows(), np.zeros((3, 2, 2))
    cube[1, 0, 0] = 0.1
    gamma[0, 1, 0] = 0.9
    build = lambda how: from_flows(  # noqa: E731 (used twice below)
        C, S, cube, 5.0, coefficients=gamma, negative_final=how
    )
    refused(lambda: build("refuse"), "inputs need more", "steel, ARM", "settle")
    assert build("settle").check(1e-8) == ()


def test_exports_beyond_output() -> None:
    square = flows()[0] * (1 - np.eye(3))
    refused(lambda: one_sector(C, square, 5.0, gdp=[100.0, 1.0, 100.0]), "exports exceed", "BLR")
    refused(
        lambda: one_sector(C, flows()[0], 5.0, gdp=[100.0, 100, 100]), "domestic sales are given"
    )


def test_cost_shares_that_do_not_sum_to_one() -> None:
    economy = made_up(1)
    refused(lambda: economy.replace(beta=economy.beta * 1.1), "cost shares", "S0, C0")


def test_negative_inputs_are_refused_unless_asked_for() -> None:
    economy = made_up(1)
    gamma, beta = economy.gamma.copy(), economy.beta.copy()
    gamma[2, 1, 0] -= 0.3
    beta[0, 2] += 0.3
    refused(lambda: economy.replace(gamma=gamma, beta=beta), "negative", "C2, input S1, S0")
    economy.replace(gamma=gamma, beta=beta, byproducts=True)


def test_deficits_that_do_not_sum_to_zero() -> None:
    economy = made_up(1)
    refused(lambda: economy.replace(D=np.ones(4)), "deficits sum to 4")
    refused(lambda: Shock.between(economy, closure="kept", deficits=np.ones(4)), "sum to 4")
    refused(lambda: Shock.between(economy, closure="closed", deficits=np.zeros(4)), "contradict")


def test_names_twice_unknown_and_nearest() -> None:
    refused(lambda: from_flows(("ARM", "ARM", "RUS"), S, flows(), 5.0), "ARM")
    economy = from_flows(C, S, flows(), 5.0)
    with pytest.raises(UnknownCode) as caught:
        Shock.of(economy, [Change(importers=("RUSS",), tariff=0.1)], closure="kept")
    assert caught.value.nearest == ("RUS",)


def test_cost_factors() -> None:
    economy = from_flows(C, S, flows(), 5.0)
    costs = np.ones((2, 3, 3))
    costs[1, 0, 1] = 0
    refused(lambda: Shock.between(economy, closure="kept", costs=costs), "steel: ARM from BLR")
    costs[1, 0, 1] = np.nan
    refused(lambda: Shock.between(economy, closure="kept", costs=costs), "not a number")


def test_closing_the_only_source() -> None:
    economy = made_up(2, dead=True)
    costs = np.where(np.eye(4, dtype=bool), 1.0, np.inf)
    shock = Shock.between(economy, closure="closed", costs=np.broadcast_to(costs, (3, 4, 4)))
    refused(lambda: solve(economy, shock), "no source is left", "S2, C1")


def test_starts_and_comparisons_of_other_economies() -> None:
    one, other = made_up(1), made_up(2)
    start = solve(other, Shock.none("kept"))
    refused(lambda: solve(one, Shock.none("kept"), start=start), "another economy")


def test_unknown_core_and_tolerance() -> None:
    economy = made_up(1)
    refused(lambda: solve(economy, Shock.none("kept"), core="numbra"), "numba")  # type: ignore[arg-type]  # that is the point
    refused(lambda: solve(economy, Shock.none("kept"), tolerance=0.0), "tolerance")


def test_a_closure_must_be_named() -> None:
    refused(lambda: Shock.none("open"), "unknown closure 'open'")
    with pytest.raises(UnknownCode) as caught:
        Shock.none("close")
    assert caught.value.nearest[0] == "closed"
    with pytest.raises(TypeError):
        Shock.between(made_up(1))  # type: ignore[call-arg]  # that is the point


def test_resistances_that_cannot_settle() -> None:
    refused(lambda: structural(C, np.ones((3, 3)), [1.0, 0, 3], [3.0, 2, 1], 5.0), "BLR", "zero")
    T = np.eye(3)
    with pytest.raises(NoEquilibrium) as caught:
        structural(C, T, [1.0, 2, 3], [3.0, 2, 1], 5.0)
    assert len(caught.value.history) > 1


def test_arrays_of_an_economy_cannot_be_written() -> None:
    economy = made_up(1)
    with pytest.raises(ValueError, match="read-only"):
        economy.pi[0, 0, 0] = 1.0
    with pytest.raises(AttributeError):
        economy.theta = np.ones(3)  # type: ignore[misc]  # that is the point
    assert isinstance(economy, Economy)
    assert Closure("kept") is Closure.KEPT
