"""A duty as its text says it: the structure together with how it is spelt."""

from __future__ import annotations

from dataclasses import dataclass, field

from hansa.customs.duties.rates import Rate
from hansa.customs.duties.style import TARIC, Style
from hansa.customs.duties.writing import write


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty: its structure, and the style of the text that it was read from.

    Two duties are equal when their structures are; ``str`` gives the text.
    """

    rate: Rate
    style: Style = field(default=TARIC, compare=False)

    def __str__(self) -> str:
        return write(self.rate, self.style)

    def written(self, style: Style) -> str:
        """The same duty in the words of another style."""
        return write(self.rate, style, respell=True)
