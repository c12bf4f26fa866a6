"""What is already certain while some positions are unknown, and which votes still matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from hansa.decisions.conditions import Condition, Criterion, holds
from hansa.decisions.counting.halves import count
from hansa.decisions.counting.table import TooLarge
from hansa.decisions.games import from_criteria
from hansa.decisions.positions import AGAINST, CAST, FOR, UNKNOWN, Position
from hansa.terms.truth import Truth

MOST_PROFILES = 2**40
"""Beyond so many ways to complete a vote, only the plain bounds are tried."""


@dataclass(frozen=True, slots=True)
class OpenVote:
    """A vote that is still unknown.

    Parameters
    ----------
    member : str
        Whose.
    matters : Truth
        Whether it can still change the outcome.
    if_for, if_against : Truth
        Whether the matter is then adopted; unknown if that depends on others.
    """

    member: str
    matters: Truth
    if_for: Truth
    if_against: Truth


@dataclass(frozen=True, slots=True)
class Vote:
    """A rule in the middle of a vote.

    Parameters
    ----------
    members : tuple of str
        All members.
    criteria : tuple of Criterion
        What the rule compares.
    condition : Condition
        How the comparisons are joined.
    taken : tuple of Position, shape (members,)
        Positions, some unknown.
    """

    members: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    condition: Condition
    taken: tuple[Position, ...]

    @property
    def open(self) -> tuple[int, ...]:
        """Places of the members whose position is unknown and who have some say."""
        return tuple(
            place
            for place, stance in enumerate(self.taken)
            if stance is UNKNOWN and any(c.weights[place] for c in self.criteria)
        )

    def with_taken(self, moves: Mapping[int, Position]) -> Vote:
        """The same vote with other positions."""
        taken = tuple(moves.get(place, stance) for place, stance in enumerate(self.taken))
        return Vote(self.members, self.criteria, self.condition, taken)

    def completed(self, stance: Position) -> tuple[Position, ...]:
        """Positions when everybody who is unknown takes one."""
        return tuple(stance if p is UNKNOWN else p for p in self.taken)

    def adopted_with(self, taken: Sequence[Position]) -> bool:
        """The outcome for known positions."""
        met = [criterion.met_by(criterion.margin(taken)) for criterion in self.criteria]
        return holds(self.condition, met)

    def pulls(self, place: int, stance: Position) -> tuple[Fraction, ...]:
        """What a position adds to the margin of each criterion."""
        return tuple(criterion.pull(place, stance) for criterion in self.criteria)

    def options(self, place: int) -> tuple[Position, ...]:
        """Positions that differ in effect, worst for adoption first where that is clear."""
        distinct: dict[tuple[Fraction, ...], Position] = {}
        for stance in (AGAINST, *(p for p in CAST if p not in {AGAINST, FOR})):
            distinct.setdefault(self.pulls(place, stance), stance)
        best = self.pulls(place, FOR)
        distinct.pop(best, None)
        return (*distinct.values(), FOR)

    def worst(self, place: int) -> tuple[Position, ...]:
        """Positions than which no other is worse for adoption in every respect."""
        pulls = {stance: self.pulls(place, stance) for stance in self.options(place)}
        return tuple(
            stance
            for stance, own in pulls.items()
            if not any(
                other != own and all(a <= b for a, b in zip(other, own, strict=True))
                for other in pulls.values()
            )
        )

    def adopted(self) -> Truth:
        """Whether the matter is adopted, whatever the unknown positions are.

        To be in favour is best for every criterion, so one completion tells whether
        adoption is still possible. The worst completion may differ by criterion (to stay
        away hurts a quorum, to vote against a majority); then all such completions are
        counted.
        """
        if not self.adopted_with(self.completed(FOR)):
            return Truth.FALSE
        choices = [
            self.worst(place) if stance is UNKNOWN else (stance,)
            for place, stance in enumerate(self.taken)
        ]
        if all(len(options) == 1 for options in choices):
            return Truth.TRUE if self.adopted_with([o[0] for o in choices]) else Truth.UNKNOWN
        game = from_criteria(self.members, self.criteria, self.condition, choices)
        try:
            return Truth.TRUE if count(game).all() == game.profiles else Truth.UNKNOWN
        except TooLarge:
            return Truth.UNKNOWN

    def open_votes(self) -> tuple[OpenVote, ...]:
        """The unknown votes, with what each can still do."""
        matters = self._matter()
        return tuple(
            OpenVote(
                self.members[place],
                matters[place],
                self.with_taken({place: FOR}).adopted(),
                self.with_taken({place: AGAINST}).adopted(),
            )
            for place in self.open
        )

    def _matter(self) -> dict[int, Truth]:
        """By place: whether some completion of the others leaves the outcome to it.

        To be in favour is at least as good as anything else, so a member matters exactly
        if more completions adopt with it in favour than with some other choice.
        """
        choices = [
            self.options(place) if stance is UNKNOWN else (stance,)
            for place, stance in enumerate(self.taken)
        ]
        game = from_criteria(self.members, self.criteria, self.condition, choices)
        try:
            if game.profiles > MOST_PROFILES:
                raise TooLarge("too many ways to complete the vote")
            table = count(game)
        except TooLarge:
            return dict.fromkeys(self.open, Truth.UNKNOWN)
        matter = {}
        for place in self.open:
            adopting = [table.with_choice(place, c) for c in range(len(choices[place]))]
            best = adopting[choices[place].index(FOR)]
            matter[place] = Truth.of(best > min(adopting))
        return matter
