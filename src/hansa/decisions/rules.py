"""Rules of decision as values: consensus, unanimity, majorities, vetoes, quorums.

A rule says how it treats each position, reads back as a sentence, and turns into
criteria for a given electorate. Rules that combine others are in
`hansa.decisions.combined`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Final, Literal

from hansa.decisions.conditions import Condition, Criterion, Every, Sheet
from hansa.decisions.electorates import MEMBERS, Electorate
from hansa.decisions.positions import (
    ABSENT,
    AGAINST,
    BEING,
    CAST,
    FOR,
    PRESENT,
    VOTING,
    Position,
)
from hansa.decisions.quantities import Threshold, readable
from hansa.terms.errors import BadInput
from hansa.terms.names import unknown

Base = Literal["members", "present", "voting"]

BASES: Final[dict[str, frozenset[Position] | None]] = {
    "members": None,
    "present": PRESENT,
    "voting": VOTING,
}
"""Of whom a share is taken: of all members, of those present, of those for or against."""


def positions_text(positions: Iterable[Position], join: str = "or") -> str:
    """What it is to take them, in a fixed order: ``abstaining or absent``."""
    chosen = set(positions)
    return f" {join} ".join(BEING[position] for position in CAST if position in chosen)


class Rule(ABC):
    """What all rules have in common."""

    __slots__ = ()
    kind: ClassVar[str]

    @abstractmethod
    def condition(self, electorate: Electorate, sheet: Sheet) -> Condition:
        """Note this rule's criteria on the sheet and return how they are joined.

        Raises
        ------
        BadInput, UnknownCode
            If the electorate lacks what the rule needs or a threshold is out of its range.
        """

    @abstractmethod
    def sentence(self) -> str:
        """The rule as a sentence, without a final full stop."""

    @abstractmethod
    def treats(self, position: Position) -> str:
        """How the rule treats a position, as a phrase."""

    @property
    def parts(self) -> tuple[Rule, ...]:
        """The rules that this one combines."""
        return ()

    def seats(self, electorate: Electorate) -> Electorate:
        """The electorate as this rule's parts see it; a rule may take votes away."""
        return electorate

    @property
    def unbound(self) -> frozenset[Position]:
        """The positions whose holders an adopted decision does not bind."""
        return frozenset().union(*(part.unbound for part in self.parts))

    def __str__(self) -> str:
        return self.sentence()


@dataclass(frozen=True, slots=True)
class Majority(Rule):
    """So many members, or so much weight, must be in favour.

    Parameters
    ----------
    threshold : Threshold
        ``at_least("2/3")``, ``more_than("1/2")``, ``at_least(62)``.
    weights : str
        Whose sum is compared: ``members`` (one each), ``votes``, ``population``, …
    of : {"members", "present", "voting"}
        What a share is of.
    counted : frozenset of Position
        What counts as being in favour.
    """

    threshold: Threshold
    weights: str = MEMBERS
    of: Base = "members"
    counted: frozenset[Position] = frozenset({FOR})
    kind: ClassVar[str] = "majority"

    def __post_init__(self) -> None:
        if self.of not in BASES:
            raise unknown("base of a majority", self.of, BASES)
        if not self.threshold.share and self.of != "members":
            raise BadInput(
                f"{self.threshold} is an amount and not a share of those {self.of}",
                remedy=f'name nobody, or write a share such as "1/2" of those {self.of}',
            )
        if FOR not in self.counted or AGAINST in self.counted:
            raise BadInput("a majority counts those in favour, and never those against")

    def condition(self, electorate: Electorate, sheet: Sheet) -> Condition:
        weights = electorate.weight(self.weights)
        total = sum(weights.values(), Fraction())
        if not self.threshold.share:
            over = (
                self.threshold.value >= total
                if self.threshold.strict
                else (self.threshold.value > total)
            )
            if over:
                raise BadInput(
                    f"a quota of {self.threshold} is out of range: "
                    f"all {self.weights} together are {readable(total)}",
                    remedy="nothing could ever be adopted",
                )
        base = BASES[self.of] if self.threshold.share else None
        row = sheet.row(weights)
        main = Criterion(
            self.sentence(), self.weights, row, self.counted, self.threshold, base=base
        )
        if base is None:
            return sheet.add(main)
        some = Threshold(Fraction(1), share=False, strict=False)
        ones = sheet.row(dict.fromkeys(electorate.voting, Fraction(1)))
        anybody = Criterion("somebody is in favour", MEMBERS, ones, self.counted, some)
        return Every((sheet.add(main), sheet.add(anybody)))

    def sentence(self) -> str:
        who = "members" if self.weights == MEMBERS else f"the {self.weights}"
        favour = "" if self.counted == {FOR} else f" ({positions_text(self.counted)})"
        if not self.threshold.share:
            return f"{self.threshold} {self.weights} in favour{favour}"
        scope = {
            "members": "of all members" if self.weights == MEMBERS else f"of all {self.weights}",
            "present": f"of {who} present",
            "voting": f"of {who} cast for or against",
        }[self.of]
        if self.of == "voting" and self.weights == MEMBERS:
            scope = "of the members voting for or against"
        if self.of == "present" and self.weights != MEMBERS:
            scope = f"of {who} of those present"
        return f"{self.threshold} {scope} in favour{favour}"

    def treats(self, position: Position) -> str:
        if position in self.counted:
            return "counts in favour"
        base = BASES[self.of] if self.threshold.share else None
        if base is None or position in base:
            return "counts in the total, so against"
        return "is left out of the total"


