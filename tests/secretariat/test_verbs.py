"""The verbs as a reader calls them, and what they say to nonsense."""

from __future__ import annotations

from pathlib import Path

import pytest

import hansa
from hansa.faces.cli import COMMANDS
from hansa.terms.errors import BadInput
from hansa.terms.exhibits import Answer, Table

VERBS = ("meetings", "meeting", "presidency", "deadlines", "mobility", "notices")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_a_command(verb: str) -> None:
    assert COMMANDS[verb][0] == f"hansa.faces.cli.verbs:{verb}"


def said(answer: Answer) -> str:
    return "\n".join(statement.text for statement in answer.statements)


def test_the_summit_in_sentences() -> None:
    answer = hansa.meeting("CIS Dushanbe 2007-10-05", on="2007-10-05")
    text = said(answer)
    assert "19 items, 17 documents" in text
    assert "the chair passes from KAZ to KGZ" in text
    assert "UKR is represented at a lower level: Yatsenyuk, foreign minister." in text
    assert "GEO refuses" in text
    assert "is not bound by it" in text
    assert answer.table("agenda").rows[-1][0] == "15 further items: titles not found"
    assert answer.table("documents").rows[-1][0] == "13 further documents"
    assert len(answer.limits) == 2
    assert answer.value.id == "CIS Dushanbe 2007-10-05"


@pytest.mark.parametrize("table", ["agenda", "documents", "effects", "delegations"])
def test_every_row_of_a_meeting_says_why(table: str) -> None:
    found = hansa.meeting("CSTO Dushanbe 2007-10-06", on="2007-10-06").table(table)
    assert len(found.because) == len(found.rows)
    assert all(found.because)


def test_meetings_of_a_body_between_days() -> None:
    answer = hansa.meetings("CSTO Council", since="2007-01-01", until="2009-12-31", on="2010-01-01")
    assert [m.id for m in answer.value] == [
        "CSTO Dushanbe 2007-10-06", "CSTO Moscow 2008-09-05", "CSTO Moscow 2009-02-04",
        "CSTO Moscow 2009-06-14",
    ]  # fmt: skip
    assert answer.table("competence").rows


def test_an_organisations_offices_are_told_together() -> None:
    answer = hansa.presidency("CIS", on="2007-10-05", since="2006-01-01", until="2008-01-01")
    assert [one.office.id for one in answer.value] == ["CIS chair", "CIS executive secretary"]
    assert "By the rule MDA is next" in said(answer) or answer.value[0].turns
    assert len({table.key for table in answer.tables}) == len(answer.tables)


def test_deadlines_of_a_state() -> None:
    answer = hansa.deadlines(on="2000-10-01", state="Tajikistan")
    assert [d.still_owes for d in answer.value] == [("BLR", "KAZ", "KGZ", "RUS", "TJK")]
    assert "overdue by 1 day" in said(answer)
    assert hansa.deadlines(on="2000-10-01", state="ARM").value == ()
    assert hansa.deadlines(on="2000-09-30", overdue=True).value == ()


def test_a_pair_a_row_a_column_and_a_matrix() -> None:
    pair = hansa.mobility("Georgia", "RUS", on="2000-12-10", since="2000-10-01")
    assert "A citizen of GEO in RUS needs a visa to enter (RUS-GEO)." in said(pair)
    assert [row[2] for row in pair.table("changes").rows] == ["lapses", "closes"]
    into = hansa.mobility(into="RUS", right="enter", on="2000-12-10", among="CIS")
    assert {row[1] for row in into.table("matrix").rows} == {"RUS"}
    of = hansa.mobility("RUS", right="enter", on="2000-12-10", among="CIS")
    assert {row[0] for row in of.table("matrix").rows} == {"RUS"}
    whole = hansa.mobility(on="2000-12-10", among="CIS")
    assert {chart.key for chart in whole.exhibits if not isinstance(chart, Table)} == {
        f"heat_{right}" for right in ("enter", "stay", "work", "pension")
    }
    assert len(whole.value.entries) == 12 * 11 * 4


def test_notices_in_russian() -> None:
    answer = hansa.notices("RUS", "TJK", on="2007-10-05", language="ru")
    assert said(answer).startswith("Об этих страницах.")
    open_ = hansa.notices(on="2007-10-05")
    assert "Declare nationality and residence" in said(open_)


def test_a_small_world_without_tables_says_so() -> None:

    folder = str(Path(__file__).parents[2] / "docs" / "worlds" / "two-towns")
    assert hansa.mobility(on="1245-01-01", world=folder).limits
    assert hansa.notices(on="1245-01-01", world=folder).limits
    assert hansa.meetings(on="1245-01-01", world=folder).value == ()
    assert hansa.deadlines(on="1245-01-01", world=folder).value == ()


@pytest.mark.parametrize(
    ("verb", "given", "message"),
    [
        ("meeting", ("CIS Dushanbe 2007-10-06",), "did you mean CIS Dushanbe 2007-10-05"),
        ("meetings", ("CSTO Counsil",), "did you mean CSTO Council"),
        ("presidency", ("CIS chiar",), "did you mean CIS chair"),
        ("presidency", ("GUAM",), "no office of GUAM"),
        ("mobility", ("Georgai",), "did you mean Georgia"),
        ("mobility", ("RUS", "RUS"), "does not treat its own citizens"),
        ("notices", ("Frnace",), "did you mean France"),
    ],
)
def test_nonsense_gets_one_clear_sentence(verb: str, given: tuple[str, ...], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        getattr(hansa, verb)(*given)


@pytest.mark.parametrize(
    ("verb", "given", "options", "message"),
    [
        ("meetings", (), {"since": "2007-01-01", "until": "2006-01-01"}, "swap the two days"),
        ("presidency", ("CIS",), {"since": "2007-01-01", "until": "2006-01-01"}, "swap"),
        ("mobility", (), {"right": "wrk"}, "did you mean work"),
        ("mobility", (), {"among": "CSI"}, "did you mean .*CIS"),
        ("mobility", ("GEO", "RUS"), {"on": "2000-01-01", "since": "2001-01-01"}, "lies after"),
        ("deadlines", (), {"state": "XYZ"}, "unknown state 'XYZ'"),
        ("meeting", ("CIS Dushanbe 2007-10-05",), {"on": "2007-02-30"}, "2007-02-28"),
        ("notices", (), {"on": "soon"}, "YYYY-MM-DD"),
    ],
)
def test_wrong_options_get_one_clear_sentence(
    verb: str, given: tuple[str, ...], options: dict[str, str], message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        getattr(hansa, verb)(*given, **options)
