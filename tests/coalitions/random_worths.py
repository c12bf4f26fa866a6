"""Payoffs of single blocs for tests."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from hansa.coalitions import Worth

NAMES = "abcdefgh"


def worth_of(n: int, seed: int, *, whole: bool = False, noise: float = 0.0) -> Worth:
    """Random payoffs; with ``whole`` numbers, so that there are ties."""
    rng = np.random.default_rng(seed)
    payoffs = rng.integers(0, 4, (n, 1 << n)).astype(float) if whole else rng.random((n, 1 << n))
    for i in range(n):
        payoffs[:, 1 << i] = payoffs[:, 0]
    return Worth(tuple(NAMES[:n]), payoffs, noise=noise)


@st.composite
def worths(draw: st.DrawFn, least: int = 2, most: int = 4) -> Worth:
    n = draw(st.integers(least, most))
    return worth_of(n, draw(st.integers(0, 10**6)), whole=draw(st.booleans()))
