"""Why an answer is what it is: the trace that every finding carries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["article", "act", "rule", "number", "source", "assumption"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground on which an answer rests.

    Parameters
    ----------
    kind : {"article", "act", "rule", "number", "source", "assumption"}
        What sort of ground.
    text : str
        A sentence that a reader understands without opening the code.
    ref : str
        The thing itself: ``CST1992 Art. 4(2)``, an act's id, ``forces.csv:12``.
    source : str
        Keys of the world's table of sources, separated by ``;``.
    confidence : str
        Confidence of the row, as in the world's tables.
    because : tuple of Reason
        What this ground itself rests on.
    """

    kind: Kind
    text: str
    ref: str = ""
    source: str = ""
    confidence: str = ""
    because: tuple[Reason, ...] = ()

    def walk(self) -> Iterator[tuple[int, Reason]]:
        """Depth and reason, this one first, depth first."""
        stack = [(0, self)]
        while stack:
            depth, reason = stack.pop()
            yield depth, reason
            stack.extend((depth + 1, inner) for inner in reversed(reason.because))


Because = tuple[Reason, ...]
