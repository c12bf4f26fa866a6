"""What an act log is: the port that every store of acts implements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from hansa.store.proofs import Consistency, Proof
from hansa.store.values import MAIN, Branch, Entry, Head, Receipt, Verdict
from hansa.terms.progress import Progress, silent

if TYPE_CHECKING:
    from hansa.record.acts import Act


class ActLog(Protocol):
    """An append-only log of acts, each chained to the one before, with branches for what-ifs.

    Every method raises a `StoreFailure` if the store cannot be reached, read or written, and
    `UnknownCode` for a branch that does not exist. Reading checks the chain: what comes out is
    what was recorded, or `Damaged` is raised.
    """

    def append(
        self, acts: Sequence[Act], *, expected_head: Head | None = None, branch: str = MAIN
    ) -> Receipt:
        """Make acts durable, all of them or none.

        An act whose id and content are on the branch already is not recorded twice, so a batch
        whose answer was lost may be sent again as it was.

        Parameters
        ----------
        acts : sequence of Act
            In the order in which they are to be recorded.
        expected_head : Head, optional
            The head that the acts were decided upon. Without it, acts of concurrent writers are
            recorded in the order in which they arrive.
        branch : str
            Where to.

        Raises
        ------
        Conflict
            If there are new acts, and others came first since ``expected_head``.
        Contradiction
            If an id is taken by an act with other content.
        BadInput
            If an act cannot be written as JSON.
        """
        ...

    def read(
        self, branch: str = MAIN, after: int | None = None, upto: int | None = None
    ) -> Iterator[Act]:
        """The acts at positions ``after + 1 … upto``, as of now, one by one."""
        ...

    def entries(
        self, branch: str = MAIN, after: int | None = None, upto: int | None = None
    ) -> Iterator[Entry]:
        """As `read`, with each act's position and digest."""
        ...

    def after(self, position: int, branch: str = MAIN, limit: int = 500) -> list[Entry]:
        """At most ``limit`` entries behind a position: what a live reader polls."""
        ...

    def head(self, branch: str = MAIN) -> Head:
        """What to publish about the log as it is now."""
        ...

    def find(self, act_id: str, branch: str = MAIN) -> Entry | None:
        """The entry of an act, if the branch has it."""
        ...

    def verify(
        self, branch: str = MAIN, head: Head | None = None, progress: Progress = silent
    ) -> Verdict:
        """Check every act of a branch, and that the log still begins as a published head says.

        Without a published head, a log that somebody rewrote whole, digests included, cannot be
        told from an honest one.
        """
        ...

    def prove(self, act_id: str, branch: str = MAIN, size: int | None = None) -> Proof:
        """The proof that an act is among the first ``size`` acts (all, if not given).

        Raises
        ------
        UnknownCode
            If it is not.
        """
        ...

    def prove_consistency(
        self, old: int, new: int | None = None, branch: str = MAIN
    ) -> Consistency:
        """The proof that the first ``new`` acts (default: all) begin with the first ``old``."""
        ...

    def branch(self, name: str, at: int | None = None, base: str = MAIN) -> Branch:
        """Begin a branch behind position ``at`` of ``base`` (else its end); copies nothing.

        Raises
        ------
        BadInput
            If the name is taken or cannot be one, or ``at`` is not a position of ``base``.
        """
        ...

    def branches(self) -> tuple[Branch, ...]:
        """All branches, the main one first, then by name."""
        ...

    def drop(self, name: str) -> None:
        """Remove a branch and its own acts.

        Raises
        ------
        BadInput
            If it is the main branch, or others began on it.
        """
        ...

    def close(self) -> None:
        """Let go of the connections."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
