"""Unions as values: what arrangements do to tariffs, costs and revenue."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trade_economies import made_up

from hansa.terms.errors import BadInput, UnknownCode
from hansa.trade import (
    Arrangement,
    CommonTariff,
    Economy,
    Exemption,
    FreeTrade,
    Rule,
    Shock,
    TransportClause,
    Union,
    compare,
    costs,
    shared,
    sharing,
    solve,
    tariffs,
    transition,
)

ALL = ("C0", "C1", "C2", "C3")
NOTHING = Arrangement()


@pytest.fixture
def economy() -> Economy:
    return made_up(7)


def union(**changes: object) -> Union:
    given = {"members": ("C0", "C1"), "common_tariff": CommonTariff(Rule.MEAN), "name": "U"}
    return Union(**(given | changes))  # type: ignore[arg-type]  # keywords of the test


def test_free_trade_inside_and_a_common_tariff_outside(economy: Economy) -> None:
    tau = tariffs(economy, Arrangement((union(),)))
    assert (tau[:, :2, :2] == 0).all()
    np.testing.assert_allclose(tau[:, 0, 2:], economy.tau[:, :2, 2:].mean(axis=1))
    np.testing.assert_array_equal(tau[:, 0, 2:], tau[:, 1, 2:])
    np.testing.assert_array_equal(tau[:, 2:], economy.tau[:, 2:])


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (CommonTariff(Rule.MAXIMUM), lambda own, trade: own.max(axis=1)),
        (CommonTariff(Rule.MINIMUM), lambda own, trade: own.min(axis=1)),
        (CommonTariff(Rule.LEADER, leader="C1"), lambda own, trade: own[:, 1]),
        (
            CommonTariff(Rule.WEIGHTED),
            lambda own, trade: (own * trade).sum(axis=1) / trade.sum(axis=1),
        ),
        (
            CommonTariff(Rule.GIVEN, rates={"S0": 0.3, "*": 0.1}),
            lambda own, trade: np.array([[0.3], [0.1], [0.1]]).repeat(2, axis=1),
        ),
    ],
    ids=["maximum", "minimum", "leader", "weighted", "given"],
)
def test_rules_of_the_common_tariff(economy: Economy, rule: CommonTariff, expected) -> None:  # type: ignore[no-untyped-def]  # a small function
    tau = tariffs(economy, Arrangement((union(common_tariff=rule),)))
    own, trade = economy.tau[:, :2, 2:], economy.imports[:, :2, 2:]
    for member in (0, 1):
        np.testing.assert_allclose(tau[:, member, 2:], expected(own, trade))


def test_partial_coverage_leaves_the_rest_to_members(economy: Economy) -> None:
    whole = tariffs(economy, Arrangement((union(),)))
    part = tariffs(
        economy, Arrangement((union(common_tariff=CommonTariff(Rule.MEAN, coverage=0.65)),))
    )
    expected = 0.65 * whole[:, :2, 2:] + 0.35 * economy.tau[:, :2, 2:]
    np.testing.assert_allclose(part[:, :2, 2:], expected)


def test_exemptions_from_both(economy: Economy) -> None:
    exempt = union(
        exemptions=(
            Exemption(("C0",), ("C1",), ("S1",), rate=0.05),
            Exemption(importers=("C1",), exporters=("C3",)),
        )
    )
    tau = tariffs(economy, Arrangement((exempt,)))
    plain = tariffs(economy, Arrangement((union(),)))
    assert tau[1, 0, 1] == 0.05
    np.testing.assert_array_equal(tau[:, 1, 3], economy.tau[:, 1, 3])
    tau[1, 0, 1] = plain[1, 0, 1]
    tau[:, 1, 3] = plain[:, 1, 3]
    np.testing.assert_array_equal(tau, plain)


def test_free_trade_agreements_keep_own_tariffs_outside(economy: Economy) -> None:
    agreement = FreeTrade(("C1", "C2"), (Exemption(sectors=("S2",)),))
    tau = tariffs(economy, Arrangement(agreements=(agreement,)))
    assert tau[0, 1, 2] == tau[1, 2, 1] == 0
    assert tau[2, 1, 2] == economy.tau[2, 1, 2]
    np.testing.assert_array_equal(tau[:, 1, [0, 3]], economy.tau[:, 1, [0, 3]])


def test_transport_clauses_multiply_and_go_both_ways(economy: Economy) -> None:
    corridor = TransportClause(("C0",), 0.9, partners=("C3",))
    within = TransportClause(("C0", "C1"), 0.8, sectors=("S0",))
    factor = costs(economy, Arrangement((union(transport=(within,)),), transport=(corridor,)))
    assert factor[0, 0, 1] == factor[0, 1, 0] == 0.8
    assert factor[1, 0, 1] == 1
    assert (factor[:, 0, 3] == 0.9).all()
    assert (factor[:, 3, 0] == 0.9).all()
    assert (np.einsum("jnn->jn", factor) == 1).all()


def test_accession_exit_merger_and_dissolution_are_one_call(economy: Economy) -> None:
    pair, trio = union(), union(members=("C0", "C1", "C2"))
    other = union(members=("C2", "C3"), name="V")
    steps = {
        "foundation": (NOTHING, Arrangement((pair,))),
        "accession": (Arrangement((pair,)), Arrangement((pair.joined_by("C2"),))),
        "exit": (Arrangement((trio,)), Arrangement((trio.without("C2"),))),
        "merger": (Arrangement((pair, other)), Arrangement((union(members=ALL),))),
        "dissolution": (Arrangement((trio,)), NOTHING),
    }
    for before, after in steps.values():
        observed = economy.replace(tau=tariffs(economy, before))
        change = transition(observed, before, after, closure="closed", own=economy.tau)
        tau = observed.tau.copy()
        tau.ravel()[change.cells] = change.tariffs
        np.testing.assert_allclose(tau, tariffs(economy, after, economy.tau))


def test_going_there_and_back_changes_nothing(economy: Economy) -> None:
    key = {"C0": 0.8, "C1": 0.2}
    arranged = Arrangement((union(revenue_key=key),))
    there = transition(economy, NOTHING, arranged, closure="kept")
    inside = solve(economy, there, tolerance=1e-12).as_base()
    back = transition(inside, arranged, NOTHING, closure="kept", own=economy.tau)
    again = solve(inside, back, tolerance=1e-12)
    first = solve(economy, there, tolerance=1e-12)
    np.testing.assert_allclose(first.welfare * again.welfare, 1, rtol=1e-9)


def test_recorded_tariffs_stay_where_the_arrangements_agree(economy: Economy) -> None:
    """What is observed is not overwritten by the rule that should have produced it."""
    arranged = Arrangement((union(),))
    joined = Arrangement((union(), union(members=("C2", "C3"), name="V")))
    change = transition(economy, arranged, joined, closure="closed")
    importers = set((change.cells // economy.N % economy.N).tolist())
    assert importers == {2, 3}


def test_the_revenue_key_moves_income_between_members_only(economy: Economy) -> None:
    key = {"C0": 0.9, "C1": 0.1}
    keyed = Arrangement((union(revenue_key=key),))
    matrix = sharing(economy, keyed)
    assert matrix is not None
    np.testing.assert_allclose(matrix[:, 0], [0.9, 0.1, 0, 0])
    np.testing.assert_allclose(matrix[:, 1], [0.9, 0.1, 0, 0])
    np.testing.assert_allclose(matrix[:, 2:], np.eye(4)[:, 2:])
    after = solve(economy, transition(economy, NOTHING, keyed, closure="closed"))
    pooled = after.revenue[:2].sum()
    np.testing.assert_allclose(after.received[:2], [0.9 * pooled, 0.1 * pooled])
    np.testing.assert_allclose(after.received[2:], after.revenue[2:])


def test_another_key_is_zero_sum_to_first_order(economy: Economy) -> None:
    equal = Arrangement((union(revenue_key={"C0": 0.5, "C1": 0.5}),))
    tilted = Arrangement((union(revenue_key={"C0": 0.51, "C1": 0.49}),))
    observed = solve(
        economy, transition(economy, NOTHING, equal, closure="closed"), tolerance=1e-12
    ).as_base()
    change = transition(observed, equal, tilted, closure="kept", own=economy.tau)
    found = compare(solve(observed, Shock.none("kept")), solve(observed, change))
    assert found.real_income[0] > 0 > found.real_income[1]
    assert found.first_order is not None
    given_ = found.first_order.transfers * observed.income
    assert abs(given_.sum()) < 1e-6 * np.abs(given_).sum()


def test_a_base_must_share_as_the_arrangement_before_says(economy: Economy) -> None:
    keyed = Arrangement((union(revenue_key={"C0": 0.9, "C1": 0.1}),))
    with pytest.raises(BadInput, match="shared"):
        transition(economy, keyed, NOTHING, closure="closed")
    ready = shared(economy, keyed)
    np.testing.assert_allclose(ready.income, economy.income)
    assert ready.check(1e-8) == ()
    transition(ready, keyed, NOTHING, closure="closed")


def test_members_join_and_leave_with_their_shares() -> None:
    keyed = union(revenue_key={"C0": 0.75, "C1": 0.25})
    with pytest.raises(BadInput, match="share"):
        keyed.joined_by("C2")
    bigger = keyed.joined_by("C2", revenue_key={"C0": 0.7, "C1": 0.2, "C2": 0.1})
    assert bigger.members == ("C0", "C1", "C2")
    smaller = bigger.without("C1")
    assert smaller.revenue_key == pytest.approx({"C0": 0.875, "C2": 0.125})
    with pytest.raises(UnknownCode):
        bigger.without("C3")


@pytest.mark.parametrize(
    ("build", "word"),
    [
        (lambda: union(revenue_key={"C0": 0.6, "C1": 0.6}), "sum to 1.2"),
        (lambda: union(revenue_key={"C0": 1.5, "C1": -0.5}), "C1"),
        (lambda: union(revenue_key={"C0": 0.5, "C2": 0.5}), "C2"),
        (lambda: union(members=("C0", "C0")), "twice"),
        (lambda: union(common_tariff=CommonTariff("leader", leader="C3")), "C3"),
        (lambda: CommonTariff("leader"), "leader"),
        (lambda: CommonTariff("mean", rates={"*": 0.1}), "rates"),
        (lambda: CommonTariff("mean", coverage=1.2), "coverage"),
        (lambda: CommonTariff("meen"), "mean"),
        (lambda: Arrangement((union(), union(members=("C1", "C2"), name="V"))), "C1 is in two"),
    ],
)
def test_arrangements_that_make_no_sense(build, word: str) -> None:  # type: ignore[no-untyped-def]  # a small function
    with pytest.raises(BadInput, match=word):
        build()


def test_unknown_sectors_and_missing_rates(economy: Economy) -> None:
    lacking = CommonTariff("given", rates={"S0": 0.1})
    with pytest.raises(BadInput, match="S1"):
        tariffs(economy, Arrangement((union(common_tariff=lacking),)))
    odd = CommonTariff("given", rates={"S9": 0.1, "*": 0.0})
    with pytest.raises(UnknownCode, match="S9"):
        tariffs(economy, Arrangement((union(common_tariff=odd),)))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000))
def test_trade_created_and_diverted(seed: int) -> None:
    """Creation and diversion add up to what partners gain; outsiders' markets have none."""
    economy = made_up(seed)
    before = solve(economy, Shock.none("closed"))
    after = solve(
        economy,
        transition(economy, NOTHING, Arrangement((union(common_tariff=None),)), closure="closed"),
    )
    found = compare(before, after, ("C0", "C1")).diversion
    assert (found.created >= 0).all()
    assert (found.diverted >= 0).all()
    np.testing.assert_allclose(
        found.created + found.diverted, np.maximum(found.partners, 0), atol=1e-12
    )
    assert (found.diverted <= np.maximum(-found.outsiders, 0) + 1e-12).all()
    assert (found.created[:, 2:] == 0).all()
    assert found.partners[:, :2].sum() > 0
