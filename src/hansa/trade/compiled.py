"""Machine code for the inner loops, kept on disk between runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])

_REORDER = {"reassoc", "contract", "arcp", "nsz"}
# sums may be reordered so that they use the vector units; NaN and infinity keep their meaning


def compiled(function: F) -> F:
    """Compile a function of arrays without holding Python's lock.

    The cache does not see changes in functions of *other* modules that the function
    calls: keep what calls one another in one module.
    """
    compile_ = numba.njit(cache=True, nogil=True, fastmath=_REORDER, error_model="numpy")
    return cast(F, compile_(function))
