"""Errors for people: what is wrong, where, the nearest valid thing, what to do.

Every error that hansa raises on purpose derives from `HansaError` and carries the
exit code that the command line returns for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the user's input something stands.

    Parameters
    ----------
    file : str
        Name of the file, table or argument.
    row : int, optional
        Line of the file, counted from 1 (a CSV header is line 1).
    column : str, optional
        Name of the column or key.
    position : int, optional
        Offset in characters within the text, counted from 0.
    """

    file: str
    row: int | None = None
    column: str | None = None
    position: int | None = None

    def __str__(self) -> str:
        parts = [self.file]
        if self.row is not None:
            parts.append(f"line {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column!r}")
        if self.position is not None:
            parts.append(f"position {self.position}")
        return ", ".join(parts)


class HansaError(Exception):
    """Base of all errors that hansa raises on purpose.

    Parameters
    ----------
    what : str
        What is wrong, as a sentence without a final full stop.
    where : Place, optional
        Where it stands.
    nearest : tuple of str
        Valid things close to what was given.
    remedy : str
        What the reader can do about it.
    """

    exit_code: ClassVar[int] = 1

    def __init__(
        self,
        what: str,
        *,
        where: Place | None = None,
        nearest: tuple[str, ...] = (),
        remedy: str = "",
    ) -> None:
        self.what = what
        self.where = where
        self.nearest = tuple(nearest)
        self.remedy = remedy
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """The whole message in one line."""
        text = f"{self.where}: {self.what}" if self.where is not None else self.what
        if self.nearest:
            text += f"; did you mean {' or '.join(self.nearest)}?"
        if self.remedy:
            text += f" ({self.remedy})"
        return text


class BadInput(HansaError):
    """What was given cannot be read or makes no sense."""

    exit_code = 2


class UnknownCode(BadInput):
    """A code that names nothing known."""


class RuleViolation(HansaError):
    """An act or a table breaks a rule of a treaty or of the record."""

    exit_code = 3


class NotConverged(HansaError):
    """A model did not reach its tolerance; there is no number to give."""

    exit_code = 4


class Infeasible(HansaError):
    """No plan meets the conditions."""

    exit_code = 5


class StoreFailure(HansaError):
    """The act log is damaged, unreachable, full, or was written by somebody else first."""

    exit_code = 6
