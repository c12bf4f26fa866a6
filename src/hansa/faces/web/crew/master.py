"""The server's side: tasks handed to the members of the crew, who are stopped in time."""

from __future__ import annotations

import contextlib
import hashlib
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final

from hansa.faces.web.crew.letters import (
    LARGEST,
    LENGTH,
    Done,
    Failed,
    News,
    Ready,
    Task,
    Wanted,
    Wrong,
    opened,
    written,
)
from hansa.faces.web.pages.page import Page, View
from hansa.record.world import World
from hansa.terms import errors
from hansa.terms.errors import BadInput, HansaError
from hansa.terms.exhibits import Section

MEMBERS: Final = 2
SECONDS: Final = 60.0
MEMORY: Final = 3_000_000_000
"""Bytes of address space; libraries reserve much more than they use."""
START: Final = 60.0
"""Seconds that a member has to get ready."""
HANDED: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "VIRTUAL_ENV",
                 "NUMBA_CACHE_DIR")  # fmt: skip
"""What a member gets of the server's environment: no secrets."""
SINGLE: Final = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS",
     "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS"), "1",
)  # fmt: skip


class TooHeavy(HansaError):
    """A question that asks for more than this server gives to one."""


def _too_heavy(what: str) -> TooHeavy:
    return TooHeavy(
        f"the question takes {what} than this server gives to one",
        remedy="ask for less, or ask hansa on your own machine",
    )


class Crew:
    """Members who answer one task each at a time; started when first needed.

    Parameters
    ----------
    described : World
        The world that they all know.
    source : str
        Its name or folder, by which they read it.
    members : int
        How many there are.
    seconds : float
        How long each has for an answer.
    memory : int
        Bytes of address space of each.
    """

    def __init__(
        self, described: World, source: str, *, members: int = MEMBERS, seconds: float = SECONDS,
        memory: int = MEMORY,
    ) -> None:  # fmt: skip
        self._described = {act.id: act for act in described.acts}
        self._all = [_Member(source, seconds, memory) for _ in range(members)]
        self._free: SimpleQueue[_Member] = SimpleQueue()
        for member in self._all:
            self._free.put(member)

    def question(
        self, name: str, view: View, arguments: dict[str, Any]
    ) -> tuple[str, tuple[Section, ...]]:
        """Title and sections of a verb's answer about what the reader sees.

        Raises
        ------
        HansaError
            As the verb does; `TooHeavy` if it takes too long or too much memory.
        """
        found: tuple[str, tuple[Section, ...]] = self._ask("question", name, view, arguments)
        return found

    def page(self, address: str, view: View, arguments: dict[str, Any]) -> Page:
        """The page at an address, as the reader sees it."""
        found: Page = self._ask("page", address, view, arguments)
        return found

    def close(self) -> None:
        """Send everybody home."""
        for member in self._all:
            member.stop()

    def _ask(self, kind: str, name: str, view: View, arguments: dict[str, Any]) -> Any:
        news = self._news(view)
        task = Task(
            kind, name, arguments, news.name, view.day.isoformat(), view.today.isoformat(),
            view.known_on.isoformat() if view.known_on else None, view.clock, view.words.lang,
        )  # fmt: skip
        member = self._free.get()
        try:
            return member.ask(task, news)
        finally:
            self._free.put(member)

    def _news(self, view: View) -> News:
        """What the reader's world has beyond the described one, and lacks of it."""
        seen = {act.id: act for act in view.world.acts}
        added = tuple(act for name, act in seen.items() if name not in self._described)
        without = frozenset(self._described.keys() - seen.keys())
        names = "\0".join([*(a.id for a in added), "", *sorted(without)])
        return News(hashlib.sha256(names.encode()).hexdigest(), added, without)


class _Member:
    """One process, started when first asked and after it was stopped."""

    def __init__(self, source: str, seconds: float, memory: int) -> None:
        self._seconds = seconds
        if Path(source).is_dir():
            source = str(Path(source).resolve())
        after = int(seconds) + 5
        self._command = [sys.executable, "-m", "hansa.faces.web.crew.member", source,
                         str(memory), str(after)]  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None
        self._over = False

    def ask(self, task: Task, news: News) -> Any:
        """The answer to a task."""
        if self._process is None or self._process.poll() is not None:
            self._start()
        deadline = time.monotonic() + self._seconds
        answer = self._exchange(task, deadline)
        if isinstance(answer, Wanted):
            self._exchange(news, deadline)
            answer = self._exchange(task, deadline)
        if isinstance(answer, Done):
            return answer.value
        if isinstance(answer, Wrong):
            raise _error(answer)
        if isinstance(answer, Failed) and answer.heavy:
            self.stop()
            raise _too_heavy("more memory")
        raise RuntimeError(f"{task.name}: {answer}")

    def stop(self) -> None:
        """End the process, whatever it does."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _start(self) -> None:
        self.stop()
        environment = {name: os.environ[name] for name in HANDED if name in os.environ}
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**environment, **SINGLE}, cwd="/",
        )  # fmt: skip
        if not isinstance(self._letter(time.monotonic() + START), Ready):
            raise RuntimeError("a member of the crew does not get ready")

    def _exchange(self, letter: Any, deadline: float) -> Any:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(written(letter))
            self._process.stdin.flush()
        except OSError:
            self.stop()
            raise _too_heavy("more memory") from None
        return self._letter(deadline)

    def _letter(self, deadline: float) -> Any:
        (length,) = LENGTH.unpack(self._bytes(LENGTH.size, deadline))
        if length > LARGEST:
            self.stop()
            raise _too_heavy("more room")
        return opened(self._bytes(length, deadline))

    def _bytes(self, many: int, deadline: float) -> bytes:
        """So many bytes of the member's letter, in time."""
        assert self._process is not None
        assert self._process.stdout is not None
        source, parts = self._process.stdout.fileno(), bytearray()
        watch = select.poll()
        watch.register(source, select.POLLIN | select.POLLHUP)
        while len(parts) < many:
            if not watch.poll(max(0.0, 1000 * (deadline - time.monotonic()))):
                self.stop()
                raise _too_heavy("more time")
            data = os.read(source, min(many - len(parts), 1 << 20))
            if not data:
                self.stop()
                raise _too_heavy("more memory")
            parts += data
        return bytes(parts)


def _error(wrong: Wrong) -> HansaError:
    """The error that a member met, of its class if the house knows it."""
    kind = getattr(errors, wrong.kind, BadInput)
    made: HansaError = kind(
        wrong.what, where=wrong.where, nearest=wrong.nearest, remedy=wrong.remedy
    )
    return made
