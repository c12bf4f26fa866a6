"""Anything else: random profiles, with a bound that holds with a stated confidence.

The chance that a voter is decisive is the mean of a variable that is 0 or 1. For
Shapley–Shubik a common probability of being in favour is drawn first, uniformly (Straffin
1977), which makes the same mean the index. The bound is the empirical Bernstein bound of
Maurer and Pontil (2009, Theorem 4), shared out among the voters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hansa.decisions.counting.logic import where_met
from hansa.decisions.games import Game
from hansa.terms.progress import Progress, silent

CONFIDENCE = 1e-6
"""Chance that any of the bounds of one result fails."""

BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Sample:
    """Estimates from random profiles.

    Parameters
    ----------
    decisive : tuple of float, shape (voters,)
        Chance that moving from the first to the last choice changes the outcome.
    bounds : tuple of float, shape (voters,)
        How far each may be off.
    adopted : float
        Chance of adoption.
    adopted_bound : float
        How far it may be off.
    """

    decisive: tuple[float, ...]
    bounds: tuple[float, ...]
    adopted: float
    adopted_bound: float


def sample(
    game: Game,
    *,
    common: bool,
    samples: int,
    seed: int,
    progress: Progress = silent,
) -> Sample:
    """Estimate who is decisive.

    Parameters
    ----------
    game : Game
        The game.
    common : bool
        Whether a common probability of the last choice is drawn first (Shapley–Shubik; two
        choices each); otherwise all choices are equally likely (Banzhaf).
    samples : int
        How many profiles.
    seed : int
        Seed of the random numbers; the same seed gives the same result.
    progress : Progress
        Called once per batch.
    """
    random = np.random.default_rng(seed)
    hits = np.zeros(len(game.voters))
    adopted = done = 0
    forms = _forms(game)
    while done < samples:
        size = min(BATCH, samples - done)
        picks = _picks(game, random, size, common)
        sums = [
            sum((table[picks[:, voter]] for voter, table in enumerate(form)), start=0)
            for form in forms
        ]
        adopted += int(_outcomes(game, sums, size).sum())
        for voter in range(len(game.voters)):
            own = [s - form[voter][picks[:, voter]] for s, form in zip(sums, forms, strict=True)]
            last = [s + form[voter][-1] for s, form in zip(own, forms, strict=True)]
            hits[voter] += int((_outcomes(game, last, size) & ~_outcomes(game, own, size)).sum())
        done += size
        progress(done, samples, "profiles")
    means = hits / samples
    bounds = [_bernstein(mean, samples, CONFIDENCE / (len(means) + 1)) for mean in means]
    share = adopted / samples
    edge = _bernstein(share, samples, CONFIDENCE / (len(means) + 1))
    return Sample(tuple(means.tolist()), tuple(bounds), share, edge)


def _forms(game: Game) -> list[list[NDArray[Any]]]:
    """Per form and voter, what each choice adds; Python integers where 64 bits are too few."""
    tables = []
    for row in game.forms:
        reach = sum(max(abs(cell) for cell in cells) for cells in row)
        kind: Any = np.int64 if reach < 2**61 else object
        tables.append([np.array(cells, dtype=kind) for cells in row])
    return tables


def _picks(game: Game, random: np.random.Generator, size: int, common: bool) -> NDArray[np.int64]:
    shape = (size, len(game.voters))
    if common:
        chance = random.random((size, 1))
        return np.asarray(random.random(shape) < chance, dtype=np.int64)
    options = np.array([len(options) for options in game.choices])
    return np.asarray(random.random(shape) * options, dtype=np.int64)


def _outcomes(game: Game, sums: Sequence[Any], size: int) -> NDArray[np.bool_]:
    """Whether each of ``size`` profiles adopts."""

    def leaf(index: int) -> NDArray[np.bool_]:
        comparison = game.comparisons[index]
        return np.asarray(sums[comparison.form] >= comparison.threshold, dtype=bool)

    return where_met(game.condition, leaf, (size,))


def _bernstein(mean: float, samples: int, failure: float) -> float:
    """Maurer and Pontil (2009), Theorem 4, on both sides of a mean of zeros and ones."""
    variance = mean * (1.0 - mean) * samples / (samples - 1)
    logarithm = log(4.0 / failure)
    return sqrt(2.0 * variance * logarithm / samples) + 7.0 * logarithm / (3.0 * (samples - 1))


@dataclass(frozen=True, slots=True)
class Drawn:
    """Chances from random profiles with stated probabilities."""

    adopted: float
    yes: list[float]
    no: list[float]
    bound: float


def draw_chances(
    game: Game,
    beliefs: Sequence[Sequence[float]],
    blocs: Sequence[tuple[Sequence[int], float, Sequence[float]]],
    *,
    ends: tuple[int, int],
    samples: int,
    seed: int,
) -> Drawn:
    """Estimate the chance of adoption, and the same if each voter is against or in favour.

    Parameters
    ----------
    game : Game
        The game; everybody has the same choices.
    beliefs : sequence, shape (voters, choices)
        Probabilities.
    blocs : sequence of (places, probability to move together, probabilities)
        Voters that may choose as one.
    ends : (int, int)
        The choices to be against and to be in favour.
    samples, seed : int
        How many profiles; seed of the random numbers.
    """
    random = np.random.default_rng(seed)
    forms = _forms(game)
    size, done, adopted = len(game.voters), 0, 0
    hits = np.zeros((2, size))
    edges = np.cumsum(np.array(beliefs), axis=1)
    while done < samples:
        batch = min(BATCH, samples - done)
        picks = np.empty((batch, size), np.int64)
        for voter in range(size):
            picks[:, voter] = np.searchsorted(edges[voter][:-1], random.random(batch), "right")
        for places, together, odds in blocs:
            one = np.searchsorted(np.cumsum(odds)[:-1], random.random(batch), "right")
            moving = random.random(batch) < together
            picks[:, list(places)] = np.where(moving[:, None], one[:, None], picks[:, list(places)])
        sums = [sum(table[picks[:, v]] for v, table in enumerate(form)) for form in forms]
        adopted += int(_outcomes(game, sums, batch).sum())
        for voter in range(size):
            for row, end in enumerate(ends):
                moved = [
                    s - form[voter][picks[:, voter]] + form[voter][end]
                    for s, form in zip(sums, forms, strict=True)
                ]
                hits[row, voter] += int(_outcomes(game, moved, batch).sum())
        done += batch
    means = hits / samples
    bound = max(
        _bernstein(float(mean), samples, CONFIDENCE / (2 * size + 1))
        for mean in (*means.ravel(), adopted / samples)
    )
    return Drawn(adopted / samples, means[1].tolist(), means[0].tolist(), bound)
