"""Machine code for loops over all coalitions, kept on disk between runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile a function of arrays without holding Python's lock.

    Sums keep their order (no fast mathematics): a result is the same wherever it is
    computed. The cache does not see changes in functions of *other* modules that the
    function calls: keep what calls one another in one module.
    """
    return cast(F, numba.njit(cache=True, nogil=True, error_model="numpy")(function))
