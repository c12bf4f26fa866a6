"""What an act log is: the port that every store of acts implements, and the values it speaks in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Protocol, Self

from hansa.store.merkle import EMPTY
from hansa.store.proofs import Consistency, Proof
from hansa.terms.errors import BadInput
from hansa.terms.progress import Progress, silent

if TYPE_CHECKING:
    from hansa.record.acts import Act

MAIN = "main"

_NAME = re.compile(r"\w[\w.\-]{0,99}")
_HEAD = re.compile(
    r"(?P<branch>[^:]+):(?P<size>\d{1,18}):(?P<digest>[0-9a-f]{64}|):(?P<root>[0-9a-f]{64})"
)

How = Literal["altered", "missing", "reordered", "chain cut", "rewritten", "unreadable"]


def branch_name(name: str) -> str:
    """The name itself, if it can name a branch.

    Raises
    ------
    BadInput
        If it is not up to 100 letters, digits, ``_``, ``.`` and ``-``, beginning with a letter
        or digit.
    """
    if _NAME.fullmatch(name) is None:
        raise BadInput(
            f"{name[:120]!r} cannot name a branch",
            remedy="use up to 100 letters, digits, '_', '.' and '-'",
        )
    return name


@dataclass(frozen=True, slots=True)
class Head:
    """What a log publishes about itself: it fixes every act that the log holds.

    Parameters
    ----------
    branch : str
        The branch; its name is not part of what the digests fix.
    size : int
        Number of acts.
    digest : str
        Digest of the last act, chained to all before (hexadecimal; ``""`` for no act).
    root : str
        Root of the hash tree over the acts, RFC 9162 section 2.1.1 (hexadecimal).
    """

    branch: str = MAIN
    size: int = 0
    digest: str = ""
    root: str = EMPTY.hex()

    def __str__(self) -> str:
        return f"{self.branch}:{self.size}:{self.digest}:{self.root}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what ``str(head)`` wrote.

        Raises
        ------
        BadInput
            If the text is not a head.
        """
        match = _HEAD.fullmatch(text.strip())
        if match is None or bool(match["digest"]) != bool(int(match["size"])):
            raise BadInput(
                f"{text[:200]!r} is not the head of a log",
                remedy="a head is written branch:size:digest:root, as published",
            )
        return cls(match["branch"], int(match["size"]), match["digest"], match["root"])


@dataclass(frozen=True, slots=True)
class Entry:
    """An act and its place in the log.

    Parameters
    ----------
    position : int
        Place on its branch, counted from 1 without gaps.
    act : Act
        The act.
    digest : str
        Digest of the act, chained to all before (hexadecimal).
    """

    position: int
    act: Act
    digest: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a log answers to acts that it has made durable.

    Parameters
    ----------
    branch : str
        The branch they are on.
    positions : tuple of int
        Place of each act given, in the order given; an act that was there before keeps the
        place it had.
    appended : int
        How many of them were new.
    head : Head
        The branch's head after them.
    """

    branch: str
    positions: tuple[int, ...]
    appended: int
    head: Head


@dataclass(frozen=True, slots=True)
class Branch:
    """A line of acts: those of its base up to the fork, then its own.

    Parameters
    ----------
    name : str
        Its name.
    base : str, optional
        The branch that holds the act at the fork; ``None`` for the main branch.
    fork : int
        How many acts it shares with its base.
    size : int
        How many acts it has in all.
    """

    name: str
    base: str | None
    fork: int
    size: int


@dataclass(frozen=True, slots=True)
class Break:
    """The first act of a branch that is not what was recorded.

    Parameters
    ----------
    position : int
        Its place.
    act_id : str
        The act that stands there, or the last one before if none does.
    how : {"altered", "missing", "reordered", "chain cut", "rewritten", "unreadable"}
        What happened to it.
    detail : str
        The same as a sentence.
    """

    position: int
    act_id: str
    how: How
    detail: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `ActLog.verify` found.

    Parameters
    ----------
    branch : str
        The branch.
    checked : int
        How many acts, from the first, are proved to be what was recorded.
    head : Head
        The head that follows from those acts.
    broken : Break, optional
        The first that is not.
    """

    branch: str
    checked: int
    head: Head
    broken: Break | None = None

    @property
    def intact(self) -> bool:
        """Whether every act is what was recorded."""
        return self.broken is None


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
