"""The random set of those who honour their promise, and what it brings to the defence.

J is a random subset of the obliged O: i is in it with probability h_i, independently. What
matters is the distribution of the capability that J brings. It is enumerated exactly for up
to 20 guarantors; beyond, it is convolved on a grid, rounded down and up, which bounds every
expectation of a monotone function from both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hansa.terms.errors import BadInput

Floats = NDArray[np.float64]

EXACT_UP_TO: Final = 20


def _checked(capabilities: Sequence[float], honours: Sequence[float]) -> tuple[Floats, Floats]:
    c = np.asarray(capabilities, dtype=float)
    h = np.asarray(honours, dtype=float)
    if c.shape != h.shape or c.ndim != 1:
        raise BadInput("each guarantor needs a capability and a rate of honouring")
    if not np.isfinite(c).all() or (c < 0).any():
        raise BadInput("a guarantor's capability must be known and not negative")
    if not ((h >= 0) & (h <= 1)).all():
        raise BadInput("a rate of honouring lies between 0 and 1")
    return c, h


@dataclass(frozen=True, slots=True)
class Joined:
    """Distribution of the capability of those who join.

    ``low`` and ``high`` (m,) are the same outcomes with every capability rounded down and
    up; equal where the distribution is exact. ``probability`` (m,) sums to 1.
    """

    probability: Floats
    low: Floats
    high: Floats
    exact: bool


def subsets(capabilities: Sequence[float], honours: Sequence[float]) -> Joined:
    """All 2^n subsets: Π_{i∈T} h_i Π_{i∉T} (1 − h_i) and Σ_{i∈T} c_i, T in binary order.

    Subset number t holds guarantor i if bit i of t is set.

    Raises
    ------
    BadInput
        If there are more than 20 guarantors, or a number is out of range.
    """
    c, h = _checked(capabilities, honours)
    if c.size > EXACT_UP_TO:
        raise BadInput(f"{c.size} guarantors have too many subsets to list")
    p = np.ones(1)
    total = np.zeros(1)
    for c_i, h_i in zip(c, h, strict=True):
        p = np.concatenate([p * (1 - h_i), p * h_i])
        total = np.concatenate([total, total + c_i])
    return Joined(p, total, total, exact=True)


def on_grid(capabilities: Sequence[float], honours: Sequence[float], cells: int) -> Joined:
    """The distribution on a grid of ``cells`` steps, rounded down and up.

    Every capability is rounded to the grid below; n of them are off by less than n steps,
    so the true sum lies between ``low`` and ``high`` in every outcome.
    """
    c, h = _checked(capabilities, honours)
    span = float(c.sum())
    if span == 0.0:
        return Joined(np.ones(1), np.zeros(1), np.zeros(1), exact=True)
    step = span / cells
    below = np.minimum(np.floor(c / step), cells).astype(int)
    lost = np.maximum(c - below * step, 0.0)  # what rounding takes from each
    p = np.zeros(int(below.sum()) + 1)
    # the most that rounding can have taken, given that outcome: carried along per cell
    slack = np.zeros_like(p)
    p[0] = 1.0
    top = 0
    for k, h_i, lost_i in zip(below, h, lost, strict=True):
        joined = np.zeros_like(p)
        joined[k : top + k + 1] = p[: top + 1] * h_i
        taken = np.zeros_like(slack)
        taken[k : top + k + 1] = slack[: top + 1] + lost_i
        p *= 1 - h_i
        slack = np.where(joined > 0, np.where(p > 0, np.maximum(slack, taken), taken), slack)
        p += joined
        top += k
    held = p > 0
    low = np.arange(p.size, dtype=float)[held] * step
    return Joined(
        p[held], low, np.asarray(np.minimum(low + slack[held], span), dtype=float), exact=False
    )
