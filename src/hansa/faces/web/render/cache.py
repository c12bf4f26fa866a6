"""Pages kept until the log grows: the least recently read go first."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Values by key, at most ``room`` by their size; each is made once, however many ask.

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
        self._values: OrderedDict[Hashable, T] = OrderedDict()
        self._making: dict[Hashable, asyncio.Future[T]] = {}

    def get(self, key: Hashable) -> T | None:
        """The value, if it is kept."""
        found = self._values.get(key)
        if found is not None:
            self._values.move_to_end(key)
        return found

    async def of(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """The value kept, or made now; who asks meanwhile waits for the same.

        Whoever stops waiting does not stop the making: who comes back finds it made.
        """
        found = self.get(key)
        if found is not None:
            return found
        task = self._making.get(key)
        if task is None:
            task = asyncio.ensure_future(self._make(key, make))
            task.add_done_callback(_heard)
            self._making[key] = task
        return await asyncio.shield(task)

    async def _make(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        try:
            made = await make()
        finally:
            self._making.pop(key, None)
        self._put(key, made)
        return made

    def _put(self, key: Hashable, value: T) -> None:
        size = self._size(value)
        if size > self._room // 4:
            return
        old = self._values.pop(key, None)
        if old is not None:
            self._used -= self._size(old)
        self._values[key] = value
        self._used += size
        while self._used > self._room:
            _, gone = self._values.popitem(last=False)
            self._used -= self._size(gone)


def _heard(task: asyncio.Future[Any]) -> None:
    """Take note of an error that nobody waited for."""
    if not task.cancelled():
        task.exception()
