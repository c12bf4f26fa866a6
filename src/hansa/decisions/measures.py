"""Who has how much say: indices of voting power of a rule or a game."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from hansa.decisions import indices
from hansa.decisions.counting.table import Method, TooLarge
from hansa.decisions.electorates import Electorate
from hansa.decisions.games import YES_NO, Game, game_of
from hansa.decisions.groups import minimal_winning
from hansa.decisions.positions import Position
from hansa.decisions.quantities import readable
from hansa.decisions.rules import Rule
from hansa.decisions.ways import HOWS, Counted, How, Value, Values, counted
from hansa.terms.errors import BadInput
from hansa.terms.names import unknown
from hansa.terms.progress import Progress, silent
from hansa.terms.reasons import Because, Reason

SMALL = 2**20
"""Up to so many combinations of voters, minimal coalitions are listed without being asked."""


@dataclass(frozen=True, slots=True)
class Power:
    """Voting power of every voter of a game.

    All tuples have one entry per voter. Values are exact fractions where the method is
    exact, floats within ``method.bound`` otherwise; an index that was not computed is
    ``None``.

    Parameters
    ----------
    voters : tuple of str
        The members.
    positions : tuple of Position
        What each could choose.
    swings : tuple of int or None
        ``η_i``, raw Banzhaf: profiles of the others in which the member decides.
    banzhaf : tuple
        Normalised Banzhaf index; sums to 1.
    absolute : tuple
        Absolute Banzhaf (Penrose): the chance to decide when all choices are equally likely.
    shapley_shubik : tuple or None
        Shapley–Shubik index; sums to 1. With abstention it is defined for rules only under
        which abstaining never helps more than voting in favour (Felsenthal and Machover
        1997): else ``None``.
    prevent, initiate : tuple or None
        Coleman's power to prevent and to initiate action.
    passage : Fraction or float
        Coleman's power of the body to act: the chance of adoption when all choices are
        equally likely.
    winning : int or None
        Adopting profiles.
    profiles : int
        All profiles.
    deegan_packel, holler : tuple or None
        Indices over minimal winning coalitions.
    minimal : int or None
        How many minimal winning coalitions there are.
    methods : tuple of (str, Method)
        How each group of indices was found.
    because : tuple of Reason
        The rule and the method.
    """

    voters: tuple[str, ...]
    positions: tuple[Position, ...]
    swings: tuple[int, ...] | None
    banzhaf: Values
    absolute: Values
    shapley_shubik: Values | None
    prevent: Values | None
    initiate: Values | None
    passage: Value
    winning: int | None
    profiles: int
    deegan_packel: Values | None
    holler: Values | None
    minimal: int | None
    methods: tuple[tuple[str, Method], ...]
    because: Because

    def method(self, index: str) -> Method:
        """How an index was found.

        Raises
        ------
        UnknownCode
            If there is no such index in the result.
        """
        for name, method in self.methods:
            if name == index:
                return method
        raise unknown("index", index, [name for name, _ in self.methods])

    def of(self, voter: str, index: str = "banzhaf") -> Value:
        """One voter's value of an index.

        Raises
        ------
        UnknownCode
            If there is no such voter or no such index in the result.
        """
        if voter not in self.voters:
            raise unknown("member", voter, self.voters)
        values = getattr(self, index, None) if index in INDICES else None
        if values is None:
            raise unknown("index", index, [name for name in INDICES if getattr(self, name)])
        value: Value = values[self.voters.index(voter)]
        return value

    @property
    def blockers(self) -> tuple[str, ...]:
        """Members without which nothing is adopted."""
        if self.prevent is None:
            return ()
        return tuple(v for v, p in zip(self.voters, self.prevent, strict=True) if p == 1)

    @property
    def dummies(self) -> tuple[str, ...]:
        """Members that never decide anything; none are named where power was estimated."""
        if self.swings is None:
            return ()
        return tuple(v for v, eta in zip(self.voters, self.swings, strict=True) if eta == 0)


INDICES = (
    "banzhaf",
    "absolute",
    "shapley_shubik",
    "prevent",
    "initiate",
    "deegan_packel",
    "holler",
    "swings",
)


def power(
    rule: Rule,
    electorate: Electorate,
    *,
    positions: Sequence[Position] = YES_NO,
    minimal: bool | None = None,
    how: How = "auto",
    samples: int = 400_000,
    seed: int = 0,
    progress: Progress = silent,
) -> Power:
    """Voting power under a rule.

    Parameters
    ----------
    rule, electorate
        The rule and the members with their weights.
    positions : sequence of Position
        What every member may choose, worst for adoption first: ``(AGAINST, FOR)``, or with
        ``ABSTAIN`` between them.
    minimal : bool, optional
        Whether to list minimal winning coalitions, for Deegan–Packel and Holler; by
        default where that is quick.
    how : {"auto", "halves", "divided", "sampling"}
        Way of counting; by default the exact one that is within reach.
    samples, seed : int
        Of sampling, where nothing else is within reach.
    progress : Progress
        Called during long computations.

    Raises
    ------
    BadInput, UnknownCode
        If the rule does not fit the electorate.
    TooLarge
        If the way of counting that was asked for is out of reach.
    """
    game = game_of(rule, electorate, positions=positions)
    ground = Reason("rule", f"{electorate.body or 'The body'} decides by {rule.sentence()}.")
    return power_of(
        game,
        minimal=minimal,
        how=how,
        samples=samples,
        seed=seed,
        progress=progress,
        because=(ground,),
    )


def power_of(
    game: Game,
    *,
    minimal: bool | None = None,
    how: How = "auto",
    samples: int = 400_000,
    seed: int = 0,
    progress: Progress = silent,
    because: Because = (),
) -> Power:
    """Voting power in a game in which everybody has the same choices; see `power`.

    Raises
    ------
    BadInput
        If voters have different choices.
    TooLarge
        If the way of counting that was asked for is out of reach.
    """
    if len(set(game.choices)) != 1 or len(game.choices[0]) < 2:
        raise BadInput("an index of power needs the same choices for everybody, at least two")
    if how not in HOWS:
        raise unknown("way of counting", how, HOWS)
    found = counted(game, how, samples=samples, seed=seed, progress=progress)
    return _with_minimal(game, found, minimal, because)


def _share_bound(drawn: Sequence[float], bound: float) -> float:
    """How far a share of a sum may be off if each part may be off by ``bound``."""
    total, slack = sum(drawn), bound * len(drawn)
    if total <= slack:
        return 1.0
    return min(1.0, (bound + max(drawn) / total * slack) / (total - slack))


def _with_minimal(game: Game, found: Counted, minimal: bool | None, because: Because) -> Power:
    listed = None
    if len(game.choices[0]) == 2 and minimal is not False:
        try:
            listed = minimal_winning(game, **({} if minimal else {"most_cells": SMALL}))
        except TooLarge:
            if minimal:
                raise
    eta, winning, by = found.swings, found.winning, found.banzhaf_by
    share_by = by
    if not by.exact:
        bound = _share_bound([float(a) for a in found.absolute], by.bound)
        share_by = replace(by, bound=bound, text=f"{by.text}; no share by more than {bound:.1e}")
    methods = [("banzhaf", share_by), ("absolute", by), ("passage", by)]
    prevents = initiates = None
    if len(game.choices[0]) == 2 and eta is not None and winning is not None:
        prevents = indices.prevent(eta, winning)
        initiates = indices.initiate(eta, game.profiles - winning)
        methods += [("prevent", by), ("initiate", by)]
    if found.shapley_by is not None:
        methods.append(("shapley_shubik", found.shapley_by))
    if listed is not None:
        exactly = Method("listed", True, 0.0, "from all minimal winning coalitions")
        methods += [("deegan_packel", exactly), ("holler", exactly)]
    return Power(
        game.voters,
        game.choices[0],
        eta,
        indices.normalised(eta) if eta is not None else _normalised(found.absolute),
        found.absolute,
        found.shapley_shubik,
        prevents,
        initiates,
        found.passage,
        winning,
        game.profiles,
        indices.deegan_packel(listed) if listed is not None else None,
        indices.holler(listed) if listed is not None else None,
        sum(listed.ways) if listed is not None else None,
        tuple(methods),
        (*because, *_grounds(game, found)),
    )


def _normalised(values: Values) -> Values:
    total = float(sum(values))
    return tuple(float(value) / total if total else 0.0 for value in values)


def _grounds(game: Game, found: Counted) -> Because:
    how = Reason("assumption", f"Power was {found.banzhaf_by.text}.")
    if found.winning is None:
        return (how,)
    share = Fraction(found.winning, game.profiles)
    per_cent = readable(Fraction(round(share * 10**5), 10**3))
    return (
        Reason(
            "number",
            f"{found.winning} of {game.profiles} ways to vote adopt ({per_cent} %).",
        ),
        how,
    )
