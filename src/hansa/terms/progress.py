"""How a long computation tells its caller how far it is; only faces draw bars."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called with steps done, steps in all (0: not known) and a short word of what goes on."""

    def __call__(self, done: int, total: int, what: str) -> None: ...


def silent(done: int, total: int, what: str) -> None:
    """The progress callback that says nothing."""
