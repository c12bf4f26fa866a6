"""Token buckets: how much one address or account may ask for."""

from __future__ import annotations

import time
from collections import OrderedDict
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
