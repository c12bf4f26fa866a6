"""Conditions over many profiles at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hansa.decisions.conditions import Condition, fold

Met = NDArray[np.bool_]


def where_met(condition: Condition, leaf: Callable[[int], Met], shape: tuple[int, ...]) -> Met:
    """Where a condition holds.

    Parameters
    ----------
    condition : Condition
        The tree.
    leaf : callable
        Where a comparison is met, as an array of ``shape``.
    shape : tuple of int
        Shape of the result, for conditions that hold always or never.
    """

    def every(parts: list[Met]) -> Met:
        met: Met = np.logical_and.reduce([np.ones(shape, bool), *parts])
        return met

    def some(parts: list[Met]) -> Met:
        met: Met = np.logical_or.reduce([np.zeros(shape, bool), *parts])
        return met

    return fold(condition, leaf, every, some)
