"""Appending, reading, recording twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hansa.store import (
    ActLog,
    Contradiction,
    Head,
    open_log,
)
from hansa.terms.errors import BadInput

from .some_acts import act, many
from .suite import LogSuite, Place


class Appending(LogSuite):
    """Appending, reading, recording twice."""

    # Appending and reading

    def test_a_new_log_is_empty(self, log: ActLog) -> None:
        assert log.head() == Head()
        assert list(log.read()) == []
        assert log.after(0) == []
        assert log.verify().intact

    def test_what_is_appended_is_read_back(self, log: ActLog) -> None:
        acts = many(25)
        receipt = log.append(acts)
        assert receipt.positions == tuple(range(1, 26))
        assert receipt.appended == 25
        assert receipt.head == log.head()
        assert list(log.read()) == acts
        assert [e.position for e in log.entries()] == list(range(1, 26))

    def test_it_is_there_when_opened_again(self, address: str) -> None:
        with open_log(address) as log:
            head = log.append(many(3)).head
        with open_log(address, create=False) as log:
            assert log.head() == head
            assert list(log.read()) == many(3)

    def test_digests_chain_as_the_acts_say(self, log: ActLog) -> None:
        log.append(many(2))
        log.append(many(2, start=2))
        before = b""
        for entry in log.entries():
            assert entry.digest == entry.act.digest(before)
            before = bytes.fromhex(entry.digest)
        assert log.head().digest == before.hex()

    def test_batches_or_single_acts_make_the_same_log(self, place: Place) -> None:
        with open_log(place()) as one, open_log(place()) as other:
            one.append(many(21))
            for single in many(21):
                other.append([single])
            assert one.head() == other.head()

    def test_an_empty_batch_changes_nothing(self, log: ActLog) -> None:
        head = log.append(many(2)).head
        receipt = log.append([])
        assert (receipt.positions, receipt.appended, receipt.head) == ((), 0, head)

    def test_reading_a_part(self, log: ActLog) -> None:
        acts = many(2500)  # more than two pages
        log.append(acts)
        assert list(log.read(after=5, upto=8)) == acts[5:8]
        assert list(log.read(after=990, upto=2010)) == acts[990:2010]
        assert list(log.read(upto=0)) == []
        assert list(log.read(after=2499)) == acts[2499:]
        assert list(log.read(after=2500)) == list(log.read(after=9999)) == []
        assert list(log.read(upto=9999)) == acts

    def test_reading_sees_the_log_of_the_moment_it_began(self, log: ActLog) -> None:
        log.append(many(3))
        reading = log.read()
        next(reading)
        log.append(many(3, start=3))
        assert len(list(reading)) == 2

    def test_polling_behind_a_position(self, log: ActLog) -> None:
        log.append(many(7))
        assert [e.position for e in log.after(4)] == [5, 6, 7]
        assert [e.position for e in log.after(0, limit=2)] == [1, 2]
        assert log.after(7) == log.after(12) == []

    @pytest.mark.parametrize("name", ["after", "upto"])
    def test_negative_positions_are_refused(self, log: ActLog, name: str) -> None:
        with pytest.raises(BadInput, match=f"{name}=-1"):
            log.read(**{name: -1})

    def test_finding_an_act(self, log: ActLog) -> None:
        log.append(many(9))
        found = log.find("CST1992.sign.6")
        assert found is not None
        assert (found.position, found.act) == (7, many(9)[6])
        assert log.find("CST1992.sign.60") is None

    def test_cyrillic_and_long_payloads(self, log: ActLog) -> None:
        long = act("Ташкент", note="Договор о коллективной безопасности " * 4000, статья=4)
        log.append([long])
        assert list(log.read()) == [long]

    # What cannot be recorded

    @pytest.mark.parametrize(
        "payload", [{"x": float("nan")}, {"x": float("-inf")}, {"x": date(1992, 5, 15)}, {"x": {1}}]
    )
    def test_what_json_cannot_say_is_refused(self, log: ActLog, payload: dict[str, Any]) -> None:
        with pytest.raises(BadInput, match=r"'CST1992\.sign\.1' cannot be written as JSON"):
            log.append([act(0), replace(act(1), payload=payload)])
        assert log.head().size == 0

    def test_the_word_nan_in_a_text_is_fine(self, log: ActLog) -> None:
        assert log.append([act(1, note="NaN, Infinity")]).appended == 1

    @pytest.mark.parametrize("wrong", ["", "a\nb", "a\x00b", "x" * 501, "\ud800"])
    def test_ids_that_are_none(self, log: ActLog, wrong: str) -> None:
        with pytest.raises(BadInput, match="cannot be the id of an act"):
            log.append([replace(act(1), id=wrong)])

    def test_half_a_character_is_refused(self, log: ActLog) -> None:
        with pytest.raises(BadInput, match="cannot be written as JSON"):
            log.append([act(1, note="\udc00")])

    # Recording twice

    def test_the_same_act_again_has_the_same_position(self, log: ActLog) -> None:
        first = log.append(many(5))
        again = log.append(many(5))
        assert again.positions == first.positions
        assert again.appended == 0
        assert again.head == first.head
        assert log.head().size == 5

    def test_only_the_new_acts_of_a_batch_are_recorded(self, log: ActLog) -> None:
        log.append(many(3))
        receipt = log.append([act("new"), *many(4), act("new")])
        assert receipt.positions == (4, 1, 2, 3, 5, 4)
        assert receipt.appended == 2
        assert log.verify().intact

    def test_a_batch_whose_answer_was_lost_is_sent_again(self, log: ActLog) -> None:
        """With the head it was decided upon, which is not the log's head any more."""
        head = log.append(many(3)).head
        receipt = log.append(many(2, start=3), expected_head=head)
        again = log.append(many(2, start=3), expected_head=head)
        assert again.positions == receipt.positions
        assert log.head().size == 5

    def test_another_act_with_the_same_id_names_both(self, log: ActLog) -> None:
        log.append(many(3))
        given = replace(many(3)[1], actor="UZB", note="other")
        with pytest.raises(Contradiction) as caught:
            log.append([act("fresh"), given])
        message = str(caught.value)
        assert "'CST1992.sign.1' stands at position 2" in message
        assert "act 2 of the batch" in message
        assert 'actor "KAZ" there, "UZB" here' in message
        assert 'note "подписан в Ташкенте" there, "other" here' in message
        assert log.head().size == 3

    def test_a_batch_that_contradicts_itself(self, log: ActLog) -> None:
        with pytest.raises(Contradiction, match="stands earlier in the batch"):
            log.append([act(1), act(1, note="other")])
        assert log.head().size == 0
