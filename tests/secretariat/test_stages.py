from __future__ import annotations

from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hansa.record import Act
from hansa.secretariat import FOLLOWS, Stage, agenda_of
from hansa.secretariat.meetings.stages import PUT
from hansa.terms.errors import UnknownCode

from .small_union import COUNCIL, MEETING, act, convene


def put(stage: str, item: str = "road") -> Act:
    return act("table", MEETING, "HAM", item=item, stage=stage)


def test_a_draft_is_tabled_discussed_and_adopted() -> None:
    agenda = agenda_of(
        convene(),
        [
            act("table", MEETING, "HAM", item="road", title="Peace on the road", draft=True),
            act("table", MEETING, "HAM", item="road", version="2"),
            act("vote", MEETING, "BRE", item="road", position="for"),
            act("adopt", MEETING, COUNCIL, item="road"),
        ],
    )
    (item,) = agenda.items
    told = [str(step.after) for step in item.history]
    assert told == ["draft", "tabled", "discussed", "adopted"]
    assert item.stage is Stage.ADOPTED
    assert item.taken["BRE"].position == "for"
    assert not agenda.breaks


@pytest.mark.parametrize(
    ("first", "then", "named"),
    [
        (["draft"], "vote", (Stage.DRAFT, Stage.DISCUSSED)),
        (["draft"], "adopt", (Stage.DRAFT, Stage.ADOPTED)),
        (["tabled", "withdrawn"], "vote", (Stage.WITHDRAWN, Stage.DISCUSSED)),
        (["tabled", "withdrawn"], "adopt", (Stage.WITHDRAWN, Stage.ADOPTED)),
        (["tabled", "deferred"], "adopt", (Stage.DEFERRED, Stage.ADOPTED)),
        (["tabled", "adopt"], "vote", (Stage.ADOPTED, Stage.DISCUSSED)),
        (["tabled", "adopt"], "adopt", (Stage.ADOPTED, Stage.ADOPTED)),
        (["draft"], "deferred", (Stage.DRAFT, Stage.DEFERRED)),
    ],
)
def test_an_illegal_step_is_named_and_changes_nothing(
    first: list[str], then: str, named: tuple[Stage, Stage]
) -> None:
    def made(word: str) -> Act:
        if word == "vote":
            return act("vote", MEETING, "BRE", item="road", position="for")
        if word == "adopt":
            return act("adopt", MEETING, COUNCIL, item="road")
        return put(word)

    before = agenda_of(convene(), [made(word) for word in first])
    after = agenda_of(convene(), [made(word) for word in [*first, then]])
    (step,) = after.breaks
    assert (step.before, step.after) == named
    assert after.items[0].stage is before.items[0].stage
    assert "BRE" not in after.items[0].taken


def test_a_stage_that_is_none_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownCode, match="did you mean deferred"):
        agenda_of(convene(), [put("defered")])


def test_an_item_is_not_adopted_by_saying_so() -> None:
    with pytest.raises(UnknownCode, match="adopted"):
        agenda_of(convene(), [put("adopted")])


WORDS = st.sampled_from([*(str(stage) for stage in PUT), "vote", "adopt", "refuse"])


@given(st.lists(st.tuples(WORDS, st.sampled_from(["road", "toll"])), max_size=14))
def test_whatever_happens_every_step_taken_is_legal_and_no_act_is_lost(
    words: list[tuple[str, str]],
) -> None:
    acts = []
    for word, item in words:
        if word in ("vote", "refuse"):
            acts.append(act(word, MEETING, "BRE", item=item, position="against"))
        elif word == "adopt":
            acts.append(act("adopt", MEETING, COUNCIL, item=item))
        else:
            acts.append(put(word, item))
    agenda = agenda_of(convene(), acts)
    taken = [step for item in agenda.items for step in item.history]
    for item in agenda.items:
        for before, after in zip(item.history, item.history[1:], strict=False):
            assert after.before is before.after
            assert after.after in FOLLOWS[before.after]
        assert item.stage is item.history[-1].after
    for step in agenda.breaks:
        assert step.before is not None
        assert step.after not in FOLLOWS[step.before]
    moving = [a for a in acts if a.kind != "refuse"]
    told = {step.act.id for step in [*taken, *agenda.breaks]}
    assert {a.id for a in moving} <= told


class Meeting(RuleBasedStateMachine):
    """An agenda beside the plainest model of it: a dictionary of stages."""

    LEGAL: ClassVar[dict[str, set[str]]] = {
        "draft": {"draft", "tabled", "withdrawn"},
        "tabled": {"tabled", "discussed", "adopted", "deferred", "withdrawn"},
        "discussed": {"tabled", "discussed", "adopted", "deferred", "withdrawn"},
        "deferred": {"tabled", "withdrawn"},
        "adopted": set(),
        "withdrawn": set(),
    }

    def __init__(self) -> None:
        super().__init__()
        self.acts: list[Act] = []
        self.stages: dict[str, str] = {}
        self.broken = 0

    def _step(self, item: str, stage: str) -> None:
        held = self.stages.get(item)
        if held is None or stage in self.LEGAL[held]:
            self.stages[item] = stage
        else:
            self.broken += 1

    @rule(item=st.sampled_from("ab"), stage=st.sampled_from([str(stage) for stage in PUT]))
    def table(self, item: str, stage: str) -> None:
        self.acts.append(put(stage, item))
        self._step(item, stage)

    @rule(item=st.sampled_from("ab"), town=st.sampled_from(["HAM", "BRE"]))
    def vote(self, item: str, town: str) -> None:
        self.acts.append(act("vote", MEETING, town, item=item, position="for"))
        self._step(item, "discussed")

    @rule(item=st.sampled_from("ab"))
    def adopt(self, item: str) -> None:
        self.acts.append(act("adopt", MEETING, COUNCIL, item=item))
        self._step(item, "adopted")

    @invariant()
    def agrees(self) -> None:
        agenda = agenda_of(convene(), self.acts)
        assert {item.key: str(item.stage) for item in agenda.items} == self.stages
        assert len(agenda.breaks) == self.broken


TestMeetingMachine = Meeting.TestCase
TestMeetingMachine.settings = settings(max_examples=60, stateful_step_count=15, deadline=None)
