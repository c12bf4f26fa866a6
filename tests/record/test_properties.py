"""Properties of periods, of folding acts, of two time axes and of what-ifs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.record import Act, Entry, Exit, Organisation, StatusRule, Term, Treaty, World, fold
from hansa.terms.days import Period, add_months
from hansa.terms.errors import RuleViolation
from hansa.terms.truth import Truth, all_of, any_of

STATES = ("AAA", "BBB", "CCC")
days = st.dates(date(1990, 1, 1), date(2010, 12, 31))
truths = st.sampled_from(list(Truth))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start = draw(days)
    end = draw(st.none() | st.integers(0, 4000).map(lambda n: start + timedelta(days=n)))
    return Period(start, end)


@given(periods(), periods(), days)
def test_meet_holds_the_days_of_both(one: Period, other: Period, on: date) -> None:
    meet = one.meet(other)
    assert (on in one and on in other) == (meet is not None and on in meet)
    assert (meet is not None) == (one.overlaps(other) and meet is not None)


@given(days, st.integers(0, 600))
def test_months_later_is_the_corresponding_day_or_the_last(start: date, months: int) -> None:
    later = add_months(start, months)
    assert (later.year * 12 + later.month) - (start.year * 12 + start.month) == months
    assert later.day == start.day or (later + timedelta(days=1)).day == 1


@given(st.lists(truths), st.lists(truths))
def test_three_values_obey_de_morgan(left: list[Truth], right: list[Truth]) -> None:
    values = left + right
    assert all_of(values) is ~any_of([~value for value in values])
    assert all_of(values) is (all_of(left) & all_of(right))


@given(truths)
def test_a_truth_is_never_silently_true(value: Truth) -> None:
    with pytest.raises(TypeError, match="three values"):
        bool(value)


def world(acts: list[Act], term: Term | None = None) -> World:
    treaty = Treaty(
        "T", "a treaty", date(1990, 1, 1), Entry("deposits", count=2), term=term, exit=Exit(6)
    )
    org = Organisation("O", "an organisation", constituted_by=("T",),
                       statuses=(StatusRule("member", ("T",)),))  # fmt: skip
    return World("w", "w", {}, {"O": org}, {"T": treaty}, {}, {}, tuple(acts))


@st.composite
def stories(draw: st.DrawFn) -> list[Act]:
    """Acts of three states about one treaty, each recorded on or after its day."""
    found = []
    for number in range(draw(st.integers(1, 9))):
        on = draw(days)
        lag = draw(st.integers(0, 900))
        moment = datetime.combine(on + timedelta(days=lag), datetime.min.time(), UTC)
        kind = draw(st.sampled_from(("sign", "ratify", "denounce", "suspend", "resume")))
        found.append(Act(f"a{number}", kind, on, moment, "T", draw(st.sampled_from(STATES))))
    return found


@given(stories(), st.randoms(use_true_random=False), days)
def test_order_of_recording_does_not_matter_for_what_is_finally_known(
    acts: list[Act], random: object, on: date
) -> None:
    shuffled = list(acts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' Random
    later = [replace(a, recorded=datetime(2030, 1, 1, tzinfo=UTC)) for a in shuffled]
    first, second = world(acts).on(on), world(later).on(on)
    assert first.party_codes("T") == second.party_codes("T")
    assert first.member_codes("O") == second.member_codes("O")


@given(stories(), days, days)
def test_what_is_known_at_a_moment_depends_on_acts_recorded_by_then(
    acts: list[Act], on: date, known: date
) -> None:
    limit = datetime.combine(known + timedelta(days=1), datetime.min.time(), UTC)
    seen = [act for act in acts if act.recorded < limit]
    asked = world(acts).on(on, known)
    alone = world(seen).on(on)
    assert asked.party_codes("T") == alone.party_codes("T")
    assert [m.status for m in asked.members("O", None)] == [
        m.status for m in alone.members("O", None)
    ]


@given(stories(), stories(), days)
def test_a_what_if_leaves_its_base_alone_and_adds_nothing_else(
    acts: list[Act], more: list[Act], on: date
) -> None:
    extra = [replace(act, id=f"x{act.id}") for act in more]
    base = world(acts)
    before = base.on(on).party_codes("T")
    other = base.with_acts(extra)
    assert other.on(on).party_codes("T") == world([*acts, *extra]).on(on).party_codes("T")
    assert base.on(on).party_codes("T") == before


@given(stories(), days)
def test_every_party_and_member_has_reasons(acts: list[Act], on: date) -> None:
    register = world(acts).on(on)
    for party in register.parties("T"):
        assert party.because
        assert party.since <= on
        assert party.until is None or on < party.until
    for state in STATES:
        finding = register.is_bound("T", state)
        assert (finding.truth is Truth.TRUE) == (state in register.party_codes("T"))


@given(st.integers(1, 9), days)
def test_a_term_ends_on_the_corresponding_day(years: int, on: date) -> None:
    acts = [
        Act(f"{kind}{s}", kind, date(1990, 1, 1), datetime(1990, 1, 1, tzinfo=UTC), "T", s)
        for s in STATES
        for kind in ("sign", "ratify")
    ]
    register = world(acts, Term(years)).on(on)
    last = date(1990 + years, 1, 1)
    assert (register.party_codes("T") == STATES) == (on <= last)


@given(stories())
@settings(max_examples=50)
def test_a_withdrawn_act_is_as_if_it_had_not_been(acts: list[Act]) -> None:
    gone = Act("w", "withdraw", date(2011, 1, 1), datetime(2011, 1, 1, tzinfo=UTC), acts[0].id)
    with_it = fold([*acts, gone])
    without = fold([*acts[1:], gone])
    assert with_it.acts == without.acts


def test_a_correction_changes_the_day_and_the_last_one_counts() -> None:
    act = Act("a", "sign", date(2000, 1, 1), datetime(2000, 1, 1, tzinfo=UTC), "T", "AAA")
    first = Act("c1", "correct", date(2001, 1, 1), datetime(2001, 1, 1, tzinfo=UTC), "a",
                payload={"on": "2000-02-01"})  # fmt: skip
    second = Act("c2", "correct", date(2002, 1, 1), datetime(2002, 1, 1, tzinfo=UTC), "a",
                 payload={"on": "2000-03-01"})  # fmt: skip
    assert fold([second, act, first]).about("T")[0].on == date(2000, 3, 1)
    assert fold([second, act, first], date(2001, 6, 1)).about("T")[0].on == date(2000, 2, 1)


def test_two_different_acts_with_one_id_are_refused() -> None:
    act = Act("a", "sign", date(2000, 1, 1), datetime(2000, 1, 1, tzinfo=UTC), "T", "AAA")
    with pytest.raises(RuleViolation, match="two different acts"):
        fold([act, replace(act, actor="BBB")])
