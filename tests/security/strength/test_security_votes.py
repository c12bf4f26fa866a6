"""Votes as portfolios and distances between ideal points."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hansa.security.strength import ballots, ideal_point_distances
from hansa.sources.security import read_ideal_points, read_un_votes
from hansa.terms.errors import BadInput, UnknownCode

VOTES = pl.DataFrame(
    {
        "rcid": [1, 1, 1, 2, 2, 3, 3, 3],
        "country": ["A", "B", "C", "A", "B", "A", "B", "C"],
        "vote": ["yes", "yes", "no", "no", "abstain", "yes", "yes", "yes"],
    }
)


def test_an_absence_is_not_a_vote() -> None:
    found = ballots(VOTES)
    assert found.states == ("A", "B", "C")
    assert np.isnan(found.votes[2, 1])
    s = found.similarity()
    # A and B: differences 0, 1, 0 of at most 2 over three calls
    assert s[0, 1] == pytest.approx(1 - 2 * 1 / 6)
    # A and C met at calls 1 and 3: differences 2 and 0
    assert s[0, 2] == pytest.approx(1 - 2 * 2 / 4)


def test_states_that_never_met_have_no_score() -> None:
    apart = pl.DataFrame({"rcid": [1, 2], "country": ["A", "B"], "vote": ["yes", "yes"]})
    found = ballots(apart)
    for measure in ("s", "kappa", "pi"):
        assert np.isnan(found.similarity(measure)[0, 1])


def test_what_is_no_vote_is_refused() -> None:
    with pytest.raises(UnknownCode, match="abstain"):
        ballots(VOTES.with_columns(vote=pl.lit("abstein")))
    with pytest.raises(BadInput, match="no votes"):
        ballots(VOTES.clear())


def test_distance_between_ideal_points_by_hand() -> None:
    points = pl.DataFrame(
        {
            "ccode": [2, 365, 710, 2],
            "year": [1990, 1990, 1990, 1991],
            "idealpointall": [2.5, -1.0, None, 2.0],
        }
    )
    found = ideal_point_distances(points)
    assert found.rows() == [(2, 365, 1990, 3.5)]
    with pytest.raises(UnknownCode, match="idealpointall"):
        ideal_point_distances(points, "idealpoints")


@pytest.mark.shared
def test_votes_of_one_session_and_ideal_points_tell_the_same_story(shared: Path) -> None:
    votes = read_un_votes(shared / "data/security/unga/un_votes.parquet")
    calls = pl.read_parquet(shared / "data/security/unga/un_roll_calls.parquet")
    session = votes.filter(pl.col("rcid").is_in(calls.filter(session=55)["rcid"].implode()))
    found = ballots(session)
    assert len(found.states) > 180
    at = {name: found.states.index(name) for name in ("United States", "Israel", "Cuba", "Belarus")}
    for measure in ("s", "kappa", "pi"):
        scores = found.similarity(measure)
        assert scores[at["United States"], at["Israel"]] > scores[at["United States"], at["Cuba"]]
        assert scores[at["Belarus"], at["Cuba"]] > scores[at["Belarus"], at["United States"]]
    points = read_ideal_points(shared / "data/security/unga/ideal_points_july2025.parquet")
    distances = ideal_point_distances(points.filter(year=2000))
    gap = {row[:2]: row[3] for row in distances.iter_rows()}
    assert gap[2, 666] < gap[2, 40]
    assert gap[40, 370] < gap[2, 370]
