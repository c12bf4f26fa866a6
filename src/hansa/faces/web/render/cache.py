"""Pages kept: each made once however many ask, and the last copy shown while a newer is made.

After an act every page is out of date, though few of them change. Making them all anew before
anybody gets an answer would have a thousand readers wait; so a reader gets the copy that there
is, which says itself of which position it is, if it *may stand in*: that is the caller's to say.
Newer copies are made one after another, by a worker that rests in between, so that making pages
never takes the machine from answering; those that take long have a worker of their own. Where
nothing else is to be made, and it does not take long, a reader waits for the newer copy.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

E = TypeVar("E")
T = TypeVar("T")
Make = Callable[[], Awaitable[T]]

QUICK = 0.04
"""Seconds: what takes longer to make has a worker of its own, and no reader waits for it."""
SOON = 0.08
"""Seconds that a reader waits for a newer copy where the old one may stand in."""
REST = 1.0
"""How long a worker rests, in times of what the last copy took."""


@dataclass(frozen=True, slots=True)
class Copy(Generic[E, T]):
    """A value, the edition of the world that it was made from, and the seconds it took."""

    edition: E
    value: T
    took: float


@dataclass(slots=True)
class _Due(Generic[E, T]):
    """A copy to be made when its turn comes, and what waits for it."""

    edition: E
    make: Make[T]
    made: asyncio.Future[T]


class _Worker(Generic[E, T]):
    """Makes what is due, one after another, and rests in between."""

    def __init__(self, make: Callable[[Hashable, E, Make[T]], Awaitable[T]]) -> None:
        self._make = make
        self._due: OrderedDict[Hashable, _Due[E, T]] = OrderedDict()
        self._running: asyncio.Future[None] | None = None

    @property
    def free(self) -> bool:
        """Whether nothing is due but what is being made."""
        return not self._due

    def add(self, name: Hashable, edition: E, make: Make[T]) -> asyncio.Future[T]:
        """Have a copy made in its turn; of what is due already, the newest edition."""
        due = self._due.get(name)
        if due is None:
            made: asyncio.Future[T] = asyncio.get_running_loop().create_future()
            made.add_done_callback(_heard)
            due = self._due[name] = _Due(edition, make, made)
        else:
            due.edition, due.make = edition, make
        if self._running is None or self._running.done():
            self._running = asyncio.ensure_future(self._work())
        return due.made

    async def _work(self) -> None:
        while self._due:
            name, due = self._due.popitem(last=False)
            start = time.perf_counter()
            try:
                value = await self._make(name, due.edition, due.make)
            except Exception as wrong:  # noqa: BLE001  # whoever waits for it is told
                due.made.set_exception(wrong)
            else:
                due.made.set_result(value)
            await asyncio.sleep(REST * (time.perf_counter() - start))


class Kept(Generic[E, T]):
    """Values by name, at most ``room`` by their size; the least recently used go first.

    Parameters
    ----------
    room : int
        Sum of sizes to keep.
    size : callable
        The size of a value.
    """

    def __init__(self, room: int, size: Callable[[T], int]) -> None:
        self._room, self._size = room, size
        self._used = 0
        self._copies: OrderedDict[Hashable, Copy[E, T]] = OrderedDict()
        self._making: dict[Hashable, tuple[E, asyncio.Future[T]]] = {}
        self._quick: _Worker[E, T] = _Worker(self._now)
        self._slow: _Worker[E, T] = _Worker(self._now)

    def get(self, name: Hashable) -> Copy[E, T] | None:
        """The copy of a name, of whatever edition."""
        found = self._copies.get(name)
        if found is not None:
            self._copies.move_to_end(name)
        return found

    async def of(
        self,
        name: Hashable,
        edition: E,
        make: Make[T],
        *,
        stands_in: Callable[[E], bool] = lambda edition: False,
        wanted: Callable[[E], bool] = lambda edition: True,
        patience: float = SOON,
        excused: tuple[type[Exception], ...] = (),
    ) -> T:
        """The value of an edition, or one that may stand in for it.

        Whoever stops waiting does not stop the making: who comes back finds it made.

        Parameters
        ----------
        name, edition : Hashable
            What is asked for, for whom; and the newest edition of the world.
        make : callable
            Makes the value of this edition.
        stands_in : callable
            Whether a value of an older edition may be shown instead.
        wanted : callable
            Of those that may be shown, whether this one is new enough not to wait longer.
        patience : float
            Seconds to wait for one that is wanted, if there is another that may be shown.
        excused : tuple of type
            Errors of the making for which the other is shown instead.
        """
        copy = self.get(name)
        if copy is not None and copy.edition == edition:
            return copy.value
        old = copy if copy is not None and stands_in(copy.edition) else None
        soon = True
        underway = self._making.get(name)
        if underway is not None and _will_do(underway[0], edition, stands_in, wanted):
            task = underway[1]
        elif old is None:
            task = self._now(name, edition, make)
        else:
            worker = self._slow if old.took > QUICK else self._quick
            soon = worker.free
            task = worker.add(name, edition, make)
        if old is None:
            return await asyncio.shield(task)
        if wanted(old.edition):
            patience = SOON if soon and old.took <= QUICK else 0.0
        done, _ = await asyncio.wait({task}, timeout=patience)
        if not done or isinstance(task.exception(), excused):
            return old.value
        return task.result()

    def _now(self, name: Hashable, edition: E, make: Make[T]) -> asyncio.Future[T]:
        task = asyncio.ensure_future(self._make(name, edition, make))
        task.add_done_callback(_heard)
        self._making[name] = (edition, task)
        return task

    async def _make(self, name: Hashable, edition: E, make: Make[T]) -> T:
        start, newest = time.perf_counter(), False
        try:
            made = await make()
        finally:
            underway = self._making.get(name)
            if underway is not None and underway[1] is asyncio.current_task():
                del self._making[name]
                newest = True
        if newest:
            self._put(name, Copy(edition, made, time.perf_counter() - start))
        return made

    def _put(self, name: Hashable, copy: Copy[E, T]) -> None:
        size = self._size(copy.value)
        if size > self._room // 4:
            return
        old = self._copies.pop(name, None)
        if old is not None:
            self._used -= self._size(old.value)
        self._copies[name] = copy
        self._used += size
        while self._used > self._room:
            _, gone = self._copies.popitem(last=False)
            self._used -= self._size(gone.value)


def _will_do(
    underway: E, edition: E, stands_in: Callable[[E], bool], wanted: Callable[[E], bool]
) -> bool:
    return underway == edition or (stands_in(underway) and wanted(underway))


def _heard(task: asyncio.Future[Any]) -> None:
    """Take note of an error that nobody waited for."""
    if not task.cancelled():
        task.exception()
