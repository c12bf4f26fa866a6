"""What a count gives: weights of the adopting profiles by voter, choice and grade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hansa.terms.errors import Infeasible

Number = int | float


class TooLarge(Infeasible):
    """The game is out of reach of this way of counting."""


@dataclass(frozen=True, slots=True)
class Method:
    """How figures were found.

    Parameters
    ----------
    name : str
        ``halves``, ``divided``, ``quadrature``, ``sampling``.
    exact : bool
        Whether the figures are exact integers and fractions.
    bound : float
        No figure is further than this from the true one (0 if exact).
    text : str
        The method as a sentence, with what the bound rests on.
    """

    name: str
    exact: bool
    bound: float
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Weights of the profiles that adopt.

    A profile has a weight (1 when profiles are counted) and a grade, the sum of the grades
    of its choices (the number of votes in favour, say).

    Parameters
    ----------
    total : sequence of number, shape (grades,)
        Weight of all adopting profiles of each grade.
    chosen : sequence, shape (voters, choices, grades)
        Weight of those in which a voter makes a choice.
    """

    total: Sequence[Number]
    chosen: Sequence[Sequence[Sequence[Number]]]

    def all(self) -> Number:
        """Weight of all adopting profiles."""
        return sum(self.total)

    def with_choice(self, voter: int, choice: int) -> Number:
        """Weight of the adopting profiles in which a voter makes a choice."""
        return sum(self.chosen[voter][choice])
