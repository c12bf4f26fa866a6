from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.record import Row, Sheet, World
from hansa.secretariat import EVERYBODY, circle, notice_rules, notices_for
from hansa.terms.days import day
from hansa.terms.errors import BadInput, Place, UnknownCode
from hansa.terms.truth import Truth

from .small_union import act, admitted, union

ON = "1250-06-01"


def sheet(*rows: dict[str, object]) -> Sheet:
    base = {"title": "T", "text": "words", "since": day("1200-01-01")}
    made = tuple(
        Row({**base, **values}, Place("notices.csv", n)) for n, values in enumerate(rows, 2)
    )
    return Sheet("notices", (), made)


def shown(
    rows: Sheet, world: World, residence: str = "", nationality: str = "", on: str = ON
) -> dict[str, str]:
    found = notices_for(notice_rules(rows), world.on(on), residence, nationality)
    return {notice.rule.id: str(notice.owed) for notice in found}


def test_a_notice_for_everybody_needs_no_declaration() -> None:
    assert shown(sheet({"id": "all"}), union()) == {"all": "true"}


def test_what_is_not_declared_is_open_and_never_guessed() -> None:
    rows = sheet({"id": "pact", "residence": "PACT"}, {"id": "others", "residence": "except PACT"})
    assert shown(rows, union()) == {"pact": "unknown", "others": "unknown"}
    assert shown(rows, union(), "HAM") == {"pact": "true"}
    assert shown(rows, union(), "VIS") == {"others": "true"}


def test_both_must_hold_and_one_that_fails_settles_it() -> None:
    rows = sheet({"id": "abroad", "residence": "LUB", "nationality": "PACT except LUB"})
    assert shown(rows, union(), "LUB", "HAM") == {"abroad": "true"}
    assert shown(rows, union(), "LUB", "LUB") == {}
    assert shown(rows, union(), "HAM") == {}
    assert shown(rows, union(), "LUB") == {"abroad": "unknown"}
    (notice,) = notices_for(notice_rules(rows), union().on(ON), "LUB")
    assert notice.depends_on == ("nationality",)


def test_rules_have_dates_and_so_have_members() -> None:
    rows = sheet(
        {"id": "old", "residence": "PACT", "until": day("1250-06-01")},
        {"id": "new", "residence": "PACT", "since": day("1250-06-01")},
    )
    world = union(admitted(["VIS"], "1250-06-01"))
    assert shown(rows, world, "HAM", on="1250-05-31") == {"old": "true"}
    assert shown(rows, world, "HAM", on="1250-06-01") == {"new": "true"}
    assert shown(rows, world, "VIS", on="1250-05-31") == {}
    assert shown(rows, world, "VIS", on="1250-06-01") == {"new": "true"}


def test_they_stand_in_their_order() -> None:
    rows = sheet({"id": "b", "order": 2}, {"id": "a", "order": 10}, {"id": "c", "order": 1})
    assert list(shown(rows, union())) == ["c", "b", "a"]


def test_words_are_in_the_language_asked_for_or_the_first() -> None:
    rows = sheet({"id": "n", "title_ru": "Заголовок"})
    (notice,) = notices_for(notice_rules(rows), union().on(ON))
    assert (notice.title("ru"), notice.title("de")) == ("Заголовок", "T")
    assert (notice.text("ru"), notice.text()) == ("words", "words")


def test_a_status_or_a_treaty_makes_a_circle(eurasia: World) -> None:
    register = eurasia.on("2007-10-05")
    assert circle("CIS:associate", register).states == {"TKM"}
    assert circle("CIS:any", register).states >= {"UKR", "TKM", "RUS"}
    assert "RUS" not in circle("parties:BISH1992", register).states
    assert circle("", register) == EVERYBODY
    for wrong in ("parties:BISH1993", "CSI:associate"):
        with pytest.raises(UnknownCode, match="did you mean"):
            circle(wrong, register)


@pytest.mark.parametrize("key", ["id", "title", "text", "since"])
def test_a_row_that_lacks_something_is_named(key: str) -> None:
    with pytest.raises(BadInput, match=f"notices.csv, line 2, column '{key}'"):
        notice_rules(sheet({"id": "n", key: None}))


def test_an_id_that_stands_twice_is_named() -> None:
    with pytest.raises(BadInput, match="line 3: notice 'n' stands twice"):
        notice_rules(sheet({"id": "n"}, {"id": "n"}))


TOWN = st.sampled_from(["", "LUB", "HAM", "VIS"])
RING = st.sampled_from(["", "PACT", "except PACT", "LUB", "PACT except LUB", "except LUB HAM"])


@given(RING, RING, TOWN, TOWN)
def test_declaring_more_never_turns_an_answer(
    residence: str, nationality: str, lives: str, citizen: str
) -> None:
    rows = sheet({"id": "n", "residence": residence, "nationality": nationality})
    less = shown(rows, union()).get("n", "false")
    some = shown(rows, union(), lives).get("n", "false")
    all_ = shown(rows, union(), lives, citizen).get("n", "false")
    for before, after in ((less, some), (some, all_)):
        if before != "unknown":
            assert after == before
    if lives and citizen:
        assert all_ != "unknown"


@given(RING, TOWN.filter(bool))
def test_a_circle_and_its_complement_part_the_world(ring: str, town: str) -> None:
    register = union().on(ON)
    if ring.startswith("except") or not ring or "except" in ring:
        return
    inside = circle(ring, register).holds(town)
    outside = circle(f"except {ring}", register).holds(town)
    assert {inside, outside} == {Truth.TRUE, Truth.FALSE}


def test_the_worlds_notices_follow_membership_and_law(eurasia: World) -> None:
    rows = eurasia.sheet("notices")

    def kinds(on: str, residence: str, nationality: str = "") -> set[str]:
        return set(shown(rows, eurasia, residence, nationality, on))

    eve = (day("2018-05-25") - timedelta(days=1)).isoformat()
    assert "privacy_eea_1998" in kinds(eve, "DEU", "DEU")
    assert "privacy_eea_2018" in kinds("2018-05-25", "DEU", "DEU")
    assert {"privacy_eea_2018"} <= kinds("2020-01-31", "GBR", "GBR")
    assert {"privacy_gbr"} <= kinds("2020-02-01", "GBR", "GBR")
    assert "privacy_eea_2018" not in kinds("2020-02-01", "GBR", "GBR")
    assert "migration_rus" in kinds("2007-10-05", "RUS", "TJK")
    assert "migration_rus" not in kinds("2007-10-05", "RUS", "RUS")


def test_every_notice_of_the_world_speaks_english_and_russian(eurasia: World) -> None:
    for rule in notice_rules(eurasia.sheet("notices")):
        assert {language for language, _ in rule.title} == {"en", "ru"}
        assert {language for language, _ in rule.text} == {"en", "ru"}
        assert rule.source
        assert rule.confidence


def test_an_act_moves_a_notice() -> None:
    rows = sheet({"id": "n", "residence": "PACT"})
    gone = act("end_status", "PACT", "HAM", "1250-01-01", status="member")
    assert shown(rows, union([gone]), "HAM") == {}
