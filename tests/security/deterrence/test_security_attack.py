"""Expected utility of an attack over who honours the promise."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.security.deterrence import (
    Attack,
    Guarantor,
    accession,
    critical_rate,
    deterrence,
    expected_cost,
    honour_rate,
)
from hansa.security.deterrence.joiners import on_grid, subsets
from hansa.terms.errors import BadInput, NotConverged, UnknownCode
from hansa.terms.truth import Truth

unit = st.floats(0, 1)
guarantor_sets = st.lists(
    st.tuples(st.floats(0, 3), unit, st.floats(0, 0.5)), min_size=0, max_size=6
)


def build(found: list[tuple[float, float, float]], **more: float) -> Attack:
    them = tuple(Guarantor(f"g{i}", c, h, k) for i, (c, h, k) in enumerate(found))
    numbers = {"strength": 2.0, "resistance": 0.7, "cost": 0.1, **more}
    return Attack("A", "T", guarantors=them, **numbers)


def by_definition(attack: Attack) -> float:
    """Equation (1), one subset at a time."""
    total = 0.0
    for joins in product((False, True), repeat=len(attack.guarantors)):
        pairs = list(zip(attack.guarantors, joins, strict=True))
        weight = prod(g.honour if j else 1 - g.honour for g, j in pairs)
        defence = attack.resistance + sum(g.capability for g, j in pairs if j)
        m = attack.decisiveness
        p = attack.strength**m / (attack.strength**m + defence**m)
        total += weight * (p * attack.value - attack.cost - sum(g.cost for g, j in pairs if j))
    return total


@given(guarantor_sets, st.floats(0.5, 3), st.floats(0.5, 5))
def test_the_utility_is_its_definition(
    found: list[tuple[float, float, float]], m: float, value: float
) -> None:
    attack = build(found, decisiveness=m, value=value)
    result = deterrence(attack)
    assert result.utility == pytest.approx(by_definition(attack), abs=1e-12)
    assert result.error == 0.0
    assert (result.deterred is Truth.TRUE) == (result.utility <= 0)


@given(guarantor_sets, st.integers(0, 5), st.floats(0.001, 1))
def test_more_honour_never_helps_the_attacker(
    found: list[tuple[float, float, float]], at: int, more: float
) -> None:
    if not found:
        return
    attack = build(found)
    g = attack.guarantors[at % len(found)]
    firmer = replace(g, honour=min(1.0, g.honour + more))
    assert deterrence(attack.guaranteed_by(firmer)).utility <= deterrence(attack).utility + 1e-12


@given(guarantor_sets, st.integers(0, 5), st.floats(0.001, 3))
def test_more_capability_of_a_guarantor_never_helps_the_attacker(
    found: list[tuple[float, float, float]], at: int, more: float
) -> None:
    if not found:
        return
    attack = build(found)
    g = attack.guarantors[at % len(found)]
    stronger = replace(g, capability=g.capability + more)
    assert deterrence(attack.guaranteed_by(stronger)).utility <= deterrence(attack).utility + 1e-12


@given(guarantor_sets, st.floats(0.1, 5))
def test_units_of_capability_and_order_do_not_matter(
    found: list[tuple[float, float, float]], factor: float
) -> None:
    attack = build(found)
    other = replace(
        attack,
        strength=attack.strength * factor,
        resistance=attack.resistance * factor,
        guarantors=tuple(
            replace(g, capability=g.capability * factor) for g in reversed(attack.guarantors)
        ),
    )
    assert deterrence(other).utility == pytest.approx(deterrence(attack).utility, abs=1e-10)


@given(st.floats(0.1, 5), st.floats(0, 5), st.floats(0.1, 5), st.floats(0, 1), st.floats(-1, 1))
def test_without_guarantors_the_closed_form_decides(
    strength: float, resistance: float, value: float, cost: float, sq: float
) -> None:
    attack = Attack("A", "T", strength, resistance, value, cost, sq)
    p = strength / (strength + resistance)
    if abs(p - attack.critical_win) > 1e-9:
        assert (deterrence(attack).deterred is Truth.TRUE) == (p < attack.critical_win)
    assert attack.critical_win == pytest.approx((sq + cost) / value)


def test_twenty_guarantors_are_exact_and_agree_with_the_grid() -> None:
    rng = np.random.default_rng(4)
    c, h = rng.uniform(0.01, 0.5, 20), rng.uniform(0, 1, 20)
    exact = subsets(c, h)
    assert exact.probability.size == 2**20
    assert exact.probability.sum() == pytest.approx(1)
    truth = float(exact.probability @ (1 / (1 + 0.5 + exact.low)))
    widths = []
    for cells in (2**10, 2**14, 2**18):
        grid = on_grid(c, h, cells)
        low = float(grid.probability @ (1 / (1 + 0.5 + grid.high)))
        high = float(grid.probability @ (1 / (1 + 0.5 + grid.low)))
        assert low - 1e-12 <= truth <= high + 1e-12
        widths.append(high - low)
    assert widths[0] > widths[1] > widths[2]
    assert widths[2] < 1e-4


@given(st.lists(st.tuples(st.floats(0, 1), unit), min_size=1, max_size=8), st.integers(3, 400))
def test_the_grid_always_brackets_the_truth(found: list[tuple[float, float]], cells: int) -> None:
    c, h = [f[0] for f in found], [f[1] for f in found]
    exact, grid = subsets(c, h), on_grid(c, h, cells)
    assert grid.probability.sum() == pytest.approx(1)
    for f in (lambda x: 1 / (1 + x), lambda x: np.exp(-3 * x)):
        truth = float(exact.probability @ f(exact.low))
        assert float(grid.probability @ f(grid.high)) <= truth + 1e-9
        assert float(grid.probability @ f(grid.low)) >= truth - 1e-9


def test_sixty_guarantors_within_the_tolerance_asked() -> None:
    rng = np.random.default_rng(8)
    many = tuple(
        Guarantor(f"g{i}", float(c), float(h), 0.001)
        for i, (c, h) in enumerate(
            zip(rng.uniform(0, 0.05, 60), rng.uniform(0, 1, 60), strict=True)
        )
    )
    attack = Attack("A", "T", 1.0, 0.2, cost=0.05, status_quo=0.3, guarantors=many)
    coarse = deterrence(attack, tolerance=1e-3)
    fine = deterrence(attack, tolerance=1e-5)
    assert coarse.error <= 1e-3
    assert fine.error <= 1e-5
    assert abs(coarse.utility - fine.utility) <= coarse.error + fine.error
    draws = rng.uniform(size=(200_000, 60)) < [g.honour for g in many]
    joined = draws @ np.array([g.capability for g in many])
    simulated = (1 / (1 + 0.2 + joined)).mean() - expected_cost(attack)
    assert fine.utility == pytest.approx(simulated, abs=1e-3)


def test_a_tolerance_out_of_reach_raises_with_its_history() -> None:
    many = tuple(Guarantor(f"g{i}", 0.01 * (i + 1) ** 1.1, 0.5) for i in range(21))
    attack = Attack("A", "T", 1.0, 0.2, guarantors=many)
    with pytest.raises(NotConverged, match="bounds so far"):
        deterrence(attack, tolerance=1e-12)


def test_an_error_that_straddles_the_status_quo_is_unknown() -> None:
    many = tuple(Guarantor(f"g{i}", 0.017 * (i + 1), 0.5) for i in range(25))
    attack = Attack("A", "T", 1.0, 0.2, guarantors=many)
    found = deterrence(attack, tolerance=0.05)
    assert found.error > 0
    edge = replace(attack, status_quo=found.utility)
    assert deterrence(edge, tolerance=0.05).deterred is Truth.UNKNOWN


@given(guarantor_sets, st.floats(-0.2, 0.8))
def test_the_critical_rate_is_where_the_attacker_is_indifferent(
    found: list[tuple[float, float, float]], sq: float
) -> None:
    attack = build(found, status_quo=sq)
    critical = critical_rate(attack)
    if critical.rate is None:
        assert deterrence(attack.with_rates(1)).deterred is Truth.FALSE
    elif critical.rate == 0:
        assert deterrence(attack.with_rates(0)).deterred is Truth.TRUE
    else:
        assert deterrence(attack.with_rates(critical.rate)).deterred is Truth.TRUE
        below = attack.with_rates(max(0.0, critical.rate - 1e-6))
        assert deterrence(below).utility > sq - 1e-5
        assert deterrence(attack.with_rates(critical.rate)).margin == pytest.approx(0, abs=1e-5)


def test_the_critical_rate_of_one_guarantor_is_linear_interpolation() -> None:
    them = [(0.5, 0.4, 0.05), (1.0, 0.6, 0.1)]
    attack = build(them, status_quo=0.3)
    none = deterrence(attack.with_rates(0, "g1")).utility
    sure = deterrence(attack.with_rates(1, "g1")).utility
    assert sure < 0.3 < none
    found = critical_rate(attack, "g1")
    assert found.rate == pytest.approx((none - 0.3) / (none - sure), abs=1e-7)
    assert found.who == "g1"
    assert "g1" in found.text


@settings(max_examples=40)
@given(guarantor_sets, st.tuples(st.floats(0.01, 3), st.floats(0.01, 1), st.floats(0, 0.5)))
def test_an_accession_never_makes_an_attack_more_worth(
    found: list[tuple[float, float, float]], new: tuple[float, float, float]
) -> None:
    attack = build(found)
    change = accession(attack, Guarantor("new", *new))
    assert change.change >= -1e-12
    if change.rate_before.rate is not None:
        assert change.rate_after.rate is not None
        assert change.rate_after.rate <= change.rate_before.rate + 1e-8


def test_an_accession_that_tips_the_balance_says_so() -> None:
    rate = honour_rate("defense").share
    attack = Attack("A", "T", 1.0, 0.5, cost=0.4, status_quo=0.1)
    change = accession(attack, Guarantor("RUS", 3.0, rate, 0.1))
    assert change.before.deterred is Truth.FALSE
    assert change.after.deterred is Truth.TRUE
    assert change.tips
    assert "now deters" in str(change)
    assert "RUS" in change.after.because[0].because[0].text


def test_odds_from_a_table_take_the_place_of_the_contest() -> None:
    attack = build([(1.0, 0.5, 0.0), (2.0, 0.25, 0.0)], cost=0.0)
    table = [0.8, 0.4, 0.3, 0.1]
    wanted = 0.375 * 0.8 + 0.375 * 0.4 + 0.125 * 0.3 + 0.125 * 0.1
    assert deterrence(attack, win=table).utility == pytest.approx(wanted)
    with pytest.raises(BadInput, match="4 probabilities"):
        deterrence(attack, win=[0.5, 0.5])
    with pytest.raises(BadInput):
        deterrence(attack, win=[0.5, 0.5, 0.5, 1.5])


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"strength": 0.0}, "strength"),
        ({"resistance": -1.0}, "zero"),
        ({"value": 0.0}, "value"),
        ({"decisiveness": 0.0}, "decisiveness"),
        ({"cost": float("nan")}, "known"),
    ],
)
def test_an_attack_that_makes_no_sense_is_refused(wrong: dict[str, float], word: str) -> None:
    numbers = {"strength": 1.0, "resistance": 1.0, **wrong}
    with pytest.raises(BadInput, match=word):
        Attack("A", "T", **numbers)


def test_who_cannot_be_a_guarantor() -> None:
    twice = (Guarantor("B", 1, 0.5), Guarantor("B", 1, 0.6))
    with pytest.raises(BadInput, match="twice"):
        Attack("A", "T", 1, 1, guarantors=twice)
    with pytest.raises(BadInput, match="against itself"):
        Attack("A", "T", 1, 1, guarantors=(Guarantor("A", 1, 0.5),))
    with pytest.raises(UnknownCode, match="KAZ"):
        Attack("A", "T", 1, 1, guarantors=(Guarantor("KAZ", 1, 0.5),)).with_rates(0.5, "KAX")
    with pytest.raises(BadInput, match="between 0 and 1"):
        deterrence(Attack("A", "T", 1, 1, guarantors=(Guarantor("B", 1, 1.5),)))
