"""A plan that was changed by hand is caught, each kind of change by its own name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest
from force_worlds import START, hand_made

from hansa.security.forces import (
    Cap,
    Closure,
    Commitment,
    Consent,
    Fleet,
    ForcePlan,
    LiftUse,
    Limits,
    Move,
    Shipment,
    Withdrawal,
    lexicographic,
    plan_forces,
    simulate,
)
from hansa.terms.days import Period, add_days
from hansa.terms.money import Money
from hansa.terms.truth import Truth


@cache
def good() -> ForcePlan:
    return plan_forces(hand_made(), lexicographic("cost"), Limits(30.0, 1e-9))


def test_the_plan_before_tampering_is_sound_and_uses_both_modes() -> None:
    plan = good()
    assert simulate(plan) == ()
    assert {use.leg for use in plan.lift} >= {"beta>field:road"}
    assert any(use.sorties for use in plan.lift)


def first(plan: ForcePlan, leg: str) -> int:
    return next(n for n, s in enumerate(plan.shipments) if s.moves[0].leg == leg)


def flown(plan: ForcePlan) -> int:
    return next(n for n, s in enumerate(plan.shipments) if s.moves[-1].leg.endswith("air"))


def with_shipment(plan: ForcePlan, number: int, shipment: Shipment) -> ForcePlan:
    shipments = list(plan.shipments)
    shipments[number] = shipment
    return replace(plan, shipments=tuple(shipments))


def moved(plan: ForcePlan, days: int) -> ForcePlan:
    number = flown(plan)
    old = plan.shipments[number]
    moves = tuple(replace(m, depart=m.depart + days, arrive=m.arrive + days) for m in old.moves)
    return with_shipment(plan, number, replace(old, moves=moves))


def twice(plan: ForcePlan) -> ForcePlan:
    return replace(plan, shipments=(*plan.shipments, plan.shipments[flown(plan)]))


def beamed(plan: ForcePlan) -> ForcePlan:
    number = first(plan, "beta>field:road")
    old = plan.shipments[number]
    move = replace(old.moves[0], arrive=old.moves[0].depart)
    return with_shipment(plan, number, replace(old, moves=(move,)))


def jumping(plan: ForcePlan) -> ForcePlan:
    number = flown(plan)
    old = plan.shipments[number]
    day = old.depart
    moves = (Move("alpha>beta:rail", day, day + 5), Move("alpha>field:air", day + 5, day + 5))
    return with_shipment(plan, number, replace(old, moves=moves))


def lighter(plan: ForcePlan) -> ForcePlan:
    number = flown(plan)
    old = plan.shipments[number]
    return with_shipment(plan, number, replace(old, tons=old.tons - 5))


def fewer_sorties(plan: ForcePlan) -> ForcePlan:
    lift = [replace(u, sorties=u.sorties - 1) if u.sorties else u for u in plan.lift]
    return replace(plan, lift=tuple(lift))


def more_sorties(plan: ForcePlan) -> ForcePlan:
    lift = [replace(u, sorties=u.sorties + 20) if u.sorties else u for u in plan.lift]
    return replace(plan, lift=tuple(lift))


def stay_home(plan: ForcePlan) -> ForcePlan:
    return replace(plan, postings=plan.postings[1:])


def late_word(plan: ForcePlan) -> ForcePlan:
    last = plan.postings[-1]
    return replace(plan, postings=(*plan.postings[:-1], replace(last, arrives=last.arrives - 1)))


def due_sooner(plan: ForcePlan) -> ForcePlan:
    return replace(plan, postings=tuple(replace(p, by=p.arrives - 1) for p in plan.postings))


def posted_twice(plan: ForcePlan) -> ForcePlan:
    return replace(plan, postings=(*plan.postings, plan.postings[0]))


def cheaper(plan: ForcePlan) -> ForcePlan:
    account = plan.accounts[0]
    less = replace(account, force_cost=account.force_cost - Money.of(1000, "USD"))
    return replace(plan, accounts=(less, *plan.accounts[1:]))


def too_good(plan: ForcePlan) -> ForcePlan:
    tier = plan.tiers[-1]
    return replace(plan, tiers=(replace(tier, bound=tier.value + 1000),))


def stranger(plan: ForcePlan) -> ForcePlan:
    posting = replace(plan.postings[0], unit="Z9")
    return replace(plan, postings=(*plan.postings, posting))


def lost_leg(plan: ForcePlan) -> ForcePlan:
    return replace(plan, lift=(*plan.lift, LiftUse("moon>field", 1, 1, 1.0)))


TAMPERED: dict[str, tuple[Callable[[ForcePlan], ForcePlan], str]] = {
    "a shipment travels twice": (twice, "two_places"),
    "a unit is posted twice": (posted_twice, "two_places"),
    "it leaves before it is ready": (lambda p: moved(p, -3), "too_early"),
    "a lorry is there at once": (beamed, "times"),
    "it changes where no leg meets": (jumping, "broken_route"),
    "tons are left behind": (lighter, "not_moved"),
    "a sortie is missing": (fewer_sorties, "payload"),
    "the fleet flies more than it has": (more_sorties, "fleet"),
    "the airfield takes more than it can": (more_sorties, "throughput"),
    "a unit stays at home": (stay_home, "need"),
    "a day is stated wrongly": (late_word, "times"),
    "a unit comes late": (due_sooner, "late"),
    "a cost is stated wrongly": (cheaper, "cost"),
    "the bound is better than the plan": (too_good, "bound"),
    "a unit nobody pledged": (stranger, "unknown"),
    "a leg nobody knows": (lost_leg, "unknown"),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_tampered_plan_is_caught(name: str) -> None:
    change, kind = TAMPERED[name]
    assert kind in {violation.kind for violation in simulate(change(good()))}


WORLDS: dict[str, tuple[dict[str, object], str]] = {
    "transit refused": ({"consents": (Consent("TRN", Truth.FALSE),)}, "consent"),
    "transit not answered": ({"consents": ()}, "consent"),
    "consent ends under way": (
        {"consents": (Consent("TRN", Truth.TRUE, end=add_days(START, 3)),)},
        "consent",
    ),
    "the airfield is closed": ({"closures": (Closure("field", START, None, "air"),)}, "closed"),
    "a unit is withdrawn": ({"withdrawals": (Withdrawal("B2", START),)}, "withdrawn"),
    "a unit serves elsewhere": (
        {"commitments": (Commitment("B2", Period(START), "another mission"),)},
        "elsewhere",
    ),
    "a member is above its cap": ({"caps": (Cap("AAA", Decimal(1000)),)}, "cap"),
    "a member sends too many": ({"caps": (Cap("AAA", Decimal(10), "persons"),)}, "cap"),
    "the fleet is smaller": ({"fleets": (Fleet("wing", "Air wing", 0),)}, "fleet"),
}


@pytest.mark.parametrize("name", WORLDS)
def test_plan_for_another_world_is_caught(name: str) -> None:
    changes, kind = WORLDS[name]
    found = simulate(good(), hand_made(**changes))
    assert kind in {violation.kind for violation in found}


def test_overloaded_road_is_caught() -> None:
    world = hand_made()
    legs = tuple(
        replace(leg, tons_per_day=10.0) if leg.id == "beta>field:road" else leg
        for leg in world.legs
    )
    found = simulate(good(), hand_made(legs=legs))
    assert "leg_capacity" in {violation.kind for violation in found}
