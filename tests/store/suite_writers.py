"""Several writers and readers at once; opening."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from hansa.store import (
    ActLog,
    Conflict,
    Head,
    open_log,
)
from hansa.terms.errors import StoreFailure

from .some_acts import act, many
from .suite import LogSuite, Place, ids


class Writers(LogSuite):
    """Several writers and readers at once; opening."""

    # Others at work

    def test_a_stale_head_names_who_came_first(self, log: ActLog) -> None:
        head = log.append(many(2)).head
        log.append([act("vote", actor="KAZ")])
        with pytest.raises(Conflict) as caught:
            log.append([act("mine")], expected_head=head)
        assert "1 act more than the 2 you knew" in str(caught.value)
        assert "'CST1992.sign.vote' (sign CST1992 by KAZ" in str(caught.value)
        assert ids([e.act for e in caught.value.first]) == ["CST1992.sign.vote"]
        assert caught.value.expected == head
        assert caught.value.head == log.head()
        assert log.head().size == 3

    def test_with_the_head_of_the_conflict_it_works(self, log: ActLog) -> None:
        log.append([act("theirs")])
        with pytest.raises(Conflict) as caught:
            log.append([act("mine")], expected_head=Head())
        assert log.append([act("mine")], expected_head=caught.value.head).positions == (2,)

    def test_a_conflict_shows_twenty_acts_at_most(self, log: ActLog) -> None:
        log.append(many(50))
        with pytest.raises(Conflict, match="50 acts more than the 0 you knew") as caught:
            log.append([act("mine")], expected_head=Head())
        assert len(caught.value.first) == 20

    @pytest.mark.parametrize("size", [1, 2, 3])
    def test_the_head_of_another_log_is_no_head(self, log: ActLog, size: int) -> None:
        log.append(many(2))
        with pytest.raises(Conflict, match="was never a head of branch 'main'") as caught:
            log.append([act("mine")], expected_head=Head("main", size, "ab" * 32, "cd" * 32))
        assert caught.value.first == ()

    def test_writers_without_a_head_all_succeed(self, address: str) -> None:
        def write(writer: int) -> list[int]:
            with open_log(address) as log:
                batches = [many(3, start=10 * n, prefix=f"w{writer}.") for n in range(12)]
                return [p for batch in batches for p in log.append(batch).positions]

        with ThreadPoolExecutor(4) as pool:
            positions = list(pool.map(write, range(4)))
        assert sorted(p for mine in positions for p in mine) == list(range(1, 145))
        assert all(mine == sorted(mine) for mine in positions)
        with open_log(address) as log:
            assert log.verify().checked == 144
            order = ids(log.read())
        for writer, mine in enumerate(positions):
            expected = ids([a for n in range(12) for a in many(3, 10 * n, f"w{writer}.")])
            assert [order[p - 1] for p in mine] == expected
            assert all(
                b == a + 1 == c - 1
                for a, b, c in zip(mine[::3], mine[1::3], mine[2::3], strict=True)
            )

    def test_writers_with_a_head_lose_no_update(self, address: str) -> None:
        """Each act says how many came before it: true for all only if nobody wrote unseen."""

        def write(log: ActLog, writer: int) -> int:
            conflicts, done = 0, 0
            while done < 10:
                head = log.head()
                mine = act(f"{writer}.{done}", before=head.size)
                try:
                    log.append([mine], expected_head=head)
                    done += 1
                except Conflict:
                    conflicts += 1
            return conflicts

        with open_log(address) as log, ThreadPoolExecutor(4) as pool:
            list(pool.map(partial(write, log), range(4)))
            assert [a.payload["before"] for a in log.read()] == list(range(40))

    def test_readers_see_whole_batches_while_others_write(self, address: str) -> None:
        with open_log(address) as log, ThreadPoolExecutor(1) as pool:
            writing = pool.submit(
                lambda: [log.append(many(5, start=5 * n)) for n in range(40)] and None
            )
            seen = 0
            while not writing.done():
                news = log.after(seen)
                assert len(news) % 5 == 0
                assert [e.position for e in news] == list(range(seen + 1, seen + len(news) + 1))
                seen += len(news)
                head = log.head()
                assert head.size % 5 == 0
            writing.result()
            assert seen + len(log.after(seen)) == 200

    def test_a_process_forked_from_a_writer(self, log: ActLog) -> None:
        """Connections must not be shared between processes: the child opens its own."""
        log.append(many(2))
        child = os.fork()
        if child == 0:
            try:
                for number in range(20):
                    log.append([act(f"child.{number}")])
                os._exit(0)
            except BaseException:  # noqa: BLE001 a child must never come back into pytest
                os._exit(1)
        for number in range(20):
            log.append([act(f"parent.{number}")])
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        assert log.verify().checked == 42

    # Opening

    def test_a_log_is_not_made_if_it_should_be_there(self, address: str) -> None:
        with pytest.raises(StoreFailure, match="there is no act log"):
            open_log(address, create=False)

    def test_many_open_a_new_log_at_once(self, address: str) -> None:
        def first(number: int) -> int:
            with open_log(address) as log:
                return log.append([act(number)]).positions[0]

        with ThreadPoolExecutor(6) as pool:
            assert sorted(pool.map(first, range(6))) == [1, 2, 3, 4, 5, 6]

    def test_many_new_logs_are_made_at_once(self, place: Place) -> None:
        def first(address: str) -> int:
            with open_log(address) as log:
                return log.append([act(1)]).positions[0]

        with ThreadPoolExecutor(6) as pool:
            assert list(pool.map(first, [place() for _ in range(6)])) == [1] * 6

    def test_a_schema_of_a_later_version_is_refused(self, address: str) -> None:
        open_log(address).close()
        self.raw(address, "UPDATE hansa_schema SET version_num = '9999'")
        with pytest.raises(StoreFailure, match=r"has schema 9999.*use the version of hansa"):
            open_log(address)
