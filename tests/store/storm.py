"""What other processes do to a log in the tests: write until they are killed, write as nobody.

The processes come from a fork server that has imported the libraries, so each starts at once.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
from collections.abc import Callable
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import Any

import hansa.store.postgres
import hansa.store.sqlite  # noqa: F401 imported before anybody loses the right to read them
from hansa.store import open_log
from hansa.terms.errors import StoreFailure

from .some_acts import many

NOBODY = 65534
BATCH = 3

# Named one by one: the fork server does not know where tests lie
PRELOAD = ["pytest", "alembic.command", "hansa.store.postgres", "hansa.store.sqlite"]

Answer = tuple[str, Any]


def start(what: Callable[..., None], *given: object) -> tuple[ForkServerProcess, Connection]:
    """Run a function of this module in a process of its own; what it sends comes by the pipe."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOAD)
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=what, args=(theirs, *given), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def answers(pipe: Connection) -> list[Any]:
    """All that a process sent before it ended."""
    told = []
    while True:
        try:
            told.append(pipe.recv())
        except (EOFError, ConnectionResetError):
            return told


def write_for_ever(pipe: Connection, address: str, writer: str, start: int = 0) -> None:
    """Append batch after batch; tell the positions of each as soon as it is acknowledged."""
    with open_log(address) as log:
        for number in count(start):
            batch = many(BATCH, start=number * BATCH, prefix=f"{writer}.")
            try:
                receipt = log.append(batch)
            except StoreFailure as failure:
                pipe.send((number, type(failure).__name__))
                return
            pipe.send((number, receipt.positions))


def read_and_write_as_nobody(pipe: Connection, address: str) -> None:
    """Open, read and append without any rights but everybody's."""
    if os.geteuid() == 0:
        os.setegid(NOBODY)
        os.seteuid(NOBODY)
    try:
        with open_log(address) as log:
            pipe.send(("read", [act.id for act in log.read()]))
            pipe.send(("intact", log.verify().intact))
            log.append(many(1, prefix="nobody"))
            pipe.send(("written", ""))
    except StoreFailure as failure:
        pipe.send((type(failure).__name__, str(failure)))


def write_up_to_a_file_size(pipe: Connection, address: str, limit: int) -> None:
    """Append until no file may grow any more, and go on reading."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with open_log(address) as log:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        done = 0
        try:
            for done in count():
                log.append(many(10, start=10 * done))
        except StoreFailure as failure:
            pipe.send((type(failure).__name__, str(failure)))
        pipe.send(("read", (done, len(list(log.read())), log.verify().intact)))
