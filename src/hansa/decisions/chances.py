"""The chance of adoption, and whose vote it hangs on, when positions are uncertain.

Members take positions independently, except that the members of a bloc may move together:
with probability ``together`` all of them take one position, drawn once; otherwise each
draws its own. Probabilities are rational numbers and so are the results, as long as the
game is within reach of exact counting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import lcm, prod

from hansa.decisions.conditions import Condition, Criterion
from hansa.decisions.counting.halves import count
from hansa.decisions.counting.sampling import draw_chances
from hansa.decisions.counting.table import Method, Table, TooLarge
from hansa.decisions.electorates import Electorate
from hansa.decisions.games import from_criteria
from hansa.decisions.positions import AGAINST, CAST, FOR, UNKNOWN, Position, position
from hansa.decisions.quantities import Exact, exact, share_text
from hansa.decisions.rules import Rule, criteria_of
from hansa.terms.errors import BadInput
from hansa.terms.names import unknown
from hansa.terms.reasons import Because, Reason

Belief = Mapping[Position, Fraction]
"""Probability of each position; they sum to 1."""

Stated = Exact | Mapping[str, Exact] | Mapping[Position, Exact]
"""The probability of being in favour (otherwise against), or one per position."""

EXACT_CELLS = 2**22
"""Memory for exact probabilities, which may be integers of any size."""


@dataclass(frozen=True, slots=True)
class Bloc:
    """Members that tend to move together.

    Parameters
    ----------
    members : tuple of str
        Who.
    together : Fraction
        Probability that all take one position.
    belief : Belief
        Probability of that position.
    """

    members: tuple[str, ...]
    together: Fraction
    belief: Belief


@dataclass(frozen=True, slots=True)
class Chance:
    """The chance of adoption.

    Parameters
    ----------
    members : tuple of str
        All members.
    adopted : Fraction or float
        Chance that the matter is adopted.
    pivotal : tuple of (Fraction or float), shape (members,)
        Chance that the outcome hangs on the member: that it is adopted if the member is in
        favour and not if it is against, with everybody else as they are likely to be.
    if_for, if_against : tuple, shape (members,)
        Chance of adoption if the member is in favour, or against.
    method : Method
        How it was found.
    because : tuple of Reason
        The probabilities assumed.
    """

    members: tuple[str, ...]
    adopted: Fraction | float
    pivotal: tuple[Fraction | float, ...]
    if_for: tuple[Fraction | float, ...]
    if_against: tuple[Fraction | float, ...]
    method: Method
    because: Because


def belief(stated: Stated, *, what: str = "probability") -> Belief:
    """A probability for every position, checked.

    Raises
    ------
    BadInput
        If a probability is no number between 0 and 1, or they do not sum to 1.
    UnknownCode
        If a position is unknown.
    """
    if isinstance(stated, Mapping):
        given = {position(word): exact(value, what=what) for word, value in stated.items()}
    else:
        favour = exact(stated, what=what)
        given = {FOR: favour, AGAINST: 1 - favour}
    if UNKNOWN in given:
        raise BadInput("a probability belongs to a position, and unknown is none")
    if any(not 0 <= value <= 1 for value in given.values()):
        raise BadInput(f"a {what} lies between 0 and 1")
    if sum(given.values()) != 1:
        total = share_text(sum(given.values(), Fraction()))
        raise BadInput(f"the probabilities sum to {total}, not to 1")
    return {stance: given[stance] for stance in CAST if given.get(stance)}


def bloc(members: Iterable[str], together: Exact, stated: Stated) -> Bloc:
    """Members that move together with a probability.

    Raises
    ------
    BadInput
        If a probability is out of range or the bloc has fewer than two members.
    """
    states = tuple(members)
    chance_together = exact(together, what="probability")
    if len(set(states)) < 2 or len(set(states)) != len(states):
        raise BadInput("a bloc has at least two members, each listed once")
    if not 0 <= chance_together <= 1:
        raise BadInput("a probability lies between 0 and 1")
    return Bloc(states, chance_together, belief(stated))


def chance(
    rule: Rule,
    electorate: Electorate,
    positions: Mapping[str, Position],
    beliefs: Mapping[str, Stated],
    *,
    others: Stated | None = None,
    blocs: Sequence[Bloc] = (),
    samples: int = 400_000,
    seed: int = 0,
) -> Chance:
    """The chance that a matter is adopted.

    Parameters
    ----------
    rule, electorate
        The rule and the members with their weights.
    positions : mapping of str to Position
        Positions that are known.
    beliefs : mapping
        For members whose position is not known: probability to be in favour, or a
        probability per position.
    others : optional
        The same for members that are not mentioned.
    blocs : sequence of Bloc
        Members that move together; nobody belongs to two.
    samples, seed : int
        Of sampling, where exact counting is out of reach.

    Raises
    ------
    BadInput
        If a member has neither a position nor a probability, or belongs to two blocs, or
        both is known and belongs to a bloc.
    UnknownCode
        If somebody is no member.
    """
    table = _beliefs(electorate, positions, beliefs, others)
    _check_blocs(electorate, positions, blocs)
    criteria, condition = criteria_of(rule, electorate)
    setting = _Setting(electorate.members, criteria, condition, table, tuple(blocs))
    ground = Reason(
        "assumption",
        "Members take their positions independently"
        + (", apart from " + "; ".join(map(_bloc_text, blocs)) if blocs else "")
        + ".",
    )
    adopted: Fraction | float
    yes: Sequence[Fraction | float]
    no: Sequence[Fraction | float]
    try:
        adopted, yes, no = setting.exactly()
        method = Method("halves", True, 0.0, "counted exactly, by meeting in the middle")
    except TooLarge:
        adopted, yes, no, method = setting.by_sampling(samples, seed)
    return Chance(
        electorate.members,
        adopted,
        tuple(_gap(yes[place], no[place]) for place in range(len(yes))),
        tuple(yes),
        tuple(no),
        method,
        (ground,),
    )


def _gap(yes: Fraction | float, no: Fraction | float) -> Fraction | float:
    if isinstance(yes, Fraction) and isinstance(no, Fraction):
        return yes - no
    return float(yes) - float(no)


def _bloc_text(one: Bloc) -> str:
    return f"{', '.join(one.members)}, who move together with {share_text(one.together)}"


def _beliefs(
    electorate: Electorate,
    positions: Mapping[str, Position],
    beliefs: Mapping[str, Stated],
    others: Stated | None,
) -> list[Belief]:
    for state in (*positions, *beliefs):
        if state not in electorate.members:
            raise unknown("member", state, electorate.members)
    rest = None if others is None else belief(others)
    table: list[Belief] = []
    for member in electorate.members:
        stance = positions.get(member, UNKNOWN)
        if stance is not UNKNOWN:
            if member in beliefs:
                raise BadInput(f"{member} has a known position and a probability")
            table.append({stance: Fraction(1)})
        elif member in beliefs:
            table.append(belief(beliefs[member], what=f"probability of {member}"))
        elif rest is not None:
            table.append(rest)
        else:
            raise BadInput(
                f"{member} has neither a position nor a probability",
                remedy="give one, or one for all others",
            )
    return table


def _check_blocs(
    electorate: Electorate, positions: Mapping[str, Position], blocs: Sequence[Bloc]
) -> None:
    seen: set[str] = set()
    for one in blocs:
        for member in one.members:
            if member not in electorate.members:
                raise unknown("member", member, electorate.members, remedy="it is in a bloc")
            if member in seen:
                raise BadInput(f"{member} belongs to two blocs")
            if positions.get(member, UNKNOWN) is not UNKNOWN:
                raise BadInput(f"{member} has a known position and belongs to a bloc")
            seen.add(member)


Unit = tuple[list[int], Belief]
"""Members that choose as one, and the probability of each choice."""


@dataclass(frozen=True, slots=True)
class _Weighed:
    """The weights of all adopting profiles, and what turns them into probabilities."""

    table: Table
    weights: list[dict[Position, int]]
    total: int
    scales: list[int]

    def adopted(self) -> Fraction:
        return Fraction(int(self.table.all()), self.total)

    def given(self, unit: int, stance: Position) -> Fraction:
        """Chance of adoption if a unit takes a position that it may take."""
        own = self.weights[unit]
        weight = int(self.table.with_choice(unit, list(own).index(stance)))
        return Fraction(weight * self.scales[unit], own[stance] * self.total)


@dataclass(frozen=True, slots=True)
class _Setting:
    """Everything a chance depends on."""

    members: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    condition: Condition
    table: list[Belief]
    blocs: tuple[Bloc, ...]

    def scenarios(self) -> Iterator[tuple[Fraction, list[Bloc]]]:
        """Which blocs move together, and how likely that is."""
        for moves in product((False, True), repeat=len(self.blocs)):
            weight = Fraction(1)
            for one, moving in zip(self.blocs, moves, strict=True):
                weight *= one.together if moving else 1 - one.together
            if weight:
                yield weight, [one for one, m in zip(self.blocs, moves, strict=True) if m]

    def exactly(self) -> tuple[Fraction, list[Fraction], list[Fraction]]:
        """Chance of adoption, and the same if each member is in favour or against."""
        size = len(self.members)
        adopted = Fraction()
        yes, no = [Fraction()] * size, [Fraction()] * size
        for weight, moving in self.scenarios():
            units = self._units(moving)
            counted = self._count(units)
            adopted += weight * counted.adopted()
            for number, (places, own) in enumerate(units):
                for place in places:
                    if len(places) == 1 and FOR in own and AGAINST in own:
                        at, found = number, counted
                    else:
                        freed = self._units(moving, place)
                        at, found = len(freed) - 1, self._count(freed)
                    yes[place] += weight * found.given(at, FOR)
                    no[place] += weight * found.given(at, AGAINST)
        return adopted, yes, no

    def _units(self, moving: Sequence[Bloc], free: int | None = None) -> list[Unit]:
        """Who chooses as one, with what probabilities; a member set free comes last."""
        joint = [[self.members.index(m) for m in one.members] for one in moving]
        inside = {place for places in joint for place in places}
        units: list[Unit] = [
            ([place], own)
            for place, own in enumerate(self.table)
            if place not in inside and place != free
        ]
        for places, one in zip(joint, moving, strict=True):
            units.append(([p for p in places if p != free], one.belief))
        if free is not None:
            half = Fraction(1, 2)
            units.append(([free], {AGAINST: half, FOR: half}))
        return units

    def _count(self, units: Sequence[Unit]) -> _Weighed:
        """Weigh all ways to choose; probabilities are made whole by their denominators."""
        choices = [tuple(own) for _, own in units]
        criteria = [_joined(criterion, units) for criterion in self.criteria]
        names = [str(number) for number in range(len(units))]
        game = from_criteria(names, criteria, self.condition, choices)
        scales = [lcm(*(p.denominator for p in own.values())) for _, own in units]
        weights = [
            {stance: int(own[stance] * scale) for stance in own}
            for (_, own), scale in zip(units, scales, strict=True)
        ]
        plain = [list(own.values()) for own in weights]
        table = count(game, weights=plain, most_cells=EXACT_CELLS)
        return _Weighed(table, weights, prod(scales), scales)

    def by_sampling(
        self, samples: int, seed: int
    ) -> tuple[float, list[float], list[float], Method]:
        """The same from random profiles."""
        choices = [CAST] * len(self.members)
        game = from_criteria(self.members, self.criteria, self.condition, choices)
        drawn = draw_chances(
            game,
            [[float(own.get(stance, 0)) for stance in CAST] for own in self.table],
            [
                (
                    [self.members.index(m) for m in one.members],
                    float(one.together),
                    [float(one.belief.get(stance, 0)) for stance in CAST],
                )
                for one in self.blocs
            ],
            ends=(CAST.index(AGAINST), CAST.index(FOR)),
            samples=samples,
            seed=seed,
        )
        text = (
            f"estimated from {samples} random profiles; almost certainly no chance is off "
            f"by more than {drawn.bound:.1e}"
        )
        return drawn.adopted, drawn.yes, drawn.no, Method("sampling", False, drawn.bound, text)


def _joined(criterion: Criterion, units: Sequence[Unit]) -> Criterion:
    """The criterion when some members act as one: their weights are added up."""
    weights = tuple(
        sum((criterion.weights[place] for place in places), Fraction()) for places, _ in units
    )
    return replace(criterion, weights=weights)
