"""The ways of counting a game for its indices of power, and the choice among them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import log2
from typing import Final, Literal

from hansa.decisions import indices
from hansa.decisions.counting import divided, halves, quadrature, sampling
from hansa.decisions.counting.table import Method, TooLarge
from hansa.decisions.games import Game
from hansa.terms.errors import BadInput
from hansa.terms.progress import Progress, silent

Value = Fraction | float
Values = tuple[Value, ...]
How = Literal["auto", "halves", "divided", "sampling"]

HOWS: Final = ("auto", "halves", "divided", "sampling")

DIFFERENT_IN_HALVES: Final = 40
"""Up to so many voters that all differ, halves are quick; beyond, try something else first."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a way of counting gives, before the indices that follow from it.

    Parameters
    ----------
    swings : tuple of int or None
        ``η_i``, if they were counted.
    winning : int or None
        Adopting profiles, if they were counted.
    absolute : tuple
        Chance of each voter to decide, all choices equally likely.
    passage : Fraction or float
        Chance of adoption, all choices equally likely.
    shapley_shubik : tuple or None
        Shapley–Shubik index.
    banzhaf_by, shapley_by : Method
        How they were found.
    """

    swings: tuple[int, ...] | None
    winning: int | None
    absolute: Values
    passage: Value
    shapley_shubik: Values | None
    banzhaf_by: Method
    shapley_by: Method | None


def counted(
    game: Game, how: How, *, samples: int, seed: int, progress: Progress = silent
) -> Counted:
    """Count by the best way within reach, or by the one that is asked for.

    Raises
    ------
    TooLarge
        If the way that was asked for is out of reach.
    BadInput
        If ``divided`` was asked for and the game is not one weighted yes-no vote.
    """
    different = len({tuple(row[i] for row in game.forms) for i in range(len(game.voters))})
    width = different * log2(len(game.choices[0]))
    binary = len(game.choices[0]) == 2
    if how == "halves" or (how == "auto" and width <= DIFFERENT_IN_HALVES):
        try:
            return _by_halves(game)
        except TooLarge:
            if how == "halves":
                raise
    if how in {"auto", "divided"}:
        single = game.single()
        if single is not None and binary:
            try:
                return _by_division(game, *single, progress)
            except TooLarge:
                if how == "divided":
                    raise
        elif how == "divided":
            raise BadInput("only one weighted yes-no vote can be divided")
    if how == "auto" and width > DIFFERENT_IN_HALVES:
        try:
            return _by_halves(game, most_cells=2**22)
        except TooLarge:
            pass
    return _by_sampling(game, samples, seed, progress)


def _by_halves(game: Game, most_cells: int = halves.MOST_CELLS) -> Counted:
    n, options = len(game.voters), len(game.choices[0])
    grades = {2: (0, 1), 3: indices.ternary_grades(n)}.get(options, (0,) * options)
    table = halves.count(game, grades=[grades] * n, most_cells=most_cells)
    eta = indices.swings(table, n, options - 1)
    winning = int(table.all())
    phi: Values | None = None
    if options == 2:
        phi = indices.shapley_shubik(table, n)
    elif options == 3 and game.ordered:
        phi = indices.ternary_shapley_shubik(table, n)
    method = Method("halves", True, 0.0, "counted exactly, by meeting in the middle")
    others = options ** (n - 1)
    return Counted(
        eta,
        winning,
        tuple(Fraction(e, others) for e in eta),
        Fraction(winning, game.profiles),
        phi,
        method,
        method if phi is not None else None,
    )


def _by_division(game: Game, weights: tuple[int, ...], quota: int, progress: Progress) -> Counted:
    eta, winning = divided.swings(weights, quota, progress=progress)
    phi, bound = quadrature.shapley_shubik(weights, quota, progress=progress)
    others = 2 ** (len(weights) - 1)
    return Counted(
        tuple(eta),
        winning,
        tuple(Fraction(e, others) for e in eta),
        Fraction(winning, game.profiles),
        tuple(phi),
        Method("divided", True, 0.0, "counted exactly, each voter divided out of all coalitions"),
        Method(
            "quadrature",
            False,
            bound,
            f"integrated over the chance of being in favour; no value is off by more than "
            f"{bound:.1e}, the rounding error",
        ),
    )


def _by_sampling(game: Game, samples: int, seed: int, progress: Progress) -> Counted:
    drawn = sampling.sample(game, common=False, samples=samples, seed=seed, progress=progress)
    common = None
    if len(game.choices[0]) == 2:
        common = sampling.sample(game, common=True, samples=samples, seed=seed, progress=progress)
    return Counted(
        None,
        None,
        drawn.decisive,
        drawn.adopted,
        common.decisive if common else None,
        _sampled(max(*drawn.bounds, drawn.adopted_bound), samples),
        _sampled(max(common.bounds), samples) if common else None,
    )


def _sampled(bound: float, samples: int) -> Method:
    text = (
        f"estimated from {samples} random profiles; with a chance of "
        f"{1 - sampling.CONFIDENCE:.6f} no chance to decide is off by more than {bound:.1e}"
    )
    return Method("sampling", False, bound, text)
