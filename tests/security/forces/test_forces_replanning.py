"""Planning again: history stays, few units change, closures turn movements back."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from force_worlds import START, hand_made, unit

from hansa.security.forces import (
    CannotBeMet,
    Closure,
    Consent,
    Delay,
    ForcePlan,
    Joined,
    Limits,
    Need,
    VehiclesLost,
    Withdrawal,
    lexicographic,
    plan_forces,
    replan,
    simulate,
)
from hansa.terms.days import add_days
from hansa.terms.errors import BadInput, UnknownCode
from hansa.terms.reasons import Reason
from hansa.terms.truth import Truth

FINE = Limits(30.0, 1e-9)


@cache
def plan() -> ForcePlan:
    return plan_forces(hand_made(), lexicographic("cost"), FINE)


def day(number: int) -> object:
    return add_days(START, number)


def test_a_withdrawn_unit_is_replaced_by_another() -> None:
    hospital = next(p.unit for p in plan().postings if p.unit in ("A3", "B2"))
    other = {"A3": "B2", "B2": "A3"}[hospital]
    why = (Reason("act", "taken back", ref="W1"),)
    again = replan(plan(), START, (Withdrawal(hospital, START, why),), limits=FINE)
    kinds = {change.unit: change.kind for change in again.changes}
    assert kinds[hospital] == "stood_down"
    assert kinds[other] == "called"
    assert again.disturbance == pytest.approx(2)
    assert simulate(again.plan) == ()
    assert any(reason.ref == "W1" for reason in again.plan.because)


def test_what_has_left_stays_and_is_paid() -> None:
    last = max(s.depart for s in plan().shipments)
    today = last  # all but the last movements have begun
    unit_on_the_way = next(s.unit for s in plan().shipments if s.depart < today)
    on = add_days(START, today)
    again = replan(plan(), on, (Withdrawal(unit_on_the_way, on),), limits=FINE)
    assert any(f.kind == "interrupted" for f in again.plan.findings)
    begun = [s for s in again.plan.shipments if s.unit == unit_on_the_way]
    assert begun
    assert all(s.depart < today for s in begun)
    account = next(a for a in again.plan.accounts if a.unit == unit_on_the_way)
    assert account.force_cost.minor == 0
    assert account.lift_cost.minor > 0
    assert simulate(again.plan) == ()


def test_a_lorry_turns_back_when_its_road_ends_in_a_closed_place() -> None:
    leg = next(s for s in plan().shipments if s.moves[0].leg == "beta>field:road")
    today = leg.depart + 2
    shut = Closure("field", add_days(START, today), add_days(START, leg.arrive + 1), "road")
    again = replan(plan(), add_days(START, today), (shut,), limits=FINE)
    turned = [s for s in again.plan.shipments if s.moves[-1].turned_back]
    assert turned
    assert all(s.arrive == today + (today - s.depart) for s in turned)
    assert simulate(again.plan) == ()


def test_a_lorry_turns_back_when_consent_ends_on_its_way() -> None:
    road = next(s for s in plan().shipments if s.moves[0].leg == "beta>field:road")
    today = road.depart + 1
    refused = Consent("TRN", Truth.FALSE, start=add_days(START, today))
    again = replan(plan(), add_days(START, today), (refused,), limits=FINE)
    turned = [s for s in again.plan.shipments if s.moves[-1].turned_back]
    assert turned
    assert all(s.arrive == today + (today - s.depart) for s in turned)
    assert simulate(again.plan) == ()


def test_a_closed_airfield_delays_flights() -> None:
    flights = [use.day for use in plan().lift if use.leg.endswith("air")]
    shut = Closure("field", add_days(START, min(flights)), add_days(START, min(flights) + 2), "air")
    again = replan(plan(), START, (shut,), limits=FINE)
    new = [use.day for use in again.plan.lift if use.leg.endswith("air")]
    assert not set(new) & {min(flights), min(flights) + 1}
    assert simulate(again.plan) == ()


def test_consent_withdrawn_under_way_sends_the_rest_by_air() -> None:
    again = replan(plan(), START, (Consent("TRN", Truth.FALSE),), limits=FINE)
    assert all(use.leg != "beta>field:road" for use in again.plan.lift)
    assert simulate(again.plan) == ()


def test_fewer_aircraft_take_longer() -> None:
    soon = plan_forces(hand_made(), lexicographic("day", "cost"), FINE)
    lost = VehiclesLost("wing", 2, add_days(START, 2))
    again = replan(soon, add_days(START, 2), (lost,), limits=FINE)
    assert again.plan.complete_on > soon.complete_on
    assert simulate(again.plan) == ()
    with pytest.raises(UnknownCode, match="wing"):
        replan(soon, START, (VehiclesLost("wings", 1, START),))


def test_a_delayed_unit_leaves_later() -> None:
    some = plan().postings[0].unit
    old = min(s.depart for s in plan().movements()[some])
    again = replan(plan(), START, (Delay(some, old + 2),), limits=FINE)
    if some in again.plan.movements():
        assert min(s.depart for s in again.plan.movements()[some]) >= old + 2
    assert simulate(again.plan) == ()
    with pytest.raises(UnknownCode):
        replan(plan(), START, (Delay("Z9", 3),))


def test_a_delay_does_not_undo_what_has_left() -> None:
    gone = plan().shipments[0]
    on = add_days(START, gone.depart + 1)
    again = replan(plan(), on, (Delay(gone.unit, gone.depart + 2),), limits=FINE)
    assert any(s.unit == gone.unit and s.depart == gone.depart for s in again.plan.shipments)
    assert simulate(again.plan) == ()


def test_a_further_pledge_can_rescue_a_plan() -> None:
    hospitals = ("A3", "B2")
    gone = tuple(Withdrawal(key, START) for key in hospitals)
    with pytest.raises(CannotBeMet, match="hospital"):
        replan(plan(), START, gone, limits=FINE)
    new = Joined(unit("C1", "CCC", "beta", {"hospital": 1}, 70, 100, 2, 900_000))
    again = replan(plan(), START, (*gone, new), limits=FINE)
    assert "C1" in {p.unit for p in again.plan.postings}


def test_a_unit_that_has_moved_is_changed_last() -> None:
    """Standing down a unit under way counts as much as changing five others."""
    needs = (Need("infantry", 400, add_days(START, 20)),)
    operation = hand_made(mandate=replace(hand_made().mandate, needs=needs))
    first = plan_forces(operation, lexicographic("cost"), FINE)
    moving = first.postings[0].unit
    day_after = min(s.depart for s in first.movements()[moving]) + 1
    cheap = Joined(unit("C1", "CCC", "beta", {"infantry": 400}, 400, 10, 2, 1))
    again = replan(first, add_days(START, day_after), (cheap,), limits=FINE)
    assert {p.unit for p in again.plan.postings} == {moving}


def test_one_cannot_plan_again_before_the_plan() -> None:
    later = replan(plan(), add_days(START, 3), (), limits=FINE)
    with pytest.raises(BadInput, match="when the plan was made"):
        replan(later.plan, add_days(START, 2), ())


def test_tons_that_travel_otherwise_are_counted() -> None:
    calm = replan(plan(), START, (), limits=FINE)
    assert calm.tons_moved == pytest.approx(0, abs=1e-3)
    assert {change.kind for change in calm.changes} == {"kept"}
