"""The outcome of a vote, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from hansa.decisions.certainty import OpenVote
from hansa.decisions.conditions import Criterion
from hansa.decisions.groups import Groups
from hansa.decisions.positions import Position
from hansa.decisions.rules import Rule
from hansa.terms.reasons import Because
from hansa.terms.truth import Truth

Outcome = Literal["adopted", "not adopted", "referred", "open"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a criterion stands.

    Parameters
    ----------
    criterion : Criterion
        The criterion.
    met : Truth
        Whether it is met; unknown while that depends on unknown positions.
    least, most : Fraction
        The margin in the worst and in the best case: above 0 or, unless more than the need
        is required, at 0, it is met.
    text : str
        Have and need in words, unknown positions counted as not in favour.
    """

    criterion: Criterion
    met: Truth
    least: Fraction
    most: Fraction
    text: str


@dataclass(frozen=True, slots=True)
class Next:
    """The body that takes over.

    Parameters
    ----------
    body : str
        Its name.
    rule : Rule
        Its rule.
    goes : Truth
        Whether the matter goes there; unknown if that depends on unknown positions or on
        the wish of ``by``.
    by : tuple of str
        Members that may carry it there, if it does not go by itself.
    preview : Decision
        What it decides if every member keeps its position.
    """

    body: str
    rule: Rule
    goes: Truth
    by: tuple[str, ...]
    preview: Decision


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of a vote, with what it rests on.

    Parameters
    ----------
    body : str
        Who decides.
    rule : Rule
        By what rule.
    positions : mapping of str to Position
        Position of every member.
    adopted : Truth
        Whether the matter is adopted.
    outcome : {"adopted", "not adopted", "referred", "open"}
        The outcome in a word; ``referred``: not adopted here, it goes to the next body.
    standings : tuple of Standing
        How each criterion stands.
    bound, not_bound, unsure : tuple of str
        Members that the decision binds (if it is still open: would bind), does not bind,
        and of which that depends on their unknown position.
    could_block : Groups or None
        Adopted: minimal groups of members not against that could have blocked by being
        against. Open: minimal groups of undecided members that make rejection certain.
    could_carry : Groups or None
        Not adopted: minimal groups of members not in favour that could have carried it.
        Open: minimal groups of undecided members that make adoption certain.
    open_votes : tuple of OpenVote
        The unknown votes.
    next : Next or None
        The body that takes over, if one may.
    because : tuple of Reason
        The rule, how each criterion stands, whose vote does not count.
    """

    body: str
    rule: Rule
    positions: Mapping[str, Position]
    adopted: Truth
    outcome: Outcome
    standings: tuple[Standing, ...]
    bound: tuple[str, ...]
    not_bound: tuple[str, ...]
    unsure: tuple[str, ...]
    could_block: Groups | None
    could_carry: Groups | None
    open_votes: tuple[OpenVote, ...]
    next: Next | None
    because: Because

    @property
    def margin(self) -> int | None:
        """How many members would have had to move to turn the outcome.

        ``None`` if it is open, or if no moves could have turned it.
        """
        groups = {Truth.TRUE: self.could_block, Truth.FALSE: self.could_carry}.get(self.adopted)
        if groups is None or not groups.listed:
            return None
        return groups.listed[0].size

    @property
    def blocked_alone_by(self) -> tuple[str, ...]:
        """Members each of which alone could have blocked, or still can."""
        return self.could_block.alone if self.could_block is not None else ()

    @property
    def carried_alone_by(self) -> tuple[str, ...]:
        """Members each of which alone could have carried it, or still can."""
        return self.could_carry.alone if self.could_carry is not None else ()

    def sentence(self) -> str:
        """The outcome as a sentence."""
        what = {
            "adopted": "adopts the matter",
            "not adopted": "does not adopt the matter",
            "referred": f"does not adopt the matter; it goes to {self.next and self.next.body}",
            "open": "has not decided yet: it depends on positions that are not known",
        }[self.outcome]
        return f"{self.body or 'The body'} {what}."