@dataclass(frozen=True, slots=True)
class Consensus(Rule):
    """Adopted unless somebody objects: silence agrees.

    Parameters
    ----------
    objects : frozenset of Position
        What counts as an objection.
    not_bound : frozenset of Position
        Whose holders are not bound: with ``not interested`` the declared lack of interest
        of the CIS Charter (Art. 23), which neither blocks nor binds.
    """

    objects: frozenset[Position] = frozenset({AGAINST})
    not_bound: frozenset[Position] = frozenset()
    kind: ClassVar[str] = "consensus"

    def __post_init__(self) -> None:
        if AGAINST not in self.objects or FOR in self.objects:
            raise BadInput("to be against is to object, to be for is not")
        if FOR in self.not_bound:
            raise BadInput("a member that is in favour is bound")

    def condition(self, electorate: Electorate, sheet: Sheet) -> Condition:
        row = sheet.row(dict.fromkeys(electorate.voting, Fraction(1)))
        return sheet.add(
            Criterion("nobody objects", "objections", row, self.objects, None, at_most=True)
        )

    def sentence(self) -> str:
        text = "consensus: no member objects"
        if self.objects != {AGAINST}:
            text += f" ({positions_text(self.objects)})"
        if self.not_bound:
            text += f"; a member that is {positions_text(self.not_bound)} is not bound"
        return text

    def treats(self, position: Position) -> str:
        if position in self.objects:
            return "objects, which blocks"
        free = ", and is not bound" if position in self.not_bound else ""
        return ("agrees" if position is FOR else "does not block") + free

    @property
    def unbound(self) -> frozenset[Position]:
        return self.not_bound


@dataclass(frozen=True, slots=True)
class Unanimity(Rule):
    """Every member with a vote must agree.

    Parameters
    ----------
    agrees : frozenset of Position
        What counts as agreeing; with ``abstain`` abstentions do not prevent adoption
        (TFEU Art. 238(4)).
    """

    agrees: frozenset[Position] = frozenset({FOR})
    kind: ClassVar[str] = "unanimity"

    def __post_init__(self) -> None:
        if FOR not in self.agrees or AGAINST in self.agrees:
            raise BadInput("to be for is to agree, to be against is not")

    def condition(self, electorate: Electorate, sheet: Sheet) -> Condition:
        row = sheet.row(dict.fromkeys(electorate.voting, Fraction(1)))
        everybody = Threshold(Fraction(1), share=True, strict=False)
        return sheet.add(Criterion("every member agrees", MEMBERS, row, self.agrees, everybody))

    def sentence(self) -> str:
        mild = self.agrees - {FOR}
        return "unanimity: every member in favour" + (
            f" ({positions_text(mild)} does not prevent it)" if mild else ""
        )

    def treats(self, position: Position) -> str:
        if position is FOR:
            return "agrees"
        return "does not prevent adoption" if position in self.agrees else "blocks"


@dataclass(frozen=True, slots=True)
class Veto(Rule):
    """Certain members can each block.

    Parameters
    ----------
    holders : tuple of str
        Who has the veto.
    by : frozenset of Position
        What exercises it: to vote against; with ``abstain`` also to withhold support.
    """

    holders: tuple[str, ...]
    by: frozenset[Position] = frozenset({AGAINST})
    kind: ClassVar[str] = "veto"

    def __post_init__(self) -> None:
        if not self.holders:
            raise BadInput("a veto needs somebody who holds it")
        if AGAINST not in self.by or FOR in self.by:
            raise BadInput("a veto is exercised by voting against, never by voting for")

    def condition(self, electorate: Electorate, sheet: Sheet) -> Condition:
        for state in self.holders:
            if state not in electorate.members:
                raise unknown("member", state, electorate.members, remedy="it holds a veto")
        holders = [state for state in self.holders if state in electorate.voting]
        row = sheet.row(dict.fromkeys(holders, Fraction(1)))
        text = f"no veto of {', '.join(self.holders)}"
        return sheet.add(Criterion(text, "vetoes", row, self.by, None, at_most=True))

    def sentence(self) -> str:
        how = "" if self.by == {AGAINST} else f" (by being {positions_text(self.by)})"
        return f"no veto of {', '.join(self.holders)}{how}"

    def treats(self, position: Position) -> str:
        return "of a holder is a veto" if position in self.by else "is no veto"


@dataclass(frozen=True, slots=True)
class Quorum(Rule):
    """So many members, or so much weight, must be present: whoever is not absent."""

    threshold: Threshold
    weights: str = MEMBERS
    kind: ClassVar[str] = "quorum"

    def condition(self, electorate: Electorate, sheet: Sheet) -> Condition:
        weights = electorate.weight(self.weights)
        total = sum(weights.values(), Fraction())
        if not self.threshold.share and self.threshold.value > total:
            raise BadInput(
                f"a quorum of {self.threshold} is out of range: "
                f"all {self.weights} together are {readable(total)}"
            )
        unit = f"{self.weights} present"
        return sheet.add(
            Criterion(self.sentence(), unit, sheet.row(weights), PRESENT, self.threshold)
        )

    def sentence(self) -> str:
        of = "" if not self.threshold.share else " of all"
        return f"a quorum of {self.threshold}{of} {self.weights}"

    def treats(self, position: Position) -> str:
        return "is not there for the quorum" if position is ABSENT else "counts for the quorum"


def criteria_of(rule: Rule, electorate: Electorate) -> tuple[tuple[Criterion, ...], Condition]:
    """The criteria of a rule for an electorate, and how they are joined.

    Raises
    ------
    BadInput, UnknownCode
        If the electorate lacks what the rule needs, or a threshold is out of range.
    """
    sheet = Sheet(electorate.members)
    condition = rule.condition(electorate, sheet)
    return tuple(sheet.criteria), condition
