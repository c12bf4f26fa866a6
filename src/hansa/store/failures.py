"""What can go wrong with a store, each with its remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hansa.terms.errors import Place, StoreFailure

if TYPE_CHECKING:
    from hansa.store.values import Entry, Head

RETRY = (
    "append again when it is back: acts that were recorded already are recognised, "
    "none is recorded twice"
)


class Conflict(StoreFailure):
    """Somebody else's acts came first.

    Attributes
    ----------
    first : tuple of Entry
        The first of the acts that came in between (at most twenty).
    expected, head : Head
        The head that the writer knew, and the log's.
    """

    def __init__(
        self, what: str, *, first: tuple[Entry, ...], expected: Head, head: Head, where: Place
    ) -> None:
        self.first = first
        self.expected = expected
        self.head = head
        super().__init__(
            what,
            where=where,
            remedy="read what came in between, decide again, append with the new head",
        )


class Contradiction(StoreFailure):
    """An act with the same id and other content is in the log, or twice in one batch."""


class Damaged(StoreFailure):
    """What is stored is not what was recorded, or cannot be read at all."""


class Full(StoreFailure):
    """There is no room for more; reading goes on."""


class ReadOnly(StoreFailure):
    """The store may be read, not written."""


class Busy(StoreFailure):
    """Other writers kept the store for too long."""


class Unreachable(StoreFailure):
    """The database is not there, or went away."""
