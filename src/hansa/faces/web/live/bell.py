"""A bell that wakes many at once, and lets others have their turn in between."""

from __future__ import annotations

import asyncio

TURN = 100
"""How many are woken before whatever else is ready has its turn."""


class Bell:
    """Wakes everybody who waits for it; for one event loop.

    A thousand readers cost a future each while they wait and nothing else: no task, no event.
    """

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[bool]] = set()

    def wait(self, seconds: float) -> asyncio.Future[bool]:
        """Done when the bell rings (true), or when the time is over (false)."""
        loop = asyncio.get_running_loop()
        woken: asyncio.Future[bool] = loop.create_future()
        self._waiting.add(woken)
        handle = loop.call_later(seconds, _wake, woken, False)

        def over(_: asyncio.Future[bool]) -> None:
            handle.cancel()
            self._waiting.discard(woken)

        woken.add_done_callback(over)
        return woken

    def ring(self) -> None:
        """Wake all who wait now."""
        if self._waiting:
            waiting, self._waiting = list(self._waiting), set()
            self._some(waiting)

    def _some(self, waiting: list[asyncio.Future[bool]]) -> None:
        for woken in waiting[-TURN:]:
            _wake(woken, True)
        del waiting[-TURN:]
        if waiting:
            asyncio.get_running_loop().call_soon(self._some, waiting)


def _wake(woken: asyncio.Future[bool], rung: bool) -> None:
    if not woken.done():
        woken.set_result(rung)
