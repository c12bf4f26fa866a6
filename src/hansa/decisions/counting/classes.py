"""Classes of voters that nobody could tell apart by their votes.

Members with the same coefficients, choices, grades and weights form a class: it matters
only how many of them choose what. Consensus among fifty is one class with fifty-one cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import comb, factorial

from hansa.decisions.games import Game

Amount = int | float


@dataclass(frozen=True, slots=True)
class VoterClass:
    """Equal voters.

    Parameters
    ----------
    voters : tuple of int
        Their places in the game.
    gains : tuple, shape (forms, choices)
        What each choice adds to each form.
    grades : tuple of int, shape (choices,)
        Grade of each choice.
    weights : tuple of number, shape (choices,)
        Weight of each choice.
    """

    voters: tuple[int, ...]
    gains: tuple[tuple[int, ...], ...]
    grades: tuple[int, ...]
    weights: tuple[Amount, ...]

    @property
    def cases(self) -> int:
        """In how many ways the choices can be split."""
        options = len(self.grades)
        return comb(len(self.voters) + options - 1, options - 1)

    def splits(self) -> Iterator[tuple[tuple[int, ...], Amount]]:
        """How many make each choice, and the weight of all profiles of that kind."""
        size = len(self.voters)
        for counts in _compositions(size, len(self.grades)):
            ways = factorial(size)
            for count in counts:
                ways //= factorial(count)
            weight: Amount = ways
            for count, each in zip(counts, self.weights, strict=True):
                weight *= each**count
            yield counts, weight


def _compositions(size: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        yield (size,)
        return
    for first in range(size, -1, -1):
        for rest in _compositions(size - first, parts - 1):
            yield (first, *rest)


def classes_of(
    game: Game,
    grades: Sequence[Sequence[int]],
    weights: Sequence[Sequence[Amount]],
) -> list[VoterClass]:
    """The classes of a game, in the order of their first members."""
    groups: dict[object, list[int]] = {}
    for voter, options in enumerate(game.choices):
        gains = tuple(row[voter] for row in game.forms)
        key = (gains, tuple(grades[voter]), tuple(weights[voter]), len(options))
        groups.setdefault(key, []).append(voter)
    return [
        VoterClass(
            tuple(voters),
            tuple(row[voters[0]] for row in game.forms),
            tuple(grades[voters[0]]),
            tuple(weights[voters[0]]),
        )
        for voters in groups.values()
    ]
