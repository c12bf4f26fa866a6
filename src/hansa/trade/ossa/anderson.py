"""Anderson's acceleration of a fixed-point iteration."""

from __future__ import annotations

import numpy as np

from hansa.trade.model import Array


class Anderson:
    """Speeds up x ← x + f(x) by the last few differences of x and f (Anderson 1965, type II)."""

    def __init__(self, memory: int = 8) -> None:
        self._memory = memory
        self._xs: list[Array] = []
        self._fs: list[Array] = []

    def forget(self) -> None:
        """Start afresh."""
        self._xs, self._fs = [], []

    def next(self, x: Array, f: Array) -> Array:
        """Where to go from ``x``, whose residual is ``f``."""
        self._xs = [*self._xs[-self._memory :], x]
        self._fs = [*self._fs[-self._memory :], f]
        if len(self._xs) == 1:
            return x + f
        dx = np.diff(np.array(self._xs), axis=0).T
        df = np.diff(np.array(self._fs), axis=0).T
        gamma = np.linalg.lstsq(df, f, rcond=1e-10)[0]
        result: Array = x + f - (dx + df) @ gamma
        return result
