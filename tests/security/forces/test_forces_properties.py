"""Every plan can be carried out; nothing that can be done is called impossible."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from force_worlds import START, operations
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hansa.security.forces import (
    CannotBeMet,
    Closure,
    Consent,
    Delay,
    ForcePlan,
    Limits,
    Operation,
    VehiclesLost,
    Withdrawal,
    advise,
    apply_remedies,
    lexicographic,
    plan_forces,
    replan,
    simulate,
    weighted,
)
from hansa.terms.days import add_days
from hansa.terms.truth import Truth

QUICK = Limits(20.0, 1e-6)
AIMS = (
    lexicographic("cost"),
    lexicographic("day", "cost"),
    lexicographic("day", "unfairness", "cost"),
    weighted(cost=1, unfairness=0.3),
    weighted(cost=1, day=2),
)
relaxed = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.filter_too_much]
)


def planned(operation: Operation, number: int = 0) -> ForcePlan:
    try:
        return plan_forces(operation, AIMS[number], QUICK)
    except CannotBeMet:
        assume(False)
        raise


@relaxed
@given(operations(), st.integers(0, len(AIMS) - 1))
def test_a_plan_survives_the_simulation_or_the_shortfalls_are_real(
    operation: Operation, number: int
) -> None:
    try:
        plan = plan_forces(operation, AIMS[number], QUICK)
    except CannotBeMet as refusal:
        diagnosis = refusal.diagnosis
    else:
        assert simulate(plan) == ()
        assert plan.gap <= 1e-5
        return
    assert diagnosis.shortfalls
    assert diagnosis.smallest
    assert all(item.missing > 0 for item in diagnosis.shortfalls)
    _no_smaller_set(operation, len(diagnosis.shortfalls))


def _no_smaller_set(operation: Operation, size: int) -> None:
    """Dropping fewer needs than fall short never helps; dropping some that many does."""
    needs = operation.mandate.needs
    for count in range(size + 1):
        possible = any(
            _feasible(operation, [need for n, need in enumerate(needs) if n not in dropped])
            for dropped in itertools.combinations(range(len(needs)), count)
        )
        assert possible == (count == size)


def _feasible(operation: Operation, needs: list) -> bool:  # type: ignore[type-arg]
    if not needs:
        return True
    fewer = replace(operation, mandate=replace(operation.mandate, needs=tuple(needs)))
    try:
        return simulate(plan_forces(fewer, AIMS[0], QUICK)) == ()
    except CannotBeMet:
        return False


@relaxed
@given(operations())
def test_the_soonest_day_cannot_be_beaten(operation: Operation) -> None:
    plan = planned(operation, 1)
    soonest = plan.tiers[0]
    assert soonest.value == soonest.bound
    if soonest.value == 0:
        return
    earlier = replace(operation, horizon=int(soonest.value) - 1)
    units = tuple(u for u in earlier.units if u.hub not in earlier.mandate.area.hubs or
                  u.ready < soonest.value)  # fmt: skip
    with pytest.raises(CannotBeMet):
        plan_forces(replace(earlier, units=units), AIMS[0], QUICK)


@settings(relaxed, max_examples=25)
@given(operations())
def test_remedies_make_the_impossible_possible(operation: Operation) -> None:
    try:
        plan_forces(operation, AIMS[0], QUICK)
    except CannotBeMet:
        advice = advise(operation, limits=Limits(30.0, 1e-4))
    else:
        return
    assert advice.cheapest is not None
    for offer in (advice.cheapest, *advice.alone):
        assert advice.cheapest.price <= offer.price + 1e-6
        assert simulate(plan_forces(apply_remedies(operation, offer), AIMS[0], QUICK)) == ()


@relaxed
@given(operations(), st.data())
def test_a_replan_keeps_the_past_and_survives_the_simulation(
    operation: Operation, data: st.DataObject
) -> None:
    plan = planned(operation, data.draw(st.integers(0, 3)))
    today = data.draw(st.integers(0, operation.horizon))
    on = add_days(START, today)
    some = data.draw(st.sampled_from([p.unit for p in plan.postings]))
    hub = data.draw(st.sampled_from([h.id for h in operation.hubs]))
    event = data.draw(
        st.sampled_from(
            [
                Withdrawal(some, on),
                Closure(hub, on, add_days(on, 2)),
                Consent("TRN", Truth.FALSE, start=on),
                VehiclesLost("fl", 1, on),
                Delay(some, today + 1),
            ]
        )
    )
    try:
        again = replan(plan, on, (event,), limits=QUICK)
    except CannotBeMet:
        return
    assert simulate(again.plan) == ()
    for shipment in plan.shipments:
        begun = [m for m in shipment.moves if m.depart < today]
        kept = [
            new
            for new in again.plan.shipments
            if new.unit == shipment.unit
            and [(m.leg, m.depart) for m in new.moves[: len(begun)]]
            == [(m.leg, m.depart) for m in begun]
        ]
        assert not begun or kept
    twice = replan(again.plan, add_days(on, 1), (), limits=QUICK)
    assert twice.disturbance == pytest.approx(0, abs=1e-6)
    assert simulate(twice.plan) == ()


@relaxed
@given(operations())
def test_nothing_changes_when_nothing_happens(operation: Operation) -> None:
    plan = planned(operation)
    again = replan(plan, START, (), limits=QUICK)
    assert again.disturbance == pytest.approx(0, abs=1e-6)
    assert {p.unit for p in again.plan.postings} == {p.unit for p in plan.postings}
    assert again.plan.cost.amount <= plan.cost.amount + 1


@settings(relaxed, max_examples=30)
@given(operations(), st.randoms(use_true_random=False))
def test_order_and_names_do_not_matter(operation: Operation, random: object) -> None:
    plan = planned(operation)
    units, legs = list(operation.units), list(operation.legs)
    random.shuffle(units)  # type: ignore[attr-defined]
    random.shuffle(legs)  # type: ignore[attr-defined]
    renamed = tuple(replace(unit, id=f"x{unit.id}") for unit in units)
    other = plan_forces(replace(operation, units=renamed, legs=tuple(legs)), AIMS[0], QUICK)
    assert other.objective == pytest.approx(plan.objective, rel=1e-5, abs=1e-4)
