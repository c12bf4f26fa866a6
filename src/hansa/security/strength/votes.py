"""Votes in an assembly: portfolios of votes, and distance between ideal points.

Bailey, Strezhnev & Voeten (2017), "Estimating Dynamic State Preferences from United Nations
Voting Data", *JCR* 61:430.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hansa.security.strength.similarity import Measure, kappa_scores, pi_scores, s_scores
from hansa.terms.errors import BadInput
from hansa.terms.names import unknown

Floats = NDArray[np.float64]

BALLOT: Final = {"no": 1.0, "abstain": 2.0, "yes": 3.0}
"""An abstention lies between no and yes; an absence is no vote at all."""


@dataclass(frozen=True, slots=True)
class Ballots:
    """Votes as a matrix: rows are states, columns roll calls, ``nan`` where absent."""

    states: tuple[str, ...]
    roll_calls: tuple[int, ...]
    votes: Floats

    def similarity(self, measure: Measure = "s") -> Floats:
        """S, κ or π over the roll calls at which both states voted, shape (n, n)."""
        if measure == "s":
            return s_scores(self.votes, spread=BALLOT["yes"] - BALLOT["no"])
        return kappa_scores(self.votes) if measure == "kappa" else pi_scores(self.votes)


def ballots(votes: pl.DataFrame) -> Ballots:
    """Matrix of votes from a table of ``rcid``, ``country`` and ``vote``.

    Raises
    ------
    BadInput
        If there is no vote.
    UnknownCode
        If a vote is none of `BALLOT`.
    """
    if votes.is_empty():
        raise BadInput("there are no votes")
    odd = votes.filter(~pl.col("vote").is_in(list(BALLOT)))
    if odd.height:
        raise unknown("vote", str(odd["vote"][0]), BALLOT)
    states = votes["country"].unique().sort()
    calls = votes["rcid"].unique().sort()
    row = votes["country"].replace_strict(states, np.arange(len(states)), return_dtype=pl.Int64)
    column = votes["rcid"].replace_strict(calls, np.arange(len(calls)), return_dtype=pl.Int64)
    value = votes["vote"].replace_strict(BALLOT, return_dtype=pl.Float64)
    matrix = np.full((len(states), len(calls)), np.nan)
    matrix[row.to_numpy(), column.to_numpy()] = value.to_numpy()
    return Ballots(tuple(states), tuple(calls), matrix)


def ideal_point_distances(points: pl.DataFrame, column: str = "idealpointall") -> pl.DataFrame:
    """|θ_i − θ_j| between all pairs of states of each year.

    Parameters
    ----------
    points : polars.DataFrame
        ``ccode``, ``year`` and the column of ideal points; null where not estimated.

    Returns
    -------
    polars.DataFrame
        ``ccode1`` < ``ccode2``, ``year``, ``distance``.
    """
    if column not in points.columns:
        raise unknown("column", column, points.columns)
    theta = points.select("ccode", "year", theta=pl.col(column)).drop_nulls("theta")
    pairs = theta.join(theta, on="year", suffix="2").filter(pl.col("ccode") < pl.col("ccode2"))
    return pairs.select(
        ccode1="ccode",
        ccode2="ccode2",
        year="year",
        distance=(pl.col("theta") - pl.col("theta2")).abs(),
    ).sort("year", "ccode1", "ccode2")
