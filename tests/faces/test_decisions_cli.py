"""``hansa decide`` and ``hansa power`` on the world's bodies."""

from __future__ import annotations

import pytest

from hansa import service
from hansa.record import World
from hansa.studies.case import Case
from hansa.studies.deciding import sitting
from hansa.studies.sections.decisions import bodies_of
from hansa.terms.days import day
from hansa.terms.errors import BadInput, HansaError
from hansa.terms.truth import Truth
from hansa.worlds import open_world


@pytest.fixture(scope="module")
def eurasia() -> World:
    return open_world("eurasia")


@pytest.mark.parametrize(
    ("in_favour", "arrears", "adopted"),
    [
        ("RUS,BLR", "", Truth.FALSE),  # 60 of 100
        ("RUS,BLR,KGZ", "", Truth.TRUE),  # 70 of 100
        ("BLR,KAZ,KGZ,TJK", "", Truth.FALSE),  # Russia alone blocks
        ("RUS,BLR", "TJK", Truth.TRUE),  # exactly two thirds of what is left
    ],
)
def test_the_committee_of_2001(in_favour: str, arrears: str, adopted: Truth) -> None:
    answer = service.decide(
        "EurAsEC Integration Committee", in_favour=in_favour, others="against",
        in_arrears=arrears, on="2002-01-01",
    )  # fmt: skip
    assert answer.value.adopted is adopted


@pytest.mark.parametrize(
    ("in_favour", "adopted"),
    [("RUS,BLR", Truth.TRUE), ("RUS,KAZ", Truth.TRUE), ("BLR,KAZ", Truth.FALSE)],
)
def test_the_commission_of_2009(in_favour: str, adopted: Truth) -> None:
    answer = service.decide(
        "Customs Union Commission", in_favour=in_favour, others="against", on="2010-05-01"
    )
    assert answer.value.adopted is adopted


def test_uzbekistan_is_suspended_without_its_own_vote() -> None:
    answer = service.decide(
        "CSTO Council", matter="suspension or exclusion", concerned="UZB", against="UZB",
        others="for", on="2012-12-18",
    )  # fmt: skip
    assert answer.value.adopted is Truth.TRUE


def test_every_body_of_every_year_can_sit(eurasia: World) -> None:
    """What a body needs is on record on each day of its life, but for two known gaps."""
    missing = set()
    for year in range(1992, 2026):
        case = Case(eurasia, day(f"{year}-06-01"))
        for body in bodies_of(case):
            try:
                found = sitting(eurasia, case.register, body.id)
            except HansaError as wrong:
                missing.add((body.id, year, wrong.what))
                continue
            assert found.because
            assert found.electorate.members
    assert missing == {
        ("EurAsEC Integration Committee", 2006, "no votes for UZB"),
        ("EEC Board", 2015, "no act sets 'EEC Board votes' for 2015-06-01"),
    }


def test_a_what_if_compares_power() -> None:
    answer = service.power(
        "EurAsEC Integration Committee", on="2002-01-01", assuming="votes RUS=30 BLR=30"
    )
    change = next(t for t in answer.tables if "power_change" in t.key or "change" in t.key)
    rows = {row[0]: row for row in change.rows}
    assert rows["RUS"][1] != rows["RUS"][2]


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ({"in_favour": "RUS", "against": "RUS"}, "votes twice"),
        ({"in_favour": "GEO"}, "no member"),
        ({"others": "maybe"}, "no position"),
        ({"likely": "RUS"}, "not STATE=CHANCE"),
        ({"matter": "war"}, ""),
    ],
)
def test_bad_input(words: dict[str, str], what: str) -> None:
    if words == {"matter": "war"}:  # a matter without a rule of its own falls under "any"
        service.decide("CSTO Council", on="2007-10-06", **words)
        return
    with pytest.raises((BadInput, HansaError), match=what):
        service.decide("CSTO Council", on="2007-10-06", **words)
