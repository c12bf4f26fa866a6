"""Movement between the states of the embedded world."""

from __future__ import annotations

from pathlib import Path

import pytest

from hansa.record import Act, World
from hansa.secretariat import Change, Entry, changes_of, entry, standing
from hansa.studies.case import Case
from hansa.studies.mobility import book, movement
from hansa.terms.days import Period, day
from hansa.terms.truth import Truth
from hansa.worlds import read_scenario


def ask(world: World, citizen: str, into: str, right: str, on: str) -> Entry:
    case = Case(world, day(on))
    return entry(standing(book(case), case.register), citizen, into, right)


def changed(world: World, pair: tuple[str, str], since: str, until: str) -> list[Change]:
    case = Case(world, day(until))
    found = changes_of(book(case), case.register, pair, Period(day(since), day(until)), ("enter",))
    return [change for change in found if change.after.citizen == pair[0]]


def test_russia_leaves_bishkek_ninety_days_after_its_notice(eurasia: World) -> None:
    before = ask(eurasia, "GEO", "RUS", "enter", "2000-12-02")
    after = ask(eurasia, "GEO", "RUS", "enter", "2000-12-03")
    assert (before.word, before.regimes) == ("free", ("BISH1992",))
    assert (after.word, after.truth) == ("unknown", Truth.UNKNOWN)
    told = changed(eurasia, ("GEO", "RUS"), "2000-09-04", "2001-01-01")
    assert [(str(c.day), c.way, c.after.word) for c in told] == [
        ("2000-12-03", "lapses", "unknown"), ("2000-12-05", "closes", "visa"),
    ]  # fmt: skip


def test_the_notice_of_4_september_is_the_ground(eurasia: World) -> None:
    case = Case(eurasia, day("2000-12-03"))
    finding = case.register.is_bound("BISH1992", "RUS")
    assert finding.truth is Truth.FALSE
    refs = {inner.ref for reason in finding.because for _, inner in reason.walk()}
    assert "BISH1992.denounce.RUS" in refs


@pytest.mark.parametrize("state", ["BLR", "KAZ", "KGZ", "TJK"])
def test_the_five_had_an_agreement_of_their_own_in_time(eurasia: World, state: str) -> None:
    assert ask(eurasia, state, "RUS", "enter", "2000-12-03").treatment is not None
    assert ask(eurasia, state, "RUS", "enter", "2000-12-03").word == "free"
    assert not changed(eurasia, (state, "RUS"), "2000-09-04", "2001-06-01")


@pytest.mark.parametrize("state", ["ARM", "MDA", "UZB"])
def test_others_fall_back_on_what_is_agreed_with_each(eurasia: World, state: str) -> None:
    assert ask(eurasia, state, "RUS", "enter", "2000-12-02").word == "free"
    assert ask(eurasia, state, "RUS", "enter", "2000-12-03").word == "free, 90 days"


def test_one_veto_kept_azerbaijan_out_of_bishkek(eurasia: World) -> None:
    assert ask(eurasia, "AZE", "KGZ", "enter", "1999-01-01").treatment is None


def test_uzbekistan_asked_for_visas_while_bound_to_free_movement(eurasia: World) -> None:
    found = ask(eurasia, "KGZ", "UZB", "enter", "2000-08-01")
    assert (found.word, found.kind) == ("visa", "restriction")
    assert found.owed is not None
    assert found.owed.word == "free"
    case = Case(eurasia, day("2000-08-01"))
    misfits = movement(case).misfits
    pairs = {(m.citizen, m.into) for m in misfits if m.kind == "restriction"}
    assert pairs == {("KGZ", "UZB"), ("UZB", "KGZ")}
    assert ask(eurasia, "KGZ", "UZB", "enter", "2001-01-01").kind == ""


def test_a_worker_from_tajikistan_needs_a_patent_one_from_kyrgyzstan_does_not(
    eurasia: World,
) -> None:
    on = "2016-01-01"
    assert ask(eurasia, "TJK", "RUS", "work", on).word == "patent"
    assert ask(eurasia, "KGZ", "RUS", "work", on).word == "free"
    assert ask(eurasia, "KGZ", "RUS", "work", "2015-08-11").treatment is None
    assert ask(eurasia, "TJK", "RUS", "stay", on).word == "free, 15 days"


def test_pensions_are_paid_by_residence_then_carried(eurasia: World) -> None:
    told = [
        ask(eurasia, "KGZ", "RUS", "pension", on).word
        for on in ("1992-03-12", "2007-10-05", "2021-01-01")
    ]
    assert told == ["unknown", "by residence", "carried"]
    assert ask(eurasia, "TJK", "RUS", "pension", "2023-01-01").treatment is None


def test_georgia_lifted_visas_eleven_years_before_russia_did(eurasia: World) -> None:
    case = Case(eurasia, day("2015-01-01"))
    one_way = {(m.citizen, m.into, m.right) for m in movement(case).misfits if m.kind == "one way"}
    assert ("RUS", "GEO", "enter") in one_way
    assert ask(eurasia, "GEO", "RUS", "enter", "2023-05-15").word == "free, 90 days"


def test_the_declaration_of_2007_commits_and_changes_no_entry(eurasia: World) -> None:
    before = movement(Case(eurasia, day("2007-10-04")))
    after = movement(Case(eurasia, day("2007-10-05")))
    assert not before.declared
    (bound,) = after.declared
    assert bound.norm.treaty == "MIG2007"
    assert len(bound.parties) == 11
    same = {k: e.word for k, e in before.matrix.entries.items()}
    assert same == {k: e.word for k, e in after.matrix.entries.items()}


def test_a_what_if_in_which_russia_stays(eurasia: World) -> None:
    gone = next(a for a in eurasia.acts if a.id == "BISH1992.denounce.RUS")
    stays = eurasia.with_acts(
        [Act("x", "withdraw", gone.on, gone.recorded, gone.id, "RUS", {}, "assumed")]
    )
    assert ask(stays, "ARM", "RUS", "enter", "2000-12-10").word == "free"
    assert ask(eurasia, "ARM", "RUS", "enter", "2000-12-10").word == "free, 90 days"
    georgia = ask(stays, "GEO", "RUS", "enter", "2000-12-10")
    assert (georgia.word, georgia.kind) == ("visa", "restriction")


def test_members_of_the_european_union_are_found_by_the_day(eurasia: World) -> None:
    assert ask(eurasia, "POL", "DEU", "work", "2004-04-30").treatment is None
    assert ask(eurasia, "POL", "DEU", "work", "2004-05-01").word == "free"
    assert ask(eurasia, "MDA", "ROU", "enter", "2014-04-28").word == "free, 90 days"


def test_a_scenario_may_bring_a_measure(eurasia: World, tmp_path: Path) -> None:
    file = tmp_path / "armenia.toml"
    file.write_text(
        'title = "x"\n[[acts]]\nkind = "grant"\non = 2008-01-01\nsubject = "ARM-KAZ"\n'
        'actor = "KAZ"\n[acts.payload]\nright = "enter"\ntreatment = "visa"\ncitizens = ["ARM"]\n'
    )
    world = read_scenario(file).applied(eurasia)
    assert ask(eurasia, "ARM", "KAZ", "enter", "2008-06-01").treatment is None
    assert ask(world, "ARM", "KAZ", "enter", "2008-06-01").word == "visa"
