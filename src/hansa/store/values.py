"""The values in which an act log speaks: heads, entries, receipts, branches, verdicts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self

from hansa.store.merkle import EMPTY
from hansa.terms.errors import BadInput

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
