from __future__ import annotations

import random
from collections import Counter

from hypothesis import assume, given
from hypothesis import strategies as st

from hansa.secretariat import Order

CODES = [f"S{number:02}" for number in range(12)]
NAMES = st.lists(
    st.text(alphabet="абвгдежзийклмнопрстуфхцчшэюя", min_size=2, max_size=6),
    min_size=2, max_size=8, unique=True,
)  # fmt: skip


def order_of(names: list[str]) -> tuple[Order, list[str]]:
    codes = CODES[: len(names)]
    return Order("ru", dict(zip(codes, names, strict=True))), codes


def run(order: Order, members: list[str], turns: int) -> tuple[list[str], Order]:
    """Who serves if everybody takes the turn that is theirs."""
    served = []
    for _ in range(turns):
        state = order.next(members)
        taking, order = order.taken_by(state, members)
        assert taking.verdict in ("begins", "in turn")
        served.append(state)
    return served, order


@given(NAMES, st.integers(1, 3))
def test_every_member_serves_once_in_a_cycle(names: list[str], cycles: int) -> None:
    order, members = order_of(names)
    served, _ = run(order, members, cycles * len(members))
    for cycle in range(cycles):
        part = served[cycle * len(members) : (cycle + 1) * len(members)]
        assert sorted(part) == members


@given(NAMES, st.integers(0, 20), st.randoms())
def test_other_codes_and_another_listing_change_nothing(
    names: list[str], turns: int, chance: random.Random
) -> None:
    order, members = order_of(names)
    served, _ = run(order, members, turns)
    mixed = members[:]
    chance.shuffle(mixed)
    other = {code: f"X{place}" for place, code in enumerate(mixed)}
    renamed = Order("ru", {other[code]: order.names[code] for code in members})
    again, _ = run(renamed, [other[code] for code in mixed], turns)
    assert again == [other[code] for code in served]


@given(NAMES, st.integers(0, 10), st.data())
def test_who_leaves_is_skipped_and_the_others_keep_their_order(
    names: list[str], turns: int, data: st.DataObject
) -> None:
    order, members = order_of(names)
    assume(len(members) > 2)
    _, order = run(order, members, turns + 1)
    leaver = data.draw(st.sampled_from(members))
    rest = [state for state in members if state != leaver]
    after, _ = run(order, rest, len(rest))
    assert sorted(after) == rest
    expected, _ = run(order, members, len(members))
    assert after == [state for state in expected if state != leaver]


@given(NAMES, st.integers(0, 10))
def test_who_joins_waits_for_its_letter(names: list[str], turns: int) -> None:
    order, everybody = order_of(names)
    assume(len(everybody) > 2)
    founders, joiner = everybody[:-1], everybody[-1]
    _, order = run(order, founders, turns + 1)
    after, _ = run(order, everybody, len(everybody))
    without, _ = run(order, founders, len(founders))
    assert sorted(after) == everybody
    assert [state for state in after if state != joiner] == without


@given(NAMES, st.integers(0, 10))
def test_one_state_passed_over_is_one_departure_and_keeps_its_claim(
    names: list[str], turns: int
) -> None:
    order, members = order_of(names)
    assume(len(members) > 2)
    _, order = run(order, members, turns + 1)
    first, second, *_ = order.of(members)
    taking, order = order.taken_by(second, members)
    assert (taking.verdict, taking.expected, taking.passed) == ("out of turn", first, (first,))
    assert order.waiting == (first,)
    third = order.next(members)
    assert order.taken_by(third, members)[0].verdict == "in turn"
    kept, after = order.taken_by(first, members)
    assert kept.verdict == "kept turn"
    assert after.waiting == ()
    assert after.next(members) == third


@given(NAMES, st.integers(0, 10), st.data())
def test_a_stand_in_does_not_lose_its_own_turn(
    names: list[str], turns: int, data: st.DataObject
) -> None:
    order, members = order_of(names)
    assume(len(members) > 2)
    _, order = run(order, members, turns + 1)
    absent = order.next(members)
    other = data.draw(st.sampled_from([s for s in members if s != absent]))
    taking, after = order.taken_by(other, members, in_place_of=absent)
    assert (taking.verdict, taking.expected) == ("stands in", absent)
    assert after.waiting == (absent,)
    rest, _ = run(after, members, len(members) - 1)
    assert sorted(rest) == sorted(s for s in members if s != absent)


@given(NAMES, st.integers(0, 10))
def test_who_is_no_member_moves_nothing(names: list[str], turns: int) -> None:
    order, members = order_of(names)
    _, order = run(order, members, turns + 1)
    stranger = Order("ru", {**order.names, "ZZZ": "зз"}, order.pointer, order.waiting)
    taking, after = stranger.taken_by("ZZZ", members)
    assert taking.verdict == "no member"
    assert (after.pointer, after.waiting) == (order.pointer, order.waiting)


@given(NAMES, st.lists(st.integers(0, 7), max_size=25))
def test_whatever_happens_who_waits_is_a_member_named_once(
    names: list[str], takers: list[int]
) -> None:
    order, members = order_of(names)
    for place in takers:
        state = members[place % len(members)]
        taking, order = order.taken_by(state, members)
        assert state not in order.waiting
        assert set(order.waiting) <= set(members)
        assert max(Counter(order.waiting).values(), default=1) == 1
        assert (taking.verdict == "out of turn") == bool(taking.passed)
