"""Games: a rule with its electorate as whole numbers, ready to be counted.

Every criterion of a rule is linear in the positions, so that a rule with an electorate is a
tree of comparisons ``Σ_i c_i(choice_i) ≥ t`` with integer ``c`` and ``t``. Rational weights
are scaled by their common denominator: nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import gcd, lcm

from hansa.decisions.conditions import Condition, Criterion, Every, Leaf, Some, fold
from hansa.decisions.electorates import Electorate, electorate
from hansa.decisions.positions import AGAINST, FOR, Position
from hansa.decisions.quantities import Threshold
from hansa.decisions.rules import Majority, Rule, criteria_of
from hansa.terms.errors import BadInput
from hansa.terms.names import unknown

Row = tuple[tuple[int, ...], ...]
"""Per voter, per choice, what it adds to a comparison."""

YES_NO = (AGAINST, FOR)


@dataclass(frozen=True, slots=True)
class Comparison:
    """``Σ_i c_i(choice_i) ≥ threshold`` over the row ``form`` of a game."""

    form: int
    threshold: int


@dataclass(frozen=True, slots=True)
class Game:
    """Who may choose what, and which profiles of choices adopt.

    Parameters
    ----------
    voters : tuple of str
        The members, votes or no votes.
    choices : tuple of tuple of Position
        What each voter may choose, worst for adoption first.
    forms : tuple of Row, shape (forms, voters, choices)
        What each choice adds; a voter's first choice adds 0.
    comparisons : tuple of Comparison
        The leaves of the condition.
    condition : Condition
        When a profile adopts.
    """

    voters: tuple[str, ...]
    choices: tuple[tuple[Position, ...], ...]
    forms: tuple[Row, ...]
    comparisons: tuple[Comparison, ...]
    condition: Condition

    @property
    def profiles(self) -> int:
        """How many profiles there are."""
        count = 1
        for options in self.choices:
            count *= len(options)
        return count

    @property
    def ordered(self) -> bool:
        """Whether no choice hurts adoption more than one that is listed before it."""
        return all(
            low <= high for row in self.forms for cells in row for low, high in pairwise(cells)
        )

    def adopts(self, picks: Sequence[int]) -> bool:
        """Whether the profile adopts in which voter ``i`` makes choice ``picks[i]``."""
        sums = [sum(row[voter][pick] for voter, pick in enumerate(picks)) for row in self.forms]
        met = [sums[c.form] >= c.threshold for c in self.comparisons]
        return fold(self.condition, lambda index: met[index], all, any)

    def single(self) -> tuple[tuple[int, ...], int] | None:
        """Weights and quota, if this is one weighted yes-no vote; else ``None``."""
        if not isinstance(self.condition, Leaf) or any(len(o) > 2 for o in self.choices):
            return None
        comparison = self.comparisons[self.condition.index]
        row = self.forms[comparison.form]
        return tuple(cells[-1] for cells in row), comparison.threshold

    def renamed(self, names: Mapping[str, str]) -> Game:
        """The same game with other names of its voters."""
        return replace(self, voters=tuple(names.get(voter, voter) for voter in self.voters))


def game_of(
    rule: Rule,
    electorate: Electorate,
    *,
    positions: Sequence[Position] = YES_NO,
    fixed: Mapping[str, Position] | None = None,
    options: Mapping[str, Sequence[Position]] | None = None,
) -> Game:
    """The game that a rule makes of an electorate.

    Parameters
    ----------
    rule : Rule
        The rule.
    electorate : Electorate
        The members with their weights.
    positions : sequence of Position
        What every voter may choose; by default against or for.
    fixed : mapping of str to Position, optional
        Voters whose position is known.
    options : mapping of str to sequence of Position, optional
        Voters that may choose among other positions than ``positions``.

    Raises
    ------
    BadInput, UnknownCode
        If the rule does not fit the electorate, or somebody named is no member.
    """
    criteria, condition = criteria_of(rule, electorate)
    choices = {member: tuple(positions) for member in electorate.members}
    for state, some in (options or {}).items():
        _member(state, electorate)
        choices[state] = tuple(some)
    for state, stance in (fixed or {}).items():
        _member(state, electorate)
        choices[state] = (stance,)
    if not all(choices.values()):
        raise BadInput("every voter needs something to choose")
    return from_criteria(electorate.members, criteria, condition, list(choices.values()))


def _member(state: str, electorate: Electorate) -> None:
    if state not in electorate.members:
        raise unknown("member", state, electorate.members)


def from_criteria(
    voters: Iterable[str],
    criteria: Sequence[Criterion],
    condition: Condition,
    choices: Sequence[tuple[Position, ...]],
) -> Game:
    """Turn criteria into integer comparisons over the given choices."""
    forms: dict[Row, int] = {}
    leaves: list[Comparison | bool] = []
    for criterion in criteria:
        row, threshold = _integers(criterion, choices)
        low = sum(min(cells) for cells in row)
        high = sum(max(cells) for cells in row)
        if low >= threshold or high < threshold:
            leaves.append(low >= threshold)
            continue
        leaves.append(Comparison(forms.setdefault(row, len(forms)), threshold))
    return _tidy(Game(tuple(voters), tuple(choices), tuple(forms), (), condition), leaves)


def _integers(criterion: Criterion, choices: Sequence[tuple[Position, ...]]) -> tuple[Row, int]:
    """Coefficients relative to each voter's first choice, and the threshold, divided out."""
    share = criterion.share
    scale = lcm(*(weight.denominator for weight in criterion.weights))
    a, b = share.numerator, share.denominator
    sign = -1 if criterion.at_most else 1
    row, shift = [], 0
    for weight, options in zip(criterion.weights, choices, strict=True):
        whole = int(weight * scale) * sign
        cells = []
        for option in options:
            gain = b if option in criterion.counted else 0
            if a and criterion.base is not None and option in criterion.base:
                gain -= a
            cells.append(whole * gain)
        shift += cells[0]
        row.append(tuple(cell - cells[0] for cell in cells))
    need = -criterion.offset * scale * b
    threshold = (need // 1 + 1) if criterion.strict else -((-need) // 1)
    divisor = gcd(*(cell for cells in row for cell in cells)) or 1
    threshold = -((shift - int(threshold)) // divisor)
    if divisor > 1:
        row = [tuple(cell // divisor for cell in cells) for cells in row]
    return tuple(row), threshold


def _tidy(game: Game, leaves: Sequence[Comparison | bool]) -> Game:
    """Drop what is always or never met; keep one comparison per form where one suffices."""
    found: dict[Comparison, int] = {}

    def leaf(index: int) -> Condition:
        comparison = leaves[index]
        if isinstance(comparison, bool):
            return Every(()) if comparison else Some(())
        return Leaf(found.setdefault(comparison, len(found)))

    def join(parts: list[Condition], kind: type[Every] | type[Some]) -> Condition:
        best: dict[int, Comparison] = {}
        rest: dict[Condition, None] = {}
        stricter = max if kind is Every else min
        known = list(found)
        for part in _flat(parts, kind):
            if isinstance(part, Leaf):
                new = known[part.index]
                old = best.get(new.form, new)
                both = stricter(old.threshold, new.threshold)
                best[new.form] = Comparison(new.form, both)
            elif part == (Some(()) if kind is Every else Every(())):
                return part
            else:
                rest[part] = None
        merged = [Leaf(found[comparison]) for comparison in best.values()]
        joined = (*merged, *rest)
        return joined[0] if len(joined) == 1 else kind(joined)

    condition = fold(
        game.condition, leaf, lambda parts: join(parts, Every), lambda parts: join(parts, Some)
    )
    return _used(game, list(found), condition)


def _flat(parts: Iterable[Condition], kind: type[Every] | type[Some]) -> Iterable[Condition]:
    for part in parts:
        if isinstance(part, kind):
            yield from part.parts
        else:
            yield part


def _used(game: Game, comparisons: Sequence[Comparison], condition: Condition) -> Game:
    """Keep only the comparisons and forms that the condition still uses."""
    kept: dict[int, int] = {}
    forms: dict[int, int] = {}

    def leaf(index: int) -> Condition:
        forms.setdefault(comparisons[index].form, len(forms))
        return Leaf(kept.setdefault(index, len(kept)))

    def every(parts: list[Condition]) -> Condition:
        return Every(tuple(parts))

    def some(parts: list[Condition]) -> Condition:
        return Some(tuple(parts))

    condition = fold(condition, leaf, every, some)
    used = [comparisons[index] for index in kept]
    return replace(
        game,
        forms=tuple(game.forms[form] for form in forms),
        comparisons=tuple(Comparison(forms[c.form], c.threshold) for c in used),
        condition=condition,
    )


def weighted(
    quota: int | Fraction,
    weights: Mapping[str, int | Fraction] | Sequence[int | Fraction],
) -> Game:
    """The yes-no game ``[quota; weights]``; unnamed voters are called ``1``, ``2``, ….

    Raises
    ------
    BadInput
        If a weight is negative, or the quota is not above 0 and at most the sum.
    """
    table = (
        dict(weights)
        if isinstance(weights, Mapping)
        else {str(number): weight for number, weight in enumerate(weights, start=1)}
    )
    who = electorate(table, {"votes": table})
    needed = Threshold(Fraction(quota), share=False, strict=False)
    return game_of(Majority(needed, weights="votes"), who)


def dual(game: Game) -> Game:
    """The game of blocking: a coalition wins if its complement does not.

    Raises
    ------
    BadInput
        If it is no yes-no game.
    """
    if any(len(options) > 2 for options in game.choices):
        raise BadInput("only a yes-no game has a dual")
    comparisons = tuple(
        Comparison(c.form, sum(cells[-1] for cells in game.forms[c.form]) - c.threshold + 1)
        for c in game.comparisons
    )

    def leaf(index: int) -> Condition:
        return Leaf(index)

    def every(parts: list[Condition]) -> Condition:
        return Some(tuple(parts))

    def some(parts: list[Condition]) -> Condition:
        return Every(tuple(parts))

    return replace(game, comparisons=comparisons, condition=fold(game.condition, leaf, every, some))


def settled(game: Game, picks: Mapping[int, int]) -> Game:
    """The game in which some voters, by their places, have made their choice."""
    comparisons = tuple(
        Comparison(
            c.form,
            c.threshold - sum(game.forms[c.form][voter][pick] for voter, pick in picks.items()),
        )
        for c in game.comparisons
    )
    return replace(
        game,
        choices=tuple(
            (options[picks[voter]],) if voter in picks else options
            for voter, options in enumerate(game.choices)
        ),
        forms=tuple(
            tuple((0,) if voter in picks else cells for voter, cells in enumerate(row))
            for row in game.forms
        ),
        comparisons=comparisons,
    )


def merged(game: Game, bloc: Sequence[str], name: str) -> Game:
    """The game in which the voters of a bloc choose as one; they have the same choices.

    Raises
    ------
    BadInput
        If their choices differ.
    UnknownCode
        If somebody is no voter of the game.
    """
    for state in bloc:
        if state not in game.voters:
            raise unknown("member", state, game.voters)
    inside = [game.voters.index(state) for state in bloc]
    if len({game.choices[i] for i in inside}) != 1:
        raise BadInput(f"the members of the bloc {name} do not have the same choices")
    outside = [i for i in range(len(game.voters)) if i not in inside]
    options = game.choices[inside[0]]
    forms = tuple(
        (
            *(row[i] for i in outside),
            tuple(sum(row[i][pick] for i in inside) for pick in range(len(options))),
        )
        for row in game.forms
    )
    return replace(
        game,
        voters=(*(game.voters[i] for i in outside), name),
        choices=(*(game.choices[i] for i in outside), options),
        forms=forms,
    )
