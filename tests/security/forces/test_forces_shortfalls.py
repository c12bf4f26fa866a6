"""When it cannot be done: what falls short, why, and what would help."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from force_worlds import START, hand_made

from hansa.security.forces import (
    CannotBeMet,
    Cap,
    Closure,
    Consent,
    Diagnosis,
    Fleet,
    Limits,
    Need,
    Operation,
    Prices,
    Throughput,
    advice_table,
    advise,
    apply_remedies,
    diagnose,
    lexicographic,
    plan_forces,
    shortfall_table,
    simulate,
)
from hansa.terms.days import add_days
from hansa.terms.errors import BadInput, Infeasible
from hansa.terms.truth import Truth

CHEAP = lexicographic("cost")


def needing(*needs: Need, **changes: object) -> Operation:
    return hand_made(mandate=replace(hand_made().mandate, needs=needs), **changes)


def refused(operation: Operation) -> Diagnosis:
    with pytest.raises(CannotBeMet) as caught:
        plan_forces(operation, CHEAP)
    assert isinstance(caught.value, Infeasible)
    return caught.value.diagnosis


def test_a_capability_that_nobody_pledged() -> None:
    found = refused(needing(Need("submarines", 2, add_days(START, 10))))
    assert [item.cause for item in found.shortfalls] == ["not_pledged"]
    assert "only 0 are pledged" in found.shortfalls[0].text
    assert found.smallest


def test_units_that_cannot_be_there_in_time() -> None:
    found = refused(needing(Need("hospital", 1, add_days(START, 2))))
    assert [item.cause for item in found.shortfalls] == ["too_late"]


def test_units_without_an_open_route() -> None:
    shut = (Closure("field", START, None),)
    found = refused(needing(Need("hospital", 1, add_days(START, 20)), closures=shut))
    assert [item.cause for item in found.shortfalls] == ["no_route"]


def test_too_little_lift() -> None:
    found = refused(
        needing(Need("infantry", 400, add_days(START, 3)), fleets=(Fleet("wing", "Air wing", 1),))
    )
    assert [item.cause for item in found.shortfalls] == ["lift"]
    assert found.shortfalls[0].missing == 400 - found.shortfalls[0].reached > 0


def test_two_needs_that_only_fail_together() -> None:
    tight = {"throughputs": (Throughput("field", "air", sorties_per_day=2),), "consents": ()}
    soon = (Need("infantry", 350, add_days(START, 5)), Need("hospital", 1, add_days(START, 5)))
    assert diagnose(needing(soon[0], **tight)).shortfalls == ()
    assert diagnose(needing(soon[1], **tight)).shortfalls == ()
    found = refused(needing(*soon, **tight))
    assert [item.cause for item in found.shortfalls] == ["together"]


def test_the_message_names_what_is_lacking_and_what_to_do() -> None:
    with pytest.raises(CannotBeMet, match=r"submarines 2 by 2020-03-11.*cheapest remedies"):
        plan_forces(needing(Need("submarines", 2, add_days(START, 10))), CHEAP)


def test_shortfalls_show_as_a_table() -> None:
    table = shortfall_table(refused(needing(Need("submarines", 2, add_days(START, 10)))))
    assert table.records()[0]["missing"] == 2
    assert table.note == "no smaller set of needs would do"


def test_more_than_needed_is_no_shortfall() -> None:
    assert diagnose(hand_made()).shortfalls == ()


PRICES = Prices(
    ton_a_day=50_000.0,
    vehicle=400_000.0,
    day=30_000.0,
    pledge={"infantry": 9_000.0, "hospital": 2_000_000.0},
    consent=1_000.0,
    cap=1.0,
)


def advised(operation: Operation) -> dict[tuple[str, ...], str]:
    advice = advise(operation, PRICES, Limits(40.0, 1e-6))
    assert advice.cheapest is not None
    for offer in (advice.cheapest, *advice.alone):
        plan = plan_forces(apply_remedies(operation, offer), CHEAP)
        assert simulate(plan) == ()
    return {o.families: "; ".join(item.text for item in o.items) for o in advice.alone}


def test_a_later_day_more_lift_or_another_pledge() -> None:
    operation = needing(
        Need("infantry", 400, add_days(START, 3)), fleets=(Fleet("wing", "Air wing", 1),)
    )
    said = advised(operation)
    assert "days later" in said[("day",)]
    assert "more vehicles in wing" in said[("lift",)]
    assert "another pledge" in said[("pledge",)]


def test_more_slots() -> None:
    operation = needing(
        Need("infantry", 350, add_days(START, 3)),
        throughputs=(Throughput("field", "air", sorties_per_day=0),),
    )
    assert "more slots a day at field by air" in advised(operation)[("throughput",)]


def test_a_consent_is_the_cheapest_remedy_when_only_it_is_missing() -> None:
    roads = tuple(leg for leg in hand_made().legs if leg.mode != "air")
    need = Need("hospital", 1, add_days(START, 20))
    operation = needing(need, legs=roads, consents=(Consent("TRN", Truth.UNKNOWN),))
    advice = advise(operation, PRICES, Limits(40.0, 1e-6))
    assert advice.cheapest is not None
    assert [item.text for item in advice.cheapest.items] == ["the consent of TRN to transit"]
    assert ("lift",) in advice.useless
    advised(operation)


def test_a_cap_to_be_raised() -> None:
    operation = needing(
        Need("infantry", 700, add_days(START, 20)),
        caps=(Cap("AAA", Decimal(2_000_000)), Cap("BBB", Decimal(2_800_000))),
    )
    said = advised(operation)
    assert "the cap of" in said[("cap",)]


def test_remedies_show_as_a_table() -> None:
    operation = needing(Need("hospital", 3, add_days(START, 20)))
    rows = advice_table(advise(operation, PRICES, Limits(40.0, 1e-6))).records()
    assert rows[0]["way"] == "cheapest"
    assert {row["way"] for row in rows if row["remedy"] == "does not suffice alone"} >= {"day"}


def test_a_free_remedy_is_refused() -> None:
    with pytest.raises(BadInput, match="without a price"):
        replace(PRICES, consent=0.0)
