"""Pledges as acts: levels, renewal dates, double pledges, corrections."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from hansa.record.acts import Act, Json, frozen
from hansa.security.forces import Hub, Readiness, UnitPolicy, call_units, read_pledges
from hansa.terms.days import Period, add_months
from hansa.terms.errors import BadInput, UnknownCode

MADE = date(2019, 3, 15)


def pledge(
    key: str = "P1", actor: str = "AAA", on: date = MADE, pool: str = "UNPCRS", **payload: Json
) -> Act:
    values: dict[str, Json] = {
        "unit": "AAA.1",
        "type": "INF",
        "strength": 650,
        "capabilities": {"INF": 1},
        "base": "Alpha",
        "tons": 900,
        "level": "2",
        "month_cost": "500000.50",
    }
    values |= payload
    return act(key, "pledge", pool, on, actor, values)


def act(
    key: str,
    kind: str,
    subject: str,
    on: date,
    actor: str = "AAA",
    payload: dict[str, Json] | None = None,
) -> Act:
    return Act(
        id=key, kind=kind, on=on, subject=subject, actor=actor, payload=frozen(payload or {}),
        recorded=datetime(on.year, on.month, on.day, 12, tzinfo=UTC), source="src",
    )  # fmt: skip


def change(key: str, on: date, **payload: Json) -> Act:
    return act(key, "pledge", "UNPCRS", on, payload={"of": "P1", **payload})


HUBS = {"Alpha": Hub("Alpha", "Alpha", 1.0, 2.0)}


def test_a_pledge_runs_twelve_months() -> None:
    book = read_pledges([pledge()], date(2020, 3, 14))
    assert book.pledges[0].spells == (Period(MADE, date(2020, 3, 15)),)
    late = read_pledges([pledge()], date(2020, 3, 15))
    assert late.pledges == ()
    assert [f.kind for f in late.findings] == ["lapsed"]
    assert late.aside[0].unit == "AAA.1"  # nothing is lost


def test_renewals_add_six_months_each() -> None:
    acts = [pledge(), change("R1", date(2020, 3, 1), renew=True),
            change("R2", date(2020, 9, 10), renew=True)]  # fmt: skip
    book = read_pledges(acts, date(2021, 3, 14))
    assert book.pledges[0].due_for_renewal() == date(2021, 3, 15)


def test_a_late_renewal_leaves_a_gap() -> None:
    acts = [pledge(), change("R1", date(2020, 6, 1), renew=True)]
    assert read_pledges(acts, date(2020, 4, 1)).pledges == ()
    held = read_pledges(acts, date(2020, 11, 30)).pledges[0]
    assert held.spells == (
        Period(MADE, date(2020, 3, 15)),
        Period(date(2020, 6, 1), date(2020, 12, 1)),
    )


@pytest.mark.parametrize("months", [1, 6, 11])
def test_renewal_counts_from_the_due_day_whenever_it_is_made(months: int) -> None:
    acts = [pledge(), change("R1", add_months(MADE, months), renew=True)]
    assert read_pledges(acts, add_months(MADE, 12)).pledges[0].due_for_renewal() == date(
        2020, 9, 15
    )


def test_a_visit_raises_the_level_and_the_rapid_level_leaves_in_sixty_days() -> None:
    acts = [pledge(level="1"), change("V1", date(2019, 6, 1), level="RDL")]
    before = read_pledges(acts, date(2019, 5, 31)).pledges[0]
    assert before.level is Readiness.PLEDGED
    assert before.days_to_leave is None
    after = read_pledges(acts, date(2019, 6, 1)).pledges[0]
    assert after.level is Readiness.RAPID
    assert after.days_to_leave == 60
    assert [level.rank for level in Readiness] == [1, 2, 3, 4]


def test_what_was_known_on_a_day_decides() -> None:
    late = Act(
        id="R1", kind="pledge", on=date(2020, 3, 1), subject="UNPCRS", actor="AAA",
        payload=frozen({"of": "P1", "renew": True}),
        recorded=datetime(2020, 5, 1, tzinfo=UTC),
    )  # fmt: skip
    on = date(2020, 4, 1)
    assert read_pledges([pledge(), late], on, known_on=date(2020, 4, 1)).pledges == ()
    assert len(read_pledges([pledge(), late], on, known_on=date(2020, 5, 2)).pledges) == 1


def test_a_standing_force_holds_until_the_unit_is_taken_back() -> None:
    standing = pledge(pool="KSOR", level=None)
    assert read_pledges([standing], date(2035, 1, 1)).pledges[0].due_for_renewal() is None
    back = act("E1", "pledge", "KSOR", date(2021, 1, 1), payload={"of": "P1", "end": True})
    assert len(read_pledges([standing, back], date(2020, 12, 31)).pledges) == 1
    gone = read_pledges([standing, back], date(2021, 1, 1))
    assert gone.pledges == ()
    assert [f.kind for f in gone.findings] == ["taken_back"]


def test_a_pledge_whose_act_is_withdrawn_was_never_made() -> None:
    gone = act("W1", "withdraw", "P1", date(2019, 4, 1))
    book = read_pledges([pledge(), gone], date(2019, 5, 1))
    assert book.pledges == ()
    assert [f.kind for f in book.findings] == ["retracted"]


def test_the_same_unit_in_two_pools_is_counted_once() -> None:
    acts = [pledge(), pledge("P2", pool="KSOR", level=None)]
    book = read_pledges(acts, MADE)
    assert len(book.pledges) == 1
    assert [f.kind for f in book.findings] == ["pledged_twice"]
    assert {reason.ref for reason in book.pledges[0].because} == {"P1", "P2"}


def test_contradicting_pledges_of_a_unit_are_set_aside_not_lost() -> None:
    acts = [pledge(), pledge("P2", strength=300), pledge("P3", unit="AAA.2")]
    book = read_pledges(acts, MADE)
    assert [p.unit for p in book.pledges] == ["AAA.2"]
    assert {p.id for p in book.aside} == {"P1", "P2"}
    assert "P1, P2" in book.findings[0].text


def test_renewing_what_nobody_pledged_is_named() -> None:
    book = read_pledges([change("R9", MADE, renew=True)], MADE)
    assert [f.kind for f in book.findings] == ["unknown_pledge"]


def test_only_the_pools_asked_for() -> None:
    acts = [pledge(), pledge("P2", unit="AAA.2", pool="KSOR")]
    assert [p.pool for p in read_pledges(acts, MADE, pools=frozenset({"KSOR"})).pledges] == ["KSOR"]


@pytest.mark.parametrize(
    "payload",
    [
        {"strength": "many"},
        {"capabilities": {}},
        {"capabilities": ["INF"]},
        {"tons": -1},
        {"until": "2019-02-30"},
        {"equipment": [{"item": "lorry", "agreed": 3, "lease": "damp"}]},
        {"equipment": "lorries"},
    ],
)
def test_a_malformed_pledge_is_refused(payload: dict[str, Json]) -> None:
    with pytest.raises(BadInput):
        read_pledges([pledge(**payload)], MADE)


def test_a_pledge_without_base_says_what_is_missing() -> None:
    bare = act("P1", "pledge", "UNPCRS", MADE, payload={"unit": "X", "strength": 1})
    with pytest.raises(BadInput, match="capabilities"):
        read_pledges([bare], MADE)


def test_an_unknown_level_offers_the_nearest() -> None:
    with pytest.raises(UnknownCode, match="level of readiness"):
        read_pledges([pledge(level="4")], MADE)


def test_units_below_the_required_level_are_named() -> None:
    book = read_pledges([pledge(level="1"), pledge("P2", unit="AAA.2", notice_days=10)], MADE)
    roll = call_units(book, HUBS, UnitPolicy(min_level=Readiness.ASSESSED))
    assert [u.id for u in roll.units] == ["AAA.2"]
    assert [f.kind for f in roll.findings] == ["unassessed"]


def test_unknown_notice_leaves_a_unit_out_unless_one_is_assumed() -> None:
    book = read_pledges([pledge()], MADE)
    assert [f.kind for f in call_units(book, HUBS).findings] == ["no_notice"]
    roll = call_units(book, HUBS, UnitPolicy(default_notice_days=30))
    assert roll.units[0].ready == 30
    assert roll.units[0].because[-1].kind == "assumption"


def test_unknown_cost_leaves_a_unit_out_unless_one_is_assumed() -> None:
    book = read_pledges([pledge(month_cost=None, notice_days=1)], MADE)
    assert [f.kind for f in call_units(book, HUBS).findings] == ["no_cost"]
    roll = call_units(book, HUBS, UnitPolicy(month_cost_per_person=Decimal(1000)))
    assert roll.units[0].month_cost == 650_000


def test_a_base_nobody_knows_is_named_with_the_nearest() -> None:
    book = read_pledges([pledge(base="Alpah", notice_days=1)], MADE)
    roll = call_units(book, HUBS)
    assert roll.units == ()
    assert "did you mean Alpha?" in roll.findings[0].text


def test_a_member_that_declines_is_named() -> None:
    book = read_pledges([pledge(notice_days=1)], MADE)
    roll = call_units(book, HUBS, exclude=frozenset({"AAA"}))
    assert [f.kind for f in roll.findings] == ["not_taking_part"]
