"""Mandates: from acts and back, legal conditions in three values, what makes no sense."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from force_worlds import START, hand_made
from hypothesis import given
from hypothesis import strategies as st

from hansa.record.acts import Act, Json, frozen
from hansa.security.forces import (
    LegalCondition,
    Mandate,
    Need,
    lexicographic,
    mandate_from_act,
    mandate_payload,
    plan_forces,
    plan_section,
)
from hansa.terms.errors import BadInput, UnknownCode
from hansa.terms.truth import Truth


def decided(payload: dict[str, Json]) -> Act:
    return Act(
        id="M1.decided", kind="mandate", on=START, subject="M1", actor="Council",
        recorded=datetime(2020, 3, 1, tzinfo=UTC), payload=frozen(payload), source="src",
    )  # fmt: skip


conditions = st.lists(
    st.builds(
        LegalCondition,
        st.sampled_from(["host_request", "council", "unsc"]),
        st.text(max_size=10),
        st.sampled_from(list(Truth)),
        st.sampled_from(["", "PK2007 Art. 3(1)"]),
    ),
    max_size=3,
).map(tuple)


@given(conditions, st.sampled_from([None, date(2020, 6, 1)]))
def test_a_mandate_survives_the_way_through_an_act(
    found: tuple[LegalCondition, ...], until: date | None
) -> None:
    mandate = hand_made().mandate
    needs = (*mandate.needs, Need("engineers", 2.5, START, until))
    mandate = replace(mandate, conditions=found, needs=needs, command="joint staff")
    read = mandate_from_act(decided(mandate_payload(mandate)))
    assert replace(read, because=()) == mandate
    assert read.because[0].ref == "M1.decided"


@pytest.mark.parametrize(
    ("states", "lawful"),
    [
        ((), Truth.TRUE),
        ((Truth.TRUE, Truth.UNKNOWN), Truth.UNKNOWN),
        ((Truth.UNKNOWN, Truth.FALSE), Truth.FALSE),
        ((Truth.TRUE, Truth.TRUE), Truth.TRUE),
    ],
)
def test_unknown_conditions_are_never_silently_met(
    states: tuple[Truth, ...], lawful: Truth
) -> None:
    found = tuple(LegalCondition(str(n), f"condition {n}", s) for n, s in enumerate(states))
    mandate = replace(hand_made().mandate, conditions=found)
    assert mandate.lawful() is lawful
    plan = plan_forces(hand_made(mandate=mandate), lexicographic("cost"))
    assert plan.lawful is lawful
    texts = " ".join(s.text for s in plan_section(plan).statements)
    assert ("may not start" in texts) == (lawful is Truth.FALSE)
    assert ("may start only if" in texts) == (lawful is Truth.UNKNOWN)
    said = [f.kind for f in plan.findings]
    assert said.count("condition_open") == len(mandate.open_conditions())


def test_an_unknown_task_offers_the_nearest() -> None:
    payload = mandate_payload(hand_made().mandate) | {"task": "peace-keeping"}
    with pytest.raises(UnknownCode, match="peacekeeping"):
        mandate_from_act(decided(payload))


def test_a_further_task_is_data() -> None:
    payload = mandate_payload(hand_made().mandate) | {"task": "mine_clearance"}
    read = mandate_from_act(decided(payload), tasks={"mine_clearance": "clear mines"})
    assert read.task == "mine_clearance"


@pytest.mark.parametrize("key", ["task", "area", "months", "needs"])
def test_a_mandate_that_lacks_something_says_what(key: str) -> None:
    payload = mandate_payload(hand_made().mandate)
    del payload[key]
    with pytest.raises(BadInput, match=key):
        mandate_from_act(decided(payload))


@pytest.mark.parametrize("wrong", [{"needs": "many"}, {"area": ["x"]}, {"needs": [3]}])
def test_a_malformed_payload_is_refused(wrong: dict[str, Json]) -> None:
    with pytest.raises(BadInput, match="malformed"):
        mandate_from_act(decided(mandate_payload(hand_made().mandate) | wrong))


def test_other_acts_are_no_mandates() -> None:
    act = replace(decided({}), kind="report")
    with pytest.raises(BadInput, match="not a mandate"):
        mandate_from_act(act)


def changed(**values: object) -> Mandate:
    return replace(hand_made().mandate, **values)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"months": 0}, "0 months"),
        ({"needs": ()}, "requires nothing"),
        ({"needs": (Need("x", 1, date(2020, 2, 1)),)}, "before the mandate starts"),
        ({"needs": (Need("x", 1, date(2021, 2, 1)),)}, "when the mandate has ended"),
    ],
)
def test_a_mandate_that_makes_no_sense_is_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        changed(**values)


def test_needs_that_make_no_sense_are_refused() -> None:
    with pytest.raises(BadInput, match="positive"):
        Need("x", 0, START)
    with pytest.raises(BadInput, match="ends"):
        Need("x", 1, START, START)
