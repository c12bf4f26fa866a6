"""Killed at any moment, a writer leaves nothing half-written and loses nothing acknowledged."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest

from hansa.store import ActLog, open_log

from .clusters import Cluster
from .some_acts import many
from .storm import BATCH, answers, start, write_for_ever

ROUNDS = 20
WRITERS = 2

Place = Callable[[], str]
Told = dict[str, list[tuple[int, tuple[int, ...]]]]
"""By writer: the number of each batch that it was answered for, and the positions."""


def check(
    log: ActLog, after: int, acknowledged: dict[str, list[tuple[int, tuple[int, ...]]]]
) -> None:
    """Every acknowledged batch is in its place; of what follows, only whole batches."""
    found = [entry.act.id for entry in log.entries(after=after)]
    assert len(found) % BATCH == 0
    batches = [found[n : n + BATCH] for n in range(0, len(found), BATCH)]
    for writer, batch_receipts in acknowledged.items():
        mine = [batch for batch in batches if batch[0].startswith(f"CST1992.sign.{writer}.")]
        for number, batch in enumerate(mine):
            acts = many(BATCH, start=number * BATCH, prefix=f"{writer}.")
            assert batch == [act.id for act in acts]
        # at most one batch was recorded whose acknowledgement the kill prevented
        assert len(batch_receipts) <= len(mine) <= len(batch_receipts) + 1
        for number, positions in batch_receipts:
            assert [found[p - after - 1] for p in positions] == mine[number]
    verdict = log.verify()
    assert verdict.broken is None
    assert verdict.checked == after + len(found)


def storm(address: str, dice: random.Random, label: str, *, early: bool) -> Told:
    """Let writers write, kill each with SIGKILL at some moment, tell what they acknowledged.

    ``early``: the kill may come while the log is being opened, even made.
    """
    names = [f"{label}{number}" for number in range(WRITERS)]
    running = [(name, *start(write_for_ever, address, name)) for name in names]
    for _, process, pipe in running:
        if not early:
            pipe.poll(30)
        time.sleep(dice.uniform(0, 0.3 if early else 0.03))
        process.kill()
    told = {}
    for name, process, pipe in running:
        told[name] = answers(pipe)
        process.join()
        assert process.exitcode == -9
    return told


def storms(place: Place, rounds: int) -> int:
    """Rounds on one log that grows, and every third on a new one, which may not be ready yet."""
    dice = random.Random(20000524)
    address = place()
    batches = 0
    for number in range(rounds):
        new = number % 3 == 2
        target = place() if new else address
        with open_log(address) as log:
            after = 0 if new else log.head().size
        told = storm(target, dice, f"r{number}w", early=new)
        batches += sum(len(receipts) for receipts in told.values())
        with open_log(target) as log:
            check(log, after, told)
            log.append(many(1, prefix=f"r{number}after"))
    return batches


def test_kill_9_in_a_loop_of_appends_on_sqlite(sqlite_place: Place) -> None:
    assert storms(sqlite_place, ROUNDS) > 3 * ROUNDS  # the kills came amid the writing


@pytest.mark.postgres
def test_kill_9_in_a_loop_of_appends_on_postgresql(postgres_place: Place) -> None:
    assert storms(postgres_place, ROUNDS) > 3 * ROUNDS


@pytest.mark.postgres
def test_a_crash_of_the_database_server_in_a_loop_of_appends(
    cluster: Cluster, cluster_place: str
) -> None:
    """The server stops without a checkpoint; the writers' last answers say what is safe."""
    dice = random.Random(20071005)
    with open_log(cluster_place) as log:
        assert log.head().size == 0
    for number in range(4):
        with open_log(cluster_place) as log:
            after = log.head().size
        names = [f"r{number}w{writer}" for writer in range(WRITERS)]
        running = [(name, *start(write_for_ever, cluster_place, name)) for name in names]
        for _, _, pipe in running:
            pipe.poll(30)
        time.sleep(dice.uniform(0, 0.2))
        cluster.halt()
        told = {}
        for name, process, pipe in running:
            *told[name], (_, failure) = answers(pipe)
            process.join()
            assert failure == "Unreachable"
        cluster.again()
        with open_log(cluster_place) as log:
            check(log, after, told)
            assert all(told.values())
