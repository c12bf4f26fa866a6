"""What the planner chooses, on operations small enough to see why."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from force_worlds import START, hand_made, unit

from hansa.security.forces import (
    AIMS,
    Aims,
    Cap,
    Closure,
    Commitment,
    Consent,
    Leg,
    Limits,
    Need,
    NoPlanInTime,
    ReimbursementRules,
    Throughput,
    lexicographic,
    plan_forces,
    simulate,
    weighted,
)
from hansa.security.forces.reimbursement import UN_PERSONNEL_RATES
from hansa.terms.days import Period, add_days
from hansa.terms.errors import BadInput, NotConverged, UnknownCode
from hansa.terms.truth import Truth

FINE = Limits(30.0, 1e-9)
CHEAP = lexicographic("cost")


def sent(plan: object) -> set[str]:
    return {posting.unit for posting in plan.postings}  # type: ignore[attr-defined]


def test_sooner_costs_more() -> None:
    cheap = plan_forces(hand_made(), CHEAP, FINE)
    soon = plan_forces(hand_made(), lexicographic("day", "cost"), FINE)
    assert soon.complete_on < cheap.complete_on
    assert soon.cost.amount > cheap.cost.amount
    assert soon.tiers[0].aim == "day"
    assert soon.gap == pytest.approx(0, abs=1e-9)


def test_a_price_on_days_lies_between() -> None:
    days = [
        plan_forces(hand_made(), weighted(cost=1, day=price), FINE).complete_on
        for price in (1, 60_000, 10_000_000)
    ]
    assert days == sorted(days, reverse=True)
    assert days[-1] == plan_forces(hand_made(), lexicographic("day"), FINE).complete_on


def test_fairness_moves_the_burden() -> None:
    cheap = plan_forces(hand_made(), CHEAP, FINE)
    fair = plan_forces(hand_made(), lexicographic("unfairness", "cost"), FINE)
    assert fair.unfairness < cheap.unfairness
    assert fair.cost.amount >= cheap.cost.amount
    shares = {m.member: m.share for m in fair.members}
    assert sum(shares.values()) == pytest.approx(1)
    assert sum(m.deviation or 0 for m in fair.members) == pytest.approx(0, abs=1e-12)


def test_slack_between_tiers_gives_room() -> None:
    strict = plan_forces(hand_made(), lexicographic("cost", "unfairness"), FINE)
    loose = plan_forces(hand_made(), lexicographic("cost", "unfairness", slack=0.2), FINE)
    assert loose.unfairness < strict.unfairness
    assert loose.cost.amount <= strict.cost.amount * Decimal("1.2001")


def test_no_member_above_its_cap() -> None:
    free = plan_forces(hand_made(), CHEAP, FINE)
    heavy = max(free.members, key=lambda m: m.force_cost)
    cap = Cap(heavy.member, heavy.force_cost.amount - 1)
    capped = plan_forces(hand_made(caps=(cap,)), CHEAP, FINE)
    own = next(m for m in capped.members if m.member == heavy.member)
    assert own.force_cost.amount <= cap.most
    assert simulate(capped) == ()


def test_a_unit_in_the_area_needs_no_transport() -> None:
    local = unit("L1", "CCC", "field", {"infantry": 800}, 800, 500, 3, 10_000)
    plan = plan_forces(hand_made(units=(*hand_made().units, local)), CHEAP, FINE)
    posting = next(p for p in plan.postings if p.unit == "L1")
    assert posting.arrives == 3
    assert "L1" not in plan.movements()
    assert simulate(plan) == ()


def test_a_unit_bound_elsewhere_is_not_sent() -> None:
    plan = plan_forces(hand_made(), CHEAP, FINE)
    hospital = next(p.unit for p in plan.postings if p.unit in ("A3", "B2"))
    bound = Commitment(hospital, Period(START, add_days(START, 30)), "flood relief")
    other = plan_forces(hand_made(commitments=(bound,)), CHEAP, FINE)
    assert hospital not in sent(other)
    assert any(f.kind == "committed_elsewhere" for f in other.findings)
    over = Commitment(hospital, Period(add_days(START, -50), START), "flood relief")
    assert sent(plan_forces(hand_made(commitments=(over,)), CHEAP, FINE)) == sent(plan)


@pytest.mark.parametrize("answer", [Truth.FALSE, Truth.UNKNOWN])
def test_without_consent_the_road_is_not_taken(answer: Truth) -> None:
    plan = plan_forces(hand_made(consents=(Consent("TRN", answer),)), CHEAP, FINE)
    assert all(use.leg != "beta>field:road" for use in plan.lift)
    word = "refuses" if answer is Truth.FALSE else "has not answered on"
    assert any(f.kind == "no_consent" and word in f.text for f in plan.findings)


def test_a_later_answer_replaces_an_earlier_one() -> None:
    answers = (Consent("TRN", Truth.TRUE), Consent("TRN", Truth.FALSE, "road"))
    plan = plan_forces(hand_made(consents=answers), CHEAP, FINE)
    assert all(use.leg != "beta>field:road" for use in plan.lift)


def test_closed_days_are_not_used() -> None:
    shut = Closure("field", add_days(START, 9), add_days(START, 14), "air")
    plan = plan_forces(hand_made(closures=(shut,)), CHEAP, FINE)
    flights = [use.day for use in plan.lift if use.leg.endswith("air")]
    assert flights
    assert not set(flights) & set(range(9, 14))


def test_zero_throughput_is_named_and_the_other_mode_is_taken() -> None:
    need = (Need("hospital", 1, add_days(START, 20)),)
    nothing = (Throughput("field", "air", sorties_per_day=0),)
    operation = hand_made(mandate=replace(hand_made().mandate, needs=need), throughputs=nothing)
    plan = plan_forces(operation, CHEAP, FINE)
    assert {use.leg for use in plan.lift} <= {"beta>field:road", "alpha>beta:rail"}
    assert any(f.kind == "zero_throughput" for f in plan.findings)


def test_a_need_that_ends_earlier_costs_less() -> None:
    whole = hand_made()
    until = add_days(START, 92)  # 1 June: three months
    needs = tuple(replace(need, until=until) for need in whole.mandate.needs)
    short = plan_forces(hand_made(mandate=replace(whole.mandate, needs=needs)), CHEAP, FINE)
    long = plan_forces(whole, CHEAP, FINE)
    assert {p.until for p in short.postings} == {until}
    assert short.force_cost.amount * 2 == long.force_cost.amount
    assert simulate(short) == ()


def test_reimbursement_counts_from_the_day_of_arrival() -> None:
    plan = plan_forces(hand_made(reimbursement=ReimbursementRules(UN_PERSONNEL_RATES)), CHEAP, FINE)
    for account in plan.accounts:
        posting = next(p for p in plan.postings if p.unit == account.unit)
        whole = plan.operation.unit(account.unit).persons * 1428 * 6
        part = (posting.until - plan.operation.day(posting.arrives)).days / 184
        assert float(account.reimbursed.amount) == pytest.approx(whole * part, rel=0.02)
        assert account.reimbursed.amount < whole


def test_lift_costs_are_split_without_remainder() -> None:
    plan = plan_forces(hand_made(), CHEAP, FINE)
    legs = {leg.id: leg for leg in plan.operation.legs}
    flown = sum(sortie.cost * use.sorties for use in plan.lift if (sortie := legs[use.leg].sortie))
    driven = sum(
        legs[move.leg].cost_per_ton * Decimal(str(shipment.tons))
        for shipment in plan.shipments
        for move in shipment.moves
    )
    assert plan.lift_cost.amount == pytest.approx(flown + driven, abs=Decimal("0.03"))


def test_every_plan_says_why() -> None:
    plan = plan_forces(hand_made(), lexicographic("day", "cost"), FINE)
    assert any("proven to be the least possible" in reason.text for reason in plan.because)
    assert [tier.aim for tier in plan.tiers] == ["day", "cost"]


def test_progress_is_told() -> None:
    heard: list[tuple[int, int, str]] = []
    plan_forces(
        hand_made(), lexicographic("day", "cost"), FINE, progress=lambda *a: heard.append(a)
    )
    assert heard == [(0, 2, "day"), (1, 2, "cost"), (2, 2, "checking")]


def test_routes_change_where_legs_meet() -> None:
    only = tuple(leg for leg in hand_made().legs if leg.id != "alpha>field:air")
    hospital = replace(hand_made().mandate, needs=(Need("hospital", 1, add_days(START, 25)),))
    units = tuple(u for u in hand_made().units if u.member == "AAA")
    plan = plan_forces(hand_made(legs=only, units=units, mandate=hospital), CHEAP, FINE)
    assert plan.shipments[0].moves[0].leg == "alpha>beta:rail"
    assert all(len(s.moves) == 2 for s in plan.shipments)
    assert simulate(plan) == ()


def test_fairness_without_shares_is_refused() -> None:
    with pytest.raises(BadInput, match="no fair shares"):
        plan_forces(hand_made(fair_shares={}), lexicographic("unfairness"))


def test_unknown_aims_are_refused() -> None:
    with pytest.raises(UnknownCode, match="unfairness"):
        lexicographic("fairness")
    with pytest.raises(BadInput, match="at least one"):
        Aims(())
    with pytest.raises(BadInput, match="positive"):
        weighted(cost=0)
    with pytest.raises(BadInput, match="slack"):
        Aims(({"cost": 1.0},), -0.1)
    assert set(AIMS) == {"day", "cost", "unfairness"}


def test_a_search_without_time_raises_and_carries_its_history() -> None:
    error = NoPlanInTime("nothing found", ((1.0, 5.0),))
    assert isinstance(error, NotConverged)
    assert error.history == ((1.0, 5.0),)


BAD: dict[str, tuple[dict[str, object], str]] = {
    "no such place": ({"legs": (Leg("x", "alpha", "feild", "air", 1),)}, "did you mean field"),
    "a unit twice": ({"units": hand_made().units[:1] * 2}, "given twice"),
    "a leg twice": ({"legs": hand_made().legs[:1] * 2}, "given twice"),
    "no horizon": ({"horizon": -1}, "horizon"),
    "no legs in a route": ({"max_legs": 0}, "at least one leg"),
    "negative shares": ({"fair_shares": {"AAA": Decimal(-1)}}, "fair shares"),
    "shares of nothing": ({"fair_shares": {"AAA": Decimal(0)}}, "fair shares"),
    "a fleet nobody owns": ({"fleets": ()}, "unknown fleet 'wing'"),
    "throughput nowhere": ({"throughputs": (Throughput("fild", "air"),)}, "did you mean field"),
}


@pytest.mark.parametrize("name", BAD)
def test_an_operation_that_makes_no_sense_is_refused(name: str) -> None:
    changes, message = BAD[name]
    with pytest.raises(BadInput, match=message):
        hand_made(**changes)


def test_parts_that_make_no_sense_are_refused() -> None:
    with pytest.raises(BadInput, match="to itself"):
        Leg("x", "a", "a", "air", 1)
    with pytest.raises(BadInput, match="cannot take"):
        Leg("x", "a", "b", "air", -1)
    with pytest.raises(BadInput, match="no capacity"):
        Leg("x", "a", "b", "air", 1, -5.0)
    with pytest.raises(BadInput, match="negative"):
        Throughput("a", "air", -1.0)
    with pytest.raises(BadInput, match="before the decision"):
        unit("u", "A", "a", {}, 1, 1, -1, 1)
