"""The algebra of regimes: agreements give the least, measures tell what a state does."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.record import Act, Row, Sheet
from hansa.secretariat import (
    RIGHTS,
    Book,
    Entry,
    Matrix,
    book_of,
    changes_of,
    entry,
    matrix_of,
    misfits_of,
    standing,
    treatment,
)
from hansa.terms.days import Period, day
from hansa.terms.errors import BadInput, Place, UnknownCode
from hansa.terms.truth import Truth

from .small_union import act, union

ON = "1250-06-01"
TOWNS = ("BRE", "HAM", "LUB")


def row(word: str, right: str = "enter", **more: object) -> dict[str, object]:
    return {
        "id": f"A-{word}", "right": right, "treatment": word, "citizens": "HAM BRE LUB",
        "since": day("1200-01-01"), **more,
    }  # fmt: skip


def sheet(rows: Iterable[dict[str, object]]) -> Sheet:
    made = tuple(Row(values, Place("mobility.csv", n)) for n, values in enumerate(rows, 2))
    return Sheet("mobility", (), made)


def measure(word: str, on: str = "1250-01-01", by: str = "LUB", **more: object) -> Act:
    said = {"right": "enter", "treatment": word, "citizens": ["HAM"], **more}
    return act("grant", f"{by} visas", by, on, **said)


def book(rows: Iterable[dict[str, object]] = (), acts: Iterable[Act] = ()) -> Book:
    return book_of(sheet(rows), union(acts).on(ON).timeline.ledger)


def ask(found: Book, on: str = ON, citizen: str = "HAM", into: str = "LUB") -> Entry:
    return entry(standing(found, union().on(on)), citizen, into, "enter")


def word(found: Entry) -> str:
    return found.word


# --- cases ----------------------------------------------------------------------------------


def test_where_no_regime_is_known_the_answer_is_unknown() -> None:
    found = ask(book())
    assert (found.treatment, found.truth, found.kind) == (None, Truth.UNKNOWN, "")


def test_several_agreements_owe_the_most_open_of_them() -> None:
    found = ask(book([row("group"), row("free", days=30), row("visa")]))
    assert (word(found), found.regimes, found.truth) == ("free, 30 days", ("A-free",), Truth.TRUE)


def test_a_longer_stay_is_more_open_than_a_shorter_one() -> None:
    found = ask(book([row("free", days=30), row("free", days=90)]))
    assert word(found) == "free, 90 days"
    assert word(ask(book([row("free", days=30), row("free")]))) == "free"


def test_a_state_may_do_more_than_it_owes() -> None:
    found = ask(book([row("group")], [measure("free")]))
    assert (word(found), found.kind, found.truth) == ("free", "", Truth.TRUE)
    assert found.owed is not None
    assert found.owed.word == "group"


def test_visas_against_free_movement_are_a_contradiction_and_unknown() -> None:
    found = ask(book([row("free")], [measure("visa")]))
    assert (word(found), found.kind, found.truth) == ("visa?", "contradiction", Truth.UNKNOWN)
    assert found.regimes == ("LUB visas", "A-free")


def test_where_the_agreement_leaves_room_they_are_a_restriction() -> None:
    found = ask(book([row("free", restrictable=True)], [measure("visa")]))
    assert (word(found), found.kind, found.truth) == ("visa", "restriction", Truth.TRUE)


def test_one_agreement_without_room_is_enough_for_a_contradiction() -> None:
    rows = [row("free", restrictable=True), row("group")]
    assert ask(book(rows, [measure("visa")])).kind == "contradiction"
    assert ask(book(rows, [measure("group")])).kind == "restriction"


def test_the_last_measure_counts_and_lapses_for_good() -> None:
    acts = [measure("free", "1250-01-01"), measure("visa", "1250-03-01", until="1250-05-01")]
    found = book((), acts)
    told = [word(ask(found, on)) for on in ("1250-02-01", "1250-04-01", "1250-06-01")]
    assert told == ["free", "visa", "unknown"]


def test_an_end_act_ends_a_measure() -> None:
    found = book((), [measure("free"), act("end", "LUB visas", "LUB", "1250-05-01")])
    assert word(ask(found, "1250-04-30")) == "free"
    assert word(ask(found, "1250-05-01")) == "unknown"


def test_what_is_agreed_is_owed_beside_other_agreements() -> None:
    agreed = measure("free", days=90, agreed=True)
    found = ask(book([row("free")], [agreed]))
    assert (word(found), found.kind) == ("free", "")
    assert word(ask(book((), [agreed]))) == "free, 90 days"


def test_measures_concern_only_whom_they_name() -> None:
    found = book((), [measure("visa", citizens=["PACT"])])
    assert word(ask(found)) == "visa"
    assert word(ask(found, citizen="VIS")) == "unknown"
    assert word(ask(book((), [measure("visa", citizens=["BRE"])]))) == "unknown"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (row("open"), "line 2: unknown treatment of entry 'open'"),
        (row("free", right="entre"), "did you mean enter"),
        (row("free", days=0), "0 is no number of days"),
        (row("free", citizens=None), "needs citizens"),
        (row("free", id=None), "needs 'id'"),
    ],
)
def test_a_wrong_row_is_named_with_its_place(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        book([wrong])


def test_a_treaty_that_is_none_is_named_with_its_place() -> None:
    found = book([row("free", treaty="PACT1241")])
    with pytest.raises(UnknownCode, match=r"mobility.csv, line 2.*PACT1241"):
        standing(found, union().on(ON))


def test_a_measure_that_says_nobody_is_refused() -> None:
    with pytest.raises(BadInput, match="whose citizens"):
        book((), [measure("visa", citizens=None)])


# --- laws -----------------------------------------------------------------------------------

RIGHT = st.sampled_from(sorted(RIGHTS))
ROWS = st.lists(
    st.builds(
        lambda w, days, room, whose, n: row(w, days=days, restrictable=room, citizens=whose, id=n),
        st.sampled_from(RIGHTS["enter"]),
        st.one_of(st.none(), st.sampled_from([30, 90])),
        st.booleans(),
        st.sampled_from(["HAM BRE LUB", "HAM LUB", "PACT", "BRE LUB"]),
        st.sampled_from(["A1", "A2", "A3", "A4"]),
    ),
    max_size=5,
)
DAYS = st.sampled_from(["1249-01-01", "1250-01-01", "1250-03-01", "1250-05-01"])
ACTS = st.lists(
    st.builds(
        lambda w, on, by, whose: measure(w, on, by, citizens=whose),
        st.sampled_from(RIGHTS["enter"]), DAYS, st.sampled_from(["LUB", "HAM"]),
        st.sampled_from([["HAM"], ["BRE", "HAM"], ["PACT"]]),
    ),
    max_size=4, unique_by=lambda a: (a.on, a.actor),
)  # fmt: skip


def plain(matrix: Matrix) -> dict[tuple[str, str, str], tuple[str, Truth, str]]:
    return {key: (e.word, e.truth, e.kind) for key, e in matrix.entries.items()}


def matrix(found: Book, on: str = ON) -> Matrix:
    return matrix_of(found, union().on(on), TOWNS, ("enter",))


@given(ROWS, ACTS, st.randoms())
def test_the_order_in_which_regimes_are_listed_does_not_matter(
    rows: list[dict[str, object]], acts: list[Act], chance: random.Random
) -> None:
    once = plain(matrix(book(rows, acts)))
    chance.shuffle(rows)
    chance.shuffle(acts)
    assert plain(matrix(book(rows, acts))) == once


@given(ROWS, ACTS)
def test_to_say_a_regime_twice_changes_nothing(
    rows: list[dict[str, object]], acts: list[Act]
) -> None:
    assert plain(matrix(book([*rows, *rows], acts))) == plain(matrix(book(rows, acts)))


@given(ROWS, ROWS)
def test_another_agreement_never_closes_a_door(
    rows: list[dict[str, object]], more: list[dict[str, object]]
) -> None:
    before, after = matrix(book(rows)), matrix(book([*rows, *more]))
    for key, one in before.entries.items():
        other = after.entries[key]
        if one.treatment is not None:
            assert other.treatment is not None
            assert other.treatment.rank >= one.treatment.rank


@given(ROWS, ACTS)
def test_what_a_state_does_is_its_measure_wherever_there_is_one(
    rows: list[dict[str, object]], acts: list[Act]
) -> None:
    found = book(rows, acts)
    held = standing(found, union().on(ON))
    for key, one in matrix(found).entries.items():
        does = held.measure(*key)
        if does is not None:
            assert one.treatment == does.treatment
        assert (one.truth is Truth.UNKNOWN) == (
            one.treatment is None or one.kind == "contradiction"
        )


@given(ROWS, st.dates(day("1240-01-01"), day("1260-01-01")))
def test_to_split_a_period_changes_no_day(rows: list[dict[str, object]], cut: object) -> None:
    parts = [{**one, "until": cut} for one in rows] + [{**one, "since": cut} for one in rows]
    whole, split = book(rows), book(parts)
    for on in ("1240-06-01", "1250-06-01", "1259-06-01"):
        assert plain(matrix(whole, on)) == plain(matrix(split, on))


@given(ROWS, ACTS)
def test_changes_lead_from_the_first_matrix_to_the_last(
    rows: list[dict[str, object]], acts: list[Act]
) -> None:
    found = book(rows, acts)
    register = union().on(ON)
    span = Period(day("1248-01-01"), day("1251-01-01"))
    now = dict(matrix_of(found, replace(register, day=span.start), TOWNS, ("enter",)).entries)
    last = span.start
    for change in changes_of(found, register, TOWNS, span, ("enter",)):
        key = (change.after.citizen, change.after.into, change.after.right)
        assert now[key].word == change.before.word
        assert change.day >= last
        now[key], last = change.after, change.day
    end = replace(register, day=day("1251-01-01") - timedelta(days=1))
    final = matrix_of(found, end, TOWNS, ("enter",))
    assert {key: e.word for key, e in now.items()} == {
        key: e.word for key, e in final.entries.items()
    }


@given(ROWS, ACTS)
def test_every_misfit_is_there_and_only_those(
    rows: list[dict[str, object]], acts: list[Act]
) -> None:
    found = matrix(book(rows, acts))
    told = {(m.kind, m.citizen, m.into) for m in misfits_of(found)}
    for (citizen, into, _), one in found.entries.items():
        assert bool(one.kind) == ((one.kind, citizen, into) in told if one.kind else False)
        assert (("gap", citizen, into) in told) == (one.treatment is None)
        other = found.of(into, citizen, "enter").treatment
        ahead = one.treatment and other and one.treatment.rank > other.rank
        assert (("one way", citizen, into) in told) == bool(ahead)


@given(RIGHT, st.data())
def test_treatments_of_a_right_stand_in_one_order(right: str, data: st.DataObject) -> None:
    words = list(RIGHTS[right])
    days = data.draw(st.lists(st.one_of(st.none(), st.integers(1, 400)), min_size=2, max_size=2))
    one, other = (treatment(right, data.draw(st.sampled_from(words)), d) for d in days)
    assert (one.rank == other.rank) == ((one.word, one.days) == (other.word, other.days))
    if words.index(one.word) < words.index(other.word):
        assert one.rank < other.rank


def test_who_may_work_where_no_regime_lets_them_in_is_told() -> None:
    rows = [row("free", right="work", id="A-work")]
    found = matrix_of(book(rows), union().on(ON), TOWNS, tuple(RIGHTS))
    kinds = {(m.kind, m.citizen, m.into) for m in misfits_of(found)}
    assert ("work without entry", "HAM", "LUB") in kinds
    open_ = matrix_of(book([*rows, row("free")]), union().on(ON), TOWNS, tuple(RIGHTS))
    assert not [m for m in misfits_of(open_) if m.kind == "work without entry"]
