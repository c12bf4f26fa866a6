from __future__ import annotations

import pytest

from hansa.record import Act
from hansa.secretariat import agenda_of
from hansa.terms.errors import BadInput

from .small_union import COUNCIL, MEETING, act, convene


def adopt(**payload: object) -> Act:
    return act("adopt", MEETING, COUNCIL, **payload)


def test_names_given_together_mean_one_item() -> None:
    agenda = agenda_of(
        convene(),
        [
            act("table", MEETING, "HAM", item="road", title="Peace on the road", number="2"),
            act("vote", MEETING, "BRE", title="Peace on the road", position="abstain"),
            act("vote", MEETING, "LUB", item="2", position="for"),
            adopt(item="road", document="PEACE1250"),
            act("refuse", MEETING, "DAN", document="PEACE1250", position="not interested"),
        ],
    )
    (item,) = agenda.items
    assert {s: t.position for s, t in item.taken.items()} == {
        "BRE": "abstain", "LUB": "for", "DAN": "not interested",
    }  # fmt: skip
    assert (item.key, item.number, item.document) == ("road", "2", "PEACE1250")
    assert agenda.item("PEACE1250") is agenda.item("2") is item


def test_two_documents_with_the_same_title_are_two_items() -> None:
    agenda = agenda_of(
        convene(),
        [adopt(document="R1", title="regulation"), adopt(document="R2", title="regulation")],
    )
    assert [item.key for item in agenda.items] == ["R1", "R2"]


def test_a_known_count_leaves_the_rest_untitled() -> None:
    agenda = agenda_of(convene(items=19), [adopt(title="one"), adopt(title="two")])
    assert (agenda.count, len(agenda.items), agenda.untitled) == (19, 2, 17)


def test_without_a_count_nothing_is_claimed_about_more() -> None:
    agenda = agenda_of(convene(), [adopt(title="one")])
    assert (agenda.count, agenda.untitled) == (None, 0)


@pytest.mark.parametrize("wrong", ["many", -1, True])
def test_a_count_that_is_none_is_refused(wrong: object) -> None:
    with pytest.raises(BadInput, match="is not a number of items"):
        agenda_of(convene(items=wrong), [])


def test_items_stand_by_number_then_as_they_came() -> None:
    agenda = agenda_of(
        convene(),
        [act("table", MEETING, "HAM", item=name, **said)
         for name, said in (("x", {}), ("ten", {"number": "10"}), ("two", {"number": "2"}))],
    )  # fmt: skip
    assert [item.key for item in agenda.items] == ["two", "ten", "x"]


def test_the_last_position_of_a_state_counts() -> None:
    votes = [act("vote", MEETING, "BRE", item="road", position=said) for said in ("against", "for")]
    agenda = agenda_of(convene(), [act("table", MEETING, "HAM", item="road"), *votes])
    assert agenda.items[0].taken["BRE"].position == "for"


def test_who_refuses_after_adoption_changes_no_stage() -> None:
    agenda = agenda_of(
        convene(), [adopt(document="D"), act("refuse", MEETING, "DAN", document="D")]
    )
    assert str(agenda.items[0].stage) == "adopted"
    assert agenda.items[0].taken["DAN"].position == ""
    assert not agenda.breaks
