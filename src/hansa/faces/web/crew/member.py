"""A member of the crew: a process that answers one task after another until nobody asks.

Started as ``python -m hansa.faces.web.crew.member WORLD MEMORY SECONDS``; letters come by
standard input and go by standard output.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import traceback
from collections import OrderedDict
from dataclasses import replace
from datetime import date
from typing import Any, BinaryIO

from hansa.faces.web.api.asking import questions
from hansa.faces.web.crew.cabin import shut
from hansa.faces.web.crew.letters import (
    Done,
    Failed,
    News,
    Ready,
    Task,
    Wanted,
    Wrong,
    received,
    written,
)
from hansa.faces.web.live import Compass, Snapshot
from hansa.faces.web.pages.page import View
from hansa.faces.web.pages.registry import PAGES
from hansa.faces.web.words import words_in
from hansa.record.markings import PUBLIC
from hansa.record.world import World
from hansa.service.opening import world_of
from hansa.terms.errors import HansaError

KEPT = 4
"""States of the world that are kept."""


class Member:
    """Answers tasks about states of a world."""

    def __init__(self, described: World) -> None:
        self._described = described
        self._worlds: OrderedDict[str, World] = OrderedDict()
        self._pages = {place.address: place.build for place in PAGES if place.slow}

    def answer(self, letter: Any) -> Any:
        """The answer to a letter."""
        if isinstance(letter, News):
            kept = [act for act in self._described.acts if act.id not in letter.without]
            self._worlds[letter.name] = replace(self._described, acts=(*kept, *letter.acts))
            while len(self._worlds) > KEPT:
                self._worlds.popitem(last=False)
            return Ready()
        if letter.world not in self._worlds:
            return Wanted()
        self._worlds.move_to_end(letter.world)
        try:
            return Done(self._done(letter))
        except HansaError as wrong:
            return Wrong(type(wrong).__name__, wrong.what, wrong.where, wrong.nearest, wrong.remedy)
        except MemoryError:
            gc.collect()
            return Failed("memory ran out", heavy=True)

    def _done(self, task: Task) -> Any:
        world = self._worlds[task.world]
        newest = max((act.recorded for act in world.acts), default=None)
        assert newest is not None
        view = View(
            Snapshot(0, world, frozenset(), frozenset(), newest),
            Compass(self._described),
            PUBLIC,
            words_in(task.lang),
            date.fromisoformat(task.today),
            date.fromisoformat(task.day),
            date.fromisoformat(task.known_on) if task.known_on else None,
            "signature" if task.clock == "signature" else "law",
        )
        if task.kind == "page":
            return self._pages[task.name](view, **task.arguments)
        return questions()[task.name].answer(view, task.arguments)


def serve(member: Member, source: BinaryIO, out: BinaryIO, seconds: int) -> None:
    """Answer until there is nobody who asks; an answer that takes too long ends the process."""
    while (letter := received(source)) is not None:
        signal.alarm(seconds)  # should the server be gone, nobody else would stop this process
        try:
            data = written(member.answer(letter))
        except Exception as wrong:  # noqa: BLE001  # a mistake of the library: told, not shown
            traceback.print_exc()
            data = written(Failed(type(wrong).__name__))
        signal.alarm(0)
        out.write(data)
        out.flush()


def main(world: str, memory: str, seconds: str) -> None:
    """Run a member."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(5)  # pages come first
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever is printed goes to the server's messages, not into letters
    described = world_of(world)
    shut(world, int(memory))
    out.write(written(Ready()))
    out.flush()
    serve(Member(described), sys.stdin.buffer, out, int(seconds))


if __name__ == "__main__":
    main(*sys.argv[1:])
