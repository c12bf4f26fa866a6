"""How much one address or account may ask for: buckets that fill, and turns that are given back."""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from collections.abc import Callable

BURST = 10.0
"""Seconds' worth of requests that may come at once."""
KNOWN = 20_000


class Buckets:
    """Buckets by key that fill at a rate.

    Parameters
    ----------
    rate : float
        Requests per second.
    burst : float
        Requests that may come at once; at least one.
    """

    def __init__(
        self, rate: float, burst: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = rate
        self._full = max(1.0, rate * BURST if burst is None else burst)
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Take one; 0 if there was one, else the seconds until there is."""
        now = self._clock()
        level, at = self._levels.pop(key, (self._full, now))
        level = min(self._full, level + (now - at) * self._rate)
        wait = 0.0 if level >= 1 else (1 - level) / self._rate
        self._levels[key] = (level - 1 if not wait else level, now)
        while len(self._levels) > KNOWN:
            self._levels.popitem(last=False)
        return wait


class Turns:
    """How many questions may be under way or waiting: in all, and of one asker.

    Parameters
    ----------
    most, each : int
        In all; of one.
    wait : float
        Seconds after which to come back.
    """

    def __init__(self, most: int = 16, each: int = 4, wait: float = 5.0) -> None:
        self._most, self._each, self._wait = most, each, wait
        self._taken: Counter[str] = Counter()

    def take(self, who: str) -> float:
        """Take a turn; 0 if there was one, else the seconds after which to come back."""
        if self._taken.total() >= self._most or self._taken[who] >= self._each:
            return self._wait
        self._taken[who] += 1
        return 0.0

    def give_back(self, who: str) -> None:
        """Let others have it."""
        self._taken[who] -= 1
        if self._taken[who] <= 0:
            del self._taken[who]
