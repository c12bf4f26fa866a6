"""Rules that are made of rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar, Final, Literal

from hansa.decisions.conditions import Condition, Criterion, Every, Leaf, Sheet, Some, fold
from hansa.decisions.electorates import MEMBERS, Electorate
from hansa.decisions.positions import ABSENT, AGAINST, CAST, FOR, STAND_ASIDE, Position
from hansa.decisions.quantities import Threshold
from hansa.decisions.rules import Consensus, Rule, positions_text
from hansa.terms.errors import BadInput
from hansa.terms.names import unknown

After = Literal["failure", "adoption", "either"]

AFTERS: Final = ("failure", "adoption", "either")


def _inner(rule: Rule) -> str:
    text = rule.sentence()
    return f"({text})" if rule.parts else text


def _agreeing(rule: Rule, position: Position) -> str:
    """How the parts treat a position: each different treatment once."""
    return "; ".join(dict.fromkeys(part.treats(position) for part in rule.parts))


@dataclass(frozen=True, slots=True)
class AllOf(Rule):
    """Every one of several rules must be met: votes and states and people, with a quorum."""

    rules: tuple[Rule, ...]
    kind: ClassVar[str] = "all"

    def __post_init__(self) -> None:
        if not self.rules:
            raise BadInput("a combination of rules needs at least one rule")

    @property
    def parts(self) -> tuple[Rule, ...]:
        return self.rules

    def condition(self, electorate: Electorate, sheet: Sheet) -> Condition:
        return Every(tuple(rule.condition(electorate, sheet) for rule in self.rules))

    def sentence(self) -> str:
        return ", and ".join(_inner(rule) for rule in self.rules)

    def treats(self, position: Position) -> str:
        return _agreeing(self, position)


@dataclass(frozen=True, slots=True)
class AnyOf(Rule):
    """One of several rules suffices."""

    rules: tuple[Rule, ...]
    kind: ClassVar[str] = "any"

    def __post_init__(self) -> None:
        if not self.rules:
            raise BadInput("a combination of rules needs at least one rule")

    @property
    def parts(self) -> tuple[Rule, ...]:
        return self.rules

    def condition(self, electorate: Electorate, sheet: Sheet) -> Condition:
        return Some(tuple(rule.condition(electorate, sheet) for rule in self.rules))

    def sentence(self) -> str:
        return "either " + ", or ".join(_inner(rule) for rule in self.rules)

    def treats(self, position: Position) -> str:
        return _agreeing(self, position)


@dataclass(frozen=True, slots=True)
class BlockingMinority(Rule):
    """A rule that can be blocked only by a minority of a certain size.

    If fewer are missing, the decision is adopted although the rule was not met: the four
    states of TEU Art. 16(4).

    Parameters
    ----------
    rule : Rule
        The rule.
    blockers : Threshold
        How many must not be in favour for the rule to count: ``at_least(4)``.
    weights : str
        What is counted of them.
    """

    rule: Rule
    blockers: Threshold
    weights: str = MEMBERS
    kind: ClassVar[str] = "blocking minority"

    @property
    def parts(self) -> tuple[Rule, ...]:
        return (self.rule,)

    def condition(self, electorate: Electorate, sheet: Sheet) -> Condition:
        inner = self.rule.condition(electorate, sheet)
        row = sheet.row(electorate.weight(self.weights))
        total = sum(row, Fraction())
        amount = self.blockers.value * (total if self.blockers.share else 1)
        limit = Threshold(amount, False, not self.blockers.strict)
        if amount > total:
            raise BadInput(
                f"a blocking minority of {self.blockers} {self.weights} is out of range",
                remedy="everything would be adopted",
            )
        missing = frozenset(CAST) - {FOR}
        few = Criterion(
            f"fewer than a blocking minority ({self.blockers}) are not in favour",
            f"{self.weights} not in favour",
            row,
            missing,
            limit,
            at_most=True,
        )
        return Some((inner, sheet.add(few)))

    def sentence(self) -> str:
        return (
            f"{_inner(self.rule)}; to block takes {self.blockers} {self.weights} "
            "not in favour, otherwise it is adopted"
        )

    def treats(self, position: Position) -> str:
        if position is FOR:
            return self.rule.treats(position)
        return f"{self.rule.treats(position)}; counts towards the blocking minority"


@dataclass(frozen=True, slots=True)
class WithoutConcerned(Rule):
    """A rule in which the state that the decision is about has no vote.

    Consensus minus one: expulsion, suspension, the end of a membership.
    """

    rule: Rule
    kind: ClassVar[str] = "without the state concerned"

    @property
    def parts(self) -> tuple[Rule, ...]:
        return (self.rule,)

    def seats(self, electorate: Electorate) -> Electorate:
        return electorate.without(electorate.concerned)

    def condition(self, electorate: Electorate, sheet: Sheet) -> Condition:
        return self.rule.condition(self.seats(electorate), sheet)

    def sentence(self) -> str:
        return f"{_inner(self.rule)}, without the vote of the state concerned"

    def treats(self, position: Position) -> str:
        return self.rule.treats(position)


@dataclass(frozen=True, slots=True)
class Arrears(Rule):
    """A rule in which members in arrears have no vote.

    Parameters
    ----------
    rule : Rule
        The rule.
    weights : str, optional
        The weights that are shared out among the others; ``None``: their votes lapse.
    shared_by : str
        In proportion to what: the ``contribution`` of EAEC2000 Art. 15.
    """

    rule: Rule
    weights: str | None = None
    shared_by: str = "contribution"
    kind: ClassVar[str] = "arrears"

    @property
    def parts(self) -> tuple[Rule, ...]:
        return (self.rule,)

    def seats(self, electorate: Electorate) -> Electorate:
        if self.weights is None:
            return electorate.without(electorate.in_arrears)
        return electorate.redistributed(electorate.in_arrears, self.weights, self.shared_by)

    def condition(self, electorate: Electorate, sheet: Sheet) -> Condition:
        return self.rule.condition(self.seats(electorate), sheet)

    def sentence(self) -> str:
        then = "has no vote"
        if self.weights is not None:
            then += (
                f", and its {self.weights} are shared out among the others "
                f"in proportion to their {self.shared_by}"
            )
        return f"{_inner(self.rule)}; a member in arrears {then}"

    def treats(self, position: Position) -> str:
        return self.rule.treats(position)


@dataclass(frozen=True, slots=True)
class Silence(Rule):
    """A silence procedure: whoever has not spoken by the deadline agrees.

    Parameters
    ----------
    rule : Rule
        The rule, to which silence counts as being in favour once the deadline has passed.
    days : int, optional
        Days from the opening; silence agrees from the day after the last of them. ``None``:
        the deadline is set with each proposal.
    """

    rule: Rule
    days: int | None = None
    kind: ClassVar[str] = "silence"

    def __post_init__(self) -> None:
        if self.days is not None and self.days < 0:
            raise BadInput(f"a silence procedure cannot last {self.days} days")

    @property
    def parts(self) -> tuple[Rule, ...]:
        return (self.rule,)

    def condition(self, electorate: Electorate, sheet: Sheet) -> Condition:
        own = Sheet(sheet.members)
        inner = self.rule.condition(electorate, own)
        start = len(sheet.criteria)
        sheet.criteria += [_silent(criterion) for criterion in own.criteria]
        return _shifted(inner, start)

    def sentence(self) -> str:
        until = "by the deadline" if self.days is None else f"within {self.days} days"
        return f"{_inner(self.rule)}, by silence procedure: who says nothing {until} agrees"

    def treats(self, position: Position) -> str:
        if position is ABSENT:
            return "stays silent: undecided until the deadline, then in favour"
        return self.rule.treats(position)


def _silent(criterion: Criterion) -> Criterion:
    """The criterion in which those who say nothing are treated as those in favour."""
    absent = frozenset({ABSENT})

    def like_for(group: frozenset[Position]) -> frozenset[Position]:
        return group | absent if FOR in group else group - absent

    base = None if criterion.base is None else like_for(criterion.base)
    return replace(criterion, counted=like_for(criterion.counted), base=base)


def _shifted(condition: Condition, start: int) -> Condition:
    """The tree with its leaves counted from ``start``."""

    def leaf(index: int) -> Condition:
        return Leaf(index + start)

    def every(inner: list[Condition]) -> Condition:
        return Every(tuple(inner))

    def some(inner: list[Condition]) -> Condition:
        return Some(tuple(inner))

    return fold(condition, leaf, every, some)


@dataclass(frozen=True, slots=True)
class OptOut(Rule):
    """A rule whose decisions do not bind members in certain positions."""

    rule: Rule
    positions: frozenset[Position] = frozenset({STAND_ASIDE})
    kind: ClassVar[str] = "opt out"

    def __post_init__(self) -> None:
        if FOR in self.positions:
            raise BadInput("a member that is in favour is bound")

    @property
    def parts(self) -> tuple[Rule, ...]:
        return (self.rule,)

    @property
    def unbound(self) -> frozenset[Position]:
        return self.rule.unbound | self.positions

    def condition(self, electorate: Electorate, sheet: Sheet) -> Condition:
        return self.rule.condition(electorate, sheet)

    def sentence(self) -> str:
        who = positions_text(self.positions)
        return f"{_inner(self.rule)}; a member that is {who} is not bound"

    def treats(self, position: Position) -> str:
        free = ", and is not bound" if position in self.positions else ""
        return self.rule.treats(position) + free


@dataclass(frozen=True, slots=True)
class Referral(Rule):
    """A rule after which a second body may take over.

    Parameters
    ----------
    rule : Rule
        The first body's rule.
    to : str
        The second body.
    then : Rule
        Its rule.
    when : Rule, optional
        What must hold for the matter to go there; ``None``: nothing more.
    after : {"failure", "adoption", "either"}
        After which outcome of the first body. After adoption a member that was against
        may carry the matter up.
    """

    rule: Rule
    to: str
    then: Rule
    when: Rule | None = None
    after: After = "failure"
    kind: ClassVar[str] = "referral"

    def __post_init__(self) -> None:
        if not self.to:
            raise BadInput("a referral names the body that takes over")
        if self.after not in AFTERS:
            raise unknown("outcome", self.after, AFTERS)
        if self.after == "adoption" and self.when is not None:
            raise BadInput("a decision that was adopted is carried up without a further condition")

    @property
    def parts(self) -> tuple[Rule, ...]:
        return (self.rule,)

    def condition(self, electorate: Electorate, sheet: Sheet) -> Condition:
        return self.rule.condition(electorate, sheet)

    def sentence(self) -> str:
        when = f" (if {_inner(self.when)})" if self.when is not None else ""
        start = {
            "failure": "failing that, the matter goes",
            "adoption": f"a member that was {AGAINST} may carry it",
            "either": f"failing that, or at the wish of a member {AGAINST}, it goes",
        }[self.after]
        then = _inner(self.then)
        return f"{_inner(self.rule)}; {start} to {self.to}{when}, which decides by {then}"

    def treats(self, position: Position) -> str:
        return self.rule.treats(position)

    def through(self) -> Rule:
        """Both bodies as one rule, as if every state kept its position in the second."""
        upper = self.then if self.when is None else AllOf((self.when, self.then))
        if self.after == "failure":
            return AnyOf((self.rule, upper))
        stands = AllOf((self.rule, AnyOf((Consensus(), self.then))))
        return stands if self.after == "adoption" else AnyOf((stands, upper))
