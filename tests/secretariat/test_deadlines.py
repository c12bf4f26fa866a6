from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.record import Act, World
from hansa.secretariat import deadlines_of
from hansa.terms.days import day
from hansa.terms.errors import BadInput

from .small_union import act, later, union


def due(by: str = "1250-09-30", owes: tuple[str, ...] = ("HAM", "BRE"), **more: object) -> Act:
    return act("due", "PACT", "PACT Council", "1250-05-23", id="DUE", by=by, owes=list(owes),
               what="a legal basis", **more)  # fmt: skip


def test_a_deadline_counts_down_and_is_overdue_the_day_after() -> None:
    world = union([due()])
    told = {
        on: deadlines_of(world.on(on))[0].text
        for on in ("1250-09-29", "1250-09-30", "1250-10-01", "1250-10-10")
    }
    assert list(told.values()) == [
        "due in 1 day", "due today", "overdue by 1 day", "overdue by 10 days",
    ]  # fmt: skip
    assert deadlines_of(world.on("1250-05-22")) == ()


def test_an_act_of_another_meets_it_for_all() -> None:
    met = act("adopt", "PACT x", "PACT Council", "1250-10-10", document="BASIS", meets=["DUE"])
    (one,) = deadlines_of(union([due(), met]).on("1251-01-01"))
    assert (one.standing, one.days, one.still_owes) == ("met late", -10, ())
    assert one.text == "met on 1250-10-10, 10 days late"


def test_every_debtor_pays_its_own_part() -> None:
    first = act("pledge", "PACT", "HAM", "1250-08-01", meets=["DUE"])
    second = act("pledge", "PACT", "BRE", "1250-09-01", meets=["DUE"])
    half = union([due(), first])
    (one,) = deadlines_of(half.on("1250-10-01"))
    assert (one.standing, one.done, one.still_owes) == ("overdue", ("HAM",), ("BRE",))
    (one,) = deadlines_of(half.with_acts([second]).on("1250-10-01"))
    assert (one.standing, one.met_on) == ("met", day("1250-09-01"))


def test_what_met_it_later_is_not_known_before() -> None:
    met = act("adopt", "PACT x", "PACT Council", "1250-10-10", document="BASIS", meets=["DUE"])
    (one,) = deadlines_of(union([due(), met]).on("1250-10-05"))
    assert one.standing == "overdue"


def test_a_deadline_is_moved_by_another() -> None:
    moved = act("due", "PACT", "PACT Council", "1250-09-01", by="1251-03-01", replaces="DUE")
    world = union([due(), moved])
    (one,) = deadlines_of(world.on("1250-12-01"))
    assert (one.by, one.moved_from, one.standing) == (
        day("1251-03-01"), day("1250-09-30"), "due",
    )  # fmt: skip
    assert one.owes == ("HAM", "BRE")
    assert one.what == "a legal basis"


def test_what_moves_nothing_is_refused() -> None:
    moved = act("due", "PACT", "PACT Council", "1250-09-01", by="1251-03-01", replaces="DUU")
    with pytest.raises(BadInput, match="moves 'DUU'"):
        deadlines_of(union([due(), moved]).on("1251-01-01"))


def test_a_deadline_without_a_day_is_refused() -> None:
    with pytest.raises(BadInput, match="says no day"):
        deadlines_of(union([act("due", "PACT", "PACT", id="D", what="x")]).on("1251-01-01"))


@given(st.integers(1, 400), st.integers(0, 800), st.one_of(st.none(), st.integers(0, 800)))
def test_it_is_met_late_or_overdue_by_exactly_the_days_between(
    length: int, today: int, paid: int | None
) -> None:
    start = day("1250-05-23")
    acts = [act("due", "PACT", "PACT", start.isoformat(), id="D", by=later(start, length))]
    if paid is not None:
        acts.append(act("adopt", "PACT x", "PACT", later(start, paid), meets="D"))
    (one,) = deadlines_of(union(acts).on(later(start, today)))
    if paid is not None and paid <= today:
        assert one.standing == ("met" if paid <= length else "met late")
        assert one.days == length - paid
    else:
        assert one.standing == ("due" if today <= length else "overdue")
        assert one.days == length - today


def test_the_september_deadline_of_minsk(eurasia: World) -> None:
    name = "CU1995.due.CU1995_Interstate_Council"

    def held(on: str) -> tuple[str, tuple[str, ...]]:
        one = next(d for d in deadlines_of(eurasia.on(on)) if d.id == name)
        return one.text, one.still_owes

    five = ("BLR", "KAZ", "KGZ", "RUS", "TJK")
    assert held("2000-05-24") == ("due in 129 days", five)
    assert held("2000-10-05") == ("overdue by 5 days", five)
    assert held("2000-10-10") == ("met on 2000-10-10, 10 days late", ())


def test_the_reform_package_of_2007_came_late(eurasia: World) -> None:
    one = next(
        d for d in deadlines_of(eurasia.on("2007-10-05")) if d.what.startswith("package of reform")
    )
    assert (one.standing, one.days) == ("met late", -126)
    assert one.because[-1].ref == "CIS_Dushanbe_2007-10-05.adopt.CIS_Council_of_Heads_of_State"
